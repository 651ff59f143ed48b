"""The primer as a page: run the notebook afresh, and set it as one HTML file that opens without a network.

    python docs/primer.py build/primer.html    # run it and write the page
    python docs/primer.py --store              # run it and store what it printed in examples/primer.ipynb

The page has its own small renderer, because the stock one of Jupyter loads a script and a math library from the network:
prose is CommonMark, ``$…$`` in it becomes native MathML, and the cells' outputs are taken in the order of PREFERRED.
What is stored in the notebook is what every host of code can show: text, LaTeX, Markdown and PNG.
"""

from __future__ import annotations

import argparse
import re
from html import escape
from pathlib import Path

import nbformat
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from nbclient import NotebookClient
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from chainrule import __version__
from chainrule.files import write_whole
from chainrule.page.article import document
from chainrule.page.figures import themed
from chainrule.page.mathfont import NOTICE
from chainrule.plot import LIGHT

NOTEBOOK = Path(__file__).parents[1] / "examples" / "primer.ipynb"
PREFERRED = ("text/html", "image/svg+xml", "image/png", "text/plain")
NOT_STORED = ("text/html", "image/svg+xml")
# Pictures made with pyplot come as both kinds too, with the same bytes each time.
KERNEL = [
    "--log-level=ERROR",
    "--InlineBackend.figure_formats={'svg','png'}",
    "--InlineBackend.rc={'svg.hashsalt':'chainrule','svg.fonttype':'none'}",
]
MATH = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+)\$([.,;:?!)]*)", re.DOTALL)
INFINITY = ("<mo>&#x0221E;</mo>", "<mi>&#x0221E;</mi>")  # a number, and no sign with space about it
STYLE = Path(__file__).with_suffix(".css")


def run(path: Path = NOTEBOOK) -> NotebookNode:
    """The notebook, every cell executed in a fresh kernel.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=120, record_timing=False, coalesce_streams=True, extra_arguments=KERNEL)
    client.execute(cwd=str(path.parent))
    return notebook


def stored(notebook: NotebookNode) -> str:
    """The notebook as a file: no HTML, no vectors, nothing of the machine it ran on."""
    kept = nbformat.from_dict(notebook)
    kept.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                     "language_info": {"name": "python"}}  # fmt: skip
    for cell in kept.cells:
        for output in cell.get("outputs", ()):
            for mime in NOT_STORED:
                output.get("data", {}).pop(mime, None)
    return nbformat.writes(kept) + "\n"


def page(notebook: NotebookNode) -> str:
    """One HTML file; every request is forbidden in it."""
    cells = [set_cell(cell, f"c{number}") for number, cell in enumerate(notebook.cells)]
    title = notebook.cells[0].source.splitlines()[0].lstrip("# ")
    footer = f"<footer><p>Made by Chainrule {__version__}. {escape(NOTICE)}</p></footer>"
    body = f'<article class="chainrule cr-primer" lang="en">{"".join(cells)}{footer}</article>'
    return document(title, body, STYLE.read_text(encoding="utf-8"))


def set_cell(cell: NotebookNode, key: str) -> str:
    if cell.cell_type == "markdown":
        return prose(cell.source)
    code = highlight(cell.source, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip()
    outputs = "".join(set_output(output, f"{key}-{k}") for k, output in enumerate(cell.outputs))
    return f'<pre class="cr-code" tabindex="0"><code>{code}</code></pre>{outputs}'


def prose(text: str) -> str:
    """CommonMark, with its mathematics set apart first, so that a ``_`` in it is no emphasis."""
    formulas: list[str] = []

    def apart(found: re.Match[str]) -> str:
        shown = convert(found[1] or found[2], display="block" if found[1] else "inline").replace(*INFINITY)
        block = f'<span class="cr-eq" tabindex="0">{shown}</span>'
        formulas.append(block if found[1] else f'<span class="cr-together">{shown}{found[3]}</span>')
        return f"\ue000{len(formulas) - 1}\ue001"

    html = MarkdownIt("commonmark", {"html": False}).render(MATH.sub(apart, text))
    return re.sub("\ue000(\\d+)\ue001", lambda found: formulas[int(found[1])], html)


def set_output(output: NotebookNode, key: str) -> str:
    """An output in the first of the PREFERRED forms that it has; ids in it begin with `key`."""
    if output.output_type == "stream":
        return _plain(output.text)
    mime = next(form for form in PREFERRED if form in output.data)
    found = output.data[mime]
    if mime == "text/plain":
        return _plain(found)
    if mime == "image/png":
        return f'<figure><img alt="{_words(output)}" src="data:image/png;base64,{found.strip()}"></figure>'
    if mime == "image/svg+xml":
        svg = found.replace("#000000", LIGHT.ink)  # pyplot's own colour of text and axes
        return f'<figure tabindex="0">{themed(svg, key, _words(output), "")}</figure>'
    without_style = re.sub(r"<style>.*?</style>", "", found, flags=re.DOTALL)
    return f'<div class="cr-output">{_own_ids(without_style, key)}</div>'


def _plain(text: str) -> str:
    return f'<pre class="cr-said" tabindex="0">{escape(text.rstrip())}</pre>'


def _words(output: NotebookNode) -> str:
    """What a picture shows, for those who do not see it; pyplot says nothing of its own."""
    said = output.data["text/plain"].removeprefix("picture: ")
    return "What the code above draws" if said.startswith("<Figure") else escape(said, quote=True)


def _own_ids(html: str, key: str) -> str:
    """The same markup with ids that no other output has."""
    html = re.sub(r'\b(id=")', rf"\1{key}-", html)
    html = re.sub(r'\b(href="#|aria-labelledby=")', rf"\1{key}-", html).replace("url(#", f"url(#{key}-")
    return re.sub(rf'(aria-labelledby="{key}-\S+) (?=\S)', rf"\1 {key}-", html)


def main() -> None:
    options = argparse.ArgumentParser(description="Run the primer; write its page, or store its outputs.")
    options.add_argument("page", nargs="?", type=Path, help="the HTML file to write")
    options.add_argument("--store", action="store_true", help="store the outputs in the notebook")
    chosen = options.parse_args()
    notebook = run()
    if chosen.store:
        write_whole(NOTEBOOK, stored(notebook).encode("utf-8"))
    if chosen.page is not None:
        chosen.page.parent.mkdir(parents=True, exist_ok=True)
        write_whole(chosen.page, page(notebook).encode("utf-8"))
        print(f"wrote {chosen.page}")


if __name__ == "__main__":
    main()
