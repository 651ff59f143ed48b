"""The methods of a proof, and what each hands on to `conclude`. A proof may hold claims and proofs of smaller problems, which are checked in the same way.

cover     a tree over the domain
escape    a direction in which no part rises and one falls for ever: there is no minimum
reduce    weights that depend on others are held at 0
convex    of a convex function, a minimum inside a box is one of all
coordinates  the same function in other coordinates
constant  f does not change with the weights
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

from flint import fmpq, fmpq_mat

from chainrule_check.claim import Claim, holds, read_claim
from chainrule_check.conclude import conclude, conclude_limits, conclude_stationary
from chainrule_check.cover import facts
from chainrule_check.domain import Domain, Slab
from chainrule_check.enclose import values
from chainrule_check.facts import Subject
from chainrule_check.leaves import Hints
from chainrule_check.lemmas.above import read_approach
from chainrule_check.numbers import number
from chainrule_check.reader import bounded, elements, index, members, point, word
from chainrule_check.refusal import Refused
from chainrule_check.regions import Box
from chainrule_check.rules.convex import Bowl, bowl, is_convex
from chainrule_check.rules.linear import escape, nothing_lost, unchanging
from chainrule_check.rules.newton import KINDS, Zone, zone
from chainrule_check.rules.sign import axis
from chainrule_check.sums import Sum, dot, substituted

DEEPEST = 32
MOST_PARTS = 1024
METHODS = ("cover", "escape", "reduce", "convex", "coordinates", "constant")


@dataclass
class Tally:
    """What has been looked at so far, for the report and for whoever watches; and how much work may still be asked for."""

    work: int
    leaves: int = 0
    methods: list[str] = field(default_factory=list)
    progress: Callable[[int], None] | None = None

    def spend(self, work: int, place: str) -> None:
        """Refused where a document asks for more work than one of its length may: a few hundred bytes can name a thousand parts over a hundred weights."""
        self.work -= work
        if self.work < 0:
            raise Refused("the certificate asks for more work than one of its length may", place)

    def count(self) -> None:
        self.leaves += 1
        if self.progress is not None:
            self.progress(self.leaves)


def check_proof(f: Sum, claim: Claim, source: Any, place: str, tally: Tally, depth: int = 0) -> None:
    """Accept the claim about f, or Refused."""
    if depth > DEEPEST:
        raise Refused(f"more than {DEEPEST} proofs stand inside one another", place)
    if not isinstance(source, dict):
        raise Refused("needed an object with a method", place)
    method = word(source.get("method"), f"{place}.method", METHODS)
    tally.methods.append(method)
    subject = Subject(f, claim.domain)
    if method != "cover" and (claim.stationary is not None or claim.limits is not None):
        raise Refused("stationary points and limits are shown by a cover only; needed null", "claim.stationary")
    if method == "cover":
        _cover(subject, claim, source, place, tally)
    elif method == "constant":
        members(source, place, ("method",))
        _constant(subject, claim, place)
    elif method == "convex":
        _convex(subject, claim, source, place, tally, depth)
    elif method == "coordinates":
        _coordinates(subject, claim, source, place, tally, depth)
    else:
        _smaller(subject, claim, source, place, tally, depth)


def _cover(subject: Subject, claim: Claim, source: Any, place: str, tally: Tally) -> None:
    stated = members(source, place, ("method", "best", "convex", "newton", "tree"), ("approaches", "stationary"))
    best = None if stated["best"] is None else point(stated["best"], f"{place}.best", subject.size)
    bowls = [
        _bowl(subject, each, f"{place}.convex[{i}]", tally)
        for i, each in enumerate(elements(stated["convex"], f"{place}.convex", "bowls"))
    ]
    zones = [
        _zone(subject, each, f"{place}.newton[{i}]", tally)
        for i, each in enumerate(elements(stated["newton"], f"{place}.newton", "zones"))
    ]
    stated_approaches = elements(stated.get("approaches", []), f"{place}.approaches", "approaches")
    approaches = [
        read_approach(subject.pools, each, subject.size, f"{place}.approaches[{i}]")
        for i, each in enumerate(stated_approaches)
    ]
    hints = Hints(bowls, zones, approaches)

    def found(tree: Any, where: str) -> list[Any]:
        result = []
        for fact in facts(subject, tree, hints, where, tally.spend):
            tally.count()
            result.append(fact)
        return result

    shown = found(stated["tree"], f"{place}.tree")
    _require_reached(claim, conclude(subject, claim, shown, best, approaches))
    conclude_limits(subject, claim, shown)
    if claim.stationary is not None:
        tally.spend(subject.f.size * sum(entry.kind == "unknown" for entry in claim.stationary), "claim.stationary")
        own = stated.get("stationary")
        conclude_stationary(subject, claim, shown if own is None else found(own, f"{place}.stationary"), zones)


def _bowl(subject: Subject, source: Any, place: str, tally: Tally) -> Bowl:
    stated = members(source, place, ("box", "point", "modulus", "grid"))
    grid = [
        1 + index(n, f"{place}.grid[{i}]", MOST_PARTS)
        for i, n in enumerate(elements(stated["grid"], f"{place}.grid", "numbers of cuts", subject.size, subject.size))
    ]
    if prod(grid) > MOST_PARTS:
        raise Refused(f"the grid has {prod(grid):,} parts; at most {MOST_PARTS} are looked at", f"{place}.grid")
    tally.spend(prod(grid) * subject.f.size * (1 + subject.size) ** 2, place)
    found = bowl(
        subject.f,
        _box(stated["box"], f"{place}.box", subject.size),
        point(stated["point"], f"{place}.point", subject.size),
        number(stated["modulus"], f"{place}.modulus"),
        grid,
    )
    if isinstance(found, str):
        raise Refused(found, place)
    return found


def _zone(subject: Subject, source: Any, place: str, tally: Tally) -> Zone:
    stated, size = members(source, place, ("box", "at", "kind")), subject.size
    tally.spend(6 * subject.f.size * (1 + size) ** 2, place)
    found = zone(
        subject.f,
        _box(stated["box"], f"{place}.box", size),
        _box(stated["at"], f"{place}.at", size),
        word(stated["kind"], f"{place}.kind", KINDS),
    )
    if isinstance(found, str):
        raise Refused(found, place)
    return found


def _box(source: Any, place: str, size: int) -> Box:
    sides = elements(source, place, "sides", size, size)
    return Box(tuple(bounded(side, f"{place}[{j}]") for j, side in enumerate(sides)))


def _constant(subject: Subject, claim: Claim, place: str) -> None:
    """A number is its own infimum, taken everywhere; so every point of the domain is a minimiser."""
    if not unchanging(subject.f):
        raise Refused("f changes with the weights", place)
    found = values(subject.f, subject.domain.box)
    if claim.kind == "not attained" or not found.sure:
        raise Refused("a number that is defined is attained", "claim.kind")
    if not holds(claim.value, found.low, found.high):
        raise Refused("the number does not lie in the claimed value", "claim.value")
    if claim.at is not None:
        if (
            subject.domain.slabs or claim.at.meet(subject.domain.box) is None
        ):  # a point of both need not lie in the slabs
            raise Refused("the claimed box is not shown to hold a point of the domain", "claim.at")
        if claim.every and not subject.domain.box.within(claim.at):
            raise Refused("every point is a minimiser, also those outside the claimed box", "claim.every")


def _convex(subject: Subject, claim: Claim, source: Any, place: str, tally: Tally, depth: int) -> None:
    """A convex f whose global minimisers over a box all lie inside it: these are all its global minimisers.

    One inside the box is a local minimiser of f, so a global one. From it to one elsewhere the segment would consist of minimisers; it would leave the claimed place, which
    is closed and lies inside the box, while it is still in the box.
    """
    stated = members(source, place, ("method", "claim", "proof"))
    inner = read_claim(stated["claim"], claim.weights, f"{place}.claim")
    if not claim.over_all_reals or not is_convex(subject.f):
        raise Refused("f is not known to be convex, or the claim is not over all reals", place)
    if claim.kind != "attained" or inner.kind != "attained" or not inner.every or inner.at is None or claim.at is None:
        raise Refused("needed claims of the kind attained, the inner one about every minimiser", f"{place}.claim")
    if not inner.domain.holds_inside(inner.at):
        raise Refused("the inner place touches the edge of its box", f"{place}.claim.at")
    if not _wider(claim, inner) or not inner.at.within(claim.at):
        raise Refused("the claimed value or place does not hold the inner one", "claim")
    check_proof(subject.f, inner, stated["proof"], f"{place}.proof", tally, depth + 1)


def _coordinates(subject: Subject, claim: Claim, source: Any, place: str, tally: Tally, depth: int) -> None:
    """With θ = Tφ and T invertible, f is a function of φ, over the φ with Tφ in the domain: a box of φ that holds these, cut by a slab for each side."""
    stated, size = members(source, place, ("method", "matrix", "claim", "proof")), subject.size
    table = elements(stated["matrix"], f"{place}.matrix", "rows", size, size)
    rows = [point(row, f"{place}.matrix[{i}]", size) for i, row in enumerate(table)]
    if subject.domain.slabs or fmpq_mat([list(row) for row in rows]).det() == 0:
        raise Refused("the matrix has no inverse, or stands inside other coordinates", f"{place}.matrix")
    inner = read_claim(stated["claim"], claim.weights, f"{place}.claim")
    domain = inner.domain
    if not claim.over_all_reals:
        if not domain.box.bounded:
            raise Refused("needed a box in the new coordinates", f"{place}.claim.domain")
        slabs = tuple(Slab(row, side) for row, side in zip(rows, subject.domain.box.sides, strict=True))
        domain = Domain(domain.box, slabs)
        inverse = fmpq_mat([list(row) for row in rows]).inv()
        needed = tuple(
            subject.domain.box.range(tuple(inverse[i, j] for j in range(size)), fmpq(0)) for i in range(size)
        )
        if not Box(needed).within(domain.box):
            raise Refused("the box of the new coordinates does not hold all of the domain", f"{place}.claim.domain")
    elif not inner.over_all_reals:
        raise Refused("needed a claim over all reals", f"{place}.claim.domain")
    columns = tuple(zip(*rows, strict=True))
    check_proof(
        substituted(subject.f, columns),
        replace(inner, domain=domain),
        stated["proof"],
        f"{place}.proof",
        tally,
        depth + 1,
    )
    if claim.kind != inner.kind or not _wider(claim, inner):
        raise Refused("the claimed kind or value is not that of the problem in the new coordinates", "claim")
    if inner.at is not None and claim.at is not None:
        image = Box(tuple(inner.at.range(row, fmpq(0)) for row in rows)).meet(subject.domain.box)
        if (image is not None and not image.within(claim.at)) or (claim.every and not inner.every):
            raise Refused("the claimed place does not hold the image of that in the new coordinates", "claim.at")
    if inner.direction is not None and claim.direction != tuple(dot(row, inner.direction) for row in rows):
        raise Refused("the claimed direction is not the image of that in the new coordinates", "claim.direction")
    _require_reached(claim, inner.reached)


def _smaller(subject: Subject, claim: Claim, source: Any, place: str, tally: Tally, depth: int) -> None:
    escapes = source.get("method") == "escape"
    stated = members(source, place, ("method", "direction", "kept") if escapes else ("method", "kept"))
    if not claim.over_all_reals:
        raise Refused("this method is for claims over all reals", "claim.domain")
    f = subject.f
    if escapes:
        direction = point(stated["direction"], f"{place}.direction", subject.size)
        left = escape(f, direction)
        if isinstance(left, str):
            raise Refused(left, f"{place}.direction")
        if claim.kind != "not attained" or claim.direction != direction:
            raise Refused(
                "a function that falls for ever along a direction is not attained, along that direction", "claim.kind"
            )
        f = left
    kept = members(stated["kept"], f"{place}.kept", ("weights", "claim", "proof"))
    names = elements(kept["weights"], f"{place}.kept.weights", "names of weights", 0, subject.size)
    chosen = tuple(i for i, name in enumerate(claim.weights) if name in names)
    if len(chosen) != len(names) or any(not isinstance(name, str) for name in names):
        raise Refused("a name is no weight of the problem, or stands twice", f"{place}.kept.weights")
    if not nothing_lost(f, chosen):
        raise Refused("the weights that are held at 0 change f more than those that are kept", f"{place}.kept.weights")
    inner = read_claim(kept["claim"], tuple(claim.weights[i] for i in chosen), f"{place}.kept.claim")
    kept_axes = tuple(axis(j, subject.size) for j in chosen)
    check_proof(substituted(f, kept_axes), inner, kept["proof"], f"{place}.kept.proof", tally, depth + 1)
    if not inner.over_all_reals:
        raise Refused("needed a claim over all reals", f"{place}.kept.claim.domain")
    if inner.value[0] is None or not _wider(claim, inner):
        raise Refused("the claimed value does not hold that of the smaller problem", "claim.value")
    if escapes:
        _require_reached(claim, {"attained": True, "not attained": False}.get(inner.kind))
    else:
        _same(claim, inner, chosen)


def _require_reached(claim: Claim, known: bool | None) -> None:
    """Of where the infimum is tended to no more may be claimed than is known."""
    if claim.reached not in (None, known):
        raise Refused("it is not shown whether the loss tends to its infimum from some point", "claim.reached")


def _same(claim: Claim, inner: Claim, chosen: tuple[int, ...]) -> None:
    """The kind, place and direction are those of the smaller problem, with 0 for the other weights.

    Many θ have the same f as one of its minimisers, so of these only one is known to lie in the place.
    """
    if claim.kind != inner.kind:
        raise Refused(f"the smaller problem is {inner.kind}", "claim.kind")
    size = len(claim.weights)
    if inner.at is not None and claim.at is not None:
        sides = dict(zip(chosen, inner.at.sides, strict=True))
        if not Box(tuple(sides.get(j, (fmpq(0), fmpq(0))) for j in range(size))).within(claim.at):
            raise Refused("the claimed place does not hold that of the smaller problem", "claim.at")
        if claim.every and not (inner.every and len(chosen) == size):
            raise Refused("at least one minimiser lies there, not every one", "claim.every")
    if inner.direction is not None:
        steps = dict(zip(chosen, inner.direction, strict=True))
        if claim.direction != tuple(steps.get(j, fmpq(0)) for j in range(size)):
            raise Refused("the claimed direction is not that of the smaller problem", "claim.direction")
        _require_reached(claim, inner.reached)


def _wider(claim: Claim, inner: Claim) -> bool:
    (low, high), (least, most) = claim.value, inner.value
    return (low is None or (least is not None and low <= least)) and (
        high is None or (most is not None and most <= high)
    )
