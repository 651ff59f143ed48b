"""Every slack is there for a reason: with it set to nothing, an enclosure is wrong somewhere, and we know where.

These tests put each part of the rounding argument of `enclose` out of action and demand that the truth gets out,
so that whoever thinks a slack superfluous meets the case that it is for.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from tests.truth import bits, problem, true_loss

import chainrule.prove.neuron.enclose as module
from chainrule.algebra.balls import lower_end, upper_end
from chainrule.algebra.intervals import Bounds
from chainrule.prove.neuron.ridge import Ridge

ONE = problem([(1, 0, 0)], w_y=0, bias=0)


def escapes(case, ridge: Ridge, points: np.ndarray, part: str) -> int:
    """At how many points the truth lies outside the enclosure of `part` at that point."""
    found = module.enclose(ridge, points[:, None], points[:, None])
    bounds = getattr(found, part)
    low, high = (side.reshape(len(points)) for side in bounds)
    count = 0
    with bits(200):
        for v, a, b in zip(points, low, high, strict=True):
            truth = true_loss(case, {"w_x": Fraction(float(v))})[("value", "gradient", "hessian").index(part)]
            count += not (Fraction(float(a)) <= lower_end(truth) and upper_end(truth) <= Fraction(float(b)))
    return count


@pytest.fixture
def bare(monkeypatch):
    """No slack of sums, factors or linear forms: only that of the profile functions."""
    monkeypatch.setattr(module, "ULP", 0.0)
    monkeypatch.setattr(module, "TINY", 0.0)
    monkeypatch.setattr(module, "outward", lambda low, high, ulps=1.0: Bounds(low, high))
    return monkeypatch


@pytest.mark.parametrize("part", ["value", "gradient", "hessian"])
def test_without_any_slack_the_truth_escapes_and_with_it_never(bare, part):
    bare.setattr(module, "SLACK", 0.0)
    points = np.random.default_rng(1).uniform(-30, 30, 200)
    assert escapes(ONE, Ridge.of(ONE), points, part) > 50
    bare.undo()
    assert escapes(ONE, Ridge.of(ONE), points, part) == 0


@pytest.mark.parametrize("part", ["value", "gradient", "hessian"])
def test_slack_of_the_profile_functions_alone_keeps_the_truth_in(bare, part):
    # z = v and ω = 1: no other rounding is left, so SLACK carries the enclosure by itself.
    assert escapes(ONE, Ridge.of(ONE), np.random.default_rng(2).uniform(-30, 30, 200), part) == 0


def test_slack_of_the_linear_form_is_needed_where_large_numbers_cancel(monkeypatch):
    # z = 12345.67·v − 0.1·12345.67 near v = 0.1: 17 digits of it cancel.
    case = problem([("12345.67", "-1234.567", 0)], w_y=1, bias=0)
    points = 0.1 + np.random.default_rng(3).uniform(-1e-4, 1e-4, 200)
    assert escapes(case, Ridge.of(case), points, "value") == 0
    original = module.form_range
    ridge = Ridge.of(case)
    monkeypatch.setattr(module, "form_range", lambda a, b, error, low, high: original(a, b, 0 * error, low, high))
    monkeypatch.setattr(module, "ULP", 0.0)
    assert escapes(case, ridge, points, "value") > 50


def test_without_its_turns_the_range_of_a_derivative_is_too_small():
    ridge = Ridge.of(ONE)
    box = np.array([[-8.0]]), np.array([[8.0]])
    for turns, part, truth in (("slope_turns", "gradient", 8 / 27), ("curvature_turns", "hessian", 0.15)):
        for keep in ((), None):
            profile = ridge.profile if keep is None else replace(ridge.profile, **{turns: keep})
            found = module.enclose(replace(ridge, profile=profile), *box)
            assert (getattr(found, part).upper.max() >= truth) == (keep is None)


@pytest.mark.parametrize("left_out", [0, 1])
def test_each_turn_of_the_curvature_is_needed(left_out):
    ridge = Ridge.of(ONE)
    turns = ridge.profile.curvature_turns
    z = turns[left_out].z
    box = np.array([[z - 0.5]]), np.array([[z + 0.5]])
    whole = module.enclose(ridge, *box).hessian
    less = module.enclose(
        replace(ridge, profile=replace(ridge.profile, curvature_turns=(turns[1 - left_out],))), *box
    ).hessian
    side = "upper" if turns[left_out].value > 0 else "lower"
    assert abs(getattr(whole, side) - turns[left_out].value).max() < 1e-12
    assert abs(getattr(less, side) - turns[left_out].value).max() > 1e-4


def test_negative_factors_swap_the_ends():
    # Label 1 flips the sign of a: f(v) = σ(−v)² falls, so its slope on [−1, 1] is negative throughout.
    falling = Ridge.of(problem([(1, 0, 1)], w_y=0, bias=0))
    found = module.enclose(falling, np.array([[-1.0]]), np.array([[1.0]])).gradient
    assert found.lower[0, 0] < found.upper[0, 0] < 0


def test_rounding_of_the_constant_is_counted_where_the_loss_is_nearly_zero(bare):
    # Label 1/3 and z with σ(z) = 1/3: a sum of −2/9 and +2/9. Its enclosure must reach below the true 0.
    case = problem([(1, 0, "1/3")], w_y=0, bias=0)
    v = -0.6931471805599453
    bare.undo()
    assert escapes(case, Ridge.of(case), np.array([v]), "value") == 0
    found = module.enclose(Ridge.of(case), np.array([[v]]), np.array([[v]]), order=0).value
    assert found.lower[0] <= 0
