"""What follows about a formula on the line from its pieces, tails and entries: each hypothesis is broken alone, beside a true neighbour that is accepted."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.check.space_maker import claim as claimed

from chainrule_fast import Refused, check

X = ["symbol", "x"]


def number(x):
    return ["number", str(x)]


def power(a, n):
    return ["power", a, number(n)]


def plus(*parts):
    return ["add", *parts]


SQUARE = power(X, 2)
BELL = ["divide", number(1), plus(number(1), SQUARE)]
# (x² + 3/8)/(1 + x²)²: the slope is 2x(1/4 − x²)/(1 + x²)³, so 3/8 at 0 is a minimum, 2/5 at ±1/2 maxima, and both limits are 0.
DIP = ["multiply", plus(SQUARE, number("3/8")), power(BELL, 2)]
BREAKS = ["-4", "-2", "-1", "-0.51", "-0.49", "-0.1", "0.1", "0.49", "0.51", "1", "2", "4"]
PIECES = ["rising"] * 3 + ["concave", "falling", "convex", "rising", "concave"] + ["falling"] * 3
DIPPED = [("maximum", "-1/2", ["0.4", "0.4"]), ("minimum", "0", ["3/8", "3/8"]), ("maximum", "1/2", ["0.4", "0.4"])]


def listed(entries):
    return [
        {"kind": kind, "at": {"x": at if isinstance(at, list) else [at, at]}, "value": value}
        for kind, at, value in entries
    ]


def made(node, stated, entries=(), slopes=("falling", "rising"), limits=(["inf", "inf"], ["inf", "inf"]), **proof):
    """All reals, unless the claim says otherwise."""
    ends = proof["breaks"][0], proof["breaks"][-1]
    bounded = stated["domain"] != "all reals"
    tails = {
        side: {"end": end, "slope": slope} for side, end, slope in zip(("-inf", "+inf"), ends, slopes, strict=True)
    }
    found = {} if bounded else {"x": dict(zip(("-inf", "+inf"), limits, strict=True))}
    return {
        "format": "chainrule certificate",
        "version": 1,
        "problem": {"expression": node, "free": ["x"]},
        "claim": stated | {"stationary": listed(entries), "limits": found},
        "proof": {"method": "expression", "weight": "x", "tails": None if bounded else tails} | proof,
    }  # fmt: skip


def fine(breaks, pieces, parts=24):
    """The same cover with each falling or rising piece cut into parts, narrow enough for its slope to be seen."""
    ends, reasons = [breaks[0]], []
    for left, right, reason in zip(breaks, breaks[1:], pieces, strict=False):
        a, b = Fraction(left), Fraction(right)
        count = parts if reason in ("falling", "rising") else 1
        ends += [str(a + (b - a) * i / count) for i in range(1, count + 1)]
        reasons += [reason] * count
    return {"breaks": ends, "pieces": reasons}


def refused(certificate, place):
    with pytest.raises(Refused) as refusal:
        check(certificate)
    assert refusal.value.place == place, refusal.value


def dip(stated, limits=(["0", "0"], ["0", "0"])):
    return made(DIP, stated, DIPPED, ("rising", "falling"), limits, **fine(BREAKS, PIECES))


def test_a_minimum_above_a_limit_is_not_attained():
    for side in ("1", "-1"):
        check(dip(claimed("not-attained", ["0", "0"], None, {"x": side})))
    refused(dip(claimed("attained", ["0", "3/8"], {"x": ["0", "0"]})), "claim.kind")
    refused(dip(claimed("not-attained", ["3/8", "3/8"], None, {"x": "1"})), "claim.value")


def test_the_infimum_is_the_limit_on_the_lower_side():
    # 1/(1 + x²) − σ(x): 0 at −∞, −1 at +∞; it turns once, in between, and falls towards both ends.
    node = plus(BELL, ["negate", ["sigmoid", X]])
    breaks = ["-8", "-4", "-2", "-0.2", "-0.05", "1", "4", "8"]
    pieces = ["rising"] * 3 + ["concave"] + ["falling"] * 3

    def side(way, left=("0", "0"), value=("-1", "-1")):
        stated = claimed("not-attained", list(value), None, {"x": way})
        return made(
            node,
            stated,
            [("maximum", ["-0.2", "-0.05"], ["-1", "1"])],
            ("rising", "falling"),
            (list(left), ["-1", "-1"]),
            **fine(breaks, pieces),
        )

    check(side("1"))
    refused(side("-1"), "claim.direction.x")
    # A claimed limit that may be lower than the other leaves it open which of them is the infimum.
    check(side("1", ("-1", "0")))
    refused(side("1", ("-1.1", "0"), ("-2", "0")), "claim.direction.x")


def test_of_an_unknown_tail_nothing_follows():
    def unknown(stated, limit=None, slopes=("falling", "unknown")):
        return made(
            SQUARE,
            stated,
            [("minimum", "0", ["0", "0"])],
            slopes,
            (["inf", "inf"], limit),
            breaks=["-1", "1"],
            pieces=["convex"],
        )

    check(unknown(claimed("undecided", ["-inf", "0"])))
    refused(unknown(claimed("undecided", ["0", "0"])), "claim.value")
    refused(unknown(claimed("undecided", ["-inf", "0"]), ["inf", "inf"]), "claim.limits.x.+inf")
    refused(unknown(claimed("attained", ["-inf", "0"], {"x": ["0", "0"]})), "claim.kind")
    nothing = made(
        X,
        claimed("undecided", ["-inf", "inf"]),
        (),
        ("unknown", "unknown"),
        (None, None),
        breaks=["1", "2"],
        pieces=["rising"],
    )
    check(nothing)


@pytest.mark.parametrize("at", [["1/4", "1/2"], ["-1/2", "-1/4"], ["1/4", "1/4"], ["0", "1/4"], ["-1/4", "0"]])
def test_the_slope_changes_sign_on_the_place_of_a_minimum_or_is_0_where_it_is_one_number(at):
    def parabola(node, kind, place, value):
        stated = claimed("undecided", ["-inf", "inf"])
        slopes = ("falling", "rising") if kind == "minimum" else ("rising", "falling")
        end = ["inf", "inf"] if kind == "minimum" else ["-inf", "-inf"]
        piece = "convex" if kind == "minimum" else "concave"
        return made(node, stated, [(kind, place, value)], slopes, (end, end), breaks=["-1", "1"], pieces=[piece])

    wide = ["-1", "1"]
    for kind, node in (("minimum", SQUARE), ("maximum", ["negate", SQUARE])):
        check(parabola(node, kind, ["-1/4", "1/4"], wide))
        check(parabola(node, kind, ["0", "0"], wide))
        refused(parabola(node, kind, at, wide), "claim.stationary[0].at.x")


def test_the_value_of_an_entry_holds_what_its_ends_and_its_range_tell():
    # 1 − x² on [−1/8, 1/8]: the maximum is at least 63/64, as at both ends; over the place the range is [63/64, 1].
    def top(value, at=("-1/8", "1/8")):
        node = plus(number(1), ["negate", SQUARE])
        stated, low = claimed("undecided", ["-inf", "inf"]), ["-inf", "-inf"]
        entries = [("maximum", list(at), value)]
        return made(node, stated, entries, ("rising", "falling"), (low, low), breaks=["-2", "2"], pieces=["concave"])

    check(top(["63/64", "2"]))
    refused(top(["63/64", "0.999"]), "claim.stationary[0].value")
    refused(top(["64/65", "2"]), "claim.stationary[0].value")


def test_where_nothing_is_defined_nothing_is_attained():
    stated = claimed("attained", ["-inf", "inf"], {"x": ["-2", "-1"]}, domain={"x": ["-2", "-1"]})
    entry = [("unknown", ["-2", "-1"], ["-inf", "inf"])]
    refused(made(["log", X], stated, entry, breaks=["-2", "-1"], pieces=["unknown"]), "claim.kind")
    check(made(["log", X], stated | {"kind": "undecided", "at": None}, entry, breaks=["-2", "-1"], pieces=["unknown"]))


def test_a_second_place_that_may_be_as_low_has_to_lie_in_the_claimed_one():
    # (x² − 1)² is 0 at −1 and at 1.
    node = power(plus(SQUARE, number(-1)), 2)
    entries = [("minimum", "-1", ["0", "0"]), ("maximum", "0", ["1", "1"]), ("minimum", "1", ["0", "0"])]
    pieces = ["convex", "falling", "falling", "concave", "falling", "falling", "convex"]
    pieces[1:3], pieces[4:6] = ["rising", "rising"], ["falling", "falling"]
    breaks = ["-2", "-0.8", "-0.5", "-0.25", "0.25", "0.5", "0.8", "2"]

    def wells(at):
        return made(node, claimed("attained", ["0", "0"], {"x": at}), entries, breaks=breaks, pieces=pieces)

    check(wells(["-1", "1"]))
    for at in (["-1", "-1"], ["1", "1"], ["-1", "0"], ["0", "1"]):
        refused(wells(at), "claim.at.x")


def test_where_the_formula_rises_it_tends_to_no_infimum():
    def parabola(way):
        stated = claimed("not-attained", ["0", "0"], None, {"x": way})
        return made(SQUARE, stated, [("minimum", "0", ["0", "0"])], breaks=["-1", "1"], pieces=["convex"])

    for way in ("1", "-1"):
        refused(parabola(way), "claim.direction.x")


def test_of_an_unknown_place_the_least_value_is_at_most_that_at_its_ends_and_no_less_than_its_range_tells():
    # x² − x + 1 is at least 3/4, and 1 at both ends of [0, 1].
    node = plus(SQUARE, ["negate", X], number(1))

    def place(value):
        stated = claimed("undecided", value)
        return made(
            node,
            stated,
            [("unknown", ["0", "1"], ["-9", "9"])],
            breaks=["-9", "0", "1", "9"],
            pieces=["falling", "unknown", "rising"],
        )

    check(place(["-9", "1"]))
    refused(place(["-9", "1/2"]), "claim.value")
    refused(place(["4/5", "1"]), "claim.value")


def test_the_report_counts_stationary_points_and_corners_apart():
    report = check(dip(claimed("not-attained", ["0", "0"], None, {"x": "1"})))
    assert (report.stationary, report.kind, report.free) == (3, "not-attained", ("x",))
    assert "3 stationary points" in report.steps
    stated, corner = claimed("attained", ["0", "0"], {"x": ["0", "0"]}), [("minimum", "0", ["0", "0"])]
    report = check(made(["abs", X], stated, corner, breaks=["-1", "0", "1"], pieces=["falling", "rising"]))
    assert (report.stationary, report.pieces) == (0, 2)
    assert "1 corner" in report.steps


def test_a_limit_that_may_be_lower_than_it_is_leaves_it_open_what_is_lowest():
    wide = (["0", "0.39"], ["0", "0.39"])  # the minimum is 3/8
    refused(dip(claimed("not-attained", ["0", "0.39"], None, {"x": "1"}), wide), "claim.kind")

    def tied(limit):
        # x² e^−x: 0 at 0, a maximum at 2, and the limit 0 from above.
        node = ["multiply", SQUARE, ["exp", ["negate", X]]]
        stated = claimed("attained", ["-1", "0"], {"x": ["0", "0"]})
        entries = [("minimum", "0", ["0", "0"]), ("maximum", ["1.96", "2.04"], ["0", "1"])]
        cover = fine(["-1", "-0.1", "0.1", "1.95", "2.05", "4"], ["falling", "convex", "rising", "concave", "falling"])
        return made(node, stated, entries, ("falling", "falling"), (["inf", "inf"], limit), **cover)

    check(tied(["0", "0"]))
    refused(tied(["-0.1", "0"]), "claim.kind")


def test_the_value_of_a_minimum_is_at_most_that_at_the_ends_of_its_place():
    # x² − x + 1 on [2/5, 3/5]: 3/4 at 1/2, and 19/25 at both ends.
    node = plus(SQUARE, ["negate", X], number(1))

    def bottom(value):
        entries = [("minimum", ["2/5", "3/5"], value)]
        return made(
            node,
            claimed("undecided", ["-9", "9"]),
            entries,
            breaks=["-9", "0", "1", "9"],
            pieces=["falling", "convex", "rising"],
        )

    check(bottom(["0.7", "19/25"]))
    refused(bottom(["0.7", "0.745"]), "claim.stationary[0].value")
    refused(bottom(["0.755", "0.76"]), "claim.stationary[0].value")


def test_the_value_of_a_plateau_is_the_one_value_on_it():
    def bent(value):
        entries = [("plateau", ["-inf", "0"], value)]
        stated = claimed("attained", ["3", "3"], {"x": ["-inf", "0"]})
        cover = {"breaks": ["-1", "0", "1"], "pieces": ["flat", "rising"]}
        return made(
            plus(["relu", X], number(3)), stated, entries, ("flat", "rising"), (["3", "3"], ["inf", "inf"]), **cover
        )

    check(bent(["3", "3"]))
    for value in (["0", "0"], ["1", "1"], ["3.1", "4"], ["2", "2.9"]):
        refused(bent(value), "claim.stationary[0].value")
