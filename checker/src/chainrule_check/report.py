"""The sentence of an accepted certificate. It is made from the claim that was checked, and says no more."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING

from chainrule_check.claim import Claim
from chainrule_check.numbers import text
from chainrule_check.regions import Side


@dataclass(frozen=True)
class Report:
    """What was accepted, by the kernel: the claim, the rows of the problem, the methods and leaves of its proof, bits and seconds."""

    claim: Claim
    rows: int
    methods: tuple[str, ...]
    leaves: int
    bits: int
    seconds: float

    def __str__(self) -> str:
        rows = f"{self.rows:,} row{'s' * (self.rows != 1)}, " if self.rows else ""
        return (
            f"Accepted by the kernel. {sentence(self.claim)} Checked {rows}{self.leaves:,} leaves "
            f"({', '.join(dict.fromkeys(self.methods))}) with Arb, {self.bits} bits, in {self.seconds:.3g} s."
        )


def sentence(claim: Claim) -> str:
    """What the claim says, in words."""
    where = "" if claim.over_all_reals else f" over {_box_text(claim, claim.domain.box.sides)}"
    value = f"in {_side(claim.value)}"
    if claim.kind == "undecided":
        return f"The infimum of the loss{where} lies {value}."
    if claim.direction is not None:
        steps = ", ".join(f"{name} {text(step)}" for name, step in zip(claim.weights, claim.direction, strict=True))
        near = {
            True: "from some point it tends to it",
            False: "from no point it tends to it, and it comes as near to it as one likes",
        }
        how = "it comes as near to it as one likes" if claim.reached is None else near[claim.reached]
        return f"The loss has no global minimum{where}. Its infimum lies {value}; along the direction ({steps}) {how}."
    assert claim.at is not None
    if not claim.weights:
        return f"The loss is a number {value}."
    who = "every global minimiser lies" if claim.every else "at least one global minimiser lies"
    return f"The loss has a global minimum{where}; {who} in {_box_text(claim, claim.at.sides)}, and the value {value}."


def _box_text(claim: Claim, sides: tuple[Side, ...]) -> str:
    return ", ".join(f"{name} in {_side(side)}" for name, side in zip(claim.weights, sides, strict=True))


def _side(side: Side) -> str:
    low = "−∞" if side[0] is None else text(side[0])
    high = "∞" if side[1] is None else text(side[1], ROUND_CEILING)
    return f"[{low}, {high}]"
