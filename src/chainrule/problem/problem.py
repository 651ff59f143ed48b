"""A problem: a network, labelled points, and which of the weights are free.

The loss of the free weights θ is the mean over the points of ``(output(θ) − label)²``.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from chainrule.errors import ProblemError
from chainrule.exact import read_number
from chainrule.problem.data import DataSet
from chainrule.problem.network import Network


@dataclass(frozen=True)
class Problem:
    """The values in `fixed` are exact; every weight of the network that it does not name is free."""

    network: Network
    data: DataSet
    fixed: Mapping[str, Fraction]
    title: str = ""

    def __post_init__(self) -> None:
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

    @classmethod
    def state(
        cls,
        inputs: Sequence[str],
        points: Sequence[Sequence[object]],
        weights: Mapping[str, object] | None = None,
        title: str = "",
    ) -> Problem:
        """State a problem for one sigmoid neuron.

        Parameters
        ----------
        inputs : names of the inputs, such as ``["x", "y"]``.
        points : rows of the inputs, then the label.
        weights : a number fixes a weight, ``"free"`` frees it; missing weights are free.

        Examples
        --------
        >>> problem = Problem.state(["x", "y"], [[1, -1, 0], [1, 3, 1]], {"w_y": 1, "bias": -1})
        >>> problem.free
        ('w_x',)
        """
        network = Network(tuple(inputs))
        return cls(network, DataSet.from_points(points, inputs), read_weights(weights or {}, network), title)

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

    def require_free(self) -> None:
        """Raise unless at least one weight is free."""
        if not self.free:
            raise ProblemError(
                f"no weight is free: all of {', '.join(self.network.weight_names)} are fixed; free one of them, "
                f'for instance {self.network.weight_names[0]} = "free"'
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
