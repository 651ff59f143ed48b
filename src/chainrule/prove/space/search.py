"""Several free weights, all of R^k or a box: which method settles the problem.

1. *reduce*: where the data's columns are dependent some directions change nothing; the weights that are not
   needed are fixed at 0.
2. *escape*: where some direction makes no point worse and one better there is no minimum; the infimum is that
   of the rows that stay, a smaller problem, to which the same is done.
3. *boxes*: otherwise a core box is searched (`boxes`) and everything outside it shown to be worse (`outside`).
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Literal

import numpy as np

from chainrule.exact import float_bounds
from chainrule.problem import Problem
from chainrule.problem.data import Floats
from chainrule.prove.boundary import boundary, number
from chainrule.prove.boxes.checkpoint import Checkpoint
from chainrule.prove.boxes.search import MARGIN, Progress, Search
from chainrule.prove.boxes.slabs import Slabs
from chainrule.prove.boxes.state import Limits, Searched
from chainrule.prove.boxes.tree import WELL, Tree
from chainrule.prove.boxes.wells import find_well
from chainrule.prove.certificate import boxes_proof, certificate
from chainrule.prove.line.sharp import outward
from chainrule.prove.neuron.directions import distinct_slopes, find_escape, independent_columns
from chainrule.prove.neuron.local import jet, local_minima
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.result import Answer, Interval, Minimum
from chainrule.prove.space.approach import Approach, find_approach
from chainrule.prove.space.coordinates import are_askew, carried_over, find_coordinates
from chainrule.prove.space.outside import Outside, search_outside
from chainrule.prove.space.smaller import Solve, approaching, escaping, reduced
from chainrule.prove.stationary.listing import with_all_points

PLACES = 13
SIZES = (16.0, 32.0, 64.0, 256.0, 1024.0)  # half-widths of the core, in units in which the forms are of order one
FEW_CELLS, CELLS = 2_000, 100_000
FALLBACK = 50_000
SHOWN = 4
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
) -> Answer:
    """The verdict over several free weights: all of R^k, or the box, an interval for each free weight.

    `solve` answers the smaller problems that this one may come down to. Only one of them, or this one, ends in a search
    of boxes, and that goes on from the checkpoint. With `all_points` a second search finds all stationary points in the box.

    *Enclosed*: rigorous, not yet checked by anybody else.
    """
    start = time.perf_counter()
    limits = limits or Limits()
    ridge = Ridge.of(problem)
    if box is not None and all_points:
        answer = _in_box(ridge, box, limits, progress, checkpoint, "")
        answer = with_all_points(ridge, answer, limits, time.perf_counter() - start, progress)
    elif box is not None:
        answer = _in_askew_box(ridge, box, limits, progress, checkpoint)
    else:
        answer = _everywhere(ridge, solve, limits, progress, checkpoint)
    return replace(answer, search_seconds=time.perf_counter() - start)


def _everywhere(
    ridge: Ridge, solve: Solve, limits: Limits, progress: Progress | None, checkpoint: Checkpoint | None
) -> Answer:
    problem = ridge.problem
    if ridge.quadratic:
        return _around_a_core(
            ridge, limits, progress, checkpoint
        )  # a penalty leaves no direction in which nothing gets worse
    kept = independent_columns(distinct_slopes(ridge))
    if len(kept) < len(problem.free):
        return reduced(problem, [problem.free[j] for j in kept], solve)
    if (escape := find_escape(ridge)) is not None:
        return escaping(ridge, escape, solve)
    if (coordinates := find_coordinates(ridge, np.zeros(len(problem.free), bool))) is not None:
        moved = coordinates.problem(problem)
        inner = None if moved is None else solve(moved)
        if inner is not None and inner.minimum.domain is None:
            return carried_over(problem, coordinates, inner, None, partial(_retold, inner.minimum, ""))
    return _around_a_core(ridge, limits, progress, checkpoint)


def _in_askew_box(
    ridge: Ridge, box: Box, limits: Limits, progress: Progress | None, checkpoint: Checkpoint | None
) -> Answer:
    """The search of a box, in other coordinates where those save much."""
    names = ridge.problem.free
    if not are_askew(ridge):
        return _in_box(ridge, box, limits, progress, checkpoint, "")
    ends = [(Fraction(float(box[name][0])), Fraction(float(box[name][1]))) for name in names]
    lower, upper = np.array([[float(end) for end in pair] for pair in ends]).T
    points = local_minima(ridge, lower, upper)
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
    inner = _answer(part, search.result(search.run()), core, None, _domain(names, core), "")
    domain = {name: Interval(low, high) for name, (low, high) in zip(names, ends, strict=True)}
    return carried_over(ridge.problem, coordinates, inner, domain, partial(_retold, inner.minimum, ""))


def _retold(inner: Minimum, note: str, minimum: Minimum) -> str:
    """The sentence on the verdict where it was found in other coordinates."""
    if minimum.at is not None:
        return _attained(minimum.at, minimum.value, minimum.domain, note)
    if minimum.direction is not None:
        steps = ", ".join(number(step) for step in minimum.direction.values())
        way = f"along ({steps}) in ({', '.join(minimum.direction)})"
        return (
            f"the loss approaches its infimum {minimum.value.text()} {way} and never reaches it, "
            "and the loss everywhere else is higher"
        )
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
    return _answer(ridge, searched, core, None, _domain(names, core), note)


def _around_a_core(ridge: Ridge, limits: Limits, progress: Progress | None, checkpoint: Checkpoint | None) -> Answer:
    """All of R^k: a core large enough that everything outside it is worse, and a search inside."""
    if ridge.profile.convex and (answer := _by_convexity(ridge)) is not None:
        return answer
    scale = 1.0 / np.sqrt(np.mean(ridge.a**2, axis=0))
    approach: Approach | None = None
    # Most cones are settled at once or never, so every size is tried with few of them before any is with many.
    efforts = (FEW_CELLS, CELLS) if len(scale) <= 4 else (FEW_CELLS,)
    lowest: dict[float, tuple[float, bool]] = {}
    for cells, size in itertools.product(efforts, SIZES):
        reach = np.exp2(np.ceil(np.log2(size * scale)))
        core = np.stack([-reach, reach])
        if size not in lowest:
            points = local_minima(ridge, -reach, reach)
            best = float(jet(ridge, points[:1]).value[0])
            lowest[size] = best, bool(np.all(np.abs(points[0]) < reach))
            # A limit lower than what a small core holds; in a larger one the loss may come as near to it as doubles go.
            approach = approach or _lower_limit(ridge, size, scale, best)
        best, inside = lowest[size]
        if approach is not None:
            target = float(approach.limit) + 10 * MARGIN
            outside = search_outside(ridge, -reach, reach, target, cells, approach)
            if outside is not None:
                search = Search(ridge, -reach, reach, limits, False, progress, checkpoint, float(approach.limit))
                stop = search.run()
                if stop == "closed":
                    return approaching(ridge, search.result(stop), core, outside, approach)
                if stop != "resolution":
                    return _answer(ridge, search.result(stop), core, None, None, "")
        elif inside:
            outside = search_outside(ridge, -reach, reach, best + 10 * MARGIN, cells)
            if outside is not None:
                search = Search(ridge, -reach, reach, limits, False, progress, checkpoint)
                return _answer(ridge, search.result(search.run()), core, outside, None, "")
    box = {name: (Fraction(-DEFAULT_BOX), Fraction(DEFAULT_BOX)) for name in ridge.problem.free}
    note = f"nothing could be shown about all reals, so the search was in ±{DEFAULT_BOX}"
    # Nobody asked for this box, so the search in it does not go on for ever.
    limits = replace(limits, boxes=min(limits.boxes or FALLBACK, FALLBACK))
    return _in_box(ridge, box, limits, progress, checkpoint, note)


def _by_convexity(ridge: Ridge) -> Answer | None:
    """A convex loss: the stationary point of a well is the only one there is, and the global minimum."""
    far = np.full(ridge.a.shape[1], 2.0**20)
    point = local_minima(ridge, -far, far)[0]
    well = find_well(ridge, point, -far, far)
    if well is None:
        return None
    tree = Tree(len(point))
    tree.close(np.zeros(1, int), WELL)
    at = np.stack([point - well.radius, point + well.radius])
    searched = Searched(tree, (well,), point, well.value, at, "closed", 1, ())
    return _answer(ridge, searched, np.stack([well.lower, well.upper]), "convex", None, "")


def _lower_limit(ridge: Ridge, size: float, scale: Floats, best: float) -> Approach | None:
    """A limit at infinity below the best value found nearer by, where far points lead to one."""
    reach = 4 * size * scale
    for point in local_minima(ridge, -reach, reach, spread=size)[:4]:
        if np.max(np.abs(point) / reach) > 0.5 and (approach := find_approach(ridge, point)) is not None:
            return approach if approach.limit < Fraction(best) else None
    return None


def _answer(
    ridge: Ridge,
    searched: Searched,
    core: Floats,
    outside: Outside | Literal["convex"] | None,
    domain: dict[str, Interval] | None,
    note: str,
) -> Answer:
    problem = ridge.problem
    done = searched.stop == "closed"
    # A search that was stopped before its first step knows only that a mean of squares is not negative.
    low, high = Fraction(max(searched.value[0], 0.0)), Fraction(searched.value[1])
    if domain is None and outside is None:  # nothing is known far out but that no term costs less than 0
        low = min(low, ridge.constant)
    slack = Fraction(2 * MARGIN) / 10
    value = outward(low - slack, high + slack, PLACES)
    at = {
        name: outward(Fraction(float(searched.at[0, j])), Fraction(float(searched.at[1, j])), PLACES)
        for j, name in enumerate(problem.free)
    }
    if domain is not None:
        at = {
            name: Interval(max(i.lower, domain[name].lower), min(i.upper, domain[name].upper)) for name, i in at.items()
        }
    kind = "attained" if done or domain is not None else "undecided"
    minimum = Minimum(kind, at, value, None, domain, "enclosed", _why(ridge, searched, domain, value, at, note))  # type: ignore[arg-type]
    if not done:
        minimum = replace(minimum, kind="undecided", at=None)
    proof = boxes_proof(problem, searched, core, outside)
    point = {
        name: Interval(Fraction(float(x)), Fraction(float(x)))
        for name, x in zip(problem.free, searched.best, strict=True)
    }
    return Answer(
        problem=problem,
        minimum=minimum,
        stationary=(),
        limits={},
        boundary=boundary(problem, point),
        reasons=_reasons(ridge, searched, outside),
        search_seconds=0.0,
        check_seconds=None,
        certificate=certificate(problem, minimum, (), {}, proof),
        best={name: interval.middle for name, interval in point.items()},
    )


def _why(
    ridge: Ridge,
    searched: Searched,
    domain: dict[str, Interval] | None,
    value: Interval,
    at: Mapping[str, Interval],
    note: str,
) -> str:
    where = "over all reals" if domain is None else "in the box"
    if searched.stop != "closed":
        stopped = {
            "boxes": "the limit on boxes was reached",
            "time": "the time limit was reached",
            "interrupted": "the search was interrupted",
            "resolution": "boxes became too small for doubles",
        }[searched.stop]
        low, high = value.to_json()
        text = f"{stopped} after {searched.boxes:,} boxes: the infimum {where} lies in [{low}, {high}]"
    else:
        return _attained(at, value, domain, note)
    return f"{note}; {text}" if note else text


def _attained(at: Mapping[str, Interval], value: Interval, domain: Mapping[str, Interval] | None, note: str) -> str:
    where = "over all reals" if domain is None else "in the box"
    places = ", ".join(f"{name} = {interval.text(8)}" for name, interval in at.items())
    text = f"the loss has its global minimum {where}, {value.text()}, at {places}"
    if len(at) > SHOWN or not all(_is_narrow(interval) for interval in at.values()):
        text = f"the loss has its global minimum {where}, {value.text()}, at the place below"
    if not all(_is_narrow(interval) for interval in at.values()):
        text += "; a smaller gap narrows that down"
    return f"{note}; {text}" if note else text


def _is_narrow(interval: Interval) -> bool:
    return interval.width <= Fraction(1, 1000) * max(Fraction(1), abs(interval.middle))


def _reasons(ridge: Ridge, searched: Searched, outside: Outside | Literal["convex"] | None) -> tuple[str, ...]:
    if outside == "convex":
        return ("Cross-entropy is convex in the weights, strictly so around this point, so it has no other minimum.",)
    told = []
    counts = ", ".join(f"{count:,} by {name}" for name, count in searched.tree.counts().items())
    told.append(f"The search settled {searched.boxes:,} boxes: {counts}.")
    if outside is not None:
        told.append(
            f"No direction makes every point better, and {outside.cells:,} cones show that far out the loss is higher "
            "than at the minimum."
        )
    return tuple(told)
