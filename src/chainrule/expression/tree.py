"""The ordered expression: a frozen tree that keeps the order and the numbers as a person wrote them.

``3*v + 4*1 + -1`` stays that; nothing is evaluated, sorted or simplified unless a step says so. Trees
compare and hash by structure. ``str(tree)`` is the text form; in a notebook a tree shows as LaTeX.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from chainrule.shown import Shown


class Printed(Shown):
    """What prints itself: as text in a terminal, as an equation in a notebook."""

    __slots__ = ()

    def __str__(self) -> str:
        return self._print("text")

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self._print('latex')}$"

    def _print(self, form: str) -> str:
        from chainrule.expression.printers import print_expression  # the printers import this module

        assert isinstance(self, Expression | Equation)
        return print_expression(self, form)


class Expression(Printed):
    """Base of all nodes."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Number(Expression):
    """An exact rational."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Euler(Expression):
    """The number ``e = 2.718…``; ``e^x`` is ``Function("exp", x)``."""


@dataclass(frozen=True, slots=True)
class Symbol(Expression):
    """A free weight, an input, or a named part such as ``z``; with an `index`, that of row i: ``x_i``."""

    name: str
    index: str = ""

    @property
    def full_name(self) -> str:
        return f"{self.name}_{self.index}" if self.index else self.name


@dataclass(frozen=True, slots=True)
class Add(Expression):
    """``t_1 + t_2 + …`` in this order; a term that is a Negate prints as ``− t``."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Multiply(Expression):
    """``f_1 · f_2 · …`` in this order."""

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


FUNCTIONS = ("exp", "log", "sigmoid", "tanh", "relu", "softplus", "abs")


@dataclass(frozen=True, slots=True)
class Function(Expression):
    """One of FUNCTIONS, applied to an argument."""

    name: str
    argument: Expression


@dataclass(frozen=True, slots=True)
class Mean(Expression):
    """``(t_1 + … + t_n) / n``: the mean over the data."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Sum(Expression):
    """``Σ_{i=1}^{count} term``: a sum over data rows, collapsed; `term` speaks of the general row."""

    index: str
    count: int
    term: Expression


@dataclass(frozen=True, slots=True)
class Derivative(Expression):
    """``d of / d by``; with `partial`, ``∂ of / ∂ by``. A statement of what is meant, not yet worked out."""

    of: Expression
    by: Symbol
    partial: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Equation(Printed):
    """``left = right``."""

    left: Expression
    right: Expression
