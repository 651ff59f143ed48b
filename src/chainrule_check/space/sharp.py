"""The loss over several weights in balls (Arb), one point or box at a time: for what doubles cannot decide, and what is decided once.

Boxes and points are exact rationals, so the ends of every form are exact, and only σ is rounded. See `bounds` for what is bounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property

import numpy as np
from flint import arb, fmpq
from numpy.typing import NDArray

from chainrule_check.balls import curve_range, precision, range_of, rational, sigmoid
from chainrule_check.engine import Range
from chainrule_check.loss import CURVES
from chainrule_check.space.lines import LN2_BELOW, contact
from chainrule_check.space.terms import Terms

Point = Sequence[Fraction]
Numbers = NDArray[np.intp]
_ZERO = fmpq(0)


class Sharp:
    """Enclosures at `bits`. `like` is another one of the same terms: the exact numbers are shared."""

    def __init__(self, terms: Terms, bits: int, like: Sharp | None = None) -> None:
        self.terms, self.bits, self._like = terms, bits, like

    @property
    def name(self) -> str:
        return f"Arb, {self.bits} bits"

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
                least, most = curve_range(0, *_form(a, b, begin, end))
                low, high = low + arb(w) * least, high + arb(w) * most
            return range_of(low, high).mean(self.terms.rows, self.terms.constants).of_loss

    def slope(self, side: int, lower: Point, upper: Point) -> Range:
        """``∂f/∂θ_side`` on a box."""
        begin, end = [rational(x) for x in lower], [rational(x) for x in upper]
        with precision(self.bits):
            low, high = arb(0), arb(0)
            for w, a, b in self.exact:
                if a[side] == 0:
                    continue
                least, most = curve_range(1, *_form(a, b, begin, end))
                factor = w * a[side]
                if factor < 0:
                    least, most = most, least
                low, high = low + arb(factor) * least, high + arb(factor) * most
            return range_of(low, high).mean(self.terms.rows)

    def gradient(self, point: Point) -> list[Range]:
        """The gradient at a point."""
        at = [rational(x) for x in point]
        with precision(self.bits):
            total = [arb(0)] * len(at)
            for w, a, b in self.exact:
                z, _ = _form(a, b, at, at)
                slope = arb(w) * CURVES[1].formula(*sigmoid(z))
                total = [t + arb(x) * slope if x != 0 else t for t, x in zip(total, a, strict=True)]
            return [range_of(t, t).mean(self.terms.rows) for t in total]

    def curvature(self, lower: Point, upper: Point, sides: Sequence[int]) -> list[list[arb]]:
        """``M = (1/n) Σ ω min h''(z) a aᵀ`` over these sides: the Hessian is at least M everywhere on the box."""
        begin, end = [rational(x) for x in lower], [rational(x) for x in upper]
        with precision(self.bits):
            size = len(sides)
            total = [[arb(0)] * size for _ in range(size)]
            for w, a, b in self.exact:
                bend = arb(w) * curve_range(2, *_form(a, b, begin, end))[0]
                for i, j in enumerate(sides):
                    if a[j] != 0:
                        row = arb(a[j]) * bend
                        for other in range(i + 1):
                            total[i][other] += row * arb(a[sides[other]])
            return [[total[max(i, j)][min(i, j)] / self.terms.rows for j in range(size)] for i in range(size)]

    def plane(self, lower: Point, upper: Point, point: Point) -> Range:
        """A lower bound of f on a box (and no upper): lines below the terms, tangents of the envelopes at `point`. See `lines`."""
        begin, end, at = ([rational(x) for x in ends] for ends in (lower, upper, point))
        with precision(self.bits):
            total, slopes = arb(0), [arb(0)] * len(at)
            for w, a, b in self.exact:
                low, high = _form(a, b, begin, end)
                z, _ = _form(a, b, at, at)
                value, slope = _line(low, high, z)
                total += arb(w) * value
                slopes = [s + arb(w * x) * slope for s, x in zip(slopes, a, strict=True)]
            for slope, low, high, middle in zip(slopes, begin, end, at, strict=True):
                total += (slope * arb(low - middle)).min(slope * arb(high - middle))
            return range_of(total, total).mean(self.terms.rows, self.terms.constants).of_loss

    def outer(self, lower: Point, upper: Point, centre: Point, pairs: Numbers) -> Range:
        """A lower bound of f on ``{centre + t u: t >= 1, u in the box}`` (and no upper); the signs of the forms are exact.

        `pairs` ``(P, 2)`` are numbers of terms: see `Bounds.outer`.
        """
        begin, end, middle = ([rational(x) for x in ends] for ends in (lower, upper, centre))
        with precision(self.bits):
            total, counted = arb(0), set[int]()
            for number, (w, a, b) in enumerate(self.exact):
                least, _ = _form(a, _ZERO, begin, end)
                if least >= 0:
                    counted.add(number)
                    here, _ = _form(a, b, middle, middle)
                    total += arb(w) * CURVES[0].formula(*sigmoid(here + least))
            idle = sum(p not in counted and q not in counted for p, q in pairs.tolist())
            total += arb(idle) / 2
            return range_of(total, total).mean(self.terms.rows, self.terms.constants).of_loss

    def lowest(self, lower: Point, upper: Point, centre: Point, number: int) -> fmpq | None:
        """The least value of a term's form on ``{centre + t u: t >= 1, u in the box}``, exactly; None if it may fall as t grows."""
        begin, end, middle = ([rational(x) for x in ends] for ends in (lower, upper, centre))
        _, a, b = self.exact[number]
        least, _ = _form(a, _ZERO, begin, end)
        return _form(a, b, middle, middle)[0] + least if least >= 0 else None


def _form(a: tuple[fmpq, ...], b: fmpq, begin: Sequence[fmpq], end: Sequence[fmpq]) -> tuple[fmpq, fmpq]:
    """The ends of ``a·θ + b`` on a box, exactly."""
    low = high = b
    for x, first, last in zip(a, begin, end, strict=True):
        low, high = low + x * (first if x >= 0 else last), high + x * (last if x >= 0 else first)
    return low, high


def _line(low: fmpq, high: fmpq, z: fmpq) -> tuple[arb, arb]:
    """Value at z and slope of a line below h on ``[low, high]``, as in `lines`."""
    (p, o), (p_high, _) = sigmoid(low), sigmoid(high)
    at_low, at_high = CURVES[0].formula(p, o), CURVES[0].formula(p_high, _)
    if low == high:
        return at_low, arb(0)
    ln2 = arb(2).log()
    width = arb(high - low)
    if arb(low) >= ln2 or at_low + CURVES[1].formula(p, o) * width >= at_high:
        slope = (at_high - at_low) / width
        return at_low + slope * arb(z - low), slope
    u = int(high.p) / int(high.q) if abs(high) < 10**15 else 1e15
    q = min(z, high, _contact(u))
    q = max(q, low) if arb(max(q, low)) <= ln2 else q
    p, o = sigmoid(q)
    value, slope = CURVES[0].formula(p, o), CURVES[1].formula(p, o)
    over = arb(0)
    if not arb(high) <= ln2:
        over = (value + slope * arb(high - q) - at_high).max(arb(0))
    return value + slope * arb(z - q) - over, slope


def _contact(u: float) -> fmpq:
    """A double at or below ln 2, near the best tangent's point; see `lines.contact`."""
    numerator, denominator = min(float(contact(np.array([u]))[0]), LN2_BELOW).as_integer_ratio()
    return fmpq(numerator, denominator)
