"""The formula over SymPy: exact rationals and SymPy's own functions. Needs ``pip install chainrule[sympy]``.

A column is a tuple, one entry for each data row.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from chainrule.extras import require
from chainrule.problem.data import Column


class SymPy:
    """The operations on SymPy expressions and rows of them (`WideAlgebra`)."""

    def __init__(self) -> None:
        require("sympy", "the algebra over SymPy")
        import sympy  # late: importing it takes longer than most answers

        self._sympy = sympy

    def constant(self, value: Fraction) -> Any:
        return self._sympy.Rational(value.numerator, value.denominator)

    def column(self, numbers: Column) -> Any:
        return tuple(self.constant(value) for value in numbers)

    def add(self, *terms: Any) -> Any:
        return _by_row(self._sympy.Add, *terms)

    def multiply(self, *factors: Any) -> Any:
        return _by_row(self._sympy.Mul, *factors)

    def negate(self, a: Any) -> Any:
        return _by_row(lambda part: -part, a)

    def square(self, a: Any) -> Any:
        return _by_row(lambda part: part**2, a)

    def exp(self, a: Any) -> Any:
        return _by_row(self._sympy.exp, a)

    def log(self, a: Any) -> Any:
        return _by_row(self._sympy.log, a)

    def sigmoid(self, a: Any) -> Any:
        return _by_row(lambda part: 1 / (1 + self._sympy.exp(-part)), a)

    def mean(self, a: Any) -> Any:
        return self._sympy.Add(*a) / len(a) if isinstance(a, tuple) else a

    def divide(self, a: Any, b: Any) -> Any:
        return _by_row(lambda over, under: over / under, a, b)

    def power(self, a: Any, b: Any) -> Any:
        return _by_row(lambda base, exponent: base**exponent, a, b)

    def function(self, name: str, a: Any) -> Any:
        sympy = self._sympy
        functions: dict[str, Callable[[Any], Any]] = {
            "tanh": sympy.tanh,
            "abs": sympy.Abs,
            "relu": lambda part: sympy.Max(0, part),
            "softplus": lambda part: sympy.log(1 + sympy.exp(part)),
        }
        return _by_row(functions[name], a)

    def log_sum_exp(self, *z: Any) -> Any:
        """``ln(e^z_0 + e^z_1 + …)``, as on paper."""
        return self.log(self.add(*map(self.exp, z)))

    def softmax(self, *z: Any) -> tuple[Any, ...]:
        """``e^z_k / (e^z_0 + e^z_1 + …)`` for each k, as on paper."""
        total = self.add(*map(self.exp, z))
        return tuple(self.divide(self.exp(unit), total) for unit in z)


def _by_row(make: Callable[..., Any], *parts: Any) -> Any:
    rows = max((len(part) for part in parts if isinstance(part, tuple)), default=None)
    if rows is None:
        return make(*parts)
    columns = [part if isinstance(part, tuple) else (part,) * rows for part in parts]
    return tuple(make(*row) for row in zip(*columns, strict=True))
