"""Every enclosure holds the truth: doubles against Arb, Arb against exact rationals, inputs biased to the corners."""

import math
import sys
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx, fmpq
from tests.check.certificate_maker import ball

from chainrule_fast.arrays import curve_range, enclosed_sum, partial_sums, product
from chainrule_fast.balls import Arb, precision, range_of, sigmoid
from chainrule_fast.balls import curve_range as ball_range
from chainrule_fast.doubles import Doubles
from chainrule_fast.exponential import EXP_ERROR, FAR, SIGMOID_ERROR, exp
from chainrule_fast.exponential import sigmoid as double_sigmoid
from chainrule_fast.loss import CURVES, SQUARED
from chainrule_fast.problem import read_problem
from chainrule_fast.rationals import double_enclosure, plus
from chainrule_fast.section import Section


@pytest.fixture
def rng():
    return np.random.default_rng(20240607)


def biased(rng, count):
    """Arguments from −700 to 700: everywhere, near 0, tiny, and at the edges of the cells of the reduction by ln 2."""
    part = count // 4
    edges = (rng.integers(-1009, 1009, part) + 0.5) * np.log(2)
    return np.concatenate(
        [
            rng.uniform(-FAR, FAR, part),
            rng.uniform(-1, 1, part),
            10.0 ** rng.uniform(-300, 0, part) * rng.choice([-1, 1], part),
            np.nextafter(edges, rng.choice([-np.inf, np.inf], part)),
            [0.0, -0.0, FAR, -FAR, 0.5, -0.5],
        ]
    )


def worst_relative_error(found, truth):
    """In units of 2^-53; `truth` gives the ball of element i."""
    before, ctx.prec = ctx.prec, 120
    try:
        return max(float(abs(arb(float(y)) / truth(i) - 1).upper()) for i, y in enumerate(found)) * 2.0**53
    finally:
        ctx.prec = before


def test_exp_errs_by_less_than_it_claims(rng):
    x = biased(rng, 60_000)
    assert worst_relative_error(exp(x), lambda i: arb(float(x[i])).exp()) < EXP_ERROR * 2.0**53


def test_exp_agrees_with_the_library_on_millions_of_points(rng):
    # No proof, but a wide net: numpy's exp is good to a few units, so 8 units apart would show a cell that went wrong.
    x = np.concatenate([biased(rng, 2_000_000), np.linspace(-FAR, FAR, 1_000_001)])
    assert np.max(np.abs(exp(x) / np.exp(x) - 1)) < 8 * 2.0**-53


def test_exp_beyond_its_range_is_cut_and_a_nan_stays_a_nan():
    assert exp(np.array([1e300, -1e300])).tolist() == exp(np.array([FAR, -FAR])).tolist()
    with np.errstate(invalid="ignore"):
        assert np.isnan(exp(np.array([np.nan]))).all()


def test_sigmoid_errs_by_less_than_it_claims(rng):
    z = biased(rng, 20_000)
    p, q = double_sigmoid(z)
    limit = SIGMOID_ERROR * 2.0**53
    assert worst_relative_error(p, lambda i: 1 / (1 + (-arb(float(z[i]))).exp())) < limit
    assert worst_relative_error(q, lambda i: 1 / (1 + arb(float(z[i])).exp())) < limit


def truth(order, z):
    p, q = 1 / (1 + (-z).exp()), 1 / (1 + z.exp())
    return (p * p, 2 * p * p * q, 2 * p * p * q * (2 * q - p))[order]


@pytest.mark.parametrize("order", [0, 1, 2])
def test_a_range_in_doubles_holds_the_range_in_arb_and_is_hardly_wider(rng, order):
    ends = np.sort(np.stack([rng.normal(0, 3, 4000), rng.normal(0, 3, 4000)]), axis=0)
    ends[1, ::3] = ends[0, ::3]
    ends[1, 1::3] = np.nextafter(ends[0, 1::3], np.inf)
    lower, upper = curve_range(SQUARED, order, *ends)
    for left, right, low, high in zip(*(x.tolist() for x in (*ends, lower, upper)), strict=True):
        with precision(120):
            exact = range_of(
                *ball_range(SQUARED, order, fmpq(*left.as_integer_ratio()), fmpq(*right.as_integer_ratio()))
            )
        assert low <= exact.lower
        assert exact.upper <= high
        assert high - low <= (exact.upper - exact.lower) * (1 + 1e-12) + 3e-14


@pytest.mark.parametrize("order", [0, 1, 2])
def test_a_range_in_arb_holds_every_value_inside_and_touches_its_ends(rng, order):
    for left, width in zip(rng.normal(0, 3, 300).tolist(), (10.0 ** rng.uniform(-3, 1.2, 300)).tolist(), strict=True):
        a, b = Fraction(left), Fraction(left) + Fraction(width)
        with precision(100):
            found = range_of(
                *ball_range(SQUARED, order, fmpq(a.numerator, a.denominator), fmpq(b.numerator, b.denominator))
            )
            inside = [truth(order, ball(a + (b - a) * Fraction(k, 200))) for k in range(201)]
            assert all(not (x < ball(found.lower)) and not (x > ball(found.upper)) for x in inside)
            # Tight: the samples come within the second-order error of a step of the range's ends (|d²/dz²| < 1/2).
            slack = (b - a) ** 2 / 200**2 + Fraction(1, 10**20)
            assert min(float(x) for x in inside) - float(found.lower) < slack
            assert float(found.upper) - max(float(x) for x in inside) < slack


@pytest.mark.parametrize("far", [701.0, 1e5, 1e200])
@pytest.mark.parametrize("order", [0, 1, 2])
def test_a_range_far_out_holds_the_limits(order, far):
    limit = float(order == 0)
    lower, upper = curve_range(SQUARED, order, np.array([far, -far]), np.array([far, -far]))
    assert lower[0] <= limit <= upper[0]
    assert lower[1] <= 0 <= upper[1]
    with precision(80):
        exact = range_of(*ball_range(SQUARED, order, fmpq(int(far)), fmpq(int(far))))
    assert max(exact.lower, lower[0]) <= min(exact.upper, upper[0])  # they hold a common value


def test_arb_sigmoid_keeps_its_digits_on_both_sides():
    with precision(80):
        p, q = sigmoid(fmpq(-5000))
        assert p.rel_accuracy_bits() > 60
        assert q.rel_accuracy_bits() > 60
        assert (p + q - 1).contains(0)


@pytest.mark.parametrize("kind", ["alike", "cancelling", "mixed"])
@pytest.mark.parametrize("count", [1, 63, 64, 65, 8192, 30_000])
def test_an_enclosed_sum_holds_the_exact_sum(rng, kind, count):
    x = rng.uniform(0.5, 1, count) if kind == "alike" else rng.normal(size=count) * 10.0 ** rng.uniform(-12, 12, count)
    if kind == "cancelling":
        x[count // 2 : count // 2 * 2] = -x[: count // 2]
    exact = sum(map(Fraction, x.tolist()), Fraction(0))
    parts = [partial_sums(x[i : i + 8192]) for i in range(0, count, 8192)]
    lower, upper = enclosed_sum(parts, -1), enclosed_sum(parts, 1)
    assert lower <= exact <= upper
    assert upper - lower <= 2 * Fraction(2.0**-46) * sum(map(abs, map(Fraction, x.tolist())))


def test_a_sum_with_nan_or_overflow_is_no_enclosure():
    for bad in (np.nan, np.inf, 1e308):
        with np.errstate(over="ignore"):
            parts = [partial_sums(np.array([bad, 1.0, bad]))]
        assert (enclosed_sum(parts, -1), enclosed_sum(parts, 1)) == (-np.inf, np.inf)


def test_a_product_of_intervals_holds_the_products_of_their_ends(rng):
    pairs = [np.sort(rng.normal(size=(2, 500)) * 10.0 ** rng.uniform(-90, 90, 500), axis=0) for _ in range(2)]
    lower, upper = product((pairs[0][0], pairs[0][1]), (pairs[1][0], pairs[1][1]))
    for i in range(500):
        exact = [Fraction(a) * Fraction(b) for a in pairs[0][:, i].tolist() for b in pairs[1][:, i].tolist()]
        assert lower[i] <= min(exact)
        assert max(exact) <= upper[i]


# Decimals that are no doubles, labels between, slopes 0, equal slopes and a rate 2·(1/10) that ties with 1·(1/5).
ROWS = [
    ["0.1", "0.3", "0"], ["-0.1", "2", "0"], ["0.2", "-1/3", "1/3"], ["0", "0.7", "0.25"], ["-0.2", "1", "1"], ["0.3", "-4", "1"],
    ["-1e-100", "1", "0.99999999999999999999"], ["1e-100", "1", "1e-100"],
]  # fmt: skip


EXACT = [
    ["1", "0", "0"],
    ["3/2", "1", "0"],
    ["-1/2", "0.5", "1"],
    ["1", "2", "1/4"],
]  # slopes that are doubles, rates 1/2, 1, 3/2 …


def both_engines(rows):
    problem = read_problem(
        {"schema": 1, "inputs": ["x", "y"], "weights": {"w_y": "1.1", "bias": "-0.3"}, "data": {"points": rows}}
    )
    section = Section(problem, 0)
    return Doubles(section), Arb(section, 200)


QUESTIONS = {
    **{
        f"order {order} over [{left}, {right}]": lambda e, o=order, a=left, b=right: e.curve(
            o, Fraction(a), Fraction(b)
        )
        for order in (0, 1, 2)
        for left, right in (("0", "0"), ("1/3", "1/3"), ("-2", "5"), ("0.1", "0.1000000001"), ("-1e4", "1e4"))
    },
    **{
        f"{name} on {side} from {end}": lambda e, n=name, s=side, v=end: getattr(e, n)(s, Fraction(v))
        for name in ("beyond", "tail_slope")
        for side in (-1, 1)
        for end in ("0", "7", "-50/3")
    },
    **{f"the limit on {side}": lambda e, s=side: e.limit(s) for side in (-1, 1)},
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("rows", [ROWS, ROWS[:6], ROWS[3:4] + ROWS[:1], ROWS[:2] * 40, EXACT, EXACT[:2]])
def test_doubles_enclose_what_arb_encloses_and_are_hardly_wider(rows, question):
    doubles, balls = (QUESTIONS[question](engine) for engine in both_engines(rows))
    assert balls.within(doubles)
    assert doubles.upper - doubles.lower <= (balls.upper - balls.lower) * (1 + Fraction(1, 10**12)) + Fraction(
        1, 10**12
    )


def test_curves_are_each_others_derivatives():
    # d/dz of a polynomial in p is (d/dp) p q: compare a difference quotient with step 2^-60 at 300 bits.
    before, ctx.prec = ctx.prec, 300
    try:
        step = arb(2) ** -60
        for order in (0, 1):
            for z in range(-5, 6):
                ends = [
                    CURVES[order].formula(1 / (1 + (-x).exp()), 1 / (1 + x.exp()))
                    for x in (arb(z) - step, arb(z) + step)
                ]
                p, q = 1 / (1 + (-arb(z)).exp()), 1 / (1 + arb(z).exp())
                assert abs((ends[1] - ends[0]) / (2 * step) - CURVES[order + 1].formula(p, q)) < arb(2) ** -110
    finally:
        ctx.prec = before


def test_infinity_less_infinity_is_the_outward_end():
    half = Fraction(1, 2)
    assert plus(math.inf, -math.inf, 1) == plus(-math.inf, math.inf, 1) == math.inf
    assert plus(math.inf, -math.inf, -1) == plus(-math.inf, half, -1) == -math.inf
    assert (
        plus(math.inf, Fraction(-(10**400)), -1) == math.inf
    )  # an end that is infinite in truth, beside what no double holds
    assert plus(half, half, -1) == plus(half, half, 1) == 1


def test_doubles_enclose_what_is_beyond_them():
    huge = Fraction(10**400)
    low, high = double_enclosure(huge)
    assert (low <= sys.float_info.max, high) == (True, math.inf)
    assert double_enclosure(-huge) == (-high, -low)
    assert all(low <= 1 / huge <= high for low, high in [double_enclosure(1 / huge)])


@pytest.mark.parametrize("sign", [1, -1])
def test_ends_beyond_the_exponents_of_arb_move_outward(sign):
    with precision(80):
        huge = sign * arb(10**6).exp()
        held = range_of(huge, huge)
    inner, outer = (held.lower, held.upper) if sign > 0 else (held.upper, held.lower)
    assert outer == sign * math.inf
    assert isinstance(inner, Fraction)
    assert 0 < sign * inner < 2 ** (10**6)
