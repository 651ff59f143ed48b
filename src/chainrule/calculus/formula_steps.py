"""The derivative of an equation typed by hand, one rule a step, from the outside in.

    f = x² e^−x       d/dx (x² e^−x) = e^−x · (d/dx x²) + x² · (d/dx e^−x)      product rule
                      d/dx x² = 2x                                          power rule
                      d/dx e^−x = e^−x · (−1)                               exponential rule
                      df/dx = 2x · e^−x − x² · e^−x                         put together

Each inner derivative is worked out once, in a step of its own, and then put in where it was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from chainrule.calculus.derivative import FORMULAS, MAX_DEPTH, MAX_FACTORS, derivative, minus, share, times
from chainrule.calculus.messages import ACTIVATION_NOTES
from chainrule.calculus.simplify import simplify
from chainrule.calculus.step import Step, Steps
from chainrule.calculus.values import value
from chainrule.errors import ExpressionError
from chainrule.expression.rewrite import ONE, TWO, ZERO, children, depth, substitute, symbols, transform
from chainrule.expression.tree import (
    Add,
    Derivative,
    Divide,
    Equation,
    Expression,
    Function,
    Mean,
    Multiply,
    Negate,
    Number,
    Power,
    Symbol,
)

NAME = "f"
ENCLOSED_BITS = 200
Interval = tuple[Fraction, Fraction]
_NOTES = {
    **ACTIVATION_NOTES,
    "exp": ("exponential rule", "(e^u)' = e^u · u'"),
    "log": ("logarithm rule", "(ln u)' = u'/u"),
    "abs": ("kink rule", "|u|' = u/|u|: −1 below 0, 1 above; at 0 there is no derivative"),
}


def formula_equation(expression: Expression, free: tuple[str, ...] = ()) -> Equation:
    """``f = x² − 2x``, the letter doubled as long as a variable has that name."""
    return Equation(_name(free or symbols(expression)), expression)


def formula_derivative(expression: Expression, name: str) -> Equation:
    """``df/dx = …``, simplified."""
    free = symbols(expression)
    return Equation(Derivative(_name(free), Symbol(name), len(free) > 1), derivative(expression, name))


def formula_steps(expression: Expression, name: str) -> Steps:
    """The derivative of `expression` by the variable `name`, step by step; the last step is the answer.

    Raises
    ------
    ExpressionError
        If the expression is too deep, or holds what no rule is known for.
    """
    if depth(expression) > MAX_DEPTH:
        raise ExpressionError(
            f"{depth(expression)} operations inside one another; a derivative is taken of at most {MAX_DEPTH}: name a part"
        )
    free = symbols(expression)
    f, by = _name(free), Symbol(name)
    where = {f.name: expression}
    way = _Way(by, len(free) > 1)
    asked = way.of(expression)
    whole = Derivative(f, by, way.partial)
    steps = [Step("the equation", f, expression, where=where)]
    way.work_out(expression)
    if way.steps:
        steps.append(Step("the derivative", whole, asked, "worked out from the outside in", where))
        steps += way.steps
    last = "put together" if way.steps else "linear rule"
    return Steps((*steps, Step(last, whole, derivative(expression, name), where=where)))


def formula_at(expression: Expression, equation: Equation, at: Mapping[str, Fraction]) -> tuple[Steps, Interval | None]:
    """An equation about `expression`, itself or a derivative, with numbers put in for variables, and the value enclosed.

    The interval is None where a variable is left open, and where there is no value: then there are no steps either.
    """
    numbers: dict[str, Expression] = {name: Number(number) for name, number in at.items()}
    put = substitute(equation.right, numbers)
    where = {_name(symbols(expression)).name: expression, **numbers}
    steps = [Step("put the numbers in", equation.left, put, where=where)]
    if (tidied := simplify(put)) != put:
        steps.append(Step("tidy up", put, tidied))
    if symbols(put):
        return Steps(steps), None
    interval = enclosed(put)
    return Steps(() if interval is None else steps), interval


def enclosed(node: Expression) -> Interval | None:
    """An interval that holds the value of an expression without variables; None where it has none."""
    from chainrule.algebra.balls import lower_end, precision, upper_end

    with precision(ENCLOSED_BITS):
        ball = value(node, {})
        return None if ball is None else (lower_end(ball), upper_end(ball))


def _name(free: tuple[str, ...]) -> Symbol:
    name = NAME
    while name in free:
        name += NAME
    return Symbol(name)


class _Way:
    """The steps so far, and every inner derivative that has been worked out."""

    def __init__(self, by: Symbol, partial: bool) -> None:
        self.by, self.partial = by, partial
        self.steps: list[Step] = []
        self.known: dict[Derivative, Expression] = {}

    def of(self, node: Expression) -> Derivative:
        return Derivative(node, self.by, self.partial)

    def work_out(self, node: Expression) -> Expression:
        """The derivative of `node` with all inner ones put in; its rule becomes a step, and theirs after it."""
        asked = self.of(node)
        if asked in self.known:
            return self.known[asked]
        rule, after, note = self._rule(node)
        inner = [part for part in _derivatives(after) if part.by == self.by]
        if inner or not _is_plain(node):
            self.steps.append(Step(rule, asked, after, note))
        found = {part: self.work_out(part.of) for part in inner}
        value = transform(after, lambda n: found.get(n, n) if isinstance(n, Derivative) else n)
        self.known[asked] = value = simplify(value)
        return value

    def part(self, node: Expression) -> Expression:
        """What stands for the derivative of a part: itself where it is clear at a glance, else ``d/dx part``."""
        if self.by.full_name not in symbols(node):
            return ZERO
        if _is_plain(node):
            return derivative(node, self.by.full_name)
        return self.of(node)

    def _rule(self, node: Expression) -> tuple[str, Expression, str]:
        name = self.by.full_name
        if _is_plain(node) or name not in symbols(node):
            return "linear rule", derivative(node, name), ""
        match node:
            case Add(terms):
                return "sum rule", simplify(Add(tuple(map(self.part, terms)))), "(u + v)' = u' + v'"
            case Mean(terms):
                return (
                    "mean rule",
                    Mean(tuple(map(self.part, terms))),
                    "the derivative of a mean is the mean of the derivatives",
                )
            case Negate(u):
                return "factor rule", Negate(self.part(u)), "(−u)' = −u'"
            case Multiply(factors):
                return self._product(factors)
            case Divide(u, v) if name not in symbols(v):
                return "factor rule", Divide(self.part(u), v), "a constant divisor stays"
            case Divide(u, v) if name not in symbols(u):
                bottom = Power(v, TWO)
                return "quotient rule", Negate(Divide(_times(u, self.part(v)), bottom)), "(c/v)' = −c v'/v²"
            case Divide(u, v):
                top = minus(_times(v, self.part(u)), _times(u, self.part(v)))
                return "quotient rule", Divide(top, Power(v, TWO)), "(u/v)' = (v u' − u v')/v²"
            case Power(u, Number(n)):
                lowered = u if n == 2 else Power(u, Number(n - 1))
                return "power rule", _times(Number(n), lowered, self.part(u)), "(u^n)' = n u^(n−1) u'"
            case Power(u, v) if name not in symbols(u):
                return "exponential rule", _times(node, Function("log", u), self.part(v)), "(c^v)' = c^v ln c · v'"
            case Power(u, v):
                growth = Add((_times(self.part(v), Function("log", u)), share(_times(v, self.part(u)), u)))
                return "power rule", _times(node, simplify(growth)), "(u^v)' = u^v (v' ln u + v u'/u)"
            case Function(f, u) if f in FORMULAS:
                rule, note = _NOTES[f]
                return rule, _times(FORMULAS[f](u, node), self.part(u)), note
        raise ExpressionError(f"no rule for the derivative of {str(node)[:60]}")

    def _product(self, factors: tuple[Expression, ...]) -> tuple[str, Expression, str]:
        name = self.by.full_name
        moving = [factor for factor in factors if name in symbols(factor)]
        if len(moving) > MAX_FACTORS:
            raise ExpressionError(
                f"a product of {len(moving)} factors with {name}; the product rule takes at most {MAX_FACTORS}"
            )
        if len(moving) == 1:
            still = [factor for factor in factors if name not in symbols(factor)]
            return "factor rule", _times(*still, self.part(moving[0])), "a constant factor stays"
        terms = [
            _times(*factors[:k], *factors[k + 1 :], self.part(factor))
            for k, factor in enumerate(factors)
            if name in symbols(factor)
        ]
        return "product rule", Add(tuple(terms)), "(u v)' = v u' + u v'"


def _times(*factors: Expression) -> Expression:
    """A product without its ones; 0 where a factor is."""
    if ZERO in factors:
        return ZERO
    kept = tuple(factor for factor in factors if factor != ONE)
    return kept[0] if len(kept) == 1 else times(*kept) if kept else ONE


def _is_plain(node: Expression) -> bool:
    """Whether the derivative is seen at a glance: a number, a variable, or a number times a variable, and sums of such."""
    match node:
        case Number() | Symbol():
            return True
        case Negate(u):
            return _is_plain(u)
        case Add(terms):
            return all(map(_is_plain, terms))
        case Multiply((Number(), Symbol())):
            return True
        case Divide(u, Number(n)):
            return n != Fraction(0) and _is_plain(u)
    return False


def _derivatives(node: Expression) -> list[Derivative]:
    """The derivatives that are still to be worked out, in printed order, each once; none inside another."""
    if isinstance(node, Derivative):
        return [node]
    found: dict[Derivative, None] = {}
    for part in children(node):
        found.update(dict.fromkeys(_derivatives(part)))
    return list(found)
