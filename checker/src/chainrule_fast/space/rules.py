"""What the leaves of a tree have to show."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from flint import fmpq

from chainrule_fast.engine import Range
from chainrule_fast.exponential import Floats
from chainrule_fast.rationals import double_enclosure
from chainrule_fast.report import Refused
from chainrule_fast.space.approach import Approach
from chainrule_fast.space.bounds import Bounds
from chainrule_fast.space.claim import Box
from chainrule_fast.space.groups import Together
from chainrule_fast.space.sharp import Sharp
from chainrule_fast.space.terms import Terms
from chainrule_fast.space.tree import Mask, Numbers, Root


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

    def needed(self, inside: bool) -> str:
        """The same in words."""
        least = f"at least {float(self.least):.17g}"
        if self.above is None or inside:
            return least
        return f"{least}, and more than {float(self.above):.17g} (or a box inside the claimed one)"


class Above:
    """The `approaches` of a proof, for boxes and cells on which one of them shows that the loss is above its limit.

    `chosen` are, for each, the terms that are given up, as numbers for arrays and for `Sharp.exact`.
    """

    def __init__(self, terms: Terms, approaches: Sequence[Approach]) -> None:
        self.approaches = approaches
        self.chosen = [[terms.number(i.row, i.sign) for i in approach.identities] for approach in approaches]

    def passes(self, bounds: Bounds, lower: Floats, upper: Floats, which: Numbers, cones: bool) -> Mask:
        """Where doubles can tell that; `which` ``(B,)`` are the numbers of the approaches."""
        good = np.zeros(len(lower), dtype=np.bool_)
        for number in set(which.tolist()):
            if number < len(self.approaches):
                same = which == number
                chosen = np.array([first for first, _ in self.chosen[number]], dtype=np.intp)
                thresholds = np.array(self.approaches[number].thresholds)
                good[same] = bounds.above(lower[same], upper[same], chosen, thresholds, cones)
        return good

    def check(self, number: int, lowest: Callable[[int], fmpq | None], sharp: Sequence[Sharp], place: str) -> None:
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
class Rules:
    """What the leaves of the tree below `root` have to show, and by what they may: `approached`, and `outer` for trees of cells."""

    root: Root
    wanted: Wanted
    approached: Above | None = None
    outer: Outer | None = None

    @cached_property
    def _ends(self) -> tuple[float, float]:
        """What is wanted, in doubles: at least the first, more than the second."""
        above = self.wanted.above
        return double_enclosure(self.wanted.least)[1], -math.inf if above is None else double_enclosure(above)[1]

    def inside(self, lower: Floats, upper: Floats) -> Mask:
        """Which boxes lie in the claimed one."""
        if self.wanted.at is None:
            return np.zeros(len(lower), dtype=np.bool_)
        return self.root.inside(lower, upper, self.wanted.at)

    def enough(self, bound: Floats, lower: Floats, upper: Floats) -> Mask:
        """Which of these bounds ``(B,)`` of f on boxes are what is wanted."""
        least, above = self._ends
        high_enough = bound > above
        if not high_enough.all():
            high_enough |= self.inside(lower, upper)
        return np.asarray((bound >= least) & high_enough)
