"""The claim and the proof of a certificate about one variable, as values: read, bounded, not yet believed.

Whatever the variable is, the free weight of a neuron or that of a formula (`expression.claim`), the same entries are read alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from chainrule_fast.document import elements, finite_interval, interval, members, word
from chainrule_fast.engine import Range
from chainrule_fast.rationals import End, exact, shown
from chainrule_fast.report import Refused, count

SIDES = {-1: "-inf", 1: "+inf"}
"""The two tails, by the sign of v there."""

KEYS = ("kind", "at", "value", "direction", "domain", "stationary", "limits")
PARTS = ("method", "weight", "tails", "breaks", "pieces")
TAILS = ("falling", "rising", "unknown")
REASONS = ("falling", "rising", "convex", "concave", "flat", "unknown")
KINDS = ("minimum", "maximum", "plateau", "unknown")
MOST = 1_000_000  # pieces


@dataclass(frozen=True)
class Stationary:
    """One claimed entry. Its loss lies in `value`; exactly one stationary point in `at`, unless *unknown* or a *plateau*: there the loss is the same on
    all of `at`, of which an end may be infinite."""

    kind: str
    left: End
    right: End
    value: Range

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        """Those of anything but a plateau."""
        return Fraction(self.left), Fraction(self.right)


def counted(entries: Sequence[Stationary], corners: int = 0) -> tuple[int, list[str]]:
    """How many stationary points are known, and all places in words; a corner, a plateau or an unknown place is none."""
    kinds = Counter(entry.kind for entry in entries)
    known = kinds["minimum"] + kinds["maximum"] - corners
    others = ((corners, "corner"), (kinds["plateau"], "plateau"), (kinds["unknown"], "unknown place"))
    return known, [count(known, "stationary point"), *(count(number, what) for number, what in others if number)]


@dataclass(frozen=True)
class Claim:
    kind: str
    at: Range | None
    value: Range
    side: int | None
    stationary: tuple[Stationary, ...]
    limits: Mapping[int, Range]


@dataclass(frozen=True)
class Proof:
    """Piece i is ``[breaks[i], breaks[i+1]]``; `slopes` are those of the tails."""

    breaks: tuple[Fraction, ...]
    pieces: tuple[str, ...]
    slopes: Mapping[int, str]


def read_claim(value: Any, weight: str) -> Claim:
    """The claim about the free weight `weight`; Refused where it is not well formed."""
    found = members(value, "claim", KEYS)
    word(found["domain"], "claim.domain", ("all reals",))
    kind, at, side = read_verdict(found, weight)
    limits = read_sides(found["limits"], weight)
    return Claim(
        kind,
        at,
        Range(*finite_interval(found["value"], "claim.value")),
        side,
        read_stationary(found["stationary"], weight),
        {side: Range(*interval(ends, place, infinite=True)) for side, (ends, place) in limits.items()},
    )


def read_verdict(found: Mapping[str, Any], weight: str) -> tuple[str, Range | None, int | None]:
    """Kind, place and side: a place where the minimum is attained, a side where it is not."""
    kind, at, side = read_kind(found), None, None
    if kind == "attained":
        box = members(found["at"], "claim.at", (weight,))
        at = Range(*interval(box[weight], f"claim.at.{weight}", infinite=True))
    if kind == "not-attained":
        arrow = members(found["direction"], "claim.direction", (weight,))
        step = exact(arrow[weight], f"claim.direction.{weight}")
        if abs(step) != 1:
            raise Refused(f"found {shown(arrow[weight])}; needed 1 or -1", f"claim.direction.{weight}")
        side = int(step)
    return kind, at, side


def read_kind(found: Mapping[str, Any]) -> str:
    """The kind of a claim; Refused where another kind would have a place, or a direction."""
    kind = word(found["kind"], "claim.kind", ("attained", "not-attained", "undecided"))
    for key, what, of in (("at", "place", "attained"), ("direction", "direction", "not-attained")):
        if kind != of and found[key] is not None:
            raise Refused(f"a minimum that is {kind} has no {what}; needed null", f"claim.{key}")
    return kind


def read_sides(value: Any, weight: str) -> dict[int, tuple[Any, str]]:
    """What stands for each end of the line, and its place: the limits."""
    place = f"claim.limits.{weight}"
    sides = members(members(value, "claim.limits", (weight,))[weight], place, tuple(SIDES.values()))
    return {side: (sides[name], f"{place}.{name}") for side, name in SIDES.items()}


def read_stationary(value: Any, weight: str, infinite: bool = False) -> tuple[Stationary, ...]:
    """The entries, in increasing order; a value may be `infinite` where something is not defined."""
    entries: list[Stationary] = []
    for i, entry in enumerate(elements(value, "claim.stationary", "stationary points", 0, MOST)):
        place = f"claim.stationary[{i}]"
        found = members(entry, place, ("kind", "at", "value"))
        kind = word(found["kind"], f"{place}.kind", KINDS)
        box = members(found["at"], f"{place}.at", (weight,))
        left, right = interval(box[weight], f"{place}.at.{weight}", infinite=kind == "plateau")
        if entries and left < entries[-1].right:
            raise Refused(
                "begins before the entry in front of it ends; needed increasing order", f"{place}.at.{weight}"
            )
        held = Range(*interval(found["value"], f"{place}.value", infinite=infinite))
        entries.append(Stationary(kind, left, right, held))
    return tuple(entries)


def read_proof(value: Any, weight: str) -> Proof:
    """The proof by a line; Refused unless breaks increase, and tails and pieces fit them."""
    found = members(value, "proof", PARTS)
    breaks, pieces = read_pieces(found, weight, 1)
    return Proof(breaks, pieces, read_tails(found["tails"], breaks, (*TAILS, "flat")))


def read_pieces(found: Mapping[str, Any], weight: str, least: int) -> tuple[tuple[Fraction, ...], tuple[str, ...]]:
    """At least so many breaks, in increasing order, and a reason between each two neighbours."""
    if found["weight"] != weight:
        raise Refused(f"found {shown(found['weight'])}; the free weight is {weight!r}", "proof.weight")
    texts = elements(found["breaks"], "proof.breaks", "numbers", least, MOST + 1)
    breaks = tuple(exact(text, f"proof.breaks[{i}]") for i, text in enumerate(texts))
    for i in range(1, len(breaks)):
        if not breaks[i - 1] < breaks[i]:
            raise Refused(
                f"{shown(texts[i])} is not above the break before it, {shown(texts[i - 1])}", f"proof.breaks[{i}]"
            )
    count = len(breaks) - 1
    names = elements(found["pieces"], "proof.pieces", "reasons, one for each two neighbouring breaks", count, count)
    return breaks, tuple(word(name, f"proof.pieces[{i}]", REASONS) for i, name in enumerate(names))


def read_tails(value: Any, breaks: tuple[Fraction, ...], words: tuple[str, ...]) -> dict[int, str]:
    """The slope of each tail, one of these words; a tail begins at the outermost break."""
    tails = members(value, "proof.tails", tuple(SIDES.values()))
    slopes = {}
    for side, name in SIDES.items():
        place = f"proof.tails.{name}"
        tail = members(tails[name], place, ("end", "slope"))
        slopes[side] = word(tail["slope"], f"{place}.slope", words)
        nearest = breaks[0 if side < 0 else -1]
        if exact(tail["end"], f"{place}.end") != nearest:
            raise Refused(
                f"found {shown(tail['end'])}; the outermost break is {float(nearest):.17g}: nothing may lie between",
                f"{place}.end",
            )
    return slopes
