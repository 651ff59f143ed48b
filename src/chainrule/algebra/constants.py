"""Real constants that are not rational, told apart exactly where that is possible: ``√2``, ``log 2``, ``e``, and sums of such.

    c_0 + Σ_i c_i g_i,        c_i rational, g_i a *generator*: a product, quotient, power, e^ or log of constants, known by how it was made

Equal forms are equal numbers. Of two forms that differ, balls tell which number is larger; where the balls overlap
`Unsettled` is raised: nothing is taken to be equal because it looks so. (``log 4`` and ``2 log 2`` are not told apart.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from chainrule.algebra.balls import ball

Key = Any
"""Nested tuples of operations and rationals."""
DEEPEST = 40


class Unsettled(ArithmeticError):
    """What was asked does not follow from what is known: two constants are too close to be told apart, say."""


@dataclass(frozen=True)
class Constant:
    """``Σ c·g`` over `parts`, a sorted tuple of ``(key of g, c)``; the key () stands for 1. `ball` holds the number."""

    parts: tuple[tuple[Key, Fraction], ...]
    ball: Any = field(compare=False)

    @classmethod
    def made(cls, operation: str, of: tuple[Fraction | Constant, ...], found: Any) -> Constant:
        """The generator that this operation makes of these constants; `found` is a ball that holds it."""
        key = (operation, *(x if isinstance(x, Fraction) else x.parts for x in of))
        if not found.is_finite() or _depth(key) > DEEPEST:
            raise Unsettled("a constant that is not finite, or made in too many steps")
        return cls(((key, Fraction(1)),), found)

    def __add__(self, other: Fraction | Constant) -> Fraction | Constant:
        total = dict(self.parts)
        for key, c in other.parts if isinstance(other, Constant) else (((), other),):
            total[key] = total.get(key, Fraction(0)) + c
        kept = tuple(sorted(((k, c) for k, c in total.items() if c), key=repr))
        if not kept or [k for k, _ in kept] == [()]:
            return kept[0][1] if kept else Fraction(0)
        return Constant(kept, self.ball + as_ball(other))

    __radd__ = __add__

    def __neg__(self) -> Constant:
        return Constant(tuple((key, -c) for key, c in self.parts), -self.ball)

    def __mul__(self, other: Fraction | Constant) -> Fraction | Constant:
        if isinstance(other, Constant):
            first, second = sorted((self, other), key=lambda x: repr(x.parts))
            return Constant.made("multiply", (first, second), self.ball * other.ball)
        if not other:
            return Fraction(0)
        return Constant(tuple((key, c * other) for key, c in self.parts), self.ball * ball(other))

    __rmul__ = __mul__

    def __rtruediv__(self, other: int) -> Fraction | Constant:
        """``1/self``, or another whole number over it."""
        if not (self > 0 or self < 0):
            raise Unsettled("a division by what may be 0")
        return Constant.made("divide", (self,), 1 / self.ball) * Fraction(other)

    def __gt__(self, other: Fraction | int | Constant) -> bool:
        return self._compared(other, lambda difference: bool(difference > 0))

    def __lt__(self, other: Fraction | int | Constant) -> bool:
        return self._compared(other, lambda difference: bool(difference < 0))

    def __ge__(self, other: Fraction | int | Constant) -> bool:
        return self == other or self > other

    def __le__(self, other: Fraction | int | Constant) -> bool:
        return self == other or self < other

    def _compared(self, other: Fraction | int | Constant, holds: Callable[[Any], bool]) -> bool:
        difference = self + (-(other if isinstance(other, Constant) else Fraction(other)))
        if isinstance(difference, Fraction):
            return holds(difference)
        if not (difference.ball > 0 or difference.ball < 0):
            raise Unsettled("two constants that balls do not tell apart")
        return holds(difference.ball)


Exact = Fraction | Constant
"""A number that is one number: not an enclosure of a function."""


def as_ball(value: Any) -> Any:
    """A ball of the present precision that holds the constant; a ball is left as it is."""
    return value.ball if isinstance(value, Constant) else ball(value) if isinstance(value, Fraction) else value


def is_exact(*values: Any) -> bool:
    return all(isinstance(value, Fraction | Constant) for value in values)


def _depth(key: Key) -> int:
    return 1 + max((_depth(part) for part in key), default=0) if isinstance(key, tuple) else 0
