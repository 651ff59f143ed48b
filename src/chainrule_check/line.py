"""The method *line*: one free weight, the whole real line, piece by piece. See docs/certificate.md, section 4.

`f` is the loss, `f'` and `f''` its derivatives by the free weight v. What a piece or tail claims is proved by enclosing
f' or f'' on all of it; the checker's own list of stationary points follows, and the claimed one is held against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from chainrule_check.claim import SIDES, Claim, Proof, Stationary, read_claim, read_proof
from chainrule_check.engine import Engine, Range
from chainrule_check.judge import Judge, engines
from chainrule_check.problem import Problem
from chainrule_check.ranges import derivative, loss_of, slope_over
from chainrule_check.report import Refused
from chainrule_check.section import Section
from chainrule_check.verdict import check_verdict, sentence

Progress = Callable[[int, int], None]
SIGNS = {"falling": -1, "rising": 1, "convex": 1, "concave": -1}


@dataclass(frozen=True)
class Checked:
    """What the method found out for the report."""

    claim: str
    kind: str
    pieces: int
    stationary: int
    arithmetic: str


def check_line(problem: Problem, claim: Any, proof: Any, progress: Progress) -> Checked:
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
        owners = list(_pieces(steps, judge, step))
        _match(owners, stated.stationary, steps, weight)
        for i, entry in enumerate(stated.stationary):
            _check_entry(section, entry, judge, f"claim.stationary[{i}]", weight)
            step()
    for side, name in SIDES.items():
        judge.holds(stated.limits[side], partial(_limit, side), f"claim.limits.{weight}.{name}", f"the limit at {name}")
    check_verdict(section, stated, steps, judge, weight)
    progress(total, total)
    return Checked(sentence(stated, weight), stated.kind, len(steps.pieces), len(stated.stationary), judge.used)


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


def _pieces(proof: Proof, judge: Judge, step: Callable[[], None]) -> Iterator[tuple[int, str]]:
    """Check each piece; yield those with something to list: ``(piece, kind of stationary point)``."""
    for i, reason in enumerate(proof.pieces):
        left, right, place = proof.breaks[i], proof.breaks[i + 1], f"proof.pieces[{i}]"
        if reason == "flat":
            raise Refused("the loss depends on the free weight, so no piece is flat", place)
        if reason == "unknown":
            yield i, "unknown"
        elif reason in ("falling", "rising"):
            judge.sign(slope_over(left, right), SIGNS[reason], place, "the slope on the piece")
        else:
            judge.sign(derivative(2, left, right), SIGNS[reason], place, "the second derivative on the piece")
            ends = [_sign_at(v, judge, place) for v in (left, right)]
            if ends[0] != ends[1]:
                yield i, "minimum" if reason == "convex" else "maximum"
        step()


def _sign_at(v: Fraction, judge: Judge, place: str) -> int:
    """The sign of f' at v; Refused where it cannot be told from 0."""

    def ask(engine: Engine) -> int:
        found = engine.curve(1, v, v)
        if found.lower > 0 or found.upper < 0:
            return 1 if found.lower > 0 else -1
        raise Refused(f"the slope at {float(v):.17g} lies in {found}; needed a slope that is not zero", place)

    return judge.first(ask)


def _match(owners: list[tuple[int, str]], entries: tuple[Stationary, ...], proof: Proof, weight: str) -> None:
    """Hold the claimed list against what the pieces have: in order, one to one, but an unknown entry may hold several unknown pieces."""
    k = 0
    for i, entry in enumerate(entries):
        place = f"claim.stationary[{i}]"
        if k == len(owners):
            raise Refused("no piece has a stationary point left for this entry", place)
        piece, kind = owners[k]
        left, right = proof.breaks[piece], proof.breaks[piece + 1]
        if entry.kind != kind:
            raise Refused(
                f"found {entry.kind!r}; piece {piece} has a stationary point of kind {kind!r}", f"{place}.kind"
            )
        if kind == "unknown":
            _match_unknown(entry, (left, right), proof, f"{place}.at.{weight}")
            while k < len(owners) and owners[k][1] == "unknown" and proof.breaks[owners[k][0] + 1] <= entry.right:
                k += 1
        elif left <= entry.left and entry.right <= right:
            k += 1
        else:
            raise Refused(
                f"does not lie in piece {piece}, [{float(left):.17g}, {float(right):.17g}]", f"{place}.at.{weight}"
            )
    if k < len(owners):
        piece, kind = owners[k]
        raise Refused(
            f"piece {piece} ({kind}) is not among the {len(entries)} stationary points of the claim", "claim.stationary"
        )


def _match_unknown(entry: Stationary, piece: tuple[Fraction, Fraction], proof: Proof, place: str) -> None:
    if not (entry.left <= piece[0] and piece[1] <= entry.right):
        raise Refused(f"does not hold the unknown piece [{float(piece[0]):.17g}, {float(piece[1]):.17g}]", place)
    if entry.left < proof.breaks[0] or proof.breaks[-1] < entry.right:
        raise Refused("reaches into a tail; needed an interval between the outermost breaks", place)


def _check_entry(section: Section, entry: Stationary, judge: Judge, place: str, weight: str) -> None:
    """The slope changes sign between the ends of `at`, or is exactly 0 at the one number in it; `value` holds the loss there."""
    # One number: the piece has exactly one stationary point, and this is one, so it is that one.
    root = entry.left == entry.right and section.stationary(entry.left)
    if entry.kind != "unknown" and not root:
        before = -1 if entry.kind == "minimum" else 1
        for v, sign in ((entry.left, before), (entry.right, -before)):
            judge.sign(derivative(1, v, v), sign, f"{place}.at.{weight}", f"the slope at {float(v):.17g}")
    what = "the loss on this interval" if entry.kind == "unknown" else f"the loss at the {entry.kind}"
    judge.holds(entry.value, lambda e: loss_of(entry, e), f"{place}.value", what)
