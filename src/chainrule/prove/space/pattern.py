"""Directions in which some terms are given up, some rows stay as they are, and all others get better: verified exactly.

What a direction leads to is the limit of the loss along it where the rows that stay cost the least that they can: groups of equal or opposite forms with
independent slopes, which reach it all at once, or one bundle, a smaller problem with an infimum of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from chainrule.algebra.intervals import ULP
from chainrule.prove.neuron.directions import Vector, exact_slopes, null_space
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.space.groups import Bundle, Together

MOST_GIVEN_UP = 200


@dataclass(frozen=True)
class Pattern:
    """A verified direction: it raises the terms in `up` ``(m,)``, leaves the groups in `stay` or the rows of `bundle`, and lowers the others.

    What it leads to lies in ``[floor, limit]``: one exact number where no bundle stays. `known` is that but for what the bundle costs.
    """

    direction: Vector
    up: np.ndarray
    stay: tuple[int, ...]
    bundle: Bundle | None
    known: Fraction
    floor: Fraction
    limit: Fraction

    @property
    def reached(self) -> bool | None:
        """Whether the loss tends to the limit from some point: where the rows that stay attain their least cost. (Groups do, for they have terms of both kinds.)"""
        return self.bundle.attained if self.bundle else True

    @property
    def key(self) -> bytes:
        return self.up.tobytes() + bytes(str((self.stay, self.bundle and self.bundle.rows)), "ascii")

    def not_lower(self, other: Pattern) -> bool:
        """Whether its limit is surely not lower than the other's: also where the other's bundle is part of this one, since no term costs less than 0."""
        mine, theirs = (set(pattern.bundle.rows if pattern.bundle else ()) for pattern in (self, other))
        return self.floor >= other.limit or (self.known >= other.known and mine >= theirs)

    def spanning(self, together: Together) -> tuple[Vector, ...]:
        """Independent slopes that span those of the rows that stay."""
        return self.bundle.spanning if self.bundle else tuple(together.groups[g].slopes for g in self.stay)


def find_pattern(
    ridge: Ridge,
    together: Together,
    up: np.ndarray,
    still: np.ndarray,
    most: float = math.inf,
    bundle: Bundle | None = None,
) -> Pattern | None:
    """The pattern in which the terms in `up` rise and those in `still` stay as they are, all others falling; None if there is no such direction,
    or its limit is above `most`.

    `still` ``(m,)`` must consist of whole groups, or be the terms of the bundle.
    """
    if ridge.quadratic or ridge.profile.convex or not 0 < np.count_nonzero(up & ~still) <= MOST_GIVEN_UP:
        return None
    k = ridge.a.shape[1]
    stay = () if bundle else tuple(int(g) for g in np.unique(together.of_term[still]))
    slopes = list(bundle.spanning) if bundle else [together.groups[g].slopes for g in stay]
    if stay and (stay[0] < 0 or len(null_space(slopes, k)) != k - len(stay)):
        return None
    lost = sum((ridge.exact_weight(int(e)) for e in np.flatnonzero(up & ~still)), Fraction(0))
    lost += sum((together.groups[g].least for g in stay), Fraction(0))
    known = lost / ridge.rows + ridge.constant
    low, high = bundle.ends if bundle else (Fraction(0), Fraction(0))
    floor, limit = known + low / ridge.rows, known + high / ridge.rows
    if floor > most:  # before the linear program, which costs a thousand times as much
        return None
    direction = _direction(ridge, up & ~still, still, slopes)
    return None if direction is None else Pattern(direction, up & ~still, stay, bundle, known, floor, limit)


def _direction(ridge: Ridge, up: np.ndarray, still: np.ndarray, slopes: list[Vector]) -> Vector | None:
    """A rational direction that every form in `up` grows along, that those in `still` do not change along and every other falls along."""
    from scipy.optimize import linprog  # late: SciPy is slow to load

    k = ridge.a.shape[1]
    basis = null_space(slopes, k)
    if not basis:
        return None
    scale = ridge.scale
    span = np.array([[float(x) for x in vector] for vector in basis]) * scale  # δ = Σ w·basis, in units of the scale
    span /= np.linalg.norm(span, axis=1)[:, None]
    moving = ~still
    forms = np.where(up[moving], -1.0, 1.0)[:, None] * ((ridge.a[moving] / scale) @ span.T)
    # max s  subject to  ± a_i·δ + s <= 0,  |w_j| <= 1: the direction with the widest margin.
    matrix = np.hstack([np.unique(forms, axis=0), np.ones((len(np.unique(forms, axis=0)), 1))])
    bounds = [(-1, 1)] * len(basis) + [(None, 1)]
    cost = np.r_[np.zeros(len(basis)), -1.0]
    solved = linprog(cost, A_ub=matrix, b_ub=np.zeros(len(matrix)), bounds=bounds, method="highs")
    if solved.status != 0 or solved.x[-1] <= 0:
        return None
    step = (solved.x[:-1] @ span) / scale
    step /= np.max(np.abs(step))
    plain = np.array([[float(x) for x in vector] for vector in basis]).T
    weights, *_ = np.linalg.lstsq(plain, step, rcond=None)
    for denominator in (1, 10, 100, 10_000, 10**6, 10**9):
        exact = [Fraction(float(w)).limit_denominator(denominator) for w in weights]
        delta = tuple(sum((w * v[j] for w, v in zip(exact, basis, strict=True)), Fraction(0)) for j in range(k))
        if _moves(ridge, delta, up, moving):
            return delta
    return None


def _moves(ridge: Ridge, delta: Vector, up: np.ndarray, moving: np.ndarray) -> bool:
    """Whether exactly the terms in `up`, of those `moving`, grow along δ and the others fall. Doubles decide what they can."""
    step = np.array([float(d) for d in delta])
    steep = np.where(up, 1.0, -1.0) * (ridge.a @ step)
    rounding = (len(delta) + 16) * ULP * (np.abs(ridge.a) @ np.abs(step)) + 1e-290
    if (steep[moving] < -rounding[moving]).any():
        return False
    for term in np.flatnonzero(moving & (steep <= rounding)):
        exact = sum((x * d for x, d in zip(exact_slopes(ridge, int(term)), delta, strict=True)), Fraction(0))
        if not (exact > 0 if up[term] else exact < 0):
            return False
    return True
