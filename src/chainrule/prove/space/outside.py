"""Everything outside a core box: the loss there exceeds what is known inside.

Write θ = m + t·u with m the core's centre, u on the core's surface shifted to the origin (``u_j = ±r_j`` for one
j, ``|u_i| <= r_i``) and t >= 1. A term whose form does not fall along any u of a cell, ``min a·u >= 0``, costs at
least ``h(a·m + b + min a·u)`` for every t >= 1; every other term costs at least 0. Two terms with exactly opposite
forms, the same point with both labels, cost at least ``min h(z) + h(−z) = 1/2`` together wherever θ is, so such
*pairs* count where neither is counted already. Cells of the surface are cut until the sum exceeds the target.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.backends import TILE
from chainrule.algebra.intervals import ULP
from chainrule.problem.data import Floats
from chainrule.prove.boxes.tree import ABOVE, OUTER, Tree
from chainrule.prove.neuron.enclose import SLACK, form_range
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.space.approach import Approach

_ARRAYS = Arrays()


@dataclass(frozen=True)
class Outside:
    """One closed tree for each face of the core, lower then upper, side by side."""

    trees: tuple[Tree, ...]
    cells: int
    pairs: np.ndarray


def search_outside(
    ridge: Ridge, lower: Floats, upper: Floats, target: float, most: int, approach: Approach | None = None
) -> Outside | None:
    """Show that the loss exceeds `target` everywhere outside the core, with at most so many cells; None if not shown.

    With an `approach` the target is its limit, and cones on which its inequality holds are settled by it.
    """
    centre, reach = (lower + upper) / 2, (upper - lower) / 2
    trees, cells, pairs = [], 0, opposite_pairs(ridge)
    for side in range(len(lower)):
        for sign in (-1.0, 1.0):
            low, high = -reach.copy(), reach.copy()
            low[side] = high[side] = sign * reach[side]
            tree, used = _face(ridge, centre, low, high, target, most - cells, approach, pairs)
            if tree is None:
                return None
            trees.append(tree)
            cells += used
    return Outside(tuple(trees), cells, pairs)


def _face(
    ridge: Ridge,
    centre: Floats,
    low: Floats,
    high: Floats,
    target: float,
    most: int,
    approach: Approach | None,
    pairs: np.ndarray,
) -> tuple[Tree | None, int]:
    tree = Tree(len(low))
    node, lower, upper, used = np.zeros(1, int), low[None], high[None], 0
    while len(node):
        used += len(node)
        if used > most:
            return None, used
        wide = max(1, TILE // max(1, len(ridge.a)))
        bound, above = np.zeros(len(node)), np.zeros(len(node), bool)
        for i in range(0, len(node), wide):
            part = slice(i, i + wide)
            bound[part], above[part] = cell_bound(ridge, centre, lower[part], upper[part], approach, pairs)
        closed = bound > target
        tree.close(node[closed], OUTER)
        tree.close(node[above & ~closed], ABOVE)
        closed |= above
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


def opposite_pairs(ridge: Ridge) -> np.ndarray:
    """Disjoint pairs of whole terms whose exact forms are opposite: ``(P, 2)``."""
    whole = np.flatnonzero((ridge.weight == 1) & (not ridge.profile.convex))
    form = np.column_stack([ridge.a[whole], ridge.b[whole]]) + 0.0  # no −0
    waiting: dict[bytes, list[int]] = {}
    pairs = []
    for term, row in zip(whole, form, strict=True):
        partners = waiting.get((-row + 0.0).tobytes(), [])
        if partners and _opposite(ridge, partners[-1], int(term)):
            pairs.append((partners.pop(), int(term)))
        else:
            waiting.setdefault(row.tobytes(), []).append(int(term))
    return np.array(pairs, dtype=int).reshape(-1, 2)


def _opposite(ridge: Ridge, p: int, q: int) -> bool:
    """Whether the exact forms of two terms of label 0 or 1 are opposite."""
    first, second = ridge.exact_terms(int(ridge.row[p]))[0], ridge.exact_terms(int(ridge.row[q]))[0]
    opposite = all(a == -b for a, b in zip(first.slopes, second.slopes, strict=True))
    return opposite and first.offset == -second.offset and first.weight == second.weight == 1


def cell_bound(
    ridge: Ridge, centre: Floats, lower: Floats, upper: Floats, approach: Approach | None, pairs: np.ndarray
) -> tuple[Floats, np.ndarray]:
    """A lower bound of the loss on each cone ``m + t·[lower, upper]``, t >= 1, and whether the approach settles it."""
    zero = np.zeros(len(ridge.a))
    along = form_range(ridge.a, zero, zero, lower, upper).lower
    start = form_range(ridge.a, ridge.b, ridge.b_error, centre[None], centre[None]).lower
    z = start + along
    z -= np.abs(z) * 4 * ULP
    cost = ridge.profile.value(_ARRAYS, z, *_ARRAYS.sigmoid_pair(z)) * (along >= 0)
    constant = float(ridge.constant)
    idle = (along[:, pairs[:, 0]] < 0) & (along[:, pairs[:, 1]] < 0)
    total = (cost @ ridge.weight + 0.5 * np.count_nonzero(idle, axis=1)) / ridge.rows
    bound = total * (1 - SLACK - (len(ridge.a) + 8) * ULP) + constant - abs(constant) * 4 * ULP
    if ridge.quadratic:
        # (m + t·u)² grows with t >= 1 where u·(m + u) >= 0, and is at least its value at t = 1 there.
        low, high = centre + lower, centre + upper
        outward = ((lower >= 0) & (low >= 0)) | ((upper <= 0) & (high <= 0))
        least = np.where(outward, np.minimum(np.abs(low), np.abs(high)), 0.0)
        bound = bound + ridge.quadratic.value(least, least).lower * (1 - 16 * ULP)
    if approach is None:
        return bound, np.zeros(len(lower), bool)
    given_up = list(approach.given_up)
    above = np.all((along[:, given_up] >= 0) & (z[:, given_up] >= approach.enough), axis=1)
    return bound, above
