"""From the formula of a certificate to the sum that it is.

    ["mean", ["power", ["add", ["sigmoid", ["multiply", ["weight", "w"], ["column", "x"]]], ["negate", ["column", "y"]]], ["number", "2"]]]

A formula is a tree of exact numbers, weights, columns (one number a row), `add`, `multiply`, `negate`, `divide`, `power`, the named functions, and
`mean` or `sum` over the rows. Row by row it becomes a sum (`sums`); on the way these identities are used, each exact:

    (q σ(z) + c)² = q² [(1−y) h(z) + y h(−z) − y(1−y)],  y = −c/q, for 0 <= y <= 1 and h = σ²      since  σ(−z) = 1 − σ(z)
    tanh z = 2σ(2z) − 1        1/(1 + e^z) = σ(−z)        ln(1 + e^z) = softplus(z)
    ln σ(z) = −softplus(−z)    ln(1 − σ(z)) = −softplus(z)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flint import fmpq

from chainrule_check.functions import EXP, NAMED, SIGMOID, SIGMOID_SQUARED, SOFTPLUS, power, real_power
from chainrule_check.numbers import number
from chainrule_check.reader import elements
from chainrule_check.refusal import Refused, shown
from chainrule_check.sums import Apply, Product, Sum, Vector, total_of

MOST_PARTS = 2_000_000  # nodes of a formula with its means written out
DEEPEST = 150
LARGEST_POWER = 1000
LONGEST = 4096  # bits of a number that a power makes; a longer one is enclosed instead
_OPERATIONS = ("number", "weight", "column", "add", "multiply", "negate", "divide", "power", "mean", "sum")


@dataclass(frozen=True)
class Table:
    """The weights of a problem, its columns, and how much each row counts (the same for all where nothing is said)."""

    weights: tuple[str, ...]
    columns: dict[str, Vector]
    counts: Vector

    @property
    def size(self) -> int:
        return len(self.weights)


def read_formula(tree: Any, table: Table, place: str, most: int = MOST_PARTS) -> Sum:
    """The function that `tree` writes down over `table`; Refused where it is no formula, or would be too much work."""
    nodes = _Size(min(most, MOST_PARTS))
    nodes.count(tree, place, len(table.counts), 1)
    return _Reader(table, None).read(tree, place)


class _Size:
    """How many nodes a formula has once its means are written out."""

    def __init__(self, most: int) -> None:
        self.nodes, self.most = 0, most

    def count(self, tree: Any, place: str, rows: int, times: int, depth: int = 0) -> None:
        parts = elements(tree, place, "an operation, then what it is of", 2)
        if not isinstance(parts[0], str) or (parts[0] not in _OPERATIONS and parts[0] not in NAMED):
            raise Refused(f"found {shown(parts[0])}; needed one of {', '.join((*_OPERATIONS, *NAMED))}", place)
        if depth > DEEPEST:
            raise Refused(f"more than {DEEPEST} operations stand inside one another", place)
        self.nodes += times
        if self.nodes > self.most:
            raise Refused(
                f"the formula has more than {self.most:,} nodes over its {rows:,} rows: more than a document of this length may ask for",
                place,
            )
        if parts[0] in ("number", "weight", "column"):
            return
        times *= rows if parts[0] in ("mean", "sum") else 1
        for i, part in enumerate(parts[1:], 1):
            self.count(part, f"{place}[{i}]", rows, times, depth + 1)


@dataclass(frozen=True)
class _Reader:
    table: Table
    row: int | None

    def read(self, tree: list[Any], place: str) -> Sum:
        name, size = tree[0], self.table.size
        if name == "number":
            return Sum.number(number(self._only(tree, place), f"{place}[1]"), size)
        if name == "weight":
            return Sum.weight(self._find(tree, place, self.table.weights), size)
        if name == "column":
            return Sum.number(self._cell(tree, place), size)
        if name in ("mean", "sum"):
            return self._over_rows(tree, place)
        parts = [self.read(part, f"{place}[{i}]") for i, part in enumerate(tree[1:], 1)]
        if name == "add":
            return total_of(parts, size)
        if name == "multiply":
            return product(parts)
        if name in ("divide", "power"):
            if len(parts) != 2:
                raise Refused(f"{name} has {len(parts)} parts; needed 2", place)
            return (
                product([parts[0], _whole_power(parts[1], -1, place)])
                if name == "divide"
                else _power(parts[0], parts[1], place)
            )
        if len(parts) != 1:
            raise Refused(f"{name} has {len(parts)} parts; needed 1", place)
        return parts[0].minus() if name == "negate" else apply(name, parts[0])

    def _only(self, tree: list[Any], place: str) -> Any:
        return elements(tree, place, f"{tree[0]} and what it is", 2, 2)[1]

    def _find(self, tree: list[Any], place: str, known: tuple[str, ...]) -> int:
        name = self._only(tree, place)
        if name not in known:
            raise Refused(f"found the {tree[0]} {shown(name)}; the problem has {', '.join(map(shown, known))}", place)
        return known.index(name)

    def _cell(self, tree: list[Any], place: str) -> fmpq:
        names = tuple(self.table.columns)
        column = self.table.columns[names[self._find(tree, place, names)]]
        if self.row is None:
            raise Refused(f"the column {shown(tree[1])} stands outside a mean or sum over the rows", place)
        return column[self.row]

    def _over_rows(self, tree: list[Any], place: str) -> Sum:
        counts, inner = self.table.counts, self._only(tree, place)
        whole = sum(counts, fmpq(0)) if tree[0] == "mean" else fmpq(1)
        if whole == 0:
            raise Refused("a mean over no rows has no value", place)
        rows = [
            replace(self, row=i).read(inner, f"{place}[1]").scaled(count / whole)
            for i, count in enumerate(counts)
            if count != 0
        ]
        return total_of(rows, self.table.size)


def product(parts: list[Sum]) -> Sum:
    """The product: numbers multiply exactly, what is left is one part."""
    factor, others = fmpq(1), []
    for part in parts:
        if part.is_number:
            factor *= part.offset
        else:
            others.append(part)
    if not others:
        return parts[0].scaled(fmpq(0)).plus_number(factor)
    if len(others) == 1:
        return others[0].scaled(factor)
    return others[0].of(Product(tuple(others))).scaled(factor)


def apply(name: str, z: Sum) -> Sum:
    """A named function of a sum, by the identities above where one fits."""
    if name == "tanh" and z.is_form:
        return z.of(Apply(SIGMOID, z.scaled(fmpq(2)))).scaled(fmpq(2)).plus_number(fmpq(-1))
    if name == "log" and len(z.parts) == 1 and not any(z.slope):
        (c, part), b = z.parts[0], z.offset
        if isinstance(part, Apply) and part.argument.is_form:
            inner = part.argument
            if part.function is SIGMOID and c == 1 and b == 0:
                return z.of(Apply(SOFTPLUS, inner.minus())).minus()
            if part.function is SIGMOID and c == -1 and b == 1:
                return z.of(Apply(SOFTPLUS, inner)).minus()
            if part.function is EXP and c == 1 and b == 1:
                return z.of(Apply(SOFTPLUS, inner))
    return z.of(Apply(NAMED[name], z))


def _power(base: Sum, exponent: Sum, place: str) -> Sum:
    if not exponent.is_number:  # a^b = e^(b ln a), for a > 0
        return apply("exp", product([exponent, apply("log", base)]))
    if exponent.offset.q == 1:
        return _whole_power(base, int(exponent.offset.p), place)
    return base.of(Apply(real_power(exponent.offset), base))


def _whole_power(base: Sum, n: int, place: str) -> Sum:
    if abs(n) > LARGEST_POWER:
        raise Refused(f"found the power {shown(n)}; at most {LARGEST_POWER} is allowed", place)
    if n == 1:
        return base
    if base.is_number:
        value = base.offset
        if value == 0 and n < 0:
            raise Refused("a division by 0", place)
        if abs(n) * max(value.p.bit_length(), value.q.bit_length()) <= LONGEST:
            return Sum(base.slope, value**n)
    if len(base.parts) == 1 and not any(base.slope):
        (c, part), b = base.parts[0], base.offset
        if isinstance(part, Apply) and part.argument.is_form:
            z = part.argument
            if n == -1 and part.function is EXP and c == 1 and b == 1:
                return base.of(Apply(SIGMOID, z.minus()))
            if n == 2 and part.function is SIGMOID and c != 0 and 0 <= (y := -b / c) <= 1:
                split = [(1 - y, Apply(SIGMOID_SQUARED, z)), (y, Apply(SIGMOID_SQUARED, z.minus()))]
                squared = Sum(base.slope, -y * (1 - y), tuple((w, h) for w, h in split if w != 0))
                return squared.scaled(c * c)
    return base.of(Apply(power(n), base))
