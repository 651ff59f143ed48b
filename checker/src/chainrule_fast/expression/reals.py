"""Constants of an expression that are not rational: rational combinations of named numbers, each held by a ball.

The name of a number says how it was made (``log(2)``, ``power(2, 1/2)``), so the same name is the same number, and two combinations with the same
coefficients are equal. Nothing else is ever taken to be equal; which of two is larger only a ball around their difference decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flint import arb

from chainrule_fast.balls import rational

LONGEST = 2_000  # characters of a name


class Undecided(ArithmeticError):
    """A question about a tail that is not answered here."""


class Real:
    """``Σ coefficients[name] · (the number of that name)``; the name "" stands for 1. `held` is a ball around it."""

    __slots__ = ("coefficients", "held")

    def __init__(self, coefficients: Mapping[str, Fraction], held: arb) -> None:
        self.coefficients = {name: c for name, c in sorted(coefficients.items()) if c}
        self.held = held

    def __eq__(self, other: object) -> bool:
        """Equal in form. Two that are not may still be the same number."""
        return isinstance(other, Real) and self.coefficients == other.coefficients

    def __hash__(self) -> int:
        return hash(tuple(self.coefficients.items()))

    def __repr__(self) -> str:
        return " + ".join(f"{c}*{name}" if name else str(c) for name, c in self.coefficients.items())

    def __neg__(self) -> Real:
        return Real({name: -c for name, c in self.coefficients.items()}, -self.held)

    def __lt__(self, other: Fraction | Real) -> bool:
        return sign(plus(self, -other)) < 0

    def __gt__(self, other: Fraction | Real) -> bool:
        return sign(plus(self, -other)) > 0


Number = Fraction | Real
"""A constant: one number, known exactly."""


def is_number(*values: Any) -> bool:
    return all(isinstance(value, Fraction | Real) for value in values)


def ball(value: Any) -> arb:
    """A ball around the constant; a ball stays what it is."""
    return arb(rational(value)) if isinstance(value, Fraction) else value.held if isinstance(value, Real) else value


def bits(a: Number) -> int:
    """The length of the longest rational in it."""
    parts = a.coefficients.values() if isinstance(a, Real) else (a,)
    return max(max(x.numerator.bit_length(), x.denominator.bit_length()) for x in parts)


def made(operation: str, parts: tuple[Number, ...], held: arb) -> Real:
    """The number that this operation makes of these, held by a ball."""
    name = f"{operation}({', '.join(map(repr, parts))})"
    if not held.is_finite() or len(name) > LONGEST:
        raise Undecided("a constant that is not finite, or made in too many steps")
    return Real({name: Fraction(1)}, held)


def plus(a: Number, b: Number) -> Number:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a + b
    total: dict[str, Fraction] = {}
    for x in (a, b):
        for name, c in x.coefficients.items() if isinstance(x, Real) else (("", x),):
            total[name] = total.get(name, Fraction(0)) + c
    if not any(c for name, c in total.items() if name):
        return total.get("", Fraction(0))
    return Real(total, ball(a) + ball(b))


def times(a: Number, b: Number) -> Number:
    if isinstance(a, Real) and isinstance(b, Real):
        first, second = sorted((a, b), key=repr)
        return made("times", (first, second), a.held * b.held)
    factor, other = (a, b) if isinstance(a, Fraction) else (b, a)
    assert isinstance(factor, Fraction)
    if isinstance(other, Fraction) or not factor:
        return factor * other if isinstance(other, Fraction) else Fraction(0)
    return Real({name: c * factor for name, c in other.coefficients.items()}, other.held * ball(factor))


def inverse(a: Number) -> Number:
    if not sign(a):
        raise Undecided("a division by 0")
    return 1 / a if isinstance(a, Fraction) else made("inverse", (a,), 1 / a.held)


def sign(a: Number) -> int:
    """−1, 0 or 1; Undecided where the ball does not tell."""
    if isinstance(a, Fraction):
        return (a > 0) - (a < 0)
    if not (a.held > 0 or a.held < 0):
        raise Undecided("two constants that a ball does not tell apart")
    return 1 if a.held > 0 else -1
