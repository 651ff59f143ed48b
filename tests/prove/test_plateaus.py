"""A function of one variable with kinks is settled between them: plateaus and corners are what they are, and a kink at which the slope
keeps its sign is nothing at all."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule import minimize
from chainrule.expression.typed import TypedProblem
from chainrule.problem.schema import problem_from_dict
from chainrule.prove.generic.branches import branches


def solved(text, box=None):
    answer = minimize(TypedProblem.read(text), box)
    assert answer.minimum.trust == "proved", answer.reasons
    return answer


def places(answer):
    (name,) = answer.problem.free
    return [(p.kind, *p.at[name].to_json(), *p.value.to_json()) for p in answer.stationary]


# (formula, its places: kind, where from, where to, value): values by putting the place in
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("max(0,1-x)+max(0,1+x)", [("plateau", "-1", "1", "2", "2")]),
        ("abs(x)", [("minimum", "0", "0", "0", "0")]),
        ("abs(3x-1)+x^2", [("minimum", "1/3", "1/3", "1/9", "1/9")]),  # the slope jumps from 2/3 − 3 to 2/3 + 3
        ("relu(x)", [("plateau", "-inf", "0", "0", "0")]),
        ("relu(x)^2", [("plateau", "-inf", "0", "0", "0")]),
        ("relu(x+9)-relu(x)", [("plateau", "-inf", "-9", "0", "0"), ("plateau", "0", "inf", "9", "9")]),
        ("abs(abs(x)-1)", [("minimum", "-1", "-1", "0", "0"), ("maximum", "0", "0", "1", "1"), ("minimum", "1", "1", "0", "0")]),
        ("(abs(x)-2)^2", [("minimum", "-2", "-2", "0", "0"), ("maximum", "0", "0", "4", "4"), ("minimum", "2", "2", "0", "0")]),
        ("relu(x)^2-relu(-x)", []),  # slope 1 on the left, 2x on the right
        ("x+abs(x)/2", []),
    ],
)  # fmt: skip
def test_plateaus_and_corners_are_exact_and_proved(text, expected):
    assert places(solved(text)) == expected


def test_a_kink_without_a_jump_of_sign_is_no_stationary_point():
    # The slope is 2(1 − relu(3 − x)) → 2 left of 3, and 2/(x − 2) → 2 right of it; at 2 the square is 0.
    assert places(solved("(1-relu(3-x))^2+2log(1+relu(x-3))", {"x": (0, 10)})) == [("minimum", "2", "2", "0", "0")]


def test_the_median_of_an_even_number_of_points_is_a_plateau():
    # |b| + |b − ¼| + |b − ¾| + |b − 1| over 4 has slope 0 between the middle ones, and there (1 + ½)/4
    problem = problem_from_dict(
        {"inputs": ["x"], "layers": [1], "activation": "identity", "loss": "mae", "weights": {"w_x": 0, "bias": "free"},
         "data": {"points": [[0, 0], [0, "0.25"], [0, "0.75"], [0, 1]]}}
    )  # fmt: skip
    answer = minimize(problem)
    assert answer.minimum.trust == "proved"
    assert places(answer) == [("plateau", "0.25", "0.75", "0.375", "0.375")]
    assert "at every bias from 0.25 to 0.75: a plateau" in answer.minimum.why
    assert answer.to_json()["stationary"][0]["kind"] == "plateau"
    assert answer.certificate["claim"]["stationary"][0]["kind"] == "plateau"


def test_a_dead_relu_is_a_plateau():
    # At x = 1 the unit is off where b < −1; then the output is σ(0) = ½, and the loss ¼.
    problem = problem_from_dict(
        {"inputs": ["x"], "layers": [1, 1], "activation": ["relu", "sigmoid"],
         "weights": {"w1[0,x]": 1, "b1[0]": "free", "w2[0,0]": 1, "b2[0]": 0}, "data": {"points": [[1, 0]]}}
    )  # fmt: skip
    answer = minimize(problem)
    assert answer.minimum.trust == "proved"
    assert places(answer) == [("plateau", "-inf", "-1", "0.25", "0.25")]


terms = st.lists(
    st.tuples(st.integers(-3, 3), st.integers(-3, 3).filter(bool), st.integers(-4, 4)), min_size=1, max_size=5
)


@settings(max_examples=40, deadline=None)
@given(terms)
def test_the_least_value_of_a_sum_of_kinks_is_that_at_one_of_them(found):
    """``Σ c|ax + b|`` is affine between its kinks, so its lowest value, if it has one, is that at a kink."""
    text = " + ".join(f"({c})*abs(({a})*x + ({b}))" for c, a, b in found)
    kinks = [Fraction(-b, a) for _, a, b in found]

    def value(x):
        return sum(c * abs(a * x + b) for c, a, b in found)

    outside = (min(kinks) - 1, max(kinks) + 1)
    answer = minimize(TypedProblem.read(text)) if len({value(x) for x in (*kinks, *outside)}) > 1 else None
    if answer is None:
        return
    assert answer.minimum.trust == "proved", answer.reasons
    least = min(map(value, kinks))
    if sum(c * abs(a) for c, a, _ in found) < 0 or min(map(value, outside)) < least:
        assert answer.minimum.kind == "not-attained"
    else:
        assert answer.minimum.kind == "attained"
        assert (answer.minimum.value.lower, answer.minimum.value.upper) == (least, least)
        assert all(
            answer.minimum.at["x"].lower <= k <= answer.minimum.at["x"].upper for k in kinks if value(k) == least
        )
    assert not any(p.kind == "unknown" for p in answer.stationary)


@given(terms, st.fractions(-5, 5, max_denominator=7))
def test_a_branch_has_the_values_of_the_formula(found, x):
    from chainrule.algebra.evaluate import evaluate
    from chainrule.algebra.exactly import Exactly

    formula = TypedProblem.read("x + " + " + ".join(f"({c})*abs(({a})*x + ({b}) + relu(x))" for c, a, b in found))
    cut = branches(formula.expression)
    assert [branch.left for branch in cut[1:]] == [branch.right for branch in cut[:-1]]
    for branch in cut:
        if branch.left <= x <= branch.right:
            assert "abs" not in str(branch.formula)
            values = [evaluate(Exactly(), f, {"x": x}) for f in (branch.formula, formula.expression)]
            assert values[0] == values[1]
