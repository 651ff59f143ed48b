"""The slope of any formula far out on a line: its sign on a whole tail and the limit there, by asymptotic sums."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from chainrule.algebra.balls import lower_end, precision, upper_end
from chainrule.algebra.constants import Unsettled, as_ball
from chainrule.digits import End
from chainrule.prove.generic.landscape import Landscape
from chainrule.prove.line.sharp import BITS, PLACES, outward
from chainrule.prove.line.tails import Tail
from chainrule.prove.result import Interval

# Powers of two at which a tail may begin: each at first, then ever further out, as a formula in another unit needs it.
POWERS = (*range(24), 28, 36, 48, 64, 88, 120, 164, 224, 300)
OPEN_END = 64.0  # where the middle ends if nothing is known of the tail


@dataclass(frozen=True)
class FarOut:
    """The tail, and the enclosed limit there; None where the tail is *unknown*."""

    tail: Tail
    limit: Interval | None


def find_far_out(landscape: Landscape, side: int, beyond: End = -math.inf) -> FarOut:
    """The tail towards +∞ (`side` = 1) or −∞ (−1), from ±1, ±2, ±4, … on, at least `beyond` away from 0: enclosed, or *unknown*."""
    with precision(BITS):
        first = 0 if beyond <= 1 else math.ceil(beyond).bit_length()
        for power in POWERS:
            end = 2 ** (first + power)
            try:
                algebra, value, slope = landscape.far_out(side, Fraction(end))
                sign = algebra.sign(slope)
                limit = algebra.limit(value)
            except (Unsettled, TypeError, OverflowError):
                continue
            if sign == 0:
                break  # the formula names the variable, but does not depend on it: left to the pieces
            return FarOut(Tail(float(side * end), "rising" if sign > 0 else "falling"), _interval(limit))
    return FarOut(Tail(side * max(OPEN_END, 2.0**first), "unknown"), None)


def is_constant(landscape: Landscape) -> bool:
    """Whether the slope is exactly 0 on some tail: then a formula without kinks is constant wherever it is defined."""
    with precision(BITS):
        try:
            return not landscape.far_out(1, Fraction(64))[2]
        except (Unsettled, TypeError, OverflowError):
            return False


def _interval(limit: Any) -> Interval:
    if isinstance(limit, Fraction):
        short = limit.denominator.bit_length() < 300
        return Interval(limit, limit) if short else outward(limit, limit, PLACES)
    if isinstance(limit, float):
        return Interval(limit, limit)
    limit = as_ball(limit)
    return outward(lower_end(limit), upper_end(limit), PLACES)
