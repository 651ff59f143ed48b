"""Numbers of a falsehood in words, and values held against claimed intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

from flint import arb

from tests.forge.function import ball, bits, fraction


def below(found: arb, low: Fraction) -> bool:
    with bits(300):
        return bool(found < ball(low))


def at_most(found: arb, low: Fraction) -> bool:
    with bits(300):
        return bool(found <= ball(low))


def outside(found: arb, held: tuple, what: str, spot: Sequence[Fraction], rough: bool = False) -> str | None:
    """A sentence where a value certainly lies outside an interval; `rough`: the spot itself is known to some 60 digits only."""
    with bits(300):
        slack = Fraction(1, 10**40) * (1 + abs(fraction(found))) if rough else Fraction(0)
        low, high = held
        below = isinstance(low, Fraction) and found < ball(low - slack)
        above = isinstance(high, Fraction) and found > ball(high + slack)
        if below or above or low == math.inf or high == -math.inf:
            return f"{what} at {say(spot)} is {digits(found)}, outside {say(held)}"
    return None


def digits(x: arb) -> str:
    return x.str(20, radius=False)


def say(numbers: Iterable) -> str:
    def text(x: Fraction | float) -> str:
        try:
            return f"{float(x):.17g}"
        except OverflowError:
            return "huge"

    return "(" + ", ".join(map(text, numbers)) + ")"
