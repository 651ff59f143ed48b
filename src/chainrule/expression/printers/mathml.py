"""MathML Core, as presentation markup: real fractions, stretching parentheses, a true minus sign U+2212.

The order of the expression is kept. Every text is escaped. https://www.w3.org/TR/mathml-core/
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from html import escape
from typing import Literal

from chainrule.exact import number_text
from chainrule.expression.printers.precedence import (
    ATOM,
    FRACTION,
    POWER,
    PRODUCT,
    SIGN,
    SUM,
    Piece,
    Printer,
    juxtaposed,
    split_name,
)
from chainrule.expression.tree import Derivative, Equation, Expression, Sum, Symbol

INVISIBLE_TIMES, APPLY = "\u2062", "\u2061"


def _mo(sign: str) -> str:
    return f"<mo>{sign}</mo>"


def _row(text: str) -> str:
    return f"<mrow>{text}</mrow>"


def _word(text: str) -> str:
    return f"<mn>{escape(text)}</mn>" if text.isdigit() else f"<mi>{escape(text)}</mi>"


class MathML(Printer):
    # as a sign it stands close to what follows, also after a parenthesis
    plus, minus, sign = _mo("+"), _mo("−"), '<mo form="prefix">−</mo>'

    def number(self, value: Fraction) -> Piece:
        digits = number_text(abs(value))
        if "/" in digits:
            over, _, under = digits.partition("/")
            text, level = f"<mfrac><mn>{over}</mn><mn>{under}</mn></mfrac>", FRACTION
        else:
            text, level = f"<mn>{digits}</mn>", ATOM
        return Piece(self.sign + text, SIGN, True) if value < 0 else Piece(text, level)

    def symbol(self, symbol: Symbol) -> str:
        letter, below, above = split_name(symbol)
        sub = _row("<mo>,</mo>".join(map(_word, below.split(",")))) if "," in below else _word(below)
        if above:
            return f"<msubsup>{_word(letter)}{sub}<mi>{escape(above)}</mi></msubsup>"
        return f"<msub>{_word(letter)}{sub}</msub>" if below else _word(letter)

    def euler(self) -> str:
        return "<mi>e</mi>"

    def wrap(self, text: str) -> str:
        return _row(_mo("(") + text + _mo(")"))

    def times(self, left: Expression, right: Expression) -> str:
        return _mo(INVISIBLE_TIMES if juxtaposed(left, right) else "⋅")

    def divide(self, numerator: Expression, denominator: Expression) -> Piece:
        over, under = _row(self.at(numerator, SUM)), _row(self.at(denominator, SUM))
        return Piece(f"<mfrac>{over}{under}</mfrac>", FRACTION)

    def power(self, base: Expression, exponent: Expression) -> Piece:
        return Piece(f"<msup>{_row(self.at(base, ATOM))}{_row(self.at(exponent, SUM))}</msup>", POWER)

    def function(self, name: str, argument: Expression) -> Piece:
        inside = self.at(argument, SUM)
        if name == "exp":
            return Piece(f"<msup><mi>e</mi>{_row(inside)}</msup>", POWER)
        if name == "abs":
            return Piece(_row(_mo("|") + inside + _mo("|")), ATOM)
        head = "σ" if name == "sigmoid" else "ln" if name == "log" else name
        return Piece(_row(f"<mi>{head}</mi>{_mo(APPLY)}{self.wrap(inside)}"), ATOM)

    def mean(self, terms: Sequence[Expression]) -> Piece:
        share = f"<mfrac><mn>1</mn><mn>{len(terms)}</mn></mfrac>"
        return Piece(share + _mo(INVISIBLE_TIMES) + self.wrap(self.sum(terms).text), PRODUCT)

    def big_sum(self, node: Sum) -> Piece:
        below = _row(f"<mi>{escape(node.index)}</mi><mo>=</mo><mn>1</mn>")
        over = f'<munderover><mo movablelimits="false">∑</mo>{below}<mn>{node.count}</mn></munderover>'
        return Piece(over + self.at(node.term, PRODUCT), SIGN)

    def derivative(self, node: Derivative) -> Piece:
        d = "<mo>∂</mo>" if node.partial else '<mi mathvariant="normal">d</mi>'
        by = _row(d + self.symbol(node.by))
        if isinstance(node.of, Symbol):
            return Piece(f"<mfrac>{_row(d + self.symbol(node.of))}{by}</mfrac>", FRACTION)
        return Piece(f"<mfrac>{d}{by}</mfrac>" + self.wrap(self.at(node.of, SUM)), PRODUCT)


def mathml_body(shown: Expression | Equation) -> str:
    """The markup without the ``<math>`` element around it, to build larger formulas from."""
    printer = MathML()
    if isinstance(shown, Equation):
        return printer.at(shown.left, SUM) + _mo("=") + printer.at(shown.right, SUM)
    return printer.at(shown, SUM)


def mathml(shown: Expression | Equation, display: Literal["block", "inline"] = "inline") -> str:
    """A whole ``<math>`` element."""
    return (
        f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="{display}"><mrow>{mathml_body(shown)}</mrow></math>'
    )
