"""The method *line*: one free weight, the whole real line, piece by piece. See docs/certificate.md, section 4.

`f` is the loss, `f'` and `f''` its derivatives by the free weight v. What a piece or tail claims is proved by enclosing
f' or f'' on all of it; the checker's own list of stationary points follows, and the claimed one is held against it.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from chainrule_fast.claim import SIDES, Claim, Proof, Stationary, counted, read_claim, read_proof
from chainrule_fast.engine import Engine, Range
from chainrule_fast.judge import Judge, engines
from chainrule_fast.pieces import SIGNS, match_entries, owners_of
from chainrule_fast.problem import Problem
from chainrule_fast.ranges import derivative, loss_of
from chainrule_fast.report import Refused, count, listed
from chainrule_fast.section import Section
from chainrule_fast.space.checked import Checked
from chainrule_fast.space.claim import Progress, of_line
from chainrule_fast.space.groups import Nested
from chainrule_fast.verdict import check_verdict


def check_line(problem: Problem, claim: Any, proof: Any, progress: Progress, nested: Nested) -> Checked:
    """Check a claim about the one free weight; Refused, naming the place, where anything in it is not proved."""
    column = problem.free_column()
    weight = problem.free[0]
    section, stated, steps = Section(problem, column), read_claim(claim, weight), read_proof(proof, weight)
    judge = Judge(engines(section))
    total = len(steps.pieces) + 2 + len(stated.stationary) + 1
    done = iter(range(1, total + 1))

    def step() -> None:
        progress(next(done), total)

    if section.flat:
        _check_flat(stated, steps, judge)
    else:
        for side in SIDES:
            _check_tail(side, steps, judge)
            step()
        match_entries(list(owners_of(steps, judge, step)), stated.stationary, steps, weight)
        for i, entry in enumerate(stated.stationary):
            _check_entry(section, entry, judge, f"claim.stationary[{i}]", weight)
            step()
    for side, name in SIDES.items():
        judge.holds(stated.limits[side], partial(_limit, side), f"claim.limits.{weight}.{name}", f"the limit at {name}")
    check_verdict(section, stated, steps, judge, weight)
    progress(total, total)
    known, points = counted(stated.stationary)
    told = listed(["two tails", count(len(steps.pieces), "piece"), *points])
    return Checked(of_line(stated, weight), told, len(steps.pieces), judge.used, known)


def _limit(side: int, engine: Engine) -> Range:
    return engine.limit(side)


def _check_flat(claim: Claim, proof: Proof, judge: Judge) -> None:
    if list(proof.breaks) != [Fraction(0)] or set(proof.slopes.values()) != {"flat"}:
        raise Refused('the loss does not depend on the free weight; needed the break "0" and two flat tails', "proof")
    if claim.stationary:
        raise Refused("the loss is flat; needed an empty list", "claim.stationary")


def _check_tail(side: int, proof: Proof, judge: Judge) -> None:
    slope, place = proof.slopes[side], f"proof.tails.{SIDES[side]}"
    if slope == "flat":
        raise Refused("the loss depends on the free weight, so no tail is flat", place)
    if slope != "unknown":
        end = proof.breaks[0 if side < 0 else -1]
        judge.sign(lambda e: e.tail_slope(side, end), SIGNS[slope], place, "the slope times its slowest exponential")


def _check_entry(section: Section, entry: Stationary, judge: Judge, place: str, weight: str) -> None:
    """The slope changes sign between the ends of `at`, or is exactly 0 at the one number in it; `value` holds the loss there."""
    # One number: the piece has exactly one stationary point, and this is one, so it is that one.
    left, right = entry.ends
    root = left == right and section.stationary(left)
    if entry.kind != "unknown" and not root:
        before = -1 if entry.kind == "minimum" else 1
        for v, sign in ((left, before), (right, -before)):
            judge.sign(derivative(1, v, v), sign, f"{place}.at.{weight}", f"the slope at {float(v):.17g}")
    what = "the loss on this interval" if entry.kind == "unknown" else f"the loss at the {entry.kind}"
    judge.holds(entry.value, lambda e: loss_of(entry, e), f"{place}.value", what)
