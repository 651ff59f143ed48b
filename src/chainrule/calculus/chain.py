"""The derivative of the loss as on a blackboard: name the parts, the chain rule, each rule by its name.

    z = x·w_x + … + bias,   a = σ(z),   r = a − label,   L = r²
    dL/dw = dL/dr · dr/da · da/dz · dz/dw = 2r · 1 · a(1 − a) · x

A weight of a hidden layer is reached by messages from the output backwards (`messages`). For the whole data set the
general point i is derived once, and the mean is taken of the result.
"""

from __future__ import annotations

from fractions import Fraction

from chainrule.calculus.derivative import derivative
from chainrule.calculus.messages import Way, way_to
from chainrule.calculus.parts import Parts
from chainrule.calculus.simplify import simplify
from chainrule.calculus.step import Step, Steps
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
from chainrule.expression.rewrite import ZERO, substitute
from chainrule.expression.tree import Derivative, Equation, Expression, Mean, Number, Symbol
from chainrule.problem import Problem
from chainrule.problem.problem import require_weight


def derivative_steps(problem: Problem, weight: str, row: int | None = None) -> Steps:
    """The derivative of the loss by one free weight, step by step; the last step is the answer.

    With a `row` (from 0), of that point's loss with its numbers put in; without, of the whole loss: the general
    point, and then the mean, written out for up to MAX_ROWS points.

    Raises
    ------
    ProblemError
        If the weight is unknown or fixed, or there is no such row.
    """
    _require_free(problem, weight)
    if row is not None:
        return Steps(_point_steps(Parts.of(problem, require_row(problem, row)), weight)[0])
    parts = Parts.of(problem, None)
    steps, answer = _point_steps(parts, weight)
    return Steps((*steps, *_mean_steps(parts, weight, answer)))


def _point_steps(parts: Parts, weight: str) -> tuple[tuple[Step, ...], Expression]:
    way = way_to(parts, weight)
    whole = Derivative(parts.loss, Symbol(weight), _is_partial(parts.problem))
    answer = simplify(substitute(way.product, _residuals(parts)))
    steps = [*_named(parts, way), *way.steps(whole)]
    if answer != steps[-1].after:
        back = f"with {parts.r[0]} put back" if len(parts.r) == 1 else "with the residuals put back" if parts.r else ""
        steps.append(Step("simplify", whole, answer, back, parts.where))
    return tuple(steps), answer


def _named(parts: Parts, way: Way) -> list[Step]:
    """A name for each part, from the inputs to the loss."""
    network = parts.problem.network
    steps = []
    for number, (row_z, row_a) in enumerate(zip(parts.z, parts.a, strict=True)):
        for unit, (z, a) in enumerate(zip(row_z, row_a, strict=True)):
            of = "" if network.is_neuron else f" of unit {unit} in layer {number + 1}"
            steps += [("preactivation" + of, z), ("activation" + of, a)]
    steps += [("residual" if len(parts.r) == 1 else f"residual of output {k}", r) for k, r in enumerate(parts.r)]
    steps.append(("loss of the point", parts.loss))
    return [Step(f"name the {name}", part, parts.where[part.full_name], where=parts.where) for name, part in steps]


def _residuals(parts: Parts) -> dict[str, Expression]:
    return {r.full_name: simplify(parts.where[r.full_name]) for r in parts.r}


def _mean_steps(parts: Parts, weight: str, answer: Expression) -> tuple[Step, ...]:
    problem = parts.problem
    count, w, partial = len(problem.data), Symbol(weight), _is_partial(problem)
    loss = Symbol(part_name("L", problem))
    written = count <= MAX_ROWS
    numbers = all_numbers(problem) if written else {}
    where = {**parts.where, **numbers, loss.full_name: mean_of_rows(count, parts.loss)}
    whole = Derivative(loss, w, partial)
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
        steps.append(Step("put the points in", whole, Mean(rows), _with_outputs(parts), where))
    return tuple(steps)


def _with_outputs(parts: Parts) -> str:
    """``with a_1 = σ(…); a_2 = σ(…)``; of hidden layers, where the numbers are found."""
    if not parts.problem.network.is_neuron:
        return "each point with the activations of its own forward pass"
    return "with " + "; ".join(f"{_row_output(parts, row)}" for row in range(len(parts.problem.data)))


def _row_output(parts: Parts, row: int) -> Equation:
    """``a_1 = σ(…)`` with the numbers of the row."""
    (z,), (a,) = parts.z[0], parts.a[0]
    index = str(row + 1)
    number = simplify(substitute(row_of(parts.where[z.full_name], row), point_numbers(parts.problem, row, index)))
    return Equation(
        Symbol(a.name, index), substitute(row_of(parts.where[a.full_name], row), {f"{z.name}_{index}": number})
    )


def derivative_equation(problem: Problem, weight: str) -> Equation:
    """``dL/dw = …`` as a function of the free weights alone, each point's term simplified.

    Works for any network. More than MAX_ROWS points are shown as ``1/n · Σ_i`` over the general point.
    """
    _require_free(problem, weight)
    count = len(problem.data)
    left = Derivative(Symbol(part_name("L", problem)), Symbol(weight), _is_partial(problem))
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


def _is_partial(problem: Problem) -> bool:
    """Whether the derivative is written with ∂: other weights vary as well, or the loss has several ways to this one."""
    return not problem.network.is_neuron or len(problem.free) > 1


def _require_free(problem: Problem, weight: str) -> None:
    require_weight(weight, problem.network)
    if weight in problem.fixed:
        raise ProblemError(
            f"weight {weight} is fixed at {Number(Fraction(problem.fixed[weight]))}; "
            f'free it to take the derivative by it: {weight} = "free"'
        )
