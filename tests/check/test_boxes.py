"""Proofs over several weights: good ones are accepted, and a forgery of each kind is refused at its place."""

import json
import random
from copy import deepcopy
from fractions import Fraction

import numpy as np
import pytest
from tests.check.prover_maker import Limits, points_problem, prove_box, standard
from tests.check.space_maker import constant, escape, four, in_a_box, reduced
from tests.check.test_forgeries import both, drop, fits, put, refused_place
from tests.check.test_properties import ODD, leaves, place

from chainrule_fast import Refused, check


def first(certificate, word):
    """The number of the first node of a kind."""
    return next(i for i, node in enumerate(certificate["proof"]["tree"]) if node[0] == word)


@pytest.mark.parametrize(
    "make", [four, escape, reduced, constant, lambda: in_a_box(["-3", "2"]), lambda: in_a_box(["-0.1", "1/3"])]
)
def test_a_proof_made_by_hand_is_accepted(make):
    report = check(json.dumps(make()))
    assert report.kind == make()["claim"]["kind"]


def test_a_search_of_the_prover_is_accepted(proved):
    report = check(json.dumps(proved))
    assert (report.kind, report.arithmetic) == ("attained", "double intervals")
    assert report.pieces > 50


def test_a_search_that_was_stopped_is_accepted_as_undecided(proved):
    problem = proved["problem"]
    certificate, found = prove_box(problem, [-10] * 3, [10] * 3, Limits(boxes=40), kind="undecided")
    assert found.stop == "boxes"
    assert found.value[1] - found.value[0] > 1e-3
    assert check(json.dumps(certificate)).kind == "undecided"


def node(i, value):
    return lambda c: put(f"proof.tree[{i if isinstance(i, int) else first(c, i)}]", value)(c)


def swap_halves(certificate):
    """The subtrees of the root in the wrong order."""
    tree = certificate["proof"]["tree"]
    middle = 1
    needed = 1
    while needed:
        needed += {"split": 1, "face": 0}.get(tree[middle][0], -1)
        middle += 1
    certificate["proof"]["tree"] = [tree[0], *tree[middle:], *tree[1:middle]]


FORGERIES = {
    "a dropped leaf": (lambda c: c["proof"]["tree"].pop(first(c, "natural")), "proof.tree[*]"),
    "a doubled leaf": (lambda c: c["proof"]["tree"].insert(5, c["proof"]["tree"][-1]), "proof.tree[*]"),
    "a leaf too many": (lambda c: c["proof"]["tree"].append(["natural"]), "proof.tree[*]"),
    "a truncated tree": (lambda c: c["proof"]["tree"].__delitem__(slice(60, None)), "proof.tree[*]"),
    "no tree": (put("proof.tree", []), "proof.tree"),
    "only a leaf": (put("proof.tree", [["natural"]]), "proof.tree[0]"),
    "the halves swapped": (swap_halves, "proof.tree[*]"),
    "a cut outside its box": (node(0, ["split", 0, "17"]), "proof.tree[0]"),
    "a cut at the end of its box": (node(0, ["split", 0, "2"]), "proof.tree[0]"),
    "a cut along no side": (node(0, ["split", 2, "0"]), "proof.tree[0]"),
    "a cut along a negative side": (node(0, ["split", -1, "0"]), "proof.tree[0]"),
    "a cut along a true side": (node(0, ["split", True, "0"]), "proof.tree[0]"),
    "a cut at nan": (node(0, ["split", 0, "nan"]), "proof.tree[0]"),
    "a cut moved": (node(0, ["split", 0, "0.9"]), "proof.tree[*]"),
    "natural where it is not": (node("well", ["natural"]), "proof.tree[*]"),
    "rising called falling": (
        lambda c: node("monotone", lambda n: [n[0], n[1], "falling" if n[2] == "rising" else "rising"])(c),
        "proof.tree[*]",
    ),
    "monotone along another side": (node("well", ["monotone", 1, "rising"]), "proof.tree[*]"),
    "a face without a slope": (
        lambda c: node("well", ["face", 0, "lower"])(c) or c["proof"]["tree"].insert(first(c, "face") + 1, ["well", 0]),
        "proof.tree[*]",
    ),
    "a well that is none": (node("well", ["well", 1]), "proof.tree[*]"),
    "a leaf outside the well": (node("natural", ["well", 0]), "proof.tree[*]"),
    "an unknown reason": (node("natural", ["obvious"]), "proof.tree[*]"),
    "a reason with a flag": (node("natural", ["natural", "trust me"]), "proof.tree[*]"),
    "a node that is a word": (node("natural", "natural"), "proof.tree[*]"),
    "an open leaf outside at": (node("well", ["open"]), "proof.tree[*]"),
    "a well too big": (put("proof.wells[0].box", [["-2", "2"], ["-2", "2"]]), "proof.wells[0]"),
    # Σ aaᵀ/4 = 1 and min h'' = 0.03883 at z = 1/2.
    "a modulus too large": (put("proof.wells[0].modulus", "0.0964"), "proof.wells[0]"),
    "a modulus of 0": (put("proof.wells[0].modulus", "0"), "proof.wells[0].modulus"),
    "a well's point beside the minimum": (put("proof.wells[0].point", ["0.1", "0"]), "proof.wells[0]"),
    "a well's point outside": (put("proof.wells[0].point", ["1", "0"]), "proof.wells[0].point"),
    "the wells missing": (put("proof.wells", []), "proof.tree[*]"),
    "a worse best point": (put("proof.best", ["0.001", "0"]), "proof.best"),
    "a best point of one number": (put("proof.best", ["0"]), "proof.best"),
    "the value raised": (put("claim.value", ["0.2500001", "0.26"]), "proof.wells[0]"),
    "the value lowered": (put("claim.value", ["0.2", "0.2499999"]), "proof.best"),
    "the lower end raised": (put("claim.value", ["0.25000000000001", "0.26"]), "proof.wells[0]"),
    "at beside the minimum": (put("claim.at.w_x", ["1e-9", "1"]), "proof.wells[0]"),
    "at of one weight": (drop("claim.at", "bias"), "claim.at"),
    "no at": (put("claim.at", None), "claim.at"),
    "not attained": (
        put("claim", lambda c: c | {"kind": "not-attained", "at": None, "direction": {"w_x": "1", "bias": "0"}}),
        "claim.kind",
    ),
    "a stationary point for nothing": (put("claim", lambda c: c | {"stationary": [1]}), "claim.stationary"),
    "outside left out": (put("proof.outside", None), "proof.outside"),
    "a face left out": (lambda c: c["proof"]["outside"].pop(), "proof.outside"),
    "faces in another order": (put("proof.outside", lambda f: f[2:] + f[:2]), "proof.outside[0][0]"),
    "an outer cell too large": (put("proof.outside[2]", [["outer"]]), "proof.outside[2][0]"),
    "an outer cell cut along its own side": (put("proof.outside[0][0]", ["split", 0, "0"]), "proof.outside[0][0]"),
    "an outer cell with a lemma": (put("proof.outside[0][1]", ["outer", [1]]), "proof.outside[0][1]"),
    "another reason outside": (put("proof.outside[0][1]", ["natural"]), "proof.outside[0][1]"),
    # (h(1) + h(0))/4 = (0.5344 + 0.25)/4 = 0.196 < 1/4.
    "a core too small": (
        both(put("proof.core", [["-1", "1"], ["-1", "1"]]), put("proof.tree", four()["proof"]["tree"])),
        "proof.*",
    ),
    "a core without width": (put("proof.core[0]", ["0", "0"]), "proof.*"),
    "a domain that is not the core": (put("claim.domain", {"w_x": ["-3", "3"], "bias": ["-2", "2"]}), "proof.core"),
    "a weight left out": (put("proof.weights", ["w_x"]), "proof.weights"),
    "a weight twice": (put("proof.weights", ["w_x", "w_x"]), "proof.weights"),
    "the weights the other way round, the best too": (put("problem.data.points[0][0]", "3"), "*"),
    "a label changed": (put("problem.data.points[0][1]", "1"), "*"),
    "a row dropped": (lambda c: c["problem"]["data"]["points"].pop(), "*"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_of_a_proof_by_boxes_is_refused_at_its_place(name):
    forge, wanted = FORGERIES[name]
    certificate = json.loads(json.dumps(four()))
    forge(certificate)
    place = refused_place(certificate)
    assert fits(place, wanted), place


ESCAPE = {
    "one sign wrong": (
        both(put("proof.direction", ["1", "-1"]), put("claim.direction", {"w_x": "1", "w_y": "-1"})),
        "proof.direction",
    ),
    "backwards": (
        both(put("proof.direction", ["-1", "-1"]), put("claim.direction", {"w_x": "-1", "w_y": "-1"})),
        "proof.direction",
    ),
    "a little aside": (
        both(put("proof.direction", ["1", "1.000001"]), put("claim.direction.w_y", "1.000001")),
        "proof.direction",
    ),
    "nowhere": (
        both(put("proof.direction", ["0", "0"]), put("claim.direction", {"w_x": "0", "w_y": "0"})),
        "proof.direction",
    ),
    "another direction claimed": (put("claim.direction.w_x", "2"), "claim.direction.w_x"),
    "nothing stays": (put("proof.stays", None), "proof.stays"),
    "too few weights": (put("proof.stays.weights", []), "proof.stays.weights"),
    "the infimum of the rows that stay": (put("claim.value", ["0.0723", "0.0724"]), "claim.value"),
    "the infimum 0": (put("claim.value", ["0", "0"]), "claim.value"),
    "attained": (
        put(
            "claim", lambda c: c | {"kind": "attained", "at": {"w_x": ["0", "0"], "w_y": ["0", "0"]}, "direction": None}
        ),
        "claim.kind",
    ),
    "undecided": (put("claim", lambda c: c | {"kind": "undecided", "direction": None}), "claim.kind"),
    "the inner value raised": (
        put("proof.stays.certificate.claim.value", ["0.0724", "0.0725"]),
        "proof.stays.certificate.*",
    ),
    "the inner place moved": (put("proof.stays.certificate.claim.at.w_x", ["0.1", "0.2"]), "proof.stays.certificate.*"),
    "an inner node changed": (
        put("proof.stays.certificate.proof.tree[1]", ["monotone", 0, "rising"]),
        "proof.stays.certificate.proof.tree[1]",
    ),
    "an inner box for a domain": (
        both(
            put("proof.stays.certificate.claim.domain", {"w_x": ["-2", "2"]}),
            put("proof.stays.certificate.proof.outside", None),
        ),
        "proof.stays.certificate.claim.domain",
    ),
    "inner keys": (put("proof.stays.certificate", lambda c: c | {"problem": {}}), "proof.stays.certificate"),
    "a row that grows": (lambda c: c["problem"]["data"]["points"].append(["1", "1", "0"]), "proof.direction"),
    "a label between": (put("problem.data.points[2][2]", "0.999"), "proof.direction"),
}


@pytest.mark.parametrize("name", ESCAPE)
def test_a_forgery_of_an_escape_is_refused_at_its_place(name):
    forge, wanted = ESCAPE[name]
    certificate = json.loads(json.dumps(escape()))
    forge(certificate)
    place = refused_place(certificate)
    assert fits(place, wanted), place


REDUCED = {
    "a weight that is needed": (put("proof.kept.weights", ["w_x", "w_y"]), "proof.kept.*"),
    "too few weights": (put("proof.kept.weights", ["bias"]), "proof.kept.*"),
    "columns no longer dependent": (put("problem.data.points[0][1]", "2.0000001"), "proof.kept.weights"),
    "a weight not at 0": (put("claim.at.w_y", ["1", "2"]), "claim.at.w_y"),
    "the place moved": (put("claim.at.w_x", ["1", "2"]), "claim.at.w_x"),
    "undecided": (put("claim", lambda c: c | {"kind": "undecided", "at": None}), "claim.kind"),
    "the value moved": (put("claim.value", ["0.26", "0.27"]), "claim.value"),
    "a box that the inner proof does not know": (
        put("claim.domain", {"w_x": ["-2", "2"], "w_y": ["0", "0"], "bias": ["-2", "2"]}),
        "claim.domain.*",
    ),
}


@pytest.mark.parametrize("name", REDUCED)
def test_a_forgery_of_a_reduction_is_refused_at_its_place(name):
    forge, wanted = REDUCED[name]
    certificate = json.loads(json.dumps(reduced()))
    forge(certificate)
    place = refused_place(certificate)
    assert fits(place, wanted), place


def test_a_monotone_leaf_may_not_be_left_through_the_domains_own_end():
    # f = h(w) rises on [−3, 2]: the minimum is at −3. A monotone leaf for the whole box would leave no place for it.
    certificate = in_a_box(["-3", "2"])
    certificate["proof"]["tree"] = [["monotone", 0, "rising"]]
    assert refused_place(certificate) == "proof.tree[0]"
    certificate["proof"]["tree"] = [["split", 0, "0"], ["face", 0, "lower"], ["natural"], ["monotone", 0, "rising"]]
    assert check(certificate).kind == "attained"
    certificate["proof"]["best"] = ["-4"]
    assert refused_place(certificate) == "proof.best"


def test_the_lower_end_is_held_against_every_leaf():
    # f = h(w) on [−3, 2] goes down to h(−3) = 0.0022; h(−2) = 0.0142. All of the domain is in `at`, so only the lower end is wrong.
    certificate = in_a_box(["-3", "2"])
    certificate["claim"].update(value=["0.001", "0.02"], at={"w_x": ["-3", "2"]})
    certificate["proof"].update(best=["-2"], tree=[["natural"]])
    assert check(certificate).kind == "attained"
    certificate["claim"]["value"][0] = "0.003"
    assert refused_place(certificate) == "proof.tree[0]"


def test_cells_outside_must_be_above_the_value_wherever_the_minimum_is_claimed():
    # A whole face is only known to cost (h(0) + h(0))/4 = 1/8: above the lower end 0.1, not above the upper end 1/4.
    certificate = four()
    certificate["claim"].update(value=["0.1", "1/4"], at={"w_x": ["-100", "100"], "bias": ["-100", "100"]})
    certificate["proof"]["outside"][1] = [["outer"]]
    assert refused_place(certificate) == "proof.outside[1][0]"
    certificate["claim"].update(kind="undecided", at=None)
    assert check(certificate).kind == "undecided"
    certificate["proof"]["outside"] = None
    assert refused_place(certificate) == "proof.outside"
    certificate["claim"]["value"] = ["0", "1/4"]
    assert check(certificate).kind == "undecided"


def test_a_wells_point_must_lie_in_the_domain():
    # FOUR on w in [0.1, 1], b in [−1/4, 1/4]: the loss is least at w = 0.1. The well [−1/4, 1/4]² with its point 0 would place it at 0,
    # outside; and best is in the domain, so the claimed values alone do not tell.
    certificate = four()
    domain = {"w_x": ["0.1", "0.25"], "bias": ["-1/4", "1/4"]}
    certificate["claim"].update(domain=domain, value=["1/4", "0.2563"], at={"w_x": ["0", "0"], "bias": ["0", "0"]})
    certificate["proof"].update(core=list(domain.values()), tree=[["well", 0]], outside=None, best=["0.1", "0"])
    assert refused_place(certificate) == "proof.wells[0].point"


def test_a_small_box_has_a_proof_that_fits_on_paper():
    side = ["-1/4", "1/4"]
    certificate = four()
    certificate["claim"]["domain"] = {"w_x": side, "bias": side}
    certificate["proof"].update(core=[side, side], tree=[["well", 0]], outside=None)
    assert check(certificate).pieces == 1


def test_a_well_need_be_seen_to_be_convex_in_its_parts_only():
    # On [−1/4, 1/4]² the Hessian's least eigenvalue is (h''(½) + h''(−½))/2 = 0.09634…, at the corners; row by row, over all of it, only h''(½) = 0.0388 is seen.
    certificate = four()
    certificate["proof"]["wells"][0]["modulus"] = "0.07"
    assert check(certificate).kind == "attained"


def brute(certificate):
    """A falsehood in the claim over a box, by points on a grid and around the best point; or None."""
    claim, data = certificate["claim"], certificate["problem"]["data"]["points"]
    x = np.array([[*(float(Fraction(v)) for v in row[:-1]), 1.0] for row in data])
    y = np.array([float(Fraction(row[-1])) for row in data])
    if claim["domain"] == "all reals":
        ends = [(-8.0, 8.0)] * x.shape[1]
    else:
        ends = [tuple(float(Fraction(e)) for e in pair) for pair in claim["domain"].values()]
    axes = [np.linspace(low, high, 33) for low, high in ends]
    grid = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, x.shape[1])
    low, high = (float(Fraction(end)) for end in claim["value"])
    f = (1 / (1 + np.exp(-grid @ x.T)) - y) ** 2
    least = f.mean(axis=1)
    if least.min() < low - 1e-12:
        return f"the loss is {least.min()} somewhere, below {low}"
    if claim["kind"] == "attained":
        box = [tuple(float(Fraction(e)) for e in pair) for pair in claim["at"].values()]
        inside = np.all([(a - 1e-9 <= grid[:, j]) & (grid[:, j] <= b + 1e-9) for j, (a, b) in enumerate(box)], axis=0)
        if (least[~inside] < low - 1e-12).any() or least.min() > high + 0.3:
            return "a lower point outside at"
        if inside.any() and (least[~inside] < least[inside].min() - 1e-9).any():
            return "the best point lies outside at"
    return None


@pytest.mark.parametrize("seed", range(6))
def test_no_random_change_makes_the_checker_accept_a_falsehood_over_boxes(seed):
    rng = random.Random(seed)
    good = json.loads(json.dumps(four()))
    kinds = [
        ["natural"],
        ["open"],
        ["well", 0],
        ["monotone", 0, "rising"],
        ["monotone", 1, "falling"],
        ["face", 0, "upper"],
        ["envelope", ["0.1", "0.5"]],
        ["split", 1, "0.3"],
        ["outer"],
    ]
    refused = 0
    for _ in range(60):
        forgery = deepcopy(good)
        for _ in range(rng.choice([1, 1, 2])):
            what = rng.randrange(6)
            tree = rng.choice([forgery["proof"]["tree"], rng.choice(forgery["proof"]["outside"])])
            i = rng.randrange(len(tree)) if tree else 0
            if what == 0 and tree:
                tree[i] = rng.choice(kinds)
            elif what == 1 and tree:
                tree[i] = rng.choice(tree)
            elif what == 2:
                point = rng.choice(forgery["problem"]["data"]["points"])
                point[rng.randrange(2)] = rng.choice(["0", "1", "-1", "0.5"])
                point[1] = point[1].lstrip("-")
            elif what == 3:
                low = Fraction(rng.randint(0, 500), 1000)
                forgery["claim"]["value"] = [str(low), str(low + Fraction(rng.randint(0, 100), 1000))]
            elif what == 4:
                a, b = sorted(rng.randint(-100, 100) for _ in range(2))
                forgery["claim"]["at"][rng.choice(["w_x", "bias"])] = [f"{a}/100", f"{b}/100"]
            else:
                a, b = sorted(rng.randint(-30, 30) for _ in range(2))
                forgery["proof"]["wells"][0]["box"][rng.randrange(2)] = [f"{a}/30", f"{b}/30"]
        try:
            check(forgery)
        except Refused:
            refused += 1
            continue
        assert brute(forgery) is None, json.dumps(forgery["claim"])
    assert refused > 25


def test_the_brute_force_over_boxes_tells_falsehoods():
    assert brute(four()) is None
    for change in ({"value": ["0.26", "0.27"]}, {"at": {"w_x": ["1", "2"], "bias": ["0", "0"]}}):
        certificate = four()
        certificate["claim"].update(change)
        assert brute(certificate) is not None


def test_a_proof_does_not_nest_for_ever():
    certificate = reduced()
    certificate["problem"]["data"]["points"] = [
        [x, str(2 * Fraction(x)), y] for x, _, y in certificate["problem"]["data"]["points"]
    ]
    proof, claim = certificate["proof"], certificate["claim"]
    for _ in range(100):
        proof = {
            "method": "reduce",
            "weights": proof["weights"],
            "kept": {"weights": proof["weights"], "certificate": {"claim": claim, "proof": proof}},
        }
    certificate["proof"] = proof
    with pytest.raises(Refused, match="nested more than 64"):
        check(certificate)


@pytest.mark.parametrize("make", [four, escape, reduced, constant, lambda: in_a_box(["-0.1", "1/3"])])
def test_any_odd_value_anywhere_in_a_proof_over_several_weights_is_refused_and_never_crashes(make):
    good = json.loads(json.dumps(make()))
    rng = random.Random(7)
    paths = list(leaves({"claim": good["claim"], "proof": good["proof"]}))
    for path in rng.sample(paths, min(60, len(paths))):
        for odd in rng.sample([*ODD, "1e100", "-1e100", "1e-100", 2**40, ["face", 0, "lower"], ["well", 10**30]], 4):
            certificate = deepcopy(good)
            place(certificate, path[:-1])[path[-1]] = odd
            try:
                check(certificate)
            except Refused:
                continue
            assert brute(certificate) is None if make is four else True


def test_many_rows_are_proved_in_doubles_and_forgeries_among_them_refused():
    rng = np.random.default_rng(4)
    x = standard(rng.normal(size=(700, 1)))
    y = x[:, 0] + rng.normal(size=700) > 0
    certificate, _ = prove_box(points_problem(x, y), [-10] * 2, [10] * 2, Limits())
    # A prover is to leave the checker room for its rounding: 1e-13 of sums over 700 rows.
    low, high = (Fraction(float.fromhex(end) if "x" in end else float(end)) for end in certificate["claim"]["value"])
    certificate["claim"]["value"] = [str(low - Fraction(1, 10**12)), str(high + Fraction(1, 10**12))]
    report = check(json.dumps(certificate))
    assert (report.rows, report.arithmetic) == (700, "double intervals")
    for forge, wanted in (
        (put("claim.value[0]", str(high)), "proof.*"),
        (put("claim.value[1]", str(low)), "proof.best"),
        (put("proof.wells[0].modulus", "1"), "proof.wells[0]"),
    ):
        forgery = deepcopy(certificate)
        forge(forgery)
        assert fits(refused_place(forgery), wanted)


@pytest.mark.parametrize(
    ("forge", "wanted"),
    [
        (put("proof.stays.certificate.claim.value", ["0.0724", "0.0725"]), "proof.stays.certificate.claim.value"),
        (put("proof.stays.certificate.claim.kind", "undecided"), "proof.stays.certificate.claim.*"),
        (put("proof.stays.weights", ["w_x"]), "proof.stays.*"),
        (put("problem.data.points[0][0]", "1e-99"), "proof.direction"),
    ],
)
def test_a_forged_constant_is_refused(forge, wanted):
    certificate = json.loads(json.dumps(constant()))
    forge(certificate)
    found = refused_place(certificate)
    assert fits(found, wanted), found
