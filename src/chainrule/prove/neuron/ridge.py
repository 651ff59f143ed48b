"""The loss of one neuron as a sum of one scalar function of linear forms.

    f(θ) = constant + (1/n) Σ_i ω_i h(a_i·θ + b_i) + Σ_j λ_j θ_j²

`a_i` (length k) holds the inputs that multiply the free weights and `b_i` what the fixed weights
contribute, both with the sign flipped where the label is 1; `ω_i` is 1, or n/Σc times the case weight c_i. A label
y strictly between 0 and 1 makes two terms, weighted ``1 − y`` and ``y`` (see `profile`; `constant` is 0 for cross-entropy). The forms come from running
the formula's preactivation over the algebra of linear forms; nothing here writes the network again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from chainrule.algebra.affine import Affine, Form
from chainrule.algebra.base import Algebra, V
from chainrule.algebra.intervals import ULP, Bounds, Intervals
from chainrule.algebra.rationals import Rationals
from chainrule.formula import preactivation
from chainrule.problem import Problem
from chainrule.problem.data import Column, Floats
from chainrule.prove.neuron.profile import PROFILES, Profile
from chainrule.prove.neuron.quadratic import Quadratic


@dataclass(frozen=True)
class Term:
    """One exact term ``weight · h(slopes·θ + offset)``, not yet divided by the number of rows."""

    row: int
    slopes: tuple[Fraction, ...]
    offset: Fraction
    weight: Fraction


@dataclass(frozen=True, eq=False)
class Ridge:
    """The reduction of a problem. Arrays have one entry for each of `m` terms.

    `a` ``(m, k)``, `b` ``(m,)`` and `weight` ``(m,)`` are doubles near the exact numbers: the exact form at
    θ differs from ``a·θ + b`` by at most ``(|a|·|θ|)·2^-50 + b_error``, and the exact weight from `weight`
    by at most 2^-51 of it. `row` ``(m,)`` is the data row of each term.
    """

    problem: Problem
    profile: Profile
    row: np.ndarray
    a: Floats
    b: Floats
    b_error: Floats
    weight: Floats

    @classmethod
    def of(cls, problem: Problem) -> Ridge:
        problem.require_free()
        form = _form(problem, Intervals(), [Intervals().column(c) for c in problem.data.inputs])
        n = len(problem.data)
        slopes = np.stack([np.broadcast_to(_middle(form.coefficients[name]), n) for name in problem.free], axis=-1)
        b, b_error = np.broadcast_to(_middle(form.constant), n), np.broadcast_to(_radius(form.constant), n)
        label = problem.data.label
        # The tightest bounds tell exactly whether a label is 0 or 1; the nearest double may not.
        case, counts = problem.data.case_weights, np.ones(n, bool)
        if case is not None:
            counts = case.upper > 0
        down, up = np.flatnonzero((label.lower < 1) & counts), np.flatnonzero((label.upper > 0) & counts)
        row = np.concatenate([down, up])
        sign = np.concatenate([np.ones(len(down)), -np.ones(len(up))])
        weight = np.concatenate([_complement(label)[down], label.nearest[up]])
        order = np.argsort(row, kind="stable")
        row, sign, weight = row[order], sign[order], weight[order]
        if case is not None:
            weight = weight * (case.nearest * float(case_share(problem)))[row]
        return cls(
            problem, PROFILES[problem.loss], row, sign[:, None] * slopes[row], sign * b[row], b_error[row], weight
        )

    @property
    def rows(self) -> int:
        return len(self.problem.data)

    def part(self, terms: np.ndarray) -> Ridge:
        """The same sum over some of its terms (an index or a mask), still divided by all rows."""
        return replace(
            self,
            row=self.row[terms],
            a=self.a[terms],
            b=self.b[terms],
            b_error=self.b_error[terms],
            weight=self.weight[terms],
        )

    @cached_property
    def scale(self) -> Floats:
        """The root mean square of each column ``(k,)``, 1 where all of it is 0: steps of its inverse move the forms by about one."""
        size = np.sqrt(np.mean(self.a**2, axis=0))
        return np.where(size > 0, size, 1.0)

    def half_widths(self, size: float) -> Floats:
        """Of a box round 0 in which forms are of the order `size`: powers of two ``(k,)``."""
        return np.asarray(np.exp2(np.ceil(np.log2(size / self.scale))))

    @cached_property
    def pairs(self) -> Floats:
        """``ω_i a_i a_iᵀ``, flat: ``(m, k·k)``; a Hessian is this weighted by h''."""
        return (self.weight[:, None, None] * self.a[:, :, None] * self.a[:, None, :]).reshape(len(self.a), -1)

    @cached_property
    def exact(self) -> tuple[Term, ...]:
        """Every term exactly; costs some microseconds a row, so meant for thousands of rows, not millions."""
        return tuple(term for row in range(self.rows) for term in self.exact_terms(row))

    def exact_terms(self, row: int) -> list[Term]:
        """The one or two exact terms of a data row."""
        inputs, label = self.problem.data.point(row)
        form = _form(self.problem, Rationals(), list(inputs))
        slopes = tuple(form.coefficients[name] for name in self.problem.free)
        counts = self.case_weight(row)
        terms = []
        if label < 1 and counts:
            terms.append(Term(row, slopes, form.constant, (1 - label) * counts))
        if label > 0 and counts:
            terms.append(Term(row, tuple(-a for a in slopes), -form.constant, label * counts))
        return terms

    def case_weight(self, row: int) -> Fraction:
        """How much a row counts, exactly: n/Σc times its case weight; 1 without case weights."""
        case = self.problem.data.case_weights
        return Fraction(1) if case is None else case[row] * self._share

    def exact_weight(self, term: int) -> Fraction:
        """The exact weight of a term."""
        row = int(self.row[term])
        y, counts = self.problem.data.label[row], self.case_weight(row)
        # A row with a label between has two terms: the first is weighted 1 − y, the second y.
        first = term == 0 or self.row[term - 1] != row
        return counts * (1 - y) if first and y < 1 else counts * y

    @cached_property
    def _share(self) -> Fraction:
        return case_share(self.problem)

    @cached_property
    def quadratic(self) -> Quadratic:
        """The penalty on the free weights."""
        return Quadratic.of(self.problem)

    @cached_property
    def constant(self) -> Fraction:
        """``−Σ ω y(1 − y)/n`` and the penalty of the fixed weights, exactly; 0 where every label is 0 or 1."""
        problem, label = self.problem, self.problem.data.label
        rows = [int(i) for i in np.flatnonzero((label.upper > 0) & (label.lower < 1))]
        mixed = sum((self.case_weight(i) * label[i] * (1 - label[i]) for i in rows), start=Fraction(0))
        squares = sum((w * w for name, w in problem.fixed.items() if name in problem.penalized), start=Fraction(0))
        mixed = mixed if problem.loss == "mse" else Fraction(0)
        return problem.penalty * squares - mixed / self.rows


def case_share(problem: Problem) -> Fraction:
    """``n/Σc``, by which case weights are scaled so that their mean is 1."""
    case = problem.data.case_weights
    return Fraction(1) if case is None else Fraction(len(case)) / sum(case, start=Fraction(0))


def _form(problem: Problem, base: Algebra[V], inputs: list[V]) -> Form[V]:
    affine = Affine(base)
    weights = {name: affine.constant(value) for name, value in problem.fixed.items()}
    weights |= {name: affine.symbol(name) for name in problem.free}
    return preactivation(affine, problem.network, weights, 0, 0, [Form(x) for x in inputs])


def _complement(label: Column) -> Floats:
    """``1 − y``, correctly rounded: through Fractions where y is not itself a double."""
    complement = 1.0 - label.nearest
    for i in np.flatnonzero(label.lower != label.upper):
        complement[i] = float(1 - label[int(i)])
    return complement


def _middle(bounds: Bounds) -> Floats:
    return np.where(bounds.lower == bounds.upper, bounds.lower, (bounds.lower + bounds.upper) / 2)


def _radius(bounds: Bounds) -> Floats:
    return np.asarray((bounds.upper - bounds.lower) * (1 + ULP) + np.abs(bounds.upper) * ULP)
