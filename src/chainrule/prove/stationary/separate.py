"""Boxes without a stationary point: a fixed combination of the partial derivatives has a certain sign on them.

The gradient on a box lies in the zonotope ``{Σ_i ω_i a_i h'_i : l_i <= h'_i <= u_i}/n``, where ``[l_i, u_i]`` is the
range of h' on the i-th form. If it does not hold 0, some y separates them: ``Σ_j y_j ∂_j f = Σ_i ω_i (y·a_i) h'(z_i)``
is then of one sign on the box. E. Gilbert's method looks for that y: it walks from the zonotope's centre to its point
nearest to 0 (SIAM J. Control 4, 1966). Close to a stationary point another enclosure is far sharper, with y a row of
the inverse Hessian at the centre c, ``y·∇²f(c) = e_r``:

    y·∇f(θ) ∈ y·∇f(c) + Σ_j [−r_j, r_j]·Σ_i ω_i (y·a_i) a_ij h''(z_i),

about ``θ_r − θ*_r``, with an error quadratic in the box's size.

A direction counts only after its entries have been rounded to the short numbers that a certificate holds and its
sign has been shown again, rounding included (`enclose` explains the constants).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.intervals import TINY, ULP, Bounds
from chainrule.problem.data import Floats
from chainrule.prove.neuron.enclose import SLACK, form_range, hull
from chainrule.prove.neuron.local import jet
from chainrule.prove.neuron.ridge import Ridge

_ARRAYS = Arrays()
STEPS = 8  # of Gilbert's method; each settles fewer boxes than the one before
GRAIN = 1024  # entries of a direction are multiples of 1/1024 of the largest, in the forms' scale


@dataclass(frozen=True)
class Separation:
    """For each of `B` boxes a direction `y` ``(B, k)`` and the `sign` ``(B,)`` of ``y·∇f`` on the box: 1, −1, or 0: not known."""

    y: Floats
    sign: np.ndarray


def separate(ridge: Ridge, lower: Floats, upper: Floats) -> Separation:
    """Directions for boxes with ends ``(B, k)``. Enclosed: a sign that is not 0 is certain."""
    form = form_range(ridge.a, ridge.b, ridge.b_error, lower, upper)
    slopes, pull = _slopes(ridge, form), _pull(ridge, lower, upper)
    y, sign = np.zeros(lower.shape), np.zeros(len(lower), int)
    left = np.arange(len(lower))
    for tried in _gilbert(ridge, slopes, pull):
        left = left[sign[left] == 0]
        if not len(left):
            break
        short = _short(ridge, tried[left])
        good = _natural(ridge, _some(slopes, left), _some(pull, left), short) > 0
        y[left[good]], sign[left[good]] = short[good], 1
    left = np.flatnonzero(sign == 0)
    if len(left):
        inner, towards = _some(slopes, left), _some(pull, left)
        long = _spelled(_whitened(ridge, inner, towards) * unit(ridge))
        good = _natural(ridge, inner, towards, long) > 0
        y[left[good]], sign[left[good]] = long[good], 1
        left = left[~good]
    if len(left):
        short, found = _by_mean_value(ridge, lower[left], upper[left], _some(form, left))
        y[left], sign[left] = short, found
    return Separation(y, sign)


def _some(bounds: Bounds, boxes: np.ndarray) -> Bounds:
    return Bounds(bounds.lower[boxes], bounds.upper[boxes])


def _pull(ridge: Ridge, lower: Floats, upper: Floats) -> Bounds:
    """n times the penalty's gradient ``2 λ_j θ_j`` on each box: ``(B, k)``; 0 without one."""
    low, high = ridge.quadratic.gradient(lower, upper)
    return Bounds(
        low * ridge.rows - np.abs(low) * ridge.rows * ULP, high * ridge.rows + np.abs(high) * ridge.rows * ULP
    )


def _slopes(ridge: Ridge, form: Bounds) -> Bounds:
    """The range of h' on each form, rounded outward: ``(B, m)``."""
    profile = ridge.profile
    low, high = (profile.slope(_ARRAYS, *_ARRAYS.sigmoid_pair(z)) for z in form)
    least, most = hull(*form, low, high, profile.slope_turns)
    return Bounds(least * (1 - SLACK), most * (1 + SLACK))


def _bends(ridge: Ridge, form: Bounds) -> Bounds:
    """The range of h'' on each form, rounded outward; ``|h''| < 1/4``, so a constant covers the rounding."""
    profile = ridge.profile
    low, high = (profile.curvature(_ARRAYS, *_ARRAYS.sigmoid_pair(z)) for z in form)
    least, most = hull(*form, low, high, profile.curvature_turns)
    return Bounds(least - SLACK, most + SLACK)


def _gilbert(ridge: Ridge, slopes: Bounds, pull: Bounds) -> Iterator[Floats]:
    """Directions to try ``(B, k)``, one set after the other, for weights in units of `unit`."""
    a = ridge.a * unit(ridge)
    weighted = ridge.weight[:, None] * a
    pulls = [end * unit(ridge) for end in pull]
    nearest = (slopes.lower + slopes.upper) / 2 @ weighted + (pulls[0] + pulls[1]) / 2
    for _ in range(STEPS):
        yield nearest
        corner = np.where(nearest @ a.T > 0, slopes.lower, slopes.upper) @ weighted + np.where(nearest > 0, *pulls)
        way = corner - nearest
        size = np.einsum("bk,bk->b", way, way) + 1e-300
        step = np.clip(-np.einsum("bk,bk->b", nearest, way) / size, 0.0, 1.0)
        nearest = nearest + step[:, None] * way


def _whitened(ridge: Ridge, slopes: Bounds, pull: Bounds) -> Floats:
    """The direction y that maximises ``(y·centre)² / Σ_i (y·w_i)² r_i²``: the best for the ellipsoid round the zonotope."""
    a = ridge.a * unit(ridge)
    weighted = ridge.weight[:, None] * a
    centre = (slopes.lower + slopes.upper) / 2 @ weighted + (pull.lower + pull.upper) / 2 * unit(ridge)
    spread = (slopes.upper - slopes.lower) / 2
    boxes, k = centre.shape
    length = spread * np.max(np.abs(weighted), axis=1)
    # The longest terms one by one, not through the matrix Σ r² w wᵀ: squares would lose what is a billion times thinner one
    # way than the other. For the many short ones that does.
    many = min(4 * k, length.shape[1])
    long = np.argpartition(-length, many - 1, axis=1)[:, :many]
    rows = np.take_along_axis(spread, long, axis=1)[:, :, None] * weighted[long]
    rest = spread.copy()
    np.put_along_axis(rest, long, 0.0, axis=1)
    squares = (rest**2 @ (weighted[:, :, None] * weighted[:, None, :]).reshape(len(a), -1)).reshape(-1, k, k)
    values, vectors = np.linalg.eigh(squares)
    short = np.sqrt(np.maximum(values, 0.0))[:, :, None] * np.swapaxes(vectors, 1, 2)
    # Where the spread vanishes in some direction a tiny one stands in for it: above rounding, so that no diagonal is 0.
    floor = (length.max(axis=1) * 1e-14 + 1e-200)[:, None, None] * np.broadcast_to(np.eye(k), (boxes, k, k))
    upper = np.linalg.qr(np.concatenate([rows, short, floor], axis=1), mode="r")
    half = np.linalg.solve(np.swapaxes(upper, 1, 2), centre[:, :, None])
    y = np.linalg.solve(upper, half)[:, :, 0]
    most = np.max(np.abs(y), axis=1, keepdims=True)
    return np.asarray(y / np.where(most > 0, most, 1.0))


def unit(ridge: Ridge) -> Floats:
    """A power of two for each weight, near the size at which it moves the forms by 1."""
    size = ridge.scale
    return np.asarray(np.exp2(-np.round(np.log2(np.where(size > 0, size, 1.0)))))


def _short(ridge: Ridge, y: Floats) -> Floats:
    """Directions in units of `unit` with entries rounded to whole numbers up to `GRAIN`; then in the weights' own units."""
    most = np.max(np.abs(y), axis=1, keepdims=True)
    return _spelled(np.round(y * (GRAIN / np.where(most > 0, most, 1.0))) * unit(ridge))


def _spelled(y: Floats) -> Floats:
    """Of a size that a certificate's numbers may have, 1e-100 to 1e100; only the ratio of the entries counts."""
    most = np.max(np.abs(y), axis=1, keepdims=True)
    extreme = (most > 1e30) | (most < 1e-30)
    y = np.where(extreme, np.ldexp(y, -np.frexp(most)[1]), y)
    return np.where(np.abs(y) < 1e-60, 0.0, y)


def _natural(ridge: Ridge, slopes: Bounds, pull: Bounds, y: Floats) -> Floats:
    """A lower bound of ``n y·∇f`` on each box: each term at the end of its slope that makes it least."""
    pulled = np.minimum(y * pull.lower, y * pull.upper)
    pulls = pulled.sum(axis=1) - 8 * ULP * np.abs(pulled).sum(axis=1)
    factor = (y @ ridge.a.T) * ridge.weight
    least = np.where(factor > 0, slopes.lower, slopes.upper) * factor
    size = slopes.upper @ ridge.weight
    total = least.sum(axis=1) - _slack(ridge, y) * size
    return np.asarray(total + pulls - 2 * ULP * (np.abs(total) + np.abs(pulls)) if ridge.quadratic else total)


def _slack(ridge: Ridge, y: Floats) -> Floats:
    """What rounding can do to ``Σ_i ω_i (y·a_i) x_i``, as a part of ``Σ_i ω_i |x_i|``.

    A factor is off by a few units of ``Σ_j |y_j a_ij|`` however much of that cancels, and a sum of m terms by
    m + 8 units of its magnitudes; `TINY` covers slopes below the normal doubles.
    """
    reach = np.abs(y) @ np.max(np.abs(ridge.a), axis=0)
    return np.asarray(reach * ((len(ridge.a) + 8) * ULP + SLACK)) + TINY


def _by_mean_value(ridge: Ridge, lower: Floats, upper: Floats, form: Bounds) -> tuple[Floats, np.ndarray]:
    """For each box the row of the inverse Hessian at its centre that leaves most room, and the sign that it proves."""
    centre = lower + (upper - lower) / 2
    radius = np.maximum(centre - lower, upper - centre) * (1 + ULP)
    now = jet(ridge, centre)
    scale = unit(ridge)
    hessian = now.hessian * scale[:, None] * scale
    bends = _bends(ridge, form)
    # A pseudo-inverse exists where the Hessian is singular too; its rows are only candidates.
    rows: Floats = np.asarray(np.linalg.pinv(hessian, hermitian=True), float)
    best_y, best_room, best_sign = np.zeros(lower.shape), np.zeros(len(lower)), np.zeros(len(lower), int)
    at_centre = _slopes(ridge, form_range(ridge.a, ridge.b, ridge.b_error, centre, centre))
    pull = _pull(ridge, centre, centre)
    for r in range(lower.shape[1]):
        y = _short(ridge, rows[:, r])
        y *= np.where(np.einsum("bk,bk->b", y, now.gradient) < 0, -1.0, 1.0)[:, None]
        start = _natural(ridge, at_centre, pull, y)
        room = start - _reach(ridge, bends, y, radius)
        better = room > best_room
        best_y[better], best_room[better], best_sign[better] = y[better], room[better], 1
    return best_y, best_sign


def _reach(ridge: Ridge, bends: Bounds, y: Floats, radius: Floats) -> Floats:
    """An upper bound of ``n Σ_j r_j |(y·∇²f)_j|`` on each box."""
    factor = (y @ ridge.a.T) * ridge.weight
    middle, spread = (bends.lower + bends.upper) / 2, (bends.upper - bends.lower) / 2
    size = np.abs(ridge.a)
    pull = 2 * ridge.rows * ridge.quadratic.rate * y
    slopes = np.abs((factor * middle) @ ridge.a + pull) + (np.abs(factor) * spread) @ size + 8 * ULP * np.abs(pull)
    magnitude = np.maximum(np.abs(bends.lower), np.abs(bends.upper)) * ridge.weight
    slopes += _slack(ridge, y)[:, None] * (magnitude @ size)
    return np.asarray(np.einsum("bk,bk->b", slopes, radius) * (1 + SLACK))
