"""The network as a formula: ``a_j = activation(Σ_k w_jk a_k + b_j)``, layer by layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chainrule.algebra.base import Algebra, V
from chainrule.formula.softmax import softmax
from chainrule.problem.network import Layer, Network


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
    """The activation of that name (any but softmax) at the preactivation `z`."""
    if name == "identity":
        return z
    return algebra.sigmoid(z) if name == "sigmoid" else algebra.function(name, z)


def layer_output(algebra: Algebra[V], layer: Layer, z: Sequence[V]) -> list[V]:
    """What a layer puts out where its units have the preactivations `z`."""
    if layer.activation == "softmax":
        return softmax(algebra, z)
    return [activation(algebra, layer.activation, unit) for unit in z]


def preactivations(
    algebra: Algebra[V], network: Network, weights: Mapping[str, V], inputs: Sequence[V]
) -> list[list[V]]:
    """The ``z`` of every unit, layer by layer, for inputs of the algebra."""
    values, found = list(inputs), []
    for number, layer in enumerate(network.layers):
        z = [preactivation(algebra, network, weights, number, unit, values) for unit in range(layer.units)]
        found.append(z)
        values = layer_output(algebra, layer, z) if number + 1 < len(network.layers) else []
    return found


def outputs(algebra: Algebra[V], network: Network, weights: Mapping[str, V], inputs: Sequence[V]) -> list[V]:
    """All outputs of the network for inputs of the algebra."""
    return layer_output(algebra, network.layers[-1], preactivations(algebra, network, weights, inputs)[-1])


def output(algebra: Algebra[V], network: Network, weights: Mapping[str, V], inputs: Sequence[V]) -> V:
    """The output of a network that has one."""
    (value,) = outputs(algebra, network, weights, inputs)
    return value
