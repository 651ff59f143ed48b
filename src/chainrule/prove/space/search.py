"""Several free weights, all of R^k or a box: which method settles the problem.

1. *reduce*: where the data's columns are dependent some directions change nothing; the weights that are not
   needed are fixed at 0.
2. *escape*: where some direction makes no point worse and one better there is no minimum; the infimum is that
   of the rows that stay, a smaller problem, to which the same is done.
3. *boxes*: otherwise a core box is searched (`boxes`) and everything outside it shown to be worse (`core`, `outside`).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np

from chainrule.problem import Problem
from chainrule.prove.boxes.checkpoint import Checkpoint
from chainrule.prove.boxes.search import Progress, Search
from chainrule.prove.boxes.state import Limits
from chainrule.prove.neuron.directions import distinct_slopes, find_escape, independent_columns
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.result import Answer, Interval
from chainrule.prove.space.answers import box_answer
from chainrule.prove.space.core import around_a_core
from chainrule.prove.space.smaller import Solve, escaping, reduced
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
) -> Answer:
    """The verdict over several free weights: all of R^k, or the box, an interval for each free weight.

    `solve` answers the smaller problems that this one may come down to. Only one of them, or this one, ends in a search
    of boxes, and that goes on from the checkpoint. With `all_points` a second search finds all stationary points in the box.

    *Enclosed*: rigorous, not yet checked by anybody else.
    """
    start = time.perf_counter()
    limits = limits or Limits()
    ridge = Ridge.of(problem)
    if box is not None:
        answer = _in_box(ridge, box, limits, progress, checkpoint, "")
        if all_points:
            answer = with_all_points(ridge, answer, limits, time.perf_counter() - start, progress)
    else:
        answer = _everywhere(ridge, solve, limits, progress, checkpoint)
    return replace(answer, search_seconds=time.perf_counter() - start)


def _everywhere(
    ridge: Ridge, solve: Solve, limits: Limits, progress: Progress | None, checkpoint: Checkpoint | None
) -> Answer:
    problem = ridge.problem
    if not ridge.quadratic:  # a penalty leaves no direction in which nothing gets worse
        kept = independent_columns(distinct_slopes(ridge))
        if len(kept) < len(problem.free):
            return reduced(problem, [problem.free[j] for j in kept], solve)
        if (escape := find_escape(ridge)) is not None:
            return escaping(ridge, escape, solve)
    found = around_a_core(ridge, solve, limits, progress, checkpoint)
    if found is not None:
        return found
    box = {name: (Fraction(-DEFAULT_BOX), Fraction(DEFAULT_BOX)) for name in problem.free}
    note = f"nothing could be shown about all reals, so the search was in ±{DEFAULT_BOX}"
    # Nobody asked for this box, so the search in it does not go on for ever.
    limits = replace(limits, boxes=min(limits.boxes or FALLBACK, FALLBACK))
    return _in_box(ridge, box, limits, progress, checkpoint, note)


def _in_box(
    ridge: Ridge, box: Box, limits: Limits, progress: Progress | None, checkpoint: Checkpoint | None, note: str
) -> Answer:
    names = ridge.problem.free
    core = np.array([[float(box[name][end]) for name in names] for end in (0, 1)])
    search = Search(ridge, core[0], core[1], limits, progress=progress, checkpoint=checkpoint)
    stop = search.run()
    searched = search.result(stop)
    domain = {name: Interval(Fraction(core[0, j]), Fraction(core[1, j])) for j, name in enumerate(names)}
    return box_answer(ridge, searched, core, None, domain, note)
