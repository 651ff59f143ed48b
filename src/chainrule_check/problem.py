"""The problem of a certificate: one sigmoid neuron, its data, and which weight is free.

With one free weight ``v`` each row is ``z = a v + b``: `a` the input that multiplies ``v`` (1 for the bias), `b`
what the fixed weights contribute. All of it is exact; the enclosures in doubles are for work on whole arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule_check.columns import quick_column
from chainrule_check.document import elements, members
from chainrule_check.rationals import double_enclosure, enclosure, exact, shown
from chainrule_check.report import Refused

Floats = NDArray[np.float64]
_PLACE = "problem.data.points"


@dataclass(frozen=True, eq=False)
class Problem:
    """`points` are the rows as the document has them; every number in them has been read once, and is fine.

    `free` are the names of the free weights, in the order of `inputs`, bias last; `fixed` the exact values of the others.
    """

    inputs: tuple[str, ...]
    free: tuple[str, ...]
    fixed: dict[str, Fraction]
    points: Sequence[Sequence[Any]]
    lower: Floats
    upper: Floats

    @property
    def rows(self) -> int:
        return len(self.points)

    @property
    def names(self) -> tuple[str, ...]:
        return weight_names(self.inputs)

    def number(self, row: int, column: int) -> Fraction:
        """The exact number in a row; the label is the last column. A column past the inputs is the constant 1 of the bias."""
        return exact(self.points[row][column], f"{_PLACE}[{row}][{column}]")

    def slope(self, row: int, column: int) -> Fraction:
        """`a`: the exact input that multiplies weight number `column`; 1 for the bias."""
        return self.number(row, column) if column < len(self.inputs) else Fraction(1)

    def offset(self, row: int) -> Fraction:
        """`b`: what the fixed weights contribute to ``z``, exactly."""
        terms = (self.fixed[name] * self.slope(row, k) for k, name in enumerate(self.names) if name in self.fixed)
        return sum(terms, Fraction(0))

    def label(self, row: int) -> Fraction:
        return self.number(row, len(self.inputs))

    def free_column(self) -> int:
        """The number of the one free weight; Refused unless there is exactly one."""
        if len(self.free) != 1:
            found = ", ".join(self.free[:5]) or "none"
            raise Refused(f"the free weights are: {found}; the method 'line' needs exactly one", "problem.weights")
        return self.names.index(self.free[0])

    def enclosed_slope(self, column: int) -> tuple[Floats, Floats]:
        if column < len(self.inputs):
            return self.lower[column], self.upper[column]
        ones = np.ones(self.rows)
        return ones, ones

    def fixed_bounds(self) -> list[tuple[int, float, float]]:
        """For each fixed weight: its number and its enclosure in doubles."""
        return [(k, *double_enclosure(self.fixed[name])) for k, name in enumerate(self.names) if name in self.fixed]


def weight_names(inputs: tuple[str, ...]) -> tuple[str, ...]:
    return (*(f"w_{name}" for name in inputs), "bias")


def read_problem(value: Any) -> Problem:
    """Read and check the problem; every number is looked at. Refused where something is wrong, unknown or missing."""
    found = members(value, "problem", ("schema", "inputs", "weights", "data"), ("title",))
    if type(found["schema"]) is not int or found["schema"] != 1:
        raise Refused(f"found {shown(found['schema'])}; this checker knows schema 1", "problem.schema")
    if not isinstance(found.get("title", ""), str):
        raise Refused(f"found {shown(found['title'])}; needed a text", "problem.title")
    inputs = _read_inputs(found["inputs"])
    fixed = _read_weights(found["weights"], weight_names(inputs))
    free = tuple(name for name in weight_names(inputs) if name not in fixed)
    data = members(found["data"], "problem.data", ("points",), ("classes",))
    _check_classes(data.get("classes"))
    points = elements(data["points"], _PLACE, "rows of inputs and label", 1)
    lower, upper = _read_points(points, len(inputs) + 1)
    return Problem(inputs, free, fixed, points, lower, upper)


def _read_inputs(value: Any) -> tuple[str, ...]:
    names = tuple(elements(value, "problem.inputs", "names", 1, 10_000))
    for i, name in enumerate(names):
        if not isinstance(name, str) or not name or len(name) > 200:
            raise Refused(f"found {shown(name)}; needed a name", f"problem.inputs[{i}]")
    if len(set(names)) != len(names):
        raise Refused("the same name stands twice; needed different names", "problem.inputs")
    return names


def _read_weights(value: Any, names: tuple[str, ...]) -> dict[str, Fraction]:
    weights = members(value, "problem.weights", (), names)
    return {
        name: exact(number, f"problem.weights.{name}")
        for name, number in weights.items()
        if not (isinstance(number, str) and number == "free")
    }


def _check_classes(value: Any) -> None:
    if value is not None and not all(
        isinstance(name, str) for name in elements(value, "problem.data.classes", "two texts", 2, 2)
    ):
        raise Refused("needed the two texts that stand for the labels 0 and 1", "problem.data.classes")


def _read_points(points: Sequence[Any], width: int) -> tuple[Floats, Floats]:
    """Enclosures ``(width, n)`` of every number, each read and bounded; labels lie in [0, 1]."""
    for i, row in enumerate(points):
        if not isinstance(row, (list, tuple)) or len(row) != width:
            elements(row, f"{_PLACE}[{i}]", "the inputs, then the label", width, width)
    lower, upper = np.empty((width, len(points))), np.empty((width, len(points)))
    for j in range(width):
        quick = quick_column([row[j] for row in points])
        if quick is not None and (j < width - 1 or ((quick[0] >= 0) & (quick[1] <= 1)).all()):
            lower[j], upper[j] = quick
            continue
        known: dict[tuple[type, Any], tuple[float, float]] = {}  # by type too: in Python True == 1
        for i, row in enumerate(points):
            source = row[j]
            pair = None
            if isinstance(source, (str, int)):
                pair = known.get((type(source), source))
            if pair is None:
                place = f"{_PLACE}[{i}][{j}]"
                pair = enclosure(source, place)
                if j == width - 1 and not 0 <= exact(source, place) <= 1:
                    raise Refused(f"found the label {shown(source)}; needed a number from 0 to 1", place)
                if len(known) < 4096 and isinstance(source, (str, int)):
                    known[type(source), source] = pair
            lower[j, i], upper[j, i] = pair
    return lower, upper
