"""Why an answer is wrong: the first fault, wrong numbers or a broken rule, that leads to the same wrong answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from chainrule.calculus.faults import wrong_derivatives
from chainrule.calculus.right import one_point, wrong_numbers
from chainrule.calculus.substitution import loss_expression
from chainrule.calculus.values import BITS, Rounding, agree, points_for, value, values
from chainrule.errors import ChainruleError
from chainrule.expression import Expression, substitute
from chainrule.expression.typed import TypedProblem

if TYPE_CHECKING:
    from chainrule.calculus.work import Question


def broken_rule(question: Question, mine: Rounding, put: Mapping[str, Expression]) -> str:
    """The sentence of the first fault whose wrong answer is `mine`, but for rounding; empty where none is.

    `put` holds the numbers of the weights where a value was asked for.
    """
    import flint

    with flint.ctx.workprec(BITS):
        points = points_for([name for name in question.problem.free if name not in put])[-6:]
        node, wide = mine
        own = [value(node, point, wide) for point in points]
        exact = values(substitute(question.right.right, put), points)
        for said, wrong in wrong_answers(question):
            other = values(substitute(wrong, put), points)
            if agree(own, other) and not agree(exact, other):
                return said
    return ""


def wrong_answers(question: Question) -> Iterator[tuple[str, Expression]]:
    """What a person may have done wrong, in a sentence, and the answer that comes of it."""
    problem, weight = question.problem, question.weight
    if isinstance(problem, TypedProblem):
        if weight is not None:
            yield from wrong_derivatives(problem.expression, weight)
        return
    if question.part:
        return
    try:
        for said, other in wrong_numbers(problem, question.row):
            yield said, replace(question, problem=other, at=None).right.right
        if weight is not None:
            alone = problem if question.row is None else one_point(problem, question.row)
            yield from wrong_derivatives(loss_expression(alone), weight)
    except ChainruleError:  # a variant that cannot be stated, or that is too deep, is none that a person would try
        return
