"""Each theorem of the kernel, and a false certificate for each of its hypotheses: it holds all of the others."""

from __future__ import annotations

import pytest

from tests.kernel.drafts import add, claim, column, cover, judge, neuron, number, power, problem, refusal, times, weight

X = weight("x")
SQUARE = problem(power(X, 2), "x")
BOX = {"x": ["-1", "1"]}


def attained(at, value=("0", "1e-9"), domain=BOX, **other):
    return claim("attained", value, domain=domain, at={"x": [str(end) for end in at]}, **other)


def test_a_true_claim_in_a_box_is_accepted():
    # x² on [−1, 1]: strongly convex with modulus 2, least 0 at 0
    bowl = {"box": [["-1", "1"]], "point": ["0"], "modulus": "1.9", "grid": [0]}
    report = judge(SQUARE, attained((0, 0)), cover([["convex", 0]], [0], convex=[bowl]))
    assert "has a global minimum over x in [-1, 1]; every global minimiser has x in [0, 0]" in str(report)


# --- INFIMUM: each leaf is at least L, or has no global minimiser below it


def test_a_lower_end_above_the_infimum_is_refused():
    # 0.1 > 0 = x² at 0
    assert refusal(SQUARE, attained((-1, 1), ("0.1", "1")), cover([["bound"]], [0])).place == "proof.tree[0]"


def test_a_monotone_leaf_at_the_edge_of_the_domain_keeps_its_minimiser():
    # x on [−1, 1] is least at −1, where x rises: the leaf holds the minimiser, so 0 is no lower end
    line = problem(X, "x")
    assert (
        refusal(line, attained((-1, 1), ("0", "1")), cover([["sign", ["1"], "rising"]], [1])).place == "proof.tree[0]"
    )


def test_a_function_without_a_lower_end_has_no_minimum_on_an_open_side():
    # x over all reals has no minimum; its slope has one sign everywhere, and no part of the line is bounded
    line = problem(X, "x")
    wrong = claim("attained", ("-1", "1"), at={"x": ["-1", "1"]})
    assert "proof.tree" in refusal(line, wrong, cover([["sign", ["1"], "rising"]], [0])).place


# --- ATTAINED: best in the domain, at most U; far leaves above U; near ones take their least value inside `at`


def test_a_best_point_outside_the_domain_is_refused():
    # (x − 3)² on [−1, 1] is at least 4; 3 lies outside
    away = problem(power(add(X, number(-3)), 2), "x")
    assert refusal(away, attained((-1, 1), ("0", "1")), cover([["bound"]], [3])).place == "proof.best"


def test_a_best_point_that_costs_more_is_refused():
    assert refusal(SQUARE, attained((-1, 1), ("0", "0.1")), cover([["bound"]], ["0.5"])).place == "proof.best"


def test_a_place_without_the_minimiser_is_refused():
    # the minimiser 0 is not in [0.5, 1]
    leaves = [["cut", 0, "0.5"], ["bound"], ["bound"]]
    assert refusal(SQUARE, attained(("0.5", 1), ("0", "1")), cover(leaves, [0])).place == "proof.tree[1]"


@pytest.mark.parametrize(
    ("loss", "why"),
    [
        (add(power(X, 2), ["negate", power(X, -2)]), "x² − x⁻² falls to −∞ at 0"),
        (["divide", number(1), X], "1/x has no value at 0, and falls to −∞ on its left"),
        (["negate", ["log", power(X, 2)]], "−ln x² has no value at 0"),
        (["log", ["abs", X]], "ln |x| falls to −∞ at 0"),
        (add(power(X, 2), times(number(0), power(X, -1))), "0·(1/x) has no value at 0, where x² would be least"),
        (add(power(X, 2), power(power(X, -1), 0)), "(1/x)⁰ has no value at 0"),
    ],
)
def test_what_is_undefined_where_it_could_be_lowest_is_not_attained(loss, why):
    wrong = attained((-1, 1), ("-inf", "3"))
    wrong["value"] = ["-inf", "3"]
    found = refusal(problem(loss, "x"), wrong, cover([["bound"]], [1]))
    assert found.place == "proof.tree[0]", why


def test_an_attained_claim_over_all_reals_needs_all_of_space():
    # x² − x⁴ is −∞ far out, and 0 at 0 is no minimum over all reals
    loss = add(power(X, 2), ["negate", power(X, 4)])
    wrong = claim("attained", ("0", "0"), at={"x": ["0", "0"]})
    tree = [["cut", 0, "-1"], ["open"], ["cut", 0, "1"], ["open"], ["open"]]
    assert refusal(problem(loss, "x"), wrong, cover(tree, [0])).place == "proof.tree[1]"


# --- COVER


@pytest.mark.parametrize(
    ("tree", "place"),
    [
        ([["cut", 0, "0"], ["bound"]], "proof.tree"),
        ([["bound"], ["bound"]], "proof.tree[1]"),
        ([["cut", 0, "2"], ["bound"], ["bound"]], "proof.tree[0]"),
        ([["cut", 0, "-1"], ["bound"], ["bound"]], "proof.tree[0]"),
        ([["cut", 1, "0"], ["bound"], ["bound"]], "proof.tree[0][1]"),
        ([["core", [["-1", "1"]]], ["bound"], ["bound"], ["bound"]], "proof.tree[0]"),
        ([["face", 0, "rising"], ["bound"]], "proof.tree[0]"),
        ([], "proof.tree"),
        ([["guess"]], "proof.tree[0][0]"),
    ],
)
def test_a_tree_with_a_gap_is_refused(tree, place):
    assert refusal(SQUARE, attained((-1, 1), ("0", "1")), cover(tree, [0])).place == place


def test_sides_that_only_doubles_confuse_are_told_apart():
    # 1/3 and 1/3 + 10⁻²⁰ have the same nearest double; the strip between them, where (x − 1/3)² is least, is not skipped
    loss = power(add(X, number("-1/3")), 2)
    edge = "0.33333333333333333334"
    wrong = claim("attained", ("1e-60", "1"), domain={"x": [edge, "1"]}, at={"x": ["0.5", "1"]})
    tree = [["cut", 0, "0.5"], ["sign", ["1"], "rising"], ["bound"]]
    assert refusal(problem(loss, "x"), wrong, cover(tree, ["0.5"])).place == "proof.tree[1]"


def test_a_face_needs_a_slope_of_one_sign_everywhere():
    # x² rises on [0, 1] but for 0 itself
    right = claim("attained", ("0", "1"), domain={"x": ["0", "1"]}, at={"x": ["0", "1"]})
    assert refusal(SQUARE, right, cover([["face", 0, "rising"], ["bound"]], [0])).place == "proof.tree[0]"


# --- CONVEX


def bowl(**other):
    return {"box": [["-1", "1"]], "point": ["0"], "modulus": "1.9", "grid": [0]} | other


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"modulus": "2.1"}, "x² has the second derivative 2"),
        ({"modulus": "0"}, "a modulus of 0 says nothing"),
        ({"point": ["2"]}, "the point lies outside the box"),
        ({"box": [["-1", "inf"]]}, "the box has no end"),
        ({"grid": [5000]}, "too many parts"),
    ],
)
def test_a_bowl_is_what_it_says(change, why):
    found = refusal(SQUARE, attained((0, 0)), cover([["convex", 0]], [0], convex=[bowl(**change)]))
    assert found.place.startswith("proof.convex[0]"), why


def test_a_bowl_whose_point_lies_outside_the_domain_says_nothing_of_its_minimisers():
    # over [0.5, 1] x² is least at 0.5, not near the point 0 of the bowl
    wrong = claim("attained", ("0", "1"), domain={"x": ["0.5", "1"]}, at={"x": ["0.9", "1"]})
    assert refusal(SQUARE, wrong, cover([["convex", 0]], ["1"], convex=[bowl()])).place == "proof.tree[0]"


def test_a_bowl_needs_second_derivatives_on_all_of_its_box():
    # |x| + x² has a kink at 0: its second derivative is 2 elsewhere
    loss = add(["abs", X], power(X, 2))
    found = refusal(problem(loss, "x"), attained((0, 0)), cover([["convex", 0]], [0], convex=[bowl()]))
    assert found.place == "proof.convex[0]"


# --- NEWTON


def zone(**other):
    return {"box": [["-1", "1"]], "at": [["-0.1", "0.1"]], "kind": "minimum"} | other


def listed(kind="minimum", at=("-0.1", "0.1"), value=("0", "0.011")):
    return {"kind": kind, "at": {"x": list(at)}, "value": list(value)}


def test_a_list_of_stationary_points_is_accepted():
    right = claim("undecided", ("0", "inf"), domain=BOX, stationary=[listed()])
    assert judge(SQUARE, right, cover([["newton", 0]], newton=[zone()])).leaves == 1


@pytest.mark.parametrize(
    ("stationary", "zones", "tree", "place"),
    [
        ([], [zone()], [["newton", 0]], "claim.stationary"),
        ([listed("maximum")], [zone()], [["newton", 0]], "claim.stationary"),
        ([listed(), listed()], [zone()], [["newton", 0]], "claim.stationary"),
        ([listed(), listed()], [zone(), zone()], [["newton", 0]], "claim.stationary"),
        ([listed(value=("0.001", "0.01"))], [zone()], [["newton", 0]], "claim.stationary"),
        ([listed(at=("0.2", "0.3"))], [zone(at=[["0.2", "0.3"]])], [["newton", 0]], "proof.newton[0]"),
        ([listed()], [zone(box=[["-0.5", "0.5"]])], [["newton", 0]], "proof.tree[0]"),
        ([listed()], [zone(at=[["-2", "2"]])], [["newton", 0]], "proof.newton[0]"),
        ([], [], [["bound"]], "proof.tree[0]"),
        ([], [], [["sign", ["1"], "rising"]], "proof.tree[0]"),
        ([listed("unknown", value=("0", "0.011"))], [], [["bound"]], "proof.tree[0]"),
        ([listed("unknown", ("-1", "1"), ("0", "0.5"))], [], [["bound"]], "claim.stationary"),
    ],
)
def test_a_false_list_of_stationary_points_is_refused(stationary, zones, tree, place):
    wrong = claim("undecided", ("0", "inf"), domain=BOX, stationary=stationary)
    assert refusal(SQUARE, wrong, cover(tree, newton=zones)).place == place


def test_two_stationary_points_are_not_one():
    # x⁴ − x² has the slope 0 at 0 and ±1/√2
    loss = add(power(X, 4), ["negate", power(X, 2)])
    wrong = claim("undecided", ("-inf", "inf"), domain=BOX, stationary=[listed("maximum", value=("-1", "1"))])
    assert (
        refusal(problem(loss, "x"), wrong, cover([["newton", 0]], newton=[zone(kind="maximum")])).place
        == "proof.newton[0]"
    )


def test_one_point_listed_twice_does_not_stand_for_two():
    # x³ − x on [−2, 2] has a maximum and a minimum; each is shown, and one is listed twice
    loss = add(power(X, 3), ["negate", X])
    near = {"maximum": ("-0.578", "-0.577"), "minimum": ("0.577", "0.578")}
    boxes = {"maximum": [["-2", "-0.1"]], "minimum": [["0.1", "2"]]}
    zones = [zone(box=boxes[kind], at=[list(at)], kind=kind) for kind, at in near.items()]
    tree = [["cut", 0, "-0.1"], ["newton", 0], ["cut", 0, "0.1"], ["sign", ["1"], "falling"], ["newton", 1]]
    entries = {kind: listed(kind, at, ("-1", "1")) for kind, at in near.items()}
    for chosen in (["maximum", "minimum"], ["minimum", "minimum"], ["maximum", "maximum"]):
        stated = claim(
            "undecided", ("-9", "inf"), domain={"x": ["-2", "2"]}, stationary=[entries[kind] for kind in chosen]
        )
        if len(set(chosen)) == 2:
            assert judge(problem(loss, "x"), stated, cover(tree, newton=zones)).leaves == 3
        else:
            assert refusal(problem(loss, "x"), stated, cover(tree, newton=zones)).place == "claim.stationary"


def test_a_kink_is_no_stationary_point():
    loss = ["abs", X]
    wrong = claim("undecided", ("0", "inf"), domain=BOX, stationary=[listed(value=("0", "1"))])
    assert refusal(problem(loss, "x"), wrong, cover([["newton", 0]], newton=[zone()])).place == "proof.newton[0]"


def test_a_slope_that_is_small_is_not_zero():
    # (x − 10⁻³⁰)² at exactly 0 has the slope −2·10⁻³⁰
    loss = power(add(X, number("-1e-30")), 2)
    at = {"at": [["0", "0"]]}
    wrong = claim("undecided", ("0", "inf"), domain=BOX, stationary=[listed(at=("0", "0"), value=("0", "1"))])
    assert refusal(problem(loss, "x"), wrong, cover([["newton", 0]], newton=[zone(**at)])).place == "proof.newton[0]"


# --- LIMIT and NOT ATTAINED

ONE = problem(neuron("w", bias=number(0)), "w", x0=[1], label=[1])  # σ(−w)²: falls to 0
AWAY = {"direction": {"w": "1"}}


def test_a_loss_that_falls_for_ever_is_not_attained():
    tree = [["cut", 0, "0"], ["limit", "falling"], ["limit", "falling"]]
    right = claim("not attained", ("0", "0"), **AWAY, stationary=[], limits={"-inf": ["1", "1"], "+inf": ["0", "0"]})
    assert "no global minimum" in str(judge(ONE, right, cover(tree)))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"value": ["0.1", "0.2"]}, "claim.value"),
        ({"direction": {"w": "-1"}}, "claim.direction"),
        ({"direction": {"w": "0"}}, "claim.direction"),
        ({"limits": {"-inf": ["1", "1"], "+inf": ["0.1", "0.2"]}}, "claim.limits.+inf"),
        ({"limits": {"-inf": "inf", "+inf": ["0", "0"]}}, "claim.limits.-inf"),
        ({"domain": {"w": ["-5", "5"]}}, "proof.tree[1]"),
    ],
)
def test_a_false_claim_about_a_limit_is_refused(change, place):
    tree = [["cut", 0, "0"], ["limit", "falling"], ["limit", "falling"]]
    assert refusal(ONE, claim("not attained", ("0", "0"), **AWAY) | change, cover(tree)).place == place


def test_a_tail_that_rises_is_not_one_that_falls():
    tree = [["cut", 0, "0"], ["limit", "rising"], ["limit", "falling"]]
    assert refusal(ONE, claim("not attained", ("0", "0"), **AWAY), cover(tree)).place == "proof.tree[1]"


def test_a_minimum_below_the_limit_forbids_not_attained():
    # (1 | 1), (−1 | 1) with bias: σ(−w)²/2 + σ(w)²/2 is least at 0, ¼, and tends to ½ on both sides
    two = problem(neuron("w", bias=number(0)), "w", x0=[1, -1], label=[1, 1])
    tree = [["cut", 0, "-9"], ["limit", "falling"], ["cut", 0, "9"], ["bound"], ["limit", "rising"]]
    found = refusal(two, claim("not attained", ("0.5", "0.5"), **AWAY), cover(tree))
    assert found.place in ("claim.direction", "proof.tree[3]")


# --- ESCAPE and REDUCE

PLANE = problem(neuron("wa", "wb", bias=number(-1)), "wa", "wb", x0=[1, -1], x1=[1, -1], label=[1, 0])


def escape(direction, kept):
    return {"method": "escape", "direction": direction, "kept": kept}


NOTHING = {
    "weights": [],
    "claim": claim("attained", ("0", "0"), at={}),
    "proof": {"method": "constant"},
}


def test_an_escape_is_accepted():
    right = claim("not attained", ("0", "0"), direction={"wa": "1", "wb": "1"})
    assert "no global minimum" in str(judge(PLANE, right, escape(["1", "1"], NOTHING)))


@pytest.mark.parametrize(
    ("direction", "value", "claimed", "place"),
    [
        (["1", "-1"], ("0", "0"), {"wa": "1", "wb": "-1"}, "proof.direction"),
        (["-1", "-1"], ("0", "0"), {"wa": "-1", "wb": "-1"}, "proof.direction"),
        (["1", "1"], ("0", "0"), {"wa": "1", "wb": "0"}, "claim.kind"),
        (["1", "1"], ("0.1", "0.2"), {"wa": "1", "wb": "1"}, "claim.value"),
    ],
)
def test_a_false_escape_is_refused(direction, value, claimed, place):
    wrong = claim("not attained", value, direction=claimed)
    assert refusal(PLANE, wrong, escape(direction, NOTHING)).place == place


def test_dependent_weights_leave_other_minimisers():
    # f depends on x + y only: every point of a line is a minimiser, and only one has y = 0
    loss = power(add(X, weight("y"), number(-1)), 2)
    inner = claim("attained", ("0", "0"), at={"x": ["1", "1"]})
    shown = {
        "method": "cover", "best": ["1"], "convex": [], "newton": [{"box": [["0", "2"]], "at": [["1", "1"]], "kind": "minimum"}],
        "tree": [["cut", 0, "0"], ["limit", "falling"], ["cut", 0, "2"], ["newton", 0], ["limit", "rising"]],
    }  # fmt: skip
    proof = {"method": "reduce", "kept": {"weights": ["x"], "claim": inner, "proof": shown}}
    place = {"x": ["1", "1"], "y": ["0", "0"]}
    stated = problem(loss, "x", "y")
    assert "at least one global minimiser" in str(
        judge(stated, claim("attained", ("0", "0"), at=place, every=False), proof)
    )
    assert refusal(stated, claim("attained", ("0", "0"), at=place), proof).place == "claim.every"


def test_weights_that_do_something_of_their_own_are_not_dropped():
    # with y held at 0, (x − 1)² + (x + y)² is least at ½; free, it is 0 at (1, −1)
    loss = add(power(add(X, number(-1)), 2), power(add(X, weight("y")), 2))
    inner = claim("attained", ("0.5", "0.5"), at={"x": ["0.5", "0.5"]})
    proof = {"method": "reduce", "kept": {"weights": ["x"], "claim": inner, "proof": {"method": "constant"}}}
    wrong = claim("attained", ("0.5", "0.5"), at={"x": ["0.5", "0.5"], "y": ["0", "0"]}, every=False)
    assert refusal(problem(loss, "x", "y"), wrong, proof).place == "proof.kept.weights"


# --- CONVEX over all reals, COORDINATES


def test_a_convex_claim_needs_a_convex_function():
    # x² − x⁴ is convex near 0 only
    loss = add(power(X, 2), ["negate", power(X, 4)])
    inner = claim("attained", ("0", "0"), domain={"x": ["-0.1", "0.1"]}, at={"x": ["0", "0"]})
    bowls = [{"box": [["-0.1", "0.1"]], "point": ["0"], "modulus": "1", "grid": [0]}]
    proof = {"method": "convex", "claim": inner, "proof": cover([["convex", 0]], [0], convex=bowls)}
    assert refusal(problem(loss, "x"), claim("attained", ("0", "0"), at={"x": ["0", "0"]}), proof).place == "proof"


def test_a_minimum_at_the_edge_of_the_box_is_none_of_all():
    # e^x over [−1, 1] is least at −1, and has no minimum over all reals
    inner = claim("attained", ("0.3", "0.4"), domain={"x": ["-1", "1"]}, at={"x": ["-1", "-1"]})
    proof = {"method": "convex", "claim": inner, "proof": cover([["face", 0, "rising"], ["bound"]], [-1])}
    wrong = claim("attained", ("0.3", "0.4"), at={"x": ["-1", "-1"]})
    assert refusal(problem(["exp", X], "x"), wrong, proof).place == "proof.claim.at"


def test_coordinates_without_an_inverse_are_refused():
    loss = power(add(X, weight("y")), 2)
    inner = claim("attained", ("0", "0"), at={"x": ["0", "0"], "y": ["0", "0"]})
    proof = {
        "method": "coordinates",
        "matrix": [["1", "1"], ["1", "1"]],
        "claim": inner,
        "proof": {"method": "constant"},
    }
    wrong = claim("attained", ("0", "0"), at={"x": ["0", "0"], "y": ["0", "0"]})
    assert refusal(problem(loss, "x", "y"), wrong, proof).place == "proof.matrix"


# --- numbers beyond all bounds


def test_an_end_beyond_arb_is_never_rounded_inwards():
    # e^(e^(e^100)) is finite; nothing can be said of it, so neither that it is +∞ nor that it is below anything
    huge = ["exp", ["exp", ["exp", number(100)]]]
    wrong = claim("undecided", ("1", "inf"), domain=BOX)
    assert refusal(problem(add(huge, power(X, 2)), "x"), wrong, cover([["bound"]])).place == "proof.tree[0]"


def test_a_mean_over_columns_speaks_of_the_rows():
    loss = ["mean", power(add(column("a"), ["negate", X]), 2)]
    right = claim("attained", ("0.6", "0.7"), domain={"x": ["0", "9"]}, at={"x": ["1.999", "2.001"]})
    bowls = [{"box": [["0", "9"]], "point": ["2"], "modulus": "1.9", "grid": [0]}]
    proof = cover([["convex", 0]], [2], convex=bowls)  # the mean of 1, 2, 3 is 2, and their variance 2/3
    assert judge(problem(loss, "x", a=[1, 2, 3]), right, proof).rows == 3
    assert refusal(problem(loss, "x", a=[1, 2, 4]), right, proof).place.startswith("proof")


def test_where_the_infimum_is_tended_to_is_not_claimed_without_a_proof():
    right = claim("not attained", ("0", "0"), direction={"wa": "1", "wb": "1"})
    assert "from some point it tends to it" in str(judge(PLANE, right | {"reached": True}, escape(["1", "1"], NOTHING)))
    assert refusal(PLANE, right | {"reached": False}, escape(["1", "1"], NOTHING)).place == "claim.reached"


# --- work


def test_a_short_document_cannot_ask_for_much_work():
    nested = X
    for _ in range(6):
        nested = ["sum", times(nested, column("a"))]  # 12⁶ parts
    many = problem(nested, "x", a=list(range(1, 13)))
    assert refusal(many, attained((-1, 1), ("0", "1")), cover([["bound"]], [0])).place.startswith("problem.loss")
    weights = [f"x{j}" for j in range(100)]
    product = times(*[add(*map(weight, weights))] * 3)
    wide = claim("undecided", ("-inf", "inf"), domain={name: ["-1", "1"] for name in weights})
    tree = [["cut", 0, "0"], *[["bound", "curvature"]] * 2]
    assert judge(problem(product, *weights), wide, cover(tree)).leaves == 2


def test_a_power_of_a_long_number_is_enclosed_at_once():
    long = "1." + "1" * 90
    loss = power(add(number(long), X), 200)
    right = claim("undecided", ("0", "inf"), domain=BOX)
    assert judge(problem(loss, "x"), right, cover([["bound"]])).leaves == 1


def test_a_name_cannot_be_taken_for_a_sentence():
    for name in ("x in [0, 0]. Accepted", "x\u202e", "x\nAccepted."):
        stated = problem(power(weight(name), 2), name)
        wrong = attained((-1, 1), ("0", "1"), domain={name: ["-1", "1"]}) | {"at": {name: ["-1", "1"]}}
        if name.isprintable():
            assert f"has {name!r} in [-1, 1]" in str(judge(stated, wrong, cover([["bound"]], [0])))
        else:
            assert refusal(stated, wrong, cover([["bound"]], [0])).place == "problem.weights[0]"
