"""Many leaves judged at once: what is not shown for a box is to be shown for its halves, at last by the last word.

A bound that another arithmetic found may be missed here by its rounding, or because the lines below the terms are drawn at slightly other
points. So a box that does not pass is cut in two, up to `DEPTH` times, and its parts must pass: a bound over halves is far better than
over the whole, so this makes up for much more than rounding. What a leaf claims for a box holds for it if it holds for all parts of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from chainrule_fast.clock import look
from chainrule_fast.exponential import Floats
from chainrule_fast.space.tree import Items, Mask, Numbers

DEPTH = 6


@dataclass(frozen=True)
class Part:
    """Boxes ``(B, k)`` to be judged: `owner` is the item each of them is a part of."""

    owner: Numbers
    lower: Floats
    upper: Floats

    def only(self, chosen: Any) -> Part:
        """Some of them."""
        return Part(self.owner[chosen], self.lower[chosen], self.upper[chosen])

    def halves(self, weight: Floats) -> tuple[Part, Numbers]:
        """The boxes cut across the side whose width times its weight is largest; and the owners of boxes that are too thin to be cut."""
        side = ((self.upper - self.lower) * weight).argmax(axis=1)
        rows = np.arange(len(side))
        low, high = self.lower[rows, side], self.upper[rows, side]
        middle = low + (high - low) / 2
        good = (low < middle) & (middle < high)
        first, second, rows = self.only(good), self.only(good), np.arange(good.sum())
        first.upper[rows, side[good]] = second.lower[rows, side[good]] = middle[good]
        both = Part(
            np.concatenate([first.owner, second.owner]),
            np.concatenate([first.lower, second.lower]),
            np.concatenate([first.upper, second.upper]),
        )
        return both, self.owner[~good]


class Judge(Protocol):
    """Says of nodes of one kind whether they are proved; `weight` ``(k,)`` tells how much each side matters where a box is cut."""

    weight: Floats

    def passes(self, items: Items, part: Part) -> Mask:
        """For which boxes doubles show what their items claim."""

    def last_word(self, items: Items, i: int) -> None:
        """Refused unless item number i is proved."""


def settle(judge: Judge, items: Items) -> None:
    """Refused, naming the node, unless every item is proved."""
    part = Part(np.arange(len(items)), items.lower, items.upper)
    stuck = set[int]()
    for depth in range(DEPTH + 1):
        look()
        part = part.only(~judge.passes(items, part))
        if not len(part.owner):
            break
        if depth == 0 and len(items) > 1:
            # A leaf that fails by far is not worth the work: the first one is looked at alone, to the end.
            first = int(part.owner[0])
            settle(judge, items.part(first, first + 1))
        part, thin = part.halves(judge.weight)
        stuck.update(thin.tolist())
    stuck.update(part.owner.tolist())
    for owner in sorted(stuck):
        judge.last_word(items, owner)
