"""How a box is closed: lower bounds of a batch of boxes, cheapest first.

1. *natural*: ``mean h(l_i)`` at the low ends of the forms.
2. *monotone*: a partial derivative of certain sign; no minimum inside, except on a face of the domain.
3. *envelope*: the tangent plane at a point p of the sum of convex envelopes, minimised over the box, with
   Frank–Wolfe steps of p towards the corner where the plane is lowest.

All bounds are lowered by their rounding (`enclose` explains the constants), so they are rigorous.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.intervals import TINY, ULP, Bounds, outward
from chainrule.problem.data import Floats
from chainrule.prove.neuron.enclose import SLACK, TILE, blas, form_range, hull
from chainrule.prove.neuron.envelope import contact, tangent
from chainrule.prove.neuron.ridge import Ridge

_ARRAYS = Arrays()
PLANES = 3
ROOM = 0.004  # the share of a plane's gain over the natural bound that is not claimed


@dataclass(frozen=True)
class Bounded:
    """For each of `B` boxes: a lower `bound` of the loss ``(B,)``, the point `p` ``(B, k)`` whose plane gave it (nan
    where the natural bound did), and the enclosed `gradient` ``(B, k)``."""

    bound: Floats
    p: Floats
    gradient: Bounds


def bound_boxes(
    ridge: Ridge, lower: Floats, upper: Floats, start: Floats, target: float, monotone_too: bool = False
) -> Bounded:
    """Bound a batch, working on each box only until its bound exceeds `target`.

    The first plane of each box is taken at the point of `start` ``(B, k)`` that it holds nearest; a good start is
    the best point of the box's parent, or nan for the centre. Boxes with a slope of certain sign get planes only if `monotone_too`.
    """
    boxes = len(lower)
    wide = max(1, TILE // max(1, len(ridge.a)))
    chunks = [slice(i, i + wide) for i in range(0, max(1, boxes), wide)]

    def work(chunk: slice) -> Bounded:
        return _Chunk(ridge, lower[chunk], upper[chunk], start[chunk]).bounded(target, monotone_too)

    if len(chunks) < 2:  # none at all where every box lies in a well
        return work(slice(0, boxes))
    with blas().limit(limits=1, user_api="blas"), ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(work, chunks))
    return Bounded(
        np.concatenate([part.bound for part in parts]),
        np.concatenate([part.p for part in parts]),
        Bounds(*(np.concatenate([part.gradient[side] for part in parts]) for side in (0, 1))),
    )


class _Chunk:
    """A few boxes with everything that is the same for all planes over them."""

    def __init__(self, ridge: Ridge, lower: Floats, upper: Floats, start: Floats) -> None:
        self.ridge, self.lower, self.upper = ridge, lower, upper
        self.start = np.where(np.isnan(start), (lower + upper) / 2, np.clip(start, lower, upper))
        self.form = form_range(ridge.a, ridge.b, ridge.b_error, lower, upper)
        self.at_low, self.at_high = _ARRAYS.sigmoid_pair(self.form.lower), _ARRAYS.sigmoid_pair(self.form.upper)
        profile = ridge.profile
        self.h = Bounds(
            profile.value(_ARRAYS, self.form.lower, *self.at_low),
            profile.value(_ARRAYS, self.form.upper, *self.at_high),
        )
        # A sum of m terms in any order is off by at most m·2^-53 of the sum of magnitudes.
        self.sum_slack = (len(ridge.a) + 8) * ULP

    def bounded(self, target: float, monotone_too: bool) -> Bounded:
        ridge = self.ridge
        constant = float(ridge.constant)
        total = self.h.lower @ ridge.weight
        bound = total / ridge.rows * (1 - SLACK - self.sum_slack) + constant - abs(constant) * 4 * ULP
        gradient = self._gradient()
        if ridge.quadratic:
            bound = bound + ridge.quadratic.value(self.lower, self.upper).lower * (1 - 4 * ULP)
            slopes = ridge.quadratic.gradient(self.lower, self.upper)
            gradient = outward(gradient.lower + slopes.lower, gradient.upper + slopes.upper, 2)
        p = np.full(self.lower.shape, np.nan)
        monotone = ((gradient.lower > 0) | (gradient.upper < 0)).any(axis=1)
        left = np.flatnonzero((bound <= target) & (monotone_too | ~monotone))
        if len(left):
            self._keep(left)
            best, where = self._planes(bound[left], target)
            better = best > bound[left]
            bound[left[better]], p[left[better]] = best[better], where[better]
        return Bounded(bound, p, gradient)

    def _gradient(self) -> Bounds:
        ridge, profile = self.ridge, self.ridge.profile
        at_ends = profile.slope(_ARRAYS, *self.at_low), profile.slope(_ARRAYS, *self.at_high)
        least, most = hull(*self.form, *at_ends, profile.slope_turns)
        factor = ridge.weight[:, None] * ridge.a
        up, down = np.maximum(factor, 0.0), np.minimum(factor, 0.0)
        slack = (most @ np.abs(factor)) * (self.sum_slack + SLACK) + 4 * TINY * np.abs(factor).sum(axis=0)
        low, high = least @ up + most @ down - slack, most @ up + least @ down + slack
        return Bounds(low / ridge.rows, high / ridge.rows)

    def _keep(self, rows: np.ndarray) -> None:
        """Go on with these boxes only."""
        if len(rows) == len(self.lower):
            return
        self.lower, self.upper, self.start = self.lower[rows], self.upper[rows], self.start[rows]
        self.form = Bounds(self.form.lower[rows], self.form.upper[rows])
        self.h = Bounds(self.h.lower[rows], self.h.upper[rows])

    def _planes(self, natural: Floats, target: float) -> tuple[Floats, Floats]:
        """The best plane's bound ``(B,)`` and its point ``(B, k)``."""
        ridge = self.ridge
        p, best, where = self.start, np.full(len(self.start), -np.inf), self.start.copy()
        h = Bounds(self.h.lower * (1 - SLACK), self.h.upper * (1 - SLACK))
        c = (self.form.upper,) * 2 if ridge.profile.convex else contact(self.form.upper)
        left = np.arange(len(p))
        lower, upper, form = self.lower, self.upper, self.form
        for step in range(PLANES):
            bound, plane, bend = plane_bound(ridge, lower, upper, form, h, c, p, self.sum_slack)
            # Another program's plane at the same point may lie a little lower: it need not know the contact points so well.
            bound = bound - ROOM * np.maximum(bound - natural[left], 0.0)
            better = bound > best[left]
            best[left[better]], where[left[better]] = bound[better], p[better]
            still = best[left] <= target
            if step == PLANES - 1 or not still.any():
                break
            left, lower, upper, p, plane = left[still], lower[still], upper[still], p[still], plane[still]
            form, h = (Bounds(pair.lower[still], pair.upper[still]) for pair in (form, h))
            c = (c[0][still], c[1][still])
            p = _newton(p, plane, bend[still], lower, upper)
        return best, where


def plane_bound(
    ridge: Ridge,
    lower: Floats,
    upper: Floats,
    form: Bounds,
    h: Bounds,
    c: tuple[Floats, Floats],
    p: Floats,
    sum_slack: float,
) -> tuple[Floats, Floats, Floats]:
    """The least value on each box of the plane at `p` ``(B,)``, its slope ``(B, k)``, and (computed) the Hessian ``(B, k, k)``."""
    z = np.clip(p @ ridge.a.T + ridge.b, form.lower, form.upper)
    value, slope, bend = tangent(ridge.profile, form, h, c, z)
    hessian = (bend @ ridge.pairs).reshape(-1, *[p.shape[1]] * 2)
    hessian = hessian / ridge.rows + 2 * np.diag(ridge.quadratic.rate)
    plane = (slope * ridge.weight) @ ridge.a / ridge.rows
    # (1/n) Σ_i ω_i [E_i + e_i (a_i·θ − a_i·p)] plus the penalty, each coordinate by itself.
    least, drops = ridge.quadratic.least(plane, p, lower, upper)
    # Every number that went in is off by less than SLACK of its magnitude, and sums by `sum_slack`; a form's
    # own error moves its plane by e_i times it, and form_range's ends already hold it.
    reach = np.maximum(np.abs(form.lower), np.abs(form.upper))
    size = (np.abs(value) + slope * (reach + np.abs(z))) @ ridge.weight
    total = (value @ ridge.weight - size * (8 * SLACK + sum_slack)) / ridge.rows + least - drops * 8 * SLACK
    constant = float(ridge.constant)
    return total + constant - abs(constant) * 4 * ULP, plane + 2 * ridge.quadratic.rate * p, hessian


def _newton(p: Floats, gradient: Floats, hessian: Floats, lower: Floats, upper: Floats) -> Floats:
    """A projected Newton step: coordinates held at a face that the slope pushes against stay there."""
    k = p.shape[1]
    held = ((p <= lower) & (gradient > 0)) | ((p >= upper) & (gradient < 0)) | (lower == upper)
    diagonal = np.einsum("bjj->bj", hessian)
    # A little of the mean curvature keeps directions in which the envelope is straight from running off.
    width = np.where(upper > lower, upper - lower, 1.0)
    ridge = 1e-3 * diagonal + np.abs(gradient) / width * 0.1 + 1e-300
    matrix = np.where(held[:, :, None] | held[:, None, :], 0.0, hessian)
    matrix[:, range(k), range(k)] = np.where(held, 1.0, diagonal + ridge)
    step = np.linalg.solve(matrix, np.where(held, 0.0, gradient)[:, :, None])[:, :, 0]
    return np.clip(p - step, lower, upper)
