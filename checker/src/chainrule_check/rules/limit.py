"""LIMIT: one weight v far out, on [R, ∞) or (−∞, R]: the sign of the slope there, and the limit of f.

With t = |v| on the far side, a part ``c φ(a v + b)``, a ≠ 0, has its form at ``s(|a| t + s b)``, s = ±1, and by the table (`functions.Tail`)

    c a φ'(a v + b) = c a e^(−r s b) · e^(−r|a| t) · g,        g in a known range for all t >= R.

Multiplied by ``e^(ρ t)``, with ρ the smallest of the r|a|, each part lies between its g times 0 or 1 and its g times ``e^(−(r|a| − ρ) R)``, both ends attained only where
r|a| = ρ, where the factor is exactly 1. If the sum excludes 0, that is the sign of the slope on the whole tail. (Asked first is the slope's own enclosure there: a penalty, or a
power, has one that is apart from 0.)

Hypotheses: one weight; every part is a function of one form with known tails, or does not change with v; the slope of f's own form is 0.
"""

from __future__ import annotations

from flint import arb, fmpq

from chainrule_check.enclose import at_point
from chainrule_check.functions import Tail, sigmoid_ball
from chainrule_check.intervals import Far, Interval, finite
from chainrule_check.regions import Box
from chainrule_check.rules.sign import slope_along
from chainrule_check.sums import Apply, Sum

Parts = list[tuple[fmpq, fmpq, fmpq, Tail, int]]  # factor, slope, offset, tail, side of each part that changes


def limit(f: Sum, upwards: bool) -> Far | None:
    """Between which two numbers the limit of f lies as v → ∞ (or −∞), exactly where it is rational; None where this rule does not know."""
    parts = _far(f, upwards)
    if parts is None:
        return None
    still = tuple((c, part) for c, part in f.parts if isinstance(part, Apply) and part.argument.slope[0] == 0)
    limits = [c * tail.limit for c, _, _, tail, _ in parts if tail.limit is not None]
    exact = sum(limits, f.offset)
    if len(limits) < len(parts):
        return "infinity" if all(c > 0 for c, *_, tail, _ in parts if tail.limit is None) else None
    if not still:
        return exact, exact
    found = at_point(Sum(f.slope, exact, still), (fmpq(0),)).value
    return (found.low, found.high) if found.sure and found.low is not None and found.high is not None else None


def tail_sign(f: Sum, end: fmpq, upwards: bool) -> int:
    """+1 or −1: the sign of f' (by v, as v increases) on the whole tail that begins at `end`; 0 where it is not shown."""
    sides = ((end, None),) if upwards else ((None, end),)
    plain = slope_along(f, Box(sides), (fmpq(1),))
    if plain.sure and (plain.is_strictly_positive() or plain.is_strictly_negative()):
        return 1 if plain.is_strictly_positive() else -1
    parts = _far(f, upwards)
    if not parts:
        return 0
    start = end if upwards else -end  # the least t
    slowest = min(tail.rate * abs(a) for _, a, _, tail, _ in parts)
    total = Interval.exact(0)
    for c, a, b, tail, side in parts:
        nearest = abs(a) * start + side * b
        gap = tail.rate * abs(a) - slowest
        most = arb(1) if gap == 0 else (-arb(gap * start)).exp()
        size = (-arb(tail.rate * side * b)).exp()
        low = tail.low(sigmoid_ball(-arb(nearest))) * size if gap == 0 else arb(0)
        total = total.plus(finite(low, arb(tail.high) * size * most, True).scaled(c * a))
    if not total.sure or not all(part.total for _, part in f.parts):
        return 0
    return 1 if total.is_strictly_positive() else -1 if total.is_strictly_negative() else 0


def rises_for_ever(f: Sum, end: fmpq, upwards: bool) -> bool:
    """Whether the slope outwards is at least some number above 0 on the whole tail; then f tends to +∞."""
    slope = slope_along(f, Box(((end, None),) if upwards else ((None, end),)), (fmpq(1 if upwards else -1),))
    return slope.sure and slope.is_strictly_positive()


def tail_end(box: Box) -> tuple[fmpq, bool] | None:
    """Where a tail begins, and whether it goes upwards; None where the box is no tail."""
    if len(box.sides) != 1:
        return None
    low, high = box.sides[0]
    if low is not None and high is None:
        return low, True
    return (high, False) if low is None and high is not None else None


def _far(f: Sum, upwards: bool) -> Parts | None:
    if len(f.slope) != 1 or f.slope[0] != 0:
        return None
    found: Parts = []
    for c, part in f.parts:
        if not isinstance(part, Apply) or not part.argument.is_form:
            return None
        a, b = part.argument.slope[0], part.argument.offset
        if a == 0:
            continue
        if part.function.tails is None:
            return None
        side = 1 if (a > 0) == upwards else -1
        found.append((c, a, b, part.function.tails[side > 0], side))
    return found
