"""The loss as a formula: the mean over the points of ``(output − label)²``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chainrule.algebra.base import Algebra, V
from chainrule.formula.network import output
from chainrule.problem import Network, Problem


def point_loss(algebra: Algebra[V], network: Network, weights: Mapping[str, V], inputs: Sequence[V], label: V) -> V:
    """``(output − label)²`` of one point, or of each row of a column."""
    return algebra.square(algebra.add(output(algebra, network, weights, inputs), algebra.negate(label)))


def loss(algebra: Algebra[V], problem: Problem, weights: Mapping[str, V]) -> V:
    """The loss of the whole data set at `weights`, which names every weight of the network."""
    inputs = [algebra.column(column) for column in problem.data.inputs]
    label = algebra.column(problem.data.label)
    return algebra.mean(point_loss(algebra, problem.network, weights, inputs, label))


def weight_values(algebra: Algebra[V], problem: Problem, free: Mapping[str, V]) -> dict[str, V]:
    """All weights as values of the algebra: the fixed ones as constants, the free ones as given."""
    fixed = {name: algebra.constant(value) for name, value in problem.fixed.items()}
    return {name: fixed[name] if name in fixed else free[name] for name in problem.network.weight_names}
