"""The loss over several weights in balls (Arb), one point or box at a time: for what doubles cannot decide, and what is decided once.

Boxes and points are exact rationals, so the ends of every form are exact, and only σ is rounded. See `bounds` for what is bounded.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property

import numpy as np
from flint import arb, fmpq

from chainrule_fast.balls import curve_at, curve_range, precision, range_of, rational
from chainrule_fast.engine import Range
from chainrule_fast.loss import Shape
from chainrule_fast.space.groups import Together
from chainrule_fast.space.lines import LN2_BELOW, contact
from chainrule_fast.space.terms import Terms

Point = Sequence[Fraction]
_ZERO = fmpq(0)


class Sharp:
    """Enclosures at `bits`. `like` is another one of the same terms: the exact numbers are shared."""

    def __init__(self, terms: Terms, bits: int, like: Sharp | None = None) -> None:
        self.terms, self.bits, self._like = terms, bits, like

    @property
    def name(self) -> str:
        return f"Arb, {self.bits} bits"

    @property
    def shape(self) -> Shape:
        return self.terms.shape

    @property
    def _rest(self) -> Range:
        return Range(self.terms.problem.rest, self.terms.problem.rest)

    @cached_property
    def exact(self) -> list[tuple[fmpq, tuple[fmpq, ...], fmpq]]:
        """``(ω, a, b)`` of every term."""
        if self._like is not None:
            return self._like.exact
        return [(rational(t.weight), tuple(map(rational, t.a)), rational(t.b)) for t in self.terms.exact()]

    def value(self, point: Point) -> Range:
        """f at a point."""
        return self.natural(point, point)

    def natural(self, lower: Point, upper: Point) -> Range:
        """f on a box: each term from its form's low end to its high end."""
        begin, end = [rational(x) for x in lower], [rational(x) for x in upper]
        with precision(self.bits):
            low, high = arb(0), arb(0)
            for w, a, b in self.exact:
                least, most = curve_range(self.shape, 0, *form(a, b, begin, end))
                low, high = low + arb(w) * least, high + arb(w) * most
            found = range_of(low, high).mean(self.terms.total, self.terms.constants).of_loss
        return found.plus(self.terms.penalty(lower, upper))

    def slope(self, side: int, lower: Point, upper: Point) -> Range:
        """``∂f/∂θ_side`` on a box."""
        begin, end = [rational(x) for x in lower], [rational(x) for x in upper]
        with precision(self.bits):
            low, high = arb(0), arb(0)
            for w, a, b in self.exact:
                if a[side] == 0:
                    continue
                least, most = curve_range(self.shape, 1, *form(a, b, begin, end))
                factor = w * a[side]
                if factor < 0:
                    least, most = most, least
                low, high = low + arb(factor) * least, high + arb(factor) * most
            found = range_of(low, high).mean(self.terms.total)
        pull = 2 * self.terms.ridge[side]
        return found.plus(Range(pull * lower[side], pull * upper[side]))

    def least_on(self, lower: Point, upper: Point) -> Fraction:
        """No loss is below it."""
        return Fraction(0)

    def gradient(self, point: Point) -> list[Range]:
        """The gradient at a point."""
        at = [rational(x) for x in point]
        with precision(self.bits):
            total = [arb(0)] * len(at)
            for w, a, b in self.exact:
                z, _ = form(a, b, at, at)
                slope = arb(w) * curve_at(self.shape, 1, z)
                total = [t + arb(x) * slope if x != 0 else t for t, x in zip(total, a, strict=True)]
            found = [range_of(t, t).mean(self.terms.total) for t in total]
        pulls = [2 * factor * x for factor, x in zip(self.terms.ridge, point, strict=True)]
        return [slope.plus(Range(pull, pull)) for slope, pull in zip(found, pulls, strict=True)]

    def curvature(self, lower: Point, upper: Point, sides: Sequence[int]) -> list[list[arb]]:
        """``M = (1/Ω) Σ ω min h''(z) a aᵀ`` and twice the penalty's factors, over these sides: the Hessian is at least M everywhere on the box."""
        begin, end = [rational(x) for x in lower], [rational(x) for x in upper]
        with precision(self.bits):
            size = len(sides)
            total = [[arb(0)] * size for _ in range(size)]
            for w, a, b in self.exact:
                bend = arb(w) * curve_range(self.shape, 2, *form(a, b, begin, end))[0]
                for i, j in enumerate(sides):
                    if a[j] != 0:
                        row = arb(a[j]) * bend
                        for other in range(i + 1):
                            total[i][other] += row * arb(a[sides[other]])
            mean = [[x / arb(rational(self.terms.total)) for x in row] for row in total]
            for i, j in enumerate(sides):
                mean[i][i] += arb(rational(2 * self.terms.ridge[j]))
            return [[mean[max(i, j)][min(i, j)] for j in range(size)] for i in range(size)]

    def plane(self, lower: Point, upper: Point, point: Point) -> Range:
        """A lower bound of f on a box (and no upper): lines below the terms, tangents of the envelopes at `point`. See `lines`."""
        begin, end, at = ([rational(x) for x in ends] for ends in (lower, upper, point))
        with precision(self.bits):
            total, slopes = arb(0), [arb(0)] * len(at)
            for w, a, b in self.exact:
                low, high = form(a, b, begin, end)
                z, _ = form(a, b, at, at)
                value, slope = _line(self.shape, low, high, z)
                total += arb(w) * value
                slopes = [s + arb(w * x) * slope for s, x in zip(slopes, a, strict=True)]
            for j, pull in enumerate(self.terms.ridge):
                if pull:
                    # The penalty's tangent where plane and penalty together are least: L θ² >= L v (2θ − v).
                    whole = pull * self.terms.total
                    v = rational(min(max(_double(slopes[j] / rational(-2 * whole)), lower[j]), upper[j]))
                    total += arb(rational(whole) * v * (2 * at[j] - v))
                    slopes[j] += arb(2 * rational(whole) * v)
            for slope, low, high, middle in zip(slopes, begin, end, at, strict=True):
                total += (slope * arb(low - middle)).min(slope * arb(high - middle))
            return range_of(total, total).mean(self.terms.total, self.terms.constants).of_loss.plus(self._rest)

    def outer(self, lower: Point, upper: Point, centre: Point, together: Together) -> Range:
        """A lower bound of f on ``{centre + t u: t >= 1, u in the box}`` (and no upper); the signs of the forms are exact. See `Bounds.outer`."""
        begin, end, middle = ([rational(x) for x in ends] for ends in (lower, upper, centre))
        with precision(self.bits):
            counted = []
            for w, a, b in self.exact:
                least, _ = form(a, _ZERO, begin, end)
                here, _ = form(a, b, middle, middle)
                counted.append(arb(w) * curve_at(self.shape, 0, here + least) if least >= 0 else arb(0))

            def cost(rows: Sequence[int], least: Fraction) -> arb:
                found = sum((counted[number] for number in together.exact_numbers(rows)), arb(0))
                return found.max(arb(rational(least)))

            total = sum(counted, arb(0))
            for group in together.groups:
                total += cost(group.rows, group.least) - cost(group.rows, Fraction(0))
            used = set[int]()
            for bundle in together.bundles:
                more = arb(rational(bundle.least)) - sum((cost(*unit) for unit in together.units(bundle)), arb(0))
                if more > 0 and used.isdisjoint(bundle.rows):
                    used.update(bundle.rows)
                    total += more
            found = range_of(total, total).mean(self.terms.total, self.terms.constants).of_loss
        for factor, low, high, m in zip(self.terms.ridge, lower, upper, centre, strict=True):
            nearest = (
                max(m + low, Fraction(0)) if low >= 0 else max(-m - high, Fraction(0)) if high <= 0 else Fraction(0)
            )
            found = found.plus(Range(factor * nearest * nearest, factor * nearest * nearest))
        return found.plus(self._rest)

    def lowest(self, lower: Point, upper: Point, centre: Point | None, number: int) -> fmpq | None:
        """The least value of a term's form on a box, exactly; or, with a `centre`, on ``{centre + t u: t >= 1, u in the box}``, None if it may fall as t grows."""
        begin, end = [rational(x) for x in lower], [rational(x) for x in upper]
        _, a, b = self.exact[number]
        if centre is None:
            return form(a, b, begin, end)[0]
        middle = [rational(x) for x in centre]
        least, _ = form(a, _ZERO, begin, end)
        return form(a, b, middle, middle)[0] + least if least >= 0 else None


def form(a: tuple[fmpq, ...], b: fmpq, begin: Sequence[fmpq], end: Sequence[fmpq]) -> tuple[fmpq, fmpq]:
    """The ends of ``a·θ + b`` on a box, exactly."""
    low = high = b
    for x, first, last in zip(a, begin, end, strict=True):
        low, high = low + x * (first if x >= 0 else last), high + x * (last if x >= 0 else first)
    return low, high


def _double(x: arb) -> Fraction:
    """A double near the ball, 0 where it is not finite: not trusted by anybody."""
    near = float(x.mid())
    return Fraction(near) if math.isfinite(near) else Fraction(0)


def _line(shape: Shape, low: fmpq, high: fmpq, z: fmpq) -> tuple[arb, arb]:
    """Value at z and slope of a line below h on ``[low, high]``, as in `lines`."""
    if shape.convex:
        q = min(max(z, low), high)
        slope = curve_at(shape, 1, q)
        return curve_at(shape, 0, q) + slope * arb(z - q), slope
    at_low, at_high = curve_at(shape, 0, low), curve_at(shape, 0, high)
    if low == high:
        return at_low, arb(0)
    ln2 = arb(2).log()
    width = arb(high - low)
    if arb(low) >= ln2 or at_low + curve_at(shape, 1, low) * width >= at_high:
        slope = (at_high - at_low) / width
        return at_low + slope * arb(z - low), slope
    u = int(high.p) / int(high.q) if abs(high) < 10**15 else 1e15
    q = min(z, high, _contact(u))
    q = max(q, low) if arb(max(q, low)) <= ln2 else q
    value, slope = curve_at(shape, 0, q), curve_at(shape, 1, q)
    over = arb(0)
    if not arb(high) <= ln2:
        over = (value + slope * arb(high - q) - at_high).max(arb(0))
    return value + slope * arb(z - q) - over, slope


def _contact(u: float) -> fmpq:
    """A double at or below ln 2, near the best tangent's point; see `lines.contact`."""
    numerator, denominator = min(float(contact(np.array([u]))[0]), LN2_BELOW).as_integer_ratio()
    return fmpq(numerator, denominator)
