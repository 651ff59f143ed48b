"""What a claim of a proof is about: some weights, and a share of the loss of some rows, perhaps in other coordinates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from chainrule.exact import number_text
from chainrule.problem import Problem
from chainrule.prove.elaborate.refine import Terms

Row = list[Fraction]


class NoRule(Exception):
    """A step for which the kernel has no rule."""


@dataclass(frozen=True)
class Part:
    """The loss of these weights that is ``constant + share · (mean over the rows)``, where that is a neuron's.

    `inner` are the problem's own names of the weights; `matrix` has a row for each weight θ_j of the problem that is a combination of the part's own, θ = T φ.
    """

    names: tuple[str, ...]
    share: Fraction = Fraction(1)
    constant: Fraction = Fraction(0)
    problem: Problem | None = None
    rows: tuple[int, ...] = ()
    inner: Mapping[str, str] = field(default_factory=dict)
    matrix: tuple[tuple[Fraction, ...], ...] | None = None

    def form(self, row: int) -> list[str]:
        """The slopes and the offset of the form of one of the part's rows, as numbers of a certificate."""
        slopes, offset = self.coefficients(self.rows[row])
        return [number_text(x) for x in (*slopes, offset)]

    def coefficients(self, i: int) -> tuple[Row, Fraction]:
        """The slopes and the offset of the form of row `i` of the problem."""
        if self.problem is None:
            raise NoRule("rows of a formula")
        network, data = self.problem.network, self.problem.data
        inputs = {f"w_{name}": column[i] for name, column in zip(network.inputs, data.inputs, strict=True)}
        inputs["bias"] = Fraction(1)
        offset = sum(
            (value * inputs[name] for name, value in self.problem.fixed.items() if name in inputs), Fraction(0)
        )
        slopes = [Fraction(inputs[self.inner.get(name, name)]) for name in self.names]
        if self.matrix is None:
            return slopes, offset
        columns = zip(*self.matrix, strict=True)
        return [sum((a * t for a, t in zip(slopes, column, strict=True)), Fraction(0)) for column in columns], offset

    def staying(self, direction: Sequence[str]) -> Part:
        """The rows that do not move along a direction, and what they count in the whole."""
        steps = list(map(exact, direction))
        rows = tuple(
            i for i in self.rows if sum(s * a for s, a in zip(steps, self.coefficients(i)[0], strict=True)) == 0
        )
        return replace(self, rows=rows, share=self.share * self._count(rows) / self._count(self.rows))

    def _count(self, rows: Sequence[int]) -> Fraction:
        counts = self.problem.data.case_weights if self.problem is not None else None
        return Fraction(len(rows)) if counts is None else sum((counts[i] for i in rows), Fraction(0))

    def terms(self) -> Terms | None:
        """The part's loss in doubles; None where it is no sum of squared sigmoids."""
        problem = self.problem
        if problem is None or not problem.is_ridge or problem.loss != "mse":
            return None
        slopes, offsets, weights = [], [], []
        constant, whole = self.constant, self._count(self.rows)
        for i in self.rows:
            a, b = self.coefficients(i)
            y, count = problem.data.label[i], self.share * self._count((i,)) / whole
            constant -= count * y * (1 - y)
            for factor, sign in ((count * (1 - y), 1), (count * y, -1)):
                if factor:
                    slopes.append([float(sign * x) for x in a])
                    offsets.append(float(sign * b))
                    weights.append(float(factor))
        squares = self._squares(problem)
        constant += sum(
            (problem.penalty * problem.fixed[name] ** 2 for name in problem.penalized if name in problem.fixed),
            Fraction(0),
        )
        shape = (len(offsets), len(self.names))
        return Terms(np.array(slopes).reshape(shape), np.array(offsets), np.array(weights), squares, float(constant))

    def _squares(self, problem: Problem) -> np.ndarray:
        """The penalty's factor of each of the part's own weights; a weight with a penalty is its own coordinate."""
        found = np.zeros(len(self.names))
        for j, name in enumerate(self.names):
            if self.inner.get(name, name) in problem.penalized:
                own = Fraction(1) if self.matrix is None else sum((x * x for x in self.matrix[j]), Fraction(0))
                found[j] = float(problem.penalty * own)
        return found


def exact(text: str) -> Fraction:
    """A number of a certificate of ours, of any length."""
    return Fraction(float.fromhex(text)) if "0x" in text else Fraction(text)
