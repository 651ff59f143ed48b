"""A tree of boxes, read in preorder without recursion: the boxes of its leaves, and what is to be proved on each.

Whatever the numbers are, the children of a cut cover their parent, so numbers inside a tree are read as the *nearest double*. Only
the ends of the root are given, and need not be doubles: they are kept as the doubles just outside, so that a box here
holds the exact box. `Root.inside` tells exactly whether the exact box lies in another one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule_fast.clock import look
from chainrule_fast.columns import doubles, nearest
from chainrule_fast.document import elements
from chainrule_fast.exponential import Floats
from chainrule_fast.rationals import double_enclosure, shown
from chainrule_fast.report import Refused
from chainrule_fast.space.claim import Box
from chainrule_fast.space.words import READERS, RISES, Said, read_side

BATCH = 8192  # nodes at a time
MOST = 20_000_000  # nodes

Numbers = NDArray[np.intp]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Items:
    """Nodes of one kind, B of them, to be proved; `number` ``(B,)`` are their numbers in preorder, in the tree at `place`.

    `side` ``(B,)`` is the side of a face or of a monotone leaf, or the number of a well, zone, approach, slab or bound by parts; `sign` says whether the loss rises (1) or
    falls (−1) along the side, or along the combination `point` ``(B, k)``, which may also be the point of an envelope.
    """

    kind: str
    place: str
    number: Numbers
    lower: Floats
    upper: Floats
    side: Numbers
    sign: Floats
    point: Floats

    def __len__(self) -> int:
        return len(self.number)

    def where(self, i: int) -> str:
        """The place of one of them in the certificate."""
        return f"{self.place}[{self.number[i]}]"

    def box(self, i: int) -> tuple[list[Fraction], list[Fraction]]:
        """The lower and upper ends of one of them, exactly."""
        return rationals(self.lower[i]), rationals(self.upper[i])

    def part(self, first: int, end: int) -> Items:
        """Those from `first` up to, not including, `end`."""
        some = slice(first, end)
        return Items(
            self.kind,
            self.place,
            self.number[some],
            self.lower[some],
            self.upper[some],
            self.side[some],
            self.sign[some],
            self.point[some],
        )


class Root:
    """The box of a tree's root; `outer` ends hold it in doubles, `inner` are the doubles just inside (or the same).

    On a side with a width no end is an inner double of the other end, so that a whole side is told from one that was shrunk onto a face, however narrow it is.
    """

    def __init__(self, box: Box) -> None:
        self.box = box
        sides = [_side(low, high) for low, high in box]
        self.lower, self.inner_lower = tuple(side[0] for side in sides), tuple(side[1] for side in sides)
        self.inner_upper, self.upper = tuple(side[2] for side in sides), tuple(side[3] for side in sides)

    def inside(self, lower: Floats, upper: Floats, other: Box) -> Mask:
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


def walk(
    tree: Any, root: Root, place: str, kinds: tuple[str, ...], progress: Callable[[int], None] = lambda number: None
) -> Iterator[dict[str, Items]]:
    """The nodes of a tree in preorder, batch by batch, by kind; Refused unless the list is exactly one tree with leaves of these `kinds`.

    A *face* is no leaf, though it is something to be proved. `progress` gets the number of the last node of each batch that is done with.
    """
    nodes = elements(tree, place, "nodes in preorder", 1, MOST)
    reader = _Reader(root, kinds)
    for start in range(0, len(nodes), BATCH):
        look()
        found = reader.read(nodes[start : start + BATCH], place, start)
        last = min(start + BATCH, len(nodes))
        if last == len(nodes) and reader.stack:
            left = len(reader.stack)
            raise Refused(f"the list ends after {last:,} nodes; {left:,} more subtrees are needed", f"{place}[{last}]")
        yield found
        progress(last - 1)


def _side(low: Fraction, high: Fraction) -> tuple[float, float, float, float]:
    """Doubles around the lower end of a side, then around its upper end."""
    (lower, inner_lower), (inner_upper, upper) = double_enclosure(low), double_enclosure(high)
    if low < high:
        lower, upper = (
            min(lower, math.nextafter(inner_upper, -math.inf)),
            max(upper, math.nextafter(inner_lower, math.inf)),
        )
    return lower, inner_lower, inner_upper, upper


class _Reader:
    """Reads nodes one after the other; `stack` holds the boxes of the subtrees that are still to come."""

    def __init__(self, root: Root, kinds: tuple[str, ...]) -> None:
        self.root, self.kinds = root, kinds
        self.stack = [(list(root.lower), list(root.upper))]

    def read(self, nodes: Sequence[Any], place: str, start: int) -> dict[str, Items]:
        """The next nodes, the first of which has the number `start`."""
        found = {kind: _Columns() for kind in self.kinds}
        k, number, stack, cuts = len(self.root.lower), start, self.stack, _cuts(nodes)
        try:
            for number, node in enumerate(nodes, start):
                if not stack:
                    raise Refused("the tree is complete before this node; needed no more nodes", "")
                lower, upper = stack.pop()
                if not isinstance(node, (list, tuple)) or not node or not isinstance(node[0], str):
                    raise Refused(f"found {shown(node)}; needed a list that begins with a word", "")
                kind = node[0]
                if kind == "split":
                    j = read_side(node, 3, k)
                    at = nearest(node[2], "") if cuts is None else next(cuts)
                    self._check_cut(node, j, at, lower[j], upper[j])
                    first, second = upper.copy(), lower.copy()
                    first[j] = second[j] = at
                    stack += ((second, upper), (lower, first))
                elif kind in found:
                    said = READERS[kind](node, k)
                    found[kind].add(number, lower, upper, said)
                    if kind == "face":
                        stack.append(self._shrunk(lower, upper, *said[:2]))
                else:
                    raise Refused(f"found {shown(kind)}; needed split, {', '.join(self.kinds)}", "")
        except Refused as refusal:
            raise Refused(refusal.message, f"{place}[{number}]") from None
        present = sorted((columns.number[0], kind) for kind, columns in found.items() if columns.number)
        return {kind: found[kind].items(kind, place, k) for _, kind in present}  # as they first appear

    def _check_cut(self, node: Sequence[Any], j: int, at: float, low: float, high: float) -> None:
        # The second also keeps a side that was shrunk onto the root's face (or that never had a width) from being cut.
        if not (low < at < high and self.root.inner_lower[j] < at < self.root.inner_upper[j]):
            raise Refused(f"the cut {shown(node[2])} is not inside side {j}, [{low:.17g}, {high:.17g}]", "")

    def _shrunk(self, lower: list[float], upper: list[float], j: int, sign: int) -> tuple[list[float], list[float]]:
        """The box with side j shrunk to one end; at the root's own end, to the doubles around it."""
        lower, upper, root = lower.copy(), upper.copy(), self.root
        if sign == RISES:
            upper[j] = root.inner_lower[j] if lower[j] == root.lower[j] else lower[j]
        else:
            lower[j] = root.inner_upper[j] if upper[j] == root.upper[j] else upper[j]
        return lower, upper


def _cuts(nodes: Sequence[Any]) -> Iterator[float] | None:
    """Where these nodes are cut, in their order; None where some number, or node, needs a closer look."""
    try:
        found = doubles([node[2] for node in nodes if node[0] == "split"])
    except (TypeError, LookupError):
        return None
    return None if found is None else iter(found.tolist())


class _Columns:
    """What is read of one kind of nodes: flat lists, which cost less than a list or tuple a node."""

    def __init__(self) -> None:
        self.number, self.side, self.sign = list[int](), list[int](), list[int]()
        self.lower, self.upper, self.texts = list[float](), list[float](), list[Any]()

    def add(self, number: int, lower: list[float], upper: list[float], said: Said) -> None:
        self.number.append(number)
        self.lower += lower
        self.upper += upper
        side, sign, texts = said
        self.side.append(side)
        self.sign.append(sign)
        self.texts += texts

    def items(self, kind: str, place: str, k: int) -> Items:
        return Items(
            kind,
            place,
            np.array(self.number),
            np.array(self.lower).reshape(-1, k),
            np.array(self.upper).reshape(-1, k),
            np.array(self.side),
            np.array(self.sign, dtype=np.float64),
            self._points(place).reshape(len(self.number), -1),
        )

    def _points(self, place: str) -> Floats:
        found = doubles(self.texts)
        if found is not None:
            return found
        width = len(self.texts) // len(self.number)
        places = (f"{place}[{number}]" for number in self.number for _ in range(width))
        return np.array([nearest(x, where) for x, where in zip(self.texts, places, strict=True)])


def rationals(ends: Iterable[float]) -> list[Fraction]:
    """Doubles as what they are."""
    return [Fraction(x) for x in ends]
