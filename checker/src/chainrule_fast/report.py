"""What the checker says: a report where it accepts, a refusal that names the place where it does not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 2000
_SIMPLE = re.compile(r"[\w\[\],.]+")


def plain(text: str) -> str:
    """The text as one line that no name in it can break or turn: what does not print (line breaks, escape codes, marks that turn the direction of
    writing, halves of surrogate pairs) is written out."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def named(name: str) -> str:
    """A name of a certificate in a sentence: as it stands where it is made of letters, digits and ``_[],.``, else quoted, so that it passes for nothing but a name."""
    return name if _SIMPLE.fullmatch(name) else repr(name)


class Refused(Exception):
    """The certificate does not prove its claim. `place` names the spot, such as ``proof.pieces[3]``; both are one line, and not too long to be read."""

    def __init__(self, message: str, place: str) -> None:
        self.message, self.place = (
            plain(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…") for text in (message, place)
        )
        super().__init__(self.message, self.place)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class Unreadable(Refused):
    """The text is not a JSON document at all (or one with duplicate keys, nan, or endless nesting)."""


@dataclass(frozen=True)
class Report:
    """What was accepted. `claim` is a sentence; `seconds` is the wall time of the whole check.

    `steps` says what was checked in words; `pieces` counts the pieces of a line, or the leaves of trees. `arithmetic` names what settled it: ``Arb, 80 bits`` or, for many rows, ``double intervals``.
    `every` says whether all minimisers are known to lie in the claimed place, `reached` whether from some point the function tends to its infimum in the claimed direction (None: not known).
    """

    claim: str
    kind: str
    free: tuple[str, ...]
    rows: int
    steps: str
    pieces: int
    stationary: int
    arithmetic: str
    seconds: float
    every: bool = False
    reached: bool | None = None

    def __str__(self) -> str:
        rows = f"{count(self.rows, 'row')}, " if self.rows else ""  # an expression has none
        return f"Accepted. {self.claim} Checked {rows}{self.steps} with {self.arithmetic}, in {self.seconds:.3g} s."


def listed(parts: Sequence[str]) -> str:
    """``two tails, 3 pieces and 1 stationary point``."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]])


def count(number: int, noun: str, plural: str | None = None) -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
