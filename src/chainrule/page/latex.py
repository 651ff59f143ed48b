"""The walk-through as a LaTeX document for the usual classes (article, report, scrartcl, amsart): amsmath and graphicx, nothing else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from chainrule.expression import Symbol, print_expression
from chainrule.expression.printers.latex import latex_lines, latex_text
from chainrule.page.blocks import Block, Derivation, Display, Heading, Picture, Prose, Table, blocks_of
from chainrule.page.equations import NAME
from chainrule.prove.result import Answer

PREAMBLE = r"""\documentclass{article}
\usepackage{amsmath}
\usepackage{graphicx}
\allowdisplaybreaks
"""


def render_latex(answer: Answer, pictures: Mapping[str, str] | None = None) -> str:
    """The whole as a document that compiles; `pictures` says where the picture of each name lies, without it none is shown.

    Another class takes the first line's place; what stands between ``\\begin{document}`` and ``\\end{document}`` can be pasted.
    """
    return latex_of(blocks_of(answer), pictures)


def latex_of(blocks: Sequence[Block], pictures: Mapping[str, str] | None = None) -> str:
    """Blocks as a document, the first one as its title."""
    title, *rest = blocks
    assert isinstance(title, Heading)
    head = f"{PREAMBLE}\\title{{{prose(title.text)}}}\n\\author{{}}\n\\date{{}}\n\\begin{{document}}\n\\maketitle"
    parts = [head, *(_block(block, pictures or {}) for block in rest), "\\end{document}"]
    return "\n\n".join(part for part in parts if part) + "\n"


def _block(block: Block, pictures: Mapping[str, str]) -> str:
    match block:
        case Heading(text):
            return f"\\section*{{{prose(text)}}}"
        case Prose(text, trust, strong):
            said = f"\\textbf{{{prose(text)}}}" if strong else prose(text)
            return f"{said} \\emph{{({trust})}}" if trust else said
        case Display(equation):
            left, right = print_expression(equation.left, "latex"), latex_lines(equation.right)
            return plain(f"\\begin{{equation*}}\n{left} = {right}\n\\end{{equation*}}")
        case Derivation(steps):
            return plain(print_expression(steps, "latex"))
        case Table(head, rows):
            first, *others = ["\\textbf{" + prose(cell) + "}" for cell in head]
            lines = [" & ".join([first, *others]), *(" & ".join(map(prose, row)) for row in rows)]
            body = " \\\\\n".join([f"{lines[0]} \\\\ \\hline", *lines[1:]]).replace("\\hline \\\\", "\\hline")
            columns = "l" + ("r" if len(head[1]) < 3 else "l") * (len(head) - 1)
            return f"\\begin{{center}}\n\\begin{{tabular}}{{{columns}}}\n{body}\n\\end{{tabular}}\n\\end{{center}}"
        case Picture(name, caption, _):
            if name not in pictures:
                return ""
            drawn = f"\\includegraphics[width=0.8\\linewidth]{{{pictures[name]}}}"
            return f"\\begin{{center}}\n{drawn}\n\n\\small {prose(caption)}\n\\end{{center}}"


def prose(text: str) -> str:
    """A sentence, its names set as mathematics, everything else escaped."""
    parts, end = [], 0
    for found in NAME.finditer(text):
        symbol = Symbol(found[1], found[2] or "") if found[1] else Symbol(found[3])
        parts += [_sentence(text[end : found.start()]), f"${plain(print_expression(symbol, 'latex'))}$"]
        end = found.end()
    return "".join([*parts, _sentence(text[end:])])


def _sentence(text: str) -> str:
    return "".join(c if ord(c) < 128 else _known(c) for c in latex_text(re.sub(r"\s*\n\s*", " ", text)))


def _known(character: str) -> str:
    """A letter that every engine can build from a plain one and an accent; any other by its number, for no font may have it."""
    base = unicodedata.normalize("NFD", character)
    is_letter = len(base) == 2 and base[0].isascii() and unicodedata.combining(base[1])
    return character if is_letter or character in "ßæøåœÆØÅŒ" else f"[U+{ord(character):04X}]"


_GREEK = {c: "\\" + unicodedata.name(c).rsplit(" ", 1)[-1].lower() for c in "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ"}
_GREEK |= {c: "\\" + unicodedata.name(c).rsplit(" ", 1)[-1].capitalize() for c in "ΓΔΘΞΠΣΦΨΩ"} | {
    "λ": r"\lambda",
    "Λ": r"\Lambda",
}


def plain(math: str) -> str:
    """Mathematics with letters that an old engine lacks written as commands, or as text."""

    def written(character: str) -> str:
        if character in _GREEK:
            return _GREEK[character] + " "
        return r"\ldots " if character == "…" else "-" if character == "−" else rf"\text{{{_known(character)}}}"

    return "".join(c if ord(c) < 128 else written(c) for c in math)
