"""Functions of one variable far out, enclosed on a whole tail ``y >= R``: sums of ``C · y^p · e^P(y)``.

p is rational, P a polynomial whose coefficients are rational or known constants (`constants`: ``2^y = e^(y log 2)``), and C such a number or a
ball that holds a function of y on the whole tail. So the leading behaviour, and whatever cancels exactly, is kept: with ``u = e^−z``

    σ(z) = 1 − u W,   W = 1/(1 + u) in [1/(1 + u(R)), 1]        where z → ∞

and ``(σ(z) − 1)²`` is ``u² W²`` without a constant. Jets over this algebra give the slope as such a sum; where its leading
term outweighs all others the slope has a certain sign on the tail (`sign`), and the limit can be read off (`limit`).

What does not fit raises `Unsettled`: nothing is guessed. Compare G. H. Hardy, Orders of Infinity (1910).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import zip_longest
from math import comb
from typing import Any

import flint

from chainrule.algebra.balls import ball
from chainrule.algebra.constants import Constant, Exact, Unsettled, as_ball, is_exact
from chainrule.problem.data import Column

Coefficient = Any
"""A Fraction, a Constant, or an arb ball."""
Polynomial = tuple[Exact, ...]
"""Coefficients from the constant up; the last one is not 0."""
Key = tuple[Polynomial, int | Fraction]
"""``(P, p)`` stands for ``y^p e^P(y)``."""
Terms = Mapping[Key, Coefficient]

ONE: Key = ((), 0)
MOST_TERMS = 400


class Asymptotic:
    """The operations (`WideAlgebra`) on such sums over ``y >= start``, with ``start > 0``; precision is the caller's."""

    def __init__(self, start: Fraction) -> None:
        self.start = start

    def variable(self, side: int) -> Terms:
        """x, where ``x = side · y``."""
        return {((), 1): Fraction(side)}

    def constant(self, value: Fraction) -> Terms:
        return {ONE: value} if value else {}

    def column(self, numbers: Column) -> Terms:
        raise Unsettled("columns are not worked out here; spell the rows out")

    def mean(self, a: Terms) -> Terms:
        return a

    def add(self, *terms: Terms) -> Terms:
        total: dict[Key, Coefficient] = {}
        for part in terms:
            for key, value in part.items():
                total[key] = _plus(total[key], value) if key in total else value
        return _kept(total)

    def negate(self, a: Terms) -> Terms:
        return {key: -value for key, value in a.items()}

    def multiply(self, *factors: Terms) -> Terms:
        product = factors[0]
        for factor in factors[1:]:
            if len(product) * len(factor) > 8 * MOST_TERMS:
                raise Unsettled("too many terms")
            total: dict[Key, Coefficient] = {}
            for (left, p), a in product.items():
                for (right, q), b in factor.items():
                    key, value = (_sum(left, right), p + q), _times(a, b)
                    total[key] = _plus(total[key], value) if key in total else value
            product = _kept(total)
        return product

    def square(self, a: Terms) -> Terms:
        return self.multiply(a, a)

    def exp(self, a: Terms) -> Terms:
        """``e^P · e^c · (1 + u W)`` with W in the hull of 1 and ``e^u``, for ``a = P + c + u``, u → 0."""
        exponent: dict[int, Exact] = {}
        inexact, rest = flint.arb(0), {}
        for (shape, p), value in a.items():
            if len(shape) < 2 and p >= 0 and p.denominator == 1 and is_exact(value):
                # e^c is written in the exponent, so that e·e^y is e^(1 + y); as a coefficient it is a constant.
                factor = Constant.made("exp", shape, as_ball(shape[0]).exp()) if shape else Fraction(1)
                exponent[int(p)] = exponent.get(int(p), Fraction(0)) + factor * value
            elif _order((shape, p)) < _order(ONE):
                rest[shape, p] = value
            elif _order((shape, p)) == _order(ONE):
                inexact += as_ball(value) * as_ball(sum(shape[:1], Fraction(0))).exp()
            else:
                raise Unsettled("an exponent that grows other than as a polynomial with exact coefficients")
        polynomial = _trimmed([exponent.get(d, Fraction(0)) for d in range(max(exponent, default=-1) + 1)])
        if len(polynomial) > 20:
            raise Unsettled("an exponent of degree 20 or more")
        lead: Terms = {(polynomial, 0): Fraction(1) if inexact.is_zero() else inexact.exp()}
        return self.multiply(lead, self._near_one(rest, lambda u: _hull(flint.arb(0), u).exp()))

    def _near_one(self, u: Terms, weight: Callable[[Any], Any]) -> Terms:
        """``1 + u W`` with W from the range of u."""
        if not u:
            return self.constant(Fraction(1))
        return self.add(self.constant(Fraction(1)), self.multiply(u, {ONE: weight(self.range(u))}))

    def sigmoid(self, a: Terms) -> Terms:
        way = self._direction(a)
        if way == 0:
            return self._smooth(a, lambda c: 1 / (1 + (-c).exp()), lambda c: (1 / (1 + (-c).exp())) / (1 + c.exp()))
        decaying = self.exp(self.negate(a) if way > 0 else a)
        small = self.multiply(decaying, {ONE: 1 / (1 + _hull(flint.arb(0), self.range(decaying)))})
        return self.add(self.constant(Fraction(1)), self.negate(small)) if way > 0 else small

    def _softplus(self, a: Terms) -> Terms:
        way = self._direction(a)
        if way == 0:
            return self._smooth(a, lambda c: (1 + c.exp()).log(), lambda c: 1 / (1 + (-c).exp()))
        decaying = self.exp(self.negate(a) if way > 0 else a)
        # log(1 + u) = u W with 1/(1 + u) <= W <= 1.
        small = self.multiply(decaying, {ONE: _hull(flint.arb(1), 1 / (1 + self.range(decaying)))})
        return self.add(a, small) if way > 0 else small

    def _smooth(self, a: Terms, f: Callable[[Any], Any], slope: Callable[[Any], Any]) -> Terms:
        """``f(c + u) = f(c) + u f'(ξ)`` for a that tends to c."""
        constant, u = self._split(a)
        return self.add(
            {ONE: f(constant)}, self.multiply(u, {ONE: slope(constant + _hull(flint.arb(0), self.range(u)))})
        )

    def _split(self, a: Terms) -> tuple[Any, Terms]:
        constant, u = flint.arb(0), {}
        for (shape, p), value in a.items():
            if _order((shape, p)) == _order(ONE):
                constant += as_ball(value) * as_ball(sum(shape[:1], Fraction(0))).exp()
            else:
                u[shape, p] = value
        return constant, u

    def function(self, name: str, a: Terms) -> Terms:
        if name == "tanh":
            twice = self.sigmoid(self.multiply(self.constant(Fraction(2)), a))
            return self.add(twice, twice, self.constant(Fraction(-1)))
        if name == "softplus":
            return self._softplus(a)
        sign = self.sign(a)
        if name == "spike":
            return {}
        if name == "step":
            return self.constant(Fraction(sign > 0))
        return a if sign > 0 else {} if name == "relu" else self.negate(a)

    def divide(self, a: Terms, b: Terms) -> Terms:
        """``a/(L(1 + u)) = (a/L)(1 − u W)``, W = 1/(1 + u)."""
        (shape, p), lead, u = self._leading(b)
        inverse = {(_sum((), tuple(-c for c in shape)), -p): 1 / lead}
        return self.multiply(a, inverse, self._near_one(u, lambda r: -1 / _positive(1 + r)))

    def log(self, a: Terms) -> Terms:
        """``P(y) + log C + u W`` for ``a = C e^P (1 + u)``; a power of y in front has no place here."""
        (shape, p), lead, u = self._leading(a)
        if p or not lead > 0:
            raise Unsettled("the logarithm of a power of the variable, or of what is not positive")
        polynomial: dict[Key, Coefficient] = {((), d): c for d, c in enumerate(shape) if c}
        constant: Terms = {} if isinstance(lead, Fraction) and lead == 1 else {ONE: _log(lead)}
        small = self.multiply(u, {ONE: 1 / _positive(1 + _hull(flint.arb(0), self.range(u)))})
        return self.add(polynomial, constant, small)

    def power(self, a: Terms, b: Terms) -> Terms:
        """``C^r y^(pr) e^(rP) (1 + u W)`` with ``W = r (1 + ξ)^(r−1)`` for a constant rational r."""
        r = b.get(ONE, Fraction(0))
        if not a and isinstance(r, Fraction) and r > 0 and set(b) == {ONE}:
            return {}
        if set(b) - {ONE} or not isinstance(r, Fraction):
            return self.exp(self.multiply(b, self.log(a)))
        (shape, p), lead, u = self._leading(a)
        if not lead > 0:
            raise Unsettled("a power of what is not positive")
        value = Fraction(1) if isinstance(lead, Fraction) and lead == 1 else _raised(lead, r)
        leading: Terms = {(tuple(r * c for c in shape), p * r): value}
        return self.multiply(
            leading, self._near_one(u, lambda t: ball(r) * _positive(1 + _hull(flint.arb(0), t)) ** ball(r - 1))
        )

    def open_power(self, a: Terms, b: Terms) -> Terms:
        """The power in the slope of ``a^r``; where a is 0 all along the tail so is the slope, whatever stands here."""
        return self.power(a, b) if a else {}

    def _leading(self, a: Terms) -> tuple[Key, Coefficient, Terms]:
        """``a = C y^p e^P (1 + u)``: the key and coefficient of the leading term, and u."""
        if not a:
            raise Unsettled("division by zero")
        top = max(map(_order, a))
        leading = {key: value for key, value in a.items() if _order(key) == top}
        if len(leading) == 1:
            ((key, lead),) = leading.items()
        else:  # e^(y + 1) − e^y: the constants go into the coefficient
            key = next(iter(leading))
            key = (_trimmed([Fraction(0), *key[0][1:]]), key[1])
            lead = sum(
                (as_ball(v) * as_ball(sum(k[0][:1], Fraction(0))).exp() for k, v in leading.items()), flint.arb(0)
            )
        if not (lead > 0 or lead < 0):
            raise Unsettled("the leading term may be 0")
        inverse = {(tuple(-c for c in key[0]), -key[1]): 1 / lead}
        return key, lead, self.multiply({k: v for k, v in a.items() if k not in leading}, inverse)

    def _direction(self, a: Terms) -> int:
        """+1 or −1 where a tends to ±∞, 0 where it stays bounded."""
        if all(_order(key) <= _order(ONE) for key in a):
            return 0
        return self.sign(a)

    def range(self, a: Terms) -> Any:
        """A ball that holds the sum on the whole tail, where that is bounded."""
        total = flint.arb(0)
        for key, value in a.items():
            most = as_ball(sum(key[0][:1], Fraction(0))).exp() * self._most(_shape(key[0]), key[1])
            total += as_ball(value) * (most if _order(key) == _order(ONE) else _hull(flint.arb(0), most))
        return total

    def _most(self, shape: Polynomial, p: int | Fraction) -> Any:
        """The value of ``y^p e^P`` at the start, once it is certain that it only falls from there on."""
        # Its logarithm has the slope (p + y P'(y))/y: certainly not positive if p + y P' has no positive
        # coefficient as a polynomial of y − R.
        rate: list[Exact] = [Fraction(p), *(Fraction(d) * c for d, c in enumerate(shape) if d)]
        shifted = [
            sum((comb(d, j) * self.start ** (d - j) * c for d, c in enumerate(rate) if d >= j), Fraction(0))
            for j in range(len(rate))
        ]
        if any(c > 0 for c in shifted):
            raise Unsettled("the tail begins too early: a term still grows there")
        at = sum((c * self.start**d for d, c in enumerate(shape)), Fraction(0))
        return ball(self.start) ** ball(Fraction(p)) * as_ball(at).exp()

    def sign(self, a: Terms) -> int:
        """The sign of the sum on the whole tail: 0 only where the sum is exactly 0."""
        if not a:
            return 0
        _, lead, u = self._leading(a)
        if not 1 + self.range(u) > 0:
            raise Unsettled("the tail begins too early: the leading term does not outweigh the others yet")
        return 1 if lead > 0 else -1

    def limit(self, a: Terms) -> Any:
        """The limit: a Fraction where it is exact, a ball, or ±inf as a float."""
        if any(_order(key) > _order(ONE) for key in a):
            return float("inf") * self.sign(a)
        kept = {key: value for key, value in a.items() if _order(key) == _order(ONE)}
        if all(key == ONE and isinstance(value, Fraction) for key, value in kept.items()):
            return kept.get(ONE, Fraction(0))
        return self._split(kept)[0]


def _order(key: Key) -> tuple[tuple[Exact, ...], int | Fraction]:
    """Larger for what grows faster: by the exponent's coefficients from the highest degree down, then by the power."""
    padded: list[Exact] = [Fraction(0)] * 20
    padded[: len(key[0])] = key[0]
    return tuple(padded[:0:-1]), key[1]


def _shape(polynomial: Polynomial) -> Polynomial:
    """The exponent without its constant, which is only a factor."""
    return _trimmed([Fraction(0), *polynomial[1:]])


def _trimmed(coefficients: list[Exact]) -> Polynomial:
    while coefficients and not coefficients[-1]:
        coefficients.pop()
    return tuple(coefficients)


def _sum(left: Polynomial, right: Polynomial) -> Polynomial:
    return _trimmed([a + b for a, b in zip_longest(left, right, fillvalue=Fraction(0))])


def _plus(a: Coefficient, b: Coefficient) -> Coefficient:
    return a + b if is_exact(a, b) else as_ball(a) + as_ball(b)


def _times(a: Coefficient, b: Coefficient) -> Coefficient:
    return a * b if is_exact(a, b) else as_ball(a) * as_ball(b)


def _log(a: Coefficient) -> Coefficient:
    found = as_ball(a).log()
    return Constant.made("log", (a,), found) if is_exact(a) else found


def _raised(a: Coefficient, r: Fraction) -> Coefficient:
    found = as_ball(a) ** ball(r)
    return Constant.made("power", (a, r), found) if is_exact(a) else found


def _hull(a: Any, b: Any) -> Any:
    return a.union(b)


def _positive(a: Any) -> Any:
    if not a > 0:
        raise Unsettled("the tail begins too early: a divisor may be 0 there")
    return a


def _kept(total: dict[Key, Coefficient]) -> Terms:
    kept = {key: value for key, value in total.items() if not (isinstance(value, Fraction) and value == 0)}
    if len(kept) > MOST_TERMS:
        raise Unsettled("too many terms")
    return kept
