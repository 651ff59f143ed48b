"""Equations typed by hand, proved: the answers that the problem files give, and textbook functions with known minima."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from tests.expression.strategies import EXPRESSIONS
from tests.problems import WALK_THROUGH

from chainrule.errors import ExpressionError, ProblemError
from chainrule.expression.typed import TypedProblem
from chainrule.prove.boxes.search import Limits
from chainrule.verdict import minimize

KNOWN = {known.name: known.problem for known in WALK_THROUGH}
FIRST_TRY = "(0.5 * (1 / (1 + e))^2) + (0.5 * ((1 / (1 + e^(-2x + 1))) - 1)^2)"
# cross, the four points of brief.md with w_y = 1, bias = −1: z = −v + 0, v − 2, 3v + 0, v + 2.
CROSS = "0.25*(1/(1+e^(v)))^2 + 0.25*(1/(1+e^(-v+2)))^2 + 0.25*(1/(1+e^(-3v)) - 1)^2 + 0.25*(1/(1+e^(-v-2)) - 1)^2"


def solved(text, **box):
    ends = {name: tuple(map(Fraction, pair)) for name, pair in box.items()}
    answer = minimize(TypedProblem.read(text), ends or None, Limits(seconds=30))
    assert answer.minimum.trust == "proved"
    return answer


@pytest.mark.parametrize(("text", "name"), [(FIRST_TRY, "first-try"), (CROSS, "cross")])
def test_the_calculator_form_gives_the_digits_of_the_problem_file(text, name):
    typed, stated = solved(text), minimize(KNOWN[name])
    assert typed.minimum.kind == stated.minimum.kind
    assert typed.minimum.value.text(15) == stated.minimum.value.text(15)
    assert [p.kind for p in typed.stationary] == [p.kind for p in stated.stationary]
    for ours, theirs in zip(typed.stationary, stated.stationary, strict=True):
        assert ours.at[typed.problem.free[0]].text(18) == theirs.at["w_x"].text(18)
    for ours, theirs in zip(*(next(iter(answer.limits.values())) for answer in (typed, stated)), strict=True):
        assert ours.lower <= theirs.upper
        assert theirs.lower <= ours.upper


# Each minimum by hand: (text, place, value).
TEXTBOOK = [
    ("x^2 e^(-x)", 0, 0),  # (2x − x²)e^−x = 0 at 0 and 2; 0 at 0, and the limit 0 is never reached
    ("x^4 - 3x^3 + 2", Fraction(9, 4), Fraction("-6.54296875")),  # 4x³ − 9x² = 0 at 0 (no sign change) and 9/4
    ("x^2 - 2x", 1, -1),
    ("x^(1+1) - 2x", 1, -1),  # constant exponents are worked out, here and by the checker
    ("x^(4/2) - 2x", 1, -1),
    ("x^2^1 - 2x^(2-1)", 1, -1),
    ("(x+1)^2^2 + x/(1/4 + 1/4)", -1 - 2 ** (-1 / 3), -2 - 1.5 * 2 ** (-1 / 3)),  # 4(x + 1)³ = −2
    ("sqrt(x^2 + 1)", 0, 1),
    ("tanh(x)^2/(1 + e^x)", 0, 0),
    ("softplus(x) - x/3", -math.log(2), math.log(3) - math.log(2) / 3 * 2),  # σ = 1/3: log(3/2) + log(2)/3
    ("x e^(-x^2)", -math.sqrt(0.5), -math.sqrt(0.5) * math.exp(-0.5)),  # 1 = 2x²
    ("2^x - x", -math.log2(math.log(2)), (1 + math.log(math.log(2))) / math.log(2)),  # 2^x log 2 = 1
    # √2 e^(√2 x) = 3
    (
        "e^(sqrt(2)x) - 3x",
        math.log(3 / math.sqrt(2)) / math.sqrt(2),
        3 / math.sqrt(2) * (1 - math.log(3 / math.sqrt(2))),
    ),
    # 3^x log 3 = 2·2^(−x) log 2
    ("3^x + 2*2^(-x)", math.log(2 * math.log(2) / math.log(3), 6), None),
    ("relu(1 - x)^2 + 0.01x", Fraction(199, 200), Fraction("0.009975")),  # −2(1 − x) + 0.01 = 0
]


@pytest.mark.parametrize(("text", "place", "value"), TEXTBOOK, ids=[t for t, _, _ in TEXTBOOK])
def test_textbook_minima_are_found_on_the_whole_line(text, place, value):
    answer = solved(text)
    assert answer.minimum.kind == "attained"
    if value is None:
        value = 3**place + 2 * 2**-place
    for found, wanted in ((answer.minimum.at["x"], place), (answer.minimum.value, value)):
        exact = isinstance(wanted, (int, Fraction))
        slack = Fraction(0) if exact else Fraction(1, 10**14)
        assert found.lower - slack <= Fraction(wanted) <= found.upper + slack
        assert found.width < Fraction(1, 10**20)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("x^3", "not-attained", -math.inf),
        ("e^(-x)", "not-attained", 0),
        ("e^(-x^2)", "not-attained", 0),
        ("1/(1 + e^-x)", "not-attained", 0),
        ("log(1 + e^x)", "not-attained", 0),
    ],
)
def test_what_has_no_minimum_is_told_with_its_infimum(text, kind, value):
    answer = solved(text)
    assert answer.minimum.kind == kind
    assert (answer.minimum.value.lower, answer.minimum.value.upper) == (value, value)


def test_a_tail_that_is_not_decided_is_said_to_be_so_and_never_guessed():
    answer = solved("x + (e^x)^(e^x)")
    assert answer.minimum.kind == "undecided"
    assert "box" in answer.minimum.why


def test_rates_that_cancel_exactly_leave_nothing_and_others_are_compared_by_balls():
    assert solved("e^(sqrt(2)x) - e^(sqrt(2)x) + x^2").minimum.kind == "attained"
    assert solved("e^(sqrt(2)x) - e^(1.415x)").minimum.kind == "not-attained"  # √2 = 1.41421…
    assert solved("e^(1.415x) - e^(sqrt(2)x)").minimum.kind == "attained"  # the other rate wins


def test_rates_that_are_equal_but_not_in_form_stay_undecided():
    answer = solved("4^x - 2^(2x) + x^2")  # log 4 = 2 log 2: no ball tells them apart
    assert answer.minimum.kind == "undecided"
    assert "not decided for x < −64 and x > 64" in answer.minimum.why.replace("-", "−")


def test_kinks_that_are_not_known_exactly_stay_unknown_but_enclosed():
    answer = solved("abs(x^2 - 2) + x/4")  # at −√2 the slope jumps from 2x + 1/4 to −2x + 1/4
    point = answer.stationary[0]
    assert point.kind == "unknown"
    assert point.at["x"].lower ** 2 >= 2 >= point.at["x"].upper ** 2
    assert answer.minimum.kind == "attained"


def test_an_interval_may_have_its_minimum_at_an_end():
    answer = solved("x^3 - x", x=(-2, 2))
    assert answer.minimum.at["x"].to_json() == ["-2", "-2"]
    assert answer.minimum.value.to_json() == ["-6", "-6"]
    assert solved("x log(x)", x=("0.125", 3)).minimum.at["x"].text(10).startswith("0.3678794411")  # 1/e


# (text, where a minimiser is, value): Rosenbrock; Himmelblau has four minima of value 0, one at (3, 2).
@pytest.mark.parametrize(
    ("text", "place", "value"),
    [
        ("(1-x)^2 + 100(y-x^2)^2", {"x": 1, "y": 1}, 0),
        ("(x^2+y-11)^2 + (x+y^2-7)^2", {"x": 3, "y": 2}, 0),
        ("x^2 + y^2 + z^2 - x y", {"x": 0, "y": 0, "z": 0}, 0),
        ("x*y", {"x": 10, "y": -10}, -100),
    ],
)
def test_several_variables_are_proved_in_a_box(text, place, value):
    answer = solved(text)
    minimum = answer.minimum
    assert minimum.kind == "attained"
    assert minimum.value.lower <= value <= minimum.value.upper
    assert minimum.value.width < Fraction(1, 10**5)
    assert all(minimum.at[name].lower <= x <= minimum.at[name].upper for name, x in place.items())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3 + 4", "no variable"),
        ("a + b + c + d", "4 variables: a, b, c, d"),
        ("(x + 1", "needed ')'"),
        ("x + 1)", "character 6"),
        ("x" * 1_000_000, "1,000,000 characters"),
        ("2 pi x", "not known as a number"),
        ("", "empty"),
    ],
)
def test_bad_equations_are_refused_with_a_word_on_what_is_wrong(text, said):
    with pytest.raises(ExpressionError) as refusal:
        TypedProblem.read(text)
    assert said in str(refusal.value)


def test_a_box_must_name_every_variable_and_have_a_width():
    with pytest.raises(ProblemError, match="needed an interval for each of x, y"):
        minimize(TypedProblem.read("x + y"), {"x": (Fraction(0), Fraction(1))})
    with pytest.raises(ProblemError, match="a lower end, then a higher one"):
        minimize(TypedProblem.read("x^2"), {"x": (Fraction(1), Fraction(1))})


@pytest.mark.parametrize(
    "text",
    [
        r"\frac{1}{2}\left(\sigma(2\theta-1)-1\right)^{2}",
        "½ θ".replace("½", "0.5"),
        "minimize 0.5  (1 / (1 + e^-λ))^2",
        r"x^{2} \cdot e^{-x}",
        "(1+e**(-2*w))**-1",
    ],
)
def test_greek_letters_and_latex_are_read(text):
    assert len(TypedProblem.read(text).free) == 1


@settings(max_examples=25, deadline=None)
@given(EXPRESSIONS)
def test_any_expression_is_answered_or_refused_with_a_message(expression):
    """And the checker accepts whatever is claimed, on the whole line too."""
    try:
        typed = TypedProblem.of(expression)
    except ExpressionError:
        return
    box = dict.fromkeys(typed.free, (Fraction(-1), Fraction(2)))
    for domain in (box, None) if len(typed.free) == 1 else (box,):
        try:
            answer = minimize(typed, domain, Limits(boxes=200))
        except (ExpressionError, ProblemError):
            continue
        assert not any("refuses" in reason for reason in answer.reasons)


@pytest.mark.parametrize(
    "text",
    [
        "e^1000 (1 + x^2)",
        "-e^1000/(1 + x^2)",
        "e^1000 + x^2",
        "e^100000 (1 + x^2)",
        "e^(e^1000) (1 + x^2)",
        "tanh(3^x)",
    ],
)
def test_what_is_beyond_a_certificate_is_stated_as_far_as_it_was_proved(text):
    # e^1000 = 1.97e434, and certificates hold numbers up to 1e100: a value is at least that, or at most minus that.
    answer = solved(text)
    ends = [answer.minimum.value, *(point.value for point in answer.stationary)]
    assert all(isinstance(end, float) or abs(end) <= 10**100 for value in ends for end in (value.lower, value.upper))
    if text == "e^1000 (1 + x^2)":
        assert (answer.minimum.kind, answer.minimum.value.lower) == ("attained", 10**100)
        assert "is at least 10¹⁰⁰ at x = 0" in answer.minimum.why
    if text == "-e^1000/(1 + x^2)":
        assert (answer.minimum.kind, answer.minimum.value.upper) == ("attained", -(10**100))
