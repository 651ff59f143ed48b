"""Intervals with Arb balls for ends, and the exact ranges of each function and of its first two derivatives over one.

A span stands for a set of numbers inside ``[a, b]`` with some a in the ball `low` and b in the ball `high`, which may be infinite; every operation
keeps that.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from chainrule_fast.balls import rational

INFINITE = arb("inf")


def cost(bits: int) -> float:
    """What an operation on spans costs (`budget`)."""
    return 2 + bits / 300


class Undefined(ArithmeticError):
    """An operation is not defined on all of its argument, or it cannot be seen to be."""


@dataclass(frozen=True)
class Span:
    low: arb
    high: arb

    def __add__(self, other: Span) -> Span:
        if self.is_point and other.is_point:
            return point(self.low + other.low)
        return Span(self.low + other.low, self.high + other.high)

    def __neg__(self) -> Span:
        if self.is_point:
            return point(-self.low)
        return Span(-self.high, -self.low)

    def __sub__(self, other: Span) -> Span:
        return self + -other

    def __mul__(self, other: Span) -> Span:
        if self.is_point and other.is_point:
            return point(self.low * other.low)
        return _hull([_times(a, b) for a in (self.low, self.high) for b in (other.low, other.high)])

    def times(self, factor: int | arb) -> Span:
        return self * point(arb(factor))

    @property
    def is_point(self) -> bool:
        return self.low is self.high

    def square(self) -> Span:
        return self.power(2)

    def power(self, n: int) -> Span:
        """``x^n``, n >= 0."""
        if n == 0:
            return point(arb(1))
        if self.is_point:
            return point(_power(self.low, n))
        low, high = _power(self.low, n), _power(self.high, n)
        if n % 2 or self.low >= 0:
            return Span(low, high)
        if self.high <= 0:
            return Span(high, low)
        return Span(arb(0), low.max(high))

    def inverse(self) -> Span:
        if not (self.low > 0 or self.high < 0):
            raise Undefined("a division by what may be 0")
        return point(1 / self.low) if self.is_point else Span(1 / self.high, 1 / self.low)

    def real_power(self, exponent: Span) -> Span:
        """``x^r`` for one number r and x > 0, or x >= 0 where r > 0."""
        if not exponent.is_point:
            raise Undefined("a constant exponent that is not one number")
        r = exponent.low
        if self.low > 0:
            ends = [self.low**r, self.high**r]
        elif self.low == 0 and r > 0:
            ends = [arb(0), arb(0) if self.high == 0 else self.high**r]
        else:
            raise Undefined("a power of what may be negative")
        return point(ends[0]) if self.is_point else _hull(ends)

    def open_power(self, exponent: Span) -> Span:
        """``x^r`` for those x of the span, of which none is below 0, that are above 0: unbounded where r < 0 and they come near it."""
        r = exponent.low
        if self.low > 0 or r > 0:
            return self.real_power(exponent)
        return Span(self.high**r if self.high > 0 else -INFINITE, INFINITE)


def _times(a: arb, b: arb) -> arb:
    """A corner of a product; an infinite end bounds finite numbers, and 0 times these is 0."""
    product = a * b
    infinite = product.is_nan() and (a.is_zero() or b.is_zero()) and not (a.is_nan() or b.is_nan())
    return arb(0) if infinite else product


def _power(x: arb, n: int) -> arb:
    """By multiplication, of squares: a ball around 0 has powers too."""
    result, square = arb(1), x
    while n:
        if n % 2:
            result *= square
        n //= 2
        square = square * square if n else square
    return result


def point(x: arb) -> Span:
    return Span(x, x)


def number(value: Fraction) -> Span:
    return point(arb(rational(value)))


def _hull(values: list[arb]) -> Span:
    low = high = values[0]
    for value in values[1:]:
        low, high = low.min(value), high.max(value)
    return Span(low, high)


def derivatives(name: str, x: Span) -> tuple[Span, Span, Span | None]:
    """``f, f', f''`` over the span; f'' is None where it is not defined on all of it."""
    if name == "relu" or name == "abs":
        return _bent(name, x)
    if name == "log":
        if not x.low > 0:
            raise Undefined("a logarithm of what may not be positive")
        inverse = x.inverse()
        return _rising(x, lambda t: t.log()), inverse, -inverse.square()
    if name == "exp":
        value = _rising(x, lambda t: t.exp())
        return value, value, value
    if name == "sigmoid":
        return _rising(x, _sigmoid), _slope(x), _bend(x)
    if name == "softplus":
        return _rising(x, lambda t: t.max(arb(0)) + (1 + (-abs(t)).exp()).log()), _rising(x, _sigmoid), _slope(x)
    double = x.times(2)  # tanh x = 2 σ(2x) − 1
    return _rising(x, lambda t: t.tanh()), _slope(double).times(4), _bend(double).times(8)


def _rising(x: Span, f: object) -> Span:
    low = f(x.low)  # type: ignore[operator]
    return point(low) if x.is_point else Span(low, f(x.high))  # type: ignore[operator]


def _bent(name: str, x: Span) -> tuple[Span, Span, Span | None]:
    one, zero = point(arb(1)), point(arb(0))
    if x.low > 0:
        return x, one, zero
    if x.high < 0:
        return (zero, zero, zero) if name == "relu" else (-x, -one, zero)
    if name == "relu":
        return Span(arb(0), x.high.max(arb(0))), Span(arb(0), arb(1)), None
    return Span(arb(0), abs(x.low).max(abs(x.high))), Span(arb(-1), arb(1)), None


def _sigmoid(t: arb) -> arb:
    if t > 0:
        return 1 / (1 + (-t).exp())
    small = t.exp()
    return small / (1 + small)


def _slope(x: Span) -> Span:
    """``σ' = σ(x)σ(−x)``: falls with |x| from 1/4 at 0."""
    ends = [_sigmoid(t) * _sigmoid(-t) for t in (x.low, x.high)]
    if x.is_point:
        return point(ends[0])
    inside = [] if x.low > 0 or x.high < 0 else [arb(1) / 4]
    return _hull(ends + inside)


def _bend(x: Span) -> Span:
    """``σ'' = σ(x)σ(−x)(σ(−x) − σ(x))``: ±1/(6√3) at ``x = ∓log(2 + √3)``, monotone between and beyond."""
    ends = [_sigmoid(t) * _sigmoid(-t) * (_sigmoid(-t) - _sigmoid(t)) for t in (x.low, x.high)]
    if x.is_point:
        return point(ends[0])
    turn, peak = (2 + arb(3).sqrt()).log(), 1 / (6 * arb(3).sqrt())
    for at, value in ((-turn, peak), (turn, -peak)):
        if not (x.low > at or x.high < at):
            ends.append(value)
    return _hull(ends)
