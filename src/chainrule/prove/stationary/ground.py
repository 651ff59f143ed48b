"""What the search for all stationary points asks of a function, and the loss of a neuron as such a function."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from chainrule.problem.data import Floats
from chainrule.prove.neuron.directions import distinct_slopes, find_escape, independent_columns
from chainrule.prove.neuron.enclose import TILE, Enclosure, enclose
from chainrule.prove.neuron.local import Jet, jet
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.stationary.crowding import crowding, signs_hold
from chainrule.prove.stationary.pin import Pinned, pin
from chainrule.prove.stationary.separate import Separation, separate, unit


class Ground(Protocol):
    """A function of k variables. `names` are theirs; `unit` ``(k,)`` is a power of two for each, near the size at which it matters.

    `at_once`: so many boxes fit a core's cache together. `most_boxes`: where a search stops that nobody limited. `dependent`: some
    direction changes nothing anywhere.
    """

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def unit(self) -> Floats: ...
    @property
    def at_once(self) -> int: ...
    @property
    def most_boxes(self) -> int: ...
    @property
    def dependent(self) -> bool: ...

    def escape(self) -> tuple[object, ...] | None:
        """A direction, in rationals, along which the function falls everywhere; None where none is known."""

    def jet(self, points: Floats) -> Jet:
        """Value, gradient and Hessian at points ``(S, k)``, computed."""

    def enclose(self, lower: Floats, upper: Floats, order: int) -> Enclosure:
        """The same, enclosed on boxes ``(B, k)``; up to this order."""

    def separate(self, lower: Floats, upper: Floats) -> Separation:
        """Directions along which the slope has a certain sign on boxes ``(B, k)``, where they are found."""

    def crowding(self, lower: Floats, upper: Floats, inverse: Floats) -> float:
        """An upper bound of ``max_r Σ_c |E_rc| d_c / d_r``, ``E = I − inverse·∇²f``, on one box with half-widths d."""

    def signs_hold(self, point: Floats, values: Floats) -> bool:
        """Whether the eigenvalues that were computed of the Hessian at a point certainly have its signs."""

    def pin(self, point: Floats, inverse: Floats, lower: Floats, upper: Floats) -> Pinned | None:
        """The one stationary point near `point`, proved to lie in a small box within ``[lower, upper]``."""


@dataclass(frozen=True, eq=False)
class RidgeGround:
    """The loss of a neuron."""

    ridge: Ridge

    @property
    def names(self) -> tuple[str, ...]:
        return self.ridge.problem.free

    @cached_property
    def unit(self) -> Floats:
        return unit(self.ridge)

    @property
    def at_once(self) -> int:
        return max(1, TILE // max(1, len(self.ridge.a)))

    @property
    def most_boxes(self) -> int:
        return 100_000

    @cached_property
    def dependent(self) -> bool:
        # A penalty may make up for it; the search finds out.
        return not self.ridge.quadratic and len(independent_columns(distinct_slopes(self.ridge))) < len(self.names)

    def escape(self) -> tuple[object, ...] | None:
        found = None if self.ridge.quadratic else find_escape(self.ridge)
        return None if found is None else tuple(found.direction)

    def jet(self, points: Floats) -> Jet:
        return jet(self.ridge, points)

    def enclose(self, lower: Floats, upper: Floats, order: int) -> Enclosure:
        return enclose(self.ridge, lower, upper, order=order)

    def separate(self, lower: Floats, upper: Floats) -> Separation:
        return separate(self.ridge, lower, upper)

    def crowding(self, lower: Floats, upper: Floats, inverse: Floats) -> float:
        return crowding(self.ridge, lower, upper, inverse)

    def signs_hold(self, point: Floats, values: Floats) -> bool:
        return signs_hold(self.ridge, point, values)

    def pin(self, point: Floats, inverse: Floats, lower: Floats, upper: Floats) -> Pinned | None:
        return pin(self.ridge, point, inverse, lower, upper)


def short(matrix: Floats) -> Floats:
    """Rounded to 26 bits: the preconditioner need not be exact, and its text is short."""
    mantissa, exponent = np.frexp(matrix)
    rounded = np.ldexp(np.round(mantissa * 2**26), exponent - 26)
    # A certificate's numbers are 0 or between 1e-100 and 1e100.
    return np.where(np.abs(rounded) < 1e-99, 0.0, rounded)
