"""Ordinary floating point on whole arrays, of NumPy or another library: *computed*, not proved.

Columns have shape ``(n,)``; a weight may be a number or an array ``(…, 1)``, one entry for each
candidate, and the mean over the rows then has shape ``(…,)``.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule.problem.data import Column, Floats

_FUNCTIONS: dict[str, Callable[[Any, Any], Any]] = {
    "tanh": lambda xp, a: xp.tanh(a),
    "abs": lambda xp, a: xp.abs(a),
    "relu": lambda xp, a: xp.maximum(a, xp.zeros_like(a)),
    "softplus": lambda xp, a: xp.logaddexp(a, xp.zeros_like(a)),
    "step": lambda xp, a: xp.where(
        a > 0, xp.ones_like(a), xp.zeros_like(a)
    ),  # the slope of relu; that of abs is 2·step − 1
    "spike": lambda xp, a: xp.zeros_like(a),  # and their second derivative off the kink
}


class Arrays:
    """The operations on arrays of doubles, of NumPy or of any namespace `xp` of the array API standard."""

    def __init__(self, xp: Any = np) -> None:
        self.xp = xp

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

    def exp(self, a: Any) -> Any:
        return self.xp.exp(a)

    def log(self, a: Any) -> Any:
        return self.xp.log(a)

    def sigmoid(self, a: Any) -> Any:
        """``e^min(a, 0)/(1 + e^−|a|)``: neither exponential overflows, and far down it is 0."""
        xp = self.xp
        return xp.exp(xp.minimum(a, 0.0)) / (1.0 + xp.exp(-xp.abs(a)))

    def sigmoid_pair(self, a: Any) -> tuple[Any, Any]:
        """``σ(a)`` and ``σ(−a) = 1 − σ(a)``, each with full relative precision, or within 2^-1022 of it.

        With ``u = e^−a`` they are ``1/(1 + u)`` and ``u/(1 + u)``; e^709 is the last whole power that does not overflow, and
        σ is below 2^-1022 beyond it.
        """
        u = self.xp.exp(self.xp.minimum(-a, 709.0))
        whole = 1.0 + u
        # Not u times the first, which a library may flush to 0.
        return 1.0 / whole, u / whole

    def function(self, name: str, a: Any) -> Any:
        return _FUNCTIONS[name](self.xp, a)

    def mean(self, a: Floats) -> Floats:
        return np.asarray(np.mean(a, axis=-1)) if np.ndim(a) else a  # one number is its own mean

    def mask(self, where: Any) -> Any:
        """1 where true and 0 elsewhere, to multiply with or to add."""
        return where if self.xp is np else self.xp.astype(where, self.xp.float64)

    def look_up(self, table: Floats, place: Any) -> Any:
        """``table[⌊place⌋]`` for a table ``(t,)`` and places of any shape."""
        if self.xp is np:
            return table.take(place.astype(np.intp))
        xp = self.xp
        entries = xp.asarray(table, device=place.device)
        return xp.reshape(xp.take(entries, xp.reshape(xp.astype(place, xp.int64), (-1,)), axis=0), place.shape)
