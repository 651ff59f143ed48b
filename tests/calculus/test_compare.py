"""A person's equation is told equal or different rightly, and the term that is off is named."""

import pytest

from chainrule.calculus import derivative_equation, loss_equation
from chainrule.calculus.compare import compare
from chainrule.errors import ExpressionError
from chainrule.expression import FORMS, parse, print_expression
from tests.calculus.networks import NETWORKS
from tests.calculus.problems import POINTS, walk_through

LOSS = loss_equation(walk_through("cross")).right
# the cross, each point's loss as it stands on paper; z = −w, w − 2, 3w, w + 2
TERMS = ["1/4(1/(1+e^w))^2", "1/4(1/(1+e^(-(w-2))))^2", "1/4(1/(1+e^(-3w))-1)^2", "1/4(1/(1+e^(-(w+2)))-1)^2"]
NAMES = [f"point {k}" for k in (1, 2, 3, 4)]


def compared(*terms):
    return compare(parse(" + ".join(terms).replace("w", "w_x")), LOSS, ["w_x"], NAMES)


def test_the_same_terms_in_another_order_are_equal_by_rewriting():
    found = compared(*reversed(TERMS))
    assert found.equal
    assert "exact, by rewriting" in found.how


def test_an_equal_term_in_another_form_is_equal_by_sympy():
    # 1/(1 + e^w) = e^−2w/(e^−w + e^−2w)
    found = compared("1/4(e^(-2w)/(e^(-w)+e^(-2w)))^2", *TERMS[1:])
    assert found.equal
    assert "SymPy expands" in found.how


def test_an_equal_form_too_large_for_sympy_is_only_computed():
    # (1 + e^−w + … + e^−50w)(1 − e^−w) = 1 − e^−51w
    long = "(" + " + ".join(f"e^(-{k}x)" for k in range(51)) + ")*(1 - e^(-x))"
    found = compare(parse(long), parse("1 - e^(-51x)"), ["x"])
    assert found.equal
    assert "(computed)" in found.how


@pytest.mark.parametrize("name", list(POINTS))
@pytest.mark.parametrize("form", ["text", "latex", "wolfram", "python", "notebook"])
def test_the_right_equation_in_any_printed_form_is_equal(name, form):
    problem = walk_through(name)
    for equation in (loss_equation(problem), derivative_equation(problem, "w_x")):
        assert form in FORMS
        assert compare(parse(print_expression(equation.right, form)), equation.right, ["w_x"]).equal


def test_a_forgotten_mean_is_seen():
    found = compared(*[term[3:] for term in TERMS])
    assert not found.equal
    assert found.at == {"w_x": 0}
    assert found.hints == ("yours is 4 times the right one everywhere; is the mean's 1/4 missing?",)


def test_an_opposite_sign_is_seen():
    found = compare(parse("-2*x"), parse("2*x"), ["x"])
    assert found.hints == ("yours has the opposite sign of the right one everywhere",)


@pytest.mark.parametrize("wrong", range(4))
def test_the_term_that_is_off_is_named(wrong):
    terms = [term.replace("1/(1", "1/(1.001", 1) if k == wrong else term for k, term in enumerate(TERMS)]
    found = compared(*terms)
    assert not found.equal
    assert [hint.split(" is off")[0] for hint in found.hints] == [f"point {wrong + 1}"]


def test_a_term_with_a_wrong_factor_or_sign_is_named_with_it():
    assert compared(*TERMS[:3], "1/2" + TERMS[3][3:]).hints[0].startswith("point 4 is 2 times as large as it should be")
    flipped = compare(parse("1 + x - e^x"), parse("1 + x + e^x"), ["x"], ["a", "b", "c"])
    assert flipped.hints == ("c has the wrong sign: yours is −e^x, the right one is e^x",)


def test_a_missing_and_a_needless_term_are_named():
    assert compared(*TERMS[:3]).hints[0].startswith("point 4 is missing")
    assert compared(*TERMS, "w").hints[0].startswith("this term is not in the right one: w_x")


def test_a_difference_of_a_millionth_is_found_and_both_values_told():
    found = compare(parse("x^2 + 0.000001"), parse("x^2"), ["x"])
    assert not found.equal
    assert found.values == ("1e-6", "0")
    assert "yours is 1 · 10⁻⁶ and the right one 0" in found.how


def test_other_variables_are_named():
    with pytest.raises(ExpressionError, match="your equation has q; needed an equation in x"):
        compare(parse("q + x"), parse("x"), ["x"])


def test_an_equation_without_values_is_refused():
    with pytest.raises(ExpressionError, match="has a value at 0 of 12 points"):
        compare(parse("log(-1 - x^2)"), parse("x"), ["x"])


@pytest.mark.parametrize("name", NETWORKS)
def test_a_networks_own_equation_is_equal_to_itself_and_not_to_its_derivative(name):
    problem = NETWORKS[name]
    right, slope = loss_equation(problem).right, derivative_equation(problem, problem.free[0]).right
    assert compare(parse(print_expression(right)), right, problem.free).equal
    assert not compare(slope, right, problem.free).equal


def test_a_right_value_of_exactly_zero_is_shown_as_0():
    # σ(x) − σ(−x) is 0 at x = 0, enclosed by a ball round some rounding error
    found = compare(parse("1/(1 + e^-x) + 1/(1 + e^x)"), parse("1/(1 + e^-x) - 1/(1 + e^x)"), ["x"])
    assert not found.equal
    assert "yours is 1 and the right one 0 (enclosed" in found.how
