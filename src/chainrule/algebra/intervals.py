"""Rigorous intervals of doubles on whole arrays: every result holds the true value.

A value is a pair of float64 arrays ``lower <= true <= upper``; columns have shape ``(n,)``.

Rounding. Each basic operation is rounded to nearest by IEEE 754, so its result is off by at most
2^-53 of itself; widening by `ULP` = 2^-52 of its magnitude, and by the smallest normal number for
results that underflow, restores the enclosure. NumPy's exp and log are assumed to be within `EXP_ULPS`
units in the last place (`tests/algebra` holds that against Arb); no other assumption is made.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.exact import float_bounds
from chainrule.problem.data import Column, Floats

ULP = 2.0**-52
TINY = 2.0**-1022
LARGEST = float(np.finfo(np.float64).max)
EXP_ULPS = 8

_ARRAYS = Arrays()


class Bounds(NamedTuple):
    """Arrays ``lower <= upper`` that hold the true values."""

    lower: Floats
    upper: Floats


def outward(lower: Floats, upper: Floats, ulps: float = 1.0) -> Bounds:
    """Widen by `ulps` units: the enclosure for results rounded that often; refuses nan."""
    # A result that overflowed upwards is at least the largest double; infinity less its slack would be nan.
    lower, upper = np.minimum(lower, LARGEST), np.maximum(upper, -LARGEST)
    with np.errstate(over="ignore"):
        lower = lower - (np.abs(lower) * (ulps * ULP) + TINY)
        upper = upper + (np.abs(upper) * (ulps * ULP) + TINY)
    if np.isnan(lower).any() or np.isnan(upper).any():
        raise ArithmeticError("an interval bound is nan; the operation is not defined on its argument")
    return Bounds(lower, upper)


class Intervals:
    """The operations on intervals of doubles."""

    def constant(self, value: Fraction) -> Bounds:
        lower, upper = float_bounds(value)
        return Bounds(np.asarray(lower), np.asarray(upper))

    def column(self, numbers: Column) -> Bounds:
        return Bounds(numbers.lower, numbers.upper)

    def add(self, *terms: Bounds) -> Bounds:
        total = terms[0]
        for term in terms[1:]:
            with np.errstate(over="ignore"):
                total = outward(total.lower + term.lower, total.upper + term.upper)
        return total

    def multiply(self, *factors: Bounds) -> Bounds:
        product = factors[0]
        for factor in factors[1:]:
            if _is_zero_or_one(factor):  # nothing is rounded: data that multiplies a free weight stays as it is
                product = Bounds(product.lower * factor.lower, product.upper * factor.lower)
                continue
            with np.errstate(over="ignore"):
                corners = [a * b for a in product for b in factor]
            product = outward(np.minimum.reduce(corners), np.maximum.reduce(corners))
        return product

    def negate(self, a: Bounds) -> Bounds:
        return Bounds(-a.upper, -a.lower)

    def square(self, a: Bounds) -> Bounds:
        least = np.maximum(np.maximum(a.lower, -a.upper), 0.0)
        most = np.maximum(np.abs(a.lower), np.abs(a.upper))
        with np.errstate(over="ignore"):
            squared = outward(least * least, most * most)
        return Bounds(np.maximum(squared.lower, 0.0), squared.upper)

    def exp(self, a: Bounds) -> Bounds:
        with np.errstate(over="ignore", under="ignore"):
            lower, upper = outward(np.exp(a.lower), np.exp(a.upper), EXP_ULPS)
        return Bounds(np.maximum(lower, 0.0), upper)

    def log(self, a: Bounds) -> Bounds:
        return outward(np.log(a.lower), np.log(a.upper), EXP_ULPS)

    def sigmoid(self, a: Bounds) -> Bounds:
        lower, upper = outward(_ARRAYS.sigmoid(a.lower), _ARRAYS.sigmoid(a.upper), EXP_ULPS + 4)
        return Bounds(np.maximum(lower, 0.0), np.minimum(upper, 1.0))

    def function(self, name: str, a: Bounds) -> Bounds:
        if name == "abs":
            least = np.maximum(np.maximum(a.lower, -a.upper), 0.0)
            return Bounds(least, np.maximum(np.abs(a.lower), np.abs(a.upper)))
        # the others grow with their argument; NumPy's tanh and logaddexp are held against Arb as its exp is
        ends = Bounds(_ARRAYS.function(name, a.lower), _ARRAYS.function(name, a.upper))
        if name == "relu":
            return ends
        lower, upper = outward(*ends, EXP_ULPS + 4)
        if name == "tanh":
            return Bounds(np.maximum(lower, -1.0), np.minimum(upper, 1.0))
        return Bounds(np.maximum(lower, 0.0), upper)

    def mean(self, a: Bounds) -> Bounds:
        if not a.lower.ndim:
            return a  # one number is its own mean
        # Any order of summing n numbers is off by at most (n − 1)·2^-53 of the sum of their magnitudes, each end by its own:
        # of numbers that are 0 or more the mean is no less but for underflow.
        n = a.lower.shape[-1]
        below, above = ((n + 2) * ULP / n * np.abs(end).sum(axis=-1) for end in a)
        return outward(a.lower.mean(axis=-1) - below, a.upper.mean(axis=-1) + above)


def _is_zero_or_one(factor: Bounds) -> bool:
    return factor.lower.ndim == 0 and bool(factor.lower == factor.upper) and float(factor.lower) in (0.0, 1.0)
