"""How a box is closed: lower bounds of a batch of boxes, cheapest first.

1. *natural*: ``mean h(l_i)`` at the low ends of the forms.
2. *envelope*: the tangent plane at a point p of the sum of convex envelopes, minimised over the box, with Newton steps
   of p towards the least value of that sum. Where the sum itself is not above the target at p, no plane can be.
3. *monotone*: a partial derivative of certain sign; no minimum inside, except on a face of the domain.

All bounds are lowered by their rounding (`enclose` explains the constants), so they are rigorous.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from chainrule.algebra.backends import NUMPY, Backend
from chainrule.algebra.intervals import TINY, ULP, Bounds, outward
from chainrule.problem.data import Floats
from chainrule.prove.boxes.tile import Lines, Table, Tile
from chainrule.prove.neuron.enclose import SLACK, blas, keep_memory
from chainrule.prove.neuron.ridge import Ridge

PLANES = 4
ROOM = 0.004  # the share of a plane's gain over the natural bound that is not claimed


@dataclass(frozen=True)
class Bounded:
    """For each of `B` boxes: a lower `bound` of the loss ``(B,)``, the point `p` ``(B, k)`` whose plane gave it (nan
    where the natural bound did), and the enclosed `gradient` ``(B, k)``, which is unbounded where `bound` is above the
    target and nobody asks for it."""

    bound: Floats
    p: Floats
    gradient: Bounds


@dataclass(frozen=True, eq=False)
class Bounder:
    """Bounds batches of boxes of the loss of one neuron, with the arithmetic of an array library."""

    ridge: Ridge
    backend: Backend = NUMPY

    @cached_property
    def table(self) -> Table:
        keep_memory()
        return Table.of(self.ridge, self.backend)

    def bound(self, lower: Floats, upper: Floats, start: Floats, target: float) -> Bounded:
        """Bound a batch, working on each box only until its bound exceeds `target` or cannot.

        The first plane of each box is taken at the point of `start` ``(B, k)`` that it holds nearest; a good start is
        the best point of the box's parent, or nan for the centre.
        """
        boxes = len(lower)
        wide = max(1, self.backend.tile // max(1, len(self.ridge.a)))
        chunks = [slice(i, i + wide) for i in range(0, max(1, boxes), wide)]

        def work(chunk: slice) -> Bounded:
            return _bounded(self.table, lower[chunk], upper[chunk], start[chunk], target)

        if len(chunks) < 2:  # none at all where every box lies in a well
            return work(slice(0, boxes))
        if not self.backend.threads:
            return _joined([work(chunk) for chunk in chunks])
        with blas().limit(limits=1, user_api="blas"), ThreadPoolExecutor(os.cpu_count()) as pool:
            return _joined(list(pool.map(work, chunks)))


def _joined(parts: list[Bounded]) -> Bounded:
    return Bounded(
        np.concatenate([part.bound for part in parts]),
        np.concatenate([part.p for part in parts]),
        Bounds(*(np.concatenate([part.gradient[side] for part in parts]) for side in (0, 1))),
    )


def _bounded(table: Table, lower: Floats, upper: Floats, start: Floats, target: float) -> Bounded:
    """`Bounder.bound` for a few boxes, with everything that is the same for all planes over them in one tile."""
    ridge, tile = table.ridge, Tile.of(table, lower, upper)
    bound = _natural(ridge, tile, lower, upper)
    p = np.full(lower.shape, np.nan)
    left = np.flatnonzero(bound <= target)
    if len(left):
        best, where = _planes(tile.lines().part(left), lower[left], upper[left], start[left], bound[left], target)
        better = best > bound[left]
        bound[left[better]], p[left[better]] = best[better], where[better]
        left = left[bound[left] <= target]
    gradient = Bounds(np.full(lower.shape, -np.inf), np.full(lower.shape, np.inf))
    if len(left):
        for whole, part in zip(gradient, _gradient(ridge, tile.part(left), lower[left], upper[left]), strict=True):
            whole[left] = part
    return Bounded(bound, p, gradient)


def _sum_slack(ridge: Ridge) -> float:
    """A sum of m terms in any order is off by at most m·2^-53 of the sum of magnitudes."""
    return (len(ridge.a) + 8) * ULP


def _natural(ridge: Ridge, tile: Tile, lower: Floats, upper: Floats) -> Floats:
    bound = tile.natural() / ridge.rows * (1 - SLACK - _sum_slack(ridge)) + _constant(ridge)
    if ridge.quadratic:
        bound = bound + ridge.quadratic.value(lower, upper).lower * (1 - 4 * ULP)
    return bound


def _constant(ridge: Ridge) -> float:
    constant = float(ridge.constant)
    return constant - abs(constant) * 4 * ULP


def _gradient(ridge: Ridge, tile: Tile, lower: Floats, upper: Floats) -> Bounds:
    low, high, size = tile.gradient()
    slack = size * (_sum_slack(ridge) + SLACK) + 4 * TINY * tile.table.size
    gradient = Bounds((low - slack) / ridge.rows, (high + slack) / ridge.rows)
    if ridge.quadratic:
        slopes = ridge.quadratic.gradient(lower, upper)
        gradient = outward(gradient.lower + slopes.lower, gradient.upper + slopes.upper, 2)
    return gradient


def _planes(
    lines: Lines, lower: Floats, upper: Floats, start: Floats, natural: Floats, target: float
) -> tuple[Floats, Floats]:
    """The best plane's bound ``(B,)`` and its point ``(B, k)``."""
    p = np.where(np.isnan(start), (lower + upper) / 2, np.minimum(np.maximum(start, lower), upper))
    best, where = np.full(len(p), -np.inf), p.copy()
    left = np.arange(len(p))
    for step in range(PLANES):
        bound, value, slope = plane_bound(lines, lower, upper, p)
        # Another program's plane at the same point may lie a little lower: it need not know the contact points so well.
        bound = bound - ROOM * np.maximum(bound - natural[left], 0.0)
        better = bound > best[left]
        best[left[better]], where[left[better]] = bound[better], p[better]
        still = (best[left] <= target) & (value > target)
        if step == PLANES - 1 or not still.any():
            break
        left, lines = left[still], lines.part(np.flatnonzero(still))
        lower, upper, p, slope = (array[still] for array in (lower, upper, p, slope))
        p = newton_step(p, slope, lines.hessian(p), lower, upper)
    return best, where


def plane_bound(lines: Lines, lower: Floats, upper: Floats, p: Floats) -> tuple[Floats, Floats, Floats]:
    """The least value on each box of the plane at `p` ``(B,)``, its value at p, and its slope ``(B, k)``.

    With lines ``v_i + e_i (z − z_i)`` below h, z_i the computed form at p, the plane is
    ``(1/n) Σ ω_i (v_i + e_i a_i·(θ − p))`` plus the penalty. v_i and e_i are off by less than SLACK of their magnitude,
    which moves line i by less than that of v_i + e_i times the largest form in the box; z_i by what `drift` sums.
    """
    ridge = lines.table.ridge
    total, plane, reached, drift = lines.plane(p, np.maximum(np.abs(lower), np.abs(upper)))
    plane = plane / ridge.rows
    least, drops = ridge.quadratic.least(plane, p, lower, upper)
    size = total + 4 * reached
    low = (total - size * (8 * SLACK + _sum_slack(ridge)) - drift) / ridge.rows + least - drops * 8 * SLACK
    bound, value = low + _constant(ridge), total / ridge.rows + float(ridge.constant)
    if not ridge.quadratic:
        return bound, value, plane
    rate = ridge.quadratic.rate
    return bound, value + p**2 @ rate, plane + 2 * rate * p


def newton_step(p: Floats, gradient: Floats, hessian: Floats, lower: Floats, upper: Floats) -> Floats:
    """A projected Newton step: coordinates held at a face that the slope pushes against stay there."""
    k = p.shape[1]
    held = ((p <= lower) & (gradient > 0)) | ((p >= upper) & (gradient < 0)) | (lower == upper)
    matrix = hessian.reshape(-1, k * k).copy()
    diagonal = matrix[:, :: k + 1]
    # A little of the mean curvature keeps directions in which the envelope is straight from running off.
    width = np.where(upper > lower, upper - lower, 1.0)
    diagonal += 1e-3 * diagonal + np.abs(gradient) / width * 0.1 + 1e-300
    if held.any():
        gradient = np.where(held, 0.0, gradient)
        matrix[(held[:, :, None] | held[:, None, :]).reshape(-1, k * k)] = 0.0
        diagonal[held] = 1.0
    step = np.linalg.solve(matrix.reshape(-1, k, k), gradient[:, :, None])[:, :, 0]
    return np.minimum(np.maximum(p - step, lower), upper)
