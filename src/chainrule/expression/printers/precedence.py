"""Which parentheses an expression needs: one walk over the tree, shared by all printed forms.

A printed piece has a *level*: sum < product < sign < fraction < power < atom. A place demands a level,
and a piece below it is wrapped in parentheses, and no other is. A form only says how to write a
sum, a product, a power …; `Printer` decides where parentheses go.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from chainrule.expression.tree import (
    Add,
    Derivative,
    Divide,
    Euler,
    Expression,
    Function,
    Mean,
    Multiply,
    Negate,
    Number,
    Power,
    Sum,
    Symbol,
)

SUM, PRODUCT, SIGN, FRACTION, POWER, ATOM = range(1, 7)


class Piece(NamedTuple):
    """Printed text, how tightly it holds together, and whether it begins with a minus sign."""

    text: str
    level: int
    signed: bool = False


class Printer:
    """The walk; a subclass supplies the marks of one form."""

    # May a minus sign follow an operator, as in `4*-1 + -1`? Code allows it; on paper it is `4·(−1) + (−1)`.
    bare_signs = False
    plus, minus, sign = " + ", " − ", "−"

    # What a form must say -------------------------------------------------------------------------
    def number(self, value: Fraction) -> Piece:
        raise NotImplementedError

    def symbol(self, symbol: Symbol) -> str:
        raise NotImplementedError

    def wrap(self, text: str) -> str:
        return f"({text})"

    def times(self, left: Expression, right: Expression) -> str:
        """The mark between two factors."""
        raise NotImplementedError

    def divide(self, numerator: Expression, denominator: Expression) -> Piece:
        raise NotImplementedError

    def power(self, base: Expression, exponent: Expression) -> Piece:
        raise NotImplementedError

    def function(self, name: str, argument: Expression) -> Piece:
        raise NotImplementedError

    def mean(self, terms: Sequence[Expression]) -> Piece:
        raise NotImplementedError

    def big_sum(self, node: Sum) -> Piece:
        raise NotImplementedError

    def derivative(self, node: Derivative) -> Piece:
        raise NotImplementedError

    # The walk ---------------------------------------------------------------------------------------
    def piece(self, node: Expression) -> Piece:
        match node:
            case Number(value):
                return self.number(value)
            case Symbol():
                return Piece(self.symbol(node), ATOM)
            case Euler():
                return Piece(self.euler(), ATOM)
            case Add(terms):
                return self.sum(terms)
            case Multiply(factors):
                return self.product(factors)
            case Negate(operand):
                inner = self.fit(operand, PRODUCT, signed=False)
                return Piece(self.sign + inner.text, min(inner.level, SIGN), True)
            case Divide(numerator, denominator):
                return self.divide(numerator, denominator)
            case Power(base, exponent):
                return self.power(base, exponent)
            case Function(name, argument):
                return self.function(name, argument)
            case Mean(terms):
                return self.piece(terms[0]) if len(terms) == 1 else self.mean(terms)
            case Sum():
                return self.big_sum(node)
            case Derivative():
                return self.derivative(node)
        raise TypeError(f"no printed form for {type(node).__name__}")

    def euler(self) -> str:
        return "e"

    def fit(self, node: Expression, level: int, signed: bool = True) -> Piece:
        """The node for a place that demands `level`, and no leading sign unless `signed`."""
        piece = self.piece(node)
        bare = signed or not piece.signed or self.bare_signs
        if not bare and level <= PRODUCT and isinstance(node, Multiply):
            return self.product(node.factors, signed=False)  # (−1)·y rather than (−1·y)
        if piece.level < level or not bare:
            return Piece(self.wrap(piece.text), ATOM)
        return piece

    def at(self, node: Expression, level: int) -> str:
        return self.fit(node, level).text

    def sum(self, terms: Sequence[Expression]) -> Piece:
        if not terms:
            return self.number(Fraction(0))
        first = self.fit(terms[0], SUM)
        text = first.text
        for term in terms[1:]:
            if isinstance(term, Negate):
                text += self.minus + self.fit(term.operand, PRODUCT, signed=False).text
            else:
                text += self.plus + self.fit(term, PRODUCT, signed=False).text
        return Piece(text, SUM if len(terms) > 1 else first.level, first.signed)

    def product(self, factors: Sequence[Expression], signed: bool = True) -> Piece:
        if not factors:
            return self.number(Fraction(1))
        first = self.fit(factors[0], PRODUCT, signed)
        text = first.text
        for left, right in pairwise(factors):
            text += self.times(left, right) + self.fit(right, SIGN, signed=False).text
        return Piece(text, PRODUCT if len(factors) > 1 else first.level, first.signed)


def juxtaposed(left: Expression, right: Expression) -> bool:
    """Whether paper leaves the times sign out: ``3v``, ``2(a − 1)``, ``a(1 − a)``, ``(…)(…)``."""
    first = right.base if isinstance(right, Power) else right
    if _is_sum(first):
        low = isinstance(left, Power) and left.exponent in (Number(Fraction(2)), Number(Fraction(3)))
        base = left.base if low and isinstance(left, Power) else left
        # f(x + 1) is a function's value to a reader, and is not read as a product
        letter = isinstance(base, Symbol) and len(split_name(base)[0]) == 1 and base.name not in ("f", "g", "h")
        called = isinstance(base, Function) and base.name != "exp"
        number = isinstance(left, Number) and abs(left.value) != 1
        return letter or called or number or _is_sum(base)
    # 3e2 would be read as a number, 3·e2 is not; and −1·w_x shows that a number was put in
    letter = isinstance(first, Symbol) and first.name[0] not in "eE"
    letter = letter or (isinstance(first, Function) and first.name in ("sigmoid", "tanh", "log"))
    return letter and isinstance(left, Number) and left.value.denominator == 1 and abs(left.value) != 1


def _is_sum(node: Expression) -> bool:
    return isinstance(node, Add) and len(node.terms) > 1


def split_name(symbol: Symbol) -> tuple[str, str, str]:
    """Letter, subscript and superscript of a name.

    ``w_x`` is w with subscript x; ``w2[0,1]`` is w with subscript 0,1 and superscript (2), the layer;
    any other name of several letters is one word.
    """
    name, index = symbol.name, symbol.index
    if name.endswith("]") and "[" in name:
        head, _, inside = name[:-1].partition("[")
        letter = head.rstrip("0123456789")
        layer = head[len(letter) :]
        return letter, ",".join(filter(None, [inside, index])), f"({layer})" if layer else ""
    head, _, tail = name.partition("_")
    if len(head) == 1 and tail:
        return head, ",".join(filter(None, [tail, index])), ""
    return name, index, ""
