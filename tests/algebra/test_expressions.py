"""The formula over expressions, SymPy, balls and arrays is the same formula."""

from fractions import Fraction

import numpy as np
import pytest

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.balls import Balls
from chainrule.algebra.evaluate import evaluate
from chainrule.algebra.expressions import Expressions, single
from chainrule.algebra.sympy import SymPy
from chainrule.algebra.wide import WideArrays
from chainrule.errors import ExpressionError
from chainrule.expression import Symbol, parse
from chainrule.formula import loss, weight_values
from chainrule.problem import Problem

PROBLEM = Problem.state(["x", "y"], [[-1, 1, 0], [1, -1, 0], [3, 1, 1], [1, 3, 1]], {"w_y": 1, "bias": -1})


def test_the_formula_gives_ordered_expressions() -> None:
    algebra = Expressions()
    tree = single(loss(algebra, PROBLEM, weight_values(algebra, PROBLEM, {"w_x": Symbol("w_x")})))
    assert str(tree).startswith("1/4·((σ(−1·w_x + 1·1 + (−1)) − 0)² + (σ(1·w_x + (−1)·1 + (−1)) − 0)² + ")


def test_all_algebras_agree_on_the_loss() -> None:
    trees, at = Expressions(), Fraction(21, 20)
    tree = single(loss(trees, PROBLEM, weight_values(trees, PROBLEM, {"w_x": Symbol("w_x")})))
    arrays = Arrays()
    direct = float(loss(arrays, PROBLEM, weight_values(arrays, PROBLEM, {"w_x": arrays.constant(at)})))
    balls, symbolic, wide = Balls(), SymPy(), WideArrays()
    assert float(evaluate(arrays, tree, {"w_x": arrays.constant(at)})) == pytest.approx(direct, rel=1e-14)
    assert float(evaluate(wide, tree, {"w_x": np.array(1.05)})) == pytest.approx(direct, rel=1e-14)
    assert float(evaluate(balls, tree, {"w_x": balls.constant(at)})) == pytest.approx(direct, rel=1e-14)
    assert float(evaluate(symbolic, tree, {"w_x": symbolic.constant(at)})) == pytest.approx(direct, rel=1e-14)


def test_a_spelled_out_sigmoid_is_evaluated_as_a_sigmoid() -> None:
    # Arrays has no division: only as σ can this be worked out, and at −1000 only as σ without overflow
    assert float(evaluate(Arrays(), parse("1/(1 + e^-x)"), {"x": np.array(-1000.0)})) == 0.0


def test_an_algebra_without_division_says_so() -> None:
    with pytest.raises(ExpressionError, match="Arrays cannot work out division"):
        evaluate(Arrays(), parse("1/x"), {"x": np.array(2.0)})


def test_a_name_without_a_value_is_named() -> None:
    with pytest.raises(ExpressionError, match="y has no value; found values for x"):
        evaluate(Arrays(), parse("x + y"), {"x": np.array(2.0)})


@pytest.mark.parametrize(
    ("typed", "value"),
    [("2^10", 1024), ("2^-2", 0.25), ("x^0", 1), ("x^5", 243), ("4^0.5", 2), ("tanh(0)", 0), ("max(0, -x)", 0)],
)
def test_powers_and_functions_have_their_values(typed: str, value: float) -> None:
    assert float(evaluate(WideArrays(), parse(typed), {"x": np.array(3.0)})) == pytest.approx(value)
