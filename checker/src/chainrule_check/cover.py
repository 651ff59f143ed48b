"""COVER: a region is cut until each part is settled by one rule. The tree is written so that a gap cannot be written down.

In preorder, each node a list:

    ["cut", j, "c"]           weight j at most c, then at least c: two parts that cover the region
    ["core", [[l, u], …]]     a box, then the cones over its faces: they cover everything (only where nothing has been cut)
    ["face", j, "rising"]     f increases (or is "falling") with weight j on the region, so what follows is its lower (upper) face
    a leaf                    see `leaves`

Each leaf yields one `Fact`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from chainrule_check.enclose import values
from chainrule_check.facts import Fact, Subject
from chainrule_check.leaves import Hints, leaf
from chainrule_check.numbers import number
from chainrule_check.reader import bounded, elements, index, word
from chainrule_check.refusal import Refused, shown
from chainrule_check.regions import Box, Region, cones
from chainrule_check.rules.sign import axis, downhill, goes

Node = list[Any]


@dataclass(frozen=True)
class _Open:
    """A region whose part of the tree is still to be read, and the monotone steps that led to it."""

    region: Region
    whole: bool  # nothing has been cut yet
    monotone: bool = False  # there have been such steps: no point of their regions has slope 0
    attains: bool = True  # f is defined and continuous on those regions, which are bounded


Spend = Callable[[int, str], None]


def facts(subject: Subject, tree: Any, hints: Hints, place: str, spend: Spend) -> Iterator[Fact]:
    """What each leaf shows, in order; Refused where the tree is not whole, or a leaf does not show what it says."""
    nodes = elements(tree, place, "nodes of a tree", 1)
    still = [_Open(subject.domain.box, True)]
    for i, node in enumerate(nodes):
        here = f"{place}[{i}]"
        if not still:
            raise Refused("the tree is complete before this node", here)
        spend(_work(node, subject), here)
        part, name = still.pop(), elements(node, here, "a name, then what it needs", 1)[0]
        if name == "cut":
            still.extend(reversed(_cut(part, node, here)))
        elif name == "core":
            still.extend(reversed(_core(subject, part, node, here)))
        elif name == "face":
            still.append(_face(subject, part, node, here))
        else:
            found = leaf(subject, part.region, node, hints, here)
            stationary = "none" if part.monotone else found.stationary
            yield replace(found, attains=found.attains and part.attains, stationary=stationary)
    if still:
        raise Refused(f"the tree ends while {len(still)} of its regions are open", place)


def _work(node: Any, subject: Subject) -> int:
    """About how many parts of f, and of its derivatives, a node has evaluated."""
    name, how = (*node, None, None)[:2] if isinstance(node, list) else (None, None)
    orders = 2 if how == "curvature" else 1 if name in ("sign", "face") or how == "slope" else 0
    return 2 * subject.f.size * (1 + subject.size) ** orders if name not in ("cut", "core") else 1


def _cut(part: _Open, node: Node, place: str) -> list[_Open]:
    elements(node, place, "cut, a weight's number, where", 3, 3)
    j = index(
        node[1], f"{place}[1]", len(part.region.cell.sides if not isinstance(part.region, Box) else part.region.sides)
    )
    halves = part.region.cut(j, number(node[2], f"{place}[2]"))
    if halves is None:
        raise Refused(f"{shown(node[2])} does not lie inside the side that is cut", place)
    return [replace(part, region=half, whole=False) for half in halves]


def _core(subject: Subject, part: _Open, node: Node, place: str) -> list[_Open]:
    sides = elements(elements(node, place, "core, a box", 2, 2)[1], f"{place}[1]", "sides", subject.size, subject.size)
    core = Box(tuple(bounded(side, f"{place}[1][{j}]") for j, side in enumerate(sides)))
    if not part.whole or not subject.domain.everywhere:
        raise Refused("a core stands first, in a claim over all reals", place)
    if not all(low < high for low, high in core.finite_sides()):
        raise Refused("the core has a side without width, so cones round it do not cover the rest", place)
    return [_Open(core, False), *(_Open(cone, False) for cone in cones(core))]


def _face(subject: Subject, part: _Open, node: Node, place: str) -> _Open:
    """The face to which f falls. Each point of the region has one below it on the face, so what bounds f there bounds it here."""
    elements(node, place, "face, a weight's number, rising or falling", 3, 3)
    box, way = part.region, word(node[2], f"{place}[2]", ("rising", "falling"))
    if not isinstance(box, Box):
        raise Refused("a face is of a box, not of a cone", place)
    j = index(node[1], f"{place}[1]", subject.size)
    end = box.sides[j][0 if way == "rising" else 1]
    if end is None:
        raise Refused("the side to which f falls has no end", place)
    direction = axis(j, subject.size)
    if not goes(subject.f, box, direction, way):
        raise Refused(f"f is not shown to be {way} along weight {j} on the region", place)
    if not subject.domain.slabs_let_move(box, downhill(direction, way)):
        raise Refused("one cannot go to that face inside the domain's slabs", place)
    attains = part.attains and box.bounded and values(subject.f, box).sure
    return replace(part, region=box.with_side(j, (end, end)), whole=False, monotone=True, attains=attains)
