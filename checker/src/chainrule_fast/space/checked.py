"""What a method over several weights found out, for the report and for the proof that it is nested in."""

from __future__ import annotations

from dataclasses import dataclass

from chainrule_fast.space.claim import SpaceClaim


@dataclass(frozen=True)
class Checked:
    """`stated` holds, and what `also` says; `steps` says what was checked, `pieces` counts the leaves."""

    stated: SpaceClaim
    steps: str
    pieces: int
    arithmetic: str
    stationary: int = 0
    also: str = ""

    @property
    def kind(self) -> str:
        return self.stated.kind
