"""Exact rational arithmetic, for whatever in a formula is rational (its preactivations are)."""

from __future__ import annotations

from fractions import Fraction
from math import prod

from chainrule.problem.data import Column


class Rationals:
    """The operations that keep a number rational; a value is one Fraction, and there are no columns."""

    def constant(self, value: Fraction) -> Fraction:
        return value

    def add(self, *terms: Fraction) -> Fraction:
        return sum(terms, start=Fraction(0))

    def multiply(self, *factors: Fraction) -> Fraction:
        return prod(factors, start=Fraction(1))

    def negate(self, a: Fraction) -> Fraction:
        return -a

    def square(self, a: Fraction) -> Fraction:
        return a * a

    def column(self, numbers: Column) -> Fraction:
        raise TypeError("exact rationals work row by row; give the inputs of one row as constants")

    def _refuse(self, a: Fraction) -> Fraction:
        raise TypeError("the result is not rational")

    def function(self, name: str, a: Fraction) -> Fraction:
        if name == "relu":
            return max(a, Fraction(0))
        return abs(a) if name == "abs" else self._refuse(a)

    exp = log = sigmoid = mean = _refuse
