"""Reading a long column at once gives what reading each number gives."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule_fast.columns import MANY, doubles, nearest, quick_column
from chainrule_fast.rationals import enclosure, exact
from chainrule_fast.report import Refused

SHORT = st.one_of(
    st.from_regex(r"\A[+-]?\d{1,8}(\.\d{1,7})?\Z", fullmatch=True).filter(str.isascii),
    st.integers(-(10**15) + 1, 10**15 - 1).map(str),
    st.integers(0, 2**20).map(lambda m: f"{m / 2**10:.10f}"[:16]),  # many of them doubles
    st.sampled_from(
        ["0", "-0", "0.0", "1", "0.5", "0.1", "0.75", "999999999999999", "0.00000000000001", "0.99999999999999"]
    ),
)


@given(st.lists(SHORT, min_size=1, max_size=60))
@settings(max_examples=200, deadline=None)
def test_a_column_has_the_enclosures_of_its_numbers(some):
    texts = (some * MANY)[:MANY]
    lower, upper = quick_column(texts)
    for text, low, high in zip(some, lower.tolist(), upper.tolist(), strict=False):
        number = exact(text, "here")
        assert low <= number <= high
        assert (low == high) == (enclosure(text, "here")[0] == enclosure(text, "here")[1])
        assert high <= np.nextafter(np.nextafter(low, np.inf), np.inf)


@given(
    st.lists(
        st.one_of(SHORT, st.floats(1e-20, 1e20).map(float.hex), st.floats(-1e20, -1e-20).map(float.hex)),
        min_size=1,
        max_size=60,
    )
)
@settings(max_examples=200, deadline=None)
def test_binary_fractions_among_the_decimals_are_what_they_say(some):
    texts = (some * MANY)[:MANY]
    lower, upper = quick_column(texts)
    for text, low, high in zip(some, lower.tolist(), upper.tolist(), strict=False):
        assert (low, high) == enclosure(text, "here") or "x" not in text
        assert low <= exact(text, "here") <= high


@pytest.mark.parametrize(
    "odd",
    [
        "1e3",
        "1/3",
        "0x1p3",
        "0x1.00000000000001p+0",
        "0x1.8p+100",
        "0x1.8p+1 ",
        "nan",
        "inf",
        "",
        " 1",
        "1\n",
        "1234567890.123456",
        "1234567890123456",
        "1.",
        ".5",
        "١",
        1,
        None,
    ],
)
def test_anything_else_gets_a_closer_look(odd):
    assert quick_column(["1"] * MANY) is not None
    assert quick_column([*["1"] * MANY, odd]) is None


@pytest.mark.parametrize(
    "text", ["1.5e100", "-" + "1" * 102 + "/1", "0x1p340", "1e-101", "1/1" + "1" * 101, "-0x1p-340"]
)
def test_a_number_beyond_what_a_certificate_may_state_is_refused(text):
    with pytest.raises(Refused, match="1e-100 to 1e100"):
        exact(text, "t")


@pytest.mark.parametrize("text", ["1e100", "-1e-100", "0", "1/1" + "0" * 100])
def test_a_number_at_the_bounds_is_read(text):
    assert exact(text, "t") == Fraction(text)


@given(st.lists(st.one_of(SHORT, st.floats(-1e90, 1e90, allow_nan=False).map(repr)), max_size=30))
@settings(max_examples=200, deadline=None)
def test_nearest_doubles_that_are_read_at_once_are_those_that_are_read_alone(texts):
    found = doubles(texts)
    if found is None:
        assert any(abs(float(text)) < 1e-98 or len(text) > 40 or "e+1" in text or "e-1" in text for text in texts)
    else:
        assert found.tolist() == [nearest(text, "t") for text in texts]


def test_numbers_of_a_tree_that_are_read_at_once_are_the_same_and_none_other_is_read():
    texts = ["0.1", "-0", "+7.", ".5", "12345678901234567890123", "3.0000000000000000001", "1e-05", "2.5e+20", "00.1"]
    found = doubles(texts)
    assert found is not None
    assert found.tolist() == [nearest(text, "t") for text in texts]
    assert not np.signbit(found).any()  # -0 is 0
    odd = [
        "nan",
        "inf",
        "1_0",
        " 1",
        "1,2",
        "",
        "-",
        "1e-05,",
        "1e00005",
        "1e-101",
        "1e99",
        "0e00000",
        "1/3",
        "0x1p3",
        "1E5",
    ]
    for text in [*odd, "0." + "0" * 60 + "1", "\u0663", 3, None, ["1"]]:
        assert doubles(["1", text]) is None
