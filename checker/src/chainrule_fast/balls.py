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

from chainrule_fast.clock import look
from chainrule_fast.engine import EVERYTHING, Range
from chainrule_fast.loss import Shape
from chainrule_fast.rationals import End
from chainrule_fast.section import Section

_FAR = 100_000
_NEAR_ZERO = 90_000  # 2^−90000 exceeds what _FAR cuts off: mantissas have fewer than 10000 bits


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Arb works at `bits` inside, and at what it had before afterwards: its precision is global. Nothing is begun when the time is up."""
    look()
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def rational(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def range_of(lower: arb, upper: arb) -> Range:
    """The rational hull of two balls, without an end where one of them is not finite."""
    return Range(
        _end(lower.lower(), -1) if lower.is_finite() else -math.inf,
        _end(upper.upper(), 1) if upper.is_finite() else math.inf,
    )


def _end(point: arb, side: int) -> End:
    """The exact point, or a simpler one further out on `side` where it is extremely small or large.

    An infinite end is only ever the outer one: a lower end of e^100000 is a large number, not +∞, which would say that no number is as low.
    """
    if not (point.is_exact() and point.is_finite()):
        return side * math.inf  # never: lower() and upper() of a finite ball are exact
    mantissa, exponent = (int(part) for part in point.man_exp())
    if mantissa and abs(exponent) > _FAR:  # e^(−1e100) is a fine ball, but its fraction would fill the memory
        sign, outward = (1 if mantissa > 0 else -1), mantissa * side > 0
        if exponent > 0:
            return side * math.inf if outward else Fraction(sign * 2**_FAR)
        return Fraction(sign, 2**_NEAR_ZERO) if outward else Fraction(0)
    return Fraction(mantissa) * Fraction(2) ** exponent


def _ball(end: End) -> arb:
    return arb("inf") if end == math.inf else arb(rational(Fraction(end)))


def sigmoid(z: fmpq) -> tuple[arb, arb]:
    """``σ(z)`` and ``σ(−z)``, each to full relative precision."""
    shrunk = (-abs(arb(z))).exp()
    large = 1 / (1 + shrunk)
    small = shrunk * large
    return (large, small) if z >= 0 else (small, large)


def curve_at(shape: Shape, order: int, z: fmpq) -> arb:
    """h, h' or h'' at z, to full relative precision."""
    formula = shape.curves[order].formula
    if formula is not None:
        found: arb = formula(*sigmoid(z))
        return found
    tail = (-abs(arb(z))).exp().log1p()
    return arb(z) + tail if z > 0 else tail


def curve_range(shape: Shape, order: int, left: fmpq, right: fmpq) -> tuple[arb, arb]:
    """Balls around the least and the greatest value of h, h' or h'' over ``left <= z <= right``."""
    curve = shape.curves[order]
    at_left = curve_at(shape, order, left)
    if left == right:
        return at_left, at_left
    at_right = curve_at(shape, order, right)
    if not curve.turns:
        return at_left, at_right  # it increases
    (p_left, _), (p_right, _) = sigmoid(left), sigmoid(right)
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

    @property
    def shape(self) -> Shape:
        return self.section.problem.shape

    @property
    def _rest(self) -> Range:
        return Range(self.section.problem.rest, self.section.problem.rest)

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
                lower, upper = curve_range(self.shape, order, min(first, second), max(first, second))
                factor = w * s**order
                if factor < 0:
                    lower, upper = upper, lower
                low, high = low + arb(factor) * lower, high + arb(factor) * upper
            return self._mean(low, high, order).plus(self.section.penalty(order, left, right))

    def beyond(self, side: int, end: Fraction) -> Range:
        with precision(self.bits):
            low, high, limits = arb(0), arb(0), self.shape.limits
            for w, s, t in self.terms:
                here = curve_at(self.shape, 0, s * rational(end) + t)
                low += arb(w) * (here if s * side >= 0 else _ball(limits[-1]))
                high += arb(w) * (here if s * side <= 0 else _ball(limits[1]))
            endless = bool(high == arb("inf"))
            found = self._mean(low, low if endless else high, 0)
            found = Range(found.lower, math.inf) if endless else found
            return found.plus(self.section.penalty_beyond(side, end))

    def tail_slope(self, side: int, end: Fraction) -> Range:
        moving = [(w, s, t, 1 if s * side > 0 else -1) for w, s, t in self.terms if s != 0]
        if self.section.ridge:
            return self._pulled_slope(side, end)
        if not moving:
            return EVERYTHING
        decays = self.shape.decays
        slowest = min(decays[way].rate * abs(s) for _, s, _, way in moving)
        with precision(self.bits):
            low, high = arb(0), arb(0)
            for w, s, t, way in moving:
                z, decay = s * rational(end) + t, decays[way]
                # h'(z) e^(r|v − end|): a slowest term grows from h' at the end to factor·e^(−rate·|z|);
                # any other goes to 0, below the same bound.
                upper = decay.factor * arb(-decay.rate * way * z).exp()
                lower = curve_at(self.shape, 1, z) if decay.rate * abs(s) == slowest else arb(0)
                if s < 0:
                    lower, upper = upper, lower
                low, high = low + arb(w * s) * lower, high + arb(w * s) * upper
            return self._mean(low, high, 1)

    def _pulled_slope(self, side: int, end: Fraction) -> Range:
        """A bound of f' on the tail towards its outer end's sign, no upper (lower) one: penalty at the end, h' at its steepest inwards."""
        against = (abs(w * s) for w, s, _ in self.terms if s * side < 0)
        inward = sum((Fraction(int(x.p), int(x.q)) for x in against), Fraction(0)) * self.shape.steepest
        least = 2 * self.section.ridge * side * end - inward / self.section.total
        return Range(least, math.inf) if side > 0 else Range(-math.inf, -least)

    def limit(self, side: int) -> Range:
        with precision(self.bits):
            still = (arb(w) * curve_at(self.shape, 0, t) for w, s, t in self.terms if s == 0)
            total = sum(still, arb(0))
            constants = self.section.saturated(side) + self.section.constants
            return range_of(total, total).mean(self.section.total, constants).of_loss.plus(self._rest)

    def _mean(self, low: arb, high: arb, order: int) -> Range:
        total = range_of(low, high)
        if order:
            return total.mean(self.section.total)
        return total.mean(self.section.total, self.section.constants).of_loss
