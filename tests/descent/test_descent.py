"""Paths go where the mathematics says, their tables are the methods' own recurrences, and the sentence is true."""

import json
import math

import numpy as np
import pytest

import chainrule
from chainrule.descent import METHODS, Objective, Schedule, descend
from chainrule.errors import ChainruleError
from chainrule.problem import Problem
from tests.calculus.networks import NETWORKS
from tests.calculus.problems import walk_through

CROSS = walk_through("cross")
PROVED = chainrule.minimize(CROSS)
# 1.0531999895…, the cross's only stationary point (tests/problems.py says how it is known)
BEST = 1.05319998952
# a line through three points: f(w) = ((w)² + (2w − 1)² + (5w − 1)²)/3, f' = (60w − 14)/3, f'' = 20, so w* = 7/30
LINE = Problem.state(["x"], [[1, 0], [2, 1], [5, 1]], {"bias": 0}, activation="identity")


@pytest.mark.parametrize("method", METHODS)
def test_every_method_finds_the_proved_minimum_of_the_cross(method):
    path = descend(CROSS, method, {"w_x": 0}, rate=4 if method == "gd" else 0.5, steps=1000, answer=PROVED)
    assert path.steps[-1].at[0] == pytest.approx(BEST, abs=1e-6)
    assert path.ending.status == "converged"
    assert path.ending.trust == "proved"
    assert "the global minimum (proved), w_x = 1.053199989" in path.ending.sentence


def test_the_gradient_and_hessian_are_those_of_central_differences():
    for problem in NETWORKS.values():
        theta = np.random.default_rng(1).uniform(-1, 1, len(problem.free))
        objective = Objective(problem)
        value, gradient = objective.slope(theta)
        hessian = objective.curvature(theta)
        assert value == pytest.approx(objective.value(theta), rel=1e-14)
        for k in range(len(theta)):
            step = np.eye(len(theta))[k] * 1e-5
            assert gradient[k] == pytest.approx(
                (objective.value(theta + step) - objective.value(theta - step)) / 2e-5, abs=1e-8
            )
            sides = [objective.slope(theta + side * step)[1] for side in (1, -1)]
            assert hessian[k] == pytest.approx((sides[0] - sides[1]) / 2e-5, abs=1e-7)


def test_gradient_descent_on_a_parabola_by_hand():
    # θ ← θ − η(20θ − 14/3): from 1 with η = 0.02 to 1 − 0.02·46/3 = 52/75, then 52/75 − 0.02·(20·52/75 − 14/3) = 0.509333…
    path = descend(LINE, "gd", {"w_x": 1}, rate=0.02, steps=2)
    assert [step.at[0] for step in path.steps] == pytest.approx(
        [1, 52 / 75, 52 / 75 - 0.4 * 52 / 75 + 0.28 / 3], rel=1e-14
    )
    assert [step.rate for step in path.steps] == [0.02, 0.02, None]
    assert path.steps[0].gradient[0] == pytest.approx(46 / 3, rel=1e-14)


def test_momentum_keeps_the_velocity_it_says():
    path = descend(LINE, "momentum", {"w_x": 1}, rate=0.01, steps=5)
    velocity = 0.0
    for before, after in zip(path.steps, path.steps[1:], strict=False):
        velocity = 0.9 * velocity + before.gradient[0]
        assert before.inside["velocity"][0] == pytest.approx(velocity, rel=1e-14)
        assert after.at[0] == pytest.approx(before.at[0] - 0.01 * velocity, rel=1e-14)


def test_the_first_step_of_adam_is_the_rate_whatever_the_slope():
    # t = 1: m̂ = g and ŝ = g², so the step is η g/(|g| + ε), η to 1e-8/|g|
    path = descend(LINE, "adam", {"w_x": 1}, rate=0.125, steps=3)
    assert path.steps[1].at[0] == pytest.approx(0.875, rel=1e-8)
    g = path.steps[0].gradient[0]
    assert path.steps[0].inside["mean"] == pytest.approx((0.1 * g,))
    assert path.steps[0].inside["square"] == pytest.approx((0.001 * g * g,))


def test_schedules_are_their_formulas():
    assert [Schedule(2, 4, "constant").at(t) for t in range(4)] == [2, 2, 2, 2]
    assert [Schedule(2, 4, "1/t").at(t) for t in range(4)] == pytest.approx([2, 1, 2 / 3, 1 / 2])
    # cos 0, cos π/4, cos π/2, cos 3π/4
    root = math.sqrt(0.5)
    assert [Schedule(2, 4, "cosine").at(t) for t in range(4)] == pytest.approx([2, 1 + root, 1, 1 - root])


@pytest.mark.parametrize(
    ("rate", "status"), [(0.05, "converged"), (0.098, "converged"), (0.102, "too large"), (5, "too large")]
)
def test_on_a_parabola_of_curvature_20_a_step_above_a_tenth_diverges(rate, status):
    # 2/curvature = 2/20
    path = descend(LINE, "gd", {"w_x": 1}, rate=rate, steps=1000)
    assert path.ending.status == status
    if status == "too large":
        assert (
            f"the rate {rate} is larger than 2/curvature = 0.1: the largest curvature on the way is 20"
            in path.ending.sentence
        )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ["first-try", "one-point"])
def test_where_there_is_no_minimum_every_method_runs_off(method, name):
    problem = walk_through(name)
    path = descend(problem, method, {"w_x": 0}, rate=1, steps=300, answer=chainrule.minimize(problem))
    assert path.ending.status == "to infinity"
    assert path.ending.trust == "proved"
    assert "as w_x → +∞; there is no minimum (proved)" in path.ending.sentence


def test_too_few_steps_are_said_to_be_too_few():
    path = descend(CROSS, "gd", {"w_x": 0}, rate=0.5, steps=5, answer=PROVED)
    assert path.ending.status == "out of steps"
    assert len(path.steps) == 6


def test_a_far_start_is_stuck_on_a_plateau():
    path = descend(CROSS, "gd", {"w_x": 200}, steps=20, answer=PROVED)
    assert path.ending.status == "plateau"


def test_a_start_on_a_symmetric_saddle_is_no_minimum():
    # x1 = x2 = 0 for weights of 0: both hidden units are alike and the gradient is 0, while it falls to either side
    xor = NETWORKS["xor"].release("b2[0]", "w1[1,y]")
    path = descend(xor, "gd", dict.fromkeys(xor.free, 0), steps=50)
    assert path.ending.status == "plateau"
    assert path.steps[-1].loss == 0.25


def test_equal_seeds_give_equal_paths_and_others_do_not():
    paths = [descend(NETWORKS["relu"], "adam", seed=seed, steps=3).to_json() for seed in (4, 4, 5)]
    assert paths[0] == paths[1] != paths[2]
    assert json.loads(json.dumps(paths[0]))["method"] == "adam"


@pytest.mark.parametrize("method", ["adam", "newton"])
def test_xor_is_learnt_by_two_hidden_units(method):
    problem = NETWORKS["xor"].release("b2[0]", "w1[1,y]")
    path = descend(problem, method, rate=0.1, steps=500, seed=0)
    outputs = path.steps[-1]
    assert outputs.loss < 1e-3
    assert path.ending.status == "to infinity"  # the loss of σ is never 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "adm"}, "method 'adm' is not one of gd, momentum, adam, newton, lbfgs; did you mean adam"),
        ({"rate": 0.0}, "found a rate of 0.0; needed a number above 0"),
        ({"rate": math.nan}, "found a rate of nan"),
        ({"steps": 0}, "found 0 steps; needed a whole number from 1 to 20,000"),
        ({"schedule": "cosin"}, "did you mean cosine"),
        ({"start": {"w_z": 1}}, "weight 'w_z' is not one of"),
        ({"start": {"bias": 1}}, "the start has bias, which is fixed"),
        ({"start": {"w_x": "nan"}}, "start of w_x: found 'nan'"),
    ],
)
def test_options_that_make_no_sense_are_refused(options, message):
    with pytest.raises(ChainruleError, match=message):
        descend(CROSS, **options)


def test_a_start_without_a_finite_loss_is_refused():
    huge = Problem.state(["x"], [["1e99", 0]], {"bias": 0}, activation="identity")
    with pytest.raises(ChainruleError, match="the loss at the start is not a finite number"):
        descend(huge, start={"w_x": "1e99"})
