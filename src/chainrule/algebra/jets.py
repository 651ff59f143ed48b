"""Values with first and second derivatives by k variables, over any base algebra: forward differentiation.

A jet is ``(a, a_i, a_ij)``, a value with its gradient and Hessian, each of them a number of the base algebra. A function f
of one jet follows the chain rule

    f(a),    f'(a) a_i,    f''(a) a_i a_j + f'(a) a_ij

so an operation needs no more than f, f' and f'' on the base (`RULES`). A base that knows sharper ones, as intervals do
for the sigmoid, has them as ``derivatives(name, a)``. Whatever encloses on the base encloses here.

A. Griewank and A. Walther, Evaluating Derivatives, 2nd ed. (2008), chapter 13.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations_with_replacement
from typing import Any, Generic, cast

from chainrule.algebra.base import Algebra, V
from chainrule.problem.data import Column

Pair = tuple[int, int]


@dataclass(frozen=True)
class Jet(Generic[V]):
    """`value`, its partial derivatives ``gradient[i]`` and ``hessian[i, j]`` with ``i <= j``.

    An entry that is missing is exactly 0: a constant has none.
    """

    value: V
    gradient: Mapping[int, V] = field(default_factory=dict)
    hessian: Mapping[Pair, V] = field(default_factory=dict)


class Jets(Generic[V]):
    """The operations on jets over `base`; with `order` 1 the Hessian is left out, with 0 the gradient too.

    >>> from chainrule.algebra.wide import WideArrays
    >>> import numpy as np
    >>> jets = Jets(WideArrays())
    >>> w = jets.variable(0, np.array(3.0))
    >>> cube = jets.multiply(w, jets.square(w))
    >>> float(cube.value), float(cube.gradient[0]), float(cube.hessian[0, 0])
    (27.0, 27.0, 18.0)
    """

    def __init__(self, base: Algebra[V], order: int = 2) -> None:
        self.base, self.order = base, order
        self._wide = cast("Any", base)  # what only a wide base has; its absence shows as an AttributeError

    def variable(self, number: int, value: V) -> Jet[V]:
        """The variable of that number: its derivative by itself is 1."""
        return Jet(value, {number: self.base.constant(Fraction(1))} if self.order else {})

    def constant(self, value: Fraction) -> Jet[V]:
        return Jet(self.base.constant(value))

    def column(self, numbers: Column) -> Jet[V]:
        return Jet(self.base.column(numbers))

    def add(self, *terms: Jet[V]) -> Jet[V]:
        return Jet(
            self.base.add(*(term.value for term in terms)),
            self._sums([term.gradient for term in terms]),
            self._sums([term.hessian for term in terms]),
        )

    def _sums(self, parts: Sequence[Mapping[Any, V]]) -> dict[Any, V]:
        together: dict[Any, list[V]] = {}
        for part in parts:
            for key, value in part.items():
                together.setdefault(key, []).append(value)
        return {key: values[0] if len(values) == 1 else self.base.add(*values) for key, values in together.items()}

    def negate(self, a: Jet[V]) -> Jet[V]:
        return self._map(self.base.negate, a)

    def mean(self, a: Jet[V]) -> Jet[V]:
        return self._map(self.base.mean, a)

    def _map(self, linear: Callable[[V], V], a: Jet[V]) -> Jet[V]:
        """A linear operation acts on every derivative as it does on the value."""
        return Jet(
            linear(a.value),
            {key: linear(part) for key, part in a.gradient.items()},
            {key: linear(part) for key, part in a.hessian.items()},
        )

    def multiply(self, *factors: Jet[V]) -> Jet[V]:
        product = factors[0]
        for factor in factors[1:]:
            product = self._product(product, factor)
        return product

    def _product(self, a: Jet[V], b: Jet[V]) -> Jet[V]:
        """``ab,  a_i b + a b_i,  a_ij b + a_i b_j + a_j b_i + a b_ij``."""
        times = self.base.multiply
        if not a.gradient or not b.gradient:
            moving, still = (a, b.value) if a.gradient else (b, a.value)
            return self._map(lambda part: times(still, part), moving)
        gradient = self._sums(
            [
                {i: times(part, b.value) for i, part in a.gradient.items()},
                {i: times(a.value, part) for i, part in b.gradient.items()},
            ]
        )
        if self.order < 2:
            return Jet(times(a.value, b.value), gradient)
        crossed: list[dict[Pair, V]] = []
        for i, left in a.gradient.items():
            for j, right in b.gradient.items():
                both = times(left, right)
                crossed.append({(min(i, j), max(i, j)): self.base.add(both, both) if i == j else both})
        bent = {key: times(part, b.value) for key, part in a.hessian.items()}
        curved = {key: times(a.value, part) for key, part in b.hessian.items()}
        return Jet(times(a.value, b.value), gradient, self._sums([bent, *crossed, curved]))

    def _chain(self, a: Jet[V], f: V, first: Callable[[], V], second: Callable[[], V | None]) -> Jet[V]:
        """f of a jet, from ``f(a)``, ``f'(a)`` and ``f''(a)`` (None: exactly 0), worked out only where needed."""
        if not a.gradient:
            return Jet(f)
        times, slope = self.base.multiply, first()
        gradient = {i: times(slope, part) for i, part in a.gradient.items()}
        if self.order < 2:
            return Jet(f, gradient)
        bend = second()
        turned: dict[Pair, V] = {}
        if bend is not None:
            for i, j in combinations_with_replacement(sorted(a.gradient), 2):
                # The square of an interval remembers that both factors are one number.
                both = self.base.square(a.gradient[i]) if i == j else times(a.gradient[i], a.gradient[j])
                turned[i, j] = times(bend, both)
        return Jet(f, gradient, self._sums([turned, {key: times(slope, part) for key, part in a.hessian.items()}]))

    def _apply(self, name: str, a: Jet[V]) -> Jet[V]:
        if not a.gradient:
            return Jet(self._value(name, a.value))
        rule = self._wide.derivatives if hasattr(self.base, "derivatives") else self._rule
        f, first, second = rule(name, a.value)
        return self._chain(a, f, lambda: first, lambda: second)

    def _value(self, name: str, a: V) -> V:
        own = {"exp": self.base.exp, "log": self.base.log, "sigmoid": self.base.sigmoid}
        value: V = own[name](a) if name in own else self._wide.function(name, a)
        return value

    def _rule(self, name: str, a: V) -> tuple[V, V, V]:
        return RULES[name](self._wide, a)

    def square(self, a: Jet[V]) -> Jet[V]:
        base = self.base
        return self._chain(
            a,
            base.square(a.value),
            lambda: base.multiply(base.constant(Fraction(2)), a.value),
            lambda: base.constant(Fraction(2)),
        )

    def whole_power(self, a: Jet[V], n: int) -> Jet[V]:
        """``a^n`` for an integer ``n >= 1``, with ``n a^(n−1)`` and ``n(n−1) a^(n−2)``, each sharp on intervals."""
        base = self.base

        def scaled(factor: int, exponent: int) -> V:
            return base.multiply(base.constant(Fraction(factor)), whole_power(base, a.value, exponent))

        return self._chain(
            a,
            whole_power(base, a.value, n),
            lambda: scaled(n, n - 1),
            lambda: scaled(n * (n - 1), n - 2) if n > 1 else None,
        )

    def exp(self, a: Jet[V]) -> Jet[V]:
        return self._apply("exp", a)

    def log(self, a: Jet[V]) -> Jet[V]:
        return self._apply("log", a)

    def sigmoid(self, a: Jet[V]) -> Jet[V]:
        return self._apply("sigmoid", a)

    def tanh(self, a: Jet[V]) -> Jet[V]:
        return self._apply("tanh", a)

    def softplus(self, a: Jet[V]) -> Jet[V]:
        return self._apply("softplus", a)

    def relu(self, a: Jet[V]) -> Jet[V]:
        return self._apply("relu", a)

    def abs(self, a: Jet[V]) -> Jet[V]:
        return self._apply("abs", a)

    def function(self, name: str, a: Jet[V]) -> Jet[V]:
        return self._apply(name, a)

    def divide(self, a: Jet[V], b: Jet[V]) -> Jet[V]:
        """``a/b``; by a constant it is one division of each part."""
        if not b.gradient:
            return self._map(lambda part: self._wide.divide(part, b.value), a)
        return self._product(a, self._reciprocal(b)) if a.gradient else self._over(a.value, b)

    def _over(self, over: V, b: Jet[V]) -> Jet[V]:
        return self._map(lambda part: self.base.multiply(over, part), self._reciprocal(b))

    def _reciprocal(self, b: Jet[V]) -> Jet[V]:
        """``1/b,  −1/b²,  2/b³``."""
        base = self.base
        one: V = self._wide.divide(base.constant(Fraction(1)), b.value)
        return self._chain(
            b,
            one,
            lambda: base.negate(base.square(one)),
            lambda: base.multiply(base.constant(Fraction(2)), whole_power(base, one, 3)),
        )

    def power(self, a: Jet[V], b: Jet[V]) -> Jet[V]:
        """``a^b`` for positive a: ``b a^(b−1)`` and ``b(b−1) a^(b−2)`` for a constant b, else ``e^(b log a)``.

        Where intervals come down to 0 the derivatives are those where a > 0, and may be unbounded (``open_power``).
        """
        if b.gradient:
            return self.exp(self._product(b, self.log(a)))
        base, wide = self.base, self._wide
        inside = getattr(wide, "open_power", wide.power)
        less = base.add(b.value, base.constant(Fraction(-1)))
        least = base.add(b.value, base.constant(Fraction(-2)))
        return self._chain(
            a,
            wide.power(a.value, b.value),
            lambda: base.multiply(b.value, inside(a.value, less)),
            lambda: base.multiply(b.value, less, inside(a.value, least)),
        )


def whole_power(base: Algebra[V], a: V, n: int) -> V:
    """``a^n`` for an integer ``n >= 0``: by the base's own `whole_power`, which may be sharper, or by squaring."""
    if n == 0:
        return base.constant(Fraction(1))
    if n == 1:
        return a
    if hasattr(base, "whole_power"):
        return cast("V", base.whole_power(a, n))
    half = base.square(whole_power(base, a, n // 2))
    return base.multiply(half, a) if n % 2 else half


def _exp(base: Any, a: Any) -> tuple[Any, Any, Any]:
    value = base.exp(a)
    return value, value, value


def _log(base: Any, a: Any) -> tuple[Any, Any, Any]:
    inverse = base.divide(base.constant(Fraction(1)), a)
    return base.log(a), inverse, base.negate(base.square(inverse))


def _sigmoid(base: Any, a: Any) -> tuple[Any, Any, Any]:
    """``σ,  σ(z)σ(−z),  σ(z)σ(−z)(σ(−z) − σ(z))``."""
    up, down = base.sigmoid(a), base.sigmoid(base.negate(a))
    slope = base.multiply(up, down)
    return up, slope, base.multiply(slope, base.add(down, base.negate(up)))


def _tanh(base: Any, a: Any) -> tuple[Any, Any, Any]:
    """``t,  1 − t²,  −2t(1 − t²)``, with ``1 − t² = 4σ(2z)σ(−2z)``, which does not cancel far out."""
    double = base.add(a, a)
    value, (_, slope, _) = base.function("tanh", a), _sigmoid(base, double)
    slope = base.multiply(base.constant(Fraction(4)), slope)
    return value, slope, base.multiply(base.constant(Fraction(-2)), value, slope)


def _softplus(base: Any, a: Any) -> tuple[Any, Any, Any]:
    up, slope, _ = _sigmoid(base, a)
    return base.function("softplus", a), up, slope


def _relu(base: Any, a: Any) -> tuple[Any, Any, Any]:
    """Slope 0 or 1 (on intervals that hold the kink: all between), and a second derivative that is 0 off the kink."""
    return base.function("relu", a), base.function("step", a), base.function("spike", a)


def _abs(base: Any, a: Any) -> tuple[Any, Any, Any]:
    two, minus = base.constant(Fraction(2)), base.constant(Fraction(-1))
    slope = base.add(base.multiply(two, base.function("step", a)), minus)
    return base.function("abs", a), slope, base.function("spike", a)


RULES: dict[str, Callable[[Any, Any], tuple[Any, Any, Any]]] = {
    "exp": _exp,
    "log": _log,
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "softplus": _softplus,
    "relu": _relu,
    "abs": _abs,
}
"""``f, f', f''`` over any base, by name."""
