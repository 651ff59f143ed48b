"""The expression of a certificate: nested lists, read into a tree, bounded and with exact numbers.

``["add", a, b, …]``, ``["multiply", …]``, ``["mean", …]``, ``["negate", a]``, ``["divide", a, b]``, ``["power", a, b]``,
``["exp", a]`` (also log, sigmoid, tanh, relu, softplus, abs), ``["number", "1/2"]``, ``["symbol", "x"]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from chainrule_fast.budget import Budget
from chainrule_fast.document import elements
from chainrule_fast.rationals import bounded, exact, shown
from chainrule_fast.report import Refused

SMOOTH = ("exp", "log", "sigmoid", "tanh", "softplus")
FUNCTIONS = (*SMOOTH, "relu", "abs")
_PARTS = {
    "add": (1, None),
    "multiply": (1, None),
    "mean": (1, None),
    "negate": (1, 1),
    "divide": (2, 2),
    "power": (2, 2),
}
_RATIONAL = tuple(_PARTS)
_PARTS |= dict.fromkeys(FUNCTIONS, (1, 1))
MOST_NODES = 200_000
DEEPEST = 300
LARGEST_POWER = 1000
LONGEST = 4096  # bits of a number that numbers make
MOST_VARIABLES = 100


@dataclass(frozen=True)
class Node:
    """An operation and its parts; a number has its `value`, a symbol its `index` among the free ones."""

    operation: str
    parts: tuple[Node, ...] = ()
    value: Fraction = Fraction(0)
    index: int = 0

    @property
    def size(self) -> int:
        """How many nodes there are."""
        return 1 + sum(part.size for part in self.parts)

    @property
    def whole(self) -> int | None:
        """The integer that this is as an exponent, if it is one of at most LARGEST_POWER."""
        if self.operation != "number" or self.value.denominator != 1 or abs(self.value) > LARGEST_POWER:
            return None
        return int(self.value)


@dataclass(frozen=True)
class Formula:
    """What the problem states: the expression and its variables; and how much work its check may take."""

    node: Node
    free: tuple[str, ...]
    budget: Budget

    def allow(self, steps: int) -> None:
        """So many steps of a proof are about it."""
        self.budget.allow(self.node.size, steps)


ONE = Node("number", value=Fraction(1))


def read_free(value: Any) -> tuple[str, ...]:
    """The names of the variables: 1 to MOST_VARIABLES, different."""
    names = tuple(elements(value, "problem.free", "names", 1, MOST_VARIABLES))
    for i, name in enumerate(names):
        if not isinstance(name, str) or not 0 < len(name) <= 200:
            raise Refused(f"found {shown(name)}; needed a name", f"problem.free[{i}]")
    if len(set(names)) != len(names):
        raise Refused("the same name stands twice; needed different names", "problem.free")
    return names


def read_tree(value: Any, free: tuple[str, ...]) -> Node:
    """The tree; Refused where it is not one, too large, or names a symbol that is not free."""
    return _Reader(free).read(value, "problem.expression", 0)


class _Reader:
    def __init__(self, free: tuple[str, ...]) -> None:
        self.free, self.nodes = free, 0

    def read(self, value: Any, place: str, depth: int) -> Node:
        self.nodes += 1
        if self.nodes > MOST_NODES or depth > DEEPEST:
            raise Refused(f"more than {MOST_NODES:,} nodes, or {DEEPEST} inside one another", "problem.expression")
        found = elements(value, place, "an operation and its parts", 2)
        name, rest = found[0], found[1:]
        if name == "number" and len(rest) == 1:
            return Node("number", value=exact(rest[0], f"{place}[1]"))
        if name == "symbol" and len(rest) == 1:
            if rest[0] not in self.free:
                raise Refused(f"found {shown(rest[0])}; the variables are {', '.join(self.free)}", f"{place}[1]")
            return Node("symbol", index=self.free.index(rest[0]))
        if not isinstance(name, str) or name not in _PARTS:
            raise Refused(f"found {shown(name)}; needed number, symbol, {', '.join(_PARTS)}", f"{place}[0]")
        least, most = _PARTS[name]
        if len(rest) < least or (most is not None and len(rest) > most):
            raise Refused(f"{name} with {len(rest)} parts; needed {least}{'' if most else ' or more'}", place)
        parts = tuple(self.read(part, f"{place}[{i}]", depth + 1) for i, part in enumerate(rest, 1))
        return _folded(name, parts) or _sigmoid(name, parts) or Node(name, parts)


def _folded(name: str, parts: tuple[Node, ...]) -> Node | None:
    """The number that numbers make by + mean − · ÷ and integer powers: ``x^(1+1)`` is ``x^2``.

    It is 0, or as large as a number in the document may be, and of at most LONGEST bits; what is not stays as it stands.
    """
    if name not in _RATIONAL or any(part.operation != "number" for part in parts):
        return None
    values = [part.value for part in parts]
    a, b = values[0], values[-1]
    found: Fraction | None
    if name in ("add", "mean"):
        found = sum(values, start=Fraction(0)) / (1 if name == "add" else len(values))
    elif name == "multiply":
        found = Fraction(1)
        for value in values:
            found *= value
    elif name == "negate":
        found = -a
    elif name == "divide":
        found = a / b if b else None
    else:
        n = parts[1].whole
        tall = n is None or (not a and n < 0) or _bits(a) * abs(n) > LONGEST
        found = None if n is None or tall else Fraction(a**n)
    return None if found is None or _bits(found) > LONGEST or not bounded(found) else Node("number", value=found)


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _sigmoid(name: str, parts: tuple[Node, ...]) -> Node | None:
    """``1/(1 + e^x)``, also as a power −1, and ``e^x/(1 + e^x)`` as the sigmoids that they are: far sharper over a box, where their x
    stands once. The order in ``1 + e^x`` is free."""
    below = parts[1] if name == "divide" else parts[0]
    if name not in ("divide", "power") or below.operation != "add" or len(below.parts) != 2:
        return None
    exponentials = [part for part in below.parts if part.operation == "exp"]
    if ONE not in below.parts or not exponentials:
        return None
    above = parts[0] if name == "divide" else ONE if parts[1].whole == -1 else None
    if above == exponentials[0]:
        return Node("sigmoid", exponentials[0].parts)
    return Node("sigmoid", (Node("negate", exponentials[0].parts),)) if above == ONE else None
