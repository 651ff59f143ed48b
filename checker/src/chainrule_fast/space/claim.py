"""The claim about several free weights, as values: read, bounded, not yet believed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from chainrule_fast.claim import read_kind
from chainrule_fast.document import elements, finite_interval, members
from chainrule_fast.engine import Range
from chainrule_fast.rationals import End, exact, shown
from chainrule_fast.report import Refused

Progress = Callable[[int, int], None]
Box = tuple[tuple[Fraction, Fraction], ...]
"""An interval for each free weight."""


@dataclass(frozen=True)
class SpaceClaim:
    """`at` (attained), `direction` (not attained) and `domain` (None: all reals) by name.

    The rest is not stated but proved, by the method that checks the claim. `every`: all global minimisers lie in `at`; otherwise at least one does. `reached`:
    from some point the loss tends to its infimum along `direction` (True), from none (False), or that is not known (None); in each case it tends to
    values as near to the infimum as one likes. `falls`: it falls along `direction` from every point.
    """

    kind: str
    at: Mapping[str, tuple[End, End]] | None
    value: Range
    direction: Mapping[str, Fraction] | None
    domain: Mapping[str, tuple[Fraction, Fraction]] | None
    every: bool = False
    reached: bool | None = None
    falls: bool = False

    @property
    def attained(self) -> bool | None:
        """Whether the infimum is attained; None where that is left undecided."""
        return {"attained": True, "not-attained": False}.get(self.kind)

    def all_reals(self, certificate: str = "") -> None:
        """Refused where the claim, nested in the one that is checked at the place `certificate`, is about a box."""
        if self.domain is not None:
            raise Refused("found a box; needed 'all reals'", f"{certificate}.claim.domain".lstrip("."))


class Along(Protocol):
    """A claim about one variable on a line."""

    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> Range | None: ...
    @property
    def value(self) -> Range: ...
    @property
    def side(self) -> int | None: ...


def of_line(claim: Along, weight: str, domain: tuple[Fraction, Fraction] | None = None) -> SpaceClaim:
    """What a claim that was proved along a line says: all minimisers are known, and an infimum that is not attained is the limit on one side."""
    at = None if claim.at is None else {weight: (claim.at.lower, claim.at.upper)}
    direction = None if claim.side is None else {weight: Fraction(claim.side)}
    ends = None if domain is None else {weight: domain}
    return SpaceClaim(claim.kind, at, claim.value, direction, ends, every=True, reached=True)


def read_space_claim(value: Any, free: tuple[str, ...]) -> SpaceClaim:
    """The claim about the weights `free`; Refused where it is not well formed."""
    found = members(value, "claim", ("kind", "at", "value", "direction", "domain"), ("stationary", "limits"))
    for name in ("stationary", "limits"):
        if found.get(name):
            raise Refused("this method proves nothing of the sort; needed nothing, or nothing in it", f"claim.{name}")
    kind = read_kind(found)
    domain = at = direction = None
    if found["domain"] != "all reals":
        domain = _box(found["domain"], "claim.domain", free)
    if kind == "attained":
        at = _box(found["at"], "claim.at", free)
    if kind == "not-attained":
        arrow = members(found["direction"], "claim.direction", free)
        direction = {name: exact(arrow[name], f"claim.direction.{name}") for name in free}
    return SpaceClaim(kind, at, Range(*finite_interval(found["value"], "claim.value")), direction, domain)


def _box(value: Any, place: str, free: tuple[str, ...]) -> dict[str, tuple[Fraction, Fraction]]:
    box = members(value, place, free)
    return {name: finite_interval(box[name], f"{place}.{name}") for name in free}


def read_names(value: Any, place: str, known: tuple[str, ...], every: bool) -> tuple[str, ...]:
    """A list of different names out of `known`: all of them, in any order, if `every`."""
    names = elements(value, place, "names of free weights", len(known) if every else 0, len(known))
    for i, name in enumerate(names):
        if not isinstance(name, str) or name not in known:
            raise Refused(f"found {shown(name)}; the free weights are {', '.join(known)}", f"{place}[{i}]")
    if len(set(names)) != len(names):
        raise Refused("the same weight stands twice", place)
    return tuple(names)


def read_numbers(value: Any, place: str, count: int) -> tuple[Fraction, ...]:
    """A list of `count` exact numbers."""
    return tuple(
        exact(x, f"{place}[{j}]") for j, x in enumerate(elements(value, place, "one number a weight", count, count))
    )


def read_box(value: Any, place: str, count: int) -> Box:
    """A list of `count` intervals."""
    return tuple(
        finite_interval(x, f"{place}[{j}]")
        for j, x in enumerate(elements(value, place, "one interval a weight", count, count))
    )
