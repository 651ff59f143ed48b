"""The table of backpropagation is the gradient of the formula, and its parts multiply up to it."""

import numpy as np
import pytest

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.jets import Jets
from chainrule.calculus import backpropagate
from chainrule.errors import ProblemError
from chainrule.formula import loss, weight_values
from chainrule.problem import Problem
from tests.calculus.networks import NETWORKS


def some_weights(problem):
    chosen = np.random.default_rng(5).integers(-150, 150, len(problem.free))
    return {name: int(n) / 100 + 0.003 for name, n in zip(problem.free, chosen, strict=True)}


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("row", [0, 1])
def test_the_gradient_of_a_point_is_that_of_the_formula(name, row):
    problem = NETWORKS[name]
    weights = some_weights(problem)
    found = backpropagate(problem, row, weights)
    from dataclasses import replace

    alone = replace(problem, data=problem.data.take([row]))
    jets = Jets(Arrays(), order=1)
    variables = {k: jets.variable(i, np.array(v)) for i, (k, v) in enumerate(weights.items())}
    truth = loss(jets, alone, weight_values(jets, alone, variables))
    assert found.loss == pytest.approx(float(truth.value), rel=1e-12)
    for i, k in enumerate(weights):
        assert found.gradient[k] == pytest.approx(float(truth.gradient.get(i, 0.0)), abs=1e-14, rel=1e-10)


def test_a_message_is_what_arrives_times_the_slope():
    found = backpropagate(NETWORKS["xor"], 1, some_weights(NETWORKS["xor"]))
    assert [(unit.layer, unit.unit) for unit in found.units] == [(0, 0), (0, 1), (1, 0)]
    for unit in found.units:
        assert unit.message == pytest.approx(unit.arriving * unit.slope, rel=1e-13)


def test_the_cross_by_hand():
    # point 1 of the cross is (−1, 1, 0): at w_x = 0 z = 1 − 1 = 0, a = ½, L = ¼, dL/dz = 2·½·¼ = ¼, by w_x −¼
    problem = Problem.state(["x", "y"], [[-1, 1, 0]], {"w_y": 1, "bias": -1})
    found = backpropagate(problem, 0, {"w_x": 0})
    (unit,) = found.units
    assert (unit.z, unit.a, unit.slope, unit.arriving, unit.message) == (0, 0.5, 0.25, 1, 0.25)
    assert found.gradient == {"w_x": -0.25, "w_y": 0.25, "bias": 0.25}


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ({}, "no value for the free weight w_x; needed one for each of w_x"),
        ({"w_x": 1, "bias": 2}, "weight bias is fixed; a value is for a free weight: w_x"),
        ({"w_z": 1}, "weight 'w_z' is not one of w_x, bias"),
        ({"w_x": "9e99"}, "not a finite number"),
    ],
)
def test_values_that_do_not_fit_the_free_weights_are_refused(at, message):
    problem = Problem.state(["x"], [["9e99", 0]], {"bias": 1}, activation="identity")
    with pytest.raises(ProblemError, match=message):
        backpropagate(problem, 0, at)
