"""The derivative of the loss of one sigmoid neuron as on a blackboard: name the parts, then the chain rule.

    z = x·w_x + … + bias,   a = σ(z),   r = a − label,   L = r²
    dL/dw = dL/dr · dr/da · da/dz · dz/dw = 2r · 1 · a(1 − a) · x

For the whole data set the general point i is derived once, and the mean is taken of the result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from chainrule.algebra.expressions import Expressions, single
from chainrule.calculus.derivative import derivative, minus, times
from chainrule.calculus.simplify import simplify
from chainrule.calculus.step import Step
from chainrule.calculus.substitution import (
    GENERAL,
    MAX_ROWS,
    all_numbers,
    fixed_numbers,
    general_loss,
    loss_expression,
    mean_of_rows,
    part_name,
    point_expression,
    point_numbers,
    require_row,
    row_of,
)
from chainrule.errors import ProblemError
from chainrule.expression.rewrite import ONE, TWO, ZERO, substitute
from chainrule.expression.tree import Derivative, Equation, Expression, Function, Mean, Number, Power, Symbol
from chainrule.formula.network import preactivation
from chainrule.problem import Problem
from chainrule.problem.problem import require_weight


@dataclass(frozen=True)
class Parts:
    """The named parts of the loss of one point, and what each stands for."""

    z: Symbol
    a: Symbol
    r: Symbol
    loss: Symbol
    where: Mapping[str, Expression]

    @classmethod
    def of(cls, problem: Problem, row: int | None) -> Parts:
        """With numbers put in for point `row`; for None the general point ``x_i, label_i``."""
        index = GENERAL if row is None else str(row + 1)
        z, a, r, loss = (Symbol(part_name(letter, problem), index) for letter in "zarL")
        network = problem.network
        inputs = [Symbol(name, index) for name in network.inputs]
        weights = {name: Symbol(name) for name in network.weight_names}
        known = fixed_numbers(problem) | ({} if row is None else point_numbers(problem, row, index))
        linear = single(preactivation(Expressions(), network, weights, 0, 0, inputs))
        label = substitute(Symbol("label", index), known)
        where = {
            z.full_name: simplify(substitute(linear, known)),
            a.full_name: Function("sigmoid", z),
            r.full_name: minus(a, label),
            loss.full_name: Power(r, TWO),
        }
        return cls(z, a, r, loss, where)


def derivative_steps(problem: Problem, weight: str, row: int | None = None) -> tuple[Step, ...]:
    """The derivative of the loss by one free weight, step by step; the last step is the answer.

    With a `row` (from 0), of that point's loss with its numbers put in; without, of the whole loss: the general
    point, and then the mean, written out for up to MAX_ROWS points.

    Raises
    ------
    ProblemError
        If the weight is unknown or fixed, there is no such row, or the network has hidden layers.
    """
    _require_free(problem, weight)
    if not problem.network.is_neuron:
        raise ProblemError("steps are written for one neuron; this network has hidden layers")
    if row is not None:
        return _point_steps(problem, weight, Parts.of(problem, require_row(problem, row)))
    parts = Parts.of(problem, None)
    return (*_point_steps(problem, weight, parts), *_mean_steps(problem, weight, parts))


def _point_steps(problem: Problem, weight: str, parts: Parts) -> tuple[Step, ...]:
    z, a, r, loss, where = parts.z, parts.a, parts.r, parts.loss, parts.where
    w, partial = Symbol(weight), len(problem.free) > 1
    whole, last = Derivative(loss, w, partial), Derivative(z, w, partial)
    links = (Derivative(loss, r), Derivative(r, a), Derivative(a, z), last)
    slope = derivative(where[z.full_name], weight)
    local = (times(TWO, r), ONE, times(a, minus(ONE, a)), slope)
    together = times(TWO, r, ONE, a, minus(ONE, a), slope)
    notes = (
        ("power rule", "(u²)' = 2u"),
        ("sum rule", "the label is a constant"),
        ("sigmoid rule", "σ' = σ(1 − σ)"),
        ("linear rule", f"only the term with {weight} changes"),
    )
    names = ("preactivation", "activation", "residual", "loss of the point")
    named = [
        Step(f"name the {name}", part, where[part.full_name], where=where)
        for name, part in zip(names, (z, a, r, loss), strict=True)
    ]
    rules = [
        Step(rule, link, result, note, where) for (rule, note), link, result in zip(notes, links, local, strict=True)
    ]
    answer = _point_answer(parts, slope)
    return (
        *named,
        Step("chain rule", whole, times(*links), "from the outside in", where),
        *rules,
        Step("put together", whole, together, where=where),
        Step("simplify", whole, answer, f"with {r} put back", where),
    )


def _point_answer(parts: Parts, slope: Expression) -> Expression:
    """``2(a − label) · a(1 − a) · slope``, tidied."""
    residual = simplify(parts.where[parts.r.full_name])
    return simplify(times(TWO, residual, parts.a, minus(ONE, parts.a), slope))


def _mean_steps(problem: Problem, weight: str, parts: Parts) -> tuple[Step, ...]:
    count, w, partial = len(problem.data), Symbol(weight), len(problem.free) > 1
    loss = Symbol(part_name("L", problem))
    written = count <= MAX_ROWS
    numbers = all_numbers(problem) if written else {}
    where = {**parts.where, **numbers, loss.full_name: mean_of_rows(count, parts.loss)}
    whole = Derivative(loss, w, partial)
    answer = _point_answer(parts, derivative(parts.where[parts.z.full_name], weight))
    steps = [
        Step("the loss", loss, mean_of_rows(count, parts.loss), "the mean over the points", where),
        Step(
            "mean rule",
            whole,
            mean_of_rows(count, Derivative(parts.loss, w, partial)),
            "the derivative of a mean is the mean of the derivatives",
            where,
        ),
        Step("put the point's derivative in", whole, mean_of_rows(count, answer), where=where),
    ]
    if written:
        rows = tuple(simplify(substitute(row_of(answer, row), numbers)) for row in range(count))
        outputs = "; ".join(f"{_row_output(problem, parts, row)}" for row in range(count))
        steps.append(Step("put the points in", whole, Mean(rows), f"with {outputs}", where))
    return tuple(steps)


def _row_output(problem: Problem, parts: Parts, row: int) -> Equation:
    """``a_1 = σ(…)`` with the numbers of the row."""
    z = substitute(row_of(parts.where[parts.z.full_name], row), point_numbers(problem, row, str(row + 1)))
    return Equation(Symbol(parts.a.name, str(row + 1)), Function("sigmoid", simplify(z)))


def derivative_equation(problem: Problem, weight: str) -> Equation:
    """``dL/dw = …`` as a function of the free weights alone, each point's term simplified.

    Works for any network. More than MAX_ROWS points are shown as ``1/n · Σ_i`` over the general point.
    """
    _require_free(problem, weight)
    count = len(problem.data)
    left = Derivative(Symbol(part_name("L", problem)), Symbol(weight), len(problem.free) > 1)
    if count > MAX_ROWS:
        general = substitute(general_loss(problem, GENERAL), fixed_numbers(problem))
        return Equation(left, mean_of_rows(count, derivative(general, weight)))
    rows = tuple(derivative(point_expression(problem, row), weight) for row in range(count))
    return Equation(left, Mean(rows) if any(row != ZERO for row in rows) else ZERO)


def derivative_check(problem: Problem, weight: str) -> Step:
    """The derivative equation as one step that can be re-checked against the loss itself."""
    equation = derivative_equation(problem, weight)
    where = {part_name("L", problem): loss_expression(problem)}
    return Step("the derivative", equation.left, equation.right, where=where)


def _require_free(problem: Problem, weight: str) -> None:
    require_weight(weight, problem.network)
    if weight in problem.fixed:
        raise ProblemError(
            f"weight {weight} is fixed at {Number(Fraction(problem.fixed[weight]))}; "
            f'free it to take the derivative by it: {weight} = "free"'
        )
