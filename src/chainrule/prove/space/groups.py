"""Rows that cost something together wherever θ is: groups of equal or opposite forms, and bundles with a bound of their own.

*Groups.* The same point with both labels, or a label strictly between 0 and 1: with p the weight of the terms ``h(z)`` and q that of
the terms ``h(−z)``, ``p σ² + q (1 − σ)² >= pq/(p + q)``, which is the least, at ``σ(z) = q/(p + q)``.

*Bundles.* Rows through which one hyperplane runs, points on a line for instance. Directions near it tell nothing about their signs, so
what they cost together everywhere is found from the smaller problem of these rows alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from chainrule.problem.data import Floats
from chainrule.prove.neuron.directions import Vector
from chainrule.prove.neuron.ridge import Ridge

MOST_ROWS = 1000  # of a group, which the checker adds up like a tile


@dataclass(frozen=True)
class Group:
    """Exactly equal or opposite forms. `slopes` and `offset` are those of z, the form of the first row with its label left aside."""

    rows: tuple[int, ...]
    terms: tuple[int, ...]
    slopes: Vector
    offset: Fraction
    plus: Fraction
    minus: Fraction

    @property
    def least(self) -> Fraction:
        return self.plus * self.minus / (self.plus + self.minus)

    @property
    def place(self) -> float:
        """The z at which the group costs least."""
        return math.log(float(self.minus) / float(self.plus))


@dataclass(frozen=True)
class Bundle:
    """`least` is what the terms of these rows cost together at least, divided by the number of all rows; `proof` says why.

    `part` is the problem of these rows alone, over as many of the columns, `kept`, as their rank, and `place` where it is lowest, if that is anywhere; `attained` says whether it is (None: not known). Its infimum lies in
    `value`; times `mass`, the weight of the rows in the whole sum, that is what the terms cost with `constant` added. `spanning` are independent slopes that span those of the rows.
    """

    rows: tuple[int, ...]
    least: float
    proof: dict[str, Any] = field(repr=False)
    part: Ridge = field(repr=False)
    kept: tuple[int, ...]
    place: Floats | None
    attained: bool | None
    value: tuple[Fraction, Fraction]
    mass: Fraction
    constant: Fraction
    spanning: tuple[Vector, ...]

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        """The infimum of the terms' sum lies between these."""
        low, high = (self.mass * end - self.constant for end in self.value)
        return low, high


@dataclass(frozen=True)
class Level:
    """Outside ``[lower, upper]`` ``(r,)`` a bundle's terms cost more than its infimum by at least `more`, in the sum over the rows."""

    lower: Floats
    upper: Floats
    more: float
    proof: dict[str, Any] = field(repr=False)

    def furthest(self, slopes: list[Fraction]) -> Fraction:
        """The largest value of ``slopes·φ`` in the box."""
        ends = zip(slopes, self.lower.tolist(), self.upper.tolist(), strict=True)
        return sum((max(s * Fraction(low), s * Fraction(high)) for s, low, high in ends), Fraction(0))


@dataclass(frozen=True)
class Flat:
    """Terms side by side, unit by unit, each with its least cost ``(U,)`` over the number of rows."""

    terms: np.ndarray
    starts: np.ndarray
    least: Floats


@dataclass(frozen=True)
class Together:
    """All groups whose least cost is not 0, and bundles made of whole groups."""

    ridge: Ridge
    groups: tuple[Group, ...]
    bundles: tuple[Bundle, ...] = ()

    @cached_property
    def flat(self) -> Flat:
        return _flat([(group.terms, float(group.least) / self.ridge.rows) for group in self.groups])

    @cached_property
    def of_term(self) -> np.ndarray:
        """The number of each term's group ``(m,)``, or −1."""
        found = np.full(len(self.ridge.a), -1)
        for i, group in enumerate(self.groups):
            found[list(group.terms)] = i
        return found

    @cached_property
    def places(self) -> tuple[Floats, Floats, Floats]:
        """Slopes ``(G, k)`` and offset ``(G,)`` of each group's z, and the z at which it costs least, computed."""
        slopes = np.array([[float(x) for x in group.slopes] for group in self.groups])
        offset = np.array([float(group.offset) for group in self.groups])
        place = np.array([group.place for group in self.groups])
        return slopes.reshape(len(self.groups), self.ridge.a.shape[1]), offset, place

    @cached_property
    def flat_bundles(self) -> list[tuple[Flat, float, np.ndarray]]:
        """For each bundle its units, its least cost and its terms."""
        found = []
        for bundle in self.bundles:
            terms = np.flatnonzero(np.isin(self.ridge.row, bundle.rows))
            numbers = self.of_term[terms]
            units = [
                (self.groups[i].terms, float(self.groups[i].least) / self.ridge.rows)
                for i in np.unique(numbers[numbers >= 0])
            ]
            units += [((int(term),), 0.0) for term in terms[numbers < 0]]
            found.append((_flat(units), bundle.least, terms))
        return found

    def to_json(self) -> dict[str, Any]:
        """The optional keys of a proof."""
        # A row whose label lies between is a group by itself without being listed.
        listed = [list(group.rows) for group in self.groups if len(group.rows) > 1]
        bundles = [{"rows": list(bundle.rows), **bundle.proof} for bundle in self.bundles]
        return {**({"groups": listed} if listed else {}), **({"bundles": bundles} if bundles else {})}


def _flat(units: Sequence[tuple[Sequence[int], float]]) -> Flat:
    sizes = [len(terms) for terms, _ in units]
    starts = np.cumsum([0, *sizes[:-1]]).astype(int)
    least = np.array([least for _, least in units]) * (1 - 2.0**-50)
    return Flat(np.array([term for terms, _ in units for term in terms], dtype=int), starts, least)


def find_groups(ridge: Ridge) -> tuple[Group, ...]:
    """The groups whose rows do not all agree, with exact forms; none for a convex loss, which has other methods."""
    if ridge.profile.convex:
        return ()
    form = np.column_stack([ridge.a, ridge.b])
    # Equal forms have equal keys, opposite ones opposite keys: each key is the same sum, in the same order.
    key = np.zeros(len(form))
    factors: Floats = np.random.default_rng(0).normal(size=(form.shape[1],))
    for j in range(form.shape[1]):
        key += form[:, j] * factors[j]
    order = np.argsort(np.abs(key), kind="stable")
    size = np.abs(key)[order]
    ends = np.flatnonzero(np.diff(size, append=np.inf))
    groups: list[Group] = []
    begin = 0
    for end in ends.tolist():
        if end > begin:
            groups += _exact_groups(ridge, order[begin : end + 1], form)
        begin = end + 1
    return tuple(sorted(groups, key=lambda group: group.rows))


def _exact_groups(ridge: Ridge, terms: np.ndarray, form: Floats) -> list[Group]:
    """Of terms with one key: those whose exact forms are those of the first, or opposite to them."""
    first = form[terms[0]]
    same = np.all(form[terms] == first, axis=1)
    opposite = np.all(form[terms] == -first, axis=1)
    if not (same.any() and opposite.any()):
        return []
    rows = np.unique(ridge.row[terms[same | opposite]])
    exact = {int(row): _plain(ridge, int(row)) for row in rows}
    leader = exact[int(rows[0])]
    against = tuple(-x for x in leader[0]), -leader[1]
    kept = [row for row, found in exact.items() if found in (leader, against)]
    groups = []
    for i in range(0, len(kept), MOST_ROWS):
        part = kept[i : i + MOST_ROWS]
        plus = minus = Fraction(0)
        for row in part:
            mass, label = ridge.case_weight(row), ridge.problem.data.label[row]
            up, down = mass * (1 - label), mass * label
            plus, minus = (plus + up, minus + down) if exact[row] == exact[part[0]] else (plus + down, minus + up)
        if plus and minus:
            mine = np.flatnonzero(np.isin(ridge.row, part))
            groups.append(Group(tuple(part), tuple(int(t) for t in mine), *exact[part[0]], plus, minus))
    return groups


def _plain(ridge: Ridge, row: int) -> tuple[Vector, Fraction]:
    """The exact slopes and offset of a row's ``z``, whatever its label."""
    term = ridge.exact_terms(row)[0]
    if ridge.problem.data.label[row] == 1:
        return tuple(-x for x in term.slopes), -term.offset
    return term.slopes, term.offset
