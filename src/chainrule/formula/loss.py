"""The loss as a formula: the mean over the points of what one point costs (`chainrule.problem.problem` lists how).

With case weights c the mean of ``(n/Σc)·c_i·cost_i``; with a penalty λ, plus ``λ Σ w²`` over the weights that are no biases.

Cross-entropy is written over the preactivations, where it cannot overflow, and no term of it is below 0:

    −ln σ(z) = softplus(−z),   −ln(1 − σ(z)) = softplus(z),   and for softmax `softmax_entropy`
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from chainrule.algebra.base import Algebra, V
from chainrule.formula.network import layer_output, preactivations
from chainrule.formula.softmax import softmax_entropy
from chainrule.problem import Network, Problem
from chainrule.problem.network import Layer


def point_loss(
    algebra: Algebra[V],
    network: Network,
    weights: Mapping[str, V],
    inputs: Sequence[V],
    targets: Sequence[V],
    kind: str = "mse",
) -> V:
    """What one point costs, or each row of a column; `targets` has one value for each output."""
    z = preactivations(algebra, network, weights, inputs)[-1]
    return output_loss(algebra, network.layers[-1], z, targets, kind)


def output_loss(algebra: Algebra[V], layer: Layer, z: Sequence[V], targets: Sequence[V], kind: str) -> V:
    """What one point costs where the last layer has the preactivations `z`."""
    if kind == "cross-entropy":
        entropy = softmax_entropy if layer.activation == "softmax" else _sigmoid_entropy
        return entropy(algebra, z, targets)
    found = layer_output(algebra, layer, z)
    residuals = [algebra.add(a, algebra.negate(t)) for a, t in zip(found, targets, strict=True)]
    return _sum(algebra, [algebra.function("abs", r) if kind == "mae" else algebra.square(r) for r in residuals])


def _sigmoid_entropy(algebra: Algebra[V], z: Sequence[V], targets: Sequence[V]) -> V:
    """``Σ_k t_k softplus(−z_k) + (1 − t_k) softplus(z_k)``."""
    terms = []
    for unit, t in zip(z, targets, strict=True):
        missed = algebra.add(algebra.constant(Fraction(1)), algebra.negate(t))
        terms.append(algebra.multiply(t, algebra.function("softplus", algebra.negate(unit))))
        terms.append(algebra.multiply(missed, algebra.function("softplus", unit)))
    return _sum(algebra, terms)


def _sum(algebra: Algebra[V], terms: Sequence[V]) -> V:
    return algebra.add(*terms) if len(terms) > 1 else terms[0]


def loss(algebra: Algebra[V], problem: Problem, weights: Mapping[str, V]) -> V:
    """The loss of the whole data set at `weights`, which names every weight of the network."""
    inputs = [algebra.column(column) for column in problem.data.inputs]
    targets = [algebra.column(column) for column in problem.targets]
    costs = point_loss(algebra, problem.network, weights, inputs, targets, problem.loss)
    if (case_weights := problem.data.case_weights) is not None:
        share = Fraction(len(case_weights)) / sum(case_weights, start=Fraction(0))
        costs = algebra.multiply(algebra.constant(share), algebra.column(case_weights), costs)
    mean = algebra.mean(costs)
    if not problem.penalty:
        return mean
    squares = _sum(algebra, [algebra.square(weights[name]) for name in problem.penalized])
    return algebra.add(mean, algebra.mean(algebra.multiply(algebra.constant(problem.penalty), squares)))


def weight_values(algebra: Algebra[V], problem: Problem, free: Mapping[str, V]) -> dict[str, V]:
    """All weights as values of the algebra: the fixed ones as constants, the free ones as given."""
    fixed = {name: algebra.constant(value) for name, value in problem.fixed.items()}
    return {name: fixed[name] if name in fixed else free[name] for name in problem.network.weight_names}
