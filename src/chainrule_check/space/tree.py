"""A tree of boxes, read in preorder without recursion: the boxes of its leaves, and what is to be proved on each.

Whatever the numbers are, the children of a cut cover their parent, so numbers inside a tree are read as the *nearest double*. Only
the ends of the root are given, and need not be doubles: they are kept as the doubles just outside, so that a box here
holds the exact box. `Root.inside` tells exactly whether the exact box lies in another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chainrule_check.document import elements
from chainrule_check.exponential import Floats
from chainrule_check.rationals import double_enclosure, exact, shown
from chainrule_check.report import Refused
from chainrule_check.space.claim import Box

BATCH = 4096
MOST = 20_000_000  # nodes
_SIMPLE = re.compile(r"[+-]?(?:\d{1,20}\.?\d{0,20}(?:[eE][+-]?\d{1,2})?|0x[01]\.[0-9a-f]{1,13}p[+-]\d{1,3})", re.ASCII)

FALLS, RISES = -1, 1


class Item(NamedTuple):
    """A node to be proved. `kind` is natural, open, envelope, well, outer, above, zone, off, parts, slope: of a certain
    `sign` along `side`, or combination: of a certain `sign` along the direction `point`.

    `number` is the node's number in preorder. A slope item of a face node is no leaf; `point` belongs to an envelope, too;
    `side` is the number of the well, the zone, the approach, the slab or the bound by parts.
    """

    number: int
    kind: str
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    side: int = 0
    sign: int = 0
    point: tuple[float, ...] = ()
    leaf: bool = True


class Root:
    """The box of a tree's root; `outer` ends hold it in doubles, `inner` are the doubles just inside (or the same)."""

    def __init__(self, box: Box) -> None:
        self.box = box
        lower, upper = [double_enclosure(low) for low, _ in box], [double_enclosure(high) for _, high in box]
        self.lower, self.upper = tuple(low for low, _ in lower), tuple(high for _, high in upper)
        self.inner_lower, self.inner_upper = tuple(low for _, low in lower), tuple(high for high, _ in upper)

    def inside(self, lower: Floats, upper: Floats, other: Box) -> NDArray[np.bool_]:
        """Which of the boxes ``(B, k)``, cut with the root's exact box, surely lie in `other`."""
        good = np.ones(len(lower), dtype=np.bool_)
        for j, (low, high) in enumerate(other):
            first, last = self.box[j]
            x, y = lower[:, j], upper[:, j]
            # A side that begins at the root's lower end begins at `first`; one shrunk onto that face (its ends are then the two
            # doubles around `first`, and no cut makes such a side) also ends there. Likewise at the upper end.
            begins, ends = x == self.lower[j], y == self.upper[j]
            on_first = begins & (y == self.inner_lower[j])
            on_last = ends & (x == self.inner_upper[j])
            above = (x >= double_enclosure(low)[1]) | (begins & bool(low <= first)) | (on_last & bool(low <= last))
            below = (y <= double_enclosure(high)[0]) | (ends & bool(high >= last)) | (on_first & bool(high >= first))
            good &= above & below
        return good


def nearest(source: Any, place: str) -> float:
    """The double nearest to a number of a certificate."""
    if isinstance(source, str) and _SIMPLE.fullmatch(source):
        value = float.fromhex(source) if "x" in source else float(source)
        if 1e-99 < abs(value) < 1e99:
            return value
    number = exact(source, place)
    return number.numerator / number.denominator


def walk(tree: Any, root: Root, place: str, kinds: tuple[str, ...]) -> Iterator[Item]:
    """The items of a tree, in preorder; Refused unless the list is exactly one tree with leaves of these `kinds`."""
    nodes = elements(tree, place, "nodes in preorder", 1, MOST)
    k = len(root.lower)
    stack = [(root.lower, root.upper)]
    for number, node in enumerate(nodes):
        if not stack:
            raise Refused("the tree is complete before this node; needed no more nodes", f"{place}[{number}]")
        lower, upper = stack.pop()
        if not isinstance(node, (list, tuple)) or not node or not isinstance(node[0], str):
            raise Refused(f"found {shown(node)}; needed a list that begins with a word", f"{place}[{number}]")
        kind = node[0]
        if kind == "split":
            where = f"{place}[{number}]"
            j = _side(node, 3, k, where)
            at = nearest(node[2], where)
            # The second also keeps a side that was shrunk onto the root's face (or that never had a width) from being cut.
            if not (lower[j] < at < upper[j] and root.inner_lower[j] < at < root.inner_upper[j]):
                raise Refused(
                    f"the cut {shown(node[2])} is not inside side {j}, [{lower[j]:.17g}, {upper[j]:.17g}]", where
                )
            stack.append(((*lower[:j], at, *lower[j + 1 :]), upper))
            stack.append((lower, (*upper[:j], at, *upper[j + 1 :])))
        elif kind not in kinds:
            raise Refused(f"found {shown(kind)}; needed split, {', '.join(kinds)}", f"{place}[{number}]")
        elif kind == "face":
            where = f"{place}[{number}]"
            j = _side(node, 3, k, where)
            if node[2] not in ("lower", "upper"):
                raise Refused(f"found {shown(node[2])}; needed lower or upper", where)
            yield Item(number, "slope", lower, upper, j, RISES if node[2] == "lower" else FALLS, leaf=False)
            stack.append(_face(root, lower, upper, j, node[2] == "lower"))
        else:
            yield _leaf(root, node, number, lower, upper, place)
    if stack:
        raise Refused(
            f"the list ends after {len(nodes):,} nodes; {len(stack):,} more subtrees are needed",
            f"{place}[{len(nodes)}]",
        )


def _leaf(
    root: Root, node: Sequence[Any], number: int, lower: tuple[float, ...], upper: tuple[float, ...], place: str
) -> Item:
    kind, k = node[0], len(lower)
    if kind in ("natural", "open", "outer"):
        if len(node) != 1:
            raise Refused(f"found {len(node)} elements; needed only the word {kind}", f"{place}[{number}]")
        return Item(number, kind, lower, upper)
    where = f"{place}[{number}]"
    if kind == "envelope":
        if len(node) != 2:
            raise Refused(f"found {len(node)} elements; needed the word and a point", where)
        point = elements(node[1], where, "one number a weight", k, k)
        return Item(number, kind, lower, upper, point=tuple(nearest(x, where) for x in point))
    if kind in ("well", "zone", "above", "off", "parts"):
        return Item(number, kind, lower, upper, _side(node, 2, 2**31, where))
    if kind == "combination":
        if len(node) != 3 or node[2] not in ("rising", "falling"):
            raise Refused(f"found {shown(node)}; needed the word, a direction, and rising or falling", where)
        entries = elements(node[1], where, "one number a weight", k, k)
        sign = RISES if node[2] == "rising" else FALLS
        return Item(number, kind, lower, upper, sign=sign, point=tuple(nearest(x, where) for x in entries))
    j = _side(node, 3, k, where)
    if node[2] not in ("rising", "falling"):
        raise Refused(f"found {shown(node[2])}; needed rising or falling", where)
    sign = RISES if node[2] == "rising" else FALLS
    return Item(number, "slope", lower, upper, j, sign)


def _side(node: Sequence[Any], length: int, k: int, where: str) -> int:
    """The number that stands second in a node."""
    if len(node) != length:
        raise Refused(f"found {len(node)} elements; needed {length}", where)
    j = node[1]
    if type(j) is not int or not 0 <= j < k:
        raise Refused(f"found {shown(j)}; needed a whole number from 0 to {k - 1}", where)
    return j


def _face(
    root: Root, lower: tuple[float, ...], upper: tuple[float, ...], j: int, low: bool
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The box with side j shrunk to one end; at the root's own end, to the doubles around it."""
    if low:
        first = lower[j]
        last = root.inner_lower[j] if first == root.lower[j] else first
    else:
        last = upper[j]
        first = root.inner_upper[j] if last == root.upper[j] else last
    return (*lower[:j], first, *lower[j + 1 :]), (*upper[:j], last, *upper[j + 1 :])


def rationals(ends: Sequence[float]) -> list[Fraction]:
    """Doubles as what they are."""
    return [Fraction(x) for x in ends]
