"""Backpropagation with the numbers of one point put in: forward values, backward messages, the gradient.

    forward     z_j = Σ_k w_jk a_k + b_j,   a_j = f(z_j)
    backward    ∂L/∂a_j = Σ_m ∂L/∂z_m w_mj,   ∂L/∂z_j = ∂L/∂a_j f'(z_j)
    gradient    ∂L/∂w_jk = ∂L/∂z_j a_k,   ∂L/∂b_j = ∂L/∂z_j

Every local derivative comes from the formula itself, run over jets; nothing here knows a rule. *Computed*.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.jets import Jets
from chainrule.calculus.substitution import require_row
from chainrule.errors import ProblemError
from chainrule.exact import as_double
from chainrule.formula import activation, layer_output, output_loss, preactivation
from chainrule.problem import Problem
from chainrule.problem.problem import require_weight
from chainrule.shown import Shown, aligned


@dataclass(frozen=True)
class UnitValues:
    """One unit at one point. Layers and units count from 0.

    `slope` is ``f'(z)`` and `arriving` is ``∂L/∂a``; both are None where all units of the last layer act together
    (softmax) or where the loss is written over z (cross-entropy). `message` is ``∂L/∂z``.
    """

    layer: int
    unit: int
    z: float
    a: float
    slope: float | None
    arriving: float | None
    message: float


@dataclass(frozen=True, repr=False)
class Backpropagation(Shown):
    """One point's way through the network and back: `gradient` names every weight, fixed ones too."""

    problem: Problem
    row: int
    inputs: tuple[float, ...]
    targets: tuple[float, ...]
    units: tuple[UnitValues, ...]
    loss: float
    gradient: Mapping[str, float]

    def unit_table(self) -> list[list[str]]:
        """A head, and a row for each unit: forward values, then what comes back."""
        rows = [["unit", "z", "a", "a' = da/dz", "∂L/∂a", "∂L/∂z"]]
        for unit in self.units:
            name = self.problem.network.part_name("a", unit.layer, unit.unit)
            rows.append([name, *map(_shown, (unit.z, unit.a, unit.slope, unit.arriving, unit.message))])
        return rows

    def gradient_table(self) -> list[list[str]]:
        """A head, and a row for each weight."""
        free = self.problem.free
        named = [[name if name in free else f"{name} (fixed)", _shown(g)] for name, g in self.gradient.items()]
        return [["weight", "∂L/∂weight"], *named]

    def __str__(self) -> str:
        tables = [aligned(self.unit_table()), aligned(self.gradient_table())]
        return "\n\n".join([f"point {self.row + 1}: loss {_shown(self.loss)} (computed)", *tables])


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value + 0.0:.6g}".replace("-", "−")


def backpropagate(problem: Problem, row: int, at: Mapping[str, object] | None = None) -> Backpropagation:
    """Forward values and backward messages of point `row` (from 0), the free weights having the values `at`.

    Raises
    ------
    ProblemError
        If there is no such row, a free weight has no value, or a number overflows.
    """
    point = [float(x) for x in problem.data.point(require_row(problem, row))[0]]
    targets = [float(column[row]) for column in problem.targets]
    weights = values_at(problem, at or {})
    with np.errstate(all="ignore"):
        z, a = _forward(problem, weights, point)
        loss, messages = _output_messages(problem, z[-1], targets)
        units, gradient = _backward(problem, weights, [point, *a], z, messages, targets)
    found = Backpropagation(problem, row, tuple(point), tuple(targets), units, loss, gradient)
    if not all(map(math.isfinite, [loss, *gradient.values()])):
        raise ProblemError(f"at these weights the loss of point {row + 1} is not a finite number; take smaller weights")
    return found


def values_at(problem: Problem, at: Mapping[str, object]) -> dict[str, float]:
    """Every weight as a float: the fixed ones, and the free ones from `at`."""
    for name in at:
        require_weight(name, problem.network)
        if name in problem.fixed:
            raise ProblemError(f"weight {name} is fixed; a value is for a free weight: {', '.join(problem.free)}")
    missing = [name for name in problem.free if name not in at]
    if missing:
        raise ProblemError(
            f"no value for the free weight {missing[0]}; needed one for each of {', '.join(problem.free)}"
        )
    given = {name: as_double(value, f"weight {name}") for name, value in at.items()}
    return {name: given[name] if name in given else float(problem.fixed[name]) for name in problem.network.weight_names}


Rows = list[list[float]]


def _forward(problem: Problem, weights: Mapping[str, float], point: Sequence[float]) -> tuple[Rows, Rows]:
    network, algebra = problem.network, Arrays()
    as_arrays = {name: np.asarray(value) for name, value in weights.items()}
    below, z, a = [np.asarray(x) for x in point], [], []
    for number, layer in enumerate(network.layers):
        sums = [preactivation(algebra, network, as_arrays, number, unit, below) for unit in range(layer.units)]
        below = layer_output(algebra, layer, sums)
        z.append([float(value) for value in sums])
        a.append([float(value) for value in below])
    return z, a


def _output_messages(problem: Problem, z: Sequence[float], targets: Sequence[float]) -> tuple[float, list[float]]:
    """The loss and its derivative by each output's z, from the formula after the last sum."""
    jets = Jets(Arrays(), order=1)
    variables = [jets.variable(k, np.asarray(value)) for k, value in enumerate(z)]
    wanted = [jets.constant(Fraction(t)) for t in targets]
    found = output_loss(jets, problem.network.layers[-1], variables, wanted, problem.loss)
    return float(found.value), [float(found.gradient.get(k, 0.0)) for k in range(len(z))]


def _backward(
    problem: Problem,
    weights: Mapping[str, float],
    values: Rows,
    z: Rows,
    messages: list[float],
    targets: Sequence[float],
) -> tuple[tuple[UnitValues, ...], dict[str, float]]:
    """From the last layer to the first; `values` are the inputs and then the activations of each layer."""
    network, last = problem.network, len(problem.network.layers) - 1
    units: list[UnitValues] = []
    gradient: dict[str, float] = {}
    for number in range(last, -1, -1):
        layer, at_last = network.layers[number], number == last
        arriving: list[float | None] = [None] * layer.units
        slopes: list[float | None] = [None] * layer.units
        if layer.activation != "softmax":
            slopes = [_slope(layer.activation, value) for value in z[number]]
        if at_last and layer.activation != "softmax" and problem.loss != "cross-entropy":
            pairs = zip(values[number + 1], targets, strict=True)
            arriving = [2 * (a - t) if problem.loss == "mse" else math.copysign(1, a - t) for a, t in pairs]
        elif not at_last:
            above = [
                [weights[network.weight_name(number + 1, m, j)] for m in range(len(messages))]
                for j in range(layer.units)
            ]
            into = [sum(d * w for d, w in zip(messages, row, strict=True)) for row in above]
            arriving, messages = list(into), [d * (s or 0.0) for d, s in zip(into, slopes, strict=True)]
        for unit, message in enumerate(messages):
            a = values[number + 1][unit]
            units.append(UnitValues(number, unit, z[number][unit], a, slopes[unit], arriving[unit], message))
            for k, below in enumerate(values[number]):
                gradient[network.weight_name(number, unit, k)] = message * below
            if layer.bias:
                gradient[network.bias_name(number, unit)] = message
    order = {name: gradient[name] for name in network.weight_names}
    return tuple(sorted(units, key=lambda u: (u.layer, u.unit))), order


def _slope(name: str, z: float) -> float:
    jets = Jets(Arrays(), order=1)
    return float(activation(jets, name, jets.variable(0, np.asarray(z))).gradient[0])
