"""Claims inside claims: what the outer one says must follow from the inner one, and from nothing more."""

from __future__ import annotations

import pytest

from tests.kernel.drafts import add, claim, cover, judge, number, power, problem, refusal, times, weight

X, Y = weight("x"), weight("y")
BOX = {"x": ["-1", "1"]}
CONSTANT = {"method": "constant"}


def told(*parts):
    return refusal(*parts).place


# --- CONSTANT

FIVE = problem(number(5), "x")


@pytest.mark.parametrize(
    ("stated", "place"),
    [
        (claim("attained", (5, 5), domain=BOX, at=BOX), None),
        (claim("attained", (5, 5), domain=BOX, at={"x": ["0", "0"]}, every=False), None),
        (claim("undecided", (5, 5)), None),
        (claim("attained", (5, 5), domain=BOX, at={"x": ["0", "0"]}), "claim.every"),  # every point is a minimiser
        (claim("attained", (5, 5), domain=BOX, at={"x": ["2", "3"]}, every=False), "claim.at"),  # outside
        (claim("attained", (5, 5), at=BOX), "claim.every"),
        (claim("attained", (6, 7), domain=BOX, at=BOX), "claim.value"),
        (claim("attained", (3, 4), domain=BOX, at=BOX), "claim.value"),
        (claim("not attained", (5, 5), direction={"x": "1"}), "claim.kind"),
        (claim("attained", (5, 5), domain=BOX, at=BOX, stationary=[]), "claim.stationary"),  # everywhere is one
        (claim("undecided", (5, 5), limits={"-inf": ["6", "6"], "+inf": ["6", "6"]}), "claim.stationary"),
    ],
)
def test_a_number_is_its_own_infimum_taken_everywhere(stated, place):
    if place is None:
        assert judge(FIVE, stated, CONSTANT).leaves == 0
    else:
        assert told(FIVE, stated, CONSTANT) == place


def test_a_function_that_changes_is_no_number():
    wrong = claim("undecided", ("-1", "1"), domain=BOX)  # x² is no number, though its range lies there
    assert told(problem(power(X, 2), "x"), wrong, CONSTANT) == "proof"


def test_a_number_without_a_value_is_none():
    assert told(problem(["log", number(-1)]), claim("undecided", ("-inf", "inf")), CONSTANT) == "claim.kind"


# --- CONVEX: (x − 1)² over all reals, from the box [0, 3]

BOWL = problem(power(add(X, number(-1)), 2), "x")
BOX3 = {"x": ["0", "3"]}
INNER = claim("attained", (0, 0), domain=BOX3, at={"x": ["1", "1"]})
SHOWN = cover([["convex", 0]], [1], convex=[{"box": [["0", "3"]], "point": ["1"], "modulus": "1.9", "grid": [0]}])


def convex(**other):
    return {"method": "convex", "claim": INNER | other, "proof": SHOWN}


@pytest.mark.parametrize(
    ("outer", "inner", "place"),
    [
        ({}, {}, None),
        ({"every": False}, {}, None),
        ({"value": ["-1", "1"], "at": {"x": ["0", "9"]}}, {}, None),
        ({"at": {"x": ["2", "3"]}}, {}, "claim"),  # the minimiser is 1
        ({"value": ["0.1", "1"]}, {}, "claim"),
        ({"value": ["-1", "-0.1"]}, {}, "claim"),
        ({"domain": {"x": ["2", "3"]}}, {}, "proof"),  # the least over [2, 3] is 1
        ({"kind": "undecided", "at": None}, {}, "proof.claim"),
        ({}, {"every": False}, "proof.claim"),
        ({}, {"kind": "undecided", "at": None}, "proof.claim"),
    ],
)
def test_of_a_convex_function_a_minimum_inside_a_box_is_one_of_all(outer, inner, place):
    stated = claim("attained", (0, 0), at={"x": ["1", "1"]}) | outer
    if place is None:
        assert judge(BOWL, stated, convex(**inner)).leaves == 1
    else:
        assert told(BOWL, stated, convex(**inner)) == place


# --- COORDINATES: x = a + b, y = a − b; f = (x + y − 2)² + (x − y)² = (2a − 2)² + 4b², least at a = 1, b = 0: x = y = 1

SKEW = problem(add(power(add(X, Y, number(-2)), 2), power(add(X, ["negate", Y]), 2)), "x", "y")
T = [["1", "1"], ["1", "-1"]]
SQUARE = {"x": ["-2", "2"], "y": ["-2", "2"]}
NEW = {"x": ["-2", "2"], "y": ["-2", "2"]}  # a = (x + y)/2, b = (x − y)/2
ONE = {"x": ["1", "1"], "y": ["0", "0"]}
TREE = cover(
    [["convex", 0]], [1, 0], convex=[{"box": [["-2", "2"]] * 2, "point": ["1", "0"], "modulus": "7", "grid": [0, 0]}]
)


@pytest.mark.parametrize(
    ("outer", "inner", "matrix", "place"),
    [
        ({}, {}, T, None),
        ({"value": ["-1", "1"], "at": SQUARE, "every": False}, {}, T, None),
        ({"kind": "undecided", "at": None}, {}, T, "claim"),
        ({"at": {"x": ["1", "1"], "y": ["0", "0"]}}, {}, T, "claim.at"),  # where (a, b) is, not (x, y)
        ({"value": ["0.1", "1"]}, {}, T, "claim"),
        ({}, {"every": False}, T, "claim.at"),
        ({}, {"domain": {"x": ["-2", "2"], "y": ["-1", "2"]}}, T, "proof.claim.domain"),  # b = −2 at (−2, 2)
        ({}, {"domain": {"x": ["-1", "2"], "y": ["-2", "2"]}}, T, "proof.claim.domain"),
        ({}, {"domain": "all reals"}, T, "proof.claim.domain"),
        ({"domain": "all reals"}, {}, T, "proof.claim.domain"),
        ({}, {}, [["1", "1"], ["2", "2"]], "proof.matrix"),
        ({}, {}, [["1", "1"]], "proof.matrix"),
    ],
)
def test_in_other_coordinates_the_claim_is_the_image_of_the_inner_one(outer, inner, matrix, place):
    stated = claim("attained", (0, 0), domain=SQUARE, at={"x": ["1", "1"], "y": ["1", "1"]}) | outer
    within = claim("attained", (0, 0), domain=NEW, at=ONE) | inner
    proof = {"method": "coordinates", "matrix": matrix, "claim": within, "proof": TREE}
    if place is None:
        assert judge(SKEW, stated, proof).leaves == 1
    else:
        assert told(SKEW, stated, proof) == place


def test_a_minimiser_of_the_new_box_outside_the_old_one_counts_for_nothing():
    # over x, y in [−2, ½]² the least of f is (1 − 2)² = 1 at (½, ½); the least over all (a, b) of the new box is 0
    domain = {"x": ["-2", "0.5"], "y": ["-2", "0.5"]}
    stated = claim("attained", (0, 0), domain=domain, at={"x": ["1", "1"], "y": ["1", "1"]})
    proof = {
        "method": "coordinates",
        "matrix": T,
        "claim": claim("attained", (0, 0), domain=NEW, at=ONE),
        "proof": TREE,
    }
    assert told(SKEW, stated, proof).startswith("proof.proof")


# --- ESCAPE: σ(−x)² + (y − 1)² falls along x for ever, and leaves (y − 1)², least at y = 1

FALLS = problem(add(power(["sigmoid", ["negate", X]], 2), power(add(Y, number(-1)), 2)), "x", "y")
LINE = cover(
    [["cut", 0, "0"], ["limit", "falling"], ["cut", 0, "2"], ["newton", 0], ["limit", "rising"]],
    [1],
    newton=[{"box": [["0", "2"]], "at": [["1", "1"]], "kind": "minimum"}],
)


def kept(**other):
    inner = claim("attained", (0, 0), at={"y": ["1", "1"]}) | other
    return {"method": "escape", "direction": ["1", "0"], "kept": {"weights": ["y"], "claim": inner, "proof": LINE}}


@pytest.mark.parametrize(
    ("outer", "inner", "place"),
    [
        ({}, {}, None),
        ({"reached": True}, {}, None),
        ({"reached": False}, {}, "claim.reached"),
        ({"reached": True}, {"kind": "undecided", "at": None}, "claim.reached"),
        ({"reached": False}, {"kind": "undecided", "at": None}, "claim.reached"),
        ({"value": ["1", "2"]}, {}, "claim.value"),
        ({"value": ["-2", "-1"]}, {}, "claim.value"),
        ({"direction": {"x": "2", "y": "0"}}, {}, "claim.kind"),
        ({"direction": None, "kind": "attained", "at": {"x": ["0", "9"], "y": ["1", "1"]}}, {}, "claim.kind"),
        ({"domain": {"x": ["-1", "1"], "y": ["0", "2"]}}, {}, "claim.domain"),
        ({}, {"domain": {"y": ["-3", "3"]}}, "proof.kept.proof.tree[1]"),
    ],
)
def test_what_falls_for_ever_leaves_the_infimum_of_the_rest(outer, inner, place):
    stated = claim("not attained", (0, 0), direction={"x": "1", "y": "0"}) | outer
    if place is None:
        assert judge(FALLS, stated, kept(**inner)).leaves == 3
    else:
        assert told(FALLS, stated, kept(**inner)) == place


@pytest.mark.parametrize("names", [["x"], ["y", "y"], ["z"], [["y"]], []])
def test_the_weights_that_are_kept_are_those_that_the_rest_changes_with(names):
    stated = claim("not attained", (0, 0), direction={"x": "1", "y": "0"})
    proof = kept() | {"kept": kept()["kept"] | {"weights": names}}
    assert told(FALLS, stated, proof) == "proof.kept.weights"


@pytest.mark.parametrize(
    "part",
    [
        ["negate", power(["sigmoid", ["negate", X]], 2)],  # rises
        power(["sigmoid", X], 2),  # rises
        times(number("0.001"), X),  # rises, for ever
        ["exp", ["negate", X]],  # falls, but is not in the table of what falls to 0
        ["multiply", X, Y],
        ["sigmoid", power(X, 2)],
    ],
)
def test_a_part_that_does_not_fall_to_0_forbids_an_escape(part):
    stated = claim("not attained", (0, 0), direction={"x": "1", "y": "0"})
    loss = add(FALLS["loss"], part)
    assert told(problem(loss, "x", "y"), stated, kept()) == "proof.direction"


def test_proofs_do_not_stand_in_one_another_without_end():
    inner, stated = CONSTANT, claim("attained", (5, 5), at={})
    for _ in range(33):
        inner = {"method": "reduce", "kept": {"weights": [], "claim": stated, "proof": inner}}
    assert "32" in refusal(problem(number(5)), stated, inner).message
    assert judge(problem(number(5)), stated, inner["kept"]["proof"]).leaves == 0
