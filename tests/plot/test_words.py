"""Only digits that both ends of an interval agree on are shown."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.plot import digits
from chainrule.plot.words import short
from chainrule.prove.result import Interval

rationals = st.fractions(min_value=-1000, max_value=1000, max_denominator=10**9)


@given(rationals, st.integers(1, 25))
def test_the_digits_shown_begin_every_number_of_the_interval(middle, places):
    reach = Fraction(1, 10**places)
    interval = Interval(middle - reach, middle + reach)
    text = digits(interval, 10).replace("−", "-")
    if "±" in text or ("10" in text.split("·")[-1][:3] and "·" in text):
        return
    shown = Fraction(text.rstrip("…"))
    size = Fraction(1, 10 ** len(text.rstrip("…").partition(".")[2]))
    for end in (interval.lower, interval.upper):
        assert abs(shown) <= abs(end) < abs(shown) + size


@given(rationals, st.integers(1, 25))
def test_a_middle_and_its_reach_hold_the_interval(middle, places):
    reach = Fraction(1, 10**places)
    text = digits(Interval(middle - reach, middle + reach), 10).replace("−", "-")
    if "±" not in text or "…" in text:
        return
    center, radius = text.split(" ± ")
    if radius.startswith("10") and len(radius) > 2 and radius[2] not in "0123456789":
        power = int(radius[2:].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))
        size = Fraction(10) ** power
    else:
        size = Fraction(radius)
    assert Fraction(center) - size <= middle - reach
    assert middle + reach <= Fraction(center) + size


@pytest.mark.parametrize(
    ("number", "text"),
    [("0", "0"), ("0.25", "0.25"), ("1/3", "0.333333333333…"), ("-1/3", "−0.333333333333…"), ("1e30", "10³⁰"),
     ("-2.5e-20", "−2.5 · 10⁻²⁰"), ("123456789012345", "1.23456789012… · 10¹⁴")],
)  # fmt: skip
def test_exact_numbers_are_cut_and_marked(number, text):
    assert short(Fraction(number)) == text
