"""The front door for any formula: equations typed by hand, and losses of networks with hidden layers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, cast

import numpy as np

from chainrule.algebra.expressions import Expressions, single
from chainrule.errors import ProblemError
from chainrule.expression.rewrite import gather_sigmoids
from chainrule.expression.tree import Expression, Symbol
from chainrule.expression.typed import TypedProblem
from chainrule.formula import loss, weight_values
from chainrule.problem import Problem
from chainrule.prove.boxes.state import Limits
from chainrule.prove.certificate import boxes_proof
from chainrule.prove.generic.box import search_box
from chainrule.prove.generic.certificate import claimed, document, line_document, parts_proof
from chainrule.prove.generic.landscape import Landscape
from chainrule.prove.generic.line import decide, settle
from chainrule.prove.generic.words import reasons, with_why
from chainrule.prove.line.cover import Progress
from chainrule.prove.result import Answer, Interval

Box = Mapping[str, tuple[Fraction, Fraction]]
DEFAULT_BOX = Fraction(10)
MOST_ROWS = 200  # a formula with the rows written out stays readable, and one evaluation cheap


def search_typed(
    typed: TypedProblem, box: Box | None = None, limits: Limits | None = None, progress: Progress | None = None
) -> Answer:
    """The verdict on a typed equation: over the whole line or an interval for one variable, else in a box.

    *Enclosed*: rigorous, not yet checked by anybody else. Several variables without a box are searched in ±10.
    """
    landscape = Landscape.of(typed.expression, typed.free)
    return _search(cast("Problem", typed), landscape, typed.expression, box, limits, progress)


def search_network(
    problem: Problem, box: Box | None = None, limits: Limits | None = None, progress: Progress | None = None
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
    algebra = Expressions()
    symbols = {name: cast("Any", Symbol(name)) for name in problem.free}
    written = single(cast("Any", loss(algebra, problem, weight_values(algebra, problem, symbols))))
    expression = gather_sigmoids(written)

    def formula(over: Any, values: Mapping[str, Any]) -> Any:
        return loss(over, problem, weight_values(over, problem, values))

    spelled = Landscape.of(expression, problem.free)
    # Whole columns at once in a box; row by row where a single number is wanted to many digits.
    landscape = spelled if len(problem.free) == 1 else Landscape(problem.free, formula, len(problem.data))
    return _search(problem, landscape, expression, box, limits, progress)


def _search(
    problem: Problem,
    landscape: Landscape,
    expression: Expression,
    box: Box | None,
    limits: Limits | None,
    progress: Progress | None,
) -> Answer:
    start = time.perf_counter()
    for name in landscape.free if box is not None else ():
        if name not in box:  # type: ignore[operator]
            raise ProblemError(
                f"the box has no interval for {name}; needed one for each of {', '.join(landscape.free)}"
            )
    if len(landscape.free) == 1:
        answer = _on_a_line(problem, landscape, expression, box, limits or Limits(), progress)
    else:
        answer = _in_a_box(problem, landscape, expression, box, limits or Limits(), progress)
    return replace(answer, search_seconds=time.perf_counter() - start)


def _on_a_line(
    problem: Problem,
    landscape: Landscape,
    expression: Expression,
    box: Box | None,
    limits: Limits,
    progress: Progress | None,
) -> Answer:
    (name,) = landscape.free
    lines = settle(landscape, None if box is None else box[name], progress, limits.seconds)
    minimum = with_why(lines, decide(lines))
    ends: dict[str, tuple[Interval, Interval]] = {}
    if lines.far is not None:
        low, high = (far.limit for far in lines.far)
        if low is not None and high is not None:
            ends[name] = low, high
    certificate = line_document(expression, lines, minimum)
    return Answer(problem, minimum, lines.stationary, ends, None, reasons(lines), 0.0, None, certificate)


def _in_a_box(
    problem: Problem,
    landscape: Landscape,
    expression: Expression,
    box: Box | None,
    limits: Limits,
    progress: Progress | None,
) -> Answer:
    note = ""
    if box is None:
        note = f"several variables are searched in a box, here ±{DEFAULT_BOX} for each"
        box = dict.fromkeys(landscape.free, (-DEFAULT_BOX, DEFAULT_BOX))
    core = np.array([[float(box[name][end]) for name in landscape.free] for end in (0, 1)])
    if not (core[0] < core[1]).all():
        raise ProblemError(
            "the box has a side without a width; needed a lower end below the upper one for each variable"
        )
    settled = search_box(landscape, expression, core, limits, progress, note)
    searched, minimum = settled.searched, settled.minimum
    proof = boxes_proof(problem, searched, core, None)
    if settled.parts:
        proof["parts"] = [parts_proof(parts) for parts in settled.parts]
    certificate = document(expression, landscape.free, claimed(minimum, [], {}), proof)
    best = {name: Fraction(float(x)) for name, x in zip(landscape.free, searched.best, strict=True)}
    return Answer(problem, minimum, (), {}, None, (), 0.0, None, certificate, best)
