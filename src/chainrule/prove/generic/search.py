"""The front door for any formula: equations typed by hand, and losses of networks with hidden layers."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, cast

import numpy as np

from chainrule.algebra.expressions import Worked, single
from chainrule.errors import ProblemError
from chainrule.expression.rewrite import gather_sigmoids, transform
from chainrule.expression.tree import Add, Expression, Function, Multiply, Number, Symbol
from chainrule.expression.typed import TypedProblem
from chainrule.formula import loss, weight_values
from chainrule.problem import Problem
from chainrule.prove.boxes.state import Limits
from chainrule.prove.certificate import boxes_proof
from chainrule.prove.generic.box import search_box
from chainrule.prove.generic.branches import branches, has_kink
from chainrule.prove.generic.certificate import claimed, document, line_document, parts_proof
from chainrule.prove.generic.landscape import Landscape
from chainrule.prove.generic.line import decide, is_wider, settle, stated
from chainrule.prove.generic.points import LandscapeGround
from chainrule.prove.generic.tails import is_constant
from chainrule.prove.generic.words import reasons, with_why
from chainrule.prove.line.cover import Progress
from chainrule.prove.neuron.enclose import blas
from chainrule.prove.result import Answer, Interval
from chainrule.prove.stationary.listing import require_all_points, with_all_points

Box = Mapping[str, tuple[Fraction, Fraction]]
UNASKED_SECONDS = 30.0
DEFAULT_BOX = Fraction(10)
WRITTEN_OUT = "The proof is about the loss written out as one formula, every point put in."
MOST_ROWS = 200  # a formula with the rows written out stays readable, and one evaluation cheap


def search_typed(
    typed: TypedProblem,
    box: Box | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    all_points: bool = False,
) -> Answer:
    """The verdict on a typed equation: over the whole line or an interval for one variable, else in a box.

    *Enclosed*: rigorous, not yet checked by anybody else. Several variables without a box are searched in ±10.
    """
    landscape = Landscape.of(typed.expression, typed.free)
    if len(typed.free) == 1 and _is_constant(landscape, typed.expression):
        raise ProblemError(
            f"{typed.expression} does not depend on {typed.free[0]}: its value is the same everywhere, so every place is a minimum"
        )
    return _search(typed, landscape, typed.stated, box, limits, progress, all_points)


def _is_constant(landscape: Landscape, formula: Expression) -> bool:
    if has_kink(formula):
        return all(branch.is_flat for branch in branches(formula))
    return is_constant(landscape)


def search_network(
    problem: Problem,
    box: Box | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    all_points: bool = False,
) -> Answer:
    """The verdict on the loss of any network, its rows written out as one formula: as for a typed equation.

    Raises
    ------
    ProblemError
        If the data has more than MOST_ROWS rows.
    """
    if len(problem.data) > MOST_ROWS:
        raise ProblemError(
            f"the loss of a network with hidden layers is searched for at most {MOST_ROWS} points; found {len(problem.data):,}; "
            "take fewer points, or see its way down with `chainrule descend`"
        )
    algebra = Worked()
    symbols = {name: cast("Any", Symbol(name)) for name in problem.free}
    written = single(cast("Any", loss(algebra, problem, weight_values(algebra, problem, symbols))))
    expression = transform(gather_sigmoids(written), _without_untaken)

    def formula(over: Any, values: Mapping[str, Any]) -> Any:
        return loss(over, problem, weight_values(over, problem, values))

    spelled = Landscape.of(expression, problem.free)
    # Whole columns at once in a box; row by row where a single number is wanted to many digits.
    landscape = spelled if len(problem.free) == 1 else Landscape(problem.free, formula, len(problem.data))
    answer = _search(problem, landscape, expression, box, limits, progress, all_points)
    return replace(answer, reasons=(*answer.reasons, WRITTEN_OUT))


def _without_untaken(node: Expression) -> Expression:
    """A sum without its terms ``0·softplus(…)``: in a cross-entropy every class has one, and a row's label takes one of them."""
    if not isinstance(node, Add):
        return node
    kept = tuple(term for term in node.terms if not _is_untaken(term))
    return node if len(kept) == len(node.terms) else Add(kept) if len(kept) != 1 else kept[0]


def _is_untaken(term: Expression) -> bool:
    match term:
        case Multiply((Number(target), Function("softplus", _))):
            return target == 0
    return False


def _search(
    problem: Problem | TypedProblem,
    landscape: Landscape,
    expression: Expression,
    box: Box | None,
    limits: Limits | None,
    progress: Progress | None,
    all_points: bool,
) -> Answer:
    start = time.perf_counter()
    require_intervals(landscape.free, box)
    if all_points:
        require_all_points(landscape.free, box)
    if len(landscape.free) == 1:
        answer = _on_a_line(problem, landscape, expression, box, limits or Limits(), progress)
    else:
        limits = (limits or Limits()).begun()
        with blas().limit(limits=1, user_api="blas"):
            answer = _in_a_box(problem, landscape, expression, box, limits, progress)
            if all_points and box is not None:
                width = np.array([float(box[name][1]) - float(box[name][0]) for name in landscape.free])
                answer = with_all_points(LandscapeGround(landscape, width), answer, limits, progress)
    return replace(answer, search_seconds=time.perf_counter() - start)


def require_intervals(names: Sequence[str], box: Box | None) -> None:
    """ProblemError unless the box, if there is one, has an interval for each name."""
    for name in names if box is not None else ():
        if name not in box:  # type: ignore[operator]
            raise ProblemError(f"the box has no interval for {name}; needed one for each of {', '.join(names)}")


def _on_a_line(
    problem: Problem | TypedProblem,
    landscape: Landscape,
    expression: Expression,
    box: Box | None,
    limits: Limits,
    progress: Progress | None,
) -> Answer:
    (name,) = landscape.free
    lines = settle(landscape, expression, None if box is None else box[name], progress, limits.begun().until)
    minimum = decide(lines, limits.gap)
    lines, minimum = stated(lines), replace(minimum, value=minimum.value.stated())
    is_finite = not isinstance(minimum.value.lower, float) and not isinstance(minimum.value.upper, float)
    wide = limits.gap if minimum.kind == "undecided" and is_finite and is_wider(minimum.value, limits.gap) else None
    curve = replace(lines.curve, wide=wide)
    minimum = with_why(curve, minimum)
    ends: dict[str, tuple[Interval, Interval]] = {}
    if lines.far is not None:
        low, high = (far.limit for far in lines.far)
        if low is not None and high is not None:
            ends[name] = low, high
    certificate = line_document(expression, lines, minimum)
    told = reasons(curve, has_kink(expression))
    return Answer(problem, minimum, lines.stationary, ends, None, told, 0.0, None, certificate)


def _in_a_box(
    problem: Problem | TypedProblem,
    landscape: Landscape,
    expression: Expression,
    box: Box | None,
    limits: Limits,
    progress: Progress | None,
) -> Answer:
    note = ""
    if box is None:
        noun = "weights" if isinstance(problem, Problem) else "variables"
        note = f"several {noun} are searched in a box, here ±{DEFAULT_BOX} for each"
        box = dict.fromkeys(landscape.free, (-DEFAULT_BOX, DEFAULT_BOX))
        if limits.boxes is None and limits.seconds is None:  # nobody asked for this box, so it is not searched for ever
            limits = replace(limits, seconds=UNASKED_SECONDS).begun()
    core = np.array([[float(box[name][end]) for name in landscape.free] for end in (0, 1)])
    if not (core[0] < core[1]).all():
        raise ProblemError(
            "the box has a side without a width; needed a lower end below the upper one for each variable"
        )
    # The checker reads 1/(1 + e^x) as the sigmoid that it is, and splits the formula after that.
    settled = search_box(landscape, gather_sigmoids(expression), core, limits, progress, note)
    searched, minimum = settled.searched, replace(settled.minimum, asked=not note)
    proof = boxes_proof(problem, searched, core, None)
    if settled.parts:
        proof["parts"] = [parts_proof(parts) for parts in settled.parts]
    certificate = document(expression, landscape.free, claimed(minimum, [], {}), proof)
    best = {name: Fraction(float(x)) for name, x in zip(landscape.free, searched.best, strict=True)}
    return Answer(problem, minimum, (), {}, None, (), 0.0, None, certificate, best)
