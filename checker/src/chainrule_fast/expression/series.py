"""Finite sums of ``c · t^m · e^E(t)`` for ``t >= R > 0``: how they are added, multiplied, and ordered by their growth.

m is rational, E a polynomial in t whose coefficients are constants (a tuple, constant first), c a constant (`reals.Number`) or a ball that
holds a function of t for all t >= R. Sums and products of constants are exact, so what cancels leaves nothing behind.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb

from chainrule_fast.expression.reals import Number, Undecided, ball, bits, is_number, plus, times

Shape = tuple[Number, ...]
Power = int | Fraction
Monomial = tuple[Shape, Power]
Coefficient = Any
Sum = dict[Monomial, Coefficient]
ONE: Monomial = ((), 0)
MOST = 500
LONGEST = 4096  # bits of a coefficient
HIGHEST = 24


def constant(value: Number) -> Sum:
    return cleaned({ONE: value})


def value_at_zero(shape: Shape) -> arb:
    """``e^E(0)``, which is a factor."""
    return ball(shape[0]).exp() if shape else arb(1)


def rank(key: Monomial) -> tuple[Shape, Power]:
    """Higher grows faster: the exponent's coefficients from the highest degree, its constant left out, then the power.

    Comparing two may be Undecided, where constants differ in form and balls do not tell them apart.
    """
    shape = (*key[0][1:], *[Fraction(0)] * (2 * HIGHEST - max(len(key[0]), 1)))
    return shape[::-1], key[1]


def tends_to_zero(key: Monomial) -> bool:
    return rank(key) < rank(ONE)


def stays(key: Monomial) -> bool:
    """``c e^E(0)``: neither grows nor falls."""
    return rank(key) == rank(ONE)


def cut(coefficients: list[Number]) -> Shape:
    last = max((i for i, x in enumerate(coefficients) if x != 0), default=-1)
    return tuple(coefficients[: last + 1])


def added(*sums: Sum) -> Sum:
    total: Sum = {}
    for part in sums:
        for key, c in part.items():
            old = total.get(key, Fraction(0))
            total[key] = plus(old, c) if is_number(old, c) else ball(old) + ball(c)
    return cleaned(total)


def product(c: Coefficient, d: Coefficient) -> Coefficient:
    return times(c, d) if is_number(c, d) else ball(c) * ball(d)


def scaled(a: Sum, factor: Fraction) -> Sum:
    return {key: product(c, factor) for key, c in a.items()} if factor else {}


def multiplied(a: Sum, b: Sum) -> Sum:
    if len(a) * len(b) > 8 * MOST:
        raise Undecided("too many terms")
    return added(*({joined(left, right): product(c, d)} for left, c in a.items() for right, d in b.items()))


def joined(left: Monomial, right: Monomial) -> Monomial:
    """The product of two monomials."""
    long, zero = max(len(left[0]), len(right[0])), Fraction(0)
    if long > HIGHEST:
        raise Undecided("an exponent of too high a degree")
    first, second = ([*shape, *[zero] * (long - len(shape))] for shape in (left[0], right[0]))
    return cut([plus(x, y) for x, y in zip(first, second, strict=True)]), left[1] + right[1]


def cleaned(total: Sum) -> Sum:
    kept = {key: c for key, c in total.items() if not (isinstance(c, Fraction) and c == 0)}
    if len(kept) > MOST or any(bits(c) > LONGEST for c in kept.values() if is_number(c)):
        raise Undecided("too many terms, or numbers that are too long")
    return kept
