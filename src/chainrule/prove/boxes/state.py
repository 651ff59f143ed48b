"""A search of boxes as values: when to stop, where it stands, what came out."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from chainrule.algebra.backends import backend
from chainrule.problem.data import Floats
from chainrule.prove.boxes.tree import NATURAL, Tree
from chainrule.prove.boxes.wells import Well
from chainrule.prove.clock import after

Stop = Literal["closed", "boxes", "time", "interrupted", "resolution", "bottomless"]
"""Why a search stopped; *bottomless*: after many boxes part of the domain still has no lower bound at all."""


@dataclass(frozen=True)
class Limits:
    """When to stop: the wanted absolute gap, and at most so many boxes in all and seconds in one run; and by which means:
    `backend` names the array library that does the arithmetic on boxes (see `algebra.backends`).

    `until` is the reading of `time.perf_counter` at which the seconds are over: `begun` sets it, once for a whole call."""

    gap: float = 1e-6
    boxes: int | None = None
    seconds: float | None = None
    backend: str = "numpy"
    until: float = math.inf

    def begun(self) -> Limits:
        """The same limits with the clock running; where it is running already, these."""
        if self.seconds is None or self.until < math.inf:
            return self
        return replace(self, until=after(self.seconds))

    def __post_init__(self) -> None:
        backend(self.backend)  # one that there is not is refused at once, also where no box will be bounded


@dataclass(frozen=True)
class State:
    """A search between two steps: the tree and its open boxes. A step makes a new one.

    Each open box has its number in the tree, its ends ``(N, k)``, its lower bound, how much the slope along each side makes
    the loss vary ``(N, k)``, and the side to cut. The tree grows in place, and its first `size` nodes belong to this state. While the search sharpens, `budget` is the number of
    boxes at which it gives that up; before that it is infinite, and 0 once sharpening is over.
    """

    tree: Tree
    size: int
    node: np.ndarray
    lower: Floats
    upper: Floats
    bound: Floats
    spread: Floats
    side: np.ndarray
    boxes: int = 1
    seconds: float = 0.0
    budget: float = np.inf
    sharpening: bool = False

    @classmethod
    def start(cls, lower: Floats, upper: Floats) -> State:
        tree = Tree(len(lower))
        tree.close(np.zeros(1, int), NATURAL)
        widest = np.array([int(np.argmax(upper - lower))])
        return cls(
            tree, 1, np.zeros(1, int), lower[None], upper[None], np.full(1, -np.inf), (upper - lower)[None] ** 2, widest
        )


@dataclass(frozen=True)
class Known:
    """What the boxes of a search were closed against: its box, the best point and its loss, the value that boxes have to
    exceed (both only ever fall), the wells (their number only grows)."""

    lower: Floats
    upper: Floats
    best: Floats
    reached: float
    ceiling: float
    wells: tuple[Well, ...]


@dataclass(frozen=True)
class Searched:
    """The outcome on a box. Enclosed: the infimum over it lies in `value`, and every global minimiser in `at`
    ``(2, k)``, lower and upper ends. `best` is the best point; `wells` the convex boxes round local minima.
    `history` lists the lowest bound after so many boxes and seconds; `cells` the grids on which boxes were bounded (see `cells`)."""

    tree: Tree
    wells: tuple[Well, ...]
    best: Floats
    value: tuple[float, float]
    at: Floats
    stop: Stop
    boxes: int
    history: tuple[tuple[int, float, float], ...]
    cells: tuple[tuple[float, ...], ...] = ()
