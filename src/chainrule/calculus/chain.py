"""The derivative of the loss as on a blackboard: name the parts, the chain rule, each rule by its name.

    z = x·w_x + … + bias,   a = σ(z),   r = a − label,   L = r²
    dL/dw = dL/dr · dr/da · da/dz · dz/dw = 2r · 1 · a(1 − a) · x

A weight of a hidden layer is reached by messages from the output backwards (`messages`). For the whole data set the
general point i is derived once, and the mean is taken of the result.
"""

from __future__ import annotations

from fractions import Fraction

from chainrule.calculus.derivative import derivative
from chainrule.calculus.mean import GENERAL, mean_of, mean_of_rows, part_name, row_of, whole_words, with_penalty
from chainrule.calculus.messages import Way, way_to
from chainrule.calculus.parts import Parts
from chainrule.calculus.simplify import simplify
from chainrule.calculus.step import Step, Steps
from chainrule.calculus.substitution import (
    MAX_ROWS,
    all_numbers,
    fixed_numbers,
    general_loss,
    loss_expression,
    point_expression,
    point_numbers,
    put_penalty,
    require_row,
)
from chainrule.errors import ProblemError
from chainrule.expression.rewrite import ZERO, substitute
from chainrule.expression.tree import Derivative, Equation, Expression, Number, Symbol
from chainrule.problem import Problem
from chainrule.problem.problem import require_weight


def derivative_steps(problem: Problem, weight: str, row: int | None = None) -> Steps:
    """The derivative of the loss by one free weight, step by step; the last step is the answer.

    With a `row` (from 0), of that point's loss with its numbers put in; without, of the whole loss: the general
    point, and then the mean, written out for up to MAX_ROWS points, and the penalty.

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
    """From the derivative of the general point to that of the whole: the mean, and what the penalty P adds."""
    problem = parts.problem
    w, partial = Symbol(weight), _is_partial(problem)
    loss, p = Symbol(part_name("L", problem)), Symbol(part_name("P", problem))
    written = len(problem.data) <= MAX_ROWS
    numbers = all_numbers(problem) if written else {}
    added = put_penalty(problem)
    total = with_penalty(mean_of_rows(problem, parts.loss), None if added is None else p)
    where = {**parts.where, **numbers, loss.full_name: total}
    steps, slope = [], None
    if added is not None:
        where[p.full_name], slope = added, derivative(added, weight)
        steps.append(Step("name the penalty", p, added, "λ times the squares of all weights but biases", where))
    steps.append(Step("the loss", loss, total, whole_words(problem), where))
    whole, rate = Derivative(loss, w, partial), Derivative(p, w, partial)
    moved = with_penalty(mean_of_rows(problem, Derivative(parts.loss, w, partial)), None if added is None else rate)
    if len(problem.data) > 1:
        note = "the derivative of a mean is the mean of the derivatives"
        steps.append(Step("mean rule", whole, moved, note, where))
    else:
        steps.append(Step("sum rule", whole, moved, where=where))
    if slope is not None:
        note = f"only the term with {weight} changes" if slope != ZERO else f"{weight} is not in it"
        steps.append(Step("power rule" if slope != ZERO else "constant rule", rate, slope, note, where))
    general = with_penalty(mean_of_rows(problem, answer), slope)
    steps.append(Step("put the point's derivative in", whole, general, where=where))
    if written:
        rows = [simplify(substitute(row_of(answer, row), numbers)) for row in range(len(problem.data))]
        put_in = with_penalty(mean_of(problem, rows, simplify), slope)
        steps.append(Step("put the points in", whole, put_in, _with_outputs(parts), where))
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

    Works for any network; case weights and the penalty are in it. More than MAX_ROWS points are shown as ``1/n · Σ_i``
    over the general point.
    """
    _require_free(problem, weight)
    left = Derivative(Symbol(part_name("L", problem)), Symbol(weight), _is_partial(problem))
    added = put_penalty(problem)
    slope = None if added is None else derivative(added, weight)
    if len(problem.data) > MAX_ROWS:
        general = substitute(general_loss(problem, GENERAL), fixed_numbers(problem))
        return Equation(left, with_penalty(mean_of_rows(problem, derivative(general, weight)), slope))
    rows = [derivative(point_expression(problem, row), weight) for row in range(len(problem.data))]
    mean = mean_of(problem, rows, simplify) if any(row != ZERO for row in rows) else ZERO
    return Equation(left, with_penalty(mean, slope))


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
