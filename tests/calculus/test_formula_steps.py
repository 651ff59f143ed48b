"""The derivative of a typed equation: every step re-checked, the last one the answer, none said twice."""

import pytest
from hypothesis import assume, given, settings

from chainrule.calculus import formula_derivative, formula_equation, formula_steps, recheck
from chainrule.expression import parse, symbols
from chainrule.expression.typed import TypedProblem
from tests.expression.strategies import EXPRESSIONS

TYPED = [
    "x^2 - 2x", "3x", "x^2 e^(-x)", "x^2 y - 2x y + z^2", "x^x + ln(1+x^2)/x", "x^(2x)", "x^x^x", "x^(x y)", "(2x)^x", "(2x)^(2x)", "x^(-x)", "abs(x-1) + tanh(x)^3", "2^x", "1/x", "x*x*x",
    "(0.5 * (1 / (1 + e))^2) + (0.5 * ((1 / (1 + e^(-2x + 1))) - 1)^2)", "softplus(3x) - relu(x y)", "(x+1)/(x^2+2)",
    r"\frac{x}{1+e^{-x}}",
]  # fmt: skip


@pytest.mark.parametrize("text", TYPED)
def test_every_step_holds_and_the_last_is_the_answer(text):
    problem = TypedProblem.read(text)
    for name in problem.free:
        steps = formula_steps(problem.expression, name)
        assert steps[-1].equation == formula_derivative(problem.expression, name)
        for step in steps:
            found = recheck(step)
            assert found.holds, found.why
        said = [(step.before, step.after) for step in steps]
        assert len(said) == len(set(said))


def test_each_rule_is_named_in_the_order_in_which_it_is_used():
    # d/dx (x² e^−x): first the product, then its factors, the power before the exponential.
    rules = [step.rule for step in formula_steps(parse("x^2 e^(-x)"), "x")]
    assert rules == ["the equation", "the derivative", "product rule", "power rule", "exponential rule", "put together"]


def test_what_is_clear_at_a_glance_takes_one_step():
    assert [str(step.equation) for step in formula_steps(parse("3x"), "x")] == ["f = 3x", "df/dx = 3"]


def test_a_power_of_itself_leaves_no_quotient_of_a_thing_by_itself():
    assert str(formula_derivative(parse("x^x"), "x")) == "df/dx = x^x·(ln(x) + 1)"
    assert str(formula_derivative(parse("x^(2x)"), "x")) == "df/dx = x^(2x)·(2ln(x) + 2)"
    assert str(formula_derivative(parse("(2x)^(2x)"), "x")) == "df/dx = (2x)^(2x)·(2ln(2x) + 2)"
    assert formula_derivative(parse("0^x"), "x")  # 0 is no factor to take out
    assert str(formula_derivative(parse("x^(x y)"), "x")) == "∂f/∂x = x^(x·y)·(y·ln(x) + y)"


def test_the_letter_f_is_doubled_where_a_variable_has_it():
    assert str(formula_equation(parse("f^2 g"))) == "ff = f²·g"
    assert str(formula_derivative(parse("f^2 g"), "g")) == "∂ff/∂g = f²"


@given(EXPRESSIONS)
@settings(max_examples=60)
def test_of_any_expression_every_step_follows_from_the_one_before(node):
    names = symbols(node)
    assume(names)
    steps = formula_steps(node, names[0])
    assert steps[-1].equation == formula_derivative(node, names[0])
    for step in steps:
        found = recheck(step)
        # A random expression may have no value anywhere; where both sides have one they must agree.
        assert found.holds or "gave two values" in found.why or "not checked" in found.why, found.why
