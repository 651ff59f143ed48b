"""Several free weights, all of R^k or a box: which method settles the problem.

1. *reduce*: where the data's columns are dependent some directions change nothing; the weights that are not
   needed are fixed at 0.
2. *escape*: where some direction makes no point worse and one better there is no minimum; the infimum is that
   of the rows that stay, a smaller problem, to which the same is done.
3. *boxes*: otherwise a core box is searched (`boxes`) and everything outside it shown to be worse (`core`, `outside`).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial

import numpy as np

from chainrule.exact import float_bounds
from chainrule.problem import Problem
from chainrule.problem.data import Floats
from chainrule.prove.boundary import number
from chainrule.prove.boxes.checkpoint import Checkpoint
from chainrule.prove.boxes.search import Progress, Search, nearest_to_0
from chainrule.prove.boxes.slabs import Slabs
from chainrule.prove.boxes.state import Limits
from chainrule.prove.clock import TimeUp
from chainrule.prove.neuron.directions import distinct_slopes, find_escape, independent_columns
from chainrule.prove.neuron.enclose import blas
from chainrule.prove.neuron.local import Effort, local_minima
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.result import Answer, Interval, Minimum
from chainrule.prove.space.answers import Interrupted, attained, box_answer, stopped_answer
from chainrule.prove.space.coordinates import are_askew, carried_over, find_coordinates
from chainrule.prove.space.core import around_a_core
from chainrule.prove.space.smaller import Solve, escaping, reduced
from chainrule.prove.stationary.ground import RidgeGround
from chainrule.prove.stationary.listing import with_all_points

FALLBACK = 50_000
DEFAULT_BOX = 10  # when nothing can be said about all reals the search is in ±10, and says so
Box = Mapping[str, tuple[Fraction, Fraction]]


def search_space(
    problem: Problem,
    solve: Solve,
    box: Box | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    checkpoint: Checkpoint | None = None,
    all_points: bool = False,
    passed_on: bool = False,
) -> Answer:
    """The verdict over several free weights: all of R^k, or the box, an interval for each free weight.

    `solve` answers the smaller problems that this one may come down to. Only one of them, or this one, ends in a search
    of boxes, and that goes on from the checkpoint. With `all_points` a second search finds all stationary points in the box.
    Ctrl-C leaves an interval, or is `passed_on`.

    *Enclosed*: rigorous, not yet checked by anybody else.
    """
    start = time.perf_counter()
    limits = (limits or Limits()).begun()
    ridge = Ridge.of(problem)
    # On small matrices the threads of BLAS wait for each other, a hundred times as long where others work, too.
    with blas().limit(limits=1, user_api="blas"):
        if box is not None and all_points:
            answer = _in_box(ridge, box, limits, progress, checkpoint, "")
            answer = with_all_points(RidgeGround(ridge), answer, limits, progress)
        elif box is not None:
            answer = _in_askew_box(ridge, box, limits, progress, checkpoint)
        else:
            try:
                answer = _everywhere(ridge, solve, limits, progress, checkpoint)
            except KeyboardInterrupt as interrupt:
                if passed_on:
                    raise
                point = interrupt.point if isinstance(interrupt, Interrupted) else np.zeros(len(problem.free))
                timed = isinstance(interrupt.__cause__ or interrupt, TimeUp)
                answer = stopped_answer(ridge, point, "time" if timed else "interrupted")
    return replace(answer, search_seconds=time.perf_counter() - start)


def _everywhere(
    ridge: Ridge, solve: Solve, limits: Limits, progress: Progress | None, checkpoint: Checkpoint | None
) -> Answer:
    problem = ridge.problem
    if not ridge.quadratic:  # a penalty leaves no direction in which nothing gets worse
        kept = independent_columns(distinct_slopes(ridge))
        if len(kept) < len(problem.free):
            return reduced(problem, [problem.free[j] for j in kept], solve)
        if (escape := find_escape(ridge, limits.until)) is not None:
            return escaping(ridge, escape, solve)
    if (coordinates := find_coordinates(ridge, np.zeros(len(problem.free), bool))) is not None:
        moved = coordinates.problem(problem)
        inner = None if moved is None else solve(moved)
        if inner is not None and inner.minimum.domain is None:
            return carried_over(problem, coordinates, inner, None, partial(_retold, inner.minimum))
    found = around_a_core(ridge, solve, limits, progress, checkpoint)
    if found is not None:
        return found
    box = {name: (Fraction(-DEFAULT_BOX), Fraction(DEFAULT_BOX)) for name in problem.free}
    note = f"nothing could be shown about all reals, so the search was in ±{DEFAULT_BOX}"
    # Nobody asked for this box, so the search in it does not go on for ever.
    limits = replace(limits, boxes=min(limits.boxes or FALLBACK, FALLBACK))
    answer = _in_box(ridge, box, limits, progress, checkpoint, note)
    return replace(answer, minimum=replace(answer.minimum, asked=False))


def _in_askew_box(
    ridge: Ridge, box: Box, limits: Limits, progress: Progress | None, checkpoint: Checkpoint | None
) -> Answer:
    """The search of a box, in other coordinates where those save much."""
    names = ridge.problem.free
    if not are_askew(ridge):
        return _in_box(ridge, box, limits, progress, checkpoint, "")
    ends = [(Fraction(float(box[name][0])), Fraction(float(box[name][1]))) for name in names]
    lower, upper = np.array([[float(end) for end in pair] for pair in ends]).T
    try:
        points = local_minima(ridge, lower, upper, Effort(until=limits.until))
    except KeyboardInterrupt:
        core, search = np.stack([lower, upper]), Search(ridge, lower, upper, limits, points=nearest_to_0(lower, upper))
        return box_answer(ridge, search.result("interrupted"), core, None, _domain(names, core), "")
    coordinates = find_coordinates(ridge, (points[0] <= lower) | (points[0] >= upper))
    moved = None if coordinates is None else coordinates.problem(ridge.problem)
    if coordinates is None or moved is None:
        return _in_box(ridge, box, limits, progress, checkpoint, "")
    # The best point must lie in the domain exactly, others need not be had.
    inverse = np.array([[float(x) for x in row] for row in coordinates.inverse])
    there = [point for point in points @ inverse.T if coordinates.reaches(point, ends)]
    if not there:
        return _in_box(ridge, box, limits, progress, checkpoint, "")
    hull = [(float_bounds(low)[0], float_bounds(high)[1]) for low, high in coordinates.hull(ends)]
    core = np.array(hull).T
    part, slabs = Ridge.of(moved), Slabs.of(coordinates.matrix, ends)
    search = Search(
        part, core[0], core[1], limits, progress=progress, checkpoint=checkpoint, slabs=slabs, points=np.array(there)
    )
    inner = box_answer(part, search.result(search.run()), core, None, _domain(names, core), "")
    domain = {name: Interval(low, high) for name, (low, high) in zip(names, ends, strict=True)}
    return carried_over(ridge.problem, coordinates, inner, domain, partial(_retold, inner.minimum))


def _retold(inner: Minimum, minimum: Minimum) -> str:
    """The sentence on the verdict where it was found in other coordinates."""
    if minimum.at is not None:
        return attained(minimum.at, minimum.value, minimum.domain, "")
    if minimum.direction is not None:
        steps = ", ".join(number(step) for step in minimum.direction.values())
        way = f"along ({steps}) in ({', '.join(minimum.direction)})"
        return f"{minimum.approach('the loss', f' {way}')}, and the loss everywhere else is higher"
    return inner.why


def _domain(names: Sequence[str], core: Floats) -> dict[str, Interval]:
    return {name: Interval(Fraction(core[0, j]), Fraction(core[1, j])) for j, name in enumerate(names)}


def _in_box(
    ridge: Ridge, box: Box, limits: Limits, progress: Progress | None, checkpoint: Checkpoint | None, note: str
) -> Answer:
    names = ridge.problem.free
    core = np.array([[float(box[name][end]) for name in names] for end in (0, 1)])
    search = Search(ridge, core[0], core[1], limits, progress=progress, checkpoint=checkpoint)
    stop = search.run()
    searched = search.result(stop)
    return box_answer(ridge, searched, core, None, _domain(names, core), note)
