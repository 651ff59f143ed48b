"""A value with its gradient and Hessian over a box, by the rules of differentiation, bottom up through the tree.

``bends[i, j]`` with ``i <= j``; what is missing is exactly 0. `bends` is None where some second derivative is not
defined on all of the box (at the kink of relu and abs); value and slopes, then all slopes on either side, still hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from flint import arb

from chainrule_check.balls import rational
from chainrule_check.expression.spans import Span, Undefined, derivatives, point
from chainrule_check.expression.tree import Node


@dataclass(frozen=True)
class Expansion:
    value: Span
    slopes: dict[int, Span]
    bends: dict[tuple[int, int], Span] | None


def expand(node: Node, box: Sequence[Span], derived: bool = True) -> Expansion:
    """The expression over the box; Undefined where it is not defined on all of it. Arb's precision is the caller's.

    Without `derived` the variables count as constants: the value alone, at a fraction of the cost.
    """
    name = node.operation
    if name == "number":
        return Expansion(point(arb(rational(node.value))), {}, {})
    if name == "symbol":
        return Expansion(box[node.index], {node.index: point(arb(1))} if derived else {}, {})
    if name == "power":
        return _power(node, box, derived)
    parts = [expand(part, box, derived) for part in node.parts]
    if name in ("add", "mean"):
        total = reduce(_add, parts)
        return total if name == "add" else _scaled(total, point(arb(1) / len(parts)))
    if name == "multiply":
        return reduce(_times, parts)
    if name == "negate":
        return _scaled(parts[0], point(arb(-1)))
    if name == "divide":
        over, under = parts
        if node.parts[1].operation == "number":
            return _scaled(over, under.value.inverse())
        return _times(over, _inverse(under))
    (inner,) = parts
    return _composed(inner, *derivatives(name, inner.value))


def _merged(first: dict, second: dict) -> dict:  # type: ignore[type-arg]
    merged = dict(first)
    for key, part in second.items():
        merged[key] = merged[key] + part if key in merged else part
    return merged


def _add(a: Expansion, b: Expansion) -> Expansion:
    bends = None if a.bends is None or b.bends is None else _merged(a.bends, b.bends)
    return Expansion(a.value + b.value, _merged(a.slopes, b.slopes), bends)


def _scaled(a: Expansion, factor: Span) -> Expansion:
    bends = None if a.bends is None else {key: part * factor for key, part in a.bends.items()}
    return Expansion(a.value * factor, {i: part * factor for i, part in a.slopes.items()}, bends)


def _times(a: Expansion, b: Expansion) -> Expansion:
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
            bends = _merged(bends, {(min(i, j), max(i, j)): crossed.times(2) if i == j else crossed})
    return Expansion(a.value * b.value, slopes, bends)


def _composed(a: Expansion, f: Span, slope: Span, bend: Span | None) -> Expansion:
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
                bends = _merged(bends, {(i, j): bend * both})
    return Expansion(f, slopes, bends)


def _inverse(a: Expansion) -> Expansion:
    one = a.value.inverse()
    return _composed(a, one, -one.square(), one.power(3).times(2))


def _power(node: Node, box: Sequence[Span], derived: bool) -> Expansion:
    base, n = expand(node.parts[0], box, derived), node.parts[1].whole
    if n is not None:
        raised = _whole(base, abs(n))
        return _inverse(raised) if n < 0 else raised
    exponent = expand(node.parts[1], box, derived)
    if exponent.slopes:
        logarithm = _composed(base, *derivatives("log", base.value))
        product = _times(exponent, logarithm)
        return _composed(product, *derivatives("exp", product.value))
    if not exponent.value.is_point:
        raise Undefined("a constant exponent that is not one number")
    r = exponent.value.low
    value = base.value.real_power(r)
    if not base.slopes:
        return Expansion(value, {}, {})
    return _composed(
        base, value, base.value.real_power(r - 1).times(r), base.value.real_power(r - 2).times(r * (r - 1))
    )


def _whole(a: Expansion, n: int) -> Expansion:
    if n == 0:
        return Expansion(point(arb(1)), {}, {})
    slope = a.value.power(n - 1).times(n)
    bend = a.value.power(n - 2).times(n * (n - 1)) if n > 1 else point(arb(0))
    return _composed(a, a.value.power(n), slope, bend)
