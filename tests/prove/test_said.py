"""What is said is what is known: of a box that nobody asked for, of a weight that is left open, of a corner's place, of long lists."""

from fractions import Fraction

import pytest

from chainrule import Problem, minimize
from chainrule.cli import main
from chainrule.expression.typed import TypedProblem
from chainrule.prove.boxes.state import Limits
from chainrule.prove.explain.headline import headline, title
from chainrule.prove.explain.places import MOST, listed
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.result import Interval, Stationary
from chainrule.prove.space.quest import Quest


def solved(text, box=None, **limits):
    answer = minimize(TypedProblem.read(text), box, Limits(**limits))
    assert answer.minimum.trust == "proved", answer.reasons
    return answer


def test_a_box_that_nobody_asked_for_is_in_the_headline(capsys):
    answer = solved("x^2 + y^2 - x")
    assert title(answer) == "Lowest in the box ±10 (nobody asked for more)"
    assert headline(answer).startswith("Lowest in the box ±10 (nobody asked for more) at x = 0.5")
    assert answer.to_json()["minimum"]["asked"] is False
    asked = solved("x^2 + y^2 - x", {"x": (-10, 10), "y": (-10, 10)})
    assert title(asked) == "Minimum"
    assert "nobody" not in headline(asked)
    assert main(["minimize", "x^2 + y^2 - x"]) == 0
    assert "Lowest in the box ±10 (nobody asked for more)" in capsys.readouterr().out


def test_what_an_equation_that_is_a_neuron_s_loss_says_of_all_reals_is_about_all_reals():
    assert title(solved("(sigmoid(x+y)-1)^2 + (sigmoid(x-y)-0)^2 + sigmoid(x)^2")) == "Minimum"


def test_a_weight_of_which_only_the_box_is_known_is_left_open(capsys, tmp_path):
    page = tmp_path / "page.html"
    assert main(["minimize", "x^2 + 0*y", "--box=-2,2"]) == 0
    (row,) = [line.split() for line in capsys.readouterr().out.splitlines() if line.split()[:1] == ["y"]]
    assert row == ["y", "left", "open"]
    assert main(["explain", "x^2 + 0*y", "--box=-2,2", "--page", str(page)]) == 0
    assert "left open" in page.read_text(encoding="utf-8")
    answer = solved("x^2 + 0*y", {"x": (-2, 2), "y": (-2, 2)})
    assert "y" not in headline(answer).replace("somewhere", "").split("where")[0]


@pytest.mark.parametrize(
    ("text", "place"),
    [("abs(x)+abs(y)", (0, 0)), ("abs(x-1/3)+abs(y-2x)", (Fraction(1, 3), Fraction(2, 3))), ("relu(x-1)+abs(y)+relu(1-x)", (1, 0))],
)  # fmt: skip
def test_the_place_of_a_corner_is_narrowed_until_it_is_of_use(text, place):
    answer = solved(text, {"x": (-2, 2), "y": (-2, 2)})
    for interval, true in zip(answer.minimum.at.values(), place, strict=True):
        assert interval.lower <= true <= interval.upper
        assert interval.width < Fraction(1, 1000)


def test_a_sum_of_squares_is_below_something_small_and_never_beside_0():
    for text in ("x^2+y^2", "(x-1/3)^2+(y-1/7)^2", "abs(x)+abs(y)"):
        assert solved(text, {"x": (-1, 1), "y": (-1, 1)}).minimum.value.text().startswith("below ")


def test_the_gap_is_met_relative_to_a_large_value():
    answer = solved("1e50*(x^2+y^2-x)", {"x": (-3, 3), "y": (-3, 3)})
    assert answer.minimum.kind == "attained"
    assert answer.minimum.value.width <= Fraction(1e-6) * Fraction(10) ** 50
    assert answer.minimum.value.lower <= Fraction(-(10**50), 4) <= answer.minimum.value.upper


def test_what_is_known_less_closely_than_was_asked_for_is_undecided():
    # |x² − 2| is known to some 1e-12 round its kink at √2, which is no rational.
    assert solved("abs(x^2 - 2)", gap=1e-9).minimum.kind == "attained"
    answer = solved("abs(x^2 - 2)", gap=1e-15)
    assert answer.minimum.kind == "undecided"
    assert "wider than the gap of 1e-15 that was asked for" in answer.minimum.why
    assert main(["minimize", "abs(x^2 - 2)", "--gap", "1e-15"]) == 3


def test_a_list_longer_than_a_screen_is_summed_up():
    def place(kind, k, low=0):
        at = Interval(Fraction(k), Fraction(k))
        return Stationary(kind, {"x": at}, Interval(Fraction(low), Fraction(low) + 1))

    points = [place("unknown", k, 1000 - k) for k in range(1000)] + [place("minimum", 1000)]
    shown, more = listed(points)
    assert len(shown) == MOST
    assert shown[-1].kind == "minimum"
    assert shown[0].at["x"].lower == 1000 - MOST + 1  # those that may be lowest
    assert "989 more places that could not be decided" in more
    assert listed(points[:MOST]) == (tuple(points[:MOST]), "")


def test_nothing_is_said_of_how_low_it_is_far_out_where_no_limit_was_computed():
    problem = Problem.state(["x", "y"], [[-1, 1, 0], [1, -1, 0], [3, 1, 1], [1, 3, 1]], {})
    quest = Quest.begin(Ridge.of(problem), minimize)
    quest.lowest, quest.staying = None, [0, 1]
    assert not quest.at_infinity
    assert (
        quest.gap
        == "it was not shown that nothing is lower far out, along directions in which points 1, 2 hardly change"
    )


def test_on_a_neuron_s_line_a_place_that_could_not_be_decided_is_no_stationary_point():
    problem = Problem.state(["x", "y"], [[-1, 1, 0], [1, -1, 0], [3, 1, 1], [1, 3, 1]], {"w_y": 1, "bias": -1})
    answer = minimize(problem, None, Limits(seconds=1e-9))
    assert [point.kind for point in answer.stationary] == ["unknown"]
    told = " ".join((answer.minimum.why, *answer.reasons))
    assert "stationary point" not in told
