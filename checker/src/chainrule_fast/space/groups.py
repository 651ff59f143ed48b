"""Rows that cost something together wherever θ is: groups, whose forms are equal or opposite, and bundles, by a proof of their own.

*Groups.* With p the weight of a group's terms ``h(z)`` and q that of its terms ``h(−z)``, σ = σ(z), for the squared loss

    p σ² + q (1 − σ)² = (p + q) (σ − q/(p + q))² + pq/(p + q)  >=  pq/(p + q).

(For cross-entropy: ``min(p, q)`` times `Shape.pair`.) A row with a label strictly between 0 and 1 has both terms, and is a group by itself.

*Bundles.* Rows, whole groups of them, with a proof nested in this one that their own mean loss is at least L everywhere. So their terms
cost at least L times the rows' weight, less the rows' constants.

Hypotheses: the forms of a group are exactly equal or opposite, and no row is in two groups. A bundle consists of whole groups and of rows that are in none; there is no
penalty; its proof is about all reals and these rows alone, over weights whose columns have the rank of all columns in these rows.

On a cell a group costs its least, or what its terms are counted for if that is more, and likewise a bundle; bundles that share no row may
be added. Which bundles are taken on a cell does not matter for the truth, so it is decided by what is found to be more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule_fast.document import elements, members
from chainrule_fast.exponential import Floats
from chainrule_fast.problem import Problem
from chainrule_fast.rationals import double_enclosure, shown
from chainrule_fast.report import Refused
from chainrule_fast.space.claim import SpaceClaim, read_names
from chainrule_fast.space.rank import check_rank
from chainrule_fast.space.terms import Terms

Nested = Callable[[Problem, Any, str], SpaceClaim]
Rows = NDArray[np.intp]
MOST_BUNDLES, MOST_ROWS = 1000, 1000  # of a group: its two terms a row are added up like those of a tile


@dataclass(frozen=True)
class Group:
    """`plus` and `minus` are p and q, z being the form of the first row; `least` is what its terms cost at least, in the sum over the rows."""

    rows: tuple[int, ...]
    plus: Fraction
    minus: Fraction
    least: Fraction


@dataclass(frozen=True)
class Bundle:
    """`least` is what the terms of these rows cost at least, in the sum over the rows; their infimum is at most `most`, and `attained` or not (None: not known). `names` are the weights of its own problem."""

    rows: tuple[int, ...]
    least: Fraction
    most: Fraction = Fraction(0)
    names: tuple[str, ...] = ()
    attained: bool | None = None


@dataclass(frozen=True)
class Flat:
    """Terms side by side, unit by unit: `starts` are where units begin, `least` ``(U,)`` what each costs at least, rounded down."""

    numbers: Rows
    starts: Rows
    least: Floats


class Together:
    """The groups and bundles of a proof, as numbers of terms: for the arrays of `Terms`, and for `Sharp.exact`."""

    def __init__(self, terms: Terms, groups: Sequence[Group], bundles: Sequence[Bundle] = ()) -> None:
        self.terms, self.groups, self.bundles = terms, tuple(groups), tuple(bundles)

    @cached_property
    def of_row(self) -> Mapping[int, int]:
        """The number of the group that a row is in."""
        return {row: i for i, group in enumerate(self.groups) for row in group.rows}

    def units(self, bundle: Bundle) -> list[tuple[tuple[int, ...], Fraction]]:
        """The groups of a bundle, and its rows that are in none, each with its least cost."""
        inside = dict.fromkeys(self.of_row[row] for row in bundle.rows if row in self.of_row)
        alone = [((row,), Fraction(0)) for row in bundle.rows if row not in self.of_row]
        return [(self.groups[i].rows, self.groups[i].least) for i in inside] + alone

    @cached_property
    def flat(self) -> Flat:
        return self._flat([(group.rows, group.least) for group in self.groups])

    @cached_property
    def flat_bundles(self) -> list[tuple[Flat, float, Rows]]:
        """For each bundle its units, its least cost, and its rows as numbers among those that are in bundles."""
        known: dict[int, int] = {}
        for bundle in self.bundles:
            for row in bundle.rows:
                known.setdefault(row, len(known))
        return [
            (
                self._flat(self.units(bundle)),
                double_enclosure(bundle.least)[0],
                np.array([known[row] for row in bundle.rows], dtype=np.intp),
            )
            for bundle in self.bundles
        ]

    def _flat(self, units: Sequence[tuple[tuple[int, ...], Fraction]]) -> Flat:
        numbers: list[int] = []
        starts = []
        for rows, _ in units:
            starts.append(len(numbers))
            numbers += [x for row in rows for x, _ in self.terms.numbers(row)]
        least = np.array([double_enclosure(least)[0] for _, least in units])
        return Flat(np.array(numbers, dtype=np.intp), np.array(starts, dtype=np.intp), least)

    def exact_numbers(self, rows: Sequence[int]) -> list[int]:
        """The terms of rows in the order of `Sharp.exact`."""
        return [x for row in rows for _, x in self.terms.numbers(row)]


def read_row(value: Any, terms: Terms, place: str) -> int:
    """The row with this number in the document."""
    numbers = terms.problem.numbers
    row = value if type(value) is int and 0 <= value < terms.rows and numbers is None else None
    if numbers is not None and type(value) is int:
        row = numbers.get(value)
    if row is None:
        raise Refused(f"found {shown(value)}; needed the number of a row, counted from 0, of a weight above 0", place)
    return row


def read_groups(value: Any, terms: Terms) -> list[Group]:
    """The groups of a proof; Refused unless they are disjoint, and their forms exactly equal or opposite.

    Rows with a label between 0 and 1 that are in none become groups of one row.
    """
    groups, used = [], set[int]()
    for i, entry in enumerate(elements(value, "proof.groups", "groups of rows", 0, terms.rows)):
        place = f"proof.groups[{i}]"
        rows = []
        for j, number in enumerate(elements(entry, place, "rows", 1, MOST_ROWS)):
            row = read_row(number, terms, f"{place}[{j}]")
            if row in used:
                raise Refused(
                    f"row {row} stands in two groups, or twice in this one; needed disjoint groups", f"{place}[{j}]"
                )
            used.add(row)
            rows.append(row)
        groups.append(_group(terms, rows, place))
    lower, upper = terms.problem.lower[-1], terms.problem.upper[-1]
    between = np.flatnonzero((upper > 0) & (lower < 1)).tolist()
    return groups + [_group(terms, [row], "") for row in between if row not in used]


def _group(terms: Terms, rows: Sequence[int], place: str) -> Group:
    first = form(terms, rows[0])
    plus, minus = Fraction(0), Fraction(0)
    for row in rows:
        here = form(terms, row)
        if here != first and any(x != -y for x, y in zip(here, first, strict=True)):
            raise Refused(f"the forms of the rows {rows[0]} and {row} are neither equal nor opposite", place)
        mass, label = terms.problem.mass(row), terms.problem.label(row)
        up, down = mass * (1 - label), mass * label
        plus, minus = (plus + up, minus + down) if here == first else (plus + down, minus + up)
    least = plus * minus / (plus + minus) if terms.shape.squared else terms.shape.pair * min(plus, minus)
    return Group(tuple(rows), plus, minus, least)


def form(terms: Terms, row: int) -> tuple[Fraction, ...]:
    """``(A, B)`` of a row: ``z = A·θ + B``, whatever its label."""
    return (*terms.slopes(row), terms.problem.offset(row))


def read_bundles(value: Any, terms: Terms, groups: Sequence[Group], nested: Nested) -> list[Bundle]:
    """The bundles of a proof; Refused unless each is made of whole groups and the proof nested in it is accepted."""
    bundles = []
    for i, entry in enumerate(elements(value, "proof.bundles", "bundles", 0, MOST_BUNDLES)):
        place = f"proof.bundles[{i}]"
        if terms.problem.penalty:
            raise Refused("there is a penalty, which the rows of a bundle would count again; needed none", place)
        found = members(entry, place, ("rows", "weights", "certificate"))
        listed = elements(found["rows"], f"{place}.rows", "rows", 1, terms.rows)
        rows = [read_row(number, terms, f"{place}.rows[{j}]") for j, number in enumerate(listed)]
        if len(set(rows)) != len(rows):
            raise Refused("a row stands twice", f"{place}.rows")
        inside = set(rows)
        for group in groups:
            common = inside.intersection(group.rows)
            if common and len(common) < len(group.rows):
                raise Refused(f"it holds row {min(common)}, but not all of that row's group", f"{place}.rows")
        names = read_names(found["weights"], f"{place}.weights", terms.names, every=False)
        check_rank(terms, rows, names, f"{place}.weights")
        inner = nested(terms.problem.part(rows, names), found["certificate"], f"{place}.certificate")
        inner.all_reals(f"{place}.certificate")
        mass = sum((terms.problem.mass(row) for row in rows), Fraction(0))
        constant = sum((terms.constant(row) for row in rows), Fraction(0))
        least, most = (mass * Fraction(end) - constant for end in (inner.value.lower, inner.value.upper))
        bundles.append(Bundle(tuple(rows), least, most, names, inner.attained))
    return bundles
