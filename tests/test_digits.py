"""Only digits that both ends of an interval agree on are shown; whatever is shown holds for every number in it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.digits import digits, equation, is_wide, short

numbers = st.one_of(
    st.fractions(-1000, 1000, max_denominator=10**9),
    st.floats(-1e60, 1e60).map(Fraction),
    st.decimals(-10, 10, places=3).map(Fraction),
    st.sampled_from([Fraction(0), Fraction(1, 4), Fraction(-1, 8), Fraction("-4.5e-91"), Fraction(1234567)]),
)
widths = st.sampled_from([Fraction(0)] + [Fraction(k, 10**p) for p in (0, 3, 6, 12, 15, 24, 30) for k in (1, 24, 97)])
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def value(text):
    """The number written as ``−2.5 · 10⁻²⁰``, ``10³⁰`` or ``0.25``, and the unit of its last digit."""
    mantissa, _, power = text.rpartition(" · ")
    if power.startswith("−"):
        mantissa, power = "−1", power[1:]
    if power.startswith("10") and power[2:3] in tuple("⁻⁰¹²³⁴⁵⁶⁷⁸⁹") and power[2:]:
        size = Fraction(10) ** int(power[2:].translate(RAISED))
    else:
        mantissa, size = text, Fraction(1)
    mantissa = (mantissa or "1").replace("−", "-").rstrip("…")
    return Fraction(mantissa) * size, size / 10 ** len(mantissa.partition(".")[2])


def ends(text):
    """The two ends that a wide interval is told by."""
    return [value(end)[0] for end in text.removeprefix("from ").split(" to ")]


@given(numbers, widths, st.integers(1, 20))
def test_what_is_shown_holds_for_every_number_of_the_interval(low, width, limit):
    high = low + width
    text = digits(low, high, limit)
    if text.startswith("from "):
        left, right = ends(text)
        assert left <= low <= high <= right
        assert (left > 0) == (low > 0)
        assert (right < 0) == (high < 0)
    elif text.startswith("below "):
        assert low == 0 <= high < value(text.removeprefix("below "))[0]
    elif " ± " in text:
        middle, reach = text.split(" ± ")
        # a middle that was cut is off by less than its last digit
        center, unit = value(middle)
        slack = value(reach)[0] + (unit if "…" in middle else 0)
        assert center - slack <= low <= high <= center + slack
    elif "…" in text:
        shown, unit = value(text)
        for end in (low, high):
            assert text.startswith("−") == (end < 0)
            assert abs(shown) <= abs(end) < abs(shown) + unit
    else:
        assert low == high == value(text)[0]


@given(numbers, widths, st.integers(1, 20))
def test_a_radius_is_small_beside_its_middle_or_beside_1(low, width, limit):
    """Never 0 ± 1000, nor 50 ± 100 for an interval that ends at 0: who reads such a thing does not know what is known."""
    text = digits(low, low + width, limit)
    if " ± " in text:
        middle, reach = (value(part)[0] for part in text.split(" ± "))
        assert reach <= Fraction(1, 100_000) if middle == 0 else reach <= abs(middle) / 500
        assert low <= 0 <= low + width if middle == 0 else low * (low + width) > 0


def test_a_middle_has_no_digit_smaller_than_its_radius():
    assert digits(Fraction("-0.00000001"), Fraction("0.000000009")) == "0 ± 10⁻⁸"
    assert digits(Fraction("9.999999999999"), Fraction(10)) == "10 ± 10⁻¹²"
    assert digits(Fraction("0.39999999999998"), Fraction("0.40000000000001")) == "0.4 ± 2 · 10⁻¹⁴"


@pytest.mark.parametrize(
    ("ends", "text"),
    [((-1, 1), "from −1 to 1"), ((0, 100), "from 0 to 100"), (("-2.5e-51", "1e-24"), "0 ± 10⁻²⁴"),
     (("-5e-324", "0.5"), "from −10⁻⁹ to 0.5"), (("-1e-9", "3e-9"), "0 ± 3 · 10⁻⁹"), ((0, "2e-9"), "below 3 · 10⁻⁹"),
     ((0, "3e-9"), "below 4 · 10⁻⁹"), (("9e-10", "1.1e-9"), "from 9 · 10⁻¹⁰ to 1.1 · 10⁻⁹")],
)  # fmt: skip
def test_what_is_known_is_seen(ends, text):
    assert digits(*map(Fraction, ends)) == text


@pytest.mark.parametrize(
    ("ends", "text"),
    [((1, 1), "x = 1"), ((0, 2), "x from 0 to 2"), ((0, Fraction(2, 10**9)), "0 ≤ x < 3 · 10⁻⁹"),
     ((float("-inf"), 0), "x ≤ 0"), ((2, float("inf")), "x ≥ 2"), ((float("-inf"), float("inf")), "x from −∞ to +∞")],
)  # fmt: skip
def test_a_place_is_told_as_a_formula(ends, text):
    assert equation("x", *ends) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [("0", "0"), ("0.25", "0.25"), ("1/3", "0.333333333333…"), ("-1/3", "−0.333333333333…"), ("1e30", "10³⁰"),
     ("-2.5e-20", "−2.5 · 10⁻²⁰"), ("123456789012345", "1.23456789012… · 10¹⁴")],
)  # fmt: skip
def test_exact_numbers_are_cut_and_marked(number, text):
    assert short(Fraction(number)) == text


@pytest.mark.parametrize(
    ("ends", "text"),
    [((1, 3), "from 1 to 3"), ((Fraction(-1, 3), 10), "from −0.333334 to 10"), ((Fraction("0.25"), Fraction("0.25")), "0.25")],
)  # fmt: skip
def test_a_wide_interval_is_told_by_its_ends(ends, text):
    assert digits(*map(Fraction, ends)) == text
    assert is_wide(*ends) == text.startswith("from ")


def test_a_power_of_ten_that_goes_on_shows_the_digits_it_shares():
    assert digits(Fraction(10**15), Fraction(10**15 + 1), 3) == "1.00… · 10¹⁵"


def test_infinite_ends_are_said():
    assert digits(float("-inf"), float("-inf")) == "−∞"
    assert digits(float("-inf"), Fraction(1, 2)) == "from −∞ to 0.5"
