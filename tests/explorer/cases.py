"""Cases for the page's formula, made from Python's: ``python -m tests.explorer.cases`` writes cases.json.

Loss and outputs come from the one formula over balls of 400 bits. The derivative is a central difference of the
same formula with step 2^-100: its error is about 2^-200, far below a double's 2^-53.
"""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from chainrule.algebra.balls import Balls, precision
from chainrule.formula import loss, outputs, weight_values
from chainrule.problem import Column, DataSet, Layer, Network, Problem
from chainrule.problem.network import ACTIVATIONS, LOSSES, dense_layers

STEP = Fraction(1, 2**100)
CROSS = [[-1, 1, 0], [1, -1, 0], [3, 1, 1], [1, 3, 1]]

# Weights of layers: multiples of 1/16, exact as doubles, no two alike; relu's kink is not met at these points.
LAYERED: list[
    tuple[str, list[str], list[list[float]], list[int], list[str]]
] = [  # name, inputs, points, units, activations
    ("xor", ["x", "y"], [[-2, -2, 0], [2, 2, 0], [-2, 2, 1], [2, -2, 1]], [2, 1], ["tanh", "sigmoid"]),
    ("relu inside", ["x", "y"], [[0.5, 1.5, 1], [-1.25, 2, 0], [3, -1, 1]], [3, 1], ["relu", "sigmoid"]),
    ("softplus inside", ["x", "y"], [[0.5, 1.5, 1], [-1.25, 2, 0]], [2, 1], ["softplus", "tanh"]),
    ("three layers", ["x"], [[0.5, 1], [-1.25, 0], [3, 1]], [2, 2, 1], ["sigmoid", "tanh", "identity"]),
]

THREE = [[0.5, 1.5, 0], [-1.25, 2, 1], [3, -1, 2], [0.25, 0.75, 1]]
BETWEEN = [[0.5, 1.5, 0.25], [-1.25, 2, 1], [3, -1, 0]]

# Every loss, penalties, case weights, layers without biases, several outputs: each activation of the last layer with each
# loss that it may have.
VARIANTS: list[tuple[str, list[list[float]], list[int], list[str], dict[str, Any]]] = [
    ("cross-entropy of a neuron", BETWEEN, [1], ["sigmoid"], {"loss": "cross-entropy"}),
    ("mae of a neuron", BETWEEN, [1], ["sigmoid"], {"loss": "mae"}),
    (
        "identity with penalty and case weights",
        BETWEEN,
        [1],
        ["identity"],
        {"penalty": 0.125, "case_weights": [1, 0, 2.5]},
    ),
    ("tanh without bias", BETWEEN, [1], ["tanh"], {"bias": False}),
    ("hidden layer without biases", BETWEEN, [2, 1], ["tanh", "sigmoid"], {"bias": [False, True], "penalty": 0.5}),
    ("output without bias", BETWEEN, [2, 1], ["relu", "sigmoid"], {"bias": [True, False], "loss": "cross-entropy"}),
    ("hidden mae", BETWEEN, [3, 1], ["softplus", "tanh"], {"loss": "mae", "case_weights": [0.5, 0.25, 3]}),
    ("softmax of three classes", THREE, [3], ["softmax"], {"loss": "cross-entropy"}),
    ("softmax of three classes, squared", THREE, [3], ["softmax"], {"penalty": 0.25, "case_weights": [1, 2, 3, 4]}),
    ("softmax, absolute", THREE, [2, 3], ["tanh", "softmax"], {"loss": "mae"}),
    ("softmax of two classes, shares as labels", BETWEEN, [2, 2], ["tanh", "softmax"], {"loss": "cross-entropy"}),
    ("two sigmoid outputs", BETWEEN, [2], ["sigmoid"], {"loss": "cross-entropy"}),
    ("three sigmoid outputs", THREE, [2, 3], ["softplus", "sigmoid"], {"case_weights": [1, 1, 2, 0]}),
    ("three outputs as they are", THREE, [3], ["identity"], {"bias": False}),
]

NEURONS: list[tuple[str, list[str], list[list[float]], dict[str, float]]] = [
    ("cross", ["x", "y"], CROSS, {"w_x": 0.5, "w_y": 1, "bias": -1}),
    ("one point, far", ["x", "y"], [[30, 40, 1]], {"w_x": -1.25, "w_y": 0.5, "bias": 3}),
    ("saturated on both sides", ["x", "y"], [[40, 1, 0], [-40, 2, 1]], {"w_x": 8, "w_y": 1, "bias": -1}),
    ("labels between", ["x"], [[0.25, 0.5], [1.5, 0.125], [-2, 1]], {"w_x": 1.75, "bias": -0.5}),
    (
        "three inputs",
        ["x", "y", "z"],
        [[1, 2, 3, 1], [0.5, -1, 2, 0]],
        {"w_x": 0.1, "w_y": -0.2, "w_z": 0.3, "bias": 0},
    ),
]


def make() -> list[dict[str, Any]]:
    """All cases as they stand in the file."""
    variants = (_layered(name, ["x", "y"], *variant) for name, *variant in VARIANTS)
    return [*(_case(*neuron) for neuron in NEURONS), *(_layered(*network) for network in LAYERED), *variants]


def _layered(
    name: str,
    inputs: list[str],
    points: list[list[float]],
    units: list[int],
    activation: list[str],
    setting: dict[str, Any] | None = None,
) -> dict[str, Any]:
    setting = dict(setting or {})
    layers = dense_layers(units, activation, setting.pop("bias", True))
    names = Network(tuple(inputs), layers).weight_names
    weights = {w: ((7 * k + 3) % 32 - 15.5) / 16 for k, w in enumerate(names)}
    return _case(name, inputs, points, weights, layers, setting)


def _case(
    name: str,
    inputs: list[str],
    points: list[list[float]],
    weights: dict[str, float],
    layers: tuple[Layer, ...] = (Layer(),),
    setting: dict[str, Any] | None = None,
) -> dict[str, Any]:
    setting = setting or {}
    data = DataSet.from_points(points, inputs, layers[-1].units)
    if shares := setting.get("case_weights"):
        data = replace(data, case_weights=Column(tuple(map(Fraction, shares))))
    kind, penalty = setting.get("loss", "mse"), Fraction(setting.get("penalty", 0))
    problem = Problem(Network(tuple(inputs), layers), data, {}, loss=kind, penalty=penalty)
    values = {k: Fraction(v) for k, v in weights.items()}
    with precision(400):
        slopes = [
            (_loss(problem, {**values, w: values[w] + STEP}) - _loss(problem, {**values, w: values[w] - STEP}))
            / (2 * STEP.numerator)
            * STEP.denominator
            for w in problem.network.weight_names
        ]
        algebra = Balls()
        theta = weight_values(algebra, problem, {k: algebra.constant(v) for k, v in values.items()})
        found = [
            outputs(algebra, problem.network, theta, [algebra.constant(Fraction(x)) for x in p[:-1]]) for p in points
        ]
        return {
            "name": name,
            "inputs": inputs,
            "layers": [{"units": layer.units, "activation": layer.activation, "bias": layer.bias} for layer in layers],
            **{key: value for key, value in setting.items() if key != "bias"},
            "weights": {w: weights[w] for w in problem.network.weight_names},
            "points": points,
            "outputs": [[float(a.mid()) for a in units] for units in found],
            "value": float(_loss(problem, values).mid()),
            "slopes": [float(s.mid()) for s in slopes],
        }


def _loss(problem: Problem, values: dict[str, Fraction]) -> Any:
    algebra = Balls()
    return loss(algebra, problem, {k: algebra.constant(v) for k, v in values.items()})


# The page computes these; a new activation or loss in Python's formula needs a decision here.
assert set(ACTIVATIONS) == {"sigmoid", "tanh", "relu", "softplus", "identity", "softmax"}
assert set(LOSSES) == {"mse", "mae", "cross-entropy"}

if __name__ == "__main__":
    Path(__file__).with_name("cases.json").write_text(json.dumps(make(), indent=1) + "\n")
