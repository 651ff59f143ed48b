"""Judging the leaves of a tree: by bounds in doubles, many at once (`halving`), and at last by balls."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule_fast.engine import Range
from chainrule_fast.exponential import Floats
from chainrule_fast.report import Refused
from chainrule_fast.space.bounds import Bounds
from chainrule_fast.space.halving import Part, settle
from chainrule_fast.space.rules import Rules
from chainrule_fast.space.sharp import Sharp
from chainrule_fast.space.terms import Terms
from chainrule_fast.space.tree import Items, Mask, rationals

STEPS = 8
SLOPES = ("monotone", "face")
BOUNDED = (*SLOPES, "natural", "open", "envelope")
"""Kinds that groups of rows may show."""


class Leaves:
    """Judges nodes of one tree: by `bounds` in doubles (`Bounds`, or for an expression `Bulk`), at last by the arithmetics `sharp`.

    `grids` are bounds by groups of rows, from coarse to fine.
    """

    @classmethod
    def of_terms(cls, terms: Terms, rules: Rules, sharp: Sequence[Sharp], grids: tuple[Bounds, ...] = ()) -> Leaves:
        """Of a tree about a neuron's loss; the side that moves the forms most is cut."""
        bounds = Bounds(terms if rules.outer is None else rules.outer.terms)
        return cls(bounds, reach(terms), rules, sharp, grids)

    def __init__(
        self, bounds: Any, weight: Floats, rules: Rules, sharp: Sequence[Any], grids: tuple[Bounds, ...] = ()
    ) -> None:
        self.bounds, self.weight, self.rules, self.sharp = bounds, weight, rules, sharp
        # From cheap to dear: what groups of rows do not show, all rows may.
        self.ladder = (*grids, bounds)
        self.used: str = "double intervals"

    def note(self, used: str) -> None:
        """Others needed this arithmetic."""
        if used != "double intervals":
            self.used = used

    def judge(self, items: Items) -> None:
        """Refused, naming the node, unless every item is proved."""
        settle(self, items)

    def passes(self, items: Items, part: Part) -> Mask:
        """For which boxes doubles show what their items claim."""
        passed = np.zeros(len(part.owner), dtype=np.bool_)
        for bounds in self.ladder if items.kind in BOUNDED else (self.bounds,):
            left = np.flatnonzero(~passed)
            if len(left):
                with np.errstate(all="ignore"):
                    passed[left] = self._passes_by(bounds, items, part.only(left))
        return passed

    def _passes_by(self, bounds: Any, items: Items, part: Part) -> Mask:
        kind, owner, lower, upper, rules = items.kind, part.owner, part.lower, part.upper, self.rules
        if kind in SLOPES:
            return np.asarray(bounds.slope(lower, upper, items.side[owner], items.sign[owner]) > 0)
        if kind == "envelope":
            return rules.enough(self._plane(bounds, lower, upper, items.point[owner]), lower, upper)
        if kind == "above":
            assert rules.approached is not None
            return rules.approached.passes(bounds, lower, upper, items.side[owner], rules.outer is not None)
        if kind == "outer":
            assert rules.outer is not None
            return rules.enough(bounds.outer(lower, upper, rules.outer.together), lower, upper)
        return rules.enough(self._natural(bounds, lower, upper), lower, upper)

    def _natural(self, bounds: Any, lower: Floats, upper: Floats) -> Floats:
        """A lower bound; where there is a cheaper one that does, that."""
        if not hasattr(bounds, "plain"):
            return np.asarray(bounds.natural(lower, upper))
        bound = np.array(bounds.plain(lower, upper))
        left = np.flatnonzero(~self.rules.enough(bound, lower, upper))
        if len(left):
            bound[left] = bounds.natural(lower[left], upper[left])
        return bound

    def _plane(self, bounds: Any, lower: Floats, upper: Floats, points: Floats) -> Floats:
        """The bound by a plane at `points`; where it does not do, at points that go on from there (M. Frank and P. Wolfe, 1956)."""
        points = np.clip(points, lower, upper)
        best: Floats
        best, corner = bounds.plane(lower, upper, points)
        left = np.flatnonzero(~self.rules.enough(best, lower, upper))
        for step in range(1, STEPS if bounds is self.bounds else 1):
            if not len(left):
                break
            points[left] += 2 / (step + 2) * (corner[left] - points[left])
            low, high = lower[left], upper[left]
            found, corner[left] = bounds.plane(low, high, np.clip(points[left], low, high))
            best[left] = np.fmax(best[left], found)
            left = left[~self.rules.enough(best[left], low, high)]
        return best

    def last_word(self, items: Items, i: int) -> None:
        """By balls; Refused if they do not show it either."""
        found, needed = Range(-math.inf, math.inf), ""
        if items.kind == "above":
            return self._above(items, i)
        inside = bool(self.rules.inside(items.lower[i : i + 1], items.upper[i : i + 1])[0])
        for sharp in self.sharp:
            if items.kind in SLOPES:
                rises = items.sign[i] > 0
                found = sharp.slope(int(items.side[i]), *items.box(i))
                good = found.lower > 0 if rises else found.upper < 0
                what, needed = f"the slope along side {items.side[i]}", f"a {'positive' if rises else 'negative'} one"
            else:
                found = self._bound(sharp, items, i)
                good = self.rules.wanted.enough(found, inside)
                what, needed = "the value on this box", self.rules.wanted.needed(inside)
            if good:
                self.used = sharp.name
                return None
        raise Refused(f"{what} is only known to lie in {found}; needed {needed}", items.where(i))

    def _above(self, items: Items, i: int) -> None:
        rules, first = self.rules, self.sharp[0]
        assert rules.approached is not None
        centre = None if rules.outer is None else rules.outer.centre
        lower, upper = items.box(i)
        rules.approached.check(
            int(items.side[i]), lambda term: first.lowest(lower, upper, centre, term), self.sharp, items.where(i)
        )

    def _bound(self, sharp: Any, items: Items, i: int) -> Range:
        lower, upper = items.box(i)
        outer = self.rules.outer
        if outer is not None:
            return Range(sharp.outer(lower, upper, outer.centre, outer.together).lower, math.inf)
        if items.kind == "envelope":
            return Range(sharp.plane(lower, upper, rationals(items.point[i])).lower, math.inf)
        found: Range = sharp.natural(lower, upper)
        return found


def reach(terms: Terms) -> Floats:
    """How much each weight moves the forms."""
    return np.asarray(np.abs(terms.a).mean(axis=1) + 1e-300)
