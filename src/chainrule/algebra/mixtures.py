"""What an expression is as a polynomial of degree two in sigmoids of linear forms, exactly: how a neuron's loss is told from others.

    constant + Σ_j linear_j θ_j + Σ_z (p_z σ(z) + q_z σ(z)²),        z = s·θ + t with rational s, t

Sums keep this form; products do where they make no ``θ_i θ_j``, no ``σ(z)³`` and no ``σ(z) σ(z')``. ``σ(−z) = 1 − σ(z)`` and
``tanh z = 2σ(2z) − 1`` bring every form into one direction, that in which it was met first. Anything else raises `NoMixture`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from chainrule.problem.data import Column

Form = tuple[tuple[Fraction, ...], Fraction]
"""``(s, t)`` stands for ``s·θ + t``."""
LONGEST = 300  # bits of a number; a certificate's may have 400 characters


class NoMixture(ArithmeticError):
    """The expression is not of this kind."""


@dataclass(frozen=True)
class Mixture:
    """`sigmoids` has ``(p_z, q_z)`` for each form z, in the order in which the forms were first met."""

    constant: Fraction = Fraction(0)
    linear: Mapping[int, Fraction] = field(default_factory=dict)
    sigmoids: Mapping[Form, tuple[Fraction, Fraction]] = field(default_factory=dict)


class Mixtures:
    """The operations (`WideAlgebra`) on mixtures of the variables 0 … k − 1. One object reads one expression: it remembers the
    forms that it met."""

    def __init__(self, variables: int) -> None:
        self.variables = variables
        self._met: dict[Form, Form] = {}

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms in the order in which they were first met."""
        return tuple(self._met)

    def variable(self, number: int) -> Mixture:
        return Mixture(linear={number: Fraction(1)})

    def constant(self, value: Fraction) -> Mixture:
        return Mixture(_short(value))

    def column(self, numbers: Column) -> Mixture:
        raise NoMixture("columns are not worked out here; spell the rows out")

    def mean(self, a: Mixture) -> Mixture:
        return a

    def add(self, *terms: Mixture) -> Mixture:
        linear: dict[int, Fraction] = {}
        sigmoids: dict[Form, tuple[Fraction, Fraction]] = {}
        for term in terms:
            for number, rate in term.linear.items():
                linear[number] = _short(linear.get(number, Fraction(0)) + rate)
            for form, (p, q) in term.sigmoids.items():
                old = sigmoids.get(form, (Fraction(0), Fraction(0)))
                sigmoids[form] = _short(old[0] + p), _short(old[1] + q)
        return Mixture(_short(sum((t.constant for t in terms), Fraction(0))), _kept(linear), sigmoids)

    def negate(self, a: Mixture) -> Mixture:
        return self._scaled(a, Fraction(-1))

    def multiply(self, *factors: Mixture) -> Mixture:
        product = factors[0]
        for factor in factors[1:]:
            product = self._product(product, factor)
        return product

    def square(self, a: Mixture) -> Mixture:
        return self._product(a, a)

    def _scaled(self, a: Mixture, by: Fraction) -> Mixture:
        if not by:
            return Mixture()
        return Mixture(
            _short(a.constant * by),
            {number: _short(rate * by) for number, rate in a.linear.items()},
            {form: (_short(p * by), _short(q * by)) for form, (p, q) in a.sigmoids.items()},
        )

    def _product(self, a: Mixture, b: Mixture) -> Mixture:
        """``(c + pσ)(d + rσ) = cd + (cr + dp)σ + prσ²`` for one σ; or anything times a constant."""
        for still, moving in ((a, b), (b, a)):
            if not still.linear and not still.sigmoids:
                return self._scaled(moving, still.constant)
        forms = {**a.sigmoids, **b.sigmoids}
        if a.linear or b.linear or len(forms) != 1:
            raise NoMixture("a product of two different things that move")
        ((form, _),) = forms.items()
        (p, first), (r, second) = a.sigmoids[form], b.sigmoids[form]
        if first or second:
            raise NoMixture("a power of a sigmoid above the second")
        mixed = _short(a.constant * r + b.constant * p)
        return Mixture(_short(a.constant * b.constant), {}, {form: (mixed, _short(p * r))})

    def sigmoid(self, a: Mixture) -> Mixture:
        if a.sigmoids:
            raise NoMixture("a sigmoid of a sigmoid")
        slopes = tuple(a.linear.get(number, Fraction(0)) for number in range(self.variables))
        form, turned = (slopes, a.constant), (tuple(-s for s in slopes), -a.constant)
        if turned in self._met and turned != form:
            return Mixture(Fraction(1), {}, {turned: (Fraction(-1), Fraction(0))})
        self._met[form] = form
        return Mixture(Fraction(0), {}, {form: (Fraction(1), Fraction(0))})

    def function(self, name: str, a: Mixture) -> Mixture:
        if name != "tanh":
            raise NoMixture(f"{name} is no sigmoid")
        two = self.constant(Fraction(2))
        return self.add(self.multiply(two, self.sigmoid(self.multiply(two, a))), self.constant(Fraction(-1)))

    def divide(self, a: Mixture, b: Mixture) -> Mixture:
        if b.linear or b.sigmoids or not b.constant:
            raise NoMixture("a division by what moves, or by 0")
        return self._scaled(a, 1 / b.constant)

    def exp(self, a: Mixture) -> Mixture:
        raise NoMixture("an exponential that belongs to no sigmoid")

    def log(self, a: Mixture) -> Mixture:
        raise NoMixture("a logarithm")

    def power(self, a: Mixture, b: Mixture) -> Mixture:
        raise NoMixture("a power that is not a whole number")


def _short(value: Fraction) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > LONGEST:
        raise NoMixture("numbers too long to be written down exactly")
    return value


def _kept(linear: dict[int, Fraction]) -> dict[int, Fraction]:
    return {number: rate for number, rate in linear.items() if rate}
