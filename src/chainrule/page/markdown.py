"""The walk-through as Markdown for Quarto, Hugo, Jekyll, MyST and the like: equations between dollar signs, pictures as links."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from chainrule.expression import Symbol, print_expression
from chainrule.expression.printers.chain import aligned_latex
from chainrule.expression.printers.latex import latex_lines
from chainrule.page.blocks import Block, Derivation, Display, Heading, Picture, Prose, Table, blocks_of
from chainrule.page.equations import NAME
from chainrule.prove.result import Answer


def render_markdown(answer: Answer, pictures: Mapping[str, str] | None = None) -> str:
    """The whole as Markdown; `pictures` says where the picture of each name lies, and without it none is shown.

    Every formula stands in ``$…$`` or ``$$…$$``, no blank line inside; whatever a user wrote is escaped.
    """
    return markdown_of(blocks_of(answer), pictures)


def markdown_of(blocks: Sequence[Block], pictures: Mapping[str, str] | None = None) -> str:
    """Blocks as Markdown, the first one as the title."""
    title, *rest = blocks
    assert isinstance(title, Heading)
    parts = [f"# {prose(title.text)}", *(_block(block, pictures or {}) for block in rest)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _block(block: Block, pictures: Mapping[str, str]) -> str:
    match block:
        case Heading(text):
            return f"## {prose(text)}"
        case Prose(text, trust, strong):
            said = f"**{prose(text)}**" if strong else prose(text)
            return f"{said} *({trust})*" if trust else said
        case Display(equation):
            return f"$$\n{print_expression(equation.left, 'latex')} = {latex_lines(equation.right)}\n$$"
        case Derivation(steps):
            return f"$$\n{aligned_latex(steps)}\n$$"
        case Table(head, rows):
            lines = [head, (":--", *("--:" for _ in head[1:])), *rows]
            return "\n".join("| " + " | ".join(map(_cell, row)) + " |" for row in lines)
        case Picture(name, caption, _):
            return f"![{prose(caption)}]({pictures[name]})" if name in pictures else ""


def _cell(text: str) -> str:
    return text if re.fullmatch(":?--:?", text) else prose(text).replace("|", r"\|")


def prose(text: str) -> str:
    """A sentence, its names set as mathematics, and everything that Markdown or HTML would read as markup escaped."""
    parts, end = [], 0
    for found in NAME.finditer(text):
        symbol = Symbol(found[1], found[2] or "") if found[1] else Symbol(found[3])
        parts += [_escaped(text[end : found.start()]), f"${print_expression(symbol, 'latex')}$"]
        end = found.end()
    whole = "".join([*parts, _escaped(text[end:])])
    return re.sub(r"^(\s*)(?:([-+])|(\d+)([.)]))(?=\s)", _no_list, whole)


def _no_list(found: re.Match[str]) -> str:
    return f"{found[1]}\\{found[2]}" if found[2] else f"{found[1]}{found[3]}\\{found[4]}"


def _escaped(text: str) -> str:
    text = re.sub(r"\s*\n\s*", " ", text)
    return re.sub(r"([\\`*_{}\[\]<>#|$~])", r"\\\1", text)
