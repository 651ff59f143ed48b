"""Leaves of a box that the kernel will follow: each has a plane whose bound is high enough with the kernel's own lines, or is cut until it has.

The kernel puts the best line there is below each term: the chord where that is below, else a tangent that touches at the form's value at p, or where the one that ends on the
graph touches (`chainrule_check.rules.bound`). The search uses lines that are a little lower, and its p suit those. So what the search closed by a hair is looked at again here, in
plain doubles: nothing rests on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule.exact import number_text, read_number
from chainrule.problem.data import Floats
from chainrule.prove.boxes.bound import newton_step
from chainrule.prove.neuron.envelope import LN2

STEPS = 8  # of p, for a box that falls short
DEEPEST = 5  # cuts of such a box, one after the other
MOST_POOR = 300  # with more of them the search has another reason to be short, such as a whole line of minimisers
MARGIN = 1e-12  # of 1: what doubles may be off here
AT_ONCE = 1_000_000  # boxes times terms

Node = list[Any]


@dataclass(frozen=True, eq=False)
class Terms:
    """``constant + Σ weights·h(slopes·θ + offsets) + Σ squares·θ²`` with h = σ²: arrays ``(m, k)``, ``(m,)``, ``(m,)``, ``(k,)``."""

    slopes: Floats
    offsets: Floats
    weights: Floats
    squares: Floats
    constant: float

    def range(self, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
        """The forms' ends on boxes ``(B, k)``: ``(B, m)`` each."""
        up, down = np.maximum(self.slopes, 0).T, np.minimum(self.slopes, 0).T
        return lower @ up + upper @ down + self.offsets, upper @ up + lower @ down + self.offsets

    def natural(self, lower: Floats, upper: Floats) -> Floats:
        least = np.where((lower <= 0) & (upper >= 0), 0.0, np.minimum(lower**2, upper**2))
        return self.constant + _h(self.range(lower, upper)[0]) @ self.weights + least @ self.squares

    def plane(self, lower: Floats, upper: Floats, p: Floats) -> tuple[Floats, Floats, Floats]:
        """The bound by the kernel's lines at p ``(B,)``, the slope there of all that lies below the loss ``(B, k)``, and its curvature ``(B, k, k)``."""
        low, high = self.range(lower, upper)
        near = p @ self.slopes.T + self.offsets
        value, slope, bend = _lines(low, high, np.clip(near, low, high), near)
        gradient = (slope * self.weights) @ self.slopes
        at_p = self.constant + value @ self.weights
        ends = (
            np.minimum(gradient * (lower - p), gradient * (upper - p))
            if not self.squares.any()
            else self._least(gradient, p, lower, upper)
        )
        hessian = np.einsum("bm,mi,mj->bij", bend * self.weights, self.slopes, self.slopes)
        return at_p + ends.sum(axis=1), gradient + 2 * self.squares * p, hessian + 2 * np.diag(self.squares)

    def _least(self, gradient: Floats, p: Floats, lower: Floats, upper: Floats) -> Floats:
        q = self.squares
        turn = np.clip(np.where(q > 0, -gradient / np.where(q > 0, 2 * q, 1), p), lower, upper)
        candidates = [gradient * (x - p) + q * x * x for x in (lower, upper, turn)]
        return np.minimum(np.minimum(*candidates[:2]), candidates[2])


def refined(nodes: Sequence[Node], box: tuple[Floats, Floats], terms: Terms, wanted: Wanted) -> Iterator[Node]:
    """The nodes of a tree over `box`, in which each bound of a box is enough; a leaf that cannot be mended stays as it is."""
    leaves = list(_bounds(nodes, box))
    poor = dict(_poor(leaves, terms, wanted))
    if len(poor) > MOST_POOR:
        yield from nodes
        return
    for i, node in enumerate(nodes):
        if i in poor:
            yield from _mended(node, *poor[i], terms, wanted, 0)
        else:
            yield node


@dataclass(frozen=True, eq=False)
class Wanted:
    """What a leaf's bound has to be: at least `least`, and at least `above` where its box does not lie in `at` (None: there is no such place)."""

    least: float
    above: float
    at: tuple[Floats, Floats] | None

    def of(self, lower: Floats, upper: Floats) -> Floats:
        if self.at is None:
            return np.full(len(lower), max(self.least, self.above))
        inside = ((lower >= self.at[0]) & (upper <= self.at[1])).all(axis=1)
        return np.where(inside, self.least, max(self.least, self.above))


def _bounds(nodes: Sequence[Node], box: tuple[Floats, Floats]) -> Iterator[tuple[int, Floats, Floats, Floats | None]]:
    """The leaves with a bound: number, box, and the point of the plane (None for the natural bound)."""
    stack = [box]
    for i, node in enumerate(nodes):
        lower, upper = stack.pop()
        if node[0] == "cut":
            j, at = node[1], double(node[2])
            first, second = upper.copy(), lower.copy()
            first[j] = second[j] = at
            stack += [(second, upper), (lower, first)]
        elif node[0] == "face":
            side = (lower if node[2] == "rising" else upper)[node[1]]
            lower, upper = lower.copy(), upper.copy()
            lower[node[1]] = upper[node[1]] = side
            stack.append((lower, upper))
        elif node[0] == "bound":
            yield i, lower, upper, np.array(list(map(double, node[2]))) if len(node) == 3 else None


def _poor(
    leaves: list[tuple[int, Floats, Floats, Floats | None]], terms: Terms, wanted: Wanted
) -> Iterator[tuple[int, tuple[Floats, Floats]]]:
    """The leaves whose bound is not enough, with their boxes."""
    block = max(1, AT_ONCE // max(1, len(terms.weights)))
    for start in range(0, len(leaves), block):
        part = leaves[start : start + block]
        lower, upper = np.array([leaf[1] for leaf in part]), np.array([leaf[2] for leaf in part])
        p = np.array([(leaf[1] + leaf[2]) / 2 if leaf[3] is None else leaf[3] for leaf in part])
        planes = np.array([leaf[3] is not None for leaf in part])
        bound = np.where(planes, terms.plane(lower, upper, p)[0], terms.natural(lower, upper))
        for i in np.flatnonzero(bound < wanted.of(lower, upper) + MARGIN):
            yield part[i][0], (part[i][1], part[i][2])


def _mended(node: Node, lower: Floats, upper: Floats, terms: Terms, wanted: Wanted, depth: int) -> Iterator[Node]:
    """One plane that is enough, or the box cut in two, each half mended."""
    p, need = ((lower + upper) / 2)[None], wanted.of(lower[None], upper[None])[0] + MARGIN
    for _ in range(STEPS):
        bound, gradient, hessian = terms.plane(lower[None], upper[None], p)
        if bound[0] >= need:
            yield ["bound", "plane", [number_text(float(x)) for x in p[0]]]
            return
        p = newton_step(p, gradient, hessian, lower[None], upper[None])
    if depth == DEEPEST:
        yield node
        return
    j = int(np.argmax(np.abs(gradient[0]) * (upper - lower) + 1e-9 * (upper - lower)))
    at = float((lower[j] + upper[j]) / 2)
    if not lower[j] < at < upper[j]:
        yield node
        return
    yield ["cut", j, number_text(at)]
    for side in (0, 1):
        low, high = lower.copy(), upper.copy()
        (high if side == 0 else low)[j] = at
        yield from _mended(node if len(node) == 1 else ["bound"], low, high, terms, wanted, depth + 1)


def double(text: str) -> float:
    """The double nearest to a number of a certificate."""
    return float(Fraction(read_number(text)))


def _lines(low: Floats, high: Floats, near: Floats, there: Floats) -> tuple[Floats, Floats, Floats]:
    """Of the line below h on [low, high]: its value at `there`, its slope, and how it bends as its point moves."""
    left, right = _h(low), _h(high)
    chord = (right - left) / np.where(high > low, high - low, 1)
    straight = (high > LN2) & (high > low) & ((low >= LN2) | (chord <= _slope(low)))
    cap = np.where(high <= LN2, high, _contact(high))
    q = np.minimum(near, cap)
    slope = np.where(straight, chord, _slope(q))
    value = np.where(straight, left + chord * (there - low), _h(q) + slope * (there - q))
    return value, slope, np.where(straight | (near > cap), 0.0, np.maximum(_bend(q), 0.0))


def _contact(u: Floats) -> Floats:
    """Where the tangent touches that ends at (u, h(u)), u > ln 2, by Newton's method."""
    u = np.maximum(u, LN2 + 1e-9)
    q = np.minimum(-0.5 * np.log(2 * np.maximum(u, 0.5)), LN2 - 0.1)
    for _ in range(8):
        rate = _bend(q) * (u - q)
        step = (_h(q) + _slope(q) * (u - q) - _h(u)) / np.where(rate > 0, rate, 1)
        q = np.where(rate > 0, np.minimum(q - step, LN2), LN2)
    found: Floats = q - 1e-7
    return found


def _sigmoid(z: Floats) -> Floats:
    e = np.exp(-np.abs(z))
    found: Floats = np.where(z >= 0, 1 / (1 + e), e / (1 + e))
    return found


def _h(z: Floats) -> Floats:
    found: Floats = _sigmoid(z) ** 2
    return found


def _slope(z: Floats) -> Floats:
    found: Floats = 2 * _sigmoid(z) ** 2 * _sigmoid(-z)
    return found


def _bend(z: Floats) -> Floats:
    s = _sigmoid(z)
    found: Floats = 2 * s * s * (1 - s) * (2 - 3 * s)
    return found
