"""The sign of the slope holds on the whole tail; what cannot be known is called unknown."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.truth import WALK_THROUGH, between, bits, corner, plain, problem, problems, true_loss

from chainrule.problem import Problem
from chainrule.prove.line.tails import find_tail
from chainrule.prove.neuron.ridge import Ridge

BEYOND = [Fraction(1), Fraction(1001, 1000), Fraction(3, 2), Fraction(2), Fraction(7), Fraction(100), Fraction(10**6)]


def assert_sign_holds_beyond(problem: Problem, side: int, places=BEYOND) -> str:
    tail = find_tail(Ridge.of(problem), side)
    assert tail.end * side > 0
    if tail.slope in ("rising", "falling"):
        with bits(400):
            for times in places:
                slope = true_loss(problem, {problem.free[0]: Fraction(tail.end) * times})[1]
                assert (slope > 0) if tail.slope == "rising" else (slope < 0)
    return tail.slope


def one_input(points, bias=0) -> Problem:
    return Problem.state(["x"], points, {"bias": bias})


@given(problems(label=between), st.sampled_from([-1, 1]))
@settings(max_examples=150)
def test_sign_of_a_tail_holds_at_every_point_tried_beyond_its_end(problem, side):
    assert_sign_holds_beyond(problem, side)


@given(problems(st.one_of(plain, corner), between), st.sampled_from([-1, 1]))
@settings(max_examples=150)
def test_sign_of_a_tail_holds_for_inputs_of_very_different_size(problem, side):
    assert_sign_holds_beyond(problem, side, BEYOND[:5])


@pytest.mark.parametrize("name", WALK_THROUGH)
def test_tails_of_the_walk_through_are_known(name):
    assert {assert_sign_holds_beyond(WALK_THROUGH[name], side) for side in (-1, 1)} <= {"rising", "falling"}


def test_rates_that_tie_exactly_are_decided_by_their_factors():
    # Row 1 grows at rate 2·1, row 2 falls at rate 1·2: e^{−2v} both. Slope·n → 2·2e^{−2v−b} − 1·2e^{−2v}: with bias
    # b = 0 the growing one is larger (4 against 2), with b on the growing row only, ln 2 decides between them.
    assert assert_sign_holds_beyond(one_input([(2, 0), (1, 1)]), 1) == "rising"
    case = Problem.state(["x", "y"], [(2, 1, 0), (1, 0, 1)], {"w_y": 1, "bias": 0})  # 4/e < 2
    assert assert_sign_holds_beyond(case, 1) == "falling"


def test_decimals_whose_rates_tie_exactly_are_a_tie():
    # Rates 0.3 (grows) and 2·0.15 (falls); slope·n·e^{0.3v} → 0.6·e^{−2} − 0.3 < 0, and 1.4 − 0.7 > 0 without offset.
    points = [("0.3", 2, 0), ("0.15", 0, 1)]
    assert assert_sign_holds_beyond(Problem.state(["x", "y"], points, {"w_y": 1, "bias": 0}), 1) == "falling"
    assert assert_sign_holds_beyond(one_input([("0.7", 0), ("0.35", 1)]), 1) == "rising"


def test_decimals_that_tie_as_doubles_but_not_as_rationals_are_no_tie():
    # 0.1 grows; 2·(0.05 + 10^-30) falls, the same double, with a factor e^10 in its favour. It decays faster, by 10^-30:
    # beyond v = 10^31 the growing row wins, so *falling* would be wrong.
    points = [("0.1", 0, 0), ("0.050000000000000000000000000001", -5, 1)]
    case = Problem.state(["x", "y"], points, {"w_y": 1, "bias": 0})
    assert float(points[0][0]) == 2 * float(points[1][0])
    assert assert_sign_holds_beyond(case, 1) in ("rising", "unknown")
    with bits(800):
        assert true_loss(case, {"w_x": 10**33})[1] > 0


def test_rates_that_differ_by_one_ulp_are_no_tie():
    # Growing at rate 2 − 2^-51, falling at the next double, 2 − 2^-52, with a factor e^10 in its favour. The growing one
    # wins in the end, at v = 10/2^-52: nothing may be claimed for the falling one, however far out.
    points = [(2 - 2.0**-51, 0, 0), ((2 - 2.0**-52) / 2, -5, 1)]
    case = Problem.state(["x", "y"], points, {"w_y": 1, "bias": 0})
    assert assert_sign_holds_beyond(case, 1) in ("rising", "unknown")
    with bits(600):
        assert true_loss(case, {"w_x": Fraction(2) ** 60})[1] > 0


@pytest.mark.parametrize("side", [-1, 1])
def test_leading_terms_that_cancel_exactly_are_unknown(side):
    # f = (σ(v)² + … )/n with slopes that cancel in the leading order: row (2, 0) gives 4·e^{−2v}, two rows (1, 1) give
    # 2·2e^{−2v}, and nothing is slower. The next order (−3·e^{−4v}·4 against −3·e^{−3v}·4) is not looked at.
    rows = [(2, 0), (1, 1), (1, 1)]
    assert find_tail(Ridge.of(one_input([(side * x, y) for x, y in rows])), side).slope == "unknown"


def test_slope_that_vanishes_everywhere_by_symmetry_is_unknown_and_not_guessed():
    # Labels 1/2 at ±x with bias 0: f = ((σ(v) − ½)² + (σ(−v) − ½)²)/2 rises to ¼: the leading terms do not cancel.
    assert assert_sign_holds_beyond(one_input([(1, "0.5"), (-1, "0.5")]), 1) == "rising"


def test_no_input_means_flat():
    assert find_tail(Ridge.of(one_input([(0, 0), (0, 1)], 3)), 1).slope == "flat"


def test_zero_input_rows_do_not_disturb_the_others():
    assert assert_sign_holds_beyond(one_input([(0, 0), (2, 1)], -1), 1) == "falling"


def test_offset_that_puts_the_turn_far_out_is_waited_for():
    # z = v − 10^6: σ is 0 in doubles until v = 10^6 − 745, so no sign may be claimed before about there.
    far = Problem.state(["x"], [(1, 1)], {"bias": -(10**6)})
    assert find_tail(Ridge.of(far), 1).slope == "falling"
    mixed = Problem.state(["x", "y"], [(1, 10**6, 0), (1, -(10**6), 1)], {"w_y": -1, "bias": 0})
    assert assert_sign_holds_beyond(mixed, 1) == "rising"


@pytest.mark.parametrize("size", ["1e-99", "1e-90", "1e90", "1e99"])
def test_tail_is_found_at_the_scale_of_the_data(size):
    case = problem([(size, -1, 0), (size, 3, 1)])
    assert (assert_sign_holds_beyond(case, -1), assert_sign_holds_beyond(case, 1)) == ("falling", "rising")


def test_exponentials_below_the_doubles_are_not_taken_for_nothing():
    # On the right, row 1 falls slowly from far (rate 2e-90), row 2 is 1e90 times steeper but long gone at v = 1e-80;
    # whatever is claimed must hold.
    for points in ([("1e-90", 400, 1), ("1e90", -400, 0)], [("1e-90", -800, 0), ("1e90", 700, 1), (1, 3, 1)]):
        for side in (-1, 1):
            assert_sign_holds_beyond(problem(points), side, BEYOND[:6])


def test_ends_are_exact_doubles_and_powers_of_two():
    for side in (-1, 1):
        end = find_tail(Ridge.of(WALK_THROUGH["cross"]), side).end
        assert np.frexp(abs(end))[0] == 0.5
