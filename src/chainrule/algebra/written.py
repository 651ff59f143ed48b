"""The formula as a certificate writes it: nested lists over weights and columns, nothing written out row by row.

    ["mean", ["power", ["add", ["sigmoid", ["add", ["multiply", ["column", "x"], ["weight", "w_x"]], …]], ["negate", ["column", "label"]]], ["number", "2"]]]

The columns that are met are kept by name, so that the document can hold their numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from chainrule.exact import number_text
from chainrule.problem.data import Column

Tree = list[Any]


class Written:
    """The operations on trees. `names` are given to the columns in the order in which they are first met."""

    def __init__(self, names: Iterator[str]) -> None:
        self._names = names
        self.columns: dict[str, Column] = {}

    def weight(self, name: str) -> Tree:
        return ["weight", name]

    def constant(self, value: Fraction) -> Tree:
        return ["number", number_text(value)]

    def column(self, numbers: Column) -> Tree:
        for name, known in self.columns.items():
            if known is numbers:
                return ["column", name]
        name = next(self._names)
        self.columns[name] = numbers
        return ["column", name]

    def add(self, *terms: Tree) -> Tree:
        return ["add", *terms] if len(terms) > 1 else terms[0]

    def multiply(self, *factors: Tree) -> Tree:
        return ["multiply", *factors] if len(factors) > 1 else factors[0]

    def negate(self, a: Tree) -> Tree:
        return ["negate", a]

    def square(self, a: Tree) -> Tree:
        return ["power", a, ["number", "2"]]

    def exp(self, a: Tree) -> Tree:
        return ["exp", a]

    def log(self, a: Tree) -> Tree:
        return ["log", a]

    def sigmoid(self, a: Tree) -> Tree:
        return ["sigmoid", a]

    def function(self, name: str, a: Tree) -> Tree:
        return [name, a]

    def mean(self, a: Tree) -> Tree:
        """The mean over the rows; what holds no column is its own mean."""
        return ["mean", a] if _holds_column(a) else a


def _holds_column(tree: Tree) -> bool:
    return tree[0] == "column" or any(_holds_column(part) for part in tree[1:] if isinstance(part, list))
