"""A line cut into pieces: what each piece claims of the slope is proved, and the claimed list of stationary points held against what follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from chainrule_check.claim import Proof, Stationary
from chainrule_check.engine import Engine
from chainrule_check.judge import Judge
from chainrule_check.ranges import derivative, slope_over
from chainrule_check.report import Refused

SIGNS = {"falling": -1, "rising": 1, "convex": 1, "concave": -1}


def check_pieces(proof: Proof, judge: Judge, step: Callable[[], None]) -> Iterator[tuple[int, str]]:
    """Check each piece; yield those with something to list: ``(piece, kind of stationary point)``.

    Hypotheses, of a *convex* or *concave* piece: f'' has one sign on all of the closed piece, and f' is not zero at either end. So f' is monotone: it has one zero where
    its signs at the ends differ, and none where they agree. Of a *falling* or *rising* one: f' has that sign on all of the closed piece.
    """
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


def match_entries(owners: list[tuple[int, str]], entries: tuple[Stationary, ...], proof: Proof, weight: str) -> None:
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
