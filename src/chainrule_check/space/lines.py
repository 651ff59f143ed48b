"""Straight lines that lie below ``h(z) = σ(z)²`` on an interval, each proved on the spot; nothing is read from a trusted table.

h'' > 0 for z < ln 2 and h'' < 0 beyond (h'' = 0 where σ = 2/3). On ``[l, u]``:

- *Tangent.* For ``q <= ln 2`` let T be the tangent at q, and ``η = max(0, T(u) − h(u))``, or 0 where ``u <= ln 2``. Then ``T − η <= h``
  on ``(−∞, u]``: left of ln 2 because h is convex there and ``T <= h``; on ``[ln 2, u]`` because ``h − T + η`` is concave and not negative
  at the two ends. The best q at a point z is ``min(z, c)``, c the point whose tangent passes through ``(u, h(u))``; any other
  q is as valid, so c comes from a table of plain doubles.
- *Chord.* From ``(l, h(l))`` to ``(u, h(u))``, if ``l >= ln 2`` (h is concave), or if the tangent at l passes above ``(u, h(u))``: then
  ``g = h − chord`` begins at 0 with a slope ``>= 0``; up to ln 2 g is convex, so it rises and is not negative; from there on it
  is concave, and not negative at both ends.

With c exact these are the convex envelope of h on ``[l, u]``. Source: M. Udell and S. Boyd, Maximizing a sum of sigmoids (2013).
"""

from __future__ import annotations

from functools import cache

import numpy as np

from chainrule_check.arrays import TINY, Pair
from chainrule_check.exponential import Floats, U, sigmoid

ERROR = 64 * U
"""More than what h, h' (`arrays.CURVE_ERROR`, 40u) and the few operations here can err, relatively."""

LN2_BELOW, LN2_ABOVE = float.fromhex("0x1.62e42fefa39efp-1"), float.fromhex("0x1.62e42fefa39f0p-1")
# ln 2 = 0.693147180559945309417…; the doubles are 0.69314718055994528623 and 0.69314718055994539725.

_STEPS, _BINADES = 1024, 40
SHY = 2e-7
"""The table's error: steps of 2^−10 of u, interpolated, leave at most ``c'' (u/1024)²/8``, below 1e−7."""

Line = tuple[Floats, Floats, Floats]
"""``(x, v, s)``: the line ``v + s (z − x)``, ``s >= 0``."""


def line_below(lower: Floats, upper: Floats, z: Floats) -> Line:
    """For each element a line below h on ``[lower, upper]``: the convex envelope's tangent at z, nearly."""
    u = upper
    q = np.minimum(np.minimum(np.clip(z, lower, u), contact(u)), LN2_BELOW)
    p, o = sigmoid(q)
    value, slope = p * p, 2 * (p * p) * o
    p, _ = sigmoid(u)
    at_upper = p * p
    rise = slope * (u - q)
    over = value + rise - at_upper + ERROR * (value + np.abs(rise) + at_upper) + TINY * (1 + np.abs(u - q))
    over = np.where(u <= LN2_BELOW, 0.0, np.maximum(over, 0.0))
    # The slope's own error tilts the line by at most `lean` anywhere on the interval.
    reach = np.maximum(u - q, q - lower)
    lean = (ERROR * slope + TINY) * reach
    tangent = value - ERROR * value - TINY - lean - over
    p, o = sigmoid(lower)
    at_lower, start = p * p, 2 * (p * p) * o
    width = u - lower
    rise = start * width
    above = at_lower + rise - ERROR * (at_lower + rise + at_upper) - TINY * (1 + width) >= at_upper
    chord = above | (lower >= LN2_ABOVE)
    # A slope rounded down: the line then ends below (u, h(u)). 0 is always valid, because h increases.
    steep = np.fmax((at_upper - at_lower - ERROR * (at_upper + at_lower) - TINY) / (width * (1 + 8 * U)), 0.0)
    return (
        np.where(chord, lower, q),
        np.where(chord, at_lower - ERROR * at_lower - TINY, tangent),
        np.where(chord, steep * (1 - 8 * U), slope),
    )


def contact(u: Floats) -> Floats:
    """A little below the point c whose tangent passes through ``(u, h(u))``; u itself where ``u <= ln 2``. Not trusted by anybody."""
    x = np.maximum(1 + (u - LN2_ABOVE), 1.0)
    left, step = _table()
    place = (x.view(np.int64) >> 42) - (1023 << 10)
    found = np.minimum(place, _STEPS * _BINADES - 1)
    share = (x.view(np.int64) & ((1 << 42) - 1)) * 2.0**-42
    c = left[found] + share * step[found] - SHY
    c = np.where(place >= _STEPS * _BINADES, -0.5 * np.log(2 * x) - 1, c)
    return np.where(u <= LN2_BELOW, u, c)


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
    return low[:-1], np.diff(low)
