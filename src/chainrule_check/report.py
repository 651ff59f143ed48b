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

    `arithmetic` names what settled it: ``Arb, 80 bits`` or, for many rows, ``double intervals``.
    """

    claim: str
    kind: str
    free: tuple[str, ...]
    rows: int
    pieces: int
    stationary: int
    arithmetic: str
    seconds: float

    def __str__(self) -> str:
        return (
            f"Accepted. {self.claim} Checked {_count(self.rows, 'row')}, two tails, {_count(self.pieces, 'piece')} and "
            f"{_count(self.stationary, 'stationary point')} with {self.arithmetic}, in {self.seconds:.3g} s."
        )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
