"""Certificates of variants, made by hand: right ones are accepted, wrong ones refused where they lie. z is σ's argument, S = softplus."""

import math
from copy import deepcopy
from fractions import Fraction

import pytest

from chainrule_fast import Refused, check
from chainrule_fast.problem import read_problem
from chainrule_fast.section import Section


def document(points, weights, claim, proof, inputs=("x",), **more):
    points = [[str(value) for value in row] for row in points]
    data = {"points": points, **({"case_weights": more.pop("cases")} if "cases" in more else {})}
    problem = {"schema": 1, "inputs": list(inputs), "weights": weights, "data": data, **more}
    return {"format": "chainrule certificate", "version": 1, "problem": problem, "claim": claim, "proof": proof}


def claim(kind, value, at=None, direction=None, **more):
    return {"kind": kind, "at": at, "value": value, "direction": direction, "domain": "all reals", **more}


def refused(certificate):
    with pytest.raises(Refused) as caught:
        check(certificate)
    return caught.value.place


def around(x, slack=1e-9):
    return [repr(x - slack), repr(x + slack)]


def root(slope, low, high):
    """Where an increasing slope is 0, in floats."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return low


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def line(points, f, minimiser, limits, reach="8", **more):
    """One free weight w_x, the bias 0: the loss f is convex between two tails that rise outwards."""
    point = {"kind": "minimum", "at": {"w_x": around(minimiser)}, "value": around(f(minimiser))}
    stated = claim(
        "attained",
        around(f(minimiser)),
        {"w_x": around(minimiser)},
        stationary=[point],
        limits={"w_x": {"-inf": limits[0], "+inf": limits[1]}},
    )
    tails = {"-inf": {"end": f"-{reach}", "slope": "falling"}, "+inf": {"end": reach, "slope": "rising"}}
    proof = {"method": "line", "weight": "w_x", "tails": tails, "breaks": [f"-{reach}", reach], "pieces": ["convex"]}
    return document(points, {"bias": "0"}, stated, proof, **more)


ENDLESS = ["inf", "inf"]


def entropy():
    """(1 | 0), (1 | 1/3): f = (S(w) + S(−w)/3 + 2 S(w)/3)/2 = (5 S(w) + S(−w))/6; the slope (6 σ(w) − 1)/6 is 0 at σ = 1/6, w = −ln 5."""
    w = -math.log(5)
    points = [(1, 0), (1, "1/3")]
    return line(points, lambda v: (5 * S(v) + S(-v)) / 6, w, (ENDLESS, ENDLESS), loss="cross-entropy")


def S(z):
    return math.log1p(math.exp(z))


LAMBDA = 0.1


def ridge():
    """(1 | 0) with λ = 1/10: f = h(w) + w²/10. f'' = h'' + 1/5 > 0, since h'' > −0.1616. On the tails |2λw| = 1.6 > 8/27."""
    w = root(lambda v: 2 * sigmoid(v) ** 2 * (1 - sigmoid(v)) + 2 * LAMBDA * v, -8, 8)
    return line([(1, 0)], lambda v: sigmoid(v) ** 2 + LAMBDA * v * v, w, (ENDLESS, ENDLESS), penalty="1/10")


def weighted():
    """(1 | 0) twice as heavy as (1 | 1), and a row of weight 0: f = (2 h(w) + h(−w))/3, f' ∝ 2·2p²q − 2q²p = 2pq(2p − q): p = 1/3."""
    w = -math.log(2)
    points = [(1, 0), (1, 1), (1000, 1)]
    loss = lambda v: (2 * sigmoid(v) ** 2 + sigmoid(-v) ** 2) / 3
    # Convex only near w; so the pieces are spelt out below.
    found = line(points, loss, w, (["1/3", "1/3"], ["2/3", "2/3"]), cases=["2e50", "1e50", "0"])
    found["proof"]["breaks"] = [*map(str, range(-8, -1)), "-3/2", "-1", "-1/2", *map(str, range(9))]
    found["proof"]["pieces"] = [*["falling"] * 8, "convex", *["rising"] * 9]
    return found


LINES = {"cross-entropy": entropy, "a penalty": ridge, "weights of rows": weighted}


@pytest.mark.parametrize("name", LINES)
def test_a_line_of_each_variant_is_accepted_and_no_other_variant_is(name):
    good = LINES[name]()
    assert check(good).kind == "attained"
    for change in (
        lambda p: p.pop("loss", None) or p.pop("penalty", None) or p["data"].pop("case_weights"),
        lambda p: p.update(penalty="1/9"),
        lambda p: p.update(loss="mse" if "loss" in p else "cross-entropy"),
        lambda p: p["data"].update(case_weights=["1", "2", "0"][: len(p["data"]["points"])]) or p.update(penalty="1"),
    ):
        other = deepcopy(good)
        change(other["problem"])
        refused(other)


def test_doubling_a_row_is_giving_it_twice_the_weight():
    good = weighted()
    good["problem"]["data"].update(points=[["1", "0"], ["1", "0"], ["1", "1"]])
    del good["problem"]["data"]["case_weights"]
    check(good)


def test_with_a_penalty_a_tail_begins_where_the_penalty_is_stronger_than_all_rows():
    # (1 | 0): at −1 the penalty pulls with 2/10, a row could push with 8/27 = 0.296; from −1.49 on the penalty is stronger.
    for end, good in (("-1", False), ("-1.48", False), ("-1.49", True)):
        certificate = ridge()
        certificate["proof"]["tails"]["-inf"]["end"] = certificate["proof"]["breaks"][0] = end
        if good:
            check(certificate)
        else:
            assert refused(certificate) == "proof.tails.-inf"


def test_a_limit_that_is_infinite_is_claimed_as_such():
    for limit in (["0", "1"], ["1e99", "1e100"], ["-inf", "-inf"]):
        for make in (entropy, ridge):
            certificate = make()
            certificate["claim"]["limits"]["w_x"]["+inf"] = limit
            assert refused(certificate).startswith("claim.limits.w_x.+inf")


def test_separable_rows_have_the_infimum_0_of_cross_entropy():
    # (1 | 1): f = S(−w), which falls to 0.
    stated = claim(
        "not-attained",
        ["0", "0"],
        None,
        {"w_x": "1"},
        stationary=[],
        limits={"w_x": {"-inf": ENDLESS, "+inf": ["0", "0"]}},
    )
    tails = {"-inf": {"end": "0", "slope": "falling"}, "+inf": {"end": "0", "slope": "falling"}}
    proof = {"method": "line", "weight": "w_x", "tails": tails, "breaks": ["0"], "pieces": []}
    good = document([(1, 1)], {"bias": "0"}, stated, proof, loss="cross-entropy")
    assert check(good).kind == "not-attained"
    good["problem"]["penalty"] = "1e-50"
    refused(good)


# Over several weights. FOUR: each of x = 1, −1 with both labels; every variant has its minimum at 0, by symmetry.
FOUR = [(1, 0), (-1, 0), (1, 1), (-1, 1)]


def four(value, modulus, outer, **more):
    """One well is all of the core [−2, 2]², where forms lie in ±4; `outer` is a face's tree."""
    side = ["-2", "2"]
    zero = {"w_x": ["0", "0"], "bias": ["0", "0"]}
    return document(
        FOUR,
        {},
        claim("attained", value, zero),
        {
            "method": "boxes",
            "weights": ["w_x", "bias"],
            "core": [side, side],
            "best": ["0", "0"],
            "wells": [{"box": [side, side], "point": ["0", "0"], "modulus": modulus}],
            "tree": [["well", 0]],
            "outside": [[["split", other, "0"], *outer] for other in (1, 1, 0, 0)],
        },
        **more,
    )


def four_entropy():
    """f = (S(z) + S(−z) + S(z') + S(−z'))/4 >= ln 2. h'' >= σ(4)σ(−4) = 0.01766, and Σ a aᵀ/4 is the identity. Outside one form is at
    least 2 and one at least 0: (2.1269 + 0.6931)/4 = 0.705 > 0.693147180559945309…."""
    value = ["0.693147180559945309", "0.693147180559945310"]
    return four(value, "0.0176", [["outer"], ["outer"]], loss="cross-entropy")


def test_cross_entropy_over_two_weights_has_one_well():
    check(four_entropy())
    other = four_entropy()
    other["proof"]["wells"][0]["modulus"] = "0.0177"
    assert refused(other) == "proof.wells[0]"
    for changed in ({"loss": "mse"}, {"penalty": "1"}):
        other = four_entropy()
        other["problem"].update(changed)
        check_or_place = changed.get("penalty")
        # With a penalty the minimum is the same, and everything holds a fortiori.
        check(other) if check_or_place else refused(other)


def test_weights_of_rows_that_are_not_even_move_the_minimum():
    other = four_entropy()
    other["problem"]["data"]["case_weights"] = ["1", "1", "1", "1.0001"]
    refused(other)
    other["problem"]["data"]["case_weights"] = ["1/3", "1/3", "1/3", "1/3"]
    other["claim"]["at"] = {name: ["-1e-20", "1e-20"] for name in ("w_x", "bias")}
    check(other)


def test_a_pair_of_cross_entropy_costs_twice_ln_2():
    # On the whole face u_x = 2 no form of x = 0 has a sign: the rows (0 | 0), (0 | 1) cost ln 2 each pair, f >= ln 2 = 0.6931.
    proof = {
        "method": "boxes",
        "weights": ["w_x", "bias"],
        "core": [["-2", "2"], ["-2", "2"]],
        "best": ["0", "0"],
        "wells": [],
        "tree": [["envelope", ["0", "0"]]],
        "outside": [[["outer"]]] * 4,
        "groups": [[0, 1]],
    }
    stated = claim("undecided", ["0.69", "0.7"])
    good = document([(0, 0), (0, 1)], {}, stated, proof, loss="cross-entropy")
    check(good)
    del good["proof"]["groups"]
    assert refused(good) == "proof.outside[0][0]"
    # Of the weights 1/4 and 3/4 a pair counts the lesser: 2·(1/4) ln 2 = 0.3466. (The true infimum is 0.5623, the entropy of 1/4.)
    good["proof"]["groups"] = [[0, 1]]
    good["problem"]["data"]["case_weights"] = ["1", "3"]
    good["claim"]["value"] = ["0.34", "0.7"]
    check(good)
    good["claim"]["value"] = ["0.35", "0.7"]
    assert refused(good) == "proof.outside[0][0]"


def penalised(core="4", **more):
    """(1 | 0), the bias 0, λ = 1/10, one well on [−4, 4] (f'' > 0.2 − 0.1616). Outside w² >= 16: f >= 1.6 by the penalty alone."""
    w = root(lambda v: 2 * sigmoid(v) ** 2 * (1 - sigmoid(v)) + 2 * LAMBDA * v, -8, 8)
    value, side = around(sigmoid(w) ** 2 + LAMBDA * w * w), [f"-{core}", core]
    proof = {
        "method": "boxes",
        "weights": ["w_x"],
        "core": [side],
        "best": [repr(w)],
        "wells": [{"box": [side], "point": [repr(w)], "modulus": "0.038"}],
        "tree": [["well", 0]],
        "outside": [[["outer"]], [["outer"]]],
    }
    return document(
        [(1, 0)], {"bias": "0"}, claim("attained", value, {"w_x": around(w)}), proof, penalty="1/10", **more
    )


def test_a_penalty_bounds_all_reals():
    check(penalised())
    # At 0.9 the penalty costs 0.081 only, less than the minimum (0.15).
    near = penalised("0.9")
    assert refused(near) == "proof.outside[0][0]"
    without = penalised()
    without["problem"]["penalty"] = "0"
    refused(without)


def test_an_escape_moves_no_weight_with_a_penalty():
    # Labels 0: along −bias every row falls. With w_y = 2 fixed and λ = 1/8 the infimum is 4/8, for w_x = 0.
    proof = {"method": "escape", "weights": ["w_x", "bias"], "direction": ["0", "-1"], "stays": None}
    stated = claim("not-attained", ["1/2", "1/2"], None, {"w_x": "0", "bias": "-1"})
    good = document([(1, 1, 0), (2, 0, 0)], {"w_y": "2"}, stated, proof, ("x", "y"), penalty="1/8")
    check(good)
    wrong = deepcopy(good)
    wrong["claim"]["value"] = ["0", "0.4999"]
    assert refused(wrong) == "claim.value"
    wrong = deepcopy(good)
    wrong["proof"]["direction"], wrong["claim"]["direction"] = ["-1", "-1"], {"w_x": "-1", "bias": "-1"}
    assert refused(wrong) == "proof.direction"


def test_the_rows_that_stay_share_in_the_infimum_by_their_weight():
    # (0 | 0), (0 | 1) stay along w_x → −∞, (1 | 0) falls. With weights 1, 1, 6 the two have 2/8 of all: inf = 1/4 · 1/4 (bias 0: h(0) = 1/4).
    inner = {"claim": claim("attained", ["1/4", "1/4"], {}), "proof": {"method": "constant"}}
    proof = {
        "method": "escape",
        "weights": ["w_x"],
        "direction": ["-1"],
        "stays": {"weights": [], "certificate": inner},
    }
    stated = claim("not-attained", ["1/16", "1/16"], None, {"w_x": "-1"})
    good = document([(0, 0), (9, 1), (0, 1), (1, 0)], {"bias": "0"}, stated, proof, cases=["1", "0", "1", "6"])
    check(good)
    for cases in (["1", "0", "1", "5"], ["1", "1", "1", "6"], ["1", "0", "0", "6"]):
        other = deepcopy(good)
        other["problem"]["data"]["case_weights"] = cases
        # ["1", "0", "0", "6"]: 1/7 of 1/4, a third one; with row 1 something grows.
        assert refused(other) in ("claim.value", "proof.direction")


def reduced(keep, drop, points, **more):
    """A weight is dropped at 0; the rest is a problem with one weight, `keep`, and a claim that is right for it."""
    inner = penalised()
    stated = inner["claim"] | {"at": {keep: inner["claim"]["at"]["w_x"]}}
    inner_proof = inner["proof"] | {"weights": [keep]}
    kept = {"weights": [keep], "certificate": {"claim": stated, "proof": inner_proof}}
    proof = {"method": "reduce", "weights": [keep, drop], "kept": kept}
    return document(points, {}, stated | {"at": {**stated["at"], drop: ["0", "0"]}}, proof, penalty="1/10", **more)


def test_with_a_penalty_no_weight_is_dropped_that_others_would_pay_for():
    # x = 1 in the one row: w_x and the bias do the same. Kept alone, w_x pays; but the bias costs nothing, and the true infimum is 0.
    assert refused(reduced("w_x", "bias", [(1, 0)])) == "proof.kept.weights"
    # Without a penalty on it, only the bias may take a part over.
    both = reduced("w_x", "w_y", [(1, 1, 0)], inputs=("x", "y"))
    both["problem"]["weights"]["bias"] = "0"
    assert refused(both) == "proof.kept.weights"
    # An input that is 0 in every row: its weight costs, and is best at 0.
    nothing = reduced("w_x", "w_y", [(1, 0, 0)], inputs=("x", "y"))
    nothing["problem"]["weights"]["bias"] = "0"
    check(nothing)


def test_with_a_penalty_a_dropped_input_is_one_number_in_all_rows():
    # y = x: without a penalty w_y may be dropped (the nested part is then looked at), with one the two weights share the load.
    proof = {
        "method": "reduce",
        "weights": ["w_x", "w_y", "bias"],
        "kept": {"weights": ["w_x", "bias"], "certificate": {}},
    }
    zero = {name: ["0", "0"] for name in proof["weights"]}
    twice = document([(1, 1, 0), (2, 2, 1), (3, 3, 0)], {}, claim("attained", ["0", "1"], zero), proof, ("x", "y"))
    assert refused(twice) == "proof.kept.certificate"
    twice["problem"]["penalty"] = "1"
    assert refused(twice) == "proof.kept.weights"
    # y = 5 in every row: the bias, which is kept, takes its part over.
    twice["problem"]["data"]["points"] = [["1", "5", "0"], ["2", "5", "1"], ["3", "5", "0"]]
    assert refused(twice) == "proof.kept.certificate"
    # Not if the bias is fixed at 0: then w_y has a part to play (x and y = 5x/3 would be of rank 1).
    twice["problem"]["data"]["points"] = [["3", "5", "0"], ["3", "5", "1"]]
    twice["problem"]["weights"] = {"bias": "0"}
    twice["proof"] = {"method": "reduce", "weights": ["w_x", "w_y"], "kept": {"weights": ["w_x"], "certificate": {}}}
    twice["claim"]["at"].pop("bias")
    assert refused(twice) == "proof.kept.weights"


def section(**more):
    """(1 | 1/2) and (0 | 0), the bias 1: without a penalty the slope at w = −1 is exactly 0, both terms having the argument 0."""
    data = {"points": [["1", "1/2"], ["0", "0"]]}
    return Section(read_problem({"schema": 1, "inputs": ["x"], "weights": {"bias": "1"}, "data": data, **more}), 0)


def test_with_a_penalty_terms_that_cancel_are_no_stationary_point_but_at_0():
    assert section().stationary(Fraction(-1))
    assert not section(penalty="1e-30").stationary(Fraction(-1))


def test_a_loss_with_a_penalty_is_never_flat_along_its_weight():
    nothing = {"data": {"points": [["0", "1"]]}}
    assert section(**nothing).flat
    assert not section(penalty="1e-30", **nothing).flat


BAD = {
    "a negative penalty": (lambda p: p.update(penalty="-1e-9"), "problem.penalty"),
    "a penalty that is none": (lambda p: p.update(penalty="much"), "problem.penalty"),
    "a float": (lambda p: p.update(penalty=0.5), "problem.penalty"),
    "an unknown loss": (lambda p: p.update(loss="mae"), "problem.loss"),
    "no loss": (lambda p: p.update(loss=None), "problem.loss"),
    "too few weights of rows": (lambda p: p["data"].update(case_weights=["1"]), "problem.data.case_weights"),
    "a negative weight": (lambda p: p["data"].update(case_weights=["1", "-1", "1"]), "problem.data.case_weights[1]"),
    "no weight above 0": (lambda p: p["data"].update(case_weights=["0", "0", "0"]), "problem.data.case_weights"),
    "a weight that is nan": (lambda p: p["data"].update(case_weights=["1", "nan", "1"]), "problem.data.case_weights[1]"),
    "two layers": (lambda p: p.update(layers=[2, 1]), "problem.layers"),
    "three neurons": (lambda p: p.update(layers=[3]), "problem.layers"),
    "true layers": (lambda p: p.update(layers=[True]), "problem.layers"),
    "another activation": (lambda p: p.update(activation=["tanh"]), "problem.activation"),
    "no bias": (lambda p: p.update(bias=[False]), "problem.bias"),
    "one for a bias": (lambda p: p.update(bias=1), "problem.bias"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_problem_that_is_no_variant_of_one_neuron_is_refused(name):
    forge, place = BAD[name]
    certificate = weighted()
    forge(certificate["problem"])
    assert refused(certificate) == place


def test_one_sigmoid_neuron_may_be_spelt_out():
    certificate = weighted()
    certificate["problem"].update(layers=[1], activation=["sigmoid"], bias=[True], loss="mse", penalty="0")
    check(certificate)


def approaching(**more):
    """Rows of E weigh 2: V = 2/4. Forms w, 20 − w/4, 20 − w, the last with label 0 and weight 1 as the second."""
    stated = claim("not-attained", ["1/2", "1/2"], None, {"w_x": "1"})
    proof = {
        "method": "boxes",
        "weights": ["w_x"],
        "core": [["-8", "8"]],
        "best": None,
        "wells": [],
        "tree": [["split", 0, "0"], ["split", 0, "-4"], ["natural"], ["natural"], ["natural"]],
        "outside": [[["outer"]], [["above", 0]]],
        "approaches": [
            {
                "direction": ["1"],
                "identities": [{"row": 1, "share": "1/4", "portion": "1", "multipliers": [[2, "1"]], "stays": []}],
            }
        ],
    }
    points = [(5, 5, 1), (1, 0, 0), ("-1/4", 20, 0), (-1, 20, 0)]
    weights = {"w_y": "1", "bias": "0"}
    return document(points, weights, stated, proof, ("x", "y"), cases=["0", "2", "1", "3/2"], **more)


def test_an_approach_counts_rows_by_their_weight_and_their_number_in_the_document():
    # V = 2/4.5 = 4/9; to the left the two others cost (1 + 3/2)/4.5 = 5/9.
    good = approaching()
    good["claim"]["value"] = ["4/9", "4/9"]
    check(good)
    good["claim"]["value"] = ["1/3", "0.44"]
    assert refused(good) == "claim.value"
    good = approaching()
    good["proof"]["approaches"][0]["identities"][0]["row"] = 0
    assert refused(good) == "proof.approaches[0].identities[0].row"


@pytest.mark.parametrize(("weight", "place"), [("1/100", None), ("1/1000", "proof.outside[1][0]")])
def test_a_row_that_stays_pays_by_its_weight(weight, place):
    # On the cell from w = 8, e^8 = 2981, and the row with z = 20 − w/4 pays almost e^8 times its weight: 29.8 > 4, but 2.98 < 4.
    good = approaching()
    good["problem"]["data"]["case_weights"] = ["0", "2", weight, "3"]
    good["claim"]["value"] = [str(2 / (5 + Fraction(weight)))] * 2
    if place is None:
        check(good)
    else:
        assert refused(good) == place


@pytest.mark.parametrize("more", [{"penalty": "1e-9"}, {"loss": "cross-entropy"}])
def test_no_approach_where_the_loss_has_no_limit(more):
    good = approaching(**more)
    good["claim"]["value"] = ["4/9", "4/9"]
    assert refused(good) == "proof.approaches"


def test_tiny_and_huge_weights_of_rows_are_scaled_exactly():
    for scale in (Fraction(1, 10**90), Fraction(10**90)):
        good = approaching()
        good["claim"]["value"] = ["4/9", "4/9"]
        good["problem"]["data"]["case_weights"] = [str(scale * x) for x in (0, 2, 1, Fraction(3, 2))]
        check(good)
