"""One free weight, the whole real line: every stationary point, and a cover that proves it.

The line is cut into two tails whose slope has a known sign (`tails`) and a middle that is bisected: a
piece is settled when the enclosed slope excludes 0 (nothing there), or when the enclosed curvature does
and the slope is certain at both ends (exactly one stationary point, or none). A piece that stays open down
to the resolution of doubles is kept and named *unknown*.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Literal

import numpy as np

from chainrule.algebra.intervals import Bounds
from chainrule.problem.data import Floats
from chainrule.prove.clock import is_up
from chainrule.prove.line.tails import Tail, find_tail, scale
from chainrule.prove.neuron.enclose import Enclosure, enclose
from chainrule.prove.neuron.ridge import Ridge

Reason = Literal["falling", "rising", "convex", "concave", "flat", "unknown"]
Progress = Callable[[str, float], None]
Enclose = Callable[[Floats, Floats, int], Enclosure]
"""Encloses a function on boxes with ends ``(B, k)``, up to derivatives of that order: all that a cover asks of it."""

# A cut off the middle and at no round place, so that a root at 0, −1/8 or −1 does not sit on a cut.
CUT = 449 / 1024
MOST_PIECES = 20_000
SHORTEST = 2.0**-40
MANY = 50_000  # terms from which on the pieces are chosen on a sample
SAMPLE = 8_192
GUESSES = 40  # steps of bisection on the sample


@dataclass(frozen=True)
class Piece:
    """A closed interval, the reason that settles it, and the signs of the slope at its ends, from inside."""

    lower: Fraction | float
    upper: Fraction | float
    reason: Reason
    signs: tuple[int, int] = (0, 0)

    @property
    def ways(self) -> tuple[int | None, int | None]:
        """Which way the function goes next to either end: 0 where it is flat, None where nothing is known.

        The slope of a convex piece grows strictly, so from 0 at its left end it is positive right of it.
        """
        if self.reason == "unknown":
            return None, None
        if self.reason in ("convex", "concave"):
            bend = 1 if self.reason == "convex" else -1
            return self.signs[0] or bend, self.signs[1] or -bend
        way = {"falling": -1, "rising": 1, "flat": 0}[self.reason]
        return way, way

    @property
    def level(self) -> tuple[bool, bool]:
        """At which ends the slope from inside is exactly 0."""
        curved = self.reason in ("convex", "concave")
        return curved and not self.signs[0], curved and not self.signs[1]

    @property
    def root(self) -> Literal["minimum", "maximum"] | None:
        """The kind of the one stationary point in this piece, if there is one."""
        if self.reason in ("convex", "concave") and self.signs[0] * self.signs[1] < 0:
            return "minimum" if self.signs[0] < 0 else "maximum"
        return None


State = tuple[list[Piece], Floats, Floats]
"""The settled pieces, and the ends of the open ones."""


@dataclass(frozen=True)
class Cover:
    """Two tails and the pieces between them, in order, without gaps."""

    left: Tail
    right: Tail
    pieces: tuple[Piece, ...]


def cover_line(ridge: Ridge, progress: Progress | None = None, until: float = math.inf) -> Cover:
    """Settle the whole line. Ctrl-C, also from `progress`, and the clock at `until` leave the open pieces *unknown*
    and keep what is settled."""
    left, right = find_tail(ridge, -1), find_tail(ridge, 1)
    if left.slope == "flat":
        return Cover(Tail(0.0, "flat"), Tail(0.0, "flat"), ())
    shortest = SHORTEST * scale(ridge)

    def begin() -> State:
        return _settle_guess(ridge, _guess(ridge, left, right, shortest), progress)

    first = begin if len(ridge.a) >= MANY else None
    pieces = cover_between(partial(enclose, ridge), float(left.end), float(right.end), shortest, progress, until, first)
    return Cover(left, right, pieces)


def cover_between(
    enclose_on: Enclose,
    left: float,
    right: float,
    shortest: float = SHORTEST,
    progress: Progress | None = None,
    until: float = math.inf,
    first: Callable[[], State] | None = None,
) -> tuple[Piece, ...]:
    """Settle ``[left, right]`` for any function of one variable, as far as its enclosures do; `first` may begin it."""
    # One value, replaced in one step: whenever Ctrl-C comes, settled and open pieces cover the middle exactly once.
    state: State = ([], np.array([left]), np.array([right]))
    try:
        if first is not None:
            state = first()
        while len(state[1]) and not is_up(until):
            state = _step(enclose_on, *state, shortest)
            if progress:
                progress("covering the line", 1 - float(np.sum(state[2] - state[1])) / (right - left))
    except KeyboardInterrupt:
        pass
    settled, lower, upper = state
    return _merge(settled + _unknown(lower, upper))


def _guess(ridge: Ridge, left: Tail, right: Tail, shortest: float) -> tuple[Piece, ...]:
    """Pieces that settle the line for a sample of the terms, as wide as they can be: likely to settle it for all."""
    sample = ridge.part(np.arange(0, len(ridge.a), len(ridge.a) // SAMPLE))
    state: tuple[list[Piece], Floats, Floats] = ([], np.array([left.end]), np.array([right.end]))
    for _ in range(GUESSES):
        if not len(state[1]):
            break
        state = _step(partial(enclose, sample), *state, shortest)
    settled, lower, upper = state
    pieces, count = _merge(settled + _unknown(lower, upper)), 0
    while count != len(pieces):
        count, pieces = len(pieces), _joined(sample, pieces)
    return pieces


def _joined(ridge: Ridge, pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Two neighbours of one reason made one where they settle together."""
    pairs = [(p, q) for p, q in pairwise(pieces) if p.reason == q.reason != "unknown"]
    low, high = np.array([p.lower for p, _ in pairs]), np.array([q.upper for _, q in pairs])
    together = {piece.lower: piece for piece in (_settle(partial(enclose, ridge), low, high)[0] if pairs else [])}
    joined: list[Piece] = []
    for piece in pieces:
        if not joined or piece.lower >= joined[-1].upper:
            joined.append(together.get(piece.lower, piece))
    return tuple(joined)


def _settle_guess(
    ridge: Ridge, guess: tuple[Piece, ...], progress: Progress | None
) -> tuple[list[Piece], Floats, Floats]:
    """Try the guessed pieces on all terms, a few at a time; those that fail stay open."""
    settled, open_lower, open_upper = [], [], []
    sloping = [piece for piece in guess if piece.reason in ("falling", "rising")]
    others = [piece for piece in guess if piece.reason not in ("falling", "rising")]
    batches = [(1, sloping[i : i + 8]) for i in range(0, len(sloping), 8)]  # no curvature: half of the work
    batches += [(2, others[i : i + 8]) for i in range(0, len(others), 8)]
    for done, (order, some) in enumerate(batches, 1):
        found, lower, upper = _settle(
            partial(enclose, ridge), np.array([p.lower for p in some]), np.array([p.upper for p in some]), order
        )
        settled += found
        open_lower.append(lower)
        open_upper.append(upper)
        if progress:
            progress("covering the line", done / (len(batches) + 1))
    return settled, np.concatenate(open_lower), np.concatenate(open_upper)


def _step(
    enclose_on: Enclose, settled: list[Piece], lower: Floats, upper: Floats, shortest: float
) -> tuple[list[Piece], Floats, Floats]:
    """Settle what can be, bisect the rest, and give up what has become too short or too much."""
    found, lower, upper = _settle(enclose_on, lower, upper)
    lower, upper = _bisect(lower, upper)
    near = np.minimum(np.abs(lower), np.abs(upper))
    give_up = (upper - lower < np.maximum(shortest, SHORTEST * near)) | (len(settled) + len(lower) > MOST_PIECES)
    return [*settled, *found, *_unknown(lower[give_up], upper[give_up])], lower[~give_up], upper[~give_up]


def _unknown(lower: Floats, upper: Floats) -> list[Piece]:
    return [Piece(float(a), float(b), "unknown") for a, b in zip(lower, upper, strict=True)]


def _settle(enclose_on: Enclose, lower: Floats, upper: Floats, order: int = 2) -> tuple[list[Piece], Floats, Floats]:
    """The pieces that can be settled, by their curvature only with order 2, and the ends of those that stay open."""
    enclosure = enclose_on(lower[:, None], upper[:, None], order)
    assert enclosure.gradient is not None
    slope, bend = _signs(enclosure.gradient), np.zeros(len(lower), int)
    if enclosure.hessian is not None:
        bend = _signs(Bounds(*(side[:, 0] for side in enclosure.hessian)))
    # Only pieces of certain curvature need the slope at their ends.
    curved = np.flatnonzero((slope == 0) & (bend != 0))
    ends = np.zeros((2, len(lower)), dtype=int)
    if len(curved):
        points = np.concatenate([lower[curved], upper[curved]])[:, None]
        at_ends = enclose_on(points, points, 1).gradient
        assert at_ends is not None
        ends[:, curved] = _signs(at_ends).reshape(2, -1)
    pieces = []
    for i in np.flatnonzero(slope):
        pieces.append(Piece(float(lower[i]), float(upper[i]), "rising" if slope[i] > 0 else "falling"))
    done = (slope != 0) | ((ends[0] != 0) & (ends[1] != 0))
    for i in curved[done[curved]]:
        reason: Reason = "convex" if bend[i] > 0 else "concave"
        pieces.append(Piece(float(lower[i]), float(upper[i]), reason, (int(ends[0, i]), int(ends[1, i]))))
    return pieces, lower[~done], upper[~done]


def _signs(bounds: Bounds) -> np.ndarray:
    """+1 or −1 where the sign is certain, 0 elsewhere; ``(B,)`` from bounds ``(B, 1)``."""
    certain = (bounds.lower > 0).astype(int) - (bounds.upper < 0).astype(int)
    return np.asarray(certain.reshape(len(bounds.lower)))


def _bisect(lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    middle = lower + (upper - lower) * CUT
    return np.stack([lower, middle], axis=1).ravel(), np.stack([middle, upper], axis=1).ravel()


def _merge(pieces: list[Piece]) -> tuple[Piece, ...]:
    """In order, with neighbours that stay unknown made one.

    Neighbours that fall or rise stay apart: over both at once the enclosure of the slope may hold 0 again, and the
    checker, who has to settle each piece by itself, would refuse it.
    """
    merged: list[Piece] = []
    for piece in sorted(pieces, key=lambda p: p.lower):
        last = merged[-1] if merged else None
        if last and last.reason == piece.reason == "unknown":
            merged[-1] = Piece(last.lower, piece.upper, piece.reason)
        else:
            merged.append(piece)
    return tuple(merged)
