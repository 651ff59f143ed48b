"""The one way to ask for a path: a problem, a method, a start."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from chainrule.descent import first_order, second_order
from chainrule.descent.ending import Verdict, ending_of
from chainrule.descent.objective import Objective
from chainrule.descent.path import Path
from chainrule.descent.schedule import Schedule
from chainrule.errors import ProblemError
from chainrule.exact import read_number
from chainrule.problem import Problem
from chainrule.problem.data import Floats
from chainrule.problem.network import require_choice
from chainrule.problem.problem import require_weight

METHODS = ("gd", "momentum", "adam", "newton", "lbfgs")
MAX_STEPS = 20_000


def descend(
    problem: Problem,
    method: str = "gd",
    start: Mapping[str, object] | None = None,
    rate: float = 0.5,
    steps: int = 50,
    schedule: str = "constant",
    seed: int = 0,
    answer: Verdict | None = None,
) -> Path:
    """Go downhill from a start and say how it ended. *Computed*.

    Parameters
    ----------
    method : gd, momentum, adam (with every number they keep), newton (in a trust region), lbfgs.
    start : values of free weights; those it leaves out are drawn from `seed`, uniformly in [−1, 1].
    rate, schedule : the first step size and how it changes: constant, 1/t, cosine (not for newton and lbfgs).
    steps : how many steps at most.
    answer : what `chainrule.minimize` proved, to say at which stationary point the path ended.

    Raises
    ------
    ProblemError
        If an option makes no sense, no weight is free, or the loss at the start is not a finite number.

    Examples
    --------
    >>> problem = Problem.state(["x", "y"], [[1, -1, 0], [1, 3, 1]], {"w_y": 1, "bias": -1})
    >>> path = descend(problem, "gd", {"w_x": 1}, rate=4, steps=200)
    >>> path.ending.status, abs(path.steps[-1].at[0]) < 1e-8
    ('converged', True)
    """
    problem.require_free()
    require_choice("method", method, METHODS)
    if type(steps) is not int or not 1 <= steps <= MAX_STEPS:
        raise ProblemError(f"found {steps!r:.20} steps; needed a whole number from 1 to {MAX_STEPS:,}")
    rates = Schedule(rate, steps, schedule)
    objective, place = Objective(problem), start_place(problem, start or {}, seed)
    if not math.isfinite(objective.value(place)):
        raise ProblemError("the loss at the start is not a finite number; start nearer to 0")
    if method in first_order.MOVES:
        walked = list(first_order.walk(objective, method, place, rates))
    else:
        walked = second_order.walk(objective, method, place, steps)
    return Path(problem, method, tuple(walked), ending_of(objective, method, walked, rates, answer))


def start_place(problem: Problem, start: Mapping[str, object], seed: int) -> Floats:
    """The start ``(k,)``; what is not stated is drawn from the seed."""
    for name in start:
        require_weight(name, problem.network)
        if name in problem.fixed:
            raise ProblemError(
                f"the start has {name}, which is fixed; needed values of free weights: {', '.join(problem.free)}"
            )
    drawn = np.random.default_rng(seed).uniform(-1, 1, len(problem.free))
    return np.array(
        [
            float(Fraction(read_number(start[name], f"start of {name}"))) if name in start else drawn[k]
            for k, name in enumerate(problem.free)
        ]
    )
