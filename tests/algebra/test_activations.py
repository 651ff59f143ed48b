"""tanh, softplus, relu and |x| of intervals hold Arb's truth, wherever a double can be; softmax shares out 1."""

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.balls import Balls, precision
from chainrule.algebra.intervals import Bounds, Intervals
from chainrule.formula import log_sum_exp, softmax

NAMES = ["tanh", "softplus", "relu", "abs"]
DOUBLES = st.one_of(
    st.floats(-1e300, 1e300),
    st.floats(-40, 40),
    st.sampled_from([0.0, -0.0, 5e-324, -5e-324, 1e-308, 709.78, -745.2, 19.06, 2.0**-53]),
)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=300, deadline=None)
@given(x=DOUBLES)
def test_a_function_of_a_double_lies_in_its_interval(name, x):
    low, high = Intervals().function(name, Bounds(np.array(x), np.array(x)))
    with precision(1200):
        truth = Balls().function(name, flint.arb(x))
        assert flint.arb(float(low)) <= truth.upper()
        assert truth.lower() <= flint.arb(float(high))
    assert float(high - low) <= 1e-14 * abs(float(high)) + 1e-300


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=100, deadline=None)
@given(ends=st.tuples(DOUBLES, DOUBLES), share=st.floats(0, 1))
def test_a_function_of_an_interval_holds_it_at_every_place(name, ends, share):
    low, high = min(ends), max(ends)
    inside = min(max(low + share * (high / 2 - low / 2) * 2 if high - low < 1e300 else low, low), high)
    bounds = Intervals().function(name, Bounds(np.array(low), np.array(high)))
    value = float(Arrays().function(name, np.array(inside)))
    assert float(bounds.lower) <= value * (1 + 1e-12 * np.sign(value)) + 1e-300
    assert value * (1 - 1e-12 * np.sign(value)) - 1e-300 <= float(bounds.upper)


@given(z=st.lists(st.floats(-1000, 1000), min_size=2, max_size=5))
def test_softmax_shares_out_one_and_never_overflows(z):
    shares = [float(s) for s in softmax(Arrays(), [np.array(x) for x in z])]
    assert sum(shares) == pytest.approx(1, rel=1e-12)
    largest = max(z)
    total = float(log_sum_exp(Arrays(), [np.array(x) for x in z]))
    assert largest - 1e-9 <= total <= largest + np.log(len(z)) + 1e-9
