"""An infimum at infinity that is approached from above: a few points given up for the sake of all others.

Let E be a set of terms and δ a direction with ``a·δ > 0`` for the terms in E and ``< 0`` for all others. Along δ the
loss tends to ``V = Σ_E ω/n``. Far out the loss exceeds V if what the others still cost exceeds what E has left to lose:

    Σ_others ω h(z)  >  Σ_E ω (1 − h(z)),      where 1 − σ(z)² <= 2 e^{−z}.

For e in E let ``Σ_q λ_q a_q + μ a_e = 0`` with λ >= 0, ``Σ λ = 1`` over other terms q, and ``μ < 1/2`` (a linear program finds the
least μ; it is made rational and verified). Then ``Σ λ_q z_q + μ z_e = c`` is constant, so some z_q is at least
``c − μ z_e``. Taking the e whose z_e is the least, the inequality follows from

    ω_min σ(c − μ z)² e^z > 2 Σ_E ω      at z = a lower bound M of z_e,

because ``σ(c − μz)² e^z`` increases with z (its logarithm has slope ``1 − 2μ(1 − σ) > 0``). On cones where every form of E
is at least its M this settles the matter, however near to V the loss comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.exact import number_text
from chainrule.problem.data import Floats
from chainrule.prove.neuron.directions import Vector, exact_slopes, solve_exactly
from chainrule.prove.neuron.ridge import Ridge


@dataclass(frozen=True)
class Identity:
    """``Σ multipliers[q]·a_q + share·a_e = 0`` over terms q, with the multipliers nonnegative and of sum 1."""

    term: int
    share: Fraction
    multipliers: dict[int, Fraction]


@dataclass(frozen=True)
class Approach:
    """A limit at infinity and why it is approached from above. Labels are all 0 or 1, so a term is a row.

    `limit` is exact; `enough` ``(|E|,)`` are the M at which the inequality holds, for the terms in `given_up`.
    """

    direction: Vector
    given_up: tuple[int, ...]
    limit: Fraction
    identities: tuple[Identity, ...]
    enough: Floats

    def to_json(self) -> dict[str, Any]:
        return {
            "direction": [number_text(d) for d in self.direction],
            "given_up": list(self.given_up),
            "identities": [
                {
                    "row": identity.term,
                    "share": str(identity.share),
                    "multipliers": [[row, str(weight)] for row, weight in identity.multipliers.items()],
                }
                for identity in self.identities
            ],
        }


def find_approach(ridge: Ridge, far: Floats) -> Approach | None:
    """The approach that the sides of the points at `far` suggest, or None if there is none of this kind."""
    data = ridge.problem.data
    if len(ridge.a) != ridge.rows or data.case_weights is not None or ridge.quadratic or ridge.profile.convex:
        return None  # a label between 0 and 1 makes two terms, one of which always rises
    z = ridge.a @ far + ridge.b
    given_up = np.flatnonzero(z > 0)
    if not 0 < len(given_up) <= 32:
        return None
    direction = _direction(ridge, z > 0)
    if direction is None:
        return None
    identities = [_identity(ridge, int(e), z > 0) for e in given_up]
    if any(identity is None or 2 * identity.share >= 1 for identity in identities):
        return None
    found = tuple(identity for identity in identities if identity is not None)
    enough = np.array([_enough(ridge, identity, len(given_up)) for identity in found])
    limit = Fraction(len(given_up), ridge.rows) + ridge.constant
    return Approach(direction, tuple(int(e) for e in given_up), limit, found, enough)


def _direction(ridge: Ridge, up: np.ndarray) -> Vector | None:
    """A rational direction that every form in `up` grows along and every other falls along, verified exactly."""
    from scipy.optimize import linprog  # late: SciPy is slow to load

    k = ridge.a.shape[1]
    scale = np.sqrt(np.mean(ridge.a**2, axis=0))
    sign = np.where(up, -1.0, 1.0)
    # max s  subject to  ± a_i·δ + s <= 0,  |δ_j| <= 1: the direction with the widest margin.
    matrix = np.hstack([sign[:, None] * ridge.a / scale, np.ones((len(sign), 1))])
    bounds = [(-1, 1)] * k + [(None, 1)]
    solved = linprog(np.r_[np.zeros(k), -1.0], A_ub=matrix, b_ub=np.zeros(len(sign)), bounds=bounds, method="highs")
    if solved.status != 0 or solved.x[-1] <= 0:
        return None
    float_direction = solved.x[:k] / scale
    float_direction /= np.max(np.abs(float_direction))
    for denominator in (1, 10, 100, 10_000, 10**6):
        delta = tuple(Fraction(float(d)).limit_denominator(denominator) for d in float_direction)
        steep = [
            sum((x * d for x, d in zip(exact_slopes(ridge, i), delta, strict=True)), Fraction(0))
            for i in range(len(up))
        ]
        if all((s > 0) == bool(rises) and s != 0 for s, rises in zip(steep, up, strict=True)):
            return delta
    return None


def _identity(ridge: Ridge, term: int, up: np.ndarray) -> Identity | None:
    """The identity with the least share, exact: the vertex of a linear program, solved again in rationals."""
    from scipy.optimize import linprog

    scale = np.sqrt(np.mean(ridge.a**2, axis=0))
    others = np.flatnonzero(~up)
    others = others[np.unique(ridge.a[others], axis=0, return_index=True)[1]]
    columns = np.vstack([ridge.a[others] / scale, ridge.a[[term]] / scale]).T
    matrix = np.vstack([columns, np.r_[np.ones(len(others)), 0.0]])
    right = np.r_[np.zeros(len(scale)), 1.0]
    solved = linprog(np.r_[np.zeros(len(others)), 1.0], A_eq=matrix, b_eq=right, bounds=(0, None), method="highs")
    if solved.status != 0:
        return None
    support = [int(others[i]) for i in np.flatnonzero(solved.x[:-1] > 1e-9)]
    vectors = [exact_slopes(ridge, i) for i in [*support, term]]
    # Unknowns: the multipliers and the share. Equations: each coordinate, and the multipliers' sum.
    equations = [list(coordinate) for coordinate in zip(*vectors, strict=True)]
    equations.append([Fraction(1)] * len(support) + [Fraction(0)])
    exact = solve_exactly(equations, [Fraction(0)] * len(scale) + [Fraction(1)])
    if exact is None or any(x < 0 for x in exact):
        return None
    return Identity(term, exact[-1], {row: weight for row, weight in zip(support, exact, strict=False) if weight})


def _enough(ridge: Ridge, identity: Identity, given_up: int) -> float:
    """A z from which on the inequality holds, with a little room."""
    c = sum(w * ridge.exact_terms(q)[0].offset for q, w in identity.multipliers.items())
    c += identity.share * ridge.exact_terms(identity.term)[0].offset
    z = 0.0
    while True:
        left = float(Arrays().sigmoid(np.array(float(c) - float(identity.share) * z))) ** 2 * np.exp(z)
        if left > 2.001 * given_up:
            return z
        z += 0.25
