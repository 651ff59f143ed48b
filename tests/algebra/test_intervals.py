"""Containment: what an operation of `Intervals` returns holds the true value, whatever the arguments."""

from __future__ import annotations

import math
from fractions import Fraction

import flint
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.algebra.intervals import LARGEST, ULP, Bounds, Intervals, outward
from chainrule.problem import Column
from tests.truth import arb, bits

CORNERS = [
    0.0,
    1.0,
    -1.0,
    2.0**-1074,
    -(2.0**-1074),
    2.0**-1022,
    1e-300,
    1e300,
    -1e300,
    1 + 2.0**-52,
    1 - 2.0**-53,
    709.8,
]
CORNERS += [2 - 2.0**-52, -745.2, 36.8, 1e-20, 0.1, -0.1, math.log(2)]
doubles = st.one_of(st.sampled_from(CORNERS), st.floats(-1e308, 1e308), st.floats(-50, 50))
A = Intervals()


@st.composite
def intervals(draw, elements=doubles):
    """An interval and an exact point in it, its ends included."""
    low, high = sorted((draw(elements), draw(elements)))
    part = draw(st.sampled_from([Fraction(0), Fraction(1), Fraction(1, 2), Fraction(1, 3)]))
    return Bounds(np.asarray(low), np.asarray(high)), Fraction(low) + part * (Fraction(high) - Fraction(low))


def holds(bounds: Bounds, truth: Fraction | flint.arb) -> bool:
    low, high = float(bounds.lower), float(bounds.upper)
    if isinstance(truth, Fraction):
        return (low == -math.inf or Fraction(low) <= truth) and (high == math.inf or truth <= Fraction(high))
    # Not certainly outside, at a precision at which a wrong bound is certainly outside.
    return not (flint.arb(low) > truth) and not (flint.arb(high) < truth)


@given(intervals(), intervals())
def test_sum_holds_the_true_sum(a, b):
    assert holds(A.add(a[0], b[0]), a[1] + b[1])


@given(intervals(), intervals())
def test_product_holds_the_true_product(a, b):
    assert holds(A.multiply(a[0], b[0]), a[1] * b[1])


@given(intervals())
def test_square_holds_the_true_square_and_is_never_negative(a):
    square = A.square(a[0])
    assert holds(square, a[1] * a[1])
    assert square.lower >= 0


@given(intervals())
def test_negation_is_exact(a):
    assert A.negate(a[0]) == Bounds(-a[0].upper, -a[0].lower)


@given(intervals(st.one_of(st.sampled_from(CORNERS), st.floats(-800, 800))))
def test_exponential_holds_the_true_exponential(a):
    with bits(200):
        assert holds(A.exp(a[0]), arb(a[1]).exp())


@given(intervals(st.one_of(st.sampled_from([c for c in CORNERS if c > 0]), st.floats(1e-300, 1e300))))
def test_logarithm_holds_the_true_logarithm(a):
    with bits(200):
        assert holds(A.log(a[0]), arb(a[1]).log())


@given(intervals(st.one_of(st.sampled_from(CORNERS), st.floats(-800, 800))))
def test_sigmoid_holds_the_true_sigmoid_and_stays_between_0_and_1(a):
    sigmoid = A.sigmoid(a[0])
    assert 0 <= sigmoid.lower <= sigmoid.upper <= 1
    with bits(200):
        x = arb(a[1])
        assert holds(sigmoid, 1 / (1 + (-x).exp()) if x > -1000 else flint.arb(0))


@given(st.lists(intervals(st.one_of(st.sampled_from(CORNERS), st.floats(-1e6, 1e6))), min_size=1, max_size=40))
def test_mean_holds_the_true_mean(column):
    bounds = Bounds(np.array([b.lower for b, _ in column]), np.array([b.upper for b, _ in column]))
    assert holds(A.mean(bounds), sum(x for _, x in column) / len(column))


@given(st.fractions(-(10**90), 10**90))
def test_constant_and_column_hold_the_rational_and_are_as_tight_as_doubles_allow(x):
    bounds = A.constant(x)
    assert holds(bounds, x)
    assert bounds.upper in (bounds.lower, math.nextafter(float(bounds.lower), math.inf))
    if abs(x) >= Fraction(1, 10**90) or x == 0:
        column = A.column(Column((x,)))
        assert (column.lower[0], column.upper[0]) == (bounds.lower, bounds.upper)


@given(doubles)
def test_times_one_or_zero_rounds_nothing(x):
    # 2 − 2^-52 and 2 − 2^-51 became the same double once, and two tails that decay at different rates a tie.
    a = Bounds(np.asarray([x]), np.asarray([x]))
    for unit in (0, 1):
        product = A.multiply(a, A.constant(Fraction(unit)))
        assert product.lower == product.upper == unit * x


@given(intervals(st.floats(-10, 10)), intervals(st.floats(-10, 10)))
def test_bounds_are_tight(a, b):
    # Sound is not enough: an enclosure of everything would be sound too. Each operation loses a few ulp at most.
    exact = [x * y for x in map(Fraction, map(float, a[0])) for y in map(Fraction, map(float, b[0]))]
    product = A.multiply(a[0], b[0])
    slack = Fraction(4 * ULP) * max(map(abs, exact)) + Fraction(1, 2**1020)
    assert min(exact) - Fraction(float(product.lower)) <= slack
    assert Fraction(float(product.upper)) - max(exact) <= slack


def test_overflow_is_an_unbounded_side_and_not_an_error():
    for bounds in (
        A.exp(Bounds(np.asarray(1000.0), np.asarray(1001.0))),
        A.square(Bounds(np.asarray(1e200), np.asarray(1e201))),
        A.multiply(A.constant(Fraction(10) ** 200), A.constant(Fraction(10) ** 200)),
    ):
        assert bounds.lower <= LARGEST
        assert bounds.upper == math.inf


@pytest.mark.parametrize("operation", [A.add, A.multiply])
def test_nan_is_refused(operation):
    nan = Bounds(np.asarray(np.nan), np.asarray(np.nan))
    with pytest.raises(ArithmeticError, match="nan"):
        operation(nan, A.constant(Fraction(2)))


def test_logarithm_of_a_negative_number_is_refused():
    with np.errstate(invalid="ignore"), pytest.raises(ArithmeticError, match="nan"):
        A.log(Bounds(np.asarray(-1.0), np.asarray(2.0)))


@given(doubles)
def test_outward_moves_both_ends_past_the_neighbouring_double(x):
    low, high = outward(np.asarray(x), np.asarray(x))
    assert low <= math.nextafter(x, -math.inf)
    assert high >= math.nextafter(x, math.inf)
