"""The network: its inputs, its dense layers and the names of its weights.

Names follow the inputs. One neuron has ``w_x, w_y, …`` and ``bias``. Any other network has
``w{l}[{j},{k}]``, which leads to unit `j` of layer `l` from unit `k` of the layer before, or from the
input of that name in layer 1; the bias of that unit is ``b{l}[{j}]``. Layers count from 1, units from 0:
``w1[0,x]`` leads from x to the first hidden unit, ``w2[0,1]`` from the second hidden unit to the output.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from chainrule.errors import ProblemError

ACTIVATIONS = ("sigmoid", "tanh", "relu", "softplus", "identity", "softmax")
LOSSES = ("mse", "mae", "cross-entropy")

MAX_LAYERS, MAX_UNITS, MAX_WEIGHTS = 10, 100, 2000
"""What can still be printed and read; larger networks are somebody else's business."""

_NAME = re.compile(r"[^\W\d]\w{0,39}")
RESERVED = frozenset({"e", "bias", "label", "exp", "log", "v"})


@dataclass(frozen=True)
class Layer:
    """A dense layer: `units` neurons, each ``activation(Σ_k w_jk a_k + b_j)``, without b_j where `bias` is False.

    The activation *softmax* takes all units together: ``a_j = e^z_j / Σ_k e^z_k``.
    """

    units: int = 1
    activation: str = "sigmoid"
    bias: bool = True


def dense_layers(
    units: Sequence[int] = (1,), activation: str | Sequence[str] = "sigmoid", bias: bool | Sequence[bool] = True
) -> tuple[Layer, ...]:
    """Layers of so many units; one activation (or bias) for all of them, or one for each.

    >>> [layer.activation for layer in dense_layers([2, 1], ["tanh", "sigmoid"])]
    ['tanh', 'sigmoid']

    Raises
    ------
    ProblemError
        If there are not as many activations or biases as layers, or a layer makes no sense.
    """
    activations = [activation] * len(units) if isinstance(activation, str) else list(activation)
    biases = [bias] * len(units) if isinstance(bias, bool) else list(bias)
    for what, given in (("activation", activations), ("bias", biases)):
        if len(given) != len(units):
            raise ProblemError(
                f"{what} has {len(given)} entries and layers has {len(units)}; needed one for each layer, or one for all"
            )
    layers = tuple(Layer(*layer) for layer in zip(units, activations, biases, strict=True))
    _require_layers(layers)
    return layers


@dataclass(frozen=True)
class Network:
    """Dense layers from named inputs to one output, or to one for each of several classes."""

    inputs: tuple[str, ...]
    layers: tuple[Layer, ...] = (Layer(),)

    def __post_init__(self) -> None:
        _require_inputs(self.inputs)
        _require_layers(self.layers)
        widths = [len(self.inputs), *(layer.units for layer in self.layers)]
        count = sum((below + layer.bias) * layer.units for below, layer in zip(widths, self.layers, strict=False))
        if count > MAX_WEIGHTS:
            raise ProblemError(f"the network has {count:,} weights; at most {MAX_WEIGHTS:,}; take fewer units")

    @property
    def is_neuron(self) -> bool:
        """Whether this is a single unit, whose weights have the short names."""
        return len(self.layers) == 1 and self.layers[0].units == 1

    @property
    def is_sigmoid_neuron(self) -> bool:
        """Whether this is the neuron ``σ(Σ_k w_k x_k + bias)`` of the walk-through."""
        return self.layers == (Layer(),)

    @property
    def outputs(self) -> int:
        return self.layers[-1].units

    def weight_name(self, layer: int, unit: int, source: int) -> str:
        """The name of the weight from `source` (an input or a unit of the layer before); layers count from 0."""
        if self.is_neuron:
            return f"w_{self.inputs[source]}"
        origin = self.inputs[source] if layer == 0 else str(source)
        return f"w{layer + 1}[{unit},{origin}]"

    def bias_name(self, layer: int, unit: int) -> str:
        return "bias" if self.is_neuron else f"b{layer + 1}[{unit}]"

    def part_name(self, letter: str, layer: int, unit: int) -> str:
        """The name of a unit's z, a, …: the letter alone for one neuron, else ``z1[0]``."""
        return letter if self.is_neuron else f"{letter}{layer + 1}[{unit}]"

    def width_below(self, layer: int) -> int:
        """How many values the layer takes."""
        return len(self.inputs) if layer == 0 else self.layers[layer - 1].units

    @property
    def bias_names(self) -> frozenset[str]:
        """The weights that are biases."""
        pairs = [
            (number, unit) for number, layer in enumerate(self.layers) if layer.bias for unit in range(layer.units)
        ]
        return frozenset(self.bias_name(number, unit) for number, unit in pairs)

    @cached_property
    def weight_names(self) -> tuple[str, ...]:
        """All weights, layer by layer and unit by unit, each unit's bias last."""
        return tuple(self._names())

    def _names(self) -> Iterator[str]:
        for number, layer in enumerate(self.layers):
            for unit in range(layer.units):
                yield from (self.weight_name(number, unit, source) for source in range(self.width_below(number)))
                if layer.bias:
                    yield self.bias_name(number, unit)


def _require_inputs(inputs: tuple[str, ...]) -> None:
    if not inputs:
        raise ProblemError('the network has no inputs; name at least one: inputs = ["x", "y"]')
    for name in inputs:
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name in RESERVED:
            raise ProblemError(
                f"input {name!r:.60}: needed a name of letters, digits and _ that begins with a letter, "
                f"at most 40 long and none of {', '.join(sorted(RESERVED))}"
            )
    if len(set(inputs)) != len(inputs):
        raise ProblemError(f"two inputs have the same name: {', '.join(inputs)}; rename one")


def _require_layers(layers: Sequence[Layer]) -> None:
    if not 1 <= len(layers) <= MAX_LAYERS:
        raise ProblemError(f"found {len(layers)} layers; needed 1 to {MAX_LAYERS}, such as layers = [2, 1]")
    for number, layer in enumerate(layers, 1):
        _require_layer(number, layer, last=number == len(layers))


def _require_layer(number: int, layer: Layer, last: bool) -> None:
    if type(layer.units) is not int or not 1 <= layer.units <= MAX_UNITS:
        raise ProblemError(f"layer {number} has {layer.units!r:.40} units; needed a whole number from 1 to {MAX_UNITS}")
    if type(layer.bias) is not bool:
        raise ProblemError(f"layer {number}: found bias = {layer.bias!r:.40}; needed true or false")
    require_choice(f"layer {number}: activation", layer.activation, ACTIVATIONS)
    if layer.activation == "softmax" and not last:
        raise ProblemError(
            f"layer {number} has the activation softmax; softmax shares 1 among the classes and stands in the last "
            "layer only; use sigmoid, tanh, relu or softplus here"
        )
    if layer.activation == "softmax" and layer.units == 1:
        raise ProblemError(
            f"layer {number} has softmax over 1 unit, which is always 1; needed a unit for each class, or sigmoid"
        )


def require_choice(what: str, found: object, choices: Sequence[str]) -> None:
    """Raise unless `found` is one of the choices; the message names the nearest one."""
    if not isinstance(found, str) or found not in choices:
        near = difflib.get_close_matches(str(found)[:60], choices, 1)
        hint = f"did you mean {near[0]}?" if near else "use one of those"
        raise ProblemError(f"{what} {found!r:.60} is not one of {', '.join(choices)}; {hint}")
