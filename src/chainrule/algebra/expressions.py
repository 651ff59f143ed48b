"""Ordered expressions: the formula as something to print and to differentiate.

A column is a tuple of expressions, one for each data row; operations act row by row, and the mean over
the rows is a `Mean` node. Nothing is worked out or reordered.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from chainrule.expression.tree import Add, Divide, Expression, Function, Mean, Multiply, Negate, Number, Power
from chainrule.problem.data import Column

Rows = tuple[Expression, ...]
"""One expression for each data row."""

_TWO = Number(Fraction(2))


class Worked:
    """The operations on trees and rows of trees (`WideAlgebra`): the formula as it is worked out."""

    def constant(self, value: Fraction) -> Expression | Rows:
        return Number(value)

    def column(self, numbers: Column) -> Expression | Rows:
        return tuple(Number(value) for value in numbers)

    def add(self, *terms: Expression | Rows) -> Expression | Rows:
        return _by_row(lambda *parts: Add(parts) if len(parts) > 1 else parts[0], *terms)

    def multiply(self, *factors: Expression | Rows) -> Expression | Rows:
        return _by_row(lambda *parts: Multiply(parts) if len(parts) > 1 else parts[0], *factors)

    def negate(self, a: Expression | Rows) -> Expression | Rows:
        return _by_row(Negate, a)

    def square(self, a: Expression | Rows) -> Expression | Rows:
        return _by_row(lambda part: Power(part, _TWO), a)

    def exp(self, a: Expression | Rows) -> Expression | Rows:
        return self.function("exp", a)

    def log(self, a: Expression | Rows) -> Expression | Rows:
        return self.function("log", a)

    def sigmoid(self, a: Expression | Rows) -> Expression | Rows:
        return self.function("sigmoid", a)

    def mean(self, a: Expression | Rows) -> Expression | Rows:
        return Mean(a) if isinstance(a, tuple) else a

    def divide(self, a: Expression | Rows, b: Expression | Rows) -> Expression | Rows:
        return _by_row(Divide, a, b)

    def power(self, a: Expression | Rows, b: Expression | Rows) -> Expression | Rows:
        return _by_row(Power, a, b)

    def function(self, name: str, a: Expression | Rows) -> Expression | Rows:
        return _by_row(lambda part: Function(name, part), a)


class Expressions(Worked):
    """The formula as on paper: softmax and its logarithm with powers of e."""

    def log_sum_exp(self, *z: Expression | Rows) -> Expression | Rows:
        """``ln(e^z_0 + e^z_1 + …)``, as on paper."""
        return self.log(self.add(*map(self.exp, z)))

    def softmax(self, *z: Expression | Rows) -> tuple[Expression | Rows, ...]:
        """``e^z_k / (e^z_0 + e^z_1 + …)`` for each k, as on paper."""
        total = self.add(*map(self.exp, z))
        return tuple(self.divide(self.exp(unit), total) for unit in z)


def _by_row(make: Callable[..., Expression], *parts: Expression | Rows) -> Expression | Rows:
    """`make` on single expressions, or row by row where a part is a column."""
    lengths = {len(part) for part in parts if isinstance(part, tuple)}
    if not lengths:
        return make(*parts)
    if len(lengths) > 1:
        raise ValueError(f"columns of {', '.join(map(str, sorted(lengths)))} rows; needed as many rows in each")
    (rows,) = lengths
    columns = [part if isinstance(part, tuple) else (part,) * rows for part in parts]
    return tuple(make(*row) for row in zip(*columns, strict=True))


def single(value: Expression | Rows) -> Expression:
    """The value where it is known to be one expression, not a column."""
    if isinstance(value, tuple):
        raise TypeError(f"found a column of {len(value)} rows; needed one expression")
    return value
