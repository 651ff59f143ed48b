"""The tree of boxes of a search, as growing arrays: how each box was cut, shrunk or closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from chainrule.problem.data import Floats

OPEN, SPLIT, FACE, NATURAL, MONOTONE, ENVELOPE, WELL, OUTER, ABOVE, COMBINATION, ZONE, OFF, PARTS = range(13)
NAMES = (
    *("open", "split", "face", "natural", "monotone", "envelope", "well", "outer", "above", "combination", "zone"),
    *("off", "parts"),
)
LOWER, UPPER = 0, 1


class Tree:
    """Nodes are numbered as they are made; the first `roots` are roots, as a rule node 0 alone. Children follow each other in number.

    `kind` says what became of a node; `side` the coordinate that was cut, shrunk or found monotone; `end` which
    face (FACE) or sign (MONOTONE, COMBINATION: UPPER is rising) or which well, zone, approach, missed slab or bound by
    parts; `at` where it was cut; `p` the point of an envelope or the entries of a combination.
    """

    def __init__(self, k: int, arrays: dict[str, Any] | None = None, roots: int = 1) -> None:
        self.k, self.roots = k, roots
        self.size = roots
        self.kind = np.zeros(1024, np.int8)
        self.side = np.zeros(1024, np.int16)
        self.end = np.zeros(1024, np.int16)
        self.at = np.zeros(1024)
        self.child = np.zeros(1024, np.int64)
        self.p = np.zeros((1024, k))
        if arrays is not None:
            self.size = len(arrays["kind"])
            for name in self._columns:
                setattr(self, name, np.array(arrays[name]))

    _columns = ("kind", "side", "end", "at", "child", "p")

    def arrays(self) -> dict[str, Any]:
        """The columns cut to size, for a checkpoint."""
        return {name: getattr(self, name)[: self.size] for name in self._columns}

    def rows(self, nodes: np.ndarray) -> dict[str, Any]:
        """What these nodes say now, for `restore`."""
        return {name: getattr(self, name)[nodes].copy() for name in self._columns}

    def restore(self, size: int, nodes: np.ndarray, rows: dict[str, Any]) -> None:
        """Forget the nodes from number `size` on, and let `nodes` say again what they said."""
        for name in self._columns:
            getattr(self, name)[nodes] = rows[name]
        self.size = size

    def split(self, nodes: np.ndarray, side: np.ndarray, at: Floats) -> np.ndarray:
        """Cut these nodes; returns the numbers of their first children (the second is one higher)."""
        children = self._grow(2 * len(nodes))[::2]
        self._mark(nodes, SPLIT, side)
        self.at[nodes], self.child[nodes] = at, children
        return children

    def face(self, nodes: np.ndarray, side: int, end: int) -> np.ndarray:
        """Shrink these nodes to one face; returns the numbers of their children."""
        children = self._grow(len(nodes))
        self._mark(nodes, FACE, np.full(len(nodes), side))
        self.end[nodes], self.child[nodes] = end, children
        return children

    def close(self, nodes: np.ndarray, kind: int, side: Any = 0, end: Any = 0) -> None:
        self._mark(nodes, kind, side)
        self.end[nodes] = end

    def _mark(self, nodes: np.ndarray, kind: int, side: Any) -> None:
        self.kind[nodes], self.side[nodes] = kind, side

    def _grow(self, count: int) -> np.ndarray:
        start, self.size = self.size, self.size + count
        if self.size > len(self.kind):
            room = max(self.size, 2 * len(self.kind))
            for name in self._columns:
                old = getattr(self, name)
                new = np.zeros((room, *old.shape[1:]), old.dtype)
                new[:start] = old[:start]
                setattr(self, name, new)
        return np.arange(start, self.size)

    def counts(self) -> dict[str, int]:
        """How many leaves each reason closed."""
        kinds = np.bincount(self.kind[: self.size], minlength=len(NAMES))
        return {name: int(kinds[i]) for i, name in enumerate(NAMES) if kinds[i] and i not in (SPLIT, FACE)}

    def count(self, root: int = 0) -> int:
        """How many nodes there are below a root, with itself."""
        total, level = 0, np.array([root])
        while len(level):
            total += len(level)
            halves, faces = (self.child[level[self.kind[level] == kind]] for kind in (SPLIT, FACE))
            level = np.concatenate([halves, halves + 1, faces])
        return total

    def preorder(self, root: int = 0) -> Iterator[list[Any]]:
        """The nodes from a root on, as a certificate lists them (docs/certificate.md). Their numbers are read as the nearest doubles, so the shortest text of each does."""
        # Plain lists: taking one number out of an array costs as much as all the rest.
        kinds, sides, ends, children = (
            column[: self.size].tolist() for column in (self.kind, self.side, self.end, self.child)
        )
        cuts, points = self.at[: self.size].tolist(), self.p[: self.size].tolist()
        stack = [root]
        while stack:
            node = stack.pop()
            kind = kinds[node]
            name = NAMES[kind]
            if kind == SPLIT:
                yield [name, sides[node], repr(cuts[node])]
                stack += (children[node] + 1, children[node])
            elif kind == FACE:
                yield [name, sides[node], "upper" if ends[node] == UPPER else "lower"]
                stack.append(children[node])
            elif kind == MONOTONE:
                yield [name, sides[node], "rising" if ends[node] == UPPER else "falling"]
            elif kind == ENVELOPE:
                yield [name, list(map(repr, points[node]))]
            elif kind == COMBINATION:
                yield [name, list(map(repr, points[node])), "rising" if ends[node] == UPPER else "falling"]
            elif kind in (WELL, ZONE, ABOVE, OFF, PARTS):
                yield [name, ends[node]]
            else:
                yield [name]

    def leaves(self, lower: Floats, upper: Floats) -> tuple[np.ndarray, Floats, Floats]:
        """Numbers and boxes of all leaves, for pictures: ``(N,)``, ``(N, k)``, ``(N, k)``."""
        stack, found = [(0, lower, upper)], []
        while stack:
            node, low, high = stack.pop()
            kind, side = self.kind[node], self.side[node]
            if kind == SPLIT:
                for child, cut in ((0, high.copy()), (1, low.copy())):
                    cut[side] = self.at[node]
                    stack.append(
                        (int(self.child[node]) + child, low, cut)
                        if child == 0
                        else (int(self.child[node]) + 1, cut, high)
                    )
            elif kind == FACE:
                end = (high if self.end[node] == UPPER else low)[side]
                low, high = low.copy(), high.copy()
                low[side] = high[side] = end
                stack.append((int(self.child[node]), low, high))
            else:
                found.append((node, low, high))
        return np.array([f[0] for f in found]), np.array([f[1] for f in found]), np.array([f[2] for f in found])
