"""Balls of real numbers (Arb): every value is *enclosed*, at the precision the caller works in.

For checking at points; a prover that splits boxes wants inf-sup intervals instead.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from chainrule.problem.data import Column

Ball = Any
"""A `flint.arb`; python-flint carries no types."""


class Balls:
    """The operations on `flint.arb` (`WideAlgebra`); precision is that of ``flint.ctx``."""

    def constant(self, value: Fraction) -> Ball:
        return arb(fmpq(value.numerator, value.denominator))

    def column(self, numbers: Column) -> Ball:
        raise TypeError("a ball is one number; evaluate row by row")

    def add(self, *terms: Ball) -> Ball:
        return sum(terms[1:], terms[0]) if terms else arb(0)

    def multiply(self, *factors: Ball) -> Ball:
        product = arb(1)
        for factor in factors:
            product = product * factor
        return product

    def negate(self, a: Ball) -> Ball:
        return -a

    def square(self, a: Ball) -> Ball:
        return a * a

    def exp(self, a: Ball) -> Ball:
        return a.exp()

    def log(self, a: Ball) -> Ball:
        return a.log()

    def sigmoid(self, a: Ball) -> Ball:
        return 1 / (1 + (-a).exp())

    def mean(self, a: Ball) -> Ball:
        return a

    def divide(self, a: Ball, b: Ball) -> Ball:
        return a / b

    def power(self, a: Ball, b: Ball) -> Ball:
        return a**b

    def function(self, name: str, a: Ball) -> Ball:
        if name == "tanh":
            return a.tanh()
        if name == "softplus":
            return (1 + a.exp()).log()
        if name == "abs":
            return abs(a)
        if name == "relu":
            return (a + abs(a)) / 2
        raise ValueError(f"no ball function {name!r}")
