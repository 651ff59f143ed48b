"""What every claim by boxes rests on, whatever it is about: the best point, boxes in wells, boxes that are left downhill, and the claim in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Protocol

import numpy as np

from chainrule_check.engine import Range
from chainrule_check.rationals import End, shown
from chainrule_check.report import Refused
from chainrule_check.space.claim import Box, SpaceClaim
from chainrule_check.space.tree import Item, Root
from chainrule_check.space.wells import Well


class Engine(Protocol):
    """Encloses the function at a point."""

    def value(self, point: Sequence[Fraction]) -> Range: ...


def box_of(ends: Mapping[str, tuple[End, End]], names: tuple[str, ...]) -> Box:
    return tuple((Fraction(ends[name][0]), Fraction(ends[name][1])) for name in names)


def check_best(point: tuple[Fraction, ...], domain: Box | None, claim: SpaceClaim, engines: Sequence[Engine]) -> None:
    if domain is not None and not all(low <= x <= high for x, (low, high) in zip(point, domain, strict=True)):
        raise Refused("this point does not lie in the claimed domain", "proof.best")
    value = Range(0, 0)
    for engine in engines:
        value = engine.value(point)
        if value.upper <= claim.value.upper:
            return
        if value.lower > claim.value.upper:
            break
    raise Refused(
        f"the loss at this point lies in {value}; needed at most the claimed {float(claim.value.upper):.17g}",
        "proof.best",
    )


def check_in_well(item: Item, root: Root, wells: list[Well], place: str) -> None:
    if item.side >= len(wells):
        raise Refused(f"found the well {shown(item.side)}; there are {len(wells)}", place)
    if not root.inside(np.array([item.lower]), np.array([item.upper]), wells[item.side].box)[0]:
        raise Refused(f"this box does not lie in well {item.side}", place)


def check_can_be_left(item: Item, root: Root, place: str) -> None:
    """The loss falls towards a face of the box that is not on the domain's."""
    j = item.side
    touches = item.lower[j] == root.lower[j] if item.sign > 0 else item.upper[j] == root.upper[j]
    if touches:
        end = "lower" if item.sign > 0 else "upper"
        raise Refused(
            f"the loss falls towards the {end} end of side {j}, which is the domain's own; needed a face",
            place,
        )


def sentence(claim: SpaceClaim, names: tuple[str, ...]) -> str:
    """The accepted claim in words."""
    where = (
        ""
        if claim.domain is None
        else " on the box " + ", ".join(f"{name} in {Range(*claim.domain[name])}" for name in names)
    )
    if claim.at is not None:
        place = ", ".join(f"{name} in {Range(*claim.at[name])}" for name in names)
        return f"The loss has a global minimum{where}; every global minimiser lies in {place}, and the value in {claim.value}."
    if claim.direction is not None:
        way = ", ".join(f"{name}: {claim.direction[name]}" for name in names)
        return f"The loss has no global minimum; its infimum, approached from above in the direction {way}, lies in {claim.value}."
    return f"The infimum of the loss{where} lies in {claim.value}; where it is attained is left undecided."
