"""Good points, found by ordinary floating point: *computed*, and never trusted by a proof.

Damped Newton (Levenberg–Marquardt) from many starts at once, projected onto the box: coordinates that
rest on a face with the slope pushing outward are held there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.problem.data import Floats
from chainrule.prove.neuron.ridge import Ridge

STARTS = 12
MOST_STEPS = 60
SAMPLE = 4_096  # rows on which the starts are tried when there are more; the best go on with all rows

_ARRAYS = Arrays()


class Jet(NamedTuple):
    """Loss ``(S,)``, gradient ``(S, k)`` and Hessian ``(S, k, k)`` at ``S`` points, computed."""

    value: Floats
    gradient: Floats
    hessian: Floats


def jet(ridge: Ridge, points: Floats) -> Jet:
    """The loss with its first and second derivatives at points ``(S, k)``."""
    k = points.shape[1]
    total = [np.zeros(len(points)), np.zeros((len(points), k)), np.zeros((len(points), k, k))]
    block = max(1, 65_536 // len(points))
    for i in range(0, len(ridge.a), block):
        a, weight = ridge.a[i : i + block], ridge.weight[i : i + block]
        z = points @ a.T + ridge.b[i : i + block]
        pair = _ARRAYS.sigmoid_pair(z)
        total[0] += ridge.profile.value(_ARRAYS, z, *pair) @ weight
        total[1] += ridge.profile.slope(_ARRAYS, *pair) @ (weight[:, None] * a)
        pairs = (a[:, :, None] * a[:, None, :]).reshape(len(a), -1)
        total[2] += (ridge.profile.curvature(_ARRAYS, *pair) @ (weight[:, None] * pairs)).reshape(-1, k, k)
    value, gradient, hessian = (part / ridge.rows for part in total)
    rate = ridge.quadratic.rate
    return Jet(
        value + points**2 @ rate + float(ridge.constant), gradient + 2 * rate * points, hessian + np.diag(2 * rate)
    )


def local_minima(ridge: Ridge, lower: Floats, upper: Floats, spread: float = 2.0, seed: int = 0) -> Floats:
    """Distinct local minima in the box, lowest first: points ``(S, k)``; starts reach `spread` times the forms' scale."""
    rng = np.random.default_rng(seed)
    k = len(lower)
    # Starts around the origin at the scale where forms are of order one, where the loss still has slopes.
    scale = 1.0 / np.sqrt(np.mean(ridge.a**2, axis=0) + 1e-300)
    starts = np.concatenate([np.zeros((1, k)), rng.normal(size=(STARTS - 1, k)) * scale * spread])
    starts = np.clip(starts, lower, upper)
    if len(ridge.a) > SAMPLE:
        chosen = np.sort(rng.choice(len(ridge.a), SAMPLE, replace=False))
        points, values = _descend_ridge(ridge.part(chosen), starts, lower, upper)
        starts = distinct(points, values)[:2]
    return polish(ridge, starts, lower, upper)


def polish(
    ridge: Ridge, points: Floats, lower: Floats, upper: Floats, damping: float = 1e-1, steps: int = MOST_STEPS
) -> Floats:
    """The local minima that lie downhill from these points, lowest first; close ones want little `damping` and few `steps`."""
    return distinct(*_descend_ridge(ridge, points, lower, upper, damping, steps))


def lower_from(ridge: Ridge, points: Floats) -> Floats:
    """The best point ``(k,)`` that descents from these points ``(S, k)`` lead to, anywhere."""
    everywhere = np.full(points.shape[1], np.inf)
    found, values = _descend_ridge(ridge, points, -everywhere, everywhere)
    return np.asarray(found[int(np.argmin(values))])


def distinct(points: Floats, values: Floats) -> Floats:
    kept: list[int] = []
    for i in np.argsort(values, kind="stable"):
        if all(np.max(np.abs(points[i] - points[j])) > 1e-4 * (1 + np.max(np.abs(points[j]))) for j in kept):
            kept.append(int(i))
    return points[kept]


def _descend_ridge(
    ridge: Ridge,
    points: Floats,
    lower: Floats,
    upper: Floats,
    damping: float = 1e-1,
    steps: int = MOST_STEPS,
) -> tuple[Floats, Floats]:
    identity = np.diag(np.mean(ridge.a**2, axis=0) * float(ridge.profile.steepest) + 1e-300)
    return descend(partial(jet, ridge), identity, points, lower, upper, damping, steps)


def descend(
    jet_at: Callable[[Floats], Jet],
    identity: Floats,
    points: Floats,
    lower: Floats,
    upper: Floats,
    first: float = 1e-1,
    steps: int = MOST_STEPS,
) -> tuple[Floats, Floats]:
    """Newton steps with a damping for each point, `first` at first, that grows where a step does not help; `identity` is its unit."""
    damping = np.full(len(points), first)
    now = jet_at(points)
    for _ in range(steps):
        held = ((points <= lower) & (now.gradient > 0)) | ((points >= upper) & (now.gradient < 0))
        gradient = np.where(held, 0.0, now.gradient)
        matrix = now.hessian + damping[:, None, None] * identity
        matrix = np.where(held[:, :, None] | held[:, None, :], 0.0, matrix)
        matrix[:, range(len(lower)), range(len(lower))] += np.where(held, 1.0, 0.0)
        # Where the Hessian is indefinite its eigenvalues are turned positive: a descent direction either way.
        values, vectors = np.linalg.eigh(matrix)
        size = np.maximum(np.abs(values), 1e-12 * np.max(np.abs(values), axis=1, keepdims=True) + 1e-300)
        step = np.einsum("sij,sj,skj,sk->si", vectors, 1 / size, vectors, gradient)
        trial = np.clip(points - step, lower, upper)
        then = jet_at(trial)
        # Near a minimum rounding decides between two values, and the gradients tell.
        tie = np.abs(then.value - now.value) <= 1e-14 * np.abs(now.value)
        flatter = np.max(np.abs(then.gradient), axis=1) < 0.5 * np.max(np.abs(now.gradient), axis=1)
        better = np.where(tie, flatter, then.value < now.value)
        moved = np.max(np.abs(trial - points), axis=1) > 1e-13 * (1 + np.max(np.abs(points), axis=1))
        points = np.where(better[:, None], trial, points)
        now = Jet(
            *(
                np.where(better.reshape((-1,) + (1,) * (new.ndim - 1)), new, old)
                for new, old in zip(then, now, strict=True)
            )
        )
        damping = np.clip(np.where(better, damping / 8, damping * 6), 1e-16, 1e12)
        if not (moved & (better | (damping < 1e6))).any():
            break
    return points, now.value
