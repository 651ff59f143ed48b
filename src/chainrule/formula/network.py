"""The network as a formula: ``a_j = activation(Σ_k w_jk a_k + b_j)``, layer by layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chainrule.algebra.base import Algebra, V
from chainrule.problem.network import Network


def preactivation(
    algebra: Algebra[V], network: Network, weights: Mapping[str, V], layer: int, unit: int, below: Sequence[V]
) -> V:
    """``z = Σ_k a_k w_jk + b_j`` of one unit, from the values of the layer below."""
    terms = [
        algebra.multiply(value, weights[network.weight_name(layer, unit, source)]) for source, value in enumerate(below)
    ]
    if network.layers[layer].bias:
        terms.append(weights[network.bias_name(layer, unit)])
    return algebra.add(*terms)


def activation(algebra: Algebra[V], name: str, z: V) -> V:
    """The activation of that name at the preactivation `z`."""
    return {"sigmoid": algebra.sigmoid}[name](z)


def output(algebra: Algebra[V], network: Network, weights: Mapping[str, V], inputs: Sequence[V]) -> V:
    """The output of the network for inputs of the algebra."""
    values = list(inputs)
    for number, layer in enumerate(network.layers):
        values = [
            activation(algebra, layer.activation, preactivation(algebra, network, weights, number, unit, values))
            for unit in range(layer.units)
        ]
    return values[0]
