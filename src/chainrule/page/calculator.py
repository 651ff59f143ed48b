"""The same question for a web calculator: the loss in its input form, and a link. Nothing is requested here."""

from __future__ import annotations

from urllib.parse import quote_plus

from chainrule.calculus import loss_equation
from chainrule.errors import ChainruleError
from chainrule.expression import print_expression, substitute, symbols
from chainrule.expression.tree import Symbol
from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem

ADDRESS = "https://www.wolframalpha.com/input?i="
LONGEST = 2000  # characters of an address that every browser and server accepts


def question(problem: Problem | TypedProblem) -> str | None:
    """``minimize (0.5 * …)^2 + …`` with ``x`` for the one free weight, or an equation as it was typed.

    None where the loss is not written out (too many points, several free weights).
    """
    if isinstance(problem, TypedProblem):
        return "minimize " + print_expression(problem.shown, "wolfram")
    try:
        loss = loss_equation(problem).right
        if len(problem.free) != 1:
            return None
        known = set(symbols(loss)) - set(problem.free)
        if known:  # a sum over the general point: its numbers are not in it
            return None
        return "minimize " + print_expression(substitute(loss, {problem.free[0]: Symbol("x")}), "wolfram")
    except ChainruleError:
        return None


def link(problem: Problem | TypedProblem) -> str | None:
    """The address that asks it, or None where it would be longer than LONGEST."""
    text = question(problem)
    return None if text is None else address(text)


def address(text: str) -> str | None:
    """The address that asks a question, or None where it would be longer than LONGEST."""
    whole = ADDRESS + quote_plus(text)
    return whole if len(whole) <= LONGEST else None
