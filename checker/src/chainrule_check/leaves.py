"""The leaves of a cover, and what each shows (`facts.Fact`); R is the leaf's region.

["bound"]                            BOUND, natural
["bound", "plane", [p…]]             BOUND, by lines below the parts, put at p
["bound", "slope"] ["bound", "curvature"]   BOUND, centred, with first or second derivatives
["bound", "pool"]                    POOL: rows of equal or opposite forms together
["sign", [y…], "rising"|"falling"]   SIGN along y: no point of R has slope 0; and no global minimiser where one can go down inside the domain
["convex", i]                        CONVEX: R lies in the box of bowl i
["newton", i]                        NEWTON: R lies in the box of zone i
["limit", "rising"|"falling"]        LIMIT: R is a tail of the one weight, and f is monotone there as the weight increases
["above", i]                         ABOVE: f stays above the number that approach i comes down to
["off", i]                           no point of R is in slab i of the domain
["open"]                             nothing, but what f's own enclosure says
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from chainrule_check.enclose import at_point, values
from chainrule_check.facts import Fact, Subject
from chainrule_check.intervals import rational
from chainrule_check.lemmas.above import Approach
from chainrule_check.lemmas.pool import pooled
from chainrule_check.reader import elements, index, point, word
from chainrule_check.refusal import Refused, shown
from chainrule_check.regions import Box, Region, everywhere
from chainrule_check.rules.bound import centred, plane
from chainrule_check.rules.convex import Bowl
from chainrule_check.rules.limit import limit, rises_for_ever, tail_end, tail_sign
from chainrule_check.rules.newton import Zone
from chainrule_check.rules.sign import downhill, goes

WAYS = ("rising", "falling")


@dataclass(frozen=True)
class Hints:
    """What leaves may name: boxes that have been shown to be convex, or to hold one stationary point."""

    bowls: Sequence[Bowl] = ()
    zones: Sequence[Zone] = ()
    approaches: Sequence[Approach] = ()


def leaf(subject: Subject, region: Region, node: list[Any], hints: Hints, place: str) -> Fact:
    """The fact that a leaf shows; Refused where it does not show what it says."""
    name = word(node[0], f"{place}[0]", ("bound", "sign", "convex", "newton", "limit", "above", "off", "open"))
    if name == "bound" or name == "open":
        return _bound(subject, region, node, place)
    if name == "above":
        return _above(subject, region, node, hints, place)
    if not isinstance(region, Box):
        raise Refused(f"{name} is for a box; the cones outside a core have bound", place)
    if name == "sign":
        return _sign(subject, region, node, place)
    if name == "off":
        return _off(subject, region, node, place)
    if name == "limit":
        return _limit(subject, region, node, place)
    found: Sequence[Any] = hints.bowls if name == "convex" else hints.zones
    i = index(elements(node, place, f"{name} and a number", 2, 2)[1], f"{place}[1]", len(found))
    if not region.within(found[i].box):
        raise Refused(f"the region reaches outside the box of {name} {i}", place)
    return (
        _convex(subject, region, found[i], place) if name == "convex" else _newton(subject, region, i, found[i], place)
    )


def _bound(subject: Subject, region: Region, node: list[Any], place: str) -> Fact:
    how = word(node[1], f"{place}[1]", ("plane", "slope", "curvature", "pool")) if len(node) > 1 else None
    length = 1 if how is None else 3 if how == "plane" else 2
    elements(node, place, "bound and how", length, length)
    if how in ("plane", "slope", "curvature") and not (isinstance(region, Box) and region.bounded):
        raise Refused(f"{how} is for a bounded box", place)
    sure, floor = subject.f.total, None
    if how is None or not sure:
        own = values(subject.f, region)
        sure, floor = own.sure, own.low
    if how == "pool":
        floor = pooled(subject.pools, region)
    elif how is not None and isinstance(region, Box):
        better = (
            plane(subject.f, region, point(node[2], f"{place}[2]", subject.size))
            if how == "plane"
            else centred(subject.f, region, 1 if how == "slope" else 2)
        )
        floor = better if floor is None or better is None else floor.max(better)
    where = region if isinstance(region, Box) else everywhere(subject.size)
    return Fact(place, region, floor, False, region.bounded and sure, floor, where)


def _sign(subject: Subject, box: Box, node: list[Any], place: str) -> Fact:
    elements(node, place, "sign, a direction, rising or falling", 3, 3)
    direction, way = point(node[1], f"{place}[1]", subject.size), word(node[2], f"{place}[2]", WAYS)
    if not goes(subject.f, box, direction, way):
        raise Refused(f"f is not shown to be {way} along {shown(direction_text(direction))} on the region", place)
    attains, floor = box.bounded, values(subject.f, box).low
    if subject.size == 1:  # one weight: f is lowest at the end to which it falls, if there is one
        end = box.sides[0][0 if (direction[0] > 0) == (way == "rising") else 1]
        if end is not None:
            attains, floor = True, at_point(subject.f, (end,)).value.low
    free = subject.domain.lets_move(box, downhill(direction, way))
    return Fact(place, box, floor, False, attains, floor, None if free else box, stationary="none")


def direction_text(direction: Sequence[fmpq]) -> str:
    return "(" + ", ".join(str(y) for y in direction) + ")"


def _convex(subject: Subject, box: Box, found: Bowl, place: str) -> Fact:
    if not subject.domain.holds(found.point):
        raise Refused("the point of the bowl lies outside the domain, so a minimiser may cost more than it", place)
    reach = rational(found.reach.upper())
    where = box if reach is None else box.meet(Box(tuple((p - reach, p + reach) for p in found.point)))
    return Fact(place, box, found.floor, False, True, found.floor, where)


def _newton(subject: Subject, box: Box, i: int, found: Zone, place: str) -> Fact:
    """A global minimiser inside the domain is a stationary point, so here it is the one of the zone, if that is a minimum."""
    own = values(subject.f, box)
    if not subject.domain.holds_inside(box):
        return Fact(place, box, own.low, False, own.sure, own.low, box, stationary=i)
    where = box.meet(found.at) if found.kind == "minimum" else None
    return Fact(place, box, own.low, False, own.sure, found.value.low, where, stationary=i)


def _limit(subject: Subject, box: Box, node: list[Any], place: str) -> Fact:
    tail = tail_end(box)
    if not subject.domain.everywhere:  # from its end one may step inwards, and stay in the domain
        raise Refused("limit is for claims over all reals", place)
    way = word(elements(node, place, "limit, rising or falling", 2, 2)[1], f"{place}[1]", WAYS)
    if tail is None:
        raise Refused("limit is for a tail, from a number to infinity, of a single weight", place)
    end, upwards = tail
    if tail_sign(subject.f, end, upwards) != (1 if way == "rising" else -1):
        raise Refused(f"f is not shown to be {way} on the tail that begins at {shown(str(end))}", place)
    far = "infinity" if rises_for_ever(subject.f, end, upwards) else limit(subject.f, upwards)
    if (way == "rising") == upwards:  # it rises outwards: lowest at the end, where it is not flat
        low = at_point(subject.f, (end,)).value.low
        return Fact(place, box, low, False, True, low, None, far, "none")
    return Fact(
        place, box, None if isinstance(far, str) or far is None else far[0], True, False, None, box, far, "none"
    )


def _above(subject: Subject, region: Region, node: list[Any], hints: Hints, place: str) -> Fact:
    i = index(elements(node, place, "above, a number", 2, 2)[1], f"{place}[1]", len(hints.approaches))
    approach = hints.approaches[i]
    if not approach.stays_above(region):
        raise Refused(f"f is not shown to stay above {approach.value} on the region", place)
    where = region if isinstance(region, Box) else everywhere(subject.size)
    return Fact(place, region, approach.value, True, region.bounded and subject.f.total, approach.value, where)


def _off(subject: Subject, box: Box, node: list[Any], place: str) -> Fact:
    """A box that misses the domain: it has no minimiser, and no point that counts."""
    slabs = subject.domain.slabs
    i = index(elements(node, place, "off, a number", 2, 2)[1], f"{place}[1]", len(slabs))
    if not slabs[i].misses(box):
        raise Refused(f"the region is not shown to miss slab {i} of the domain", place)
    return Fact(place, box, None, False, True, None, None, stationary="none")
