"""What a search over all of R^k knows so far, and how it learns: from points, and from cones that could not be settled."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from chainrule.exact import float_bounds
from chainrule.problem.data import Floats
from chainrule.prove.boxes.ground import PATIENCE, RidgeGround
from chainrule.prove.clock import is_up, look
from chainrule.prove.neuron.directions import exact_slopes, null_space
from chainrule.prove.neuron.local import Effort, jet, local_minima, lower_from
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.space.approach import Approach
from chainrule.prove.space.from_above import find_approach, start_of
from chainrule.prove.space.groups import Bundle, Together, find_groups
from chainrule.prove.space.outside import Known, Stuck, distinct_signs
from chainrule.prove.space.pattern import Pattern, find_pattern
from chainrule.prove.space.smaller import Solve, bundled

LOWER = 1e-10  # a point this much below a limit is taken for lower: a search in doubles can tell the two apart
NEAR = 1.0  # a group whose form is no further than this from its best place is taken to stay there
MOST_BUNDLES = 24
FAR_STEPS = 24  # which side of each point a far one is on shows long before it rests
FAR_POINTS, LESSONS, SHOWN = 6, 8, 6


@dataclass
class Quest:
    """`best` is the best point met and `value` its loss; `minima` ``(S, k)`` are the local minima near the origin; `lowest` leads to the lowest limit at infinity that is known, and each of the `patterns` to one just as low.

    Of these, `approaches` are those with a proof that it is approached from above; `below` counts those along which it is approached from below, but no point
    was found that doubles can tell from the limit, and `ties` those where neither is clear.
    `even`: a local minimum is as low as the limit, as far as doubles can tell.
    `staying` are the rows whose signs were open on the last cell that was left. Where the clock says `until` it learns no more.
    """

    ridge: Ridge
    solve: Solve
    together: Together
    best: Floats
    value: float
    minima: Floats
    lowest: Pattern | None = None
    patterns: dict[bytes, Pattern] = field(default_factory=dict)
    approaches: list[Approach] = field(default_factory=list)
    below: int = 0
    ties: int = 0
    even: bool = False
    tried: set[bytes] = field(default_factory=set)
    staying: list[int] = field(default_factory=list)
    until: float = math.inf

    @classmethod
    def begin(cls, ridge: Ridge, solve: Solve, until: float = math.inf) -> Quest:
        """The local minima near the origin, and what far points lead to."""
        reach = 64 / ridge.scale
        near = local_minima(ridge, -reach, reach, Effort(patience=PATIENCE, until=until))
        value = float(jet(ridge, near[:1]).value[0])
        quest = cls(ridge, solve, Together(ridge, find_groups(ridge)), near[0], value, near, until=until)
        if not ridge.quadratic and not ridge.profile.convex:
            far = local_minima(ridge, -reach, reach, Effort(steps=FAR_STEPS, until=until), spread=16.0)
            quest.meet(far[0])
            outer = [point for point in [*near, *far] if np.max(np.abs(point) / reach) > 0.25]
            for point in outer[: FAR_POINTS if not is_up(until) else 0]:
                quest.follow(point)
        return quest

    @property
    def limit(self) -> Fraction | None:
        """The lowest limit at infinity that is known, or a little above it."""
        return None if self.lowest is None else self.lowest.limit

    @property
    def at_infinity(self) -> bool:
        """Whether the lowest value known is a limit at infinity."""
        return self.limit is not None and self.value >= float(self.limit) - LOWER

    @property
    def target(self) -> float:
        """What everything else must exceed."""
        return float(self.limit) if self.at_infinity and self.limit is not None else self.value

    @property
    def known(self) -> Known:
        if not self.at_infinity or not self.approaches:
            return Known(self.together)
        first = self.approaches[0].pattern
        return Known(self.together, tuple(found for found in self.approaches if found.pattern.not_lower(first)))

    @property
    def gap(self) -> str:
        """Why no verdict was reached, in words: *computed*."""
        if self.even:
            return "the loss tends to this value at infinity, and a local minimum is as low as that, as far as doubles can tell"
        if self.at_infinity and self.below:
            return "the loss tends to this value at infinity, from below as it seems, but by less than doubles can tell"
        if self.at_infinity and self.ties:
            return "the loss tends to this value at infinity, and whether from above or from below is too close to tell"
        if self.at_infinity:
            return "the loss tends to this value at infinity, and it was not shown that no point is lower"
        if self.staying:
            rows = ", ".join(str(row + 1) for row in self.staying[:SHOWN]) + (
                ", …" if len(self.staying) > SHOWN else ""
            )
            return (
                f"it was not shown that nothing is lower far out, along directions in which points {rows} hardly change"
            )
        return "it was not shown that nothing far out is lower than the best point"

    def meet(self, point: Floats) -> bool:
        """Take note of a point; whether it is lower than all that was known."""
        value = float(jet(self.ridge, point[None]).value[0])
        lower = value < self.target - LOWER
        if value < self.value:
            self.best, self.value = point, value
        return lower

    def follow(self, point: Floats) -> bool:
        """The pattern that the sides of a far point suggest; whether anything was learnt."""
        slopes, offset, place = self.together.places
        stay = np.flatnonzero(np.abs(slopes @ point + offset - place) <= NEAR)
        return self._suggest(self.ridge.a @ point + self.ridge.b > 0, stay.tolist())

    def learn(self, stuck: Stuck) -> bool:
        """From cells that were left; whether anything was learnt."""
        if self.ridge.quadratic or self.ridge.profile.convex:
            return False
        found = distinct_signs(self.ridge, stuck, LESSONS)
        self.staying = (
            np.unique(self.ridge.row[(found[0] == 0) & self.ridge.a.any(axis=1)]).tolist() if stuck.far else []
        )
        return any([self._learn(sides) for sides in found])  # noqa: C419 - from all of them

    def _learn(self, sides: np.ndarray) -> bool:
        """From the signs of the forms on a cell."""
        if sides.tobytes() in self.tried:
            return False
        self.tried.add(sides.tobytes())
        open_ = sides == 0
        stay = [int(g) for g in np.unique(self.together.of_term[open_]) if g >= 0]
        learnt = self._suggest(sides > 0, stay)
        if stay:
            learnt |= self._suggest(np.where(open_, self._heavier_falls(), sides > 0), [])
        return learnt or self._stay_together(open_, sides > 0)

    def _heavier_falls(self) -> np.ndarray:
        """Of a group's two kinds of terms, those that weigh less."""
        up = np.zeros(len(self.ridge.a), bool)
        for group in self.together.groups:
            terms = np.array(group.terms)
            sign = np.sign(self.ridge.a[terms] @ self.ridge.a[terms[0]])
            weight = self.ridge.weight[terms]
            up[terms] = (sign > 0) == (weight[sign > 0].sum() < weight[sign < 0].sum())
        return up

    def _suggest(self, up: np.ndarray, stay: list[int]) -> bool:
        look(self.until)
        groups, chosen = self.together.groups, list[int]()
        k = self.ridge.a.shape[1]
        for g in stay:
            slopes = [groups[i].slopes for i in [*chosen, g]]
            if len(slopes) < k and len(null_space(slopes, k)) == k - len(slopes):
                chosen.append(g)
        still = np.isin(self.together.of_term, chosen)
        pattern = find_pattern(self.ridge, self.together, up, still, self._most)
        return pattern is not None and self._consider(pattern)

    @property
    def _most(self) -> float:
        """What is lost is all that counts: above the best value, or another limit, nothing is learnt."""
        return self.value + LOWER if self.limit is None else min(self.value + LOWER, float_bounds(self.limit)[1])

    def _consider(self, pattern: Pattern) -> bool:
        """Take note of a limit at infinity; whether it says anything new."""
        lowest = self.lowest
        if lowest is not None and (pattern.floor > lowest.limit or pattern.key in self.patterns):
            return False
        if lowest is None or pattern.limit < lowest.limit or not pattern.not_lower(lowest):
            if lowest is not None and pattern.limit >= lowest.limit and not lowest.not_lower(pattern):
                return False  # two intervals that overlap: which limit is lower is not known
            self.lowest = pattern
            self.patterns = {key: other for key, other in self.patterns.items() if other.not_lower(pattern)}
            self.approaches = [found for found in self.approaches if found.pattern.key in self.patterns]
            self.ties = self.below = 0
        self.patterns[pattern.key] = pattern
        if not self.at_infinity:
            return False
        found = find_approach(self.ridge, self.together, pattern)
        if isinstance(found, Approach):
            # The first is the one that is claimed.
            self.approaches.insert(0 if pattern is self.lowest else len(self.approaches), found)
        elif found is not None:
            self.below += not self._descend_along(pattern, found.direction)
        else:
            self.ties += not self._descend_along(pattern, np.array([float(d) for d in pattern.direction]))
        return True

    def _descend_along(self, pattern: Pattern, direction: Floats) -> bool:
        """Where the loss comes from below its limit, some point is lower than the limit: whether doubles find one."""
        start = start_of(self.ridge, self.together, pattern)
        points = start + np.exp2(np.arange(-4, 14, 0.5))[:, None] * direction
        values = jet(self.ridge, points).value
        return self.meet(lower_from(self.ridge, points[np.argsort(values)[:3]]))

    def _stay_together(self, open_: np.ndarray, up: np.ndarray) -> bool:
        """All rows in the span of those whose signs are open, where these are dependent: what they cost together, and what it leads to if they stay."""
        look(self.until)
        together, ridge = self.together, self.ridge
        rows = self._dependent(open_)
        if rows is None:
            return False
        bundle = next((bundle for bundle in together.bundles if bundle.rows == tuple(rows)), None)
        known = bundle is not None
        if bundle is None:
            bundle = self._bundle(rows)
            if bundle is None:
                return False
            # The costliest are taken first: of two that share a row only one counts.
            bundles = sorted((*together.bundles, bundle), key=lambda bundle: -bundle.least)
            self.together = Together(ridge, together.groups, tuple(bundles))
        still = np.isin(ridge.row, rows)
        pattern = find_pattern(ridge, self.together, up, still, self._most, bundle)
        return (pattern is not None and self._consider(pattern)) or not known

    def _bundle(self, rows: list[int]) -> Bundle | None:
        """A bundle of these rows, where there is room for one and it says more than their groups."""
        if len(self.together.bundles) >= MOST_BUNDLES:
            return None
        found = bundled(self.ridge, rows, self.solve)
        groups = sum(float(group.least) for group in self.together.groups if group.rows[0] in rows) / self.ridge.rows
        return None if found is None or found.least <= groups * (1 + 1e-6) else found

    def _dependent(self, open_: np.ndarray) -> list[int] | None:
        """The rows in the span of those whose signs are open; None where they span everything, or are independent."""
        ridge = self.ridge
        terms = np.flatnonzero(open_ & ridge.a.any(axis=1))
        if not len(terms):
            return None
        k = ridge.a.shape[1]
        distinct = terms[np.unique(ridge.a[terms], axis=0, return_index=True)[1]]
        across = null_space([exact_slopes(ridge, int(t)) for t in distinct], k)
        if not across or len(distinct) <= k - len(across):
            return None
        steep = np.abs(ridge.a @ np.array([[float(x) for x in vector] for vector in across]).T).max(axis=1)
        size = (np.abs(ridge.a) @ np.array([[abs(float(x)) for x in v] for v in across]).T).max(axis=1)
        maybe = np.unique(ridge.row[steep <= 1e-9 * size])
        return [int(row) for row in maybe if _orthogonal(ridge, int(row), across)]

    def lowest_point(self) -> tuple[Floats, float]:
        """A point whose loss is as near to the infimum as is known, and an upper bound of that."""
        ground = RidgeGround(self.ridge)
        points = [self.best]
        for pattern in self.patterns.values():
            step = np.array([float(d) for d in pattern.direction])
            points += [
                start_of(self.ridge, self.together, pattern) + 2.0**i * step / np.max(np.abs(step))
                for i in range(0, 24, 2)
            ]
        values = [ground.value(point)[1] for point in points]
        best = int(np.argmin(values))
        return points[best], values[best]


def _orthogonal(ridge: Ridge, row: int, vectors: list[tuple[Fraction, ...]]) -> bool:
    slopes = ridge.exact_terms(row)[0].slopes
    return all(sum((a * x for a, x in zip(slopes, v, strict=True)), Fraction(0)) == 0 for v in vectors)
