"""Functions of sums ``c · t^m · e^E(t)`` (`series`) on a whole tail ``t >= R``: enclosed, with their leading behaviour kept exactly.

Each is worked out about the leading term; what is smaller comes in with a ball that holds a function of t for all t >= R.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import arb

from chainrule_fast.balls import rational
from chainrule_fast.budget import Budget
from chainrule_fast.expression.reals import Number, Undecided, ball, inverse, is_number, made, plus, times
from chainrule_fast.expression.series import (
    HIGHEST,
    ONE,
    Coefficient,
    Monomial,
    Power,
    Shape,
    Sum,
    added,
    constant,
    cut,
    multiplied,
    rank,
    scaled,
    stays,
    tends_to_zero,
    value_at_zero,
)

PAIR = 30  # what the product of two terms costs (`budget`)


class Growth:
    """On the tail from `start` on; Arb's precision is the caller's."""

    def __init__(self, start: Fraction, budget: Budget) -> None:
        if start <= 0:
            raise Undecided("a tail that holds 0")
        self.start, self.budget = start, budget

    def multiplied(self, a: Sum, b: Sum) -> Sum:
        """The product, as far as the budget goes."""
        self.budget.spend(PAIR * len(a) * len(b))
        return multiplied(a, b)

    def exp(self, z: Sum) -> Sum:
        """``e^(E + rest) = e^E (1 + rest · w)``, w between 1 and e^rest, where rest → 0 and E is an exact polynomial."""
        exponent: list[Number] = [Fraction(0)] * HIGHEST
        rest: Sum = {}
        factor: Coefficient = Fraction(1)
        for (shape, m), c in z.items():
            if len(shape) < 2 and 0 <= m < HIGHEST and m.denominator == 1 and is_number(c):
                # e^E(0) is written in the exponent, so that e·e^t is e^(1 + t); here it is a constant like others.
                exponent[int(m)] = plus(exponent[int(m)], times(c, _applied("exp", arb.exp, *shape)) if shape else c)
            elif tends_to_zero((shape, m)):
                rest[shape, m] = c
            elif stays((shape, m)):
                factor = ball(factor) * (ball(c) * value_at_zero(shape)).exp()
            else:
                raise Undecided("an exponent that is no polynomial with constant coefficients")
        lead: Sum = {(cut(exponent), 0): factor}
        if not rest:
            return lead
        weight = self.bounds(rest).union(arb(0)).exp()
        return self.multiplied(lead, added(constant(Fraction(1)), self.multiplied(rest, {ONE: weight})))

    def sigmoid(self, z: Sum) -> tuple[Sum, Sum]:
        """``σ(z)`` and ``σ(−z)``: with u = e^−|z| → 0 they are 1 − u/(1 + u) and u/(1 + u)."""
        way = self._way(z)
        if way == 0:
            middle, rest = self._near(z)
            span = middle + self.bounds(rest).union(arb(0))
            up, down = (1 / (1 + (-t).exp()) for t in (middle, -middle))
            slope = {ONE: 1 / (2 + span.exp() + (-span).exp())}
            change = self.multiplied(rest, slope)
            return added({ONE: up}, change), added({ONE: down}, scaled(change, Fraction(-1)))
        u = self.exp(scaled(z, Fraction(-way)))
        small = self.multiplied(u, {ONE: 1 / (1 + self.bounds(u).union(arb(0)))})
        large = added(constant(Fraction(1)), scaled(small, Fraction(-1)))
        return (large, small) if way > 0 else (small, large)

    def softplus(self, z: Sum) -> Sum:
        """``max(z, 0) + log(1 + u)`` with ``u/(1 + u) <= log(1 + u) <= u``."""
        way = self._way(z)
        if way == 0:
            middle, rest = self._near(z)
            span = middle + self.bounds(rest).union(arb(0))
            return added({ONE: (1 + middle.exp()).log()}, self.multiplied(rest, {ONE: 1 / (1 + (-span).exp())}))
        u = self.exp(scaled(z, Fraction(-way)))
        small = self.multiplied(u, {ONE: (1 / (1 + self.bounds(u).union(arb(0)))).union(arb(1))})
        return added(z, small) if way > 0 else small

    def inverse(self, b: Sum) -> Sum:
        """``1/(L (1 + u)) = (1 − u/(1 + u))/L`` for the leading term L."""
        (shape, m), c, u = self._lead(b)
        turned: Sum = {(tuple(-x for x in shape), -m): inverse(c) if is_number(c) else 1 / c}
        if not u:
            return turned
        change = self.multiplied(u, {ONE: -1 / self._at_least_zero(1 + self.bounds(u))})
        return self.multiplied(turned, added(constant(Fraction(1)), change))

    def log(self, a: Sum) -> Sum:
        """``log(c e^E (1 + u)) = E + log c + log(1 + u)``, the last ``u/(1 + ξ)`` with ξ between 0 and u."""
        (shape, m), c, u = self._lead(a)
        if m or not _positive(c):
            raise Undecided("the logarithm of a power of v, or of what is not positive")
        exponent: Sum = {((), degree): x for degree, x in enumerate(shape) if x != 0}
        factor: Sum = {} if c == 1 else {ONE: _applied("log", arb.log, c)}
        if not u:
            return added(exponent, factor)
        weight = 1 / self._at_least_zero(1 + self.bounds(u).union(arb(0)))
        return added(exponent, factor, self.multiplied(u, {ONE: weight}))

    def raised(self, a: Sum, r: Fraction) -> Sum:
        """``(c t^m e^E (1 + u))^r`` with ``(1 + u)^r = 1 + u r (1 + ξ)^(r − 1)``."""
        (shape, m), c, u = self._lead(a)
        if not _positive(c):
            raise Undecided("a power of what is not positive")
        exponent = arb(rational(r))
        power = Fraction(1) if c == 1 else _applied(f"power {r}", lambda x: x**exponent, c)
        lead: Sum = {(tuple(times(x, r) for x in shape), m * r): power}
        if not u:
            return lead
        base = self._at_least_zero(1 + self.bounds(u).union(arb(0)))
        weight = exponent * base ** (exponent - 1)
        return self.multiplied(lead, added(constant(Fraction(1)), self.multiplied(u, {ONE: weight})))

    def _at_least_zero(self, x: arb) -> arb:
        if not x > 0:
            raise Undecided("R is too small: a divisor may be 0 on the tail")
        return x

    def _way(self, z: Sum) -> int:
        """Where z goes: +1 to ∞, −1 to −∞, 0 where it stays bounded."""
        return self.sign(z) if any(rank(key) > rank(ONE) for key in z) else 0

    def _near(self, z: Sum) -> tuple[arb, Sum]:
        """z as a constant and what tends to 0."""
        constant = sum((ball(c) * value_at_zero(k[0]) for k, c in z.items() if stays(k)), arb(0))
        return constant, {k: c for k, c in z.items() if not stays(k)}

    def _lead(self, a: Sum) -> tuple[Monomial, Coefficient, Sum]:
        """``a = c t^m e^E (1 + u)``: the monomial, c, and u."""
        if not a:
            raise Undecided("a division by 0")
        top = max(rank(key) for key in a)
        group = [key for key in a if rank(key) == top]
        key, c = group[0], a[group[0]]
        if len(group) > 1:  # they differ by constants in the exponent, which are factors
            c = sum((ball(a[k]) * value_at_zero(k[0]) for k in group), arb(0))
            key = (cut([Fraction(0), *key[0][1:]]), key[1])
        if not (c > 0 or c < 0):
            raise Undecided("the leading terms may cancel")
        turned: Sum = {(tuple(-x for x in key[0]), -key[1]): inverse(c) if is_number(c) else 1 / c}
        return key, c, self.multiplied({k: x for k, x in a.items() if k not in group}, turned)

    def bounds(self, a: Sum) -> arb:
        """A ball that holds the sum for all t >= R; Undecided where a term still grows at R."""
        total = arb(0)
        for (shape, m), c in a.items():
            size = ball(c) * value_at_zero(shape)
            if not stays((shape, m)):
                size *= self._greatest(shape, m).union(arb(0))
            total += size
        return total

    def _greatest(self, shape: Shape, m: Power) -> arb:
        """``R^m e^(E(R) − E(0))``, which t^m e^(E − E(0)) does not exceed: its logarithm falls for t >= R.

        t times the logarithm's slope is the polynomial ``m + Σ d E_d t^d``; it is not positive beyond R where no
        coefficient of it is, written in powers of t − R.
        """
        polynomial: list[Number] = [Fraction(m), *(times(x, Fraction(d)) for d, x in enumerate(shape) if d)]
        around: list[Number] = []
        while polynomial:  # repeated division by t − R gives the coefficients, constant first
            carry: Number = Fraction(0)
            for i in range(len(polynomial) - 1, -1, -1):
                carry = polynomial[i] = plus(polynomial[i], times(carry, self.start))
            around.append(polynomial.pop(0))
        if any(x > Fraction(0) for x in around):
            raise Undecided("R is too small: a term still grows there")
        exponent: Number = Fraction(0)
        for d, x in enumerate(shape):
            exponent = plus(exponent, times(x, self.start**d)) if d else exponent
        return arb(rational(self.start)) ** arb(rational(Fraction(m))) * ball(exponent).exp()

    def sign(self, a: Sum) -> int:
        """The sign on the whole tail; 0 where the sum is empty, which is exactly 0."""
        if not a:
            return 0
        _, c, u = self._lead(a)
        if not 1 + self.bounds(u) > 0:
            raise Undecided("R is too small: the leading term does not outweigh the rest")
        return 1 if c > 0 else -1

    def limit(self, a: Sum) -> tuple[Any, Any]:
        """Both ends of the limit: rationals where it is rational, floats where infinite, otherwise balls."""
        if any(rank(key) > rank(ONE) for key in a):
            end = float("inf") * self.sign(a)
            return end, end
        kept = {k: c for k, c in a.items() if stays(k)}
        if all(k == ONE and isinstance(c, Fraction) for k, c in kept.items()):
            exact = kept.get(ONE, Fraction(0))
            return exact, exact
        value = self._near(kept)[0]
        return value, value


def _applied(name: str, f: Callable[[arb], arb], c: Coefficient) -> Coefficient:
    """A function of a constant, which is a constant; of a ball it is a ball."""
    return made(name, (c,), f(ball(c))) if is_number(c) else f(c)


def _positive(c: Coefficient) -> bool:
    return bool(ball(c) > 0)
