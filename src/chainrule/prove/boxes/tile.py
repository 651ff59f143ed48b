"""Sums over the terms of one neuron's loss, for a few boxes at a time: all that touches boxes × terms.

Written over the array API standard: arrays of boxes × terms belong to the backend, whatever has one entry for each box or
each term, or fewer, comes and goes as NumPy's.

Each sum is one matrix product. With centre c and radius r of a box the ends of the forms are ``(c, 1, ∓r, ∓1)`` times the
columns ``(a_i, b_i, |a_i|, e_i)``, where e_i holds their rounding; a plane's slope and the size of its rounding are the
slopes of the terms times ``(ω a, ω|a|, ω(|b| + e), ω e)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.backends import NUMPY, Array, Backend
from chainrule.algebra.intervals import TINY, ULP, Bounds
from chainrule.problem.data import Floats
from chainrule.prove.neuron.enclose import SLACK, hull
from chainrule.prove.neuron.envelope import Reach, bend, reach, tangent
from chainrule.prove.neuron.ridge import Ridge


@dataclass(frozen=True, eq=False)
class Table:
    """A ridge's terms as the factors of those products, on the backend.

    `weight` ``(m,)``; `forms` ``(2k + 2, m)``; `lines` ``(m, 2k + 2)``; `slopes`, two of ``(m, 3k)``, take the least and
    the greatest slope of each term to the ends of the gradient and to the sum of magnitudes. `size` ``(k,)`` is ``Σ ω|a|``, and
    `rounding` the share of the magnitudes that a form may be off by.
    """

    ridge: Ridge
    backend: Backend
    weight: Array
    forms: Array
    lines: Array
    slopes: tuple[Array, Array]
    size: Floats
    rounding: float

    @classmethod
    def of(cls, ridge: Ridge, backend: Backend = NUMPY) -> Table:
        # Data that is no double is off by 4·2^-52 of itself, centre and radius by 2^-53 of the largest θ each, and a
        # product of 2k + 2 terms by 2^-53 of each, so often; (k + 10)·2^-52 of the magnitudes holds them all.
        rounding = (ridge.a.shape[1] + 10) * ULP
        a, b, weight = ridge.a, ridge.b[:, None], ridge.weight[:, None]
        error = rounding * np.abs(b) + ridge.b_error[:, None] * (1 + 2.0**-40) + 64 * TINY
        factor = weight * a
        up, down, size = np.maximum(factor, 0.0), np.minimum(factor, 0.0), np.abs(factor)
        lines = np.concatenate([factor, size, weight * (np.abs(b) + error), weight * error], axis=1)
        forms = np.ascontiguousarray(np.concatenate([a, b, np.abs(a), error], axis=1).T)
        slopes = [np.concatenate(parts, axis=1) for parts in ((up, down, 0 * size), (down, up, size))]
        give = backend.give
        return cls(
            ridge,
            backend,
            give(ridge.weight),
            give(forms),
            give(lines),
            (give(slopes[0]), give(slopes[1])),
            size.sum(axis=0),
            rounding,
        )

    @cached_property
    def arrays(self) -> Arrays:
        return Arrays(self.backend.xp)

    @cached_property
    def pairs(self) -> Array:
        return self.backend.give(self.ridge.pairs)


@dataclass(frozen=True, eq=False)
class Tile:
    """The forms at both ends, σ(z), σ(−z) and h(z) there: arrays ``(2, B, m)``."""

    table: Table
    z: Array
    pair: tuple[Array, Array]
    h: Array

    @classmethod
    def of(cls, table: Table, lower: Floats, upper: Floats) -> Tile:
        boxes, k = lower.shape
        centre, radius = (lower + upper) / 2, (upper - lower) / 2
        radius = radius + table.rounding * (np.abs(centre) + radius)
        ends = np.empty((2, boxes, 2 * k + 2))
        ends[:, :, :k], ends[:, :, k] = centre, 1.0
        ends[0, :, k + 1 : -1], ends[1, :, k + 1 : -1], ends[0, :, -1], ends[1, :, -1] = -radius, radius, -1.0, 1.0
        z = table.backend.give(ends.reshape(2 * boxes, 2 * k + 2)) @ table.forms
        z = table.backend.xp.reshape(z, (2, boxes, table.forms.shape[1]))
        pair = table.arrays.sigmoid_pair(z)
        return cls(table, z, pair, table.ridge.profile.value(table.arrays, z, *pair))

    def part(self, rows: np.ndarray) -> Tile:
        """The same for some of the boxes."""
        if len(rows) == self.z.shape[1]:
            return self
        xp, chosen = self.table.backend.xp, self.table.backend.give(rows)
        z, up, down, h = (xp.take(array, chosen, axis=1) for array in (self.z, *self.pair, self.h))
        return Tile(self.table, z, (up, down), h)

    def natural(self) -> Floats:
        """``Σ ω h(l)``: ``(B,)``."""
        return self.table.backend.take(self.h[0, ...] @ self.table.weight)

    def gradient(self) -> tuple[Floats, Floats, Floats]:
        """The ends of ``Σ ω a h'`` and the sum of its magnitudes, ``(B, k)`` each."""
        table, z, k = self.table, self.z, len(self.table.size)
        profile = table.ridge.profile
        slope = profile.slope(table.arrays, *self.pair)
        ends = z[0, ...], z[1, ...], slope[0, ...], slope[1, ...]
        least, most = hull(*ends, profile.slope_turns, table.arrays)
        sums = table.backend.take(least @ table.slopes[0] + most @ table.slopes[1])
        return sums[:, :k], sums[:, k : 2 * k], sums[:, 2 * k :]

    def lines(self) -> Lines:
        """The lines below the terms between the two ends."""
        z, h = Bounds(self.z[0, ...], self.z[1, ...]), Bounds(self.h[0, ...], self.h[1, ...] * (1 - SLACK))
        return Lines(self.table, reach(self.table.ridge.profile, z, h, self.table.arrays))


@dataclass(frozen=True, eq=False)
class Lines:
    """Which lines lie below the terms on a few boxes, arrays ``(B, m)``."""

    table: Table
    reach: Reach

    def part(self, rows: np.ndarray) -> Lines:
        """The same for some of the boxes."""
        cap, limit = self.reach
        if len(rows) == cap.shape[0]:
            return self
        xp, chosen = self.table.backend.xp, self.table.backend.give(rows)
        some = Reach(xp.take(cap, chosen, axis=0), None if limit is None else xp.take(limit, chosen, axis=0))
        return Lines(self.table, some)

    def plane(self, p: Floats, most: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Of the lines at `p` ``(B, k)``: the sum of their values there ``(B,)``, of their slopes ``(B, k)``, of their slopes
        times the largest form where ``|θ| <= most``, and of their slopes times the error of the form at p."""
        table, k = self.table, p.shape[1]
        value, slope = tangent(table.ridge.profile, self.reach, self._at(p), table.arrays)
        sums = table.backend.take(slope @ table.lines)
        size = sums[:, k : 2 * k]
        return (
            table.backend.take(value @ table.weight),
            sums[:, :k],
            (most * size).sum(axis=1) + sums[:, 2 * k],
            (table.rounding * (np.abs(p) * size).sum(axis=1) + sums[:, 2 * k + 1]) * (1 + 2.0**-20),
        )

    def hessian(self, p: Floats) -> Floats:
        """Of the sum of envelopes and the penalty at `p`, divided by the rows ``(B, k, k)``: computed."""
        table, ridge, k = self.table, self.table.ridge, p.shape[1]
        matrix = bend(ridge.profile, self.reach, self._at(p), table.arrays) @ table.pairs
        found = table.backend.take(matrix).reshape(-1, k, k) / ridge.rows
        return found + 2 * np.diag(ridge.quadratic.rate) if ridge.quadratic else found

    def _at(self, p: Floats) -> Array:
        """The forms at `p`."""
        k, forms = p.shape[1], self.table.forms
        return self.table.backend.give(p) @ forms[:k, :] + forms[k, :]
