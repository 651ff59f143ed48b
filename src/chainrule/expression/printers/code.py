"""Forms that are programs: Python's math module, NumPy, SymPy, and the notebook's strings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import ClassVar

from chainrule.expression.printers.linear import Code, Linear
from chainrule.expression.printers.precedence import ATOM, POWER, PRODUCT, SIGN, SUM, Piece
from chainrule.expression.rewrite import walk
from chainrule.expression.tree import Add, Expression, Mean, Multiply, Negate, Number


def only_integers(node: Expression) -> bool:
    """Whether Python would work the node out before SymPy sees a number."""
    return all(
        isinstance(part, Number | Add | Multiply | Negate | Mean)
        and not (isinstance(part, Number) and part.value.denominator != 1)
        for part in walk(node)
    )


class Python(Code):
    """``1 / (1 + math.exp(-w_x))``"""

    calls: ClassVar[Mapping[str, str]] = {
        "exp": "math.exp(…)",
        "log": "math.log(…)",
        "tanh": "math.tanh(…)",
        "relu": "max(0, …)",
        "abs": "abs(…)",
    }

    def euler(self) -> str:
        return "math.e"


class NumPy(Code):
    """``1 / (1 + np.exp(-w_x))``"""

    calls: ClassVar[Mapping[str, str]] = {
        "exp": "np.exp(…)",
        "log": "np.log(…)",
        "tanh": "np.tanh(…)",
        "relu": "np.maximum(0, …)",
        "abs": "np.abs(…)",
    }

    def euler(self) -> str:
        return "np.e"


class SymPy(Code):
    """Code over SymPy's names, exact: a tenth is ``Rational(1, 10)``, never ``0.1``."""

    calls: ClassVar[Mapping[str, str]] = {
        "exp": "exp(…)",
        "log": "log(…)",
        "tanh": "tanh(…)",
        "relu": "Max(0, …)",
        "abs": "Abs(…)",
    }

    def number(self, value: Fraction) -> Piece:
        if value.denominator == 1:
            return super().number(value)
        return Piece(f"Rational({value.numerator}, {value.denominator})", ATOM)

    def divide(self, numerator: Expression, denominator: Expression) -> Piece:
        # Python would work out 1 / (1 + 2) in floating point before SymPy sees it.
        if only_integers(numerator) and only_integers(denominator):
            return Piece(f"Integer({self.at(numerator, SUM)}) / {self.at(denominator, SIGN)}", PRODUCT)
        return super().divide(numerator, denominator)

    def power(self, base: Expression, exponent: Expression) -> Piece:
        if only_integers(base) and only_integers(exponent):
            return Piece(f"Integer({self.at(base, SUM)})**{self.at(exponent, SIGN)}", POWER)
        return super().power(base, exponent)

    def mean(self, terms: Sequence[Expression]) -> Piece:
        if all(map(only_integers, terms)):
            return Piece(f"Integer({self.sum(terms).text}) / {len(terms)}", PRODUCT)
        return super().mean(terms)

    def euler(self) -> str:
        return "exp(1)"


class Notebook(Linear):
    """``1/2*(1 / (1 + e**-(3*v + 4*1 + -1)) - 1)**2 + …``, the strings of the notebook functions."""

    calls: ClassVar[Mapping[str, str]] = {"log": "log(…)", "tanh": "tanh(…)", "relu": "max(0, …)", "abs": "abs(…)"}

    def function(self, name: str, argument: Expression) -> Piece:
        if name == "exp":
            return Piece(f"e**{self.at(argument, SIGN)}", POWER)
        return super().function(name, argument)

    def divide(self, numerator: Expression, denominator: Expression) -> Piece:
        if isinstance(numerator, Number) and isinstance(denominator, Number):
            return Piece(f"{self.at(numerator, PRODUCT)}/{self.at(denominator, SIGN)}", PRODUCT, numerator.value < 0)
        return super().divide(numerator, denominator)

    def mean(self, terms: Sequence[Expression]) -> Piece:
        return Piece(" + ".join(f"1/{len(terms)}*{self.at(term, PRODUCT)}" for term in terms), SUM)
