"""Sums over the terms of one neuron's loss, for a few boxes at a time: all that touches boxes × terms.

Each sum is one matrix product. With centre c and radius r of a box the ends of the forms are ``(c, 1, ∓r, ∓1)`` times the
columns ``(a_i, b_i, |a_i|, e_i)``, where e_i holds their rounding; a plane's slope and the size of its rounding are the
slopes of the terms times ``(ω a, ω|a|, ω(|b| + e), ω e)``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.intervals import TINY, ULP, Bounds
from chainrule.problem.data import Floats
from chainrule.prove.neuron.enclose import SLACK, hull
from chainrule.prove.neuron.envelope import Reach, bend, reach, tangent
from chainrule.prove.neuron.ridge import Ridge

_ARRAYS = Arrays()


@dataclass(frozen=True, eq=False)
class Table:
    """A ridge's terms as the factors of those products.

    `forms` ``(2k + 2, m)``, `lines` ``(m, 2k + 2)``, `slopes` ``(2m, 3k)`` take the least and the greatest slope of each
    term to the ends of the gradient and to the sum of magnitudes; `size` ``(k,)`` is ``Σ ω|a|``. `rounding` is the
    share of the magnitudes that a form may be off by.
    """

    ridge: Ridge
    forms: Floats
    lines: Floats
    slopes: Floats
    size: Floats
    rounding: float

    @classmethod
    def of(cls, ridge: Ridge) -> Table:
        # Data that is no double is off by 4·2^-52 of itself, centre and radius by 2^-53 of the largest θ each, and a
        # product of 2k + 2 terms by 2^-53 of each, so often; (k + 10)·2^-52 of the magnitudes holds them all.
        rounding = (ridge.a.shape[1] + 10) * ULP
        a, b, weight = ridge.a, ridge.b[:, None], ridge.weight[:, None]
        error = rounding * np.abs(b) + ridge.b_error[:, None] * (1 + 2.0**-40) + 64 * TINY
        factor = weight * a
        up, down = np.maximum(factor, 0.0), np.minimum(factor, 0.0)
        return cls(
            ridge,
            np.ascontiguousarray(np.concatenate([a, b, np.abs(a), error], axis=1).T),
            np.concatenate([factor, np.abs(factor), weight * (np.abs(b) + error), weight * error], axis=1),
            np.concatenate(
                [np.concatenate([up, down, 0 * up], axis=1), np.concatenate([down, up, np.abs(factor)], axis=1)]
            ),
            np.abs(factor).sum(axis=0),
            rounding,
        )


@dataclass(frozen=True, eq=False)
class Tile:
    """The forms at both ends, σ(z), σ(−z) and h(z) there: arrays ``(2, B, m)``."""

    table: Table
    z: Floats
    pair: tuple[Floats, Floats]
    h: Floats

    @classmethod
    def of(cls, table: Table, lower: Floats, upper: Floats) -> Tile:
        boxes, k = lower.shape
        centre, radius = (lower + upper) / 2, (upper - lower) / 2
        radius = radius + table.rounding * (np.abs(centre) + radius)
        ends = np.empty((2, boxes, 2 * k + 2))
        ends[:, :, :k], ends[:, :, k] = centre, 1.0
        ends[0, :, k + 1 : -1], ends[1, :, k + 1 : -1], ends[0, :, -1], ends[1, :, -1] = -radius, radius, -1.0, 1.0
        z = (ends.reshape(2 * boxes, 2 * k + 2) @ table.forms).reshape(2, boxes, table.forms.shape[1])
        pair = _ARRAYS.sigmoid_pair(z)
        return cls(table, z, pair, table.ridge.profile.value(_ARRAYS, z, *pair))

    def part(self, rows: np.ndarray) -> Tile:
        """The same for some of the boxes."""
        up, down = self.pair
        return Tile(self.table, self.z[:, rows], (up[:, rows], down[:, rows]), self.h[:, rows])

    def natural(self) -> Floats:
        """``Σ ω h(l)``: ``(B,)``."""
        return np.asarray(self.h[0] @ self.table.ridge.weight)

    def gradient(self) -> tuple[Floats, Floats, Floats]:
        """The ends of ``Σ ω a h'`` and the sum of its magnitudes, ``(B, k)`` each."""
        profile, k = self.table.ridge.profile, len(self.table.size)
        slope = profile.slope(_ARRAYS, *self.pair)
        least, most = hull(self.z[0], self.z[1], slope[0], slope[1], profile.slope_turns)
        sums = np.concatenate([least, most], axis=1) @ self.table.slopes
        return sums[:, :k], sums[:, k : 2 * k], sums[:, 2 * k :]

    def lines(self) -> Lines:
        """The lines below the terms between the two ends."""
        z, h = Bounds(self.z[0], self.z[1]), Bounds(self.h[0], self.h[1] * (1 - SLACK))
        return Lines(self.table, reach(self.table.ridge.profile, z, h))


@dataclass(frozen=True, eq=False)
class Lines:
    """Which lines lie below the terms on a few boxes, arrays ``(B, m)``."""

    table: Table
    reach: Reach

    def part(self, rows: np.ndarray) -> Lines:
        """The same for some of the boxes."""
        cap, limit = self.reach
        if len(rows) == len(cap):
            return self
        return Lines(self.table, Reach(cap[rows], None if limit is None else limit[rows]))

    def plane(self, p: Floats, most: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Of the lines at `p` ``(B, k)``: the sum of their values there ``(B,)``, of their slopes ``(B, k)``, of their slopes
        times the largest form where ``|θ| <= most``, and of their slopes times the error of the form at p."""
        k = p.shape[1]
        value, slope = tangent(self.table.ridge.profile, self.reach, self._at(p))
        sums = slope @ self.table.lines
        size = sums[:, k : 2 * k]
        return (
            value @ self.table.ridge.weight,
            sums[:, :k],
            (most * size).sum(axis=1) + sums[:, 2 * k],
            (self.table.rounding * (np.abs(p) * size).sum(axis=1) + sums[:, 2 * k + 1]) * (1 + 2.0**-20),
        )

    def hessian(self, p: Floats) -> Floats:
        """Of the sum of envelopes and the penalty at `p`, divided by the rows ``(B, k, k)``: computed."""
        ridge, k = self.table.ridge, p.shape[1]
        matrix = (bend(ridge.profile, self.reach, self._at(p)) @ ridge.pairs).reshape(-1, k, k)
        matrix = matrix / ridge.rows
        return matrix + 2 * np.diag(ridge.quadratic.rate) if ridge.quadratic else matrix

    def _at(self, p: Floats) -> Floats:
        """The forms at `p`."""
        k = p.shape[1]
        return p @ self.table.forms[:k] + self.table.forms[k]
