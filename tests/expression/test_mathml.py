"""MathML: well-formed, in order, with true minus signs and escaped names."""

from fractions import Fraction
from xml.etree import ElementTree

import pytest

from chainrule.errors import ExpressionError
from chainrule.expression import (
    Add,
    Divide,
    Equation,
    Function,
    Mean,
    Multiply,
    Negate,
    Number,
    Power,
    Symbol,
    mathml,
    print_expression,
)

X, W, A = Symbol("x"), Symbol("w_x"), Symbol("a")


def number(value: int | str) -> Number:
    return Number(Fraction(value))


def read(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup)


def text_of(markup: str) -> str:
    return "".join(read(markup).itertext()).replace("\u2062", "").replace("\u2061", "")


def test_the_order_of_a_person_is_kept() -> None:
    shown = Add((Multiply((number(3), W)), Multiply((number(4), number(1))), number(-1)))
    assert text_of(mathml(shown)) == "3wx+4⋅1+(−1)"


def test_a_minus_is_the_true_minus_sign() -> None:
    markup = mathml(Add((A, Negate(number(1)))))
    assert "−" in markup
    assert "-" not in markup.replace("http://www.w3.org/1998/Math/MathML", "")


def test_a_weight_is_a_letter_with_a_subscript() -> None:
    assert "<msub><mi>w</mi><mi>x</mi></msub>" in mathml(W)
    assert "<msub><mi>x</mi><mi>i</mi></msub>" in mathml(Symbol("x", "i"))
    assert "<mi>bias</mi>" in mathml(Symbol("bias"))
    assert "<msubsup><mi>w</mi><mrow><mn>0</mn><mo>,</mo><mi>x</mi></mrow><mi>(1)</mi></msubsup>" in mathml(
        Symbol("w1[0,x]")
    )


def test_a_sigmoid_spelled_out_is_a_fraction_with_a_raised_exponent() -> None:
    sigmoid = Divide(number(1), Add((number(1), Function("exp", Negate(Add((W, X)))))))
    root = read(mathml(sigmoid, "block"))
    assert root.get("display") == "block"
    fraction = root.find(".//{*}mfrac")
    assert fraction is not None
    assert fraction.find(".//{*}msup") is not None
    # e^−(w_x + x): the minus stands before a sum, so the sum keeps its parentheses
    assert text_of(mathml(sigmoid)) == "11+e−(wx+x)"


def test_a_fraction_is_wrapped_only_as_a_base() -> None:
    half = Divide(X, number(2))
    assert text_of(mathml(Power(half, number(2)))) == "(x2)2"
    assert "(" not in text_of(mathml(Multiply((A, half))))


def test_names_are_escaped() -> None:
    markup = mathml(Symbol("<script>&"))
    assert "<script>" not in markup
    assert read(markup).find(".//{*}mi") is not None


def test_a_mean_shows_one_over_n() -> None:
    assert text_of(mathml(Mean((Power(A, number(2)), X)))) == "12(a2+x)"


def test_an_equation_has_both_sides() -> None:
    assert text_of(print_expression(Equation(A, Function("sigmoid", W)), "mathml")) == "a=σ(wx)"


def test_an_unknown_form_is_refused_with_the_list() -> None:
    with pytest.raises(ExpressionError, match="'docx' is not one of text"):
        print_expression(A, "docx")
