"""Rigorous bounds of an expression and its slopes on many boxes ``(B, k)`` at once, in doubles, tile by tile on all cores.

With c the centre of a box and d what lies between c and its points, the value lies in its natural range, in ``f(c) + g·d`` and in
``f(c) + ∇f(c)·d + ½ dᵀHd``, and a slope in its natural range and in ``∂f(c) + H·d``: the best of these counts. A nan, where something is not
defined or too large, is no bound.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from fractions import Fraction

import numpy as np

from chainrule_fast.budget import Budget
from chainrule_fast.clock import look
from chainrule_fast.exponential import Floats
from chainrule_fast.expression import blocks
from chainrule_fast.expression.blocks import Block, point
from chainrule_fast.expression.expansion import Expansion, Spend, expand
from chainrule_fast.expression.tree import Node

TILE = 4096  # boxes at a time: arrays of 32 kB, some hundred of which are in use for an expression of three variables
ZERO = point(np.array(0.0))
Expanded = Expansion[Block]


class Bulk:
    """What `space.leaves.Leaves` and `space.zones.Judge` ask of bounds in doubles. Sums over rows are divided by `divisor` there."""

    divisor = Fraction(1)

    def __init__(self, node: Node, variables: int, budget: Budget) -> None:
        self.node, self.variables, self.budget = node, variables, budget

    def plain(self, lower: Floats, upper: Floats) -> Floats:
        """A lower bound ``(B,)`` from the natural range alone, without any derivative: cheap, and lower than `natural`."""

        def work(part: slice) -> Floats:
            over = self._over(lower[part], upper[part], derived=False)
            return _where_defined(over, over.value.low, len(lower[part]))

        return self._tiles(work, len(lower))

    def natural(self, lower: Floats, upper: Floats) -> Floats:
        """A lower bound ``(B,)`` of the value on each box."""
        return self._tiles(lambda part: self._natural(lower[part], upper[part]), len(lower))

    def slope(self, lower: Floats, upper: Floats, side: np.ndarray, sign: Floats) -> Floats:
        """A lower bound of ``sign · ∂f/∂x_side`` on each box, `side` and `sign` one for each box."""
        y = np.zeros(lower.shape)
        y[np.arange(len(y)), side] = sign
        return self.rise(lower, upper, y)

    def rise(self, lower: Floats, upper: Floats, y: Floats) -> Floats:
        """A lower bound of ``y·∇f`` on each box, for one direction y each."""
        return self._tiles(lambda part: self._rise(lower[part], upper[part], y[part]), len(lower))

    def bend(self, lower: Floats, upper: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Below and above the k entries of ``y·∇²f`` on each box: ``(B, k)`` each."""
        with np.errstate(all="ignore"):
            over = self._over(lower, upper)
            rows = _turned(over, _columns(y), self.variables)
            least = [_where_defined(over, row.low, len(lower)) for row in rows]
            most = [_where_defined(over, row.high, len(lower)) for row in rows]
        return np.stack(least, axis=-1), np.stack(most, axis=-1)

    def _natural(self, lower: Floats, upper: Floats) -> Floats:
        over = self._over(lower, upper)
        at, away = self._centre(lower, upper)
        first = second = at.value
        for j, rate in over.slopes.items():
            first = first + rate * away[j]
        for j, rate in at.slopes.items():
            second = second + rate * away[j]
        half = point(np.array(0.5))
        for (i, j), bend in (over.bends or {}).items():
            reach = away[i].square() * half if i == j else away[i] * away[j]
            second = second + bend * reach
        return _where_defined(over, np.fmax(np.fmax(over.value.low, first.low), second.low), len(lower))

    def _rise(self, lower: Floats, upper: Floats, y: Floats) -> Floats:
        over = self._over(lower, upper)
        direction = _columns(y)
        natural = _along(direction, over)
        at, away = self._centre(lower, upper)
        form = _along(direction, at)
        for row, way in zip(_turned(over, direction, self.variables), away, strict=True):
            form = form + row * way
        return _where_defined(over, np.fmax(natural.low, form.low), len(lower))

    def _over(self, lower: Floats, upper: Floats, derived: bool = True) -> Expanded:
        box = [Block(lower[:, j], upper[:, j]) for j in range(self.variables)]
        return expand(self.node, box, blocks, derived, self._spend(len(lower)))

    def _centre(self, lower: Floats, upper: Floats) -> tuple[Expanded, list[Block]]:
        """The expression at the centres, and what lies between them and the boxes' points."""
        middle = lower / 2 + upper / 2
        centre = [point(middle[:, j]) for j in range(self.variables)]
        at = expand(self.node, centre, blocks, spend=self._spend(len(lower)))
        sides = [Block(lower[:, j], upper[:, j]) - point(middle[:, j]) for j in range(self.variables)]
        return at, sides

    def _spend(self, boxes: int) -> Spend:
        each = blocks.cost(boxes)
        return lambda operations: self.budget.spend(operations * each)

    def _tiles(self, work: Callable[[slice], Floats], boxes: int) -> Floats:
        def quietly(part: slice) -> Floats:
            look()
            with np.errstate(all="ignore"):
                return work(part)

        parts = [slice(i, i + TILE) for i in range(0, boxes, TILE)]
        if len(parts) < 2:
            return quietly(slice(0, boxes))
        here = copy_context()  # with the time that this check has
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return np.concatenate(list(pool.map(lambda part: here.copy().run(quietly, part), parts)))


def _where_defined(over: Expanded, found: Floats, boxes: int) -> Floats:
    """The bounds, but none where the expression may be undefined in some place of the box."""
    undefined = np.isnan(over.value.low) | np.isnan(over.value.high)
    return np.asarray(np.broadcast_to(np.where(undefined, np.nan, found), (boxes,)))


def _columns(y: Floats) -> list[Block]:
    return [point(np.ascontiguousarray(y[:, j])) for j in range(y.shape[1])]


def _along(direction: list[Block], found: Expanded) -> Block:
    """``y·∇f``."""
    total = ZERO
    for j, part in found.slopes.items():
        total = total + direction[j] * part
    return total


def _turned(found: Expanded, direction: list[Block], k: int) -> list[Block]:
    """The entries of ``y·∇²f``."""
    rows = [ZERO] * k
    for (i, j), bend in (found.bends or {}).items():
        rows[j] = rows[j] + direction[i] * bend
        if i != j:
            rows[i] = rows[i] + direction[j] * bend
    return rows
