"""Constants that are not rational: equal forms are equal, balls decide the rest, and nothing is guessed; here and in the checker."""

from __future__ import annotations

from fractions import Fraction

import flint
import pytest

from chainrule.algebra.balls import ball, precision
from chainrule.algebra.constants import Constant, Unsettled
from chainrule_fast.expression import reals

TWO, FOUR = Fraction(2), Fraction(4)


def root(x):
    return Constant.made("power", (x, Fraction(1, 2)), ball(x).sqrt())


def log(x):
    return Constant.made("log", (x,), ball(x).log())


def test_what_cancels_is_exactly_rational():
    with precision(100):
        assert 3 * root(TWO) + (-(root(TWO) * Fraction(3))) == Fraction(0)
        assert root(TWO) + Fraction(1, 2) + (-root(TWO)) == Fraction(1, 2)
        assert root(TWO) == root(TWO) != root(FOUR)
        assert root(TWO) * log(TWO) == log(TWO) * root(TWO)


def test_order_is_decided_by_balls_and_a_tie_never():
    with precision(100):
        assert root(TWO) > Fraction("1.41421356237309504880")
        assert root(TWO) < Fraction("1.41421356237309504881")
        assert root(TWO) < log(Fraction(5))
        for first, second in ((root(FOUR), Fraction(2)), (log(FOUR), 2 * log(TWO))):
            with pytest.raises(Unsettled):
                _ = first > second
            with pytest.raises(Unsettled):
                _ = first < second


def test_what_is_not_finite_or_may_be_zero_is_no_constant():
    with precision(100):
        with pytest.raises(Unsettled):
            Constant.made("log", (Fraction(0),), flint.arb(0).log())
        with pytest.raises(Unsettled):
            _ = 1 / (root(FOUR) + Fraction(-2))


def test_the_checker_tells_the_same_apart():
    with precision(100):
        two, four = (reals.made("log", (x,), flint.arb(int(x)).log()) for x in (TWO, FOUR))
        assert reals.plus(two, -two) == 0
        assert reals.plus(reals.times(two, FOUR), reals.times(two, -FOUR)) == 0
        assert reals.times(two, four) == reals.times(four, two)
        assert four > two > Fraction(1, 2)
        assert two != four
        with pytest.raises(reals.Undecided):
            _ = four > reals.times(two, TWO)
        with pytest.raises(reals.Undecided):
            reals.inverse(reals.plus(four, reals.times(two, -TWO)))
        with pytest.raises(reals.Undecided):
            reals.made("log", (Fraction(0),), flint.arb(0).log())
