"""Intervals whose ends are Arb balls: the one arithmetic of the kernel.

An interval stands for the values that a function takes on a region. `low` is a ball that holds a lower bound of them, or None for −∞;
`high` likewise above, or None for +∞. A ball that is not finite (an overflow, a nan) becomes None, so an end can only ever be rounded
outwards: no lower end is +∞, no upper end −∞.

`sure` says that the function is defined and continuous on the whole region (IEEE 1788 calls it the decoration *dac*). Where it
is false, `low` and `high` bound the values wherever there are any. Ends alone never prove that a function has a value.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from flint import arb, fmpq

End = arb | fmpq  # an end that is rational and known exactly stays so, and compares exactly with another
LONGEST = 1 << 16  # bits before or behind the point of a ball's middle that is used as an exact number
Far = tuple[End, End] | Literal["infinity"]  # between which numbers a limit lies


class Interval(NamedTuple):
    low: arb | None
    high: arb | None
    sure: bool = True

    @staticmethod
    def exact(value: fmpq | int) -> Interval:
        """The interval that is one number."""
        ball = arb(value)
        return Interval(ball, ball)

    @staticmethod
    def between(low: fmpq | None, high: fmpq | None) -> Interval:
        """All numbers between two exact ends, None being infinite."""
        return Interval(None if low is None else arb(low), None if high is None else arb(high))

    def plus(self, other: Interval) -> Interval:
        return Interval(_add(self.low, other.low), _add(self.high, other.high), self.sure and other.sure)

    def minus(self) -> Interval:
        return Interval(_negate(self.high), _negate(self.low), self.sure)

    def times(self, other: Interval) -> Interval:
        """All products. A factor that is exactly 0 makes 0: the other is a finite number wherever it is defined."""
        sure = self.sure and other.sure
        if self.is_zero() or other.is_zero():
            return Interval(arb(0), arb(0), sure)
        a, b, c, d = self.low, self.high, other.low, other.high
        if a is not None and b is not None and c is not None and d is not None:
            return finite(_least(a * c, a * d, b * c, b * d), _most(a * c, a * d, b * c, b * d), sure)
        if self.is_negative():
            return self.minus().times(other).minus()
        if other.is_negative():
            return self.times(other.minus()).minus()
        if self.is_positive() and other.is_positive():
            low = arb(0) if a is None or c is None else a * c
            return finite(low, None if b is None or d is None else b * d, sure)
        return Interval(None, None, sure)

    def scaled(self, factor: fmpq) -> Interval:
        """All products with one exact number."""
        if factor == 0:
            return Interval(arb(0), arb(0), self.sure)
        low, high = (self.low, self.high) if factor > 0 else (self.high, self.low)
        ball = arb(factor)
        return finite(None if low is None else low * ball, None if high is None else high * ball, self.sure)

    def reciprocal(self) -> Interval:
        """1/x: where x is 0 it has no value, so it is not sure where 0 may be among the x."""
        if self.is_strictly_positive():
            assert self.low is not None
            return finite(arb(0) if self.high is None else 1 / self.high, 1 / self.low, self.sure)
        if self.is_strictly_negative():
            return self.minus().reciprocal().minus()
        if self.is_positive():
            return finite(arb(0) if self.high is None else 1 / self.high, None, False)
        if self.is_negative():
            return self.minus().reciprocal().minus()
        return Interval(None, None, False)

    def power(self, exponent: int) -> Interval:
        """x^n for a whole number n, by its own range: x² is never negative."""
        if exponent < 0:
            return self.power(-exponent).reciprocal()
        if exponent == 0:
            return Interval(arb(1), arb(1), self.sure)
        low, high = (None if end is None else _power(end, exponent) for end in (self.low, self.high))
        if exponent % 2 or self.is_positive():
            return finite(low, high, self.sure)
        if self.is_negative():
            return finite(high, low, self.sure)
        return finite(arb(0), None if low is None or high is None else low.max(high), self.sure)

    def hull(self, other: Interval) -> Interval:
        low = None if self.low is None or other.low is None else self.low.min(other.low)
        high = None if self.high is None or other.high is None else self.high.max(other.high)
        return finite(low, high, self.sure and other.sure)

    def unsure(self) -> Interval:
        return Interval(self.low, self.high, False)

    def is_zero(self) -> bool:
        return self.low is not None and self.high is not None and bool(self.low.is_zero() and self.high.is_zero())

    def is_positive(self) -> bool:
        """Certainly nothing below 0."""
        return self.low is not None and bool(self.low >= 0)

    def is_negative(self) -> bool:
        return self.high is not None and bool(self.high <= 0)

    def is_strictly_positive(self) -> bool:
        return self.low is not None and bool(self.low > 0)

    def is_strictly_negative(self) -> bool:
        return self.high is not None and bool(self.high < 0)

    def may_hold(self, value: arb) -> bool:
        """Whether `value` may lie between the ends; certain only where the answer is no."""
        return not ((self.low is not None and value < self.low) or (self.high is not None and value > self.high))


EVERYTHING = Interval(None, None, False)


def rational(ball: arb) -> fmpq | None:
    """The middle of a ball as an exact rational; None where it is beyond 2^±LONGEST, whose exact digits could fill the memory."""
    middle = ball.mid()
    if not middle.is_finite():
        return None
    digits, exponent = middle.man_exp()
    return middle.fmpq() if abs(exponent) <= LONGEST and digits.bit_length() <= LONGEST else None


def finite(low: arb | None, high: arb | None, sure: bool) -> Interval:
    """An interval with these ends, where a ball that is not finite is no end."""
    return Interval(
        low if low is not None and low.is_finite() else None,
        high if high is not None and high.is_finite() else None,
        sure,
    )


def _add(a: arb | None, b: arb | None) -> arb | None:
    total = None if a is None or b is None else a + b
    return total if total is not None and total.is_finite() else None


def _negate(a: arb | None) -> arb | None:
    return None if a is None else -a


def _least(a: arb, b: arb, c: arb, d: arb) -> arb:
    return a.min(b).min(c.min(d))


def _most(a: arb, b: arb, c: arb, d: arb) -> arb:
    return a.max(b).max(c.max(d))


def _power(base: arb, exponent: int) -> arb:
    """base^exponent by squaring: Arb's own power of a ball that holds 0 is no number."""
    result = arb(1)
    for bit in bin(exponent)[2:]:
        result = result * result
        if bit == "1":
            result = result * base
    return result
