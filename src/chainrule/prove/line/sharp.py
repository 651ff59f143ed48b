"""The loss and its slope along a line at high precision, and the digits of a stationary point.

The search isolates a stationary point with doubles; here it gets its digits. With few enough rows the
arithmetic is Arb's at `BITS` bits on the exact terms; beyond that it is doubles on arrays, and fewer
digits come out.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import flint
import numpy as np

from chainrule.algebra.balls import Ball, Balls, ball, lower_end, precision, upper_end
from chainrule.algebra.intervals import ULP
from chainrule.digits import exponent_of
from chainrule.prove.line.tails import scale
from chainrule.prove.neuron.enclose import enclose
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.result import Interval

BITS = 160
SHARP_TERMS = 4_000  # a sharp evaluation costs about 5 µs a term; ten of them stay well under a second
PLACES = 24  # digits after the point of a sharp claim
ROUGH_PLACES = 15
SMALLEST = Fraction(1, 10**90)  # certificates hold no number nearer to 0 than 1e-100

_BALLS = Balls()


def is_sharp(ridge: Ridge) -> bool:
    return len(ridge.a) <= SHARP_TERMS


def slope_at(ridge: Ridge, v: Ball) -> Ball:
    """``f'`` at a ball `v`, as a ball."""
    total = flint.arb(0)
    for term in ridge.exact:
        a = ball(term.slopes[0])
        total += ball(term.weight) * a * ridge.profile.slope(_BALLS, *_BALLS.sigmoid_pair(a * v + ball(term.offset)))
    return total / ridge.rows + 2 * ball(penalty(ridge)) * v


def curvature_at(ridge: Ridge, v: Ball) -> Ball:
    """``f''`` at a ball `v`, as a ball."""
    total = flint.arb(0)
    for term in ridge.exact:
        a = ball(term.slopes[0])
        pair = _BALLS.sigmoid_pair(a * v + ball(term.offset))
        total += ball(term.weight) * a * a * ridge.profile.curvature(_BALLS, *pair)
    return total / ridge.rows + 2 * ball(penalty(ridge))


def value_at(ridge: Ridge, v: Ball) -> Ball:
    """``f`` at a ball `v`, as a ball."""
    total = flint.arb(0)
    for term in ridge.exact:
        z = ball(term.slopes[0]) * v + ball(term.offset)
        total += ball(term.weight) * ridge.profile.value(_BALLS, z, *_BALLS.sigmoid_pair(z))
    return total / ridge.rows + ball(ridge.constant) + ball(penalty(ridge)) * v * v


def penalty(ridge: Ridge) -> Fraction:
    """The exact λ of the one free weight, 0 for a bias."""
    return ridge.problem.penalty if ridge.problem.free[0] in ridge.problem.penalized else Fraction(0)


def pin_down(ridge: Ridge, lower: float, upper: float, rising: bool) -> tuple[Interval, Interval]:
    """Where the one root of the slope in ``[lower, upper]`` lies, and the loss there.

    `rising` says whether the slope changes from − to + (a minimum). Enclosed: both intervals are rigorous;
    the slope is certainly of opposite sign at the ends of the first, unless it is a single exact point.
    """
    with precision(BITS):
        if is_sharp(ridge):
            return _pin_sharp(ridge, lower, upper, rising)
    low, high = _narrow(ridge, lower, upper, rising)
    return Interval(Fraction(low), Fraction(high)), rough_value(ridge, low, high)


def _pin_sharp(ridge: Ridge, lower: float, upper: float, rising: bool) -> tuple[Interval, Interval]:
    low, high = _narrow(ridge, lower, upper, rising)
    middle = (Fraction(low) + Fraction(high)) / 2
    furthest, tiny = Fraction(upper) - Fraction(lower), Fraction(scale(ridge)) / 10**30
    for _ in range(3):  # Newton: 1e-15 → 1e-30 → 1e-48
        step = (slope_at(ridge, ball(middle)) / curvature_at(ridge, ball(middle))).mid()
        if not (step.is_finite() and abs(step) <= ball(furthest)):
            break
        middle = shortened(middle - upper_end(step))
    middle = Fraction(0) if abs(middle) < tiny else next(iter(simplest(middle)), middle)
    if slope_is_zero(ridge, middle):
        return Interval(middle, middle), sharp_value(ridge, middle, middle)
    sign = 1 if rising else -1
    for unit in units(middle, furthest):  # wider until the signs at the ends are certain
        ends = (round(middle / unit) - 1) * unit, (round(middle / unit) + 1) * unit
        at_low, at_high = (sign * slope_at(ridge, ball(end)) for end in ends)
        if at_low < 0 and at_high > 0 and lower <= ends[0] and ends[1] <= upper:
            return Interval(*ends), sharp_value(ridge, *ends)
    return Interval(Fraction(low), Fraction(high)), sharp_value(ridge, Fraction(low), Fraction(high))


def units(middle: Fraction, furthest: Fraction) -> Iterator[Fraction]:
    """Powers of ten to round a place to: first such as leave it `PLACES` digits, then coarser ones."""
    power = exponent_of(middle) - PLACES
    while Fraction(10) ** power < furthest:
        yield Fraction(10) ** power
        power += 3


def shortened(value: Fraction) -> Fraction:
    """The value to `BITS` binary digits or a few more."""
    shift = BITS + value.denominator.bit_length() - value.numerator.bit_length()
    return Fraction(round(value * Fraction(2) ** shift)) / Fraction(2) ** shift


def simplest(value: Fraction) -> list[Fraction]:
    """Short rationals that agree with the value to 30 places, or to 30 digits."""
    size = Fraction(10) ** exponent_of(value)
    found = (
        (value.limit_denominator(1000), Fraction(1, 10**30)),
        ((value / size).limit_denominator(1000) * size, size / 10**30),
    )
    return [short for short, room in found if abs(short - value) < room]


def slope_is_zero(ridge: Ridge, v: Fraction) -> bool:
    """Whether the slope is exactly 0 at a rational point, because terms with equal forms cancel."""
    groups: dict[Fraction, Fraction] = {}
    for term in ridge.exact:
        z = term.slopes[0] * v + term.offset
        groups[z] = groups.get(z, Fraction(0)) + term.weight * term.slopes[0]
    return not any(groups.values()) and not penalty(ridge) * v


def _narrow(ridge: Ridge, lower: float, upper: float, rising: bool) -> tuple[float, float]:
    """Interval Newton in doubles: ``N(X) = c − f'(c)/f''(X)`` holds every root in X, and f'' is not 0 there.

    Stops when rounding does; then the ends move out until the slope's signs there are certain again.
    """
    low, high = lower, upper
    for _ in range(60):
        centre = low + (high - low) / 2
        at_centre = _gradient(ridge, centre)
        bend = enclose(ridge, np.array([[low]]), np.array([[high]])).hessian
        assert bend is not None
        steps = [g / float(b) for g in at_centre for b in (bend.lower[0, 0, 0], bend.upper[0, 0, 0]) if b]
        spare = 4 * ULP * (abs(centre) + max(map(abs, steps)))
        new_low, new_high = max(low, centre - max(steps) - spare), min(high, centre - min(steps) + spare)
        if not new_high - new_low < 0.9 * (high - low):
            break
        low, high = new_low, new_high
    sign = 1 if rising else -1
    spread = max(high - low, ULP * max(abs(low), abs(high)), 1e-300)
    while low > lower and not max(sign * g for g in _gradient(ridge, low)) < 0:
        low, spread = max(lower, low - spread), 2 * spread
    while high < upper and not min(sign * g for g in _gradient(ridge, high)) > 0:
        high, spread = min(upper, high + spread), 2 * spread
    return low, high


def _gradient(ridge: Ridge, v: float) -> tuple[float, float]:
    point = np.array([[v]])
    gradient = enclose(ridge, point, point, order=1).gradient
    assert gradient is not None
    return float(gradient.lower[0, 0]), float(gradient.upper[0, 0])


def sharp_value(ridge: Ridge, lower: Fraction, upper: Fraction) -> Interval:
    """The loss on a short interval, enclosed at high precision: Lipschitz constant times half the width around the middle."""
    middle = (lower + upper) / 2
    value = value_at(ridge, ball(middle))
    lipschitz = sum((term.weight * abs(term.slopes[0]) for term in ridge.exact), start=Fraction(0)) / ridge.rows
    steepest = lipschitz * ridge.profile.steepest + 2 * penalty(ridge) * max(abs(lower), abs(upper))
    reach = steepest * (upper - lower) / 2
    return outward(lower_end(value) - reach, upper_end(value) + reach, PLACES)


def rough_value(ridge: Ridge, lower: float, upper: float) -> Interval:
    """The loss on an interval, enclosed with doubles."""
    value = enclose(ridge, np.array([[lower]]), np.array([[upper]]), order=0).value
    return outward(Fraction(float(value.lower[0])), Fraction(float(value.upper[0])), ROUGH_PLACES)


def around(lower: Fraction, upper: Fraction) -> Interval:
    """Decimals around ``[lower, upper]``, wider at each end by that width at least, and by a unit of the 24th digit: another way to enclose
    the same value may be wider so much."""
    least = max(upper - lower, max(abs(lower), abs(upper)) / 10**PLACES, SMALLEST)
    unit = Fraction(10) ** (exponent_of(least) + 1)
    return Interval((lower // unit - 1) * unit, (-(-upper // unit) + 1) * unit)


def outward(lower: Fraction, upper: Fraction, places: int, floor: Fraction | None = None) -> Interval:
    """Decimals with that many places around ``[lower, upper]``, a unit wider at each end, but not below `floor`.

    The spare unit is there for the checker, whose own enclosure may be a little wider than ours. A `floor` that nobody's
    enclosure falls below, as 0 is of a sum of squares, needs none.
    """
    unit = Fraction(1, 10**places)
    low = (lower // unit - 1) * unit
    return Interval(low if floor is None else max(low, floor), (-(-upper // unit) + 1) * unit)
