"""False claims about kinks and plateaus, each of which breaks one hypothesis: all are refused, at their place."""

import pytest
from tests.check.test_false_formulas import X, accepted, line, number, refused, tails

ABS, RELU = ["abs", X], ["relu", X]
BOTH = {"x": {"-inf": ["inf", "inf"], "+inf": ["inf", "inf"]}}


def entry(kind, low, high, value):
    return {"kind": kind, "at": {"x": [low, high]}, "value": [value, value]}


def corner(stationary, **changes):
    claim = {"kind": "attained", "at": {"x": ["0", "0"]}, "value": ["0", "0"], "stationary": stationary, "limits": BOTH}
    proof = {
        "breaks": ["-1", "0", "1"],
        "pieces": ["falling", "rising"],
        "tails": tails("-1", "1", ("falling", "rising")),
    }
    return line(ABS, claim | changes, proof)


def test_a_corner_is_accepted_as_the_minimum_that_it_is():
    accepted(corner([entry("minimum", "0", "0", "0")]))


@pytest.mark.parametrize(
    ("stationary", "place"),
    [
        ([], "claim.stationary"),  # then nothing would be lower than the limits
        ([entry("minimum", "0", "0.5", "0")], "claim.stationary[0].at"),
        ([entry("maximum", "0", "0", "0")], "claim.stationary[0].kind"),
        ([entry("plateau", "0", "0", "0")], "claim.stationary[0].kind"),
        ([entry("minimum", "0", "0", "1")], "claim.stationary[0].value"),
    ],
)
def test_a_corner_is_listed_as_it_is(stationary, place):
    refused(corner(stationary), place)


def test_a_corner_that_is_left_out_bounds_the_value_all_the_same():
    refused(corner([], kind="undecided", at=None, value=["1", "inf"]), "claim.stationary")


def flat(expression, claim, pieces=("flat", "rising"), breaks=("-1", "0", "1"), slopes=("flat", "rising")):
    proof = {"breaks": list(breaks), "pieces": list(pieces), "tails": tails(breaks[0], breaks[-1], slopes)}
    limits = {"x": {"-inf": ["0", "0"], "+inf": ["inf", "inf"]}}
    return line(expression, {"kind": "attained", "value": ["0", "0"], "limits": limits} | claim, proof)


def plateau(low, high, place=("-inf", "0")):
    return {"stationary": [entry("plateau", low, high, "0")], "at": {"x": list(place)}}


def test_a_dead_relu_is_accepted():
    accepted(flat(RELU, plateau("-inf", "0")))


@pytest.mark.parametrize(
    ("claim", "place"),
    [
        (plateau("-inf", "0.5"), "claim.stationary[0].at"),  # past the kink
        (plateau("-1", "0"), "claim.stationary[0].at"),  # the tail belongs to it
        (plateau("-inf", "0", ("-2", "0")), "claim.at"),  # it is lowest left of −2, too
        ({"stationary": [], "at": {"x": ["-inf", "0"]}}, "claim.stationary"),
    ],
)
def test_a_plateau_has_its_own_ends(claim, place):
    refused(flat(RELU, claim), place)


def test_what_slopes_is_not_flat():
    leaning = ["add", RELU, ["multiply", number("1e-99"), X]]
    refused(flat(leaning, plateau("-inf", "0")), "proof.tails")
    claim = {"kind": "attained", "at": {"x": ["-1", "0"]}, "value": ["0", "0"], "domain": {"x": ["-1", "0"]}}
    proof = {"breaks": ["-1", "0"], "pieces": ["flat"]}
    refused(line(leaning, claim | {"stationary": [entry("plateau", "-1", "0", "0")]}, proof), "proof.pieces[0]")


def test_what_may_bend_is_not_flat():
    """0 times a logarithm is not defined left of 0; a square is no affine function, whatever is taken from it."""
    for expression in (
        ["add", RELU, ["multiply", number("0"), ["log", X]]],
        ["add", RELU, ["negate", ["relu", ["power", X, number("2")]]]],
    ):
        refused(flat(expression, plateau("-inf", "0")), "proof")


def test_a_pole_all_along_a_dead_relu_is_refused():
    refused(flat(["power", RELU, number("-1")], plateau("-inf", "0")), "claim.limits")


def test_a_piece_that_holds_a_kink_does_not_slope_one_way():
    claim = {"kind": "attained", "at": {"x": ["-1", "-1"]}, "value": ["1", "1"], "domain": {"x": ["-1", "1"]}}
    refused(line(ABS, claim, {"breaks": ["-1", "1"], "pieces": ["rising"]}), "proof.pieces[0]")
    refused(line(ABS, claim, {"breaks": ["-1", "0.25", "1"], "pieces": ["falling", "rising"]}), "proof.pieces[0]")


def test_a_place_where_the_function_pauses_is_not_passed_over():
    """x|x| is concave up to 0 and convex from there, with slope 0 at the break: a stationary point that no piece has."""
    claim = {"kind": "attained", "at": {"x": ["-1", "-1"]}, "value": ["-1", "-1"], "domain": {"x": ["-1", "1"]}}
    document = line(["multiply", X, ABS], claim, {"breaks": ["-1", "0", "1"], "pieces": ["concave", "convex"]})
    assert "which is not listed" in refused(document, "proof.pieces[0]")


def test_a_slope_of_0_at_a_break_is_a_minimum_where_it_turns():
    claim = {"kind": "attained", "at": {"x": ["0", "0"]}, "value": ["0", "0"], "domain": {"x": ["-1", "1"]}}
    proof = {"breaks": ["-1", "0", "1"], "pieces": ["convex", "convex"]}
    square = ["power", X, number("2")]
    accepted(line(square, claim | {"stationary": [entry("minimum", "0", "0", "0")]}, proof))
    refused(line(square, claim, proof), "claim.stationary")


def test_a_constant_that_is_not_defined_is_no_lowest_value():
    claim = {"kind": "attained", "at": {"x": ["-1", "1"]}, "value": ["-inf", "inf"], "domain": {"x": ["-1", "1"]}}
    claim["stationary"] = [{"kind": "plateau", "at": {"x": ["-1", "1"]}, "value": ["-inf", "inf"]}]
    constant = ["log", ["add", ["relu", ["add", X, number("-2")]], number("-1")]]  # log(−1)
    refused(line(constant, claim, {"breaks": ["-1", "1"], "pieces": ["flat"]}), "claim")
