"""Enclosures by Arb (ball arithmetic, through python-flint), at a precision that belongs to this object.

A range is kept as two numbers, its lower and its upper end, each a tiny ball: on an interval of ``v`` the terms are evaluated
at the ends, where the arguments ``s v + t`` are exact rationals, never on a fat ball, which would forget which end is which.
Source: F. Johansson, "Arb: efficient arbitrary-precision midpoint-radius interval arithmetic", IEEE Trans. Comput. 66 (2017).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import cached_property

from flint import arb, ctx, fmpq

from chainrule_check.engine import EVERYTHING, Range
from chainrule_check.loss import CURVES, DECAYS, LIMITS
from chainrule_check.rationals import End
from chainrule_check.section import Section

_FAR = 100_000
_NEAR_ZERO = 90_000  # 2^−90000 exceeds what _FAR cuts off: mantissas have fewer than 10000 bits


_FAR = 100_000
_NEAR_ZERO = 90_000  # 2^−90000 exceeds what _FAR cuts off: mantissas have fewer than 10000 bits


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Arb works at `bits` inside, and at what it had before afterwards: its precision is global."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def rational(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def range_of(lower: arb, upper: arb) -> Range:
    """The rational hull of two balls; everything where one of them is not finite."""
    if not (lower.is_finite() and upper.is_finite()):
        return EVERYTHING
    return Range(_end(lower.lower(), -1), _end(upper.upper(), 1))


def _end(point: arb, side: int) -> End:
    """The exact point, or a simpler one further out on `side` where it is extremely small or large."""
    if not (point.is_exact() and point.is_finite()):
        return math.nan  # never: lower() and upper() of a finite ball are exact; a nan compares false everywhere
    mantissa, exponent = (int(part) for part in point.man_exp())
    if mantissa and abs(exponent) > _FAR:  # e^(−1e100) is a fine ball, but its fraction would fill the memory
        if exponent > 0:
            return math.inf if mantissa > 0 else -math.inf
        return Fraction((mantissa > 0) - (mantissa < 0)) / 2**_NEAR_ZERO if mantissa * side > 0 else Fraction(0)
    return Fraction(mantissa) * Fraction(2) ** exponent


def sigmoid(z: fmpq) -> tuple[arb, arb]:
    """``σ(z)`` and ``σ(−z)``, each to full relative precision."""
    shrunk = (-abs(arb(z))).exp()
    large = 1 / (1 + shrunk)
    small = shrunk * large
    return (large, small) if z >= 0 else (small, large)


def curve_range(order: int, left: fmpq, right: fmpq) -> tuple[arb, arb]:
    """Balls around the least and the greatest value of h, h' or h'' over ``left <= z <= right``."""
    curve = CURVES[order]
    p_left, q_left = sigmoid(left)
    at_left = curve.formula(p_left, q_left)
    if left == right:
        return at_left, at_left
    p_right, q_right = sigmoid(right)
    at_right = curve.formula(p_right, q_right)
    lower, upper = at_left.min(at_right), at_left.max(at_right)
    for turn in curve.turns:
        outside = p_left > arb(rational(turn.right)) or p_right < arb(rational(turn.left))  # certainly
        if not outside:
            lower, upper = lower.min(arb(rational(turn.lower))), upper.max(arb(rational(turn.upper)))
    return lower, upper


class Arb:
    """The enclosures of the loss along one free weight, with balls of `bits`. See `engine.Engine`.

    `like` is an Arb of the same section at another precision: the exact terms are shared.
    """

    def __init__(self, section: Section, bits: int, like: Arb | None = None) -> None:
        self.section, self.bits, self._like = section, bits, like

    @property
    def name(self) -> str:
        return f"Arb, {self.bits} bits"

    @cached_property
    def terms(self) -> list[tuple[fmpq, fmpq, fmpq]]:
        """``(w, s, t)`` of every term of the loss, exactly."""
        if self._like is not None:
            return self._like.terms
        return [(rational(w), rational(s), rational(t)) for w, s, t in self.section.terms()]

    def curve(self, order: int, left: Fraction, right: Fraction) -> Range:
        begin, end = rational(left), rational(right)
        with precision(self.bits):
            low, high = arb(0), arb(0)
            for w, s, t in self.terms:
                if order and s == 0:
                    continue
                first, second = s * begin + t, s * end + t
                lower, upper = curve_range(order, min(first, second), max(first, second))
                factor = w * s**order
                if factor < 0:
                    lower, upper = upper, lower
                low, high = low + arb(factor) * lower, high + arb(factor) * upper
            return self._mean(low, high, order)

    def beyond(self, side: int, end: Fraction) -> Range:
        with precision(self.bits):
            low, high = arb(0), arb(0)
            for w, s, t in self.terms:
                p, q = sigmoid(s * rational(end) + t)
                here = CURVES[0].formula(p, q)
                low += arb(w) * (here if s * side >= 0 else arb(LIMITS[-1]))
                high += arb(w) * (here if s * side <= 0 else arb(LIMITS[1]))
            return self._mean(low, high, 0)

    def tail_slope(self, side: int, end: Fraction) -> Range:
        moving = [(w, s, t, 1 if s * side > 0 else -1) for w, s, t in self.terms if s != 0]
        if not moving:
            return EVERYTHING
        slowest = min(DECAYS[way].rate * abs(s) for _, s, _, way in moving)
        with precision(self.bits):
            low, high = arb(0), arb(0)
            for w, s, t, way in moving:
                z, decay = s * rational(end) + t, DECAYS[way]
                # h'(z) e^(r|v − end|): a slowest term grows from h' at the end to factor·e^(−rate·|z|);
                # any other goes to 0, below the same bound.
                upper = decay.factor * arb(-decay.rate * way * z).exp()
                lower = CURVES[1].formula(*sigmoid(z)) if decay.rate * abs(s) == slowest else arb(0)
                if s < 0:
                    lower, upper = upper, lower
                low, high = low + arb(w * s) * lower, high + arb(w * s) * upper
            return self._mean(low, high, 1)

    def limit(self, side: int) -> Range:
        with precision(self.bits):
            still = (arb(w) * CURVES[0].formula(*sigmoid(t)) for w, s, t in self.terms if s == 0)
            total = sum(still, arb(0))
            constants = self.section.saturated(side) + self.section.constants
            return range_of(total, total).mean(self.section.rows, constants).of_loss

    def _mean(self, low: arb, high: arb, order: int) -> Range:
        total = range_of(low, high)
        if order:
            return total.mean(self.section.rows)
        return total.mean(self.section.rows, self.section.constants).of_loss
