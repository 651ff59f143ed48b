"""The loss over several free weights θ as a sum of terms: ``n f(θ) = Σ ω h(a·θ + b) + constants``.

A row's label y makes one term or two (see `loss.terms`): ``(1 − y) h(z)`` and ``y h(−z)``. The same terms stand here
twice: as arrays of doubles with proved errors, for the work on many boxes, and exactly, for everything that is decided once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chainrule_check.arrays import TINY
from chainrule_check.exponential import Floats, U
from chainrule_check.loss import constant, terms
from chainrule_check.problem import Problem


@dataclass(frozen=True)
class Term:
    """``weight · h(a·θ + b)``, exactly."""

    weight: Fraction
    a: tuple[Fraction, ...]
    b: Fraction


class Terms:
    """The terms of `problem` over the free weights `names`, in this order.

    `a` ``(k, m)``, `b` ``(m,)`` and `weight` ``(m,)`` are doubles near the exact numbers: a errs relatively by at most 3u, weight
    by u, b by `margin` (absolutely). A slope is 0 exactly where it is 0 here, and has the same sign.
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
        label = problem.label
        for i in np.flatnonzero(~(zero | one)[self.row]):
            y = label(int(self.row[i]))
            self.weight[i] = _nearest(1 - y if i < plus.size else y)
        # Halves of neighbouring doubles add up to within 3u of the number they enclose.
        slopes = [problem.enclosed_slope(column) for column in self.columns]
        self.a: Floats = np.array([low / 2 + high / 2 for low, high in slopes]).reshape(len(names), problem.rows)
        self.a = self.a[:, self.row] * sign
        self._offsets(sign)

    def _offsets(self, sign: Floats) -> None:
        """b and its error: each of K products errs by ``3u + 3u + u``, adding them by less than K u of the sum of sizes."""
        problem = self.problem
        fixed = problem.fixed_bounds()
        offset, size = np.zeros(problem.rows), np.zeros(problem.rows)
        for column, lower, upper in fixed:
            x_lower, x_upper = problem.enclosed_slope(column)
            product = (lower / 2 + upper / 2) * (x_lower / 2 + x_upper / 2)
            offset += product
            size += np.abs(product)
        margin = (len(fixed) + 12) * U * size + (TINY if fixed else 0.0)
        self.b: Floats = offset[self.row] * sign
        self.margin: Floats = margin[self.row]

    @property
    def k(self) -> int:
        return len(self.names)

    @property
    def rows(self) -> int:
        return self.problem.rows

    @property
    def size(self) -> int:
        return len(self.row)

    @cached_property
    def constants(self) -> Fraction:
        """The sum of ``−y(1−y)`` over the rows."""
        lower, upper = self.problem.lower[-1], self.problem.upper[-1]
        between = np.flatnonzero((upper > 0) & (lower < 1))
        return sum((constant(self.problem.label(int(i))) for i in between), Fraction(0))

    def slopes(self, row: int) -> tuple[Fraction, ...]:
        """What multiplies the free weights in a row, exactly."""
        return tuple(self.problem.slope(row, column) for column in self.columns)

    def of_rows(self, rows: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The numbers of the terms of rows with label 0 or 1: in the arrays here, and in the order of `exact`."""
        number = np.zeros(self.rows, dtype=np.intp)
        number[self.row] = np.arange(self.size)
        count = np.bincount(self.row, minlength=self.rows)
        return number[rows], (np.cumsum(count) - count)[rows]

    def exact(self) -> Iterator[Term]:
        """Every term, exactly."""
        for row in range(self.rows):
            slopes, offset = self.slopes(row), self.problem.offset(row)
            for weight, sign, _ in terms(Fraction(1), Fraction(0), self.problem.label(row)):
                yield Term(weight, tuple(sign * a for a in slopes), sign * offset)


def _nearest(value: Fraction) -> float:
    return value.numerator / value.denominator
