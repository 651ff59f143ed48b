"""Ranges of h, h', h'' and sums over many rows in double intervals: arrays of lower and of upper ends, rounded outward.

Rounding is to nearest, ``u = 2^−53``. Everything is widened by a proved bound of what rounding can have done:

- *Ranges.* The formula of a curve gathers at most 36u of its size (h'' : p and q err by 8u each, so 2p²q by 3·8u + 2u, and
  ``2q − p`` by ``9u (2q + p)``, the product by u more); the subtraction of the margin adds u. ln(1 + e^z) has 14u. `CURVE_ERROR` claims 40u. Arguments cut
  at ±700 and underflow change h, h', h'' by less than ``4 e^−700 < 1e−303``; `TINY` = 1e−300 covers them.
- *Sums.* Any order of adding m numbers errs by at most ``(m−1)u/(1−(m−1)u) Σ|x|`` (N. Higham, Accuracy and Stability of Numerical
  Algorithms, 2nd ed., section 4.2). Rows are added in groups of at most 64, then ``math.fsum`` adds the group sums and rounds once. With
  one rounding for the product that makes each summand: below ``65u Σ|x|``; `SUM_ERROR` claims 66u, and Σ|x| is itself rounded up.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from chainrule_fast.exponential import SIGMOID_ERROR, Floats, U, sigmoid, softplus
from chainrule_fast.loss import Shape
from chainrule_fast.rationals import double_enclosure

CURVE_ERROR = 40 * U
SUM_ERROR = 66 * U
TINY = 1e-300
GROUP = 64

Pair = tuple[Floats, Floats]
"""Lower and upper ends, of one shape."""


def values(shape: Shape, z: Floats) -> Floats:
    """h, with an error below ``CURVE_ERROR · h + TINY``."""
    formula = shape.curves[0].formula
    found: Floats = softplus(z) if formula is None else formula(*sigmoid(z))
    return found


def curve_range(shape: Shape, order: int, left: Floats, right: Floats) -> Pair:
    """Below and above every value of h, h' or h'' over ``left <= z <= right``, elementwise."""
    curve = shape.curves[order]
    if curve.formula is None or curve.size is None:
        lower, upper = softplus(left), softplus(right)
        return np.maximum(lower - (lower * CURVE_ERROR + TINY), 0.0), upper + (upper * CURVE_ERROR + TINY)
    p_left, q_left = sigmoid(left)
    p_right, q_right = sigmoid(right)
    at_left, at_right = curve.formula(p_left, q_left), curve.formula(p_right, q_right)
    margin_left = curve.size(p_left, q_left) * CURVE_ERROR + TINY
    margin_right = curve.size(p_right, q_right) * CURVE_ERROR + TINY
    lower = np.minimum(at_left - margin_left, at_right - margin_right)
    upper = np.maximum(at_left + margin_left, at_right + margin_right)
    for turn in curve.turns:
        begin, end = double_enclosure(turn.left)[0], double_enclosure(turn.right)[1]
        outside = (p_left * (1 - 2 * SIGMOID_ERROR) > end) | (p_right * (1 + 2 * SIGMOID_ERROR) < begin)
        lower = np.where(outside, lower, np.minimum(lower, double_enclosure(turn.lower)[0]))
        upper = np.where(outside, upper, np.maximum(upper, double_enclosure(turn.upper)[1]))
    if order < 2:
        np.maximum(lower, 0.0, out=lower)  # h and h' are positive
    return lower, upper


def times(factor: Pair, other: Pair) -> Pair:
    """The product of intervals, the first of them ``>= 0``. Not yet rounded outward: `SUM_ERROR` includes that."""
    lower = np.where(other[0] >= 0, factor[0], factor[1]) * other[0]
    upper = np.where(other[1] >= 0, factor[1], factor[0]) * other[1]
    return lower, upper


def outward(lower: Floats, upper: Floats) -> Pair:
    """One rounding error of each end, and more, further out (underflow included)."""
    return lower - (4 * U * np.abs(lower) + TINY), upper + (4 * U * np.abs(upper) + TINY)


def product(first: Pair, second: Pair) -> Pair:
    """The product of any two intervals, rounded outward."""
    corners = [a * b for a in first for b in second]
    return outward(np.minimum.reduce(corners), np.maximum.reduce(corners))


def partial_sums(x: Floats) -> tuple[list[float], float]:
    """Sums of groups of at most 64 elements, and an upper bound of ``Σ|x|`` (for up to 2^20 elements)."""
    whole = x.size - x.size % GROUP
    groups = x[:whole].reshape(GROUP, -1).sum(axis=0)
    return [*groups.tolist(), *x[whole:].tolist()], float(np.abs(x).sum()) * (1 + 2.0**-32)


def enclosed_sum(parts: Iterable[tuple[list[float], float]], side: int) -> Fraction | float:
    """A bound of a sum of products on `side`, from the partial sums of its blocks; ±inf where something overflowed."""
    sums: list[float] = []
    sizes: list[float] = []
    for groups, size in parts:
        sums += groups
        sizes.append(size)
    try:
        size = math.fsum(sizes)
    except OverflowError:
        size = math.inf
    if not size < 1e300:  # a nan comes here too
        return side * math.inf
    total = Fraction(math.fsum(sums))
    return total + side * (
        Fraction(SUM_ERROR) * Fraction(size) * (1 + Fraction(1, 2**40)) + abs(total) * Fraction(2 * U)
    )
