"""A chain of equalities in every form, the rule beside each line; a side that was just written is not written again.

    L_3 = (1/(1 + e^−(x·w_x + y·w_y + bias)) − label)²    (the loss)
        = (1/(1 + e^−(x·w_x + y − 1)) − label)²           (put the weights in)

In LaTeX it is an ``align*`` of the package amsmath; in forms that are programs each line is an assignment, the rule behind it
as a comment; a calculator is given the right sides alone, one a line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from chainrule.expression.printers.latex import latex_lines, latex_text
from chainrule.expression.printers.mathml import mathml
from chainrule.expression.tree import Equation, Expression

COMMENTED = ("python", "numpy", "sympy")


class Line(Protocol):
    """What a step of a derivation says: ``before = after`` by `rule`."""

    @property
    def rule(self) -> str: ...
    @property
    def before(self) -> Expression: ...
    @property
    def after(self) -> Expression: ...


Print = Callable[[Expression | Equation], str]


def print_chain(lines: Sequence[Line], form: str, write: Print) -> str:
    """The lines in `form`, where `write` prints one expression or equation in it."""
    if form == "mathml":
        return "\n".join(f"<p>{line.rule}</p>\n{mathml(Equation(line.before, line.after), 'block')}" for line in lines)
    if form == "latex":
        return _latex(lines, write)
    if form in COMMENTED:
        return "\n".join(f"{write(Equation(left, line.after))}  # {line.rule}" for left, line, _ in _chained(lines))
    if form == "text":
        return _text(lines, write)
    return "\n".join(write(line.after) for line in lines)


def _chained(lines: Sequence[Line]) -> list[tuple[Expression, Line, bool]]:
    """Each line with the left side at the head of its chain, and whether it goes on with what was just written."""
    found: list[tuple[Expression, Line, bool]] = []
    for line in lines:
        goes_on = bool(found) and found[-1][1].after == line.before
        found.append((found[-1][0] if goes_on else line.before, line, goes_on))
    return found


def _text(lines: Sequence[Line], write: Print) -> str:
    shown = [
        f"{' ' * len(write(left))} = {write(line.after)}" if goes_on else write(Equation(line.before, line.after))
        for left, line, goes_on in _chained(lines)
    ]
    width = max(map(len, shown), default=0)
    return "\n".join(f"{text:<{width}}    ({line.rule})" for text, line in zip(shown, lines, strict=True))


def _latex(lines: Sequence[Line], write: Print) -> str:
    """The rules as tags, which move to a line of their own where an equation is too long for them."""
    rows = [
        rf"{'' if goes_on else f'{write(line.before)} '}&= {latex_lines(line.after)} \tag*{{{latex_text(line.rule)}}}"
        for _, line, goes_on in _chained(lines)
    ]
    body = " \\\\\n".join(rows)
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}"


def aligned_latex(lines: Sequence[Line]) -> str:
    """The lines as ``aligned``, for between dollar signs in Markdown, where there are no tags: the rule stands behind each."""
    rows = [
        rf"{'' if goes_on else f'{latex_lines(line.before)} '}&= {latex_lines(line.after)} && \text{{{latex_text(line.rule)}}}"
        for _, line, goes_on in _chained(lines)
    ]
    body = " \\\\\n".join(rows)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"
