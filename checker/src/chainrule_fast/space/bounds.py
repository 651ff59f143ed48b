"""Rigorous bounds of the loss and its slopes on many boxes at once, in doubles, tile by tile.

A box is given by doubles ``lower``, ``upper`` ``(B, k)``. For θ in it a form ``z = a·θ + b`` lies in ``middle ± spread``, widened by
``(2k + 12)u Σ|a||θ| + (k + 4) u|b| + margin``, which covers: a (3u), the middle of the box and its radius (u each), products and sums.

A sum of m rounded products ``ω x`` errs by at most ``(m + 8)u Σ|ω x|`` in any order (N. Higham, Accuracy and Stability of Numerical
Algorithms, 2nd ed., section 4.2); here the rows are added in tiles of at most `ROWS`, then the tiles: ``(ROWS + tiles + 32 + 2k) u``
of the sum of sizes covers that and the errors of ω, a and what is multiplied with them. No BLAS, whose threads would fight with other work,
and no threads here: operations this small spend more on waiting for the interpreter's lock than a second core saves (`cores`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from chainrule_fast.arrays import TINY, Pair, curve_range, values
from chainrule_fast.clock import look
from chainrule_fast.exponential import Floats, U
from chainrule_fast.rationals import double_enclosure
from chainrule_fast.space.groups import Flat, Together
from chainrule_fast.space.lines import ERROR, line_below
from chainrule_fast.space.terms import Terms

TILE = 8192  # boxes × terms at a time: some 25 arrays of 64 kB, which a second-level cache holds
ROWS = 2048

Numbers = NDArray[np.intp]
Part = Callable[[slice, slice], Floats]


class Bounds:
    """Lower bounds over boxes ``(B, k)``; a nan or −inf, where numbers are extreme, is no bound and proves nothing."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.constant = double_enclosure(terms.constants / terms.total)[0]
        self.total = float(terms.total)
        # λ, and λ times Ω: the penalty in sums over the rows. They err by at most 3u.
        self.ridge: Floats = np.array([float(factor) for factor in terms.ridge])
        self.pull: Floats = self.ridge * self.total
        self.rest = double_enclosure(terms.problem.rest)[0]
        self.length = min(ROWS, max(1, terms.size))
        self.tiles = [slice(i, i + self.length) for i in range(0, terms.size, self.length)]
        self.offset_error: Floats = (terms.k + 4) * U * np.abs(terms.b) + terms.margin * (1 + 4 * U)
        self.size: Floats = np.abs(terms.a)
        # What a line's slope is multiplied with for the plane's slopes, and for the sizes of their parts: ``(2k, terms)``.
        steep = terms.a * terms.weight
        self.steep: Floats = np.concatenate([steep, np.abs(steep)])
        self.error = (self.length + len(self.tiles) + 32 + 2 * terms.k) * U
        self.spare = TINY * (terms.size + 1)

    def natural(self, lower: Floats, upper: Floats) -> Floats:
        """Of f on each box: each term at its form's low end."""

        def part(boxes: slice, rows: slice) -> Floats:
            low, _ = self._forms(lower[boxes], upper[boxes], rows)
            total = (values(self.terms.shape, low) * self.terms.weight[rows]).sum(axis=1)
            return np.stack([total, total], axis=-1)

        nearest = np.maximum(np.maximum(lower, -upper), 0.0)
        return self._mean(self._sum(len(lower), 2, part), nearest)

    def plane(self, lower: Floats, upper: Floats, points: Floats) -> tuple[Floats, Floats]:
        """Of f on each box: the sum of lines below the terms, those of the envelopes' tangents at `points` ``(B, k)``; and the
        corner ``(B, k)`` where this plane is lowest."""
        k, terms = self.terms.k, self.terms

        def part(boxes: slice, rows: slice) -> Floats:
            low, high = self._forms(lower[boxes], upper[boxes], rows)
            # Lines do not fall, so the low end of a form is the safe place for the value at the point.
            z, _ = self._forms(points[boxes], points[boxes], rows)
            x, v, s = line_below(terms.shape, low, high, z)
            rise = s * (z - x)
            weight = terms.weight[rows]
            found = np.empty((len(low), 2 * k + 2))
            found[:, 0] = np.einsum("bm,m->b", v + rise, weight)
            found[:, 1] = np.einsum("bm,m->b", np.abs(v) + np.abs(rise), weight)
            found[:, 2:] = np.einsum("bm,jm->bj", s, self.steep[:, rows])
            return found

        total = self._sum(len(lower), 2 * k + 2, part)
        slope, size = total[:, 2 : 2 + k], total[:, 2 + k :]
        corner = np.where(slope > 0, lower, upper)
        pulled = np.flatnonzero(self.pull)
        if len(pulled):
            # Where plane and penalty together are least; there the penalty's tangent: L θ² >= L v (2θ − v), here about the points.
            pull, p = self.pull[pulled], points[:, pulled]
            v = np.clip(-slope[:, pulled] / (2 * pull), lower[:, pulled], upper[:, pulled])
            corner[:, pulled] = v
            total[:, 0] += (pull * v * (2 * p - v)).sum(axis=1)
            total[:, 1] += (pull * np.abs(v) * (2 * np.abs(p) + np.abs(v))).sum(axis=1)
            slope[:, pulled] += 2 * pull * v
            size[:, pulled] += 2 * pull * np.abs(v)
        down, up = lower - points, upper - points
        drop = np.minimum(slope * down, slope * up).sum(axis=1)
        # slope errs by error·size, which the way to the corner multiplies.
        way = (size * np.maximum(np.abs(down), np.abs(up))).sum(axis=1)
        bound = self._mean(np.stack([total[:, 0] + drop, total[:, 1] + 2 * way], axis=-1))
        return bound, corner

    def slope(self, lower: Floats, upper: Floats, side: np.ndarray, sign: Floats) -> Floats:
        """Of ``Ω · sign · ∂f/∂θ_side`` on each box, `side` and `sign` one for each box."""
        terms = self.terms

        def part(boxes: slice, rows: slice) -> Floats:
            low, high = self._forms(lower[boxes], upper[boxes], rows)
            least, most = curve_range(terms.shape, 1, low, high)
            factor = terms.a[:, rows][side[boxes]] * sign[boxes, None]
            product = np.where(factor > 0, least, most) * factor * terms.weight[rows]
            return np.stack([product.sum(axis=1), np.abs(product).sum(axis=1)], axis=-1)

        total = self._sum(len(lower), 2, part)
        pull = 2 * self.pull[side]
        total[:, 0] += pull * np.where(sign > 0, lower[np.arange(len(side)), side], -upper[np.arange(len(side)), side])
        total[:, 1] += pull * np.maximum(np.abs(lower), np.abs(upper))[np.arange(len(side)), side]
        return np.asarray(total[:, 0] - self.error * total[:, 1] - self.spare)

    def outer(self, lower: Floats, upper: Floats, together: Together) -> Floats:
        """Of f on ``{t u: t >= 1, u in the box}``: the terms that surely do not fall as t grows, at the box's low end; 0 for the others;
        but for groups and bundles what they cost together, where that is more. Of the penalty likewise what
        it surely costs at t = 1 or more. Here ``θ = centre + t u``."""
        terms = self.terms

        def part(boxes: slice, rows: slice) -> Floats:
            total = self._counted(lower[boxes], upper[boxes], rows).sum(axis=1)
            return np.stack([total, total], axis=-1)

        total = self._sum(len(lower), 2, part)
        if together.groups:
            total += self._by_groups(lower, upper, together.flat)
        if together.bundles:
            total += self._by_bundles(lower, upper, together)
        # θ_j >= m_j + l where l >= 0, and <= m_j + u where u <= 0; both sums are rounded once, and m is.
        m = terms.centre
        first, last = m + lower, m + upper
        first -= 4 * U * (np.abs(m) + np.abs(lower))
        last += 4 * U * (np.abs(m) + np.abs(upper))
        nearest = np.where(lower >= 0, np.maximum(first, 0.0), np.where(upper <= 0, np.maximum(-last, 0.0), 0.0))
        return self._mean(total, nearest)

    def _counted(self, lower: Floats, upper: Floats, rows: slice | Numbers) -> Floats:
        """What each term costs at least on ``{t u: t >= 1}``, its weight included: ``(B, terms)``."""
        least, _ = self._forms(lower, upper, rows, offset=False)
        low, _ = self._forms(lower, upper, rows)
        return np.where(least >= 0, values(self.terms.shape, low) * self.terms.weight[rows], 0.0)

    def _by_groups(self, lower: Floats, upper: Floats, flat: Flat) -> Floats:
        """What groups cost more than their terms are counted for, and the sizes of what that comes from: ``(B, 2)``."""
        found = np.zeros((len(lower), 2))
        for units in _pieces(flat):
            wide = max(1, TILE // len(units.numbers))
            for i in range(0, len(lower), wide):
                part = slice(i, i + wide)
                counted = np.add.reduceat(self._counted(lower[part], upper[part], units.numbers), units.starts, axis=1)
                more = units.least > counted
                found[part, 0] += np.where(more, units.least - counted, 0.0).sum(axis=1)
                found[part, 1] += np.where(more, units.least + counted, 0.0).sum(axis=1)
        return found

    def _by_bundles(self, lower: Floats, upper: Floats, together: Together) -> Floats:
        """What bundles cost more than their groups and terms, taken in their order as long as they share no row: ``(B, 2)``."""
        found = np.zeros((len(lower), 2))
        used = np.zeros((len(lower), 1 + max(int(rows.max()) for _, _, rows in together.flat_bundles)), dtype=np.bool_)
        for flat, least, rows in together.flat_bundles:
            counted = np.zeros(len(lower))
            for units in _pieces(flat):
                wide = max(1, TILE // len(units.numbers))
                for i in range(0, len(lower), wide):
                    part = slice(i, i + wide)
                    terms = self._counted(lower[part], upper[part], units.numbers)
                    whole = np.maximum(np.add.reduceat(terms, units.starts, axis=1), units.least)
                    counted[part] += whole.sum(axis=1)
            more = (least > counted) & ~used[:, rows].any(axis=1)
            used[np.ix_(more, rows)] = True
            found[more, 0] += least - counted[more]
            found[more, 1] += least + counted[more]
        return found

    def above(
        self, lower: Floats, upper: Floats, chosen: Numbers, thresholds: Floats, cones: bool
    ) -> NDArray[np.bool_]:
        """Whether all `chosen` terms' forms are above their thresholds on the box; or, for `cones`, on ``{t u: t >= 1, u in the box}``: surely do not fall as t grows either."""
        good = np.ones(len(lower), dtype=np.bool_)
        wide = max(1, TILE // max(1, len(chosen)))
        for i in range(0, len(lower), wide):
            part = slice(i, i + wide)
            low, _ = self._forms(lower[part], upper[part], chosen)
            good[part] = (low >= thresholds).all(axis=1)
            if cones:
                least, _ = self._forms(lower[part], upper[part], chosen, offset=False)
                good[part] &= (least >= 0).all(axis=1)
        return good

    def _forms(self, lower: Floats, upper: Floats, rows: slice | Numbers, offset: bool = True) -> Pair:
        """Where ``a·θ + b`` (without b unless `offset`) lies: ``(B, terms)`` each."""
        terms, k = self.terms, self.terms.k
        centre, radius = lower / 2 + upper / 2, (upper - lower) / 2
        # Both halves are rounded: 2u of the larger end; the rest of (2k + 12)u is for a, the products and the sums.
        radius = radius + (2 * k + 12) * U * np.maximum(np.abs(lower), np.abs(upper))
        middle = np.einsum("bk,km->bm", centre, terms.a[:, rows])
        spread = np.einsum("bk,km->bm", radius, self.size[:, rows])
        if offset:
            middle += terms.b[rows]
            spread += self.offset_error[rows]
        return middle - spread, middle + spread

    def _mean(self, total: Floats, nearest: Floats | None = None) -> Floats:
        """From sums over the terms ``(B, 2)``, the second of sizes, to lower bounds of the loss, which is never below 0.

        `nearest` ``(B, k)``: how far from 0 the weights are at least, for the penalty on them (None: it is in the sums).
        """
        mean, size = total[:, 0] / self.total, total[:, 1] / self.total
        low = mean - ((self.error + ERROR) * size + self.spare) + self.constant
        low = np.maximum(low - 4 * U * (size + abs(self.constant)), 0.0)  # a nan stays a nan
        if not self.rest and not self.ridge.any():
            return low
        penalty = self.rest + (0.0 if nearest is None else (self.ridge * nearest * nearest).sum(axis=1))
        # Factors, products and sums of what is not negative: (k + 6)u of it, and what underflows.
        return np.asarray((low + penalty * (1 - (self.terms.k + 8) * U)) * (1 - 4 * U) - TINY)

    def _sum(self, boxes: int, width: int, part: Part) -> Floats:
        """The sum of `part` ``(B, width)`` over all tiles of terms."""
        wide = max(1, TILE // self.length)
        total = np.zeros((boxes, width))
        with np.errstate(all="ignore"):  # an overflow ends in inf or nan, and those prove nothing
            for i in range(0, boxes, wide):
                look()
                for rows in self.tiles:
                    total[i : i + wide] += part(slice(i, i + wide), rows)
        return total


def _pieces(flat: Flat) -> Iterator[Flat]:
    """The units in pieces of about `ROWS` terms, none of them cut: sums in a piece err like those in a tile."""
    starts = [*flat.starts.tolist(), len(flat.numbers)]
    begin = 0
    for i in range(1, len(starts)):
        if i == len(starts) - 1 or starts[i + 1] - starts[begin] > ROWS:
            chosen = slice(starts[begin], starts[i])
            yield Flat(flat.numbers[chosen], flat.starts[begin:i] - starts[begin], flat.least[begin:i])
            begin = i
