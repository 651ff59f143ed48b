"""Containment for balls, and rationals as their ends."""

from __future__ import annotations

from fractions import Fraction

import flint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.algebra.balls import Balls, ball, lower_end, precision, upper_end
from chainrule.problem import Column
from tests.truth import arb, bits

B = Balls()
rationals = st.one_of(
    st.sampled_from([Fraction(0), Fraction(10) ** 90, -(Fraction(10) ** 90), Fraction(1, 10**90), Fraction(1, 3)]),
    st.fractions(-100, 100),
)


def around(x: Fraction, radius: float) -> flint.arb:
    return ball(x) + flint.arb(0, radius)


radii = st.sampled_from([0.0, 1e-30, 0.5, 10.0])


@given(rationals, rationals, radii, radii)
def test_sums_products_negations_and_squares_hold_the_true_value(x, y, r, s):
    a, b = around(x, r), around(y, s)
    for result, truth in [
        (B.add(a, b), x + y),
        (B.multiply(a, b), x * y),
        (B.negate(a), -x),
        (B.square(a), x * x),
    ]:
        assert lower_end(result) <= truth <= upper_end(result)


@given(rationals, radii)
def test_a_square_never_reaches_below_zero_by_more_than_the_roundness_of_a_ball(x, r):
    square = B.square(around(x, r))
    assert lower_end(square) >= -upper_end(square) / 2**25


@given(st.one_of(rationals, st.sampled_from([Fraction(10) ** 200, -(Fraction(10) ** 200), Fraction(-(10**7))])), radii)
def test_sigmoid_holds_the_true_sigmoid_at_any_size(x, r):
    # e^(10^200) overflows even Arb; σ(−10^200) is still a number between 0 and 1.
    low, high = lower_end(B.sigmoid(around(x, r))), upper_end(B.sigmoid(around(x, r)))
    if abs(x) < 10**5:
        with bits(400):
            truth = 1 / (1 + (-arb(x)).exp())
            assert not arb(low) > truth
            assert not arb(high) < truth
    elif x < 0:
        assert low <= 0 <= high < Fraction(1, 10**6)
    else:
        assert low < 1 <= high


@given(st.fractions(-50, 50), radii)
def test_exponential_and_logarithm_hold_the_true_value(x, r):
    with bits(53):
        result, back = B.exp(around(x, r)), B.log(B.exp(ball(x)))
    with bits(300):
        assert result.contains(arb(x).exp())
        assert back.contains(arb(x))


@given(st.lists(rationals, min_size=1, max_size=10))
def test_mean_of_a_column_holds_the_true_mean(column):
    result = B.mean(B.column(Column(tuple(column))))
    assert lower_end(result) <= sum(column) / len(column) <= upper_end(result)


@given(rationals, st.integers(2, 200))
def test_ends_of_a_ball_enclose_the_rational_it_was_made_of(x, count):
    with precision(count):
        assert lower_end(ball(x)) <= x <= upper_end(ball(x))


def test_ends_of_an_exponentially_small_ball_are_short_numbers():
    tiny = (-(flint.arb(10) ** 15)).exp()
    assert lower_end(tiny) == 0
    assert lower_end(-tiny) < 0
    assert 0 < upper_end(tiny) < Fraction(1, 10**1000)
    assert upper_end(-tiny) == 0
    assert upper_end(tiny).denominator.bit_length() < 5000


def test_ends_of_a_ball_that_is_not_finite_are_an_error():
    with pytest.raises(ArithmeticError, match="not finite"):
        lower_end(flint.arb("nan"))


def test_precision_is_put_back_also_after_an_error():
    before = flint.ctx.prec
    with pytest.raises(ZeroDivisionError), precision(777):
        _ = 1 / (flint.ctx.prec - 777)
    assert flint.ctx.prec == before
