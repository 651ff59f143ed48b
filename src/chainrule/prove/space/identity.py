"""Identities between what is given up and what is right: ``Σ λ_q a_q + μ a_e + Σ ν_s a_s = 0``, over terms q that fall and slopes s that stay.

λ >= 0, ``Σ λ = 1``, and ``0 <= μ <= 1/2``: then the terms q cannot all be right by more than half of what e is wrong by, but for a constant.
A linear program finds the least μ. Where that is below 1/2 any vertex will do. Where it is 1/2, a tie, what e has left to lose, ``2 ω_e e^(−z_e)``, and what
the q's cost, ``Σ ω_q e^(2 z_q)``, fall alike, so that constants decide. The λ for which the inequality of the means proves most are those at the place where

    Φ(t) = ln Σ ω_q e^(2 z_q) + z_e,     along directions t in which nothing that stays moves,

is least: there ``0 = ∇Φ = 2 (Σ λ_q a_q + a_e/2)`` with λ the shares of the sum. Φ is convex, and Newton's steps find it. All is made rational in the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import flint
import numpy as np

from chainrule.problem.data import Floats
from chainrule.prove.neuron.directions import Vector, exact_slopes, solve_exactly
from chainrule.prove.neuron.ridge import Ridge

MOST_ALIKE = 100
HALF = Fraction(1, 2)
TIE = 1e-9  # a share so near to 1/2 is taken for one
STEPS, REST = 60, 1e-12
SMALL = 1e-7  # multipliers below this are taken for 0


@dataclass(frozen=True)
class Identity:
    """``Σ multipliers[q]·a_q + share·a_e + lean = 0`` over terms q, the multipliers nonnegative and of sum 1.

    `stays` are the factors of the slopes that stay, one by one, that make up `lean`.
    """

    term: int
    share: Fraction
    multipliers: dict[int, Fraction]
    stays: tuple[Fraction, ...]
    lean: Vector


def find_identity(
    ridge: Ridge, staying: Sequence[Vector], still: Floats, term: int, right: np.ndarray
) -> Identity | Floats | None:
    """The identity with the least share, exact. A direction ``(k,)`` in which the terms in `right` keep more than half of e's margin where that is above 1/2.

    `still` ``(k,)`` is a point at which what stays costs its least.
    """
    from scipy.optimize import linprog  # late: SciPy is slow to load

    k = ridge.a.shape[1]
    scale = ridge.scale
    held = np.array([[float(x) for x in slopes] for slopes in staying]).reshape(-1, k)
    columns = np.vstack([ridge.a[right], ridge.a[[term]], held]) / scale
    whole = np.r_[np.ones(len(right)), np.zeros(1 + len(held))]
    matrix = np.vstack([columns.T, whole])
    cost = np.zeros(matrix.shape[1])
    cost[len(right)] = 1.0
    bounds = [(0, None)] * (len(right) + 1) + [(None, None)] * len(held)
    solved = linprog(cost, A_eq=matrix, b_eq=np.r_[np.zeros(k), 1.0], bounds=bounds, method="highs")
    if solved.status != 0:
        return None
    if solved.fun > 0.5 + TIE:
        # The equations' multipliers δ: a_q·δ <= −μ for all q, a_e·δ = 1 and a_s·δ = 0.
        return np.asarray(np.asarray(solved.eqlin.marginals)[:k] / scale)
    if solved.fun > 0.5 - TIE and (found := _tie(ridge, staying, held / scale, scale, still, term, right)) is not None:
        return found
    used = np.abs(solved.x) > 1e-9
    support = [int(right[i]) for i in np.flatnonzero(used[: len(right)])]
    swerving = np.flatnonzero(used[len(right) + 1 :]).tolist()
    vectors = [*(exact_slopes(ridge, i) for i in [*support, term]), *(staying[s] for s in swerving)]
    # Unknowns: the multipliers, the share, and the factors of what stays. Equations: each coordinate, and the multipliers' sum.
    equations = [list(coordinate) for coordinate in zip(*vectors, strict=True)]
    equations.append([Fraction(1)] * len(support) + [Fraction(0)] * (1 + len(swerving)))
    exact = solve_exactly(equations, [Fraction(0)] * k + [Fraction(1)])
    if exact is None or any(x < 0 for x in exact[: len(support) + 1]) or exact[len(support)] > HALF:
        return None
    factors = [Fraction(0)] * len(staying)
    for s, factor in zip(swerving, exact[len(support) + 1 :], strict=True):
        factors[s] = factor
    return _identity(ridge, staying, term, exact[len(support)], dict(zip(support, exact, strict=False)), factors)


def _identity(
    ridge: Ridge,
    staying: Sequence[Vector],
    term: int,
    share: Fraction,
    multipliers: dict[int, Fraction],
    factors: Sequence[Fraction],
) -> Identity:
    lean = [Fraction(0)] * ridge.a.shape[1]
    for factor, slopes in zip(factors, staying, strict=True):
        lean = [x + factor * slope for x, slope in zip(lean, slopes, strict=True)]
    kept = {q: factor for q, factor in multipliers.items() if factor}
    return Identity(term, share, _shared_out(ridge, kept), tuple(factors), tuple(lean))


def _shared_out(ridge: Ridge, multipliers: dict[int, Fraction]) -> dict[int, Fraction]:
    """The multiplier of each term shared out among all terms of exactly its form, as they weigh: together they cost more."""
    found: dict[int, Fraction] = {}
    for term, factor in multipliers.items():
        same = _alike(ridge, term)
        whole = sum((ridge.exact_weight(i) for i in same), Fraction(0))
        found |= {i: factor * ridge.exact_weight(i) / whole for i in same}
    return found


def _alike(ridge: Ridge, term: int) -> list[int]:
    """The terms of exactly this one's form, itself among them."""
    like = np.flatnonzero((ridge.a == ridge.a[term]).all(axis=1) & (ridge.b == ridge.b[term])).tolist()
    if len(like) == 1:
        return [term]
    form = exact_slopes(ridge, term), exact_offset(ridge, term)
    return [i for i in like[:MOST_ALIKE] if i == term or (exact_slopes(ridge, i), exact_offset(ridge, i)) == form]


def _tie(
    ridge: Ridge, staying: Sequence[Vector], held: Floats, scale: Floats, still: Floats, term: int, right: np.ndarray
) -> Identity | None:
    """The identity of share 1/2 that proves most; None where it is not found, as where Φ is least at infinity."""
    # Directions in which nothing that stays moves, in units of the scale.
    _, sizes, turned = np.linalg.svd(held) if len(held) else (None, np.zeros(0), np.eye(len(scale)))
    free = turned[np.count_nonzero(sizes > 1e-9) :].T
    steps, start = ridge.a[right] / scale @ free, ridge.a[right] @ still + ridge.b[right]
    along = ridge.a[term] / scale @ free
    weight = np.array([sum(float(ridge.weight[i]) for i in _alike(ridge, int(q))) for q in right])
    shares = _least(2 * steps, np.log(weight) + 2 * start, along)
    if shares is None:
        return None
    support = np.flatnonzero(shares > SMALL)
    chosen = [int(right[i]) for i in support]
    vectors = [*(exact_slopes(ridge, i) for i in chosen), *staying]
    equations = [list(coordinate) for coordinate in zip(*vectors, strict=True)]
    equations.append([Fraction(1)] * len(chosen) + [Fraction(0)] * len(staying))
    right_side = [-HALF * x for x in exact_slopes(ridge, term)] + [Fraction(1)]
    exact = _solve_near(equations, right_side, shares[support])
    if exact is None or any(x < 0 for x in exact[: len(chosen)]):
        return None
    return _identity(ridge, staying, term, HALF, dict(zip(chosen, exact, strict=False)), exact[len(chosen) :])


def _least(slopes: Floats, offset: Floats, along: Floats) -> Floats | None:
    """The shares of the exponentials ``e^(slopes·t + offset)`` where the logarithm of their sum and ``along·t`` are least together; None if that is nowhere."""

    def at(t: Floats) -> tuple[float, Floats]:
        z = slopes @ t + offset
        top = z.max()
        parts = np.exp(z - top)
        return float(top + np.log(parts.sum()) + along @ t), parts / parts.sum()

    t = np.zeros(slopes.shape[1])
    value, shares = at(t)
    damping = 1e-6
    for _ in range(STEPS):
        gradient = slopes.T @ shares + along
        if np.max(np.abs(gradient), initial=0.0) < REST:
            return shares
        mean = slopes.T @ shares
        hessian = (slopes * shares[:, None]).T @ slopes - np.outer(mean, mean)
        then, after = at(trial := t - np.linalg.solve(hessian + damping * np.eye(len(t)), gradient))
        if then < value:
            t, value, shares, damping = trial, then, after, damping / 10
        elif damping > 1e3:
            break
        else:
            damping *= 10
    return shares if np.max(np.abs(slopes.T @ shares + along)) < SMALL else None


def _solve_near(equations: list[list[Fraction]], right: list[Fraction], guess: Floats) -> list[Fraction] | None:
    """A solution of a linear system over the rationals whose first unknowns are near a guess, the largest of them solved for and the rest rounded."""
    count, width = len(guess), len(equations[0])
    order = [*range(count, width), *np.argsort(-guess, kind="stable").tolist()]
    rows = [[*(row[j] for j in order), value] for row, value in zip(equations, right, strict=True)]
    reduced, rank = flint.fmpq_mat([[flint.fmpq(x.numerator, x.denominator) for x in row] for row in rows]).rref()
    pivots = [next(j for j in range(width + 1) if reduced[i, j] != 0) for i in range(rank)]
    if width in pivots:
        return None
    found = [Fraction(0)] * width
    for j in range(width):
        if j not in pivots:
            near = float(guess[order[j]]) if order[j] < count else 0.0
            found[order[j]] = Fraction(near).limit_denominator(1000)
    for i, pivot in enumerate(pivots):
        entries = [Fraction(int(reduced[i, j].p), int(reduced[i, j].q)) for j in range(width + 1)]
        found[order[pivot]] = entries[width] - sum(
            (entries[j] * found[order[j]] for j in range(width) if j not in pivots), Fraction(0)
        )
    return found


def exact_offset(ridge: Ridge, term: int) -> Fraction:
    """The exact offset of a term, with its sign."""
    terms = ridge.exact_terms(int(ridge.row[term]))
    first = term == 0 or ridge.row[term - 1] != ridge.row[term]
    return terms[0 if first else -1].offset
