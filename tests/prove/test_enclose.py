"""Enclosures hold the true loss, gradient and Hessian on boxes, and are no wider than they need to be."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.truth import arb, between, bits, corner, plain, problem, problems, true_loss

import chainrule.prove.neuron.enclose as module
from chainrule.algebra.balls import lower_end, upper_end
from chainrule.problem import Problem
from chainrule.prove.neuron.enclose import enclose, form_range
from chainrule.prove.neuron.profile import SquaredSigmoid
from chainrule.prove.neuron.ridge import Ridge

NAMES = ("w_x", "w_y", "bias")
ends = st.one_of(st.floats(-30, 30), st.sampled_from([0.0, 1.0, -1.0, 2.0**-30, 0.6931471805599453, 1e-90, 1e8]))

WIDTHS = st.sampled_from([0.0, 1e-9, 0.1, 1.0, 10.0])


def holds(low: float, high: float, truth) -> bool:
    return Fraction(float(low)) <= upper_end(truth) and lower_end(truth) <= Fraction(float(high))


def directional(problem: Problem, weights: dict, name: str, other: str):
    """``∂²f/∂name∂other`` by polarisation: D²f along u + v, less those along u and v, halved."""
    if name == other:
        return true_loss(problem, weights, {name: 1})[2]
    both, one, two = (true_loss(problem, weights, d)[2] for d in ({name: 1, other: 1}, {name: 1}, {other: 1}))
    return (both - one - two) / 2


@st.composite
def boxes(draw, numbers=plain, widths=WIDTHS):
    """A problem with 1, 2 or 3 free weights, a box, and an exact point in it."""
    k = draw(st.integers(1, 3))
    points = draw(st.lists(st.tuples(numbers, numbers, between), min_size=1, max_size=5))
    fixed = {name: draw(numbers) for name in NAMES[k:]}
    low = [draw(ends) for _ in range(k)]
    high = [x + draw(widths) for x in low]
    part = draw(st.sampled_from([Fraction(0), Fraction(1), Fraction(1, 3), Fraction(1, 2)]))
    at = {n: Fraction(a) + part * (Fraction(b) - Fraction(a)) for n, a, b in zip(NAMES, low, high, strict=False)}
    return Problem.state(["x", "y"], points, fixed), np.array([low]), np.array([high]), at


def assert_holds(problem: Problem, low, high, at) -> None:
    found = enclose(Ridge.of(problem), low, high)
    with bits(700):
        assert holds(found.value.lower[0], found.value.upper[0], true_loss(problem, at)[0])
        for i, name in enumerate(problem.free):
            slope = true_loss(problem, at, {name: 1})[1]
            assert holds(found.gradient.lower[0, i], found.gradient.upper[0, i], slope)
            for j, other in enumerate(problem.free):
                bend = directional(problem, at, name, other)
                assert holds(found.hessian.lower[0, i, j], found.hessian.upper[0, i, j], bend)


@given(boxes())
def test_value_gradient_and_hessian_hold_the_truth_at_points_of_boxes(case):
    assert_holds(*case)


@given(boxes(st.one_of(corner, plain), st.sampled_from([0.0, 1e-90, 1.0])))
def test_enclosures_hold_for_inputs_from_1e_minus_90_to_1e90(case):
    assert_holds(*case)


def test_what_underflows_times_a_huge_input_is_counted():
    # x = 1e99 and z = −400: h' = 2e^−800 is below every double, yet x·h' = 7e-249 is not.
    steep = problem([("1e99", -399, 0)])
    point = np.zeros((1, 1))
    found = enclose(Ridge.of(steep), point, point, order=1)
    with bits(200):
        truth = true_loss(steep, {"w_x": 0})[1]
    assert float(truth.mid()) > 1e-249
    assert holds(found.gradient.lower[0, 0], found.gradient.upper[0, 0], truth)


@given(problems(label=between), st.lists(st.floats(-20, 20), min_size=1, max_size=30))
def test_points_are_enclosed_within_rounding(problem, points):
    # An enclosure that is too wide would settle nothing: 1e-12 of the sum of magnitudes is 100 times the slack.
    at = np.array(points)[:, None]
    ridge = Ridge.of(problem)
    found = enclose(ridge, at, at)
    size = float(np.mean(np.abs(ridge.a))) * 2 + 1
    for bounds, scale in ((found.value, 2), (found.gradient, size), (found.hessian, 25 * size)):
        assert np.all(bounds.upper - bounds.lower <= 2e-12 * scale * (1 + np.max(np.abs(points))))


@pytest.mark.parametrize("free", [1, 3])
def test_many_rows_in_tiles_equal_the_same_rows_untiled(monkeypatch, free):
    rng = np.random.default_rng(5)
    table = np.column_stack([rng.normal(size=(50_000, 2)), rng.integers(0, 2, 50_000)])
    data = Problem.from_table(table, weights=dict.fromkeys(NAMES[free:], 1))
    ridge = Ridge.of(data)
    low = rng.normal(size=(7, free))
    tiled = enclose(ridge, low, low + 0.1)
    monkeypatch.setattr(module, "TILE", 10**9)
    whole = enclose(ridge, low, low + 0.1)
    for a, b in ((tiled.value, whole.value), (tiled.gradient, whole.gradient), (tiled.hessian, whole.hessian)):
        np.testing.assert_allclose(a.lower, b.lower, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(a.upper, b.upper, rtol=1e-9, atol=1e-9)


def test_orders_below_two_give_the_same_bounds_and_nothing_more():
    ridge = Ridge.of(problem([(1, -1, 0), (1, 3, 1)]))
    low, high = np.array([[0.0], [1.0]]), np.array([[0.5], [3.0]])
    full = enclose(ridge, low, high)
    for order in (0, 1):
        part = enclose(ridge, low, high, order)
        assert np.array_equal(part.value.lower, full.value.lower)
        assert (part.gradient is None) == (order < 1)
        assert part.hessian is None


@given(
    st.floats(-1e3, 1e3),
    st.floats(0, 10),
    st.fractions(0, 1),
    st.decimals(-9, 9, places=2),
    st.decimals(-9, 9, places=2),
)
def test_range_of_a_linear_form_holds_it_at_every_point(low, width, part, x, y):
    ridge = Ridge.of(problem([(x, y, 0)], w_y="0.3", bias="-0.7"))
    box = np.array([[low]]), np.array([[low + width]])
    v = Fraction(low) + part * (Fraction(low + width) - Fraction(low))
    found = form_range(ridge.a, ridge.b, ridge.b_error, *box)
    exact = Fraction(x) * v + Fraction(3, 10) * Fraction(y) - Fraction(7, 10)
    assert Fraction(found.lower[0, 0]) <= exact <= Fraction(found.upper[0, 0])


def test_slope_of_the_profile_peaks_at_eight_27ths_inside_a_box_whose_ends_are_far_down():
    # h'([−8, 8]) reaches 8/27 at ln 2, though h'(±8) < 0.001. One row x = 1, label 0, rest 0: z = v.
    one = problem([(1, 0, 0)], w_y=0, bias=0)
    found = enclose(Ridge.of(one), np.array([[-8.0]]), np.array([[8.0]]))
    assert 8 / 27 <= found.gradient.upper[0, 0] < 8 / 27 + 1e-12
    # h'' between its turns, σ = (15 ∓ √33)/24: 0.1536… and −0.0771… (from 12s² − 15s + 4 = 0).
    with bits(100):
        root = arb(33).sqrt()
        for sign, bound in ((-1, found.hessian.upper), (1, found.hessian.lower)):
            s = (15 + sign * root) / 24
            truth = 2 * s * s * (1 - s) * (2 - 3 * s)
            assert abs(float(truth) - bound[0, 0, 0]) < 1e-12
            assert (sign == -1) == (Fraction(bound[0, 0, 0]) >= 0)
            assert sign * lower_end(truth) >= sign * Fraction(bound[0, 0, 0])


def test_profile_facts_are_those_of_the_squared_sigmoid():
    facts = SquaredSigmoid()
    with bits(200):
        for turns, order in ((facts.slope_turns, 2), (facts.curvature_turns, 3)):
            for turn in turns:
                # the derivative of order `order` of h at z vanishes: |…| <= 1e-14 as z is a double
                z = squared_sigmoid_series(turn.z)
                assert abs(float(z[order])) < 1e-14
                factorial = (1, 1, 2, 6)[order - 1]
                assert abs(float(z[order - 1]) * factorial - turn.value) < 1e-15


def squared_sigmoid_series(z: float):
    import flint

    s = 1 / (1 + (-flint.arb_series([flint.arb(z), 1], prec=4)).exp())
    return s * s


@given(st.floats(-40, 40))
@settings(max_examples=300)
def test_one_row_without_rounding_in_its_form_is_enclosed(z):
    # z = v exactly: what is left are the roundings of h, h' and h'' themselves.
    one = problem([(1, 0, 0)], w_y=0, bias=0)
    point = np.array([[z]])
    assert_holds(one, point, point, {"w_x": Fraction(z)})
