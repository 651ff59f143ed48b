"""A function to minimise, as a formula over any algebra, and its enclosures on boxes by interval jets.

With c the centre of a box, d the distances to it and J, H the enclosed gradient and Hessian on the box,

    f in f(box)  ∩  f(c) + J·d,        ∇f in J  ∩  ∇f(c) + H·d

the second of each being the mean value form, which is the sharper one on small boxes (R. Moore, Interval Analysis, 1966).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule.algebra.asymptotic import Asymptotic, Terms
from chainrule.algebra.balls import Balls, ball
from chainrule.algebra.evaluate import evaluate
from chainrule.algebra.exactly import Exactly
from chainrule.algebra.intervals import Bounds, outward
from chainrule.algebra.jets import Jet, Jets
from chainrule.algebra.ranges import Ranges
from chainrule.algebra.wide import WideArrays
from chainrule.expression.tree import Expression
from chainrule.problem.data import Floats
from chainrule.prove.neuron.enclose import Enclosure

Formula = Callable[[Any, Mapping[str, Any]], Any]
"""``formula(algebra, values)``: the value of the function in that algebra, where the variables have `values`."""
BATCH = 4096


@dataclass(frozen=True)
class Landscape:
    """The function `formula` of the variables `free`; `rows` is the length of its columns, 1 without any."""

    free: tuple[str, ...]
    formula: Formula
    rows: int = 1

    @classmethod
    def of(cls, expression: Expression, free: tuple[str, ...]) -> Landscape:
        return cls(free, lambda algebra, values: evaluate(algebra, expression, values))

    def enclose(self, lower: Floats, upper: Floats, order: int = 2) -> Enclosure:
        """Value (order 0), gradient (1) and Hessian (2) on boxes ``(B, k)``.

        Enclosed. Where something is not defined on all of a box, everything: nothing follows there.
        """
        step = max(1, BATCH // self.rows)
        parts = [
            self._enclose(lower[i : i + step], upper[i : i + step], order) for i in range(0, max(1, len(lower)), step)
        ]
        if len(parts) == 1:
            return parts[0]
        joined = [
            [np.concatenate([getattr(p, name)[side] for p in parts]) for side in (0, 1)]
            for name in ("value", "gradient", "hessian")[: order + 1]
        ]
        return Enclosure(*(Bounds(*pair) for pair in joined), *[None] * (2 - order))

    def _enclose(self, lower: Floats, upper: Floats, order: int) -> Enclosure:
        value, gradient, hessian = self._natural(lower, upper, order)
        if order and (lower < upper).any():
            with np.errstate(invalid="ignore"):
                centre = np.where(np.isfinite(lower) & np.isfinite(upper), lower + (upper - lower) / 2, 0.0)
            at, slope, _ = self._natural(centre, centre, order - 1)
            # One unit more than the rounding of the difference.
            away = outward(lower - centre, upper - centre)
            value = _both(value, _mean_value(Bounds(at[0][:, None], at[1][:, None]), gradient, away, 0))
            if order == 2:
                # Where some second derivative is not defined (the kink of relu) the checker knows none of them.
                smooth = np.isfinite(hessian.lower).all(axis=(1, 2)) & np.isfinite(hessian.upper).all(axis=(1, 2))
                for i in range(len(self.free)):
                    row = Bounds(hessian.lower[:, i], hessian.upper[:, i])
                    better = _mean_value(slope, row, away, i)
                    kept = _both(Bounds(gradient.lower[:, i], gradient.upper[:, i]), better)
                    gradient.lower[smooth, i], gradient.upper[smooth, i] = kept.lower[smooth], kept.upper[smooth]
        return Enclosure(value, gradient if order else None, hessian if order > 1 else None)

    def _natural(self, lower: Floats, upper: Floats, order: int) -> tuple[Bounds, Bounds, Bounds]:
        """The jet of the formula over intervals, as arrays ``(B,)``, ``(B, k)``, ``(B, k, k)``."""
        algebra = Ranges()
        jets = Jets(algebra, order)
        sides = {name: Bounds(lower[:, i, None], upper[:, i, None]) for i, name in enumerate(self.free)}
        jet = self.formula(jets, {name: jets.variable(i, side) for i, (name, side) in enumerate(sides.items())})
        boxes, k = lower.shape
        unknown = np.broadcast_to(algebra.outside, (boxes,))
        gradient = tuple(np.zeros((boxes, k)) for _ in range(2))
        hessian = tuple(np.zeros((boxes, k, k)) for _ in range(2))
        for i, part in jet.gradient.items():
            for side, end in enumerate(part):
                gradient[side][:, i] = _flat(end, boxes)
        for (i, j), part in jet.hessian.items():
            for side, end in enumerate(part):
                hessian[side][:, i, j] = hessian[side][:, j, i] = _flat(end, boxes)
        value = tuple(np.array(_flat(end, boxes)) for end in jet.value)
        for side, everything in enumerate((-np.inf, np.inf)):
            for part in (value, gradient, hessian):
                part[side][unknown] = everything
        return Bounds(*value), Bounds(*gradient), Bounds(*hessian)

    def computed(self, points: Floats) -> tuple[Floats, Floats, Floats]:
        """Value ``(S,)``, gradient ``(S, k)`` and Hessian ``(S, k, k)`` at points, in ordinary floating point."""
        jets = Jets(WideArrays())
        jet = self.formula(jets, {n: jets.variable(i, points[:, i, None]) for i, n in enumerate(self.free)})
        count, k = points.shape
        gradient, hessian = np.zeros((count, k)), np.zeros((count, k, k))
        for i, part in jet.gradient.items():
            gradient[:, i] = _flat(part, count)
        for (i, j), part in jet.hessian.items():
            hessian[:, i, j] = hessian[:, j, i] = _flat(part, count)
        return np.array(_flat(jet.value, count)), gradient, hessian

    def sharp(self, point: Mapping[str, Any], order: int = 0) -> Jet[Any]:
        """The jet at a point of balls or Fractions, at Arb's present precision."""
        jets = Jets(Balls(), order)
        balls = {name: ball(x) if isinstance(x, Fraction) else x for name, x in point.items()}
        found: Jet[Any] = self.formula(jets, {n: jets.variable(i, balls[n]) for i, n in enumerate(self.free)})
        return found

    def exact(self, point: Mapping[str, Fraction], order: int = 0) -> Jet[Any]:
        """The jet at a rational point, in Fractions as long as it is rational and in balls where it is not."""
        jets = Jets(Exactly(), order)
        found: Jet[Any] = self.formula(jets, {n: jets.variable(i, point[n]) for i, n in enumerate(self.free)})
        return found

    def far_out(self, side: int, start: Fraction) -> tuple[Asymptotic, Terms, Terms]:
        """Value and slope of a function of one variable x on the tail ``side · x >= start``, with their algebra."""
        algebra = Asymptotic(start)
        jets = Jets(algebra, 1)
        (name,) = self.free
        jet = self.formula(jets, {name: jets.variable(0, algebra.variable(side))})
        return algebra, jet.value, jet.gradient.get(0, {})


def _flat(part: Floats, boxes: int) -> Floats:
    """``(B,)`` from ``(B, 1)``, ``(B,)`` or one number for all boxes."""
    return np.broadcast_to(part if np.ndim(part) < 2 else part[:, 0], (boxes,))


def _mean_value(at: Bounds, rate: Bounds, away: Bounds, column: int) -> Bounds:
    """``at[:, column] + Σ_j rate_j · away_j``."""
    with np.errstate(invalid="ignore", over="ignore"):
        corners = np.stack([np.nan_to_num(r * d, nan=0.0, posinf=np.inf, neginf=-np.inf) for r in rate for d in away])
        terms = outward(corners.min(axis=0), corners.max(axis=0))
        lower = at.lower[:, column] + terms.lower.sum(axis=1)
        upper = at.upper[:, column] + terms.upper.sum(axis=1)
        # k + 1 terms in any order.
        size = np.maximum(np.abs(terms.lower), np.abs(terms.upper)).sum(axis=1)
        slack = 2.0**-50 * (size + np.maximum(np.abs(at.lower[:, column]), np.abs(at.upper[:, column])))
        return Bounds(
            np.nan_to_num(lower - slack, nan=-np.inf, posinf=np.inf, neginf=-np.inf),
            np.nan_to_num(upper + slack, nan=np.inf, posinf=np.inf, neginf=-np.inf),
        )


def _both(a: Bounds, b: Bounds) -> Bounds:
    return Bounds(np.maximum(a.lower, b.lower), np.minimum(a.upper, b.upper))
