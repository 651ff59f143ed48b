"""Small rewritings of a tree: map, substitute, which symbols, functions spelled out with e^x.

All are exact: the value never changes, except that `substitute` puts one thing in the place of another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from math import prod

from chainrule.errors import ExpressionError
from chainrule.exact import LARGEST
from chainrule.expression.tree import (
    Add,
    Derivative,
    Divide,
    Equation,
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

ZERO, ONE, TWO = (Number(Fraction(n)) for n in range(3))
MAX_EXPONENT = 1000
"""The largest integer exponent that is worked out by multiplication."""
LONGEST = 4096  # bits of a numerator or denominator of a number that is worked out


def children(node: Expression) -> tuple[Expression, ...]:
    match node:
        case Add(terms) | Mean(terms):
            return terms
        case Multiply(factors):
            return factors
        case Negate(a) | Function(_, a) | Sum(_, _, a):
            return (a,)
        case Divide(a, b) | Power(a, b) | Derivative(a, b):
            return (a, b)
    return ()


def rebuild(node: Expression, parts: tuple[Expression, ...]) -> Expression:
    """The same kind of node over other children."""
    match node:
        case Add():
            return Add(parts)
        case Multiply():
            return Multiply(parts)
        case Mean():
            return Mean(parts)
        case Negate():
            return Negate(parts[0])
        case Function(name, _):
            return Function(name, parts[0])
        case Sum(index, count, _):
            return Sum(index, count, parts[0])
        case Divide():
            return Divide(*parts)
        case Power():
            return Power(*parts)
        case Derivative(_, by, partial):
            if not isinstance(parts[1], Symbol):
                raise ExpressionError(f"{by} was replaced by {parts[1]}; a derivative is by a symbol")
            return Derivative(parts[0], parts[1], partial)
    return node


def transform(node: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """Apply `change` to every node, leaves first."""
    parts = children(node)
    fresh = tuple(transform(part, change) for part in parts)
    return change(node if all(a is b for a, b in zip(parts, fresh, strict=True)) else rebuild(node, fresh))


def substitute(node: Expression, values: Mapping[str, Expression]) -> Expression:
    """`values` put in for the symbols they name (``x``, or ``x_i`` for an indexed one), all at once."""
    return transform(node, lambda n: values.get(n.full_name, n) if isinstance(n, Symbol) else n)


def with_row(node: Expression, index: str, row: str) -> Expression:
    """The general row's expression for one row: ``x_i`` becomes ``x_3``."""
    return transform(node, lambda n: Symbol(n.name, row) if isinstance(n, Symbol) and n.index == index else n)


def walk(node: Expression) -> Iterator[Expression]:
    """All nodes, in printed order."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def depth(node: Expression) -> int:
    """How many operations stand inside one another, a leaf counting as 1."""
    deepest, stack = 0, [(node, 1)]
    while stack:
        node, level = stack.pop()
        deepest = max(deepest, level)
        stack.extend((part, level + 1) for part in children(node))
    return deepest


def rational(node: Expression) -> Fraction | None:
    """The number that a node is, where it is made of numbers by + − · ÷, means and integer powers; else None.

    >>> from chainrule.expression.parser import parse
    >>> rational(parse("2^(4/2) - 1")), rational(parse("x - x")), rational(parse("1/0"))
    (Fraction(3, 1), None, None)
    """
    if isinstance(node, Number):
        return node.value
    if not isinstance(node, Add | Mean | Negate | Multiply | Divide | Power):
        return None
    parts = [rational(part) for part in children(node)]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    found = _worked_out(node, known)
    if found is None or max(found.numerator.bit_length(), found.denominator.bit_length()) > LONGEST:
        return None
    return found if not found or 1 / LARGEST <= abs(found) <= LARGEST else None


def _worked_out(node: Expression, values: list[Fraction]) -> Fraction | None:
    a, b = values[0], values[-1]
    match node:
        case Negate():
            return -a
        case Multiply():
            return prod(values, start=Fraction(1))
        case Divide():
            return a / b if b else None
        case Power():
            size = max(a.numerator.bit_length(), a.denominator.bit_length())
            if b.denominator != 1 or abs(b) > MAX_EXPONENT or size * abs(b) > LONGEST or (not a and b < 0):
                return None
            return Fraction(a ** int(b))
    total = sum(values, start=Fraction(0))
    return total / len(values) if isinstance(node, Mean) else total


def symbol_nodes(node: Expression) -> tuple[Symbol, ...]:
    """The different symbols, in the order in which they first appear."""
    return tuple(dict.fromkeys(n for n in walk(node) if isinstance(n, Symbol)))


def symbols(node: Expression | Equation) -> tuple[str, ...]:
    """The different names, in the order in which they first appear."""
    if isinstance(node, Equation):
        return tuple(dict.fromkeys(symbols(node.left) + symbols(node.right)))
    return tuple(dict.fromkeys(s.full_name for s in symbol_nodes(node)))


def spelled_out(node: Expression) -> Expression:
    """A function in terms of exp and log: ``σ(z) = 1/(1 + e^−z)``."""
    match node:
        case Function("sigmoid", z):
            return Divide(ONE, Add((ONE, Function("exp", Negate(z)))))
        case Function("softplus", z):
            return Function("log", Add((ONE, Function("exp", z))))
    return node


def spell_out(node: Expression) -> Expression:
    """Every sigmoid and softplus spelled out with e^x."""
    return transform(node, spelled_out)


def as_sigmoid(node: Expression) -> Expression | None:
    """The z of a node that is ``1/(1 + e^−z)``, ``(1 + e^−z)^−1`` or ``e^z/(1 + e^z)``, or None."""
    match node:
        case Function("sigmoid", z):
            return z
        case Divide(over, Add((_, _) as terms)) if (power := _beside_one(terms)) is not None:
            if over == ONE:
                return power.operand if isinstance(power, Negate) else _negated(power)
            return power if _exponent(over) == power else None
        case Power(Add((_, _) as terms), Negate(Number(one)) | Number(one)) if abs(one) == 1 and node.exponent != ONE:
            power = _beside_one(terms)
            return None if power is None else power.operand if isinstance(power, Negate) else _negated(power)
    return None


def _beside_one(terms: tuple[Expression, ...]) -> Expression | None:
    """The x of ``1 + e^x`` or ``e^x + 1``."""
    first, second = terms
    return _exponent(second) if first == ONE else _exponent(first) if second == ONE else None


def _exponent(node: Expression) -> Expression | None:
    match node:
        case Function("exp", x):
            return x
        case Euler():
            return ONE
    return None


def _negated(node: Expression) -> Expression:
    return Number(-node.value) if isinstance(node, Number) else Negate(node)


def gather_sigmoids(node: Expression) -> Expression:
    """Every ``1/(1 + e^−z)`` as ``σ(z)``, so that it can be enclosed tightly."""

    def gathered(n: Expression) -> Expression:
        z = as_sigmoid(n)
        return n if z is None else Function("sigmoid", z)

    return transform(node, gathered)
