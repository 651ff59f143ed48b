"""Forgeries that were accepted once, or that ended in a crash: each with why its claim is false."""

from __future__ import annotations

import pytest

from chainrule_check import Refused
from chainrule_check.claim import read_claim
from chainrule_check.problem import read_problem
from chainrule_check.proof import Tally, check_proof
from tests.kernel.drafts import add, claim, cover, judge, number, power, problem, refusal, times, weight

X = weight("x")
BOX = {"x": ["-1", "1"]}


def square(*parts):
    return power(["sigmoid", add(*parts)], 2)


# --- COORDINATES: a point of the new coordinates' box need not lie in the domain


@pytest.mark.parametrize("inner", [(1, 1), (-1, 1)])
def test_a_minimiser_of_a_number_lies_in_the_domain(inner):
    # x = a + b, y = a − b; the box [−1, 1]² of (a, b) holds the domain [−1, 1]², and its corner (1, 1) is (x, y) = (2, 0), outside:
    # the inner claim names no point of the domain, and the outer one names one that no (x, y) of the domain comes near
    domain = {"x": ["-1", "1"], "y": ["-1", "1"]}
    corner = {name: [str(end)] * 2 for name, end in zip("xy", inner, strict=True)}
    at = claim("attained", (5, 5), domain=domain, at=corner, every=False)
    proof = {"method": "coordinates", "matrix": [["1", "1"], ["1", "-1"]], "claim": at, "proof": {"method": "constant"}}
    wrong = claim("attained", (5, 5), domain=domain, at={"x": ["100", "101"], "y": ["7", "7"]}, every=False)
    assert refusal(problem(number(5), "x", "y"), wrong, proof).place == "claim.at"


# --- NOT ATTAINED: whether the infimum is a limit from some point


def approaching(*stays):
    """σ(u + 10)² + 2 σ(−u/10)² is above 1 everywhere and tends to it as u → ∞: σ(u + 10)² >= 1 − 2e^(−u−10), and the other falls more slowly; on the left by the cuts."""
    f = add(square(weight("u"), number(10)), times(number(2), square(times(number("-0.1"), weight("u")))), *stays)
    # −u/10 + (u + 10)/10 = 1
    one = {
        "form": ["1", "0", "10"], "share": "0.1", "portion": "1", "multipliers": [[["0.1", "0", "0"], "1"]], "stays": [],
    }  # fmt: skip
    places = [-13, *(-13 + n / 20 for n in range(1, 260))]
    tree = [node for x in places for node in (["cut", 0, str(x)], ["bound"])]
    return problem(f, "u", "v"), cover(
        [*tree, ["above", 0]], approaches=[{"direction": ["1", "0"], "identities": [one]}]
    )


def test_a_part_that_is_least_only_far_out_is_at_its_least_from_no_point():
    # with σ(v)² beside it the infimum is 1 still, as v → −∞; but from (u, v) along u the limit is 1 + σ(v)² > 1
    stated, proof = approaching(square(weight("v")))
    right = claim("not attained", (1, 1), direction={"u": "1", "v": "0"})
    assert "from no point it tends to it" in str(judge(stated, right | {"reached": False}, proof))
    assert "from" not in judge(stated, right, proof).sentence
    assert refusal(stated, right | {"reached": True}, proof).place == "claim.reached"


def test_a_part_with_a_least_place_of_its_own_is_at_its_least_from_some_point():
    # σ(v)² + σ(−v)² is least at v = 0, where it is ½; and along u the loss tends to 3/2 from there
    stated, proof = approaching(square(weight("v")), square(["negate", weight("v")]))
    proof = {**proof, "tree": [["bound", "pool"] if node == ["bound"] else node for node in proof["tree"]]}
    right = claim("not attained", ("1.5", "1.5"), direction={"u": "1", "v": "0"})
    assert "from some point it tends to it" in str(judge(stated, right | {"reached": True}, proof))
    assert refusal(stated, right | {"reached": False}, proof).place == "claim.reached"


# --- numbers beyond all bounds: a refusal, not a crash


def tower(f, height=6):
    """f to the power 1000, and that again, …: at 1e400 a number of 10²⁰ digits."""
    for _ in range(height):
        f = power(f, 1000)
    return f


@pytest.mark.parametrize("side", [["1e399", "1e400"], ["1e-400", "1e-399"]])
def test_a_hessian_beyond_all_numbers_is_no_matrix(side):
    zone = {"box": [side], "at": [side], "kind": "minimum"}
    wrong = claim("undecided", ("-inf", "inf"), domain={"x": side})
    proof = cover([["newton", 0]], newton=[zone])
    assert refusal(problem(tower(X), "x"), wrong, proof).place == "proof.newton[0]"


@pytest.mark.parametrize("size", ["1e400", "1e-400"])
def test_a_bowl_that_says_nothing_of_the_place_keeps_all_of_its_box(size):
    # c + d·x + x², d of 10²⁰ digits: convex, and least at the end of the box, which is not in the claimed place
    far = times(tower(number(size)), X)
    bowl = {"box": [["-1", "1"]], "point": ["0"], "modulus": "1.9", "grid": [0]}
    wrong = claim("attained", ("-1", "1"), domain=BOX, at={"x": ["0.5", "1"]})
    found = refusal(problem(add(far, power(X, 2)), "x"), wrong, cover([["convex", 0]], [0], convex=[bowl]))
    assert found.place.startswith("proof.tree[0]")


def test_a_power_too_long_to_be_written_is_refused():
    # x to the power 10⁴⁸⁰⁰
    huge = times(*[number("1e400")] * 12)
    wrong = claim("undecided", ("-inf", "inf"), domain=BOX)
    assert refusal(problem(["power", X, huge], "x"), wrong, cover([["bound"]])).place == "problem.loss"


def test_places_of_unknown_kind_cost_work_too():
    # the tree asks for f once, and each place once more: 100 of them are more than what the rest takes
    places = [{"kind": "unknown", "at": {"x": ["-1", "1"]}, "value": ["0", "1"]}] * 100
    table, loss = read_problem(problem(power(X, 2), "x"), 100)
    for count, fails in ((1, False), (100, True)):
        stated = read_claim(
            claim("undecided", (0, "inf"), domain=BOX, stationary=places[:count]), table.weights, "claim"
        )
        if not fails:
            check_proof(loss, stated, cover([["bound"]]), "proof", Tally(50))
            continue
        with pytest.raises(Refused, match="more work") as found:
            check_proof(loss, stated, cover([["bound"]]), "proof", Tally(50))
        assert found.value.place == "claim.stationary"


# --- the printed sentence says no more than the claim


def test_a_direction_is_printed_exactly():
    # σ(−a)² falls along (1, 1/3), along which b − a/3 does not change: along (1, 0.333…) it does, and the loss tends to 1
    a, b = weight("wa"), weight("wb")
    slope = times(number("-1/3"), a)
    f = add(square(["negate", a]), square(slope, b), square(["negate", slope], ["negate", b]))
    inner = claim("attained", ("0.5", "0.5"), at={"wb": ["0", "0"]})
    sides = [
        ["cut", 0, "-0.5"],
        ["sign", ["1"], "falling"],
        ["cut", 0, "0.5"],
        ["newton", 0],
        ["sign", ["1"], "rising"],
    ]
    tree = [["cut", 0, "-2"], ["limit", "falling"], ["cut", 0, "2"], *sides, ["limit", "rising"]]
    shown = cover(tree, [0], newton=[{"box": [["-0.5", "0.5"]], "at": [["0", "0"]], "kind": "minimum"}])
    proof = {"method": "escape", "direction": ["1", "1/3"], "kept": {"weights": ["wb"], "claim": inner, "proof": shown}}
    right = claim("not attained", ("0.5", "0.5"), direction={"wa": "1", "wb": "1/3"}, reached=True)
    assert "along the direction (wa 1, wb 1/3)" in str(judge(problem(f, "wa", "wb"), right, proof))


def test_a_domain_is_printed_exactly():
    # 10³⁰⁰ (x − ⅓) is at least 0 on [1/3, 1], and −3·10²⁷⁹ at 0.33333333333333333333
    loss = times(number("1e300"), add(X, number("-1/3")))
    domain = {"x": ["1/3", "1"]}
    right = claim("attained", (0, 0), domain=domain, at={"x": ["1/3", "1/3"]})
    text = str(judge(problem(loss, "x"), right, cover([["face", 0, "rising"], ["bound"]], ["1/3"])))
    assert "over x in [1/3, 1];" in text


def test_a_list_for_a_box_is_not_said_of_all_space():
    # x² has no slope 0 on [1, 2], and one at 0
    right = claim("undecided", (1, "inf"), domain={"x": ["1", "2"]}, stationary=[])
    text = str(judge(problem(power(X, 2), "x"), right, cover([["sign", ["1"], "rising"]])))
    assert "There is no stationary point in this box." in text


# --- each hypothesis is needed, and no more is asked (from mutants that the other tests let live)


def test_an_attained_claim_without_an_upper_end_is_refused():
    # x² on [−1, 1] is not least in [0.5, 1]; without an upper end nothing could be compared with its minimum
    wrong = claim("attained", (0, "inf"), domain=BOX, at={"x": ["0.5", "1"]})
    assert refusal(problem(power(X, 2), "x"), wrong, cover([["bound"]])).place == "proof.best"


def test_an_upper_end_is_held_against_a_point():
    # x² is nowhere −0.5
    stated = problem(power(X, 2), "x")
    wrong = claim("undecided", (-1, "-0.5"), domain=BOX)
    assert refusal(stated, wrong, cover([["bound"]], [0])).place == "proof.best"
    assert judge(stated, claim("undecided", (-1, 1), domain=BOX), cover([["bound"]], [0])).leaves == 1


def test_a_floor_that_is_just_the_lower_end_will_do_without_a_bound_on_the_region():
    assert judge(problem(power(X, 2), "x"), claim("undecided", (0, "inf")), cover([["bound"]])).leaves == 1


def test_a_region_without_a_minimiser_needs_no_floor():
    # x² − x + y² is at least −¼; on [0.6, 3] its own range begins at −2.64, but it rises with x there
    f = add(power(X, 2), ["negate", X], power(weight("y"), 2))
    tree = [["cut", 0, "0.4"], ["sign", ["1", "0"], "falling"], ["cut", 0, "0.6"], ["bound", "curvature"]]
    right = claim("undecided", ("-0.25", "inf"), domain={"x": ["-1", "3"], "y": ["-1", "1"]})
    assert judge(problem(f, "x", "y"), right, cover([*tree, ["sign", ["1", "0"], "rising"]])).leaves == 3


@pytest.mark.parametrize(
    ("kind", "at", "value"),
    [
        ("minimum", ("0.2", "0.3"), ("0", "1")),  # the minimum is at 0
        ("minimum", ("-0.05", "0.05"), ("0", "1")),  # true, and not shown
        ("minimum", ("-0.1", "0.1"), ("0.005", "1")),  # at 0 x² is 0
        ("minimum", ("-0.1", "0.1"), ("0", "0.005")),  # at 0.1 it is 0.01
        ("unknown", ("-1", "1"), ("0.5", "1")),
        ("unknown", ("-1", "1"), ("0", "0.5")),
    ],
)
def test_a_listed_point_stands_at_its_zone_with_all_values_there(kind, at, value):
    shown = [{"box": [["-1", "1"]], "at": [["-0.1", "0.1"]], "kind": "minimum"}] if kind == "minimum" else []
    wrong = claim(
        "undecided", (0, "inf"), domain=BOX, stationary=[{"kind": kind, "at": {"x": list(at)}, "value": list(value)}]
    )
    proof = cover([["newton", 0] if shown else ["bound"]], newton=shown)
    assert refusal(problem(power(X, 2), "x"), wrong, proof).place == "claim.stationary"


def test_limits_are_not_claimed_of_two_weights():
    # x² + y² over all reals has no two ends
    wrong = claim("undecided", (0, "inf"), limits={"-inf": "inf", "+inf": "inf"})
    f = add(power(X, 2), power(weight("y"), 2))
    assert refusal(problem(f, "x", "y"), wrong, cover([["bound"]])).place == "claim.limits"
