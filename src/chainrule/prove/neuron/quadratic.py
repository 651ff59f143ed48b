"""The penalty ``Σ_j λ_j θ_j²`` over the free weights, as every bound needs it.

It is convex and each coordinate stands by itself, so its ranges are exact up to rounding, and a plane plus the penalty
is minimised over a box coordinate by coordinate. With no penalty all of this is 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chainrule.algebra.intervals import ULP, Bounds
from chainrule.problem import Problem
from chainrule.problem.data import Floats


@dataclass(frozen=True, eq=False)
class Quadratic:
    """`rate` ``(k,)`` holds λ for each free weight, 0 for a bias; off from the exact λ by at most 2^-53 of it."""

    rate: Floats

    @classmethod
    def of(cls, problem: Problem) -> Quadratic:
        return cls(np.array([float(problem.penalty) if name in problem.penalized else 0.0 for name in problem.free]))

    def __bool__(self) -> bool:
        return bool(self.rate.any())

    def value(self, lower: Floats, upper: Floats) -> Bounds:
        """Bounds of the penalty on boxes ``(B, k)``: ``(B,)``."""
        least = np.maximum(np.maximum(lower, -upper), 0.0)
        most = np.maximum(np.abs(lower), np.abs(upper))
        slack = (len(self.rate) + 4) * ULP
        return Bounds((least**2 @ self.rate) * (1 - slack), (most**2 @ self.rate) * (1 + slack))

    def gradient(self, lower: Floats, upper: Floats) -> Bounds:
        """Bounds of ``2 λ_j θ_j`` on boxes: ``(B, k)``."""
        low, high = 2 * self.rate * lower, 2 * self.rate * upper
        return Bounds(low - np.abs(low) * 2 * ULP, high + np.abs(high) * 2 * ULP)

    def hessian(self) -> Floats:
        """``diag(2 λ_j)``, a hair below: ``(k, k)``."""
        return np.diag(2 * self.rate * (1 - 2 * ULP))

    def least(self, slope: Floats, p: Floats, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
        """The least of ``Σ_j slope_j (θ_j − p_j) + λ_j θ_j²`` on each box, and the sum of the magnitudes that went in."""
        if not self:
            down = np.minimum(slope * (lower - p), slope * (upper - p))
            return down.sum(axis=1), np.abs(down).sum(axis=1)
        turn = np.where(
            self.rate > 0, -slope / np.where(self.rate > 0, 2 * self.rate, 1.0), np.where(slope > 0, -np.inf, np.inf)
        )
        theta = np.clip(turn, lower, upper)
        parts = slope * (theta - p), self.rate * theta**2
        # A minimiser that is off by rounding is off in value by the square of that: far below the slack on magnitudes.
        return np.sum(parts[0] + parts[1], axis=1), np.sum(np.abs(parts[0]) + parts[1], axis=1)
