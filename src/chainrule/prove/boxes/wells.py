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
STEPS_DOWN = 15  # from 1 to it, by 4 each
AT_ONCE = 7  # boxes × few terms cost little more than one box
FINE = 64  # steps of 2 % in a factor of 4
BLOCK = 2**19  # boxes × terms in memory
KEPT = 0.02
ROOM = 1e-6
MOST_PARTS, AT_MOST = 64, 2**12  # parts of a well; parts × terms
WORTHWHILE = 4  # parts a side: fewer do not gain the time that they take
FURTHER = 8.0  # times the scale at which the whole box is seen to be convex
Modulus = Callable[[Floats, Floats, np.ndarray], Floats]
"""Lower bounds ``(B,)`` of the smallest eigenvalue of the Hessian over boxes ``(B, k)``, on the coordinates that a mask names."""


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
    parts = AT_MOST // max(1, len(ridge.a))
    return well_around(
        partial(jet, ridge), partial(enclose, ridge), partial(_modulus, ridge), point, lower, upper, like, parts
    )


def well_around(
    jet_at: Callable[[Floats], Jet],
    enclose_on: Callable[[Floats, Floats, int], Enclosure],
    modulus_on: Modulus,
    point: Floats,
    lower: Floats,
    upper: Floats,
    guide: Modulus | None = None,
    parts: int = 1,
) -> Well | None:
    """`find_well` for any function whose jets, enclosures and convexity on boxes are known: a checker looks at up to so many `parts` of a well."""
    now = jet_at(point[None])
    gradient, hessian = now.gradient[0], now.hessian[0]
    held = ((point <= lower) & (gradient > 0)) | ((point >= upper) & (gradient < 0))
    free = ~held
    if not free.any():
        return None
    shape = np.where(free, 1.0 / np.sqrt(np.maximum(np.diag(hessian), 1e-12 * np.max(np.abs(hessian)) + 1e-300)), 0.0)

    def box(scales: Floats) -> tuple[Floats, Floats]:
        reach = np.multiply.outer(scales, shape)
        return np.maximum(point - reach, lower), np.minimum(point + reach, upper)

    def moduli(modulus: Modulus, scales: Floats) -> Floats:
        return modulus(*box(scales), free)

    # A well whose modulus is all but 0 says little of where its minimiser is: it keeps a share of that at the point.
    enough = max(KEPT * float(moduli(guide or modulus_on, np.zeros(1))[0]), 0.0)
    scale = _largest(partial(moduli, guide or modulus_on), enough)
    if scale is None:
        return None
    if (each := _along(parts, int(np.count_nonzero(free)))) >= WORTHWHILE:
        modulus_on = partial(_over_parts, modulus_on, each)
        most = FURTHER * scale
        further = largest_scale(lambda scales: moduli(modulus_on, most * scales) > enough, 2)
        scale = max(scale, 0.95 * most * (further or 0.0))
    while True:
        modulus = float(moduli(modulus_on, np.array([scale]))[0])
        if modulus > 0:
            break
        if guide is None or scale < SMALLEST:
            return None
        scale *= 0.8
    low, high = (side[0] for side in box(np.array([scale])))
    modulus *= 1 - ROOM  # so that another arithmetic finds it too; what follows rests on no more than that
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


def _largest(moduli: Callable[[Floats], Floats], enough: float) -> float | None:
    """The largest scale, to a few per cent, whose box still has such a modulus."""
    scale = largest_scale(lambda scales: moduli(scales) > enough, AT_ONCE)
    # Half of the modulus at the last scale is usually left a little inside it.
    return None if scale is None else 0.95 * scale


def _along(parts: int, sides: int) -> int:
    """Into how many parts, a power of 2, each of so many sides is cut."""
    return int(2 ** (np.log2(max(1, min(parts, MOST_PARTS))) // sides))


def _over_parts(modulus_on: Modulus, each: int, low: Floats, high: Floats, free: np.ndarray) -> Floats:
    """The modulus over boxes cut into a grid: the forms range less over a part, so that more of them is seen to be convex."""
    k = low.shape[1]
    counts = np.where(free, each, 1)
    grid = np.stack(np.meshgrid(*(np.arange(count) for count in counts), indexing="ij"), axis=-1).reshape(-1, k)
    first, last = (low[:, None] + (high - low)[:, None] * ((grid + end) / counts) for end in (0, 1))
    return np.asarray(modulus_on(first.reshape(-1, k), last.reshape(-1, k), free).reshape(len(low), -1).min(axis=1))


def largest_scale(holds: Callable[[Floats], np.ndarray], at_once: int = 1) -> float | None:
    """The largest scale, to 2 %, at which something holds that also holds at smaller ones; None where it is below `SMALLEST`.

    `holds` answers for several scales ``(S,)`` and is asked about `at_once` of them: 1 where each costs as much as the next.
    """
    for first in range(0, STEPS_DOWN, at_once):
        scales = np.exp2(-2.0 * np.arange(first, min(first + at_once, STEPS_DOWN)))
        found = holds(scales)
        if found.any():
            good = float(scales[found.argmax()])
            break
    else:
        return None
    low, step = 0, FINE
    while step > 1:
        step = -(-step // (at_once + 1))
        found = holds(good * 4.0 ** ((low + step * np.arange(1, at_once + 1)) / FINE))
        low += step * (at_once if found.all() else int(found.argmin()))
    return float(good * 4.0 ** (low / FINE))


def _modulus(ridge: Ridge, low: Floats, high: Floats, free: np.ndarray) -> Floats:
    """A lower bound of the smallest eigenvalue of the Hessian on each box, over the free coordinates: ``(B,)``."""
    k, profile = low.shape[1], ridge.profile
    total, size = np.zeros((len(low), k * k)), np.zeros((len(low), k))
    block = max(1, BLOCK // len(low))
    for i in range(0, len(ridge.a), block):
        rows = slice(i, i + block)
        form = form_range(ridge.a[rows], ridge.b[rows], ridge.b_error[rows], low, high)
        at_low, at_high = (profile.curvature(_ARRAYS, *_ARRAYS.sigmoid_pair(end)) for end in form)
        least = hull(form.lower, form.upper, at_low, at_high, profile.curvature_turns).lower
        total += (least - 4 * SLACK) @ ridge.pairs[rows]
        size += np.abs(least) @ ridge.pairs[rows, :: k + 1]
    matrix = (total / ridge.rows).reshape(-1, k, k)[:, free][:, :, free] + ridge.quadratic.hessian()[np.ix_(free, free)]
    trace = size[:, free].sum(axis=1) / ridge.rows + np.sum(ridge.quadratic.rate)
    # eigvalsh is backward stable: off by a small multiple of k·2^-53 of the norm, which the trace of magnitudes bounds.
    return np.asarray(np.linalg.eigvalsh(matrix)[:, 0] - trace * (len(ridge.a) + 64) * 2.0**-52)
