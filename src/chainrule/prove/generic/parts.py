"""A lower bound of a formula over a whole box from searches of a few variables each.

Let ``f = Σ_t H_t(U_t) + Σ r`` be split into groups of variables (`split`). A line below each H and the least value of what belongs
to each group give

    H_t(u) >= a_t + m_t u  on the range of U_t,    G_g(θ_g) = Σ m_t c_tp p + Σ r >= b_g  on the box
    f >= Σ_t a_t + Σ_g b_g

whatever the slopes m_t are (`slopes` chooses them). Every a_t is a search of one variable, every b_g one of the group's: for two
hidden units with nine weights two of four and one of one. Groups that are alike, as the units of one layer are, are searched once:
so their permutations are divided out. The bound is f's minimum itself where one choice of slopes suits all groups at once; the
gap that is left otherwise is Lagrange's duality gap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from chainrule.expression.tree import Add, Expression, Multiply, Number, Symbol
from chainrule.problem.data import Floats
from chainrule.prove.boxes.search import Search
from chainrule.prove.boxes.state import Limits, Searched
from chainrule.prove.clock import share
from chainrule.prove.generic.ground import FormulaGround
from chainrule.prove.generic.landscape import Landscape
from chainrule.prove.generic.slopes import Tangents, fractions
from chainrule.prove.generic.split import INNER, Split, Term, alike

SHARE = 1 / 4  # of the wanted gap, for all searches together
MOST_TERMS = 64  # rows are written out one by one: with more of them a search of boxes does better
LARGEST_GROUP = 6  # a group of more variables is as hard as what it came from
MOST_BOXES = 100_000  # in one search
SHORT = Fraction(1, 2**60)  # least values are multiples of this: short numbers
LESS = Fraction(1, 5 * 10**11)  # what another arithmetic may find a bound lower by
Key = tuple[Expression, bytes]


@dataclass(frozen=True)
class Least:
    """A rigorous lower bound `least` of an expression over a box, and the search that found it."""

    least: Fraction
    searched: Searched


@dataclass(frozen=True)
class Parts:
    """``f >= bound`` on the box `core` ``(2, k)``: the line of each term (slope, range of its sum, number of its bound), the number of each
    group's bound, and the `bounds` by these numbers."""

    core: Floats
    split: Split
    lines: tuple[tuple[Fraction, tuple[Fraction, Fraction], int], ...]
    groups: tuple[int, ...]
    bounds: tuple[Least, ...]

    @cached_property
    def bound(self) -> Fraction:
        """``Σ a_t + Σ b_g``."""
        numbers = [number for *_, number in self.lines] + list(self.groups)
        return sum((self.bounds[number].least for number in numbers), start=Fraction(0))

    @property
    def boxes(self) -> int:
        return sum(least.searched.boxes for least in self.bounds)


@dataclass(frozen=True)
class Parted:
    """The best point of f and its enclosed value, and the bound by parts below it."""

    best: Floats
    value: tuple[float, float]
    parts: Parts


def bound_by_parts(
    split: Split,
    landscape: Landscape,
    core: Floats,
    points: Floats,
    limits: Limits,
    progress: Callable[[str, float], None] | None = None,
) -> Parted | None:
    """The bound of f over the box `core`; None where a group is too large, there are too many terms, or a sum is not bounded.

    Enclosed. `points` ``(S, k)`` are good points of f, best first; `limits` has f's wanted gap, and the time for all searches together.
    """
    if max(map(len, split.groups)) > LARGEST_GROUP or len(split.terms) > MOST_TERMS:
        return None
    ranges = [range_of(term, landscape.free, core) for term in split.terms]
    if any(found is None for found in ranges):
        return None
    ends = np.array([[float(end) for end in found] for found in ranges if found is not None])
    value = FormulaGround(landscape).value(points[0])
    tangents = Tangents(split, landscape.free, core[0], core[1], ends)
    slopes = fractions(tangents.best(points, value[1] - limits.gap / 2, share(limits.until, 1 / 3)))
    gap = limits.gap * SHARE / (len(split.terms) + len(split.groups))
    try:
        parts = with_slopes(split, landscape.free, core, ends, slopes, gap, limits.until, progress)
    except _Unbounded:
        return None
    return Parted(points[0], value, parts)


def with_slopes(
    split: Split,
    free: tuple[str, ...],
    core: Floats,
    ranges: Floats,
    slopes: Sequence[Fraction],
    gap: float,
    until: float = np.inf,
    progress: Callable[[str, float], None] | None = None,
) -> Parts:
    """The bound for given slopes, whatever they are; `ranges` ``(T, 2)`` hold the sums on the box."""
    found = _Searches(gap, until, progress)
    lines = []
    for term, slope, (low, high) in zip(split.terms, slopes, ranges, strict=True):
        expression = Add((term.outer, Multiply((Number(-slope), Symbol(INNER)))))
        number = found.least(expression, (INNER,), np.array([[low], [high]]), 1)
        lines.append((slope, (Fraction(float(low)), Fraction(float(high))), number))
    groups = []
    for g, names in enumerate(split.groups):
        columns = [free.index(name) for name in names]
        groups.append(found.least(split.weighed(g, slopes), names, core[:, columns], len(split.terms)))
    return Parts(core, split, tuple(lines), tuple(groups), tuple(found.bounds))


def range_of(term: Term, free: tuple[str, ...], core: Floats) -> tuple[Fraction, Fraction] | None:
    """What holds the sum of a term on the box, a little widened to short numbers; None where it is not bounded."""
    value = Landscape.of(term.inner, free).enclose(core[:1], core[1:], 0).value
    low, high = float(value.lower[0]), float(value.upper[0])
    if not (np.isfinite(low) and np.isfinite(high)):
        return None
    unit = Fraction(2) ** (int(np.frexp(max(abs(low), abs(high), 2.0**-20))[1]) - 20)
    return (Fraction(low) // unit - 1) * unit, (Fraction(high) // unit + 2) * unit


class _Unbounded(Exception):
    """A part is not known to be bounded from below, or no time was left to see it."""


class _Searches:
    """Least values, each expression searched once over equal boxes, whatever its variables are called."""

    def __init__(self, gap: float, until: float, progress: Callable[[str, float], None] | None) -> None:
        self.gap, self.until, self.progress = gap, until, progress
        self.bounds: list[Least] = []
        self._known: dict[Key, int] = {}

    def least(self, expression: Expression, names: tuple[str, ...], core: Floats, rows: int) -> int:
        """The number of the bound of `expression` over the box `core` ``(2, k)``."""
        key = alike(expression, names), core.tobytes()
        if key not in self._known:
            self._known[key] = len(self.bounds)
            self.bounds.append(self._search(Landscape.of(expression, names), core, rows))
        return self._known[key]

    def _search(self, landscape: Landscape, core: Floats, rows: int) -> Least:
        ground = FormulaGround(Landscape(landscape.free, landscape.formula, rows))
        search = Search(
            ground, core[0], core[1], Limits(self.gap, MOST_BOXES, until=self.until), progress=self.progress
        )
        searched = search.result(search.run())
        if searched.stop == "interrupted":
            raise KeyboardInterrupt
        if not np.isfinite(searched.value[0]):
            raise _Unbounded
        low = Fraction(float(searched.value[0]))
        return Least((low - LESS - abs(low) / 2**44) // SHORT * SHORT, searched)
