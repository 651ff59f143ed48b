"""The problem of a certificate: weights, columns of data, and the formula of the loss.

    {"weights": ["w_x"], "columns": {"x": ["1", "3"], "label": ["0", "1"]}, "counts": null, "loss": ["mean", …]}

`counts` says how much each row counts in a mean or sum (null: 1 each); a row that counts 0 is left out first of all. `title` may be added, and claims nothing.
"""

from __future__ import annotations

from typing import Any

from flint import fmpq

from chainrule_check.formula import Table, read_formula
from chainrule_check.numbers import number
from chainrule_check.reader import elements, members
from chainrule_check.refusal import Refused, printable, shown
from chainrule_check.sums import Sum, Vector

MOST_WEIGHTS = 100


def read_problem(source: Any, most: int, place: str = "problem") -> tuple[Table, Sum]:
    """The table and the loss over it, of at most so many nodes with its means written out."""
    stated = members(source, place, ("weights", "columns", "counts", "loss"), ("title",))
    names = elements(stated["weights"], f"{place}.weights", "names", 0, MOST_WEIGHTS)
    weights = tuple(_name(name, f"{place}.weights[{i}]") for i, name in enumerate(names))
    if len(set(weights)) != len(weights):
        raise Refused("a weight is named twice", f"{place}.weights")
    if not isinstance(stated["columns"], dict):
        raise Refused(f"found {shown(stated['columns'])}; needed an object of columns", f"{place}.columns")
    columns = {
        _name(name, f"{place}.columns"): _column(cells, f"{place}.columns.{i}")
        for i, (name, cells) in enumerate(stated["columns"].items())
    }
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1:
        raise Refused(
            f"the columns have from {min(lengths)} to {max(lengths)} rows; needed as many in each", f"{place}.columns"
        )
    rows = next(iter(lengths), 0)
    counts = (fmpq(1),) * rows if stated["counts"] is None else _column(stated["counts"], f"{place}.counts")
    if len(counts) != rows or any(count < 0 for count in counts):
        raise Refused(f"needed one number for each of the {rows} rows, none below 0", f"{place}.counts")
    table = Table(weights, columns, counts)
    return table, read_formula(stated["loss"], table, f"{place}.loss", most)


def _column(source: Any, place: str) -> Vector:
    return tuple(number(cell, f"{place}[{i}]") for i, cell in enumerate(elements(source, place, "numbers", 1)))


def _name(source: Any, place: str) -> str:
    if not isinstance(source, str) or not source or len(source) > 200 or not printable(source):
        raise Refused(f"found {shown(source)}; needed a name that can be printed on one line", place)
    return source
