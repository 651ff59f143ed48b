"""What the pictures of several free weights share: the point to look at, and the window.

All of it is ordinary floating point (*computed*) and decides only what is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from chainrule.errors import ProblemError
from chainrule.exact import nearest
from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem
from chainrule.problem.data import Floats
from chainrule.prove.neuron.far import short_point
from chainrule.prove.neuron.local import jet, local_minima
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.result import Answer

MOST_ROWS = 20_000  # rows that pictures are computed from; evenly taken from more
NEAR_ENOUGH = 1e-3  # of an infimum at infinity


def place_of(answer: Answer) -> Floats:
    """The best point ``(k,)``, in the order of the free weights; near enough to an infimum at infinity where there is no minimum."""
    minimum, names = answer.minimum, answer.problem.free
    if minimum.outward is not None:
        direction = np.array([float(minimum.outward[name]) for name in names])
        if isinstance(answer.problem, TypedProblem):
            return np.asarray(10 * direction / np.max(np.abs(direction)))
        return short_point(Ridge.of(answer.problem), direction, nearest(minimum.value.upper) + NEAR_ENOUGH, NEAR_ENOUGH)
    if answer.best is not None:
        return np.array([float(answer.best[name]) for name in names])
    if (
        minimum.at is not None
        and np.isfinite([nearest(e) for i in minimum.at.values() for e in (i.lower, i.upper)]).all()
    ):
        return np.array([nearest(minimum.at[name].middle) for name in names])
    if not isinstance(answer.problem, Problem) or not answer.problem.is_ridge:
        low, high = _domain(answer, np.full(len(names), -5.0), np.full(len(names), 5.0))
        return (low + high) / 2
    reach = np.full(len(names), 10.0)
    return np.asarray(local_minima(Ridge.of(answer.problem), -reach, reach)[0])


def _domain(answer: Answer, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """The ends of the search's box, or `low` and `high` where it has none."""
    domain = answer.minimum.domain
    if domain is None or not all(name in domain for name in answer.problem.free):
        return low, high
    ends = [(nearest(domain[n].lower), nearest(domain[n].upper)) for n in answer.problem.free]
    return np.array([low for low, _ in ends]), np.array([high for _, high in ends])


def window_of(answer: Answer, place: Floats) -> Floats:
    """The part ``(2, k)`` worth seeing: the box of the search, or round 0 and the place, far enough for the loss to rise."""
    near = place - 5.0, place + 5.0
    if not isinstance(answer.problem, Problem) or not answer.problem.is_ridge or answer.minimum.domain is not None:
        return np.stack(_domain(answer, *near))
    ridge = Ridge.of(answer.problem)
    now = jet(ridge, place[None])
    bend = np.abs(np.diagonal(now.hessian[0]))
    # A step of this length costs about 0.05 where the loss is a parabola; never longer than the origin is away, or a few units.
    unit = 1.0 / ridge.scale
    rise = np.minimum(np.sqrt(0.1 / (bend + 1e-300)), np.maximum(4 * unit, np.abs(place)))
    low, high = np.minimum(place - rise, 0.0), np.maximum(place + rise, 0.0)
    room = 0.15 * (high - low)
    return np.stack([low - room, high + room])


def thinned(problem: Problem | TypedProblem) -> tuple[Problem | TypedProblem, int]:
    """The problem on at most `MOST_ROWS` of its rows, and how many these are (0 of an equation)."""
    if isinstance(problem, TypedProblem):
        return problem, 0
    n = len(problem.data)
    if n <= MOST_ROWS:
        return problem, n
    rows = np.unique(np.linspace(0, n - 1, MOST_ROWS).astype(int))
    return replace(problem, data=problem.data.take([int(i) for i in rows])), len(rows)


def two_weights(answer: Answer, names: Sequence[str] | None) -> tuple[str, str]:
    """The two free weights to draw over.

    Raises
    ------
    ProblemError
        If there are not two, or those named are not free.
    """
    free = answer.problem.free
    chosen = tuple(free if names is None else names)
    if len(chosen) != 2 or len(set(chosen)) != 2 or not set(chosen) <= set(free):
        raise ProblemError(
            f"a surface needs two free weights; found {', '.join(chosen) or 'none'} of the free {', '.join(free)}; name two of them in Python, or fix the others (--fix w=1)"
        )
    return chosen[0], chosen[1]
