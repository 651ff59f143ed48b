"""An expression as a sum of functions of sums, whose parts fall into groups without a common variable.

    f = Σ_t H_t(U_t) + Σ c·r,        U_t = Σ_p c_tp p

read through *add*, *mean*, *negate*, and *multiply* and *divide* by rational numbers, parts from left to right. A summand with the number 0
in front of it stays: the sum is defined only where it is. Going into such a summand while only one part of an operation holds variables, one comes to the part in which
variables meet (or the one variable). Is that an *add*, it is U; otherwise the summand is a *rest* c·r.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from chainrule_fast.expression.tree import Node

Scaled = tuple[Fraction, Node]


@dataclass(frozen=True)
class Summand:
    """``H(U)``: `outer` is H of the variable with index 0, `inner` is U."""

    outer: Node
    inner: Node

    def above(self, slope: Fraction) -> Node:
        """``H(u) − slope·u``."""
        return _sum([(Fraction(1), self.outer), (-slope, Node("symbol"))])


@dataclass(frozen=True)
class Separated:
    summands: tuple[Summand, ...]
    rest: tuple[Scaled, ...]

    def share(self, groups: Sequence[tuple[int, ...]], slopes: Sequence[Fraction]) -> list[Node] | None:
        """For each group of variables the sum of ``slope_t c_tp p`` and ``c r`` that hold them, variables numbered within it.

        What holds no variable goes to the first. None where a part's variables do not lie in one group.
        """
        shares: list[list[Scaled]] = [[] for _ in groups]
        scaled = [(m * c, p) for m, s in zip(slopes, self.summands, strict=True) for c, p in linear(s.inner)]
        for c, p in (*scaled, *self.rest):
            found = variables(p)
            home = [g for g, group in enumerate(groups) if found <= set(group)]
            if not home:
                return None
            names = {index: number for number, index in enumerate(groups[home[0]])}
            shares[home[0]].append((c, renamed(p, names)))
        return [_sum(share) for share in shares]


def separated(node: Node) -> Separated:
    summands, rest = [], []
    for factor, whole in linear(node):
        outer, inner = _bottleneck(whole)
        if inner.operation == "add":
            summands.append(Summand(_sum([(factor, outer)]), inner))
        else:
            rest.append((factor, whole))
    return Separated(tuple(summands), tuple(rest))


def _sum(scaled: Sequence[Scaled]) -> Node:
    if not scaled:
        return Node("number")
    return Node("add", tuple(Node("multiply", (Node("number", value=c), p)) for c, p in scaled))


def linear(node: Node, factor: Fraction = Fraction(1)) -> Iterator[Scaled]:
    """The summands of ``factor·node``, each a rational number and a node that is no sum."""
    name, parts = node.operation, node.parts
    if name in ("add", "mean"):
        for part in parts:
            yield from linear(part, factor / (1 if name == "add" else len(parts)))
    elif name == "negate":
        yield from linear(parts[0], -factor)
    elif name == "divide" and parts[1].operation == "number" and parts[1].value:
        yield from linear(parts[0], factor / parts[1].value)
    elif name == "multiply":
        others = []
        for part in parts:
            if part.operation == "number":
                factor *= part.value
            else:
                others.append(part)
        if len(others) == 1:
            yield from linear(others[0], factor)
        else:
            yield factor, Node("multiply", tuple(others)) if others else Node("number", value=Fraction(1))
    else:
        yield factor, node


def variables(node: Node) -> set[int]:
    """The indices of the variables in it."""
    if node.operation == "symbol":
        return {node.index}
    return set().union(*map(variables, node.parts)) if node.parts else set()


def renamed(node: Node, names: Mapping[int, int]) -> Node:
    """With other indices of the variables."""
    if node.operation == "symbol":
        return replace(node, index=names[node.index])
    return replace(node, parts=tuple(renamed(part, names) for part in node.parts)) if node.parts else node


def _bottleneck(node: Node) -> tuple[Node, Node]:
    """``(H, U)`` with node = H(U)."""
    moving = [i for i, part in enumerate(node.parts) if variables(part)]
    if len(moving) != 1:
        return Node("symbol"), node
    (i,) = moving
    outer, inner = _bottleneck(node.parts[i])
    return replace(node, parts=(*node.parts[:i], outer, *node.parts[i + 1 :])), inner
