"""Combinations ``y·∇f`` and ``y·∇²f`` of the loss's derivatives in balls (Arb), one box at a time."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from chainrule_fast.balls import curve_range, precision, range_of, rational
from chainrule_fast.engine import Range
from chainrule_fast.rationals import plus
from chainrule_fast.space.products import dot, over
from chainrule_fast.space.sharp import Point, Sharp, form


class Directed(Sharp):
    """What all stationary points need besides."""

    def bend(self, y: Sequence[Fraction], lower: Point, upper: Point) -> list[Range]:
        """The entries of ``y·∇²f`` on a box, in balls."""
        direction = [rational(x) for x in y]
        begin, end = [rational(x) for x in lower], [rational(x) for x in upper]
        with precision(self.bits):
            low, high = [arb(0)] * len(y), [arb(0)] * len(y)
            for w, a, b in self.exact:
                least, most = curve_range(self.shape, 2, *form(a, b, begin, end))
                along = w * sum((x * s for x, s in zip(direction, a, strict=True)), start=0 * w)
                for j, x in enumerate(a):
                    factor = along * x
                    first, last = (least, most) if factor >= 0 else (most, least)
                    low[j], high[j] = low[j] + arb(factor) * first, high[j] + arb(factor) * last
            found = [range_of(a, b).mean(self.terms.total) for a, b in zip(low, high, strict=True)]
        pulls = [2 * factor * x for factor, x in zip(self.terms.ridge, y, strict=True)]
        return [entry.plus(Range(pull, pull)) for entry, pull in zip(found, pulls, strict=True)]

    def rises_everywhere(self, y: Sequence[Fraction]) -> bool:
        """Whether no term falls along y, one rises, and no penalty changes, exactly: as ``h' > 0``, then ``y·∇f > 0`` at every point there is."""
        if any(factor and x for factor, x in zip(self.terms.ridge, y, strict=True)):
            return False
        direction = [rational(x) for x in y]
        steep = [sum((x * s for x, s in zip(direction, a, strict=True)), start=0 * w) for w, a, _ in self.exact]
        return all(x >= 0 for x in steep) and any(x > 0 for x in steep)

    def rise(self, y: Sequence[Fraction], lower: Point, upper: Point) -> Range:
        """``y·∇f`` on a box, in balls: the terms' ranges added, or by the mean value theorem, whichever is narrower at the lower end."""
        direction = [rational(x) for x in y]
        begin, end = [rational(x) for x in lower], [rational(x) for x in upper]
        with precision(self.bits):
            low, high = arb(0), arb(0)
            for w, a, b in self.exact:
                least, most = curve_range(self.shape, 1, *form(a, b, begin, end))
                factor = w * sum((x * s for x, s in zip(direction, a, strict=True)), start=0 * w)
                first, last = (least, most) if factor >= 0 else (most, least)
                low, high = low + arb(factor) * first, high + arb(factor) * last
            natural = range_of(low, high).mean(self.terms.total)
        for pull, x, near, far in zip(self.terms.ridge, y, lower, upper, strict=True):
            ends = 2 * pull * x * near, 2 * pull * x * far
            natural = natural.plus(Range(min(ends), max(ends)))
        centre = [(a + b) / 2 for a, b in zip(lower, upper, strict=True)]
        start = dot(y, self.gradient(centre))
        way = over(self.bend(y, lower, upper), [(b - a) / 2 for a, b in zip(lower, upper, strict=True)])
        return Range(max(natural.lower, plus(start.lower, -way, -1)), min(natural.upper, plus(start.upper, way, 1)))
