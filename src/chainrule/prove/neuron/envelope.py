"""Lower bounds from the convex envelope of `h` on an interval.

The convex envelope of ``h(z) = σ(z)²`` on ``[l, u]`` is h itself up to the point ``c(u)`` whose tangent passes
through ``(u, h(u))``, and that tangent beyond it; all of it is h where ``u <= ln 2`` (then c(u) = u), and the chord where
``c(u) <= l``. The sum of envelopes over the terms is convex, so its tangent plane at *any* point p of a box,
minimised over the box, bounds the loss from below; Frank–Wolfe steps of p make it nearly tight.

A tangent at any point ``q <= c(u)`` lies below h on all of ``(−∞, u]``, so a table of `c` rounded down
serves. It must reach far: c falls like −½ ln 2u, and a table that ended early would have to use the chord
beyond, which is wrong there. Beyond the table the tangent at −400 is used, which is left of every c(u).

Source: Udell and Boyd, *Maximizing a sum of sigmoids* (2013), section 4, for the concave mirror image.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.intervals import Bounds
from chainrule.problem.data import Floats
from chainrule.prove.neuron.profile import Profile, SquaredSigmoid

LN2 = float(np.log(2))
STEPS = 4096
FURTHEST = 1e6  # the table's last u

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


def contact(u: Floats) -> tuple[Floats, Floats]:
    """Points at or below, and at or above, ``c(u)``, which decreases."""
    step = (np.sqrt(np.sqrt(np.clip((u - LN2) / FURTHEST, 0.0, 1.0))) * STEPS).astype(np.intp)
    below, above = _neighbours()
    convex = u <= LN2
    return _either(convex, u, below.take(step)), _either(convex, u, above.take(step))


@cache
def _neighbours() -> tuple[Floats, Floats]:
    """For each step a bound of c from below and from above, over the step and one more on either side (it is found
    with rounding). From the last step on u is unbounded: c(u) >= −400 up to u = 1e308, and c(u) <= ln 2."""
    table = contact_table()
    steps = np.arange(STEPS + 1)
    below, above = table[np.minimum(steps + 2, STEPS + 1)] - 1e-7, table[np.maximum(steps - 1, 0)] + 1e-7
    below[-2:], above[-2:] = -400.0, LN2
    return below, above


def _either(choose: np.ndarray, yes: Floats, no: Floats) -> Floats:
    """``np.where`` for finite numbers, several times faster: exact, because 0·x adds nothing."""
    return choose * yes + ~choose * no


def tangent(
    profile: Profile, form: Bounds, h: Bounds, c: tuple[Floats, Floats], z: Floats
) -> tuple[Floats, Floats, Floats]:
    """Value and slope at `z` of an affine function that lies below the profile on `form`, up to rounding; and the
    envelope's curvature there, which only steers.

    All arrays ``(B, m)``: `h` holds the profile at both ends of `form`, and ``c = contact(form.upper)``.
    """
    low, high = form
    # The chord where the envelope surely is the chord, otherwise a tangent no further right than c(u).
    chord = c[1] <= low
    q = np.minimum(z, c[0])
    pair = _ARRAYS.sigmoid_pair(q)
    # On a very short interval the chord's slope is all rounding; slope 0 is valid because h increases.
    length = high - low
    steep = (length > 1e-9) * ((h.upper - h.lower) / np.maximum(length, 1e-9))
    value = _either(chord, h.lower, profile.value(_ARRAYS, q, *pair))
    slope = _either(chord, steep, profile.slope(_ARRAYS, *pair))
    bend = (~chord & (z <= c[0])) * np.maximum(profile.curvature(_ARRAYS, *pair), 0.0)
    return value + slope * (z - _either(chord, low, q)), slope, bend
