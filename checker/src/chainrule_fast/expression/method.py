"""The method `expression`: a claim about any expression, checked piece by piece with this package's own differentiation."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from chainrule_fast.budget import Budget
from chainrule_fast.claim import SIDES, Proof, Stationary, counted
from chainrule_fast.document import members
from chainrule_fast.engine import Range
from chainrule_fast.expression.boxes import check_boxes
from chainrule_fast.expression.branches import has_kinks, is_constant, on_branches
from chainrule_fast.expression.claim import Claim, read_claim, read_proof
from chainrule_fast.expression.engine import Expressed
from chainrule_fast.expression.neuron import check_neuron
from chainrule_fast.expression.tree import Formula, read_free, read_tree
from chainrule_fast.judge import Judge
from chainrule_fast.pieces import SIGNS, Owner, match_entries, owners_of
from chainrule_fast.ranges import derivative, mean_value
from chainrule_fast.rationals import End, shown
from chainrule_fast.report import Refused, Report, count, listed
from chainrule_fast.sentence import sentence
from chainrule_fast.space.claim import of_line

PRECISIONS = (80, 160, 320, 640, 1280)
Progress = Callable[[int, int], None]


def _is_root(judge: Judge, v: Fraction) -> bool:
    """Whether the slope at v is exactly 0."""
    # Exact arithmetic tells; where a part that does not move is irrational, balls still know a slope of exactly 0: an interval of one number.
    slope = judge.engines[0].curve(1, v, v)
    return slope.lower == slope.upper == 0


class Branches(Judge):
    """Judges an expression; between two ends, on the branches of relu and abs that are certain there (`branches`)."""

    def __init__(self, formula: Formula, whole: Judge | None = None) -> None:
        self.formula, self.whole, self.kinked = formula, whole, has_kinks(formula.node)
        super().__init__(tuple(Expressed(formula.node, bits, formula.budget) for bits in PRECISIONS))

    @property
    def flat(self) -> bool:
        return is_constant(self.formula.node)

    def on(self, left: End, right: End) -> Branches:
        if not self.kinked:
            return self
        return Branches(replace(self.formula, node=on_branches(self.formula.node, left, right)), self)

    def _note(self, level: int) -> None:
        super()._note(level)
        if self.whole is not None:
            self.whole._note(level)


def _check_entry(entry: Stationary, owner: Owner, judge: Branches, place: str, weight: str) -> None:
    """The slope changes sign between the ends of `at`, or is exactly 0 at the one number in it; `value` holds the value there.

    Of a corner its two neighbours have told; of a plateau its pieces, but for this: an expression without a variable may be without a value, as 1/0 is.
    """
    if entry.kind == "plateau" and not _value_of(entry, judge.engines[0]).is_bounded:
        raise Refused("the expression is not shown to have a value there", f"{place}.kind")
    if entry.kind in ("minimum", "maximum") and owner.left < owner.right:
        here = judge.on(owner.left, owner.right)
        left, right = entry.ends
        before = -1 if entry.kind == "minimum" else 1
        for v, sign in () if left == right and _is_root(here, left) else ((left, before), (right, -before)):
            here.sign(derivative(1, v, v), sign, f"{place}.at.{weight}", f"the slope at {float(v):.17g}")
    judge.holds(entry.value, lambda e: _value_of(entry, e), f"{place}.value", f"the value at the entry ({entry.kind})")


def _value_of(entry: Stationary, engine: Any) -> Range:
    """The value on all of an entry's interval; at its one stationary point, if it is a minimum or maximum.

    Unlike a loss it may be negative.
    """
    if entry.kind == "plateau":
        found: Range = engine.curve(0, *[_point_of(entry)] * 2)
        return found
    left, right = entry.ends
    ends = [engine.curve(0, v, v) for v in (left, right)]
    found = mean_value(engine.curve(0, left, right), ends[0], engine.curve(1, left, right), right - left)
    if entry.kind == "minimum":
        return Range(found.lower, min(found.upper, *(end.upper for end in ends)))
    if entry.kind == "maximum":
        return Range(max(found.lower, *(end.lower for end in ends)), found.upper)
    return found


def _point_of(plateau: Stationary) -> Fraction:
    """A point of it: a finite end, or 0."""
    return next((end for end in (plateau.left, plateau.right) if isinstance(end, Fraction)), Fraction(0))


def _least_of(entry: Stationary, engine: Any) -> Range:
    """The least value on the interval of a minimum, a plateau or an unknown entry."""
    found = _value_of(entry, engine)
    if entry.kind == "plateau":
        return found
    return Range(found.lower, min(found.upper, *(engine.curve(0, v, v).upper for v in entry.ends)))


def check_expression(problem: Any, claim: Any, proof: Any, progress: Progress, budget: Budget) -> Report:
    """Check a claim about an expression; Refused, naming the place, where anything in it is not proved, or asks for more work than `budget`."""
    stated = members(problem, "problem", ("expression", "free"))
    free = read_free(stated["free"])
    formula = Formula(read_tree(stated["expression"], free), free, budget)
    method = proof.get("method") if isinstance(proof, Mapping) else None
    if method == "boxes":
        return check_boxes(formula, claim, proof, progress)
    if method == "neuron":
        return check_neuron(formula.node, free, claim, proof, progress)
    if method != "expression":
        raise Refused(
            f"found {shown(method)}; of an expression this checker knows expression, boxes, neuron", "proof.method"
        )
    if len(free) != 1:
        raise Refused(f"found {len(free)} variables; the method 'expression' needs exactly one", "problem.free")
    return _check_line(formula, claim, proof, progress)


def _check_line(formula: Formula, claim_value: Any, proof_value: Any, progress: Progress) -> Report:
    (weight,) = formula.free
    claim = read_claim(claim_value, weight)
    proof = read_proof(proof_value, weight, claim.domain)
    formula.allow(len(proof.pieces) + len(claim.stationary) + len(proof.slopes))
    judge = Branches(formula)
    total = len(proof.pieces) + len(claim.stationary) + 1
    done = iter(range(1, total + 1))

    def step() -> None:
        progress(next(done), total)

    for side in proof.slopes:
        _check_tail(side, claim, proof, judge, weight)
    owners = match_entries(list(owners_of(proof, judge, step)), claim.stationary, proof, weight)
    for i, (entry, owner) in enumerate(zip(claim.stationary, owners, strict=True)):
        _check_entry(entry, owner, judge, f"claim.stationary[{i}]", weight)
        step()
    judge.first(lambda engine: _check_verdict(claim, proof, engine, weight))  # type: ignore[arg-type]
    progress(total, total)
    corners = sum(owner.kind in ("minimum", "maximum") and owner.left == owner.right for owner in owners)
    known, points = counted(claim.stationary, corners)
    return Report(
        claim=sentence(of_line(claim, weight, claim.domain), (weight,), "expression"),
        kind=claim.kind,
        free=(weight,),
        rows=0,
        steps=listed([count(len(proof.slopes), "tail"), count(len(proof.pieces), "piece"), *points]),
        pieces=len(proof.pieces),
        stationary=known,
        arithmetic=judge.used,
        seconds=0.0,
        every=True,
        reached=True,
    )


def _check_tail(side: int, claim: Claim, proof: Proof, judge: Judge, weight: str) -> None:
    slope, place = proof.slopes[side], f"proof.tails.{SIDES[side]}"
    limit, where = claim.limits[side], f"claim.limits.{weight}.{SIDES[side]}"
    if slope == "unknown":
        if limit is not None:
            raise Refused("the slope of this tail is unknown; needed null", where)
        return
    end = proof.breaks[0 if side < 0 else -1]
    judge = judge.on(*((-math.inf, end) if side < 0 else (end, math.inf)))
    if slope == "flat":
        if not judge.flat:
            raise Refused("the value is not shown to be the same on all of the tail", place)
        if limit is None:
            raise Refused("the tail is settled; needed its limit", where)
        judge.holds(limit, lambda e: e.curve(0, end, end), where, "the value on the tail")
        return
    if side * end <= 0:
        raise Refused("needed a tail that does not hold 0", f"{place}.end")
    judge.sign(lambda e: e.tail_slope(side, end), SIGNS[slope], place, "the slope on the tail")
    if limit is None:
        raise Refused("the tail is settled; needed its limit", where)
    judge.holds(limit, partial(_limit, side, end), where, f"the limit at {SIDES[side]}")


def _limit(side: int, end: Fraction, engine: Any) -> Range:
    found: Range = engine.limit_beyond(side, end)
    return found


def _check_verdict(claim: Claim, proof: Proof, engine: Expressed, weight: str) -> None:
    """Refused unless value, kind, place and direction of the claim follow from what pieces, tails and entries have shown.

    Every v of the domain lies on a piece or a tail. Where a slope or second derivative was enclosed the expression is defined and continuous, so on
    a settled piece or tail it is lowest at a minimum, at an end of the domain, or not at all, towards a limit; at any other end its slope leads down to
    a neighbour. So the infimum is the least of the *candidates*: the values at the minima, the least values on unknown entries, those at the ends of the
    domain, and the limits towards which a tail falls; a tail that falls stays above its limit. A value is never infinite, a limit may be.
    """
    inside = [(Range(e.left, e.right), _least_of(e, engine)) for e in claim.stationary if e.kind != "maximum"]
    if claim.domain is not None:
        inside += [(Range(v, v), engine.curve(0, v, v)) for v in claim.domain]
    # The claimed limits have been held against their enclosures.
    approached = {
        side: limit
        for side, slope in proof.slopes.items()
        if (limit := claim.limits[side]) is not None and slope == ("falling" if side > 0 else "rising")
    }
    unsettled = [side for side, slope in proof.slopes.items() if slope == "unknown"]
    everything = [value for _, value in inside] + list(approached.values())
    if not everything and not unsettled:  # a contradiction, so never; but nothing follows from an empty list
        raise Refused("no minimum, no unknown piece and no tail that falls: nothing bounds the value below", "proof")
    lower = -math.inf if unsettled else min(v.lower for v in everything)
    infimum = Range(lower, min((v.upper for v in everything), default=math.inf))
    if not infimum.within(claim.value):
        raise Refused(f"the claimed {claim.value} does not hold the enclosure {infimum} of the infimum", "claim.value")
    if claim.kind != "undecided" and unsettled:
        raise Refused(f"found {claim.kind!r}; nothing is known towards {SIDES[unsettled[0]]}", "claim.kind")
    if claim.kind == "attained":
        _check_attained(claim, inside, approached, weight)
    elif claim.kind == "not-attained":
        _check_not_attained(claim, inside, approached, weight)


Inside = list[tuple[Range, Range]]
"""Closed intervals, and the least value on each."""


def _check_attained(claim: Claim, inside: Inside, approached: Mapping[int, Range], weight: str) -> None:
    """Hypotheses, besides that no tail is unknown:

    1. Some value inside is at most each limit that is approached.
    2. Wherever the value may be as low as that, the expression is continuous: finite ends enclose it on all of the closed interval. So the lowest
       value is taken. (Next to a pole, or at the end of a logarithm's domain, it need not be, however low the values are.)
    3. The claimed place holds every interval where the lowest value may be taken.
    """
    lowest = min((value.upper for _, value in inside), default=math.inf)
    for side, limit in approached.items():
        if not lowest <= limit.lower:
            raise Refused(f"found 'attained'; towards {SIDES[side]} the limit lies in {limit}", "claim.kind")
    if lowest == math.inf or claim.at is None:
        raise Refused("found 'attained'; no point is known to be the lowest", "claim.kind")
    for place, value in inside:
        if value.lower > lowest:
            continue
        if not value.is_bounded:
            raise Refused(
                f"found 'attained'; the expression is not shown to be defined and bounded below on all of {place}",
                "claim.kind",
            )
        if not place.within(claim.at):
            raise Refused(f"{claim.at} does not hold {place}, where a global minimum may lie", f"claim.at.{weight}")


def _check_not_attained(claim: Claim, inside: Inside, approached: Mapping[int, Range], weight: str) -> None:
    """Hypotheses, besides that no tail is unknown:

    1. The expression falls all along the tail in the claimed direction.
    2. The limit there is certainly below every value inside, known or not; or it is −∞, which no value is.
    3. It is at most the other limit that is approached.
    """
    if claim.side is None or claim.side not in approached:
        raise Refused("the value is not proved to fall in this direction", f"claim.direction.{weight}")
    limit = approached[claim.side]
    for place, value in inside:
        if not (limit.upper < value.lower or limit.upper == -math.inf):
            raise Refused(f"found 'not-attained'; in {place} the value lies in {value}", "claim.kind")
    for side, other in approached.items():
        if side != claim.side and not limit.upper <= other.lower:
            raise Refused(f"towards {SIDES[side]} the limit lies in {other}", f"claim.direction.{weight}")
