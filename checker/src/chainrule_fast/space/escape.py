"""Proofs that lead to a smaller problem: by a direction in which the loss falls for ever, and by weights that change nothing.

*Escape.* For a direction δ let ``a·δ <= 0`` for every term and ``< 0`` for one. h increases strictly, so the loss falls strictly along δ from
every point: it has no minimum, local or global. Let Z be the rows all of whose terms have ``a·δ = 0``; any other row has a label 0 or 1 (two
terms have opposite forms), one term, and no constant. From any θ, moving along δ leaves the rows in Z as they are and brings every other term
to 0, which is also the least that it can be. So ``inf f = (|Z|/n) inf f_Z`` (in weights of rows), and some θ comes as near to that limit as one likes; some θ tends to it
exactly where f_Z attains its infimum. Hypotheses: the claim is about all reals, *not attained*, along δ; ``a·δ <= 0`` for every term, ``< 0`` for one; no weight
with a penalty moves; the nested claim is about all reals and exactly the rows Z, over weights whose columns have the rank of all columns in Z.

*Fewer weights.* Where the columns of some weights K have the same rank as all columns, every ``A θ`` is an ``A_K φ``: fixing the other weights
at 0 loses nothing, neither of the infimum nor of its being attained. Only which minimisers are known may be less: every φ + (null space) costs the same. Hypotheses: the rank is the
same and the domain all reals, in both claims; or the domain holds the other weights at exactly 0 and is the nested one for K, where nothing is lost at all. With a penalty, equal ``A θ`` need not cost the same: see `_check_penalty`.
An escape with a penalty goes along the bias alone; it moves every row, so none stays, and nothing remains but the penalty on fixed weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from chainrule_fast.document import members
from chainrule_fast.engine import Range
from chainrule_fast.problem import Problem
from chainrule_fast.report import Refused, named
from chainrule_fast.space.checked import Checked
from chainrule_fast.space.claim import Progress, SpaceClaim, read_names, read_numbers, read_space_claim
from chainrule_fast.space.rank import check_rank
from chainrule_fast.space.sharp import Sharp
from chainrule_fast.space.terms import Terms

Nested = Callable[[Problem, Any, str], SpaceClaim]


def check_escape(problem: Problem, claim: Any, proof: Any, progress: Progress, nested: Nested) -> Checked:
    """Check that the loss falls for ever in the direction of the proof, and what is left of it there."""
    stated = read_space_claim(claim, problem.free)
    stated.all_reals()
    found = members(proof, "proof", ("method", "weights", "direction", "stays"))
    names = read_names(found["weights"], "proof.weights", problem.free, every=True)
    direction = read_numbers(found["direction"], "proof.direction", len(names))
    terms = Terms(problem, names)
    for name, factor, step in zip(names, terms.ridge, direction, strict=True):
        if factor and step:
            raise Refused(f"{named(name)} has a penalty, which grows along it; needed 0 there", "proof.direction")
    kept = _rows_that_stay(terms, direction)
    if stated.kind != "not-attained" or stated.direction is None:
        raise Refused(
            f"found {stated.kind!r}; a loss that falls for ever has no minimum, so 'not-attained'", "claim.kind"
        )
    for name, step in zip(names, direction, strict=True):
        if stated.direction[name] != step:
            raise Refused("found another number than in the proof's direction", f"claim.direction.{name}")
    infimum, reached = _infimum(terms, kept, found["stays"], nested)
    if not infimum.within(stated.value):
        raise Refused(f"the claimed {stated.value} does not hold the enclosure {infimum} of the infimum", "claim.value")
    progress(1, 1)
    stated = replace(stated, reached=reached, falls=True)
    return Checked(stated, f"a direction and the {len(kept):,} that stay", 0, "exact rationals")


def _rows_that_stay(terms: Terms, direction: tuple[Fraction, ...]) -> list[int]:
    """Z; Refused where some term grows along the direction, or none falls."""
    kept, problem = [], terms.problem
    falling = False
    for row in range(terms.rows):
        step = sum((a * d for a, d in zip(terms.slopes(row), direction, strict=True)), Fraction(0))
        if step == 0:
            kept.append(row)
            continue
        label = problem.label(row)
        # Label 0: the term h(z). Label 1: h(−z). Between: both, and one of them grows.
        if not (label == 0 and step < 0) and not (label == 1 and step > 0):
            raise Refused(
                f"row {row}, with label {float(label):g}, changes by {float(step):.5g} along it: its loss grows",
                "proof.direction",
            )
        falling = True
    if not falling:
        raise Refused("no row changes along it", "proof.direction")
    return kept


def _infimum(terms: Terms, kept: list[int], stays: Any, nested: Nested) -> tuple[Range, bool | None]:
    """Of the whole loss, from the rows that stay; and whether the loss tends to it from some point: where these attain theirs."""
    if not kept:
        if stays is not None:
            raise Refused("no row stays; needed null", "proof.stays")
        # The penalty on the free weights is 0 where they are, and any bias may still grow.
        return Range(terms.problem.rest, terms.problem.rest), True
    found = members(stays, "proof.stays", ("weights", "certificate"))
    names = read_names(found["weights"], "proof.stays.weights", terms.names, every=False)
    check_rank(terms, kept, names, "proof.stays.weights")
    inner = nested(terms.problem.part(kept, names), found["certificate"], "proof.stays.certificate")
    inner.all_reals("proof.stays.certificate")
    share = sum((terms.problem.mass(row) for row in kept), Fraction(0)) / terms.total
    return Range(share * Fraction(inner.value.lower), share * Fraction(inner.value.upper)), inner.attained


def check_reduce(problem: Problem, claim: Any, proof: Any, progress: Progress, nested: Nested) -> Checked:
    """Check that some weights may be fixed at 0, and that what is then proved is what is claimed."""
    stated = read_space_claim(claim, problem.free)
    found = members(proof, "proof", ("method", "weights", "kept"))
    names = read_names(found["weights"], "proof.weights", problem.free, every=True)
    left = members(found["kept"], "proof.kept", ("weights", "certificate"))
    kept = read_names(left["weights"], "proof.kept.weights", names, every=False)
    terms = Terms(problem, names)
    if stated.domain is None:
        check_rank(terms, None, kept, "proof.kept.weights")
        _check_penalty(terms, kept)
    inner = nested(problem.part(None, kept), left["certificate"], "proof.kept.certificate")
    _check_domain(stated, inner)
    if inner.kind != stated.kind:
        raise Refused(f"found {stated.kind!r}; with fewer weights it is {inner.kind!r}", "claim.kind")
    if not inner.value.within(stated.value):
        raise Refused(f"the claimed {stated.value} does not hold {inner.value}", "claim.value")
    nowhere = (Fraction(0), Fraction(0))
    for name in names:
        if stated.at is not None and inner.at is not None:
            low, high = inner.at.get(name, nowhere)
            if not (stated.at[name][0] <= low and high <= stated.at[name][1]):
                raise Refused("does not hold the place of the minimum with fewer weights", f"claim.at.{name}")
        if stated.direction is not None and stated.direction[name] != (inner.direction or {}).get(name, 0):
            raise Refused("found another direction than with fewer weights", f"claim.direction.{name}")
    progress(1, 1)
    # Over all reals other weights reach the same forms, at other places; not where each other weight has a penalty, which 0 alone saves.
    same = stated.domain is not None or bool(terms.problem.penalty) or len(kept) == len(names)
    stated = replace(stated, every=inner.every and same, reached=inner.reached, falls=inner.falls)
    columns = ", ".join(map(named, kept)) or "no weight"
    return Checked(stated, f"the rank of the columns of {columns}", 0, "exact rationals")


def _check_penalty(terms: Terms, kept: tuple[str, ...]) -> None:
    """With a penalty: refused unless 0 is best for each weight that is not kept, whatever the others are.

    It is where the weight's input is one number c in all rows, and the bias, which costs nothing, is kept and takes its part over; or c = 0.
    """
    if not terms.problem.penalty:
        return
    first = terms.slopes(0)
    bias = any(not factor for name, factor in zip(terms.names, terms.ridge, strict=True) if name in kept)
    for j, name in enumerate(terms.names):
        if name not in kept and first[j] and not bias:
            raise Refused(
                f"there is a penalty, and {named(name)} = 0 may cost more than it saves; needed a kept bias to take its part over",
                "proof.kept.weights",
            )
        if name not in kept and any(terms.slopes(row)[j] != first[j] for row in range(1, terms.rows)):
            raise Refused(
                f"there is a penalty, and the input of {named(name)} is not the same in all rows", "proof.kept.weights"
            )


def _check_domain(stated: SpaceClaim, inner: SpaceClaim) -> None:
    """The domain is the inner one, with the other weights exactly 0."""
    if stated.domain is None:
        inner.all_reals("proof.kept.certificate")
        return
    nowhere = (Fraction(0), Fraction(0))
    for name, ends in stated.domain.items():
        if inner.domain is None or inner.domain.get(name, nowhere) != ends:
            raise Refused("is not the domain with fewer weights, and 0 for the others", f"claim.domain.{name}")


def check_constant(problem: Problem, claim: Any, proof: Any, progress: Progress, nested: Nested) -> Checked:
    """Check a claim about a loss without free weights: a number."""
    stated = read_space_claim(claim, problem.free)
    stated.all_reals()
    members(proof, "proof", ("method",))
    if problem.free:
        raise Refused(f"{len(problem.free)} weights are free; this method needs none", "proof.method")
    if stated.kind != "attained":
        raise Refused(f"found {stated.kind!r}; a number is attained", "claim.kind")
    terms = Terms(problem, ())
    first = Sharp(terms, 80)
    value = Range(0, 0)
    for sharp in (first, Sharp(terms, 160, first), Sharp(terms, 640, first)):
        value = sharp.value(())
        if value.within(stated.value):
            progress(1, 1)
            return Checked(replace(stated, every=True), "no weight", 0, sharp.name)
    raise Refused(f"the claimed {stated.value} does not hold the loss, which lies in {value}", "claim.value")
