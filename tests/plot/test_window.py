"""The part of a line that is worth seeing, whatever the limits are."""

import math

import pytest

from chainrule.expression.typed import TypedProblem
from chainrule.plot import plot_loss
from chainrule.plot.window import heights, interesting_range, sample_curve
from chainrule.problem import Problem
from chainrule.problem.schema import problem_from_dict
from chainrule.verdict import minimize
from tests.page.problems import XOR

OVERLAP = [[1, 1], [2, 0], [-1, 0]]
PENALIZED = problem_from_dict({"inputs": ["x"], "penalty": "0.1", "weights": {"bias": 0}, "data": {"points": OVERLAP}})
ENTROPY = Problem.state(["x"], OVERLAP, {"bias": 0}, loss="cross-entropy")


@pytest.mark.parametrize("problem", [PENALIZED, ENTROPY], ids=["penalty", "cross-entropy"])
def test_a_loss_without_bounds_is_drawn_round_its_minimum(problem):
    answer = minimize(problem)
    left, right = interesting_range(answer)
    assert left < float(answer.minimum.at["w_x"].middle) < right
    assert right - left < 20
    drawn = plot_loss(answer)
    assert drawn.limits == ()


def test_a_curve_between_two_limits_is_seen_to_leave_the_one_and_reach_the_other():
    # Along w1[0,x] the loss of `xor` falls from 0.2443… to 0.0069…, nearly all of it while tanh(w ± 1) turns, |w| < 3.
    answer = minimize(XOR)
    left, right = interesting_range(answer)
    assert -4 < left < 0
    assert 1 < right < 6
    _, values = sample_curve(answer, left, right)
    low, high = (float(limit.middle) for limit in answer.limits["w1[0,x]"])
    assert abs(values[0] - low) < 0.05 * (low - high)
    assert abs(values[-1] - high) < 0.05 * (low - high)


def test_a_pole_does_not_flatten_the_rest():
    answer = minimize(TypedProblem.read("1/x"))
    places, values = sample_curve(answer, *interesting_range(answer))
    low, high = heights(answer, places, values)
    assert -200 < low < -1 < 1 < high < 200


def test_where_a_formula_is_not_defined_nothing_is_drawn():
    answer = minimize(TypedProblem.read("log(x)^2"))
    places, values = sample_curve(answer, *interesting_range(answer))
    assert all(math.isnan(value) == (place <= 0) for place, value in zip(places, values, strict=True))
