"""The method *boxes*: a tree of boxes over a bounded core, wells, and what lies outside. See docs/certificate.md, section 5.

Hypotheses of every claim by boxes; D is what the tree speaks of: the claimed box (cut by slabs, in `coordinates`), or all reals, or, where the loss is convex, the core:

1. The leaves cover the core, which is the claimed box where there is one (`tree`).
2. The best point lies in D, and the loss there is at most U (not for *not attained*).
3. On each natural, envelope, open, *above* or *off* leaf: the loss is at least L; and above U, or the leaf lies in `at`; or the leaf misses D.
4. On each monotone leaf and face node a partial derivative has one sign; where D is bounded a small step downhill from anywhere in the leaf stays in D.
5. A leaf's well is convex with its modulus, its point lies in it and in D, and what it bounds is as in 3 (`wells`).
6. Over all reals the loss outside the core is above U, or at least L where nothing is said of the place (`outside`); or it is convex (`_check_convex`).

Why the claim follows. Let θ* be a global minimiser over the domain. On a box where ``∂f/∂θ_j`` is not zero, θ* can lie only on the face of the
*domain* that the loss falls towards: a monotone leaf that does not touch it does not hold θ*, and of a face node θ* lies in the child.
So θ* lies in one of the other leaves; there ``f >= L``, and ``f(θ*) <= f(best) <= U`` leaves only those inside `at`. A bounded domain has such
a θ*. Over all reals: if the loss outside the core is above U, or if it is at least L while the infimum were less, then too.

An approach shows that the loss exceeds a number V on a leaf or a cell (`approach`), which is as good as a bound above U, or at least L, where V is.

A claim that the infimum is *not attained* is about the V of the first of them: the loss tends to V along a direction. Were it V or less anywhere, then, being above V outside the core, it would have a global
minimiser inside: stationary, so on no monotone leaf and on no box of a face; and on all other leaves it is above V: by a bound, or by an approach.
So it is above V everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from chainrule_fast.document import members
from chainrule_fast.judge import MANY
from chainrule_fast.problem import Problem
from chainrule_fast.report import Refused
from chainrule_fast.report import count as spoken
from chainrule_fast.space.approaches import read_approaches
from chainrule_fast.space.cells import group, read_cells
from chainrule_fast.space.checked import Checked
from chainrule_fast.space.claim import Box, Progress, SpaceClaim, read_box, read_names, read_numbers, read_space_claim
from chainrule_fast.space.cores import Cores
from chainrule_fast.space.directed import Directed
from chainrule_fast.space.groups import Nested, Together, read_bundles, read_groups
from chainrule_fast.space.leaves import SLOPES, Leaves
from chainrule_fast.space.nodes import box_of, check_best, check_can_be_left
from chainrule_fast.space.outside import check_outside
from chainrule_fast.space.rough import Rough
from chainrule_fast.space.rules import Above, Rules, Wanted
from chainrule_fast.space.slabs import Slabs, check_loose
from chainrule_fast.space.stationary import NOTHING, check_stationary, of_terms, without_stationary
from chainrule_fast.space.terms import Terms
from chainrule_fast.space.tree import Root, walk
from chainrule_fast.space.wells import Well, check_wells, read_wells

OPTIONAL = ("cells", "groups", "bundles", "approaches", "stationary")
KINDS = ("face", "natural", "monotone", "envelope", "well", "open")
NO_SLABS = Slabs(())


Engine = Directed | Rough
"""Answers what is decided once: the loss at the best point, and everything about a well."""


def sharps(terms: Terms) -> tuple[Directed, ...]:
    """From fast to precise; with many rows only as precise as is worth its time."""
    first = Directed(terms, 80)
    return (first, *(Directed(terms, bits, first) for bits in ((160, 320, 640) if terms.rows <= MANY else (160,))))


def check_boxes(
    problem: Problem, claim: Any, proof: Any, progress: Progress, nested: Nested, slabs: Slabs = NO_SLABS
) -> Checked:
    """Check a claim by boxes; Refused, naming the place, where anything in it is not proved.

    With `slabs` (and a claimed box) it is about that box cut by them; see `coordinates`.
    """
    every = isinstance(proof, Mapping) and "stationary" in proof
    stated = read_space_claim(without_stationary(claim) if every else claim, problem.free)
    keys = ("method", "weights", "core", "best", "wells", "tree", "outside")
    found = members(proof, "proof", keys, (*OPTIONAL, "stationary"))
    names = read_names(found["weights"], "proof.weights", problem.free, every=True)
    if not names:
        raise Refused("no weight is free; needed the method 'constant'", "proof.weights")
    terms, core = Terms(problem, names), read_box(found["core"], "proof.core", len(names))
    domain = None if stated.domain is None else box_of(stated.domain, names)
    if domain is not None and core != domain:
        raise Refused("the core is not the claimed domain; needed the same box", "proof.core")
    groups = read_groups(found.get("groups", []), terms)
    together = Together(terms, groups, read_bundles(found.get("bundles", []), terms, groups, nested))
    approaches = []
    if "approaches" in found:
        approaches = read_approaches(found["approaches"], terms, together, names, stated, nested)
    if stated.kind == "not-attained" and not approaches:
        raise Refused("found 'not-attained'; boxes alone prove a minimum, or only an infimum", "claim.kind")
    at = None if stated.at is None else box_of(stated.at, names)
    wanted = Wanted(Fraction(stated.value.lower), Fraction(stated.value.upper) if at else None, at)
    at_infinity = stated.kind == "not-attained"
    if at_infinity:
        most = Fraction(approaches[0].limit.upper)
        wanted = Wanted(most, most, None)
    balls, root = sharps(terms), Root(core)
    engines: tuple[Engine, ...] = (Rough(terms), *balls)
    convex = domain is None and found["outside"] == "convex"
    if convex:
        _check_convex(stated, terms, core, at)
    # By convexity a minimiser over the core stands for all reals: then the tree, its wells and the best point speak of the core as of a claimed domain.
    faces = core if convex else domain
    if not at_infinity:
        best = read_numbers(found["best"], "proof.best", len(names))
        check_best(best, faces, stated, engines)
        if not slabs.holds(best):
            raise Refused("this point does not lie in the domain: a slab cuts it off", "proof.best")
    elif found["best"] is not None:
        raise Refused("no point is as low as the limit of the approach; needed null", "proof.best")
    wells = read_wells(found["wells"], len(names), faces)
    for i, well in enumerate(wells):
        if not slabs.holds(well.point):
            raise Refused("the point does not lie in the domain: a slab cuts it off", f"proof.wells[{i}].point")
    above = Above(terms, approaches)
    grids = group(terms, read_cells(found.get("cells", []), len(names)))
    leaves = Leaves.of_terms(terms, Rules(root, wanted, above), balls, grids)
    total = len(found["tree"]) if isinstance(found["tree"], (list, tuple)) else 1
    count = _check_tree(
        found["tree"], leaves, wells, engines, faces is not None, slabs, lambda number: progress(number + 1, total + 1)
    )
    if domain is None and not convex:
        count += check_outside(found["outside"], terms, core, stated, wanted, balls, together, above)
    elif domain is not None and found["outside"] is not None:
        raise Refused("the domain is a box, and the core is all of it; needed null", "proof.outside")
    points = check_stationary(claim, found["stationary"], of_terms(terms, balls), domain) if every else NOTHING
    progress(total + 1, total + 1)
    reached = approaches[0].reached if at_infinity else None
    return Checked(
        replace(stated, every=stated.kind == "attained", reached=reached),
        f"{spoken(count + points.leaves, 'leaf box', 'leaf boxes')} and {spoken(len(wells), 'well')}{points.steps}",
        count + points.leaves,
        points.used or leaves.used,
        points.known,
        points.sentence,
    )


def _check_convex(claim: SpaceClaim, terms: Terms, core: Box, at: Box | None) -> None:
    """Refused unless the tree's minimisers over the core are the global ones. Hypotheses:

    1. The loss is convex on all of R^k. (A penalty is convex too.)
    2. The claim is that the minimum is attained.
    3. All minimisers over the core lie in `at`: the best point, the wells and the faces are held to the core as to a claimed domain.
    4. `at` lies strictly inside the core.

    If all minimisers over the core lie in `at`, strictly inside it, one is a local minimiser, so by convexity a global one; and a
    global minimiser outside the core would make the whole segment to it one of minimisers, some of them in the core but not in `at`.
    """
    if not terms.shape.convex:
        raise Refused(f"the loss {terms.shape.name} is not convex; needed a tree for each face", "proof.outside")
    if claim.kind != "attained" or at is None:
        raise Refused(f"found the claim {claim.kind}; convexity proves a minimum", "proof.outside")
    if not all(low < first and last < high for (low, high), (first, last) in zip(core, at, strict=True)):
        raise Refused("the claimed place reaches the core's faces; needed it strictly inside", "claim.at")


def _check_tree(
    tree: Any,
    leaves: Leaves,
    wells: list[Well],
    engines: tuple[Engine, ...],
    bounded: bool,
    slabs: Slabs,
    progress: Callable[[int], None],
) -> int:
    """Check every node; returns the number of leaves."""
    root, used, count = leaves.rules.root, set[int](), 0
    approached = leaves.rules.approached
    kinds = (
        *KINDS,
        *(["above"] if approached and approached.approaches else []),
        *(["off"] if slabs.each else []),
    )
    binding = slabs.binding(root.box)
    with Cores(leaves, len(tree) * leaves.ladder[0].terms.size if isinstance(tree, (list, tuple)) else 0) as cores:
        for found in walk(tree, root, "proof.tree", kinds, progress):
            rest = []
            for kind, items in found.items():
                count += len(items) if kind != "face" else 0
                if kind == "well":
                    check_wells(items, root, wells, used, leaves.rules.wanted, engines, "proof.wells")
                elif kind == "off":
                    for i, number in enumerate(items.side.tolist()):
                        slabs.check_off(number, *items.box(i), items.where(i))
                else:
                    if kind == "monotone" and bounded:
                        check_can_be_left(items, root)
                    if binding and kind in SLOPES:
                        for i, side in enumerate(items.side.tolist()):
                            check_loose(binding, side, *items.box(i), items.where(i))
                    rest.append(items)
            for items in rest:
                cores.judge(items)
        cores.finish()
    return count
