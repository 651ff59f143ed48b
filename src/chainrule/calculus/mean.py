"""The loss of the whole data set from those of its points: their mean, weighted where case weights are stated, and the penalty.

L = 1/n · Σ_i L_i          L = 1/(Σ_i c_i) · Σ_i c_i L_i          L = … + λ(w_x² + w_y² + …)        over all weights but biases
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from chainrule.expression.rewrite import ONE, TWO, ZERO, with_row
from chainrule.expression.tree import Add, Divide, Expression, Mean, Multiply, Number, Power, Sum, Symbol
from chainrule.problem import Problem

GENERAL = "i"


def part_name(letter: str, problem: Problem) -> str:
    """`letter`, doubled as often as an input or weight has that name already."""
    name = letter
    while name in problem.network.inputs or name in problem.network.weight_names:
        name += letter
    return name


def row_of(term: Expression, row: int) -> Expression:
    """The general point's expression for row `row`, counted from 0 (and shown from 1)."""
    return with_row(term, GENERAL, str(row + 1))


def is_one_point(problem: Problem) -> bool:
    """Whether the loss of the whole is that of its only point: then there is no mean to take and nothing to add."""
    return len(problem.data) == 1 and not problem.penalty


def whole_words(problem: Problem) -> str:
    """``the mean over the 6 points, weighted by their case weights, and the penalty``."""
    count = len(problem.data)
    mean = f"the mean over the {count:,} points" if count > 1 else "the loss of the point"
    weighted = ", weighted by their case weights" if problem.data.case_weights is not None and count > 1 else ""
    added = "," * bool(weighted) + " and the penalty" if problem.penalty else ""
    return mean + weighted + added


def mean_of_rows(problem: Problem, term: Expression) -> Expression:
    """``1/n · Σ_{i=1}^{n} term``; with case weights of sum C, ``1/C · Σ_i c_i·term``; of one point, what is said of it."""
    count, case = len(problem.data), problem.data.case_weights
    if count == 1:
        return row_of(term, 0)
    if case is None:
        total = Fraction(count)
    else:
        total, term = sum(case, start=Fraction(0)), Multiply((case_symbol(problem, GENERAL), term))
    return Multiply((Divide(ONE, Number(total)), Sum(GENERAL, count, term)))


def mean_of(
    problem: Problem, rows: Sequence[Expression], tidy: Callable[[Expression], Expression] = lambda term: term
) -> Expression:
    """The mean of one expression for each point: ``(2·t_1 + 3·t_2)/5``; `tidy` is for a row and its case weight together."""
    case = problem.data.case_weights
    if case is None or len(rows) == 1:
        return Mean(tuple(rows))
    # What counts nothing is not written; some case weight is more than 0.
    terms = tuple(t if c == 1 else tidy(Multiply((Number(c), t))) for c, t in zip(case, rows, strict=True) if c)
    return Divide(Add(terms), Number(sum(case, start=Fraction(0))))


def case_symbol(problem: Problem, index: str) -> Symbol:
    """The name of a point's case weight: ``c_i``."""
    return Symbol(part_name("c", problem), index)


def case_numbers(problem: Problem) -> dict[str, Expression]:
    """The case weights by name: ``c_1``, ``c_2`` …; none where none are stated."""
    case = problem.data.case_weights or ()
    return {case_symbol(problem, str(row)).full_name: Number(value) for row, value in enumerate(case, 1)}


def penalty(problem: Problem) -> Expression | None:
    """``λ(w_x² + w_y²)`` over all weights but biases, fixed ones by name as well; None where there is none."""
    if not problem.penalty:
        return None
    squares = tuple(Power(Symbol(name), TWO) for name in problem.penalized)
    together = Add(squares) if len(squares) > 1 else squares[0]
    return together if problem.penalty == 1 else Multiply((Number(problem.penalty), together))


def with_penalty(mean: Expression, added: Expression | None) -> Expression:
    """The mean and what is added to it; neither where it is 0."""
    terms = tuple(term for term in (mean, added) if term is not None and term != ZERO)
    return Add(terms) if len(terms) > 1 else terms[0] if terms else ZERO
