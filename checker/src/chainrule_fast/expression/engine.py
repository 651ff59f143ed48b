"""Enclosures of an expression of one variable and its derivatives on intervals, for the proof by pieces (see `engine.Engine`)."""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from chainrule_fast.balls import precision, range_of, rational
from chainrule_fast.budget import Budget
from chainrule_fast.engine import EVERYTHING, Range
from chainrule_fast.expression import spans
from chainrule_fast.expression.exactly import value_and_slope
from chainrule_fast.expression.expansion import Expansion, expand
from chainrule_fast.expression.reals import Undecided
from chainrule_fast.expression.series import Sum
from chainrule_fast.expression.spans import Span, Undefined, cost, point
from chainrule_fast.expression.tails import Tail
from chainrule_fast.expression.tree import Node


class Expressed:
    """With balls of `bits`. Where the expression is not defined on all of an interval the answer is everything."""

    def __init__(self, node: Node, bits: int, budget: Budget) -> None:
        self.node, self.bits, self.budget = node, bits, budget

    def _expand(self, box: Span, derived: bool = True) -> Expansion[Span]:
        def spend(operations: int) -> None:
            self.budget.spend(operations * cost(self.bits))

        return expand(self.node, [box], spans, derived, spend)

    @property
    def name(self) -> str:
        return f"Arb, {self.bits} bits"

    def curve(self, order: int, left: Fraction, right: Fraction) -> Range:
        if left == right and order < 2:
            exact = value_and_slope(self.node, left)
            found = None if exact is None else exact[order]
            if isinstance(found, Fraction):
                return Range(found, found)
        with precision(self.bits):
            try:
                return self._curve(order, left, right)
            except Undefined:
                return EVERYTHING

    def _curve(self, order: int, left: Fraction, right: Fraction) -> Range:
        ends = arb(rational(left)), arb(rational(right))
        if left == right:
            return _part(self._expand(point(ends[0]), derived=order > 0), order)
        box = Span(*ends)
        found = self._expand(box)
        natural = _part(found, order)
        rate = None if order == 2 else found.slopes.get(0) if order == 0 else (found.bends or {}).get((0, 0))
        if rate is None:
            return natural
        # The mean value form about the middle: g(c) + g'([left, right]) [−r, r].
        centre = arb(rational((left + right) / 2))
        at = self._expand(point(centre))
        middle = at.value if order == 0 else at.slopes.get(0, point(arb(0)))
        form = middle + rate * (box - point(centre))
        better = range_of(form.low, form.high)
        return Range(max(natural.lower, better.lower), min(natural.upper, better.upper))

    def beyond(self, side: int, end: Fraction) -> Range:
        return EVERYTHING

    def tail_slope(self, side: int, end: Fraction) -> Range:
        """Its sign, as the range [1, 1] or [−1, −1]; everything where it is not decided."""
        with precision(self.bits):
            try:
                tail = Tail(side, side * end, self.budget)
                sign = tail.sign(tail.expand(self.node).slope)
            except (Undecided, OverflowError):
                return EVERYTHING
        return Range(Fraction(sign), Fraction(sign))

    def limit(self, side: int) -> Range:
        raise NotImplementedError("a limit needs the tail's end: see limit_beyond")

    def limit_beyond(self, side: int, end: Fraction) -> Range:
        with precision(self.bits):
            try:
                tail = Tail(side, side * end, self.budget)
                terms: Sum = tail.expand(self.node).value
                lower, upper = tail.limit(terms)
            except (Undecided, OverflowError):
                return EVERYTHING
            return range_of(lower, upper) if isinstance(lower, arb) else Range(lower, upper)


def _part(found: Expansion[Span], order: int) -> Range:
    if order == 2:
        if found.bends is None:
            return EVERYTHING
        part = found.bends.get((0, 0))
    else:
        part = found.value if order == 0 else found.slopes.get(0)
    return Range(Fraction(0), Fraction(0)) if part is None else range_of(part.low, part.high)
