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
from hypothesis import strategies as st

from chainrule.problem import Problem
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
