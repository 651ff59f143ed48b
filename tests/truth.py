"""Problems at random, and the true loss from Arb, for the tests of the prover.

`true_loss` and its derivatives share nothing with the product: the loss is written out again on Arb's power
series, so that ``f, f', f''`` along a direction are Taylor coefficients and not formulas of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction

import flint
import numpy as np
from hypothesis import strategies as st

from chainrule.problem import Problem
from chainrule.problem.schema import problem_from_dict
from tests.problems import WALK_THROUGH as KNOWN

WEIGHTS = {"w_y": 1, "bias": -1}


def problem(points: Sequence[Sequence[object]], **weights: object) -> Problem:
    """Inputs x, y; w_x free unless told otherwise."""
    return Problem.state(["x", "y"], points, weights or WEIGHTS)


WALK_THROUGH = {known.name: known.problem for known in KNOWN}

small = st.integers(-4, 4)
decimals = st.decimals(-4, 4, places=1).map(lambda d: d + 0)
plain = st.one_of(small, decimals)
corner = st.sampled_from([Decimal("1e-90"), Decimal("-1e-90"), 10**90, -(10**90), 0, 1, 2.0**-30, -(1 - 2.0**-53)])
labels = st.sampled_from([0, 1])
between = st.one_of(labels, st.sampled_from(["1/3", "0.5", "0.9", "1e-30", "0.99999999999999999999", "1/7"]))


@st.composite
def problems(draw, numbers=plain, label=labels, most=8, free=("w_x", "bias")):
    """Problems of one neuron with inputs x, y and one free weight."""
    name = draw(st.sampled_from(free))
    points = draw(st.lists(st.tuples(numbers, numbers, label), min_size=1, max_size=most))
    fixed = {w: draw(numbers) for w in ("w_x", "w_y", "bias") if w != name}
    return Problem.state(["x", "y"], points, fixed)


@contextmanager
def bits(count: int):
    before = flint.ctx.prec
    flint.ctx.prec = count
    try:
        yield
    finally:
        flint.ctx.prec = before


def arb(x) -> flint.arb:
    x = Fraction(x)
    return flint.arb(flint.fmpq(x.numerator, x.denominator))


def true_loss(problem: Problem, weights: dict, direction: dict | None = None) -> list[flint.arb]:
    """``[f, f', f'']`` at `weights` along `direction` (over the free weights), as balls of the current precision."""
    at = {**problem.fixed, **weights}
    along = direction or {problem.free[0]: 1}
    total = flint.arb_series([0], prec=3)
    for row in range(len(problem.data)):
        inputs, label = problem.data.point(row)
        values = [*inputs, 1]
        names = problem.network.weight_names
        z = [
            arb(sum(Fraction(v) * Fraction(at[w]) for v, w in zip(values, names, strict=True))),
            arb(sum(Fraction(v) * Fraction(along.get(w, 0)) for v, w in zip(values, names, strict=True))),
        ]
        # σ − y = (1 − y)·σ(z) − y·σ(−z): no cancellation for labels 0 and 1, however far out.
        residual = arb(1 - label) * _sigmoid(z) - arb(label) * _sigmoid([-c for c in z])
        total = total + residual * residual
    total = total / len(problem.data)
    return [total[0], total[1], 2 * total[2]]


def _sigmoid(z: list[flint.arb]) -> flint.arb_series:
    if z[0] < 0:  # e^−z would overflow far out
        grow = flint.arb_series(z, prec=3).exp()
        return grow / (1 + grow)
    return 1 / (1 + (-flint.arb_series(z, prec=3)).exp())


def over_all_reals(seed: int) -> Problem:
    """A problem on a small grid, with two or three free weights: labels 0 and 1, some of them flipped, some between; with case weights, or without.

    Points coincide, lie on lines and contradict each other, so that infima at infinity, rows that stay and ties are common.
    """
    rng = np.random.default_rng(seed)
    rows, inputs, grid = int(rng.integers(4, 14)), int(rng.integers(1, 3)), int(rng.choice([2, 3, 6]))
    x = rng.integers(-grid, grid + 1, size=(rows, inputs))
    side = x @ rng.normal(size=inputs) + rng.normal() * 0.5 + rng.normal(size=rows) * 0.4 > 0
    labels = [Fraction(int(y)) for y in side]
    share = (0.0, 0.25, 0.6, 1.0)[seed % 4]
    for i in range(rows):
        if rng.random() < share:
            labels[i] = Fraction(int(rng.integers(1, 10)), 10)
    for i in rng.choice(rows, size=max(1, rows // 6), replace=False):
        labels[i] = 1 - labels[i]
    weights = [str(Fraction(int(rng.integers(1, 6)), 2)) for _ in range(rows)]
    points = [[*map(str, row), str(y)] for row, y in zip(x.tolist(), labels, strict=True)]
    stated = {
        "schema": 1,
        "inputs": ["x", "y"][:inputs],
        "weights": {"bias": "1"} if inputs == 2 and seed % 5 == 0 else {},
        "data": {"points": points, **({"case_weights": weights} if seed % 3 == 0 else {})},
    }
    return problem_from_dict(stated)


def losses(problem: Problem, theta: np.ndarray) -> np.ndarray:
    """The loss at points ``(S, k)``, in doubles, written out again."""
    names, free = problem.network.weight_names, problem.free
    data = [problem.data.point(row) for row in range(len(problem.data))]
    x = np.array([[*map(float, inputs), 1.0] for inputs, _ in data])
    y = np.array([float(label) for _, label in data])
    case = problem.data.case_weights
    mass = np.ones(len(data)) if case is None else np.array([float(weight) for weight in case])
    weights = np.zeros((len(theta), len(names)))
    for j, name in enumerate(names):
        weights[:, j] = theta[:, free.index(name)] if name in free else float(problem.fixed[name])
    z = np.clip(weights @ x.T, -700, 700)
    return ((1 / (1 + np.exp(-z)) - y) ** 2) @ mass / mass.sum()


def brute_force(problem: Problem, seed: int = 0) -> tuple[float, np.ndarray]:
    """The lowest of many losses, and where: points near and very far, and descents from some of them."""
    from scipy.optimize import minimize

    rng, k = np.random.default_rng(seed), len(problem.free)
    theta = rng.normal(size=(20_000, k))
    theta *= 10 ** rng.uniform(-1, 4, size=(len(theta), 1)) / np.abs(theta).max(axis=1, keepdims=True)
    found = theta[np.argsort(losses(problem, theta))[:6]]
    starts = [*found, *rng.normal(size=(6, k)) * 2]
    ends = [minimize(lambda t: losses(problem, t[None])[0], start, method="Nelder-Mead").x for start in starts]
    every = np.array([*found, *ends])
    values = losses(problem, every)
    return float(values.min()), every[int(np.argmin(values))]
