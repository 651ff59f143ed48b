"""Reading a long column at once gives what reading each number gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule_check.columns import MANY, quick_column
from chainrule_check.rationals import enclosure, exact

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
