"""The ordered expression: a frozen tree that keeps the order and the numbers as a person wrote them.

``3*v + 4*1 + -1`` stays that; nothing is evaluated, sorted or simplified unless a step says so. Trees
compare and hash by structure.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


class Expression:
    """Base of all nodes."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Number(Expression):
    """An exact rational."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Symbol(Expression):
    """A free weight, an input, or a named part such as ``z``."""

    name: str


@dataclass(frozen=True, slots=True)
class Add(Expression):
    """``t_1 + t_2 + …`` in this order; a term that is a Negate prints as ``− t``."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Multiply(Expression):
    factors: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Negate(Expression):
    operand: Expression


@dataclass(frozen=True, slots=True)
class Divide(Expression):
    numerator: Expression
    denominator: Expression


@dataclass(frozen=True, slots=True)
class Power(Expression):
    base: Expression
    exponent: Expression


@dataclass(frozen=True, slots=True)
class Function(Expression):
    """One of exp, log, sigmoid, tanh, relu, softplus, abs, applied to an argument."""

    name: str
    argument: Expression


@dataclass(frozen=True, slots=True)
class Mean(Expression):
    """``(t_1 + … + t_n) / n``: the mean over the data."""

    terms: tuple[Expression, ...]
