"""For a terminal: ``L = 1/2·((1/(1 + e^−(−w_x)) − 0)² + …)``, with σ, ², · and a true minus sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from chainrule.expression.printers.linear import Linear
from chainrule.expression.printers.precedence import ATOM, FRACTION, POWER, PRODUCT, SIGN, SUM, Piece, juxtaposed
from chainrule.expression.tree import Derivative, Expression, Number, Sum, Symbol

_RAISED = {2: "²", 3: "³"}


class Text(Linear):
    bare_signs = False
    plus, minus, sign = " + ", " − ", "−"
    dot, slash, caret = "·", "/", "^"
    calls: ClassVar[Mapping[str, str]] = {"sigmoid": "σ(…)", "log": "ln(…)", "abs": "abs(…)"} | {
        name: f"{name}(…)" for name in ("tanh", "relu", "softplus")
    }

    def times(self, left: Expression, right: Expression) -> str:
        return "" if juxtaposed(left, right) else self.dot

    def power(self, base: Expression, exponent: Expression) -> Piece:
        if isinstance(exponent, Number) and exponent.value in _RAISED:
            return Piece(self.at(base, ATOM) + _RAISED[int(exponent.value)], POWER)
        return super().power(base, exponent)

    def function(self, name: str, argument: Expression) -> Piece:
        if name == "exp":
            return Piece(f"e^{self.at(argument, SIGN)}", POWER)
        return super().function(name, argument)

    def mean(self, terms: Sequence[Expression]) -> Piece:
        return Piece(f"1/{len(terms)}·{self.wrap(self.sum(terms).text)}", PRODUCT)

    def big_sum(self, node: Sum) -> Piece:
        return Piece(f"Σ_({node.index}=1…{node.count}) {self.at(node.term, PRODUCT)}", SIGN)

    def derivative(self, node: Derivative) -> Piece:
        d = "∂" if node.partial else "d"
        if isinstance(node.of, Symbol):
            return Piece(f"{d}{self.symbol(node.of)}/{d}{self.symbol(node.by)}", FRACTION)
        return Piece(f"{d}/{d}{self.symbol(node.by)} {self.wrap(self.at(node.of, SUM))}", PRODUCT)
