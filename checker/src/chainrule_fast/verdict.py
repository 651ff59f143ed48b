"""The verdict: where the infimum of the loss is, from what the pieces and tails have proved.

Every v lies on a piece or a tail. On a piece that falls or rises, or that is concave, the least value is at an end, and an end with
a slope other than 0 is not the least of its neighbourhood. So the infimum is the least of these *candidates*: the values at the
minima, the least values on unknown pieces and tails, and the limits towards which a tail falls.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from chainrule_fast.claim import SIDES, Claim, Proof
from chainrule_fast.engine import Engine, Range
from chainrule_fast.judge import Judge
from chainrule_fast.ranges import infimum_of
from chainrule_fast.rationals import near
from chainrule_fast.report import Refused
from chainrule_fast.section import Section


@dataclass(frozen=True)
class Candidates:
    """`inside`: each minimum or unknown entry, its interval and its least value. `outside`: by side, the least
    value of a tail; `approached` are the sides where it is the limit, and is not reached."""

    inside: list[tuple[Range, Range]]
    outside: dict[int, Range]
    approached: set[int]


def candidates(claim: Claim, proof: Proof, engine: Engine) -> Candidates:
    """The candidates, enclosed by `engine`."""
    inside = [
        (Range(entry.left, entry.right), infimum_of(entry, engine))
        for entry in claim.stationary
        if entry.kind != "maximum"
    ]
    outside, approached = {}, set()
    for side, slope in proof.slopes.items():
        if slope == "unknown":
            end = proof.breaks[0 if side < 0 else -1]
            reached = min(engine.limit(side).upper, engine.curve(0, end, end).upper)
            outside[side] = Range(engine.beyond(side, end).lower, reached)
        elif slope == ("falling" if side > 0 else "rising"):
            outside[side] = engine.limit(side)
            approached.add(side)
    return Candidates(inside, outside, approached)


def check_verdict(section: Section, claim: Claim, proof: Proof, judge: Judge, weight: str) -> None:
    """Refuse unless kind, value, at and direction of the claim follow."""
    if section.flat:
        judge.holds(claim.value, lambda e: e.limit(1), "claim.value", "the loss, which is the same everywhere")
        if claim.kind != "attained":
            raise Refused(f"found {claim.kind!r}; a flat loss attains its minimum everywhere", "claim.kind")
        if claim.at != Range(-math.inf, math.inf):
            raise Refused('a flat loss attains its minimum everywhere; needed ["-inf", "inf"]', f"claim.at.{weight}")
        return
    judge.first(lambda engine: _check(claim, candidates(claim, proof, engine), weight))


def _check(claim: Claim, found: Candidates, weight: str) -> None:
    everything = [value for _, value in found.inside] + list(found.outside.values())
    if not everything:  # a contradiction, so never; but nothing follows from an empty list
        raise Refused("no minimum, no unknown piece and no tail that falls: nothing bounds the loss below", "proof")
    infimum = Range(min(c.lower for c in everything), min(c.upper for c in everything))
    if not infimum.within(claim.value):
        raise Refused(f"the claimed {claim.value} does not hold the enclosure {infimum} of the infimum", "claim.value")
    if claim.kind == "attained":
        _check_attained(claim, found, weight)
    elif claim.kind == "not-attained":
        _check_not_attained(claim, found, weight)


def _check_attained(claim: Claim, found: Candidates, weight: str) -> None:
    """Hypotheses:

    1. Every v lies on a tail or a piece, and each of these is settled or listed as unknown (`pieces`).
    2. Some value inside is certainly below all that the tails may come down to, known or not.
    3. The claimed place holds every minimum and unknown entry that may be as low as that one.
    """
    if not found.inside or claim.at is None:
        raise Refused("found 'attained'; the proof has no minimum and no unknown piece", "claim.kind")
    lowest = min(value.upper for _, value in found.inside)
    for side, tail in found.outside.items():
        if not lowest < tail.lower:
            raise Refused(
                f"found 'attained'; the lowest value inside is only known to be below {near(lowest)}, "
                f"and towards {SIDES[side]} the loss may go down to {near(tail.lower)}",
                "claim.kind",
            )
    for place, value in found.inside:
        if value.lower <= lowest and not place.within(claim.at):
            raise Refused(f"{claim.at} does not hold {place}, where a global minimum may lie", f"claim.at.{weight}")


def _check_not_attained(claim: Claim, found: Candidates, weight: str) -> None:
    """Hypotheses, besides that every v lies on a tail or a piece:

    1. The loss falls all along the tail in the claimed direction; so it stays above the limit there.
    2. That limit is certainly below all values inside, known or not.
    3. It is certainly below all that the other tail may come down to; so no value is as low as it.
    """
    side = claim.side
    if side is None or side not in found.approached:
        raise Refused(
            "found 'not-attained'; the loss is not proved to fall in this direction", f"claim.direction.{weight}"
        )
    limit = found.outside[side]
    for place, value in found.inside:
        if not limit.upper < value.lower:
            raise Refused(
                f"found 'not-attained'; the loss in {place} may be as low as {near(value.lower)}, "
                f"and the limit lies in {limit}",
                "claim.kind",
            )
    other = found.outside.get(-side)
    if other is not None and not limit.upper < other.lower:
        raise Refused(
            f"found 'not-attained'; towards {SIDES[-side]} the loss may go down to {near(other.lower)}, "
            f"and the limit lies in {limit}",
            "claim.kind",
        )
