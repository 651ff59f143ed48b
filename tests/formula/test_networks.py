"""One formula for every network: all algebras agree, and it is what NumPy computes written out by hand."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import sympy

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.balls import Balls
from chainrule.algebra.expressions import Expressions, single
from chainrule.algebra.intervals import Bounds, Intervals
from chainrule.algebra.jets import Jets
from chainrule.algebra.sympy import SymPy
from chainrule.expression import parse, print_expression
from chainrule.expression.tree import Symbol
from chainrule.formula import loss, weight_values
from chainrule.problem import Problem

XOR = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
THREE = [[0, 0, 0], [1, 0, 1], [0, 1, 2], [2, 1, 2]]

NETWORKS = {
    "tanh": Problem.state(["x", "y"], XOR, layers=[2, 1], activation=["tanh", "sigmoid"]),
    "relu": Problem.state(["x", "y"], XOR, layers=[2, 1], activation=["relu", "identity"]),
    "mae": Problem.state(["x", "y"], XOR, layers=[2, 1], activation=["softplus", "sigmoid"], loss="mae"),
    "deep": Problem.state(["x", "y"], XOR, layers=[2, 2, 1], bias=[True, False, True], loss="cross-entropy"),
    "softmax": Problem.state(["x", "y"], THREE, layers=[2, 3], activation=["tanh", "softmax"], loss="cross-entropy"),
    "brier": Problem.state(["x", "y"], THREE, layers=[3], activation="softmax"),
    "two": Problem.state(["x", "y"], XOR, layers=[2], activation="softmax", loss="mae"),
    "several": Problem.state(["x", "y"], THREE, layers=[3], activation="sigmoid", loss="cross-entropy"),
}
SHAPES = {
    "tanh": (np.tanh,),
    "relu": (lambda z: np.maximum(z, 0),),
    "softplus": (lambda z: np.log1p(np.exp(z)),),
    "identity": (lambda z: z,),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)),),
    "softmax": (lambda z: np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True),),
}


def weights_of(problem, seed=0):
    chosen = np.random.default_rng(seed).integers(-200, 200, len(problem.free))
    return {name: Fraction(int(n), 100) for name, n in zip(problem.free, chosen, strict=True)}


def by_hand(problem, weights):
    """The loss with matrices, as a textbook of NumPy would write it."""
    values = np.stack([column.nearest for column in problem.data.inputs], axis=-1)
    network, w = problem.network, {name: float(value) for name, value in weights.items()}
    for number, layer in enumerate(network.layers):
        below = values.shape[-1]
        matrix = np.array([[w[network.weight_name(number, j, k)] for k in range(below)] for j in range(layer.units)])
        bias = np.array([w.get(network.bias_name(number, j), 0.0) for j in range(layer.units)])
        values = SHAPES[layer.activation][0](values @ matrix.T + bias)
    label = problem.data.label.nearest
    targets = np.eye(layer.units)[label.astype(int)] if layer.units > 1 else label[:, None]
    if problem.loss == "mse":
        cost = (values - targets) ** 2
    elif problem.loss == "mae":
        cost = np.abs(values - targets)
    elif layer.activation == "softmax":
        cost = -targets * np.log(values)
    else:
        cost = -targets * np.log(values) - (1 - targets) * np.log(1 - values)
    return float(cost.sum(axis=-1).mean())


def value(algebra, problem, weights):
    return loss(algebra, problem, weight_values(algebra, problem, {k: algebra.constant(v) for k, v in weights.items()}))


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("seed", [0, 1])
def test_all_algebras_agree_with_the_loss_written_out_by_hand(name, seed):
    problem = NETWORKS[name]
    weights = weights_of(problem, seed)
    truth = by_hand(problem, weights)
    assert float(value(Arrays(), problem, weights)) == pytest.approx(truth, rel=1e-12)
    ball = value(Balls(), problem, weights)
    assert float(ball) == pytest.approx(truth, rel=1e-12)
    assert float(value(SymPy(), problem, weights).evalf()) == pytest.approx(truth, rel=1e-12)
    bounds = value(Intervals(), problem, weights)
    assert bounds.lower <= float(ball) <= bounds.upper
    assert bounds.upper - bounds.lower < 1e-12


@pytest.mark.parametrize("name", NETWORKS)
def test_intervals_hold_the_loss_over_a_box_of_weights(name):
    problem, rng = NETWORKS[name], np.random.default_rng(3)
    middle = weights_of(problem)
    intervals = Intervals()
    box = {
        k: type(intervals.constant(v))(np.array(float(v) - 0.1), np.array(float(v) + 0.1)) for k, v in middle.items()
    }
    bounds = loss(intervals, problem, weight_values(intervals, problem, box))
    for _ in range(30):
        inside = {k: v + Fraction(int(rng.integers(-100, 101)), 1000) for k, v in middle.items()}
        assert bounds.lower <= by_hand(problem, inside) <= bounds.upper


@pytest.mark.parametrize("name", NETWORKS)
def test_no_loss_is_enclosed_below_0_over_however_wide_a_box(name):
    problem, intervals = NETWORKS[name], Intervals()
    box = {k: Bounds(np.array(-10.0), np.array(10.0)) for k in weights_of(problem)}
    # nothing is subtracted from a square, an absolute value or a softplus: only underflow may lie below 0
    assert loss(intervals, problem, weight_values(intervals, problem, box)).lower > -1e-300


def test_softmax_cross_entropy_does_not_cancel_where_it_is_small():
    problem = Problem.state(["x"], [[1, 0]], {"b1[0]": 0, "b1[1]": 0}, layers=[2], activation="softmax")
    problem = replace(problem, loss="cross-entropy")
    # −ln softmax_0(40, 0) = ln(1 + e^−40)
    found = float(value(Arrays(), problem, {"w1[0,x]": Fraction(40), "w1[1,x]": Fraction(0)}))
    assert found == pytest.approx(math.exp(-40), rel=1e-14)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_gradient_is_that_of_central_differences(name):
    problem = NETWORKS[name]
    weights = {k: float(v) + 0.003 for k, v in weights_of(problem).items()}  # off the kinks of relu
    jets = Jets(Arrays())
    variables = {k: jets.variable(i, np.array(v)) for i, (k, v) in enumerate(weights.items())}
    found = loss(jets, problem, weight_values(jets, problem, variables))
    for i, k in enumerate(weights):
        up, down = (by_hand(problem, {**weights, k: weights[k] + h}) for h in (1e-6, -1e-6))
        assert float(found.gradient[i]) == pytest.approx((up - down) / 2e-6, abs=1e-8)


def test_the_gradient_and_hessian_of_a_network_are_those_of_sympy():
    problem = NETWORKS["softmax"]
    names = sympy.symbols(f"q:{len(problem.free)}")
    symbolic, jets = SymPy(), Jets(Arrays())
    weights = {k: float(v) for k, v in weights_of(problem).items()}
    tree = loss(symbolic, problem, weight_values(symbolic, problem, dict(zip(problem.free, names, strict=True))))
    at = dict(zip(names, weights.values(), strict=True))
    variables = {k: jets.variable(i, np.array(v)) for i, (k, v) in enumerate(weights.items())}
    found = loss(jets, problem, weight_values(jets, problem, variables))
    for i in (0, 4, 9):
        assert float(found.gradient[i]) == pytest.approx(float(tree.diff(names[i]).subs(at)), rel=1e-10)
        slope = tree.diff(names[i], names[9])
        assert float(found.hessian[i, 9]) == pytest.approx(float(slope.subs(at)), rel=1e-9)


@pytest.mark.parametrize("z", [-800.0, 800.0])
def test_cross_entropy_does_not_overflow_where_the_output_rounds_to_0_or_1(z):
    problem = Problem.state(["x"], [[1, 0], [1, 1]], {"bias": 0}, loss="cross-entropy")
    # −ln σ(∓800) = 800 + ln(1 + e^−800), −ln σ(±800) = e^−800: the mean is 400
    assert float(value(Arrays(), problem, {"w_x": Fraction(z)})) == pytest.approx(400, rel=1e-15)
    many = Problem.state(["x"], [[1, 0], [1, 1], [1, 2]], layers=[3], activation="softmax", loss="cross-entropy")
    weights = dict.fromkeys(many.free, Fraction(0)) | {"w1[0,x]": Fraction(z)}
    # for z = 800: ln(e^800 + 2) − (800, 0, 0); for −800: ln(2 + e^−800) − (−800, 0, 0)
    expected = 1600 / 3 if z > 0 else math.log(2) + 800 / 3
    assert float(value(Arrays(), many, weights)) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_printed_loss_is_the_loss(name):
    problem = NETWORKS[name]
    algebra, weights = Expressions(), weights_of(problem)
    symbols = {k: Symbol(k) for k in weights}
    tree = single(loss(algebra, problem, weight_values(algebra, problem, symbols)))
    from chainrule.algebra.evaluate import evaluate
    from chainrule.algebra.wide import WideArrays

    arrays = WideArrays()
    again = parse(print_expression(tree))
    found = evaluate(arrays, again, {k: arrays.constant(v) for k, v in weights.items()})
    assert float(found) == pytest.approx(by_hand(problem, weights), rel=1e-12)
