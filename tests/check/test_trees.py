"""Trees of boxes: what lies where is decided exactly, whatever doubles its ends are read as; and a list that is no tree is refused at its place."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest

from chainrule_fast import Refused
from chainrule_fast.engine import Range
from chainrule_fast.space.nodes import check_can_be_left, check_inside
from chainrule_fast.space.rules import Rules, Wanted
from chainrule_fast.space.tree import Root, walk

THIRD, TENTH, TINY = Fraction(1, 3), Fraction(1, 10), Fraction(1, 10**30)
SIDES = [
    (-THIRD, THIRD), (TENTH, THIRD), (Fraction(-1), Fraction(1)), (THIRD, THIRD + TINY), (Fraction(1 / 3), Fraction(1 / 3) + TINY),
    (Fraction(-1), -TENTH), (Fraction(0), TENTH),
]  # fmt: skip
CUTS = [-0.7, -0.25, 0.0, 0.125, 0.2, 0.3]


def kinds_of_side(root, j):
    """Each kind of side that a tree below the root may have: its doubles, and what it exactly is."""
    (first, last), lower, upper = root.box[j], root.lower[j], root.upper[j]
    inside = [c for c in CUTS if root.inner_lower[j] < c < root.inner_upper[j]]
    yield lower, upper, first, last
    yield lower, root.inner_lower[j], first, first
    yield root.inner_upper[j], upper, last, last
    for c in inside:
        yield lower, c, first, Fraction(c)
        yield c, upper, Fraction(c), last
        yield c, c, Fraction(c), Fraction(c)
    for a, b in itertools.combinations(inside, 2):
        yield a, b, Fraction(a), Fraction(b)


def others(first, last, low, high):
    """Ends of another side, on, just inside, and just outside those of a side."""
    for a in {first, last, low, high}:
        yield from (a, a - TINY, a + TINY, a - 1, a + 1)


@pytest.mark.parametrize("side", SIDES, ids=str)
def test_a_side_lies_in_another_where_it_exactly_does(side):
    root = Root((side,))
    for x, y, low, high in kinds_of_side(root, 0):
        for a, b in itertools.product(others(*side, low, high), repeat=2):
            if a > b:
                continue
            found = bool(root.inside(np.array([[x]]), np.array([[y]]), ((a, b),))[0])
            exactly = a <= low and high <= b
            assert found <= exactly, (low, high, a, b)
            plain = all(Fraction(float(end)) == end or end in side for end in (a, b))
            if plain:  # doubles tell, and the root's own ends are known
                assert found == exactly, (low, high, a, b)


def test_a_box_lies_in_another_only_if_each_side_does():
    rng = random.Random(1)
    root = Root((SIDES[0], SIDES[1]))
    sides = [list(kinds_of_side(root, j)) for j in (0, 1)]
    for _ in range(200):
        chosen = [rng.choice(kinds) for kinds in sides]
        other = tuple(
            (low - rng.choice([0, 1]), high + rng.choice([0, 1]) - rng.choice([0, 0, 1])) for *_, low, high in chosen
        )
        other = tuple((min(a, b), max(a, b)) for a, b in other)
        found = root.inside(np.array([[s[0] for s in chosen]]), np.array([[s[1] for s in chosen]]), other)[0]
        assert found <= all(a <= s[2] and s[3] <= b for s, (a, b) in zip(chosen, other, strict=True))


def nodes_of(tree, box=((Fraction(0), Fraction(1)), (Fraction(0), Fraction(1)))):
    """The nodes that are no split, by their number, with their boxes."""
    found = {}
    for batch in walk(tree, Root(box), "tree", ("natural", "face", "monotone")):
        for kind, items in batch.items():
            for i, number in enumerate(items.number.tolist()):
                found[number] = kind, items.lower[i].tolist(), items.upper[i].tolist()
    return found


N = ["natural"]


def test_the_lower_part_of_a_cut_comes_first_and_a_face_has_one_child():
    tree = [
        ["split", 0, "1/2"],
        ["split", 1, "1/4"],
        N,
        N,
        ["face", 1, "upper"],
        ["split", 0, "3/4"],
        N,
        ["face", 0, "lower"],
        N,
    ]
    assert nodes_of(tree) == {
        2: ("natural", [0, 0], [0.5, 0.25]),
        3: ("natural", [0, 0.25], [0.5, 1]),
        4: ("face", [0.5, 0], [1, 1]),
        6: ("natural", [0.5, 1], [0.75, 1]),
        7: ("face", [0.75, 1], [1, 1]),
        8: ("natural", [0.75, 1], [0.75, 1]),
    }


@pytest.mark.parametrize(
    ("tree", "place"),
    [
        ([["split", 0, "0.5"], N], "tree[2]"),
        ([["split", 0, "0.5"], N, N, N], "tree[3]"),
        ([N, N], "tree[1]"),
        ([["split", 0, "0"], N, N], "tree[0]"),
        ([["split", 0, "1"], N, N], "tree[0]"),
        ([["split", 0, "0.5"], ["split", 0, "0.5"], N, N, N], "tree[1]"),
        ([["split", 0, "0.5"], N, ["split", 0, "0.5"], N, N], "tree[2]"),
        ([["split", 0, "0.5"], N, ["split", 0, "0.25"], N, N], "tree[2]"),
        ([["face", 0, "lower"], ["split", 0, "0.5"], N, N], "tree[1]"),
        ([["split", 2, "0.5"], N, N], "tree[0]"),
        ([["split", -1, "0.5"], N, N], "tree[0]"),
        ([["split", 0], N, N], "tree[0]"),
        ([["face", 0, "inside"], N], "tree[0]"),
        ([["cut", 0, "0.5"], N, N], "tree[0]"),
        (["natural"], "tree[0]"),
        ([[]], "tree[0]"),
        ([[3]], "tree[0]"),
        ([None], "tree[0]"),
        ([], "tree"),
    ],
)
def test_what_is_no_tree_is_refused_at_its_node(tree, place):
    with pytest.raises(Refused) as refusal:
        nodes_of(tree)
    assert refusal.value.place == place, refusal.value


def test_a_side_that_no_double_cuts_and_one_that_was_shrunk_are_not_cut():
    narrow = ((THIRD, THIRD + TINY), (Fraction(0), Fraction(1)))
    for cut in (float(THIRD), "0.33333333333333337", "0.3333333333333333"):
        with pytest.raises(Refused):
            nodes_of([["split", 0, str(cut)], N, N], narrow)
    for end in ("lower", "upper"):
        with pytest.raises(Refused):
            nodes_of([["face", 0, end], ["split", 0, "0.33333333333333331"], N, N], narrow)


UNIT = (Fraction(0), Fraction(1))
PLACE = ((Fraction(0), Fraction(1, 2)),)


@pytest.mark.parametrize(
    ("bound", "inside", "enough"),
    [
        (Fraction(1, 2), False, False),  # a tie with U is not above it
        (Fraction(1, 2) + TINY, False, True),
        (Fraction(1, 2), True, True),
        (THIRD, True, True),
        (THIRD - TINY, True, False),
        (Fraction(1), True, True),
    ],
)
def test_a_bound_is_enough_at_least_L_and_above_U_or_in_the_place(bound, inside, enough):
    assert Wanted(THIRD, Fraction(1, 2), PLACE).enough(Range(bound, Fraction(2)), inside) == enough
    assert Wanted(THIRD, None, None).enough(Range(bound, Fraction(2)), False) == (bound >= THIRD)


def test_bounds_in_doubles_are_enough_only_where_exact_ones_are():
    rules = Rules(Root((UNIT,)), Wanted(THIRD, Fraction(1, 2), PLACE))
    lower, upper = np.array([[0.0], [0.0], [0.25], [0.0]]), np.array([[1.0], [0.5], [0.5], [0.5]])
    below, above = (
        float(np.nextafter(1 / 3, 0)),
        float(np.nextafter(1 / 3, 1)),
    )  # the double nearest to 1/3 lies below it
    for bounds, wanted in (
        ([0.5] * 4, [False, True, True, True]),
        ([float(np.nextafter(0.5, 1))] * 4, [True] * 4),
        ([below] * 4, [False] * 4),
        ([1 / 3] * 4, [False] * 4),
        ([above] * 4, [False, True, True, True]),
        ([0.6, 0.6, 0.4, 0.1], [True, True, True, False]),
    ):
        assert rules.enough(np.array(bounds), lower, upper).tolist() == wanted
    anywhere = Rules(Root((UNIT,)), Wanted(THIRD, None, None))
    assert anywhere.enough(np.array([0.4, 1 / 3]), lower[:2], upper[:2]).tolist() == [True, False]


def test_a_leaf_names_a_well_that_there_is_and_that_holds_it():
    root = Root((UNIT,))
    ((items,),) = ([*batch.values()] for batch in walk([["well", 1]], root, "tree", ("well",)))
    check_inside(items, root, [PLACE, (UNIT,)], "well")
    for boxes in ([PLACE], [], [(UNIT,)], [(UNIT,), PLACE]):
        with pytest.raises(Refused) as refusal:
            check_inside(items, root, boxes, "well")
        assert refusal.value.place == "tree[0]"


@pytest.mark.parametrize(("word", "last"), [("rising", ["split", 0, "0.5"]), ("falling", ["split", 0, "0.5"])])
def test_a_leaf_that_is_left_downhill_does_not_touch_the_face_it_falls_towards(word, last):
    root = Root((UNIT,))
    ((items,),) = (
        [*batch.values()]
        for batch in walk([last, ["monotone", 0, word], ["monotone", 0, word]], root, "tree", ("monotone",))
    )
    with pytest.raises(Refused) as refusal:
        check_can_be_left(items, root)
    assert refusal.value.place == ("tree[1]" if word == "rising" else "tree[2]")
    assert ("lower" if word == "rising" else "upper") in refusal.value.message
    check_can_be_left(items.part(1, 2) if word == "rising" else items.part(0, 1), root)
