"""Lists of all stationary points of a formula: accepted as found, and every forgery refused with the place."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from tests.check.test_expressions import _put, _refused, _without

import chainrule_fast
from chainrule.expression.typed import TypedProblem
from chainrule.prove.certificate import certificate_text
from chainrule.prove.search import search


@pytest.fixture(scope="module")
def double_well():
    """Minima near (±1, ±4), a saddle near (0, 0), in a valley along y = 4x."""
    typed = TypedProblem.read("(x^2 - 1)^2 + 9(y - 4x)^2 + 0.1x")
    box = {"x": (Fraction(-2), Fraction(2)), "y": (Fraction(-6), Fraction(6))}
    return json.loads(certificate_text(search(typed, box, all_points=True).certificate))


def test_what_was_found_is_accepted(double_well):
    report = chainrule_fast.check(double_well)
    assert report.stationary == 3
    assert "exactly 3 stationary points" in str(report)


def first(document, word):
    return next(i for i, node in enumerate(document["proof"]["stationary"]["tree"]) if node[0] == word)


def _leaf(word, replacement):
    def change(document):
        document["proof"]["stationary"]["tree"][first(document, word)] = replacement

    return change


def _turned(document):
    node = document["proof"]["stationary"]["tree"][first(document, "combination")]
    node[2] = "falling" if node[2] == "rising" else "rising"


def _both_kinds(kind):
    def change(document):
        zone = document["proof"]["stationary"]["zones"][0]
        (entry,) = (e for e in document["claim"]["stationary"] if list(e["at"].values()) == zone["at"])
        assert entry["kind"] != kind
        entry["kind"] = zone["kind"] = kind

    return change


ZONES = ["proof", "stationary", "zones"]
FORGERIES = {
    "a point left out": (_without(["claim", "stationary"], 0), "claim.stationary"),
    "a point twice": (_put(["claim", "stationary"], lambda c: [*c, c[0]]), "claim.stationary"),
    "a kind changed in the claim": (_put(["claim", "stationary", 0, "kind"], "saddle"), "claim.stationary[0]"),
    "a kind changed in both": (_both_kinds("maximum"), "proof.stationary.zones[0].kind"),
    "a point moved": (_put(["claim", "stationary", 0, "at", "x"], ["0.5", "0.6"]), "claim.stationary[0]"),
    "a value that is too low": (_put(["claim", "stationary", 0, "value"], ["-9", "-8"]), "claim.stationary[0].value"),
    "a zone left out": (_without(ZONES, 0), ""),
    "a zone that is too large": (_put([*ZONES, 0, "box"], [["-2", "2"], ["-6", "6"]]), "proof.stationary.zones[0].box"),
    "a preconditioner of nothing": (
        _put([*ZONES, 0, "preconditioner"], [["0", "0"], ["0", "0"]]),
        "proof.stationary.zones[0].box",
    ),
    "a place without a point": (
        lambda d: [
            _put([*ZONES, 0, "at"], [["0.9", "0.900001"], ["3.6", "3.600001"]])(d),
            _put([*ZONES, 0, "box"], [["0.89", "0.91"], ["3.59", "3.61"]])(d),
        ],
        "",
    ),
    "everything monotone": (_put(["proof", "stationary", "tree"], [["monotone", 0, "rising"]]), "proof.stationary.tree[0]"),
    "everything in one zone": (_put(["proof", "stationary", "tree"], [["zone", 0]]), "proof.stationary.tree[0]"),
    "everything open": (_put(["proof", "stationary", "tree"], [["open"]]), "proof.stationary.tree[0]"),
    "a leaf with another sign": (_turned, "proof.stationary.tree"),
    "a leaf left out": (_without(["proof", "stationary", "tree"], -1), "proof.stationary.tree"),
    "a zone said to be monotone": (_leaf("zone", ["monotone", 1, "rising"]), "proof.stationary.tree"),
    "a direction of nothing": (_leaf("combination", ["combination", ["0", "0"], "rising"]), "proof.stationary.tree"),
    "a claim without its proof": (_put(["proof"], lambda p: {k: v for k, v in p.items() if k != "stationary"}), "claim.stationary"),
    "a larger domain": (_put(["claim", "domain", "x"], ["-3", "2"]), "proof.core"),
    "another formula": (
        lambda d: d["problem"].update(expression=["add", d["problem"]["expression"], ["multiply", ["number", "0.01"], ["symbol", "x"]]]),
        "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused(double_well, name):
    _refused(double_well, *FORGERIES[name])


def test_a_leaf_over_a_kink_or_outside_the_domain_is_refused():
    for expression, node in (
        (["add", ["symbol", "x"], ["log", ["symbol", "y"]]], ["monotone", 0, "rising"]),
        (["abs", ["add", ["symbol", "x"], ["symbol", "y"]]], ["combination", ["1", "1"], "rising"]),
    ):
        document = {
            "format": "chainrule certificate",
            "version": 1,
            "problem": {"expression": expression, "free": ["x", "y"]},
            "claim": {
                "kind": "undecided", "at": None, "value": ["-100", "0.1"], "direction": None, "limits": {},
                "domain": {"x": ["-1", "1"], "y": ["-1", "1"]}, "stationary": [],
            },
            "proof": {
                "method": "boxes", "weights": ["x", "y"], "core": [["-1", "1"], ["-1", "1"]], "best": ["-0.5", "0.5"],
                "wells": [], "tree": [["open"]], "outside": None, "stationary": {"zones": [], "tree": [node]},
            },
        }  # fmt: skip
        with pytest.raises(chainrule_fast.Refused) as refusal:
            chainrule_fast.check(document)
        assert refusal.value.place.startswith("proof."), refusal.value
