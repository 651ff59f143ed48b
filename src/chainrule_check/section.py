"""The loss along one free weight ``v``, exactly: its terms, and what is rational in its limits.

A row with slope ``a = 0`` does not move. In the limit v → ±∞ every other row is saturated, so the limit is a rational
number plus the share of the rows that do not move.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property

from chainrule_check.loss import LIMITS, constant, terms
from chainrule_check.problem import Problem
from chainrule_check.rationals import exact


class Section:
    """The problem `problem` along its weight number `column`; all other weights are fixed."""

    def __init__(self, problem: Problem, column: int) -> None:
        self.problem, self.column = problem, column

    @property
    def rows(self) -> int:
        return self.problem.rows

    @cached_property
    def flat(self) -> bool:
        """No row moves: every slope is exactly 0. (Doubles tell: magnitudes are 0 or at least 1e-100.)"""
        lower, upper = self.problem.enclosed_slope(self.column)
        return not (lower.any() or upper.any())

    def terms(self) -> Iterator[tuple[Fraction, Fraction, Fraction]]:
        """``(w, s, t)`` of every term ``w h(s v + t)``, in the order of the rows."""
        for row in range(self.rows):
            yield from terms(self.problem.slope(row, self.column), self.problem.offset(row), self.problem.label(row))

    def stationary(self, v: Fraction) -> bool:
        """Whether the slope at v is surely 0, exactly: the terms ``w h(s v + t)`` with equal arguments cancel, ``Σ w s = 0``
        in each group, so that ``Σ w s h'(s v + t) = 0`` whatever h' is. False says nothing."""
        groups: defaultdict[Fraction, Fraction] = defaultdict(Fraction)
        for w, s, t in self.terms():
            if s:
                groups[s * v + t] += w * s
        return not any(groups.values())

    @cached_property
    def _labels(self) -> dict[tuple[Fraction, int], int]:
        """How many rows have this label and this sign of the slope."""
        lower, upper = self.problem.enclosed_slope(self.column)
        signs = (lower > 0).astype(int) - (upper < 0).astype(int)
        written = Counter(zip((point[-1] for point in self.problem.points), signs.tolist(), strict=True))
        labels: Counter[tuple[Fraction, int]] = Counter()
        for (source, sign), count in written.items():
            labels[exact(source, "problem.data.points"), sign] += count
        return labels

    @cached_property
    def constants(self) -> Fraction:
        """The sum of ``−y(1−y)`` over the rows."""
        return sum((count * constant(label) for (label, _), count in self._labels.items()), Fraction(0))

    def saturated(self, side: int) -> Fraction:
        """The sum of the limits of all terms that move, as v goes to infinity on `side`."""
        return sum(
            (
                count * ((1 - label) * LIMITS[sign * side] + label * LIMITS[-sign * side])
                for (label, sign), count in self._labels.items()
                if sign
            ),
            Fraction(0),
        )
