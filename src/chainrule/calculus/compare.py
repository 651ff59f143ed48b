"""A person's own equation beside the right one: equal, and by what means, or a point where they differ, and why.

Two expressions are compared in this order, and the first that decides is told:

1. at points, by balls of 300 bits: where the balls do not touch, the two differ there (*enclosed*);
2. tidied up, term by term: the same trees (*proved* by rewriting);
3. SymPy, where it is installed: the numerator of each pair's difference expands to 0;
4. otherwise they agree to 30 digits at all points (*computed*).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from chainrule.algebra.evaluate import evaluate
from chainrule.calculus.simplify import coefficient, simplify
from chainrule.errors import ChainruleError, ExpressionError
from chainrule.exact import number_text
from chainrule.expression.rewrite import gather_sigmoids, symbols, walk
from chainrule.expression.tree import Add, Divide, Equation, Expression, Mean, Multiply, Negate, Number
from chainrule.shown import Shown

BITS = 300
POINTS = 12
LARGEST_FOR_SYMPY = 120
"""Nodes of a pair of terms; SymPy's expansion of more could take minutes."""


@dataclass(frozen=True)
class Comparison(Shown):
    """Whether two expressions are equal; `how` is a sentence that says by what means, or where they differ.

    `at` is a point where they differ and `values` are theirs and the right one's there; `hints` say which term is off;
    `right` is the right equation, where the answer was to a problem.
    """

    equal: bool
    how: str
    at: Mapping[str, Fraction] | None = None
    values: tuple[str, str] | None = None
    hints: tuple[str, ...] = ()
    right: Equation | None = None

    def __str__(self) -> str:
        return "\n".join((f"{self.how[:1].upper()}{self.how[1:]}.", *(f"- {hint}" for hint in self.hints)))


def compare(answer: Expression, right: Expression, names: Sequence[str], terms: Sequence[str] = ()) -> Comparison:
    """Compare an answer with the right expression; `names` are the variables, `terms` names each term of `right`.

    Raises
    ------
    ExpressionError
        If the answer has other variables, or neither has a value at any of the points.
    """
    strange = [name for name in symbols(answer) if name not in names]
    if strange:
        raise ExpressionError(
            f"your equation has {', '.join(strange[:3])}; needed an equation in {', '.join(names)}; put the numbers in"
        )
    import flint

    with flint.ctx.workprec(BITS):
        compared = 0
        for point in _points(names):
            theirs, ours = _value(answer, point), _value(right, point)
            if theirs is None or ours is None:
                continue
            compared += 1
            if not theirs.overlaps(ours):
                return _different(answer, right, names, terms, point, (theirs, ours))
    if compared < 3:
        raise ExpressionError(f"your equation has a value at {compared} of {POINTS} points; needed 3 to compare")
    return Comparison(True, _means(answer, right, names, compared))


def _points(names: Sequence[str]) -> list[dict[str, Fraction]]:
    """Short numbers first, so that a difference is shown where a person can check it by hand."""
    first = [dict.fromkeys(names, Fraction(n)) for n in (0, 1, -1, 2)]
    draw = random.Random("compare")
    rest = [{name: Fraction(draw.randint(-300, 300), 100) for name in names} for _ in range(POINTS - len(first))]
    return first + rest


def _value(node: Expression, point: Mapping[str, Fraction]) -> Any:
    """The ball of the node at a point; None where it has no value there."""
    from chainrule.algebra.balls import Balls

    balls = Balls()
    try:
        value = evaluate(balls, node, {name: balls.constant(x) for name, x in point.items()})
    except (ArithmeticError, ValueError, ChainruleError):
        return None
    return value if value.is_finite() else None


# Equal: by what means ---------------------------------------------------------------------------------


def _means(answer: Expression, right: Expression, names: Sequence[str], compared: int) -> str:
    if _tidied(answer) == _tidied(right):
        return "equal: the two are the same once both are tidied up (exact, by rewriting)"
    pairs = _pairs(answer, right, names)
    if pairs is not None and all(_sympy_equal(a, b) for a, b in pairs):
        return "equal: SymPy expands the difference of each pair of terms to 0 (symbolic)"
    return f"equal as far as can be told: both agree to more than 30 digits at {compared} points (computed)"


def _tidied(node: Expression) -> frozenset[tuple[Expression, Fraction]]:
    """The sum as a set of terms with coefficients, in no order."""
    collected: dict[Expression, Fraction] = {}
    for term in summands(simplify(gather_sigmoids(simplify(node)))):
        factor, rest = coefficient(simplify(term))
        collected[rest] = collected.get(rest, Fraction(0)) + factor
    return frozenset((rest, factor) for rest, factor in collected.items() if factor)


def summands(node: Expression, factor: Fraction = Fraction(1)) -> list[Expression]:
    """The terms of a sum or mean, a number before or under it multiplied in."""
    match node:
        case Add(terms):
            return [part for term in terms for part in summands(term, factor)]
        case Mean(terms):
            return [part for term in terms for part in summands(term, factor / len(terms))]
        case Negate(inner):
            return summands(inner, -factor)
        case Divide(inner, Number(value)) if value != 0:
            return summands(inner, factor / value)
        case Divide(Number(value), Number(under)) if under != 0:
            return [Number(factor * value / under)]
        case Multiply((first, *others)) if others and (number := _number(first)) is not None:
            rest = others[0] if len(others) == 1 else Multiply(tuple(others))
            return summands(rest, factor * number)
    return [node if factor == 1 else simplify(Multiply((Number(factor), node)))]


def _number(node: Expression) -> Fraction | None:
    match node:
        case Number(value):
            return value
        case Negate(Number(value)):
            return -value
        case Divide(Number(over), Number(under)) if under != 0:
            return over / under
    return None


def _sympy_equal(a: Expression, b: Expression) -> bool:
    """Whether SymPy expands the numerator of the difference to 0; False where it is not installed or too much."""
    if sum(1 for part in (a, b) for _ in walk(part)) > LARGEST_FOR_SYMPY:
        return False
    try:
        from chainrule.algebra.sympy import SymPy

        algebra = SymPy()
        import sympy
    except ImportError:
        return False
    values = {name: sympy.Symbol(f"v{k}", real=True) for k, name in enumerate({*symbols(a), *symbols(b)})}
    difference = evaluate(algebra, a, values) - evaluate(algebra, b, values)
    return bool(sympy.expand(sympy.numer(sympy.together(sympy.expand_power_exp(difference)))) == 0)


# Different: where, and which term ---------------------------------------------------------------------


def _different(
    answer: Expression,
    right: Expression,
    names: Sequence[str],
    terms: Sequence[str],
    point: Mapping[str, Fraction],
    values: tuple[Any, Any],
) -> Comparison:
    shown = tuple(_digits(value) for value in values)
    at = ", ".join(f"{name} = {number_text(x)}" for name, x in point.items())
    how = f"different: at {at} yours is {shown[0]} and the right one {shown[1]} (enclosed: the two cannot be equal)"
    return Comparison(False, how, dict(point), (shown[0], shown[1]), tuple(_hints(answer, right, names, terms)))


def _digits(ball: Any) -> str:
    if ball.contains(0):  # the middle of so short a ball is only rounding
        return "0"
    return str(ball.mid().str(8, radius=False))


def _values(node: Expression, points: Sequence[Mapping[str, Fraction]]) -> list[Any]:
    return [_value(node, point) for point in points]


def _agree(a: Sequence[Any], b: Sequence[Any]) -> bool:
    return all(x is not None and y is not None and x.overlaps(y) for x, y in zip(a, b, strict=True))


def _ratio(a: Sequence[Any], b: Sequence[Any]) -> Fraction | None:
    """The short number c with ``a = c·b`` at all points, if there is one."""
    known = [(x, y) for x, y in zip(a, b, strict=True) if x is not None and y is not None and not y.contains(0)]
    if len(known) < 3:
        return None
    ratio = Fraction(float((known[0][0] / known[0][1]).mid())).limit_denominator(1000)
    exact = all((y * ratio.numerator / ratio.denominator).overlaps(x) for x, y in known)
    return ratio if exact and ratio != 0 else None


def _pairs(answer: Expression, right: Expression, names: Sequence[str]) -> list[tuple[Expression, Expression]] | None:
    """Each term of one with the equal term of the other; the whole as one pair where terms do not match."""
    import flint

    with flint.ctx.workprec(BITS):
        matched, mine, theirs = _matched(answer, right, names)
    return [(answer, right)] if mine or theirs else matched


def _matched(
    answer: Expression, right: Expression, names: Sequence[str]
) -> tuple[list[tuple[Expression, Expression]], list[tuple[int, Expression]], list[tuple[int, Expression]]]:
    """Pairs of terms that agree at points, and what is left of the answer and of the right one, numbered."""
    points = _points(names)[3:9]
    left = [(k, term, _values(term, points)) for k, term in enumerate(summands(right))]
    pairs, over = [], []
    for k, term in enumerate(summands(answer)):
        values = _values(term, points)
        found = next((entry for entry in left if _agree(values, entry[2])), None)
        if found is None:
            over.append((k, term))
        else:
            left.remove(found)
            pairs.append((term, found[1]))
    return pairs, over, [(k, term) for k, term, _ in left if term != Number(Fraction(0))]


def _hints(answer: Expression, right: Expression, names: Sequence[str], terms: Sequence[str]) -> list[str]:
    points = _points(names)[3:]
    whole = _ratio(_values(answer, points), _values(right, points))
    if whole is not None:
        count = len(summands(right))
        mean = f"; is the mean's 1/{count} missing?" if whole == count > 1 else ""
        what = "has the opposite sign of" if whole == -1 else f"is {number_text(whole)} times"
        return [f"yours {what} the right one everywhere{mean}"]
    _, over, missing = _matched(answer, right, names)

    def named(k: int) -> str:
        return terms[k] if k < len(terms) else f"term {k + 1}"

    if len(over) != len(missing):
        gone = [f"{named(k)} is missing: {simplify(term)}" for k, term in missing] if len(over) < len(missing) else []
        extra = [f"this term is not in the right one: {simplify(term)}" for _, term in over]
        return [*gone, *(extra if len(over) > len(missing) or over else [])][:4]
    hints = []
    for (_, theirs), (k, ours) in zip(over, missing, strict=True):
        ratio = _ratio(_values(theirs, points), _values(ours, points))
        off = "has the wrong sign" if ratio == -1 else f"is {number_text(ratio)} times too large" if ratio else "is off"
        hints.append(f"{named(k)} {off}: yours is {simplify(theirs)}, the right one is {simplify(ours)}")
    return hints[:4]
