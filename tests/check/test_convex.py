"""Cross-entropy over all reals, settled by convexity: accepted, and refused where the argument would fail."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest

import chainrule_fast
from chainrule.problem import Problem
from chainrule.prove.certificate import certificate_text
from chainrule.prove.search import search

POINTS = [[-1, 1, 0], [1, -1, 0], [3, 1, 1], [1, 3, 1], ["0.5", 2, "0.3"]]


@pytest.fixture(scope="module")
def certificate():
    problem = replace(Problem.state(["x", "y"], POINTS, {"bias": -1}), loss="cross-entropy")
    return json.loads(certificate_text(search(problem).certificate))


def test_a_well_of_a_convex_loss_proves_the_minimum_over_all_reals(certificate):
    assert certificate["proof"]["outside"] == "convex"
    assert chainrule_fast.check(certificate).kind == "attained"


def refused(certificate, place):
    with pytest.raises(chainrule_fast.Refused) as refusal:
        chainrule_fast.check(certificate)
    assert refusal.value.place.startswith(place), refusal.value


def test_convexity_is_refused_for_the_squared_loss(certificate):
    forged = copy.deepcopy(certificate)
    del forged["problem"]["loss"]
    refused(forged, "proof")


def test_a_place_that_reaches_the_core_is_refused(certificate):
    forged = copy.deepcopy(certificate)
    forged["claim"]["at"]["w_x"][0] = forged["proof"]["core"][0][0]
    refused(forged, "claim.at")


def test_a_core_that_misses_the_minimum_is_refused(certificate):
    # A box far to the right, where the loss falls towards the minimum: all of it is monotone, and nothing is a minimum.
    forged = copy.deepcopy(certificate)
    proof = forged["proof"]
    proof["core"], proof["wells"], proof["tree"] = [["50", "60"], ["50", "60"]], [], [["monotone", 0, "rising"]]
    forged["claim"]["at"] = {"w_x": ["51", "52"], "w_y": ["51", "52"]}
    refused(forged, "proof.best")  # the least point of the plane is none of the core
    proof["best"], forged["claim"]["value"] = ["50", "50"], ["0", "1000"]
    refused(forged, "proof.tree[0]")


def test_convexity_does_not_prove_that_there_is_no_minimum(certificate):
    forged = copy.deepcopy(certificate)
    forged["claim"] |= {"kind": "undecided", "at": None}
    refused(forged, "proof.outside")
