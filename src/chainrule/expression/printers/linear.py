"""What all one-line forms share: ``/`` for a fraction, a name and parentheses for a function."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import ClassVar

from chainrule.exact import number_text
from chainrule.expression.printers.precedence import ATOM, POWER, PRODUCT, SIGN, SUM, Piece, Printer
from chainrule.expression.rewrite import spelled_out, symbol_nodes
from chainrule.expression.tree import Derivative, Expression, Function, Sum, Symbol


class Linear(Printer):
    """Code-like forms; a subclass sets the marks."""

    bare_signs = True
    plus, minus, sign = " + ", " - ", "-"
    dot, slash, caret = "*", " / ", "**"
    # How the form calls a function; one that is missing here is spelled out with exp and log.
    calls: ClassVar[Mapping[str, str]] = {}

    def number(self, value: Fraction) -> Piece:
        text = number_text(value).replace("-", self.sign)
        return Piece(text, PRODUCT if "/" in text else SIGN if value < 0 else ATOM, value < 0)

    def symbol(self, symbol: Symbol) -> str:
        return symbol.full_name

    def times(self, left: Expression, right: Expression) -> str:
        return self.dot

    def divide(self, numerator: Expression, denominator: Expression) -> Piece:
        over = self.fit(numerator, PRODUCT)
        return Piece(over.text + self.slash + self.fit(denominator, SIGN, signed=False).text, PRODUCT, over.signed)

    def power(self, base: Expression, exponent: Expression) -> Piece:
        return Piece(self.at(base, ATOM) + self.caret + self.at(exponent, SIGN), POWER)

    def function(self, name: str, argument: Expression) -> Piece:
        node = Function(name, argument)
        spelled = spelled_out(node)
        if name not in self.calls and spelled is not node:
            return self.piece(spelled)
        return Piece(self.calls.get(name, f"{name}(…)").replace("…", self.at(argument, SUM)), ATOM)

    def mean(self, terms: Sequence[Expression]) -> Piece:
        return Piece(f"{self.wrap(self.sum(terms).text)}{self.slash}{len(terms)}", PRODUCT)

    def big_sum(self, node: Sum) -> Piece:
        return Piece(f"sum({self.at(node.term, SUM)}, {node.index}=1..{node.count})", ATOM)

    def derivative(self, node: Derivative) -> Piece:
        of = self.symbol(node.of) if isinstance(node.of, Symbol) else self.wrap(self.at(node.of, SUM))
        return Piece(f"d{of}_d{self.symbol(node.by)}", ATOM)


class Code(Linear):
    """Forms that are programs: names become identifiers, ``w2[0,1]`` is written ``w2_0_1``."""

    dot = " * "

    def symbol(self, symbol: Symbol) -> str:
        return re.sub(r"\W+", "_", symbol.full_name).rstrip("_")

    def big_sum(self, node: Sum) -> Piece:
        row = ", ".join(self.symbol(s) for s in symbol_nodes(node.term) if s.index == node.index)
        return Piece(f"sum({self.at(node.term, SUM)} for {row} in rows)", ATOM)
