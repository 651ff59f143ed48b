"""The whole walk-through as a list of blocks, which Markdown and LaTeX write each in their way.

Sentences are plain text: a writer sets the names in them (``w_x``, ``w1[0,x]``) as mathematics and escapes what a user wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from chainrule import calculus
from chainrule.calculus import Steps
from chainrule.digits import short
from chainrule.errors import ExpressionError
from chainrule.expression import Equation, Expression, parse
from chainrule.expression.typed import TypedProblem
from chainrule.page.equations import ended, readable
from chainrule.page.proof import TRUST
from chainrule.page.sections import heading
from chainrule.plot import headline, plot_loss, plot_network, plot_plane, plot_slices, plot_surface
from chainrule.plot.regions import known_weights
from chainrule.plot.style import figure_of
from chainrule.problem import Problem
from chainrule.prove.explain.places import kind_of, listed
from chainrule.prove.result import Answer

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_ROWS = 10
MOST_UNITS = 12
MOST_DERIVATIVES = 3
MOST_LINES = 80


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Prose:
    """A paragraph; `trust` says how its figures are known."""

    text: str
    trust: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Display:
    equation: Equation


@dataclass(frozen=True)
class Derivation:
    """A chain of equalities, the rule beside each."""

    steps: Steps


@dataclass(frozen=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Picture:
    """A picture file of that name, drawn only where it is written."""

    name: str
    caption: str
    draw: Callable[[], Figure]


Block = Heading | Prose | Display | Derivation | Table | Picture


def blocks_of(answer: Answer) -> list[Block]:
    """Title, problem, equations and steps, derivative, pictures, verdict; the first block is the title."""
    parts = _network(answer) if isinstance(answer.problem, Problem) else _equation(answer.problem)
    return [Heading(heading(answer)), *parts, *_curves(answer), *_verdict(answer)]


def _network(answer: Answer) -> Iterator[Block]:
    problem = answer.network_problem
    yield Heading("The problem")
    yield from _points(problem)
    yield Picture(
        "points", "The labelled points and the boundary of the answer.", lambda: figure_of(plot_plane(answer).ax)
    )
    yield Heading("The network")
    known = known_weights(answer) or {}
    values = {name: known[name] for name in problem.free if name in known}
    yield Picture(
        "network", "The network, each weight on its edge.", lambda: figure_of(plot_network(problem, None, values).ax)
    )
    yield from _chain(calculus.network_steps(problem))
    yield Heading("The loss of a point" if len(problem.data) > 1 else "The loss")
    alone = problem.network.is_neuron
    yield from _chain(calculus.point_loss_steps(problem, 0) if alone else calculus.unit_steps(problem, 0))
    count = len(problem.data)
    if alone:
        for row in range(1, count if count <= MOST_ROWS else 3):
            yield Display(_cut(calculus.point_loss_equation(problem, row)))
        if count > MOST_ROWS:
            yield Prose(f"… and {count - 3:,} more.")
    if not calculus.is_one_point(problem):
        yield Heading("The loss of the whole")
        yield Prose(f"It is {calculus.whole_words(problem)}:")
        yield Display(_cut(calculus.loss_equation(problem) if alone else calculus.mean_equation(problem)))
    yield Heading("The derivative")
    row_alone = 0 if calculus.is_one_point(problem) else None
    names = problem.free if len(problem.free) <= MOST_DERIVATIVES else problem.free[:1]
    for name in names:
        yield Prose(f"How the loss changes with {name}, from the outside in:")
        yield from _chain(calculus.derivative_steps(problem, name, row_alone))
    if len(names) < len(problem.free):
        yield Prose(f"In the same way for the other {len(problem.free) - len(names)} weights.")


def _points(problem: Problem) -> Iterator[Block]:
    count, case = len(problem.data), problem.data.case_weights
    fixed = ", ".join(f"{name} = {short(value, 10)}" for name, value in list(problem.fixed.items())[:MOST_ROWS])
    free = ", ".join(problem.free[:MOST_ROWS]) + ", …" * (len(problem.free) > MOST_ROWS)
    held = f"; {fixed} {'are' if len(problem.fixed) > 1 else 'is'} fixed" if fixed else ""
    yield Prose(f"{count:,} point{'s' * (count != 1)}. Free: {free}{held}. Where is the loss lowest?")
    shown = count if count <= MOST_ROWS else MOST_ROWS - 2
    head = ("point", *problem.network.inputs, "label", *(() if case is None else ("case weight",)))
    rows = [
        (str(k + 1), *(short(value, 10) for value in (*problem.data.point(k)[0], problem.data.label[k], *(() if case is None else (case[k],)))))
        for k in range(shown)
    ]  # fmt: skip
    yield Table(head, tuple(rows))
    if count > shown:
        yield Prose(f"… and {count - shown:,} more.")


def _equation(problem: TypedProblem) -> Iterator[Block]:
    yield Heading("The equation")
    yield Display(_cut(calculus.formula_equation(problem.shown, problem.free)))
    yield Heading("The derivative")
    for name in problem.free:
        try:
            steps = calculus.formula_steps(problem.expression, name)[1:]  # the first is the equation, shown above
        except ExpressionError as refusal:
            yield Prose(f"No derivative by {name} is written out: {refusal}.")
            continue
        yield Prose(f"How the value changes with {name}, one rule a line:")
        yield from _chain(Steps(steps))


def _chain(steps: Steps) -> Iterator[Block]:
    if len(steps) > MOST_LINES:
        yield Prose(f"That takes {len(steps)} steps; it comes to:")
        steps = Steps(steps[-1:])
    yield Derivation(Steps(replace(step, before=_short(step.before), after=_short(step.after)) for step in steps))


def _short(shown: Expression) -> Expression:
    return cast("Expression", readable(shown))


def _cut(equation: Equation) -> Equation:
    return cast("Equation", readable(equation))


def _curves(answer: Answer) -> Iterator[Block]:
    free = answer.problem.free
    if len(free) == 1:
        yield Picture("loss", f"{ended(headline(answer))}", lambda: figure_of(plot_loss(answer).ax))
    elif len(free) == 2:
        yield Picture("loss", f"{ended(headline(answer))}", lambda: figure_of(plot_surface(answer).ax))
    else:
        yield Picture(
            "loss", "Each weight's own curve, the others as at the marked place.", lambda: plot_slices(answer)
        )


def _verdict(answer: Answer) -> Iterator[Block]:
    minimum = answer.minimum
    yield Heading("The verdict")
    yield Prose(ended(headline(answer, 12)), minimum.trust_text, strong=True)
    for sentence in (minimum.why, *(reason for reason in answer.reasons if reason != minimum.why)):
        yield Prose(ended(f"{sentence[:1].upper()}{sentence[1:]}"))
    rows = list(_figures(answer))
    if rows:
        yield Table(("what", "of", "value", "trust"), tuple((*row, minimum.trust) for row in rows))
    if answer.boundary is not None:
        place = "minimum" if minimum.kind == "attained" else "best point found"
        yield Prose(f"The decision boundary at the {place}:", "computed")
        for part in answer.boundary.split(", that is "):
            yield _boundary(part)
    yield Prose(f"{minimum.trust.capitalize()} means: {TRUST.get(minimum.trust, '')}.")
    yield Prose("Anybody can check it again: chainrule minimize writes the certificate, chainrule check reads it.")


def _boundary(text: str) -> Block:
    left, _, right = text.partition(" = ")
    try:
        return Display(Equation(parse(left), parse(right)))
    except ExpressionError:  # a form that is no equation is a sentence
        return Prose(text)


def _figures(answer: Answer) -> Iterator[tuple[str, str, str]]:
    """What is known of the minimum, each stationary point and each limit: what it is, of what, its value."""
    minimum, what = answer.minimum, "loss" if isinstance(answer.problem, Problem) else "value"
    points, more = listed(answer.stationary)
    if not any(point.kind in ("minimum", "plateau") for point in points):
        yield "lowest" if minimum.kind == "attained" else "infimum", what, minimum.value.text()
        if minimum.at is not None:
            yield from (("at", name, interval.text()) for name, interval in minimum.at.items())
    for point in points:
        yield from ((kind_of(point), name, interval.text()) for name, interval in point.at.items())
        yield "", what, point.value.text()
    if more:
        yield more, "", ""
    for name, limits in answer.limits.items():
        yield from (
            (f"limit, {name} → {side}", what, limit.text()) for side, limit in zip(("−∞", "+∞"), limits, strict=True)
        )
