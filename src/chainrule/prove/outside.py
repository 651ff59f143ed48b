"""Everything outside a core box: the loss there exceeds what is known inside.

Write θ = m + t·u with m the core's centre, u on the core's surface shifted to the origin (``u_j = ±r_j`` for one
j, ``|u_i| <= r_i``) and t >= 1. A term whose form does not fall along any u of a cell, ``min a·u >= 0``, costs at
least ``h(a·m + b + min a·u)`` for every t >= 1; every other term costs at least 0. Cells of the surface
are cut until the sum of these exceeds the target, or a limit is reached.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.intervals import ULP
from chainrule.problem.data import Floats
from chainrule.prove.enclose import SLACK, TILE, form_range
from chainrule.prove.ridge import Ridge
from chainrule.prove.tree import OUTER, Tree

_ARRAYS = Arrays()


@dataclass(frozen=True)
class Outside:
    """One closed tree for each face of the core, lower then upper, side by side."""

    trees: tuple[Tree, ...]
    cells: int


def search_outside(ridge: Ridge, lower: Floats, upper: Floats, target: float, most: int) -> Outside | None:
    """Show that the loss exceeds `target` everywhere outside the core, with at most so many cells; None if not shown."""
    centre, reach = (lower + upper) / 2, (upper - lower) / 2
    trees, cells = [], 0
    for side in range(len(lower)):
        for sign in (-1.0, 1.0):
            low, high = -reach.copy(), reach.copy()
            low[side] = high[side] = sign * reach[side]
            tree, used = _face(ridge, centre, low, high, target, most - cells)
            if tree is None:
                return None
            trees.append(tree)
            cells += used
    return Outside(tuple(trees), cells)


def _face(ridge: Ridge, centre: Floats, low: Floats, high: Floats, target: float, most: int) -> tuple[Tree | None, int]:
    tree = Tree(len(low))
    node, lower, upper, used = np.zeros(1, int), low[None], high[None], 0
    while len(node):
        used += len(node)
        if used > most:
            return None, used
        wide = max(1, TILE // max(1, len(ridge.a)))
        bound = np.concatenate(
            [cell_bound(ridge, centre, lower[i : i + wide], upper[i : i + wide]) for i in range(0, len(node), wide)]
        )
        closed = bound > target
        tree.close(node[closed], OUTER)
        node, lower, upper = node[~closed], lower[~closed], upper[~closed]
        rows = np.arange(len(node))
        # The side along which the most terms can change their mind.
        spread = (upper - lower) @ np.diag(np.sqrt(np.mean(ridge.a**2, axis=0)))
        side = spread.argmax(axis=1)
        middle = (lower[rows, side] + upper[rows, side]) / 2
        first = tree.split(node, side, middle)
        low_half, high_half = upper.copy(), lower.copy()
        low_half[rows, side] = middle
        high_half[rows, side] = middle
        node = np.concatenate([first, first + 1])
        lower, upper = np.concatenate([lower, high_half]), np.concatenate([low_half, upper])
        if len(node) and (spread.max(axis=1) < 1e-9 * np.max(np.abs(high - low) + np.abs(high))).any():
            return None, used
    return tree, used


def cell_bound(ridge: Ridge, centre: Floats, lower: Floats, upper: Floats) -> Floats:
    """A lower bound of the loss on each cone ``m + t·[lower, upper]``, t >= 1: ``(B,)``."""
    zero = np.zeros(len(ridge.a))
    along = form_range(ridge.a, zero, zero, lower, upper).lower
    start = form_range(ridge.a, ridge.b, ridge.b_error, centre[None], centre[None]).lower
    z = start + along
    z -= np.abs(z) * 4 * ULP
    cost = ridge.profile.value(_ARRAYS, *_ARRAYS.sigmoid_pair(z)) * (along >= 0)
    constant = float(ridge.constant)
    total = cost @ ridge.weight / ridge.rows
    return np.asarray(total * (1 - SLACK - (len(ridge.a) + 8) * ULP) + constant - abs(constant) * 4 * ULP)
