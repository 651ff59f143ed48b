"""The tutor: any symbol of the problem is understood, what is not is named; numbers, rounding, and which rule was broken."""

import pytest

from chainrule import Problem, check_work
from chainrule.calculus import derivative_steps
from chainrule.calculus.faults import FAULTS, wrong_derivatives
from chainrule.calculus.number import last_place, plain_number, significant_digits
from chainrule.calculus.work import Question
from chainrule.errors import ExpressionError, ProblemError
from chainrule.expression import parse, print_expression
from chainrule.expression.typed import TypedProblem
from tests.calculus.networks import NETWORKS
from tests.calculus.problems import walk_through

CROSS = walk_through("cross")
TYPED = TypedProblem.read("x^2 e^(-x)")
# point 3 of the cross is (3, 1) with label 1: z = 3w, a = σ(3w), dL/dw = 2(a − 1)·a(1 − a)·3
RIGHT = [
    "-2*(1-a)*a*(1-a)*3",
    "2(a − 1)a(1 − a)·3",
    "2(a_3 - 1) a_3 (1 - a_3) x_3",
    "2(a_i − label_i)·a_i(1 − a_i)·x_i",
    "2 r_i σ(1 − σ) x",
    "2*(σ(z) - label)σ(z_3)(1-σ(z_i))*x",
    r"2 \left(\sigma - 1\right) \sigma \left(1-\sigma\right) \cdot 3",
    r"2\left(a_{3}-\mathrm{label}_{3}\right) a_{3}\left(1-a_{3}\right) x_{3}",
    "6(1/(1+e^(-3v)) - 1) a (1 - a)",
]


@pytest.mark.parametrize("answer", RIGHT)
def test_every_symbol_of_the_problem_is_understood(answer):
    assert check_work(CROSS, answer, "w_x", 2).equal


@pytest.mark.parametrize("answer", ["2(q - 1)q(1 - q)*3", "w_y*k", "2(a_9 - 1)", "c_3 + 1", "a[0]"])
def test_a_name_that_the_problem_lacks_is_named_and_never_taken_for_the_weight(answer):
    with pytest.raises(ExpressionError, match=r"your equation has (q|k|a_9|c_3|a\[0\]); needed an equation in w_x"):
        check_work(CROSS, answer, "w_x", 2)


def test_a_letter_that_is_taken_for_the_one_free_weight_is_said():
    assert check_work(CROSS, "(1/(1 + e^(-3v)) - 1)^2", row=2).notes == ("v was read as w_x",)
    two = CROSS.release("w_y")
    with pytest.raises(ExpressionError, match="your equation has v; needed an equation in w_x, w_y"):
        check_work(two, "(1/(1 + e^(-3v)) - 1)^2", row=2)


def test_an_input_in_the_place_of_the_weight_is_told_apart_from_it():
    found = check_work(CROSS, "(1/(1 + e^(-3x)) - 1)^2", row=2)
    assert not found.accepted
    assert found.hints == ("with w_x in the place of x it is right; x is an input here, not the weight",)


@pytest.mark.parametrize("form", ["text", "latex"])
@pytest.mark.parametrize("name", NETWORKS)
def test_what_derive_prints_is_understood(name, form):
    """The last step of the whole, in a_1, a_2, and the steps of the general point, in a_i: in every network."""
    problem = NETWORKS[name]
    weight = problem.free[0]
    whole = derivative_steps(problem, weight)[-1]
    general = next(step for step in reversed(derivative_steps(problem, weight)) if "_i" in str(step.before))
    for step, row in ((whole, None), (general, 0)):
        printed = print_expression(step.after, form)
        assert check_work(problem, printed, weight, row).accepted


def test_the_sum_over_the_points_is_read_as_derive_prints_it():
    for step in derivative_steps(CROSS, "w_x"):
        if str(step.before) == "dL/dw_x" and "dL_i" not in str(step.after):
            assert check_work(CROSS, str(step.equation), "w_x").equal
            assert check_work(CROSS, print_expression(step.equation, "latex"), "w_x").equal
    with pytest.raises(ExpressionError, match="your sum goes to 3; the data has 4 points"):
        check_work(CROSS, "1/4 Σ_(i=1…3) 2(a_i − label_i)·a_i(1 − a_i)·x_i", "w_x")


def test_the_derivative_of_one_point_is_not_that_of_all_and_is_told_so():
    found = check_work(CROSS, "2(a_i - label_i) a_i (1 - a_i) x_i", "w_x")
    assert not found.accepted
    assert "right for each point i" in found.how
    with pytest.raises(ExpressionError, match="of a point without its number; this is about all 4 points"):
        check_work(CROSS, "2(a - label)", "w_x")


def test_an_answer_may_not_define_what_was_asked_by_itself():
    with pytest.raises(ExpressionError, match="your equation says L_3 by L_3 itself"):
        check_work(CROSS, "L_3", row=2)
    assert check_work(CROSS, "(L_1 + L_2 + L_3 + L_4)/n").equal, "the points' losses are parts of the whole's"


def test_every_part_of_a_chain_of_equalities_is_checked():
    asked = Question(CROSS, "w_x", 2)
    assert asked.mark("dL_3/dw_x = 2r*a(1-a)*3 = 6(a-1)*a*(1-a)").equal
    assert asked.mark("2r*a(1-a)*3 = 6(a-1)*a*(1-a)").equal
    off = asked.mark("dL_3/dw_x = 2r*a(1-a)*3 = 6(a-1)*a")
    assert not off.accepted
    assert off.notes == ("right up to 2r*a(1-a)*3",)
    wrong_first = asked.mark("dL_3/dw_x = 3r*a(1-a) = 6(a-1)*a*(1-a)")
    assert not wrong_first.accepted, "two wrongs, or a wrong and a right, do not make a right"
    assert not asked.mark("r*a(1-a) = 6(a-1)*a*(1-a)").accepted, "what stands on the left is part of the answer"
    assert check_work(TYPED, "f'(x) = 2x e^(-x) - x^2 e^(-x) = (2x - x^2) e^(-x)".replace("f'(x)", "dy/dx"), "x").equal


def test_of_several_layers_a_and_z_alone_are_those_of_the_output():
    problem = NETWORKS["xor"]
    assert check_work(problem, "2(a - 1)*a*(1 - a)*a1[0]", "w2[0,0]", 1).equal
    assert check_work(problem, "(1/(1 + e^-z) - label)^2", row=1).equal


# Numbers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "verdict", "said"),
    [
        # dL_3/dw_x at 1 is 6(σ(3) − 1)σ(3)(1 − σ(3)) = −0.0128552550…
        ("-0.0129", "rounded", "right to the 3 digits that you gave"),
        ("−0.01286", "rounded", "right to the 4 digits"),
        ("-0.01285", "rounded", "right to 3 digits; the last one is cut off"),
        ("-0.01284", "different", "yours is −0.01284 and the right one −0.012855255"),
        ("-0.013", "different", "as far as it goes it may be right; give at least 3 digits"),
        ("0.0129", "different", "it has the wrong sign"),
        ("6*(0.95257-1)*0.95257*(1-0.95257)", "rounded", "as near as the rounded numbers in yours allow"),
        ("6*(0.95257-1)*0.95257", "different", "σ itself was taken for its derivative"),
        ("-0.271", "different", "σ itself was taken for its derivative"),
        ("6(a-1)*a*(1-a)", "equal", ""),
    ],
)
def test_a_value_at_given_weights_is_right_to_the_digits_that_were_written(answer, verdict, said):
    found = check_work(CROSS, answer, "w_x", 2, {"w_x": 1})
    assert found.verdict == verdict
    assert said in str(found).replace("Right", "right")


def test_a_value_that_is_exact_is_equal():
    assert check_work(CROSS, "1/4", row=2, at={"w_x": 0}).verdict == "equal"
    assert check_work(CROSS, "0.25", row=2, at={"w_x": 0}).verdict == "equal"


def test_rounded_intermediates_agree_to_as_many_digits_as_they_do():
    found = check_work(CROSS, "(1/(1 + 2.718281828^(-3w)) - 1)^2", row=2)
    assert found.verdict == "rounded"
    assert found.how.startswith("right to 8 digits")
    assert found.accepted
    assert not found.equal


def test_a_difference_beyond_the_eighth_digit_is_shown_in_full():
    found = check_work(CROSS, "(1/(1 + e^(-3w)) - 1)^2*(1 + 1/10^12)", row=2)
    assert found.verdict == "different"
    assert found.values is not None
    assert found.values[0] != found.values[1], "two numbers that look alike cannot be told to differ"


def test_a_short_decimal_is_meant_as_it_stands():
    assert check_work(CROSS, "0.99(1/(1 + e^(-3w)) - 1)^2", row=2).verdict == "different"
    assert check_work(CROSS, "0.999(1/(1 + e^(-3w)) - 1)^2", row=2).verdict == "different"


def test_a_value_needs_a_number_for_each_free_weight():
    with pytest.raises(ProblemError, match="no value for w_y"):
        check_work(CROSS.release("w_y"), "1", at={"w_x": 1})
    with pytest.raises(ProblemError, match="'bias' is no free weight; free are w_x"):
        check_work(CROSS, "1", at={"w_x": 1, "bias": 0})


@pytest.mark.parametrize(
    ("text", "digits", "places"), [("0.0250", 3, "1/10000"), ("-12", 2, "1"), ("1.20e-3", 3, "1/100000")]
)
def test_digits_are_counted_as_written(text, digits, places):
    assert significant_digits(text) == digits
    assert str(last_place(text)) == places
    assert plain_number(text) == text


def test_a_part_of_the_network_can_be_asked_about():
    assert Question(CROSS, row=2, part="a", at={"w_x": 1}).mark("0.9526").accepted  # σ(3) = 0.95257413
    assert Question(CROSS, row=2, part="a").mark("1/(1 + e^-z)").equal
    assert not Question(CROSS, row=2, part="z").mark("3w + 1").accepted
    with pytest.raises(ExpressionError, match="says a by a itself"):
        Question(CROSS, row=2, part="a").mark("a")
    with pytest.raises(ProblemError, match="'u' is no part of this network; the parts are x, y, label, z, a, r, L"):
        Question(CROSS, row=2, part="u").mark("a")
    with pytest.raises(ProblemError, match="a is another number at each point"):
        Question(CROSS, part="a").mark("1")


# Typed equations --------------------------------------------------------------------------------------


def test_the_derivative_of_a_typed_equation_is_checked():
    assert check_work(TYPED, "2x e^(-x) - x^2 e^(-x)", "x").equal
    assert check_work(TYPED, "0.368", "x", at={"x": 1}).verdict == "rounded"  # e^−1
    assert "it is the equation, not its derivative" in check_work(TYPED, "e^(-x) x x", "x").hints


# Which rule was broken --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("6(a-1)", "sigmoid rule, σ' = σ(1 − σ): it is left out"),
        ("6(a-1)*a", "sigmoid rule, σ' = σ(1 − σ): σ itself"),
        ("2(a-1)*a*(1-a)", "factor rule, (c u)' = c u': the constant factor is lost"),
        ("3(a-1)*a*(1-a)", "power rule, (u^n)' = n u^(n−1) u': the factor n is missing"),
        ("2(a-1)", "chain rule, f(u)' = f'(u)·u': the inner derivative u' is left out"),
        ("6*a*a*(1-a)", "the label of point 3 is 1, not 0"),
    ],
)
def test_the_rule_that_was_broken_is_named(answer, said):
    found = check_work(CROSS, answer, "w_x", 2)
    assert not found.accepted
    assert said in found.rule


def test_the_rule_is_found_in_the_whole_loss_and_in_one_of_its_terms():
    terms = ["2a_1*a_1*(1-a_1)*(-1)", "2a_2*a_2(1-a_2)", "2(a_3-1)*a_3(1-a_3)*3", "2(a_4-1)a_4(1-a_4)"]
    whole = check_work(CROSS, f"({' + '.join(term.replace('2', '', 1) for term in terms)})/4", "w_x")
    assert "the factor n is missing" in whole.rule
    once = check_work(CROSS, f"({' + '.join([*terms[:3], '2(a_4-1)a_4'])})/4", "w_x")
    assert "σ itself was taken for its derivative (of σ(w_x + 2))" in once.rule
    assert [clue.where for clue in once.clues] == ["the term of point 4 is off"]


@pytest.mark.parametrize(
    ("formula", "answer", "said"),
    [
        ("x^2 e^(-x)", "2x e^(-x)(-1)", "product rule, (u v)' = u' v + u v': u' v' was taken"),
        ("x^2 e^(-x)", "2x e^(-x) + x^2 e^(-x)", "chain rule"),
        ("e^(2x)", "2x e^(2x - 1) 2", "the power rule was used"),
        ("x/(1+x^2)", "(2x^2 - (1 + x^2))/(1+x^2)^2", "the sign of the numerator is turned round"),
        ("x/(1+x^2)", "1/(2x)", "quotient rule, (u/v)' = (u' v − u v')/v²: u'/v' was taken"),
        ("log(1+x^2)", "1/(1+x^2)", "chain rule"),
        ("tanh(3x)", "3(1 - tanh(3x))", "tanh rule, tanh' = 1 − tanh²: 1 − tanh was taken"),
        ("x^3 + 5", "3x^2 + 5", "constant rule, c' = 0: a constant was kept"),
        ("x^3 - x^2", "3x^2 + 2x", "the minus sign is lost"),
        ("x^3", "x^2", "the factor n is missing"),
        ("x^3", "3x^3", "the exponent was not lowered"),
    ],
)
def test_the_rule_that_was_broken_in_a_typed_equation_is_named(formula, answer, said):
    found = check_work(TypedProblem.read(formula), answer, "x")
    assert not found.accepted
    assert said in found.rule


def test_an_error_of_no_known_kind_is_given_no_rule():
    assert check_work(CROSS, "7(a-1)*a*(1-a) + 0.1", "w_x", 2).rule == ""
    assert check_work(CROSS, RIGHT[0], "w_x", 2).rule == ""


def test_every_fault_can_be_made_somewhere():
    formulas = "sigmoid(3x+1)^2 + tanh(x)*e^(2x) - log(1+x^2)/(1+x^2) + 5 - x^3"
    made = {said for said, _ in wrong_derivatives(parse(formulas), "x")}
    for fault in FAULTS:
        assert any(said.startswith(f"{fault.rule}: {fault.instead}") for said in made)


def test_numbers_put_in_wrongly_are_named():
    assert "y: bias" not in check_work(CROSS, "(1/(1+e^-(3w+2)) - 1)^2", row=2).rule
    assert "bias is −1, and its sign is turned round" in check_work(CROSS, "(1/(1+e^-(3w+2)) - 1)^2", row=2).rule
    assert "bias is −1, and is left out" in check_work(CROSS, "(1/(1+e^-(3w+1)) - 1)^2", row=2).rule
    assert "x and y are exchanged" in check_work(CROSS, "(1/(1+e^-(w+2)) - 1)^2", row=2).rule


def test_a_neuron_whose_input_is_called_a_keeps_its_names_apart():
    problem = Problem.state(["a"], [[2, 1]], {"bias": 0})
    # the input a is 2; the activation is then called aa
    assert check_work(problem, "2(aa - 1)*aa*(1 - aa)*a", "w_a", 0).equal
