"""The sentence of an accepted certificate. It is made from the claim that was checked, and says no more."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING

from chainrule_check.claim import Claim
from chainrule_check.numbers import exactly, text
from chainrule_check.refusal import shown
from chainrule_check.regions import Side

SHOWN = 6
_PLAIN = re.compile(r"\w+(\[\w+(,\w+)?\])?")


@dataclass(frozen=True)
class Report:
    """What was accepted, by the kernel: the claim, the rows of the problem, the methods and leaves of its proof, bits and seconds."""

    claim: Claim
    rows: int
    methods: tuple[str, ...]
    leaves: int
    bits: int
    seconds: float

    @property
    def sentence(self) -> str:
        """What was proved, in words."""
        return sentence(self.claim)

    def __str__(self) -> str:
        rows = f"{_count(self.rows, 'row')} and " if self.rows else ""
        return (
            f"Accepted by the kernel. {self.sentence} Checked {rows}{_count(self.leaves, 'step')} "
            f"with Arb, {self.bits} bits, in {self.seconds:.2g} s."
        )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def sentence(claim: Claim) -> str:
    """What the claim says, in words."""
    return f"{_infimum(claim)}{_points(claim)}"


def _points(claim: Claim) -> str:
    """How many points have slope 0, as far as that is known."""
    if claim.stationary is None:
        return ""
    where = "" if claim.over_all_reals else " in this box"
    known = sum(entry.kind != "unknown" for entry in claim.stationary)
    some = f"{'is' if known == 1 else 'are'} exactly {_count(known, 'stationary point')}"
    inside = all(claim.domain.holds_inside(entry.at) for entry in claim.stationary)
    if known == len(claim.stationary) and inside:
        return f" There {some}{where}." if known else f" There is no stationary point{where}."
    places = f"{len(claim.stationary)} place{'s' * (len(claim.stationary) != 1)}"
    return f" Every stationary point{where} lies in one of {places}."


def _infimum(claim: Claim) -> str:
    where = "" if claim.over_all_reals else f" over {_domain_text(claim)}"
    value = f"in {_side(claim.value)}"
    if claim.kind == "undecided":
        return f"The infimum of the loss{where} lies {value}."
    if claim.direction is not None:
        steps = _listed(
            f"{_name(name)} {exactly(step)}" for name, step in zip(claim.weights, claim.direction, strict=True)
        )
        near = {
            True: "from some point it tends to it",
            False: "from no point it tends to it, and it comes as near to it as one likes",
        }
        how = "it comes as near to it as one likes" if claim.reached is None else near[claim.reached]
        return f"The loss has no global minimum{where}. Its infimum lies {value}; along the direction ({steps}) {how}."
    assert claim.at is not None
    if not claim.weights:
        return f"The loss is a number {value}."
    who = "every global minimiser" if claim.every else "at least one global minimiser"
    return f"The loss has a global minimum{where}; {who} has {_box_text(claim, claim.at.sides)}, and the value lies {value}."


def _box_text(claim: Claim, sides: tuple[Side, ...]) -> str:
    return _listed(f"{_name(name)} in {_side(side)}" for name, side in zip(claim.weights, sides, strict=True))


def _domain_text(claim: Claim) -> str:
    """Its ends as they are: what is proved over a domain need not hold over one that is a little wider, or narrower."""
    ends = [[exactly(end) for end in side] for side in claim.domain.box.finite_sides()]
    return _listed(f"{_name(name)} in [{low}, {high}]" for name, (low, high) in zip(claim.weights, ends, strict=True))


def _listed(parts: Iterable[str]) -> str:
    """The first few of a list, and how many more there are."""
    every = list(parts)
    more = len(every) - SHOWN
    return ", ".join(every) if more <= 0 else f"{', '.join(every[:SHOWN])} and {more} more as claimed"


def _name(name: str) -> str:
    """A name that cannot be taken for a word of the sentence."""
    return name if _PLAIN.fullmatch(name) else shown(name)


def _side(side: Side) -> str:
    low = "−∞" if side[0] is None else text(side[0])
    high = "∞" if side[1] is None else text(side[1], ROUND_CEILING)
    return f"[{low}, {high}]"
