"""Terms in groups: a bound of the loss from every group and a slack, for so many rows that each box cannot ask all of them.

The proof names cells, and says nothing else of groups. Let ``ã = (a, b)``, ``θ̃ = (θ, 1)``, ``z = ã·θ̃``. Part the terms in any way, choose for each
group g *any* point c_g and any weight ``0 <= V_g <= W_g = Σ ω``, and let ``e = ã − c_g``, ``d = e·θ̃``, ``z̄ = c_g·θ̃``. By Taylor
``h(z) >= h(z̄) + h'(z̄) d − (M/2) d²`` with ``M = max(0, −min h'')``, so, because h >= 0,

    f(θ) >= (Σ_g V_g h(z̄_g) + constants)/Ω + penalty − (M/2) θ̃ᵀSθ̃ − max h' · D·|θ̃|,
    S = (1/Ω) Σ ω e eᵀ,   D_j = (1/Ω) Σ_g |Σ ω e_j|    (0 where c_g is the exact mean).

For the slope, ``Σ ω a_j h'(z) = Σ_g c_gj Σ ω (h'(z̄) + h''(z̄) d + h'''(ξ) d²/2) + Σ_g Σ ω e_j (h'(z̄) + h''(ξ) d)``, so ``∂f/∂θ_j`` is within

    (max|h'''|/2) θ̃ᵀT_jθ̃ + max|h''| (√(S_jj θ̃ᵀSθ̃) + X_j D·|θ̃|) + max h' (D_j + X_j max(W − V)/W),   T_j = (1/Ω) Σ ω |c_gj| e eᵀ,

of that of the sum over groups; ``X_j = max |c_gj|``, and the root is Cauchy's inequality. Signs of θ̃ are given up: |θ̃ᵀSθ̃| <= |θ̃|ᵀ|S||θ̃|.

Rounding, ``u = 2^−53``. S, T and D are measured, so it does not matter how c_g came about. A slope errs by 3u of itself, b by `margin`, and subtracting c_g by u:
e errs by ``η = 8u max|ã| + margin``, in each of k + 1 coordinates. A sum of m products of three or four numbers errs by ``(m + 16) u`` of the sum of sizes
in any order, and ``Σ ω = Ω``; so with ``R = max |e|``, as computed, S errs by at most ``η Rᵀ + R ηᵀ + η ηᵀ + (m + 16) u R Rᵀ``, T_j by X_j times that,
D by ``η + (m + 16) u R``. V is the rounded sum of ω less ``2(m + 16) u`` of it.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule_fast.document import elements
from chainrule_fast.exponential import Floats, U
from chainrule_fast.loss import Shape
from chainrule_fast.rationals import double_enclosure, exact
from chainrule_fast.report import Refused
from chainrule_fast.space.bounds import Bounds, Numbers
from chainrule_fast.space.terms import Terms

MOST = 32  # grids
MOST_CELLS = 2.0**62
ABOVE = 1 + 1e-6
"""More than some hundred roundings of numbers that are not negative."""


class Grouped(Terms):
    """The sum over groups as terms: `a`, `b` and `weight` are exactly c_g and V_g, so `margin` is 0."""

    def __init__(self, terms: Terms, group: Numbers, count: int) -> None:
        self.problem, self.names, self.columns, self.centre = terms.problem, terms.names, terms.columns, terms.centre
        self.constants, total, share = terms.constants, float(terms.total), (terms.size + 16) * U
        rows = np.concatenate([terms.a, terms.b[None]])
        mass = np.bincount(group, terms.weight, count)
        middle = np.asarray(np.stack([np.bincount(group, terms.weight * x, count) / mass for x in rows]))
        rest = rows - middle[:, group]
        self.row = np.arange(count)
        self.a, self.b, self.margin = middle[:-1], middle[-1], np.zeros(count)
        self.weight = np.asarray(mass * (1 - 2 * share))
        self.largest = np.max(np.abs(rows), axis=1)
        off = 8 * U * self.largest
        off[-1] += np.max(terms.margin)
        reach = np.max(np.abs(rest), axis=1)
        error = np.outer(off, reach) + np.outer(reach, off) + np.outer(off, off) + share * np.outer(reach, reach)
        heavy = rest * terms.weight
        self.spread = (np.abs(heavy @ rest.T) / total + error) * ABOVE
        self.tilted = np.array(
            [
                (np.abs((heavy * np.abs(c[group])) @ rest.T) / total + x * error) * ABOVE
                for c, x in zip(self.a, self.largest, strict=False)
            ]
        )
        drift = np.array([np.abs(np.bincount(group, x, count)).sum() for x in heavy])
        self.drift = (drift / total + off + share * reach) * ABOVE
        self.lost = 8 * share


class GroupBounds(Bounds):
    """What `Bounds` gives for all rows, less the slack of the groups: bounds of the loss itself."""

    terms: Grouped

    def __init__(self, terms: Grouped) -> None:
        super().__init__(terms)
        self.dip, self.bend, self.jerk, self.steepest = facts(terms.shape)

    def natural(self, lower: Floats, upper: Floats) -> Floats:
        return super().natural(lower, upper) - self._slack(lower, upper)

    def plane(self, lower: Floats, upper: Floats, points: Floats) -> tuple[Floats, Floats]:
        bound, corner = super().plane(lower, upper, points)
        return bound - self._slack(lower, upper), corner

    def slope(self, lower: Floats, upper: Floats, side: np.ndarray, sign: Floats) -> Floats:
        terms, theta = self.terms, _magnitudes(lower, upper)
        square, drift = _form(theta, terms.spread), theta @ terms.drift
        tilt = self.jerk / 2 * np.einsum("bi,bij,bj->b", theta, terms.tilted[side], theta)
        tilt += self.bend * (np.sqrt(np.diag(terms.spread)[side] * square) + terms.largest[side] * drift)
        tilt += self.steepest * (terms.drift[side] + terms.largest[side] * terms.lost)
        return np.asarray(super().slope(lower, upper, side, sign) - tilt * (self.total * ABOVE))

    def _slack(self, lower: Floats, upper: Floats) -> Floats:
        theta = _magnitudes(lower, upper)
        slack = self.dip / 2 * _form(theta, self.terms.spread) + self.steepest * (theta @ self.terms.drift)
        return np.asarray(slack * ABOVE)


def facts(shape: Shape) -> tuple[float, float, float, float]:
    """Above ``max(0, −h'')``, ``|h''|``, ``|h'''|`` and h'."""
    turns = shape.curves[2].turns
    dip, bend = max([Fraction(0), *(-t.lower for t in turns)]), max(max(-t.lower, t.upper) for t in turns)
    return (
        double_enclosure(dip)[1],
        double_enclosure(bend)[1],
        double_enclosure(shape.jerk)[1],
        double_enclosure(shape.steepest)[1],
    )


def _magnitudes(lower: Floats, upper: Floats) -> Floats:
    """Above ``|θ̃|`` on each box: ``(B, k + 1)``."""
    return np.asarray(np.column_stack([np.maximum(np.abs(lower), np.abs(upper)), np.ones(len(lower))]))


def _form(theta: Floats, matrix: Floats) -> Floats:
    return np.asarray(((theta @ matrix) * theta).sum(axis=1))


def read_cells(value: Any, k: int) -> list[Floats]:
    """Grids: each the widths of its cells along the k free weights and the offset."""
    found = []
    for i, entry in enumerate(elements(value, "proof.cells", "grids", 0, MOST)):
        place = f"proof.cells[{i}]"
        widths = [exact(x, f"{place}[{j}]") for j, x in enumerate(elements(entry, place, "widths", k + 1, k + 1))]
        if not all(width > 0 for width in widths):
            raise Refused("needed widths above 0", place)
        found.append(np.array([width.numerator / width.denominator for width in widths]))
    return found


def group(terms: Terms, cells: Sequence[Floats]) -> tuple[GroupBounds, ...]:
    """Bounds by groups, one for each grid; a grid with nearly as many cells as terms is left out."""

    def one(widths: Floats) -> GroupBounds | None:
        with np.errstate(all="ignore"):  # what overflows ends in a nan, which proves nothing
            number = _numbers(terms, widths)
            if number is None:
                return None
            found, inverse = np.unique(number, return_inverse=True)
            return GroupBounds(Grouped(terms, inverse, len(found))) if 2 * len(found) <= terms.size else None

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return tuple(bounds for bounds in pool.map(one, cells) if bounds is not None)


def _numbers(terms: Terms, widths: Floats) -> Numbers | None:
    """The number of each term's cell; None where there are too many cells to be numbered."""
    number = np.zeros(terms.size, np.int64)
    many = 1.0
    for x, width in zip((*terms.a, terms.b), widths, strict=True):
        cell = np.floor(x / width)
        least, count = float(cell.min()), float(np.ptp(cell)) + 1
        many *= count
        if not (many < MOST_CELLS and math.isfinite(least)):
            return None
        number *= int(count)
        number += (cell - least).astype(np.int64)
    return number
