"""A small, honest tidy-up: what a person does without a second look, and nothing that changes a value.

Numbers in a sum or product are collected, like terms joined, factors 1 and terms 0 dropped, signs pulled
out, equal factors written as a power. No expanding, no factoring, no common denominators.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from chainrule.algebra.evaluate import whole_number
from chainrule.expression.rewrite import ONE, ZERO, transform
from chainrule.expression.tree import (
    Add,
    Divide,
    Euler,
    Expression,
    Function,
    Mean,
    Multiply,
    Negate,
    Number,
    Power,
)

# A number of more bits is not worked out: 2^(2^100) must not fill the memory, and what is printed
# must be readable again (10^±100 at most, 332 bits).
MAX_BITS = 300


def simplify(node: Expression) -> Expression:
    """The same value everywhere it has one, tidier; applying it twice changes nothing more.

    >>> from chainrule.expression import parse
    >>> print(simplify(parse("3*v + 4*1 + -1")))
    3v + 3
    """
    for _ in range(4):  # a sign that comes out may open one more collection; two rounds suffice in practice
        tidier = transform(node, _tidy)
        if tidier == node:
            break
        node = tidier
    return node


def _tidy(node: Expression) -> Expression:
    match node:
        case Add(terms):
            return _sum(terms)
        case Multiply(factors):
            return _product(factors)
        case Negate(operand):
            return _negative(operand)
        case Divide(a, b):
            return _quotient(a, b)
        case Power(base, exponent):
            return _power(base, exponent)
        case Mean((term,)):
            return term
        case Function("exp", Number(value)) if value in (0, 1):
            return ONE if value == 0 else Euler()
        case Function("sigmoid", Number(value)) if value == 0:
            return Number(Fraction(1, 2))
        case Function("log", Number(value)) if value == 1:
            return ZERO
    return node


def _short(number: Fraction) -> bool:
    return number.numerator.bit_length() <= MAX_BITS and number.denominator.bit_length() <= MAX_BITS


def coefficient(term: Expression) -> tuple[Fraction, Expression]:
    """``(c, rest)`` with ``term = c · rest``; the rest of a plain number is 1."""
    match term:
        case Number(value):
            return value, ONE
        case Negate(operand):
            value, rest = coefficient(operand)
            return -value, rest
        case Multiply((Number(value), *others)) if others:
            return value, others[0] if len(others) == 1 else Multiply(tuple(others))
    return Fraction(1), term


def scaled(value: Fraction, rest: Expression) -> Expression:
    """``value · rest`` with the sign in front and no factor 1."""
    if value == 0:
        return ZERO
    if rest == ONE:
        return Number(value)
    factors = rest.factors if isinstance(rest, Multiply) else (rest,)
    size = rest if abs(value) == 1 else Multiply((Number(abs(value)), *factors))
    return Negate(size) if value < 0 else size


def _terms(terms: Sequence[Expression], sign: int = 1) -> Iterator[tuple[Fraction, Expression]]:
    """The terms of a sum, sums inside it opened, as coefficient and rest."""
    for term in terms:
        value, rest = coefficient(term)
        if isinstance(rest, Add) and abs(value) == 1:
            yield from _terms(rest.terms, sign * int(value))
        else:
            yield sign * value, rest


def _sum(terms: Sequence[Expression]) -> Expression:
    collected: dict[Expression, Fraction] = {}
    for value, rest in _terms(terms):
        collected[rest] = collected.get(rest, Fraction(0)) + value
    if not all(map(_short, collected.values())):
        return Add(tuple(terms))
    kept = [scaled(value, rest) for rest, value in collected.items() if value != 0]
    if not kept:
        return ZERO
    if len(kept) == 1:
        return kept[0]
    # a minus in the middle is a minus sign, not a negative number
    return Add((kept[0], *[Negate(Number(-t.value)) if isinstance(t, Number) and t.value < 0 else t for t in kept[1:]]))


def _product(factors: Sequence[Expression]) -> Expression:
    number, powers = Fraction(1), dict[Expression, int]()
    queue = list(reversed(factors))
    while queue:
        factor = queue.pop()
        if isinstance(factor, Multiply):
            queue.extend(reversed(factor.factors))
            continue
        value, rest = coefficient(factor)
        number *= value
        if isinstance(rest, Multiply):
            queue.extend(reversed(rest.factors))
        elif rest != ONE:
            base, times = _base(rest)
            powers[base] = powers.get(base, 0) + times
        if not _short(number):
            return Multiply(tuple(factors))
    if number == 0:
        return ZERO
    kept = [base if times == 1 else Power(base, Number(Fraction(times))) for base, times in powers.items()]
    if not kept:
        return Number(number)
    return scaled(number, kept[0] if len(kept) == 1 else Multiply(tuple(kept)))


def _base(factor: Expression) -> tuple[Expression, int]:
    """The factor as a base to a positive whole power; x^−1 stays whole, for x · x^−1 is not 1 at 0."""
    if isinstance(factor, Power):
        times = whole_number(factor.exponent)
        if times is not None and times > 0:
            return factor.base, times
    return factor, 1


def _negative(operand: Expression) -> Expression:
    value, rest = coefficient(operand)
    if isinstance(rest, Add) and abs(value) == 1:
        # −(−2v + 1) opens to 2v − 1; −(2v + 1) stays as it is
        opens = value < 0 or coefficient(rest.terms[0])[0] < 0
        return _sum([rest] if value < 0 else [Negate(rest)]) if opens else Negate(rest)
    return scaled(-value, rest)


def _quotient(a: Expression, b: Expression) -> Expression:
    (over, rest), (under, below) = coefficient(a), coefficient(b)
    if below == ONE and under != 0 and _short(over / under):
        return scaled(over / under, rest)
    if under < 0:
        return _negative(Divide(a, scaled(-under, below)))
    if over < 0:
        return Negate(Divide(scaled(-over, rest), b))
    return Divide(a, b)


def _power(base: Expression, exponent: Expression) -> Expression:
    times = whole_number(exponent)
    if times is None:
        return Power(base, exponent)
    if times in (0, 1):
        return base if times else ONE
    value, rest = coefficient(base)
    small = abs(times) * max(value.numerator.bit_length(), value.denominator.bit_length()) <= MAX_BITS
    if rest == ONE and small and (value != 0 or times > 0):
        return Number(value**times)
    if value < 0 and times % 2 == 0:  # (−x)² = x²
        return Power(scaled(-value, rest), exponent)
    if isinstance(base, Power) and times > 0:
        inner = whole_number(base.exponent)
        if inner is not None and inner > 0:
            return Power(base.base, Number(Fraction(inner * times)))
    return Power(base, exponent)
