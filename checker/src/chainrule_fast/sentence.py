"""An accepted claim in words: they say what was proved, with its quantifiers, and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chainrule_fast.engine import Range
from chainrule_fast.rationals import End
from chainrule_fast.report import named
from chainrule_fast.space.claim import SpaceClaim


def sentence(claim: SpaceClaim, names: Sequence[str], subject: str = "loss") -> str:
    """The claim about the `subject` over the variables `names`, in this order."""
    if claim.at is not None:
        return _attained(claim, claim.at, names, subject)
    if claim.direction is not None:
        return _not_attained(claim, claim.direction, names, subject)
    if claim.domain is None:
        return f"Whether the {subject} has a global minimum is left undecided; its infimum lies in {claim.value}."
    where = _where(claim, names)
    return f"The infimum of the {subject}{where} lies in {claim.value}; where it is attained is left undecided."


def _attained(claim: SpaceClaim, at: Mapping[str, tuple[End, End]], names: Sequence[str], subject: str) -> str:
    if not names:
        return f"The {subject} is one number, which lies in {claim.value}."
    which = "every global minimiser" if claim.every else "at least one global minimiser"
    if len(names) == 1:
        place = f"{which} {named(names[0])} lies in {Range(*at[names[0]])}, and the value in {claim.value}"
    else:
        place = f"{which} has {_places(at, names)}, and the value lies in {claim.value}"
    return f"The {subject} has a global minimum{_where(claim, names)}; {place}."


def _not_attained(claim: SpaceClaim, direction: Mapping[str, object], names: Sequence[str], subject: str) -> str:
    way = "the direction " + ", ".join(f"{named(name)}: {direction[name]}" for name in names)
    head = f"The {subject} has no global minimum"
    if claim.falls:
        head, way = f"The {subject} has no minimum: it falls for ever in {way}", "this direction"
    told = {
        True: f"from some point the {subject} tends to it in {way}",
        False: f"in {way} the {subject} tends to values as near to it as one likes, but from no point to it itself",
        None: f"in {way} the {subject} tends to values as near to it as one likes",
    }
    return f"{head}. Its infimum lies in {claim.value}; {told[claim.reached]}."


def _where(claim: SpaceClaim, names: Sequence[str]) -> str:
    return "" if claim.domain is None else f" on the box {_places(claim.domain, names)}"


def _places(box: Mapping[str, tuple[End, End]], names: Sequence[str]) -> str:
    return ", ".join(f"{named(name)} in {Range(*box[name])}" for name in names)
