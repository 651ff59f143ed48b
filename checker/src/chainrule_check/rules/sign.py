"""SIGN: the slope of f along a direction y has one sign on a region.

Evaluated as the sum of the parts' own slopes; where that leaves the sign open, on a bounded box, by the mean value theorem about its middle c:
``y·∇f(c) + Σ_j (∂²f/∂y∂θ_j) (θ_j − c_j)``; and for one weight, if the second derivative has one sign, by the slopes at the two ends. A slope is taken in Clarke's sense where f has kinks: if all of these have one sign, f is strictly monotone along y.
"""

from __future__ import annotations

from flint import fmpq

from chainrule_check.enclose import at_point, basis, enclose
from chainrule_check.intervals import Interval
from chainrule_check.regions import Box
from chainrule_check.sums import Sum, Vector


def slope_along(f: Sum, box: Box, direction: Vector) -> Interval:
    """y·∇f on the box; sure only if f is defined and locally Lipschitz on all of it."""
    natural = enclose(f, box, (direction,))
    found = natural.left[0]
    if not (natural.value.sure and found.sure):
        return found.unsure()
    if found.is_strictly_positive() or found.is_strictly_negative() or not box.bounded:
        return found
    middle, bends = box.middle(), enclose(f, box, (direction,), basis(len(direction))).mixed[0]
    if not all(bend.sure for bend in bends):
        return found
    if len(bends) == 1 and (bends[0].is_positive() or bends[0].is_negative()):
        ends = [at_point(f, (end,), (direction,)).left[0] for end in box.finite_sides()[0]]
        return ends[0].hull(ends[1])
    better = at_point(f, middle, (direction,)).left[0]
    for (low, high), m, bend in zip(box.finite_sides(), middle, bends, strict=True):
        better = better.plus(bend.times(Interval.between(low - m, high - m)))
    return better


def axis(j: int, size: int) -> Vector:
    return tuple(fmpq(int(i == j)) for i in range(size))


def goes(f: Sum, box: Box, direction: Vector, way: str) -> bool:
    """Whether f is strictly *rising* or *falling* along the direction on all of the box."""
    slope = slope_along(f, box, direction)
    return slope.sure and (slope.is_strictly_positive() if way == "rising" else slope.is_strictly_negative())


def downhill(direction: Vector, way: str) -> Vector:
    """The direction in which such an f falls."""
    return direction if way == "falling" else tuple(-y for y in direction)
