"""Good points, found by ordinary floating point: *computed*, and never trusted by a proof.

Damped Newton (Levenberg–Marquardt) from many starts at once, projected onto the box: coordinates that
rest on a face with the slope pushing outward are held there.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.problem.data import Floats
from chainrule.prove.clock import is_up
from chainrule.prove.neuron.ridge import Ridge

STARTS = 12
REST = 1e-15  # a gain that is a smaller share of the value is not seen in it
NEAR = 1e-3  # points that are nearer to each other, relative to their size, are taken to go to one minimum
SAMPLE = 4_096  # rows on which the starts are tried when there are more; the best go on with all rows

_ARRAYS = Arrays()


@dataclass(frozen=True)
class Effort:
    """How far local optimisation goes: at most so many `steps`, and `patience` of them, after the first point came to rest, for points that are
    higher than it; the first `damping`, in the unit of the whole curvature (close points want little). Once the clock (`time.perf_counter`) says
    `until`, points stay where they are."""

    steps: int = 60
    patience: int = 60
    damping: float = 0.1
    until: float = math.inf


WHOLE = Effort()


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
        total[1] += (ridge.profile.slope(_ARRAYS, *pair) * weight) @ a
        total[2] += (ridge.profile.curvature(_ARRAYS, *pair) @ ridge.pairs[i : i + block]).reshape(-1, k, k)
    value, gradient, hessian = (part / ridge.rows for part in total)
    rate = ridge.quadratic.rate
    return Jet(
        value + points**2 @ rate + float(ridge.constant), gradient + 2 * rate * points, hessian + np.diag(2 * rate)
    )


def local_minima(
    ridge: Ridge, lower: Floats, upper: Floats, effort: Effort = WHOLE, spread: float = 2.0, seed: int = 0
) -> Floats:
    """Distinct local minima in the box, lowest first: points ``(S, k)``; starts reach `spread` times the forms' scale.

    After few steps the points are no more than on their way to minima.
    """
    rng = np.random.default_rng(seed)
    k = len(lower)
    # Starts around the origin at the scale where forms are of order one, where the loss still has slopes.
    starts = np.concatenate([np.zeros((1, k)), rng.normal(size=(STARTS - 1, k)) / ridge.scale * spread])
    starts = np.clip(starts, lower, upper)
    if len(ridge.a) > SAMPLE:
        chosen = np.sort(rng.choice(len(ridge.a), SAMPLE, replace=False))
        points, values = _descend_ridge(ridge.part(chosen), starts, lower, upper, effort)
        starts = distinct(points, values)[:2]
    return polish(ridge, starts, lower, upper, effort)


def polish(ridge: Ridge, points: Floats, lower: Floats, upper: Floats, effort: Effort = WHOLE) -> Floats:
    """The local minima that lie downhill from these points, lowest first."""
    return distinct(*_descend_ridge(ridge, points, lower, upper, effort))


def lower_from(ridge: Ridge, points: Floats) -> Floats:
    """The best point ``(k,)`` that descents from these points ``(S, k)`` lead to, anywhere."""
    everywhere = np.full(points.shape[1], np.inf)
    found, values = _descend_ridge(ridge, points, -everywhere, everywhere, WHOLE)
    return np.asarray(found[int(np.argmin(values))])


def distinct(points: Floats, values: Floats) -> Floats:
    kept: list[int] = []
    for i in np.argsort(values, kind="stable"):
        if all(np.max(np.abs(points[i] - points[j])) > 1e-4 * (1 + np.max(np.abs(points[j]))) for j in kept):
            kept.append(int(i))
    return points[kept]


def _descend_ridge(ridge: Ridge, points: Floats, lower: Floats, upper: Floats, effort: Effort) -> tuple[Floats, Floats]:
    identity = np.diag(np.mean(ridge.a**2, axis=0) * float(ridge.profile.steepest) + 1e-300)
    return descend(partial(jet, ridge), identity, points, lower, upper, effort)


def descend(
    jet_at: Callable[[Floats], Jet],
    identity: Floats,
    points: Floats,
    lower: Floats,
    upper: Floats,
    effort: Effort = WHOLE,
) -> tuple[Floats, Floats]:
    """Newton steps with a damping for each point that grows where a step does not help; `identity` is its unit.

    Returns where the points came to rest and the values there. Of points that come near each other only the lowest goes on.
    """
    damping = np.full(len(points), effort.damping)
    now = jet_at(points)
    rested: list[tuple[Floats, Floats]] = []
    best, since = np.inf, 0
    for _ in range(effort.steps):
        if is_up(effort.until):
            rested.append((points, now.value))
            break
        gradient, step = _newton(now, points, damping, identity, lower, upper)
        trial = np.minimum(np.maximum(points - step, lower), upper)
        then = jet_at(trial)
        # Where the gain is too small to be seen in the value the last step is judged by the slope.
        seen = np.sum(gradient * step, axis=1) > REST * np.abs(now.value)
        smaller = np.max(np.abs(then.gradient), axis=1) < np.max(np.abs(now.gradient), axis=1)
        better = (then.value < now.value) | (~seen & smaller & (then.value <= now.value * (1 + 4 * REST)))
        moved = np.max(np.abs(trial - points), axis=1) > 1e-13 * (1 + np.max(np.abs(points), axis=1))
        points = np.where(better[:, None], trial, points)
        now = Jet(
            *(
                np.where(better.reshape((-1,) + (1,) * (new.ndim - 1)), new, old)
                for new, old in zip(then, now, strict=True)
            )
        )
        damping = np.clip(np.where(better, damping / 8, damping * 6), 1e-16, 1e12)
        goes_on = seen & moved & (better | (damping < 1e6))
        rested.append((points[~goes_on], now.value[~goes_on]))
        best = min(best, now.value[~goes_on].min(initial=np.inf))
        since += best < np.inf
        goes_on &= ~_follows(points, now.value)
        if since > effort.patience:
            goes_on &= now.value < best
        if not goes_on.any():
            break
        points, damping, now = points[goes_on], damping[goes_on], Jet(*(part[goes_on] for part in now))
    else:
        rested.append((points, now.value))
    return np.concatenate([p for p, _ in rested]), np.concatenate([v for _, v in rested])


def _newton(
    now: Jet, points: Floats, damping: Floats, identity: Floats, lower: Floats, upper: Floats
) -> tuple[Floats, Floats]:
    """The gradient over the coordinates that are not held at a face, and the damped Newton step that it leads to."""
    held = ((points <= lower) & (now.gradient > 0)) | ((points >= upper) & (now.gradient < 0))
    gradient = np.where(held, 0.0, now.gradient)
    matrix = now.hessian + damping[:, None, None] * identity
    if held.any():
        matrix = np.where(held[:, :, None] | held[:, None, :], 0.0, matrix)
        matrix[:, range(len(lower)), range(len(lower))] += np.where(held, 1.0, 0.0)
    # Where the Hessian is indefinite its eigenvalues are turned positive: a descent direction either way.
    values, vectors = np.linalg.eigh(matrix)
    size = np.abs(values)
    size = np.maximum(size, 1e-12 * size.max(axis=1, keepdims=True) + 1e-300)
    along = (gradient[:, None, :] @ vectors)[:, 0, :] / size
    return gradient, (vectors @ along[:, :, None])[:, :, 0]


def _follows(points: Floats, values: Floats) -> np.ndarray:
    """Which points are near a lower one: ``(S,)``."""
    size = NEAR * (1 + np.max(np.abs(points), axis=1))
    near = np.max(np.abs(points[:, None, :] - points), axis=2) < size
    order = np.arange(len(points))
    lower = (values < values[:, None]) | ((values == values[:, None]) & (order < order[:, None]))
    return np.asarray((near & lower).any(axis=1))
