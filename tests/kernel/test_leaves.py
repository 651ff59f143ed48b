"""What each leaf of a cover says of its region, and no more: whether its least value is taken there, and where a minimiser may lie."""

from __future__ import annotations

import pytest
from flint import fmpq

from chainrule_check import Refused
from chainrule_check.cover import facts
from chainrule_check.domain import Domain, Slab
from chainrule_check.facts import Subject
from chainrule_check.leaves import Hints, leaf
from chainrule_check.problem import read_problem
from chainrule_check.regions import Box, cones, everywhere
from chainrule_check.rules.convex import bowl
from chainrule_check.rules.newton import zone
from tests.kernel.drafts import add, number, power, problem, times, weight

X, Y = weight("x"), weight("y")


def box(*sides):
    return Box(tuple(tuple(None if end is None else fmpq(end) for end in side) for side in sides))


def subject(loss, *sides, names=("x", "y"), slabs=()):
    domain = box(*sides) if sides else everywhere(len(names))
    return Subject(read_problem(problem(loss, *names), 1000)[1], Domain(domain, slabs))


def refused(*parts):
    with pytest.raises(Refused):
        leaf(*parts)
    return True


SQUARES = add(power(X, 2), power(Y, 2))


def test_a_bound_attains_on_bounded_boxes_where_f_has_values_only():
    f = subject(SQUARES)
    one = leaf(f, box((1, 2), (0, 1)), ["bound"], Hints(), "here")
    assert (one.floor, one.strict, one.attains, one.where) == (1, False, True, box((1, 2), (0, 1)))
    tail = leaf(f, box((1, None), (0, 1)), ["bound"], Hints(), "here")
    assert (tail.floor, tail.attains) == (1, False)
    cone = leaf(f, cones(box((-1, 1), (-1, 1)))[1], ["bound"], Hints(), "here")
    assert (cone.floor, cone.attains, cone.where) == (1, False, everywhere(2))
    poles = subject(add(power(X, -2), power(Y, 2)))
    for how in (["bound"], ["bound", "plane", ["1", "1"]], ["bound", "pool"]):
        assert not leaf(poles, box((-1, 1), (0, 1)), how, Hints(), "here").attains


@pytest.mark.parametrize("how", [["plane", ["1", "1"]], ["slope"], ["curvature"]])
def test_planes_and_centred_forms_are_of_bounded_boxes(how):
    f = subject(SQUARES)
    assert leaf(f, box((1, 2), (0, 1)), ["bound", *how], Hints(), "here").attains
    for region in (box((1, None), (0, 1)), everywhere(2), cones(box((-1, 1), (-1, 1)))[0]):
        assert refused(f, region, ["bound", *how], Hints(), "here")


def test_a_sign_leaves_minimisers_where_the_domain_ends():
    line = add(X, times(number(0), Y))
    f = subject(line, (0, 2), (0, 2))
    inner = leaf(f, box((1, 2), (0, 2)), ["sign", ["1", "0"], "rising"], Hints(), "here")
    assert (inner.where, inner.attains, inner.floor, inner.stationary) == (None, True, 1, "none")
    edge = leaf(f, box((0, 1), (0, 2)), ["sign", ["1", "0"], "rising"], Hints(), "here")
    assert (edge.where, edge.stationary) == (box((0, 1), (0, 2)), "none")
    cut = subject(line, (0, 2), (0, 2), slabs=(Slab((fmpq(1), fmpq(0)), (fmpq(1), None)),))
    assert leaf(cut, box((1, 2), (0, 2)), ["sign", ["1", "0"], "rising"], Hints(), "here").where is not None
    assert not leaf(subject(line), box((1, None), (0, 2)), ["sign", ["1", "0"], "rising"], Hints(), "here").attains
    assert refused(f, box((1, 2), (0, 2)), ["sign", ["1", "0"], "falling"], Hints(), "here")
    assert refused(f, box((1, 2), (0, 2)), ["sign", ["0", "1"], "rising"], Hints(), "here")


@pytest.mark.parametrize(("direction", "way", "low"), [("1", "rising", -1), ("-1", "falling", -1)])
def test_of_one_weight_a_sign_says_at_which_end_f_is_least(direction, way, low):
    f = subject(X, (-1, 1), names=("x",))
    found = leaf(f, box((-1, 1)), ["sign", [direction], way], Hints(), "here")
    assert (found.floor, found.attains, found.where) == (low, True, box((-1, 1)))
    away = subject(X, names=("x",))
    assert leaf(away, box((-1, None)), ["sign", [direction], way], Hints(), "here").attains
    assert not leaf(away, box((None, 1)), ["sign", [direction], way], Hints(), "here").attains


def test_a_bowl_speaks_of_its_box_alone_and_needs_its_point_in_the_domain():
    f = subject(SQUARES, (-1, 1), (-1, 1))
    found = bowl(f.f, box((-1, 1), (-1, 1)), (fmpq(1, 4), fmpq(0)), fmpq(1), (1, 1))
    one = leaf(f, box((0, 1), (0, 1)), ["convex", 0], Hints([found]), "here")
    # the slope at ¼ is ½: so f >= 1/16 − 1/8, and minimisers lie within 1 of (¼, 0)
    assert one.floor <= fmpq(-1, 16) + fmpq(1, 10**9)
    assert one.attains
    assert box((0, 0), (0, 0)).within(one.where)
    assert refused(f, box((0, 2), (0, 1)), ["convex", 0], Hints([found]), "here")
    assert refused(f, box((0, 1), (0, 1)), ["convex", 1], Hints([found]), "here")
    assert refused(subject(SQUARES, (-1, 0), (-1, 1)), box((-1, 0), (0, 1)), ["convex", 0], Hints([found]), "here")


def test_a_zone_at_the_edge_of_the_domain_leaves_minimisers_on_all_of_the_region():
    whole = box((-1, 1), (-1, 1))
    at = box((-fmpq(1, 10), fmpq(1, 10)), (-fmpq(1, 10), fmpq(1, 10)))
    f = subject(SQUARES, (-2, 2), (-2, 2))
    found = zone(f.f, whole, at, "minimum")
    assert leaf(f, whole, ["newton", 0], Hints((), [found]), "here").where == at
    for edge in (
        subject(SQUARES, (-1, 2), (-2, 2)),
        subject(SQUARES, (-2, 2), (-2, 2), slabs=(Slab((fmpq(1), fmpq(0)), (fmpq(-1), None)),)),
    ):
        assert leaf(edge, whole, ["newton", 0], Hints((), [found]), "here").where == whole
    hill = subject(["negate", SQUARES], (-2, 2), (-2, 2))
    top = zone(hill.f, whole, at, "maximum")
    assert leaf(hill, whole, ["newton", 0], Hints((), [top]), "here").where is None


def test_off_is_a_box_that_misses_a_slab_by_more_than_nothing():
    slab = Slab((fmpq(1), fmpq(1)), (fmpq(3), fmpq(5)))  # 3 <= x + y <= 5
    f = subject(SQUARES, (-9, 9), (-9, 9), slabs=(slab,))
    found = leaf(f, box((0, 1), (0, 1)), ["off", 0], Hints(), "here")
    assert (found.attains, found.where, found.floor) == (True, None, None)
    assert leaf(f, box((3, 4), (3, 4)), ["off", 0], Hints(), "here").where is None
    for sides in (((0, 2), (0, 1)), ((3, 4), (2, 4)), ((1, 2), (1, 2))):
        assert refused(f, box(*sides), ["off", 0], Hints(), "here")


def test_a_limit_is_of_a_tail_of_one_weight_over_all_reals():
    f = subject(power(["sigmoid", X], 2), names=("x",))
    falls = leaf(f, box((None, 0)), ["limit", "rising"], Hints(), "here")
    assert (falls.strict, falls.attains, falls.far, falls.floor) == (True, False, (0, 0), 0)
    high = leaf(f, box((0, None)), ["limit", "rising"], Hints(), "here")
    assert (high.strict, high.attains, high.far, high.where) == (False, True, (1, 1), None)
    assert refused(f, box((0, None)), ["limit", "falling"], Hints(), "here")
    assert refused(f, box((0, 1)), ["limit", "rising"], Hints(), "here")
    assert refused(f, everywhere(1), ["limit", "rising"], Hints(), "here")
    bounded = subject(power(["sigmoid", X], 2), (0, 1), names=("x",))
    assert refused(bounded, box((0, None)), ["limit", "rising"], Hints(), "here")


def test_a_face_attains_where_all_of_its_region_does():
    def shown(f, tree):
        return list(facts(f, tree, Hints(), "tree", lambda work, place: None))

    f = subject(SQUARES, (1, 2), (0, 1))
    (found,) = shown(f, [["face", 0, "rising"], ["bound"]])
    assert (found.attains, found.floor, found.region, found.stationary) == (True, 1, box((1, 1), (0, 1)), "none")
    far = Subject(f.f, Domain(box((1, None), (0, 1))))
    assert not shown(far, [["face", 0, "rising"], ["bound"]])[0].attains
    # below x = 1 the slab x − y >= 1 may end: (1, 0) lies in it, and what lies below (2, 1) does not
    cut = Subject(f.f, Domain(box((1, 2), (0, 1)), (Slab((fmpq(1), fmpq(-1)), (fmpq(1), None)),)))
    for tree in ([["face", 0, "rising"], ["bound"]], [["face", 0, "falling"], ["bound"]]):
        with pytest.raises(Refused):
            shown(cut, tree)


def test_a_core_stands_first_over_all_reals_and_has_width():
    f = subject(SQUARES)
    leaves = [["bound"]] * 5
    shown = list(facts(f, [["core", [["-1", "1"], ["-1", "1"]]], *leaves], Hints(), "tree", lambda work, place: None))
    assert [found.floor for found in shown] == [0, 1, 1, 1, 1]
    for tree in (
        [["core", [["-1", "1"], ["0", "0"]]], *leaves],  # the cones over a side without width miss the rest of the line
        [["cut", 0, "5"], ["core", [["-1", "1"], ["-1", "1"]]], *leaves, ["bound"]],
        [["core", [["-1", "1"], ["-1", "1"]]], ["core", [["-1", "1"], ["-1", "1"]]], *leaves, *leaves[1:]],
    ):
        with pytest.raises(Refused):
            list(facts(f, tree, Hints(), "tree", lambda work, place: None))


def test_only_what_is_above_a_limit_is_strictly_above_its_floor():
    # the least value is taken in each of these, so f is not above it everywhere
    f = subject(SQUARES, (-2, 2), (-2, 2))
    whole = box((-1, 1), (-1, 1))
    hints = Hints([bowl(f.f, whole, (fmpq(0), fmpq(0)), fmpq(1), (1, 1))], [zone(f.f, whole, whole, "minimum")])
    for node in (["bound"], ["convex", 0], ["newton", 0]):
        found = leaf(f, whole, node, hints, "here")
        assert (found.strict, found.floor, found.least) == (False, 0, 0)
    edge = subject(SQUARES, (-1, 2), (-2, 2))
    assert not leaf(edge, whole, ["newton", 0], hints, "here").strict
    assert leaf(edge, whole, ["newton", 0], hints, "here").floor == 0
    slab = subject(SQUARES, (-9, 9), (-9, 9), slabs=(Slab((fmpq(1), fmpq(1)), (fmpq(3), None)),))
    assert not leaf(slab, box((0, 1), (0, 1)), ["off", 0], Hints(), "here").strict


@pytest.mark.parametrize(("direction", "way"), [("1", "falling"), ("-1", "rising")])
def test_of_one_weight_what_falls_is_least_at_its_upper_end(direction, way):
    f = subject(["negate", X], (-1, 1), names=("x",))
    assert leaf(f, box((-1, 1)), ["sign", [direction], way], Hints(), "here").floor == -1
    assert leaf(f, box((0, None)), ["sign", [direction], way], Hints(), "here").floor is None
