"""What a leaf of a cover has shown about its region R, and the function f that everything is about.

    f >= floor at every point of R where f is defined (f > floor, if `strict`)
    if `attains`: f is defined and continuous on R, and takes its least value over R at a point of R
    every global minimiser of f over the domain that lies in R lies in `where`, and f >= least there (`where` is None: R has none)
    far: on a tail of one weight, between which numbers the limit of f lies at its open end, or "infinity"
    stationary: "none" (f is locally Lipschitz on R, and no point of R has slope 0), the number of a Newton zone, or "unknown"

`conclude` draws the conclusions from these, and from nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from chainrule_check.domain import Domain
from chainrule_check.intervals import End, Far
from chainrule_check.lemmas.pool import Pools
from chainrule_check.regions import Box, Region
from chainrule_check.sums import Sum


@dataclass(frozen=True)
class Subject:
    """The function, and the domain over which it is to be lowest."""

    f: Sum
    domain: Domain

    @cached_property
    def pools(self) -> Pools:
        return Pools.of(self.f)

    @property
    def size(self) -> int:
        return len(self.domain.box.sides)


@dataclass(frozen=True)
class Fact:
    """See above. `place` is where the leaf stands in the document."""

    place: str
    region: Region
    floor: End | None = None
    strict: bool = False
    attains: bool = False
    least: End | None = None
    where: Box | None = None
    far: Far | None = None
    stationary: int | Literal["none", "unknown"] = "unknown"
