"""The digits of a stationary point of any formula on a line, from Arb."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from chainrule.algebra.balls import ball, lower_end, precision, upper_end
from chainrule.algebra.exactly import as_ball
from chainrule.exact import float_bounds, number_text
from chainrule.prove.generic.landscape import Landscape
from chainrule.prove.line.cover import Piece
from chainrule.prove.line.sharp import BITS, around, shortened, simplest, units
from chainrule.prove.result import Interval

HALVINGS = 60
NEWTON = 8  # 1e-15 → 1e-30 → 1e-48 far from 0; a root very near to 0 takes more


def pin_down(landscape: Landscape, piece: Piece) -> tuple[Interval, Interval]:
    """Where the one root of the slope in the piece lies, and the value there.

    Enclosed: the slope has certain and opposite signs at the ends of the first interval.
    """
    sign = 1 if piece.root == "minimum" else -1
    with precision(BITS):
        middle = _newton(landscape, _bisect(landscape, piece, sign), piece)
        for simple in simplest(middle):
            if slope_is_zero(landscape, simple):
                return Interval(simple, simple), value_on(landscape, simple, simple)
        for unit in units(
            middle, Fraction(piece.upper) - Fraction(piece.lower)
        ):  # wider until the signs at the ends are certain
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
    for _ in range(NEWTON):
        jet = landscape.sharp({landscape.free[0]: middle}, 2)
        step = (jet.gradient[0] / jet.hessian[0, 0]).mid()
        if not (step.is_finite() and abs(step) <= ball(Fraction(piece.upper) - Fraction(piece.lower))):
            break
        moved = shortened(middle - upper_end(step))
        if moved == middle:
            break
        middle = moved
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
            found = around(lower_end(total), upper_end(total))
        except ArithmeticError:
            return Interval(-np.inf, np.inf)
        if found.lower < 0 <= found.upper and _is_never_negative(landscape, low, high):
            found = Interval(Fraction(0), found.upper)
        return found


def _is_never_negative(landscape: Landscape, low: Fraction, high: Fraction) -> bool:
    """Whether the formula's own range on the interval is at least 0, as that of squares is: to the checker, too."""
    ends = float_bounds(low)[0], float_bounds(high)[1]
    return bool(landscape.enclose(np.array([ends[:1]]), np.array([ends[1:]]), 0).value.lower[0] >= 0)
