"""The claim of a certificate about an expression of one variable, and its proof by pieces: read, not yet believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from chainrule_fast.claim import (
    KEYS,
    PARTS,
    TAILS,
    Proof,
    Stationary,
    read_pieces,
    read_sides,
    read_stationary,
    read_tails,
    read_verdict,
)
from chainrule_fast.document import interval, members
from chainrule_fast.engine import Range
from chainrule_fast.report import Refused


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
    found = members(value, "claim", KEYS)
    box = read_domain(found["domain"], (weight,))
    kind, at, side = read_verdict(found, weight)
    if side is not None and box is not None:
        raise Refused("a minimum that is not attained needs all reals", "claim.direction")
    return Claim(
        kind,
        at,
        Range(*interval(found["value"], "claim.value", infinite=True)),
        side,
        None if box is None else box[weight],
        read_stationary(found["stationary"], weight, infinite=True),
        _read_limits(found["limits"], weight, box is None),
    )


def _read_limits(value: Any, weight: str, everywhere: bool) -> dict[int, Range | None]:
    if not everywhere:
        members(value, "claim.limits", ())
        return {}
    limits = read_sides(value, weight)
    return {
        side: None if ends is None else Range(*interval(ends, place, infinite=True))
        for side, (ends, place) in limits.items()
    }


def read_proof(value: Any, weight: str, domain: tuple[Fraction, Fraction] | None) -> Proof:
    """Refused unless the breaks increase, and tails, domain and pieces fit them. In a domain there are no tails."""
    found = members(value, "proof", PARTS)
    breaks, pieces = read_pieces(found, weight, 2)
    if domain is None:
        return Proof(breaks, pieces, read_tails(found["tails"], breaks, (*TAILS, "flat")))
    if found["tails"] is not None:
        raise Refused("a bounded domain has no tails; needed null", "proof.tails")
    if (breaks[0], breaks[-1]) != domain:
        raise Refused("the breaks do not begin and end with the claimed domain", "proof.breaks")
    return Proof(breaks, pieces, {})
