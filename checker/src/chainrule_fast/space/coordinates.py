"""Proofs in other coordinates for the weights: ``θ = T φ`` with T invertible.

``a·θ = (aᵀT)·φ``, so the loss as a function of φ is the loss of the same neuron on the columns ``A T``, formed here exactly. θ ↦ φ is one-to-one and onto,
so the infimum is the same, it is attained at ``T φ*`` where it is at φ*, and a direction d of φ is the direction ``T d`` of θ.

A penalty is the same function of φ where every weight that has one is its own coordinate: ``θ_j = φ_j``, a row of T with one number 1 and zeros.

A box of θ is, in φ, the set where every ``(T φ)_j`` lies in its interval: a *slab* for each weight j. The inner proof, which is one by boxes, then is about
a box of φ that holds this set, cut by the slabs; the image of the box of θ under ``T⁻¹`` is, exactly, the hull of the set.

Hypotheses: T is invertible; a weight with a penalty is its own coordinate; the column of a free bias stays 1; the inner claim is about all reals as the outer one is, or about a box that holds
``T⁻¹`` of the claimed one; the inner proof is one by boxes over the weights in the order of T, and heeds the slabs; the kind is the same; value, place (its image under T, cut with the
domain) and direction hold what follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat

from chainrule_fast.balls import rational
from chainrule_fast.document import elements, members
from chainrule_fast.problem import Problem
from chainrule_fast.rationals import bounded, double_enclosure, near
from chainrule_fast.report import Refused, named
from chainrule_fast.space.boxes import check_boxes
from chainrule_fast.space.checked import Checked
from chainrule_fast.space.claim import Progress, SpaceClaim, read_names, read_numbers, read_space_claim
from chainrule_fast.space.groups import Nested
from chainrule_fast.space.slabs import Slab, Slabs, image

MOST = 256  # weights: the inverse of a larger matrix would take long
Matrix = list[tuple[Fraction, ...]]


def check_coordinates(problem: Problem, claim: Any, proof: Any, progress: Progress, nested: Nested) -> Checked:
    """Check a claim by a proof of the same claim in other coordinates."""
    stated = read_space_claim(claim, problem.free)
    found = members(proof, "proof", ("method", "weights", "matrix", "inner"))
    names = read_names(found["weights"], "proof.weights", problem.free, every=True)
    k = len(names)
    if k > MOST:
        raise Refused(f"found {k} weights; needed at most {MOST}", "proof.weights")
    rows = elements(found["matrix"], "proof.matrix", "one row for each weight", k, k)
    matrix = [read_numbers(row, f"proof.matrix[{i}]", k) for i, row in enumerate(rows)]
    for i, name in enumerate(names):
        if problem.ridge(name) and matrix[i] != tuple(Fraction(int(i == j)) for j in range(k)):
            raise Refused(
                f"{named(name)} has a penalty, which is another one in these coordinates; needed its row to be one number 1 and zeros",
                f"proof.matrix[{i}]",
            )
    inverse = _inverse(matrix)
    slabs = Slabs(())
    if stated.domain is not None:
        slabs = Slabs(tuple(Slab(row, *stated.domain[name]) for row, name in zip(matrix, names, strict=True)))
    checked = _check_inner(_changed(problem, names, matrix), found["inner"], progress, nested, slabs, names)
    inner = checked.stated
    _check_domain(stated, inner, names, inverse)
    if inner.kind != stated.kind:
        raise Refused(f"found {stated.kind!r}; in the other coordinates it is {inner.kind!r}", "claim.kind")
    if not inner.value.within(stated.value):
        raise Refused(f"the claimed {stated.value} does not hold {inner.value}", "claim.value")
    for name, row in zip(names, matrix, strict=True):
        if stated.at is not None and inner.at is not None:
            ends = [(Fraction(low), Fraction(high)) for low, high in (inner.at[other] for other in names)]
            low, high = image(row, [low for low, _ in ends], [high for _, high in ends])
            if stated.domain is not None:
                low, high = max(low, stated.domain[name][0]), min(high, stated.domain[name][1])
            if not (stated.at[name][0] <= low and high <= stated.at[name][1]):
                raise Refused("does not hold the place of the minimum in the other coordinates", f"claim.at.{name}")
        if stated.direction is not None and inner.direction is not None:
            step = sum((t * inner.direction[other] for t, other in zip(row, names, strict=True)), Fraction(0))
            if stated.direction[name] != step:
                raise Refused("is not the direction of the other coordinates", f"claim.direction.{name}")
    stated = replace(stated, every=inner.every, reached=inner.reached)
    return replace(checked, stated=stated, steps=f"a change of coordinates, {checked.steps}")


def _check_inner(
    problem: Problem, value: Any, progress: Progress, nested: Nested, slabs: Slabs, names: tuple[str, ...]
) -> Checked:
    """The proof by boxes of the φ in the slabs, its weights in the order of `names`."""
    found = members(value, "proof.inner", ("claim", "proof"))
    proof = found["proof"]
    if not isinstance(proof, Mapping) or proof.get("method") != "boxes" or "stationary" in proof:
        raise Refused("needed a proof with the method 'boxes', and no list of stationary points", "proof.inner.proof")
    if proof.get("weights") != list(names):
        raise Refused("needed the weights in the order of the matrix", "proof.inner.proof.weights")
    try:
        return check_boxes(problem, found["claim"], proof, progress, nested, slabs)
    except Refused as refusal:
        raise Refused(refusal.message, f"proof.inner.{refusal.place}") from None


def _inverse(matrix: Matrix) -> Matrix:
    k = len(matrix)
    try:
        found = fmpq_mat(k, k, [fmpq(x.numerator, x.denominator) for row in matrix for x in row]).inv()
    except ZeroDivisionError:
        raise Refused("the matrix is singular; needed one that has an inverse", "proof.matrix") from None
    return [tuple(Fraction(int(found[i, j].p), int(found[i, j].q)) for j in range(k)) for i in range(k)]


def _changed(problem: Problem, names: tuple[str, ...], matrix: Matrix) -> Problem:
    """The problem on the columns ``A T``: exact numbers in the rows, and enclosures of them."""
    columns = [problem.names.index(name) for name in names]
    width = len(problem.inputs)
    for j, column in enumerate(columns):
        unit = tuple(Fraction(int(i == j)) for i in range(len(names)))
        if column == width and tuple(row[j] for row in matrix) != unit:
            raise Refused("the column of the bias is not one number 1 and zeros; needed that", "proof.matrix")
    points, lower, upper = [], problem.lower.copy(), problem.upper.copy()
    changed = [(j, column) for j, column in enumerate(columns) if column < width]
    turn = [[(i, rational(row[j])) for i, row in enumerate(matrix) if row[j]] for j in range(len(names))]
    for i in range(problem.rows):
        slopes = [rational(problem.slope(i, column)) for column in columns]
        point = list(problem.points[i])
        for j, column in changed:
            product = sum((t * slopes[row] for row, t in turn[j]), fmpq(0))
            number = Fraction(int(product.p), int(product.q))
            if not bounded(number):
                raise Refused(
                    f"the new number in row {i} is {near(number, 3)}; needed 0 or 1e-100 to 1e100", "proof.matrix"
                )
            point[column] = number
            lower[column, i], upper[column, i] = double_enclosure(number)
        points.append(point)
    return replace(problem, points=points, lower=lower, upper=upper)


def _check_domain(stated: SpaceClaim, inner: SpaceClaim, names: tuple[str, ...], inverse: Matrix) -> None:
    """All reals in both, or an inner box that holds all φ with ``T φ`` in the claimed one."""
    if stated.domain is None:
        inner.all_reals("proof.inner")
        return
    if inner.domain is None:
        raise Refused("found 'all reals'; needed a box that holds the claimed domain", "proof.inner.claim.domain")
    ends = [stated.domain[name] for name in names]
    for name, row in zip(names, inverse, strict=True):
        low, high = image(row, [low for low, _ in ends], [high for _, high in ends])
        first, last = inner.domain[name]
        if not (first <= low and high <= last):
            raise Refused(
                f"[{near(first, 9)}, {near(last, 9)}] does not hold [{near(low, 9)}, {near(high, 9)}], where the domain is",
                f"proof.inner.claim.domain.{name}",
            )
