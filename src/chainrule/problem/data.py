"""Labelled points as columns of exact numbers.

A column holds the numbers as they came (int, Fraction, Decimal, or a float array, each exactly one
rational) and gives float64 enclosures of them for work on whole arrays.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chainrule.errors import NumberError, ProblemError
from chainrule.exact import LARGEST, Exact, float_bounds, read_number
from chainrule.shown import Shown, is_text

Floats = NDArray[np.float64]
Where = Callable[[int], str]
"""Names a row for a message: ``where(0)`` is "point 1", or "points.csv, line 2"."""

# Decimals whose exponent cannot leave the supported range of numbers by much; Decimal is quick on them.
_CLEAN = re.compile(r"(?!0\d\d$)[+-]?\d{1,60}(?:\.\d{0,60})?(?:[eE][+-]?\d{1,3})?", re.ASCII)


@dataclass(frozen=True, eq=False)
class Column:
    """``n`` exact rationals.

    ``column[i]`` is the exact value as a Fraction; `lower`, `upper` and `nearest` are read-only
    float64 arrays ``(n,)`` with ``lower <= exact <= upper``, equal where the number is a double.
    """

    numbers: Sequence[Exact] | Floats

    @classmethod
    def of(cls, source: Iterable[object], name: str = "column", where: Where | None = None) -> Column:
        """Read a column from numbers, texts or a NumPy array; errors name the point (from 1, or as `where` says)."""
        place: Where = where or row_name
        if isinstance(source, np.ndarray) and source.dtype.kind in "fiu":
            if source.dtype.kind == "f":
                return cls(_float_array(source, name, place))
            if source.size == 0 or max(abs(int(source.min())), abs(int(source.max()))) <= 2**53:
                return cls(_float_array(source, name, place))  # integers this small are doubles
            source = source.tolist()
        if isinstance(source, list) and len(source) > 1000 and (quick := _clean_texts(source)) is not None:
            return cls(quick)
        return cls(tuple(_read(x, i, name, place) for i, x in enumerate(source)))

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, row: int) -> Fraction:
        return Fraction(self.numbers[row])

    def take(self, rows: Sequence[int]) -> Column:
        """The column of these rows only."""
        if isinstance(self.numbers, np.ndarray):
            return Column(self.numbers[list(rows)])
        return Column(tuple(self.numbers[i] for i in rows))

    def __iter__(self) -> Iterator[Fraction]:
        return (Fraction(x) for x in self.numbers)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Column)
            and len(self) == len(other)
            and all(a == b for a, b in zip(self, other, strict=True))
        )

    @cached_property
    def bounds(self) -> tuple[Floats, Floats]:
        """The tightest float64 arrays below and above the exact numbers."""
        if isinstance(self.numbers, np.ndarray):
            return self.numbers, self.numbers
        if len(self) > 1000 and all(type(x) is Decimal for x in self.numbers):
            return _decimal_bounds(self.numbers)  # type: ignore[arg-type]
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


def _read(source: object, row: int, name: str, where: Where) -> Exact:
    """A number; its place, which is slow to find in a file, is only looked for when it is needed."""
    try:
        return read_number(source)
    except NumberError:
        return read_number(source, f"{name}, {where(row)}")


def row_name(row: int) -> str:
    return f"point {row + 1}"


def _clean_texts(source: list[object]) -> tuple[Decimal, ...] | Floats | None:
    """The column as doubles where every text is exactly one, else as decimals; None if any text needs a closer look.

    Comparing a Decimal with another is exact, whatever their lengths, and all of this runs in C.
    """
    if not all(type(x) is str for x in source):
        return None
    texts = [x.strip() for x in source]  # type: ignore[attr-defined]
    if not all(map(_CLEAN.fullmatch, texts)):
        return None
    decimals = tuple(map(Decimal, texts))
    if any(not -100 <= x.adjusted() < 100 for x in decimals if x):
        return None
    nearest = list(map(float, texts))
    if all(map(operator.eq, map(Decimal, nearest), decimals)):
        values = np.array(nearest, dtype=np.float64)
        values.flags.writeable = False
        return values
    return decimals


def _decimal_bounds(decimals: Sequence[Decimal]) -> tuple[Floats, Floats]:
    """The tightest doubles around each decimal: its nearest double, and where that is off, the next one beyond."""
    nearest = np.array([float(x) for x in decimals], dtype=np.float64)
    doubles = list(map(Decimal, nearest.tolist()))
    above = np.fromiter(map(operator.gt, doubles, decimals), dtype=bool, count=len(decimals))
    below = np.fromiter(map(operator.lt, doubles, decimals), dtype=bool, count=len(decimals))
    lower, upper = nearest.copy(), nearest.copy()
    lower[above] = np.nextafter(nearest[above], -np.inf)
    upper[below] = np.nextafter(nearest[below], np.inf)
    lower.flags.writeable = upper.flags.writeable = False
    return lower, upper


def _float_array(source: NDArray[np.generic], name: str, where: Where) -> Floats:
    """A read-only copy; each float is its binary value."""
    values = np.array(source, dtype=np.float64).reshape(-1)
    bad = ~np.isfinite(values) | ((values != 0) & ((np.abs(values) > 1e100) | (np.abs(values) < 1e-100)))
    if bad.any():
        row = int(np.argmax(bad))
        raise NumberError(
            f"{name}, {where(row)}: found {values[row]}; needed a finite number, 0 or from 1e-100 to 1e100 in magnitude"
        )
    values.flags.writeable = False
    return values


def numbered_classes(outputs: int) -> tuple[str, ...] | None:
    """The classes "0", "1", "2", … of labels that are numbers, where there are more than two."""
    return tuple(map(str, range(outputs))) if outputs > 2 else None


def require_labels(label: Column, where: Where = row_name, classes: int = 2) -> None:
    """Raise unless every label lies in [0, 1]; of more than two `classes`, unless it is the number of one."""
    if classes > 2:
        for i, y in enumerate(label):
            if y.denominator != 1 or not 0 <= y < classes:
                raise ProblemError(
                    f"{where(i)}: found label {float(y):g}; needed the number of a class, 0 to {classes - 1}"
                )
        return
    outside = (label.lower < 0) | (label.upper > 1)
    if outside.any():
        row = int(np.argmax(outside))
        raise ProblemError(
            f"{where(row)}: found label {float(label[row]):g}; needed a number from 0 to 1 "
            "(1 above the line, 0 below, between where unsure)"
        )
    # 1 − y weighs a term of the loss, so it must not underflow; only a label that rounds to 1 can be this close.
    for near in np.flatnonzero((label.lower < 1) & (label.upper == 1)):
        if 1 - label[int(near)] < 1 / LARGEST:
            raise ProblemError(
                f"{where(int(near))}: found a label that differs from 1 by less than 1e-100; needed 1 or a number further below; round it"
            )


@dataclass(frozen=True, repr=False)
class DataSet(Shown):
    """``n`` labelled points: `d` input columns and one label column with values in [0, 1].

    With `case_weights` (numbers >= 0, not all 0) the mean over the points is weighted by them.

    `classes` are the two text labels that were mapped to 0 and 1, where labels came as text. With more than two
    `classes` a label is the number of a class, from 0.
    """

    inputs: tuple[Column, ...]
    label: Column
    classes: tuple[str, ...] | None = None
    case_weights: Column | None = None

    def __str__(self) -> str:
        count, width = len(self.label), len(self.inputs)
        return f"{count:,} point{'s' * (count != 1)} with {width} input{'s' * (width != 1)}"

    def __post_init__(self) -> None:
        if len(self.label) == 0:
            raise ProblemError("the data set is empty: found 0 points; needed at least 1; add rows to [data] points")
        for column in self.inputs:
            if len(column) != len(self.label):
                raise ProblemError(
                    f"an input column has {len(column)} rows and the label has {len(self.label)}; needed as many of each"
                )
        for name in self.classes or ():
            if not is_text(name):
                raise ProblemError(f"found class {name!r:.40}, which holds half of a character; needed whole ones")
        require_labels(self.label, classes=len(self.classes or ()))
        if self.case_weights is not None:
            _require_case_weights(self.case_weights, len(self.label))

    @classmethod
    def from_points(cls, points: Sequence[Sequence[object]], inputs: Sequence[str], outputs: int = 1) -> DataSet:
        """Rows of the inputs followed by the label; for more than two `outputs` it is the number of a class."""
        width = len(inputs) + 1
        for i, point in enumerate(points, 1):
            if not isinstance(point, (list, tuple)) or len(point) != width:
                found = f"{len(point)} numbers" if isinstance(point, (list, tuple)) else repr(point)[:40]
                raise ProblemError(f"point {i}: found {found}; needed {width}: {', '.join(inputs)}, label")
        names = [*inputs, "label"]
        columns = [Column.of([p[j] for p in points], name) for j, name in enumerate(names)]
        return cls(tuple(columns[:-1]), columns[-1], numbered_classes(outputs))

    def __len__(self) -> int:
        return len(self.label)

    def take(self, rows: Sequence[int]) -> DataSet:
        """The data set of these rows only."""
        case_weights = None if self.case_weights is None else self.case_weights.take(rows)
        return DataSet(tuple(c.take(rows) for c in self.inputs), self.label.take(rows), self.classes, case_weights)

    def point(self, row: int) -> tuple[tuple[Fraction, ...], Fraction]:
        """The exact inputs and label of one row, counted from 0."""
        return tuple(column[row] for column in self.inputs), self.label[row]


def _require_case_weights(case_weights: Column, rows: int) -> None:
    if len(case_weights) != rows:
        raise ProblemError(f"found {len(case_weights)} case weights for {rows} points; needed one for each point")
    if (negative := case_weights.lower < 0).any():
        row = int(np.argmax(negative))
        raise ProblemError(f"case weight of point {row + 1}: found {float(case_weights[row]):g}; needed 0 or more")
    if not (case_weights.upper > 0).any():
        raise ProblemError("all case weights are 0; needed at least one point that counts")
