"""Wells: boxes around a local minimum in which the loss is strictly convex.

For every θ in a box the Hessian is at least ``M = (1/n) Σ_i ω_i min h''(z_i) a_i a_iᵀ`` in the order of
symmetric matrices, because every ``a_i a_iᵀ`` is positive semidefinite. Where the smallest eigenvalue of M
exceeds μ > 0 the loss is strongly convex on the box with modulus μ: its minimiser there lies within
``2|∇f(p)|/μ`` of any point p (within ``|∇f(p)|/μ`` once that ball is known to lie in the box), and
``f(p) − |∇f(p)|²/(2μ) <= min f <= f(p)``. So the boxes of a search that lie in a well need no bound of their
own, and the search does not cluster round the minimum.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.problem.data import Floats
from chainrule.prove.neuron.enclose import SLACK, Enclosure, enclose, form_range, hull
from chainrule.prove.neuron.local import Jet, jet
from chainrule.prove.neuron.ridge import Ridge

_ARRAYS = Arrays()
SMALLEST = 2.0**-30
Modulus = Callable[[Floats, Floats, np.ndarray], float]
"""A lower bound of the smallest eigenvalue of the Hessian over a box, on the coordinates that a mask names."""
KEPT = 0.02


@dataclass(frozen=True)
class Well:
    """The loss is strictly convex on the box, with modulus `modulus` over its `free` sides (those with a width);
    its one minimiser there lies within `radius` of `point`, in every free coordinate, and costs a value in
    ``[value[0], value[1]]``."""

    lower: Floats
    upper: Floats
    point: Floats
    modulus: float
    radius: float
    value: tuple[float, float]


def find_well(ridge: Ridge, point: Floats, lower: Floats, upper: Floats, guide: Ridge | None = None) -> Well | None:
    """The largest well around `point` of one shape, within the domain ``[lower, upper]``, if there is one.

    Coordinates of `point` that lie on a face of the domain with the slope pushing outward are held there. A `guide`, a
    ridge near this one with fewer terms, tells how large the well may be about.
    """
    like = None if guide is None else partial(_modulus, guide)
    return well_around(
        partial(jet, ridge), partial(enclose, ridge), partial(_modulus, ridge), point, lower, upper, like
    )


def well_around(
    jet_at: Callable[[Floats], Jet],
    enclose_on: Callable[[Floats, Floats, int], Enclosure],
    modulus_on: Modulus,
    point: Floats,
    lower: Floats,
    upper: Floats,
    guide: Modulus | None = None,
) -> Well | None:
    """`find_well` for any function whose jets, enclosures and convexity on boxes are known."""
    now = jet_at(point[None])
    gradient, hessian = now.gradient[0], now.hessian[0]
    held = ((point <= lower) & (gradient > 0)) | ((point >= upper) & (gradient < 0))
    free = ~held
    if not free.any():
        return None
    shape = np.where(free, 1.0 / np.sqrt(np.maximum(np.diag(hessian), 1e-12 * np.max(np.abs(hessian)) + 1e-300)), 0.0)
    scale = _largest(guide or modulus_on, point, shape, free, lower, upper)
    if scale is None:
        return None
    while True:
        low, high = np.maximum(point - scale * shape, lower), np.minimum(point + scale * shape, upper)
        modulus = modulus_on(low, high, free)
        if modulus > 0:
            break
        if guide is None or scale < SMALLEST:
            return None
        scale *= 0.8
    exact = enclose_on(point[None], point[None], 1)
    assert exact.gradient is not None
    steepest = np.maximum(np.abs(exact.gradient.lower[0]), np.abs(exact.gradient.upper[0]))[free]
    norm = float(np.linalg.norm(steepest)) * (1 + 1e-12)
    radius = 2 * norm / modulus * (1 + 1e-12)
    room = np.minimum(point - low, high - point)[free]
    if not radius < room.min():
        return None
    value = float(exact.value.lower[0]) - norm * norm / (2 * modulus) * (1 + 1e-12), float(exact.value.upper[0])
    return Well(low, high, point, modulus, radius, value)


def _largest(
    modulus_on: Modulus, point: Floats, shape: Floats, free: np.ndarray, lower: Floats, upper: Floats
) -> float | None:
    """The largest scale, to a few per cent, whose box still has a positive modulus."""

    # A well whose modulus is all but 0 says little of where its minimiser is: it keeps a share of that at the point.
    enough = KEPT * modulus_on(point, point, free)

    def convex(scale: float) -> bool:
        low, high = np.maximum(point - scale * shape, lower), np.minimum(point + scale * shape, upper)
        return modulus_on(low, high, free) > max(enough, 0.0)

    scale = largest_scale(convex)
    # Half of the modulus at the last scale is usually left a little inside it.
    return None if scale is None else 0.95 * scale


def largest_scale(holds: Callable[[float], bool]) -> float | None:
    """The largest scale, to a few per cent, at which something holds that also holds at smaller ones; None where it is below `SMALLEST`."""
    scale = 1.0
    while not holds(scale):
        scale /= 4
        if scale < SMALLEST:
            return None
    good, bad = scale, 4 * scale
    for _ in range(6):
        middle = float(np.sqrt(good * bad))
        good, bad = (middle, bad) if holds(middle) else (good, middle)
    return good


def _modulus(ridge: Ridge, low: Floats, high: Floats, free: np.ndarray) -> float:
    """A lower bound of the smallest eigenvalue of the Hessian on the box, over the free coordinates."""
    form = form_range(ridge.a, ridge.b, ridge.b_error, low[None], high[None])
    at_low, at_high = _ARRAYS.sigmoid_pair(form.lower[0]), _ARRAYS.sigmoid_pair(form.upper[0])
    profile = ridge.profile
    bend_low, bend_high = profile.curvature(_ARRAYS, *at_low), profile.curvature(_ARRAYS, *at_high)
    least = hull(form.lower[0], form.upper[0], bend_low, bend_high, profile.curvature_turns).lower
    a = ridge.a[:, free]
    matrix = (a * (ridge.weight * (least - 4 * SLACK))[:, None]).T @ a / ridge.rows
    matrix += ridge.quadratic.hessian()[np.ix_(free, free)]
    size = np.einsum("ij,i->", a * a, ridge.weight * np.abs(least)) / ridge.rows + np.sum(ridge.quadratic.rate)
    # eigvalsh is backward stable: off by a small multiple of k·2^-53 of the norm, which the trace of magnitudes bounds.
    return float(np.linalg.eigvalsh(matrix)[0] - size * (len(ridge.a) + 64) * 2.0**-52)
