"""The value of an expression in any algebra: the same tree as numbers, intervals, arrays or SymPy.

The closed list of operations (`Algebra`) is enough for what the formula writes. A typed expression may
also divide or raise to any power; a `WideAlgebra` has those too.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Protocol, cast

from chainrule.algebra.base import Algebra, V
from chainrule.errors import ExpressionError
from chainrule.expression.rewrite import MAX_EXPONENT, as_sigmoid, rational
from chainrule.expression.tree import (
    Add,
    Divide,
    Euler,
    Expression,
    Function,
    Mean,
    Multiply,
    Negate,
    Number,
    Power,
    Symbol,
)


class WideAlgebra(Algebra[V], Protocol[V]):
    """An algebra that also knows what a typed expression may use."""

    def divide(self, a: V, b: V) -> V: ...

    def power(self, a: V, b: V) -> V:
        """``a^b`` for a positive `a`."""


def evaluate(algebra: Algebra[V], node: Expression, values: Mapping[str, V]) -> V:
    """The value of `node` where the symbols have `values`.

    ``1/(1 + e^−z)`` is evaluated as ``σ(z)``, which every algebra encloses more tightly.

    Raises
    ------
    ExpressionError
        If a symbol has no value, or the algebra lacks an operation.
    """
    z = as_sigmoid(node)
    if z is not None:
        return algebra.sigmoid(evaluate(algebra, z, values))
    match node:
        case Number(value):
            return algebra.constant(value)
        case Symbol():
            if node.full_name not in values:
                raise ExpressionError(
                    f"{node.full_name} has no value; found values for {', '.join(values) or 'nothing'}"
                )
            return values[node.full_name]
        case Euler():
            return algebra.exp(algebra.constant(Fraction(1)))
        case Add(terms):
            return algebra.add(*[evaluate(algebra, term, values) for term in terms])
        case Multiply(factors):
            return algebra.multiply(*[evaluate(algebra, factor, values) for factor in factors])
        case Negate(a):
            return algebra.negate(evaluate(algebra, a, values))
        case Mean(terms):
            total = algebra.add(*[evaluate(algebra, term, values) for term in terms])
            return algebra.multiply(algebra.constant(Fraction(1, len(terms))), total)
        case Function("exp" | "log" | "sigmoid" as name, a):
            inside = evaluate(algebra, a, values)
            return {"exp": algebra.exp, "log": algebra.log, "sigmoid": algebra.sigmoid}[name](inside)
        case Function(name, a):
            return algebra.function(name, evaluate(algebra, a, values))
        case Divide(a, b) if under := rational(b):
            return algebra.multiply(evaluate(algebra, a, values), algebra.constant(1 / under))
        case Divide(a, b):
            wide = _wide(algebra, "division")
            return wide.divide(evaluate(algebra, a, values), evaluate(algebra, b, values))
        case Power(a, b):
            return _power(algebra, evaluate(algebra, a, values), b, values)
    raise ExpressionError(f"{str(node)[:60]} has no value of its own; put the rows or the derivative in first")


def _power(algebra: Algebra[V], base: V, exponent: Expression, values: Mapping[str, V]) -> V:
    """``x^(1+1)`` and ``x^(4/2)`` are ``x^2``: an exponent made of numbers is worked out first."""
    number = rational(exponent)
    if number is None:
        return _wide(algebra, "a power").power(base, evaluate(algebra, exponent, values))
    if number.denominator != 1 or abs(number) > MAX_EXPONENT:
        return _wide(algebra, "a power").power(base, algebra.constant(number))
    if number < 0:
        return _wide(algebra, "division").divide(
            algebra.constant(Fraction(1)), _times_itself(algebra, base, -int(number))
        )
    return _times_itself(algebra, base, int(number))


def whole_number(exponent: Expression) -> int | None:
    """The value of an integer exponent of at most MAX_EXPONENT, else None."""
    match exponent:
        case Number(value) if value.denominator == 1 and abs(value) <= MAX_EXPONENT:
            return int(value)
        case Negate(Number(value)) if value.denominator == 1 and abs(value) <= MAX_EXPONENT:
            return -int(value)
    return None


def _times_itself(algebra: Algebra[V], base: V, times: int) -> V:
    """``base^times`` by squaring, so that an even power of an interval is never negative."""
    if times == 0:
        return algebra.constant(Fraction(1))
    if times == 1:
        return base
    if hasattr(algebra, "whole_power"):  # sharper than squaring, or with derivatives that are
        return cast("V", algebra.whole_power(base, times))
    half = algebra.square(_times_itself(algebra, base, times // 2))
    return algebra.multiply(half, base) if times % 2 else half


def _wide(algebra: Algebra[V], what: str) -> WideAlgebra[V]:
    if not hasattr(algebra, "divide"):
        raise ExpressionError(f"{type(algebra).__name__} cannot work out {what}; it knows + · ² and functions")
    return cast("WideAlgebra[V]", algebra)
