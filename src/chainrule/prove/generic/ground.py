"""Any formula of several variables as the ground of a branch and bound: bounds by interval jets, wells by their Hessians.

A box's lower bound is the best of the natural one, the mean value form, and the second-order form about the centre
``f(c) + g·d + ½ dᵀHd``. A well needs every symmetric matrix in the enclosed Hessian to be positive definite: with M its
middle and R its radius, the smallest eigenvalue is at least ``λ(M) − ‖R‖`` (‖R‖ at most the largest row sum).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from chainrule.algebra.intervals import Bounds
from chainrule.problem.data import Floats
from chainrule.prove.boxes.bound import Bounded
from chainrule.prove.boxes.steps import SMALLEST
from chainrule.prove.boxes.wells import Well, well_around
from chainrule.prove.generic.landscape import Landscape
from chainrule.prove.neuron.local import Effort, Jet, descend, distinct

STARTS = 48
STEEP = 1e100  # stands for an infinite slope
MOST_HESSIAN = 4  # with more variables a Hessian costs more boxes than it saves


@dataclass(frozen=True)
class FormulaGround:
    """See `boxes.Ground`. `least` is a number that the formula is known to reach nowhere below."""

    landscape: Landscape
    least: float = -np.inf
    cells: tuple[tuple[float, ...], ...] = ()
    narrows: bool = False

    @property
    def terms(self) -> int:
        return 16 * self.landscape.rows

    @property
    def floor(self) -> float:
        return self.least

    def value(self, point: Floats) -> tuple[float, float]:
        found = self.landscape.enclose(point[None], point[None], 0).value
        return float(found.lower[0]), float(found.upper[0])

    def jet(self, points: Floats) -> Jet:
        """Where the value is not defined or overflows it is no good point; a slope that does (at the edge of a root's domain) is a large one."""
        value, gradient, hessian = self.landscape.computed(points)
        steep = np.nan_to_num(gradient, nan=0.0, posinf=STEEP, neginf=-STEEP)
        known = np.isfinite(gradient) & np.isfinite(hessian).all(axis=2)
        both = known[:, :, None] & known[:, None, :]
        return Jet(np.where(np.isfinite(value), value, np.inf), steep, np.where(both, hessian, np.eye(points.shape[1])))

    def minima(self, lower: Floats, upper: Floats, until: float = math.inf) -> Floats:
        rng = np.random.default_rng(0)
        k = len(lower)
        middle = np.clip(np.zeros(k), lower, upper)
        near = np.clip(rng.normal(size=(STARTS, k)) * 2, lower, upper)
        starts = np.concatenate([middle[None], (lower + upper)[None] / 2, near, rng.uniform(lower, upper, (STARTS, k))])
        return self.downhill(starts, lower, upper, until)

    def downhill(self, points: Floats, lower: Floats, upper: Floats, until: float = math.inf) -> Floats:
        k = len(lower)
        with np.errstate(all="ignore"):
            size = np.nanmedian(np.abs(self.jet(points).hessian), axis=(0, 1, 2))
            identity = np.eye(k) * max(float(size), 1e-12)
            points, values = descend(self.jet, identity, points, lower, upper, Effort(until=until))
        points[np.abs(points) < SMALLEST] = 0.0
        return distinct(np.clip(points, lower, upper), values)

    def well(self, point: Floats, lower: Floats, upper: Floats) -> Well | None:
        with np.errstate(all="ignore"):
            return well_around(self.jet, self.landscape.enclose, self._modulus, point, lower, upper)

    def _modulus(self, low: Floats, high: Floats, free: np.ndarray) -> Floats:
        hessian = self.landscape.enclose(low, high, 2).hessian
        assert hessian is not None
        lower, upper = (side[:, free][:, :, free] for side in hessian)
        known = np.asarray((np.isfinite(lower) & np.isfinite(upper)).all(axis=(1, 2)))
        middle = np.where(known[:, None, None], (lower + upper) / 2, 0.0)
        spread = ((upper - lower) / 2).sum(axis=2).max(axis=1)
        size = np.abs(middle).max(axis=(1, 2)) * middle.shape[1] + spread
        return np.where(known, np.linalg.eigvalsh(middle)[:, 0] - spread - size * 2.0**-40, -np.inf)

    def bound(self, lower: Floats, upper: Floats, start: Floats, target: float) -> Bounded:
        order = 2 if lower.shape[1] <= MOST_HESSIAN else 1
        found = self.landscape.enclose(lower, upper, order)
        assert found.gradient is not None
        bound = found.value.lower
        if order == 2:
            bound = np.maximum(bound, self._second_order(lower, upper, found.hessian))
        return Bounded(bound, np.full(lower.shape, np.nan), found.gradient)

    def _second_order(self, lower: Floats, upper: Floats, hessian: Bounds | None) -> Floats:
        assert hessian is not None
        centre = lower + (upper - lower) / 2
        at = self.landscape.enclose(centre, centre, 1)
        assert at.gradient is not None
        # A little more than half the width, for the rounding of the centre.
        reach = (upper - lower) * (0.5 + 2.0**-48)
        with np.errstate(invalid="ignore", over="ignore"):
            tilt = np.maximum(np.abs(at.gradient.lower), np.abs(at.gradient.upper)) * reach
            pairs = reach[:, :, None] * reach[:, None, :]
            k = lower.shape[1]
            # d_i² lies in [0, r_i²]; d_i d_j in ± r_i r_j.
            least = np.where(
                np.eye(k, dtype=bool),
                np.minimum(hessian.lower, 0.0) * pairs,
                -np.maximum(np.abs(hessian.lower), np.abs(hessian.upper)) * pairs,
            )
            bend = 0.5 * least.sum(axis=(1, 2))
            size = np.abs(at.value.lower) + tilt.sum(axis=1) + np.abs(bend)
            bound = at.value.lower - tilt.sum(axis=1) + bend - size * 2.0**-45
        return np.asarray(np.nan_to_num(bound, nan=-np.inf, posinf=np.finfo(float).max, neginf=-np.inf))
