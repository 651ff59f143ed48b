"""An expression as a polynomial of degree two, exactly, in its variables and in the sigmoids of linear forms of them.

A *monomial* is the sorted tuple of its factors: ``()`` is 1, ``(("x", 0),)`` the first variable, ``(("s", 3), ("s", 3))`` the square of
sigmoid number 3. Sigmoids are numbered as they are met from left to right; ``σ(−z)`` is ``1 − σ(z)``, and ``tanh z`` is ``2σ(2z) − 1``.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from chainrule_fast.expression.tree import Node

Monomial = tuple[tuple[str, int], ...]
Polynomial = dict[Monomial, Fraction]
Form = tuple[tuple[Fraction, ...], Fraction]
"""``(s, t)``: the linear form ``s·x + t``."""

MOST = 5_000  # monomials of one polynomial
LONGEST = 1_000  # bits of a coefficient


class NoPolynomial(ArithmeticError):
    """The expression is none of degree two, or too large to be written as one."""


class Reader:
    """Reads one expression; `forms` are the arguments of its sigmoids, in order."""

    def __init__(self, variables: int) -> None:
        self.variables = variables
        self.forms: list[Form] = []
        self._number: dict[Form, int] = {}

    def read(self, node: Node) -> Polynomial:
        name = node.operation
        if name == "number":
            return _clean({(): node.value})
        if name == "symbol":
            return {(("x", node.index),): Fraction(1)}
        if name == "power":
            return self._power(node)
        parts = [self.read(part) for part in node.parts]
        if name in ("add", "mean"):
            total = _sum(parts)
            return total if name == "add" else _times(total, {(): Fraction(1, len(parts))})
        if name == "multiply":
            return _together(parts)
        if name == "negate":
            return _times(parts[0], {(): Fraction(-1)})
        if name == "divide":
            return _times(parts[0], {(): 1 / _constant(parts[1])})
        if name not in _SIGMOIDS:
            raise NoPolynomial(f"{name} is no sigmoid")
        return _SIGMOIDS[name](self, parts[0])

    def _power(self, node: Node) -> Polynomial:
        base, n = self.read(node.parts[0]), node.parts[1].whole
        if n is None or not 0 <= n <= 2:
            raise NoPolynomial("a power other than the first and second")
        return _together([{(): Fraction(1)}, *[base] * n])

    def sigmoid(self, z: Polynomial) -> Polynomial:
        slopes = [Fraction(0)] * self.variables
        for monomial, c in z.items():
            if monomial and (len(monomial) > 1 or monomial[0][0] != "x"):
                raise NoPolynomial("a sigmoid of what is no linear form")
            if monomial:
                slopes[monomial[0][1]] = c
        form: Form = (tuple(slopes), z.get((), Fraction(0)))
        turned: Form = (tuple(-s for s in slopes), -form[1])
        if form not in self._number and turned in self._number:
            return {(): Fraction(1), (("s", self._number[turned]),): Fraction(-1)}
        if form not in self._number:
            self._number[form] = len(self.forms)
            self.forms.append(form)
        return {(("s", self._number[form]),): Fraction(1)}

    def tanh(self, z: Polynomial) -> Polynomial:
        two: Polynomial = {(): Fraction(2)}
        return _sum([_times(two, self.sigmoid(_times(two, z))), {(): Fraction(-1)}])


_SIGMOIDS: dict[str, Callable[[Reader, Polynomial], Polynomial]] = {"sigmoid": Reader.sigmoid, "tanh": Reader.tanh}


def _sum(parts: list[Polynomial]) -> Polynomial:
    total: Polynomial = {}
    for part in parts:
        for monomial, c in part.items():
            total[monomial] = total.get(monomial, Fraction(0)) + c
    return _clean(total)


def _together(parts: list[Polynomial]) -> Polynomial:
    product = parts[0]
    for part in parts[1:]:
        product = _times(product, part)
    return product


def _times(a: Polynomial, b: Polynomial) -> Polynomial:
    if len(a) * len(b) > 20 * MOST:
        raise NoPolynomial("too many terms")
    product: Polynomial = {}
    for first, c in a.items():
        for second, d in b.items():
            monomial = tuple(sorted(first + second))
            if len(monomial) > 2:
                raise NoPolynomial("a term of the third degree")
            product[monomial] = product.get(monomial, Fraction(0)) + c * d
    return _clean(product)


def _constant(a: Polynomial) -> Fraction:
    if set(a) != {()}:
        raise NoPolynomial("a division by what moves, or by 0")
    return a[()]


def _clean(a: Polynomial) -> Polynomial:
    kept = {monomial: c for monomial, c in a.items() if c}
    if len(kept) > MOST or any(
        max(c.numerator.bit_length(), c.denominator.bit_length()) > LONGEST for c in kept.values()
    ):
        raise NoPolynomial("too many terms, or numbers that are too long")
    return kept
