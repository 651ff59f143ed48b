"""What the proof needs from an arithmetic: enclosures of the loss and its derivatives, nothing else.

Every method returns a rigorous enclosure with rational ends (or ±inf where it knows no better). `Arb` gives them
to any precision, `Doubles` fast for many rows; the proof asks one after the other until the answer is clear.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR
from fractions import Fraction
from typing import Protocol

from chainrule_fast.rationals import End, near, plus, scaled


@dataclass(frozen=True)
class Range:
    """``[lower, upper]``: holds the value, or every value, it stands for."""

    lower: End
    upper: End

    def mean(self, total: Fraction | int, constants: End = Fraction(0)) -> Range:
        """From the sum over the rows to the mean, `total` being all their weights; `constants` belong to the sum."""
        sums = self.plus(Range(constants, constants))
        return Range(scaled(sums.lower, 1 / Fraction(total)), scaled(sums.upper, 1 / Fraction(total)))

    def plus(self, other: Range) -> Range:
        return Range(plus(self.lower, other.lower, -1), plus(self.upper, other.upper, 1))

    @property
    def is_bounded(self) -> bool:
        """Both ends are numbers. Of what is not seen to be defined on all of a set the range is everything, so this says that it is."""
        return not (isinstance(self.lower, float) or isinstance(self.upper, float))

    @property
    def of_loss(self) -> Range:
        """What of the range is not below 0, as a loss never is: rounding may have led there."""
        return Range(max(self.lower, Fraction(0)), max(self.upper, Fraction(0)))

    def within(self, other: Range) -> bool:
        return other.lower <= self.lower and self.upper <= other.upper

    def __str__(self) -> str:
        return f"[{near(self.lower, 20, ROUND_FLOOR)}, {near(self.upper, 20, ROUND_CEILING)}]"


EVERYTHING = Range(-math.inf, math.inf)


def square(lower: Fraction, upper: Fraction) -> Range:
    """``x²`` over ``[lower, upper]``."""
    nearest = max(lower, -upper, Fraction(0))
    return Range(nearest * nearest, max(lower * lower, upper * upper))


class Engine(Protocol):
    """`side` is −1 or +1, for the tail towards −∞ or +∞."""

    @property
    def name(self) -> str:
        """Such as ``Arb, 80 bits``."""

    def curve(self, order: int, left: Fraction, right: Fraction) -> Range:
        """The range of the loss's derivative of this order (0, 1 or 2) over ``left <= v <= right``."""

    def beyond(self, side: int, end: Fraction) -> Range:
        """The range of the loss over the tail that begins at `end`."""

    def tail_slope(self, side: int, end: Fraction) -> Range:
        """The range of ``f'(v) e^(r|v − end|)`` over the tail, r the slowest rate at which a term decays there."""

    def limit(self, side: int) -> Range:
        """The limit of the loss at the end of the line."""
