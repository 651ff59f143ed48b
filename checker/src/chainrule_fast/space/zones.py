"""Zones: boxes that hold exactly one stationary point, in a small box `at`, and of what kind it is.

Let W be the zone's box with half-widths d, Y its preconditioner and ``E = I − Y∇²f``, enclosed entry by entry on W.

- *At most one.* Where ``Σ_c |E_rc| d_c < d_r`` for every row, every matrix Y H with the entries of H from the enclosure is nonsingular:
  its distance from I in the norm ``max_r |x_r|/d_r`` is below 1. Two stationary points p ≠ q of W would make the mean H̄ of
  the Hessian between them, whose entries are enclosed too, satisfy ``H̄(p − q) = 0``.
- *At least one.* With m the middle of X = `at` ⊂ W and ρ its half-widths: if ``|Y∇f(m)|_r + Σ_c |E_rc| ρ_c <= ρ_r``, E enclosed on X, then
  ``θ − Y∇f(θ)`` maps X into itself and has a fixed point there (L. Brouwer); Y is nonsingular, so ∇f is 0 at it. (R. Krawczyk, Computing 4, 1969.)
- *Kind.* With Q any matrix and ``G = QᵀHQ`` strictly diagonally dominant, H the Hessian on X: G is nonsingular and so is Q, and H has as many
  positive eigenvalues as G (J. Sylvester) and as G's diagonal (S. Gershgorin: shrinking the rest to 0 never makes it singular).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule_fast.document import elements, members, word
from chainrule_fast.engine import Range
from chainrule_fast.exponential import Floats
from chainrule_fast.rationals import End, double, double_enclosure, near, plus, scaled
from chainrule_fast.report import Refused
from chainrule_fast.space.claim import Box, read_box, read_numbers
from chainrule_fast.space.products import dot, over, size

MOST = 10_000
KINDS = ("minimum", "maximum", "saddle")
Matrix = list[list[Range]]


@dataclass(frozen=True)
class Zone:
    box: Box
    preconditioner: tuple[tuple[Fraction, ...], ...]
    at: Box
    kind: str


def read_zones(value: Any, k: int, place: str) -> list[Zone]:
    """The zones of a proof; Refused where one is not well formed, or its point's box does not lie in it."""
    zones = []
    for i, entry in enumerate(elements(value, place, "zones", 0, MOST)):
        where = f"{place}[{i}]"
        found = members(entry, where, ("box", "preconditioner", "at", "kind"))
        box, at = read_box(found["box"], f"{where}.box", k), read_box(found["at"], f"{where}.at", k)
        rows = elements(found["preconditioner"], f"{where}.preconditioner", "one row a weight", k, k)
        matrix = tuple(read_numbers(row, f"{where}.preconditioner[{r}]", k) for r, row in enumerate(rows))
        for name, ends in (("box", box), ("at", at)):
            if not all(low < high for low, high in ends):
                raise Refused("needed a lower end below the upper end for each weight", f"{where}.{name}")
        if not all(low <= a and b <= high for (low, high), (a, b) in zip(box, at, strict=True)):
            raise Refused("the point's box does not lie in the zone's box", f"{where}.at")
        zones.append(Zone(box, matrix, at, word(found["kind"], f"{where}.kind", KINDS)))
    return zones


class Judge:
    """Checks zones: `bounds` in doubles first (`Combined`, or `Bulk` for an expression), then `engines` in Arb from fast to precise
    (`Directed`, or `SharpExpression`). `used` is the most precise that was needed."""

    def __init__(self, bounds: Any, engines: Sequence[Any]) -> None:
        self.bounds, self.engines = bounds, engines
        self.used = bounds_name = "double intervals"
        self._level = {bounds_name: -1, **{sharp.name: i for i, sharp in enumerate(engines)}}

    def check(self, zone: Zone, place: str) -> None:
        """Refused unless exactly one stationary point lies in the zone, and in its `at`, and is of its kind."""
        self._alone(zone, place)
        self._exists(zone, place)
        self._kind(zone, place)

    def value(self, at: Box, claimed: Range, place: str) -> None:
        """Refused unless the loss on the box `at` lies in the claimed interval."""
        found = Range(0, 0)
        for sharp in self.engines:
            found = sharp.natural([low for low, _ in at], [high for _, high in at])
            if found.within(claimed):
                return self._note(sharp.name)
        raise Refused(f"the loss there lies in {found}; needed an interval that holds this", place)

    def _alone(self, zone: Zone, place: str) -> None:
        reach = [(high - low) / 2 for low, high in zone.box]
        worst: End = Fraction(0)
        for name, error in self._errors(zone, zone.box):
            worst = max(scaled(over(row, reach), 1 / reach[r]) for r, row in enumerate(error))
            if worst < 1:
                return self._note(name)
        raise Refused(
            f"the Hessian is not shown to be nonsingular on all of the zone: a row of I − Y∇²f reaches {near(worst, 5)} "
            "of the box's half-width; needed less than 1, a smaller box",
            f"{place}.box",
        )

    def _exists(self, zone: Zone, place: str) -> None:
        reach = [(high - low) / 2 for low, high in zone.at]
        middle = [(low + high) / 2 for low, high in zone.at]
        share: list[End] = []
        for _, error in self._errors(zone, zone.at):
            share = [over(row, reach) for row in error]
            if all(x < r / 4 for x, r in zip(share, reach, strict=True)):
                break  # sharper is of no use: what matters is the step
        most: End = Fraction(0)
        for sharp in self.engines:
            gradient = sharp.gradient(middle)
            step = [size(dot(row, gradient)) for row in zone.preconditioner]
            most = max(scaled(plus(s, x, 1), 1 / r) for s, x, r in zip(step, share, reach, strict=True))
            if most <= 1:
                return self._note(sharp.name)
        raise Refused(
            f"a Newton step from the middle of this box leads up to {near(most, 5)} times its half-width away; needed at most 1, "
            "so that a stationary point surely lies in it",
            f"{place}.at",
        )

    def _kind(self, zone: Zone, place: str) -> None:
        unit = tuple(tuple(Fraction(int(i == j)) for j in range(len(zone.at))) for i in range(len(zone.at)))
        for name, hessian in self._bends(unit, zone.at):
            signs = inertia(hessian)
            if signs is None:
                continue
            kind = "minimum" if min(signs) > 0 else "maximum" if max(signs) < 0 else "saddle"
            if kind != zone.kind:
                raise Refused(f"found {zone.kind}; the Hessian there is that of a {kind}", f"{place}.kind")
            return self._note(name)
        raise Refused(
            f"the signs of the Hessian's eigenvalues are not certain; needed those of a {zone.kind}", f"{place}.kind"
        )

    def _errors(self, zone: Zone, box: Box) -> Any:
        """``I − Y∇²f`` on a box, by one arithmetic after the other."""
        for name, bends in self._bends(zone.preconditioner, box):
            yield (
                name,
                [
                    [Range(-x.upper, -x.lower).plus(Range(*[Fraction(r == c)] * 2)) for c, x in enumerate(row)]
                    for r, row in enumerate(bends)
                ],
            )

    def _bends(self, rows: Sequence[Sequence[Fraction]], box: Box) -> Any:
        """The matrix with these rows times the Hessian on a box, by one arithmetic after the other."""
        lower = [double_enclosure(low)[0] for low, _ in box]
        upper = [double_enclosure(high)[1] for _, high in box]
        # A double's own row is what is multiplied with: entries are read as the nearest doubles, and rounded to themselves.
        if all(Fraction(float(x)) == x for row in rows for x in row):
            y = np.array([[float(x) for x in row] for row in rows])
            low, high = self.bounds.bend(np.tile(lower, (len(y), 1)), np.tile(upper, (len(y), 1)), y)
            if np.isfinite(low).all() and np.isfinite(high).all():
                yield "double intervals", _matrix(low, high, self.bounds.divisor)
        for sharp in self.engines:
            yield sharp.name, [sharp.bend(row, [a for a, _ in box], [b for _, b in box]) for row in rows]

    def _note(self, name: str) -> None:
        if self._level[name] > self._level[self.used]:
            self.used = name


def _matrix(low: Floats, high: Floats, total: Fraction) -> Matrix:
    return [
        [Range(Fraction(float(a)) / total, Fraction(float(b)) / total) for a, b in zip(lows, highs, strict=True)]
        for lows, highs in zip(low, high, strict=True)
    ]


def inertia(matrix: Matrix) -> list[int] | None:
    """The signs of the eigenvalues of every symmetric matrix with these entries; None where that is not certain."""
    every = range(len(matrix))
    if not all(x.is_bounded for row in matrix for x in row):
        return None
    middles = [[(Fraction(x.lower) + Fraction(x.upper)) / 2 for x in row] for row in matrix]
    largest = max(abs(x) for row in middles for x in row) or Fraction(1)  # doubles hold what is left
    middle = np.array([[double(x / largest) for x in row] for row in middles])
    vectors = [[Fraction(float(x)) for x in row] for row in np.linalg.eigh((middle + middle.T) / 2)[1]]
    half = [[dot([vectors[i][c] for i in every], [row[j] for row in matrix]) for j in every] for c in every]
    turned = [[dot([vectors[j][d] for j in every], half[c]) for d in every] for c in every]
    signs = []
    for i in every:
        rest = sum((size(turned[i][j]) for j in every if j != i), Fraction(0))
        if turned[i][i].lower > rest:
            signs.append(1)
        elif turned[i][i].upper < -rest:
            signs.append(-1)
        else:
            return None
    return signs
