"""Each fact about h that a proof leans on, held against a value derived by hand or a case that needs exactly this fact."""

import itertools
from fractions import Fraction

import pytest
from flint import arb
from tests.check.certificate_maker import Loss, ball, fraction

from chainrule_fast.balls import Arb, precision
from chainrule_fast.loss import CURVES, DECAYS, constant, terms
from chainrule_fast.problem import read_problem
from chainrule_fast.section import Section


def arb_of(*points):
    problem = {"schema": 1, "inputs": ["x", "y"], "weights": {"w_y": "1", "bias": "-1"}}
    points = [[str(number) for number in point] for point in points]
    return Arb(Section(read_problem({**problem, "data": {"points": points}}), 0), 120)


# z = v, label 0: f = h(v), and the derivatives of h themselves.
H = arb_of((1, 1, 0))


def test_the_slope_peaks_at_eight_twentysevenths():
    # h' = 2p²(1−p), d/dp = 4p − 6p² = 0 at p = 2/3: 2·4/9·1/3 = 8/27. The place is z = ln 2 = 0.693….
    found = H.curve(1, Fraction(0), Fraction(3))
    assert found.upper - Fraction(1, 10**30) < Fraction(8, 27) <= found.upper


def test_the_second_derivative_has_its_hand_made_extremes():
    # 4p² − 10p³ + 6p⁴ at p = (15 ∓ √33)/24 = 0.385643…, 0.864357…: 0.154058…, −0.120204….
    found = H.curve(2, Fraction(-3), Fraction(4))
    with precision(120):
        root = arb(33).sqrt()
        for sign, end in ((-1, found.upper), (1, found.lower)):
            p = (15 + sign * root) / 24
            assert abs(4 * p**2 - 10 * p**3 + 6 * p**4 - ball(end)) < arb(10) ** -30


@pytest.mark.parametrize(("order", "turns"), [(0, 0), (1, 1), (2, 2)])
def test_every_turn_of_a_curve_is_listed(order, turns):
    # Count the sign changes of the differences of the formula on a grid of p.
    values = [CURVES[order].formula(Fraction(k, 1000), 1 - Fraction(k, 1000)) for k in range(1, 1000)]
    rises = [b > a for a, b in itertools.pairwise(values)]
    changes = [k for k in range(1, len(rises)) if rises[k] != rises[k - 1]]
    assert len(changes) == turns == len(CURVES[order].turns)
    for k, turn in zip(changes, CURVES[order].turns, strict=True):
        assert Fraction(k - 1, 1000) <= turn.left <= turn.right <= Fraction(k + 3, 1000)
        assert turn.lower <= turn.upper < turn.lower + Fraction(1, 10**50)


@pytest.mark.parametrize("side", [-1, 1])
def test_the_tail_factor_is_approached_from_below(side):
    # h'(z)·e^(rate |z|)/factor increases to 1: 1 − it is about 3e^−|z|, at |z| = 60 some 1e−25.
    decay = DECAYS[side]
    before = arb(0)
    with precision(200):
        for size in (1, 2, 5, 10, 60):
            z = arb(side * size)
            p, q = 1 / (1 + (-z).exp()), 1 / (1 + z.exp())
            factor = CURVES[1].formula(p, q) * (decay.rate * arb(size)).exp() / decay.factor
            assert before < factor
            assert factor < 1
            before = factor
        assert 1 - before < arb(10) ** -24


@pytest.mark.parametrize("side", [-1, 1])
def test_the_scaled_slope_of_a_tail_has_its_hand_made_range(side):
    # One term h(±v), from |v| = 3 outward: h' at 3 up to factor·e^(−rate·3), and nothing more.
    found = H.tail_slope(side, Fraction(3 * side))
    decay = DECAYS[side]
    with precision(120):
        at_end = fraction(Loss([(1, 1, 0)])(1, Fraction(3 * side)).mid())
        top = fraction((decay.factor * (-arb(3) * decay.rate).exp()).mid())
    tiny = Fraction(1, 10**30)
    assert abs(found.lower - at_end) < tiny
    assert abs(found.upper - top) < tiny


def test_a_tail_range_holds_the_scaled_slope_all_along():
    # Rates at +∞: rows (1, …, 0): 1; (2, …, 1): σ → 1 = label, rate 4; (−1, …, 0): rate 2; (1/2, …, 1/3): 1/2. Slowest: 1/2.
    points = [(1, 0, 0), (2, 3, 1), (-1, 1, 0), (Fraction(1, 2), 2, Fraction(1, 3))]
    found, loss = arb_of(*points).tail_slope(1, Fraction(2)), Loss(points)
    for k in range(400):
        v = 2 + Fraction(k, 4)
        scaled = loss(1, v) * (ball(v - 2) / 2).exp()
        assert not scaled < ball(found.lower)
        assert not scaled > ball(found.upper)


def test_a_slower_exponential_elsewhere_is_not_overlooked():
    # At +∞ row (10, …, 1) pulls down at rate 20, row (1, …, 0) pushes up at rate 1. At v = 0 the first is the stronger; from 4 on
    # the second. So "falling" from 0 would be false though the slope at 0 is negative.
    arb_engine = arb_of((10, 0, 1), (1, -5, 0))
    assert Loss([(10, 0, 1), (1, -5, 0)]).slope_sign(Fraction(0)) < 0
    assert arb_engine.tail_slope(1, Fraction(0)).upper > 0
    assert arb_engine.tail_slope(1, Fraction(4)).lower > 0


@pytest.mark.parametrize("label", [Fraction(0), Fraction(1), Fraction(1, 3), Fraction(999, 1000)])
def test_the_terms_of_a_row_add_up_to_its_squared_residual(label):
    for p in (Fraction(1, 7), Fraction(1, 2), Fraction(9, 10)):
        # At z = logit p: h(z) = p², h(−z) = (1 − p)²; the sign of the slope tells which.
        total = sum(
            (w * (p if s > 0 else 1 - p) ** 2 for w, s, _ in terms(Fraction(1), Fraction(0), label)), constant(label)
        )
        assert total == (p - label) ** 2


def test_h_rises_from_0_to_1():
    for side, limit in ((-1, 0), (1, 1)):
        assert abs(H.curve(0, Fraction(200 * side), Fraction(200 * side)).upper - limit) < Fraction(1, 10**30)
        assert H.limit(side).lower == H.limit(side).upper == limit
