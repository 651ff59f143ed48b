"""From a settled line to the verdict: attained, not attained, or undecided.

The loss is monotone between neighbouring stationary points, so its infimum over the line is the least of
its values at the minima, its limits towards which a tail falls, and its lower bounds wherever something
stayed unknown. The verdict compares enclosures and claims only strict inequalities.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from chainrule.prove.line.cover import Cover
from chainrule.prove.line.infinity import Limit, limit, tail_floor
from chainrule.prove.line.sharp import pin_down, rough_value
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.result import Interval, Minimum, Stationary


@dataclass(frozen=True)
class Findings:
    """A settled line with its stationary points in order and its two limits, at −∞ and +∞."""

    ridge: Ridge
    cover: Cover
    stationary: tuple[Stationary, ...]
    limits: tuple[Limit, Limit]

    @property
    def name(self) -> str:
        (name,) = self.ridge.problem.free
        return name


def examine(ridge: Ridge, cover: Cover) -> Findings:
    """Give every stationary point its digits and the two limits their values."""
    (name,) = ridge.problem.free
    stationary = []
    for piece in cover.pieces:
        low, high = float(piece.lower), float(piece.upper)
        if piece.reason == "unknown":
            at, value = (
                Interval(Fraction(piece.lower), Fraction(piece.upper)),
                rough_value(ridge, low, high),
            )
            stationary.append(Stationary("unknown", {name: at}, value))
        elif piece.root:
            at, value = pin_down(ridge, low, high, piece.root == "minimum")
            stationary.append(Stationary(piece.root, {name: at}, value))
    return Findings(ridge, cover, tuple(stationary), (limit(ridge, -1), limit(ridge, 1)))


def decide(findings: Findings) -> Minimum:
    """The verdict on the minimum over all reals; `trust` is *enclosed* until somebody else has checked it."""
    name, cover = findings.name, findings.cover
    if cover.left.slope == "flat":
        everywhere = Interval(-np.inf, np.inf)
        return _minimum(findings, "attained", {name: everywhere}, findings.limits[0].value, 0)
    inside = [point for point in findings.stationary if point.kind != "maximum"]
    tails = ((-1, cover.left, "rising", findings.limits[0]), (1, cover.right, "falling", findings.limits[1]))
    open_floors = [tail_floor(findings.ridge, tail) for _, tail, _, _ in tails if tail.slope == "unknown"]
    falling = [(side, bound) for side, tail, outward, bound in tails if tail.slope == outward]
    best_inside = min((point.value.upper for point in inside), default=np.inf)
    lowest_inside = min((point.value.lower for point in inside), default=np.inf)
    best_outside = min((bound.value.upper for _, bound in falling), default=np.inf)
    lowest_outside = min([*(bound.value.lower for _, bound in falling), *open_floors], default=np.inf)
    value = Interval(min(lowest_inside, lowest_outside), min(best_inside, best_outside))
    if best_inside < lowest_outside:
        lowest = [point.at[name] for point in inside if point.value.lower <= best_inside]
        at = Interval(min(i.lower for i in lowest), max(i.upper for i in lowest))
        return _minimum(findings, "attained", {name: at}, value, 0)
    if falling and best_outside < min([lowest_inside, *open_floors]):
        # Rows that stay are the same on both sides, so exact counts of the rising ones tell which limit is lower.
        side, bound = min(falling, key=lambda pair: (pair[1].risen, -pair[0]))
        return _minimum(findings, "not-attained", None, bound.value, side)
    if value.upper == np.inf:
        value = Interval(value.lower, min(bound.value.upper for bound in findings.limits))
    return _minimum(findings, "undecided", None, value, 0)


def _minimum(findings: Findings, kind: str, at: dict[str, Interval] | None, value: Interval, side: int) -> Minimum:
    direction = {findings.name: Fraction(side)} if side else None
    return Minimum(kind, at, value, direction, None, "enclosed", "", reached=bool(side) or None)  # type: ignore[arg-type]
