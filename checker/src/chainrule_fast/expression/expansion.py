"""A value with its gradient and Hessian over a box, by the rules of differentiation, bottom up through the tree.

The rules are written once, for any kind of interval: one box in balls (`spans`), or many boxes in doubles (`blocks`).

``bends[i, j]`` with ``i <= j``; what is missing is exactly 0. `bends` is None where some second derivative is not
defined on all of the box (at the kink of relu and abs); value and slopes, then all slopes on either side, still hold.

Where a base a of a power ``a^r`` comes down to 0, an edge of its domain, derivatives are those where a > 0, and may be unbounded. What follows from
them, by the mean value theorem, follows for all of the box: with a + ε in the place of a there is no such edge, the derivatives are enclosed as closely as
one likes by the same intervals, and as ε → 0 the values become those of the expression. (At one point where a = 0 nothing is known of them.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Generic, Protocol, Self, TypeVar

from chainrule_fast.expression.tree import Node

S = TypeVar("S", bound="Ranged")
K = TypeVar("K")


class Ranged(Protocol):
    """A set of numbers that operations enclose."""

    def __add__(self, other: Self) -> Self: ...
    def __neg__(self) -> Self: ...
    def __mul__(self, other: Self) -> Self: ...
    def times(self, factor: int) -> Self: ...
    def square(self) -> Self: ...
    def power(self, n: int) -> Self: ...
    def inverse(self) -> Self: ...
    def real_power(self, exponent: Self) -> Self: ...
    def open_power(self, exponent: Self) -> Self: ...


class Arithmetic(Protocol[S]):
    """A module of such sets; it may raise where something is not defined."""

    def number(self, value: Fraction) -> S: ...
    def derivatives(self, name: str, x: S) -> tuple[S, S, S | None]: ...


@dataclass(frozen=True)
class Expansion(Generic[S]):
    value: S
    slopes: dict[int, S]
    bends: dict[tuple[int, int], S] | None

    @property
    def size(self) -> int:
        """How many sets of numbers it holds."""
        return 1 + len(self.slopes) + len(self.bends or ())


Spend = Callable[[int], None]
"""Is told how many operations on sets of numbers are to come, and may refuse."""


def unlimited(operations: int) -> None:
    """Any number of operations."""


def expand(
    node: Node, box: Sequence[S], over: Arithmetic[S], derived: bool = True, spend: Spend = unlimited
) -> Expansion[S]:
    """The expression over the box. Without `derived` the variables count as constants: the value alone, at a fraction of the cost."""
    name = node.operation
    if name == "number":
        spend(1)
        return Expansion(over.number(node.value), {}, {})
    if name == "symbol":
        spend(1)
        return Expansion(box[node.index], {node.index: over.number(Fraction(1))} if derived else {}, {})
    parts = [expand(part, box, over, derived, spend) for part in node.parts]
    spend(_work(name, parts))
    if name == "power":
        return _power(node, parts, over)
    if name in ("add", "mean"):
        total = reduce(_add, parts)
        return total if name == "add" else _scaled(total, over.number(Fraction(1, len(parts))))
    if name == "multiply":
        return reduce(_times, parts)
    if name == "negate":
        return _negated(parts[0])
    if name == "divide":
        above, under = parts
        if node.parts[1].operation == "number" and node.parts[1].value:
            return _scaled(above, over.number(1 / node.parts[1].value))
        return _times(above, _inverse(under))
    (inner,) = parts
    return _composed(inner, *over.derivatives(name, inner.value))


FUNCTION = 10  # operations in which a function and its derivatives are worked out


def _work(name: str, parts: Sequence[Expansion[S]]) -> int:
    """About how many operations on sets of numbers a node takes."""
    work = sum(part.size for part in parts)
    if name in ("add", "mean", "negate"):
        return work
    if name == "multiply":
        before = set[int]()
        for part in parts:
            work += 2 * len(before) * len(part.slopes) + (len(before) * len(before) if part.slopes else 0)
            before |= part.slopes.keys()
        return work
    moving = set[int]().union(*(part.slopes.keys() for part in parts))
    return work + FUNCTION + 2 * len(moving) ** 2


def _merged(first: dict[K, S], second: dict[K, S]) -> dict[K, S]:
    merged = dict(first)
    for key, part in second.items():
        _put(merged, key, part)
    return merged


def _put(sums: dict[K, S], key: K, part: S) -> None:
    """Adds a part to the sum of this key."""
    sums[key] = sums[key] + part if key in sums else part


def _add(a: Expansion[S], b: Expansion[S]) -> Expansion[S]:
    bends = None if a.bends is None or b.bends is None else _merged(a.bends, b.bends)
    return Expansion(a.value + b.value, _merged(a.slopes, b.slopes), bends)


def _scaled(a: Expansion[S], factor: S) -> Expansion[S]:
    bends = None if a.bends is None else {key: part * factor for key, part in a.bends.items()}
    return Expansion(a.value * factor, {i: part * factor for i, part in a.slopes.items()}, bends)


def _negated(a: Expansion[S]) -> Expansion[S]:
    bends = None if a.bends is None else {key: -part for key, part in a.bends.items()}
    return Expansion(-a.value, {i: -part for i, part in a.slopes.items()}, bends)


def _times(a: Expansion[S], b: Expansion[S]) -> Expansion[S]:
    if not a.slopes:
        return _scaled(b, a.value)
    if not b.slopes:
        return _scaled(a, b.value)
    slopes = _merged(_scaled(a, b.value).slopes, _scaled(b, a.value).slopes)
    if a.bends is None or b.bends is None:
        return Expansion(a.value * b.value, slopes, None)
    bends = _merged(_scaled(a, b.value).bends or {}, _scaled(b, a.value).bends or {})
    for i, left in a.slopes.items():
        for j, right in b.slopes.items():
            # (ab)_ij has a_i b_j + a_j b_i; on the diagonal both are the same.
            crossed = left * right
            _put(bends, (min(i, j), max(i, j)), crossed.times(2) if i == j else crossed)
    return Expansion(a.value * b.value, slopes, bends)


def _composed(a: Expansion[S], f: S, slope: S, bend: S | None) -> Expansion[S]:
    """``f(a)``: ``f' a_i`` and ``f'' a_i a_j + f' a_ij``."""
    slopes = {i: slope * part for i, part in a.slopes.items()}
    if not slopes:
        return Expansion(f, {}, {})
    if bend is None or a.bends is None:
        return Expansion(f, slopes, None)
    bends = {key: slope * part for key, part in a.bends.items()}
    for i, left in a.slopes.items():
        for j, right in a.slopes.items():
            if i <= j:
                both = left.square() if i == j else left * right
                _put(bends, (i, j), bend * both)
    return Expansion(f, slopes, bends)


def _inverse(a: Expansion[S]) -> Expansion[S]:
    one = a.value.inverse()
    return _composed(a, one, -one.square(), one.power(3).times(2))


def _power(node: Node, parts: Sequence[Expansion[S]], over: Arithmetic[S]) -> Expansion[S]:
    (base, exponent), n = parts, node.parts[1].whole
    if n is not None:
        raised = _whole(base, abs(n))
        return _inverse(raised) if n < 0 else raised
    if exponent.slopes:
        logarithm = _composed(base, *over.derivatives("log", base.value))
        product = _times(exponent, logarithm)
        return _composed(product, *over.derivatives("exp", product.value))
    r = exponent.value
    value = base.value.real_power(r)
    if not base.slopes:
        return Expansion(value, {}, {})
    less, least = (r + over.number(Fraction(-i)) for i in (1, 2))
    return _composed(base, value, base.value.open_power(less) * r, base.value.open_power(least) * (r * less))


def _whole(a: Expansion[S], n: int) -> Expansion[S]:
    if n == 0:
        return Expansion(a.value.power(0), {}, {})
    slope = a.value.power(n - 1).times(n)
    bend = a.value.power(n - 2).times(n * (n - 1)) if n > 1 else a.value.power(0).times(0)
    return _composed(a, a.value.power(n), slope, bend)
