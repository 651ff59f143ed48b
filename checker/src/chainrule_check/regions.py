"""Regions: the closed sets that a proof cuts the space of weights into. Their ends are exact.

- A **box** has a side ``[l, u]`` for each weight, where l may be −∞ and u may be +∞.
- A **cone** is ``{c + t·u : t >= 1, u in cell}``, the cell being a box on one face of the box with half-widths h round 0: everything outside the
  core ``c ± h`` lies in the cones over the 2k faces.

Both answer one question, exactly: between which two numbers does a form ``A·θ + b`` lie?
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq

from chainrule_check.intervals import Interval
from chainrule_check.sums import Vector

Side = tuple[fmpq | None, fmpq | None]


@dataclass(frozen=True)
class Box:
    """A box, by its sides; None is an infinite end."""

    sides: tuple[Side, ...]

    @property
    def bounded(self) -> bool:
        return all(low is not None and high is not None for low, high in self.sides)

    def range(self, slope: Vector, offset: fmpq) -> Side:
        low: fmpq | None = offset
        high: fmpq | None = offset
        for a, (left, right) in zip(slope, self.sides, strict=True):
            if a == 0:
                continue
            near, far = (left, right) if a > 0 else (right, left)
            low = None if low is None or near is None else low + a * near
            high = None if high is None or far is None else high + a * far
        return low, high

    def cut(self, j: int, at: fmpq) -> tuple[Box, Box] | None:
        """The two parts where weight j is at most, and at least, `at`; None where that does not lie inside the side."""
        low, high = self.sides[j]
        if (low is not None and at <= low) or (high is not None and at >= high):
            return None
        return self.with_side(j, (low, at)), self.with_side(j, (at, high))

    def with_side(self, j: int, side: Side) -> Box:
        return Box((*self.sides[:j], side, *self.sides[j + 1 :]))

    def meet(self, other: Box) -> Box | None:
        """What both have in common, or None."""
        sides = tuple(
            (_greatest(a, c), _smallest(b, d)) for (a, b), (c, d) in zip(self.sides, other.sides, strict=True)
        )
        return None if any(a is not None and b is not None and a > b for a, b in sides) else Box(sides)

    def within(self, other: Box) -> bool:
        return all(map(within, self.sides, other.sides))

    def holds(self, point: Vector) -> bool:
        return single(point).within(self)

    def middle(self) -> Vector:
        """Its centre; only of a bounded box."""
        return tuple((low + high) / 2 for low, high in self.finite_sides())

    def finite_sides(self) -> list[tuple[fmpq, fmpq]]:
        sides = [(low, high) for low, high in self.sides if low is not None and high is not None]
        assert len(sides) == len(self.sides), "asked only of bounded boxes"
        return sides


@dataclass(frozen=True)
class Cone:
    """Everything beyond one cell of a face of the core."""

    centre: Vector
    cell: Box
    face: int

    bounded = False

    def range(self, slope: Vector, offset: fmpq) -> Side:
        low, high = self.cell.range(slope, fmpq(0))
        assert low is not None, "a cell is bounded"
        assert high is not None, "a cell is bounded"
        start = offset + sum((a * c for a, c in zip(slope, self.centre, strict=True)), fmpq(0))
        return (start + low if low >= 0 else None), (start + high if high <= 0 else None)

    def cut(self, j: int, at: fmpq) -> tuple[Cone, Cone] | None:
        halves = None if j == self.face else self.cell.cut(j, at)
        return (
            None
            if halves is None
            else (Cone(self.centre, halves[0], self.face), Cone(self.centre, halves[1], self.face))
        )


Region = Box | Cone


def everywhere(size: int) -> Box:
    return Box(((None, None),) * size)


def single(point: Vector) -> Box:
    """The box that is one point."""
    return Box(tuple((x, x) for x in point))


def cones(core: Box) -> list[Cone]:
    """The cones round a bounded core: over faces 0 below, 0 above, 1 below, …. With the core they cover everything."""
    centre = core.middle()
    halves = [(high - low) / 2 for low, high in core.finite_sides()]
    cube = Box(tuple((-h, h) for h in halves))
    return [Cone(centre, cube.with_side(j, (end, end)), j) for j, h in enumerate(halves) for end in (-h, h)]


def span(region: Region, slope: Vector, offset: fmpq) -> Interval:
    """The values of a form on a region."""
    return Interval.between(*region.range(slope, offset))


def within(a: Side, b: Side) -> bool:
    """Whether one side lies in another."""
    return (b[0] is None or (a[0] is not None and a[0] >= b[0])) and (
        b[1] is None or (a[1] is not None and a[1] <= b[1])
    )


def inside(a: Side, b: Side) -> bool:
    """Whether one side lies in another without touching its ends."""
    return (b[0] is None or (a[0] is not None and a[0] > b[0])) and (b[1] is None or (a[1] is not None and a[1] < b[1]))


def _greatest(a: fmpq | None, b: fmpq | None) -> fmpq | None:
    return b if a is None else a if b is None else max(a, b)


def _smallest(a: fmpq | None, b: fmpq | None) -> fmpq | None:
    return b if a is None else a if b is None else min(a, b)
