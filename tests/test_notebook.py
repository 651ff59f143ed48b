"""The five notebook functions give the strings and values people know, and run nothing."""

import math
from fractions import Fraction

import matplotlib
import pytest

matplotlib.use("Agg")

import matplotlib.pyplot as plt

from chainrule.errors import ExpressionError, ProblemError
from chainrule.notebook import combine, generate_points, show, show_graph, to_equation


def test_the_default_equation_is_literal() -> None:
    assert to_equation() == "(1 / (1 + e**-(3*v + 4*1 + -1)) - 1)**2"


def test_any_one_weight_may_be_free() -> None:
    assert to_equation(1, None, -1, x=-1, y=3, label=0) == "(1 / (1 + e**-(-1*1 + 3*v + -1)) - 0)**2"
    assert to_equation(weight_x=0.5, bias=None) == "(1 / (1 + e**-(3*0.5 + 4*1 + v)) - 1)**2"


def test_a_decimal_stays_as_typed_and_a_ratio_is_one_number() -> None:
    assert to_equation(x=0.1, y=Fraction(1, 3)) == "(1 / (1 + e**-(0.1*v + (1/3)*1 + -1)) - 1)**2"


@pytest.mark.parametrize("weights", [{"weight_x": 1}, {"weight_y": None}, {"weight_y": None, "bias": None}])
def test_exactly_one_weight_must_be_free(weights: dict[str, object]) -> None:
    with pytest.raises(ProblemError, match="needed exactly one of weight_x, weight_y, bias to be None"):
        to_equation(**weights)


def test_combine_is_literal() -> None:
    a, b = to_equation(x=0, y=0, label=0), to_equation(x=2, y=0)
    assert combine(a, b) == "1/2*" + a + " + " + "1/2*" + b
    assert combine(a, b, a) == f"1/3*{a} + 1/3*{b} + 1/3*{a}"


def test_combining_a_sum_takes_the_mean_of_all_of_it() -> None:
    _, once = generate_points(combine("v + 1", "3"))
    assert once[20] == pytest.approx((1 + 3) / 2)  # at v = 0


def test_points_lie_at_the_tenths() -> None:
    xs, _ = generate_points(to_equation())
    assert xs[:3] == [-2.0, -1.9, -1.8]
    assert xs[20] == 0.0
    assert xs[-1] == 1.9
    assert len(xs) == 40


def test_values_are_the_loss() -> None:
    xs, ys = generate_points(combine(to_equation(x=0, y=0, label=0), to_equation(x=2, y=0, label=1)))
    for x, y in zip(xs, ys, strict=True):
        first, second = 1 / (1 + math.exp(1)), 1 / (1 + math.exp(-(2 * x - 1))) - 1
        assert y == pytest.approx((first**2 + second**2) / 2, rel=1e-13)


def test_far_points_do_not_overflow() -> None:
    _, ys = generate_points(to_equation(x=10_000))
    assert ys[0] == 1.0


def test_nothing_is_run() -> None:
    with pytest.raises(ExpressionError):
        generate_points("__import__('os').getcwd()")


def test_values_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ExpressionError, match=r"at v = 0\.0 the equation has no finite value"):
        generate_points("1/v")


def test_two_names_are_refused() -> None:
    with pytest.raises(ExpressionError, match="the names v, u; needed one"):
        generate_points("v + u")


def test_a_constant_is_a_level_line() -> None:
    assert generate_points("2")[1] == [2.0] * 40


def test_show_draws_on_ax_and_leaves_no_list_for_a_notebook_to_print() -> None:
    figure, ax = plt.subplots()
    assert show(to_equation(), ax=ax) is None
    assert show_graph([0.0, 1.0], [2.0, 3.0], ax=ax) is None
    line, other = ax.lines
    assert list(line.get_xdata()) == generate_points(to_equation())[0]
    assert list(other.get_xdata()) == [0.0, 1.0]
    plt.close(figure)


def test_show_graph_uses_the_current_axes() -> None:
    figure, ax = plt.subplots()
    show_graph([0.0, 1.0], [2.0, 3.0])
    assert len(ax.lines) == 1
    plt.close(figure)
