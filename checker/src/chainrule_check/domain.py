"""The domain: where the minimum is asked for. A box, cut by slabs where the problem is looked at in other coordinates (`proof`).

A region of a cover may reach over the domain's edge: what is shown of f there is true, and only points of the domain count as minimisers.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq

from chainrule_check.regions import Box, Side, everywhere, inside, single, within
from chainrule_check.sums import Vector, dot


@dataclass(frozen=True)
class Slab:
    """The points at which a linear form lies between two numbers."""

    slope: Vector
    side: Side

    def span(self, box: Box) -> Side:
        return box.range(self.slope, fmpq(0))

    def misses(self, box: Box) -> bool:
        """Whether no point of the box lies in it."""
        (low, high), (least, most) = self.span(box), self.side
        return (high is not None and least is not None and high < least) or (
            low is not None and most is not None and low > most
        )


@dataclass(frozen=True)
class Domain:
    """The points of a box that lie in all of the slabs."""

    box: Box
    slabs: tuple[Slab, ...] = ()

    @property
    def everywhere(self) -> bool:
        return not self.slabs and self.box == everywhere(len(self.box.sides))

    def holds(self, point: Vector) -> bool:
        return self.box.holds(point) and all(within(slab.span(single(point)), slab.side) for slab in self.slabs)

    def holds_inside(self, box: Box) -> bool:
        """Whether all of a box lies in the inner of the domain."""
        return all(map(inside, box.sides, self.box.sides)) and all(inside(s.span(box), s.side) for s in self.slabs)

    def meets(self, box: Box) -> bool:
        """Whether a box may hold points of the domain; certain only where the answer is no."""
        return self.box.meet(box) is not None and not any(slab.misses(box) for slab in self.slabs)

    def lets_move(self, box: Box, direction: Vector) -> bool:
        """Whether one can go from every point of `box` that lies in the domain a little way along the direction, inside the domain."""
        sides = zip(direction, box.sides, self.box.sides, strict=True)
        return all(_room(*side) for side in sides) and self.slabs_let_move(box, direction)

    def slabs_let_move(self, box: Box, direction: Vector) -> bool:
        """The same, as far as the slabs are concerned."""
        return all(_room(dot(slab.slope, direction), slab.span(box), slab.side) for slab in self.slabs)


def _room(step: fmpq, side: Side, edge: Side) -> bool:
    """Whether a short step from anywhere between the ends of `side` stays between those of `edge`."""
    if step > 0:
        return edge[1] is None or (side[1] is not None and side[1] < edge[1])
    return step == 0 or edge[0] is None or (side[0] is not None and side[0] > edge[0])
