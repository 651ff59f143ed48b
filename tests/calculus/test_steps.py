"""Every step of every derivation holds when worked out afresh, and a wrong one is caught."""

import math
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.calculus import (
    Step,
    derivative_check,
    derivative_equation,
    derivative_steps,
    loss_equation,
    loss_steps,
    network_equation,
    network_steps,
    point_loss_equation,
    point_loss_steps,
    recheck,
)
from chainrule.errors import ProblemError
from chainrule.expression import FORMS, Derivative, Multiply, Number, Symbol, parse, print_expression
from chainrule.problem import Problem
from tests.calculus.problems import POINTS, walk_through


def all_steps(problem: Problem) -> list[tuple[Step, ...]]:
    weight = problem.free[0]
    return [
        *(point_loss_steps(problem, row) for row in range(len(problem.data))),
        loss_steps(problem),
        network_steps(problem),
        *(derivative_steps(problem, weight, row) for row in range(len(problem.data))),
        derivative_steps(problem, weight),
        (derivative_check(problem, weight),),
    ]


@pytest.mark.parametrize("name", POINTS)
def test_every_step_of_the_walk_through_holds(name: str) -> None:
    for steps in all_steps(walk_through(name)):
        for step in steps:
            found = recheck(step)
            assert found.holds, found.why


NUMBERS = st.one_of(st.integers(-4, 4), st.decimals(-3, 3, places=1), st.fractions(-2, 2, max_denominator=7))
ROWS = st.lists(st.tuples(NUMBERS, NUMBERS, st.sampled_from([0, 1, "0.5"])).map(list), min_size=1, max_size=4)


@settings(max_examples=15, deadline=None)
@given(rows=ROWS, w_y=NUMBERS, bias=st.one_of(NUMBERS, st.just("free")))
def test_every_step_of_a_random_problem_holds(rows: list[list[object]], w_y: object, bias: object) -> None:
    for steps in all_steps(Problem.state(["x", "y"], rows, {"w_y": w_y, "bias": bias})):
        for step in steps:
            found = recheck(step)
            assert found.holds, found.why


@pytest.mark.parametrize("name", POINTS)
def test_no_step_is_repeated(name: str) -> None:
    for steps in all_steps(walk_through(name)):
        equations = [step.equation for step in steps]
        assert len(set(equations)) == len(equations)
        assert all(step.before != step.after for step in steps)


@pytest.mark.parametrize("row", [None, 0, 1, 2, 3])
def test_an_error_of_a_twentieth_of_a_percent_is_caught_in_every_step(row: int | None) -> None:
    for step in derivative_steps(walk_through("cross"), "w_x", row):
        planted = replace(step, after=Multiply((Number(Fraction(10005, 10000)), step.after)))
        found = recheck(planted)
        assert not found.holds
        assert "the left side is" in found.why


def test_a_wrong_substitution_is_caught() -> None:
    first, weighted, put_in, tidied = point_loss_steps(walk_through("one-point"), 0)
    assert recheck(weighted).holds
    assert not recheck(replace(weighted, after=parse("(1/(1 + e^-(x w_x + y + 1)) - label)^2"))).holds
    assert recheck(put_in).holds
    assert not recheck(replace(put_in, after=parse("(1/(1 + e^-(3w_x + 4 + 1)) - 1)^2"))).holds
    assert not recheck(replace(tidied, after=parse("(1/(1 + e^-(3w_x + 4)) - 1)^2"))).holds
    assert not recheck(replace(first, where={})).holds


def test_a_wrong_mean_is_caught() -> None:
    *_, put_in, points = derivative_steps(walk_through("cross"), "w_x")
    assert "Σ" in str(put_in.after)
    assert not recheck(replace(put_in, after=Multiply((Number(Fraction(1, 2)), put_in.after)))).holds
    assert not recheck(replace(points, after=parse("1/4*(-2a_1^2*(1 - a_1))"))).holds


def test_a_step_without_values_is_not_said_to_hold() -> None:
    found = recheck(Step("log of a negative number", parse("log(-1 - x^2)"), parse("log(-1 - x^2)")))
    assert not found.holds
    assert "fewer than 3 of" in found.why


def test_the_recheck_leaves_the_precision_alone() -> None:
    import flint

    before = flint.ctx.prec
    assert recheck(Step("same", parse("x + x"), parse("2x"))).holds
    assert flint.ctx.prec == before


def test_the_blackboard_of_one_point() -> None:
    shown = [(step.rule, str(step.equation)) for step in derivative_steps(walk_through("one-point"), "w_x", 0)]
    assert shown == [
        ("name the preactivation", "z_1 = 3w_x + 3"),
        ("name the activation", "a_1 = σ(z_1)"),
        ("name the residual", "r_1 = a_1 − 1"),
        ("name the loss of the point", "L_1 = r_1²"),
        ("chain rule", "dL_1/dw_x = dL_1/dr_1·dr_1/da_1·da_1/dz_1·dz_1/dw_x"),
        ("power rule", "dL_1/dr_1 = 2r_1"),
        ("sum rule", "dr_1/da_1 = 1"),
        ("sigmoid rule", "da_1/dz_1 = a_1(1 − a_1)"),
        ("linear rule", "dz_1/dw_x = 3"),
        ("put together", "dL_1/dw_x = 2r_1·1·a_1(1 − a_1)·3"),
        ("simplify", "dL_1/dw_x = 6(a_1 − 1)·a_1(1 − a_1)"),
    ]


def test_the_whole_loss_takes_the_general_point_once_and_then_the_mean() -> None:
    steps = derivative_steps(walk_through("pair"), "w_x")
    assert [str(step.after) for step in steps[-4:]] == [
        "1/2·Σ_(i=1…2) L_i",
        "1/2·Σ_(i=1…2) dL_i/dw_x",
        "1/2·Σ_(i=1…2) 2(a_i − label_i)·a_i(1 − a_i)·x_i",
        "1/2·(2a_1²(1 − a_1) + 2(a_2 − 1)·a_2(1 − a_2))",
    ]


def test_substitution_reads_as_on_a_blackboard() -> None:
    assert [str(step.after) for step in point_loss_steps(walk_through("one-point"), 0)] == [
        "(1/(1 + e^−(x·w_x + y·w_y + bias)) − label)²",
        "(1/(1 + e^−(x·w_x + y − 1)) − label)²",
        "(1/(1 + e^−(3w_x + 4 − 1)) − 1)²",
        "(1/(1 + e^−(3w_x + 3)) − 1)²",
    ]


def test_the_weights_are_put_in_before_the_points_and_x_and_y_are_kept() -> None:
    assert [str(step.after) for step in network_steps(walk_through("cross"))] == [
        "1/(1 + e^−(x·w_x + y·w_y + bias))",
        "1/(1 + e^−(x·w_x + y − 1))",
    ]
    whole = loss_steps(walk_through("pair"))
    assert [step.rule for step in whole] == ["the loss", "put the weights in", "put the points in", "tidy up"]
    assert str(whole[1].after) == "1/2·Σ_(i=1…2) (1/(1 + e^−(x_i·w_x + y_i − 1)) − label_i)²"
    free = walk_through("pair").release("w_y", "bias")
    assert [step.rule for step in network_steps(free)] == ["the neuron"], "nothing is fixed, so nothing is put in"


@pytest.mark.parametrize("name", POINTS)
def test_the_last_step_is_the_equation_that_is_printed_alone(name: str) -> None:
    problem = walk_through(name)
    assert loss_steps(problem)[-1].after == loss_equation(problem).right
    for row in range(len(problem.data)):
        assert point_loss_steps(problem, row)[-1].after == point_loss_equation(problem, row).right


def test_steps_print_in_every_form() -> None:
    steps = point_loss_steps(walk_through("cross"), 2)
    assert print_expression(steps, "text").splitlines()[1:3] == [
        "    = (1/(1 + e^−(x·w_x + y − 1)) − label)²           (put the weights in)",
        "    = (1/(1 + e^−(3w_x + 1 − 1)) − 1)²                (put the point in)",
    ]
    latex = print_expression(steps, "latex")
    assert latex.startswith("\\begin{align*}\nL_{3} &= ")
    assert latex.count("&=") == 4
    assert r"\tag*{put the weights in}" in latex
    for form in FORMS:
        assert len(print_expression(steps, form).splitlines()) >= 4
    # What a program is given runs: each line is an assignment of the same number, with the label and the point in their place.
    names = {"math": math, "x": 3, "y": 1, "label": 1, "w_x": 0.5, "w_y": 1, "bias": -1}
    found = set()
    for line in print_expression(steps, "python").splitlines():
        exec(line, names)  # noqa: S102  our own output, to see that it is Python
        found.add(round(names["L_3"], 12))
    assert len(found) == 1


def test_a_calculator_is_given_no_left_side() -> None:
    printed = print_expression(point_loss_equation(walk_through("cross"), 2), "wolfram")
    assert printed == "(1 / (1 + e^(-3 * w_x)) - 1)^2"


def test_the_equations_of_the_first_try() -> None:
    problem = walk_through("first-try")
    assert str(network_equation(problem)) == "a = 1/(1 + e^−(x·w_x + y·w_y + bias))"
    assert str(network_equation(problem, spelled=False)) == "a = σ(x·w_x + y·w_y + bias)"
    assert str(point_loss_equation(problem, 1)) == "L_2 = (1/(1 + e^−(2w_x − 1)) − 1)²"
    # ½·(1/(1+e))² is the infimum of the brief: the constant row's share
    assert print_expression(loss_equation(problem).right, "wolfram") == (
        "(0.5 * (1 / (1 + e))^2) + (0.5 * (1 / (1 + e^(-(2 * w_x - 1))) - 1)^2)"
    )
    assert str(derivative_equation(problem, "w_x").left) == "dL/dw_x"


def test_many_points_are_a_sum_over_the_general_point() -> None:
    problem = Problem.state(["x", "y"], [[i, -i, i % 2] for i in range(50)], {"w_y": 1})
    assert str(loss_equation(problem)) == "L = 1/50·Σ_(i=1…50) (1/(1 + e^−(x_i·w_x + y_i + bias)) − label_i)²"
    for steps in (loss_steps(problem), derivative_steps(problem, "bias"), (derivative_check(problem, "w_x"),)):
        for step in steps:
            found = recheck(step)
            assert found.holds, found.why
    assert isinstance(derivative_equation(problem, "w_x").left, Derivative)
    assert "∂L/∂w_x" in str(derivative_equation(problem, "w_x"))  # two weights are free


def test_an_input_called_like_a_part_keeps_its_name() -> None:
    problem = Problem.state(["a", "z", "L"], [[1, 2, 3, 0], [2, 0, 1, 1]], {"w_z": 1, "bias": -1})
    assert network_equation(problem).left == Symbol("aa")
    for steps in all_steps(problem):
        for step in steps:
            assert recheck(step).holds, recheck(step).why


def test_a_fixed_or_unknown_weight_is_refused() -> None:
    problem = walk_through("cross")
    with pytest.raises(ProblemError, match="weight w_y is fixed at 1; free it"):
        derivative_steps(problem, "w_y")
    with pytest.raises(ProblemError, match="is not one of w_x, w_y, bias"):
        derivative_equation(problem, "w_q")
    with pytest.raises(ProblemError, match="there is no point 5; the data has points 1 to 4"):
        point_loss_steps(problem, 4)
