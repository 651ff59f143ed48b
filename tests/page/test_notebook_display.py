"""What a notebook shows of a result: HTML for an answer, LaTeX for an equation, without being asked."""

from __future__ import annotations

import pytest

from chainrule.calculus import loss_equation
from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem
from chainrule.verdict import minimize
from tests.problems import BY_NAME

POINTS = BY_NAME["cross"].points


@pytest.mark.parametrize("weights", [{"w_y": 1, "bias": -1}, {"bias": -1}, {}], ids=["one", "two", "three"])
def test_an_answer_shows_itself_as_html_with_its_verdict(weights):
    answer = minimize(Problem.state(["x", "y"], POINTS, weights))
    html = answer._repr_html_()
    assert html.startswith("<")
    assert "proved" in html
    assert "<script" not in html


def test_an_answer_to_a_typed_equation_shows_itself_as_html():
    html = minimize(TypedProblem.read("x^2 - 2x"))._repr_html_()
    assert "proved" in html


def test_an_equation_shows_itself_as_latex():
    shown = loss_equation(BY_NAME["cross"].problem)._repr_mimebundle_()
    assert "\\frac" in shown["text/latex"]
