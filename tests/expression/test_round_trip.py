"""Every printed form that is one line of text reads back to the same value; code forms run to the same value."""

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from chainrule.errors import ExpressionError
from chainrule.expression import (
    Add,
    Euler,
    Expression,
    Function,
    Multiply,
    Number,
    Power,
    Symbol,
    parse,
    print_expression,
    symbols,
)
from chainrule.expression.rewrite import transform, walk
from tests.expression.strategies import EXPRESSIONS, POINTS, ball, usable

PARSED_FORMS = ["text", "latex", "wolfram", "python", "numpy", "sympy", "notebook"]


@pytest.mark.parametrize("form", PARSED_FORMS)
@settings(max_examples=60, deadline=None)
@given(tree=EXPRESSIONS, point=POINTS)
def test_a_printed_form_reads_back_to_the_same_value(form: str, tree: Expression, point: dict[str, Fraction]) -> None:
    text = print_expression(tree, form)
    before, after = ball(tree, point), ball(parse(text), point)
    assume(usable(before))
    assert usable(after), text
    assert before.overlaps(after), text


@pytest.mark.parametrize("form", PARSED_FORMS)
@settings(max_examples=40, deadline=None)
@given(tree=EXPRESSIONS)
def test_printing_and_reading_settle(form: str, tree: Expression) -> None:
    read = parse(print_expression(tree, form))
    assert parse(print_expression(read, form)) == read


PIECES = [
    *("x", "y", "xy", "w_x", "x₁", "x2", "\\alpha", "θ", "2", "3.5", "½", "⅓", "0.1", "1e5", "+", "-", "*", "/", "^"),
    *(
        "(",
        ")",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "\\left|",
        "\\right|",
        " ",
        " ",
        " ",
        "²",
        "⁻¹",
        "e^",
        "e",
        "√",
        "\\sqrt ",
    ),
    *("ln(", "σ(", "max(0,", "ln ", "exp ", "relu ", "\\frac12", "\\frac{", "}{"),
]
TYPED = st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map("".join)


def _same(a: Expression, b: Expression) -> bool:
    """The same tree; SymPy has one form for e and exp(1)."""
    one = Function("exp", Number(Fraction(1)))
    return transform(a, lambda node: Euler() if node == one else node) == transform(
        b, lambda node: Euler() if node == one else node
    )


@pytest.mark.parametrize("form", PARSED_FORMS)
@settings(max_examples=400, deadline=None)
@given(source=st.one_of(TYPED, EXPRESSIONS.map(str)))
@example("-(2*(x/y))/(-(-x)*y)")
@example("\\frac{-2}{x}^x")
@example("√e^x - (x - (y*x)*y)")
@example("\\frac12y\\frac12yyy")
@example("-(-x*y)*-(1*x)")
def test_what_was_read_prints_and_reads_back_to_the_same_tree(form: str, source: str) -> None:
    try:
        tree = parse(source)
    except ExpressionError:
        return
    spelled = any(isinstance(node, Function) and node.name in ("sigmoid", "softplus") for node in walk(tree))
    if form in ("text", "latex") or not spelled:  # other forms have no word for these two, and write them out
        assert _same(parse(print_expression(tree, form)), tree), print_expression(tree, form)


@pytest.mark.parametrize("form", ["text", "latex"])
@pytest.mark.parametrize(
    "name", ["w1[0,x]", "b2[0]", "w_x", "bias", "theta", "θ", "x_12", "petal_length_cm", "w_lnx", "sigma_x"]
)
def test_a_name_prints_and_reads_back_to_itself(form: str, name: str) -> None:
    tree = Add((Multiply((Number(Fraction(2)), Symbol(name))), Power(Symbol(name), Number(Fraction(2)))))
    assert parse(print_expression(tree, form)) == tree


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
