"""Backpropagation as steps: each holds when worked out afresh, none is repeated, and the last is the derivative."""

from dataclasses import replace
from fractions import Fraction

import pytest

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
    unit_equations,
    unit_steps,
)
from chainrule.expression import FORMS, Equation, Multiply, Number, Symbol, print_expression
from tests.calculus.networks import NETWORKS


def weights_of(name):
    """A weight of the first layer, one of the last, and a bias where there is one."""
    free = NETWORKS[name].free
    return sorted({free[0], free[-1], free[len(free) // 2]})


CASES = [(name, weight) for name in NETWORKS for weight in weights_of(name)]


@pytest.mark.parametrize(("name", "weight"), CASES)
@pytest.mark.parametrize("row", [None, 1])
def test_every_step_of_a_networks_derivative_holds(name, weight, row):
    for step in derivative_steps(NETWORKS[name], weight, row):
        found = recheck(step)
        assert found.holds, f"{step.equation}: {found.why}"


@pytest.mark.parametrize(("name", "weight"), CASES)
def test_no_step_of_a_network_is_repeated(name, weight):
    equations = [step.equation for step in derivative_steps(NETWORKS[name], weight)]
    assert len(set(equations)) == len(equations)


@pytest.mark.parametrize(("name", "weight"), [("xor", "w1[0,y]"), ("deep", "w1[1,x]"), ("softmax", "b1[0]")])
def test_a_planted_error_is_caught_in_every_step_of_backpropagation(name, weight):
    for step in derivative_steps(NETWORKS[name], weight, 1):
        planted = replace(step, after=Multiply((Number(Fraction(10005, 10000)), step.after)))
        if planted.after != step.after and str(step.after) != "0":
            assert not recheck(planted).holds, step.equation


@pytest.mark.parametrize("name", NETWORKS)
def test_the_derivative_by_rule_is_that_of_the_loss(name):
    for weight in weights_of(name):
        found = recheck(derivative_check(NETWORKS[name], weight))
        assert found.holds, found.why


@pytest.mark.parametrize("name", NETWORKS)
def test_the_loss_steps_of_a_network_hold(name):
    problem = NETWORKS[name]
    for step in (*point_loss_steps(problem, 1), *loss_steps(problem), *network_steps(problem), *unit_steps(problem, 1)):
        found = recheck(step)
        assert found.holds, found.why


@pytest.mark.parametrize("name", NETWORKS)
def test_the_substitution_goes_unit_by_unit_and_ends_in_each_units_own_equation(name):
    problem = NETWORKS[name]
    steps = unit_steps(problem, 1)
    heads = [k for k, step in enumerate(steps) if isinstance(step.before, Symbol)]
    ends = [steps[k - 1].after for k in (*heads[1:], len(steps))]
    assert len(heads) == len(unit_equations(problem)) + 1, "each unit, and the loss"
    where = {str(steps[k].before): end for k, end in zip(heads, ends, strict=True)}
    together = Step(
        "each unit in the place of its name", Symbol("L_2"), point_loss_equation(problem, 1).right, where=where
    )
    assert recheck(together).holds


def test_the_substitution_of_a_hidden_layer_reads_as_on_a_blackboard():
    problem = NETWORKS["xor"].fix(**{"w1[0,x]": 1, "w1[0,y]": 2, "b1[0]": -1})
    shown = [(step.rule, str(step.after)) for step in unit_steps(problem, 1)]
    # point 2 is (0, 1) with label 1
    assert shown[:4] == [
        ("unit 0 of layer 1", "tanh(x·w1[0,x] + y·w1[0,y] + b1[0])"),
        ("put the weights in", "tanh(x + 2y − 1)"),
        ("put the point in", "tanh(0 + 2·1 − 1)"),
        ("tidy up", "tanh(1)"),
    ]
    assert shown[-2:] == [("the loss", "(a2[0]_2 − label)²"), ("put the point in", "(a2[0]_2 − 1)²")]


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("form", FORMS)
def test_every_equation_of_a_network_prints_in_every_form(name, form):
    problem = NETWORKS[name]
    shown = [network_equation(problem), *unit_equations(problem), loss_equation(problem)]
    for equation in [*shown, derivative_equation(problem, problem.free[0])]:
        assert isinstance(equation, Equation)
        assert print_expression(equation, form)


def test_the_blackboard_of_a_hidden_weight():
    # L = r², r = a2 − 1, a2 = σ(z2), z2 = a1[0]·w2[0,0] + a1[1]·w2[0,1] − 1; point 2 is (0, 1) with label 1. The only
    # way from w1[0,y] to L leads through z1[0], a1[0], z2[0].
    shown = [(step.rule, str(step.equation)) for step in derivative_steps(NETWORKS["xor"], "w1[0,y]", 1)]
    assert shown == [
        ("name the preactivation of unit 0 in layer 1", "z1[0]_2 = w1[0,y] + b1[0]"),
        ("name the activation of unit 0 in layer 1", "a1[0]_2 = tanh(z1[0]_2)"),
        ("name the preactivation of unit 1 in layer 1", "z1[1]_2 = 2 + b1[1]"),
        ("name the activation of unit 1 in layer 1", "a1[1]_2 = tanh(z1[1]_2)"),
        ("name the preactivation of unit 0 in layer 2", "z2[0]_2 = a1[0]_2·w2[0,0] + a1[1]_2·w2[0,1] − 1"),
        ("name the activation of unit 0 in layer 2", "a2[0]_2 = σ(z2[0]_2)"),
        ("name the residual", "r_2 = a2[0]_2 − 1"),
        ("name the loss of the point", "L_2 = r_2²"),
        ("chain rule", "∂L_2/∂z2[0]_2 = ∂L_2/∂r_2·∂r_2/∂a2[0]_2·∂a2[0]_2/∂z2[0]_2"),
        ("power rule", "∂L_2/∂r_2 = 2r_2"),
        ("sum rule", "∂r_2/∂a2[0]_2 = 1"),
        ("sigmoid rule", "∂a2[0]_2/∂z2[0]_2 = a2[0]_2(1 − a2[0]_2)"),
        ("put together", "∂L_2/∂z2[0]_2 = 2r_2·a2[0]_2(1 − a2[0]_2)"),
        ("sum over the units above", "∂L_2/∂a1[0]_2 = ∂L_2/∂z2[0]_2·w2[0,0]"),
        ("put the messages in", "∂L_2/∂a1[0]_2 = 2r_2·a2[0]_2(1 − a2[0]_2)·w2[0,0]"),
        ("chain rule", "∂L_2/∂w1[0,y] = ∂L_2/∂a1[0]_2·∂a1[0]_2/∂z1[0]_2·∂z1[0]_2/∂w1[0,y]"),
        ("tanh rule", "∂a1[0]_2/∂z1[0]_2 = 1 − a1[0]_2²"),
        ("linear rule", "∂z1[0]_2/∂w1[0,y] = 1"),
        ("put together", "∂L_2/∂w1[0,y] = 2r_2·a2[0]_2(1 − a2[0]_2)·w2[0,0](1 − a1[0]_2²)·1"),
        ("simplify", "∂L_2/∂w1[0,y] = 2(a2[0]_2 − 1)·a2[0]_2(1 − a2[0]_2)·w2[0,0](1 − a1[0]_2²)"),
    ]


def test_cross_entropy_ends_at_output_less_label():
    last = derivative_steps(NETWORKS["entropy"], "w_x", 1)[-1]
    # point 2: x = 2, label 1, so dL/dw_x = (a − 1)·2
    assert str(last.equation) == "dL_2/dw_x = 2(a_2 − 1)"
