"""Arb's ball arithmetic at any precision (python-flint): rigorous and as sharp as asked for.

A column is a tuple of balls. Arb keeps its working precision in a global context; `precision` sets
it for a block and puts it back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import reduce
from typing import Any

import flint

from chainrule.problem.data import Column

Ball = Any
"""A ``flint.arb``, or a tuple of them for a column (the library has no types)."""


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Work with `bits` bits inside the block."""
    before = flint.ctx.prec
    flint.ctx.prec = bits
    try:
        yield
    finally:
        flint.ctx.prec = before


def ball(value: Fraction) -> Ball:
    """The tightest ball of the current precision around a rational."""
    return flint.arb(flint.fmpq(value.numerator, value.denominator))


def lower_end(a: Ball) -> Fraction:
    """An exact rational at or below everything in the ball."""
    return _dyadic(a.lower())


def upper_end(a: Ball) -> Fraction:
    """An exact rational at or above everything in the ball."""
    return _dyadic(a.upper())


def _dyadic(exact: Ball) -> Fraction:
    if not exact.is_finite():
        raise ArithmeticError(f"a ball is not finite: {exact}")
    mantissa, exponent = exact.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


class Balls:
    """The operations on Arb's balls."""

    def constant(self, value: Fraction) -> Ball:
        return ball(value)

    def column(self, numbers: Column) -> Ball:
        return tuple(ball(x) for x in numbers)

    def add(self, *terms: Ball) -> Ball:
        return reduce(lambda a, b: _by_row(lambda x, y: x + y, a, b), terms) if terms else flint.arb(0)

    def multiply(self, *factors: Ball) -> Ball:
        return reduce(lambda a, b: _by_row(lambda x, y: x * y, a, b), factors) if factors else flint.arb(1)

    def negate(self, a: Ball) -> Ball:
        return _by_row(lambda x: -x, a)

    def square(self, a: Ball) -> Ball:
        # Arb's ball times itself may reach below zero; the square does not.
        return _by_row(lambda x: abs(x) * abs(x), a)

    def exp(self, a: Ball) -> Ball:
        return _by_row(lambda x: x.exp(), a)

    def log(self, a: Ball) -> Ball:
        return _by_row(lambda x: x.log(), a)

    def sigmoid(self, a: Ball) -> Ball:
        return _by_row(lambda x: 1 / (1 + (-x).exp()), a)

    def sigmoid_pair(self, a: Ball) -> tuple[Ball, Ball]:
        """``σ(a)`` and ``σ(−a) = 1 − σ(a)``, each with full relative precision."""
        return self.sigmoid(a), self.sigmoid(self.negate(a))

    def mean(self, a: Ball) -> Ball:
        return sum(a, start=flint.arb(0)) / len(a) if isinstance(a, tuple) else a

    # The wide operations of expressions, on single balls (`WideAlgebra`).

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


def _by_row(operation: Callable[..., Ball], *values: Ball) -> Ball:
    """Apply to balls, or row by row where some are columns."""
    rows = {len(v) for v in values if isinstance(v, tuple)}
    if not rows:
        return operation(*values)
    (n,) = rows
    columns = [v if isinstance(v, tuple) else (v,) * n for v in values]
    return tuple(operation(*row) for row in zip(*columns, strict=True))
