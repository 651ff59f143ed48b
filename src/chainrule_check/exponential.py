"""The exponential and the sigmoid in doubles, from ``+ − × ÷`` and rint alone, with a proved bound of the error.

No library's exp is trusted: IEEE 754 fixes the rounding of the four operations (to nearest, ``u = 2^−53``) but not of exp.

``exp(x)``, for ``|x| <= 700``: with k the integer nearest to x / ln 2, ``e^x = 2^k e^r``, ``r = x − k ln 2``.

- ``ln 2 = HIGH + LOW + δ``: HIGH has 42 bits, so ``k HIGH`` is exact for ``|k| <= 1010 < 2^10``. x and k·HIGH are within a
  factor of two of each other (k ≠ 0), so their difference is exact, but for one rounding ``<= 0.35u`` at the very edge of a cell.
  ``|LOW| < 2^−42`` and ``|δ| < 2^−98``, so rounding k·LOW and dropping kδ cost below ``2^−84``; subtracting costs ``<= 0.35u``.
  Also ``|r| <= 0.3467``. So r errs by at most 0.71u, and e^r by the same, relatively.
- Taylor to degree 13: the rest is below ``0.3467^14 / 14! · e^0.3467 < 6e−18 < 0.06u``, and ``e^r > 0.707``: relatively 0.08u.
- Horner ``p_j = c_j + r p_{j+1}`` errs by ``e_j <= |r| e_{j+1} + u|r p_{j+1}| + u|p_j| + u|c_j|``, without the last term for j <= 2,
  whose c_j = 1, 1, ½ are exact. Up from ``e_3 <= 0.45u``: ``e_2 <= 0.84u``, ``e_1 <= 1.71u``, ``e_0 <= 1.42u + 0.42u + 0.60u = 2.44u``,
  where ``p_0 > 0.707``: relatively 3.46u.
- The factor 2^k is built from its bits and is exact, since ``2^k e^r >= 2^−1011`` is a normal double.

Together below 4.3u; `EXP_ERROR` claims 5u, which covers all terms of second order.

``σ``: with ``e = e^−|z|``, ``large = 1/(1 + e)`` and ``small = e/(1 + e)`` are σ(|z|) and σ(−|z|). An error of 5u in e moves large by
``5u e/(1+e) <= 2.5u`` and small by ``5u/(1+e) <= 5u``; adding and dividing cost u each: below 8u for both (`SIGMOID_ERROR`).

``ln(1 + e^z) = max(z, 0) + ln(1 + e)`` with e as above, in (0, 1], and ``ln(1 + e) = 2 artanh s``, ``s = e/(2 + e)`` in (0, 1/3].

- An error of 5u in e moves ln(1 + e) by at most 5u, because ``e/((1 + e) ln(1 + e)) <= 1``.
- Adding and dividing move s by 2u, hence artanh s by ``s/((1 − s²) artanh s) <= 1.09`` times that: 2.2u.
- ``artanh s = s Σ x^j/(2j + 1)``, ``x = s² <= 1/9``, to j = 16: the rest is below ``(9/8) 9^−17/35 < 2e−18 < 0.02u`` of the sum, which is in [1, 1.04].
  Rounding x moves the sum by ``Σ j x^j/(2j + 1) u <= 0.05u``. Horner ``p_j = c_j + x p_{j+1}`` errs by ``e_j <= x e_{j+1} + u (x p_{j+1} + p_j + c_j)``,
  without the last for c_0 = 1: p_j and c_j are at most 0.38 for j >= 1, so ``e_1 < 1u`` and ``e_0 <= 0.11u + 0.05u + 1.04u = 1.2u``.
- The product with 2s and the last addition, of two positive numbers, cost u each.

Together below 10.6u; `SOFTPLUS_ERROR` claims 14u.
"""

from __future__ import annotations

import math
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
_COEFFICIENTS = [float(Fraction(1, math.factorial(j))) for j in range(14)]


def exp(x: Floats) -> Floats:
    """``e^x`` with a relative error below `EXP_ERROR`, for ``|x| <= 700``; others are cut to ±700."""
    x = np.clip(x, -FAR, FAR)
    k = np.rint(x * _PER_LN2)
    r = (x - k * _HIGH) - k * _LOW
    result = np.full_like(r, _COEFFICIENTS[-1])
    for coefficient in reversed(_COEFFICIENTS[:-1]):
        result *= r
        result += coefficient
    power: Floats = ((k.astype(np.int64) + 1023) << 52).view(np.float64)
    result *= power
    return result


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
    shrunk = exp(-np.abs(z))
    whole = 1 + shrunk
    large, small = 1 / whole, shrunk / whole
    positive = z >= 0
    return np.where(positive, large, small), np.where(positive, small, large)
