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


# Arb's exponents are unbounded: written out, e^(−10^12) would fill the memory. Ends closer to 0 than this move outward.
_NEAREST_ZERO = Fraction(1, 2**4000)


def lower_end(a: Ball) -> Fraction:
    """An exact rational at or below everything in the ball."""
    end = _dyadic(a.lower())
    return end if end is not None else Fraction(0) if a.lower() > 0 else -_NEAREST_ZERO


def upper_end(a: Ball) -> Fraction:
    """An exact rational at or above everything in the ball."""
    end = _dyadic(a.upper())
    return end if end is not None else Fraction(0) if a.upper() < 0 else _NEAREST_ZERO


def _dyadic(exact: Ball) -> Fraction | None:
    """The rational that a ball without radius is; None where it is not 0 and below 2^−4000 in magnitude. Beyond 2^4000 it is as good as not finite."""
    if not exact.is_finite():
        raise ArithmeticError(f"a ball is not finite: {exact}")
    mantissa, exponent = (int(part) for part in exact.mid().man_exp())
    size = mantissa.bit_length() + exponent
    if mantissa and size < -4000:
        return None
    if mantissa and size > 4000:
        raise ArithmeticError("a ball reaches beyond 2^4000")
    return Fraction(mantissa) * Fraction(2) ** exponent


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
        return _by_row(_square, a)

    def exp(self, a: Ball) -> Ball:
        return _by_row(lambda x: x.exp(), a)

    def log(self, a: Ball) -> Ball:
        return _by_row(lambda x: x.log(), a)

    def sigmoid(self, a: Ball) -> Ball:
        return _by_row(_sigmoid, a)

    def sigmoid_pair(self, a: Ball) -> tuple[Ball, Ball]:
        """``σ(a)`` and ``σ(−a) = 1 − σ(a)``, each with full relative precision."""
        return self.sigmoid(a), self.sigmoid(self.negate(a))

    def mean(self, a: Ball) -> Ball:
        return sum(a, start=flint.arb(0)) / len(a) if isinstance(a, tuple) else a

    def divide(self, a: Ball, b: Ball) -> Ball:
        return _by_row(lambda x, y: x / y, a, b)

    def power(self, a: Ball, b: Ball) -> Ball:
        return _by_row(_power, a, b)

    def function(self, name: str, a: Ball) -> Ball:
        return _by_row(_FUNCTIONS[name], a)


_FUNCTIONS: dict[str, Callable[[Ball], Ball]] = {
    "tanh": lambda x: x.tanh(),
    # e^x would overflow for x beyond some 10^30
    "softplus": lambda x: x + (-x).exp().log1p() if x > 0 else x.exp().log1p(),
    "abs": lambda x: abs(x),
    "relu": lambda x: (x + abs(x)) / 2,
    # The slope of relu, all of [0, 1] on a ball that holds the kink, and its second derivative, there unknown.
    "step": lambda x: flint.arb(1) if x > 0 else flint.arb(0) if x < 0 else flint.arb(0.5, 0.5),
    "spike": lambda x: flint.arb(0) if x > 0 or x < 0 else flint.arb("nan"),
}


def _square(x: Ball) -> Ball:
    # 1 ± 0.5 times itself is 1 ± 1.25, as if the two were different numbers; its square is between those of its ends.
    least, most = x.abs_lower(), x.abs_upper()
    return x * x if x.is_exact() else (least * least).union(most * most)


def _power(x: Ball, y: Ball) -> Ball:
    """``x^y`` for x > 0, and 0 for 0 to what is positive; Arb would also raise −2 to what happens to be whole, where the function has no value beside."""
    return x**y if x > 0 or (x.is_zero() and y > 0) else flint.arb("nan")


def _sigmoid(x: Ball) -> Ball:
    if x < 0:  # e^−x would overflow for x below some −10^30
        small = x.exp()
        return small / (1 + small)
    value = 1 / (1 + (-x).exp())
    return value if value.is_finite() else flint.arb(0.5, 0.5)  # a ball too wide to say more than 0 < σ < 1


def _by_row(operation: Callable[..., Ball], *values: Ball) -> Ball:
    """Apply to balls, or row by row where some are columns."""
    rows = {len(v) for v in values if isinstance(v, tuple)}
    if not rows:
        return operation(*values)
    (n,) = rows
    columns = [v if isinstance(v, tuple) else (v,) * n for v in values]
    return tuple(operation(*row) for row in zip(*columns, strict=True))
