"""A picture made by the code that stands beside it.

    ```{picture} What the picture shows, for who cannot see it.
    answer = chainrule.minimize(chainrule.load_problem("examples/cross.toml"))
    picture = lambda palette: chainrule.plot_report(answer, palette)
    ```

The code sets `picture`, a function of a palette that returns a figure. It is drawn twice, for a light and for a dark page.
"""

import contextlib
from html import escape
from itertools import count
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from themes import palettes

import chainrule
from chainrule.plot.figure import figure_bytes

ROOT = Path(__file__).parents[2]
_numbers = count(1)


class Picture(SphinxDirective):
    """Runs the code and shows it, the picture below."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        code = "\n".join(self.content)
        names = {"chainrule": chainrule}
        with contextlib.chdir(ROOT):
            exec(compile(code, self.get_source_info()[0], "exec"), names)  # noqa: S102  our own pages' code
            drawn = {kind: figure_bytes(names["picture"](palette), "svg") for kind, palette in palettes().items()}
        folder = Path(self.env.app.outdir) / "_images"
        folder.mkdir(parents=True, exist_ok=True)
        key = f"{self.env.docname.replace('/', '-')}-{next(_numbers)}"
        up = "../" * self.env.docname.count("/")
        images = ""
        for kind, svg in drawn.items():
            (folder / f"{key}-{kind}.svg").write_bytes(svg)
            images += f'<img class="only-{kind}" src="{up}_images/{key}-{kind}.svg" alt="{escape(self.arguments[0])}">'
        shown = nodes.literal_block("", code, language="python")
        return [nodes.raw("", f'<div class="picture">{images}</div>', format="html"), shown]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("picture", Picture)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
