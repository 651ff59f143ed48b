"""Enclosures of an expression of several variables on boxes, as the checks of trees and wells ask for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flint import arb

from chainrule_fast.balls import precision, range_of, rational
from chainrule_fast.budget import Budget
from chainrule_fast.engine import EVERYTHING, Range
from chainrule_fast.expression import spans
from chainrule_fast.expression.expansion import Expansion, expand
from chainrule_fast.expression.spans import Span, Undefined, cost, number, point
from chainrule_fast.expression.tree import Node
from chainrule_fast.rationals import End

ZERO = point(arb(0))


class SharpExpression:
    """With balls of `bits`. What is not defined on all of a box is everything there."""

    def __init__(self, node: Node, bits: int, budget: Budget) -> None:
        self.node, self.bits, self.budget = node, bits, budget

    @property
    def name(self) -> str:
        return f"Arb, {self.bits} bits"

    def _at(self, lower: Sequence[Fraction], upper: Sequence[Fraction]) -> tuple[Expansion[Span], list[Span]] | None:
        box = [
            point(arb(rational(low))) if low == high else Span(arb(rational(low)), arb(rational(high)))
            for low, high in zip(lower, upper, strict=True)
        ]
        try:
            return expand(self.node, box, spans, spend=self._spend), box
        except Undefined:
            return None

    def _spend(self, operations: int) -> None:
        self.budget.spend(operations * cost(self.bits))

    def value(self, at: Sequence[Fraction]) -> Range:
        with precision(self.bits):
            found = self._at(at, at)
            return EVERYTHING if found is None else _range(found[0].value)

    def gradient(self, at: Sequence[Fraction]) -> list[Range]:
        with precision(self.bits):
            found = self._at(at, at)
            if found is None:
                return [EVERYTHING] * len(at)
            return [_range(found[0].slopes.get(j, ZERO)) for j in range(len(at))]

    def natural(self, lower: Sequence[Fraction], upper: Sequence[Fraction]) -> Range:
        """The value over the box: its natural range, the mean value form and the second-order form about the centre."""
        with precision(self.bits):
            found = self._at(lower, upper)
            if found is None:
                return EVERYTHING
            over, box = found
            best = _range(over.value)
            middle = [(low + high) / 2 for low, high in zip(lower, upper, strict=True)]
            centre = self._at(middle, middle)
            if centre is None:
                return best
            away = [side - number(c) for side, c in zip(box, middle, strict=True)]
            form = centre[0].value
            for j, rate in over.slopes.items():
                form = form + rate * away[j]
            best = _both(best, _range(form))
            if over.bends is not None:
                bent = centre[0].value
                for j, rate in centre[0].slopes.items():
                    bent = bent + rate * away[j]
                half = point(arb(1) / 2)
                for (i, j), bend in over.bends.items():
                    bent = bent + (bend * away[i].square() * half if i == j else bend * (away[i] * away[j]))
                best = _both(best, _range(bent))
            return best

    def least_on(self, lower: Sequence[Fraction], upper: Sequence[Fraction]) -> End:
        """A bound of the value from below over the box."""
        return self.natural(lower, upper).lower

    def slope(self, side: int, lower: Sequence[Fraction], upper: Sequence[Fraction]) -> Range:
        """The partial derivative over the box: its natural range and its mean value form."""
        with precision(self.bits):
            found = self._at(lower, upper)
            if found is None:
                return EVERYTHING
            over, box = found
            best = _range(over.slopes.get(side, ZERO))
            if over.bends is None:
                return best
            middle = [(low + high) / 2 for low, high in zip(lower, upper, strict=True)]
            centre = self._at(middle, middle)
            if centre is None:
                return best
            form = centre[0].slopes.get(side, ZERO)
            for j, c in enumerate(middle):
                bend = over.bends.get((min(side, j), max(side, j)))
                if bend is not None:
                    form = form + bend * (box[j] - number(c))
            return _both(best, _range(form))

    def rise(self, y: Sequence[Fraction], lower: Sequence[Fraction], upper: Sequence[Fraction]) -> Range:
        """``y·∇f`` over the box: its natural range, and by the mean value theorem."""
        with precision(self.bits):
            found = self._at(lower, upper)
            if found is None:
                return EVERYTHING
            over, box = found
            best = _range(_along(y, over))
            middle = [(low + high) / 2 for low, high in zip(lower, upper, strict=True)]
            centre = self._at(middle, middle)
            if centre is None or over.bends is None:
                return best
            form = _along(y, centre[0])
            for row, side, c in zip(_turned(y, over.bends), box, middle, strict=True):
                form = form + row * (side - number(c))
            return _both(best, _range(form))

    def rises_everywhere(self, y: Sequence[Fraction]) -> bool:
        """Nothing of the sort is seen of an expression."""
        return False

    def bend(self, y: Sequence[Fraction], lower: Sequence[Fraction], upper: Sequence[Fraction]) -> list[Range]:
        """The entries of ``y·∇²f`` over the box."""
        self.budget.spend(20 * len(y) ** 2)  # for the products that are formed of it, exactly
        with precision(self.bits):
            found = self._at(lower, upper)
            if found is None or found[0].bends is None:
                return [EVERYTHING] * len(y)
            return [_range(row) for row in _turned(y, found[0].bends)]

    def curvature(self, lower: Sequence[Fraction], upper: Sequence[Fraction], sides: Sequence[int]) -> list[list[arb]]:
        """A symmetric matrix that no Hessian on the box is below: the middle, less the largest row sum of the radii.

        For a symmetric R with ``|R_ij| <= r_ij`` the eigenvalues lie within the largest row sum of r (Gershgorin).
        """
        found = self._at(lower, upper)
        size = len(sides)
        self.budget.spend(size**3)  # for the pivots
        matrix = [[arb(0)] * size for _ in range(size)]
        if found is None or found[0].bends is None:
            return [[arb(-1) if i == j else arb(0) for j in range(size)] for i in range(size)]
        rows = [arb(0)] * size
        for i, first in enumerate(sides):
            for j, second in enumerate(sides):
                span = found[0].bends.get((min(first, second), max(first, second)), ZERO)
                matrix[i][j] = (span.low + span.high) / 2
                rows[i] += abs(span.high - span.low) / 2
        spread = rows[0] if rows else arb(0)
        for row in rows[1:]:
            spread = spread.max(row)
        for i in range(size):
            matrix[i][i] -= spread
        return matrix


def _along(y: Sequence[Fraction], found: Expansion[Span]) -> Span:
    total = ZERO
    for j, part in found.slopes.items():
        total = total + number(y[j]) * part
    return total


def _turned(y: Sequence[Fraction], bends: Mapping[tuple[int, int], Span]) -> list[Span]:
    """The entries of ``y·∇²f``."""
    rows = [ZERO] * len(y)
    for (i, j), bend in bends.items():
        rows[j] = rows[j] + number(y[i]) * bend
        if i != j:
            rows[i] = rows[i] + number(y[j]) * bend
    return rows


def _range(span: Span) -> Range:
    return range_of(span.low, span.high)


def _both(a: Range, b: Range) -> Range:
    return Range(max(a.lower, b.lower), min(a.upper, b.upper))
