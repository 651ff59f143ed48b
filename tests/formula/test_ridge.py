"""The ridge form is the formula: one sum of one scalar function, for every problem of one neuron."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.truth import arb, between, bits, corner, plain, problem, problems, true_loss

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.balls import Balls
from chainrule.errors import ProblemError
from chainrule.formula import loss, weight_values
from chainrule.problem import Column, Problem
from chainrule.prove.line.sharp import curvature_at, slope_at, value_at
from chainrule.prove.neuron.enclose import enclose
from chainrule.prove.neuron.ridge import Ridge

every = problems(label=between)
extreme = problems(st.one_of(plain, corner), between)
places = st.fractions(-20, 20, max_denominator=1000)


@given(every, places)
def test_ridge_form_equals_the_formula_over_balls(problem, v):
    with bits(160):
        formula = loss(Balls(), problem, weight_values(Balls(), problem, {problem.free[0]: arb(v)}))
        assert value_at(Ridge.of(problem), arb(v)).overlaps(formula)
        assert float(formula.rad()) < 1e-40


@given(every, places)
def test_formula_and_sharp_derivatives_are_those_of_the_loss_written_out_again(problem, v):
    ridge = Ridge.of(problem)
    with bits(160):
        truth = true_loss(problem, {problem.free[0]: v})
        for ours, true in zip((f(ridge, arb(v)) for f in (value_at, slope_at, curvature_at)), truth, strict=True):
            assert ours.overlaps(true)
            assert float(ours.rad()) < 1e-35


@given(every, places)
def test_ridge_form_equals_the_formula_over_arrays(problem, v):
    formula = loss(Arrays(), problem, weight_values(Arrays(), problem, {problem.free[0]: np.asarray(float(v))}))
    point = np.array([[float(v)]])
    value = enclose(Ridge.of(problem), point, point, order=0).value
    assert value.lower[0] - 1e-12 <= formula <= value.upper[0] + 1e-12
    assert value.upper[0] - value.lower[0] < 1e-12


@given(extreme)
def test_doubles_of_the_ridge_form_are_as_close_to_the_exact_terms_as_it_says(problem):
    ridge = Ridge.of(problem)
    assert len(ridge.exact) == len(ridge.a)
    for i, term in enumerate(ridge.exact):
        assert term.row == ridge.row[i]
        assert abs(Fraction(ridge.a[i, 0]) - term.slopes[0]) <= abs(term.slopes[0]) / 2**52
        assert abs(Fraction(ridge.b[i]) - term.offset) <= Fraction(ridge.b_error[i])
        assert abs(Fraction(ridge.weight[i]) - term.weight) <= term.weight / 2**53
        assert (ridge.a[i, 0] == 0) == (term.slopes[0] == 0)


@given(st.floats(1e-90, 1e90) | st.sampled_from([2 - 2.0**-52, 2 - 2.0**-51, 1 + 2.0**-52]))
def test_slopes_of_float_data_are_exactly_the_data(x):
    assert Ridge.of(problem([(x, 0, 0)])).a[0, 0] == x
    assert Ridge.of(problem([(x, 0, 1)])).a[0, 0] == -x


@given(every)
def test_weights_of_a_row_sum_to_one_and_the_constant_is_exact(problem):
    ridge = Ridge.of(problem)
    n = len(problem.data)
    assert sum(term.weight for term in ridge.exact) == n
    assert ridge.constant == -sum(y * (1 - y) for y in problem.data.label) / n


def test_label_just_below_one_weighs_its_second_term_by_the_exact_difference():
    ridge = Ridge.of(problem([(1, 0, "0.99999999999999999999")]))
    assert ridge.weight.tolist() == [1e-20, 1.0]  # 1 − y and the double nearest to y


def test_label_that_would_underflow_is_refused_with_its_row():
    with pytest.raises(ProblemError, match=r"point 2.*differs from 1 by less than 1e-100"):
        problem([(1, 0, 0), (1, 0, "0." + "9" * 120)])
    problem([(1, 0, "0." + "9" * 99)])


@pytest.mark.parametrize("free", [("w_x",), ("w_x", "bias"), ("w_x", "w_y", "bias")])
def test_several_free_weights_keep_their_order(free):
    fixed = {w: Fraction(7, 2) for w in ("w_x", "w_y", "bias") if w not in free}
    ridge = Ridge.of(Problem.state(["x", "y"], [(2, 3, 0), (5, 7, 1)], fixed))
    columns = {"w_x": [2, -5], "w_y": [3, -7], "bias": [1, -1]}
    assert ridge.a.T.tolist() == [columns[name] for name in free]
    offset = [sum(Fraction(7, 2) * columns[name][i] for name in fixed) for i in range(2)]
    assert ridge.b.tolist() == pytest.approx([float(b) for b in offset])


def test_no_free_weight_is_an_error():
    with pytest.raises(ProblemError, match="no weight is free"):
        Ridge.of(problem([(1, 1, 0)], w_x=1, w_y=1, bias=1))


def test_data_that_is_no_double_is_held_with_its_rounding():
    third = Problem.state(["x"], [[Fraction(1, 3), 0]], {"w_x": 3})
    ridge = Ridge.of(third)  # bias free; 3 · 1/3 = 1
    assert abs(ridge.b[0] - 1) <= ridge.b_error[0] < 4e-15
    assert isinstance(third.data.inputs[0], Column)
