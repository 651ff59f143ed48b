"""A claim about an expression of several variables in a box: a tree of boxes, wells and bounds by parts.

Why the claim follows is told in `space.boxes` and `parts`; the format in docs/certificate.md, section 9.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule_check.document import members
from chainrule_check.engine import Range
from chainrule_check.expression.parts import ByParts, read_parts
from chainrule_check.expression.sharp import SharpExpression
from chainrule_check.expression.tree import Node
from chainrule_check.rationals import End, shown
from chainrule_check.report import Refused, Report, count
from chainrule_check.space.boxes import _check_best, _check_can_be_left, _check_in_well, sentence
from chainrule_check.space.claim import Box, Progress, read_box, read_names, read_numbers, read_space_claim
from chainrule_check.space.leaves import Wanted
from chainrule_check.space.tree import Item, Root, rationals, walk
from chainrule_check.space.wells import check_well, read_wells

KINDS = ("face", "natural", "monotone", "well", "open", "parts")
DEPTH = 6  # a leaf that does not pass is halved up to so many times; its halves must


def check_boxes(node: Node, free: tuple[str, ...], claim: Any, proof: Any, progress: Progress) -> Report:
    """Refused, naming the place, where anything in the claim is not proved."""
    stated = read_space_claim(claim, free)
    keys = ("method", "weights", "core", "best", "wells", "tree", "outside")
    found = members(proof, "proof", keys, ("parts",))
    names = read_names(found["weights"], "proof.weights", free, every=True)
    if names != free or found["outside"] is not None or stated.domain is None:
        raise Refused("needed the variables in the order of the problem, a box for a domain, and null outside", "proof")
    core = read_box(found["core"], "proof.core", len(names))
    if core != _box(stated.domain, names):
        raise Refused("the core is not the claimed domain; needed the same box", "proof.core")
    if stated.kind == "not-attained":
        raise Refused("found 'not-attained'; in a box a minimum is attained or undecided", "claim.kind")
    at = None if stated.at is None else _box(stated.at, names)
    wanted = Wanted(Fraction(stated.value.lower), Fraction(stated.value.upper) if at else None, at)
    engines = _engines(node)
    _check_best(read_numbers(found["best"], "proof.best", len(names)), core, stated, engines)  # type: ignore[arg-type]
    counter = _Counter(progress, certificate_nodes(found))

    def least(part: Node, box: Box, bound: Fraction, wells: Any, tree: Any, place: str) -> int:
        return _Tree(part, box, Wanted(bound, None, None), place, counter).check(wells, tree)

    by_parts, leaves = read_parts(found.get("parts", []), node, names, least)
    outer = _Tree(node, core, wanted, "proof", counter, by_parts)
    leaves += outer.check(found["wells"], found["tree"])
    counter.done()
    parts = f", {count(len(by_parts), 'bound', 'bounds')} by parts" if by_parts else ""
    steps = f"{count(leaves, 'leaf box', 'leaf boxes')} and {count(counter.wells, 'well')}{parts}"
    said = sentence(stated, names).replace("The loss", "The expression").replace("of the loss", "of the expression")
    return Report(said, stated.kind, free, 0, steps, leaves, 0, engines[0].name, 0.0)


def certificate_nodes(proof: Mapping[str, Any]) -> int:
    """How many nodes all trees of a proof seem to have: for progress, nothing is believed yet."""
    trees = [proof.get("tree")]
    for entry in proof.get("parts", ()) if isinstance(proof.get("parts"), (list, tuple)) else ():
        bounds = entry.get("bounds") if isinstance(entry, Mapping) else None
        trees += [b.get("tree") for b in bounds if isinstance(b, Mapping)] if isinstance(bounds, (list, tuple)) else []
    return sum(len(tree) for tree in trees if isinstance(tree, (list, tuple)))


class _Counter:
    """How far the check is, over all trees; and how many wells there were."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.progress, self.total, self.seen, self.wells = progress, total + 1, 0, 0

    def step(self) -> None:
        self.seen += 1
        if self.seen % 256 == 0:
            self.progress(min(self.seen, self.total), self.total)

    def done(self) -> None:
        self.progress(self.total, self.total)


class _Tree:
    """A tree of boxes below `box`: every leaf shows that the expression is at least what is wanted, or is left downhill."""

    def __init__(
        self, node: Node, box: Box, wanted: Wanted, place: str, counter: _Counter, parts: Sequence[ByParts] = ()
    ) -> None:
        self.box, self.wanted, self.place, self.counter, self.parts = box, wanted, place, counter, parts
        self.root, self.engines = Root(box), _engines(node)

    def check(self, wells_value: Any, tree: Any) -> int:
        """Returns the number of leaves."""
        root, leaves, used = self.root, 0, set[int]()
        wells = read_wells(wells_value, len(self.box), self.box, f"{self.place}.wells")
        self.counter.wells += len(wells)
        for item in walk(tree, root, f"{self.place}.tree", KINDS):
            leaves += item.leaf
            where = f"{self.place}.tree[{item.number}]"
            if item.kind == "well":
                _check_in_well(item, root, wells, where)
                if item.side not in used:
                    used.add(item.side)
                    check_well(wells[item.side], self.wanted, self.engines, f"{self.place}.wells[{item.side}]")  # type: ignore[arg-type]
            elif item.kind == "parts":
                self._check_parts(item, where)
            else:
                if item.kind == "slope" and item.leaf:
                    _check_can_be_left(item, root, where)
                _check_item(item, root, self.wanted, self.engines, where)
            self.counter.step()
        return leaves

    def _check_parts(self, item: Item, where: str) -> None:
        if item.side >= len(self.parts):
            raise Refused(f"found the bound by parts {shown(item.side)}; there are {len(self.parts)}", where)
        known, ends = self.parts[item.side], (np.array([item.lower]), np.array([item.upper]))
        if not self.root.inside(*ends, known.box)[0]:
            raise Refused(f"this box does not lie in that of the bound by parts {item.side}", where)
        inside = self.wanted.at is not None and bool(self.root.inside(*ends, self.wanted.at)[0])
        if not self.wanted.enough(Range(known.bound, known.bound), inside):
            raise Refused(
                f"the parts together are at least {float(known.bound):.17g}; needed {float(self.wanted.least):.17g}, and more "
                f"than {float(self.wanted.above or 0):.17g} or a place inside the claimed one",
                where,
            )


def _engines(node: Node) -> tuple[SharpExpression, ...]:
    return tuple(SharpExpression(node, bits) for bits in (80, 160, 320))


def _box(ends: Mapping[str, tuple[End, End]], names: tuple[str, ...]) -> Box:
    return tuple((Fraction(ends[name][0]), Fraction(ends[name][1])) for name in names)


def _check_item(item: Item, root: Root, wanted: Wanted, engines: tuple[SharpExpression, ...], where: str) -> None:
    ends = np.array([item.lower]), np.array([item.upper])
    inside = wanted.at is not None and bool(root.inside(*ends, wanted.at)[0])
    refusal = _settle(item, rationals(item.lower), rationals(item.upper), inside, wanted, engines, DEPTH)
    if refusal is not None:
        what = f"the slope along side {item.side}" if item.kind == "slope" else "the value on this box"
        raise Refused(f"{what} is only known to lie in {refusal}; that does not do", where)


def _settle(
    item: Item,
    lower: list[Fraction],
    upper: list[Fraction],
    inside: bool,
    wanted: Wanted,
    engines: tuple[SharpExpression, ...],
    depth: int,
) -> Range | None:
    """None where the item is proved on the box, by halves if need be; otherwise what is known of it."""
    found = Range(Fraction(0), Fraction(0))
    for sharp in engines if depth == 0 else engines[:1]:
        if item.kind == "slope":
            found = sharp.slope(item.side, lower, upper)
            good = found.lower > 0 if item.sign > 0 else found.upper < 0
        else:
            good = wanted.enough(sharp.plain(lower, upper), inside)
            if not good:
                found = sharp.natural(lower, upper)
                good = wanted.enough(found, inside)
        if good:
            return None
    if depth == 0 or (item.kind != "slope" and found.upper < wanted.least):
        return found
    side = max(range(len(lower)), key=lambda j: upper[j] - lower[j])
    middle = (lower[side] + upper[side]) / 2
    for half in (0, 1):
        ends = list(lower), list(upper)
        ends[1 - half][side] = middle
        refusal = _settle(item, ends[0], ends[1], inside, wanted, engines, depth - 1)
        if refusal is not None:
            return refusal
    return None
