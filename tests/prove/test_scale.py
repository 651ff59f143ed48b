"""Places and values are relative to scale: what holds of x² − x holds of it in any unit."""

from fractions import Fraction

import pytest

from chainrule import Problem, minimize
from chainrule.expression.typed import TypedProblem


def solved(text):
    answer = minimize(TypedProblem.read(text))
    assert answer.minimum.trust == "proved", answer.reasons
    return answer.minimum


@pytest.mark.parametrize("power", [-40, -12, 0, 12, 40, 50])
def test_a_parabola_has_its_minimum_exactly_in_any_unit(power):
    # c x² − x is lowest at 1/(2c), and −1/(4c) there
    c = Fraction(10) ** power
    minimum = solved(f"{c.numerator}/{c.denominator}*x^2 - x")
    assert (minimum.at["x"].lower, minimum.at["x"].upper) == (1 / (2 * c), 1 / (2 * c))
    assert (minimum.value.lower, minimum.value.upper) == (-1 / (4 * c), -1 / (4 * c))


@pytest.mark.parametrize("power", [-40, -12, 0, 12, 40])
def test_an_irrational_root_has_as_many_digits_in_any_unit(power):
    # e^x − 2x is lowest at log 2, where it is 2 − 2 log 2
    unit = f"(10^({power}))" if power >= 0 else f"(1/10^{-power})"
    minimum = solved(f"{unit}*(e^x - 2x)")
    assert minimum.at["x"].text(17) == "0.69314718055994530…"
    shown = minimum.value.text()
    assert shown.startswith(
        "6.13705638880…"
        if abs(power) == 40
        else "613705638880…"
        if power > 0
        else "0.613705638880…"
        if not power
        else "6.1370563888"
    ), shown


@pytest.mark.parametrize("power", [-12, 12])
def test_the_cross_is_the_cross_whatever_its_inputs_are_measured_in(power):
    unit = Fraction(10) ** power
    points = [[x * unit, y * unit, label] for x, y, label in ((-1, 1, 0), (1, -1, 0), (3, 1, 1), (1, 3, 1))]
    minimum = minimize(Problem.state(["x", "y"], points, {"w_y": 1 / unit, "bias": -1})).minimum
    assert minimum.trust == "proved"
    assert minimum.value.text(17) == "0.037176476210706093…"
    assert minimum.at["w_x"].text(17).startswith("1.0531999895275957…" if power > 0 else "1053199989527.5957…")


def test_a_square_is_never_shown_below_0():
    assert solved("(x - sqrt(2))^2").value.text().startswith("below ")
    assert solved("abs(x^2 - 2)").value.text().startswith("below ")
