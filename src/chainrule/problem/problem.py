"""A problem: a network, labelled points, and which of the weights are free.

The loss of the free weights θ is the mean over the points of

    mse              Σ_k (a_k − t_k)²        a_k the outputs, t_k their targets
    mae              Σ_k |a_k − t_k|
    cross-entropy    −Σ_k t_k ln a_k         for softmax;  −Σ_k (t_k ln a_k + (1 − t_k) ln(1 − a_k))  for sigmoid

With one output the target is the label. With K outputs the label is the number of a class, 0 … K−1, and
t_k is 1 for that class and 0 for the others; of two classes a label between 0 and 1 is the share of class 1.

With case weights the mean is weighted by them; with a penalty λ the loss gains ``λ Σ w²`` over all weights but biases.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Any

from chainrule.errors import ProblemError
from chainrule.exact import number_text, read_number
from chainrule.problem.data import Column, DataSet
from chainrule.problem.network import LOSSES, Network, dense_layers, require_choice
from chainrule.shown import Shown, is_text, plain


@dataclass(frozen=True, repr=False)
class Problem(Shown):
    """The values in `fixed` are exact; every weight of the network that it does not name is free."""

    network: Network
    data: DataSet
    fixed: Mapping[str, Fraction]
    title: str = ""
    loss: str = "mse"
    penalty: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if not self.penalty >= 0:
            raise ProblemError(f"found penalty {number_text(self.penalty)}; needed a number of 0 or more")
        if not is_text(self.title):
            raise ProblemError(f"found title = {self.title!r:.40}, which holds half of a character; needed whole ones")
        require_choice("loss", self.loss, LOSSES)
        _require_outputs(self.network, self.data, self.loss)
        for name in self.fixed:
            require_weight(name, self.network)
        if len(self.data.inputs) != len(self.network.inputs):
            raise ProblemError(
                f"the data has {len(self.data.inputs)} input columns; the network has "
                f"{len(self.network.inputs)}: {', '.join(self.network.inputs)}"
            )
        object.__setattr__(self, "fixed", MappingProxyType({k: Fraction(v) for k, v in self.fixed.items()}))

    def __reduce__(self) -> tuple[Any, ...]:
        values = (getattr(self, field.name) for field in fields(self))
        return type(self), tuple(dict(v) if isinstance(v, MappingProxyType) else v for v in values)

    def __str__(self) -> str:
        """What is asked, in a line."""
        count = len(self.data)
        fixed = [f"{name} = {number_text(value).replace('-', '−')}" for name, value in self.fixed.items()]
        free = f"free: {', '.join(self.free)}" if self.free else "nothing free"
        about = [
            f"{count:,} point{'s' * (count != 1)}",
            self.loss,
            free,
            *([f"fixed: {', '.join(fixed)}"] if fixed else []),
        ]
        return f"{plain(self.title) or 'problem'} ({'; '.join(about)})"

    @classmethod
    def state(
        cls,
        inputs: Sequence[str],
        points: Sequence[Sequence[object]],
        weights: Mapping[str, object] | None = None,
        title: str = "",
        *,
        layers: Sequence[int] = (1,),
        activation: str | Sequence[str] = "sigmoid",
        bias: bool | Sequence[bool] = True,
        loss: str = "mse",
    ) -> Problem:
        """State a problem: for one sigmoid neuron, or for dense layers.

        Parameters
        ----------
        inputs : names of the inputs, such as ``["x", "y"]``.
        points : rows of the inputs, then the label.
        weights : a number fixes a weight, ``"free"`` frees it; missing weights are free.
        layers : the units of each layer; the last one has one unit, or one for each class.
        activation, bias : for all layers, or one for each: sigmoid, tanh, relu, softplus, identity, softmax (last).
        loss : mse, mae or cross-entropy.

        Examples
        --------
        >>> problem = Problem.state(["x", "y"], [[1, -1, 0], [1, 3, 1]], {"w_y": 1, "bias": -1})
        >>> problem.free
        ('w_x',)
        >>> xor = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
        >>> len(Problem.state(["x", "y"], xor, layers=[2, 1], activation=["tanh", "sigmoid"]).free)
        9
        """
        network = Network(tuple(inputs), dense_layers(layers, activation, bias))
        data = DataSet.from_points(points, inputs, network.outputs)
        return cls(network, data, read_weights(weights or {}, network), title, loss)

    @classmethod
    def from_table(
        cls,
        table: Any,
        label: str | None = None,
        inputs: Sequence[str] | None = None,
        weights: Mapping[str, object] | None = None,
        title: str = "",
    ) -> Problem:
        """State a problem for one sigmoid neuron on a data frame of any library, or a NumPy array ``(n, d + 1)``.

        Parameters
        ----------
        table : a pandas, Polars or PyArrow table, anything else that Narwhals reads, or an array. A binary float
            is its binary value.
        label : the label's column; otherwise the one called *label*, else the last. Texts of two classes are mapped.
        inputs : the inputs' columns; otherwise all others. Of an array they are the names x, y, z or x1, x2, ….

        Examples
        --------
        >>> import numpy as np
        >>> Problem.from_table(np.array([[1, -1, 0], [1, 3, 1]]), weights={"bias": -1}).free
        ('w_x', 'w_y')
        """
        from chainrule.problem.tables import data_from_table, table_from_frame

        names, data = data_from_table(table_from_frame(table, inputs=inputs), inputs, label)
        network = Network(names)
        return cls(network, data, read_weights(weights or {}, network), title)

    @property
    def free(self) -> tuple[str, ...]:
        return tuple(name for name in self.network.weight_names if name not in self.fixed)

    @property
    def penalized(self) -> tuple[str, ...]:
        """The weights that the penalty counts: all but the biases."""
        return tuple(name for name in self.network.weight_names if name not in self.network.bias_names)

    @cached_property
    def targets(self) -> tuple[Column, ...]:
        """What each output should be, row by row; for one output that is the label."""
        label, outputs = self.data.label, self.network.outputs
        if outputs == 1:
            return (label,)
        if outputs == 2:
            return Column(tuple(1 - y for y in label)), label
        return tuple(Column(tuple(int(y == k) for y in label)) for k in range(outputs))

    @property
    def is_ridge(self) -> bool:
        """Whether this is one sigmoid neuron with the mean squared error or cross-entropy, proved over all reals."""
        return self.network.is_sigmoid_neuron and self.loss in ("mse", "cross-entropy")

    def fix(self, **weights: object) -> Problem:
        """The same problem with these weights fixed as well.

        >>> Problem.state(["x"], [[1, 0]]).fix(bias="0.5").free
        ('w_x',)
        """
        return replace(self, fixed={**self.fixed, **read_weights(weights, self.network)})

    def release(self, *names: str) -> Problem:
        """The same problem with these weights free as well."""
        for name in names:
            require_weight(name, self.network)
        return replace(self, fixed={k: v for k, v in self.fixed.items() if k not in names})

    def explore(self) -> Any:
        """The live page in a notebook: points to drag, weights to free, and the proof that follows.

        A widget with the extra ``chainrule[notebook]``, otherwise a page in a frame; see `chainrule.explorer`.
        """
        from importlib import import_module

        # By name, and only when asked: the page stands above the problem in the layers, not below it.
        return import_module("chainrule.explorer.notebook").explore(self)

    def require_free(self) -> None:
        """Raise unless at least one weight is free."""
        if not self.free:
            raise ProblemError(
                f"no weight is free: all of {', '.join(self.network.weight_names)} are fixed; free one of them, "
                f'for instance {self.network.weight_names[0]} = "free"'
            )


def _require_outputs(network: Network, data: DataSet, loss: str) -> None:
    """Raise unless the last layer fits the labels and the loss."""
    outputs, classes = network.outputs, max(2, len(data.classes or ()))
    if (outputs == 1 and classes > 2) or (outputs > 1 and outputs != classes):
        raise ProblemError(
            f"the last layer has {outputs} unit{'s' * (outputs != 1)} and the labels have {classes} classes; "
            f"needed a unit for each class{', or one unit for two classes' * (classes == 2)}: layers = [… {classes}]"
        )
    if loss == "cross-entropy" and (last := network.layers[-1].activation) not in ("sigmoid", "softmax"):
        raise ProblemError(
            f"cross-entropy takes the logarithm of outputs between 0 and 1; the last layer has {last}; "
            "use sigmoid or softmax there, or the loss mse"
        )


def read_weights(weights: Mapping[str, object], network: Network) -> dict[str, Fraction]:
    """The fixed weights among `weights`, exactly."""
    fixed = {}
    for name, value in weights.items():
        require_weight(name, network)
        if value != "free":
            fixed[name] = Fraction(read_number(value, f"weight {name}"))
    return fixed


def require_weight(name: str, network: Network) -> None:
    if name not in network.weight_names:
        near = difflib.get_close_matches(name, network.weight_names, 1)
        hint = f"did you mean {near[0]}?" if near else "use one of those"
        raise ProblemError(f"weight {name!r:.60} is not one of {', '.join(network.weight_names)}; {hint}")
