"""Deciding a question by one arithmetic after the other, until one is certain; otherwise refuse.

A strict inequality of enclosures is the only ground for a yes. Where an enclosure proves the opposite, or where more precision
no longer changes it, asking on is no use.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

from chainrule_fast.balls import Arb
from chainrule_fast.clock import look
from chainrule_fast.doubles import Doubles
from chainrule_fast.engine import Engine, Range
from chainrule_fast.rationals import End
from chainrule_fast.report import Refused
from chainrule_fast.section import Section

MANY = 500
"""Rows from which doubles are asked before Arb."""

Answer = TypeVar("Answer")
Ask = Callable[[Engine], Range]


def engines(section: Section) -> tuple[Engine, ...]:
    """From fast to precise. With many rows, high precision is not worth its time: such claims have wider ends."""
    first = Arb(section, 80)
    more = [Arb(section, bits, like=first) for bits in ((160, 320, 640, 1280) if section.rows <= MANY else (160,))]
    return (first, *more) if section.rows <= MANY else (Doubles(section), first, *more)


class Judge:
    """Asks `engines` in turn. `used` remembers the most precise that was needed."""

    def __init__(self, engines: tuple[Engine, ...]) -> None:
        self.engines = engines
        self.used = engines[0].name
        self._level = 0

    @property
    def flat(self) -> bool:
        """Whether the function is known to be the same everywhere."""
        return False

    def on(self, left: End, right: End) -> Judge:
        """A judge of the same function between these ends alone."""
        return self

    def sign(self, ask: Ask, want: int, place: str, what: str) -> None:
        """Refuse unless ``want * value > 0`` on all of the enclosure."""
        before: Range | None = None
        for level, engine in enumerate(self.engines):
            look()
            found = ask(engine)
            if (found.lower > 0) if want > 0 else (found.upper < 0):
                self._note(level)
                return
            if (found.upper <= 0) if want > 0 else (found.lower >= 0):
                raise Refused(f"{what} lies in {found}; it is claimed to be {_word(want)}", place)
            if before is not None and _as_wide(found, before):
                break
            before = found
        raise Refused(f"{what} lies in {found}; that does not show that it is {_word(want)}", place)

    def holds(self, claim: Range, ask: Ask, place: str, what: str) -> None:
        """Refuse unless the claimed interval holds all of the enclosure."""
        before: Range | None = None
        for level, engine in enumerate(self.engines):
            look()
            found = ask(engine)
            if found.within(claim):
                self._note(level)
                return
            if found.upper < claim.lower or claim.upper < found.lower:
                raise Refused(f"{what} lies in {found}, outside the claimed {claim}", place)
            if before is not None and _as_wide(found, before):
                break
            before = found
        raise Refused(f"the claimed {claim} does not hold the enclosure {found} of {what}", place)

    def first(self, answer: Callable[[Engine], Answer]) -> Answer:
        """The answer of the first engine that does not refuse; the refusal of the most precise one otherwise."""
        for level, engine in enumerate(self.engines):
            try:
                found = answer(engine)
            except Refused:
                if engine is self.engines[-1]:
                    raise
            else:
                self._note(level)
                return found
        raise AssertionError("there is at least one engine")

    def _note(self, level: int) -> None:
        if level > self._level:
            self._level, self.used = level, self.engines[level].name


def _word(sign: int) -> str:
    return "positive" if sign > 0 else "negative"


def _as_wide(found: Range, before: Range) -> bool:
    """More precision left the width as it is, within a thousandth: the interval itself is too wide, not the rounding."""
    if not (found.is_bounded and before.is_bounded):
        return False
    width, widest = found.upper - found.lower, before.upper - before.lower
    return width > 0 and width > Fraction(999, 1000) * Fraction(widest)
