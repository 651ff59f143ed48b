"""The loss over several free weights θ as a sum of terms: ``f(θ) = (Σ ω h(a·θ + b) + constants)/Ω + λ Σ w²``.

A row's label y makes one term or two (see `loss.terms`): ``(1 − y) h(z)`` and ``y h(−z)``. The same terms stand here
twice: as arrays of doubles with proved errors, for the work on many boxes, and exactly, for everything that is decided once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chainrule_fast.engine import Range, square
from chainrule_fast.exponential import Floats
from chainrule_fast.loss import Shape, terms
from chainrule_fast.problem import Problem


@dataclass(frozen=True)
class Term:
    """``weight · h(a·θ + b)``, exactly."""

    weight: Fraction
    a: tuple[Fraction, ...]
    b: Fraction


class Terms:
    """The terms of `problem` over the free weights `names`, in this order.

    `a` ``(k, m)``, `b` ``(m,)`` and `weight` ``(m,)`` are doubles near the exact numbers: a errs relatively by at most 3u, weight
    by u, b by `margin` (absolutely). `centre` ``(k,)`` is the point that counts as θ = 0; see `outside.shift`. A slope is 0 exactly where it is 0 here, and has the same sign.
    """

    def __init__(self, problem: Problem, names: tuple[str, ...]) -> None:
        self.problem, self.names = problem, names
        self.columns = [problem.names.index(name) for name in names]
        lower, upper = problem.lower[-1], problem.upper[-1]
        zero, one = (lower == 0) & (upper == 0), (lower == 1) & (upper == 1)
        plus, minus = np.flatnonzero(~one), np.flatnonzero(~zero)
        self.row: NDArray[np.intp] = np.concatenate([plus, minus])
        sign = np.concatenate([np.ones(plus.size), -np.ones(minus.size)])
        self.weight: Floats = np.ones(self.row.size)
        if problem.masses is not None:
            self.weight = np.array([_nearest(mass) for mass in problem.masses])[self.row]
        for i in np.flatnonzero(~(zero | one)[self.row]):
            row = int(self.row[i])
            y = problem.label(row)
            self.weight[i] = _nearest(problem.mass(row) * (1 - y if i < plus.size else y))
        self.centre: Floats = np.zeros(len(names))
        # Halves of neighbouring doubles add up to within 3u of the number they enclose.
        slopes = [problem.enclosed_slope(column) for column in self.columns]
        self.a: Floats = np.array([low / 2 + high / 2 for low, high in slopes]).reshape(len(names), problem.rows)
        self.a = np.ascontiguousarray(self.a[:, self.row] * sign)  # row by row in memory: sums run along it
        offset, margin = problem.enclosed_offset
        self.b: Floats = offset[self.row] * sign
        self.margin: Floats = margin[self.row]

    @property
    def k(self) -> int:
        return len(self.names)

    @property
    def rows(self) -> int:
        return self.problem.rows

    @property
    def total(self) -> Fraction:
        """Ω, by which sums over the rows are divided."""
        return self.problem.total

    @property
    def shape(self) -> Shape:
        return self.problem.shape

    @cached_property
    def ridge(self) -> tuple[Fraction, ...]:
        """The factors of the penalty on the free weights."""
        return tuple(self.problem.ridge(name) for name in self.names)

    def penalty(self, lower: Sequence[Fraction], upper: Sequence[Fraction]) -> Range:
        """All penalties over a box, exactly."""
        found = Range(self.problem.rest, self.problem.rest)
        for factor, low, high in zip(self.ridge, lower, upper, strict=True):
            side = square(low, high)
            found = found.plus(Range(factor * side.lower, factor * side.upper))
        return found

    @property
    def size(self) -> int:
        return len(self.row)

    @cached_property
    def constants(self) -> Fraction:
        """The sum over the rows of what is to be added to their terms."""
        lower, upper = self.problem.lower[-1], self.problem.upper[-1]
        between = np.flatnonzero((upper > 0) & (lower < 1))
        rows = between.tolist() if self.shape.squared else []
        return sum((self.constant(row) for row in rows), Fraction(0))

    def slopes(self, row: int) -> tuple[Fraction, ...]:
        """What multiplies the free weights in a row, exactly."""
        return tuple(self.problem.slope(row, column) for column in self.columns)

    def numbers(self, row: int) -> list[tuple[int, int]]:
        """The numbers of a row's terms, ``h(z)`` before ``h(−z)``: in the arrays here, and in the order of `exact`."""
        begin, end = int(self._first[row]), int(self._first[row + 1])
        return [(int(self._order[i]), i) for i in range(begin, end)]

    def number(self, row: int, sign: int) -> tuple[int, int]:
        """The numbers of the term ``h(sign·z)`` of a row, which it must have: see `numbers`."""
        return self.numbers(row)[0 if sign > 0 else -1]

    @cached_property
    def _order(self) -> NDArray[np.intp]:
        """The terms in the order of `exact`: all of a row before those of the next."""
        return np.argsort(self.row, kind="stable")

    @cached_property
    def _first(self) -> NDArray[np.intp]:
        return np.concatenate([[0], np.cumsum(np.bincount(self.row, minlength=self.rows))])

    def constant(self, row: int) -> Fraction:
        """What is to be added to the terms of a row."""
        return self.problem.mass(row) * self.shape.constant(self.problem.label(row))

    def exact(self) -> Iterator[Term]:
        """Every term, exactly."""
        for row in range(self.rows):
            slopes, offset, mass = self.slopes(row), self.problem.offset(row), self.problem.mass(row)
            for weight, sign, _ in terms(Fraction(1), Fraction(0), self.problem.label(row)):
                yield Term(weight * mass, tuple(sign * a for a in slopes), sign * offset)


def _nearest(value: Fraction) -> float:
    return value.numerator / value.denominator
