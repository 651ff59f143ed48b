"""False claims about formulas, each of which breaks one hypothesis of a theorem: all are refused, at their place.

They are small enough to be written by hand; a comment derives why the claim is false.
"""

from __future__ import annotations

import json

import pytest

import chainrule_fast

X = ["symbol", "x"]
ANYTHING = ["-inf", "inf"]


def number(text):
    return ["number", text]


def line(expression, claim, proof):
    """A certificate about all reals, or an interval, by the method *expression*."""
    claim = {"at": None, "direction": None, "domain": "all reals", "stationary": [], "limits": {}} | claim
    proof = {"method": "expression", "weight": "x", "tails": None} | proof
    return _document(expression, ["x"], claim, proof)


def boxes(expression, free, claim, proof):
    """A certificate about a box by the method *boxes*."""
    core = [claim["domain"][name] for name in free]
    claim = {"at": None, "direction": None} | claim
    proof = {"method": "boxes", "weights": free, "core": core, "wells": [], "outside": None} | proof
    return _document(expression, free, claim, proof)


def _document(expression, free, claim, proof):
    problem = {"expression": expression, "free": free}
    return {"format": "chainrule certificate", "version": 1, "problem": problem, "claim": claim, "proof": proof}


def refused(document, place):
    with pytest.raises(chainrule_fast.Refused) as refusal:
        chainrule_fast.check(json.dumps(document))
    assert refusal.value.place.startswith(place), str(refusal.value)
    assert "Traceback" not in str(refusal.value)
    return str(refusal.value)


def accepted(document):
    return chainrule_fast.check(json.dumps(document))


def unknown(low, high, value=ANYTHING):
    return {"kind": "unknown", "at": {"x": [low, high]}, "value": value}


def tails(left, right, slopes):
    ends = zip(("-inf", "+inf"), (left, right), slopes, strict=True)
    return {side: {"end": end, "slope": slope} for side, end, slope in ends}


def test_a_minimum_is_not_attained_in_a_pole():
    # x² − x^−2 falls below every number towards 0 and is not defined there, so it has no minimum.
    tree = ["add", ["power", X, number("2")], ["negate", ["power", X, number("-2")]]]
    claim = {
        "kind": "attained",
        "at": {"x": ["-0.5", "0.5"]},
        "value": ["-inf", "-3"],
        "stationary": [unknown("-0.5", "0.5")],
        "limits": {"x": {"-inf": ["inf", "inf"], "+inf": ["inf", "inf"]}},
    }
    proof = {
        "tails": tails("-2", "2", ("falling", "rising")),
        "breaks": ["-2", "-0.5", "0.5", "2"],
        "pieces": ["falling", "unknown", "rising"],
    }
    assert "defined" in refused(line(tree, claim, proof), "claim.kind")
    open_claim = claim | {"kind": "undecided", "at": None, "value": ["-inf", "-3"]}
    assert accepted(line(tree, open_claim, proof)).kind == "undecided"  # that is true, and all that was shown


@pytest.mark.parametrize(
    "tree",
    [
        ["divide", number("1"), X],  # −∞ on the left of 0
        ["log", ["add", X, number("1")]],  # −∞ at the edge −1, where it is not defined
        ["log", ["abs", X]],  # −∞ at 0, in the middle
        ["multiply", number("0"), ["divide", number("1"), X]],  # 0, but not at 0, where there is no value
        ["add", ["divide", number("1"), X], ["negate", ["divide", number("1"), X]]],
        ["power", ["divide", number("1"), X], number("0")],
    ],
    ids=["1/x", "log(x + 1)", "log|x|", "0/x", "1/x − 1/x", "(1/x)^0"],
)
def test_a_place_where_nothing_is_known_holds_no_attained_minimum(tree):
    claim = {
        "kind": "attained",
        "at": {"x": ["-1", "1"]},
        "value": ANYTHING,
        "domain": {"x": ["-1", "1"]},
        "stationary": [unknown("-1", "1")],
    }
    refused(line(tree, claim, {"breaks": ["-1", "1"], "pieces": ["unknown"]}), "claim.kind")


def test_a_minimum_is_not_attained_at_the_end_of_an_interval_where_there_is_no_value():
    # log x rises on (0, 1] from −∞: no lowest value, and none at 0.
    claim = {
        "kind": "attained",
        "at": {"x": ["0", "0.5"]},
        "value": ["-inf", "-0.6"],
        "domain": {"x": ["0", "1"]},
        "stationary": [unknown("0", "0.5")],
    }
    refused(line(["log", X], claim, {"breaks": ["0", "0.5", "1"], "pieces": ["unknown", "rising"]}), "claim.kind")


@pytest.mark.parametrize(
    "summand",
    [
        ["multiply", number("0"), ["power", X, number("-1")]],
        ["multiply", number("0"), ["add", ["power", X, number("-1")], number("1")]],
        ["multiply", ["log", X], number("2"), number("0")],
        ["negate", ["divide", ["multiply", number("0"), ["divide", number("1"), X]], number("3")]],
        ["mean", ["multiply", number("0"), ["power", ["abs", X], number("-1")]], number("0")],
    ],
    ids=["0·x^−1", "0·(x^−1 + 1)", "0·log x", "−(0/x)/3", "mean"],
)
def test_a_summand_with_the_number_0_is_not_dropped_where_it_has_no_value(summand):
    # x² + 0·r is at least 0 where it is defined, but 0 is not among its values: at x = 0, the only candidate, r has none.
    tree = ["add", ["power", X, number("2")], summand]
    claim = {"kind": "attained", "at": {"x": ["-1", "1"]}, "value": ["0", "1e-19"], "domain": {"x": ["-1", "1"]}}
    bound = {"least": "0", "wells": [], "tree": [["natural"]]}
    for lines in ([], [{"slope": "0", "range": ["-1", "1"], "bound": 0}]):
        part = {"box": [["-1", "1"]], "lines": lines, "groups": [{"weights": ["x"], "bound": 0}], "bounds": [bound]}
        proof = {"best": ["1e-10"], "tree": [["parts", 0]], "parts": [part]}
        refused(boxes(tree, ["x"], claim, proof), "proof.")


@pytest.mark.parametrize(
    "tree", [["divide", number("1"), number("0")], ["log", ["relu", ["add", X, number("-9")]]]], ids=["1/0", "log 0"]
)
def test_nothing_is_no_plateau(tree):
    # On [−1, 1] neither has a value anywhere.
    entry = {"kind": "plateau", "at": {"x": ["-1", "1"]}, "value": ANYTHING}
    claim = {"kind": "undecided", "value": ANYTHING, "domain": {"x": ["-1", "1"]}, "stationary": [entry]}
    refused(line(tree, claim, {"breaks": ["-1", "1"], "pieces": ["flat"]}), "claim.stationary[0]")


def test_a_number_too_large_for_the_arithmetic_is_not_infinite():
    # −2 e^100000/(1 + x²) is lowest at 0, where it is −2 e^100000, a number, and its limits are 0: neither is −∞.
    tree = [
        "multiply",
        ["exp", number("100000")],
        ["negate", ["divide", number("2"), ["add", number("1"), ["power", X, number("2")]]]],
    ]
    claim = {
        "kind": "not-attained",
        "value": ["-inf", "-inf"],
        "direction": {"x": "1"},
        "stationary": [{"kind": "minimum", "at": {"x": ["0", "0"]}, "value": ["-inf", "-inf"]}],
        "limits": {"x": {"-inf": ["-inf", "-inf"], "+inf": ["-inf", "-inf"]}},
    }
    proof = {
        "tails": tails("-9", "9", ("falling", "rising")),
        "breaks": ["-9", "-0.125", "0.125", "9"],
        "pieces": ["falling", "convex", "rising"],
    }
    refused(line(tree, claim, proof), "claim")
    # What is true is accepted, an end beyond 1e100 being written as infinite on its own side. (e^100000 itself is too large for that.)
    tree = ["multiply", ["exp", number("60000")], tree[2]]
    entry = {"kind": "minimum", "at": {"x": ["0", "0"]}, "value": ["-inf", "-1e100"]}
    true = {
        "kind": "attained",
        "at": {"x": ["0", "0"]},
        "direction": None,
        "value": ["-inf", "-1e100"],
        "stationary": [entry],
        "limits": {"x": {"-inf": ["0", "0"], "+inf": ["0", "0"]}},
    }
    pieces = []
    cuts = ["-9", *(f"-{2**-k}" for k in range(-3, 3)), "-0.125", "0.125", *(f"{2**-k}" for k in range(2, -4, -1)), "9"]
    pieces = ["falling"] * 7 + ["convex"] + ["rising"] * 7
    assert accepted(line(tree, true, proof | {"breaks": cuts, "pieces": pieces})).kind == "attained"


@pytest.mark.parametrize(("low", "high"), [("-inf", "-inf"), ("inf", "inf"), ("-1e100", "1e100")])
def test_a_huge_value_is_not_held_by_an_end_that_is_rounded_inward(low, high):
    # The lowest value of e^100000 (1 + x²) lies in none of these: it is a number, above 1e100.
    tree = ["multiply", ["exp", number("100000")], ["add", number("1"), ["power", X, number("2")]]]
    claim = {
        "kind": "attained",
        "at": {"x": ["0", "0"]},
        "value": [low, high],
        "stationary": [{"kind": "minimum", "at": {"x": ["0", "0"]}, "value": ["1e100", "inf"]}],
        "limits": {"x": {"-inf": ["inf", "inf"], "+inf": ["inf", "inf"]}},
    }
    proof = {"tails": tails("-1", "3", ("falling", "rising")), "breaks": ["-1", "3"], "pieces": ["convex"]}
    refused(line(tree, claim, proof), "claim.value")
    smaller = ["multiply", ["exp", number("60000")], tree[2]]
    assert accepted(line(smaller, claim | {"value": ["1e100", "inf"]}, proof)).kind == "attained"


def test_huge_numbers_beside_a_pole_end_in_no_traceback():
    # e^1000 + 1/x: the rest of the mean value form is infinite where a double would overflow.
    tree = ["add", ["exp", number("1000")], ["divide", number("1"), X]]
    claim = {
        "kind": "undecided",
        "value": ANYTHING,
        "stationary": [unknown("-1", "1")],
        "limits": {"x": {"-inf": ANYTHING, "+inf": ANYTHING}},
    }
    proof = {"tails": tails("-1", "1", ("falling", "falling")), "breaks": ["-1", "1"], "pieces": ["unknown"]}
    assert accepted(line(tree, claim, proof)).kind == "undecided"
    refused(line(tree, claim | {"value": ["0", "1"]}, proof), "claim.value")


@pytest.mark.parametrize("size", ["1", "1e100"])
def test_a_zone_about_a_kink_is_refused_in_a_sentence(size):
    # |x|·size has no Hessian at 0, and its gradient is never 0.
    tree = ["multiply", number(size), number(size), number(size), number(size), ["abs", X]]
    claim = {
        "kind": "undecided",
        "value": ["-1", "1"],
        "domain": {"x": ["-1", "1"]},
        "stationary": [{"kind": "minimum", "at": {"x": ["-0.1", "0.1"]}, "value": ["-1", "1"]}],
    }
    zone = {"box": [["-1", "1"]], "preconditioner": [["1"]], "at": [["-0.1", "0.1"]], "kind": "minimum"}
    proof = {"best": ["0"], "tree": [["natural"]], "stationary": {"zones": [zone], "tree": [["zone", 0]]}}
    refused(boxes(tree, ["x"], claim, proof), "proof.stationary.zones[0]")


def test_a_zone_of_numbers_beyond_doubles_ends_in_no_traceback():
    # 1e400·x² has its one stationary point at 0, a minimum: its Hessian is no double.
    tree = ["multiply", *[number("1e100")] * 4, ["power", X, number("2")]]
    claim = {
        "kind": "undecided",
        "value": ["0", "1"],
        "domain": {"x": ["-1", "1"]},
        "stationary": [{"kind": "minimum", "at": {"x": ["-0.1", "0.1"]}, "value": ["0", "inf"]}],
    }
    zone = {"box": [["-1", "1"]], "preconditioner": [["1"]], "at": [["-0.1", "0.1"]], "kind": "minimum"}
    proof = {"best": ["0"], "tree": [["natural"]], "stationary": {"zones": [zone], "tree": [["zone", 0]]}}
    refused(boxes(tree, ["x"], claim, proof), "proof.stationary.zones[0]")


def test_a_factor_beyond_doubles_is_enclosed_by_the_largest_of_them():
    # 1e400 x² is at least 0, and nowhere below; that it is at least 1e-99 is false at 0.
    tree = ["multiply", *[number("1e100")] * 4, ["power", X, number("2")]]
    claim = {"kind": "undecided", "value": ["0", "1"], "domain": {"x": ["-1", "1"]}}
    part = {"box": [["-1", "1"]], "lines": [], "groups": [{"weights": ["x"], "bound": 0}]}
    for least in ("0", "1e-99"):
        bound = {"least": least, "wells": [], "tree": [["natural"]]}
        proof = {"best": ["0"], "tree": [["parts", 0]], "parts": [part | {"bounds": [bound]}]}
        if least == "0":
            assert accepted(boxes(tree, ["x"], claim, proof)).kind == "undecided"
        else:
            refused(boxes(tree, ["x"], claim, proof), "proof.parts[0].bounds[0]")


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus"])
def test_rates_that_are_not_rational_are_compared(name):
    # 2^x grows as e^(x log 2): whether log 2 or 0 is larger is asked of a ball, and what stays undecided is refused.
    tree = [name, ["power", number("2"), X]]
    claim = {
        "kind": "undecided",
        "value": ANYTHING,
        "limits": {"x": {"-inf": ["0", "1"], "+inf": ["0", "1"]}},
    }
    proof = {"tails": tails("-2", "2", ("rising", "rising")), "breaks": ["-2", "2"], "pieces": ["rising"]}
    refused(line(tree, claim, proof), "proof.tails.+inf")
