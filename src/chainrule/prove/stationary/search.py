"""All stationary points in a box: zones around those that Newton's method finds, and a tree that shows there are no others.

A box of the tree is closed when it lies in a zone (`zones`: exactly one stationary point) or when some combination
of the partial derivatives has a certain sign on it (`separate`: none). All boxes of one level are worked on at once;
a box that stays open is cut across its longest side, measured by how much it moves the forms, and becomes the start of a search for one more zone.
What is still open at a limit, or too small to be cut, is *unknown*: it is listed, not dropped.

Where an escape direction exists (`directions`) the loss falls along it everywhere, and the tree is one leaf. Where some direction
changes nothing no stationary point is alone; none can be known, so little time is spent.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.problem.data import Floats
from chainrule.prove.boxes.tree import COMBINATION, MONOTONE, OPEN, UPPER, ZONE, Tree
from chainrule.prove.clock import is_up
from chainrule.prove.neuron.enclose import blas
from chainrule.prove.stationary.ground import Ground
from chainrule.prove.stationary.separate import Separation
from chainrule.prove.stationary.zones import Zone, find_zone

Progress = Callable[[str, float], None]

MOST_WEIGHTS = 3
MOST_DEPENDENT = 2_000  # where some direction changes nothing
FINEST = 2.0**-16  # a box on which no form varies by more than this is not cut again
STARTS = 200
NEW_STARTS = 32  # a level
STEPS = 50  # of Newton's method


@dataclass(frozen=True)
class Found:
    """Every point of the box at which the gradient is 0 lies in one of the `zones` or of the open boxes ``lower, upper`` ``(N, k)``."""

    tree: Tree
    zones: tuple[Zone, ...]
    lower: Floats
    upper: Floats
    boxes: int
    stop: str


def find_stationary(
    ground: Ground,
    lower: Floats,
    upper: Floats,
    most: int | None = None,
    until: float = math.inf,
    progress: Progress | None = None,
) -> Found:
    """Search the box ``[lower, upper]`` until it is settled, or for at most about so many boxes, or `until` the clock says so.

    Enclosed: see `Found`. Ctrl-C ends the search as a limit does.
    """
    search = _Search(ground, lower, upper)
    return search.run(ground.most_boxes if most is None else most, until, progress)


class _Search:
    def __init__(self, ground: Ground, lower: Floats, upper: Floats) -> None:
        self.ground, self.lower, self.upper = ground, lower, upper
        self.tree = Tree(len(lower))
        self.zones: tuple[Zone, ...] = ()
        self.useless: tuple[Floats, ...] = ()  # where Newton's method ended without a zone that meets the box
        self.tree.close(np.zeros(1, int), OPEN)
        # What the search stands on between two levels: open boxes that may be cut, and those that are too small.
        self.node, self.low, self.high = np.zeros(1, int), lower[None], upper[None]
        self.small: list[tuple[Floats, Floats]] = []
        self.boxes = 1

    def run(self, most: int, until: float, progress: Progress | None) -> Found:
        stop, full = "closed", "boxes"
        if self.ground.dependent:
            most, full = min(most, MOST_DEPENDENT), "dependent"
        try:
            self._begin()
            while len(self.node):
                if self.boxes + 2 * len(self.node) > most:
                    stop = full
                    break
                if is_up(until):
                    stop = "time"
                    break
                self._level()
                if progress:
                    progress(
                        f"stationary points: {len(self.zones)}, {self.boxes:,} boxes, {len(self.node):,} open", 0.5
                    )
        except KeyboardInterrupt:
            stop = "interrupted"
        lower = np.concatenate([self.low, *(low for low, _ in self.small)])
        upper = np.concatenate([self.high, *(high for _, high in self.small)])
        return Found(self.tree, self.zones, lower, upper, self.boxes, stop)

    def _level(self) -> None:
        """Cut every open box and close what can be closed."""
        width = (self.high - self.low) / self.ground.unit
        rows, side = np.arange(len(self.node)), width.argmax(axis=1)
        middle = self.low[rows, side] + (self.high[rows, side] - self.low[rows, side]) / 2
        low, high = np.concatenate([self.low, self.low]), np.concatenate([self.high, self.high])
        high[rows, side] = middle
        low[rows + len(rows), side] = middle
        keep = self._settle(low, high)
        # Nothing above has changed the search's state, so an interrupt there leaves it whole.
        first = self.tree.split(self.node, side, middle)
        node = np.concatenate([first, first + 1])
        self.tree.close(node, OPEN)
        self.node, self.low, self.high = node, low, high
        self.boxes += len(node)
        self._mark(keep)

    def _begin(self) -> None:
        """Settle the whole box by an escape direction, or see what Newton's method finds in it."""
        escape = self.ground.escape()
        direction = None if escape is None else _whole(escape)
        if direction is not None:
            self._mark(Settled(np.full(1, -1), direction[None], np.full(1, -1)))
            return
        self._look_for_zones(_starts(self.ground, self.lower, self.upper))
        self._mark(self._settle(self.low, self.high))

    def _settle(self, low: Floats, high: Floats) -> Settled:
        """What closes each box, after a look for zones where the open ones are."""
        zone = self._in_zones(low, high)
        left = np.flatnonzero(zone < 0)
        found = _separate(self.ground, low[left], high[left])
        y, sign = np.zeros(low.shape), np.zeros(len(low), int)
        y[left], sign[left] = found.y, found.sign
        open_ = np.flatnonzero((zone < 0) & (sign == 0))
        if len(open_):
            self._look_for_zones((low[open_] + high[open_])[:: -(-len(open_) // NEW_STARTS)] / 2)
            zone[open_] = self._in_zones(low[open_], high[open_])
        return Settled(zone, y, sign)

    def _mark(self, settled: Settled) -> None:
        """Write down what closes the boxes, and keep the others."""
        zone, y, sign = settled.zone, settled.y, settled.sign
        tree, by_zone = self.tree, zone >= 0
        tree.close(self.node[by_zone], ZONE, 0, zone[by_zone])
        by_sign = sign != 0
        node = self.node[by_sign]
        entries = y[by_sign]
        tree.close(node, COMBINATION, 0, np.where(sign[by_sign] > 0, UPPER, 0))
        tree.p[node] = entries
        single = np.count_nonzero(entries, axis=1) == 1
        side = np.abs(entries).argmax(axis=1)
        rising = entries[np.arange(len(side)), side] * sign[by_sign] > 0
        tree.close(node[single], MONOTONE, side[single], np.where(rising[single], UPPER, 0))
        open_ = ~(by_zone | by_sign)
        low, high = self.low[open_], self.high[open_]
        reach = ((high - low) / self.ground.unit).max(axis=1, initial=0)
        fine = reach < FINEST
        if fine.any():
            self.small.append((low[fine], high[fine]))
        self.node, self.low, self.high = self.node[open_][~fine], low[~fine], high[~fine]

    def _in_zones(self, low: Floats, high: Floats) -> np.ndarray:
        """For each box the number of a zone that it lies in, or −1."""
        inside = np.full(len(low), -1)
        for number, zone in enumerate(self.zones):
            inside[np.all((low >= zone.lower) & (high <= zone.upper), axis=1)] = number
        return inside

    def _look_for_zones(self, starts: Floats) -> None:
        """Zones around the stationary points that Newton's method reaches from these starts, in the box or close to it."""
        points = _newton(self.ground, starts, self.lower, self.upper)
        for point in points:
            # The point lies within 1e-9 of the true one; a zone that holds it well inside is its own.
            if any(np.all((z.lower < point) & (point < z.upper)) for z in self.zones):
                continue
            if any(np.all(np.abs(point - other) < 1e-6 * self.ground.unit) for other in self.useless):
                continue
            zone = find_zone(self.ground, point)
            if zone is None or np.any(zone.upper < self.lower) or np.any(zone.lower > self.upper):
                self.useless += (point,)
            elif all(_apart(zone, other) for other in self.zones):
                self.zones += (zone,)


@dataclass(frozen=True)
class Settled:
    """For each box the number of its zone or −1, and the direction and sign of `Separation`."""

    zone: np.ndarray
    y: Floats
    sign: np.ndarray


def _whole(direction: Sequence[Any]) -> Floats | None:
    """The direction as whole numbers in doubles; None where they are too large to be exact."""
    common = math.lcm(*(x.denominator for x in direction))
    entries = [x * common for x in direction]
    return None if max(map(abs, entries)) > 2**53 else np.array([float(x) for x in entries])


def _apart(one: Zone, other: Zone) -> bool:
    """Whether two zones hold different points."""
    pairs = zip(one.pinned.at, other.pinned.at, strict=True)
    return any(a.upper < b.lower or b.upper < a.lower for a, b in pairs)


def _separate(ground: Ground, low: Floats, high: Floats) -> Separation:
    """`separate` on every core, a cache's worth of boxes at a time."""
    wide = ground.at_once
    chunks = [slice(i, i + wide) for i in range(0, len(low), wide)]

    def work(chunk: slice) -> Separation:
        return ground.separate(low[chunk], high[chunk])

    with blas().limit(limits=1, user_api="blas"):  # for many small matrices its threads cost more than they do
        if len(chunks) < 2:
            return ground.separate(low, high)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            parts = list(pool.map(work, chunks))
    return Separation(np.concatenate([p.y for p in parts]), np.concatenate([p.sign for p in parts]))


def _starts(ground: Ground, lower: Floats, upper: Floats, seed: int = 0) -> Floats:
    """Half of the starts anywhere in the box, half where the forms are of order one."""
    rng = np.random.default_rng(seed)
    k = len(lower)
    near = rng.normal(size=(STARTS // 2, k)) * ground.unit * 3
    return np.concatenate([rng.uniform(lower, upper, (STARTS // 2, k)), np.clip(near, lower, upper)])


def _newton(ground: Ground, points: Floats, lower: Floats, upper: Floats) -> Floats:
    """Where Newton's method on the gradient ends, computed: points ``(S, k)`` in the box or up to an eighth of it outside."""
    scale, margin = ground.unit, (upper - lower) / 8
    found: list[Floats] = []
    for _ in range(STEPS):
        now = ground.jet(points)
        hessian, gradient = now.hessian * scale[:, None] * scale, now.gradient * scale
        values, vectors = np.linalg.eigh(hessian)
        size = np.abs(values)
        # A nearly flat direction gives no step rather than an endless one.
        inverse = np.where(size > 1e-13 * size.max(axis=1, keepdims=True), 1 / np.where(size > 0, values, 1.0), 0.0)
        step = np.einsum("sij,sj,skj,sk->si", vectors, inverse, vectors, gradient)
        length = np.abs(step).max(axis=1)
        points = points - scale * step / np.maximum(1.0, length)[:, None]
        inside = np.all((points >= lower - margin) & (points <= upper + margin), axis=1)
        arrived = inside & (length < 1e-9)
        found += list(points[arrived])
        points = points[inside & ~arrived]
        if not len(points):
            break
    return np.array(found).reshape(-1, len(lower))
