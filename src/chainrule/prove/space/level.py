"""A level of a smaller problem: a box outside of which it costs more than its least by a known amount.

It is a claim *attained* with a loose value ``[L, U]``: the loss exceeds U everywhere but in the box. Its tree has no leaf that says only that nothing is
lowest there (monotone, well), so that it speaks of every point and not of the minimisers alone.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from chainrule.exact import number_text
from chainrule.problem.data import Floats
from chainrule.prove.boxes.ground import RidgeGround
from chainrule.prove.boxes.search import MARGIN
from chainrule.prove.boxes.state import Searched
from chainrule.prove.boxes.tree import ENVELOPE, NATURAL, Tree
from chainrule.prove.certificate import boxes_proof
from chainrule.prove.neuron.local import jet
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.space.groups import Bundle, Level, Together, find_groups
from chainrule.prove.space.outside import Known, Outside, search_outside

RISES = (2.0**-7, 2.0**-12, 2.0**-18)  # by how much a bundle may cost more, in the sum over the rows
WIDE = 1.5  # the box's sides, in units of those of the ellipsoid that the Hessian suggests
SIZES = tuple(2.0**i for i in range(4, 13, 2))
MOST, NARROW = 4_000, 2.0**-12


def find_level(bundle: Bundle, rise: float) -> Level | None:
    """The level of this height; None where there is none, or it takes too many boxes."""
    part, place = bundle.part, bundle.place
    if place is None:
        return None
    most = float(bundle.value[1]) + rise / float(bundle.mass)
    hessian = jet(part, place[None]).hessian[0]
    if np.linalg.eigvalsh(hessian)[0] <= 0:
        return None
    reach = WIDE * np.sqrt(2 * (most - float(bundle.value[0])) * np.diag(np.linalg.inv(hessian)))
    box = np.stack([place - reach, place + reach])
    for size in SIZES:
        half = part.half_widths(size)
        if np.any(np.abs(box) >= half):
            continue
        known = Known(Together(part, find_groups(part)))
        outside = search_outside(part, -half, half, most + 10 * MARGIN, MOST, known, NARROW)
        if isinstance(outside, Outside):
            tree = _tree(part, np.stack([-half, half]), box, most + MARGIN)
            if tree is None:
                return None
            proof = _proof(part, place, box, most, tree, np.stack([-half, half]), outside)
            more = (Fraction(most) - bundle.value[1]) * bundle.mass
            return Level(box[0], box[1], float(more) * (1 - 2.0**-40), proof)
        if outside.far:
            return None
    return None


def _tree(part: Ridge, core: Floats, box: Floats, most: float) -> Tree | None:
    """A tree whose leaves exceed `most` by a bound or lie in the box; None where that takes too many."""
    ground, tree, used = RidgeGround(part), Tree(core.shape[1]), 1
    scale = part.scale
    node, lower, upper = np.zeros(1, int), core[:1].copy(), core[1:].copy()
    start = np.full(lower.shape, np.nan)
    while len(node):
        found = ground.bound(lower, upper, start, most)
        by_plane = ~np.isnan(found.p[:, 0])
        tree.close(node, NATURAL)
        tree.close(node[by_plane], ENVELOPE)
        tree.p[node] = found.p
        inside = np.all((lower >= box[0]) & (upper <= box[1]), axis=1)
        tree.close(node[inside], NATURAL)
        left = (found.bound <= most) & ~inside
        node, lower, upper, start = node[left], lower[left], upper[left], found.p[left]
        used += 2 * len(node)
        if used > MOST:
            return None
        rows, side = np.arange(len(node)), ((upper - lower) * scale).argmax(axis=1)
        low, high = lower[rows, side], upper[rows, side]
        cut = (low + high) / 2
        for face in box[:, side]:  # at the box's face where the node crosses it
            cut = np.where((low < face) & (face < high), face, cut)
        first = tree.split(node, side, cut)
        low_half, high_half = upper.copy(), lower.copy()
        low_half[rows, side] = high_half[rows, side] = cut
        node, start = np.concatenate([first, first + 1]), np.concatenate([start, start])
        lower, upper = np.concatenate([lower, high_half]), np.concatenate([low_half, upper])
    return tree


def _proof(
    part: Ridge, place: Floats, box: Floats, most: float, tree: Tree, core: Floats, outside: Outside
) -> dict[str, Any]:
    problem = part.problem
    at = {
        name: [number_text(float(low)), number_text(float(high))]
        for name, (low, high) in zip(problem.free, box.T, strict=True)
    }
    least = min(part.constant, Fraction(0))  # no term costs less than 0
    value = [number_text(least), number_text(Fraction(most))]
    claim = {"kind": "attained", "at": at, "value": value, "direction": None, "domain": "all reals"}
    searched = Searched(tree, (), place, (float(least), most), box, "closed", tree.size, ())
    return {"claim": claim, "proof": boxes_proof(problem, searched, core, outside)}
