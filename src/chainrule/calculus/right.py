"""What is right: the equation that a question about a problem asks for, and the same with numbers wrongly put in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from chainrule.calculus.chain import derivative_equation
from chainrule.calculus.mean import part_name
from chainrule.calculus.simplify import simplify
from chainrule.calculus.substitution import loss_equation, point_loss_equation, require_row
from chainrule.calculus.vocabulary import point_meanings
from chainrule.errors import ProblemError
from chainrule.exact import read_number
from chainrule.expression import Derivative, Equation, Expression, Number, Symbol
from chainrule.expression.typed import TypedProblem
from chainrule.problem import Column, DataSet, Problem


def right_equation(problem: Problem, weight: str | None = None, row: int | None = None) -> Equation:
    """The loss, or its derivative by `weight`; with a `row` of that point alone."""
    if weight is not None and row is None:
        return derivative_equation(problem, weight)
    if weight is not None:
        assert row is not None
        found = derivative_equation(one_point(problem, row), weight)
        left = Derivative(
            Symbol(part_name("L", problem), str(row + 1)),
            Symbol(weight),
            len(problem.free) > 1 or not problem.network.is_neuron,
        )
        return Equation(left, found.right)
    return loss_equation(problem) if row is None else point_loss_equation(problem, row)


def part_equation(problem: Problem, part: str, row: int | None) -> Equation:
    """``a_3 = σ(3w_x)``: a named part of a point in the free weights."""
    if row is None and len(problem.data) > 1:
        raise ProblemError(f"{part} is another number at each point; say which point: --point N")
    known = point_meanings(problem, row or 0)
    if part not in known:
        raise ProblemError(f"{part!r:.60} is no part of this network; the parts are {', '.join(known):.300}")
    return Equation(Symbol(part, str((row or 0) + 1)), simplify(known[part]))


def one_point(problem: Problem, row: int) -> Problem:
    """The problem of that point alone, rows counted from 0: its loss, without its case weight and the penalty."""
    require_row(problem, row)
    columns = [Column((column.numbers[row],)) for column in (*problem.data.inputs, problem.data.label)]
    data = DataSet(tuple(columns[:-1]), columns[-1], problem.data.classes)
    return replace(problem, data=data, penalty=Fraction(0))


def weights_at(problem: Problem | TypedProblem, at: Mapping[str, object]) -> dict[str, Expression]:
    """A number for each free weight."""
    for name in at:
        if name not in problem.free:
            raise ProblemError(f"{name!r:.60} is no free weight; free are {', '.join(problem.free)}")
    if missing := [name for name in problem.free if name not in at]:
        raise ProblemError(f"no value for {missing[0]}; needed one for each of {', '.join(problem.free)}")
    return {name: Number(Fraction(read_number(number, name))) for name, number in at.items()}


def wrong_numbers(problem: Problem, row: int | None) -> Iterator[tuple[str, Problem]]:
    """The problem as a person states it who put the wrong numbers in."""
    data = problem.data
    for k in range(len(data)) if row is None else [row]:
        if data.label[k] in (0, 1) and problem.network.outputs == 1:
            flipped = [1 - y if j == k else y for j, y in enumerate(data.label.numbers)]
            which = f"the label of point {k + 1} is {data.label[k]}, not {1 - Fraction(data.label[k])}"
            yield f"put the numbers in: {which}", replace(problem, data=replace(data, label=Column(tuple(flipped))))
    for name in problem.network.weight_names:
        if name in problem.fixed and (number := problem.fixed[name]):
            shown = Number(number)
            yield f"put the numbers in: {name} is {shown}, and its sign is turned round", problem.fix(**{name: -number})
            yield f"put the numbers in: {name} is {shown}, and is left out", problem.fix(**{name: 0})
    if len(data.inputs) == 2:
        turned = replace(data, inputs=data.inputs[::-1])
        first, second = problem.network.inputs
        yield f"put the numbers in: {first} and {second} are exchanged", replace(problem, data=turned)
