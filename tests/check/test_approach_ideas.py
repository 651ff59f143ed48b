"""Each idea of pairs and of an approach from above, on problems made by hand that need exactly this idea."""

from copy import deepcopy
from fractions import Fraction

import pytest
from flint import arb, ctx, fmpq

from chainrule_check import Refused, check
from chainrule_check.space.approach import Approach, Identity


def document(points, weights, claim, proof):
    data = {"points": [[str(value) for value in row] for row in points]}
    problem = {"schema": 1, "inputs": ["x", "y"], "weights": weights, "data": data}
    return {"format": "chainrule certificate", "version": 1, "problem": problem, "claim": claim, "proof": proof}


def refused(certificate):
    with pytest.raises(Refused) as caught:
        check(certificate)
    return caught.value.place


# Pairs. The point x = 0 with both labels: f = (h(b) + h(−b))/2 >= 1/4, whatever w_x is. On the faces u_x = ±2 the form b changes its
# sign, so no row counts, and neither does either half of the cell do: at best one row of cost h(0) = 1/4, f >= 1/8.


def pair(b_core="2"):
    """The claim inf f >= 0.2. On [l, u] of b the natural bound is (h(l) + h(−u))/2: (0.25 + 0.1918)/2 on [0, 1/4],
    (0.3161 + 0.1425)/2 on [1/4, 1/2], (0.3875 + 0.0723)/2 on [1/2, 1], (0.5344 + 0.0142)/2 on [1, 2]: all above 0.22."""
    half = ["split", 1, "1/2"], ["split", 1, "1/4"]
    side = [*half, ["natural"], ["natural"], ["split", 1, "1"], ["natural"], ["natural"]]
    other = [["split", 1, "-1/2"], ["split", 1, "-1"], *[["natural"]] * 2, ["split", 1, "-1/4"], *[["natural"]] * 2]
    tree = [["split", 1, "0"], *other, *side] if b_core == "2" else [["split", 1, "0"], ["natural"], ["natural"]]
    return document(
        [(0, 0, 0), (0, 0, 1)],
        {"w_y": "0"},
        {"kind": "undecided", "at": None, "value": ["0.2", "1/4"], "direction": None, "domain": "all reals"},
        {
            "method": "boxes",
            "weights": ["w_x", "bias"],
            "core": [["-2", "2"], [f"-{b_core}", b_core]],
            "best": ["0", "0"],
            "wells": [],
            "tree": tree,
            "outside": [[["outer"]]] * 4,
            "pairs": [[0, 1]],
        },
    )


def test_a_pair_costs_one_half_where_neither_of_its_rows_is_counted():
    check(pair())
    without = pair()
    del without["proof"]["pairs"]
    assert refused(without) == "proof.outside[0][0]"


def test_a_pair_does_not_count_beside_one_of_its_own_rows():
    # On the face b = −1/4 the row with label 1 costs h(1/4) = 0.316, f >= 0.158. Half more would make 0.408.
    assert refused(pair("1/4")) == "proof.outside[2][0]"


def with_row(certificate, row):
    certificate["problem"]["data"]["points"].append(row)


FORGED_PAIRS = {
    "rows that are not opposite": (lambda c: c["problem"]["data"]["points"][0].__setitem__(0, "1"), "[0]"),
    "offsets that are not opposite": (lambda c: c["problem"]["weights"].update(w_y="1"), "[0]"),
    "two rows with one label": (lambda c: c["problem"]["data"]["points"][0].__setitem__(2, "1"), "[0]"),
    "a label between": (lambda c: c["problem"]["data"]["points"][0].__setitem__(2, "1/2"), "[0][0]"),
    "a pair twice": (lambda c: c["proof"].update(pairs=[[0, 1], [1, 0]]), "[1]"),
    "pairs that share a row": (lambda c: (with_row(c, ["0", "0", "1"]), c["proof"].update(pairs=[[0, 1], [0, 2]])), "[1]"),
    "a row with itself": (lambda c: c["proof"].update(pairs=[[0, 0]]), "[0]"),
    "a row from the end": (lambda c: c["proof"].update(pairs=[[0, -1]]), "[0][1]"),
    "a row that is none": (lambda c: c["proof"].update(pairs=[[0, 2]]), "[0][1]"),
    "three rows": (lambda c: c["proof"].update(pairs=[[0, 1, 1]]), "[0]"),
    "true for a row": (lambda c: c["proof"].update(pairs=[[0, True]]), "[0][1]"),
    "more pairs than rows": (lambda c: c["proof"].update(pairs=[[0, 1]] * 3), ""),
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGED_PAIRS)
def test_each_forged_pair_is_refused_where_it_stands(forgery):
    forge, place = FORGED_PAIRS[forgery]
    certificate = deepcopy(pair())
    # A third number in the second input, so that w_y = 1 moves only one of the forms.
    certificate["problem"]["data"]["points"][1][1] = "1"
    forge(certificate)
    assert refused(certificate) == f"proof.pairs{place}"


# An approach with one weight: z_0 = w is given up; z_1 = s − μ w and z_2 = s − w are right far out. V = 1/3.


def one_weight(share, start="20"):
    """For s = 20 and μ < 1/2 the claim is true: towards +∞ the loss is (1 − 2e^−w + e^(40 − 2μw) + …)/3. On [−8, 0] and to the
    left z_1, z_2 >= 20, so f is near 2/3; on [0, 8] h(0) = 1/4 and two rows with z >= 12 − 8μ. With z_0 >= 8: σ(20 − 8μ)² e^8 > 2."""
    return document(
        [(1, 0, 0), (-Fraction(share), start, 0), (-1, start, 0)],
        {"w_y": "1", "bias": "0"},
        {"kind": "not-attained", "at": None, "value": ["1/3", "1/3"], "direction": {"w_x": "1"}, "domain": "all reals"},
        {
            "method": "boxes",
            "weights": ["w_x"],
            "core": [["-8", "8"]],
            "best": None,
            "wells": [],
            "tree": [["split", 0, "0"], ["natural"], ["natural"]],
            "outside": [[["outer"]], [["above"]]],
            "approach": {
                "direction": ["1"],
                "given_up": [0],
                "identities": [{"row": 0, "share": share, "multipliers": [[1, "1"]]}],
            },
        },
    )


def loss(share, w):
    """Three times the loss less 1, in balls of 400 bits."""
    before, ctx.prec = ctx.prec, 400
    try:
        forms = arb(w), 20 - arb(fmpq(share.numerator, share.denominator)) * w, arb(20 - w)
        return sum(((1 / (1 + (-z).exp())) ** 2 for z in forms), arb(-1))
    finally:
        ctx.prec = before


def test_a_loss_that_comes_down_to_its_limit_is_accepted():
    assert check(one_weight("1/4")).kind == "not-attained"
    assert check(one_weight("49/100")).kind == "not-attained"
    assert all(loss(Fraction(1, 4), w) > 0 for w in range(-50, 200, 5))


def test_a_share_above_one_half_would_prove_a_falsehood():
    # At w = 150, μ = 2/3: e^(40 − 200) = e^−160 is less than 2 e^−150: the loss is below its limit there.
    assert loss(Fraction(2, 3), 150) < 0
    assert refused(one_weight("2/3")) == "proof.approach.identities[0].share"
    assert refused(one_weight("1/2")) == "proof.approach.identities[0].share"


def test_what_is_given_up_may_lose_twice_the_exponential():
    # One row given up, c so large that σ = 1: e^z > 2 from ln 2 = 0.6931 on, not from 0 on.
    approach = Approach((Identity(0, Fraction(0), Fraction(1000)),), Fraction(1, 3))
    identity = approach.identities[0]
    assert not approach.enough(identity, fmpq(6931, 10000), 80)
    assert approach.enough(identity, fmpq(6932, 10000), 80)
    assert 0.6931 < approach.thresholds[0] < 0.6932


def test_what_others_cost_is_squared_and_falls_with_the_share():
    # c = 0, μ = 1/4, z = 4: σ(−1)² e^4 = 0.07233 · 54.598 = 3.949; it is enough for one row (2), not for two (4).
    one = Identity(0, Fraction(1, 4), Fraction(0))
    assert Approach((one,), Fraction(1)).enough(one, fmpq(4), 80)
    assert not Approach((one, one), Fraction(1)).enough(one, fmpq(4), 80)


def test_an_above_cell_needs_every_form_of_the_rows_given_up_to_grow():
    # z_0 = w + 20 is still 12 at w = −8, which would be enough, but it falls to the left.
    certificate = one_weight("1/4")
    certificate["problem"]["data"]["points"][0][1] = "20"
    check(certificate)
    certificate["proof"]["outside"][0] = [["above"]]
    assert refused(certificate) == "proof.outside[0][0]"


def test_an_above_cell_needs_forms_that_are_far_enough():
    # From 1/2 on: σ² e^(1/2) < 2. The core's own boxes are well above 1/3 still.
    certificate = one_weight("1/4")
    certificate["proof"]["core"] = [["-1/2", "1/2"]]
    assert refused(certificate) == "proof.outside[1][0]"


def test_an_above_cell_without_an_approach_is_refused():
    certificate = pair()
    certificate["proof"]["outside"] = [[["above"]]] + [[["outer"]]] * 3
    assert refused(certificate) == "proof.outside[0][0]"


def test_a_well_below_the_limit_is_refused():
    # s = −2: at w = −1 the rows cost h(−1) + h(−7/4) + h(−1) = 0.167, far below 1. There h'' > 0: a well, with the point near its minimum.
    certificate = one_weight("1/4", "-2")
    certificate["proof"].update(
        core=[["-3/2", "-1/2"]],
        wells=[{"box": [["-3/2", "-1/2"]], "point": ["-1"], "modulus": "1/100"}],
        tree=[["well", 0]],
    )
    assert refused(certificate) == "proof.wells[0]"


def test_a_box_at_or_below_the_limit_is_refused_even_in_an_open_leaf():
    certificate = one_weight("1/4", "-2")
    certificate["proof"]["tree"] = [["open"]]
    assert refused(certificate) == "proof.tree[0]"


def test_a_label_between_0_and_1_allows_no_approach():
    certificate = one_weight("1/4")
    certificate["problem"]["data"]["points"][2][2] = "1/3"
    assert refused(certificate) == "proof.approach"
