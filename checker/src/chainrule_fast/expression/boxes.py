"""A claim about an expression of several variables in a box: a tree of boxes, wells and bounds by parts.

Hypotheses; the domain D is a bounded box, f the expression, L and U the ends of the claimed value:

1. The core is D, and the leaves cover it (`tree`).
2. The best point lies in D, and f there is at most U (`check_best`).
3. On each natural or open leaf an enclosure of f is finite and at least L; and above U, or the leaf lies in `at` (`Leaves`).
4. On each monotone leaf and face node an enclosure of a partial derivative has one sign, and a monotone leaf does not touch D's face downhill (`check_can_be_left`).
5. Each well leaf lies in its well; f is convex on all of that with its modulus, the well's point lies in it and in D, and what it bounds is as in 3 (`wells`).
6. Each leaf by parts lies in the box of its bound, and the bound is as in 3; what the bound rests on: `parts`.
7. f is defined and continuous on each leaf: an operation that is not defined on all of a set has no enclosure there, and 3 to 6 each take enclosures of f, or of all
   that f is made of, on all of the leaf; none of them drops a part, not even 0 times it. So f is continuous on D, and has a least value there.

Why the claim follows is told in `space.boxes`; the format in docs/certificate.md, section 9.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule_fast.budget import Budget
from chainrule_fast.document import members
from chainrule_fast.engine import Range
from chainrule_fast.expression.bulk import Bulk
from chainrule_fast.expression.parts import ByParts, read_parts
from chainrule_fast.expression.sharp import SharpExpression
from chainrule_fast.expression.tree import Formula, Node
from chainrule_fast.rationals import near
from chainrule_fast.report import Refused, Report, count
from chainrule_fast.sentence import sentence
from chainrule_fast.space.claim import Box, Progress, read_box, read_names, read_numbers, read_space_claim
from chainrule_fast.space.leaves import Leaves
from chainrule_fast.space.nodes import box_of, check_best, check_can_be_left, check_inside
from chainrule_fast.space.rules import Rules, Wanted
from chainrule_fast.space.stationary import NOTHING, Function, check_stationary, without_stationary
from chainrule_fast.space.tree import Items, Root, walk
from chainrule_fast.space.wells import check_wells, read_wells

KINDS = ("face", "natural", "monotone", "well", "open", "parts")
PRECISIONS = (80, 160, 320)
ARITHMETICS = ["double intervals", *(f"Arb, {bits} bits" for bits in PRECISIONS)]


def check_boxes(formula: Formula, claim: Any, proof: Any, progress: Progress) -> Report:
    """Refused, naming the place, where anything in the claim is not proved."""
    node, free, budget = formula.node, formula.free, formula.budget
    every = isinstance(proof, Mapping) and "stationary" in proof
    stated = read_space_claim(without_stationary(claim) if every else claim, free)
    keys = ("method", "weights", "core", "best", "wells", "tree", "outside")
    found = members(proof, "proof", keys, ("parts", "stationary"))
    names = read_names(found["weights"], "proof.weights", free, every=True)
    if names != free or found["outside"] is not None or stated.domain is None:
        raise Refused("needed the variables in the order of the problem, a box for a domain, and null outside", "proof")
    core = read_box(found["core"], "proof.core", len(names))
    if core != box_of(stated.domain, names):
        raise Refused("the core is not the claimed domain; needed the same box", "proof.core")
    if stated.kind == "not-attained":
        raise Refused("found 'not-attained'; in a box a minimum is attained or undecided", "claim.kind")
    at = None if stated.at is None else box_of(stated.at, names)
    wanted = Wanted(Fraction(stated.value.lower), Fraction(stated.value.upper) if at else None, at)
    formula.allow(_steps(found))
    engines = _engines(node, budget)
    check_best(read_numbers(found["best"], "proof.best", len(names)), core, stated, engines)
    counter = _Counter(progress, _nodes(found))

    def least(part: Node, box: Box, bound: Fraction, wells: Any, tree: Any, place: str) -> int:
        return _Tree(Formula(part, (), budget), box, Wanted(bound, None, None), place, counter).check(wells, tree)

    by_parts, leaves = read_parts(found.get("parts", []), formula, least)
    outer = _Tree(formula, core, wanted, "proof", counter)
    leaves += outer.check(found["wells"], found["tree"], by_parts)
    points = NOTHING
    if every:
        function = Function(names, Bulk(node, len(names), budget), engines, np.ones(len(names)))
        points = check_stationary(claim, found["stationary"], function, core)
        counter.note(points.used)
    counter.done()
    parts = f", {count(len(by_parts), 'bound', 'bounds')} by parts" if by_parts else ""
    steps = f"{count(leaves, 'leaf box', 'leaf boxes')} and {count(counter.wells, 'well')}{parts}"
    stated = replace(stated, every=stated.kind == "attained")
    said = sentence(stated, names, "expression")
    leaves += points.leaves
    return Report(
        said + points.sentence,
        stated.kind,
        free,
        0,
        steps + points.steps,
        leaves,
        points.known,
        counter.used,
        0.0,
        stated.every,
    )


def _nodes(proof: Mapping[str, Any]) -> int:
    """How many nodes all trees of a proof seem to have: for progress, nothing is believed yet."""
    bounds = [bound for part in _list(proof, "parts") for bound in _list(part, "bounds")]
    return sum(len(_list(owner, "tree")) for owner in (proof, *bounds))


def _steps(proof: Mapping[str, Any]) -> int:
    """How many steps a proof seems to have: nodes of trees, and what else asks for the formula's bounds."""
    parts, every = _list(proof, "parts"), proof.get("stationary")
    owners = [proof, *(bound for part in parts for bound in _list(part, "bounds"))]
    others = [_list(owner, "wells") for owner in owners] + [_list(part, "lines") for part in parts]
    return _nodes(proof) + sum(map(len, [*others, _list(every, "zones"), _list(every, "tree")]))


def _list(owner: Any, key: str) -> Sequence[Any]:
    """The list of this name, if there is one."""
    found = owner.get(key) if isinstance(owner, Mapping) else None
    return found if isinstance(found, (list, tuple)) else ()


class _Counter:
    """How far the check is, over all trees; how many wells there were, and the most precise arithmetic that was needed."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.progress, self.total, self.before, self.wells = progress, total + 1, 0, 0
        self.used = "double intervals"

    def step(self, number: int) -> None:
        """Node `number` of the present tree is done."""
        self.progress(min(self.before + number + 1, self.total), self.total)

    def add(self, tree: Any) -> None:
        self.before += len(tree)

    def note(self, used: str) -> None:
        self.used = max(self.used, used, key=ARITHMETICS.index)

    def done(self) -> None:
        self.progress(self.total, self.total)


class _Tree:
    """A tree of boxes below `box`: every leaf shows that the expression is at least what is wanted, or is left downhill."""

    def __init__(self, formula: Formula, box: Box, wanted: Wanted, place: str, counter: _Counter) -> None:
        self.box, self.place, self.counter, self.root = box, place, counter, Root(box)
        self.engines = _engines(formula.node, formula.budget)
        self.bulk = Bulk(formula.node, len(box), formula.budget)
        self.rules = Rules(self.root, wanted)

    def check(self, wells_value: Any, tree: Any, parts: Sequence[ByParts] = ()) -> int:
        """Returns the number of leaves."""
        root, leaves, used = self.root, 0, set[int]()
        wells = read_wells(wells_value, len(self.box), self.box, f"{self.place}.wells")
        self.counter.wells += len(wells)
        sharp = Leaves(self.bulk, np.ones(len(self.box)), self.rules, self.engines)
        for found in walk(tree, root, f"{self.place}.tree", KINDS, self.counter.step):
            rest = []
            for kind, items in found.items():
                leaves += len(items) if kind != "face" else 0
                if kind == "well":
                    check_wells(items, root, wells, used, self.rules.wanted, self.engines, f"{self.place}.wells")  # type: ignore[arg-type]
                elif kind == "parts":
                    self._check_parts(items, parts)
                else:
                    if kind == "monotone":
                        check_can_be_left(items, root)
                    rest.append(items)
            for items in rest:
                sharp.judge(items)
        self.counter.add(tree)
        self.counter.note(sharp.used)
        return leaves

    def _check_parts(self, items: Items, parts: Sequence[ByParts]) -> None:
        wanted = self.rules.wanted
        check_inside(items, self.root, [known.box for known in parts], "bound by parts", "that of the ")
        inside = self.rules.inside(items.lower, items.upper)
        for i, number in enumerate(items.side.tolist()):
            bound = parts[number].bound
            if not wanted.enough(Range(bound, bound), bool(inside[i])):
                raise Refused(
                    f"the parts together are at least {near(bound)}; needed {near(wanted.least)}, and more "
                    f"than {near(wanted.above or Fraction(0))} or a place inside the claimed one",
                    items.where(i),
                )


def _engines(node: Node, budget: Budget) -> tuple[SharpExpression, ...]:
    return tuple(SharpExpression(node, bits, budget) for bits in PRECISIONS)
