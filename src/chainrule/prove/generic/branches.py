"""A formula of one variable between the kinks of relu and |…|: there it is one without them.

``relu(u)`` and ``|u|`` have their kink where u = 0. Where u is affine in the variable, ``u = a x + b`` with rational a and b, perhaps only
between kinks further inside, the kink −b/a is known exactly, and on either side u keeps its sign: the function is u, 0 or −u. What is
affine with a = 0 is put in as its number, so a formula in which no variable is left is constant: a plateau.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from chainrule.digits import End
from chainrule.expression.rewrite import children, rebuild, symbol_nodes, walk
from chainrule.expression.tree import Add, Divide, Expression, Function, Mean, Multiply, Negate, Number, Power, Symbol

MOST = 400  # kinks; with more the formula is taken as it stands
LONGEST = 4096  # bits of a rational
ZERO = Number(Fraction(0))
Line = tuple[Fraction, Fraction]
"""``a, b`` of ``a x + b``."""


@dataclass(frozen=True)
class Branch:
    """The formula on the closed interval from `left` to `right`, without the kinks that are known exactly."""

    left: End
    right: End
    formula: Expression

    @property
    def is_flat(self) -> bool:
        return not symbol_nodes(self.formula)


def has_kink(node: Expression) -> bool:
    return any(isinstance(part, Function) and part.name in ("relu", "abs") for part in walk(node))


def branches(formula: Expression, left: End = -math.inf, right: End = math.inf) -> tuple[Branch, ...]:
    """The formula on ``[left, right]``, cut at every kink that is known exactly; in one piece where there are none or too many."""
    whole = (Branch(left, right, formula),)
    if not has_kink(formula):
        return whole
    found: list[Branch] = []
    for branch in _cut(formula, left, right):
        found.append(branch)
        if len(found) > MOST:
            return whole
    return tuple(found)


def _cut(formula: Expression, left: End, right: End) -> Iterator[Branch]:
    chooser = _Chooser(left, right)
    chosen, _ = chooser.choose(formula)
    if not chooser.kinks:
        yield Branch(left, right, chosen)
        return
    kinks = sorted(chooser.kinks)
    middle = kinks[len(kinks) // 2]
    yield from _cut(chosen, left, middle)
    yield from _cut(chosen, middle, right)


class _Chooser:
    """Puts in what is certain on an interval; `kinks` are those inside that it met."""

    def __init__(self, left: End, right: End) -> None:
        self.left, self.right = left, right
        self.kinks: set[Fraction] = set()

    def choose(self, node: Expression) -> tuple[Expression, Line | None]:
        chosen = [self.choose(part) for part in children(node)]
        parts, lines = tuple(part for part, _ in chosen), [line for _, line in chosen]
        if isinstance(node, Function) and node.name in ("relu", "abs"):
            return self._branch(node.name, parts[0], lines[0])
        line = _line(node, lines)
        if line is not None and max(x.bit_length() for q in line for x in (q.numerator, q.denominator)) > LONGEST:
            line = None
        if line is not None and line[0] == 0:
            return Number(line[1]), line
        return (rebuild(node, parts) if parts else node), line

    def _branch(self, name: str, inner: Expression, line: Line | None) -> tuple[Expression, Line | None]:
        if line is not None:
            ends = [_sign(line, end) for end in (self.left, self.right)]
            if min(ends) >= 0:
                return inner, line
            if max(ends) <= 0:
                return (ZERO, (Fraction(0), Fraction(0))) if name == "relu" else (Negate(inner), (-line[0], -line[1]))
            self.kinks.add(-line[1] / line[0])
        return Function(name, inner), None


def _sign(line: Line, end: End) -> int:
    """The sign of ``a x + b`` at a point, or towards an infinite end."""
    slope, offset = line
    value = (slope if end > 0 else -slope) or offset if math.isinf(end) else slope * Fraction(end) + offset
    return (value > 0) - (value < 0)


def _line(node: Expression, lines: list[Line | None]) -> Line | None:
    """The node as ``a x + b`` where its parts are known so."""
    known = [line for line in lines if line is not None]
    if len(known) < len(lines):
        return None
    match node:
        case Number(value):
            return Fraction(0), value
        case Symbol():
            return Fraction(1), Fraction(0)
        case Add() | Mean():
            share = Fraction(1, len(known)) if isinstance(node, Mean) else Fraction(1)
            return share * sum(a for a, _ in known), share * sum(b for _, b in known)
        case Multiply():
            moving = [line for line in known if line[0]]
            factor = math.prod((b for a, b in known if not a), start=Fraction(1))
            if len(moving) > 1:
                return None
            return (factor * moving[0][0], factor * moving[0][1]) if moving else (Fraction(0), factor)
        case Negate():
            return -known[0][0], -known[0][1]
        case Divide() if not known[1][0] and known[1][1]:
            return known[0][0] / known[1][1], known[0][1] / known[1][1]
        case Power():
            return _power(*known)
    return None


def _power(base: Line, exponent: Line) -> Line | None:
    n = exponent[1]
    if exponent[0] or n.denominator != 1:
        return None
    if n == 1:
        return base
    size = (base[1].numerator * base[1].denominator).bit_length()
    if base[0] or (n < 0 and not base[1]) or size * abs(n) > LONGEST:
        return None
    return Fraction(0), base[1] ** int(n)
