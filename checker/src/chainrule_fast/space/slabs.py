"""Slabs that cut a box: ``low <= t·φ <= high`` for a few rows t; the domain is what is left.

*Off.* A box on which ``t·φ`` surely leaves the slab holds no point of the domain. *Slopes.* The argument that a global minimiser θ* lies on no box where the
loss has a slope of certain sign along j, unless on the box's face, moves θ* a little along j; it needs that this stays in all slabs: every slab with ``t_j`` not 0
holds the whole box strictly. A row with one entry that is not 0 bounds one coordinate, and the root box may say the same. All of this is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from chainrule_fast.rationals import near
from chainrule_fast.report import Refused
from chainrule_fast.space.claim import Box


@dataclass(frozen=True)
class Slab:
    row: tuple[Fraction, ...]
    low: Fraction
    high: Fraction

    def range(self, lower: Sequence[Fraction], upper: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
        """The ends of ``t·φ`` over a box."""
        return image(self.row, lower, upper)


@dataclass(frozen=True)
class Slabs:
    """In the order of the weights that they bound in the original problem."""

    each: tuple[Slab, ...]

    def binding(self, root: Box) -> tuple[Slab, ...]:
        """Those that say more than the root box says."""
        found = []
        for slab in self.each:
            low, high = slab.range([low for low, _ in root], [high for _, high in root])
            if not (slab.low <= low and high <= slab.high):
                found.append(slab)
        return tuple(found)

    def holds(self, point: Sequence[Fraction]) -> bool:
        return all(slab.low <= slab.range(point, point)[0] <= slab.high for slab in self.each)

    def check_off(self, number: int, lower: Sequence[Fraction], upper: Sequence[Fraction], place: str) -> None:
        """Refused unless the box misses the slab with this number."""
        if number >= len(self.each):
            raise Refused(f"found the slab {number}; there are {len(self.each)}", place)
        slab = self.each[number]
        low, high = slab.range(lower, upper)
        if low <= slab.high and high >= slab.low:
            raise Refused(
                f"this box reaches [{near(low, 9)}, {near(high, 9)}] of slab {number}, which is "
                f"[{near(slab.low, 9)}, {near(slab.high, 9)}]; needed none of it",
                place,
            )


def check_loose(
    slabs: Sequence[Slab], j: int, lower: Sequence[Fraction], upper: Sequence[Fraction], place: str
) -> None:
    """Refused unless a small step along j from anywhere in the box stays in these slabs."""
    for slab in slabs:
        if slab.row[j]:
            low, high = slab.range(lower, upper)
            if not (slab.low < low and high < slab.high):
                raise Refused(
                    f"the loss has a slope along side {j}, but the domain may end inside this box, by a slab; "
                    "needed a box strictly inside it",
                    place,
                )


def image(row: Sequence[Fraction], lower: Sequence[Fraction], upper: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """The ends of ``row·φ`` over a box."""
    low, high = Fraction(0), Fraction(0)
    for t, first, last in zip(row, lower, upper, strict=True):
        if t:
            low += t * (first if t > 0 else last)
            high += t * (last if t > 0 else first)
    return low, high
