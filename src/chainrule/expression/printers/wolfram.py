"""The form web calculators read: ``(0.5 * (1 / (1 + e))^2) + (0.5 * (1 / (1 + e^(-2 * x + 1)) - 1)^2)``.

A calculator takes one-letter names best; `chainrule.expression.rewrite.substitute` renames.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import ClassVar

from chainrule.expression.printers.linear import Linear
from chainrule.expression.printers.precedence import ATOM, POWER, SUM, Piece
from chainrule.expression.tree import Expression, Multiply, Number


class Wolfram(Linear):
    dot, caret = " * ", "^"
    calls: ClassVar[Mapping[str, str]] = {"log": "log(…)", "tanh": "tanh(…)", "relu": "max(0, …)", "abs": "abs(…)"}

    def function(self, name: str, argument: Expression) -> Piece:
        if name == "exp":
            return Piece(f"e^{self.raised(argument)}", POWER)
        return super().function(name, argument)

    def power(self, base: Expression, exponent: Expression) -> Piece:
        return Piece(f"{self.at(base, ATOM)}^{self.raised(exponent)}", POWER)

    def raised(self, exponent: Expression) -> str:
        """An exponent, in parentheses unless it is one plain thing: calculators differ on ``e^-x^2``."""
        piece = self.piece(exponent)
        return piece.text if piece.level == ATOM else self.wrap(piece.text)

    def mean(self, terms: Sequence[Expression]) -> Piece:
        share = Number(Fraction(1, len(terms)))
        pieces = [self.wrap(self.at(Multiply((share, term)), SUM)) for term in terms]
        return Piece(" + ".join(pieces), SUM)
