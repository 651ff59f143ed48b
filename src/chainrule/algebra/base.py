"""The closed list of operations. An algebra gives each of them one meaning.

The network and its loss (`chainrule.formula`) are written once over this list. A value is either one
number of the algebra or a *column* with one number for each data row; operations act row by row and
broadcast, and all of batching hides in the one operation `mean`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Protocol, TypeVar

from chainrule.problem.data import Column

V = TypeVar("V")


class Algebra(Protocol[V]):
    """What the formula may do with values of type `V`."""

    def constant(self, value: Fraction) -> V:
        """An exact number."""

    def column(self, numbers: Column) -> V:
        """One number for each data row."""

    def add(self, *terms: V) -> V:
        """``t_1 + t_2 + …``, in this order where the algebra keeps order."""

    def multiply(self, *factors: V) -> V:
        """``f_1 · f_2 · …``, in this order where the algebra keeps order."""

    def negate(self, a: V) -> V: ...

    def square(self, a: V) -> V:
        """``a²``: an operation of its own, because an interval times itself forgets that it is one number."""

    def exp(self, a: V) -> V: ...

    def log(self, a: V) -> V: ...

    def sigmoid(self, a: V) -> V:
        """``σ(a) = 1 / (1 + e^−a)``."""

    def function(self, name: str, a: V) -> V:
        """tanh, relu ``max(0, a)``, softplus ``ln(1 + e^a)`` or abs, by its name."""

    def mean(self, a: V) -> V:
        """The mean of a column over the data rows."""
