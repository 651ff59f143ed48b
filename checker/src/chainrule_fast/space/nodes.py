"""What every claim by boxes rests on, whatever it is about: the best point, boxes in wells, and boxes that are left downhill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Protocol

import numpy as np

from chainrule_fast.engine import Range
from chainrule_fast.rationals import End
from chainrule_fast.report import Refused
from chainrule_fast.space.claim import Box, SpaceClaim
from chainrule_fast.space.tree import Items, Root


class Engine(Protocol):
    """Encloses the function at a point."""

    def value(self, point: Sequence[Fraction]) -> Range: ...


def box_of(ends: Mapping[str, tuple[End, End]], names: tuple[str, ...]) -> Box:
    return tuple((Fraction(ends[name][0]), Fraction(ends[name][1])) for name in names)


def check_best(point: tuple[Fraction, ...], domain: Box | None, claim: SpaceClaim, engines: Sequence[Engine]) -> None:
    if domain is not None and not all(low <= x <= high for x, (low, high) in zip(point, domain, strict=True)):
        raise Refused("this point does not lie in the domain that the tree covers", "proof.best")
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


def check_inside(items: Items, root: Root, boxes: Sequence[Box], what: str, of: str = "") -> None:
    """Refused unless each item's box lies in the one of `boxes` that it names; `what` these are, such as wells."""
    good = np.zeros(len(items), dtype=np.bool_)
    for number in set(items.side.tolist()):
        if number < len(boxes):
            named = items.side == number
            good[named] = root.inside(items.lower[named], items.upper[named], boxes[number])
    if not good.all():
        i = int(good.argmin())
        number = int(items.side[i])
        if number >= len(boxes):
            raise Refused(f"found the {what} {number}; there are {len(boxes)}", items.where(i))
        raise Refused(f"this box does not lie in {of}{what} {number}", items.where(i))


def check_can_be_left(items: Items, root: Root) -> None:
    """Refused where the loss falls towards a face of the box that is on the domain's."""
    rows, side, rises = np.arange(len(items)), items.side, items.sign > 0
    at_lower = items.lower[rows, side] == np.array(root.lower)[side]
    at_upper = items.upper[rows, side] == np.array(root.upper)[side]
    touches = np.where(rises, at_lower, at_upper)
    if touches.any():
        i = int(touches.argmax())
        end = "lower" if rises[i] else "upper"
        raise Refused(
            f"the loss falls towards the {end} end of side {side[i]}, which is the domain's own; needed a face",
            items.where(i),
        )
