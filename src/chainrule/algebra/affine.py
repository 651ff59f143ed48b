"""Linear forms in the free weights: ``c_0 + Σ_j c_j θ_j`` with coefficients in another algebra.

Running the formula of a preactivation over this algebra yields the row of numbers that multiplies the
free weights and what the fixed weights contribute. Only what keeps a form linear is defined.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Generic

from chainrule.algebra.base import Algebra, V
from chainrule.problem.data import Column


@dataclass(frozen=True)
class Form(Generic[V]):
    """``constant + Σ coefficients[name] · name``."""

    constant: V
    coefficients: Mapping[str, V] = field(default_factory=dict)


class Affine(Generic[V]):
    """Affine forms over the algebra `base`; a free weight is ``symbol(name)``."""

    def __init__(self, base: Algebra[V]) -> None:
        self.base = base

    def symbol(self, name: str) -> Form[V]:
        return Form(self.base.constant(Fraction(0)), {name: self.base.constant(Fraction(1))})

    def constant(self, value: Fraction) -> Form[V]:
        return Form(self.base.constant(value))

    def column(self, numbers: Column) -> Form[V]:
        return Form(self.base.column(numbers))

    def add(self, *terms: Form[V]) -> Form[V]:
        coefficients: dict[str, V] = {}
        for term in terms:
            for name, value in term.coefficients.items():
                coefficients[name] = self.base.add(coefficients[name], value) if name in coefficients else value
        return Form(self.base.add(*(term.constant for term in terms)), coefficients)

    def multiply(self, *factors: Form[V]) -> Form[V]:
        linear = [factor for factor in factors if factor.coefficients]
        if len(linear) > 1:
            raise TypeError("the product of two free weights is not a linear form")
        scale = self.base.multiply(*(factor.constant for factor in factors if not factor.coefficients))
        if not linear:
            return Form(scale)
        (form,) = linear
        return Form(
            self.base.multiply(scale, form.constant),
            {name: self.base.multiply(scale, value) for name, value in form.coefficients.items()},
        )

    def negate(self, a: Form[V]) -> Form[V]:
        return Form(self.base.negate(a.constant), {name: self.base.negate(c) for name, c in a.coefficients.items()})

    def _refuse(self, *_: Form[V]) -> Form[V]:
        raise TypeError("this operation does not keep a form linear; use it on a network's preactivation only")

    def function(self, name: str, a: Form[V]) -> Form[V]:
        return self._refuse(a)

    square = exp = log = sigmoid = mean = _refuse
