"""The conclusions from facts made by hand: each hypothesis of each theorem, fulfilled by a hair and missed by one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flint import fmpq

from chainrule_check import Refused
from chainrule_check.claim import Claim
from chainrule_check.conclude import conclude, conclude_limits
from chainrule_check.domain import Domain
from chainrule_check.facts import Fact, Subject
from chainrule_check.lemmas.above import Approach
from chainrule_check.problem import read_problem
from chainrule_check.regions import Box, everywhere
from tests.kernel.drafts import add, number, power, problem, times, weight

X = weight("x")
ALL = everywhere(1)


def box(low, high):
    return Box(((fmpq(low), fmpq(high)),))


def half(number):
    return fmpq(number, 2)


BOX = box(-1, 1)
TAIL, LEFT = Box(((fmpq(0), None),)), Box(((None, fmpq(0)),))
PLACE = Box(((fmpq(0), half(1)),))  # where the minimisers are claimed to be


def subject(loss, domain):
    return Subject(read_problem(problem(loss, "x"), 1000)[1], domain)


SQUARE = subject(power(X, 2), Domain(BOX))
LINE = subject(power(X, 2), Domain(ALL))


def fact(region=BOX, **shown):
    return Fact("here", region, **shown)


def accepted(what, claim, facts, best=None, approaches=()):
    try:
        conclude(what, claim, facts, best, approaches)
    except Refused:
        return False
    return True


# --- INFIMUM: 0 <= m

LOWER = Claim(("x",), "undecided", (fmpq(0), None), SQUARE.domain)


@pytest.mark.parametrize(
    ("shown", "follows"),
    [
        ({"floor": fmpq(0)}, True),
        ({"floor": fmpq(-1, 10**30)}, False),
        ({"floor": None, "where": BOX}, False),
        ({"attains": True, "where": None}, True),
        ({"attains": False, "where": None}, False),
        ({"attains": True, "where": BOX, "least": fmpq(0)}, True),
        ({"attains": False, "where": BOX, "least": fmpq(0)}, False),
        ({"attains": True, "where": BOX, "least": fmpq(-1, 10**30)}, False),
        ({"attains": True, "where": BOX, "least": None}, False),
    ],
)
def test_a_lower_end_follows_from_floors_or_from_minimisers_that_cost_as_much(shown, follows):
    assert accepted(SQUARE, LOWER, [fact(**shown)]) == follows
    assert accepted(SQUARE, replace(LOWER, value=(None, None)), [fact(**shown)]), "nothing is claimed"


# --- ATTAINED in PLACE, 0 <= m <= 1; `best` is 1

HERE = Claim(("x",), "attained", (fmpq(0), fmpq(1)), SQUARE.domain, PLACE)


@pytest.mark.parametrize(
    ("shown", "follows"),
    [
        ({"floor": fmpq(2)}, True),
        ({"floor": fmpq(1)}, False),
        ({"floor": fmpq(1), "strict": True}, True),
        ({"floor": half(1), "strict": True}, False),
        ({"floor": None, "strict": True}, False),
        ({"floor": fmpq(0), "attains": True, "where": PLACE}, True),
        ({"floor": fmpq(0), "attains": False, "where": PLACE}, False),
        ({"floor": fmpq(0), "attains": True, "where": BOX}, False),
        ({"floor": fmpq(0), "attains": True, "where": None}, True),
        ({"floor": fmpq(0), "attains": False, "where": None}, False),
        ({"floor": fmpq(0), "attains": True, "where": BOX, "least": fmpq(2)}, True),
        ({"floor": fmpq(0), "attains": True, "where": BOX, "least": fmpq(1)}, False),
        ({"floor": fmpq(0), "attains": False, "where": BOX, "least": fmpq(2)}, False),
        ({"floor": None, "attains": True, "where": PLACE}, False),
    ],
)
def test_the_minimisers_lie_in_the_place_if_all_else_costs_more(shown, follows):
    for facts in ([fact(**shown)], [fact(floor=fmpq(2)), fact(**shown)], [fact(**shown), fact(floor=fmpq(2))]):
        assert accepted(SQUARE, HERE, facts, (fmpq(1),)) == follows


@pytest.mark.parametrize(
    ("loss", "best", "follows"),
    [
        (power(X, 2), fmpq(1), True),
        (power(X, 2), None, False),
        (power(X, 2), fmpq(2), False),  # outside the domain
        (add(power(X, 2), number("1e-30")), fmpq(1), False),
        (add(power(X, 2), times(number(0), power(X, -1))), fmpq(0), False),  # 0·(1/x) has no value at 0
        (["exp", ["exp", ["exp", add(X, number(999))]]], fmpq(0), False),  # of which nothing can be said
    ],
)
def test_an_upper_end_follows_from_a_point_of_the_domain_with_a_value(loss, best, follows):
    facts = [fact(floor=fmpq(0), attains=True, where=PLACE)]
    assert accepted(subject(loss, Domain(BOX)), HERE, facts, None if best is None else (best,)) == follows
    assert not accepted(subject(loss, Domain(BOX)), replace(HERE, value=(fmpq(0), None)), facts, (fmpq(1),))


# --- NOT ATTAINED: V lies in [0, ½], on the tail that falls to the right

AWAY = Claim(("x",), "not attained", (fmpq(0), half(1)), LINE.domain, direction=(fmpq(1),))
FALLS = fact(TAIL, floor=fmpq(0), strict=True, where=TAIL, far=(fmpq(0), half(1)))


@pytest.mark.parametrize(
    ("shown", "follows"),
    [
        ({"floor": fmpq(1)}, True),
        ({"floor": half(1)}, False),
        ({"floor": half(1), "strict": True}, True),
        ({"floor": fmpq(0), "strict": True}, False),
        ({"floor": None, "strict": True, "where": LEFT}, False),
        ({"attains": True, "where": None}, True),
        ({"attains": False, "where": None}, False),
        ({"attains": True, "where": BOX, "least": fmpq(1)}, True),
        ({"attains": False, "where": BOX, "least": fmpq(1)}, False),
        ({"attains": True, "where": BOX, "least": half(1)}, False),
        ({"attains": True, "where": BOX, "least": None}, False),
    ],
)
def test_nothing_but_the_tail_may_cost_as_little_as_the_limit(shown, follows):
    for facts in ([FALLS, fact(LEFT, **shown)], [fact(LEFT, **shown), FALLS]):
        assert accepted(LINE, AWAY, facts) == follows


@pytest.mark.parametrize(
    "tail",
    [
        replace(FALLS, far=None),
        replace(FALLS, far="infinity"),
        replace(FALLS, strict=False),
        replace(FALLS, region=LEFT),
        replace(FALLS, region=BOX),
        replace(FALLS, far=(fmpq(0), fmpq(1))),
        replace(FALLS, far=(fmpq(-1), half(1))),
    ],
)
def test_the_limit_is_that_of_a_tail_that_falls_in_the_claimed_direction(tail):
    assert accepted(LINE, AWAY, [FALLS])
    assert not accepted(LINE, AWAY, [tail])


@pytest.mark.parametrize(
    "claim",
    [
        replace(AWAY, direction=(fmpq(-1),)),
        replace(AWAY, direction=None),
        replace(AWAY, domain=Domain(BOX)),
        replace(AWAY, value=(fmpq(0), fmpq(0))),
    ],
)
def test_not_attained_is_of_all_reals_in_the_direction_of_the_tail(claim):
    assert not accepted(replace(LINE, domain=claim.domain), claim, [FALLS])


def test_an_approach_counts_where_it_comes_near_and_says_whether_it_arrives():
    near = Approach((fmpq(1),), half(1), True, False, ())
    above = [fact(ALL, floor=half(1), strict=True)]
    assert conclude(LINE, AWAY, above, None, [near]) is False
    assert conclude(LINE, AWAY, above, None, [replace(near, reached=True)]) is True
    assert conclude(LINE, AWAY, [FALLS], None) is True
    assert not accepted(LINE, AWAY, above, None, [replace(near, near=False)])
    assert not accepted(LINE, AWAY, above, None, [replace(near, direction=(fmpq(2),))])
    assert not accepted(LINE, AWAY, [fact(ALL, floor=half(1))], None, [near])


# --- limits


@pytest.mark.parametrize(
    ("far", "stated", "follows"),
    [
        ((fmpq(0), half(1)), (fmpq(0), half(1)), True),
        ((fmpq(0), half(1)), (fmpq(0), fmpq(0)), False),
        ((fmpq(0), half(1)), (half(1), half(1)), False),
        ((fmpq(0), half(1)), (None, None), False),
        ("infinity", (None, None), True),
        ("infinity", (fmpq(0), half(1)), False),
        (None, (None, None), False),
        (None, (fmpq(0), half(1)), False),
    ],
)
def test_limits_are_those_of_the_tails(far, stated, follows):
    def told(upwards):
        both = [fact(LEFT, far=(fmpq(3), fmpq(3))), fact(TAIL, far=far)]
        limits = ((fmpq(3), fmpq(3)), stated)
        if not upwards:
            both, limits = [fact(LEFT, far=far), fact(TAIL, far=(fmpq(3), fmpq(3)))], limits[::-1]
        try:
            conclude_limits(LINE, replace(AWAY, limits=limits), both)
        except Refused:
            return False
        return True

    assert told(True) == told(False) == follows


def test_limits_are_of_one_weight_over_all_reals():
    stated = replace(AWAY, limits=((fmpq(3), fmpq(3)),) * 2)
    both = [fact(LEFT, far=(fmpq(3), fmpq(3))), fact(TAIL, far=(fmpq(3), fmpq(3)))]
    conclude_limits(LINE, stated, both)
    with pytest.raises(Refused, match="one weight"):
        conclude_limits(LINE, replace(stated, domain=Domain(TAIL)), both)
