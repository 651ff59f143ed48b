"""Wells: boxes on which the loss is strongly convex, so that one point bounds it from below and holds its minimisers near.

With J the sides of the box that have a width, and ``M = (1/Ω) Σ ω min h''(z) a aᵀ + 2 diag(λ)`` over J: for every point of the box and every
direction d in J, ``dᵀ∇²f d >= dᵀMd``, because every ``a aᵀ`` is positive semidefinite. If ``M − μI`` is positive definite, then for
p and θ in the box, g the gradient at p over J, ``s = |θ − p|``:

    f(θ) >= f(p) − |g| s + μ s²/2.

So ``f(θ) >= f(p) − |g|²/(2μ)``, besides whatever else bounds f on the box (a loss is at least 0, a formula what its range is), and ``f(θ) <= f(p)`` only where ``s <= 2|g|/μ``. A global minimiser over a domain that holds p is such a θ.

Hypotheses: ``μ > 0``; p lies in the box, and in the domain; M − μI is positive definite on all of the box, or on parts that cover it; the leaf lies in the box; the bound
is at least L, and above U, or all of the box within ``2|g|/μ`` of p, side by side, lies in `at`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb

from chainrule_fast.balls import precision, range_of, rational
from chainrule_fast.document import elements, members
from chainrule_fast.engine import Range
from chainrule_fast.exponential import Floats
from chainrule_fast.rationals import exact, near, plus
from chainrule_fast.report import Refused
from chainrule_fast.space.claim import Box, read_box, read_numbers
from chainrule_fast.space.halving import Part
from chainrule_fast.space.nodes import check_inside
from chainrule_fast.space.rough import Rough, hull
from chainrule_fast.space.rules import Wanted
from chainrule_fast.space.sharp import Sharp
from chainrule_fast.space.tree import Items, Root

MOST = 10_000
DEPTH = 7  # so often a well is cut in two
MOST_WORK = 2**18  # parts × rows that are cut again


@dataclass(frozen=True)
class Well:
    box: Box
    point: tuple[Fraction, ...]
    modulus: Fraction


def read_wells(value: Any, k: int, domain: Box | None, where: str = "proof.wells") -> list[Well]:
    """The wells of a proof; Refused where one is not well formed, or its point lies outside its box or the domain."""
    wells = []
    for i, entry in enumerate(elements(value, where, "wells", 0, MOST)):
        place = f"{where}[{i}]"
        found = members(entry, place, ("box", "point", "modulus"))
        box, point = read_box(found["box"], f"{place}.box", k), read_numbers(found["point"], f"{place}.point", k)
        for name, other in (("the well's box", box), ("the domain", domain)):
            if other is not None and not all(low <= x <= high for x, (low, high) in zip(point, other, strict=True)):
                raise Refused(f"the point does not lie in {name}", f"{place}.point")
        modulus = exact(found["modulus"], f"{place}.modulus")
        if not modulus > 0:
            raise Refused("needed a modulus above 0", f"{place}.modulus")
        wells.append(Well(box, point, modulus))
    return wells


def check_wells(
    items: Items,
    root: Root,
    wells: Sequence[Well],
    proved: set[int],
    wanted: Wanted,
    engines: Sequence[Sharp | Rough],
    place: str,
) -> None:
    """Refused unless each item lies in the well that it names, and those wells are shown; what was `proved` before is not looked at again."""
    check_inside(items, root, [well.box for well in wells], "well")
    for i in sorted(set(items.side.tolist()) - proved):
        check_well(wells[i], wanted, engines, f"{place}[{i}]")
        proved.add(i)


def check_well(well: Well, wanted: Wanted, engines: Sequence[Sharp | Rough], place: str) -> str:
    """Refused unless the loss is so convex on the well, and its leaves are settled; returns the arithmetic that was needed."""
    sides = [j for j, (low, high) in enumerate(well.box) if low < high]
    # The arithmetic that sees the convexity need not be the one that knows the value well enough.
    enough = next((number for number, engine in enumerate(engines) if _convex(well, sides, engine)), None)
    if enough is None:
        raise Refused(f"the loss is not proved to be convex with this modulus, {float(well.modulus):.5g}", place)
    refusal = None
    for number, engine in enumerate(engines):
        refusal = _refusal(well, sides, wanted, engine, place)
        if refusal is None:
            return engines[max(number, enough)].name
    assert refusal is not None
    raise refusal


def _refusal(well: Well, sides: list[int], wanted: Wanted, sharp: Sharp | Rough, place: str) -> Refused | None:
    with precision(sharp.bits):
        gradient = sharp.gradient(well.point)
        square = arb(0)
        for j in sides:
            low, high = gradient[j].lower, gradient[j].upper
            if isinstance(low, float) or isinstance(high, float):
                return Refused("the gradient at the point is out of reach", place)
            square += arb(rational(max(-low, high))) ** 2
        drop = range_of(square, square / (2 * arb(rational(well.modulus)))).upper
        radius = range_of(arb(0), 2 * square.sqrt() / arb(rational(well.modulus))).upper
    if isinstance(drop, float) or isinstance(radius, float):
        return Refused("the gradient at the point is out of reach", place)
    value = sharp.value(well.point)
    lowest = sharp.least_on([low for low, _ in well.box], [high for _, high in well.box])
    floor = Range(max(plus(value.lower, -drop, -1), lowest), value.upper)
    inside = wanted.at is not None and _near(well, sides, radius, wanted.at)
    if not wanted.enough(floor, inside):
        return Refused(
            f"the least loss in this well lies in {floor}, and within {near(radius, 3)} of its point; needed at least "
            f"{float(wanted.least):.17g}, and more than {float(wanted.above or 0):.17g} or a place inside the claimed one",
            place,
        )
    return None


def _convex(well: Well, sides: list[int], sharp: Sharp | Rough) -> bool:
    """Whether the loss has this modulus on all of the box. Doubles look at its halves, and theirs: the forms range less over a part, and a Hessian
    that is at least μ at every point of every part is so on the box."""
    lower, upper = [low for low, _ in well.box], [high for _, high in well.box]
    with precision(sharp.bits):
        if not isinstance(sharp, Rough):
            return positive_definite(sharp.curvature(lower, upper, sides), well.modulus)
        return _convex_in_parts(*hull(lower, upper), well.modulus, sides, sharp)


def _convex_in_parts(low: Floats, high: Floats, modulus: Fraction, sides: list[int], rough: Rough) -> bool:
    part, weight = Part(np.zeros(1, dtype=np.intp), low, high), np.zeros(low.shape[1])
    weight[sides] = 1 / (high - low)[0, sides]  # one side after the other
    for _ in range(DEPTH + 1):
        found = rough.curvatures(part.lower, part.upper, sides)
        part = part.only(np.array([not positive_definite(matrix, modulus) for matrix in found], dtype=np.bool_))
        if not len(part.owner) or not sides or len(part.owner) * rough.terms.rows > MOST_WORK:
            break
        part, thin = part.halves(weight)
        if len(thin):
            return False
    return not len(part.owner)


def _near(well: Well, sides: list[int], radius: Fraction, at: Box) -> bool:
    """Whether all of the box within `radius` of the point lies in `at`, side by side."""
    for j, ((low, high), x, (first, last)) in enumerate(zip(well.box, well.point, at, strict=True)):
        reach = radius if j in sides else Fraction(0)
        if not (first <= max(low, x - reach) and min(high, x + reach) <= last):
            return False
    return True


def positive_definite(matrix: list[list[arb]], modulus: Fraction) -> bool:
    """Whether ``matrix − modulus·I`` surely is: all pivots of its LDLᵀ are positive. (No rows: yes.)"""
    size = len(matrix)
    m = [[matrix[i][j] - (arb(rational(modulus)) if i == j else 0) for j in range(size)] for i in range(size)]
    for i in range(size):
        if not m[i][i] > 0:
            return False
        for j in range(i + 1, size):
            factor = m[j][i] / m[i][i]
            for column in range(i + 1, size):
                m[j][column] -= factor * m[i][column]
    return True
