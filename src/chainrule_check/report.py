"""What the checker says: a report where it accepts, a refusal that names the place where it does not."""

from __future__ import annotations

from dataclasses import dataclass


class Refused(Exception):
    """The certificate does not prove its claim. `place` names the spot, such as ``proof.pieces[3]``."""

    def __init__(self, message: str, place: str) -> None:
        super().__init__(message, place)
        self.message = message
        self.place = place

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class Unreadable(Refused):
    """The text is not a JSON document at all (or one with duplicate keys, nan, or endless nesting)."""


@dataclass(frozen=True)
class Report:
    """What was accepted. `claim` is a sentence; `seconds` is the wall time of the whole check.

    `steps` says what was checked in words; `pieces` counts the pieces of a line, or the leaves of trees. `arithmetic` names what settled it: ``Arb, 80 bits`` or, for many rows, ``double intervals``.
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

    def __str__(self) -> str:
        rows = f"{count(self.rows, 'row')}, " if self.rows else ""  # an expression has none
        return f"Accepted. {self.claim} Checked {rows}{self.steps} with {self.arithmetic}, in {self.seconds:.3g} s."


def count(number: int, noun: str, plural: str | None = None) -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
