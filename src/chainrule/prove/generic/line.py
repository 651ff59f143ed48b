"""One free variable of any formula: all stationary points, on the whole line or in an interval, and the verdict.

The same cover as for a neuron (`prove.line.cover`), over enclosures by interval jets and tails by asymptotic sums. The infimum is the
least of the values at the minima, at the ends of the interval, of the limits towards which a tail falls, and of the
lower bounds wherever something stayed unknown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Literal

import numpy as np

from chainrule.digits import End
from chainrule.errors import ProblemError
from chainrule.exact import float_bounds
from chainrule.expression.tree import Expression
from chainrule.prove.clock import is_up
from chainrule.prove.generic.branches import Branch, branches
from chainrule.prove.generic.landscape import Landscape
from chainrule.prove.generic.roots import pin_down, slope_sign, value_on
from chainrule.prove.generic.tails import FarOut, find_far_out
from chainrule.prove.generic.words import Curve
from chainrule.prove.line.cover import SHORTEST, Piece, Progress, cover_between
from chainrule.prove.line.sharp import ROUGH_PLACES, outward
from chainrule.prove.line.tails import Tail
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
    corners: tuple[Fraction, ...] = ()

    @property
    def name(self) -> str:
        return self.landscape.free[0]

    @property
    def curve(self) -> Curve:
        """What there is to tell."""
        open_ends = tuple(float(far.tail.end) for far in self.far or () if far.limit is None)
        return Curve(
            self.name,
            self.domain,
            self.stationary,
            None if self.far is None else (self.far[0].limit, self.far[1].limit),
            open_ends,
            tuple(end for end in open_ends if not _has_values(self.landscape, end)),
            self.stopped,
            self.corners,
        )


def _has_values(landscape: Landscape, end: float) -> bool:
    """Whether the formula has a value at some places beyond `end`, computed."""
    with np.errstate(all="ignore"):
        value, _, _ = landscape.computed(np.array([[2.0 * end], [16.0 * end], [1024.0 * end]]))
    return not np.isnan(value).all()


def settle(
    landscape: Landscape,
    formula: Expression,
    domain: Domain | None = None,
    progress: Progress | None = None,
    until: float = math.inf,
) -> Lines:
    """Cover the line, or the interval `domain`, its ends rounded to the nearest doubles; what is open when the clock says `until` stays *unknown*.

    `formula` is what the landscape shows. It is covered branch by branch, between the kinks that are known exactly.
    """
    (name,) = landscape.free
    if domain is not None:
        low, high = (float(end) for end in domain)
        if not low < high:
            raise ProblemError(
                f"the interval for {name} is {domain[0]} to {domain[1]}; needed two ends that differ as doubles, the smaller one first"
            )
        domain = Fraction(low), Fraction(high)
    cut = branches(formula, *(domain or (-math.inf, math.inf)))
    lands = [
        landscape if len(cut) == 1 and not branch.is_flat else Landscape.of(branch.formula, landscape.free)
        for branch in cut
    ]
    far = None if domain is not None else (_far_out(cut[0], lands[0], -1), _far_out(cut[-1], lands[-1], 1))
    pieces: list[Piece] = []
    stationary: list[Stationary] = []
    for branch, land in zip(cut, lands, strict=True):
        # What lies further out is the tail's; a flat one leaves nothing of its branch.
        left, right = (
            Fraction(end if far is None or not math.isinf(end) else far[side].tail.end)
            for side, end in enumerate((branch.left, branch.right))
        )
        if not left < right:
            continue
        found = (Piece(left, right, "flat"),) if branch.is_flat else _covered(land, left, right, progress, until)
        if pieces and pieces[-1].level[1] and found[0].level[0] and pieces[-1].ways[1] == found[0].ways[0]:
            found = (replace(found[0], reason="unknown"), *found[1:])  # it pauses here, and goes on the same way
        pieces += found
        for piece in found:
            if piece.root:
                at, value = pin_down(land, piece)
                stationary.append(Stationary(piece.root, {name: at}, value))
    stationary += _unknown(landscape, [piece for piece in pieces if piece.reason == "unknown"], until)
    more = _plateaus_and_corners(landscape, far, pieces)
    stationary = sorted([*stationary, *more], key=lambda point: point.at[name].lower)
    corners = tuple(Fraction(point.at[name].lower) for point in more if point.kind != "plateau")
    open_ = "unknown" in {piece.reason for piece in pieces}
    return Lines(landscape, domain, far, tuple(pieces), tuple(stationary), is_up(until) and open_, corners)


def stated(lines: Lines) -> Lines:
    """With values and limits as far as a certificate tells them."""
    points = tuple(replace(point, value=point.value.stated()) for point in lines.stationary)
    if lines.far is None:
        return replace(lines, stationary=points)
    first, second = (end if end.limit is None else replace(end, limit=end.limit.stated()) for end in lines.far)
    return replace(lines, stationary=points, far=(first, second))


def _far_out(branch: Branch, landscape: Landscape, side: int) -> FarOut:
    nearest = branch.right if side < 0 else branch.left
    if not branch.is_flat:
        return find_far_out(landscape, side, side * nearest)
    # Flat from end to end: two tails, and a piece between them.
    end = Fraction(side) if math.isinf(nearest) else Fraction(nearest)
    return FarOut(Tail(end, "flat"), value_on(landscape, end, end))


def _covered(
    landscape: Landscape, left: Fraction, right: Fraction, progress: Progress | None, until: float
) -> tuple[Piece, ...]:
    """The pieces of a branch, covered between doubles a little further out, where its formula still holds, and cut off at its ends."""
    low, high = float_bounds(left)[0], float_bounds(right)[1]
    shortest = SHORTEST * min(1.0, (high - low) / 16)
    pieces = list(cover_between(landscape.enclose, low, high, shortest, progress, until))
    for k, lower, upper in ((0, left, pieces[0].upper), (-1, pieces[-1].lower if len(pieces) > 1 else left, right)):
        pieces[k] = _cut_off(landscape, pieces[k], lower, upper)
    return tuple(pieces)


def _cut_off(landscape: Landscape, piece: Piece, lower: Fraction | float, upper: Fraction | float) -> Piece:
    """The piece between these ends; where its curvature has a certain sign, with those of the slope there."""
    if piece.reason in ("rising", "falling"):
        return Piece(lower, upper, piece.reason)
    low, high = float_bounds(Fraction(lower))[0], float_bounds(Fraction(upper))[1]
    bend = landscape.enclose(np.array([[low]]), np.array([[high]]), 2).hessian
    assert bend is not None
    curved = int(bend.lower[0, 0, 0] > 0) - int(bend.upper[0, 0, 0] < 0)
    signs = [slope_sign(landscape, Fraction(end)) for end in (lower, upper)] if curved else [None, None]
    if signs[0] is None or signs[1] is None:
        return Piece(lower, upper, "unknown")
    return Piece(lower, upper, "convex" if curved > 0 else "concave", (signs[0], signs[1]))


def _plateaus_and_corners(
    landscape: Landscape, far: tuple[FarOut, FarOut] | None, pieces: Sequence[Piece]
) -> list[Stationary]:
    """Where neighbours are flat together, and where the one falls and the next rises, or the other way round."""
    parts = [(piece.lower, piece.upper, *piece.ways) for piece in pieces]
    if far is not None:
        ways = [{"falling": -1, "rising": 1, "flat": 0}.get(end.tail.slope) for end in far]
        low, high = (Fraction(end.tail.end) for end in far)
        parts = [(-math.inf, low, ways[0], ways[0]), *parts, (high, math.inf, ways[1], ways[1])]
    found = []
    for is_flat, group in groupby(parts, lambda part: part[2] == 0 == part[3]):
        if is_flat:
            together = list(group)
            at = Interval(_exactly(together[0][0]), _exactly(together[-1][1]))
            inside = next((Fraction(end) for end in (at.lower, at.upper) if not math.isinf(end)), Fraction(0))
            found.append(Stationary("plateau", {landscape.free[0]: at}, value_on(landscape, inside, inside)))
    for before, after in pairwise(parts):
        kind: Literal["minimum", "maximum"] | None = "minimum" if (before[3], after[2]) == (-1, 1) else None
        kind = "maximum" if (before[3], after[2]) == (1, -1) else kind
        if kind is not None:
            v = Fraction(before[1])
            found.append(Stationary(kind, {landscape.free[0]: Interval(v, v)}, value_on(landscape, v, v)))
    return found


def _exactly(end: End) -> End:
    return end if math.isinf(end) else Fraction(end)


def _unknown(landscape: Landscape, pieces: Sequence[Piece], until: float) -> list[Stationary]:
    """What is known of these pieces: the range of the value, all of them at once, and sharper while there is time."""
    if not pieces:
        return []
    ends = [(float_bounds(Fraction(p.lower))[0], float_bounds(Fraction(p.upper))[1]) for p in pieces]
    lower, upper = np.array(ends).T
    value = landscape.enclose(lower[:, None], upper[:, None], 1).value
    found = []
    for piece, low, high in zip(pieces, *(side.tolist() for side in value), strict=True):
        at = Interval(Fraction(piece.lower), Fraction(piece.upper))
        found.append(Stationary("unknown", {landscape.free[0]: at}, _value_on(landscape, at, low, high, until)))
    return found


def _value_on(landscape: Landscape, at: Interval, low: float, high: float, until: float) -> Interval:
    """The value on an interval where it is known to lie in ``[low, high]``."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return Interval(-math.inf, math.inf)
    # What is a sum of squares to us is one to the checker.
    rough = outward(Fraction(low), Fraction(high), ROUGH_PLACES, Fraction(0) if low >= 0 else None)
    sharp = rough if is_up(until) else value_on(landscape, Fraction(at.lower), Fraction(at.upper))
    if isinstance(sharp.lower, float):
        return rough
    return Interval(max(rough.lower, sharp.lower), min(rough.upper, sharp.upper))


def decide(lines: Lines, gap: float) -> Minimum:
    """The verdict; `trust` is *enclosed* until somebody else has checked it. What is attained is known to the `gap`, of the value where that is
    larger than 1; else the verdict is *undecided*."""
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
        # Somewhere in what nobody has looked at yet, or not known as closely as was asked for.
        if (lines.stopped and any(place.is_wide for place in lowest)) or is_wider(value, gap):
            return Minimum("undecided", None, value, None, box, "enclosed", "")
        at = Interval(min(i.lower for i in lowest), max(i.upper for i in lowest))
        return Minimum("attained", {name: at}, value, None, box, "enclosed", "")
    below = [(side, limit) for side, limit in falling if _is_lowest(side, limit, falling, lowest_inside, floors)]
    if below:
        side, limit = below[0]
        return Minimum("not-attained", None, limit, {name: Fraction(side)}, box, "enclosed", "", reached=True)
    return Minimum("undecided", None, value, None, box, "enclosed", "")


def is_wider(value: Interval, gap: float) -> bool:
    """Whether an enclosure is wider than the gap, of the value where that is larger than 1."""
    size = max(abs(Fraction(value.lower)), abs(Fraction(value.upper)), Fraction(1))
    return value.width > Fraction(gap) * size


def _is_lowest(side: int, limit: Interval, falling: list[tuple[int, Interval]], inside: End, floors: list[End]) -> bool:
    """Whether this limit is certainly below all inside, and not above the other one (two that are equal exactly may be)."""
    if limit.upper == -math.inf and not floors:
        return True  # no value is −∞, whatever else is not known
    others = [other for s, other in falling if s != side]
    same = all(limit.upper <= other.lower for other in others)
    return limit.upper < min([inside, *floors], default=math.inf) and same
