"""What the proof needs from an arithmetic: enclosures of the loss and its derivatives, nothing else.

Every method returns a rigorous enclosure with rational ends (or ±inf where it knows no better). `Arb` gives them
to any precision, `Doubles` fast for many rows; the proof asks one after the other until the answer is clear.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction
from typing import Protocol

from chainrule_check.rationals import End


@dataclass(frozen=True)
class Range:
    """``[lower, upper]``: holds the value, or every value, it stands for."""

    lower: End
    upper: End

    def mean(self, rows: int, constants: Fraction = Fraction(0)) -> Range:
        """From the sum over the rows to the mean; `constants` belong to the sum."""
        return Range((self.lower + constants) / rows, (self.upper + constants) / rows)

    @property
    def of_loss(self) -> Range:
        """What of the range is not below 0, as a loss never is: rounding may have led there."""
        return Range(max(self.lower, Fraction(0)), max(self.upper, Fraction(0)))

    def within(self, other: Range) -> bool:
        return other.lower <= self.lower and self.upper <= other.upper

    def __str__(self) -> str:
        return f"[{_digits(self.lower, ROUND_FLOOR)}, {_digits(self.upper, ROUND_CEILING)}]"


EVERYTHING = Range(-math.inf, math.inf)


def _digits(end: End, rounding: str) -> str:
    """At most 20 digits of the end, rounded outward."""
    if isinstance(end, float):
        return f"{end:g}"
    with localcontext(prec=20, rounding=rounding):
        return f"{(Decimal(end.numerator) / Decimal(end.denominator)).normalize():g}"


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
