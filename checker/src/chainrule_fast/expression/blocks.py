"""Intervals for many boxes at once: arrays of lower and upper ends in doubles, rounded outward, with what `spans.Span` can do.

Every end is moved outward by more than its rounding: an operation errs by u = 2^−53 of its size (`_out` takes 2u and `TINY`), the functions
by what `exponential` proves of them. Nothing is trusted of a library but ``+ − × ÷``: a logarithm is guessed, and holds because this package's own
exponential says so. A nan end is no bound: it stands for what is not defined on all of a box, or too large, and every operation
hands it on, so that no comparison with it holds.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from chainrule_fast.arrays import TINY
from chainrule_fast.exponential import EXP_ERROR, FAR, SIGMOID_ERROR, SOFTPLUS_ERROR, Floats, U, exp, sigmoid, softplus
from chainrule_fast.rationals import double_enclosure

# σ'' is ±1/(6√3) where σ = (3 ∓ √3)/6, at ∓log(2 + √3); both ends lie outside, by more than a unit.
TURN = (1.3169578969248165, 1.3169578969248168)
PEAK = 0.09622504486493765


def cost(boxes: int) -> float:
    """What an operation on so many boxes costs (`budget`)."""
    return 10 + boxes / 100


class Block:
    """``[low, high]`` elementwise, arrays ``(B,)`` or numbers; one array for both ends says that each box has one number there."""

    __slots__ = ("high", "low")

    def __init__(self, low: Floats, high: Floats) -> None:
        self.low, self.high = low, high

    @property
    def is_point(self) -> bool:
        return self.low is self.high

    def __add__(self, other: Block) -> Block:
        low, high = self.low + other.low, self.high + other.high
        out = _out(low, high)  # a sum of doubles that is 0 is exactly 0: so an edge of a domain stays one
        positive = (self.low >= 0) & (other.low >= 0)  # and a mean of squares is not below 0
        least = np.where(positive, np.maximum(out.low, 0.0), out.low)
        return Block(np.where(low == 0, low, least), np.where(high == 0, high, out.high))

    def __neg__(self) -> Block:
        return point(-self.low) if self.is_point else Block(-self.high, -self.low)

    def __sub__(self, other: Block) -> Block:
        return self + -other

    def __mul__(self, other: Block) -> Block:
        corners = [a * b for a in self._ends for b in other._ends]
        out = _out(np.minimum.reduce(corners), np.maximum.reduce(corners))
        positive = (self.low >= 0) & (other.low >= 0)  # then no product is below 0
        return Block(np.where(positive, np.maximum(out.low, 0.0), out.low), out.high)

    @property
    def _ends(self) -> tuple[Floats, ...]:
        return (self.low,) if self.is_point else (self.low, self.high)

    def times(self, factor: int) -> Block:
        return self * point(np.array(float(factor)))

    def square(self) -> Block:
        return self.power(2)

    def power(self, n: int) -> Block:
        """``x^n``, n >= 0."""
        if n == 0:
            return Block(self.low * 0 + 1, self.high * 0 + 1)
        low, high = _raised(self.low, n), _raised(self.high, n)
        if n % 2:
            return Block(low[0], high[1])
        across = (self.low <= 0) & (self.high >= 0)
        least = np.where(across, 0.0, np.minimum(low[0], high[0]))
        # The minimum hands a nan on, which the choice above may have dropped.
        return Block(least + 0 * (self.low + self.high), np.maximum(low[1], high[1]))

    def inverse(self) -> Block:
        good = (self.low > 0) | (self.high < 0)
        return _out(np.where(good, 1 / self.high, np.nan), np.where(good, 1 / self.low, np.nan))

    def real_power(self, exponent: Block) -> Block:
        """``x^r`` for x > 0, as ``e^(r log x)``; from 0 on where r > 0."""
        found = _exp(exponent * _log(self))
        edge = (self.low == 0) & (exponent.low > 0)
        if not edge.any():
            return found
        high = _exp(exponent * _log(point(self.high))).high
        return Block(np.where(edge, 0.0, found.low), np.where(edge, np.where(self.high == 0, 0.0, high), found.high))

    def open_power(self, exponent: Block) -> Block:
        """``x^r`` for those x, none of them below 0, that are above 0: no bound above where r < 0 and they come near it."""
        found = self.real_power(exponent)
        edge = (self.low == 0) & (exponent.high < 0)
        if not edge.any():
            return found
        low = _exp(exponent * _log(point(self.high))).low
        return Block(np.where(edge, low, found.low), np.where(edge, np.inf, found.high))


def point(x: Floats) -> Block:
    return Block(x, x)


def number(value: Fraction) -> Block:
    """The number, or the two doubles around it."""
    low, high = double_enclosure(value)
    return point(np.array(low)) if low == high else Block(np.array(low), np.array(high))


def _out(low: Floats, high: Floats) -> Block:
    """One rounding error of each end, and more, further out. (An infinite end on the wrong side becomes a nan.)"""
    return Block(low - (2 * U * np.abs(low) + TINY), high + (2 * U * np.abs(high) + TINY))


def _raised(x: Floats, n: int) -> tuple[Floats, Floats]:
    """Below and above ``x^n`` for n >= 1: a product of n factors with n − 1 roundings, by squaring."""
    base, result, left = x, None, n
    while left:
        if left % 2:
            result = base if result is None else result * base
        left //= 2
        base = base * base if left else base
    assert result is not None
    # (1 + u)^(n − 1) <= 1 + 2 n u for n <= 1000; what is lost below the normal doubles is multiplied by |x|^n at most.
    slack = 2 * n * U * np.abs(result) + TINY * np.maximum(1.0, np.abs(result)) * (n > 1)
    return result - slack, result + slack


def derivatives(name: str, x: Block) -> tuple[Block, Block, Block]:
    """``f, f', f''``; nan where something is not defined on all of a box."""
    if name in ("relu", "abs"):
        return _bent(name, x)
    if name == "log":
        inverse = x.inverse()
        return _log(x), inverse, -inverse.square()
    if name == "exp":
        value = _exp(x)
        return value, value, value
    if name == "sigmoid":
        return _sigmoid_with_slopes(x)
    if name == "softplus":
        value, slope, _ = _sigmoid_with_slopes(x)
        return _softplus(x), value, slope
    double = Block(2 * x.low, 2 * x.high)  # tanh x = 2 σ(2x) − 1; doubling is exact
    value, slope, bend = _sigmoid_with_slopes(double)
    return _out(2 * value.low - 1, 2 * value.high - 1), slope.times(4), bend.times(8)


def _exp(x: Block) -> Block:
    low, high = exp(x.low) * (1 - 2 * EXP_ERROR), exp(x.high) * (1 + 2 * EXP_ERROR)
    return Block(np.where(x.low < -FAR, 0.0, low), np.where(x.high > FAR, np.inf, high))


def _log(x: Block) -> Block:
    """Guessed, widened, and kept where ``e^low <= x.low`` and ``x.high <= e^high`` certainly."""
    guess = [np.log(end) for end in (x.low, x.high)]
    low, high = (g + side * (24 * U + 16 * U * np.abs(g)) for g, side in zip(guess, (-1, 1), strict=True))
    below = (np.abs(low) < FAR - 1) & (exp(low) * (1 + 2 * EXP_ERROR) <= x.low)
    above = (np.abs(high) < FAR - 1) & (exp(high) * (1 - 2 * EXP_ERROR) >= x.high)
    return Block(np.where(below & above, low, np.nan), np.where(below & above, high, np.nan))


def _softplus(x: Block) -> Block:
    low, high = softplus(x.low), softplus(x.high)
    return Block(np.maximum(low - (2 * SOFTPLUS_ERROR * low + TINY), 0.0), high + (2 * SOFTPLUS_ERROR * high + TINY))


def _sigmoid_with_slopes(x: Block) -> tuple[Block, Block, Block]:
    """``σ`` rises; ``σ' = σ(x)σ(−x)`` falls with |x| from 1/4; ``σ'' = σ'(σ(−x) − σ(x))`` turns at ∓log(2 + √3)."""
    ends = [sigmoid(end) for end in ((x.low,) if x.is_point else (x.low, x.high))]
    (up_low, _), (up_high, _) = ends[0], ends[-1]
    error = 2 * SIGMOID_ERROR
    value = Block(
        np.maximum(up_low - (error * up_low + TINY), 0.0), np.minimum(up_high + (error * up_high + TINY), 1.0)
    )
    slopes = [up * down for up, down in ends]
    least, most = np.minimum(slopes[0], slopes[-1]), np.maximum(slopes[0], slopes[-1])
    most = most + (2 * error * most + TINY)
    across = (x.low <= 0) & (x.high >= 0)
    slope = Block(np.maximum(least - (2 * error * least + TINY), 0.0), np.where(across, 0.25, np.minimum(most, 0.25)))
    bends = [p * (down - up) for p, (up, down) in zip(slopes, ends, strict=True)]
    # σ' errs by 17u of itself and the difference by 9u, as it is at most 1.
    slack = [4 * error * p + TINY for p in slopes]
    low = np.minimum(bends[0] - slack[0], bends[-1] - slack[-1])
    high = np.maximum(bends[0] + slack[0], bends[-1] + slack[-1])
    low = np.where((x.low <= TURN[1]) & (x.high >= TURN[0]), np.minimum(low, -PEAK), low)
    high = np.where((x.low <= -TURN[0]) & (x.high >= -TURN[1]), np.maximum(high, PEAK), high)
    return value, slope, Block(low, high)


def _bent(name: str, x: Block) -> tuple[Block, Block, Block]:
    """relu and abs: their second derivative is 0 off the kink, and nothing is known of it at the kink."""
    right, left = x.low > 0, x.high < 0
    nothing = 0 * (x.low + x.high)  # a nan where the argument is one
    bend = np.where(right | left, 0.0, np.nan) + nothing
    lowest = 0.0 if name == "relu" else -1.0
    slope = Block(np.where(right, 1.0, lowest) + nothing, np.where(left, lowest, 1.0) + nothing)
    if name == "relu":
        return Block(np.maximum(x.low, 0.0), np.maximum(x.high, 0.0)), slope, Block(bend, bend)
    nearest = np.where(right, x.low, np.where(left, -x.high, 0.0)) + nothing
    return Block(nearest, np.maximum(np.abs(x.low), np.abs(x.high))), slope, Block(bend, bend)
