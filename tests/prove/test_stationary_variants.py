"""All stationary points of a neuron with a penalty or with cross-entropy: the same claims, against Newton's method from everywhere."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from tests.prove.stationary_problems import at_random, box, brute_force, derivatives, kind

from chainrule import minimize
from chainrule.problem import Problem
from chainrule.prove.boxes.state import Limits
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.stationary.crowding import crowding
from chainrule.prove.stationary.separate import separate

VARIANTS = [
    ("0", "0.01", "mse"),  # three minima and two saddles
    (26, "0.001", "mse"),
    (0, "0", "cross-entropy"),
    (26, "0.05", "cross-entropy"),
]


def stated(seed, penalty, loss):
    return replace(at_random(int(seed)), penalty=Fraction(penalty), loss=loss)


@pytest.mark.parametrize(("seed", "penalty", "loss"), VARIANTS)
def test_every_stationary_point_is_claimed_once_with_its_kind_and_proved(seed, penalty, loss):
    problem = stated(seed, penalty, loss)
    answer = minimize(problem, box(problem, 8), Limits(gap=0.05), all_points=True)
    assert answer.minimum.trust == "proved", answer.reasons
    found = brute_force(problem, 8)
    reached = []
    for point, signs in found:
        there = [
            i
            for i, claimed in enumerate(answer.stationary)
            if all(abs(float(at.middle) - x) < 1e-6 for at, x in zip(claimed.at.values(), point, strict=True))
        ]
        assert len(there) == 1
        assert answer.stationary[there[0]].kind == kind(signs)
        reached += there
    assert sorted(reached) == list(range(len(answer.stationary)))
    if loss == "cross-entropy":  # convex
        assert len(reached) == 1
    else:
        assert len(reached) > 2, "a problem with one point tests little"


@pytest.mark.parametrize(("seed", "penalty", "loss"), VARIANTS)
def test_separating_directions_and_crowding_count_the_penalty(seed, penalty, loss):
    problem = stated(seed, penalty, loss)
    ridge, rng = Ridge.of(problem), np.random.default_rng(3)
    k = len(problem.free)
    lower = rng.uniform(-8, 7, (200, k))
    upper = lower + rng.choice([0.02, 0.3, 1.0], (200, 1))
    found = separate(ridge, lower, upper)
    assert np.count_nonzero(found.sign) > 40
    for share in (0.0, 0.5, 1.0, *rng.uniform(0, 1, (4, 200, k))):
        gradient, hessian = derivatives(problem, lower + share * (upper - lower))
        slope = np.einsum("bk,bk->b", found.y, gradient) * found.sign
        assert np.all(slope[found.sign != 0] > 0)
    for i in range(20):
        inverse = np.linalg.inv(hessian[i])
        limit = crowding(ridge, lower[i], upper[i], inverse)
        radius = (upper[i] - lower[i]) / 2
        for at in rng.uniform(lower[i], upper[i], (20, k)):
            error = np.abs(np.eye(k) - inverse @ derivatives(problem, at[None])[1][0])
            assert np.max(error @ radius / radius) <= limit


def test_a_penalty_of_any_size_moves_the_minimum_as_it_must():
    # One point with all inputs 0: the loss is (σ(b) − 0.3)² + λ w², so w = 0 and b = ln(3/7) whatever λ is.
    problem = replace(Problem.state(["x"], [[0, "0.3"]]), penalty=Fraction(1, 7))
    answer = minimize(problem, box(problem, 3), all_points=True)
    (point,) = (p for p in answer.stationary if p.kind == "minimum")
    assert point.at["w_x"].lower <= 0 <= point.at["w_x"].upper
    assert float(point.at["bias"].middle) == pytest.approx(np.log(3 / 7), abs=1e-15)
    assert answer.minimum.trust == "proved"
