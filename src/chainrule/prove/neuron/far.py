"""A finite point for an infimum at infinity: within a gap of it, and not longer than need be. *Computed*.

Where the loss only approaches its infimum V in a direction, every θ with ``f(θ) <= V + gap`` is as good as any, and
the shortest of them is the natural choice: on separable data it tends to the line of largest margin as the gap shrinks
(Rosset, Zhu and Hastie, *Margin maximizing loss functions*, NIPS 2003). It is followed back from far out:
``θ_μ = argmin f + μ|θ|²`` for growing μ, each found from the one before, as long as ``f(θ_μ) <= V + gap``.
"""

from __future__ import annotations

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.problem.data import Floats
from chainrule.prove.neuron.ridge import Ridge

FURTHEST = 2.0**40
SHORTEN = 2.0
MOST_STEPS = 60

_ARRAYS = Arrays()


def short_point(ridge: Ridge, direction: Floats, target: float, gap: float) -> Floats:
    """About the shortest θ ``(k,)`` with a loss of at most `target`, which is `gap` above an infimum along `direction`.

    Where no such point is found the best one is returned.
    """
    unit = direction / np.max(np.abs(direction))
    reach = 1.0
    while True:
        found, value = _descend(ridge, unit * reach, 0.0)
        if value <= target - 0.5 * gap:
            break
        reach *= 4
        if reach > FURTHEST:
            return found
    # Powers of two, so that the end does not depend on how far out the start was.
    mu = float(np.exp2(np.floor(np.log2(0.1 * gap / float(found @ found)))))
    for _ in range(MOST_STEPS):
        shorter, value = _descend(ridge, found, mu)
        if value > target:
            break
        found, mu = shorter, mu * SHORTEN
    return found


def _descend(ridge: Ridge, theta: Floats, mu: float) -> tuple[Floats, float]:
    """Near a local minimiser of ``f + μ|θ|²`` by damped Newton steps, and f there.

    Terms in their concave part are given no curvature, so the matrix is never indefinite.
    """
    size = np.diag(ridge.weight @ ridge.a**2 / ridge.rows)
    damping, unit = 1e-3, np.eye(len(theta))
    value, slope, bend = _jet(ridge, theta)
    for _ in range(MOST_STEPS):
        gradient = slope + 2 * mu * theta
        curvature = (ridge.a * bend[:, None]).T @ ridge.a / ridge.rows + 2 * mu * unit
        # The damping follows the curvature, which may be tiny here.
        matrix = curvature + damping * (float(np.sum(bend)) / ridge.rows * size + 2 * mu * unit)
        step = np.linalg.lstsq(matrix, -gradient, rcond=None)[0]
        promise = -float(gradient @ step)
        then = _jet(ridge, theta + step)
        total = value + mu * float(theta @ theta)
        better = then[0] + mu * float((theta + step) @ (theta + step)) < total
        if better:
            theta, (value, slope, bend) = theta + step, then
        damping = min(max(damping / 8 if better else damping * 8, 1e-12), 1e12)
        if promise <= 1e-15 * total or (not better and damping >= 1e6):
            break
    return theta, value


def _jet(ridge: Ridge, theta: Floats) -> tuple[float, Floats, Floats]:
    """The loss, its gradient ``(k,)`` and each term's positive part of ω h'' ``(m,)``, computed."""
    z = ridge.a @ theta + ridge.b
    pair = _ARRAYS.sigmoid_pair(z)
    profile, weight = ridge.profile, ridge.weight
    value = float(weight @ profile.value(_ARRAYS, z, *pair)) / ridge.rows + float(ridge.constant)
    slope = (weight * profile.slope(_ARRAYS, *pair)) @ ridge.a / ridge.rows
    return value, slope, weight * np.maximum(profile.curvature(_ARRAYS, *pair), 0.0)
