"""Enclosures of the loss, its gradient and its Hessian on many boxes at once, in doubles.

For a box ``c ± r`` a term's linear form lies in ``a·c + b ± (|a|·r + rounding)``; `h` is monotone and `h'`,
`h''` have known turns (`profile`), so the range of each is the hull of its values at the two ends and at
the turns inside. Work is done in tiles of boxes × terms that stay in the cache, on every core.

Rounding. With u = 2^-53: a dot product of length k is off by at most (k+1)·u times the sum of
magnitudes; each profile function is a product of at most eight rounded factors and an exponential within
`EXP_ULPS` units (see `algebra.intervals`), so it is off by less than `SLACK` = 2^-47 of its magnitude; a sum
of m terms in any order by at most m·u times the sum of magnitudes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.backends import TILE, Array
from chainrule.algebra.intervals import TINY, ULP, Bounds, outward
from chainrule.exact import float_bounds
from chainrule.problem.data import Floats
from chainrule.prove.neuron.profile import Turn
from chainrule.prove.neuron.quadratic import Quadratic
from chainrule.prove.neuron.ridge import Ridge

SLACK = 2.0**-47

_ARRAYS = Arrays()


@dataclass(frozen=True)
class Enclosure:
    """Bounds for each of `B` boxes: `value` ``(B,)``, `gradient` ``(B, k)``, `hessian` ``(B, k, k)``.

    Enclosed: for every point of box `i` the loss, each partial derivative and each second one lies between
    the bounds. Parts that were not asked for are None.
    """

    value: Bounds
    gradient: Bounds | None
    hessian: Bounds | None


def enclose(ridge: Ridge, lower: Floats, upper: Floats, order: int = 2) -> Enclosure:
    """Enclose the loss (order 0), its gradient (1) and its Hessian (2) on boxes with ends ``(B, k)``."""
    boxes, k = lower.shape
    terms = len(ridge.a)
    wide = max(1, min(boxes, TILE // max(1, min(terms, TILE))))
    long = max(1, TILE // wide)
    tiles = [(slice(i, i + wide), slice(j, j + long)) for i in range(0, boxes, wide) for j in range(0, terms, long)]
    # Each tile gives lower sum, upper sum and magnitude for each part, flat along the last axis.
    parts = 1 + (k if order > 0 else 0) + (k * k if order > 1 else 0)
    total = np.zeros((3, boxes, parts))
    for (rows, _), sums in zip(tiles, _each(ridge, lower, upper, order, tiles), strict=True):
        total[:, rows] += sums
    below, above, magnitude = total
    slack = (min(long, terms) + len(tiles) + 4) * ULP * magnitude + TINY
    n = ridge.rows
    low, high = outward((below - slack) / n, (above + slack) / n, 4)
    value = Bounds(low[:, 0], high[:, 0])
    if ridge.constant:
        constant_low, constant_high = float_bounds(ridge.constant)
        value = outward(low[:, 0] + constant_low, high[:, 0] + constant_high)
    gradient = Bounds(low[:, 1 : k + 1], high[:, 1 : k + 1]) if order > 0 else None
    hessian = None
    if order > 1:
        hessian = Bounds(low[:, k + 1 :].reshape(-1, k, k), high[:, k + 1 :].reshape(-1, k, k))
    found = Enclosure(value, gradient, hessian)
    return _with_penalty(found, ridge.quadratic, lower, upper) if ridge.quadratic else found


def _with_penalty(found: Enclosure, quadratic: Quadratic, lower: Floats, upper: Floats) -> Enclosure:
    def plus(a: Bounds, b: Bounds) -> Bounds:
        return outward(a.lower + b.lower, a.upper + b.upper, 2)

    slopes, bends = quadratic.gradient(lower, upper), quadratic.hessian()
    return Enclosure(
        plus(found.value, quadratic.value(lower, upper)),
        None if found.gradient is None else plus(found.gradient, slopes),
        None if found.hessian is None else plus(found.hessian, Bounds(bends, bends * (1 + 8 * ULP))),
    )


def _each(ridge: Ridge, lower: Floats, upper: Floats, order: int, tiles: list[tuple[slice, slice]]) -> Iterator[Floats]:
    def work(tile: tuple[slice, slice]) -> Floats:
        return _tile(ridge, lower[tile[0]], upper[tile[0]], tile[1], order)

    if len(tiles) < 4:
        yield from map(work, tiles)
        return
    # The cores are ours tile by tile; a BLAS that starts threads of its own inside them slows both down 50 times.
    with blas().limit(limits=1, user_api="blas"), ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(work, tiles)


@cache
def blas() -> ThreadpoolController:
    return ThreadpoolController()


@cache
def keep_memory() -> None:
    """Let freed arrays be used again rather than given back: page by page that costs as much as the arithmetic.

    The C library of most Linux systems hands blocks above a limit back at once, and raises the limit to the largest block
    that it has seen freed, up to 32 MB (mallopt(3), M_MMAP_THRESHOLD). This one is never touched, so it costs nothing.
    """
    np.empty(30 * 2**17)


def _tile(ridge: Ridge, lower: Floats, upper: Floats, terms: slice, order: int) -> Floats:
    """Sums ``(3, B, parts)`` over these terms: lower, upper, magnitude."""
    a, weight = ridge.a[terms], ridge.weight[terms]
    low, high = form_range(a, ridge.b[terms], ridge.b_error[terms], lower, upper)
    at_low, at_high = _ARRAYS.sigmoid_pair(low), _ARRAYS.sigmoid_pair(high)
    profile = ridge.profile
    h_low, h_high = profile.value(_ARRAYS, low, *at_low), profile.value(_ARRAYS, high, *at_high)
    sums = [_weighted(h_low * (1 - SLACK), h_high * (1 + SLACK), weight[:, None])]
    if order > 0:
        d_low, d_high = profile.slope(_ARRAYS, *at_low), profile.slope(_ARRAYS, *at_high)
        least, most = hull(low, high, d_low, d_high, profile.slope_turns)
        sums.append(_weighted(least * (1 - SLACK), most * (1 + SLACK), weight[:, None] * a))
    if order > 1:
        least, most = hull(
            low,
            high,
            profile.curvature(_ARRAYS, *at_low),
            profile.curvature(_ARRAYS, *at_high),
            profile.curvature_turns,
        )
        # h'' = h'(2t − s): its error is a few roundings of h'(2t + s) <= 2h'; the turns are within 1e-15.
        slack = SLACK * 2 * np.maximum(d_low, d_high) + SLACK * np.maximum(np.abs(least), np.abs(most))
        pairs = (a[:, :, None] * a[:, None, :]).reshape(len(a), -1)
        sums.append(_weighted(least - slack, most + slack, weight[:, None] * pairs))
    return np.concatenate(sums, axis=-1)


def form_range(a: Floats, b: Floats, b_error: Floats, lower: Floats, upper: Floats) -> Bounds:
    """Where ``a_i·θ + b_i`` lies for θ in each box: arrays ``(B, m)``."""
    k = a.shape[1]
    centre, radius = (lower + upper) / 2, (upper - lower) / 2
    middle = centre @ a.T + b
    reach = np.abs(centre) + radius
    # Data that is no double is off by 2^-53 of itself, centre ± radius by two roundings of `reach`, the
    # dot products by k + 1, the last sum by two: (k + 8)·2^-52 of the magnitudes holds them all.
    rounding = (k + 8) * ULP * (reach @ np.abs(a).T + np.abs(b)) + b_error
    spread = radius @ np.abs(a).T + rounding
    return Bounds(middle - spread, middle + spread)


def hull(
    low: Array, high: Array, at_low: Array, at_high: Array, turns: tuple[Turn, ...], arrays: Arrays = _ARRAYS
) -> Bounds:
    """The range of a function on ``[low, high]`` from its values at the ends and its turns."""
    xp = arrays.xp
    least, most = xp.minimum(at_low, at_high), xp.maximum(at_low, at_high)
    for turn in turns:
        inside = (low <= turn.z + 1e-12) & (high >= turn.z - 1e-12)
        if xp.any(inside):
            # Adding the difference where inside and 0 elsewhere is several times faster than choosing.
            inside = arrays.mask(inside)
            least = least + inside * xp.minimum(turn.value - least, 0.0)
            most = most + inside * xp.maximum(turn.value - most, 0.0)
    return Bounds(least, most)


def _weighted(least: Floats, most: Floats, factor: Floats) -> Floats:
    """``Σ_i factor_i [least_i, most_i]`` for factors ``(m, p)``: lower, upper, magnitude ``(3, B, p)``."""
    up, down = np.maximum(factor, 0.0), np.minimum(factor, 0.0)
    size = np.maximum(np.abs(least), np.abs(most)) @ np.abs(factor)
    # A factor ω·a_j·a_l is off by 2^-53 in ω, 2^-52 in each a and two roundings: 2^-50 of the magnitude covers that.
    # A profile function below the normal doubles is off by less than 4·TINY, which an input of 1e90 makes large.
    slack = 4 * ULP * size + 4 * TINY * np.abs(factor).sum(axis=0)
    return np.stack([least @ up + most @ down - slack, most @ up + least @ down + slack, size])
