"""Judging the leaves of a tree in bulk: doubles first, then the leaf cut into smaller boxes, then Arb; otherwise refuse.

A bound that another arithmetic found may be missed here by its rounding, or because the lines below the terms are drawn at slightly other
points. So a box that does not pass is cut in two, up to `DEPTH` times, and its parts must pass: a bound over halves is far better than
over the whole, so this makes up for much more than rounding. What a leaf claims for a box holds for it if it holds for all parts of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from chainrule_check.engine import Range
from chainrule_check.exponential import Floats
from chainrule_check.rationals import double_enclosure
from chainrule_check.report import Refused
from chainrule_check.space.approach import Approach
from chainrule_check.space.bounds import Bounds
from chainrule_check.space.claim import Box
from chainrule_check.space.groups import Together
from chainrule_check.space.sharp import Sharp
from chainrule_check.space.terms import Terms
from chainrule_check.space.tree import BATCH, Item, Root, rationals

Mask = NDArray[np.bool_]

DEPTH = 6
STEPS = 8
BOUNDED = ("slope", "natural", "envelope")
"""Kinds that groups of rows may show."""


@dataclass(frozen=True)
class Wanted:
    """What a bound β of f on a leaf must be: ``β >= least``, and ``β > above`` unless the leaf lies in `at`.

    `above` None: the first is enough. `at` None: no leaf lies in it.
    """

    least: Fraction
    above: Fraction | None
    at: Box | None

    def enough(self, bound: Range, inside: bool) -> bool:
        return bound.lower >= self.least and (self.above is None or inside or bound.lower > self.above)


class Above:
    """The `approaches` of a proof, for boxes and cells on which one of them shows that the loss is above its limit.

    `chosen` are, for each, the terms that are given up, as numbers for arrays and for `Sharp.exact`.
    """

    def __init__(self, terms: Terms, approaches: Sequence[Approach]) -> None:
        self.approaches = approaches
        self.chosen = [[terms.number(i.row, i.sign) for i in approach.identities] for approach in approaches]

    def passes(self, bounds: Bounds, lower: Floats, upper: Floats, which: NDArray[np.intp], cones: bool) -> Mask:
        """Where doubles can tell that; `which` ``(B,)`` are the numbers of the approaches."""
        good = np.zeros(len(lower), dtype=np.bool_)
        for number in set(which.tolist()):
            if number < len(self.approaches):
                same = which == number
                chosen = np.array([first for first, _ in self.chosen[number]], dtype=np.intp)
                thresholds = np.array(self.approaches[number].thresholds)
                good[same] = bounds.above(lower[same], upper[same], chosen, thresholds, cones)
        return good

    def check(self, number: int, lowest: Callable[[int], fmpq | None], sharp: tuple[Sharp, ...], place: str) -> None:
        """The last word: `lowest` tells how low the form of a term may be, exactly, or None; the inequalities in balls."""
        if number >= len(self.approaches):
            raise Refused(f"found approach {number}; there are {len(self.approaches)}", place)
        approach = self.approaches[number]
        for identity, (_, term) in zip(approach.identities, self.chosen[number], strict=True):
            least = lowest(term)
            if least is None:
                raise Refused(f"the form of row {identity.row}, which is given up, may fall on this cell", place)
            if not any(approach.enough(identity, least, engine.bits) for engine in sharp):
                raise Refused(
                    f"the form of row {identity.row}, which is given up, may be as low as "
                    f"{int(least.p) / int(least.q):.5g} here; that is not proved to be enough",
                    place,
                )


@dataclass(frozen=True)
class Outer:
    """What cells outside a core need: the terms as functions of ``θ − centre``, and what rows cost together."""

    terms: Terms
    centre: tuple[Fraction, ...]
    together: Together


@dataclass(frozen=True)
class Part:
    """Boxes ``(B, k)`` to be judged: `owner` is the item each of them is a part of."""

    owner: NDArray[np.intp]
    lower: Floats
    upper: Floats


class Leaves:
    """Judges items of one tree: by `bounds` in doubles (`Bounds`, or for an expression `Bulk`), at last by the arithmetics `sharp`.

    `outer` is for trees of cells.
    """

    @classmethod
    def of_terms(
        cls,
        terms: Terms,
        root: Root,
        wanted: Wanted,
        sharp: Sequence[Sharp],
        place: str,
        approached: Above,
        outer: Outer | None = None,
        grids: tuple[Bounds, ...] = (),
    ) -> Leaves:
        """Of a tree about a neuron's loss; the side that moves the forms most is cut. `grids` are bounds by groups of rows, from coarse to fine."""
        bounds = Bounds(terms if outer is None else outer.terms)
        return cls(bounds, reach(terms), root, wanted, sharp, place, approached, outer, grids)

    def __init__(
        self,
        bounds: Any,
        weight: Floats,
        root: Root,
        wanted: Wanted,
        sharp: Sequence[Any],
        place: str,
        approached: Above | None = None,
        outer: Outer | None = None,
        grids: tuple[Bounds, ...] = (),
    ) -> None:
        self.root, self.wanted, self.sharp, self.place = root, wanted, tuple(sharp), place
        self.bounds, self.approached, self.outer = bounds, approached, outer
        # From cheap to dear: what groups of rows do not show, all rows may.
        self.ladder = (*grids, bounds)
        # Where to cut: the side that matters most, by its width times this.
        self.weight = weight
        self.least, above = double_enclosure(wanted.least)[1], wanted.above
        self.above = -math.inf if above is None else double_enclosure(above)[1]
        self.used: str = "double intervals"

    def judge(self, items: list[Item]) -> None:
        """Refused, naming the node, unless every item is proved."""
        kinds: dict[str, list[Item]] = {}
        for item in items:
            kinds.setdefault("natural" if item.kind == "open" else item.kind, []).append(item)
        for kind, same in kinds.items():
            for i in range(0, len(same), BATCH):
                self._settle(kind, same[i : i + BATCH])

    def _settle(self, kind: str, items: list[Item]) -> None:
        lower, upper = np.array([i.lower for i in items]), np.array([i.upper for i in items])
        part = Part(np.arange(len(items)), lower, upper)
        stuck: set[int] = set()
        for depth in range(DEPTH + 1):
            failed = ~self._passes(kind, items, part)
            part = Part(part.owner[failed], part.lower[failed], part.upper[failed])
            if not len(part.owner):
                break
            if depth == 0:
                # A leaf that fails by far is not worth the work: the first one is looked at alone, to the end.
                self._alone(kind, items, part)
            part, whole = self._cut(part)
            stuck.update(whole.tolist())
        stuck.update(part.owner.tolist())
        for owner in sorted(stuck):
            self._sharply(kind, items[owner])

    def _alone(self, kind: str, items: list[Item], part: Part) -> None:
        first = part.owner[0]
        if len(part.owner) > 1:
            self._settle(kind, [items[first]])

    def _cut(self, part: Part) -> tuple[Part, NDArray[np.intp]]:
        """The halves, and the owners of boxes that are too thin to be cut."""
        width = (part.upper - part.lower) * self.weight
        side = width.argmax(axis=1)
        rows = np.arange(len(side))
        low, high = part.lower[rows, side], part.upper[rows, side]
        middle = low + (high - low) / 2
        good = (low < middle) & (middle < high)
        kept, s, m = np.flatnonzero(good), side[good], middle[good]
        left, right = part.upper[kept].copy(), part.lower[kept].copy()
        left[np.arange(len(kept)), s] = m
        right[np.arange(len(kept)), s] = m
        owner = part.owner[kept]
        halves = Part(
            np.concatenate([owner, owner]),
            np.concatenate([part.lower[kept], right]),
            np.concatenate([left, part.upper[kept]]),
        )
        return halves, part.owner[~good]

    def _passes(self, kind: str, items: list[Item], part: Part) -> Mask:
        passed = np.zeros(len(part.owner), dtype=np.bool_)
        for bounds in self.ladder if kind in BOUNDED else (self.bounds,):
            left = np.flatnonzero(~passed)
            if len(left):
                rest = Part(part.owner[left], part.lower[left], part.upper[left])
                passed[left] = self._passes_by(bounds, kind, items, rest)
        return passed

    def _passes_by(self, bounds: Any, kind: str, items: list[Item], part: Part) -> Mask:
        lower, upper = part.lower, part.upper
        with np.errstate(all="ignore"):
            if kind == "slope":
                side = np.array([items[i].side for i in part.owner])
                sign = np.array([float(items[i].sign) for i in part.owner])
                return np.asarray(bounds.slope(lower, upper, side, sign) > 0)
            if kind == "natural":
                bound = self._natural(bounds, lower, upper)
            elif kind == "envelope":
                bound = self._plane(bounds, lower, upper, np.array([items[i].point for i in part.owner]))
            elif kind == "above":
                assert self.approached is not None
                which = np.array([items[i].side for i in part.owner], dtype=np.intp)
                return self.approached.passes(self.bounds, lower, upper, which, self.outer is not None)
            else:
                assert self.outer is not None
                bound = self.bounds.outer(lower, upper, self.outer.together)
        return self._enough(bound, lower, upper)

    def _natural(self, bounds: Any, lower: Floats, upper: Floats) -> Floats:
        """A lower bound; where there is a cheaper one that does, that."""
        if not hasattr(bounds, "plain"):
            return np.asarray(bounds.natural(lower, upper))
        bound = np.array(bounds.plain(lower, upper))
        left = np.flatnonzero(~self._enough(bound, lower, upper))
        if len(left):
            bound[left] = bounds.natural(lower[left], upper[left])
        return bound

    def _enough(self, bound: Floats, lower: Floats, upper: Floats) -> Mask:
        high_enough = bound > self.above
        if not high_enough.all() and self.wanted.at is not None:
            high_enough |= self.root.inside(lower, upper, self.wanted.at)
        return np.asarray((bound >= self.least) & high_enough)

    def _plane(self, bounds: Any, lower: Floats, upper: Floats, points: Floats) -> Floats:
        """The bound by a plane at `points`; where it does not do, at points that go on from there (M. Frank and P. Wolfe, 1956)."""
        points = np.clip(points, lower, upper)
        best: Floats
        best, corner = bounds.plane(lower, upper, points)
        left = np.flatnonzero(~self._enough(best, lower, upper))
        for step in range(1, STEPS if bounds is self.bounds else 1):
            if not len(left):
                break
            points[left] += 2 / (step + 2) * (corner[left] - points[left])
            low, high = lower[left], upper[left]
            found, corner[left] = bounds.plane(low, high, np.clip(points[left], low, high))
            best[left] = np.fmax(best[left], found)
            left = left[~self._enough(best[left], low, high)]
        return best

    def _sharply(self, kind: str, item: Item) -> None:
        """The last word on an item, by Arb; Refused if it is no."""
        lower, upper = rationals(item.lower), rationals(item.upper)
        found = Range(-math.inf, math.inf)
        what, needed = "", ""
        if kind == "above":
            assert self.approached is not None
            centre = None if self.outer is None else self.outer.centre
            first = self.sharp[0]
            self.approached.check(
                item.side,
                lambda term: first.lowest(lower, upper, centre, term),
                self.sharp,
                f"{self.place}[{item.number}]",
            )
            return
        for sharp in self.sharp:
            if kind == "slope":
                found = sharp.slope(item.side, lower, upper)
                good = found.lower > 0 if item.sign > 0 else found.upper < 0
                what = f"the slope along side {item.side}"
                needed = "a positive one" if item.sign > 0 else "a negative one"
            else:
                found = self._bound(sharp, kind, item, lower, upper)
                ends = np.array([item.lower]), np.array([item.upper])
                inside = self.wanted.at is not None and bool(self.root.inside(*ends, self.wanted.at)[0])
                good = self.wanted.enough(found, inside)
                what, needed = "the value on this box", self._needed(inside)
            if good:
                self.used = sharp.name
                return
        raise Refused(f"{what} is only known to lie in {found}; needed {needed}", f"{self.place}[{item.number}]")

    def _bound(self, sharp: Sharp, kind: str, item: Item, lower: list[Fraction], upper: list[Fraction]) -> Range:
        ask: dict[str, Callable[[], Range]] = {
            "natural": lambda: sharp.natural(lower, upper),
            "envelope": lambda: Range(sharp.plane(lower, upper, rationals(item.point)).lower, math.inf),
        }
        if self.outer is not None:
            outer = self.outer
            return Range(sharp.outer(lower, upper, outer.centre, outer.together).lower, math.inf)
        return ask[kind]()

    def _needed(self, inside: bool) -> str:
        least = f"at least {float(self.wanted.least):.17g}"
        if self.wanted.above is None or inside:
            return least
        return f"{least}, and more than {float(self.wanted.above):.17g} (or a box inside the claimed one)"


def reach(terms: Terms) -> Floats:
    """How much each weight moves the forms."""
    return np.asarray(np.abs(terms.a).mean(axis=1) + 1e-300)


def batches(items: Iterable[Item], progress: Callable[[int], None]) -> Iterable[list[Item]]:
    """Lists of at most `BATCH` items; `progress` gets the number of the last node."""
    found: list[Item] = []
    for item in items:
        found.append(item)
        if len(found) == BATCH:
            yield found
            progress(item.number)
            found = []
    if found:
        yield found
        progress(found[-1].number)
