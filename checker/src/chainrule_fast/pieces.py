"""A line cut into pieces: what each piece claims of the slope is proved, and the claimed list of places held against what follows.

The function is continuous on each settled piece. Between two neighbours, pieces or tails, it turns where the one falls towards their common break and the
other rises from it: a corner's minimum, whether or not there is a slope at the break itself; a maximum where it is the other way round.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from chainrule_fast.claim import Proof, Stationary
from chainrule_fast.engine import Engine
from chainrule_fast.judge import Judge
from chainrule_fast.ranges import derivative, slope_over
from chainrule_fast.rationals import End
from chainrule_fast.report import Refused

SIGNS = {"falling": -1, "rising": 1, "convex": 1, "concave": -1}
Step = Callable[[], None]


@dataclass(frozen=True)
class Owner:
    """Where an entry of this kind has to lie: on a piece, at a break (`left` = `right`), or on neighbours that are flat together."""

    kind: str
    left: End
    right: End
    place: str


@dataclass(frozen=True)
class Part:
    """A piece or a tail: its kind of stationary point, if it has one; which way the function goes next to either end, 0 where it is flat, None
    where nothing is known; and at which ends the slope from inside is exactly 0."""

    left: End
    right: End
    place: str
    kind: str | None
    ways: tuple[int | None, int | None]
    level: tuple[bool, bool] = (False, False)


def owners_of(proof: Proof, judge: Judge, step: Step) -> Iterator[Owner]:
    """Check each piece; yield, in order, what has to be listed. The tails have been checked.

    Hypotheses, of a turn at a break: on the neighbour left of it the function falls towards it, on the one right of it it rises from it (or the
    other way round), and it is continuous there, as it is on each settled closed piece. Of no stationary point at a break: the slope is not 0 from one side at least.
    Of a plateau: each of its pieces and tails is flat, so, being closed, they have one value.
    """
    parts = [_part(i, proof, judge, step) for i in range(len(proof.pieces))]
    if proof.slopes:
        parts = [_tail(-1, proof), *parts, _tail(1, proof)]
    flat: Part | None = None
    for part, after in pairwise([*parts, None]):
        assert part is not None
        if part.kind == "plateau":
            first = flat or part
            flat = first if after is not None and after.kind == "plateau" else None
            if flat is None:
                yield Owner("plateau", first.left, part.right, first.place)
        elif part.kind is not None:
            yield Owner(part.kind, part.left, part.right, part.place)
        turn = None if after is None else {(-1, 1): "minimum", (1, -1): "maximum"}.get((part.ways[1], after.ways[0]))  # type: ignore[arg-type]
        if turn:
            yield Owner(turn, part.right, part.right, f"the break between {part.place} and the next")
        elif after is not None and part.ways[1] == after.ways[0] and part.level[1] and after.level[0]:
            raise Refused(f"the slope is 0 at {float(part.right):.17g}, which is not listed", part.place)


def _tail(side: int, proof: Proof) -> Part:
    slope, place = proof.slopes[side], "the tail at −∞" if side < 0 else "the tail at +∞"
    ends: tuple[End, End] = (-math.inf, proof.breaks[0]) if side < 0 else (proof.breaks[-1], math.inf)
    way = {"flat": 0, "falling": -1, "rising": 1}.get(slope)
    return Part(*ends, place, "plateau" if slope == "flat" else None, (way, way))


def _part(i: int, proof: Proof, judge: Judge, step: Step) -> Part:
    """What the piece shows, or Refused.

    Hypotheses, of a *convex* or *concave* piece: f'' has one sign on all of the closed piece, and the sign of f' at either end is known, 0 only where it is exactly
    that. So f' is strictly monotone: it has one zero inside where its signs at the ends are opposite, and none else. Of a *falling* or *rising* one: f' has that sign
    on all of the closed piece. Of a *flat* one: no variable is left in the function. At the ends these are the slopes from inside.
    """
    left, right, place, reason = proof.breaks[i], proof.breaks[i + 1], f"proof.pieces[{i}]", proof.pieces[i]
    here = judge.on(left, right)
    kind: str | None = None
    ways: tuple[int | None, int | None] = (None, None)
    level = (False, False)
    if reason == "unknown":
        kind = "unknown"
    elif reason == "flat":
        if not here.flat:
            raise Refused("the value is not shown to be the same on all of the piece", place)
        kind, ways = "plateau", (0, 0)
    elif reason in ("falling", "rising"):
        here.sign(slope_over(left, right), SIGNS[reason], place, "the slope on the piece")
        ways = (SIGNS[reason], SIGNS[reason])
    else:
        here.sign(derivative(2, left, right), SIGNS[reason], place, "the second derivative on the piece")
        ends = [_sign_at(v, here, place) for v in (left, right)]
        kind, ways = _turn(reason, ends)
        level = ends[0] == 0, ends[1] == 0
    step()
    return Part(left, right, place, kind, ways, level)


def _turn(reason: str, ends: list[int]) -> tuple[str | None, tuple[int, int]]:
    """What a piece of certain curvature has, from the signs of the slope at its ends.

    The slope of a convex piece grows strictly: from 0 at the left end it is positive right of it, to 0 at the right end negative left of it.
    """
    bend = SIGNS[reason]
    ways = ends[0] or bend, ends[1] or -bend
    if ends[0] * ends[1] < 0:
        return "minimum" if reason == "convex" else "maximum", ways
    return None, ways


def _sign_at(v: Fraction, judge: Judge, place: str) -> int:
    """The sign of f' at v, 0 where it is exactly that; Refused where it cannot be told."""

    def ask(engine: Engine) -> int:
        found = engine.curve(1, v, v)
        if found.lower > 0 or found.upper < 0:
            return 1 if found.lower > 0 else -1
        if found.lower == found.upper == 0:
            return 0
        raise Refused(f"the slope at {float(v):.17g} lies in {found}; needed one that is not zero", place)

    return judge.first(ask)


def match_entries(owners: list[Owner], entries: tuple[Stationary, ...], proof: Proof, weight: str) -> list[Owner]:
    """Hold the claimed list against what there is: in order, one to one, but an unknown entry may hold several unknown pieces. Returns the owner of each."""
    k, held = 0, []
    for i, entry in enumerate(entries):
        place = f"claim.stationary[{i}]"
        if k == len(owners):
            raise Refused("no piece has a stationary point left for this entry", place)
        owner = owners[k]
        if entry.kind != owner.kind:
            raise Refused(f"found {entry.kind!r}; {owner.place} has one of kind {owner.kind!r}", f"{place}.kind")
        held.append(owner)
        k += 1
        if owner.kind == "unknown":
            _match_unknown(entry, owner, proof, f"{place}.at.{weight}")
            while k < len(owners) and owners[k].kind == "unknown" and owners[k].right <= entry.right:
                k += 1
        elif owner.kind == "plateau" and (entry.left, entry.right) != (owner.left, owner.right):
            raise Refused(
                f"the flat pieces together are {_ends(owner)}; needed just these ends", f"{place}.at.{weight}"
            )
        elif not owner.left <= entry.left <= entry.right <= owner.right:
            raise Refused(f"does not lie in {owner.place}, {_ends(owner)}", f"{place}.at.{weight}")
    if k < len(owners):
        missing = owners[k]
        raise Refused(
            f"{missing.place} ({missing.kind}) is not among the {len(entries)} stationary points of the claim",
            "claim.stationary",
        )
    return held


def _ends(owner: Owner) -> str:
    return f"[{float(owner.left):.17g}, {float(owner.right):.17g}]"


def _match_unknown(entry: Stationary, owner: Owner, proof: Proof, place: str) -> None:
    if not (entry.left <= owner.left and owner.right <= entry.right):
        raise Refused(f"does not hold the unknown piece {_ends(owner)}", place)
    if entry.left < proof.breaks[0] or proof.breaks[-1] < entry.right:
        raise Refused("reaches into a tail; needed an interval between the outermost breaks", place)
