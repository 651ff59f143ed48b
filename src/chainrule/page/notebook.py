"""What a notebook shows of a result: `html` where HTML is trusted, `markdown` where it is not, and on hosts of code.

An equation is native MathML, so that nothing is loaded to set it; in Markdown it is LaTeX, which those hosts set.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import singledispatch
from html import escape

from chainrule.calculus import Backpropagation, Step, Steps, formula_equation
from chainrule.descent import Path
from chainrule.digits import short
from chainrule.expression import Equation, Expression, print_expression
from chainrule.page import equations
from chainrule.page.article import font_face, framed
from chainrule.page.figures import picture
from chainrule.page.network import MOST_ROWS
from chainrule.page.proof import badge, why_text
from chainrule.plot import headline, network_size, plot_loss, plot_network, plot_plane
from chainrule.plot.network import describe
from chainrule.problem import Problem
from chainrule.prove.result import Answer
from chainrule.shown import plain

Table = Sequence[Sequence[str]]
"""Rows of cells, the first one the head."""


# An equation by itself stands on the notebook's own ground, light or dark, in a font whose brackets grow.
_ALONE = """.cr-alone{overflow-x:auto}
.cr-alone math{margin:.5em 0;width:max-content;font:1.2em "Chainrule Math","STIX Two Math","Cambria Math",math}
"""


@singledispatch
def html(shown: object) -> str | None:
    """Markup for a cell's output; None for what is shown as text."""
    return None


@singledispatch
def markdown(shown: object) -> str | None:
    """The same in Markdown, without pictures."""
    return None


# Equations and steps ----------------------------------------------------------------------------------


@html.register(Expression)
@html.register(Equation)
def _(shown: Expression | Equation) -> str:
    body = equations.display(shown)
    return f'<style>\n{font_face(body)}\n{_ALONE}</style>\n<div class="cr-alone">{body}</div>'


@markdown.register(Expression)
@markdown.register(Equation)
def _(shown: Expression | Equation) -> str:
    return f"$$ {print_expression(shown, 'latex')} $$"


@html.register
def _(step: Step) -> str:
    return framed(equations.steps([step]))


@html.register
def _(steps: Steps) -> str:
    return framed(equations.steps(steps))


@markdown.register
def _(step: Step) -> str:
    note = f" ({step.note})" if step.note else ""
    return f"{step.rule}{note}: $\\displaystyle {print_expression(step.equation, 'latex')}$"


@markdown.register
def _(steps: Steps) -> str:
    return "\n".join(f"{number}. {markdown(step)}" for number, step in enumerate(steps, 1))


# Problems and answers ---------------------------------------------------------------------------------


@html.register
def _(problem: Problem) -> str:
    points = _plane("problem", "The labelled points", str(problem), problem)
    network = picture(
        "nb-network", "The network", describe(problem),
        lambda ax, palette: plot_network(problem, ax=ax, palette=palette), network_size(problem),
    )  # fmt: skip
    return framed(f'<p>{escape(str(problem))}</p><div class="cr-pair"><figure>{network}</figure>{points}</div>')


@markdown.register
def _(problem: Problem) -> str:
    names = [*problem.network.inputs, "label"]
    count = len(problem.data)
    points = [problem.data.point(row) for row in range(min(count, MOST_ROWS))]
    rows = [[str(k), *(short(value, 10) for value in (*inputs, label))] for k, (inputs, label) in enumerate(points, 1)]
    more = [] if count <= MOST_ROWS else [f"… and {count - MOST_ROWS:,} more."]
    title = plain(problem.title)
    said = _as_markdown(title) + str(problem).removeprefix(title)
    return "\n\n".join([said, _markdown_table([["point", *names], *rows]), *more])


@html.register(Answer)
def notebook_html(answer: Answer) -> str:
    """The verdict with its reasons, the curve of one free weight, and the points."""
    pictures, equation = "", ""
    if not isinstance(answer.problem, Problem):  # an equation typed by hand has no points and no network to draw
        equation = equations.display(formula_equation(answer.problem.shown, answer.problem.free))
    else:
        if len(answer.problem.free) == 1:
            svg = picture("nb-loss", "The loss", headline(answer), lambda ax, p: plot_loss(answer, ax, p), (4.4, 3.5))
            pictures += f"<figure>{svg}</figure>"
        pictures += _plane("nb-plane", "The points", headline(answer), answer)
    return framed(
        f'{equation}<div class="cr-verdict cr-{escape(answer.minimum.kind)}"><p class="cr-answer">'
        f"{equations.prose(equations.ended(headline(answer)))} {badge(answer.minimum.trust_text)}</p>{why_text(answer)}</div>"
        f'<div class="cr-pair">{pictures}</div>'
    )


@markdown.register
def _(answer: Answer) -> str:
    first = [f"**{equations.ended(headline(answer))}** *({answer.minimum.trust_text})*"]
    if not isinstance(answer.problem, Problem):
        first.insert(0, str(markdown(formula_equation(answer.problem.shown, answer.problem.free))))
    return "\n\n".join([*first, *(f"{line[:1].upper()}{line[1:]}" for line in (answer.minimum.why, *answer.reasons))])


def _plane(key: str, title: str, words: str, source: Answer | Problem) -> str:
    problem = source.network_problem if isinstance(source, Answer) else source
    size = 4.2, 4.0 if len(problem.network.inputs) > 1 else 2.4
    return f"<figure>{picture(key, title, words, lambda ax, p: plot_plane(source, ax, p), size)}</figure>"


# Tables -----------------------------------------------------------------------------------------------


@html.register
def _(path: Path) -> str:
    ending = f"{path.ending.sentence[:1].upper()}{path.ending.sentence[1:]}"
    said = f"<p><b>{escape(path.method)}</b>: {equations.prose(equations.ended(ending))} {badge(path.ending.trust)}</p>"
    return framed(said + _html_table(path.table()))


@markdown.register
def _(path: Path) -> str:
    return f"**{path.method}**: {path.ending.sentence}\n\n{_markdown_table(path.table())}"


@html.register
def _(found: Backpropagation) -> str:
    tables = _html_table(found.unit_table()) + _html_table(found.gradient_table())
    return framed(f"<p>Point {found.row + 1}, loss {found.loss:.6g} {badge('computed')}</p>{tables}")


@markdown.register
def _(found: Backpropagation) -> str:
    tables = [_markdown_table(found.unit_table()), _markdown_table(found.gradient_table())]
    return "\n\n".join([f"Point {found.row + 1}, loss {found.loss:.6g} *(computed)*", *tables])


def _html_table(table: Table) -> str:
    def row(cells: Sequence[str], tag: str, show: Callable[[str], str]) -> str:
        first, *others = cells
        return (
            f'<tr><th scope="row">{show(first)}</th>' + "".join(f"<{tag}>{show(c)}</{tag}>" for c in others) + "</tr>"
        )

    head, *rows = table
    body = "".join(row(cells, "td", equations.prose) for cells in rows)
    return (
        f'<div class="cr-scroll" tabindex="0"><table class="cr-numbers"><thead>{row(head, "th", equations.prose)}</thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _as_markdown(text: str) -> str:
    """Words out of a file, so that no character of them is markup: Markdown, HTML or mathematics."""
    return re.sub(r"([\\`*_{}\[\]()#+.!|~$<>&-])", r"\\\1", text)


def _markdown_table(table: Table) -> str:
    head, *rows = table
    lines = [head, [":--", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines)
