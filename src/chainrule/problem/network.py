"""The network: its inputs, its layers and the names of its weights.

Names follow the inputs. One neuron has ``w_x, w_y, …`` and ``bias``. With several layers, weight
``w{l}[{j},{k}]`` leads to unit `j` of layer `l` (from 1) from unit `k` of the layer before, or from
the input of that name in layer 1; the bias of that unit is ``b{l}[{j}]``. Units count from 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from chainrule.errors import ProblemError

Activation = Literal["sigmoid"]
ACTIVATIONS: tuple[str, ...] = ("sigmoid",)

_NAME = re.compile(r"[^\W\d]\w{0,39}")
RESERVED = frozenset({"e", "bias", "label", "exp", "log", "v"})


@dataclass(frozen=True)
class Layer:
    """A dense layer: `units` neurons, each ``activation(Σ_k w_jk a_k + b_j)``."""

    units: int = 1
    activation: str = "sigmoid"
    bias: bool = True


@dataclass(frozen=True)
class Network:
    """Dense layers from named inputs to one output."""

    inputs: tuple[str, ...]
    layers: tuple[Layer, ...] = (Layer(),)

    def __post_init__(self) -> None:
        if not self.inputs:
            raise ProblemError('the network has no inputs; name at least one: inputs = ["x", "y"]')
        for name in self.inputs:
            if not isinstance(name, str) or not _NAME.fullmatch(name) or name in RESERVED:
                raise ProblemError(
                    f"input {name!r:.60}: needed a name of letters, digits and _ that begins with a letter, "
                    f"at most 40 long and none of {', '.join(sorted(RESERVED))}"
                )
        if len(set(self.inputs)) != len(self.inputs):
            raise ProblemError(f"two inputs have the same name: {', '.join(self.inputs)}; rename one")

    @property
    def is_neuron(self) -> bool:
        return len(self.layers) == 1 and self.layers[0].units == 1

    def weight_name(self, layer: int, unit: int, source: int) -> str:
        """The name of the weight from `source` (an input or a unit of the layer before); layers count from 0."""
        if self.is_neuron:
            return f"w_{self.inputs[source]}"
        origin = self.inputs[source] if layer == 0 else str(source)
        return f"w{layer + 1}[{unit},{origin}]"

    def bias_name(self, layer: int, unit: int) -> str:
        return "bias" if self.is_neuron else f"b{layer + 1}[{unit}]"

    @property
    def weight_names(self) -> tuple[str, ...]:
        """All weights, layer by layer and unit by unit, each unit's bias last."""
        names, width = [], len(self.inputs)
        for number, layer in enumerate(self.layers):
            for unit in range(layer.units):
                names += [self.weight_name(number, unit, source) for source in range(width)]
                names += [self.bias_name(number, unit)] if layer.bias else []
            width = layer.units
        return tuple(names)
