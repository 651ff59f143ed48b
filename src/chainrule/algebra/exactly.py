"""Exact rationals as long as a result is rational, balls after that: ``e^0 = 1``, ``σ(0) = ½``, and 0 times anything is 0.

So a slope that is exactly 0 at a rational point, as that of ``x² e^−x`` at 0, is seen to be.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import Any

from chainrule.algebra.balls import Balls, ball
from chainrule.problem.data import Column

Number = Any
"""A Fraction, or an arb ball."""

_BALLS = Balls()
_AT_ZERO = {
    "exp": Fraction(1),
    "sigmoid": Fraction(1, 2),
    "tanh": Fraction(0),
    "relu": Fraction(0),
    "abs": Fraction(0),
}
LONGEST = 4096  # bits of a numerator or denominator


class Exactly:
    """The operations (`WideAlgebra`) on Fractions and balls; Arb's precision is the caller's."""

    def constant(self, value: Fraction) -> Number:
        return value

    def column(self, numbers: Column) -> Number:
        raise TypeError("columns are not worked out here; spell the rows out")

    def mean(self, a: Number) -> Number:
        return a

    def add(self, *terms: Number) -> Number:
        return reduce(lambda a, b: _short(a + b) if _exact(a, b) else as_ball(a) + as_ball(b), terms)

    def multiply(self, *factors: Number) -> Number:
        return reduce(_product, factors)

    def negate(self, a: Number) -> Number:
        return -a

    def square(self, a: Number) -> Number:
        return _short(a * a) if _exact(a) else _BALLS.square(a)

    def exp(self, a: Number) -> Number:
        return self._apply("exp", a)

    def log(self, a: Number) -> Number:
        return Fraction(0) if _exact(a) and a == 1 else as_ball(a).log()

    def sigmoid(self, a: Number) -> Number:
        return self._apply("sigmoid", a)

    def function(self, name: str, a: Number) -> Number:
        if name in ("step", "spike", "relu", "abs") and _exact(a) and a != 0:
            return {"step": Fraction(a > 0), "spike": Fraction(0), "relu": max(a, Fraction(0)), "abs": abs(a)}[name]
        return self._apply(name, a)

    def _apply(self, name: str, a: Number) -> Number:
        if _exact(a) and a == 0 and name in _AT_ZERO:
            return _AT_ZERO[name]
        known = {"exp": _BALLS.exp, "sigmoid": _BALLS.sigmoid}
        return known[name](as_ball(a)) if name in known else _BALLS.function(name, as_ball(a))

    def divide(self, a: Number, b: Number) -> Number:
        return _short(a / b) if _exact(a, b) and b != 0 else as_ball(a) / as_ball(b)

    def power(self, a: Number, b: Number) -> Number:
        if _exact(a) and (a == 1 or (a == 0 and as_ball(b) > 0)):  # 1^r = 1, and 0^r = 0 for r > 0
            return a
        return _BALLS.power(as_ball(a), as_ball(b))


def _exact(*numbers: Number) -> bool:
    return all(isinstance(number, Fraction) for number in numbers)


def as_ball(a: Number) -> Any:
    return ball(a) if isinstance(a, Fraction) else a


def _product(a: Number, b: Number) -> Number:
    if _exact(a, b):
        return _short(a * b)
    # A finite number times exactly 0; what is not defined stays so.
    if any(_exact(x) and x == 0 and (_exact(y) or y.is_finite()) for x, y in ((a, b), (b, a))):
        return Fraction(0)
    return as_ball(a) * as_ball(b)


def _short(value: Fraction) -> Number:
    long = value.numerator.bit_length() > LONGEST or value.denominator.bit_length() > LONGEST
    return ball(value) if long else value
