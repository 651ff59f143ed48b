"""Rows in groups: a bound of the loss that costs every group, and a slack, in place of every row.

With ``f(θ) = C + (1/n) Σ ω_i h(z_i)``, ``z_i = ã_i·θ̃``, ``ã = (a, b)``, ``θ̃ = (θ, 1)``, part the terms into groups g with weights W_g
and means c_g, and let ``f_G(θ) = C + (1/n) Σ_g W_g h(c_g·θ̃)``. For ``d_i = (ã_i − c_g)·θ̃`` Taylor's theorem says
``h(z_i) >= h(z̄) + h'(z̄) d_i − (M/2) d_i²``, M the largest of −h'' and 0; the middle terms cancel in a group, and so

    f(θ) >= f_G(θ) − (M/2) θ̃ᵀ S θ̃,   S = (1/n) Σ_i ω_i (ã_i − c_g)(ã_i − c_g)ᵀ,

whatever the groups are. Where h is convex M = 0: that is Jensen's inequality. Likewise, with ``e_i = ã_i − c_g``,

    |∂_j f − ∂_j f_G| <= (H₃/2) θ̃ᵀ T_j θ̃ + H₂ √(S_jj · θ̃ᵀ S θ̃),   T_j = (1/n) Σ_i ω_i |c_gj| e_i e_iᵀ,

because ``Σ ω a_ij h'(z_i) = Σ ω (c_gj + e_ij)(h'(z̄) + …)``: again what is of first order cancels, and the second part is Cauchy's inequality.
f_G is a `Ridge` with fewer terms, so `bound` bounds it as it is. Groups are the cells of a grid whose widths are powers of 2,
and each coarser grid is made of the finer one's cells.

Rounding. Sums of m numbers in any order are off by at most m·2^-53 of the sum of magnitudes. Nothing above needs c_g to be
the exact mean but the cancelling: with means off by `drift` on average f_G may gain ``max h' · drift·|θ̃|``, which the slack includes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from chainrule.algebra.intervals import ULP, Bounds
from chainrule.problem.data import Floats
from chainrule.prove.boxes.bound import Bounded, Bounder
from chainrule.prove.neuron.ridge import Ridge

MOST_CELLS = 2**62
DOUBLINGS = 64
NEAR = 2.0**-49  # a double of a ridge is this near to its exact number, relatively


class Slack(NamedTuple):
    """How far the loss may lie below that of the groups on each box ``(B,)``, and its gradient on either side ``(B, k)``."""

    value: Floats
    slope: Floats


@dataclass(frozen=True, eq=False)
class Groups:
    """One partition of a ridge's terms.

    `ridge` is f_G; `widths` ``(k + 1,)`` are those of the cells; `spread` ``(k + 1, k + 1)`` and `tilted` ``(k, k + 1, k + 1)`` are above
    |S| and |T_j|, entry by entry; `drift` ``(k + 1,)`` and `lost` ``(k,)`` above the means' mean error and what rounding the groups' weights
    takes from the mean of |a|.
    """

    ridge: Ridge
    widths: Floats
    spread: Floats
    tilted: Floats
    drift: Floats
    lost: Floats

    def __len__(self) -> int:
        return len(self.ridge.a)

    def bound(self, lower: Floats, upper: Floats, start: Floats, target: float) -> tuple[Bounded, Slack]:
        """Bounds of the loss itself, and the slack that they include."""
        slack = self.slack(lower, upper)
        # A slope may be certain of the groups' sum and not of the loss.
        found = self._bounder.bound(lower, upper, start, target + float(np.max(slack.value)))
        gradient = Bounds(found.gradient.lower - slack.slope, found.gradient.upper + slack.slope)
        return Bounded(found.bound - slack.value, found.p, gradient), slack

    @cached_property
    def _bounder(self) -> Bounder:
        return Bounder(self.ridge)

    def slack(self, lower: Floats, upper: Floats) -> Slack:
        """How far f and its gradient may be from those of f_G on boxes ``(B, k)``: f below by ``(B,)``, ∂f either way by ``(B, k)``."""
        profile = self.ridge.profile
        theta = np.column_stack([np.maximum(np.abs(lower), np.abs(upper)), np.ones(len(lower))])
        square = np.einsum("bi,ij,bj->b", theta, self.spread, theta)
        steepest, drift = float(profile.steepest), theta @ self.drift
        value = profile.dip / 2 * square + steepest * drift
        slope = profile.jerk / 2 * np.einsum("bi,lij,bj->bl", theta, self.tilted, theta)
        slope += profile.bend * np.sqrt(np.diag(self.spread)[:-1] * square[:, None])
        largest = np.max(np.abs(self.ridge.a), axis=0)
        slope += steepest * (self.drift[:-1] + 4 * self.lost)
        slope += profile.bend * largest * drift[:, None]
        return Slack(value * (1 + 1e-9), slope * (1 + 1e-9))


def levels(ridge: Ridge, widths: Floats, fixed: np.ndarray, most: int, least: int) -> tuple[Groups, ...]:
    """Grids from coarse to fine: the finest with `widths` ``(k + 1,)``, powers of 2, or coarser so that it has at most `most` cells; the
    coarsest with about `least`. Columns in the mask `fixed` keep their width. None where no grid is so coarse."""
    columns = [np.ascontiguousarray(x) for x in (*ridge.a.T, ridge.b)]
    scale = np.where(fixed, 1, 2)
    for _ in range(DOUBLINGS):
        with np.errstate(over="ignore"):
            key = [np.floor(x / width) for x, width in zip(columns, widths, strict=True)]
        number = _numbers(key)
        if number is not None:
            first, inverse = np.unique(number, return_index=True, return_inverse=True)[1:]
            if len(first) <= most:
                break
        widths = widths * scale
    else:
        return ()
    cells = _cells(columns, ridge.weight, np.stack([x[first] for x in key]), inverse)
    rows = _Rows.of(ridge, columns)
    found = [_groups(ridge, rows, cells, widths)]
    while len(cells.weight) > least and not fixed.all():
        widths = widths * scale
        before, cells = len(cells.weight), _merged(cells, scale)
        if 2 * len(cells.weight) <= len(found[-1]):
            found.append(_groups(ridge, rows, cells, widths))
        elif len(cells.weight) == before:
            break
    return tuple(reversed(found))


@dataclass(frozen=True)
class _Cells:
    """Cells with their sums: `key` ``(k + 1, G)`` tells where, `weight` ``(G,)``, `mean` ``(k + 1, G)``, `square` ``(k + 1, k + 1, G)``: Σ ω e eᵀ."""

    key: np.ndarray
    weight: Floats
    mean: Floats
    square: Floats


def _numbers(key: Sequence[Floats] | Floats) -> np.ndarray | None:
    """One whole number for each cell; None where there are too many cells for that."""
    low = [x.min() for x in key]
    with np.errstate(over="ignore", invalid="ignore"):
        counts = np.array([x.max() - least + 1 for x, least in zip(key, low, strict=True)])
        if not np.prod(counts) < MOST_CELLS:  # a nan, too
            return None
    number = np.zeros(len(key[0]), np.int64)
    for x, least, count in zip(key, low, counts, strict=True):
        number *= int(count)
        number += (x - least).astype(np.int64)
    return number


def _cells(columns: Sequence[Floats] | Floats, weight: Floats, key: np.ndarray, inverse: np.ndarray) -> _Cells:
    count, width = key.shape[1], len(columns)
    total = np.bincount(inverse, weight, count).astype(np.float64)
    mean = np.stack([np.bincount(inverse, weight * x, count) / total for x in columns])
    square = np.empty((width, width, count))
    rest = [x - middle[inverse] for x, middle in zip(columns, mean, strict=True)]
    for i in range(width):
        heavy = weight * rest[i]
        for j in range(i + 1):
            square[i, j] = square[j, i] = np.bincount(inverse, heavy * rest[j], count)
    return _Cells(key, total, mean, square)


def _merged(cells: _Cells, scale: np.ndarray) -> _Cells:
    """The cells of a grid that is coarser by `scale`; squares about the new means, by the parallel axis theorem."""
    key = np.floor(cells.key / scale[:, None])
    number = _numbers(key)
    assert number is not None  # fewer cells than before
    first, inverse = np.unique(number, return_index=True, return_inverse=True)[1:]
    joined = _cells(cells.mean, cells.weight, key[:, first], inverse)
    within = [[np.bincount(inverse, x, len(first)) for x in row] for row in cells.square]
    return replace(joined, square=joined.square + np.array(within))


@dataclass(frozen=True)
class _Rows:
    """What rounding is held against: of each column the `largest` magnitude, the range and, above the mean magnitude, `size`; `mass` above the
    mean weight; `share`, what adding so many numbers may lose relatively, some operations before and after on every grid included."""

    largest: Floats
    range: Floats
    size: Floats
    mass: float
    share: float

    @classmethod
    def of(cls, ridge: Ridge, columns: Sequence[Floats]) -> _Rows:
        share = (len(ridge.a) + 256) * ULP
        above = (1 + share) / ridge.rows
        return cls(
            np.array([np.max(np.abs(x)) for x in columns]),
            np.array([np.ptp(x) for x in columns]),
            np.array([ridge.weight @ np.abs(x) * above for x in columns]),
            float(np.sum(ridge.weight) * above),
            share,
        )


def _groups(ridge: Ridge, rows: _Rows, cells: _Cells, widths: Floats) -> Groups:
    n, k, share = ridge.rows, ridge.a.shape[1], rows.share
    # What the double of a row may be off, and the mean that is taken away from it.
    off = (NEAR + share) * rows.largest
    off[-1] += np.max(ridge.b_error)
    reach = np.minimum(widths, rows.range) * (1 + NEAR) + off
    error = np.outer(off, reach) + np.outer(reach, off) + np.outer(off, off) + share * np.outer(reach, reach)
    spread = np.abs(cells.square.sum(axis=2)) / n + 2 * rows.mass * error
    tilted = np.abs(cells.square @ np.abs(cells.mean[:k]).T).transpose(2, 0, 1) / n
    tilted += 2 * rows.mass * rows.largest[:k, None, None] * error
    grouped = replace(
        ridge,
        row=np.arange(len(cells.weight)),
        a=np.ascontiguousarray(cells.mean[:k].T),
        b=cells.mean[k],
        b_error=np.zeros(len(cells.weight)),
        weight=cells.weight * (1 - share),  # h >= 0: less weight costs less
    )
    drift = share * rows.size + rows.mass * off
    return Groups(grouped, widths, spread * (1 + share), tilted * (1 + share), drift, share * rows.size[:k])
