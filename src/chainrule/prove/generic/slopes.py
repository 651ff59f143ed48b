"""Good slopes for the lines below a formula that is split into parts: *computed*, whatever they are the bound holds.

With a slope m_t for each term ``H_t(U_t)``, conjugates ``−H*(m) = min_u H(u) − m u`` over the range of U, and G_g(θ; m) the sum
of what belongs to group g,

    D(m) = Σ_t −H_t*(m_t) + Σ_g min G_g(·; m)  <=  min f

(Lagrange's dual bound). D is concave, and where all slopes are the derivatives H' at a minimiser whose parts each minimise their own
G the bound is f's minimum itself. Those slopes are tried first. Otherwise columns are generated: points already found in the groups span
a polytope of sums U; the least ``Σ conv H_t(U_t)`` over it is a linear program, its multipliers the next slopes, and the groups'
minima for them new columns (G. Dantzig and P. Wolfe, Decomposition Principle for Linear Programs, Operations Research 8, 1960).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from chainrule.expression.tree import Expression
from chainrule.problem.data import Floats
from chainrule.prove.clock import for_highs, is_up
from chainrule.prove.generic.ground import FormulaGround
from chainrule.prove.generic.landscape import Landscape
from chainrule.prove.generic.split import INNER, Split, alike

GRID = 1025  # points of each H, for its convex hull
ROUNDS = 25
SHORT = 2**100
STEP = 2.0**-32  # slopes are whole multiples of this share of the largest: those that are meant to cancel do


@dataclass(frozen=True)
class Tangents:
    """The dual of one split over a box: `ranges` ``(T, 2)`` hold the sums, `free` names the columns of points."""

    split: Split
    free: tuple[str, ...]
    lower: Floats
    upper: Floats
    ranges: Floats

    def slopes_at(self, points: Floats) -> Floats:
        """``H_t'(U_t)`` at points ``(S, k)``, as ``(S, T)``."""
        sums = self.sums(points)
        found = [outer.computed(sums[:, t, None])[1][:, 0] for t, outer in enumerate(self._outers)]
        return np.nan_to_num(np.stack(found, axis=1), posinf=0.0, neginf=0.0)

    def sums(self, points: Floats) -> Floats:
        """``U_t`` at points ``(S, k)``, as ``(S, T)``."""
        return np.stack([inner.computed(points)[0] for inner in self._inners], axis=1)

    @cached_property
    def _outers(self) -> list[Landscape]:
        return [Landscape.of(term.outer, (INNER,)) for term in self.split.terms]

    @cached_property
    def _inners(self) -> list[Landscape]:
        return [Landscape.of(term.inner, self.free) for term in self.split.terms]

    @cached_property
    def _curves(self) -> tuple[Floats, Floats]:
        """Points of every H: arguments and values ``(T, GRID)``."""
        at = np.linspace(self.ranges[:, 0], self.ranges[:, 1], GRID, axis=1)
        return at, np.stack([outer.computed(at[t, :, None])[0] for t, outer in enumerate(self._outers)])

    def dual(self, slopes: Floats) -> tuple[float, Floats]:
        """``D(m)``, as far as grids and descents from many starts know it, and points ``(S, k)`` that minimise the parts."""
        at, values = self._curves
        bound = float(np.sum(np.min(values - slopes[:, None] * at, axis=1)))
        found, known = [], dict[tuple[Expression, bytes], Floats]()
        for g, names in enumerate(self.split.groups):
            columns = [self.free.index(name) for name in names]
            expression = self.split.weighed(g, fractions(slopes))
            low, high = self.lower[columns], self.upper[columns]
            key = alike(expression, names), low.tobytes() + high.tobytes()
            landscape = Landscape.of(expression, names)
            if key not in known:
                known[key] = FormulaGround(landscape).minima(low, high)
            bound += float(landscape.computed(known[key][:1])[0][0])
            found.append(known[key])
        points = np.empty((max(map(len, found)), len(self.free)))
        for names, minima in zip(self.split.groups, found, strict=True):
            points[:, [self.free.index(name) for name in names]] = minima[np.arange(len(points)) % len(minima)]
        return bound, points

    def best(self, points: Floats, wanted: float, until: float) -> Floats:
        """Slopes ``(T,)`` with a high dual, from good points of f; done once it exceeds `wanted`, or at the time `until`."""
        slopes, highest, columns = np.zeros(len(self.ranges)), -np.inf, points
        if not np.isfinite(
            self._curves[1]
        ).all():  # some H is not defined on all of its range, and nothing is known of it
            return slopes
        tried = list(self.slopes_at(points[:3]))
        for _ in range(ROUNDS):
            guessed = bool(tried)
            candidate = rounded(tried.pop(0) if guessed else self._next(columns, until))
            bound, minima = self.dual(candidate)
            before, known = highest, len(np.unique(np.round(columns, 9), axis=0))
            if bound > highest:
                slopes, highest = candidate, bound
            columns = np.concatenate([columns, minima])
            if highest >= wanted or is_up(until):
                break
            fresh = len(np.unique(np.round(columns, 9), axis=0)) > known
            if not (guessed or fresh or highest > before):
                break
        return slopes

    def _next(self, columns: Floats, until: float) -> Floats:
        """The multipliers of the linear program over all points found so far."""
        from scipy.optimize import linprog

        at, values = self._curves
        terms, groups = len(at), len(self.split.groups)
        hulls = [lower_hull(at[t], values[t]) for t in range(terms)]
        vertices = sum(map(len, hulls))
        count = len(columns)
        equal = np.zeros((2 * terms + groups, vertices + groups * count))
        right = np.concatenate([np.zeros(terms), np.ones(terms + groups)])
        cost = np.zeros(equal.shape[1])
        place = 0
        for t, hull in enumerate(hulls):
            here = slice(place, place + len(hull))
            equal[t, here], equal[terms + t, here], cost[here] = at[t, hull], 1.0, values[t, hull]
            place += len(hull)
        still = columns[:1]
        base = self.sums(still)[0]
        for g, names in enumerate(self.split.groups):
            # A group's own share of the sums: the others stand still, and their share is counted once.
            moved = np.repeat(still, count, axis=0)
            chosen = [self.free.index(name) for name in names]
            moved[:, chosen] = columns[:, chosen]
            here = slice(vertices + g * count, vertices + (g + 1) * count)
            equal[:terms, here] = -(self.sums(moved) - base * (1 - 1 / groups)).T
            equal[2 * terms + g, here] = 1.0
            cost[here] = self._rest(g, columns[:, chosen])
        scale = max(float(np.max(np.abs(cost))), 1e-300)
        found = linprog(
            cost / scale, A_eq=equal, b_eq=right, bounds=(0, None), method="highs", options=for_highs(until)
        )
        if (
            found.status != 0
        ):  # no time, or a grid that misses the sums by its rounding: begin again from the best column
            return np.asarray(self.slopes_at(columns[-1:])[0])
        return np.asarray(found.eqlin.marginals[:terms]) * scale

    def _rest(self, group: int, points: Floats) -> Floats:
        alone = self.split.weighed(group, [Fraction(0)] * len(self.split.terms))
        return Landscape.of(alone, self.split.groups[group]).computed(points)[0]


def fractions(slopes: Floats) -> list[Fraction]:
    """The slopes as short rationals: what is all but 0 becomes 0."""
    return [Fraction(round(Fraction(float(m)) * SHORT), SHORT) for m in slopes]


def rounded(slopes: Floats) -> Floats:
    """Whole multiples of STEP of the largest."""
    step = float(np.max(np.abs(slopes), initial=0.0)) * STEP
    return np.round(slopes / step) * step if step > 0 else slopes


def lower_hull(x: Floats, y: Floats) -> list[int]:
    """Which points are corners of the lower convex hull, from left to right (`x` increases)."""
    hull: list[int] = []
    for i in range(len(x)):
        while len(hull) > 1:
            a, b = hull[-2:]
            if (y[b] - y[a]) * (x[i] - x[a]) < (y[i] - y[a]) * (x[b] - x[a]):
                break
            hull.pop()
        hull.append(i)
    return hull
