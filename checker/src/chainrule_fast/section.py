"""The loss along one free weight ``v``, exactly: its terms, and what is rational in its limits.

A row with slope ``a = 0`` does not move. In the limit v → ±∞ every other row is saturated, so the limit is a rational
number plus the share of the rows that do not move.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property

from chainrule_fast.engine import Range, square
from chainrule_fast.loss import terms
from chainrule_fast.problem import Problem
from chainrule_fast.rationals import End, exact


class Section:
    """The problem `problem` along its weight number `column`; all other weights are fixed."""

    def __init__(self, problem: Problem, column: int) -> None:
        self.problem, self.column = problem, column

    @property
    def rows(self) -> int:
        return self.problem.rows

    @property
    def total(self) -> Fraction:
        """Ω, by which the sum over the rows is divided."""
        return self.problem.total

    @property
    def ridge(self) -> Fraction:
        """The penalty on the free weight."""
        return self.problem.ridge(self.problem.names[self.column])

    def penalty(self, order: int, left: Fraction, right: Fraction) -> Range:
        """The penalties, or their derivative by the free weight, over ``left <= v <= right``."""
        ridge, rest = self.ridge, self.problem.rest
        if order == 0:
            found = square(left, right)
            return Range(ridge * found.lower + rest, ridge * found.upper + rest)
        return Range(2 * ridge * left, 2 * ridge * right) if order == 1 else Range(2 * ridge, 2 * ridge)

    def penalty_beyond(self, side: int, end: Fraction) -> Range:
        """The penalties over the tail that begins at `end`."""
        if not self.ridge:
            return Range(self.problem.rest, self.problem.rest)
        nearest = max(side * end, Fraction(0))
        return Range(self.ridge * nearest * nearest + self.problem.rest, math.inf)

    @cached_property
    def flat(self) -> bool:
        """The loss does not depend on the free weight: no penalty, and every slope is exactly 0. (Doubles tell: magnitudes are 0
        or at least 1e-100.)"""
        lower, upper = self.problem.enclosed_slope(self.column)
        return not (lower.any() or upper.any() or self.ridge)

    def terms(self) -> Iterator[tuple[Fraction, Fraction, Fraction]]:
        """``(w, s, t)`` of every term ``w h(s v + t)``, in the order of the rows."""
        problem = self.problem
        for row in range(self.rows):
            mass = problem.mass(row)
            for w, s, t in terms(problem.slope(row, self.column), problem.offset(row), problem.label(row)):
                yield w * mass, s, t

    def stationary(self, v: Fraction) -> bool:
        """Whether the slope at v is surely 0, exactly: no penalty pulls at v, and the terms ``w h(s v + t)`` with equal arguments cancel, ``Σ w s = 0``
        in each group, so that ``Σ w s h'(s v + t) = 0`` whatever h' is. False says nothing."""
        if self.ridge * v:
            return False
        groups: defaultdict[Fraction, Fraction] = defaultdict(Fraction)
        for w, s, t in self.terms():
            if s:
                groups[s * v + t] += w * s
        return not any(groups.values())

    @cached_property
    def _labels(self) -> dict[tuple[Fraction, int], Fraction]:
        """The weight of all rows that have this label and this sign of the slope."""
        lower, upper = self.problem.enclosed_slope(self.column)
        signs = (lower > 0).astype(int) - (upper < 0).astype(int)
        masses = self.problem.masses or (Fraction(1),) * self.rows
        written = Counter(zip((point[-1] for point in self.problem.points), signs.tolist(), masses, strict=True))
        labels: defaultdict[tuple[Fraction, int], Fraction] = defaultdict(Fraction)
        for (source, sign, mass), count in written.items():
            labels[exact(source, "problem.data.points"), sign] += count * mass
        return labels

    @cached_property
    def constants(self) -> Fraction:
        """The sum over the rows of what is to be added to their terms."""
        shape = self.problem.shape
        return sum((mass * shape.constant(label) for (label, _), mass in self._labels.items()), Fraction(0))

    def saturated(self, side: int) -> End:
        """The sum of the limits of all terms that move, as v goes to infinity on `side`; inf with a penalty."""
        limits = self.problem.shape.limits
        total: End = math.inf if self.ridge else Fraction(0)
        for (label, sign), mass in self._labels.items():
            for weight, way in ((1 - label, sign), (label, -sign)):
                if sign and weight:
                    total += mass * weight * limits[way * side]
        return total
