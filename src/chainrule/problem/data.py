"""Labelled points as columns of exact numbers.

A column holds the numbers as they came (int, Fraction, Decimal, or a float array, each exactly one
rational) and gives float64 enclosures of them for work on whole arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chainrule.errors import NumberError, ProblemError
from chainrule.exact import Exact, float_bounds, read_number

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Column:
    """``n`` exact rationals.

    ``column[i]`` is the exact value as a Fraction; `lower`, `upper` and `nearest` are read-only
    float64 arrays ``(n,)`` with ``lower <= exact <= upper``, equal where the number is a double.
    """

    numbers: Sequence[Exact] | Floats

    @classmethod
    def of(cls, source: Iterable[object], name: str = "column") -> Column:
        """Read a column from numbers, texts or a NumPy array; errors name the row, from 1."""
        if isinstance(source, np.ndarray) and source.dtype.kind in "fiu":
            return cls(_float_array(source, name)) if source.dtype.kind == "f" else cls(tuple(source.tolist()))
        return cls(tuple(read_number(x, f"{name}, row {i}") for i, x in enumerate(source, 1)))

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, row: int) -> Fraction:
        return Fraction(self.numbers[row])

    def __iter__(self) -> Iterator[Fraction]:
        return (Fraction(x) for x in self.numbers)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Column) and len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    @cached_property
    def bounds(self) -> tuple[Floats, Floats]:
        """The tightest float64 arrays below and above the exact numbers."""
        if isinstance(self.numbers, np.ndarray):
            return self.numbers, self.numbers
        pairs = np.array([float_bounds(x) for x in self.numbers], dtype=np.float64).reshape(-1, 2)
        pairs.flags.writeable = False
        return pairs[:, 0], pairs[:, 1]

    @property
    def lower(self) -> Floats:
        return self.bounds[0]

    @property
    def upper(self) -> Floats:
        return self.bounds[1]

    @cached_property
    def nearest(self) -> Floats:
        if isinstance(self.numbers, np.ndarray):
            return self.numbers
        return np.array([float(x) for x in self.numbers], dtype=np.float64)


def _float_array(source: NDArray[np.floating], name: str) -> Floats:
    """A read-only copy; each float is its binary value."""
    values = np.array(source, dtype=np.float64).reshape(-1)
    bad = ~np.isfinite(values) | ((values != 0) & ((np.abs(values) > 1e100) | (np.abs(values) < 1e-100)))
    if bad.any():
        row = int(np.argmax(bad))
        raise NumberError(
            f"{name}, row {row + 1}: found {values[row]}; needed a finite number, 0 or from 1e-100 to 1e100 in magnitude"
        )
    values.flags.writeable = False
    return values


@dataclass(frozen=True)
class DataSet:
    """``n`` labelled points: `d` input columns and one label column with values in [0, 1].

    `classes` are the two text labels that were mapped to 0 and 1, where labels came as text.
    """

    inputs: tuple[Column, ...]
    label: Column
    classes: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        if len(self.label) == 0:
            raise ProblemError("the data set is empty: found 0 points; needed at least 1; add rows to [data] points")
        for column in self.inputs:
            if len(column) != len(self.label):
                raise ProblemError(
                    f"an input column has {len(column)} rows and the label has {len(self.label)}; needed as many of each"
                )
        outside = (self.label.lower < 0) | (self.label.upper > 1)
        if outside.any():
            row = int(np.argmax(outside))
            raise ProblemError(
                f"row {row + 1}: found label {float(self.label[row]):g}; needed a number from 0 to 1 "
                "(1 above the line, 0 below, between where unsure)"
            )

    @classmethod
    def from_points(cls, points: Sequence[Sequence[object]], inputs: Sequence[str]) -> DataSet:
        """Rows of the inputs followed by the label."""
        width = len(inputs) + 1
        for i, point in enumerate(points, 1):
            if not isinstance(point, (list, tuple)) or len(point) != width:
                found = f"{len(point)} numbers" if isinstance(point, (list, tuple)) else repr(point)[:40]
                raise ProblemError(f"point {i}: found {found}; needed {width}: {', '.join(inputs)}, label")
        names = [*inputs, "label"]
        columns = [Column.of([p[j] for p in points], name) for j, name in enumerate(names)]
        return cls(tuple(columns[:-1]), columns[-1])

    def __len__(self) -> int:
        return len(self.label)

    def point(self, row: int) -> tuple[tuple[Fraction, ...], Fraction]:
        """The exact inputs and label of one row, counted from 0."""
        return tuple(column[row] for column in self.inputs), self.label[row]
