"""Intervals with every operation of typed expressions, and sharp first and second derivatives of each function.

`Intervals` with division, powers, tanh, softplus, relu and abs (a `WideAlgebra`). Ends may be infinite: where a factor is
0 the product is 0, because infinite ends bound finite numbers. What is not defined on all of a range (1/x at 0, log of −1)
is noted in `outside`, and its result is everything: nothing follows on such boxes.

Rounding is that of `Intervals`.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.intervals import EXP_ULPS, Bounds, Intervals, outward
from chainrule.problem.data import Floats

# σ'' = s t (t − s) turns where σ = (3 ∓ √3)/6, at z = ∓log(2 + √3) ; it is ±1/(6√3) there.
BEND_TURN = 1.3169578969248166
BEND_PEAK = 0.09622504486493763

SHORT = 2.0**100  # the square of a float32 within this of 1 neither overflows nor underflows

_ARRAYS = Arrays()


class Ranges(Intervals):
    """The operations on intervals of doubles; `outside` ``(B,)`` tells on which boxes something is not defined."""

    def __init__(self) -> None:
        self.outside: np.ndarray = np.zeros((), dtype=bool)

    def _undefined(self, where: np.ndarray) -> None:
        self.outside = self.outside | (where.any(axis=-1) if where.ndim else where)

    def mean(self, a: Bounds) -> Bounds:
        return super().mean(a) if a.lower.ndim else a

    def add(self, *terms: Bounds) -> Bounds:
        """A sum of two doubles that is 0 is exactly 0: so an edge of a domain, as that of ``√(x − 3)`` at 3, stays one."""
        total = terms[0]
        for term in terms[1:]:
            with np.errstate(over="ignore"):
                ends = Bounds(total.lower + term.lower, total.upper + term.upper)
            total = Bounds(*(np.where(end == 0, end, out) for end, out in zip(ends, outward(*ends), strict=True)))
        return total

    def multiply(self, *factors: Bounds) -> Bounds:
        product = factors[0]
        for factor in factors[1:]:
            if _is_one(factor) or _is_one(product):  # nothing is rounded
                product = factor if _is_one(product) else product
                continue
            with np.errstate(over="ignore", invalid="ignore"):
                corners = [a * b for a in product for b in factor]
                least, most = np.minimum.reduce(corners), np.maximum.reduce(corners)
            if np.isnan(least).any():
                corners = [np.nan_to_num(c, nan=0.0, posinf=np.inf, neginf=-np.inf) for c in corners]
                least, most = np.minimum.reduce(corners), np.maximum.reduce(corners)
            positive = (product.lower >= 0) & (factor.lower >= 0)  # then no product is below 0
            lower, upper = outward(least, most)
            product = Bounds(np.where(positive, np.maximum(lower, 0.0), lower), upper)
        return product

    def square(self, a: Bounds) -> Bounds:
        """Exact where 24 bits hold an end, as its square has 48 then: 1 − x² is 0 at 1."""
        out = super().square(a)
        least = np.maximum(np.maximum(a.lower, -a.upper), 0.0)
        most = np.maximum(np.abs(a.lower), np.abs(a.upper))
        with np.errstate(over="ignore"):
            ends = [
                np.where(_is_short(size), size * size, bound) for size, bound in zip((least, most), out, strict=True)
            ]
        return Bounds(*ends)

    def divide(self, a: Bounds, b: Bounds) -> Bounds:
        zero = (b.lower <= 0) & (b.upper >= 0)
        self._undefined(zero)
        with np.errstate(over="ignore", divide="ignore"):
            lower, upper = np.where(zero, -np.inf, 1 / b.upper), np.where(zero, np.inf, 1 / b.lower)
        return self.multiply(a, outward(lower, upper))

    def log(self, a: Bounds) -> Bounds:
        undefined = a.lower <= 0
        self._undefined(undefined)
        return self._log(Bounds(np.where(undefined, 0.0, a.lower), np.where(undefined, np.inf, a.upper)))

    def _log(self, a: Bounds) -> Bounds:
        with np.errstate(divide="ignore"):
            lower, upper = np.log(np.maximum(a.lower, 0.0)), np.log(np.maximum(a.upper, 0.0))
        return outward(lower, upper, EXP_ULPS)

    def power(self, a: Bounds, b: Bounds) -> Bounds:
        """``e^(b log a)``; 0 may be raised to what is positive."""
        undefined = (a.lower < 0) | ((a.lower == 0) & (b.lower <= 0))
        self._undefined(undefined)
        inside = Bounds(np.where(undefined, 0.0, a.lower), np.where(undefined, np.inf, a.upper))
        return self.exp(self.multiply(b, self._log(inside)))

    def open_power(self, a: Bounds, b: Bounds) -> Bounds:
        """``a^b`` for those a of the range that are above 0: unbounded where b < 0 and they come near it."""
        inside = Bounds(np.maximum(a.lower, 0.0), np.maximum(a.upper, 0.0))
        nothing = (a.upper <= 0) & (b.lower <= 0)
        lower, upper = self.exp(self.multiply(b, self._log(inside)))
        return Bounds(np.where(nothing, -np.inf, lower), np.where(nothing, np.inf, upper))

    def whole_power(self, a: Bounds, n: int) -> Bounds:
        """``a^n``, ``n >= 1``: odd powers rise, even ones are those of the magnitude."""
        if n % 2:
            ends = [self._magnitude_power(np.abs(end), n) for end in a]
            lower = np.where(a.lower < 0, -ends[0].upper, ends[0].lower)
            upper = np.where(a.upper < 0, -ends[1].lower, ends[1].upper)
            return Bounds(lower, upper)
        least = np.maximum(np.maximum(a.lower, -a.upper), 0.0)
        most = np.maximum(np.abs(a.lower), np.abs(a.upper))
        return Bounds(self._magnitude_power(least, n).lower, self._magnitude_power(most, n).upper)

    def _magnitude_power(self, size: Floats, n: int) -> Bounds:
        base, power = Bounds(size, size), None
        for digit in f"{n:b}":
            power = self.square(power) if power is not None else base
            if digit == "1" and power is not base:
                power = self.multiply(power, base)
        assert power is not None
        return Bounds(np.maximum(power.lower, 0.0), power.upper)

    def function(self, name: str, a: Bounds) -> Bounds:
        if name in ("step", "spike"):
            return _step(a) if name == "step" else _spike(a)
        return super().function(name, a)

    def derivatives(self, name: str, a: Bounds) -> tuple[Bounds, Bounds, Bounds]:
        """``f, f', f''`` over the range `a`, each its exact range but for rounding."""
        if name == "sigmoid":
            return self.sigmoid(a), _sigmoid_slope(a), _sigmoid_bend(a)
        if name == "softplus":
            return self.function(name, a), self.sigmoid(a), _sigmoid_slope(a)
        if name == "tanh":  # tanh z = 2σ(2z) − 1; multiplying by a power of two rounds nothing
            double = Bounds(2 * a.lower, 2 * a.upper)
            slope, bend = _sigmoid_slope(double), _sigmoid_bend(double)
            return (
                self.function(name, a),
                Bounds(4 * slope.lower, 4 * slope.upper),
                Bounds(8 * bend.lower, 8 * bend.upper),
            )
        if name == "exp":
            value = self.exp(a)
            return value, value, value
        if name == "log":
            inverse = self.divide(self.constant(Fraction(1)), a)
            return self.log(a), inverse, self.negate(self.square(inverse))
        step, spike = _step(a), _spike(a)
        if name == "abs":
            step = Bounds(2 * step.lower - 1, 2 * step.upper - 1)
        return self.function(name, a), step, spike


def _sigmoid_slope(a: Bounds) -> Bounds:
    """``σ(z)σ(−z)`` is even and falls with ``|z|`` from 1/4."""
    near = np.maximum(np.maximum(a.lower, -a.upper), 0.0)
    far = np.maximum(np.abs(a.lower), np.abs(a.upper))
    least, most = (np.multiply(*_ARRAYS.sigmoid_pair(size)) for size in (far, near))
    lower, upper = outward(least, most, 2 * EXP_ULPS + 8)
    return Bounds(np.maximum(lower, 0.0), np.minimum(upper, 0.25))


def _sigmoid_bend(a: Bounds) -> Bounds:
    """``σ'' = s t (t − s)``: odd, with its peak at −BEND_TURN and its trough at BEND_TURN."""
    ends = []
    for end in a:
        up, down = _ARRAYS.sigmoid_pair(end)
        # t − s is off by its parts' errors, not by its own size.
        ends.append((up * down * (down - up), (2 * EXP_ULPS + 8) * 2.0**-51 * up * down))
    least = np.minimum(*(value - slack for value, slack in ends))
    most = np.maximum(*(value + slack for value, slack in ends))
    for turn, peak in ((-BEND_TURN, BEND_PEAK), (BEND_TURN, -BEND_PEAK)):
        inside = (a.lower <= turn + 1e-12) & (a.upper >= turn - 1e-12)
        least, most = np.where(inside, np.minimum(least, peak), least), np.where(inside, np.maximum(most, peak), most)
    return outward(least, most, 4)


def _step(a: Bounds) -> Bounds:
    """The slope of relu; all of [0, 1] where the range holds the kink."""
    return Bounds(np.where(a.lower > 0, 1.0, 0.0), np.where(a.upper < 0, 0.0, 1.0))


def _spike(a: Bounds) -> Bounds:
    """The second derivative of relu and abs: 0, and unknown where the range holds the kink."""
    kink = (a.lower <= 0) & (a.upper >= 0)
    return Bounds(np.where(kink, -np.inf, 0.0), np.where(kink, np.inf, 0.0))


def _is_short(x: Floats) -> np.ndarray:
    """Whether a number of moderate size has at most 24 bits."""
    with np.errstate(over="ignore"):
        return np.asarray((x.astype(np.float32) == x) & (np.abs(x) < SHORT) & ((np.abs(x) > 1 / SHORT) | (x == 0)))


def _is_one(a: Bounds) -> bool:
    return a.lower.ndim == 0 and bool(a.lower == 1.0) and bool(a.upper == 1.0)
