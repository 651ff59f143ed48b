"""The digits of a stationary point of several weights, and the proof that it exists: Newton, then Krawczyk.

With few enough rows the arithmetic is Arb's on the exact terms; beyond that it is doubles on arrays, and fewer
digits come out (`sharp` does the same along a line).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import flint
import numpy as np

from chainrule.algebra.balls import Ball, Balls, ball, lower_end, precision, upper_end
from chainrule.problem.data import Floats
from chainrule.prove.line.sharp import BITS, is_sharp, outward
from chainrule.prove.neuron.enclose import enclose
from chainrule.prove.neuron.local import jet
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.result import Interval

DIGITS = 22  # of a sharp point, counted from the first digit of its zone's size
NEWTON_STEPS = 8  # the preconditioner has 26 bits, so that a step gains seven digits: 1e-10 → 1e-45 and beyond

JetAt = Callable[[Sequence[Ball]], tuple[Ball, list[Ball], list[list[Ball]]]]
"""Value, gradient and Hessian at balls."""

_BALLS = Balls()


@dataclass(frozen=True)
class Pinned:
    """Exactly one point of the box `at` is stationary, and the loss there lies in `value`."""

    at: tuple[Interval, ...]
    value: Interval


def pin(ridge: Ridge, point: Floats, inverse: Floats, lower: Floats, upper: Floats) -> Pinned | None:
    """A small box around the stationary point near `point`, proved to hold it; None where that does not succeed.

    `inverse` ``(k, k)`` is near the inverse Hessian; the box found lies in ``[lower, upper]``.
    """
    with precision(BITS):
        if is_sharp(ridge):
            return pin_sharp(lambda at: jet_at(ridge, at), point, inverse, lower, upper)
    return _pin_rough(ridge, point, inverse, lower, upper)


def pin_sharp(jet_at: JetAt, point: Floats, inverse: Floats, lower: Floats, upper: Floats) -> Pinned | None:
    """The same for any function whose jet at balls is known; Arb's precision is the caller's."""
    preconditioner = [[ball(Fraction(float(x))) for x in row] for row in inverse]
    middle = [Fraction(float(x)) for x in point]
    for _ in range(NEWTON_STEPS):
        _, gradient, _ = jet_at([ball(x) for x in middle])
        step = [upper_end(_dot(row, gradient).mid()) for row in preconditioner]
        middle = [Fraction(round((x - s) * 2**BITS), 2**BITS) for x, s in zip(middle, step, strict=True)]
    units = [_unit(float(high - low), DIGITS) for low, high in zip(lower, upper, strict=True)]
    # The steps' own error shows in the last bits; a place that is not far above them is taken instead.
    centre = [round(x / u) * u for x, u in zip(middle, units, strict=True)]
    inside = all(low <= m - u and m + u <= high for low, m, u, high in zip(lower, centre, units, upper, strict=True))
    if not inside or not _holds(jet_at, preconditioner, centre, units):
        return None
    value, _, _ = jet_at([_around(m, u) for m, u in zip(centre, units, strict=True)])
    at = tuple(Interval(m - u, m + u) for m, u in zip(centre, units, strict=True))
    return Pinned(at, outward(lower_end(value), upper_end(value), DIGITS - 4))


def _unit(size: float, digits: int) -> Fraction:
    """A power of ten that many digits below the first one of `size`; with none, the next one above it."""
    return Fraction(10) ** (math.floor(math.log10(size)) + 1 - digits)


def _around(middle: Fraction, reach: Fraction) -> Ball:
    return ball(middle) + ball(reach) * flint.arb(0, 1)


def _holds(jet_at: JetAt, inverse: list[list[Ball]], centre: list[Fraction], reach: list[Fraction]) -> bool:
    """Krawczyk: whether ``−Y∇f(m) + (I − Y H(X))(X − m)`` lies in ``X − m``."""
    _, gradient, _ = jet_at([ball(m) for m in centre])
    _, _, hessian = jet_at([_around(m, u) for m, u in zip(centre, reach, strict=True)])
    for r, row in enumerate(inverse):
        total = abs(_dot(row, gradient))
        for c, width in enumerate(reach):
            entry = (1 if r == c else 0) - _dot(row, [line[c] for line in hessian])
            total += abs(entry) * ball(width)
        if not total < ball(reach[r]):
            return False
    return True


def _dot(row: Sequence[Ball], column: Sequence[Ball]) -> Ball:
    return sum((x * y for x, y in zip(row, column, strict=True)), start=flint.arb(0))


def jet_at(ridge: Ridge, point: Sequence[Ball]) -> tuple[Ball, list[Ball], list[list[Ball]]]:
    """``f``, its gradient and its Hessian at balls, as balls of the current precision."""
    k, profile = len(point), ridge.profile
    value, gradient = flint.arb(0), [flint.arb(0)] * k
    hessian = [[flint.arb(0)] * k for _ in range(k)]
    for term in ridge.exact:
        a, weight = [ball(x) for x in term.slopes], ball(term.weight)
        z = _dot(a, point) + ball(term.offset)
        pair = _BALLS.sigmoid_pair(z)
        value += weight * profile.value(_BALLS, z, *pair)
        slope, bend = weight * profile.slope(_BALLS, *pair), weight * profile.curvature(_BALLS, *pair)
        for i in range(k):
            gradient[i] += a[i] * slope
            for j in range(i + 1):
                hessian[i][j] += a[i] * a[j] * bend
    n = ridge.rows
    full = [[hessian[max(i, j)][min(i, j)] / n for j in range(k)] for i in range(k)]
    value, gradient = value / n + ball(ridge.constant), [g / n for g in gradient]
    for i, (name, x) in enumerate(zip(ridge.problem.free, point, strict=True)):
        if ridge.problem.penalty and name in ridge.problem.penalized:
            rate = ball(ridge.problem.penalty)
            value, gradient[i], full[i][i] = value + rate * x * x, gradient[i] + 2 * rate * x, full[i][i] + 2 * rate
    return value, gradient, full


def _pin_rough(ridge: Ridge, point: Floats, inverse: Floats, lower: Floats, upper: Floats) -> Pinned | None:
    for _ in range(3):
        point = point - inverse @ jet(ridge, point[None]).gradient[0]
    at_point = enclose(ridge, point[None], point[None], order=1).gradient
    assert at_point is not None
    steep = np.maximum(np.abs(at_point.lower[0]), np.abs(at_point.upper[0]))
    units = [_unit(max(8 * float(r), 1e-80), 0) for r in np.abs(inverse) @ steep]
    # Short numbers, yet so near to the point that |Y|·|∇f|, where nothing cancels, stays small.
    centre = [round(Fraction(float(x)) / u * 10_000) * u / 10_000 for x, u in zip(point, units, strict=True)]
    at = tuple(Interval(m - u, m + u) for m, u in zip(centre, units, strict=True))
    # In doubles the centre is a box too, of one rounding.
    middle = np.array([float(m) for m in centre])
    step = np.abs(middle) * 2.0**-52
    low = np.array([np.nextafter(float(i.lower), -np.inf) for i in at])
    high = np.array([np.nextafter(float(i.upper), np.inf) for i in at])
    if not (np.all(lower <= low) and np.all(high <= upper)):
        return None
    near = enclose(ridge, (middle - step)[None], (middle + step)[None], order=1)
    whole = enclose(ridge, low[None], high[None], order=2)
    assert near.gradient is not None
    assert whole.hessian is not None
    bend = (whole.hessian.lower[0] + whole.hessian.upper[0]) / 2
    # Half of the width would do; the other half, at least 32 units of the terms, covers the rounding of Y·bend.
    spread = whole.hessian.upper[0] - whole.hessian.lower[0]
    error = np.abs(np.eye(len(point)) - inverse @ bend) + np.abs(inverse) @ spread
    slack = 1 + 1e-9  # a handful of roundings of positive numbers
    moved = np.abs(inverse) @ np.maximum(np.abs(near.gradient.lower[0]), np.abs(near.gradient.upper[0]))
    reach = np.array([float(u) for u in units])
    if not np.all((moved + error @ (high - low)) * slack < reach):
        return None
    value = outward(Fraction(float(whole.value.lower[0])), Fraction(float(whole.value.upper[0])), 13)
    return Pinned(at, value)
