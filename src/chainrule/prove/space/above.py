"""Boxes of a core on which an approach shows that the loss is above its limit: where all that is given up is wrong by enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chainrule.problem.data import Floats
from chainrule.prove.boxes.bound import Bounded
from chainrule.prove.boxes.ground import RidgeGround
from chainrule.prove.boxes.tree import ABOVE, ENVELOPE, NATURAL, Tree
from chainrule.prove.neuron.enclose import form_range
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.space.approach import Approach


@dataclass(frozen=True)
class ApproachedGround(RidgeGround):
    """The loss of one neuron, infinite on boxes that an approach settles: any search for boxes that may be lower than its limit leaves them."""

    approaches: tuple[Approach, ...] = ()

    def bound(self, lower: Floats, upper: Floats, start: Floats, target: float) -> Bounded:
        found = super().bound(lower, upper, start, target)
        above = approached(self.ridge, self.approaches, lower, upper) >= 0
        return Bounded(np.where(above, np.inf, found.bound), found.p, found.gradient)


def approached(ridge: Ridge, approaches: Sequence[Approach], lower: Floats, upper: Floats) -> np.ndarray:
    """The number of an approach whose inequality holds on all of a box, or −1: ``(B,)``."""
    found = np.full(len(lower), -1)
    for number, approach in enumerate(approaches):
        given_up = list(approach.given_up)
        form = form_range(ridge.a[given_up], ridge.b[given_up], ridge.b_error[given_up], lower, upper)
        found[np.all(form.lower >= approach.enough, axis=1)] = number
    return found


def mark_above(tree: Tree, ridge: Ridge, approaches: Sequence[Approach], core: Floats) -> None:
    """Let the leaves that an approach settles say so; a leaf whose own bound would do as well says so too."""
    nodes, lower, upper = tree.leaves(core[0], core[1])
    number = approached(ridge, approaches, lower, upper)
    settled = (number >= 0) & np.isin(tree.kind[nodes], (NATURAL, ENVELOPE))
    tree.close(nodes[settled], ABOVE, end=number[settled])
