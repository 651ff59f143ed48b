"""A person's own equation beside the right one: the loss, or its derivative, of one point or of all.

An answer is read with the problem's names or with one letter for the one free weight, as text, LaTeX or for a calculator;
fixed weights may stand in it by name. An answer that is right, but to another question, is told so.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from chainrule.calculus.chain import derivative_equation
from chainrule.calculus.compare import Comparison, compare, summands
from chainrule.calculus.substitution import MAX_ROWS, loss_equation, point_loss_equation, require_row
from chainrule.errors import ExpressionError, ProblemError
from chainrule.expression import Equation, Expression, Number, Symbol, parse, substitute, symbols
from chainrule.problem import Column, DataSet, Problem

_MOST_OTHERS = 4  # free weights whose derivative an answer is compared with, to tell a mistaken question


def check_work(problem: Problem, answer: str, weight: str | None = None, row: int | None = None) -> Comparison:
    """Whether `answer` is the loss of the problem, or its derivative by `weight`.

    Parameters
    ----------
    answer : an equation or its right side, ``L = …`` or ``…``.
    weight : the free weight of the derivative; without one the answer is the loss itself.
    row : one point (from 0), without its share in the mean and the penalty; otherwise the whole loss of up to MAX_ROWS
        points, case weights and the penalty in it.

    Raises
    ------
    ExpressionError
        If the answer cannot be read or has other names.
    ProblemError
        If there is no such weight or row, or there are too many points.

    Examples
    --------
    >>> problem = Problem.state(["x"], [[2, 1]], {"bias": 0})
    >>> check_work(problem, "(1/(1 + e^(-2v)) - 1)^2").equal
    True
    >>> print(check_work(problem, "2(1/(1 + e^(-2v)) - 1)^2"))
    Different: at w_x = 0 yours is 0.50000000 and the right one 0.25000000 (enclosed: the two cannot be equal).
    - yours is 2 times the right one everywhere
    """
    problem.require_free()
    if row is None and len(problem.data) > MAX_ROWS:
        raise ProblemError(
            f"the data has {len(problem.data):,} points; up to {MAX_ROWS} are compared: take one, --point N"
        )
    mine = _in_weights(parse(_right_side(answer)), problem)
    right = right_equation(problem, weight, row)
    found = compare(mine, right.right, problem.free, _term_names(problem, right.right, row))
    # a right answer to another question has no term that is off
    hints = found.hints if found.equal or row is not None else _something_else(problem, mine, weight) or found.hints
    return replace(found, hints=tuple(hints), right=right)


def right_equation(problem: Problem, weight: str | None = None, row: int | None = None) -> Equation:
    """The loss, or its derivative by `weight`; with a `row` of that point alone."""
    if weight is not None:
        return derivative_equation(problem if row is None else one_point(problem, row), weight)
    return loss_equation(problem) if row is None else point_loss_equation(problem, row)


def one_point(problem: Problem, row: int) -> Problem:
    """The problem of that point alone, rows counted from 0: its loss, without its case weight and the penalty."""
    require_row(problem, row)
    columns = [Column((column.numbers[row],)) for column in (*problem.data.inputs, problem.data.label)]
    data = DataSet(tuple(columns[:-1]), columns[-1], problem.data.classes)
    return replace(problem, data=data, penalty=Fraction(0))


def _term_names(problem: Problem, right: Expression, row: int | None) -> list[str]:
    """What the terms of the right one are called: one for each point that counts, and the rest is the penalty's."""
    case = problem.data.case_weights or [Fraction(1)] * len(problem.data)
    rows = [k for k in range(len(problem.data)) if case[k]] if row is None else [row]
    left = len(summands(right)) - len(rows)
    return [f"the term of point {k + 1}" for k in rows] + ["the penalty's term"] * (left if problem.penalty else 0)


def _right_side(text: str) -> str:
    """What stands after the equals sign, where there is one: ``L = …``, ``dL/dw_x = …``."""
    sides = re.split(r"(?<![<>=!])=(?!=)", text)
    if len(sides) > 2:
        raise ExpressionError(f"found {len(sides) - 1} equals signs; needed one equation, such as L = (…)^2")
    return sides[-1]


def _in_weights(answer: Expression, problem: Problem) -> Expression:
    """The answer in the problem's free weights: fixed ones put in, code's names read, one other name taken for the one free."""
    names = {re.sub(r"\W+", "_", name).rstrip("_"): name for name in problem.network.weight_names}
    answer = substitute(answer, {code: Symbol(name) for code, name in names.items() if code != name})
    answer = substitute(answer, {name: Number(value) for name, value in problem.fixed.items()})
    other = [name for name in symbols(answer) if name not in problem.free]
    if len(other) == 1 and len(problem.free) == 1 and problem.free[0] not in symbols(answer):
        answer = substitute(answer, {other[0]: Symbol(problem.free[0])})
    return answer


def _something_else(problem: Problem, answer: Expression, weight: str | None) -> list[str]:
    """Whether the answer is the right one to another question."""
    asked = "the loss" if weight is None else f"by {weight}"
    others = {} if weight is None else {"the loss, not its derivative": loss_equation(problem).right}
    for name in problem.free[:_MOST_OTHERS]:
        if name != weight:
            others[f"the derivative by {name}, not {asked}"] = derivative_equation(problem, name).right
    return [f"it is {what}" for what, right in others.items() if compare(answer, right, problem.free).equal]
