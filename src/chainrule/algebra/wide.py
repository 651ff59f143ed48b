"""Arrays with the operations of typed expressions: division and powers. *Computed*."""

from __future__ import annotations

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.problem.data import Floats


class WideArrays(Arrays):
    """`WideAlgebra` on float64 arrays; overflow gives infinities and nan without warnings, for the caller to refuse."""

    def multiply(self, *factors: Floats) -> Floats:
        with np.errstate(all="ignore"):
            return super().multiply(*factors)

    def square(self, a: Floats) -> Floats:
        with np.errstate(all="ignore"):
            return super().square(a)

    def add(self, *terms: Floats) -> Floats:
        with np.errstate(all="ignore"):
            return super().add(*terms)

    def exp(self, a: Floats) -> Floats:
        with np.errstate(all="ignore"):
            return np.asarray(np.exp(a))

    def log(self, a: Floats) -> Floats:
        with np.errstate(all="ignore"):
            return np.asarray(np.log(a))

    def divide(self, a: Floats, b: Floats) -> Floats:
        with np.errstate(all="ignore"):
            return np.asarray(a / b)

    def power(self, a: Floats, b: Floats) -> Floats:
        with np.errstate(all="ignore"):
            return np.asarray(a**b)
