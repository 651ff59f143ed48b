"""The parser reads what people type, exactly, and points at what it cannot read."""

from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chainrule.errors import ExpressionError
from chainrule.expression import FORMS, Expression, Negate, Number, Symbol, parse, print_expression, symbols
from chainrule.expression.parser import MAX_DEPTH, MAX_LENGTH


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("x^2 + y^2 - xy", "x^2 + y^2 - x*y"),
        ("xy^2 + 2yx + x - y", "x * y^2 + 2*y*x + x - y"),
        ("α^2 + β^2 - αβ", "α^2 + β^2 - α*β"),
        ("xe^-x", "xe^-x"),
        ("x^2 - xe^-x", "x^2 - x*e^-x"),
        ("e^{-(xy)} + x + y", "e^(-(x*y)) + x + y"),
    ],
)
def test_letters_side_by_side_are_a_product_where_each_is_a_name_of_its_own(typed: str, meant: str) -> None:
    assert parse(typed) == parse(meant)


@pytest.mark.parametrize("typed", ["ab^2 + a", "xy^2", r"\mathrm{xy} + x + y", "w_{xy} + x + y", "w_xy + x + y"])
def test_a_longer_name_stays_whole_where_its_letters_do_not_stand_alone(typed: str) -> None:
    assert {len(name) for name in symbols(parse(typed))} & {2, 4}


@pytest.mark.parametrize(("typed", "character"), [("x + y + 2^xy", 11), ("x + y + 1/xy", 11), ("x + y + e^-xy", 12)])
def test_a_product_after_a_power_or_a_fraction_sign_is_asked_back(typed: str, character: int) -> None:
    with pytest.raises(ExpressionError, match=rf"character {character}: xy means x\*y here.*write \(x\*y\)"):
        parse(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("-x^2", "-(x^2)"),
        ("2^3^2", "2^(3^2)"),
        ("e**-(x)", "e^(-x)"),
        ("2x", "2 * x"),
        ("1/2x", "(1/2) * x"),
        ("0.5  (1 + x)", "0.5 * (1 + x)"),
        ("(1+x)(1-x)", "(1 + x) * (1 - x)"),
        ("minimize 2x", "2 * x"),
        ("3 × x · 2 ÷ 4 − 1", "((3 * x * 2) / 4) - 1"),
        ("σ(x)", "sigmoid(x)"),
        ("x² + x³", "x^2 + x^3"),
        ("ln(x)", "log(x)"),
        ("math.exp(x)", "e^x"),
        ("np.maximum(0, x)", "relu(x)"),
        ("2e3", "2000"),
        (r"\frac{x}{2} \cdot \left(x + 1\right)", "(x / 2) * (x + 1)"),
        (r"e^{-\left(w_{x} \, x\right)}", "e^(-(w_x * x))"),
        ("a - b - c", "(a - b) - c"),
        ("a / b / c", "(a / b) / c"),
        ("x * -1", "x * (-1)"),
    ],
)
def test_reads_as_people_mean_it(typed: str, meant: str) -> None:
    assert print_expression(parse(typed), "wolfram") == print_expression(parse(meant), "wolfram")


def test_numbers_are_exact() -> None:
    assert parse("0.1") == Number(Fraction(1, 10))
    assert parse("-1.50") == Number(Fraction(-3, 2))


def test_order_and_numbers_stay_as_written() -> None:
    assert print_expression(parse("3*v + 4*1 + -1"), "notebook") == "3*v + 4*1 + -1"
    assert print_expression(parse("1/2*(x - 1)**2"), "notebook") == "1/2*(x - 1)**2"


def test_names_of_layers_and_subscripts_are_symbols() -> None:
    assert symbols(parse("w1[0,x]*x + b1[0] + w_x")) == ("w1[0,x]", "x", "b1[0]", "w_x")


@pytest.mark.parametrize(
    ("typed", "message", "column"),
    [
        ("1 + * 2", r"found '\*'; needed a number, a name or '\('", 4),
        ("(1 + x", "found the end; needed '\\)'", 6),
        ("1)", "found '\\)'; needed .*the end", 1),
        ("3 $ 4", "found '\\$'", 2),
        ("sine(x)", "sine is not one of exp", 0),
        ("max(1, 2)", "max is read as max\\(0, x\\)", 0),
        ("x + 1e400", "found '1e400'", 4),
        ("Rational(1, 0)", "Rational takes two numbers", 0),
        ("tanh(1, 2)", "tanh takes one argument; found 2", 0),
    ],
)
def test_errors_point_at_the_character(typed: str, message: str, column: int) -> None:
    with pytest.raises(ExpressionError, match=message) as raised:
        parse(typed)
    assert str(raised.value).splitlines()[-1] == "  " + " " * column + "^"


def test_an_error_names_the_line() -> None:
    with pytest.raises(ExpressionError, match="line 2, character 3"):
        parse("x\n+ )")


@pytest.mark.parametrize(
    "typed", ["", "   ", "x" * (MAX_LENGTH + 1), "-" * 400 + "x", "e^" * 400 + "x", "(" * 9000, "x/" * 200 + "x"]
)
def test_empty_long_and_deep_equations_are_refused(typed: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse(typed)
    assert len(str(raised.value)) < 500


def test_a_long_sum_is_not_deep() -> None:
    tree = parse(" + ".join(["x*2"] * 3000))
    assert print_expression(tree, "notebook").count("x") == 3000


@pytest.mark.parametrize("opened", ["-(", "σ(", "e^(", "(1 + ", "softplus(", "x/("])
def test_the_deepest_tree_prints_in_every_form(opened: str) -> None:
    trees, refusal = [], ""
    for levels in range(20, MAX_DEPTH + 5):  # one level more at a time until it is refused
        try:
            trees.append(parse(opened * levels + "x" + ")" * levels))
        except ExpressionError as error:
            refusal = str(error)
            break
    assert f"more than {MAX_DEPTH} operations" in refusal
    for form in FORMS:
        assert "x" in print_expression(trees[-1], form)
    assert len(set(trees)) == len(trees)


def test_a_tree_too_deep_to_print_is_refused_not_a_crash() -> None:
    tree: Expression = Symbol("x")
    for _ in range(3000):
        tree = Negate(tree)
    with pytest.raises(ExpressionError, match="too many operations inside one another to be printed"):
        print_expression(tree, "latex")


PIECES = st.lists(
    st.sampled_from(
        [*"0123456789.+-*/^()xe ,{}_[]²⁻\\", "**", "e^", "exp(", "σ(", "1e", "\\frac{", "minimize ", "w_x", "\n"]
    ),
    max_size=40,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), PIECES))
@example("⁻²")
@example("x⁻")
@example("minimize minimize x")
@example("١+x")
@example("x\x00")
@example("\ud800")
def test_any_text_is_an_expression_or_a_refusal(text: str) -> None:
    try:
        tree = parse(text)
    except ExpressionError:
        return
    assert isinstance(tree, Expression)
    assert parse(print_expression(tree, "notebook")) is not None
