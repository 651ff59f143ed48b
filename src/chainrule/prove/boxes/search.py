"""Several free weights in a box: branch and bound, whole arrays of boxes at a time.

Good points come first (`local`), then wells round them in which the loss is convex (`wells`). Boxes are taken
lowest bound first and cut where the slope varies most; a half is closed when it lies in a well, when a partial
derivative has a certain sign, or when its lower bound exceeds the loss at the best point (`steps`, `bound`). Every box
that is still open carries the reason for its own bound, so the search may stop at any time with an honest interval.

The search first brings every bound within the gap of the best point. Where wells hold the minimisers it then
goes on, as long again, until every bound exceeds the best point itself: then the minimiser is known to a ball. A corner has no
well; round it boxes shrink until the search has gone on as long again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from chainrule.algebra.backends import TILE, backend
from chainrule.problem.data import Floats
from chainrule.prove.boxes.checkpoint import Checkpoint, Saved
from chainrule.prove.boxes.ground import Ground
from chainrule.prove.boxes.many import ground_of
from chainrule.prove.boxes.slabs import Slabs
from chainrule.prove.boxes.state import Known, Limits, Searched, State, Stop
from chainrule.prove.boxes.steps import Steps
from chainrule.prove.boxes.wells import Well
from chainrule.prove.clock import TimeUp, is_up
from chainrule.prove.neuron.ridge import Ridge

__all__ = ["MARGIN", "Limits", "Progress", "Search", "Searched"]

Progress = Callable[[str, float], None]

# A bound must exceed its target by this much, so that a checker with slightly wider rounding agrees.
MARGIN = 1e-11
EXTRA = 512  # boxes that sharpening may always spend
# Boxes, or rounds, after which lower points are looked for in the open ones; then after twice as many, and so on.
LOOK, LOOK_ROUNDS = 4096, 16
PLACES_TO_LOOK = 8
NARROWEST = 1e-98  # no side shorter than this is cut: its middle could not be written down
# Seconds between two checkpoints; at least 20 times as long as writing one takes.
PAUSE = 2.0
# The lowest bound is taken first: where after so many boxes some still have none at all (a formula that is not defined there,
# or falls without bound), the bound of the whole is not going to rise, and a search without limits would never end.
BOTTOMLESS = 10_000


def nearest_to_0(lower: Floats, upper: Floats) -> Floats:
    """The point of the box nearest to 0, as the only one of the points to begin with ``(1, k)``."""
    return np.clip(np.zeros(len(lower)), lower, upper)[None]


class Search:
    """Branch and bound on one box; `run` goes on until the limits or the end, `result` tells what is known.

    `slabs` cut the domain further; then the good `points` in it ``(S, k)``, best first, must be given.
    With a checkpoint the state is written to its file now and then, and taken from there where it holds one.
    """

    def __init__(
        self,
        ridge: Ridge | Ground,
        lower: Floats,
        upper: Floats,
        limits: Limits,
        bounded: bool = True,
        progress: Progress | None = None,
        checkpoint: Checkpoint | None = None,
        ceiling: float | None = None,
        slabs: Slabs | None = None,
        points: Floats | None = None,
    ) -> None:
        if isinstance(ridge, Ridge):
            ridge = ground_of(ridge, lower, upper, limits.gap, backend(limits.backend))
        self.ground = ridge
        self.lower, self.upper, self.limits = lower, upper, limits.begun()
        # On a core inside all reals a monotone box is dropped even at the core's face: the descent goes on outside.
        faces = (lower, upper) if bounded else (np.full_like(lower, -np.inf), np.full_like(upper, np.inf))
        self.steps = Steps(ridge, faces, slabs)
        self.progress, self.checkpoint = progress, checkpoint
        # With a given ceiling, a value that is known otherwise, the question is whether all of the box lies above it.
        self.above = ceiling is not None
        self.begun = time.perf_counter()
        self.interrupted = False  # before the first box
        saved = checkpoint.read(lower, upper) if checkpoint else None
        if saved is None:
            self.state, self.history = State.start(lower, upper), []
            points = self._points() if points is None else points
            self.best = points[0]
            self.reached = self.ground.value(self.best)[1]
            self.ceiling = self.reached if ceiling is None else ceiling
            self.wells = self._first_wells(points)
        else:
            self.state, self.history = saved.state, list(saved.history)
            # Boxes were closed against these, to the last bit.
            known = saved.known
            self.best, self.reached, self.ceiling, self.wells = known.best, known.reached, known.ceiling, known.wells

    def _points(self) -> Floats:
        """Good points, best first; the one nearest to 0 where Ctrl-C comes before them."""
        try:
            return self.ground.minima(self.lower, self.upper, self.limits.until)
        except KeyboardInterrupt:
            self.interrupted = True
            return nearest_to_0(self.lower, self.upper)

    def _first_wells(self, points: Floats) -> tuple[Well, ...]:
        try:
            return () if self.interrupted else self._find_wells(points)
        except KeyboardInterrupt:
            self.interrupted = True
            return ()

    def _find_wells(self, points: Floats) -> tuple[Well, ...]:
        """Wells round the best points: those that there is time for."""
        found: list[Well] = []
        for point in points[:8]:
            if is_up(self.limits.until):
                break
            if not any(np.all((w.lower <= point) & (point <= w.upper)) for w in found):
                well = self.ground.well(point, self.lower, self.upper)
                if well is not None and well.value[0] <= self.reached + self.limits.gap:
                    found.append(well)
        return tuple(found)

    def run(self) -> Stop:
        """Search; Ctrl-C and the limits leave an honest state. The time limit counts from where the search was made."""
        if self.interrupted:  # a checkpoint of points that were not looked for would be kept for good
            return "interrupted"
        undo = None
        try:
            begun, before = self.begun, self.state.seconds
            saved, pause = time.perf_counter(), PAUSE
            look, rounds, look_round = max(LOOK, 2 * self.state.boxes), 0, LOOK_ROUNDS
            while True:
                now = time.perf_counter()
                self.state = replace(self.state, seconds=before + now - begun)
                chosen, stop = self._choose()
                if stop is not None:
                    break
                if len(chosen):
                    nodes = self.state.node[chosen]
                    undo = nodes, self.state.tree.rows(nodes)
                    self.state = self.steps.step(self.state, chosen, self.wells, self.ceiling + MARGIN)
                    undo = None
                    rounds += 1
                    if self.state.boxes >= look or rounds == look_round:
                        look, look_round = max(look, 2 * self.state.boxes), 2 * rounds
                        self._look()
                    self._tell()
                if self.checkpoint and now - saved > pause:
                    self._save()
                    saved = time.perf_counter()
                    pause = max(PAUSE, 20 * (saved - now))
        except KeyboardInterrupt as interrupt:
            stop = "time" if isinstance(interrupt, TimeUp) else "interrupted"
            if undo is not None and self.state.tree.size > self.state.size:  # in the middle of a step
                self.state.tree.restore(self.state.size, *undo)
        if self.checkpoint:
            self._save()
        return stop

    def _look(self) -> None:
        """Take a lower point where the most promising boxes lead to one: no start need have come near the best minimum.

        Whatever was closed lies above the old value, so above the new one.
        """
        if self.above or self.steps.slabs is not None or not len(self.state.node):
            return
        low = np.argsort(self.state.bound, kind="stable")[:PLACES_TO_LOOK]
        centre = (self.state.lower[low] + self.state.upper[low]) / 2
        best = self.ground.downhill(centre, self.lower, self.upper, self.limits.until)[0]
        value = self.ground.value(best)[1]
        if value < self.reached - max(MARGIN, self.limits.gap / 4):
            self.best, self.reached, self.ceiling = best, value, value
            self.wells += self._find_wells(best[None])

    def _choose(self) -> tuple[np.ndarray, Stop | None]:
        """The open boxes to cut next, or why to stop; neither where the search changes its target."""
        state, limits, none = self.state, self.limits, np.zeros(0, int)
        strict = self.ceiling + MARGIN
        soft = strict if self.above else self.ceiling - limits.gap
        open_ = np.flatnonzero(self._open(strict if state.sharpening else soft))
        if not len(open_):
            if not self.above and state.budget == np.inf and (self.wells or self.ground.narrows):
                self.state = replace(state, sharpening=True, budget=2 * state.boxes + EXTRA)
                return none, None
            return none, "closed" if state.bound.min(initial=np.inf) >= soft else "resolution"
        if (limit := self._limit()) is not None:
            # Sharpening goes on beyond what was asked for.
            done = state.sharpening and state.bound.min(initial=np.inf) >= soft
            return none, "closed" if done else limit
        if state.sharpening and state.boxes >= state.budget:
            # Halves bounded worse than their box was are all that is left to do.
            self.state = replace(state, sharpening=False)
            return none, None
        batch = max(32, 6 * TILE // max(1, self.ground.terms))
        if len(open_) > batch:
            open_ = open_[np.argpartition(state.bound[open_], batch)[:batch]]
        return open_, None

    def _limit(self) -> Stop | None:
        if self.limits.boxes is not None and self.state.boxes >= self.limits.boxes:
            return "boxes"
        if self.limits.until < np.inf:
            return "time" if is_up(self.limits.until) else None
        limited = self.limits.boxes is not None or self.state.boxes < BOTTOMLESS
        return None if limited or self._floor() > -np.inf else "bottomless"

    def _save(self) -> None:
        assert self.checkpoint is not None
        known = Known(self.lower, self.upper, self.best, self.reached, self.ceiling, self.wells)
        self.checkpoint.write(Saved(self.state, known, tuple(self.history)))

    def _tell(self) -> None:
        floor = self._floor()
        self.history.append((self.state.boxes, self.state.seconds, floor))
        if self.progress:
            share = min(1.0, self.limits.gap / max(self.ceiling - floor, 1e-300))
            known = f"bound {floor:.7g}, best {self.ceiling:.7g}, gap {self.ceiling - floor:.1e}"
            self.progress(f"{known}, {self.state.boxes:,} boxes", share)

    def _open(self, target: float) -> np.ndarray:
        """Which open boxes are below the target and wide enough to be cut."""
        state = self.state
        rows = np.arange(len(state.node))
        low, high = state.lower[rows, state.side], state.upper[rows, state.side]
        middle = low + (high - low) / 2
        return np.asarray((state.bound <= target) & (low < middle) & (middle < high) & (high - low > NARROWEST))

    def _floor(self) -> float:
        """The lowest that the loss can be on the box."""
        state = self.state
        lowest = min([self.ceiling, *(well.value[0] for well in self.wells), state.bound.min(initial=np.inf)])
        return max(float(lowest), self.ground.floor)

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
        value = (self._floor(), self.reached)
        at, history, cells = np.stack([lower, upper]), tuple(self.history), self.ground.cells
        return Searched(state.tree, self.wells, self.best, value, at, stop, state.boxes, history, cells)
