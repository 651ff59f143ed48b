"""Any formula as the ground of the search for all stationary points: enclosures by interval jets, digits by Arb.

A box has no stationary point where some partial derivative has a certain sign, or some combination of them; for the latter, as for a neuron
(`stationary.separate`), with y a row of the inverse Hessian at the centre c and r the half-widths:

    y·∇f(x) ∈ y·∇f(c) + Σ_j [−r_j, r_j] (y·H)_j.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import flint
import numpy as np

from chainrule.algebra.balls import precision
from chainrule.algebra.intervals import ULP
from chainrule.problem.data import Floats
from chainrule.prove.generic.landscape import Landscape
from chainrule.prove.line.sharp import BITS
from chainrule.prove.neuron.enclose import Enclosure
from chainrule.prove.neuron.local import Jet
from chainrule.prove.stationary.pin import Pinned, pin_sharp
from chainrule.prove.stationary.separate import Separation

GRAIN = 1024  # entries of a direction are multiples of 1/1024 of the largest
ROOM = 1e-9  # a sign counts where it holds by this part of the magnitudes, so that another arithmetic agrees


@dataclass(frozen=True, eq=False)
class LandscapeGround:
    """See `stationary.ground.Ground`. `width` ``(k,)`` is that of the box that is searched."""

    landscape: Landscape
    width: Floats

    @property
    def names(self) -> tuple[str, ...]:
        return self.landscape.free

    @property
    def unit(self) -> Floats:
        return np.asarray(np.exp2(np.round(np.log2(self.width / 16))))

    @property
    def at_once(self) -> int:
        return 1024

    @property
    def most_boxes(self) -> int:
        return 30_000

    @property
    def dependent(self) -> bool:
        return False

    def escape(self) -> None:
        return None

    def jet(self, points: Floats) -> Jet:
        with np.errstate(all="ignore"):
            value, gradient, hessian = self.landscape.computed(points)
        fine = np.isfinite(value) & np.isfinite(gradient).all(axis=1) & np.isfinite(hessian).all(axis=(1, 2))
        # A point where something is not defined: a step of length 1 in every direction leads away from it.
        return Jet(
            value,
            np.where(fine[:, None], gradient, 1.0),
            np.where(fine[:, None, None], hessian, np.eye(points.shape[1])),
        )

    def enclose(self, lower: Floats, upper: Floats, order: int) -> Enclosure:
        with np.errstate(all="ignore"):
            return self.landscape.enclose(lower, upper, order)

    def separate(self, lower: Floats, upper: Floats) -> Separation:
        over = self.enclose(lower, upper, 2)
        y, sign = _by_one(over)
        left = np.flatnonzero(sign == 0)
        if len(left):
            assert over.hessian is not None
            bends = over.hessian.lower[left], over.hessian.upper[left]
            y[left], sign[left] = self._by_mean_value(lower[left], upper[left], *bends)
        return Separation(y, sign)

    def _by_mean_value(self, lower: Floats, upper: Floats, least: Floats, most: Floats) -> tuple[Floats, np.ndarray]:
        centre = lower + (upper - lower) / 2
        radius = np.maximum(centre - lower, upper - centre) * (1 + ULP)
        at = self.enclose(centre, centre, 1).gradient
        assert at is not None
        boxes, k = lower.shape
        best_y, best, sign = np.zeros((boxes, k)), np.zeros(boxes), np.zeros(boxes, int)
        if not boxes:
            return best_y, sign
        known = np.isfinite(least).all(axis=(1, 2)) & np.isfinite(most).all(axis=(1, 2))
        known &= np.isfinite(at.lower).all(axis=1) & np.isfinite(at.upper).all(axis=1)
        if not known.all():  # nothing follows there
            best_y[known], sign[known] = self._by_mean_value(lower[known], upper[known], least[known], most[known])
            return best_y, sign
        scale = self.unit
        here = self.jet(centre).hessian * scale[:, None] * scale
        # A pseudo-inverse exists where the Hessian is singular too; its rows are only candidates.
        rows = np.linalg.pinv(here, hermitian=True) * scale
        for r in range(k):
            y = rows[:, r] / np.max(np.abs(rows[:, r] / scale), axis=1, initial=1e-300, keepdims=True)
            y = np.round(y / scale * GRAIN) * scale
            start = np.where(y > 0, at.lower, at.upper) * y
            end = np.where(y > 0, at.upper, at.lower) * y
            turned = end.sum(axis=1) < -start.sum(axis=1)
            start, y = np.where(turned[:, None], -end, start), np.where(turned[:, None], -y, y)
            low = np.minimum(y[:, :, None] * least, y[:, :, None] * most).sum(axis=1)
            high = np.maximum(y[:, :, None] * least, y[:, :, None] * most).sum(axis=1)
            way = (np.maximum(np.abs(low), np.abs(high)) * radius).sum(axis=1)
            room = start.sum(axis=1) - way
            good = (room > ROOM * (np.abs(start).sum(axis=1) + way)) & (room > best)
            best_y[good], best[good], sign[good] = y[good], room[good], 1
        return best_y, sign

    def crowding(self, lower: Floats, upper: Floats, inverse: Floats) -> float:
        hessian = self.enclose(lower[None], upper[None], 2).hessian
        assert hessian is not None
        least, most = hessian.lower[0], hessian.upper[0]
        if not (np.isfinite(least).all() and np.isfinite(most).all()):
            return np.inf
        middle, spread = (least + most) / 2, (most - least) / 2
        error = np.abs(np.eye(len(inverse)) - inverse @ middle) + np.abs(inverse) @ spread
        error += 16 * ULP * (1 + np.abs(inverse) @ (np.abs(middle) + spread))
        radius = (upper - lower) / 2
        return float(np.max(error @ radius / radius) * (1 + ROOM))

    def signs_hold(self, point: Floats, values: Floats) -> bool:
        hessian = self.enclose(point[None], point[None], 2).hessian
        assert hessian is not None
        computed = self.jet(point[None]).hessian[0]
        away = np.maximum(np.abs(hessian.upper[0] - computed), np.abs(computed - hessian.lower[0]))
        off = float(np.max(away.sum(axis=1))) + 64 * ULP * float(np.abs(computed).max())
        # Eigenvalues move by no more than the largest row sum of what is added (H. Weyl).
        return bool(np.min(np.abs(values)) > 2 * off)

    def pin(self, point: Floats, inverse: Floats, lower: Floats, upper: Floats) -> Pinned | None:
        with precision(BITS):
            return pin_sharp(self._jet_at, point, inverse, lower, upper)

    def _jet_at(self, at: Sequence[Any]) -> tuple[Any, list[Any], list[list[Any]]]:
        jet = self.landscape.sharp(dict(zip(self.names, at, strict=True)), 2)
        k, zero = len(at), flint.arb(0)
        gradient = [jet.gradient.get(j, zero) for j in range(k)]
        rows = [[jet.hessian.get((min(i, j), max(i, j)), zero) for j in range(k)] for i in range(k)]
        return jet.value, gradient, rows


def _by_one(over: Enclosure) -> tuple[Floats, np.ndarray]:
    """For each box the partial derivative whose sign is the surest, as a direction with that sign."""
    assert over.gradient is not None
    low, high = over.gradient
    size = np.maximum(np.maximum(np.abs(low), np.abs(high)), 1e-300)
    with np.errstate(invalid="ignore"):
        sure = np.maximum(low, -high) / size
    sure = np.where(np.isfinite(sure), sure, -1.0)
    side = sure.argmax(axis=1)
    rows = np.arange(len(side))
    good = sure[rows, side] > ROOM
    y = np.zeros(low.shape)
    y[rows[good], side[good]] = np.where(low[rows, side] > 0, 1.0, -1.0)[good]
    return y, good.astype(int)
