"""What a person reads: digits, boundaries, sentences. Each is true of the numbers behind it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.truth import WALK_THROUGH, problem

from chainrule import minimize
from chainrule.exact import read_number
from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem
from chainrule.prove.boundary import boundary
from chainrule.prove.boxes.state import Limits
from chainrule.prove.boxes.tree import NAMES
from chainrule.prove.result import Interval, end_text
from chainrule.prove.search import search
from chainrule.prove.space.answers import CLOSED

numbers = st.one_of(
    st.fractions(-1000, 1000),
    st.floats(-1e60, 1e60).map(Fraction),
    st.decimals(-10, 10, places=3).map(Fraction),
    st.sampled_from([Fraction(0), Fraction(1, 4), Fraction(-1, 8), Fraction("-4.5e-91"), Fraction(1234567)]),
)
widths = st.sampled_from([Fraction(0)] + [Fraction(k, 10**p) for p in (0, 3, 6, 12, 15, 24, 30) for k in (1, 24, 97)])


@given(numbers, widths)
def test_json_of_an_interval_is_exact(low, width):
    interval = Interval(low, low + width)
    if all(end == 0 or 1e-90 < abs(end) < 1e90 for end in (low, low + width)):
        assert [Fraction(read_number(text)) for text in interval.to_json()] == [low, low + width]


def test_infinite_ends_are_written_inf():
    assert Interval(float("-inf"), float("inf")).to_json() == ["-inf", "inf"]
    assert Interval(float("-inf"), Fraction(1, 2)).text() == "from −∞ to 0.5"
    assert end_text(float("inf")) == "inf"


def at(problem: Problem, **weights) -> str | None:
    return boundary(problem, {name: Interval(Fraction(w), Fraction(w)) for name, w in weights.items()})


XY = problem([(1, 1, 0)])


@pytest.mark.parametrize(
    ("fixed", "w_x", "text"),
    [
        ({"w_y": 1, "bias": -1}, 0, "0·x + y − 1 = 0, that is y = 1"),
        ({"w_y": 1, "bias": -1}, 1, "x + y − 1 = 0, that is y = −x + 1"),
        ({"w_y": -2, "bias": 3}, "0.5", "0.5·x − 2·y + 3 = 0, that is y = 0.25·x + 1.5"),
        ({"w_y": 0, "bias": 3}, 2, "2·x + 0·y + 3 = 0, that is x = −1.5"),
        ({"w_y": 0, "bias": 0}, 2, "2·x + 0·y = 0, that is x = 0"),
        ({"w_y": 3, "bias": 0}, -6, "−6·x + 3·y = 0, that is y = 2·x"),
        ({"w_y": 3, "bias": 0}, 0, "0·x + 3·y = 0, that is y = 0"),
        ({"w_y": 0, "bias": 1}, 0, None),
    ],
)
def test_boundary_of_two_inputs(fixed, w_x, text):
    case = Problem.state(["x", "y"], [(1, 1, 0)], fixed)
    assert at(case, w_x=w_x) == text


def test_boundary_of_one_input_is_a_point_and_of_three_an_equation():
    assert at(Problem.state(["x"], [(1, 0)], {"bias": -3}), w_x=2) == "2·x − 3 = 0, that is x = 1.5"
    three = Problem.state(["x", "y", "z"], [(1, 1, 1, 0)], {"w_y": 0, "w_z": -1, "bias": 4})
    assert at(three, w_x=2) == "2·x + 0·y − z + 4 = 0"


def test_boundary_rounds_to_six_digits_and_keeps_tiny_weights():
    interval = Interval(Fraction("1.05319998952"), Fraction("1.05319998953"))
    assert boundary(XY, {"w_x": interval}) == "1.0532·x + y − 1 = 0, that is y = −1.0532·x + 1"
    assert at(XY, w_x=Fraction("4.5e-91")) == "4.5e-91·x + y − 1 = 0, that is y = −4.5e-91·x + 1"
    around = Interval(Fraction(-1, 10**20), Fraction(1, 10**20))
    assert boundary(XY, {"w_x": around}) == "0·x + y − 1 = 0, that is y = 1"


def test_boundary_of_an_unbounded_box_is_none():
    assert boundary(XY, {"w_x": Interval(float("-inf"), float("inf"))}) is None


def reasons(points, **weights) -> str:
    return " ".join(search(problem(points, **weights)).reasons)


def test_reasons_name_rows_from_one_and_say_which_way_each_pulls():
    text = " ".join(search(WALK_THROUGH["first-try"]).reasons)
    assert text.startswith("As w_x grows, point 2 gets better; point 1 stays as it is.")
    assert "separable" in text
    assert "a larger one is always better" in text
    assert "x > 0 and label 0, or x < 0 and label 1" in text


def test_a_point_that_the_reasons_ask_for_can_turn_the_loss_round():
    # first-try asks for x > 0 with label 0; cross-check in both directions by adding one and solving again.
    assert search(problem([(0, 0, 0), (2, 0, 1), (1, 0, 0)])).minimum.kind == "attained"
    assert search(problem([(0, 0, 0), (2, 0, 1), (-1, 0, 1)])).minimum.kind == "attained"
    assert search(problem([(0, 0, 0), (2, 0, 1), (-1, 0, 0)])).minimum.kind == "not-attained"


def test_reasons_towards_minus_infinity_ask_for_the_opposite_points():
    text = reasons([(0, 0, 0), (-2, 0, 1)])
    assert text.startswith("As w_x falls, point 2 gets better")
    assert "a smaller one is always better" in text
    assert "x < 0 and label 0, or x > 0 and label 1" in text


def test_reasons_for_the_bias_speak_of_labels_and_not_of_an_input():
    text = reasons([(1, 1, 1), (2, 2, 1)], w_x=1, w_y=1)
    assert text.endswith("a point that gets worse as bias grows, that is one with label 0.")


def test_reasons_where_both_sides_pull_name_both():
    text = " ".join(search(WALK_THROUGH["cross"]).reasons)
    # Row 1 has x < 0 and label 0, rows 3 and 4 x > 0 and label 1: better; row 2 has x > 0 and label 0.
    assert text.startswith("As w_x grows, points 1, 3 and 4 get better; point 2 gets worse.")


def test_many_rows_are_counted_and_not_listed():
    text = reasons([(i + 1, 0, 1) for i in range(1009)])
    assert "points 1, 2, 3, 4, 5, 6 and 1,003 more get better" in text


def test_flat_weight_is_explained():
    answer = search(problem([(0, 1, 0)]))
    assert "does not depend on w_x: its input is 0 in every point" in answer.minimum.why
    assert answer.reasons == ("Give some point x other than 0, and w_x will matter.",)


def test_why_names_value_place_and_limits():
    assert search(WALK_THROUGH["cross"]).minimum.why == (
        "the loss has its global minimum 0.0371764762107… at w_x = 1.05319998952…, the only stationary point on the whole "
        "line; it lies below both limits, 0.75 as w_x → −∞ and 0.25 as w_x → +∞"
    )


@pytest.mark.parametrize(("points", "verb", "way"), [([(2, 0, 1)], "falls", "+∞"), ([(-2, 0, 1)], "rises", "−∞")])
def test_why_there_is_no_minimum_says_how_the_loss_runs(points, verb, way):
    why = search(problem(points)).minimum.why
    assert f"the loss {verb} all the way as w_x increases" in why
    assert f"as w_x → {way} and never reaches it" in why


def test_a_label_between_0_and_1_gets_better_first_and_worse_later():
    # z = w_x: σ(w_x) passes 1/2 at 0, so the second point's loss falls before and rises behind it
    told = reasons([(1, 0, 1), (1, 0, Fraction(1, 2))], w_y=0, bias=0)
    assert told.startswith("As w_x grows, point 1 gets better; point 2 gets better at first, then worse.")


@pytest.mark.parametrize(
    ("stated", "box"),
    [
        (problem([(1, 2, 1), (-1, 1, 0), (2, -1, 1), (0, 3, 0)], w_x="free", w_y="free", bias="free"), (-40, 40)),
        (TypedProblem.read("x^2 + y^2 + x^2 z^2"), (-10, 10)),
    ],
    ids=["neuron", "formula"],
)
def test_nothing_below_0_is_said_of_what_is_never_below_0(stated, box):
    # Room for rounding below a sum of squares would say that it may be negative; the checker needs none there.
    answer = minimize(stated, dict.fromkeys(stated.free, box))
    assert answer.minimum.trust == "proved"
    assert answer.minimum.value.lower == 0 < answer.minimum.value.upper


def test_of_a_value_that_can_be_negative_the_lower_end_keeps_its_room():
    answer = minimize(TypedProblem.read("x^2 + y"), {"x": (-10, 10), "y": (-10, 10)})
    assert answer.minimum.trust == "proved"
    assert answer.minimum.value.lower < -10


def test_a_side_that_is_known_is_no_interval_in_a_sentence():
    why = minimize(TypedProblem.read("(x - z)^2 + y"), dict.fromkeys("xyz", (-10, 10))).minimum.why
    assert "has x in [−10, 10]" not in why
    assert "y = −10" in why


def test_a_sentence_never_says_where_when_nothing_is_known_of_it():
    why = minimize(TypedProblem.read("(x*y)^2"), dict.fromkeys("xy", (-10, 10))).minimum.why
    assert "where in the box is left open" in why


def test_reasons_name_what_closed_boxes_in_a_readers_words():
    answer = minimize(
        problem([(-1, 1, 0), (1, -1, 0), (3, 1, 1)], w_x="free", w_y="free", bias=-1), {"w_x": (-5, 5), "w_y": (-5, 5)}
    )
    told = answer.reasons[0]
    assert "each point's own bound" in told
    assert not any(name in told for name in ("natural", "envelope", "monotone"))
    assert set(NAMES) - {"open", "split", "face", "outer", "combination", "zone", "parts"} == set(CLOSED)


def test_of_a_well_the_checker_keeps_the_room_below_0():
    # Without it the least value in the well round (1/3, 7/3), 0 up to 1e-33, is refused.
    answer = minimize(TypedProblem.read("(x - 1/3)^2 + (y/7 - x)^2"), dict.fromkeys("xy", (-10, 10)))
    assert answer.minimum.trust == "proved"


def test_a_sentence_about_a_loss_says_nothing_below_0():
    half = problem([(1, 1, "0.5"), (-1, 2, "0.5")], w_x="free", w_y="free", bias=0)
    answer = minimize(half, {"w_x": (-5, 5), "w_y": (-5, 5)}, Limits(boxes=1))
    assert answer.minimum.trust == "proved"
    assert "the infimum in the box is below " in answer.minimum.why
