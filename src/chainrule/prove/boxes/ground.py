"""What a search of boxes knows of the function that it searches, and the loss of one neuron as such a ground."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from chainrule.algebra.backends import NUMPY, Backend
from chainrule.exact import float_bounds
from chainrule.problem.data import Floats
from chainrule.prove.boxes.bound import Bounded, Bounder
from chainrule.prove.boxes.wells import Well, find_well
from chainrule.prove.neuron.enclose import enclose
from chainrule.prove.neuron.local import Effort, local_minima, polish
from chainrule.prove.neuron.ridge import Ridge

# Newton steps that higher points may still take once one has come to rest.
PATIENCE = 3


class Ground(Protocol):
    """A function of k variables; `terms` is what one box costs, `floor` a number that it is never below, `cells` the widths of
    the grids by which its rows are grouped; `narrows`: where a minimum has no well, boxes are cut on until they tell its place."""

    @property
    def terms(self) -> int: ...

    @property
    def floor(self) -> float: ...

    @property
    def cells(self) -> tuple[tuple[float, ...], ...]: ...

    @property
    def narrows(self) -> bool: ...

    def value(self, point: Floats) -> tuple[float, float]:
        """The value at one point ``(k,)``, enclosed."""

    def minima(self, lower: Floats, upper: Floats, until: float = math.inf) -> Floats:
        """Good points in the box ``(S, k)``, best first: computed; only begun where the clock (`time.perf_counter`) says `until`."""

    def downhill(self, points: Floats, lower: Floats, upper: Floats, until: float = math.inf) -> Floats:
        """The local minima in the box that lie downhill from these points, best first: computed."""

    def well(self, point: Floats, lower: Floats, upper: Floats) -> Well | None:
        """A convex box round the point within the domain, if there is one."""

    def bound(self, lower: Floats, upper: Floats, start: Floats, target: float) -> Bounded:
        """Lower bounds and gradients on boxes ``(B, k)``."""


@dataclass(frozen=True)
class RidgeGround:
    """The loss of one neuron, bounded on boxes with the arithmetic of an array library."""

    ridge: Ridge
    backend: Backend = NUMPY

    @property
    def narrows(self) -> bool:
        return False

    @property
    def cells(self) -> tuple[tuple[float, ...], ...]:
        return ()

    @property
    def terms(self) -> int:
        return len(self.ridge.a)

    @property
    def floor(self) -> float:
        return float_bounds(self.ridge.constant)[0]  # no term costs less than 0

    def value(self, point: Floats) -> tuple[float, float]:
        found = enclose(self.ridge, point[None], point[None], order=0).value
        return float(found.lower[0]), float(found.upper[0])

    def minima(self, lower: Floats, upper: Floats, until: float = math.inf) -> Floats:
        return local_minima(self.ridge, lower, upper, Effort(patience=PATIENCE, until=until))

    def downhill(self, points: Floats, lower: Floats, upper: Floats, until: float = math.inf) -> Floats:
        return polish(self.ridge, points, lower, upper, Effort(patience=PATIENCE, until=until))

    def well(self, point: Floats, lower: Floats, upper: Floats) -> Well | None:
        return find_well(self.ridge, point, lower, upper)

    def bound(self, lower: Floats, upper: Floats, start: Floats, target: float) -> Bounded:
        return self._bounder.bound(lower, upper, start, target)

    @cached_property
    def _bounder(self) -> Bounder:
        return Bounder(self.ridge, self.backend)
