"""Directions in weight space, exactly: those that change nothing, and those along which no term grows.

*Escape.* If some δ has ``a_i·δ <= 0`` for every term and ``< 0`` for one, the loss falls strictly along δ from
every point, so it has no stationary point at all. A linear program finds the δ with the most strict rows (a point
in the relative interior of that cone); it is then made rational and verified in exact arithmetic.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import flint
import numpy as np

from chainrule.algebra.intervals import ULP
from chainrule.prove.clock import for_highs, look
from chainrule.prove.neuron.ridge import Ridge

Vector = tuple[Fraction, ...]


@dataclass(frozen=True)
class Escape:
    """A rational direction, verified: every term's ``a·δ <= 0``; the data rows in `stays` have ``a·δ = 0``."""

    direction: Vector
    stays: tuple[int, ...]


def independent_columns(rows: list[Vector]) -> list[int]:
    """The first columns that span the column space of these rows, by exact elimination."""
    if not rows:
        return []
    matrix = flint.fmpq_mat([[flint.fmpq(x.numerator, x.denominator) for x in row] for row in rows])
    reduced, rank = matrix.rref()
    pivots = []
    for i in range(rank):
        pivots.append(next(j for j in range(len(rows[0])) if reduced[i, j] != 0))
    return pivots


def distinct_slopes(ridge: Ridge) -> list[Vector]:
    """The exact slopes of a few rows that span the slopes of all: enough of them for any question of rank."""
    a = np.unique(np.abs(ridge.a) if ridge.a.shape[1] == 1 else ridge.a, axis=0, return_index=True)[1]
    k = ridge.a.shape[1]
    spanning: list[Vector] = []
    start, count = 0, 2 * k  # a few rows usually do; where they do not, ever more are taken at once
    while start < len(a) and len(spanning) < k:
        block = [exact_slopes(ridge, int(i)) for i in a[start : start + count]]
        spanning = _basis([*spanning, *block])
        start, count = start + count, 4 * count
    return spanning


def _basis(rows: list[Vector]) -> list[Vector]:
    kept = independent_columns([tuple(column) for column in zip(*rows, strict=True)])
    return [rows[i] for i in kept]


def exact_slopes(ridge: Ridge, term: int) -> Vector:
    """The exact slopes of a term, with its sign."""
    row = int(ridge.row[term])
    terms = ridge.exact_terms(row)
    first = term == 0 or ridge.row[term - 1] != row
    return terms[0 if first else -1].slopes


def solve_exactly(equations: list[list[Fraction]], right: list[Fraction]) -> list[Fraction] | None:
    """The one solution of a linear system over the rationals, or None if there is none or more than one."""
    width = len(equations[0])
    augmented = [[*row, value] for row, value in zip(equations, right, strict=True)]
    reduced, rank = flint.fmpq_mat([[flint.fmpq(x.numerator, x.denominator) for x in row] for row in augmented]).rref()
    pivots = [next(j for j in range(width + 1) if reduced[i, j] != 0) for i in range(rank)]
    if pivots != list(range(width)):
        return None
    return [Fraction(int(reduced[i, width].p), int(reduced[i, width].q)) for i in range(width)]


def find_escape(ridge: Ridge, until: float = math.inf) -> Escape | None:
    """An escape direction with as many strict rows as there can be, or None if there is none; TimeUp where the clock says `until` first."""
    from scipy.optimize import linprog  # late: SciPy is slow to load

    scale = ridge.scale
    a = np.unique(ridge.a / scale, axis=0)
    m, k = a.shape
    # max Σ s_i  subject to  a_i·δ + s_i <= 0,  0 <= s_i <= 1: at the optimum each s_i is 0 or 1.
    objective = np.concatenate([np.zeros(k), -np.ones(m)])
    from scipy import sparse

    matrix = sparse.hstack([sparse.csr_matrix(a), sparse.eye(m, format="csr")], format="csr")
    bounds = [(None, None)] * k + [(0, 1)] * m
    solved = linprog(objective, A_ub=matrix, b_ub=np.zeros(m), bounds=bounds, method="highs", options=for_highs(until))
    look(until)
    if solved.status != 0 or -solved.fun < 0.5:
        return None
    direction = solved.x[:k] / scale
    return _verified(ridge, direction / np.max(np.abs(direction)))


def _verified(ridge: Ridge, direction: np.ndarray) -> Escape | None:
    """Make the direction rational, exactly orthogonal to the terms that stay, and verify every row."""
    steep = ridge.a @ direction
    size = np.abs(ridge.a) @ np.abs(direction)
    near = np.abs(steep) <= 1e-7 * size
    basis = null_space([exact_slopes(ridge, int(i)) for i in _some_distinct(ridge, near)], len(direction))
    if not basis:
        return None
    matrix = np.array([[float(x) for x in vector] for vector in basis]).T
    weights, *_ = np.linalg.lstsq(matrix, direction, rcond=None)
    moving, best = len(np.unique(ridge.row[~near])), None
    for denominator in (1, 2, 10, 100, 10_000, 10**6, 10**9):
        exact = [Fraction(float(w)).limit_denominator(denominator) for w in weights]
        delta = tuple(
            sum((w * v[j] for w, v in zip(exact, basis, strict=True)), Fraction(0)) for j in range(len(direction))
        )
        escape = _check(ridge, delta)
        if escape is not None and (best is None or len(escape.stays) < len(best.stays)):
            best = escape
            # Round numbers may leave more rows behind than the direction that was found.
            if ridge.rows - len(best.stays) >= moving:
                break
    return best


def _some_distinct(ridge: Ridge, mask: np.ndarray) -> np.ndarray:
    rows = np.flatnonzero(mask)
    if not len(rows):
        return rows
    return np.asarray(rows[np.unique(ridge.a[rows], axis=0, return_index=True)[1]])


def null_space(rows: list[Vector], k: int) -> list[Vector]:
    """A basis of the vectors of length k orthogonal to all rows, exactly."""
    if not rows:
        return [tuple(Fraction(int(i == j)) for j in range(k)) for i in range(k)]
    matrix = flint.fmpq_mat([[flint.fmpq(x.numerator, x.denominator) for x in row] for row in rows])
    reduced, rank = matrix.rref()
    pivots = [next(j for j in range(k) if reduced[i, j] != 0) for i in range(rank)]
    basis = []
    for free in (j for j in range(k) if j not in pivots):
        vector = [Fraction(0)] * k
        vector[free] = Fraction(1)
        for i, pivot in enumerate(pivots):
            entry = reduced[i, free]
            vector[pivot] = -Fraction(int(entry.p), int(entry.q))
        basis.append(tuple(vector))
    return basis


def _check(ridge: Ridge, delta: Vector) -> Escape | None:
    """Exact verification: all ``a·δ <= 0`` and one strict. Terms that doubles tell from 0 are not done again."""
    if not any(delta):
        return None
    step = np.array([float(d) for d in delta])
    steep = ridge.a @ step
    # Off by the rounding of a (2^-50 of it), of δ, and of the sum.
    rounding = (len(delta) + 16) * ULP * (np.abs(ridge.a) @ np.abs(step)) + 1e-290
    if (steep > rounding).any():
        return None
    stays = []
    unsure = np.unique(ridge.row[steep >= -rounding])
    for row in unsure:
        exact = [
            sum((a * d for a, d in zip(term.slopes, delta, strict=True)), Fraction(0))
            for term in ridge.exact_terms(int(row))
        ]
        if any(s > 0 for s in exact):
            return None
        if not any(exact):
            stays.append(int(row))
    return Escape(delta, tuple(stays)) if len(stays) < ridge.rows else None
