"""A proof that is nested in another one hands its quantifiers on: what is said of the whole is no more than what was proved of the part."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.check.space_maker import claim, constant, document, escape, four, h, reduced

import chainrule
from chainrule.errors import CertificateError
from chainrule.expression.typed import TypedProblem
from chainrule.plot import plot_surface
from chainrule.plot.several import place_of
from chainrule.plot.slices import whereabouts
from chainrule.problem import Problem
from chainrule.prove.certificate import certificate_compact
from chainrule.prove.explain.headline import headline
from chainrule.verdict import prove
from chainrule_fast import check

FIVE_ONE_ONE = [[1, 0, 1]] * 5 + [[10, 0, 0], [0, 1, 1]]
"""Inputs x and y, no bias. Along w_y the last row falls and the others stay: f = (5 σ(−w_x)² + σ(10 w_x)² + σ(−w_y)²)/7. Of what stays the infimum is 1, the limit for w_x → ∞,
approached from above: σ(10 w)² = 1 − 2e^(−10w) + … loses less than the 5 σ(−w)² ≈ 5 e^(−2w) still cost. Its one minimum, near −0.08, costs 1.45. So the infimum of f is 1/7, and
along w_y alone f stays above 1/7 for every w_x."""


def test_all_minimisers_are_spoken_of_where_all_are_known():
    assert "every global minimiser has w_x in [0, 0], bias in [0, 0]" in check(four()).claim


def test_with_fewer_weights_at_least_one_minimiser_is_known():
    # FOUR with w_y a second name for 2 w_x: every (−2t, t, 0) costs 1/4 as well.
    assert "at least one global minimiser has w_x in [0, 0], w_y in [0, 0], bias in [0, 0]" in check(reduced()).claim


def test_with_no_weight_less_all_minimisers_stay_known():
    inner = four()
    whole = {"weights": ["w_x", "bias"], "certificate": {"claim": inner["claim"], "proof": inner["proof"]}}
    inner["proof"] = {"method": "reduce", "weights": ["w_x", "bias"], "kept": whole}
    assert "every global minimiser" in check(inner).claim


def test_in_a_box_of_no_width_all_minimisers_stay_known():
    # The domain allows the other weight nothing but 0.
    side, nothing = ["-1/4", "1/4"], ["0", "0"]
    inner = {
        "claim": claim(
            "attained", ["1/4", "1/4"], {"w_x": nothing, "bias": nothing}, domain={"w_x": side, "bias": side}
        ),
        "proof": {
            "method": "boxes",
            "weights": ["w_x", "bias"],
            "core": [side, side],
            "best": ["0", "0"],
            "wells": [{"box": [side, side], "point": ["0", "0"], "modulus": "0.038"}],
            "tree": [["well", 0]],
            "outside": None,
        },
    }
    certificate = reduced()
    certificate["claim"]["domain"] = {"w_x": side, "w_y": nothing, "bias": side}
    certificate["proof"]["kept"]["certificate"] = inner
    assert "every global minimiser has" in check(certificate).claim


def read(typed):
    return check(certificate_compact(chainrule.minimize(TypedProblem.read(typed), check=False).certificate)).claim


def test_a_neuron_that_is_read_in_an_equation_hands_on_which_minimisers_are_known():
    # (σ − 0.3)² + (σ − 0.8)² is least at σ = 0.55, so at all (x, y) with x + y = ln(0.55/0.45).
    assert "The expression has a global minimum; at least one global minimiser has x in" in read(
        "(sigmoid(x+y)-0.3)^2 + (sigmoid(x+y)-0.8)^2"
    )
    assert "every global minimiser x lies in" in read("(sigmoid(x)-0.3)^2 + (sigmoid(x)-0.8)^2")


TENDS, NEAR, NEVER = "tends to it in this direction", "as near to it as one likes", "but from no point to it itself"


def test_an_infimum_is_tended_to_where_what_stays_attains_its_own():
    for certificate in (escape(), constant()):
        said = check(certificate).claim
        assert "falls for ever in the direction w_x: 1, w_y" in said
        assert TENDS in said
        assert NEVER not in said


@pytest.mark.parametrize("kind", ["not-attained", "undecided"])
def test_an_infimum_is_not_said_to_be_tended_to_where_what_stays_has_none_or_nobody_knows(kind):
    points = [
        {"kind": "minimum", "at": {"w_x": ["-1/8", "-1/32"]}, "value": ["0.2", "0.3"]},
        {"kind": "maximum", "at": {"w_x": ["1/10", "2/5"]}, "value": ["0.2", "0.5"]},
    ]
    limits = {"w_x": {"-inf": ["5/6", "5/6"], "+inf": ["1/6", "1/6"]}}
    line = {
        "claim": claim(kind, ["1/6", "1/6"], None, {"w_x": "1"} if kind == "not-attained" else None)
        | {"stationary": points, "limits": limits},
        "proof": {
            "method": "line",
            "weight": "w_x",
            "tails": {"-inf": {"end": "-1", "slope": "falling"}, "+inf": {"end": "1", "slope": "falling"}},
            "breaks": ["-1", "-1/8", "-1/32", "1/10", "2/5", "1"],
            "pieces": ["falling", "convex", "rising", "concave", "falling"],
        },
    }
    certificate = document(
        FIVE_ONE_ONE,
        {"bias": "0"},
        claim("not-attained", ["1/7", "1/7"], None, {"w_x": "0", "w_y": "1"}),
        {
            "method": "escape",
            "weights": ["w_x", "w_y"],
            "direction": ["0", "1"],
            "stays": {"weights": ["w_x"], "certificate": line},
        },
    )
    said = check(certificate).claim
    assert TENDS not in said
    assert NEAR in said
    assert (NEVER in said) == (kind == "not-attained")


def test_the_product_says_the_same_of_a_direction():
    stated = Problem.state(["x", "y"], FIVE_ONE_ONE, {"bias": 0})
    answer = chainrule.minimize(stated)
    assert answer.minimum.trust == "proved"
    assert answer.minimum.reached is False
    assert "approaches" not in answer.minimum.why
    assert (
        "from starts that are ever further out it comes as near as one likes to its infimum 0.142857142857…"
        in answer.minimum.why
    )
    cross = chainrule.minimize(Problem.state(["x", "y"], [[-1, 1, 0], [1, -1, 0], [3, 1, 1], [1, 3, 1]], {"bias": -1}))
    assert cross.minimum.reached
    assert "from the right start it approaches its infimum" in cross.minimum.why


def test_the_product_says_the_same_of_places():
    answer = chainrule.minimize(TypedProblem.read("(sigmoid(x+y)-0.3)^2 + (sigmoid(x+y)-0.8)^2"))
    assert not answer.minimum.every
    assert "y = 0, and at other places too" in answer.minimum.why
    assert answer.to_json()["minimum"]["every"] is False


def test_pictures_name_a_direction_only_where_the_infimum_is_tended_to_along_it():
    far = chainrule.minimize(Problem.state(["x", "y"], FIVE_ONE_ONE, {"bias": 0}))
    cross = chainrule.minimize(Problem.state(["x", "y"], [[-1, 1, 0], [1, -1, 0], [3, 1, 1], [1, 3, 1]], {"bias": -1}))
    assert headline(far) == "No minimum: the infimum 0.1428571428… of the loss lies at infinity"
    assert headline(cross) == "No minimum: the loss falls towards 0.03616474406… as w_x → +∞, w_y → +∞"
    assert whereabouts(far) == whereabouts(cross)
    assert whereabouts(replace(far, minimum=replace(far.minimum, far=None))) == "a point far out (there is no minimum)"
    assert "within 0.001 of the infimum" in whereabouts(cross)
    title = plot_surface(far).ax.get_title(loc="left")
    assert "lies at infinity" in title
    assert "w_y" not in title


@pytest.mark.parametrize(
    ("problem", "more"),
    [
        (TypedProblem.read("(sigmoid(x+y)-0.3)^2 + (sigmoid(x+y)-0.8)^2"), {"every": True}),
        (Problem.state(["x", "y"], FIVE_ONE_ONE, {"bias": 0}), {"reached": True}),
    ],
)
def test_an_answer_that_says_more_than_was_checked_is_not_proved(problem, more):
    answer = chainrule.minimize(problem, check=False)
    assert prove(answer).minimum.trust == "proved"
    with pytest.raises(CertificateError, match="proves less than this answer says"):
        prove(replace(answer, minimum=replace(answer.minimum, **more)))


def test_where_what_stays_has_no_minimum_either_a_point_nearly_as_low_as_the_infimum_is_found_all_the_same():
    stated = Problem.state(["x", "y"], FIVE_ONE_ONE, {"bias": 0})
    answer = chainrule.minimize(stated, check=False)
    # w_x must go to infinity too: along (1, 1) the last row falls, the first five fall, and (10, 0 | 0) is given up.
    assert answer.minimum.direction == {"w_x": 0, "w_y": 1}
    assert answer.minimum.far["w_x"] > 0
    w_x, w_y = place_of(answer)
    loss = (5 * h(-w_x) + h(10 * w_x) + h(-w_y)) / 7
    assert 1 / 7 < loss < 1 / 7 + 1e-3
