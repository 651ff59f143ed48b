"""An infimum at infinity that is approached from above: what is given up, and why the rest still costs more than that can lose.

Let δ be a direction, E the terms with ``a·δ > 0``, Q those with ``a·δ < 0``, and let the terms with ``a·δ = 0`` make groups (`groups`) with
independent slopes. Along δ the loss comes near and tends to ``V = (Σ_E ω + Σ_g pq/(p + q))/n + constant``. Far out it exceeds V if what the others
still cost exceeds what E has left to lose:

    Σ_Q ω h(z) + Σ_g (p + q)(σ(z_g) − q/(p + q))²  >  Σ_E ω (1 − h(z)),      where 1 − σ(z)² <= 2 e^{−z}.

For e in E let ``Σ_q λ_q a_q + μ a_e + Σ_g ν_g a_g = 0`` with λ >= 0, ``Σ λ = 1`` and ``μ <= 1/2`` (a linear program finds the least μ; it is made rational
and verified). Then ``Σ λ_q z_q + μ z_e + Σ ν_g z_g = c`` is constant. Either ``ν_g z_g <= D_g`` for all g, so that some z_q is at least
``c − Σ D − μ z_e``, or one group is off its best place by so much that this alone costs enough. So the inequality follows from

    s ω_min σ(c − ΣD − μ z)² e^z > 2 ω_e   and   s (p + q)(σ(D_g/ν_g) − q/(p + q))² e^z > 2 ω_e      at z = a lower bound M of z_e,

for each e, with portions s that add up to 1, because the left sides increase with z. Where every form of E is at least M, on cones and in boxes, this settles the
matter, however near to V the loss comes. Most of the portions go to the e's with the largest μ, so that M need not be large.

Where the least μ is above 1/2 for some e, the same linear program's multipliers are a direction along which the rows in Q keep more than half of e's margin:
there the loss comes from *below* V, so that V is not the infimum (`Below`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.intervals import ULP
from chainrule.exact import number_text
from chainrule.problem.data import Floats
from chainrule.prove.neuron.directions import Vector, exact_slopes, null_space, solve_exactly
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.space.groups import Group, Together

MOST_GIVEN_UP = 200
# How far, as a logit, a group may be off its best place before that alone is enough. Where margins tie only a small one leaves enough of the rest.
OFF = (2.0, 0.5, 0.125)
FURTHEST = 60.0
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Pattern:
    """A verified direction: it raises the terms in `up` ``(m,)``, leaves the groups in `stay`, lowers the others; `limit` is exact."""

    direction: Vector
    up: np.ndarray
    stay: tuple[int, ...]
    limit: Fraction

    @property
    def key(self) -> bytes:
        return self.up.tobytes() + bytes(str(self.stay), "ascii")


@dataclass(frozen=True)
class Identity:
    """``Σ multipliers[q]·a_q + share·a_e + Σ stays[g]·a_g = 0`` over terms q and groups g, the multipliers nonnegative and of sum 1."""

    term: int
    share: Fraction
    multipliers: dict[int, Fraction]
    stays: dict[int, Fraction]


@dataclass(frozen=True)
class Approach:
    """A limit at infinity and why it is approached from above.

    `given_up` are terms; `portions` are those of their `identities`, `enough` is the M at which the inequality holds for all of them, `off` decides the D.
    """

    pattern: Pattern
    given_up: tuple[int, ...]
    identities: tuple[Identity, ...]
    portions: tuple[Fraction, ...]
    enough: float
    off: float
    together: Together

    @property
    def limit(self) -> Fraction:
        return self.pattern.limit

    def to_json(self) -> dict[str, Any]:
        ridge, groups = self.together.ridge, self.together.groups
        return {
            "direction": [number_text(d) for d in self.pattern.direction],
            "identities": [
                {
                    "row": int(ridge.row[identity.term]),
                    "share": str(identity.share),
                    "portion": str(portion),
                    "multipliers": [[int(ridge.row[q]), str(weight)] for q, weight in identity.multipliers.items()],
                    "stays": [
                        [groups[g].rows[0], str(factor), str(factor * _place(groups[g], factor, self.off))]
                        for g, factor in identity.stays.items()
                    ],
                }
                for identity, portion in zip(self.identities, self.portions, strict=True)
            ],
        }


@dataclass(frozen=True)
class Below:
    """The loss comes from below its limit along this direction, computed."""

    pattern: Pattern
    direction: Floats


def find_pattern(
    ridge: Ridge, together: Together, up: np.ndarray, still: np.ndarray, most: float = math.inf
) -> Pattern | None:
    """The pattern in which the terms in `up` rise and those in `still` stay as they are, all others falling; None if there is no such direction,
    or its limit is above `most`.

    `still` ``(m,)`` must consist of whole groups.
    """
    if ridge.quadratic or ridge.profile.convex or not 0 < np.count_nonzero(up & ~still) <= MOST_GIVEN_UP:
        return None
    stay = tuple(int(g) for g in np.unique(together.of_term[still]))
    slopes = [together.groups[g].slopes for g in stay]
    if stay and (stay[0] < 0 or len(null_space(slopes, ridge.a.shape[1])) != ridge.a.shape[1] - len(stay)):
        return None
    lost = sum((ridge.exact_weight(int(e)) for e in np.flatnonzero(up & ~still)), Fraction(0))
    lost += sum((together.groups[g].least for g in stay), Fraction(0))
    limit = lost / ridge.rows + ridge.constant
    if limit > most:  # before the linear program, which costs a thousand times as much
        return None
    direction = _direction(ridge, up & ~still, still, slopes)
    return None if direction is None else Pattern(direction, up & ~still, stay, limit)


def _direction(ridge: Ridge, up: np.ndarray, still: np.ndarray, slopes: list[Vector]) -> Vector | None:
    """A rational direction that every form in `up` grows along, that those in `still` do not change along and every other falls along."""
    from scipy.optimize import linprog  # late: SciPy is slow to load

    k = ridge.a.shape[1]
    basis = null_space(slopes, k)
    if not basis:
        return None
    scale = np.sqrt(np.mean(ridge.a**2, axis=0))
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


def find_approach(ridge: Ridge, together: Together, pattern: Pattern) -> Approach | Below | None:
    """Why the pattern's limit is approached from above, or a direction in which it is not; None where neither is found: a tie, say."""
    given_up = [int(e) for e in np.flatnonzero(pattern.up)]
    still = np.isin(together.of_term, pattern.stay) & (together.of_term >= 0)
    right = np.flatnonzero(~pattern.up & ~still)
    if not len(right):
        return None
    right = right[np.unique(ridge.a[right], axis=0, return_index=True)[1]]
    found = []
    for term in given_up:
        identity = _identity(ridge, together, pattern.stay, term, right)
        if isinstance(identity, np.ndarray):
            return Below(pattern, identity)
        if identity is None:
            return None
        found.append(identity)
    lost = 2.001 * ridge.weight[given_up]
    share = np.array([float(identity.share) for identity in found])
    for off in OFF if pattern.stay else OFF[:1]:
        constant, least, fixed = _costs(ridge, together, found, off)
        for z in np.arange(0.0, FURTHEST, 0.25):
            costs = np.minimum(least * Arrays().sigmoid(constant - share * z) ** 2, fixed)
            portions = lost * np.exp(-z) / (costs + 1e-300)
            if portions.sum() < 0.99:
                shares = tuple(Fraction(math.ceil(x * 2**40), 2**40) for x in portions)
                return Approach(pattern, tuple(given_up), tuple(found), shares, float(z), off, together)
    return None


def _identity(
    ridge: Ridge, together: Together, stay: Sequence[int], term: int, right: np.ndarray
) -> Identity | Floats | None:
    """The identity with the least share, exact: the vertex of a linear program, solved again in rationals. A direction where that is above 1/2."""
    from scipy.optimize import linprog

    k = ridge.a.shape[1]
    scale = np.sqrt(np.mean(ridge.a**2, axis=0))
    groups = np.array([[float(x) for x in together.groups[g].slopes] for g in stay]).reshape(-1, k)
    columns = np.vstack([ridge.a[right], ridge.a[[term]], groups]) / scale
    whole = np.r_[np.ones(len(right)), np.zeros(1 + len(stay))]
    matrix = np.vstack([columns.T, whole])
    cost = np.zeros(matrix.shape[1])
    cost[len(right)] = 1.0
    bounds = [(0, None)] * (len(right) + 1) + [(None, None)] * len(stay)
    solved = linprog(cost, A_eq=matrix, b_eq=np.r_[np.zeros(k), 1.0], bounds=bounds, method="highs")
    if solved.status != 0:
        return None
    if solved.fun > 0.5 + 1e-9:
        # The equations' multipliers δ: a_q·δ <= −μ for all q, a_e·δ = 1 and a_g·δ = 0.
        return np.asarray(np.asarray(solved.eqlin.marginals)[:k] / scale)
    used = np.abs(solved.x) > 1e-9
    support = [int(right[i]) for i in np.flatnonzero(used[: len(right)])]
    swerving = [stay[i] for i in np.flatnonzero(used[len(right) + 1 :]).tolist()]
    vectors = [exact_slopes(ridge, i) for i in [*support, term]] + [together.groups[g].slopes for g in swerving]
    # Unknowns: the multipliers, the share, and the factors of the groups. Equations: each coordinate, and the multipliers' sum.
    equations = [list(coordinate) for coordinate in zip(*vectors, strict=True)]
    equations.append([Fraction(1)] * len(support) + [Fraction(0)] * (1 + len(swerving)))
    exact = solve_exactly(equations, [Fraction(0)] * k + [Fraction(1)])
    if exact is None or any(x < 0 for x in exact[: len(support) + 1]) or exact[len(support)] > HALF:
        return None
    multipliers = {row: weight for row, weight in zip(support, exact, strict=False) if weight}
    stays = {g: factor for g, factor in zip(swerving, exact[len(support) + 1 :], strict=True) if factor}
    return Identity(term, exact[len(support)], multipliers, stays)


def _place(group: Group, factor: Fraction, off: float) -> Fraction:
    """``D/ν``: as far beyond the group's best place as it may be off."""
    return Fraction(round((group.place + (off if factor > 0 else -off)) * 1024), 1024)


def _costs(
    ridge: Ridge, together: Together, identities: Sequence[Identity], off: float
) -> tuple[Floats, Floats, Floats]:
    """Of each identity ``c − Σ D``, the least weight of its q's, and what the group that it is cheapest to put off its place costs then."""
    constant, least, fixed = np.zeros(len(identities)), np.zeros(len(identities)), np.full(len(identities), np.inf)
    for i, identity in enumerate(identities):
        c = sum((w * _offset(ridge, q) for q, w in identity.multipliers.items()), Fraction(0))
        c += identity.share * _offset(ridge, identity.term)
        for g, factor in identity.stays.items():
            group = together.groups[g]
            whole = group.plus + group.minus
            place = _place(group, factor, off)
            c += factor * (group.offset - place)
            swerve = float(Arrays().sigmoid(np.array(float(place)))) - float(group.minus / whole)
            fixed[i] = min(fixed[i], float(whole) * swerve**2)
        constant[i], least[i] = float(c), min(float(ridge.weight[q]) for q in identity.multipliers)
    return constant, least, fixed


def _offset(ridge: Ridge, term: int) -> Fraction:
    terms = ridge.exact_terms(int(ridge.row[term]))
    first = term == 0 or ridge.row[term - 1] != ridge.row[term]
    return terms[0 if first else -1].offset
