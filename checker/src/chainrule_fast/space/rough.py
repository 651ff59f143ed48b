"""What is decided once, by doubles: a hundredth of the time of balls, and enough where a claim leaves room for it. The same questions as `sharp.Sharp` answers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import arb

from chainrule_fast.arrays import curve_range
from chainrule_fast.balls import precision, rational
from chainrule_fast.engine import EVERYTHING, Range
from chainrule_fast.exponential import Floats
from chainrule_fast.rationals import double_enclosure
from chainrule_fast.space.bounds import Bounds
from chainrule_fast.space.sharp import Point
from chainrule_fast.space.terms import Terms


class Rough:
    """Enclosures in doubles of one point or box at a time."""

    name, bits = "double intervals", 80

    def __init__(self, terms: Terms) -> None:
        self.terms, self.bounds = terms, Bounds(terms)

    def value(self, point: Point) -> Range:
        """f at a point."""
        lower, upper = hull(point, point)

        def part(boxes: slice, rows: slice) -> Floats:
            ends = curve_range(self.terms.shape, 0, *self.bounds._forms(lower[boxes], upper[boxes], rows))
            return np.stack([(end * self.terms.weight[rows]).sum(axis=1) for end in ends], axis=-1)

        low, high = self.bounds._sum(1, 2, part)[0].tolist()
        error = (self.bounds.error * high + self.bounds.spare) * 2
        return (
            _range(low - error, high + error)
            .mean(self.terms.total, self.terms.constants)
            .of_loss.plus(self.terms.penalty(point, point))
        )

    def least_on(self, lower: Point, upper: Point) -> Fraction:
        """No loss is below it."""
        return Fraction(0)

    def gradient(self, point: Point) -> list[Range]:
        """The gradient at a point."""
        k = self.terms.k
        # Each slope and its negative, from below.
        side, sign = np.repeat(np.arange(k), 2), np.tile([1.0, -1.0], k)
        lower, upper = (np.repeat(end, 2 * k, axis=0) for end in hull(point, point))
        found = (self.bounds.slope(lower, upper, side, sign) * sign).reshape(k, 2).tolist()
        return [_range(low, high).mean(self.terms.total) for low, high in found]

    def curvatures(self, lower: Floats, upper: Floats, sides: Sequence[int]) -> list[list[list[arb]]]:
        """``M = (1/Ω) Σ ω min h''(z) a aᵀ`` and twice the penalty's factors, over these sides, as balls: for each of the boxes ``(B, k)``."""
        pairs = [(i, j) for i in sides for j in sides]
        if not pairs:
            return [[] for _ in lower]

        def part(boxes: slice, rows: slice) -> Floats:
            bend = (
                curve_range(self.terms.shape, 2, *self.bounds._forms(lower[boxes], upper[boxes], rows))[0]
                * self.terms.weight[rows]
            )
            products = [bend * self.terms.a[i, rows] * self.terms.a[j, rows] for i, j in pairs]
            sums = [x.sum(axis=1) for x in products] + [np.abs(x).sum(axis=1) for x in products]
            return np.stack(sums, axis=-1)

        totals = self.bounds._sum(len(lower), 2 * len(pairs), part).tolist()
        size = len(sides)
        with precision(self.bits):
            pulls = [2 * self.terms.ridge[i] if i == j else Fraction(0) for i, j in pairs]
            weight = arb(rational(self.terms.total))
            found = []
            for total in totals:
                balls = [
                    arb(x, 2 * (self.bounds.error * y + self.bounds.spare)) / weight + arb(rational(pull))
                    for x, y, pull in zip(total[: len(pairs)], total[len(pairs) :], pulls, strict=True)
                ]
                found.append([balls[i * size : (i + 1) * size] for i in range(size)])
        return found


def _range(low: float, high: float) -> Range:
    return Range(Fraction(low), Fraction(high)) if np.isfinite([low, high]).all() else EVERYTHING


def hull(lower: Point, upper: Point) -> tuple[Floats, Floats]:
    """The box in doubles that holds the exact one: ``(1, k)`` each."""
    low, high = [double_enclosure(x)[0] for x in lower], [double_enclosure(x)[1] for x in upper]
    return np.array([low]), np.array([high])
