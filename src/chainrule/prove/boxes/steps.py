"""One step of branch and bound: open boxes are cut, and each half is closed by a reason or stays open, with the reason for its own bound."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from chainrule.problem.data import Floats
from chainrule.prove.boxes.ground import Ground
from chainrule.prove.boxes.slabs import Slabs
from chainrule.prove.boxes.state import State
from chainrule.prove.boxes.tree import ENVELOPE, LOWER, MONOTONE, NATURAL, OFF, UPPER, WELL, Tree
from chainrule.prove.boxes.wells import Well

# Boxes × terms below which more boxes hardly cost more time.
FEW = 16384
LEVELS = 3
EDGE = 0.3  # the share of a side that a cut away from its middle leaves at least


class Halves(NamedTuple):
    """Boxes that were just cut: their numbers in the tree ``(B,)``, their ends ``(B, k)``, and the best point of the box that each was cut from."""

    node: np.ndarray
    lower: Floats
    upper: Floats
    start: Floats

    def part(self, which: np.ndarray) -> Halves:
        return Halves(*(array[which] for array in self))


SMALLEST = 1e-99  # a number of a certificate is 0, or of a magnitude from 1e-100 to 1e100


@dataclass(frozen=True, eq=False)
class Steps:
    """The steps of one search: of the function `ground`, on a domain whose `faces` hold minimisers (infinite ones do not), cut further by `slabs`."""

    ground: Ground
    faces: tuple[Floats, Floats]
    slabs: Slabs | None = None

    def step(self, state: State, chosen: np.ndarray, wells: tuple[Well, ...], target: float) -> State:
        """Cut these open boxes and bound the halves, which are closed above `target`; the state after that."""
        tree, ground = state.tree, self.ground
        keep = np.ones(len(state.node), bool)
        keep[chosen] = False
        halves = _drop_in_wells(tree, self._drop_off(tree, self._cut(state, chosen, wells)), wells)
        node, lower, upper, start = halves
        found = ground.bound(lower, upper, start, target)
        boxes = state.boxes + len(node)
        by_plane = ~np.isnan(found.p[:, 0])
        tree.close(node, NATURAL)
        tree.close(node[by_plane], ENVELOPE)
        tree.p[node] = found.p
        left = found.bound <= target
        slopes = self._usable(found.gradient, lower, upper)
        left &= ~self._drop_monotone(tree, halves, slopes, left)
        bound = found.bound[left]
        node, lower, upper = _to_faces(tree, halves.part(left), *(side[left] for side in slopes))
        for i in np.flatnonzero((lower == upper).all(axis=1)):  # a corner of the domain, and no box any more
            bound[i] = ground.value(lower[i])[0]
            tree.close(node[i : i + 1], NATURAL)
        least, most = (side[left] for side in found.gradient)
        spread = _spread(upper - lower, most - least)
        # Where the slope hardly varies in doubles the widest side is cut instead.
        widest = np.where(spread.max(axis=1, initial=0) > 0, spread.argmax(axis=1), (upper - lower).argmax(axis=1))
        return replace(
            state,
            size=tree.size,
            node=np.concatenate([state.node[keep], node]),
            lower=np.concatenate([state.lower[keep], lower]),
            upper=np.concatenate([state.upper[keep], upper]),
            bound=np.concatenate([state.bound[keep], bound]),
            spread=np.concatenate([state.spread[keep], spread]),
            side=np.concatenate([state.side[keep], widest]),
            boxes=boxes,
        )

    def _cut(self, state: State, chosen: np.ndarray, wells: tuple[Well, ...]) -> Halves:
        """Halve these open boxes, and the halves again while there are few.

        A round of few boxes costs nearly as much as one of many. About half of all boxes are closed, so that two levels
        at once bound no more boxes than one after the other.
        """
        node, side, spread = state.node[chosen], state.side[chosen], state.spread[chosen]
        lower, upper, start = state.lower[chosen], state.upper[chosen], state.tree.p[node]
        for level in range(LEVELS):
            rows = np.arange(len(node))
            low, high = lower[rows, side], upper[rows, side]
            middle = _middle(lower, upper, side, wells)
            if level and not (len(node) * self.ground.terms <= FEW and np.all((low < middle) & (middle < high))):
                break
            first = state.tree.split(node, side, middle)
            node = np.concatenate([first, first + 1])
            lower, upper, start = (np.concatenate([array, array]) for array in (lower, upper, start))
            upper[rows, side] = middle
            lower[rows + len(rows), side] = middle
            # Half as wide, and the slope varies about half as much.
            spread[rows, side] /= 4
            spread = np.concatenate([spread, spread])
            side = spread.argmax(axis=1)
        return Halves(node, lower, upper, start)

    def _drop_off(self, tree: Tree, halves: Halves) -> Halves:
        """Close the boxes that miss a slab."""
        if self.slabs is None:
            return halves
        missed = self.slabs.missed(halves.lower, halves.upper)
        off = missed >= 0
        tree.close(halves.node[off], OFF, 0, missed[off])
        return halves.part(~off)

    def _usable(self, gradient: tuple[Floats, Floats], lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
        """The slopes along which one may move within the domain; elsewhere their signs say nothing."""
        if self.slabs is None:
            return gradient
        loose = self.slabs.loose(lower, upper)
        return np.where(loose, gradient[0], -np.inf), np.where(loose, gradient[1], np.inf)

    def _drop_monotone(
        self, tree: Tree, halves: Halves, gradient: tuple[Floats, Floats], left: np.ndarray
    ) -> np.ndarray:
        """Close the boxes that can be left downhill within the domain; returns which were."""
        rising = (gradient[0] > 0) & (halves.lower > self.faces[0])
        falling = (gradient[1] < 0) & (halves.upper < self.faces[1])
        either = rising | falling
        dropped = left & either.any(axis=1)
        side = either.argmax(axis=1)
        sign = np.where(rising[np.arange(len(side)), side], UPPER, LOWER)
        tree.close(halves.node[dropped], MONOTONE, side[dropped], sign[dropped])
        return dropped


def _spread(width: Floats, varies: Floats) -> Floats:
    """How much the slope along each side makes the function vary ``(B, k)``: by widths alone where some slope is unbounded."""
    known = np.isfinite(varies).all(axis=1, keepdims=True)
    return np.where(known, width * np.where(known, varies, 0.0), width**2)


def _middle(lower: Floats, upper: Floats, side: np.ndarray, wells: tuple[Well, ...]) -> Floats:
    """Where to cut: in the middle, or at the face near it of a well that the box crosses, so that the part within is done."""
    rows = np.arange(len(side))
    low, high = lower[rows, side], upper[rows, side]
    width = high - low
    middle = low + width / 2
    for well in wells:
        crosses = ((lower < well.upper) & (upper > well.lower)).all(axis=1)
        for face in (well.lower[side], well.upper[side]):
            near = crosses & (low + EDGE * width < face) & (face < high - EDGE * width)
            middle = np.where(near, face, middle)
    return np.where(np.abs(middle) < SMALLEST, 0.0, middle)  # such a number has no place in a certificate


def _drop_in_wells(tree: Tree, halves: Halves, wells: tuple[Well, ...]) -> Halves:
    for number, well in enumerate(wells):
        inside = np.all((halves.lower >= well.lower) & (halves.upper <= well.upper), axis=1)
        tree.close(halves.node[inside], WELL, 0, number)
        halves = halves.part(~inside)
    return halves


def _to_faces(tree: Tree, halves: Halves, low: Floats, high: Floats) -> tuple[np.ndarray, Floats, Floats]:
    """Shrink boxes on whose side the slope is certain onto the domain's face, where they are lowest."""
    node, lower, upper = (array.copy() for array in halves[:3])
    for side in range(lower.shape[1]):
        wide = lower[:, side] < upper[:, side]
        for end, certain in ((LOWER, low[:, side] > 0), (UPPER, high[:, side] < 0)):
            rows = np.flatnonzero(certain & wide)
            if len(rows):
                was, p = tree.kind[node[rows]], tree.p[node[rows]]
                node[rows] = tree.face(node[rows], side, end)
                # The parent's bound holds on its face, for the parent's reason.
                tree.kind[node[rows]], tree.p[node[rows]] = was, p
                target = lower if end == LOWER else upper
                lower[rows, side] = upper[rows, side] = target[rows, side]
    return node, lower, upper
