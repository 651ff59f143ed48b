"""Verdicts over several free weights: attained, not attained, undecided, on clean and on degenerate data."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_iris

import chainrule
from chainrule.errors import ProblemError
from chainrule.problem import Problem
from chainrule.prove.boxes.search import Limits
from chainrule.prove.search import search

CROSS = [(-1, 1, 0), (1, -1, 0), (3, 1, 1), (1, 3, 1)]
# Overlapping classes: (0,0) and (1,0) contradict each other, so no line has every point on its right side.
OVERLAP = [(0, 0, 0), (0, 0, 1), (1, 0, 0), (1, 0, 1), (0, 1, 0), (0, 1, 1)]


def state(points, **weights):
    return Problem.state(["x", "y"], points, weights)


def holds(answer, value, digits=10):
    low, high = answer.minimum.value.lower, answer.minimum.value.upper
    assert low <= value + Fraction(1, 10**digits)
    assert high >= value - Fraction(1, 10**digits)
    return high - low


def test_cross_with_both_inputs_free_approaches_its_infimum_along_the_diagonal():
    answer = search(state(CROSS, bias=-1))
    # inf = (2/4)·inf over the two rows that stay, both z = −1 with label 0 when w_x = w_y: ½·σ(−1)².
    assert holds(answer, Fraction("0.036164744064"), 11) < Fraction(1, 10**9)
    assert answer.minimum.kind == "not-attained"
    assert answer.minimum.at is None
    assert answer.minimum.direction["w_x"] == answer.minimum.direction["w_y"] > 0
    assert "no minimum, local or global" in answer.minimum.why
    assert "never reaches it" in answer.minimum.why
    assert any("Points 1, 2" in reason for reason in answer.reasons)


def test_separable_data_has_infimum_zero_with_any_number_of_weights():
    x, y = load_breast_cancer(return_X_y=True)
    answer = search(Problem.from_table(np.column_stack([x, y])))
    assert answer.minimum.kind == "not-attained"
    assert answer.minimum.value.lower == answer.minimum.value.upper == 0
    assert "separable" in answer.reasons[0]


def test_flower_sepals_have_their_minimum_over_all_reals():
    x, y = load_iris(return_X_y=True)
    x, y = x[y > 0][:, :2], y[y > 0] - 1
    answer = search(Problem.from_table(np.column_stack([(x - x.mean(axis=0)) / x.std(axis=0), y])))
    assert answer.minimum.kind == "attained"
    assert answer.minimum.domain is None
    assert holds(answer, Fraction("0.186759114313")) < Fraction(1, 10**6) + Fraction(1, 10**9)
    for name, interval in answer.minimum.at.items():
        assert interval.lower <= answer.best[name] <= interval.upper


def test_rows_that_contradict_each_other_cost_a_quarter_each():
    answer = search(state(OVERLAP))
    # Every place has one label 0 and one label 1: the loss of a pair is least, 1/4 each, where the output is ½ there.
    assert answer.minimum.kind == "attained"
    assert holds(answer, Fraction(1, 4)) < Fraction(1, 10**8)
    for interval in answer.minimum.at.values():
        assert interval.lower <= 0 <= interval.upper


def test_a_point_that_stays_but_costs_nothing_is_not_said_to_keep_the_loss_above_0():
    # Along (1, −1) points 1 and 2 get better; point 3 has z = bias at the end, and costs nothing at bias = 0: σ(0) = 1/2.
    answer = search(Problem.state(["x", "y"], [(1, 2, 0), (2, 1, 1), (3, 3, "1/2")]))
    assert answer.minimum.kind == "not-attained"
    assert any("Point 3 does not change along that direction;" in reason for reason in answer.reasons)


def test_what_is_no_problem_is_refused_with_what_was_needed():
    with pytest.raises(ProblemError, match=r"found str 'x\^2'; needed a problem.*TypedProblem.read"):
        chainrule.minimize("x^2")


def test_duplicate_rows_change_nothing():
    points = [(0, 1, 0), (1, 0, 1), (1, 1, 0), (0, 0, 1), (2, 1, 1)]
    once, twice = search(state(points)), search(state(points * 2))
    assert once.minimum.kind == twice.minimum.kind
    assert holds(twice, once.minimum.value.middle, 5) <= Fraction(1, 10**5)


def test_a_column_that_repeats_another_is_fixed_at_zero_and_said_so():
    plain = search(Problem.state(["x"], [(p[0] - p[1], p[2]) for p in OVERLAP]))
    answer = search(state([(x - y, x - y, label) for x, y, label in OVERLAP]))
    assert answer.minimum.kind == plain.minimum.kind == "attained"
    assert answer.minimum.at["w_y"].lower == answer.minimum.at["w_y"].upper == 0
    assert answer.minimum.why.startswith("the weight w_y can be fixed at 0, because")
    assert "w_y can be fixed at 0, because other weights can do all that it does" in answer.minimum.why
    holds(answer, plain.minimum.value.middle)


@pytest.mark.parametrize("constant", [0, 3])
def test_a_constant_column_adds_nothing_that_the_bias_cannot_do(constant):
    points = [(x, constant, label) for x, label in [(0, 0), (0, 1), (2, 0), (2, 1)]]
    answer = search(state(points))
    assert answer.minimum.kind == "attained"
    holds(answer, Fraction(1, 4))
    assert "can be fixed at 0" in answer.minimum.why


def test_one_row_is_fitted_better_and_better():
    answer = search(state([(3, 4, 1)]))
    assert answer.minimum.kind == "not-attained"
    assert answer.minimum.value.upper == 0


def test_one_row_whose_label_lies_between_is_fitted_exactly():
    # σ(z) = ¼ at z = −ln 3, which the weights can reach: the loss there is 0.
    answer = search(state([(3, 4, "0.25")]))
    assert answer.minimum.kind == "attained"
    assert holds(answer, 0) < Fraction(1, 10**6)


@pytest.mark.parametrize("label", [0, 1])
def test_one_class_only_is_a_matter_of_the_bias(label):
    answer = search(state([(0, 1, label), (5, 2, label), (-3, 0, label)]))
    assert answer.minimum.kind == "not-attained"
    assert answer.minimum.value.upper == 0


def test_rows_of_zeros_with_no_bias_cost_a_quarter_whatever_the_weights_are():
    answer = search(state([(0, 0, 0), (0, 0, 1)], bias=0))
    assert holds(answer, Fraction(1, 4)) < Fraction(1, 10**20)
    assert answer.minimum.kind == "attained"


def test_a_minimum_in_a_box_is_about_the_box_and_may_lie_on_its_face():
    box = {name: (Fraction(-1), Fraction(2)) for name in ("w_x", "w_y", "bias")}
    answer = search(state(CROSS), box)
    assert answer.minimum.kind == "attained"
    assert {n: (i.lower, i.upper) for n, i in answer.minimum.domain.items()} == box
    assert answer.minimum.at["w_x"].upper == 2  # separable data pulls outward
    assert "in the box" in answer.minimum.why


def test_a_limit_gives_an_honest_interval_and_names_itself():
    x, y = load_breast_cancer(return_X_y=True)
    problem = Problem.from_table(np.column_stack([(x - x.mean(axis=0)) / x.std(axis=0), y])[:, [0, 1, 2, 3, 30]])
    box = {name: (Fraction(-10), Fraction(10)) for name in problem.free}
    answer = search(problem, box, Limits(gap=1e-9, boxes=500))
    assert answer.minimum.kind == "undecided"
    assert answer.minimum.at is None
    assert "the limit on boxes was reached" in answer.minimum.why
    assert 0 <= answer.minimum.value.lower < answer.minimum.value.upper < Fraction(1, 10)


def test_the_infimum_of_rows_that_stay_is_not_claimed_from_a_box():
    """Iris petals have infimum 0.03 at infinity; a search in ±10 sees 0.0336, which once became a claim over all reals."""
    x, y = load_iris(return_X_y=True)
    x, y = x[y > 0][:, 2:], y[y > 0] - 1.0
    petals = np.column_stack([(x - x.mean(axis=0)) / x.std(axis=0), np.zeros(100), y])
    answer = search(Problem.from_table(np.vstack([petals, [0, 0, 1, 1]])), None, Limits(gap=1e-3))
    assert answer.minimum.kind == "not-attained"
    assert answer.minimum.value.lower <= Fraction(3, 101)  # 100/101 · 0.03
    assert answer.minimum.direction["w_z"] > 0


@pytest.mark.filterwarnings("error")
def test_a_column_of_zeros_with_a_penalty_is_given_the_weight_0():
    """Without the penalty it would be left out; with it the weight counts, and the forms have no scale along it."""
    problem = replace(state([(1, 0, 0), (2, 0, 1), (3, 0, 0), (4, 0, 1)]), penalty=Fraction(1, 100))
    answer = chainrule.minimize(problem)
    assert (answer.minimum.kind, answer.minimum.trust, answer.minimum.domain) == ("attained", "proved", None)
    assert answer.minimum.at["w_y"].lower <= 0 <= answer.minimum.at["w_y"].upper
