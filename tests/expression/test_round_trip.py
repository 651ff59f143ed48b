"""Every printed form that is one line of text reads back to the same value; code forms run to the same value."""

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings

from chainrule.expression import Expression, parse, print_expression, symbols
from tests.expression.strategies import EXPRESSIONS, POINTS, ball, usable

PARSED_FORMS = ["text", "latex", "wolfram", "python", "numpy", "sympy", "notebook"]


@pytest.mark.parametrize("form", PARSED_FORMS)
@settings(max_examples=60, deadline=None)
@given(tree=EXPRESSIONS, point=POINTS)
def test_a_printed_form_reads_back_to_the_same_value(form: str, tree: Expression, point: dict[str, Fraction]) -> None:
    text = print_expression(tree, form)
    assume("|" not in text)  # LaTeX bars are not read back
    before, after = ball(tree, point), ball(parse(text), point)
    assume(usable(before))
    assert usable(after), text
    assert before.overlaps(after), text


@pytest.mark.parametrize("form", PARSED_FORMS)
@settings(max_examples=40, deadline=None)
@given(tree=EXPRESSIONS)
def test_printing_and_reading_settle(form: str, tree: Expression) -> None:
    text = print_expression(tree, form)
    assume("|" not in text)
    for _ in range(2):  # where signs pile up, as in −(−(−1)/e), the first reading may still move one
        text = print_expression(parse(text), form)
    assert print_expression(parse(text), form) == text


@settings(max_examples=60, deadline=None)
@given(tree=EXPRESSIONS, point=POINTS)
def test_python_and_numpy_code_run_to_the_value(tree: Expression, point: dict[str, Fraction]) -> None:
    expected = ball(tree, point)
    assume(usable(expected))
    names = {name: float(value) for name, value in point.items()}
    for form, module in (("python", {"math": math}), ("numpy", {"np": np})):
        try:
            with np.errstate(all="ignore"):
                scope = {"__builtins__": {}, "max": max, "abs": abs, **module, **names}
                found = eval(print_expression(tree, form), scope)  # noqa: S307  our own text, to compare
        except (OverflowError, ZeroDivisionError):
            continue  # floating point ran out where the ball did not
        if math.isfinite(found) and abs(found) < 1e6:
            assert math.isclose(found, float(expected.mid()), rel_tol=1e-6, abs_tol=1e-6)


@settings(max_examples=40, deadline=None)
@given(tree=EXPRESSIONS, point=POINTS)
def test_sympy_code_is_exact(tree: Expression, point: dict[str, Fraction]) -> None:
    expected = ball(tree, point)
    assume(usable(expected))
    code = print_expression(tree, "sympy")
    names = {name: sympy.Rational(point[name].numerator, point[name].denominator) for name in symbols(tree)}
    functions = {name: getattr(sympy, name) for name in ("exp", "log", "tanh", "Max", "Abs", "Rational", "Integer")}
    found = sympy.sympify(eval(code, {"__builtins__": {}, **functions, **names}))  # noqa: S307
    assert not found.has(sympy.Float), code
    assert abs(sympy.N(found, 40) - sympy.Float(expected.mid().str(40, radius=False), 40)) < 1e-25 * (1 + abs(expected))
