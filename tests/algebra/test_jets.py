"""Jets: their derivatives are SymPy's, and over intervals they hold Arb's truth."""

from __future__ import annotations

from fractions import Fraction

import flint
import numpy as np
import pytest
import sympy
from hypothesis import example, given
from hypothesis import strategies as st

from chainrule.algebra.balls import Balls, precision
from chainrule.algebra.evaluate import evaluate
from chainrule.algebra.intervals import Bounds
from chainrule.algebra.jets import Jet, Jets
from chainrule.algebra.ranges import BEND_PEAK, BEND_TURN, Ranges
from chainrule.algebra.sympy import SymPy
from chainrule.algebra.wide import WideArrays
from chainrule.expression import parse

SMOOTH = [
    "u*v",
    "u*v*u + 3v - u/7",
    "u^2 v^3",
    "(u - v)^4 - u^5",
    "exp(u*v - 1)",
    "sigmoid(2u - v)",
    "(1/(1 + e^(-2u + v)) - 1)^2",
    "tanh(u)*tanh(v - u)",
    "softplus(u*v)",
    "u/(v^2 + 2)",
    "log(u^2 + 1) * v",
    "sqrt(u^2 + v^2 + 1)",
    "(u^2 + 2)^(v/2)",
    "(u + v + 5)^(-2)",
    "0.5*(sigmoid(u*tanh(v) + 1) - 1)^2 + 0.5*sigmoid(v)^2",
]
PARTS = [(0, 0), (0, 1), (1, 1)]


def truth(text: str, u: Fraction, v: Fraction) -> list[flint.arb]:
    """Value, f_u, f_v, f_uu, f_uv, f_vv: SymPy differentiates, its result is evaluated by Arb at 200 bits."""
    names = sympy.symbols("u v")
    tree = evaluate(SymPy(), parse(text), dict(zip("uv", names, strict=True)))
    wanted = [tree, *(sympy.diff(tree, n) for n in names), *(sympy.diff(tree, names[i], names[j]) for i, j in PARTS)]
    at = {names[0]: sympy.Rational(u.numerator, u.denominator), names[1]: sympy.Rational(v.numerator, v.denominator)}
    return [flint.arb(str(sympy.N(part.subs(at), 60))) for part in wanted]


def parts(jet: Jet) -> list:
    return [jet.value, *(jet.gradient.get(i) for i in (0, 1)), *(jet.hessian.get(pair) for pair in PARTS)]


def jets_at(algebra, text: str, u, v) -> Jet:
    jets = Jets(algebra)
    return evaluate(jets, parse(text), {"u": jets.variable(0, u), "v": jets.variable(1, v)})


@pytest.mark.parametrize("text", SMOOTH)
def test_derivatives_are_those_of_sympy(text):
    u, v = Fraction(3, 4), Fraction(-5, 8)
    found = parts(jets_at(WideArrays(), text, np.array(0.75), np.array(-0.625)))
    with precision(200):
        wanted = truth(text, u, v)
        sharp = parts(jets_at(Balls(), text, Balls().constant(u), Balls().constant(v)))
    for number, ball, true in zip(found, sharp, wanted, strict=True):
        assert abs(float(number if number is not None else 0.0) - float(true)) < 1e-12 * (1 + abs(float(true)))
        assert abs((ball if ball is not None else 0) - true) < flint.arb("1e-45")


def test_derivatives_over_sympy_itself_are_equal_as_expressions():
    u, v = sympy.symbols("u v")

    class Exact(SymPy):
        def function(self, name, a):
            return sympy.Heaviside(a) if name == "step" else super().function(name, a)

    for text in ("u^2 v^3", "exp(u*v - 1)", "u/(v^2 + 2)", "log(u^2 + 1) * v", "sigmoid(2u - v)"):
        jet = jets_at(Exact(), text, u, v)
        for (i, j), part in jet.hessian.items():
            wanted = sympy.diff(jet.value, (u, v)[i], (u, v)[j])
            assert sympy.simplify(part - wanted) == 0, (text, i, j)


ends = st.floats(-6, 6, width=32)


@pytest.mark.parametrize("text", SMOOTH)
@given(st.tuples(ends, ends), st.tuples(ends, ends), st.fractions(0, 1), st.fractions(0, 1))
@example((0.0, 0.0), (-6.0, 6.0), Fraction(0), Fraction(1, 2))
def test_intervals_hold_the_truth_and_its_derivatives(text, us, vs, s, t):
    us, vs = sorted(us), sorted(vs)
    algebra = Ranges()
    found = parts(jets_at(algebra, text, *(Bounds(*(np.array([end]) for end in pair)) for pair in (us, vs))))
    u, v = (Fraction(a) + (Fraction(b) - Fraction(a)) * part for (a, b), part in ((us, s), (vs, t)))
    if algebra.outside.any():
        return  # u + v + 5 may be 0 there
    with precision(200):
        wanted = parts(jets_at(Balls(), text, Balls().constant(u), Balls().constant(v)))
    for bounds, true in zip(found, wanted, strict=True):
        if true is None:
            assert bounds is None
            continue
        lower, upper = (float(np.broadcast_to(end, (1,))[0]) for end in bounds)
        assert not true < flint.arb(lower), (lower, true)
        assert not true > flint.arb(upper), (upper, true)


@pytest.mark.parametrize(
    ("name", "low", "high", "slope", "bend"),
    [
        # σ' peaks at 1/4 where z = 0; σ'' has its extremes ±1/(6√3) at z = ∓log(2 + √3) = ∓1.3169…
        ("sigmoid", -9, 9, (0, 0.25), (-BEND_PEAK, BEND_PEAK)),
        ("tanh", -9, 9, (0, 1), (-8 * BEND_PEAK, 8 * BEND_PEAK)),
        ("softplus", -9, 9, (0, 1), (0, 0.25)),
        ("relu", -1, 2, (0, 1), (-np.inf, np.inf)),
        ("relu", 1, 2, (1, 1), (0, 0)),
        ("abs", -1, 2, (-1, 1), (-np.inf, np.inf)),
        ("abs", -2, -1, (-1, -1), (0, 0)),
    ],
)
def test_ranges_of_derivatives_are_sharp(name, low, high, slope, bend):
    _, first, second = Ranges().derivatives(name, Bounds(np.array([float(low)]), np.array([float(high)])))
    for found, wanted in ((first, slope), (second, bend)):
        for end, value in zip(found, wanted, strict=True):
            assert end[0] == pytest.approx(value, abs=1.3e-4)  # σ'(9) = 1.23e-4


def test_the_turn_of_the_second_derivative_is_where_it_is_said_to_be():
    assert pytest.approx(np.log(2 + np.sqrt(3)), rel=1e-15) == BEND_TURN
    assert pytest.approx(1 / (6 * np.sqrt(3)), rel=1e-15) == BEND_PEAK


def test_even_powers_know_that_they_are_one_number():
    """x⁴ over [−1, 2]: value [0, 16], slope 4x³ in [−4, 32], bend 12x² in [0, 48]."""
    jets = Jets(Ranges())
    x = jets.variable(0, Bounds(np.array([-1.0]), np.array([2.0])))
    power = evaluate(jets, parse("x^4"), {"x": x})
    for found, wanted in ((power.value, (0, 16)), (power.gradient[0], (-4, 32)), (power.hessian[0, 0], (0, 48))):
        assert [end[0] for end in found] == pytest.approx(wanted, abs=1e-13)


@pytest.mark.parametrize("text", ["1/x", "log(x)", "sqrt(x)", "1/(1 + x)^2", "x^(1/3)"])
def test_what_is_not_defined_everywhere_is_noted(text):
    algebra = Ranges()
    jets = Jets(algebra)
    x = jets.variable(0, Bounds(np.array([[1.0], [-2.0]]), np.array([[2.0], [1.0]])))
    evaluate(jets, parse(text), {"x": x})
    assert algebra.outside.tolist() == [False, True]


@given(st.sampled_from(["tanh", "softplus"]), st.floats(-800, 800))
def test_numpy_is_as_accurate_as_assumed(name, z):
    found = Ranges().function(name, Bounds(np.array([z]), np.array([z])))
    with precision(2000):
        true = Balls().function(name, flint.arb(z))
    assert not true < flint.arb(float(found.lower[0]))
    assert not true > flint.arb(float(found.upper[0]))


def test_columns_and_boxes_together_end_in_the_mean():
    """Two boxes and three rows: the mean of (w x)² has slope 2 w mean(x²) and bend 2 mean(x²), with mean(x²) = 14/3."""
    jets = Jets(Ranges())
    w = jets.variable(0, Bounds(np.array([[1.0], [2.0]]), np.array([[1.0], [3.0]])))
    x = Jet(Bounds(*[np.array([1.0, 2.0, 3.0])] * 2))
    loss = jets.mean(jets.square(jets.multiply(w, x)))
    assert loss.gradient[0].lower == pytest.approx([28 / 3, 56 / 3])
    assert loss.gradient[0].upper == pytest.approx([28 / 3, 84 / 3])
    assert float(loss.hessian[0, 0].upper) == pytest.approx(28 / 3)  # the same for both boxes, so one number
