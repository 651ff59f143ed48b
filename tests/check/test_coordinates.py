"""Proofs in other coordinates: a good one is accepted, and forgeries are refused at their place."""

import json
from copy import deepcopy
from fractions import Fraction

import numpy as np
import pytest
from tests.check.test_forgeries import fits, put, refused_place

from chainrule.problem import Problem
from chainrule.problem.schema import problem_to_dict
from chainrule.prove.certificate import certificate_text
from chainrule.prove.search import search
from chainrule_fast import Refused, check


def points(rows=30):
    """Two columns that nearly repeat each other, far from 0."""
    rng = np.random.default_rng(0)
    first = 5 + rng.normal(size=rows)
    second = first + 0.02 * rng.normal(size=rows)
    label = (first - 5 + 20 * (second - first) + 1.5 * rng.normal(size=rows) > 0).astype(int)
    return [(f"{a:.3f}", f"{b:.3f}", int(c)) for a, b, c in zip(first, second, label, strict=True)]


@pytest.fixture(scope="module")
def everywhere():
    answer = search(Problem.state(["x", "y"], points(), {}))
    assert answer.minimum.kind == "attained"
    return json.loads(certificate_text(answer.certificate))


@pytest.fixture(scope="module")
def in_a_box():
    problem = Problem.state(["x", "y"], points(), {})
    box = {
        "w_x": (Fraction(-4), Fraction(4)),
        "w_y": (Fraction(-4), Fraction(5)),
        "bias": (Fraction(-20), Fraction(20)),
    }
    found = json.loads(certificate_text(search(problem, box).certificate))
    assert any(node[0] == "off" for node in found["proof"]["inner"]["proof"]["tree"])
    return found


def test_a_proof_over_all_reals_and_one_in_a_box_are_accepted(everywhere, in_a_box):
    for good in (everywhere, in_a_box):
        report = check(json.dumps(good))
        assert report.kind == "attained"
        assert "a change of coordinates" in report.steps


def inner(path, value):
    return put(f"proof.inner.{path}", value)


def wider(pair):
    return [str(Fraction(pair[0]) - 1), str(Fraction(pair[1]) + 1)]


def half(pair):
    middle = (Fraction(pair[0]) + Fraction(pair[1])) / 2
    return [str(middle), pair[1]]


def off_instead(certificate):
    tree = certificate["proof"]["inner"]["proof"]["tree"]
    i = next(i for i, node in enumerate(tree) if node[0] in ("envelope", "natural"))
    tree[i] = ["off", 0]


FORGERIES = {
    "a singular matrix": (put("proof.matrix", [["0", "0", "0"]] * 3), "proof.matrix"),
    "a matrix that mixes the bias": (put("proof.matrix[0][2]", "1"), "proof.matrix"),
    "another matrix": (put("proof.matrix[2][0]", "-4"), "proof.*"),
    "a row too few": (put("proof.matrix", lambda rows: rows[:2]), "proof.matrix"),
    "a nan in the matrix": (put("proof.matrix[0][1]", "nan"), "proof.matrix[0][1]"),
    "the weights in another order": (put("proof.weights", ["w_y", "w_x", "bias"]), "proof.*"),
    "another method inside": (inner("proof.method", "reduce"), "proof.inner.proof"),
    "a raised value": (put("claim.value[0]", "0.4"), "claim.value"),
    "a narrow place": (put("claim.at.w_x", lambda pair: [pair[0], pair[0]]), "claim.at.w_x"),
    "another kind": (put("claim", lambda c: c | {"kind": "undecided", "at": None}), "claim.kind"),
    "inner weights in another order": (inner("proof.weights", ["bias", "w_x", "w_y"]), "proof.inner.proof.weights"),
    "an inner bound raised": (inner("claim.value[0]", "0.4"), "proof.inner.*"),
}

IN_A_BOX = {
    "an inner box too small": (inner("claim.domain.w_x", half), "proof.inner.*"),
    "all reals inside": (inner("claim.domain", "all reals"), "proof.inner.*"),
    "a smaller claimed domain": (put("claim.domain.w_y", ["-1", "0"]), "proof.inner.*"),
    "a larger claimed domain": (put("claim.domain.w_y", wider), "proof.inner.*"),
    "a box called off that is not": (off_instead, "proof.inner.proof.tree[*]"),
    "a slab that is not": (
        lambda c: put(
            "proof.inner.proof.tree", lambda tree: [["off", 7] if node[0] == "off" else node for node in tree]
        )(c),
        "proof.inner.proof.tree[*]",
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_over_all_reals_is_refused_at_its_place(everywhere, name):
    forge, wanted = FORGERIES[name]
    certificate = deepcopy(everywhere)
    forge(certificate)
    place = refused_place(certificate)
    assert fits(place, wanted), place


@pytest.mark.parametrize("name", [*FORGERIES, *IN_A_BOX])
def test_a_forgery_in_a_box_is_refused_at_its_place(in_a_box, name):
    forge, wanted = {**FORGERIES, **IN_A_BOX}[name]
    certificate = deepcopy(in_a_box)
    forge(certificate)
    place = refused_place(certificate)
    assert fits(place, wanted), place


def corner(tree, best, at, value):
    """``½σ(−w_x)² + ½σ(−w_y)²`` over [0, 1]², in the coordinates ``w_x = φ_x, w_y = φ_x + φ_y``; the minimum is at (1, 1)."""
    problem = Problem.state(["x", "y"], [(1, 0, 1), (0, 1, 1)], {"bias": 0})
    domain = {"w_x": ["0", "1"], "w_y": ["0", "1"]}
    outer = {"kind": "attained", "value": value, "direction": None}
    return {
        "format": "chainrule certificate",
        "version": 1,
        "problem": problem_to_dict(problem),
        "claim": outer | {"at": {"w_x": at[0], "w_y": ["0", "1"]}, "domain": domain},
        "proof": {
            "method": "coordinates",
            "weights": ["w_x", "w_y"],
            "matrix": [["1", "0"], ["1", "1"]],
            "inner": {
                "claim": outer
                | {"at": {"w_x": at[0], "w_y": at[1]}, "domain": {"w_x": ["0", "1"], "w_y": ["-1", "1"]}},
                "proof": {
                    "method": "boxes",
                    "weights": ["w_x", "w_y"],
                    "core": [["0", "1"], ["-1", "1"]],
                    "best": best,
                    "wells": [],
                    "tree": tree,
                    "outside": None,
                },
            },
        },
    }


def test_a_proof_of_an_askew_corner_by_hand_is_accepted_and_its_points_lie_in_the_domain():
    # Right of φ_x = 0.99 and above φ_y = 0.02 lies w_y > 1.01, off the domain; the rest lies in the claimed place.
    tree = [["split", 0, "0.99"], ["open"], ["split", 1, "0.02"], ["open"], ["off", 1]]
    wide = [["0", "1"], ["-1", "1"]]
    good = corner(tree, ["1", "0"], wide, ["0", "0.07233"])  # ½σ(−1)² + ½σ(−1)² = 0.0723294881…
    assert check(json.dumps(good)).kind == "attained"
    for best in (["1", "0.5"], ["0.5", "0.6"]):  # lower losses, beyond w_y = 1
        with pytest.raises(Refused) as refusal:
            check(json.dumps(corner(tree, best, wide, ["0", "0.07233"])))
        assert refusal.value.place == "proof.inner.proof.best"


@pytest.mark.parametrize(
    ("tree", "place"),
    [
        # The loss falls along φ_y on the whole box, but w_y <= 1 ends the domain before φ_y = 1 is reached.
        ([["face", 1, "upper"], ["split", 0, "0.001"], ["natural"], ["off", 1]], "proof.inner.proof.tree[0]"),
        # So it does below φ_y = 0, where the true minimiser is, at the end.
        ([["split", 1, "0.25"], ["monotone", 1, "falling"], ["natural"]], "proof.inner.proof.tree[1]"),
    ],
)
def test_a_slope_does_not_settle_a_box_that_a_slab_cuts(tree, place):
    # Without that rule these would "prove" that the minimum is at w_x = 0, w_y = 1, where the loss is ½(¼ + σ(−1)²) = 0.1612.
    forged = corner(tree, ["0", "1"], [["0", "0.001"], ["1", "1"]], ["0.16", "0.1612"])
    with pytest.raises(Refused) as refusal:
        check(json.dumps(forged))
    assert refusal.value.place == place
    assert "needed a box strictly inside" in refusal.value.message


def test_a_weight_with_a_penalty_must_be_its_own_coordinate():
    good = corner([["open"]], ["1", "0"], [["0", "1"], ["-1", "1"]], ["0", "0.5"])
    good["problem"]["penalty"] = "0.1"
    with pytest.raises(Refused) as refusal:
        check(json.dumps(good))
    assert refusal.value.place == "proof.matrix[1]"  # w_y = φ_x + φ_y
