"""Ordinary floating point on whole arrays: *computed*, not proved.

Columns have shape ``(n,)``; a weight may be a number or an array ``(…, 1)``, one entry for each
candidate, and the mean over the rows then has shape ``(…,)``.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from chainrule.problem.data import Column, Floats

_FUNCTIONS: dict[str, Callable[[Floats], Floats]] = {
    "tanh": np.tanh,
    "abs": np.abs,
    "relu": lambda a: np.maximum(a, 0.0),
    "softplus": lambda a: np.logaddexp(a, 0.0),
    "step": lambda a: np.where(a > 0, 1.0, 0.0),  # the slope of relu; that of abs is 2·step − 1
    "spike": np.zeros_like,  # and their second derivative off the kink
}


class Arrays:
    """The operations on float64 arrays."""

    def constant(self, value: Fraction) -> Floats:
        return np.asarray(float(value))

    def column(self, numbers: Column) -> Floats:
        return numbers.nearest

    def add(self, *terms: Floats) -> Floats:
        total = terms[0]
        for term in terms[1:]:
            total = total + term
        return total

    def multiply(self, *factors: Floats) -> Floats:
        product = factors[0]
        for factor in factors[1:]:
            product = product * factor
        return product

    def negate(self, a: Floats) -> Floats:
        return -a

    def square(self, a: Floats) -> Floats:
        return a * a

    def exp(self, a: Floats) -> Floats:
        return np.exp(a)

    def log(self, a: Floats) -> Floats:
        return np.log(a)

    def sigmoid(self, a: Floats) -> Floats:
        """``e^min(a, 0)/(1 + e^−|a|)``: neither exponential overflows, and far down it is 0."""
        return np.exp(np.minimum(a, 0.0)) / (1.0 + np.exp(-np.abs(a)))

    def sigmoid_pair(self, a: Floats) -> tuple[Floats, Floats]:
        """``σ(a)`` and ``σ(−a) = 1 − σ(a)``, each with full relative precision, or within 2^-1022 of it.

        With ``u = e^−a`` they are ``1/(1 + u)`` and ``u/(1 + u)``; e^709 is the last whole power that does not overflow, and
        σ is below 2^-1022 beyond it.
        """
        u = np.exp(np.minimum(-a, 709.0))
        up = 1.0 / (1.0 + u)
        return up, u * up

    def function(self, name: str, a: Floats) -> Floats:
        return _FUNCTIONS[name](a)

    def mean(self, a: Floats) -> Floats:
        return np.asarray(np.mean(a, axis=-1)) if np.ndim(a) else a  # one number is its own mean
