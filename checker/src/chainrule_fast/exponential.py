"""The exponential and the sigmoid in doubles, from ``+ − × ÷`` and rint alone, with a proved bound of the error.

No library's exp is trusted: IEEE 754 fixes the rounding of the four operations (to nearest, ``u = 2^−53``) but not of exp.

``exp(x)``, for ``|x| <= 700``: with k the integer nearest to x / ln 2, ``e^x = 2^k e^r``, ``r = x − k ln 2``.

- ``ln 2 = HIGH + LOW + δ``: HIGH has 42 bits, so ``k HIGH`` is exact for ``|k| <= 1010 < 2^10``. x and k·HIGH are within a
  factor of two of each other (k ≠ 0), so their difference is exact, but for one rounding ``<= 0.35u`` at the very edge of a cell.
  ``|LOW| < 2^−42`` and ``|δ| < 2^−98``, so rounding k·LOW and dropping kδ cost below ``2^−84``; subtracting costs ``<= 0.35u``.
  Also ``|r| <= 0.3467``. So r errs by at most 0.71u, and e^r by the same, relatively.
- ``e^r = 1 + 2r/(R − r)`` with ``R = r coth(r/2) = 2 + r²/6 − r⁴/360 + …``, to r¹²; its terms ``2 B_2n r^2n/(2n)!`` alternate and fall, so the
  rest is below ``2.7e−11 · 0.3467^14 < 0.09u``. (Far fewer operations than the exponential's own series; J. Muller, Elementary Functions, 2006.)
- R is in [2, 2.02]: its last addition errs by 2u, the rest of Horner's scheme by less than ``0.02 · 6u < 0.2u``; together with what was cut off, below 2.3u.
  ``D = R − r`` is in [1.67, 2.37] and rounded by u below 2 and by 2u above: D errs by 2u relatively in the first case, by 2.2u in the second.
- ``2r/D`` is at most 0.416 for r > 0, at least −0.294 for r < 0, and errs by 3.2u of that; adding 1 costs u, or u/2 where r < 0 and the sum
  is below 1 but above 0.706. So relatively ``(3.2 · 0.416 + 1)u < 2.4u`` or ``(3.2 · 0.294 + 0.5)u/0.706 < 2.1u``.
- The factor 2^k is built from its bits and is exact, since ``2^k e^r >= 2^−1011`` is a normal double.

Together below 3.2u; `EXP_ERROR` claims 5u.

``σ``: with ``e = e^−z``, ``σ(z) = 1/(1 + e)`` and ``σ(−z) = e/(1 + e)``; nothing cancels, whatever the sign of z. An error of 3.2u in e moves them by at most
as much; adding, dividing and, for the second, multiplying cost u each: below 8u for both (`SIGMOID_ERROR`).

``ln(1 + e^z) = max(z, 0) + ln(1 + e)`` with ``e = e^−|z|`` in (0, 1], and ``ln(1 + e) = 2 artanh s``, ``s = e/(2 + e)`` in (0, 1/3].

- An error of 5u in e moves ln(1 + e) by at most 5u, because ``e/((1 + e) ln(1 + e)) <= 1``.
- Adding and dividing move s by 2u, hence artanh s by ``s/((1 − s²) artanh s) <= 1.09`` times that: 2.2u.
- ``artanh s = s Σ x^j/(2j + 1)``, ``x = s² <= 1/9``, to j = 16: the rest is below ``(9/8) 9^−17/35 < 2e−18 < 0.02u`` of the sum, which is in [1, 1.04].
  Rounding x moves the sum by ``Σ j x^j/(2j + 1) u <= 0.05u``. Horner ``p_j = c_j + x p_{j+1}`` errs by ``e_j <= x e_{j+1} + u (x p_{j+1} + p_j + c_j)``,
  without the last for c_0 = 1: p_j and c_j are at most 0.38 for j >= 1, so ``e_1 < 1u`` and ``e_0 <= 0.11u + 0.05u + 1.04u = 1.2u``.
- The product with 2s and the last addition, of two positive numbers, cost u each.

Together below 10.6u; `SOFTPLUS_ERROR` claims 14u.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

U = 2.0**-53
EXP_ERROR = 5 * U
SIGMOID_ERROR = 8 * U
SOFTPLUS_ERROR = 14 * U
FAR = 700.0
"""Beyond this the arguments are cut; ``e^−700 < 1e−304``."""

_PER_LN2 = float.fromhex("0x1.71547652b82fep+0")
_HIGH = float.fromhex("0x1.62e42fefa38p-1")  # ln 2, cut to a multiple of 2^−42
_LOW = float.fromhex("0x1.ef35793c7673p-45")  # the double nearest to ln 2 − _HIGH
_ODD = [float(Fraction(1, 2 * j + 1)) for j in range(17)]
_COTH = [2.0, 1 / 6, -1 / 360, 1 / 15120, -1 / 604800, 1 / 23950080, -691 / 653837184000]


def exp(x: Floats) -> Floats:
    """``e^x`` with a relative error below `EXP_ERROR`, for ``|x| <= 700``; others are cut to ±700."""
    x = np.clip(x, -FAR, FAR)
    k = np.rint(x * _PER_LN2)
    power = k.astype(np.int64)
    r = x
    r -= k * _HIGH
    k *= _LOW
    r -= k
    square = r * r
    divisor = _COTH[-1] * square
    for coefficient in _COTH[-2:0:-1]:
        divisor += coefficient
        divisor *= square
    divisor += _COTH[0]
    divisor -= r
    r *= 2
    r /= divisor
    r += 1
    power += 1023
    power <<= 52
    r *= power.view(np.float64)
    return r


def softplus(z: Floats) -> Floats:
    """``ln(1 + e^z)`` with a relative error below `SOFTPLUS_ERROR`, but for e^−700 where z < −700."""
    shrunk = exp(-np.abs(z))
    s = shrunk / (2 + shrunk)
    x = s * s
    series = np.full_like(x, _ODD[-1])
    for coefficient in reversed(_ODD[:-1]):
        series *= x
        series += coefficient
    series *= 2 * s
    series += np.maximum(z, 0.0)
    return series


def sigmoid(z: Floats) -> tuple[Floats, Floats]:
    """``σ(z)`` and ``σ(−z)`` with relative errors below `SIGMOID_ERROR`; z is cut to ±700."""
    shrunk = exp(-z)
    large = 1 / (1 + shrunk)
    shrunk *= large
    return large, shrunk
