"""Lower bounds from the convex envelope of `h` on an interval.

The convex envelope of ``h(z) = σ(z)²`` on ``[l, u]`` is h itself up to the point ``c(u)`` whose tangent passes
through ``(u, h(u))``, and that tangent beyond it; all of it is h where ``u <= ln 2`` (then c(u) = u), and the chord where
``c(u) <= l``. The sum of envelopes over the terms is convex, so its tangent plane at *any* point p of a box,
minimised over the box, bounds the loss from below; a few steps of p make it nearly tight.

Two kinds of lines lie below h on ``[l, u]``, and one formula gives both. With q = min(z, cap), the line through
``(q, h(q))`` with slope ``min(h'(q), limit)``:

- where a bound ``c <= c(u)`` has ``c >= l``: cap = c, no limit. A tangent at ``q <= c(u)`` lies below h on all of ``(−∞, u]``.
- otherwise cap = l and limit = the slope of the chord. The line leaves the graph at l, no steeper than h, and ends below
  it at u; h less the line is convex, then concave, so it is not negative between.

So a table of `c` rounded down serves. It must reach far: c falls like −½ ln 2u, and a table that ended early would have to
use the chord beyond, which is wrong there. Beyond the table the tangent at −400 is used, which is left of every c(u).

Source: Udell and Boyd, *Maximizing a sum of sigmoids* (2013), section 4, for the concave mirror image.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.backends import Array
from chainrule.algebra.intervals import Bounds
from chainrule.problem.data import Floats
from chainrule.prove.neuron.profile import Profile, SquaredSigmoid

LN2 = float(np.log(2))
STEPS = 16384  # fine enough that the point at which these lines are best is nearly the best one for lines that are a little higher, as a checker's
FURTHEST = 1e6  # the table's last u
SHORT = 1e-9  # on a shorter interval the chord's slope is all rounding, and a smaller one is taken

_ARRAYS = Arrays()


@cache
def contact_table() -> Floats:
    """``c(u)`` to 1e-7 at ``u = ln 2 + (t/STEPS)⁴·FURTHEST`` for t = 0 … STEPS + 1."""
    profile = SquaredSigmoid()
    u = _grid(np.arange(STEPS + 2.0))
    low, high = np.full(len(u), -20.0), np.full(len(u), LN2)
    for _ in range(36):  # bisection: the tangent at q passes below (u, h(u)) exactly where q < c(u)
        q = (low + high) / 2
        pair = _ARRAYS.sigmoid_pair(q)
        tangent = profile.value(_ARRAYS, q, *pair) + profile.slope(_ARRAYS, *pair) * (u - q)
        below = tangent < profile.value(_ARRAYS, u, *_ARRAYS.sigmoid_pair(u))
        low, high = np.where(below, q, low), np.where(below, high, q)
    low.flags.writeable = False
    return low


def _grid(t: Floats) -> Floats:
    return LN2 + (t / STEPS) ** 4 * FURTHEST


@cache
def _below() -> Floats:
    """For each step a lower bound of c over the step and one more (the step is found with rounding). From the last
    step on u is unbounded: c(u) >= −400 up to u = 1e308."""
    table = contact_table()
    below = table[np.minimum(np.arange(STEPS + 1) + 2, STEPS + 1)] - 1e-7
    below[-2:] = -400.0
    return below


def contact(u: Array, arrays: Arrays = _ARRAYS) -> Array:
    """Points at or below ``c(u)``, which decreases, and is u itself up to ln 2."""
    xp = arrays.xp
    far = xp.minimum(xp.maximum((u - LN2) * (1 / FURTHEST), 0.0), 1.0)
    return xp.minimum(u, arrays.look_up(_below(), xp.sqrt(xp.sqrt(far)) * STEPS))


class Reach(NamedTuple):
    """How far right a line may touch h, and how steep it may be: arrays like the forms; no limit is None."""

    cap: Array
    limit: Array | None


def reach(profile: Profile, form: Bounds, h: Bounds, arrays: Arrays = _ARRAYS) -> Reach:
    """The lines that lie below the profile on `form`, where `h` holds its values at both ends: the lower one as it is
    computed, the upper one rounded down."""
    xp, (low, high) = arrays.xp, form
    if profile.convex:
        return Reach(high, None)
    c = contact(high, arrays)
    chord = xp.maximum((h.upper - h.lower) / xp.maximum(high - low, SHORT), 0.0)
    # One more than the chord's slope is no limit: h' <= 8/27.
    return Reach(xp.maximum(c, low), chord + arrays.mask(c >= low))


def tangent(profile: Profile, reach: Reach, z: Array, arrays: Arrays = _ARRAYS) -> tuple[Array, Array]:
    """Value and slope at `z` of an affine function that lies below the profile where `reach` was made for, up to
    rounding. Both are at least 0."""
    q = arrays.xp.minimum(z, reach.cap)
    pair = arrays.sigmoid_pair(q)
    slope = profile.slope(arrays, *pair)
    if reach.limit is not None:
        slope = arrays.xp.minimum(slope, reach.limit)
    return profile.value(arrays, q, *pair) + slope * (z - q), slope


def bend(profile: Profile, reach: Reach, z: Array, arrays: Arrays = _ARRAYS) -> Array:
    """The envelope's curvature at `z`: computed, it only steers."""
    curvature = profile.curvature(arrays, *arrays.sigmoid_pair(z))
    return arrays.mask(z <= reach.cap) * arrays.xp.maximum(curvature, 0.0)
