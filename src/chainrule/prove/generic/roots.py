"""The digits of a stationary point of any formula on a line, from Arb."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from chainrule.algebra.balls import ball, lower_end, precision, upper_end
from chainrule.algebra.exactly import as_ball
from chainrule.exact import number_text
from chainrule.prove.generic.landscape import Landscape
from chainrule.prove.line.cover import Piece
from chainrule.prove.line.sharp import BITS, PLACES, outward
from chainrule.prove.result import Interval

HALVINGS = 60


def pin_down(landscape: Landscape, piece: Piece) -> tuple[Interval, Interval]:
    """Where the one root of the slope in the piece lies, and the value there.

    Enclosed: the slope has certain and opposite signs at the ends of the first interval.
    """
    sign = 1 if piece.root == "minimum" else -1
    with precision(BITS):
        middle = _newton(landscape, _bisect(landscape, piece, sign), piece)
        simple = middle.limit_denominator(1000)
        if abs(simple - middle) < Fraction(1, 10**30) and slope_is_zero(landscape, simple):
            return Interval(simple, simple), value_on(landscape, simple, simple)
        for places in range(PLACES, 0, -3):  # wider until the signs at the ends are certain
            unit = Fraction(1, 10**places)
            low, high = (round(middle / unit) - 1) * unit, (round(middle / unit) + 1) * unit
            if (
                piece.lower <= low
                and high <= piece.upper
                and _slope(landscape, low) * sign < 0 < _slope(landscape, high) * sign
            ):
                return Interval(low, high), value_on(landscape, low, high)
        low, high = Fraction(piece.lower), Fraction(piece.upper)
        return Interval(low, high), value_on(landscape, low, high)


def _slope(landscape: Landscape, v: Fraction) -> Any:
    return landscape.sharp({landscape.free[0]: v}, 1).gradient[0]


def slope_sign(landscape: Landscape, v: Fraction) -> int | None:
    """The sign of the slope at a rational point, 0 where it is exactly that; None where it cannot be told."""
    with precision(BITS):
        slope = landscape.exact({landscape.free[0]: v}, 1).gradient.get(0, Fraction(0))
        if slope > 0 or slope < 0:
            return 1 if slope > 0 else -1
        return 0 if isinstance(slope, Fraction) and slope == 0 else None


def slope_is_zero(landscape: Landscape, v: Fraction) -> bool:
    """Whether the slope at a rational point is exactly 0, in exact arithmetic."""
    slope = landscape.exact({landscape.free[0]: v}, 1).gradient.get(0, Fraction(0))
    return isinstance(slope, Fraction) and slope == 0


def _bisect(landscape: Landscape, piece: Piece, sign: int) -> Fraction:
    """The root as far as doubles tell, computed."""
    low, high = float(piece.lower), float(piece.upper)
    for _ in range(HALVINGS):
        middle = low + (high - low) / 2
        slope = float(landscape.computed(np.array([[middle]]))[1][0, 0]) * sign
        low, high = (middle, high) if slope < 0 else (low, middle)
    return Fraction(low + (high - low) / 2)


def _newton(landscape: Landscape, middle: Fraction, piece: Piece) -> Fraction:
    for _ in range(3):  # 1e-15 → 1e-30 → 1e-48
        jet = landscape.sharp({landscape.free[0]: middle}, 2)
        step = (jet.gradient[0] / jet.hessian[0, 0]).mid()
        if not (step.is_finite() and abs(step) <= ball(Fraction(piece.upper) - Fraction(piece.lower))):
            break
        middle = Fraction(round((middle - upper_end(step)) * 2**BITS), 2**BITS)
    return middle


def value_on(landscape: Landscape, low: Fraction, high: Fraction) -> Interval:
    """The value on an interval: ``f(c) + f'([low, high]) [−r, r]``."""
    with precision(BITS):
        (name,) = landscape.free
        centre, radius = (low + high) / 2, (high - low) / 2
        exact = landscape.exact({name: centre}).value
        if isinstance(exact, Fraction) and not radius and len(number_text(exact)) <= 60:
            return Interval(exact, exact)
        total = as_ball(exact)
        if radius:
            span = ball(low).union(ball(high))
            slope = landscape.sharp({name: span}, 1).gradient.get(0)
            if slope is not None:
                total = total + slope * (span - ball(centre))
        try:
            return outward(lower_end(total), upper_end(total), PLACES)
        except ArithmeticError:
            return Interval(-np.inf, np.inf)
