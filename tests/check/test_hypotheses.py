"""Small certificates written by hand, each of which breaks one hypothesis of a theorem and nothing else: every one is refused where it lies.

Beside each false claim stands why it is false; beside it, where there is one, its true neighbour, which is accepted.
"""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from tests.check.space_maker import claim, document, four, in_a_box

from chainrule_fast import Refused, check


def refused(certificate, place, words=""):
    with pytest.raises(Refused) as refusal:
        check(certificate)
    assert refusal.value.place.startswith(place), refusal.value
    assert words in refusal.value.message, refusal.value


def boxes(points, at, ends, tree, **more):
    """One weight w_x, bias 0: a claim *attained* on the box `ends`, with a loose value."""
    proof = {"method": "boxes", "weights": ["w_x"], "core": [ends], "best": [ends[0]], "wells": [], "tree": tree}
    return document(
        points,
        {"bias": "0"},
        claim("attained", ["0", "2"], {"w_x": at}, domain={"w_x": ends}),
        proof | {"outside": None} | more,
    )


def convex(best):
    """Rows (1 | 0) and (1 | 1) under cross-entropy: f = (ln(1 + e^w) + ln(1 + e^−w))/2, which is convex and even, so least at 0: ln 2 = 0.693….

    The core is [10, 11] where f > 5, and the claim is that the minimum lies in [10.4, 10.6]: false.
    """
    certificate = document(
        [(1, 0), (1, 1)],
        {"bias": "0"},
        claim("attained", ["0.69", "0.70"], {"w_x": ["10.4", "10.6"]}),
        {
            "method": "boxes",
            "weights": ["w_x"],
            "core": [["10", "11"]],
            "best": [best],
            "wells": [],
            "tree": [["natural"]],
            "outside": "convex",
        },
    )
    certificate["problem"]["loss"] = "cross-entropy"
    return certificate


def test_by_convexity_the_best_point_lies_in_the_core():
    # The best point 0 is as low as claimed, but says nothing of the minimisers over the core.
    refused(convex("0"), "proof.best", "does not lie in the domain that the tree covers")
    refused(convex("10.5"), "proof.best", "needed at most the claimed")


THIRD = Fraction(1, 3)
STEP = Fraction(math.ulp(1 / 3))
NEAREST = Fraction(1 / 3)
NARROW = {
    "the same nearest double": (THIRD, THIRD + Fraction(1, 10**30)),
    "neighbours, the upper a double": (NEAREST + STEP / 10**9, NEAREST + STEP),
    "neighbours, the lower a double": (NEAREST, NEAREST + STEP - STEP / 10**9),
    "a double and what rounds to it": (NEAREST, NEAREST + STEP / 10**9),
    "neighbours": (NEAREST + STEP / 10**9, NEAREST + STEP - STEP / 10**9),
    "near the least number": (Fraction(10) ** -100, Fraction(10) ** -100 * (1 + Fraction(1, 10**60))),
    "near the largest number": (Fraction(10) ** 100 * (1 - Fraction(1, 10**60)), Fraction(10) ** 100),
}


@pytest.mark.parametrize("ends", NARROW.values(), ids=NARROW)
def test_a_side_that_doubles_cannot_tell_apart_has_two_ends(ends):
    # f = h(x w), which rises: on [first, last] it is least at first, and nowhere else. (x keeps the slope far from 0.)
    first, last = (str(end) for end in ends)
    x = "1e-100" if ends[0] > 1 else "1"
    refused(boxes([(x, 0)], [last, last], [first, last], [["natural"]]), "proof.tree[0]")
    refused(boxes([(x, 0)], [first, first], [first, last], [["natural"]]), "proof.tree[0]")
    refused(boxes([(x, 0)], [last, last], [first, last], [["face", 0, "lower"], ["natural"]]), "proof.tree[1]")
    assert check(boxes([(x, 0)], [first, first], [first, last], [["face", 0, "lower"], ["natural"]]))
    assert check(boxes([(x, 0)], [first, last], [first, last], [["natural"]]))
    # f = h(−x w) falls: the same on the other side.
    refused(
        boxes([(f"-{x}", 0)], [first, first], [first, last], [["face", 0, "upper"], ["natural"]], best=[last]), "proof."
    )
    assert check(boxes([(f"-{x}", 0)], [last, last], [first, last], [["face", 0, "upper"], ["natural"]], best=[last]))


def test_a_well_without_a_width_needs_no_curvature():
    # f = h(w) on [−1, 1] is least at −1: after the face nothing is left but that point.
    well = {"box": [["-1", "-1"]], "point": ["-1"], "modulus": "1"}
    tree = [["face", 0, "lower"], ["well", 0]]
    assert check(boxes([(1, 0)], ["-1", "-1"], ["-1", "1"], tree, wells=[well]))
    refused(boxes([(1, 0)], ["1", "1"], ["-1", "1"], tree, wells=[well]), "proof.wells[0]")


def test_the_best_point_and_the_points_of_wells_lie_in_the_domain():
    # f = h(w) on [0, 1] is least at 0; the point −1 would cost less, and must not stand for it.
    good = in_a_box(["0", "1"])
    good["claim"]["value"] = ["0", "0.2"]  # h(−1) = 0.072 < 0.2 < h(0) = 0.25
    good["proof"]["best"] = ["-1"]
    refused(good, "proof.best", "does not lie in the domain")


def known_points(low):
    """Rows (1 | 0) and (1 | 1): f = (h(w) + h(−w))/2, stationary at 0 alone, where f'' = 1/8. The domain is [low, 2]."""
    at = [["-1/1000", "1/1000"]]
    zone = {"box": [["-1/4", "1/4"]], "preconditioner": [["8"]], "at": at, "kind": "minimum"}
    tree = [["monotone", 0, "rising"]]
    if Fraction(low) < Fraction(1, 8):
        tree = [["split", 0, "1/8"], ["zone", 0], *tree]
    if Fraction(low) < Fraction(-1, 8):
        tree = [["split", 0, "-1/8"], ["monotone", 0, "falling"], *tree]
    certificate = boxes(
        [(1, 0), (1, 1)], [low, "2"], [low, "2"], [["natural"]], stationary={"zones": [zone], "tree": tree}
    )
    certificate["claim"]["stationary"] = [{"kind": "minimum", "at": {"w_x": at[0]}, "value": ["0", "1"]}]
    return certificate


def test_a_stationary_point_outside_the_domain_is_none_of_its_points():
    # The point is 0: in [1, 2] there is none, and exactly one was claimed "there".
    refused(known_points("1"), "claim.stationary[0].at", "outside the domain")
    none = known_points("1")
    none["claim"]["stationary"] = []
    assert "exactly 0 stationary points there" in check(none).claim
    assert "exactly 1 stationary point there" in check(known_points("-1")).claim


def test_a_point_whose_place_reaches_over_the_edge_is_not_said_to_lie_in_the_domain():
    # From 1/2000 on there is no stationary point, since it is 0; of the place ±1/1000 the checker knows only that one lies in it.
    said = check(known_points("1/2000")).claim
    assert "exactly" not in said
    assert "It has 0 stationary points there; whether 1 more, at its edge, lies in it is left open." in said


def test_an_unknown_place_is_no_stationary_point():
    # Rows (1 | 0), (1 | 1): f = (h(w) + h(−w))/2 has its one stationary point at 0; of [−1, 1] nothing is claimed.
    certificate = document(
        [(1, 0), (1, 1)],
        {"bias": "0"},
        claim("attained", ["0", "0.4"], {"w_x": ["-1", "1"]})
        | {
            "stationary": [{"kind": "unknown", "at": {"w_x": ["-1", "1"]}, "value": ["0", "1"]}],
            "limits": {"w_x": {"-inf": ["1/2", "1/2"], "+inf": ["1/2", "1/2"]}},
        },
        {
            "method": "line",
            "weight": "w_x",
            "tails": {"-inf": {"end": "-1", "slope": "falling"}, "+inf": {"end": "1", "slope": "rising"}},
            "breaks": ["-1", "1"],
            "pieces": ["unknown"],
        },
    )
    report = check(certificate)
    assert report.stationary == 0
    assert "two tails, 1 piece, 0 stationary points and 1 unknown place" in str(report)


def five_and_one(claimed, outside):
    """Five rows (1 | 1) and (10 | 0): f = (5 h(−w) + h(10 w))/6 has a minimum of 0.241 near −0.08, and tends to 1/6 for w → ∞. The core holds the minimum; on the well
    5 h'' >= 0.5 and 100 h'' >= 10, so f'' >= 1.
    """
    return document(
        [(1, 1)] * 5 + [(10, 0)],
        {"bias": "0"},
        claimed,
        {
            "method": "boxes",
            "weights": ["w_x"],
            "core": [["-1/4", "1/16"]],
            "best": ["-0.082"],
            "wells": [{"box": [["-1/8", "-1/32"]], "point": ["-0.082"], "modulus": "1"}],
            "tree": [
                ["split", 0, "-1/8"],
                ["monotone", 0, "falling"],
                ["split", 0, "-1/32"],
                ["well", 0],
                ["monotone", 0, "rising"],
            ],
            "outside": outside,
        },
    )


def test_a_squared_loss_is_not_convex_however_convex_it_is_on_a_core():
    certificate = five_and_one(claim("attained", ["0.24", "0.25"], {"w_x": ["-1/8", "-1/32"]}), "convex")
    refused(certificate, "proof.outside", "not convex")
    # In the core it is true.
    certificate["claim"]["domain"] = {"w_x": ["-1/4", "1/16"]}
    certificate["proof"]["outside"] = None
    assert check(certificate)
    certificate["proof"]["outside"] = [[["outer"]], [["outer"]]]
    refused(certificate, "proof.outside", "needed null")


def slabs(point, place):
    """Rows (1, 0) and (0, 1) with both labels: f = ¼ (g(w_x) + g(w_y)), g(z) = h(z) + h(−z), least at 0. With w_x = u + v, w_y = v the box w_x in [1/8, 1/4],
    w_y in [−1/8, 1/8] lies in u in [0, 3/8], v in [−1/8, 1/8]; there f is convex, and it is least at w_x = 1/8, w_y = 0.

    |z| <= 1/2, so h'' >= 0.0388, and the Hessian is at least ½ 0.0388 TᵀT, whose eigenvalues are at least 0.0194 · 0.38.
    """
    core = [["0", "3/8"], ["-1/8", "1/8"]]
    side = ["-1/8", "1/8"]
    proof = {
        "method": "boxes",
        "weights": ["w_x", "w_y"],
        "core": core,
        "best": ["1/8", "0"],
        "wells": [{"box": core, "point": point, "modulus": "0.005"}],
        "tree": [["well", 0]],
        "outside": None,
    }
    within = (
        {"w_x": ["-1e-9", "1e-9"], "w_y": ["-1e-9", "1e-9"]}
        if point == ["0", "0"]
        else {"w_x": core[0], "w_y": core[1]}
    )
    inner = {
        "claim": claim("attained", ["0.2", "0.3"], within, domain={"w_x": core[0], "w_y": core[1]}),
        "proof": proof,
    }
    return document(
        [(1, 0, 0), (1, 0, 1), (0, 1, 0), (0, 1, 1)],
        {"bias": "0"},
        claim("attained", ["0.2", "0.3"], {"w_x": place, "w_y": side}, domain={"w_x": ["1/8", "1/4"], "w_y": side}),
        {"method": "coordinates", "weights": ["w_x", "w_y"], "matrix": [["1", "1"], ["0", "1"]], "inner": inner},
    )


def test_a_wells_point_lies_in_the_domain_in_other_coordinates_too():
    # Around 0 f is least, but 0 is not in the box: "all minimisers lie within 2e−9 of it" would leave w_x any place at all, such as 1/9.
    refused(slabs(["0", "0"], ["1/9", "1/9"]), "proof.inner.proof.wells[0].point", "a slab cuts it off")
    assert check(slabs(["1/8", "0"], ["1/8", "1/4"]))


def test_what_is_claimed_is_what_was_proved_in_other_coordinates():
    # At w_x = 1/8, w_y = 0 it is (g(1/8) + 1/2)/4 < 0.251.
    forged = slabs(["1/8", "0"], ["1/8", "1/4"])
    forged["claim"]["value"] = ["0.26", "0.3"]
    refused(forged, "claim.value")
    # Of all reals nothing was shown.
    forged = slabs(["1/8", "0"], ["-1/8", "1/2"])
    forged["claim"]["domain"] = "all reals"
    refused(forged, "proof.inner.claim.domain", "needed 'all reals'")
    # 0 is a stationary point of the inner box, and none of the box that is cut out of it.
    forged = slabs(["1/8", "0"], ["1/8", "1/4"])
    forged["proof"]["inner"]["proof"]["stationary"] = {"zones": [], "tree": []}
    refused(forged, "proof.inner.proof", "no list of stationary points")


def test_over_all_reals_nothing_need_be_said_of_the_outside_only_where_nothing_is_claimed():
    # The infimum is 1/6, at infinity: the minimum of the core is none of all reals, however low the claimed lower end is.
    refused(five_and_one(claim("attained", ["0", "0.25"], {"w_x": ["-1/8", "-1/32"]}), None), "proof.outside")
    assert check(five_and_one(claim("undecided", ["0", "0.25"]), None))
    refused(five_and_one(claim("undecided", ["0.2", "0.25"]), None), "proof.outside")


def test_a_core_that_stands_for_all_reals_has_a_width_on_every_side():
    # FOUR and (0 | 0): f = (g(w + b) + g(w − b) + h(b))/5. On the line b = 0 it is at least (1 + 1/4)/5 = 1/4; at w = 0, b = −1/2 it is 0.2405. Seen from the line
    # all cells have b = 0, whatever t is.
    certificate = document(
        [(1, 0), (-1, 0), (1, 1), (-1, 1), (0, 0)],
        {},
        claim("undecided", ["0.249", "0.26"]),
        {
            "method": "boxes",
            "weights": ["w_x", "bias"],
            "core": [["-2", "2"], ["0", "0"]],
            "best": ["0", "0"],
            # |z| <= 1/4, so M >= 4 · 0.0388/5 for w alone.
            "wells": [{"box": [["-1/4", "1/4"], ["0", "0"]], "point": ["0", "0"], "modulus": "0.03"}],
            # h'(z) − h'(−z) > 0 for z in [1/4, 1], and in [1, 2].
            "tree": [
                ["split", 0, "-1"],
                ["monotone", 0, "falling"],
                ["split", 0, "-1/4"],
                ["monotone", 0, "falling"],
                ["split", 0, "1/4"],
                ["well", 0],
                ["split", 0, "1"],
                ["monotone", 0, "rising"],
                ["monotone", 0, "rising"],
            ],
            "outside": [[["outer"]], [["outer"]], *([["split", 0, "0"], ["outer"], ["outer"]] for _ in (0, 1))],
            # Equal forms with both labels cost 1/2 together, wherever they are.
            "groups": [[0, 2], [1, 3]],
        },
    )
    refused(certificate, "proof.core", "has no width")


def test_a_minimiser_of_a_well_may_lie_off_its_point():
    # The point costs 0.25 + 1e−5 or so, and the minimiser is 0.
    forged = four()
    forged["claim"] |= {"value": ["0.24", "0.2501"], "at": {"w_x": ["1/100", "1/100"], "bias": ["0", "0"]}}
    forged["proof"]["best"] = forged["proof"]["wells"][0]["point"] = ["1/100", "0"]
    refused(forged, "proof.wells[0]", "the least loss in this well")


CORE = {"w_x": ["-1/4", "1/16"]}
"""Of `five_and_one`, in which its loss is 0.241 or more: less than that is beyond it alone."""


def in_its_core():
    inner = five_and_one(claim("attained", ["0.241", "0.25"], {"w_x": ["-1/8", "-1/32"]}, domain=CORE), None)
    return {"claim": inner["claim"], "proof": inner["proof"]}


def test_rows_cost_together_what_is_shown_of_all_reals():
    # Over all reals the infimum is 1/6; the bundle's proof is about the core alone.
    certificate = five_and_one(claim("undecided", ["0.24", "0.25"]), [[["outer"]], [["outer"]]])
    certificate["proof"]["bundles"] = [{"rows": list(range(6)), "weights": ["w_x"], "certificate": in_its_core()}]
    refused(certificate, "proof.bundles[0].certificate.claim.domain", "needed 'all reals'")


def test_what_stays_along_a_direction_is_shown_of_all_reals():
    # A row (0, 1 | 1) falls along w_y; of the others the infimum is 1/6, not 0.241, so that of all seven is 1/7.
    certificate = document(
        [(1, 0, 1)] * 5 + [(10, 0, 0), (0, 1, 1)],
        {"bias": "0"},
        claim("not-attained", ["0.2", "0.22"], None, {"w_x": "0", "w_y": "1"}),
        {
            "method": "escape",
            "weights": ["w_x", "w_y"],
            "direction": ["0", "1"],
            "stays": {"weights": ["w_x"], "certificate": in_its_core()},
        },
    )
    refused(certificate, "proof.stays.certificate.claim.domain", "needed 'all reals'")


def twin(kept, claimed):
    """Rows as in `five_and_one` with w_y a second name for 2 w_x."""
    proof = {"method": "reduce", "weights": ["w_x", "w_y"], "kept": {"weights": ["w_x"], "certificate": kept}}
    return document([(1, 2, 1)] * 5 + [(10, 20, 0)], {"bias": "0"}, claimed, proof)


def test_what_is_left_with_fewer_weights_is_shown_of_all_reals():
    place = {"w_x": ["-1/8", "-1/32"], "w_y": ["0", "0"]}
    refused(twin(in_its_core(), claim("attained", ["0.24", "0.25"], place)), "proof.kept.certificate.claim.domain")
    # In the box that leaves w_y nothing but 0 it is true.
    box = {**CORE, "w_y": ["0", "0"]}
    assert check(twin(in_its_core(), claim("attained", ["0.24", "0.25"], place, domain=box)))
    refused(
        twin(in_its_core(), claim("attained", ["0.24", "0.25"], place, domain={**CORE, "w_y": ["-1", "0"]})),
        "claim.domain.w_y",
    )


def test_with_fewer_weights_the_direction_is_the_same():
    # One row (1, 2 | 1): f = h(−w_x − 2 w_y) falls to 0 for w_x → ∞.
    line = {
        "claim": claim("not-attained", ["0", "0"], None, {"w_x": "1"})
        | {"stationary": [], "limits": {"w_x": {"-inf": ["1", "1"], "+inf": ["0", "0"]}}},
        "proof": {
            "method": "line",
            "weight": "w_x",
            "tails": {"-inf": {"end": "0", "slope": "falling"}, "+inf": {"end": "0", "slope": "falling"}},
            "breaks": ["0"],
            "pieces": [],
        },
    }
    for direction, place in (
        ({"w_x": "1", "w_y": "0"}, ""),
        ({"w_x": "-1", "w_y": "0"}, "w_x"),
        ({"w_x": "1", "w_y": "-1"}, "w_y"),
    ):
        certificate = twin(line, claim("not-attained", ["0", "0"], None, direction))
        certificate["problem"]["data"]["points"] = [["1", "2", "1"]]
        if place:
            refused(certificate, f"claim.direction.{place}")
        else:
            assert check(certificate)


def test_a_loss_with_a_free_weight_is_no_number():
    # f = h(w) has no minimum at all; at 0 it is 1/4.
    certificate = in_a_box(["0", "1"])
    certificate["claim"] = claim("attained", ["1/4", "1/4"], {"w_x": ["5", "5"]})
    certificate["proof"] = {"method": "constant"}
    refused(certificate, "proof.method", "weights are free")


def test_rows_cost_together_once():
    # (1 | 0) and (1 | 1): f = (h(w) + h(−w))/2 is least at 0, 1/4; the two rows cost 1/2 together at least, but not once more.
    certificate = document(
        [(1, 0), (1, 1)],
        {"bias": "0"},
        claim("undecided", ["0.4", "0.46"]),
        {
            "method": "boxes",
            "weights": ["w_x"],
            "core": [["3", "3.1"]],  # f >= (h(3) + h(−3.1))/2 = 0.454
            "best": ["3"],
            "wells": [],
            "tree": [["natural"]],
            "outside": [[["outer"]], [["outer"]]],
            "groups": [[0, 1], [0, 1]],
        },
    )
    refused(certificate, "proof.groups[1][0]", "two groups")
    certificate["proof"]["groups"] = [[0, 1]]
    refused(certificate, "proof.outside[0]")


def cut(low, high, count):
    """A tree of natural leaves of equal widths."""
    step = (Fraction(high) - Fraction(low)) / count
    cuts = (["split", 0, str(Fraction(low) + step * i)] for i in range(1, count))
    return [node for one in cuts for node in (one, ["natural"])] + [["natural"]]


def test_an_approach_proves_no_more_than_its_own_limit():
    # As in `five_and_one` f > 1/6 for 10 w >= 5, where (10 | 0) is given up: −w + (10 w)/10 = 0, and σ(−y/10)² e^y > 2 at y = 5. In the core f >= 0.2413, and
    # left of it 5 h(1/4)/6 = 0.263 or more. So the infimum is at least 0.16; that it is at least 0.2 is false, for it is 1/6.
    def claimed(kind, value, at=None):
        return document(
            [(1, 1)] * 5 + [(10, 0)],
            {"bias": "0"},
            claim(kind, value, at),
            {
                "method": "boxes",
                "weights": ["w_x"],
                "core": [["-1/4", "1/2"]],
                "best": ["-0.082"],
                "wells": [],
                "tree": cut("-1/4", "1/2", 32),
                "outside": [[["outer"]], [["above", 0]]],
                "approaches": [
                    {
                        "direction": ["1"],
                        "identities": [
                            {"row": 5, "share": "1/10", "portion": "1", "multipliers": [[0, "1"]], "stays": []}
                        ],
                    }
                ],
            },
        )

    assert check(claimed("undecided", ["0.16", "0.25"]))
    # The inequality of the means needs weights that add up to 1, no less.
    half = claimed("undecided", ["0.16", "0.25"])
    half["proof"]["approaches"][0]["identities"][0] |= {"share": "1/20", "multipliers": [[0, "1/2"]]}
    refused(half, "proof.approaches[0].identities[0].multipliers", "needed exactly 1")
    refused(claimed("undecided", ["0.2", "0.25"]), "proof.approaches[0]", "lower than needed")
    refused(claimed("attained", ["0.16", "0.25"], {"w_x": ["-1/4", "1/2"]}), "proof.approaches[0]", "lower than needed")
