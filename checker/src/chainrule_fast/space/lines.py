"""Straight lines that lie below ``h(z) = σ(z)²`` on an interval, each proved on the spot; nothing is read from a trusted table.

h'' > 0 for z < ln 2 and h'' < 0 beyond (h'' = 0 where σ = 2/3). On ``[l, u]`` take the line through ``(q, h(q))`` with the slope s, lowered by
``η = max(0, h(q) + s(u − q) − h(u))``, where either ``q <= ln 2`` and ``s = h'(q)``, or ``q = l`` and ``0 <= s <= h'(q)``. It lies below h:

- left of q (in the first case), because h is convex there and the line is its tangent;
- from q to ln 2 (if q is less), because h is convex there and the line no steeper than its tangent at q;
- from there, or from q, to u, because h minus the lowered line is concave there and not negative at the two ends.

The best q at a point z is ``min(z, c)``, c the point whose tangent passes through ``(u, h(u))``; and if l is above that, l itself with the slope
of the chord to ``(u, h(u))``. Any other q and s as above are as valid, so c comes from a table of plain doubles.

Where h is convex (cross-entropy), every tangent lies below it, and h is its own envelope.

With c exact these are the convex envelope of h on ``[l, u]``. Source: M. Udell and S. Boyd, Maximizing a sum of sigmoids (2013).
"""

from __future__ import annotations

from functools import cache

import numpy as np

from chainrule_fast.arrays import TINY, Pair, values
from chainrule_fast.exponential import Floats, U, sigmoid
from chainrule_fast.loss import Shape

ERROR = 64 * U
"""More than what h, h' (`arrays.CURVE_ERROR`, 40u) and the few operations here can err, relatively."""

LN2_BELOW, LN2_ABOVE = float.fromhex("0x1.62e42fefa39efp-1"), float.fromhex("0x1.62e42fefa39f0p-1")
# ln 2 = 0.693147180559945309417…; the doubles are 0.69314718055994528623 and 0.69314718055994539725.

_STEPS, _BINADES = 1024, 40
SHY = 2e-7
"""The table's error: steps of 2^−10 of u, interpolated, leave at most ``c'' (u/1024)²/8``, below 1e−7."""

Line = tuple[Floats, Floats, Floats]
"""``(x, v, s)``: the line ``v + s (z − x)``, ``s >= 0``."""


def line_below(shape: Shape, lower: Floats, upper: Floats, z: Floats) -> Line:
    """For each element a line below h on ``[lower, upper]``: the convex envelope's tangent at z, nearly."""
    if shape.convex:
        return _tangent(shape, lower, upper, np.clip(z, lower, upper))
    q = np.maximum(np.minimum(np.minimum(z, upper), np.minimum(contact(upper), LN2_BELOW)), lower)
    p, o = sigmoid(q)
    value = p * p
    slope = 2 * value * o
    p, _ = sigmoid(upper)
    top = p * p
    width = upper - q
    # At q = l the chord, where that is flatter; elsewhere the slope, which is less than 1. A nan (0/0) is neither.
    s = np.minimum(slope, np.fmax((top - value) / width, q > lower))
    end = value + s * width
    over = np.maximum(end - top + ERROR * (end + top), 0.0)
    # The slope's own error tilts the line by at most `lean` anywhere on the interval.
    lean = (ERROR * slope + 4 * TINY) * (upper - lower)
    return q, value - ERROR * value - 4 * TINY - lean - over, s


def _tangent(shape: Shape, lower: Floats, upper: Floats, q: Floats) -> Line:
    """The tangent at q of a convex h, lowered by all that rounding may have done."""
    slope_of = shape.curves[1].formula
    assert slope_of is not None
    value, slope = values(shape, q), slope_of(*sigmoid(q))
    lean = (ERROR * slope + TINY) * np.maximum(upper - q, q - lower)
    return q, value - ERROR * value - TINY - lean, slope


def contact(u: Floats) -> Floats:
    """A little below the point c whose tangent passes through ``(u, h(u))``; a little below ln 2 where ``u <= ln 2``. Not trusted by anybody."""
    x = np.maximum(u, LN2_ABOVE) - (LN2_ABOVE - 1)
    left, step = _table()
    bits = x.view(np.int64)
    place = (bits >> 42) - (1023 << 10)
    c = np.asarray((bits & ((1 << 42) - 1)) * 2.0**-42)
    c *= step.take(place, mode="clip")
    c += left.take(place, mode="clip")
    far = place >= _STEPS * _BINADES
    if far.any():
        c[far] = -0.5 * np.log(2 * x[far]) - 1
    return c


@cache
def _table() -> Pair:
    """c at ``u = ln 2 + x − 1`` for x in steps of 2^−10 of each power of two, and its steps; by bisection."""
    bits = (np.arange(_STEPS * _BINADES + 1, dtype=np.int64) + (1023 << 10)) << 42
    u = bits.view(np.float64) - 1 + LN2_ABOVE
    target = (1 / (1 + np.exp(-np.minimum(u, 700.0)))) ** 2
    low, high = np.full(u.size, -40.0), np.full(u.size, LN2_ABOVE)
    for _ in range(45):
        q = (low + high) / 2
        p = 1 / (1 + np.exp(-q))
        below = p * p + 2 * p * p * (1 - p) * (u - q) < target
        low, high = np.where(below, q, low), np.where(below, high, q)
    return low[:-1] - SHY, np.diff(low)
