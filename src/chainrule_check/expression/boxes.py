"""A claim about an expression of several variables in a box: a tree of boxes and wells (docs/certificate.md, section 9).

Why the claim follows is told in `space.boxes`; only the enclosures are others.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule_check.document import members
from chainrule_check.engine import Range
from chainrule_check.expression.sharp import SharpExpression
from chainrule_check.expression.tree import Node
from chainrule_check.rationals import End
from chainrule_check.report import Refused, Report, count
from chainrule_check.space.boxes import _check_best, _check_can_be_left, _check_in_well, sentence
from chainrule_check.space.claim import Box, Progress, read_box, read_names, read_numbers, read_space_claim
from chainrule_check.space.leaves import Wanted
from chainrule_check.space.tree import Item, Root, rationals, walk
from chainrule_check.space.wells import check_well, read_wells

KINDS = ("face", "natural", "monotone", "well", "open")
DEPTH = 6  # a leaf that does not pass is halved up to so many times; its halves must


def check_boxes(node: Node, free: tuple[str, ...], claim: Any, proof: Any, progress: Progress) -> Report:
    """Refused, naming the place, where anything in the claim is not proved."""
    stated = read_space_claim(claim, free)
    found = members(proof, "proof", ("method", "weights", "core", "best", "wells", "tree", "outside"))
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
    engines = tuple(SharpExpression(node, bits) for bits in (80, 160, 320))
    _check_best(read_numbers(found["best"], "proof.best", len(names)), core, stated, engines)  # type: ignore[arg-type]
    wells, root, used, leaves = read_wells(found["wells"], len(names), core), Root(core), set[int](), 0
    total = len(found["tree"]) if isinstance(found["tree"], (list, tuple)) else 1
    for item in walk(found["tree"], root, "proof.tree", KINDS):
        leaves += item.leaf
        if item.kind == "well":
            _check_in_well(item, root, wells)
            if item.side not in used:
                used.add(item.side)
                check_well(wells[item.side], wanted, engines, f"proof.wells[{item.side}]")  # type: ignore[arg-type]
        else:
            if item.kind == "slope" and item.leaf:
                _check_can_be_left(item, root)
            _check_item(item, root, wanted, engines)
        if item.number % 256 == 0:
            progress(item.number, total + 1)
    progress(total + 1, total + 1)
    steps = f"{count(leaves, 'leaf box', 'leaf boxes')} and {count(len(wells), 'well')}"
    said = sentence(stated, names).replace("The loss", "The expression").replace("of the loss", "of the expression")
    return Report(said, stated.kind, free, 0, steps, leaves, 0, engines[0].name, 0.0)


def _box(ends: Mapping[str, tuple[End, End]], names: tuple[str, ...]) -> Box:
    return tuple((Fraction(ends[name][0]), Fraction(ends[name][1])) for name in names)


def _check_item(item: Item, root: Root, wanted: Wanted, engines: tuple[SharpExpression, ...]) -> None:
    ends = np.array([item.lower]), np.array([item.upper])
    inside = wanted.at is not None and bool(root.inside(*ends, wanted.at)[0])
    refusal = _settle(item, rationals(item.lower), rationals(item.upper), inside, wanted, engines, DEPTH)
    if refusal is not None:
        what = f"the slope along side {item.side}" if item.kind == "slope" else "the value on this box"
        raise Refused(f"{what} is only known to lie in {refusal}; that does not do", f"proof.tree[{item.number}]")


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
