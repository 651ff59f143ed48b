"""One free variable of any formula: all stationary points, on the whole line or in an interval, and the verdict.

The same cover as for a neuron (`prove.line.cover`), over enclosures by interval jets and tails by asymptotic sums. The infimum is the
least of the values at the minima, at the ends of the interval, of the limits towards which a tail falls, and of the
lower bounds wherever something stayed unknown.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from chainrule.digits import End
from chainrule.errors import ProblemError
from chainrule.prove.generic.landscape import Landscape
from chainrule.prove.generic.roots import pin_down, value_on
from chainrule.prove.generic.tails import FarOut, find_far_out
from chainrule.prove.generic.words import Curve
from chainrule.prove.line.cover import SHORTEST, Piece, Progress, cover_between
from chainrule.prove.line.sharp import ROUGH_PLACES, outward
from chainrule.prove.result import Interval, Minimum, Stationary

Domain = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Lines:
    """A settled line or interval: the outer ends, the pieces between, every stationary point in order.

    `stopped` says that time was up while pieces were open: these are *unknown*, however long they are.
    """

    landscape: Landscape
    domain: Domain | None
    far: tuple[FarOut, FarOut] | None
    pieces: tuple[Piece, ...]
    stationary: tuple[Stationary, ...]
    stopped: bool = False

    @property
    def name(self) -> str:
        return self.landscape.free[0]

    @property
    def curve(self) -> Curve:
        """What there is to tell."""
        far = self.far or ()
        return Curve(
            self.name,
            self.domain,
            self.stationary,
            None if self.far is None else (self.far[0].limit, self.far[1].limit),
            tuple(end.tail.end for end in far if end.limit is None),
            tuple(end.tail.end for end in far if end.limit is None and not _has_values(self.landscape, end.tail.end)),
            self.stopped,
        )


def _has_values(landscape: Landscape, end: float) -> bool:
    """Whether the formula has a value at some places beyond `end`, computed."""
    with np.errstate(all="ignore"):
        value, _, _ = landscape.computed(np.array([[2.0 * end], [16.0 * end], [1024.0 * end]]))
    return not np.isnan(value).all()


def settle(
    landscape: Landscape,
    domain: Domain | None = None,
    progress: Progress | None = None,
    seconds: float | None = None,
) -> Lines:
    """Cover the line, or the interval `domain`, its ends rounded to the nearest doubles; what is open after `seconds` stays *unknown*."""
    begun, far = time.perf_counter(), None
    if domain is None:
        far = find_far_out(landscape, -1), find_far_out(landscape, 1)
        left, right = far[0].tail.end, far[1].tail.end
    else:
        left, right = (float(end) for end in domain)
        if not left < right:
            raise ProblemError(
                f"the interval for {landscape.free[0]} is {domain[0]} to {domain[1]}; needed two ends that differ as doubles, the smaller one first"
            )
        domain = Fraction(left), Fraction(right)
    shortest = SHORTEST * min(1.0, (right - left) / 16)
    left_over = None if seconds is None else seconds - (time.perf_counter() - begun)
    pieces = cover_between(landscape.enclose, left, right, shortest, progress, left_over)
    (name,) = landscape.free
    stationary = []
    for piece in pieces:
        if piece.root:
            at, value = pin_down(landscape, piece)
            stationary.append(Stationary(piece.root, {name: at}, value))
        elif piece.reason == "unknown":
            at = Interval(Fraction(piece.lower), Fraction(piece.upper))
            stationary.append(Stationary("unknown", {name: at}, _rough(landscape, piece)))
    is_over = seconds is not None and time.perf_counter() - begun >= seconds
    return Lines(landscape, domain, far, pieces, tuple(stationary), is_over and "unknown" in {p.reason for p in pieces})


def _rough(landscape: Landscape, piece: Piece) -> Interval:
    value = landscape.enclose(np.array([[piece.lower]]), np.array([[piece.upper]]), 1).value
    low, high = float(value.lower[0]), float(value.upper[0])
    if not (math.isfinite(low) and math.isfinite(high)):
        return Interval(-math.inf, math.inf)
    sharp = value_on(landscape, Fraction(piece.lower), Fraction(piece.upper))
    rough = outward(Fraction(low), Fraction(high), ROUGH_PLACES)
    return rough if isinstance(sharp.lower, float) or rough.width < sharp.width else sharp


def decide(lines: Lines) -> Minimum:
    """The verdict; `trust` is *enclosed* until somebody else has checked it."""
    name = lines.name
    inside = [(point.at[name], point.value) for point in lines.stationary if point.kind != "maximum"]
    falling: list[tuple[int, Interval]] = []
    floors: list[End] = []
    if lines.domain is not None:
        for end in lines.domain:
            inside.append((Interval(end, end), value_on(lines.landscape, end, end)))
    for side, far in zip((-1, 1), lines.far or (), strict=False):
        if far.limit is None:
            floors.append(-math.inf)
        elif far.tail.slope == ("falling" if side > 0 else "rising"):
            falling.append((side, far.limit))
    best_inside = min((value.upper for _, value in inside), default=math.inf)
    lowest_inside = min((value.lower for _, value in inside), default=math.inf)
    best_outside = min((limit.upper for _, limit in falling), default=math.inf)
    lowest_outside = min((limit.lower for _, limit in falling), default=math.inf)
    lowest_open = min(floors, default=math.inf)
    value = Interval(min(lowest_inside, lowest_outside, lowest_open), min(best_inside, best_outside))
    box = None if lines.domain is None else {name: Interval(*lines.domain)}
    # A tail that falls stays above its limit, so a limit that equals the lowest value is no lower.
    if best_inside <= lowest_outside and best_inside < lowest_open and not isinstance(value.lower, float):
        lowest = [place for place, found in inside if found.lower <= best_inside]
        if lines.stopped and any(place.is_wide for place in lowest):  # somewhere in what nobody has looked at yet
            return Minimum("undecided", None, value, None, box, "enclosed", "")
        at = Interval(min(i.lower for i in lowest), max(i.upper for i in lowest))
        return Minimum("attained", {name: at}, value, None, box, "enclosed", "")
    below = [(side, limit) for side, limit in falling if _is_lowest(side, limit, falling, lowest_inside, floors)]
    if below:
        side, limit = below[0]
        return Minimum("not-attained", None, limit, {name: Fraction(side)}, box, "enclosed", "", reached=True)
    return Minimum("undecided", None, value, None, box, "enclosed", "")


def _is_lowest(side: int, limit: Interval, falling: list[tuple[int, Interval]], inside: End, floors: list[End]) -> bool:
    """Whether this limit is certainly below all inside, and not above the other one (two that are equal exactly may be)."""
    if limit.upper == -math.inf and not floors:
        return True  # no value is −∞, whatever else is not known
    others = [other for s, other in falling if s != side]
    same = all(limit.upper <= other.lower for other in others)
    return limit.upper < min([inside, *floors], default=math.inf) and same
