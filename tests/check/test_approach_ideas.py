"""Each idea of groups and of an approach from above, on problems made by hand that need exactly this idea."""

from copy import deepcopy
from fractions import Fraction
from math import exp

import numpy as np
import pytest
from flint import arb, ctx, fmpq

from chainrule_fast import Refused, check
from chainrule_fast.problem import read_problem
from chainrule_fast.space.approach import Approach, Identity, Swerve
from chainrule_fast.space.approaches import _gain
from chainrule_fast.space.bounds import Bounds
from chainrule_fast.space.groups import Together, read_groups
from chainrule_fast.space.sharp import Sharp
from chainrule_fast.space.terms import Terms


def document(points, weights, claim, proof):
    data = {"points": [[str(value) for value in row] for row in points]}
    problem = {"schema": 1, "inputs": ["x", "y"], "weights": weights, "data": data}
    return {"format": "chainrule certificate", "version": 1, "problem": problem, "claim": claim, "proof": proof}


def refused(certificate):
    with pytest.raises(Refused) as caught:
        check(certificate)
    return caught.value.place


# Groups. The point x = 0 with both labels: f = (h(b) + h(−b))/2 >= 1/4, whatever w_x is. On the faces u_x = ±2 the form b changes its
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
            "groups": [[0, 1]],
        },
    )


def test_a_pair_costs_one_half_where_neither_of_its_rows_is_counted():
    check(pair())
    without = pair()
    del without["proof"]["groups"]
    assert refused(without) == "proof.outside[0][0]"


def read(certificate):
    problem = read_problem(certificate["problem"])
    terms = Terms(problem, problem.free)
    return terms, Together(terms, read_groups(certificate["proof"]["groups"], terms))


def test_a_group_counts_what_it_costs_together_or_what_its_rows_cost_but_not_both():
    # The face b = −1/4: the row with label 1 costs h(1/4) = 0.316, the two together 1/2: f >= 1/4, not (0.316 + 1/2)/2. At b = −2
    # the row costs h(2) = 0.7758, which is more.
    terms, together = read(pair())
    for b, value in (("1/4", 0.25), ("2", 0.5 / (1 + exp(-2)) ** 2)):
        lower, upper = [Fraction(-2), -Fraction(b)], [Fraction(2), -Fraction(b)]
        exact = float(Sharp(terms, 80).outer(lower, upper, [Fraction(0)] * 2, together).lower)
        assert exact == pytest.approx(value, abs=1e-12)
        ends = np.array([[float(x) for x in end] for end in (lower, upper)])
        found = Bounds(terms).outer(ends[:1], ends[1:], together)[0]
        assert exact - 1e-12 < found <= exact


def test_rows_with_one_label_cost_nothing_together():
    certificate = pair()
    certificate["problem"]["data"]["points"][0][2] = "1"
    assert read(certificate)[1].groups[0].least == 0


def test_what_a_group_costs_is_the_least_of_its_rows_together():
    # Weights 1 and 3 of the labels 0 and 1/4: p = 1 + 3·(3/4) = 13/4, q = 3/4: 39/64 in terms, of p + q = 4.
    certificate = pair()
    certificate["problem"]["data"]["points"][1][2] = "1/4"
    certificate["problem"]["data"]["case_weights"] = ["1", "3"]
    terms, together = read(certificate)
    (group,) = together.groups
    assert group.least / terms.problem.mass(0) == Fraction(39, 64)
    # The least over the logit of 3/16: 13/4 σ² + 3/4 (1 − σ)² at σ = 3/16 is 0.1142578125 + 0.4951171875.
    assert Fraction(13, 4) * Fraction(3, 16) ** 2 + Fraction(3, 4) * Fraction(13, 16) ** 2 == Fraction(39, 64)


def test_a_row_with_a_label_between_is_a_group_by_itself():
    certificate = pair()
    certificate["problem"]["data"]["points"] = [["0", "0", "1/3"], ["1", "0", "1"]]
    certificate["proof"]["groups"] = []
    groups = read(certificate)[1].groups
    assert [(group.rows, group.least) for group in groups] == [((0,), Fraction(2, 9))]


FORGED_GROUPS = {
    "rows that are not opposite": (lambda c: c["problem"]["data"]["points"][0].__setitem__(0, "1"), "[0]"),
    "offsets that are not opposite": (lambda c: c["problem"]["weights"].update(w_y="1"), "[0]"),
    "a row in two groups": (lambda c: c["proof"].update(groups=[[0, 1], [1, 0]]), "[1][0]"),
    "a row with itself": (lambda c: c["proof"].update(groups=[[0, 0]]), "[0][1]"),
    "a row from the end": (lambda c: c["proof"].update(groups=[[0, -1]]), "[0][1]"),
    "a row that is none": (lambda c: c["proof"].update(groups=[[0, 2]]), "[0][1]"),
    "true for a row": (lambda c: c["proof"].update(groups=[[0, True]]), "[0][1]"),
    "a group of none": (lambda c: c["proof"].update(groups=[[]]), "[0]"),
    "more groups than rows": (lambda c: c["proof"].update(groups=[[0], [1], [0]]), ""),
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGED_GROUPS)
def test_each_forged_group_is_refused_where_it_stands(forgery):
    forge, place = FORGED_GROUPS[forgery]
    certificate = deepcopy(pair())
    # A third number in the second input, so that w_y = 1 moves only one of the forms.
    certificate["problem"]["data"]["points"][1][1] = "1"
    forge(certificate)
    assert refused(certificate) == f"proof.groups{place}"


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
            "outside": [[["outer"]], [["above", 0]]],
            "approaches": [
                {
                    "direction": ["1"],
                    "identities": [{"row": 0, "share": share, "portion": "1", "multipliers": [[1, "1"]], "stays": []}],
                }
            ],
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
    assert refused(one_weight("2/3")) == "proof.approaches[0].identities[0].share"


def test_a_share_of_one_half_is_decided_by_what_is_left_over():
    # 3 f − 1 = −2e^−w + e^(40 − w) + …: at a share of 1/2 both fall alike, and e^40 is more than 2. With z_1 = −w/2 it is e^(−w) against 2e^(−w).
    check(one_weight("1/2"))
    certificate = one_weight("1/2")
    certificate["problem"]["data"]["points"][1][1] = "0"
    assert refused(certificate) == "proof.outside[1][0]"


def three_alike(multipliers):
    """z_0 = w is given up, three rows have z = 3/10 − w/2: far out they cost 3 e^(6/10 − w), one of them e^(6/10 − w), and z_0 has 2 e^−w to lose."""
    certificate = one_weight("1/2", "3/10")
    certificate["problem"]["data"]["points"][1:] = [["-1/2", "3/10", "0"]] * 3
    certificate["claim"]["value"] = ["1/4", "1/4"]
    certificate["proof"]["core"] = [["-4", "4"]]
    certificate["proof"]["approaches"][0]["identities"][0]["multipliers"] = multipliers
    return certificate


def test_rows_that_tie_are_counted_together():
    check(three_alike([[1, "1/3"], [2, "1/3"], [3, "1/3"]]))
    check(three_alike([[1, "1/2"], [2, "1/2"]]))
    assert refused(three_alike([[1, "1"]])) == "proof.outside[1][0]"
    # As lopsided as this two are hardly more than one: e^(6/10) 2^0.47 < 2 falls to 1.8 · 1.06.
    assert refused(three_alike([[1, "99/100"], [2, "1/100"]])) == "proof.outside[1][0]"


def test_what_rows_cost_together_is_never_counted_too_high():
    rng = np.random.default_rng(0)
    for _ in range(2000):
        count = int(rng.integers(1, 5))
        factor = [Fraction(int(x), 1) for x in rng.integers(1, 9, size=count)]
        factor = [x / sum(factor) for x in factor]
        weight = [Fraction(int(x), 7) for x in rng.integers(1, 20, size=count)]
        gain = float(_gain([(x, w / min(weight)) for x, w in zip(factor, weight, strict=True)]))
        # The forms at which they cost least, nearly, and others.
        z = np.array([np.log(float(x / w)) / 2 for x, w in zip(factor, weight, strict=True)])
        z = z + rng.normal() * 3 - 4 + rng.normal(size=count) * rng.choice([0.01, 2])
        mean = sum(float(x) * a for x, a in zip(factor, z, strict=True))
        cost = sum(float(w) / (1 + exp(-a)) ** 2 for w, a in zip(weight, z, strict=True))
        assert cost >= float(min(weight)) / (1 + exp(-mean - gain)) ** 2 * (1 - 1e-12)


def test_the_gain_of_several_rows_is_that_of_the_means():
    assert _gain([(Fraction(1), Fraction(1))]) == 0
    # λ = 1/4 and 3/4, weights 1 and 2: (ln 4 / 4 + 3/4 ln(8/3)) / 2, rounded down.
    exact = (np.log(4) / 4 + 0.75 * np.log(8 / 3)) / 2
    assert exact - 1e-15 < float(_gain([(Fraction(1, 4), Fraction(1)), (Fraction(3, 4), Fraction(2))])) <= exact + 1e-15


def identity(share, constant, lost, swerves=()):
    return Identity(0, 1, Fraction(share), Fraction(constant), Fraction(1), Fraction(lost), tuple(swerves))


def test_what_is_given_up_may_lose_twice_the_exponential():
    # One row given up, c so large that σ = 1: e^z > 2 from ln 2 = 0.6931 on, not from 0 on.
    one = identity(0, 1000, 2)
    assert not Approach.enough(one, fmpq(6931, 10000), 80)
    assert Approach.enough(one, fmpq(6932, 10000), 80)
    assert 0.6931 < Approach((one,), Fraction(1, 3)).thresholds[0] < 0.6932


def test_what_others_cost_is_squared_and_falls_with_the_share():
    # c = 0, μ = 1/4, z = 4: σ(−1)² e^4 = 0.07233 · 54.598 = 3.949; it is enough for 2 ω/s = 2 (s = 1), not for 4 (s = 1/2).
    assert Approach.enough(identity("1/4", 0, 2), fmpq(4), 80)
    assert not Approach.enough(identity("1/4", 0, 4), fmpq(4), 80)


def test_a_group_that_swerves_pays_by_how_far_it_is_off():
    # p + q = 2, best at σ = 1/2; at z = 1, σ = 0.73106: 2 · 0.23106² = 0.10678, times e^3 = 20.09 is 2.145: enough for 2 from 3 on, not from 2.9 on.
    for side, place in ((1, 1), (-1, -1)):
        one = identity(0, 1000, 2, [Swerve(Fraction(place), side, Fraction(2), Fraction(1, 2))])
        assert Approach.enough(one, fmpq(3), 80)
        assert not Approach.enough(one, fmpq(29, 10), 80)
        # On the wrong side of the best place nothing is sure.
        other = identity(0, 1000, 2, [Swerve(Fraction(-place), side, Fraction(2), Fraction(1, 2))])
        assert not Approach.enough(other, fmpq(30), 80)


def test_an_above_cell_needs_every_form_of_the_rows_given_up_to_grow():
    # z_0 = w + 20 is still 12 at w = −8, which would be enough, but it falls to the left.
    certificate = one_weight("1/4")
    certificate["problem"]["data"]["points"][0][1] = "20"
    check(certificate)
    certificate["proof"]["outside"][0] = [["above", 0]]
    assert refused(certificate) == "proof.outside[0][0]"


def test_an_above_cell_needs_forms_that_are_far_enough():
    # From 1/2 on: σ² e^(1/2) < 2. The core's own boxes are well above 1/3 still.
    certificate = one_weight("1/4")
    certificate["proof"]["core"] = [["-1/2", "1/2"]]
    assert refused(certificate) == "proof.outside[1][0]"


def test_an_above_cell_without_an_approach_is_refused():
    certificate = pair()
    certificate["proof"]["outside"] = [[["above", 0]]] + [[["outer"]]] * 3
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
