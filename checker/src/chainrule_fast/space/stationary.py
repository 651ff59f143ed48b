"""The claim that all stationary points of a box are known: zones that hold one each, and a tree that shows there are no others.

`proof.stationary` has zones (see `zones`) and a tree over the claimed domain whose leaves are closed: by a partial derivative, or a
combination of them, of a certain sign (no stationary point), by lying in a zone, or not at all: an *open* leaf must lie in a place
that the claim lists as *unknown*. So a point of the domain where the gradient is 0 lies in a zone, hence in its `at`, or in such a place.

Hypotheses: the claim is about a box, which the tree covers; each zone is shown to hold exactly one stationary point, in its `at`, of its kind (`zones`); the `at` of different zones are
apart; each entry of a known kind is the `at` of one zone, and each of these zones has one entry, if its `at` meets the domain; every value holds the loss on all of its `at`.
See docs/certificate.md, section 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule_fast.document import elements, finite_interval, interval, members, word
from chainrule_fast.engine import Range
from chainrule_fast.exponential import Floats
from chainrule_fast.report import Refused
from chainrule_fast.report import count as plural
from chainrule_fast.space.claim import Box
from chainrule_fast.space.combined import Combined
from chainrule_fast.space.directed import Directed
from chainrule_fast.space.halving import Part, settle
from chainrule_fast.space.leaves import reach
from chainrule_fast.space.nodes import check_inside
from chainrule_fast.space.terms import Terms
from chainrule_fast.space.tree import Items, Mask, Root, rationals, walk
from chainrule_fast.space.zones import KINDS, Judge, Zone, read_zones

MOST = 20_000
LEAVES = ("monotone", "combination", "zone", "open")


@dataclass(frozen=True)
class Entry:
    """A claimed place."""

    kind: str
    at: Box
    value: Range


@dataclass(frozen=True)
class Points:
    """What was checked: `known` stationary points, `leaves` of the tree; `sentence` and `steps` say it in words."""

    known: int = 0
    leaves: int = 0
    used: str = ""
    sentence: str = ""
    steps: str = ""


NOTHING = Points()


def without_stationary(claim: Any) -> Any:
    """The rest of the claim."""
    if not isinstance(claim, Mapping):
        return claim
    return {name: value for name, value in claim.items() if name != "stationary"}


@dataclass(frozen=True)
class Function:
    """What the claim is about: its variables, `bounds` of its slopes in doubles (`Combined`, `Bulk`), `engines` in balls, from fast to
    precise (`Directed`, `SharpExpression`), and how much each variable counts where a box is cut."""

    names: tuple[str, ...]
    bounds: Any
    engines: Sequence[Any]
    weight: Floats


def of_terms(terms: Terms, engines: Sequence[Directed]) -> Function:
    """A neuron's loss."""
    return Function(terms.names, Combined(terms), engines, reach(terms))


def check_stationary(claim: Any, proof: Any, function: Function, domain: Box | None) -> Points:
    """Check `claim.stationary` by `proof.stationary`; Refused, naming the place, where anything in it is not proved."""
    if domain is None:
        raise Refused("the claim is about all reals; needed a box for its stationary points", "claim.domain")
    found = members(proof, "proof.stationary", ("zones", "tree"))
    entries = _read_entries(claim, function.names)
    zones = read_zones(found["zones"], len(function.names), "proof.stationary.zones")
    _match(entries, zones, domain)
    judge = Judge(function.bounds, function.engines)
    for i, zone in enumerate(zones):
        judge.check(zone, f"proof.stationary.zones[{i}]")
    for i, entry in enumerate(entries):
        judge.value(entry.at, entry.value, f"claim.stationary[{i}].value")
    root = Root(domain)
    leaves = _Leaves(function)
    unknown = [entry.at for entry in entries if entry.kind == "unknown"]
    count = 0
    for found_items in walk(found["tree"], root, "proof.stationary.tree", LEAVES):
        for kind, items in found_items.items():
            count += len(items)
            if kind == "zone":
                check_inside(items, root, [zone.box for zone in zones], "zone")
            elif kind == "open":
                _check_open(items, root, unknown)
            else:
                settle(leaves, items)
    known = len(entries) - len(unknown)
    text = _sentence([entry.at for entry in entries if entry.kind != "unknown"], len(unknown), domain)
    used = max((judge.used, leaves.used), key=["double intervals", *(e.name for e in function.engines)].index)
    return Points(known, count, used, text, f", {plural(len(zones), 'zone')}")


def _sentence(known: list[Box], unknown: int, domain: Box) -> str:
    """What is said of the stationary points: of a place over the edge of the domain it is not known whether its point lies in it."""
    inside = sum(
        all(low <= first and last <= high for (first, last), (low, high) in zip(at, domain, strict=True))
        for at in known
    )
    if unknown:
        return (
            f" A stationary point there is one of {len(known)} known ones, or lies in one of {plural(unknown, 'place')} "
            "listed as unknown."
        )
    if more := len(known) - inside:
        lie = "lies" if more == 1 else "lie"
        return f" It has {plural(inside, 'stationary point')} there; whether {more} more, at its edge, {lie} in it is left open."
    return f" It has exactly {plural(inside, 'stationary point')} there."


def _read_entries(claim: Any, names: tuple[str, ...]) -> list[Entry]:
    stated = claim.get("stationary") if isinstance(claim, Mapping) else None
    entries = []
    for i, value in enumerate(elements(stated, "claim.stationary", "stationary points", 0, MOST)):
        place = f"claim.stationary[{i}]"
        found = members(value, place, ("kind", "at", "value"))
        at = members(found["at"], f"{place}.at", names)
        box = tuple(finite_interval(at[name], f"{place}.at.{name}") for name in names)
        kind = word(found["kind"], f"{place}.kind", (*KINDS, "unknown"))
        entries.append(Entry(kind, box, Range(*interval(found["value"], f"{place}.value", infinite=True))))
    return entries


def _match(entries: list[Entry], zones: list[Zone], domain: Box) -> None:
    """One claimed entry for each zone whose point may lie in the domain, and one zone for each entry of a known kind; all of them apart."""
    by_place = {zone.at: i for i, zone in enumerate(zones)}
    for i, zone in enumerate(zones):
        for j in range(i):
            if _meet(zone.at, zones[j].at):
                raise Refused(
                    f"this may be the point of zone {j}; needed a box apart from it", f"proof.stationary.zones[{i}].at"
                )
    claimed = set[int]()
    for i, entry in enumerate(entries):
        if entry.kind == "unknown":
            continue
        number = by_place.get(entry.at)
        if number is None or number in claimed:
            raise Refused("no zone of its own has this box; needed the `at` of one", f"claim.stationary[{i}].at")
        if not _meet(entry.at, domain):
            raise Refused("this place lies outside the domain; needed one that meets it", f"claim.stationary[{i}].at")
        if zones[number].kind != entry.kind:
            raise Refused(
                f"found {entry.kind}; zone {number} is that of a {zones[number].kind}", f"claim.stationary[{i}].kind"
            )
        claimed.add(number)
    for i, zone in enumerate(zones):
        if i not in claimed and _meet(zone.at, domain):
            raise Refused(f"the point of zone {i} may lie in the domain; needed an entry for it", "claim.stationary")


def _meet(one: Box, other: Box) -> bool:
    return all(a <= d and c <= b for (a, b), (c, d) in zip(one, other, strict=True))


class _Leaves:
    """Judges the leaves that say that some combination of the partial derivatives has a certain sign."""

    def __init__(self, function: Function) -> None:
        self.bounds, self.sharp, self.weight = function.bounds, function.engines, function.weight
        self.used = "double intervals"

    def passes(self, items: Items, part: Part) -> Mask:
        with np.errstate(all="ignore"):
            return np.asarray(self.bounds.rise(part.lower, part.upper, _directions(items)[part.owner]) > 0)

    def last_word(self, items: Items, i: int) -> None:
        lower, upper = items.box(i)
        direction = rationals(_directions(items.part(i, i + 1))[0])
        found = Range(0, 0)
        if self.sharp[0].rises_everywhere(direction):
            return
        for sharp in self.sharp:
            found = sharp.rise(direction, lower, upper)
            if found.lower > 0:
                self.used = sharp.name
                return
        what = f"the slope along side {items.side[i]}" if items.kind == "monotone" else "this combination of the slopes"
        way = "rise" if items.sign[i] > 0 else "fall"
        raise Refused(
            f"{what}, times the sign that makes it {way}, is only known to lie in {found}; needed a positive one",
            items.where(i),
        )


def _directions(items: Items) -> Floats:
    """The directions ``(B, k)`` along which the loss rises on all of the items' boxes."""
    if items.kind == "combination":
        return items.sign[:, None] * items.point
    found = np.zeros(items.lower.shape)
    found[np.arange(len(items)), items.side] = items.sign
    return found


def _check_open(items: Items, root: Root, unknown: list[Box]) -> None:
    covered = np.zeros(len(items), dtype=np.bool_)
    for at in unknown:
        covered |= root.inside(items.lower, items.upper, at)
    if not covered.all():
        raise Refused(
            "this box is open and lies in no place that is claimed to be unknown; needed one",
            items.where(int(np.argmin(covered))),
        )
