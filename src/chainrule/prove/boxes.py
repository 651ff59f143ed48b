"""Several free weights in a box: branch and bound, whole arrays of boxes at a time.

Good points come first (`local`), then wells round them in which the loss is convex (`wells`). Boxes are taken
lowest bound first and cut where the slope varies most; a half is closed when it lies in a well, when a partial
derivative has a certain sign, or when its lower bound exceeds the loss at the best point (`bound`). Every box
that is still open carries the reason for its own bound, so the search may stop at any time with an honest interval.

The search first brings every bound within the gap of the best point. Where wells hold the minimisers it then
goes on, as long again, until every bound exceeds the best point itself: then the minimiser is known to a ball.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from chainrule.problem.data import Floats
from chainrule.prove.bound import bound_boxes
from chainrule.prove.enclose import TILE, enclose
from chainrule.prove.local import local_minima
from chainrule.prove.ridge import Ridge
from chainrule.prove.tree import ENVELOPE, LOWER, MONOTONE, NATURAL, UPPER, WELL, Tree
from chainrule.prove.wells import Well, find_well

Progress = Callable[[str, float], None]
Stop = Literal["closed", "boxes", "time", "interrupted", "resolution"]

# A bound must exceed its target by this much, so that a checker with slightly wider rounding agrees.
MARGIN = 1e-11
EXTRA = 512  # boxes that sharpening may always spend


@dataclass(frozen=True)
class Limits:
    """When to stop: the wanted absolute gap, and at most so many boxes and seconds."""

    gap: float = 1e-6
    boxes: int | None = None
    seconds: float | None = None


@dataclass
class State:
    """A search under way, all that a checkpoint holds: the tree and its open boxes.

    Each open box has its number in the tree, its ends ``(N, k)``, its lower bound, and the side to cut.
    `history` lists the lowest bound after so many boxes and seconds.
    """

    tree: Tree
    node: np.ndarray
    lower: Floats
    upper: Floats
    bound: Floats
    side: np.ndarray
    boxes: int = 1
    seconds: float = 0.0
    history: list[tuple[int, float, float]] = field(default_factory=list)

    @classmethod
    def start(cls, lower: Floats, upper: Floats) -> State:
        tree = Tree(len(lower))
        tree.close(np.zeros(1, int), NATURAL)
        widest = np.array([int(np.argmax(upper - lower))])
        return cls(tree, np.zeros(1, int), lower[None], upper[None], np.full(1, -np.inf), widest)


@dataclass(frozen=True)
class Searched:
    """The outcome on a box. Enclosed: the infimum over it lies in `value`, and every global minimiser in `at`
    ``(2, k)``, lower and upper ends. `best` is the best point; `wells` the convex boxes round local minima."""

    tree: Tree
    wells: tuple[Well, ...]
    best: Floats
    value: tuple[float, float]
    at: Floats
    stop: Stop
    boxes: int
    history: tuple[tuple[int, float, float], ...]


class Search:
    """Branch and bound on one box; `run` goes on until the limits or the end, `result` tells what is known."""

    def __init__(
        self,
        ridge: Ridge,
        lower: Floats,
        upper: Floats,
        limits: Limits,
        bounded: bool = True,
        progress: Progress | None = None,
        state: State | None = None,
        ceiling: float | None = None,
    ) -> None:
        self.ridge, self.lower, self.upper, self.limits = ridge, lower, upper, limits
        # On a core inside all reals a monotone box is dropped even at the core's face: the descent goes on outside.
        self.faces = (lower, upper) if bounded else (np.full_like(lower, -np.inf), np.full_like(upper, np.inf))
        self.progress = progress
        self.state = State.start(lower, upper) if state is None else state
        points = local_minima(ridge, lower, upper)
        self.best = points[0]
        reached = float(enclose(ridge, self.best[None], self.best[None], order=0).value.upper[0])
        # With a given ceiling, a value that is known otherwise, the question is whether all of the box lies above it.
        self.above, self.ceiling = ceiling is not None, reached if ceiling is None else ceiling
        self.wells = self._find_wells(points, reached)

    def _find_wells(self, points: Floats, reached: float) -> tuple[Well, ...]:
        found: list[Well] = []
        for point in points[:8]:
            if not any(np.all((w.lower <= point) & (point <= w.upper)) for w in found):
                well = find_well(self.ridge, point, self.lower, self.upper)
                if well is not None and well.value[0] <= reached + self.limits.gap:
                    found.append(well)
        return tuple(found)

    def run(self, save: Callable[[State], None] | None = None) -> Stop:
        """Search; Ctrl-C and the limits leave an honest state. `save` is called every few seconds."""
        begun, before = time.perf_counter(), self.state.seconds
        batch = max(32, 2 * TILE // max(1, len(self.ridge.a)))
        strict = self.ceiling + MARGIN
        soft = strict if self.above else self.ceiling - self.limits.gap
        target, budget, saved = soft, np.inf, begun
        state = self.state
        try:
            while True:
                open_ = np.flatnonzero(self._open(target))
                if not len(open_):
                    if target != strict and budget == np.inf and self.wells:
                        target, budget = strict, 2 * state.boxes + EXTRA
                        continue
                    done = self.state.bound.min(initial=np.inf) >= soft
                    return "closed" if done else "resolution"
                now = time.perf_counter()
                state.seconds = before + now - begun
                if self.limits.boxes is not None and state.boxes >= self.limits.boxes:
                    return "boxes"
                if self.limits.seconds is not None and state.seconds >= self.limits.seconds:
                    return "time"
                if target == strict and state.boxes >= budget:
                    target = soft  # halves bounded worse than their box was are all that is left to do
                    continue
                if len(open_) > batch:
                    open_ = open_[np.argpartition(state.bound[open_], batch)[:batch]]
                self._step(open_, target)
                if save and now - saved > 2:
                    save(state)
                    saved = now
        except KeyboardInterrupt:
            return "interrupted"

    def _open(self, target: float) -> np.ndarray:
        """Which open boxes are below the target and wide enough to be cut."""
        state = self.state
        rows = np.arange(len(state.node))
        low, high = state.lower[rows, state.side], state.upper[rows, state.side]
        middle = low + (high - low) / 2
        return np.asarray((state.bound <= target) & (low < middle) & (middle < high))

    def _floor(self) -> float:
        """The lowest that the loss can be on the box."""
        state = self.state
        return float(min([self.ceiling, *(well.value[0] for well in self.wells), state.bound.min(initial=np.inf)]))

    def _step(self, chosen: np.ndarray, target: float) -> None:
        """Cut these open boxes and bound the halves."""
        state, tree = self.state, self.state.tree
        side, low, high = state.side[chosen], state.lower[chosen], state.upper[chosen]
        rows = np.arange(len(chosen))
        middle = low[rows, side] + (high[rows, side] - low[rows, side]) / 2
        first = tree.split(state.node[chosen], side, middle)
        lower, upper = np.concatenate([low, low]), np.concatenate([high, high])
        upper[rows, side] = middle
        lower[rows + len(rows), side] = middle
        node = np.concatenate([first, first + 1])
        keep = np.ones(len(state.node), bool)
        keep[chosen] = False
        start = np.concatenate([tree.p[state.node[chosen]]] * 2)
        node, lower, upper, start = self._drop_in_wells(node, lower, upper, start)
        found = bound_boxes(self.ridge, lower, upper, start, self.ceiling + MARGIN)
        state.boxes += len(node)
        by_plane = ~np.isnan(found.p[:, 0])
        tree.close(node, NATURAL)
        tree.close(node[by_plane], ENVELOPE)
        tree.p[node] = found.p
        left = found.bound <= self.ceiling + MARGIN
        left &= ~self._drop_monotone(node, lower, upper, found.gradient, left)
        node, lower, upper, bound = node[left], lower[left], upper[left], found.bound[left]
        gradient = [side[left] for side in found.gradient]
        node, lower, upper = self._to_faces(node, lower, upper, *gradient)
        spread = (upper - lower) * (gradient[1] - gradient[0])
        # Where the slope hardly varies in doubles the widest side is cut instead.
        widest = np.where(spread.max(axis=1, initial=0) > 0, spread.argmax(axis=1), (upper - lower).argmax(axis=1))
        state.node = np.concatenate([state.node[keep], node])
        state.lower = np.concatenate([state.lower[keep], lower])
        state.upper = np.concatenate([state.upper[keep], upper])
        state.bound = np.concatenate([state.bound[keep], bound])
        state.side = np.concatenate([state.side[keep], widest])
        state.history.append((state.boxes, state.seconds, self._floor()))
        if self.progress:
            floor = self._floor()
            share = min(1.0, self.limits.gap / max(self.ceiling - floor, 1e-300))
            self.progress(f"lower bound {floor:.9g}, best {self.ceiling:.9g}, {state.boxes:,} boxes", share)

    def _drop_in_wells(
        self, node: np.ndarray, lower: Floats, upper: Floats, start: Floats
    ) -> tuple[np.ndarray, Floats, Floats, Floats]:
        for number, well in enumerate(self.wells):
            inside = np.all((lower >= well.lower) & (upper <= well.upper), axis=1)
            self.state.tree.close(node[inside], WELL, 0, number)
            node, lower, upper, start = node[~inside], lower[~inside], upper[~inside], start[~inside]
        return node, lower, upper, start

    def _drop_monotone(
        self, node: np.ndarray, lower: Floats, upper: Floats, gradient: tuple[Floats, Floats], left: np.ndarray
    ) -> np.ndarray:
        """Close the boxes that can be left downhill within the domain; returns which were."""
        rising = (gradient[0] > 0) & (lower > self.faces[0])
        falling = (gradient[1] < 0) & (upper < self.faces[1])
        either = rising | falling
        dropped = left & either.any(axis=1)
        side = either.argmax(axis=1)
        sign = np.where(rising[np.arange(len(node)), side], UPPER, LOWER)
        self.state.tree.close(node[dropped], MONOTONE, side[dropped], sign[dropped])
        return dropped

    def _to_faces(
        self, node: np.ndarray, lower: Floats, upper: Floats, low: Floats, high: Floats
    ) -> tuple[np.ndarray, Floats, Floats]:
        """Shrink boxes on whose side the slope is certain onto the domain's face, where they are lowest."""
        lower, upper, node = lower.copy(), upper.copy(), node.copy()
        for side in range(lower.shape[1]):
            wide = lower[:, side] < upper[:, side]
            for end, certain in ((LOWER, low[:, side] > 0), (UPPER, high[:, side] < 0)):
                rows = np.flatnonzero(certain & wide)
                if len(rows):
                    tree = self.state.tree
                    was, p = tree.kind[node[rows]], tree.p[node[rows]]
                    node[rows] = tree.face(node[rows], side, end)
                    # The parent's bound holds on its face, for the parent's reason.
                    tree.kind[node[rows]], tree.p[node[rows]] = was, p
                    target = lower if end == LOWER else upper
                    lower[rows, side] = upper[rows, side] = target[rows, side]
        return node, lower, upper

    def result(self, stop: Stop) -> Searched:
        """What is known now."""
        state = self.state
        near = state.bound <= self.ceiling + MARGIN
        ends = [(state.lower[near], state.upper[near])] if near.any() else []
        for well in self.wells:
            if well.value[0] <= self.ceiling:
                reach = np.where(well.lower < well.upper, well.radius, 0.0)
                ends.append(((well.point - reach)[None], (well.point + reach)[None]))
        ends = ends or [(self.best[None], self.best[None])]
        lower = np.min([low.min(axis=0) for low, _ in ends], axis=0)
        upper = np.max([high.max(axis=0) for _, high in ends], axis=0)
        value = (self._floor(), self.ceiling)
        return Searched(
            state.tree, self.wells, self.best, value, np.stack([lower, upper]), stop, state.boxes, tuple(state.history)
        )
