"""The loss as a function of a vector θ of the free weights, with its gradient and Hessian. *Computed*.

All three come from the one formula, run over jets of arrays; no derivative is written here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.jets import Jet, Jets
from chainrule.formula import loss, weight_values
from chainrule.problem import Problem
from chainrule.problem.data import Floats

_BLOCK = 2_000_000


@dataclass(frozen=True)
class Objective:
    """``θ ↦ f(θ)`` for θ ``(k,)`` in the order of ``problem.free``; overflow gives infinities, never a warning."""

    problem: Problem

    def value(self, theta: Floats) -> float:
        return float(self.values(np.asarray(theta)[np.newaxis])[0])

    def values(self, thetas: Floats) -> Floats:
        """The loss ``(m,)`` of each row of `thetas` ``(m, k)``, in blocks of bounded size."""
        arrays, size = Arrays(), max(1, _BLOCK // len(self.problem.data))
        parts = []
        with np.errstate(all="ignore"):
            for start in range(0, len(thetas), size):
                block = thetas[start : start + size]
                free = {name: block[:, k, np.newaxis] for k, name in enumerate(self.problem.free)}
                found = loss(arrays, self.problem, weight_values(arrays, self.problem, free))
                parts.append(np.broadcast_to(found, (len(block),)))
        return np.concatenate(parts)

    def slope(self, theta: Floats) -> tuple[float, Floats]:
        """The loss and its gradient ``(k,)``."""
        jet = self._jet(theta, 1)
        return float(jet.value), _gradient(jet, len(theta))

    def curvature(self, theta: Floats) -> Floats:
        """The Hessian ``(k, k)``."""
        jet, k = self._jet(theta, 2), len(theta)
        hessian = np.zeros((k, k))
        for (i, j), entry in jet.hessian.items():
            hessian[i, j] = hessian[j, i] = float(np.asarray(entry))
        return hessian

    def _jet(self, theta: Floats, order: int) -> Jet[Floats]:
        jets = Jets(Arrays(), order)
        free = {name: jets.variable(k, np.asarray(theta[k])) for k, name in enumerate(self.problem.free)}
        with np.errstate(all="ignore"):
            return loss(jets, self.problem, weight_values(jets, self.problem, free))


def _gradient(jet: Jet[Floats], count: int) -> Floats:
    return np.array([float(np.asarray(jet.gradient.get(k, 0.0))) for k in range(count)])
