"""The branches that relu and abs take on an interval of one variable, chosen in exact arithmetic.

Theorem. Let u be affine on ``[left, right]`` (an end may be infinite): ``u(v) = a v + b`` with rational a and b. Where u is at least 0 at
both ends, ``relu(u) = |u| = u`` on all of the closed interval; where it is at most 0 at both, ``relu(u) = 0`` and ``|u| = −u``.

So the expression with its branches put in has the same values on the closed interval, the same slopes inside, and at the ends the
slopes from inside. What is affine with a = 0 is put in as its number: an expression in which no variable is left is constant on
the interval, if it is defined at one point of it. (Affine parts are made of sums, products and quotients by a number: they are defined everywhere.)
"""

from __future__ import annotations

from fractions import Fraction

from chainrule_fast.expression.tree import Node

LONGEST = 4096  # bits of a rational; with longer ones nothing is said
End = Fraction | float
Line = tuple[Fraction, Fraction]
"""``a, b`` of ``a v + b``."""


def has_kinks(node: Node) -> bool:
    """Whether relu or abs stands anywhere."""
    return node.operation in ("relu", "abs") or any(map(has_kinks, node.parts))


def is_constant(node: Node) -> bool:
    """Whether no variable is left."""
    return node.operation != "symbol" and all(map(is_constant, node.parts))


def on_branches(node: Node, left: End, right: End) -> Node:
    """The expression with the branches put in that are certain on ``[left, right]``."""
    return _choose(node, left, right)[0]


def _choose(node: Node, left: End, right: End) -> tuple[Node, Line | None]:
    chosen = [_choose(part, left, right) for part in node.parts]
    parts, lines = tuple(part for part, _ in chosen), [line for _, line in chosen]
    if node.operation in ("relu", "abs"):
        return _branch(node.operation, parts[0], lines[0], left, right)
    line = _line(node, lines)
    if line is not None and max(x.bit_length() for q in line for x in (q.numerator, q.denominator)) > LONGEST:
        line = None
    if line is not None and line[0] == 0:
        return Node("number", value=line[1]), line
    return (Node(node.operation, parts, node.value, node.index) if parts else node), line


def _branch(name: str, inner: Node, line: Line | None, left: End, right: End) -> tuple[Node, Line | None]:
    if line is not None:
        ends = [_sign(line, end) for end in (left, right)]
        if min(ends) >= 0:
            return inner, line
        if max(ends) <= 0 and name == "relu":
            return Node("number"), (Fraction(0), Fraction(0))
        if max(ends) <= 0:
            return Node("negate", (inner,)), (-line[0], -line[1])
    return Node(name, (inner,)), None


def _sign(line: Line, end: End) -> int:
    """The sign of ``a v + b`` at a point, or towards an infinite end."""
    slope, offset = line
    value = (slope if end > 0 else -slope) or offset if isinstance(end, float) else slope * end + offset
    return (value > 0) - (value < 0)


def _line(node: Node, lines: list[Line | None]) -> Line | None:
    """The expression as ``a v + b`` where its parts are known so; else None."""
    name, known = node.operation, [line for line in lines if line is not None]
    if name == "number":
        return Fraction(0), node.value
    if name == "symbol":
        return Fraction(1), Fraction(0)
    if not known or len(known) < len(lines):
        return None
    if name in ("add", "mean"):
        share = len(known) if name == "mean" else 1
        return sum(a for a, _ in known) / Fraction(share), sum(b for _, b in known) / Fraction(share)
    if name == "multiply":
        whole = known[0]
        for line in known[1:]:
            if whole[0] and line[0]:
                return None
            whole = whole[0] * line[1] + line[0] * whole[1], whole[1] * line[1]
        return whole
    if name == "negate":
        return -known[0][0], -known[0][1]
    if name == "divide" and not known[1][0] and known[1][1]:
        return known[0][0] / known[1][1], known[0][1] / known[1][1]
    if name == "power":
        return _power(known[0], node.parts[1].whole)
    return None


def _power(base: Line, n: int | None) -> Line | None:
    slope, offset = base
    if n == 1:
        return base
    if (
        slope
        or n is None
        or (n < 0 and not offset)
        or (offset.numerator * offset.denominator).bit_length() * abs(n) > LONGEST
    ):
        return None
    return Fraction(0), offset**n
