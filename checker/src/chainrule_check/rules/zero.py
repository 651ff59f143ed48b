"""A gradient that is exactly 0 at a rational point, decided in exact arithmetic.

At such a point every form has a rational value r. The slope along a weight is a sum of rationals times the numbers φ'(r). Equal numbers are added exactly, with

    σ'(−r) = σ'(r)      σ²'(−r) + σ²'(r) = 2σ'(r)      softplus'(−r) = 1 − softplus'(r),

so what is left over is a combination of different numbers, and it is taken for 0 only if every coefficient is 0. Nothing is ever taken for 0 because it is
small.
"""

from __future__ import annotations

from collections import defaultdict

from flint import fmpq

from chainrule_check.enclose import basis
from chainrule_check.sums import Apply, Sum, Vector, dot

MOST = 20  # the highest power that is followed
Combination = dict[tuple[str, fmpq], fmpq]


def gradient_is_zero(f: Sum, point: Vector) -> bool:
    """Whether every slope of f is exactly 0 at the point, as far as the identities above show."""
    return all(_slope_is_zero(f, point, y) for y in basis(len(point)))


def _slope_is_zero(f: Sum, point: Vector, direction: Vector) -> bool:
    total: Combination = defaultdict(lambda: fmpq(0))
    total["one", fmpq(0)] += dot(f.slope, direction)
    for c, part in f.parts:
        if not isinstance(part, Apply) or not part.argument.is_form:
            return False
        z = part.argument
        factor = c * dot(z.slope, direction)
        if factor == 0 and part.total:
            continue
        if not _add(total, part.function.name, z.offset + dot(z.slope, point), factor):
            return False
    return not any(total.values())


def _add(total: Combination, name: str, r: fmpq, factor: fmpq) -> bool:
    """Add factor·φ'(r); whether φ is one whose slopes are known here."""
    if name.startswith("power ") and "/" not in name and 0 < (n := int(name[6:])) <= MOST:
        total["one", fmpq(0)] += n * r ** (n - 1) * factor
    elif name == "exp":
        total["exp", r] += factor
    elif name == "sigmoid":
        total["bell", abs(r)] += factor
    elif name == "sigmoid_squared":
        if r < 0:  # σ²'(r) = 2σ'(r) − σ²'(−r)
            total["bell", -r] += 2 * factor
            factor = -factor
        if r == 0:  # ¼ at 0, as is σ'(0)
            total["bell", r] += factor
        else:
            total["square", abs(r)] += factor
    elif name == "softplus":
        if r < 0:
            total["one", fmpq(0)] += factor
            factor = -factor
        if r == 0:
            total["one", fmpq(0)] += factor / 2
        else:
            total["sigmoid", abs(r)] += factor
    else:
        return False
    return True
