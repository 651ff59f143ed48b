"""The loss of one neuron over many rows as a ground for the search: groups of rows first, all rows where these do not do.

A box is bounded on the coarsest grid whose slack is small there (`cells`). A bound that falls short of what it should exceed
only by the slack is tried again on a finer grid, and at last over all rows; one that falls short by more is left as it is, since
that box must be cut anyway. Good points and wells are looked for on groups, and settled over all rows.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from chainrule.algebra.backends import NUMPY, Backend
from chainrule.algebra.intervals import Bounds
from chainrule.problem.data import Floats
from chainrule.prove.boxes.bound import Bounded
from chainrule.prove.boxes.cells import Groups, Slack, levels
from chainrule.prove.boxes.ground import Ground, RidgeGround
from chainrule.prove.boxes.wells import Well, find_well
from chainrule.prove.neuron.enclose import blas, enclose
from chainrule.prove.neuron.local import SAMPLE, Effort, local_minima, polish
from chainrule.prove.neuron.ridge import Ridge

MANY = 20_000  # terms from which grouping pays
LEAST = 400  # groups in the coarsest grid, about: fewer cost no less
SHARE = 8  # the finest grid has at most one group for so many terms
ROUGH = 0.03  # a box is first tried where the slack is at most this: losses lie between 0 and 1
FEW = 16  # a column of a sample with at most so many different numbers is split by them, on every grid


def ground_of(ridge: Ridge, lower: Floats, upper: Floats, gap: float, backend: Backend = NUMPY) -> Ground:
    """What to search on the box: with groups where there are many rows and few enough columns for grids to help."""
    if len(ridge.a) < MANY:
        return RidgeGround(ridge, backend)
    sample = _sample(ridge)
    guide = local_minima(sample, lower, upper)[:1]
    grids = levels(ridge, *_widths(sample, guide[0], gap, len(ridge.a) // SHARE), len(ridge.a) // SHARE, LEAST)
    if not grids or grids[-1].slack(guide, guide).value[0] > ROUGH:
        return RidgeGround(ridge, backend)
    return ManyRows(RidgeGround(ridge, backend), grids, gap)


def _sample(ridge: Ridge) -> Ridge:
    """A few terms, each counting for many."""
    count = min(SAMPLE, len(ridge.a))
    chosen = np.sort(np.random.default_rng(0).choice(len(ridge.a), count, replace=False))
    part = ridge.part(chosen)
    return replace(part, weight=part.weight * (len(ridge.a) / count))


def _widths(sample: Ridge, guide: Floats, gap: float, most: int) -> tuple[Floats, np.ndarray]:
    """Widths of the finest grid, powers of 2, and which columns are split by their few numbers.

    Near the point `guide` the slack is ``(M/2) Σ θ_j² w_j²/12`` for rows spread evenly in cells of widths w: a quarter of the gap if each
    column's part is as large, which is also best for a given number of cells; no smaller than leaves about `most` cells.
    """
    theta = np.append(guide, 1.0)
    columns = np.column_stack([sample.a, sample.b])
    numbers = [np.unique(x) for x in columns.T]
    fixed = np.array([len(x) <= FEW for x in numbers])
    deviation = np.array([np.std(x) for x in columns.T])
    weight = np.abs(theta) * deviation
    weight = np.maximum(weight, np.max(weight[~fixed], initial=0.0) / 8)
    free = max(1, int(np.sum(~fixed)))
    step = np.sqrt(6 * gap / (0.12 * free))
    step = max(
        step, (np.prod(6 * weight[~fixed]) * np.prod([len(x) for x in numbers if len(x) <= FEW]) / most) ** (1 / free)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        widths = np.where(fixed, [np.diff(x).min(initial=1.0) for x in numbers], step * deviation / weight)
    return np.exp2(np.floor(np.log2(widths))), fixed


class ManyRows:
    """The loss of one neuron; `grids` from coarse to fine, `gap` what the search wants to reach."""

    def __init__(self, whole: RidgeGround, grids: tuple[Groups, ...], gap: float) -> None:
        self.whole, self.grids, self.gap = whole, grids, gap
        # With m the slack's M, the loss is at most (m/2) q below that of the groups, and at most (bend/2) q above it.
        profile = whole.ridge.profile
        self.reach = 1 + profile.bend / max(profile.dip, 1e-3)

    @property
    def terms(self) -> int:
        return len(self.grids[0])

    @property
    def floor(self) -> float:
        return self.whole.floor

    @property
    def narrows(self) -> bool:
        return False

    @property
    def cells(self) -> tuple[tuple[float, ...], ...]:
        return tuple(tuple(grid.widths.tolist()) for grid in self.grids)

    def value(self, point: Floats) -> tuple[float, float]:
        return self.whole.value(point)

    def minima(self, lower: Floats, upper: Floats, until: float = math.inf) -> Floats:
        first = [grid for grid in self.grids if len(grid) <= SAMPLE] or self.grids[:1]
        return self.downhill(local_minima(first[-1].ridge, lower, upper, Effort(until=until)), lower, upper, until)

    def downhill(self, points: Floats, lower: Floats, upper: Floats, until: float = math.inf) -> Floats:
        # One core: for so few points a BLAS on several is slower, and far slower where the cores are busy.
        with blas().limit(limits=1, user_api="blas"):
            points = polish(self.grids[-1].ridge, points, lower, upper, Effort(until=until))
            return polish(self.whole.ridge, points[:2], lower, upper, Effort(steps=4, damping=1e-6, until=until))

    def well(self, point: Floats, lower: Floats, upper: Floats) -> Well | None:
        with blas().limit(limits=1, user_api="blas"):
            return find_well(self.whole.ridge, point, lower, upper, self.grids[-1].ridge)

    def bound(self, lower: Floats, upper: Floats, start: Floats, target: float) -> Bounded:
        """As `Bounder` does it over all rows, or less well where the box must be cut anyway."""
        boxes, last = len(lower), len(self.grids)
        bound, p = np.full(boxes, -np.inf), np.full(lower.shape, np.nan)
        low, high = np.full(lower.shape, -np.inf), np.full(lower.shape, np.inf)
        loss = np.array([grid.slack(lower, upper).value for grid in self.grids])  # (grids, B)
        level = np.minimum((loss > ROUGH).sum(axis=0), last - 1)
        for number in range(last + 1):
            rows = np.flatnonzero(level == number)
            if not len(rows):
                continue
            part, slack = (lower[rows], upper[rows], start[rows], target), None
            if number < last:
                found, slack = self.grids[number].bound(*part)
            else:
                found = self.whole.bound(*part)
            better = found.bound > bound[rows]
            bound[rows[better]], p[rows[better]] = found.bound[better], found.p[better]
            low[rows], high[rows] = np.fmax(low[rows], found.gradient.lower), np.fmin(high[rows], found.gradient.upper)
            if slack is None:
                break
            line = self._line(found, target)
            room = found.bound + self.reach * slack.value - line
            again = np.flatnonzero(room > 0)
            if number < last - 1:  # the next grid that leaves half of the room, or the finest
                enough = 2 * self.reach * loss[:, rows[again]] <= room[again]
                enough[: number + 1] = False
                level[rows[again]] = np.where(enough.any(axis=0), enough.argmax(axis=0), last - 1)
            else:
                worth = self._worth(lower[rows[again]], upper[rows[again]], found, slack, again, line)
                level[rows[again[worth]]] = last
        return Bounded(bound, p, Bounds(low, high))

    def _line(self, found: Bounded, target: float) -> Floats:
        """What each bound is to exceed next; inf where nothing is left to be shown, or the box will be shrunk to a face."""
        settled = ((found.gradient.lower > 0) | (found.gradient.upper < 0)).any(axis=1) | (found.bound > target)
        soft = target - self.gap
        return np.where(settled, np.inf, np.where(found.bound <= soft, soft, target))

    def _worth(
        self, lower: Floats, upper: Floats, found: Bounded, slack: Slack, boxes: np.ndarray, line: Floats
    ) -> np.ndarray:
        """Whether all rows are likely to do for these boxes, and groups would not even if the boxes were cut.

        The groups' value at p tells how high their bounds can come, and how far the box itself keeps its bound below that.
        """
        p, loss, goal = found.p[boxes], slack.value[boxes], line[boxes]
        p = np.where(np.isnan(p), (lower + upper) / 2, p)
        value, near = enclose(self.grids[-1].ridge, p, p, order=0).value.upper, found.bound[boxes] + loss
        return np.asarray(((near > goal) & (value - loss <= goal)) | (value - near <= loss))
