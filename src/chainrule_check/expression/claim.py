"""The claim of a certificate about an expression of one variable, and its proof by pieces: read, not yet believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from chainrule_check.claim import MOST, REASONS, SIDES, Proof, Stationary
from chainrule_check.document import elements, interval, members, word
from chainrule_check.engine import Range
from chainrule_check.rationals import exact, shown
from chainrule_check.report import Refused


@dataclass(frozen=True)
class Claim:
    """`domain` is None for all reals; a limit is None where nothing is claimed of that side."""

    kind: str
    at: Range | None
    value: Range
    side: int | None
    domain: tuple[Fraction, Fraction] | None
    stationary: tuple[Stationary, ...]
    limits: Mapping[int, Range | None]


def read_domain(value: Any, free: tuple[str, ...]) -> dict[str, tuple[Fraction, Fraction]] | None:
    """None for all reals, or an interval with a width for every variable."""
    if value == "all reals":
        return None
    box = members(value, "claim.domain", free)
    found = {}
    for name in free:
        lower, upper = interval(box[name], f"claim.domain.{name}")
        if not lower < upper:
            raise Refused("needed an interval with a width", f"claim.domain.{name}")
        found[name] = (Fraction(lower), Fraction(upper))
    return found


def read_claim(value: Any, weight: str) -> Claim:
    """Refused where it is not well formed."""
    found = members(value, "claim", ("kind", "at", "value", "direction", "domain", "stationary", "limits"))
    kind = word(found["kind"], "claim.kind", ("attained", "not-attained", "undecided"))
    box = read_domain(found["domain"], (weight,))
    at, side = None, None
    if kind == "attained":
        at = Range(*interval(members(found["at"], "claim.at", (weight,))[weight], f"claim.at.{weight}"))
    elif found["at"] is not None:
        raise Refused(f"a minimum that is {kind} has no place; needed null", "claim.at")
    if kind == "not-attained":
        arrow = members(found["direction"], "claim.direction", (weight,))
        step = exact(arrow[weight], f"claim.direction.{weight}")
        if abs(step) != 1 or box is not None:
            raise Refused(f"found {shown(arrow[weight])}; needed 1 or -1, and all reals", f"claim.direction.{weight}")
        side = int(step)
    elif found["direction"] is not None:
        raise Refused(f"a minimum that is {kind} has no direction; needed null", "claim.direction")
    return Claim(
        kind,
        at,
        Range(*interval(found["value"], "claim.value", infinite=True)),
        side,
        None if box is None else box[weight],
        _read_stationary(found["stationary"], weight),
        _read_limits(found["limits"], weight, box is None),
    )


def _read_limits(value: Any, weight: str, everywhere: bool) -> dict[int, Range | None]:
    if not everywhere:
        members(value, "claim.limits", ())
        return {}
    sides = members(members(value, "claim.limits", (weight,))[weight], f"claim.limits.{weight}", tuple(SIDES.values()))
    return {
        side: None
        if sides[name] is None
        else Range(*interval(sides[name], f"claim.limits.{weight}.{name}", infinite=True))
        for side, name in SIDES.items()
    }


def _read_stationary(value: Any, weight: str) -> tuple[Stationary, ...]:
    entries: list[Stationary] = []
    for i, entry in enumerate(elements(value, "claim.stationary", "stationary points", 0, MOST)):
        place = f"claim.stationary[{i}]"
        found = members(entry, place, ("kind", "at", "value"))
        kind = word(found["kind"], f"{place}.kind", ("minimum", "maximum", "unknown"))
        left, right = interval(members(found["at"], f"{place}.at", (weight,))[weight], f"{place}.at.{weight}")
        if entries and left < entries[-1].right:
            raise Refused(
                "begins before the entry in front of it ends; needed increasing order", f"{place}.at.{weight}"
            )
        held = Range(*interval(found["value"], f"{place}.value", infinite=True))
        entries.append(Stationary(kind, Fraction(left), Fraction(right), held))
    return tuple(entries)


def read_proof(value: Any, weight: str, domain: tuple[Fraction, Fraction] | None) -> Proof:
    """Refused unless the breaks increase, and tails, domain and pieces fit them. In a domain there are no tails."""
    found = members(value, "proof", ("method", "weight", "tails", "breaks", "pieces"))
    if found["weight"] != weight:
        raise Refused(f"found {shown(found['weight'])}; the variable is {weight!r}", "proof.weight")
    texts = elements(found["breaks"], "proof.breaks", "numbers", 2, MOST + 1)
    breaks = tuple(exact(text, f"proof.breaks[{i}]") for i, text in enumerate(texts))
    for i in range(1, len(breaks)):
        if not breaks[i - 1] < breaks[i]:
            raise Refused(f"{shown(texts[i])} is not above the break before it", f"proof.breaks[{i}]")
    count = len(breaks) - 1
    names = elements(found["pieces"], "proof.pieces", "reasons, one between two neighbouring breaks", count, count)
    pieces = tuple(word(name, f"proof.pieces[{i}]", REASONS) for i, name in enumerate(names))
    if domain is not None:
        if found["tails"] is not None:
            raise Refused("a bounded domain has no tails; needed null", "proof.tails")
        if (breaks[0], breaks[-1]) != domain:
            raise Refused("the breaks do not begin and end with the claimed domain", "proof.breaks")
        return Proof(breaks, pieces, {})
    tails = members(found["tails"], "proof.tails", tuple(SIDES.values()))
    slopes = {}
    for side, name in SIDES.items():
        place = f"proof.tails.{name}"
        tail = members(tails[name], place, ("end", "slope"))
        slopes[side] = word(tail["slope"], f"{place}.slope", ("falling", "rising", "unknown"))
        if exact(tail["end"], f"{place}.end") != breaks[0 if side < 0 else -1]:
            raise Refused(
                f"found {shown(tail['end'])}; needed the outermost break: nothing may lie between", f"{place}.end"
            )
    return Proof(breaks, pieces, slopes)
