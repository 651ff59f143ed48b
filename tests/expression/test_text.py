"""The text form: what a terminal shows."""

from fractions import Fraction

import pytest

from chainrule.expression import (
    Add,
    Derivative,
    Divide,
    Expression,
    Function,
    Mean,
    Multiply,
    Negate,
    Number,
    Power,
    Sum,
    Symbol,
)

X, W, A, Y = Symbol("x"), Symbol("w_x"), Symbol("a"), Symbol("label", "i")


def n(value: int | str) -> Number:
    return Number(Fraction(value))


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (Add((Multiply((n(3), W)), Multiply((n(4), n(1))), n(-1))), "3w_x + 4·1 + (−1)"),
        (Function("sigmoid", Add((Multiply((X, W)), Negate(n(1))))), "σ(x·w_x − 1)"),
        (Divide(n(1), Add((n(1), Function("exp", Negate(Add((W, X))))))), "1/(1 + e^−(w_x + x))"),
        (Divide(n(1), Add((n(1), Function("exp", Multiply((n(-2), W)))))), "1/(1 + e^(−2w_x))"),
        (Power(Add((A, Negate(n(1)))), n(2)), "(a − 1)²"),
        (Power(n(-2), n(2)), "(−2)²"),
        (Negate(Power(n(2), n(2))), "−2²"),
        (Power(Power(X, n(2)), n(3)), "(x²)³"),
        (Power(X, Divide(A, n(2))), "x^(a/2)"),
        (Divide(X, Multiply((n(2), A))), "x/(2a)"),
        (Divide(Divide(X, n(2)), Divide(A, n(3))), "x/2/(a/3)"),
        (Add((X, Negate(Add((A, W))))), "x − (a + w_x)"),
        (Add((X, Negate(Negate(A)))), "x − (−a)"),
        (Multiply((n("1/3"), X)), "1/3·x"),
        (Multiply((X, n("1/3"))), "x·(1/3)"),
        (
            Multiply((n(2), Add((Symbol("a", "i"), Negate(Y))), A, Add((n(1), Negate(A))), X)),
            "2(a_i − label_i)·a(1 − a)·x",
        ),
        (Multiply((Symbol("bias"), Add((A, X)))), "bias·(a + x)"),
        (Mean((Power(A, n(2)), X)), "1/2·(a² + x)"),
        (Mean((A,)), "a"),
        (Multiply((n("0.01"), Sum("i", 100, Power(Symbol("a", "i"), n(2))))), "0.01·Σ_(i=1…100) a_i²"),
        (Derivative(Symbol("L"), W), "dL/dw_x"),
        (Derivative(Symbol("L"), W, partial=True), "∂L/∂w_x"),
        (Function("exp", n(-1)), "e^−1"),
    ],
)
def test_text_is_what_a_person_writes(shown: Expression, text: str) -> None:
    assert str(shown) == text
