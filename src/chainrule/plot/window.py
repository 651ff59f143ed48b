"""The interesting part of a loss curve, and enough points on it to draw it smoothly.

Row ``i`` turns from 0 to 1 where ``a_i v + β_i = 0``, over a width of a few ``1/|a_i|``. Beyond all of these
places and the stationary points the loss is within a few percent of its limits, and nothing is left to see.
All of this is ordinary floating point (*computed*) and decides only what is drawn.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from chainrule.errors import ProblemError
from chainrule.exact import nearest
from chainrule.plot.values import values_at
from chainrule.problem import Problem
from chainrule.problem.data import Floats
from chainrule.prove.result import Answer, Interval

MANY = 20_000  # rows beyond which a curve is drawn from fewer places
_TALL = 4.0  # of the spread of the stationary points: so much more of a steep curve is shown
_CLOSE = 0.03  # the curve counts as arrived within this part of its total rise and fall


def free_weight(answer: Answer) -> str:
    """The one free weight of a curve.

    Raises
    ------
    ProblemError
        If not exactly one weight is free.
    """
    free = answer.problem.free
    if len(free) != 1:
        raise ProblemError(f"a loss curve needs one free weight; found {len(free)}: {', '.join(free)}; fix the others")
    return free[0]


def turning_places(problem: Problem, name: str, most: int = 200) -> Floats:
    """Places around each row's turn, for at most `most` rows spread over the data."""
    columns = dict(zip((f"w_{x}" for x in problem.network.inputs), problem.data.inputs, strict=True))
    rows = np.unique(np.linspace(0, len(problem.data) - 1, min(most, len(problem.data))).astype(int))
    factor = columns[name].nearest[rows] if name in columns else np.ones(len(rows))
    rest = np.full(len(rows), float(problem.fixed.get("bias", 0)))
    for other, column in columns.items():
        if other != name:
            rest = rest + column.nearest[rows] * float(problem.fixed[other])
    moving = factor != 0
    center, width = -rest[moving] / factor[moving], 1 / np.abs(factor[moving])
    return np.ravel(center[:, np.newaxis] + width[:, np.newaxis] * np.linspace(-8, 8, 33))


def interesting_range(answer: Answer) -> tuple[float, float]:
    """The part of the line outside which the loss is nearly at its limits.

    The lowest minimum is always in it, and other stationary points where they are not so far out that they would
    press all else into a line: up to the width of that part away from it.
    """
    name = free_weight(answer)
    marks, problem = _marks(answer, name), answer.problem
    limits = tuple(map(finite_middle, answer.limits.get(name, ())))
    bounded = len(limits) == 2 and limits[0] is not None and limits[1] is not None
    if not isinstance(problem, Problem) or not problem.network.is_sigmoid_neuron or not bounded:
        return _around(answer, name, marks)
    places = np.unique(np.concatenate([turning_places(problem, name), marks]))
    if len(places) == 0:
        return -5.0, 5.0
    most = 400 if len(problem.data) <= MANY else 120
    places = places[:: max(1, len(places) // most)]
    values = values_at(problem, {name: places})
    low, high = limits[0] or 0.0, limits[1] or 0.0
    spread = max(values.max(), low, high) - min(values.min(), low, high)
    if spread <= 0:
        return float(places[0]), float(places[-1])
    away_left = places[np.abs(values - low) > _CLOSE * spread]
    away_right = places[np.abs(values - high) > _CLOSE * spread]
    ends = [*_marks(answer, name, lowest=True), *away_left[:1], *away_right[-1:]]
    left, right = (min(ends), max(ends)) if ends else (float(places[0]), float(places[-1]))
    near = [mark for mark in marks if left - (right - left) <= mark <= right + (right - left)]
    left, right = min([left, *near]), max([right, *near])
    margin = 0.12 * (right - left) or max(1.0, abs(left))
    return left - margin, right + margin


def _around(answer: Answer, name: str, marks: list[float]) -> tuple[float, float]:
    """The stationary points with as much again around them, inside the domain; of a network no row's turn is known."""
    domain = None if answer.minimum.domain is None else answer.minimum.domain.get(name)
    low, high = (-math.inf, math.inf) if domain is None else (nearest(domain.lower), nearest(domain.upper))
    ends = tuple(map(finite_middle, answer.limits.get(name, ())))
    if len(ends) == 2 and ends[0] is not None and ends[1] is not None and math.isinf(low):
        return _between_limits(answer, name, marks, (ends[0], ends[1]))
    if not marks:
        return (low, high) if math.isfinite(low) and math.isfinite(high) else (-5.0, 5.0)
    if answer.minimum.at is not None and domain is not None:  # it may lie on an end, and be no stationary point
        marks = [*marks, nearest(answer.minimum.at[name].lower), nearest(answer.minimum.at[name].upper)]
    margin = 0.6 * (max(marks) - min(marks)) or max(2.0, abs(marks[0]) / 4)
    return max(low, min(marks) - margin), min(high, max(marks) + margin)


def _between_limits(answer: Answer, name: str, marks: list[float], ends: tuple[float, float]) -> tuple[float, float]:
    """The part where the curve is further than `_CLOSE` from both of its limits, and the lowest minimum."""
    far = np.exp2(np.arange(-6, 12, 0.05))
    places = np.unique(np.concatenate([-far, far, marks, np.linspace(-8, 8, 161)]))
    values = values_at(answer.problem, {name: places})
    middle = np.abs(places) <= 8
    low, high = heights(answer, places[middle], values[middle])
    spread = (high - low) or 1.0
    near = [
        *places[np.abs(values - ends[0]) > _CLOSE * spread][:1],
        *places[np.abs(values - ends[1]) > _CLOSE * spread][-1:],
    ]
    near += _marks(answer, name, lowest=True)
    left, right = (float(min(near)), float(max(near))) if near else (-5.0, 5.0)
    margin = 0.25 * (right - left) or 2.0
    return left - margin, right + margin


def _marks(answer: Answer, name: str, lowest: bool = False) -> list[float]:
    """The middles of the stationary points, or of the lowest minimum alone."""
    points = [p for p in answer.stationary if p.kind != "unknown" or p.at[name].width < 1]
    if lowest:
        points = sorted((p for p in points if p.kind in ("minimum", "plateau")), key=lambda p: p.value.lower)[:1]
    marks: list[Fraction | float | None] = [
        _middle(p.at[name].lower, p.at[name].upper) for p in points if p.kind != "plateau"
    ]
    marks += [end for p in points if p.kind == "plateau" for end in (p.at[name].lower, p.at[name].upper)]
    return [float(mark) for mark in marks if mark is not None and math.isfinite(mark)]


def _middle(lower: Fraction | float, upper: Fraction | float) -> Fraction | None:
    try:
        return (Fraction(lower) + Fraction(upper)) / 2
    except OverflowError:  # an end at infinity
        return None


def sample_curve(answer: Answer, left: float, right: float, rounds: int = 4) -> tuple[Floats, Floats]:
    """Points ``(v, loss)`` on the curve, closer together where it bends, the stationary points in range among them.

    The value is nan where a typed formula is not defined; somewhere in the range it is.

    Raises
    ------
    ProblemError
        If the formula has a value nowhere in the range.
    """
    name, problem = free_weight(answer), answer.problem
    many = isinstance(problem, Problem) and len(problem.data) > MANY
    places = np.linspace(left, right, 61 if many else 121)
    places = np.unique(np.concatenate([places, [mark for mark in _marks(answer, name) if left < mark < right]]))
    values = values_at(problem, {name: places})
    if not np.isfinite(values).any():
        raise ProblemError(
            f"the formula has no value for {name} from {left:.6g} to {right:.6g} that can be drawn: it is not defined there, "
            "or larger than a double holds; take an interval where it has one, such as --box 1,10"
        )
    for _ in range(1 if many else rounds):
        height = float(np.nanmax(values) - np.nanmin(values)) or 1.0
        with np.errstate(invalid="ignore"):
            slope = np.diff(values / height) / np.diff(places / (right - left))
            bent = np.flatnonzero(np.abs(np.diff(np.arctan(slope))) > 0.06)
        if len(bent) == 0 or len(places) > 500:
            break
        gaps = np.unique(np.concatenate([bent, bent + 1]))
        fresh = (places[gaps] + places[gaps + 1]) / 2
        order = np.argsort(np.concatenate([places, fresh]), kind="stable")
        values = np.concatenate([values, values_at(problem, {name: fresh})])[order]
        places = np.concatenate([places, fresh])[order]
    return places, values


def heights(answer: Answer, places: Floats, values: Floats) -> tuple[float, float]:
    """The lowest and highest loss to show: of a network, which tends to its limits, all of it.

    A typed formula may shoot up beside its stationary points, or have a pole. It is cut `_TALL` times the spread of its
    stationary values and limits above and below them; without any spread, of the values but for the outermost twentieths.
    """
    ends = [end for limit in answer.limits.values() for end in map(finite_middle, limit) if end is not None]
    known = [*ends, *(value for p in answer.stationary if (value := finite_middle(p.value)) is not None)]
    low, high = min([float(np.nanmin(values)), *known]), max([float(np.nanmax(values)), *known])
    if isinstance(answer.problem, Problem):
        return low, high
    bottom, top = (min(known), max(known)) if known else (0.0, 0.0)
    if top == bottom:
        # Evenly over the range: the samples themselves crowd where the curve is steep.
        even = np.interp(np.linspace(places[0], places[-1], 201), places, values)
        bottom, top = (float(height) for height in np.nanquantile(even, [0.05, 0.95]))
    return max(low, bottom - _TALL * (top - bottom)), min(high, top + _TALL * (top - bottom))


def finite_middle(interval: Interval) -> float | None:
    """The middle as a double, None where an end is infinite."""
    middle = _middle(interval.lower, interval.upper)
    return None if middle is None else nearest(middle)
