"""The derivative by rule, from a table that reads like a formula sheet.

(u + v)' = u' + v'          (u · v)' = u' · v + u · v'          (u / v)' = (u' · v − u · v') / v²
(u^n)' = n · u^(n−1) · u'   (u^v)' = u^v · (v' · ln u + v · u'/u)     f(u)' = f'(u) · u'
"""

from __future__ import annotations

from collections.abc import Callable

from chainrule.calculus.simplify import coefficient, scaled, simplify
from chainrule.errors import ExpressionError
from chainrule.expression.rewrite import ONE, TWO, ZERO, depth, symbols
from chainrule.expression.tree import (
    Add,
    Divide,
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

# A quotient's derivative is four levels deeper, level by level; Python's own stack sets the limit.
MAX_DEPTH = 40
# The product rule writes each factor as often as there are factors.
MAX_FACTORS = 50


def minus(a: Expression, b: Expression) -> Expression:
    return Add((a, Negate(b)))


def times(*factors: Expression) -> Expression:
    return Multiply(factors)


def share(product: Expression, u: Expression) -> Expression:
    """``product / u``; where u is one of its factors, what is left. Beside ln u, which needs u > 0, that changes no value."""
    (value, rest), (divisor, base) = coefficient(simplify(product)), coefficient(u)
    factors = list(rest.factors if isinstance(rest, Multiply) else (rest,))
    if base not in factors or not divisor:
        return Divide(product, u)
    factors.remove(base)
    return scaled(value / divisor, Multiply(tuple(factors)) if len(factors) > 1 else factors[0] if factors else ONE)


def _kink(u: Expression) -> Expression:
    """``u/|u|``: −1 below 0, 1 above, no value at 0, where there is no derivative."""
    return Divide(u, Function("abs", u))


# f, its derivative at u, given u and f(u)
FORMULAS: dict[str, Callable[[Expression, Expression], Expression]] = {
    "exp": lambda u, f: f,
    "log": lambda u, f: Divide(ONE, u),
    "sigmoid": lambda u, f: times(f, minus(ONE, f)),
    "tanh": lambda u, f: minus(ONE, Power(f, TWO)),
    "softplus": lambda u, f: Function("sigmoid", u),
    "abs": lambda u, f: _kink(u),
    "relu": lambda u, f: Divide(Add((ONE, _kink(u))), TWO),
}


def derivative(node: Expression, name: str) -> Expression:
    """``d node / d name``, simplified.

    Raises
    ------
    ExpressionError
        If there is no rule for a function, more than MAX_DEPTH operations stand inside one another,
        or a product has more than MAX_FACTORS factors that change.

    Examples
    --------
    >>> from chainrule.expression import parse
    >>> print(derivative(parse("sigmoid(3x + 1)^2"), "x"))
    6σ(3x + 1)²(1 − σ(3x + 1))
    """
    node = simplify(node)
    if depth(node) > MAX_DEPTH:
        raise ExpressionError(
            f"{depth(node)} operations inside one another; a derivative is taken of at most {MAX_DEPTH}: name a part"
        )
    return simplify(Rules(name).of(node))


class Rules:
    """The rules for one variable; a subclass may break one, to see what a person did who did so (`faults`)."""

    def __init__(self, name: str) -> None:
        self.name = name

    def of(self, node: Expression) -> Expression:
        """The derivative of `node`, not simplified."""
        name = self.name
        if name not in symbols(node):
            return ZERO
        match node:
            case Symbol():
                return ONE
            case Add(terms):
                return Add(tuple(map(self.of, terms)))
            case Mean(terms):
                return Mean(tuple(map(self.of, terms)))
            case Sum(index, count, term):
                return Sum(index, count, simplify(self.of(term)))
            case Negate(u):
                return Negate(self.of(u))
            case Multiply(factors):
                changing = [k for k, factor in enumerate(factors) if name in symbols(factor)]
                if len(changing) > MAX_FACTORS:
                    raise ExpressionError(
                        f"a product of {len(changing)} factors with {name}; the product rule takes at most {MAX_FACTORS}"
                    )
                return Add(tuple(self.one_factor(factors, k) for k in changing))
            case Divide(u, v) if name not in symbols(v):
                return Divide(self.of(u), v)
            case Divide(u, v):
                top = minus(times(self.of(u), v), times(u, self.of(v)))
                return Divide(top, Power(v, TWO))
            case Power(u, Number(n)):
                return times(Number(n), Power(u, Number(n - 1)), self.of(u))
            case Power(u, v):
                growth = times(self.of(v), Function("log", u))
                return times(node, Add((growth, share(times(v, self.of(u)), u))))
            case Function(f, u) if f in FORMULAS:
                return times(FORMULAS[f](u, node), self.of(u))
        raise ExpressionError(f"no rule for the derivative of {str(node)[:60]}")

    def one_factor(self, factors: tuple[Expression, ...], k: int) -> Expression:
        """The product with factor k replaced by its derivative."""
        return Multiply((*factors[:k], self.of(factors[k]), *factors[k + 1 :]))
