"""What the nodes of a tree say besides their word: each kind's own reader. (A place is added where a node is refused; see `tree`.)"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chainrule_fast.document import elements
from chainrule_fast.rationals import shown
from chainrule_fast.report import Refused

FALLS, RISES = -1, 1
SIGNS = {"falling": FALLS, "rising": RISES}
ENDS = {"upper": FALLS, "lower": RISES}
"""Towards which end of a side the loss falls: a face of the root that a minimiser may lie on."""

Said = tuple[int, int, Sequence[Any]]
"""What a node says besides its word: a number, a sign, and texts of numbers."""


def _nothing(node: Sequence[Any], k: int) -> Said:
    if len(node) != 1:
        raise Refused(f"found {len(node)} elements; needed only the word {node[0]}", "")
    return 0, 0, ()


def _point(node: Sequence[Any], k: int) -> Said:
    if len(node) != 2:
        raise Refused(f"found {len(node)} elements; needed the word and a point", "")
    return 0, 0, elements(node[1], "", "one number a weight", k, k)


def _combination(node: Sequence[Any], k: int) -> Said:
    if len(node) != 3 or node[2] not in ("rising", "falling"):
        raise Refused(f"found {shown(node)}; needed the word, a direction, and rising or falling", "")
    return 0, SIGNS[node[2]], elements(node[1], "", "one number a weight", k, k)


def _number(node: Sequence[Any], k: int) -> Said:
    return read_side(node, 2, 2**31), 0, ()


def _monotone(node: Sequence[Any], k: int) -> Said:
    j = read_side(node, 3, k)
    if node[2] not in ("rising", "falling"):
        raise Refused(f"found {shown(node[2])}; needed rising or falling", "")
    return j, SIGNS[node[2]], ()


def _face(node: Sequence[Any], k: int) -> Said:
    j = read_side(node, 3, k)
    if node[2] not in ("lower", "upper"):
        raise Refused(f"found {shown(node[2])}; needed lower or upper", "")
    return j, ENDS[node[2]], ()


READERS: Mapping[str, Callable[[Sequence[Any], int], Said]] = {
    **dict.fromkeys(("natural", "open", "outer"), _nothing),
    **dict.fromkeys(("well", "zone", "above", "off", "parts"), _number),
    "envelope": _point,
    "combination": _combination,
    "monotone": _monotone,
    "face": _face,
}
"""How a node of each kind is read."""


def read_side(node: Sequence[Any], length: int, k: int) -> int:
    """The number that stands second in a node."""
    if len(node) != length:
        raise Refused(f"found {len(node)} elements; needed {length}", "")
    j = node[1]
    if type(j) is not int or not 0 <= j < k:
        raise Refused(f"found {shown(j)}; needed a whole number from 0 to {k - 1}", "")
    return j
