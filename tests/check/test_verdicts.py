"""What follows about the infimum from enclosures of the candidates, each way in which it does not; and lists held against what pieces have.

All enclosures here are written down, so each case is one hypothesis on its edge.
"""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from tests.check.space_maker import claim as claimed
from tests.check.space_maker import document

from chainrule_fast import Refused, check
from chainrule_fast.claim import Claim, Proof, Stationary
from chainrule_fast.engine import Range
from chainrule_fast.pieces import Owner, match_entries
from chainrule_fast.verdict import Candidates, _check


def span(low, high):
    return Range(Fraction(str(low)), Fraction(str(high)))


def claim(kind, value, at=None, side=None):
    return Claim(kind, at, value, side, (), {})


def judged(stated, inside=(), outside=None, approached=()):
    _check(stated, Candidates(list(inside), outside or {}, set(approached)), "w")


def refused(place, *arguments, **more):
    with pytest.raises(Refused) as refusal:
        judged(*arguments, **more)
    assert refusal.value.place == place, refusal.value


HERE, THERE = (span(0, 1), span("0.2", "0.4")), (span(5, 6), span("0.5", "0.7"))
ATTAINED = claim("attained", span("0.2", "0.4"), span(0, 1))


def test_a_minimum_below_all_else_is_attained():
    judged(ATTAINED, [HERE, THERE], {1: span("0.41", "0.41"), -1: span("0.9", "1")}, {1})


@pytest.mark.parametrize("tail", [span("0.4", "0.9"), span("0.3", "0.35"), span("0.1", "0.2"), span("0.39", "2")])
def test_a_tail_that_may_come_as_low_as_the_lowest_value_leaves_it_open(tail):
    # What counts is how low the tail may be, against how high the value may be; a tie is not below.
    wide = claim("attained", span(0, "0.4"), span(0, 1))
    refused("claim.kind", wide, [HERE], {1: tail})


@pytest.mark.parametrize("low", ["0.3", "0.4"])
def test_a_second_place_that_may_be_as_low_has_to_lie_in_the_claimed_one(low):
    other = (span(5, 6), span(low, "0.7"))
    refused("claim.at.w", ATTAINED, [HERE, other])
    judged(claim("attained", span("0.2", "0.4"), span(0, 6)), [HERE, other])


def test_the_value_holds_the_least_of_the_lower_ends_and_of_the_upper_ends():
    other = (span(0, 1), span("0.1", "0.9"))
    for value in (span("0.11", "0.4"), span("0.1", "0.39")):
        refused("claim.value", claim("undecided", value), [HERE, other])
    judged(claim("undecided", span("0.1", "0.4")), [HERE, other])
    refused("claim.value", claim("undecided", span("0.2", "0.4")), [HERE], {-1: span("0.1", "0.8")})


def test_nothing_follows_from_no_candidate_and_nothing_is_attained_outside():
    refused("proof", claim("undecided", span(0, 1)))
    refused("claim.kind", claim("attained", span(0, 1), span(0, 1)), [], {1: span(0, 1)})


FALLS = claim("not-attained", span("0.1", "0.2"), side=1)
LIMIT = span("0.1", "0.2")


def test_a_limit_below_all_else_is_not_attained():
    judged(FALLS, [(HERE[0], span("0.21", "0.3"))], {1: LIMIT, -1: span("0.21", "0.3")}, {1, -1})


@pytest.mark.parametrize("value", [span("0.2", "0.4"), span("0.15", "0.9"), span("0.1", "0.15")])
def test_a_value_that_may_be_as_low_as_the_limit_leaves_it_open(value):
    # Inside, or on the other tail; however high it may be as well.
    refused("claim.kind", FALLS, [(span(0, 1), value)], {1: LIMIT}, {1})
    refused("claim.kind", FALLS, [], {1: LIMIT, -1: value}, {1})


def test_a_limit_is_approached_only_where_the_loss_falls_towards_it():
    refused("claim.direction.w", FALLS, [], {1: LIMIT}, set())
    refused("claim.direction.w", FALLS, [], {-1: LIMIT}, {-1})


# ---- a flat loss, and tails of which nothing is known -----------------------------------------------------------


def line(points, stated, proof, bias="0"):
    return document(points, {"bias": bias}, {"stationary": []} | stated, {"method": "line", "weight": "w_x"} | proof)


def tails(low, high, *slopes):
    return {"tails": {"-inf": {"end": low, "slope": slopes[0]}, "+inf": {"end": high, "slope": slopes[1]}}}


def limits(low, high):
    return {"limits": {"w_x": {"-inf": low, "+inf": high}}}


def flat(stated):
    quarter = ["1/4", "1/4"]  # the row (0 | 0) with bias 0: σ(0)² = ¼ everywhere
    proof = tails("0", "0", "flat", "flat") | {"breaks": ["0"], "pieces": []}
    return line(
        [(0, 0)], claimed("attained", quarter, {"w_x": ["-inf", "inf"]}) | limits(quarter, quarter) | stated, proof
    )


def test_a_flat_loss_is_attained_everywhere_and_nothing_else_is_said_of_it():
    check(flat({}))
    for stated, place in (
        ({"kind": "undecided", "at": None}, "claim.kind"),
        ({"kind": "not-attained", "at": None, "direction": {"w_x": "1"}}, "claim.kind"),
        ({"at": {"w_x": ["0", "inf"]}}, "claim.at.w_x"),
        ({"value": ["1/5", "1/5"]}, "claim.value"),
    ):
        with pytest.raises(Refused) as refusal:
            check(flat(stated))
        assert refusal.value.place == place


def test_an_unknown_tail_may_be_as_low_as_its_limit_or_its_end_and_as_its_rows_allow():
    # The row (1 | 0) with bias 0: σ(w)², which rises from 0 to 1; ¼ at 0. On the tail beyond 0 nothing is said of the slope.
    proof = tails("0", "0", "rising", "unknown") | {"breaks": ["0"], "pieces": []}
    stated = claimed("undecided", ["0", "0"]) | limits(["0", "0"], ["1", "1"])
    check(line([(1, 0)], stated, proof))
    # The row (−1 | 0): σ(−w)² falls to 0; what is known of the tail at −∞ alone, rising or not, is that it comes down to ¼ at its end.
    proof = tails("0", "0", "unknown", "unknown") | {"breaks": ["0"], "pieces": []}
    for value, fine in ((["0", "0"], True), (["0", "1/4"], True), (["1/5", "1/4"], False)):
        stated = claimed("undecided", value) | limits(["1", "1"], ["0", "0"])
        if fine:
            check(line([(-1, 0)], stated, proof))
        else:
            with pytest.raises(Refused, match=r"claim\.value"):
                check(line([(-1, 0)], stated, proof))


# ---- lists -------------------------------------------------------------------------------------------------------

PROOF = Proof(tuple(map(Fraction, (0, 1, 2, 3, 4))), ("unknown",) * 4, {})


def owner(kind, left, right):
    return Owner(kind, Fraction(left), Fraction(right), "a piece")


def entry(kind, left, right):
    return Stationary(kind, Fraction(left) if math.isfinite(left) else left, Fraction(right), span(0, 1))


def matched(owners, entries):
    return match_entries(owners, tuple(entries), PROOF, "w")


def unmatched(place, owners, entries):
    with pytest.raises(Refused) as refusal:
        matched(owners, entries)
    assert refusal.value.place == place, refusal.value


def test_a_known_entry_lies_in_its_piece_on_both_sides():
    piece = [owner("minimum", 1, 2)]
    assert matched(piece, [entry("minimum", 1, 2)]) == piece
    for left, right in ((Fraction(1, 2), Fraction(3, 2)), (Fraction(3, 2), Fraction(5, 2)), (Fraction(1, 2), 3)):
        unmatched("claim.stationary[0].at.w", piece, [entry("minimum", left, right)])


def test_an_unknown_entry_holds_whole_pieces_and_stays_between_the_breaks():
    two = [owner("unknown", 1, 2), owner("unknown", 2, 3)]
    assert matched(two, [entry("unknown", 1, 3)]) == two[:1]
    assert matched(two, [entry("unknown", 1, 2), entry("unknown", 2, 3)]) == two
    unmatched("claim.stationary", two, [entry("unknown", 1, 2)])
    unmatched("claim.stationary", two, [entry("unknown", 1, Fraction(5, 2))])
    for left, right in ((Fraction(3, 2), 2), (1, Fraction(3, 2))):
        unmatched("claim.stationary[0].at.w", two[:1], [entry("unknown", left, right)])
    for left, right in ((-1, 2), (1, 5)):
        unmatched("claim.stationary[0].at.w", two[:1], [entry("unknown", left, right)])
    assert matched(two[:1], [entry("unknown", 0, 4)]) == two[:1]
    # What is known between two unknown pieces is not swallowed with them.
    known = [two[0], owner("minimum", 2, 3), owner("unknown", 3, 4)]
    unmatched("claim.stationary", known, [entry("unknown", 1, 4)])
    unmatched("claim.stationary[1].kind", known, [entry("unknown", 1, 4), entry("unknown", 4, 4)])


def test_entries_are_as_many_as_there_is_to_list_and_of_its_kinds():
    piece = [owner("minimum", 1, 2)]
    unmatched("claim.stationary[1]", piece, [entry("minimum", 1, 2), entry("minimum", 3, 4)])
    unmatched("claim.stationary[0].kind", piece, [entry("maximum", 1, 2)])
    unmatched("claim.stationary", piece, [])
    flat_pieces = [owner("plateau", 1, 3)]
    unmatched("claim.stationary[0].at.w", flat_pieces, [entry("plateau", 1, 2)])
    unmatched("claim.stationary[0].at.w", flat_pieces, [entry("plateau", 2, 3)])
    assert matched(flat_pieces, [entry("plateau", 1, 3)]) == flat_pieces


@pytest.mark.parametrize("ends", [["0", "1"], ["1", "2"]])
def test_a_slope_at_an_end_that_cannot_be_told_from_0_leaves_a_convex_piece_open(ends):
    # e^x − e·x has the slope e − e = 0 at 1, which no ball tells from what is a little above or below.
    node = ["add", ["exp", ["symbol", "x"]], ["negate", ["multiply", ["exp", ["number", "1"]], ["symbol", "x"]]]]
    stated = {
        **claimed("attained", ["-inf", "inf"], {"x": ends}, domain={"x": ends}),
        "stationary": [],
        "limits": {},
    }
    proof = {"method": "expression", "weight": "x", "tails": None, "breaks": ends, "pieces": ["convex"]}
    made = {"format": "chainrule certificate", "version": 1, "problem": {"expression": node, "free": ["x"]}}
    with pytest.raises(Refused, match="needed one that is not zero"):
        check(made | {"claim": stated, "proof": proof})
