"""The problem of a certificate: one sigmoid neuron, its data, and which weight is free.

With one free weight ``v`` each row is ``z = a v + b``: `a` the input that multiplies ``v`` (1 for the bias), `b`
what the fixed weights contribute. All of it is exact; the enclosures in doubles are for work on whole arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule_fast.arrays import TINY
from chainrule_fast.clock import look
from chainrule_fast.columns import quick_column
from chainrule_fast.document import elements, members, word
from chainrule_fast.exponential import U
from chainrule_fast.loss import SHAPES, SQUARED, Shape
from chainrule_fast.rationals import double_enclosure, enclosure, exact, shown
from chainrule_fast.report import Refused

Floats = NDArray[np.float64]
NEURON: Mapping[str, tuple[Any, str]] = {
    "layers": (1, "layers = [1]"),
    "activation": ("sigmoid", 'activation = "sigmoid"'),
    "bias": (True, "bias = true"),
}
"""Keys for networks, and what says in them that the network is one sigmoid neuron."""

_PLACE = "problem.data.points"


@dataclass(frozen=True, eq=False)
class Problem:
    """`points` are the rows as the document has them, or Fractions; every number in them has been read once, and is fine.

    `free` are the names of the free weights, in the order of `inputs`, bias last; `fixed` the exact values of the others.
    `masses` are the rows' weights, times one power of 2 that makes the largest at most 1 and more than 1/2; None: all 1. Rows of
    weight 0 are not among the rows; `numbers` then tells which number a row of the document has here.
    """

    inputs: tuple[str, ...]
    free: tuple[str, ...]
    fixed: dict[str, Fraction]
    points: Sequence[Sequence[Any]]
    lower: Floats
    upper: Floats
    shape: Shape = SQUARED
    penalty: Fraction = Fraction(0)
    masses: tuple[Fraction, ...] | None = None
    numbers: Mapping[int, int] | None = None

    @property
    def rows(self) -> int:
        return len(self.points)

    @property
    def names(self) -> tuple[str, ...]:
        return weight_names(self.inputs)

    def mass(self, row: int) -> Fraction:
        return Fraction(1) if self.masses is None else self.masses[row]

    @cached_property
    def total(self) -> Fraction:
        """Ω: the sum of the rows' weights."""
        return Fraction(self.rows) if self.masses is None else sum(self.masses, Fraction(0))

    def ridge(self, name: str) -> Fraction:
        """The factor of the penalty on a weight: 0 for the bias."""
        return Fraction(0) if name == self.names[-1] else self.penalty

    @cached_property
    def rest(self) -> Fraction:
        """The penalty on the fixed weights."""
        return sum((self.ridge(name) * value * value for name, value in self.fixed.items()), Fraction(0))

    def part(self, rows: list[int] | None, names: tuple[str, ...]) -> Problem:
        """The problem with only these rows (None: all) and only `names` free; the other free weights are fixed at 0."""
        fixed = {**self.fixed, **{name: Fraction(0) for name in self.free if name not in names}}
        smaller = replace(self, free=tuple(name for name in self.free if name in names), fixed=fixed)
        if rows is None:
            return smaller
        return replace(
            smaller,
            points=[self.points[row] for row in rows],
            lower=self.lower[:, rows],
            upper=self.upper[:, rows],
            masses=None if self.masses is None else tuple(self.masses[row] for row in rows),
            numbers=None,
        )

    def number(self, row: int, column: int) -> Fraction:
        """The exact number in a row; the label is the last column. A column past the inputs is the constant 1 of the bias."""
        source = self.points[row][column]
        return source if isinstance(source, Fraction) else exact(source, f"{_PLACE}[{row}][{column}]")

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

    @cached_property
    def enclosed_offset(self) -> tuple[Floats, Floats]:
        """`b` of every row, nearly, and its error: each of K products errs by ``3u + 3u + u``, adding them by less than K u of the sum of sizes.

        (Halves of neighbouring doubles add up to within 3u of the number they enclose.)
        """
        offset, size = np.zeros(self.rows), np.zeros(self.rows)
        for name, value in self.fixed.items():
            lower, upper = double_enclosure(value)
            x_lower, x_upper = self.enclosed_slope(self.names.index(name))
            product = (lower / 2 + upper / 2) * (x_lower / 2 + x_upper / 2)
            offset += product
            size += np.abs(product)
        return offset, (len(self.fixed) + 12) * U * size + (TINY if self.fixed else 0.0)


def weight_names(inputs: tuple[str, ...]) -> tuple[str, ...]:
    return (*(f"w_{name}" for name in inputs), "bias")


def read_problem(value: Any) -> Problem:
    """Read and check the problem; every number is looked at. Refused where something is wrong, unknown or missing."""
    found = members(value, "problem", ("schema", "inputs", "weights", "data"), ("title", "penalty", "loss", *NEURON))
    if type(found["schema"]) is not int or found["schema"] != 1:
        raise Refused(f"found {shown(found['schema'])}; this checker knows schema 1", "problem.schema")
    if not isinstance(found.get("title", ""), str):
        raise Refused(f"found {shown(found['title'])}; needed a text", "problem.title")
    _check_neuron(found)
    shape = SHAPES[word(found.get("loss", "mse"), "problem.loss", tuple(SHAPES))]
    penalty = exact(found.get("penalty", 0), "problem.penalty")
    if penalty < 0:
        raise Refused(f"found {shown(found['penalty'])}; needed 0 or more", "problem.penalty")
    inputs = _read_inputs(found["inputs"])
    fixed = _read_weights(found["weights"], weight_names(inputs))
    free = tuple(name for name in weight_names(inputs) if name not in fixed)
    data = members(found["data"], "problem.data", ("points",), ("classes", "case_weights"))
    _check_classes(data.get("classes"))
    points = elements(data["points"], _PLACE, "rows of inputs and label", 1)
    lower, upper = _read_points(points, len(inputs) + 1)
    problem = Problem(inputs, free, fixed, points, lower, upper, shape, penalty)
    return problem if data.get("case_weights") is None else _weighted(problem, data["case_weights"])


def _weighted(problem: Problem, value: Any) -> Problem:
    """The problem with weights of its rows, without those of weight 0."""
    place = "problem.data.case_weights"
    texts = elements(value, place, "numbers, one for each point", problem.rows, problem.rows)
    known: dict[str, Fraction] = {}
    weights = []
    for i, text in enumerate(texts):
        weight = known.get(text) if isinstance(text, str) else None
        if weight is None:
            weight = exact(text, f"{place}[{i}]")
            if weight < 0:
                raise Refused(f"found {shown(text)}; needed 0 or more", f"{place}[{i}]")
            if isinstance(text, str) and len(known) < 4096:
                known[text] = weight
        weights.append(weight)
    rows = [i for i, weight in enumerate(weights) if weight]
    if not rows:
        raise Refused("every weight is 0; needed one above 0", place)
    largest = max(weights)
    # 2^scale is the least power of 2 that is not below the largest weight.
    scale = largest.numerator.bit_length() - largest.denominator.bit_length()
    scale += largest > Fraction(2) ** scale
    masses = tuple(weights[i] / Fraction(2) ** scale for i in rows)
    whole = problem.part(rows, problem.free) if len(rows) < len(weights) else problem
    return replace(whole, masses=masses, numbers={i: row for row, i in enumerate(rows)})


def _check_neuron(found: Mapping[str, Any]) -> None:
    """Refuse everything but one sigmoid neuron with a bias."""
    for key, (plain, what) in NEURON.items():
        value = found.get(key, plain)
        one = value[0] if isinstance(value, (list, tuple)) and len(value) == 1 else value
        if type(one) is not type(plain) or one != plain:
            raise Refused(f"found {shown(found[key])}; this checker knows one sigmoid neuron: {what}", f"problem.{key}")


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
        look()
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
