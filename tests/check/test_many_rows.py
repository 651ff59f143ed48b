"""With many rows doubles decide, in the same way as Arb would; where they cannot, Arb does."""

import json
from fractions import Fraction

import pytest
from tests.check.many import large

from chainrule_fast import Refused, check


@pytest.fixture(scope="module")
def text():
    return large(3000)


def test_many_rows_are_checked_in_doubles(text):
    report = check(text)
    assert (report.rows, report.arithmetic) == (3000, "double intervals")


def test_threads_give_the_same_answer(text, monkeypatch):
    monkeypatch.setattr("chainrule_fast.doubles._PARALLEL", 1)
    assert check(text).arithmetic == "double intervals"


def test_what_doubles_cannot_decide_goes_to_arb(text):
    # The slope at the ends of an `at` of width 1e-18 is some 1e-19: far below the rounding errors of doubles.
    certificate = json.loads(text)
    claim = certificate["claim"]
    left, right = (Fraction(float.fromhex(end)) for end in claim["at"]["w_x"])
    from chainrule_fast.balls import Arb
    from chainrule_fast.problem import read_problem
    from chainrule_fast.section import Section

    arb = Arb(Section(read_problem(certificate["problem"]), 0), 200)
    while right - left > Fraction(1, 10**18):
        middle = (left + right) / 2
        left, right = (middle, right) if arb.curve(1, middle, middle).upper < 0 else (left, middle)
    claim["at"]["w_x"] = claim["stationary"][0]["at"]["w_x"] = [str(left), str(right)]
    assert check(certificate).arithmetic == "Arb, 80 bits"
    shifted = [str(left + Fraction(1, 10**18)), str(right + Fraction(1, 10**18))]
    claim["at"]["w_x"] = claim["stationary"][0]["at"]["w_x"] = shifted
    with pytest.raises(Refused, match=r"claim\.stationary\[0\]\.at"):
        check(certificate)


@pytest.mark.parametrize(
    ("forge", "place"),
    [
        (lambda c: c["proof"]["pieces"].__setitem__(3, "rising"), r"proof\.pieces\[3\]"),
        (lambda c: c["claim"]["value"].__setitem__(0, c["claim"]["value"][1]), r"claim\.value"),
        (lambda c: c["problem"]["data"]["points"][1234].__setitem__(2, "nan"), r"problem\.data\.points\[1234\]\[2\]"),
        (lambda c: c["claim"]["limits"]["w_x"].__setitem__("+inf", ["1/7", "1/7"]), r"claim\.limits\.w_x\.\+inf"),
        (lambda c: c["proof"]["tails"]["+inf"].__setitem__("slope", "falling"), r"proof\.tails\.\+inf"),
        (lambda c: c["problem"]["data"]["points"].append(["1", "1", "0"]), r"claim\.stationary\[0\]"),
    ],
)
def test_a_forgery_among_many_rows_is_refused_at_its_place(text, forge, place):
    certificate = json.loads(text)
    forge(certificate)
    with pytest.raises(Refused, match=place):
        check(certificate)
