"""A function of one variable on a whole tail, as a sum of ``c · t^m · e^E(t)`` (`series`) with ``t = |v| >= R``.

Value and slope are worked out together, by the rules of differentiation. The sum's leading term, the one that grows fastest, decides the
sign where it certainly outweighs the rest from R on.

Hypotheses of "the slope has this sign, and the value this limit":

1. R > 0, so that powers of t are defined and monotone (`Growth`).
2. Every operation is defined for all t >= R: what is divided by, or has a logarithm or a broken power, is ``c t^m e^E (1 + u)`` with c of a certain sign and
   1 + u > 0 on the whole tail (`inverse`, `log`, `raised`); relu and abs have an argument of one sign there. Nothing is dropped before that is known, 0 times it neither.
3. Every ball holds its function of t for all t >= R: each term that is put into one tends to 0 or stays, and falls from R on (`bounds`).
4. Of two exponents or constants the larger is known: exactly, or by balls that are apart; otherwise nothing is said (`Undecided`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from chainrule_fast.budget import Budget
from chainrule_fast.expression.growth import Growth
from chainrule_fast.expression.series import Sum, added, constant, scaled
from chainrule_fast.expression.tree import Node


@dataclass(frozen=True)
class Line:
    """Value and slope (by v) on the tail."""

    value: Sum
    slope: Sum


class Tail(Growth):
    """Works out expressions on the tail ``side · v >= start``; Arb's precision is the caller's."""

    def __init__(self, side: int, start: Fraction, budget: Budget) -> None:
        super().__init__(start, budget)
        self.side = side

    def expand(self, node: Node) -> Line:
        name = node.operation
        if name == "number":
            return Line(constant(node.value), {})
        if name == "symbol":
            return Line({((), 1): Fraction(self.side)}, constant(Fraction(1)))
        if name == "power":
            return self._power(node)
        parts = [self.expand(part) for part in node.parts]
        if name in ("add", "mean"):
            share = Fraction(1, len(parts)) if name == "mean" else Fraction(1)
            return Line(
                scaled(added(*(p.value for p in parts)), share), scaled(added(*(p.slope for p in parts)), share)
            )
        if name == "multiply":
            whole = parts[0]
            for part in parts[1:]:
                whole = self._product(whole, part)
            return whole
        if name == "negate":
            return Line(scaled(parts[0].value, Fraction(-1)), scaled(parts[0].slope, Fraction(-1)))
        if name == "divide":
            over, under = parts
            inverse = self.inverse(under.value)
            fall = scaled(self.multiplied(self.multiplied(inverse, inverse), under.slope), Fraction(-1))
            return self._product(over, Line(inverse, fall))
        return self._function(name, parts[0])

    def _product(self, a: Line, b: Line) -> Line:
        slope = added(self.multiplied(a.slope, b.value), self.multiplied(a.value, b.slope))
        return Line(self.multiplied(a.value, b.value), slope)

    def _function(self, name: str, a: Line) -> Line:
        z = a.value
        if name == "exp":
            value = self.exp(z)
            return Line(value, self.multiplied(value, a.slope))
        if name == "log":
            return Line(self.log(z), self.multiplied(self.inverse(z), a.slope))
        if name == "sigmoid":
            up, down = self.sigmoid(z)
            return Line(up, self.multiplied(self.multiplied(up, down), a.slope))
        if name == "softplus":
            return Line(self.softplus(z), self.multiplied(self.sigmoid(z)[0], a.slope))
        if name == "tanh":  # tanh z = σ(2z) − σ(−2z), and its slope 4σ(2z)σ(−2z)
            up, down = self.sigmoid(scaled(z, Fraction(2)))
            four = scaled(self.multiplied(up, down), Fraction(4))
            return Line(added(up, scaled(down, Fraction(-1))), self.multiplied(four, a.slope))
        sign = self.sign(z)  # relu and abs: straight on either side of 0, and 0 where z is 0 all along the tail
        factor = Fraction(1) if sign > 0 else Fraction(0 if name == "relu" else -1)
        return Line(scaled(z, factor), scaled(a.slope, factor))

    def _power(self, node: Node) -> Line:
        base, n = self.expand(node.parts[0]), node.parts[1].whole
        if n is None:
            if node.parts[1].operation != "number":
                return self._exponential(base, self.expand(node.parts[1]))
            r = node.parts[1].value
            if not base.value and r > 0:  # 0 all along the tail
                return Line({}, {})
            less = self.raised(base.value, r - 1)
            return Line(self.raised(base.value, r), scaled(self.multiplied(less, base.slope), r))
        if n == 0:
            return Line(constant(Fraction(1)), {})
        less = constant(Fraction(1))
        for _ in range(abs(n) - 1):
            less = self.multiplied(less, base.value)
        raised = Line(self.multiplied(less, base.value), scaled(self.multiplied(less, base.slope), Fraction(abs(n))))
        if n > 0:
            return raised
        inverse = self.inverse(raised.value)
        return Line(inverse, scaled(self.multiplied(self.multiplied(inverse, inverse), raised.slope), Fraction(-1)))

    def _exponential(self, base: Line, exponent: Line) -> Line:
        """``a^b = e^(b log a)``, with the slope ``a^b (b' log a + b a'/a)``."""
        logarithm = self.log(base.value)
        value = self.exp(self.multiplied(exponent.value, logarithm))
        growth = self.multiplied(exponent.value, self.multiplied(base.slope, self.inverse(base.value)))
        return Line(value, self.multiplied(value, added(self.multiplied(exponent.slope, logarithm), growth)))
