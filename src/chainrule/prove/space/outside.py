"""Everything outside a core box: the loss there exceeds what is known inside.

Write θ = m + t·u with m the core's centre, u on the core's surface shifted to the origin (``u_j = ±r_j`` for one
j, ``|u_i| <= r_i``) and t >= 1. A term whose form does not fall along any u of a cell, ``min a·u >= 0``, costs at
least ``h(a·m + b + min a·u)`` for every t >= 1; every other term costs at least 0. Groups and bundles (`groups`) cost at least
what they cost together wherever θ is. Cells of the surface are cut until the sum exceeds the target.

A cell may be left for one of two reasons, and it says a lot which: even the limit of this bound for t → ∞ is not above
the target, so that the search's knowledge lacks something there (a lower limit, an approach, a bundle); or the
core is too small.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.backends import TILE
from chainrule.algebra.intervals import ULP
from chainrule.problem.data import Floats
from chainrule.prove.boxes.tree import ABOVE, OUTER, Tree
from chainrule.prove.clock import look
from chainrule.prove.neuron.enclose import SLACK, form_range
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.space.approach import Approach
from chainrule.prove.space.groups import Flat, Together

_ARRAYS = Arrays()


@dataclass(frozen=True)
class Known:
    """What is known of directions: rows that cost something together, and limits that are approached from above."""

    together: Together
    approaches: tuple[Approach, ...] = ()


@dataclass(frozen=True)
class Outside:
    """A closed tree of cells for each face of the core, lower then upper, side by side: its root has the face's number."""

    tree: Tree
    cells: int
    known: Known


@dataclass(frozen=True)
class Stuck:
    """Cells ``[lower, upper]`` ``(N, k)`` that were left, those that no core could settle first; `far` says whether there are any of these."""

    lower: Floats
    upper: Floats
    far: bool


def search_outside(
    ridge: Ridge,
    lower: Floats,
    upper: Floats,
    target: float,
    most: int,
    known: Known,
    narrow: float,
    until: float = math.inf,
) -> Outside | Stuck:
    """Show that the loss exceeds `target` everywhere outside the core, with at most so many cells; TimeUp where the clock says `until`.

    With approaches the target is their limit, and cones on which the inequality of one holds are settled by it. Cells narrower than `narrow`, of the face by the forms' scale, are not cut.
    """
    centre, reach = (lower + upper) / 2, (upper - lower) / 2
    k = len(reach)
    # Face 2j is the lower end of side j, face 2j + 1 the upper; all in one forest, as most levels of a face are few cells.
    tree, node, sides = Tree(k, roots=2 * k), np.arange(2 * k), np.arange(2 * k) // 2
    low, high = np.tile(-reach, (2 * k, 1)), np.tile(reach, (2 * k, 1))
    low[node, sides] = high[node, sides] = np.where(node % 2, 1.0, -1.0) * reach[sides]
    scale = ridge.scale
    whole = ((high - low) * scale).max(axis=1)
    used, left = 0, list[tuple[Floats, Floats, np.ndarray]]()
    while len(node):
        used += len(node)
        wide = max(1, TILE // max(1, len(ridge.a)))
        parts = [slice(i, i + wide) for i in range(0, len(node), wide)]
        found = []
        for part in parts:
            look(until)
            found.append(cell_bound(ridge, centre, low[part], high[part], known))
        bound, limit, above = (np.concatenate(columns) for columns in zip(*found, strict=True))
        closed = bound > target
        tree.close(node[closed], OUTER)
        by_approach = (above >= 0) & ~closed
        tree.close(node[by_approach], ABOVE, end=above[by_approach])
        closed |= by_approach
        # The side along which the most terms can change their mind.
        spread = (high - low) * scale
        thin = ~closed & ((spread.max(axis=1) <= narrow * whole) | (used >= most))
        left.append((low[thin], high[thin], limit[thin] <= target))
        open_ = ~closed & ~thin
        node, low, high, whole, side = node[open_], low[open_], high[open_], whole[open_], spread[open_].argmax(axis=1)
        rows = np.arange(len(node))
        middle = (low[rows, side] + high[rows, side]) / 2
        first = tree.split(node, side, middle)
        low_half, high_half = high.copy(), low.copy()
        low_half[rows, side] = middle
        high_half[rows, side] = middle
        node, whole = np.concatenate([first, first + 1]), np.concatenate([whole, whole])
        low, high = np.concatenate([low, high_half]), np.concatenate([low_half, high])
    stuck_low, stuck_high, far = (np.concatenate(columns) for columns in zip(*left, strict=True))
    if not len(far):
        return Outside(tree, used, known)
    chosen = far | ~far.any()
    return Stuck(stuck_low[chosen], stuck_high[chosen], bool(far.any()))


def cell_bound(
    ridge: Ridge, centre: Floats, lower: Floats, upper: Floats, known: Known
) -> tuple[Floats, Floats, np.ndarray]:
    """A lower bound of the loss on each cone ``m + t·[lower, upper]``, t >= 1; what it tends to in larger cores (infinity: an approach settles the cone
    there); and the approach that settles it, or −1."""
    zero = np.zeros(len(ridge.a))
    along = form_range(ridge.a, zero, zero, lower, upper).lower
    start = form_range(ridge.a, ridge.b, ridge.b_error, centre[None], centre[None]).lower
    z = start + along
    z -= np.abs(z) * 4 * ULP
    rises: np.ndarray = along >= 0
    cost = ridge.profile.value(_ARRAYS, z, *_ARRAYS.sigmoid_pair(z)) * rises * ridge.weight / ridge.rows
    bound = _added(ridge, cost, known.together)
    limit = _added(ridge, rises * ridge.weight / ridge.rows, known.together)
    if ridge.quadratic:
        # (m + t·u)² grows with t >= 1 where u·(m + u) >= 0, and is at least its value at t = 1 there.
        low, high = centre + lower, centre + upper
        outward = ((lower >= 0) & (low >= 0)) | ((upper <= 0) & (high <= 0))
        least = np.where(outward, np.minimum(np.abs(low), np.abs(high)), 0.0)
        bound = bound + ridge.quadratic.value(least, least).lower * (1 - 16 * ULP)
    above = np.full(len(lower), -1)
    for number, approach in enumerate(known.approaches):
        given_up = list(approach.given_up)
        grows = rises[:, given_up].all(axis=1)
        above[grows & np.all(z[:, given_up] >= approach.enough, axis=1)] = number
        limit[grows] = np.inf  # far enough out the approach settles it
    return bound, limit, above


def _added(ridge: Ridge, cost: Floats, together: Together) -> Floats:
    """Below the mean loss, from what single terms cost at least ``(B, m)`` and what groups and bundles do."""
    total = cost.sum(axis=1)
    if together.groups:
        total += np.maximum(together.flat.least - _units(cost, together.flat), 0.0).sum(axis=1)
    used = np.zeros(cost.shape, bool) if together.bundles else None
    for flat, least, terms in together.flat_bundles:
        assert used is not None
        counted = np.maximum(_units(cost, flat), flat.least).sum(axis=1)
        more = (least > counted) & ~used[:, terms].any(axis=1)
        used[np.ix_(more, terms)] = True
        total[more] += least - counted[more]
    constant = float(ridge.constant)
    slack = SLACK + (2 * len(ridge.a) + 8) * ULP
    return np.asarray(total * (1 - slack) + constant - (abs(constant) + total) * 4 * ULP - slack * abs(constant))


def _units(cost: Floats, flat: Flat) -> Floats:
    return np.asarray(np.add.reduceat(cost[:, flat.terms], flat.starts, axis=1))


def distinct_signs(ridge: Ridge, stuck: Stuck, most: int) -> list[np.ndarray]:
    """What the terms' forms do along the directions of stuck cells: 1 rises, −1 falls, 0 may do either. No two alike, the least open first."""
    zero = np.zeros(len(ridge.a))
    found = form_range(ridge.a, zero, zero, stuck.lower[: 20 * most], stuck.upper[: 20 * most])
    signs = np.unique(np.where(found.lower > 0, 1, np.where(found.upper < 0, -1, 0)), axis=0)
    return sorted(signs, key=lambda row: int(np.count_nonzero(row == 0)))[:most]
