"""Labelled points from a table: CSV, Parquet, a data frame of any library, or a NumPy array.

A table has named columns; `inputs` says which of them are the network's inputs, `label` which one is the label.
Text labels of exactly two classes are mapped, in sorted order, to 0 and 1.
"""

from __future__ import annotations

import csv
import difflib
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.errors import ChainruleError, FileError, NumberError, ProblemError
from chainrule.exact import minus_signs, read_number
from chainrule.extras import require
from chainrule.files import decode_text, read_bounded
from chainrule.problem.data import Column, DataSet, Where, numbered_classes, require_labels, row_name

MAX_CSV = 512 * 2**20
NO_NAMES = ("", "Unnamed: 0")
"""What a column that counts the rows is called where a table was written with its index: nothing, or pandas' name for nothing."""
MAX_CELLS = 200_000_000  # of a Parquet file, whose bytes say little about its size


@dataclass(frozen=True)
class Table:
    """Columns by name, of numbers or texts, all of the same length; `where` names a row for a message."""

    columns: Mapping[str, Any]
    source: str
    where: Where = row_name


def data_from_table(
    table: Table,
    inputs: Sequence[str] | None = None,
    label: str | None = None,
    outputs: int = 1,
    case_weights: str | None = None,
) -> tuple[tuple[str, ...], DataSet]:
    """The input names and the data set of a table; `case_weights` names a column as `label` does.

    Without `label` it is the column called *label*, else the last. Without `inputs` they are all other columns.
    A column called ``sepal length (cm)`` may also be named ``sepal_length_cm``, and becomes that as an input.
    """
    names = list(table.columns)
    if len(names) < 2:
        raise ProblemError(
            f"{table.source}: found {len(names)} column{'s' * (len(names) != 1)} ({', '.join(names)[:60]}); "
            "needed at least one input and a label"
        )
    label_column = _find(label, table) if label is not None else "label" if "label" in names else names[-1]
    weight_column = _find(case_weights, table) if case_weights is not None else None
    others = [name for name in names if name not in (label_column, weight_column)]
    chosen = [_find(name, table) for name in inputs] if inputs else others
    if label_column in chosen:
        raise ProblemError(f"{table.source}: column {label_column!r} is both an input and the label; name another")
    guess = None if label is not None or "label" in names else label_column
    columns = tuple(_column(table.columns[name], name, table, guess) for name in chosen)
    try:
        labels, classes = read_labels(table.columns[label_column], f"column {label_column}", table.where, outputs)
    except ChainruleError as error:
        raise type(error)(f"{error}{'' if guess is None else f'. {_guessed(guess)}'}") from None
    weights = None if weight_column is None else _column(table.columns[weight_column], weight_column, table)
    return tuple(inputs or map(identifier, chosen)), DataSet(columns, labels, classes, weights)


def _column(values: Any, name: str, table: Table, guess: str | None = None) -> Column:
    """A column of numbers; where it holds something else, a message that also asks for the label where that was a `guess`."""
    try:
        return Column.of(values, f"column {name}", table.where)
    except NumberError as error:
        other = "" if guess is None else f". {_guessed(guess, name)}"
        raise NumberError(
            f"{error}{other}. Without the column {name:.30}: name the inputs (--inputs, or inputs = […])"
        ) from None


def _guessed(taken: str, other: str = "COLUMN") -> str:
    return (
        f"No label was named, so it is the last column, {taken:.30}; another one is named by --label {other:.30}, "
        f'or label = "{other:.30}"'
    )


def _find(name: str, table: Table) -> str:
    names = list(table.columns)
    if name in names:
        return name
    cleaned = {identifier(column): column for column in names}
    if name in cleaned:
        return cleaned[name]
    near = difflib.get_close_matches(name, names, 1)
    hint = f"did you mean {near[0]}?" if near else "name one of those"
    raise ProblemError(f"{table.source} has no column {name!r:.60}; it has {_list(names)}; {hint}")


def identifier(name: str) -> str:
    """A column's name as an input's name: ``sepal length (cm)`` becomes ``sepal_length_cm``."""
    return re.sub(r"\W+", "_", name).strip("_") or name


def _list(names: Sequence[str], most: int = 12) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(f"{name:.30}" for name in names[:most]) + more


def read_labels(
    values: Any, name: str, where: Where = row_name, outputs: int = 1
) -> tuple[Column, tuple[str, ...] | None]:
    """The labels as numbers, and the classes where they came as text.

    Numbers are in [0, 1]; for a network of more than two `outputs` they are the numbers of that many classes.
    """
    classes = numbered_classes(outputs)
    if isinstance(values, np.ndarray):
        column = Column.of(values, name, where)
    else:
        values = [int(x) if isinstance(x, (bool, np.bool_)) else x for x in values]
        if _has_classes(values):
            column, classes = _from_classes([str(x).strip() for x in values], name, where, max(2, outputs))
        else:
            column = Column.of(values, name, where)
    require_labels(column, where, len(classes or ()))
    return column, classes


def _has_classes(values: Sequence[object]) -> bool:
    """Whether some label is a text that is no number at all (``nan`` and ``1e400`` are bad numbers, not classes)."""
    for text in {minus_signs(x.strip()) for x in values if isinstance(x, str)}:
        if re.fullmatch(r"[+-]?(\d.*|\.\d.*|nan|inf|infinity)?", text, re.IGNORECASE | re.DOTALL):
            continue
        return True
    return False


def _from_classes(texts: Sequence[str], name: str, where: Where, count: int) -> tuple[Column, tuple[str, ...]]:
    classes = sorted(set(texts))
    if "" in classes:
        raise ProblemError(f"{name}, {where(texts.index(''))}: found an empty label; needed a class or a number")
    if len(classes) != count:
        found = _list([repr(text) for text in classes], 8)
        needed = "two (or numbers from 0 to 1); keep the rows of two classes"
        if len(classes) > 2:
            needed += f', or give the network a softmax layer of {len(classes)} units: layers = [{len(classes)}], activation = "softmax"'
        raise ProblemError(
            f"{name}: found {len(classes)} class{'es' * (len(classes) != 1)}: {found}; needed "
            + (needed if count == 2 else f"{count}, one for each output of the network")
        )
    places = {text: place for place, text in enumerate(classes)}
    values = np.fromiter((places[text] for text in texts), dtype=np.float64, count=len(texts))
    return Column.of(values, name), tuple(classes)


def table_from_csv(path: str | os.PathLike[str], inputs: Sequence[str] | None = None) -> Table:
    """Read a CSV file: a line of names, then rows of as many cells; blank lines are skipped.

    A first column without a name that only counts the rows is left out, as is a last one in which nothing stands. Commas
    separate; semicolons or tabs do where the first line holds no comma. A file without names is
    read where its first line is all numbers and `inputs` names all its columns but the last, the label.
    """
    source = os.path.basename(os.fspath(path))
    advice = "use Parquet, or Problem.from_table on a part of it"
    text = decode_text(read_bounded(path, MAX_CSV, advice), path, "CSV")
    head = text[: 2**16].lstrip().split("\n", 1)[0]
    delimiter = "," if "," in head else next((c for c in ";\t" if c in head), ",")
    cells = _cells(text, delimiter, source)
    if not cells:
        raise ProblemError(f"{source} is empty; needed a line of column names and at least one row")
    cells, names = _without_empty_end(cells, [name.strip() for name in cells[0]])
    skipped = 1
    if all(map(_is_number, names)):
        if inputs is None or len(names) != len(inputs) + 1:
            raise ProblemError(
                f"{source}, line 1: found numbers ({_list(names, 4)}); needed the names of the columns; "
                "add a first line such as x,y,label"
            )
        names, skipped = [*inputs, "label"], 0
    index = names[0] in NO_NAMES and _counts(cells, skipped)
    if len(set(names)) != len(names) or "" in names[index:]:
        found = _list([name or f"column {k} without a name" for k, name in enumerate(names, 1)])
        raise ProblemError(f"{source}, line 1: found {found}; needed a name of its own for each")

    def where(row: int) -> str:
        return f"line {_line(text, delimiter, row + skipped)} of {source}"

    for row, width in enumerate(cells.widths[skipped:]):
        if width != len(names):
            raise ProblemError(
                f"{where(row)}: found {width} column{'s' * (width != 1)}; needed {len(names)}: {_list(names)}"
            )
    columns = {name: cells.column(k, skipped) for k, name in enumerate(names)}
    if index and not {names[0], identifier(names[0])} & {*(inputs or ())}:
        del columns[names[0]]
    return Table(columns, source, where)


def _without_empty_end(cells: _Rows | _Flat, names: list[str]) -> tuple[_Rows | _Flat, list[str]]:
    """Without the last column where nothing stands in it: a comma too many ends the first line, all others, or every line."""
    widths, count = set(cells.widths[1:]), len(names)
    if isinstance(cells, _Flat) and names[-1] == "" and not any(map(str.strip, cells.column(count - 1, 1))):
        return _Rows(cells[row][:-1] for row in range(len(cells.flat) // count)), names[:-1]
    ended = isinstance(cells, _Rows) and not any(row[-1].strip() for row in cells[1:])
    if isinstance(cells, _Rows) and names[-1] == "" and (widths == {count - 1} or (widths == {count} and ended)):
        return _Rows(row[: count - 1] for row in cells), names[:-1]
    if isinstance(cells, _Rows) and widths == {count + 1} and ended:
        return _Rows(row[:count] for row in cells), names
    return cells, names


def _counts(cells: _Rows | _Flat, skipped: int) -> bool:
    """Whether the first column only counts the rows, from 0 or from 1."""
    numbers = [text.strip() for text in cells.column(0, skipped)]
    return any(numbers == list(map(str, range(first, first + len(numbers)))) for first in (0, 1))


class _Rows(list[list[str]]):
    """Rows as lists of cells."""

    @property
    def widths(self) -> list[int]:
        return [len(row) for row in self]

    def column(self, k: int, skipped: int) -> list[str]:
        return [row[k] for row in self[skipped:]]


@dataclass(frozen=True)
class _Flat:
    """All cells in one list, row by row: a million rows take a fifth of the time that a list for each takes."""

    flat: list[str]
    width: int

    def __getitem__(self, row: int) -> list[str]:
        return self.flat[row * self.width : (row + 1) * self.width]

    @property
    def widths(self) -> list[int]:
        return [self.width]

    def column(self, k: int, skipped: int) -> list[str]:
        return self.flat[skipped * self.width + k :: self.width]


def _cells(text: str, delimiter: str, source: str) -> _Rows | _Flat:
    """The cells of a CSV text, blank lines left out."""
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    commas = lines[0].count(delimiter)
    plain = '"' not in text and "\r" not in lines[0] and text.count("\r") == text.count("\r\n")
    if plain and commas and all(line.count(delimiter) == commas for line in lines):
        return _Flat(delimiter.join(lines).split(delimiter), commas + 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return _Rows(row for row in reader if row)
    except csv.Error as error:
        advice = "quote cells in full and keep them short"
        raise FileError(f"{source} is not a CSV file: line {reader.line_num}: {error}; {advice}") from None


def _line(text: str, delimiter: str, row: int) -> int:
    """The line of the file on which a row ends, blank lines counted."""
    if '"' not in text:  # a row is a line; a cell may be longer than the reader of quoted ones bears
        lines = text.splitlines() if "\r" in text else text.split("\n")
        return [number for number, line in enumerate(lines, 1) if line][row]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    nonblank: Iterator[list[str]] = (cells for cells in reader if cells)
    for _ in range(row + 1):
        next(nonblank)
    return reader.line_num


def _is_number(text: str) -> bool:
    try:
        read_number(text)
    except NumberError:
        return False
    return True


def table_from_parquet(path: str | os.PathLike[str]) -> Table:
    """Read a Parquet file with pyarrow (``pip install "chainrule[parquet]"``)."""
    require("parquet", f"reading {os.fspath(path)}")
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            cells = file.metadata.num_rows * file.metadata.num_columns
            if cells > MAX_CELLS:
                raise FileError(f"{os.fspath(path)} holds {cells:,} cells; at most {MAX_CELLS:,} are read; take a part")
            frame = file.read()
    except FileError:
        raise
    except (OSError, pyarrow.ArrowException) as error:
        raise FileError(f"{os.fspath(path)} cannot be read as Parquet: {str(error).splitlines()[0]:.100}") from None
    return table_from_frame(frame, os.path.basename(os.fspath(path)))


def table_from_frame(frame: Any, source: str = "the data frame", inputs: Sequence[str] | None = None) -> Table:
    """A table from a NumPy array ``(n, d + 1)`` or from any data frame that Narwhals reads (pandas, Polars, PyArrow …)."""
    if isinstance(frame, np.ndarray):
        return _table_from_array(frame, inputs)
    require("tables", "a data frame")
    import narwhals as nw

    try:
        native = nw.from_native(frame)
    except TypeError:
        raise ProblemError(
            f"found a {type(frame).__name__}; needed a NumPy array or a data frame (pandas, Polars, PyArrow …)"
        ) from None
    whole = native.collect() if isinstance(native, nw.LazyFrame) else native
    return Table({str(name): _series_values(whole[name], source) for name in whole.columns}, source)


def _series_values(series: Any, source: str) -> Any:
    """A NumPy array for numbers, a list of texts, booleans or decimals otherwise."""
    if series.null_count():
        row = series.is_null().to_list().index(True)
        raise ProblemError(
            f"{source}, column {series.name}, {row_name(row)}: found no value; fill it in or drop the row"
        )
    return series.to_numpy() if series.dtype.is_integer() or series.dtype.is_float() else series.to_list()


def _table_from_array(array: np.ndarray[Any, Any], inputs: Sequence[str] | None) -> Table:
    if array.ndim != 2 or array.shape[1] < 2:
        raise ProblemError(f"found an array of shape {array.shape}; needed (n, d + 1): the inputs, then the label")
    count = array.shape[1] - 1
    if inputs is not None and len(inputs) != count:
        raise ProblemError(f"found an array of {count + 1} columns; needed {len(inputs) + 1}: {_list(inputs)}, label")
    names = [*(inputs or default_inputs(count)), "label"]
    if array.dtype.kind not in "fiu":
        return Table({name: array[:, k].tolist() for k, name in enumerate(names)}, "the array")
    return Table({name: array[:, k] for k, name in enumerate(names)}, "the array")


def default_inputs(count: int) -> tuple[str, ...]:
    """Names for inputs that have none: x, y, z for up to three, else x1, x2, …"""
    return ("x", "y", "z")[:count] if count <= 3 else tuple(f"x{k}" for k in range(1, count + 1))
