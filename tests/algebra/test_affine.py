"""Linear forms and exact rationals."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.algebra.affine import Affine
from chainrule.algebra.rationals import Rationals
from chainrule.problem import Column

numbers = st.fractions(-5, 5)
A = Affine(Rationals())


@given(numbers, numbers, numbers, numbers)
def test_form_evaluates_like_the_expression_it_came_from(a, b, u, v):
    # −(a·u + b·v + a·b + a·u), u and v free
    terms = [A.multiply(A.constant(a), A.symbol("u")), A.multiply(A.symbol("v"), A.constant(b))]
    form = A.negate(A.add(*terms, A.multiply(A.constant(a), A.constant(b)), terms[0]))
    value = form.constant + form.coefficients["u"] * u + form.coefficients["v"] * v
    assert value == -(2 * a * u + b * v + a * b)


def test_product_of_two_free_weights_is_refused():
    with pytest.raises(TypeError, match="two free weights"):
        A.multiply(A.symbol("u"), A.symbol("v"))


@pytest.mark.parametrize("operation", ["square", "exp", "log", "sigmoid", "mean"])
def test_what_is_not_linear_is_refused(operation):
    with pytest.raises(TypeError, match="linear"):
        getattr(A, operation)(A.symbol("u"))


@pytest.mark.parametrize("operation", ["exp", "log", "sigmoid", "mean"])
def test_what_is_not_rational_is_refused(operation):
    with pytest.raises(TypeError, match="not rational"):
        getattr(Rationals(), operation)(Fraction(1))


def test_rationals_have_no_columns():
    with pytest.raises(TypeError, match="row by row"):
        Rationals().column(Column.of([1, 2]))


@given(numbers, numbers)
def test_rationals_are_exact(a, b):
    r = Rationals()
    assert (r.add(a, b), r.multiply(a, b), r.negate(a), r.square(a)) == (a + b, a * b, -a, a**2)
