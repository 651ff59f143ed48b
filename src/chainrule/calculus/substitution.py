"""How the loss comes about: the formula, the fixed weights put in, then the points, the arithmetic tidied.

    L_3 = (1/(1 + e^−(x·w_x + y·w_y + bias)) − label)²        the formula
        = (1/(1 + e^−(x·w_x + y − 1)) − label)²               the weights put in, x and y kept
        = (1/(1 + e^−(3w_x + 1 − 1)) − 1)²                    the point put in
        = (1/(1 + e^−(3w_x)) − 1)²                            tidied up

Written as on a blackboard, and nothing twice: a tidy-up that changes nothing is no step. Each step's
`where` holds the numbers that were put in, so that it can be re-checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chainrule.algebra.expressions import Expressions, single
from chainrule.calculus.mean import (
    GENERAL,
    case_numbers,
    mean_of,
    mean_of_rows,
    part_name,
    penalty,
    row_of,
    whole_words,
    with_penalty,
)
from chainrule.calculus.simplify import simplify
from chainrule.calculus.step import Step, Steps
from chainrule.errors import ProblemError
from chainrule.expression.rewrite import gather_sigmoids, spell_out, substitute, symbols
from chainrule.expression.tree import Equation, Expression, Number, Symbol
from chainrule.formula import layer_output, outputs, point_loss, preactivation
from chainrule.problem import Problem

MAX_ROWS = 12
"""Up to so many points are written out; more are a sum over the general point."""


def network_equation(problem: Problem, spelled: bool = True, unit: int = 0) -> Equation:
    """``a = 1/(1 + e^−(x·w_x + y·w_y + bias))``; with `spelled` False, ``a = σ(…)``.

    Hidden layers stand inside one another; of several outputs it is that of `unit`.
    """
    inputs = [Symbol(name) for name in problem.network.inputs]
    shown = single(outputs(Expressions(), problem.network, weight_symbols(problem), inputs)[unit])
    return Equation(
        unit_symbol(problem, "a", len(problem.network.layers) - 1, unit), spell_out(shown) if spelled else shown
    )


def unit_equations(problem: Problem, spelled: bool = True) -> tuple[Equation, ...]:
    """The network unit by unit: ``a1[0] = tanh(x·w1[0,x] + …)``, ``a2[0] = 1/(1 + e^−(a1[0]·w2[0,0] + …))``."""
    network, algebra, weights = problem.network, Expressions(), weight_symbols(problem)
    below: list[Expression | tuple[Expression, ...]] = [Symbol(name) for name in network.inputs]
    equations = []
    for number, layer in enumerate(network.layers):
        z = [preactivation(algebra, network, weights, number, unit, below) for unit in range(layer.units)]
        names = [unit_symbol(problem, "a", number, unit) for unit in range(layer.units)]
        shown = map(single, layer_output(algebra, layer, z))
        equations += [Equation(name, spell_out(a) if spelled else a) for name, a in zip(names, shown, strict=True)]
        below = list(names)
    return tuple(equations)


def unit_symbol(problem: Problem, letter: str, layer: int, unit: int, index: str = "") -> Symbol:
    """The name of a unit's part: ``a`` for one neuron, else ``a1[0]``; with an index that of a point."""
    return Symbol(problem.network.part_name(part_name(letter, problem), layer, unit), index)


def network_steps(problem: Problem) -> Steps:
    """Each unit as it is, ``a = 1/(1 + e^−(x·w_x + y·w_y + bias))``, and with its fixed weights put in: x and y are kept."""
    steps: list[Step] = []
    for rule, equation in zip(unit_words(problem), unit_equations(problem), strict=True):
        steps.append(Step(rule, equation.left, equation.right, where={str(equation.left): equation.right}))
        steps += put_in(equation.right, fixed_numbers(problem), {})
    return Steps(steps)


def unit_words(problem: Problem) -> list[str]:
    """What each unit is called in a sentence: ``unit 0 of layer 1``."""
    layers = problem.network.layers
    if problem.network.is_neuron:
        return ["the neuron"]
    return [f"unit {unit} of layer {number}" for number, layer in enumerate(layers, 1) for unit in range(layer.units)]


def put_in(formula: Expression, fixed: Mapping[str, Expression], numbers: Mapping[str, Expression]) -> list[Step]:
    """The fixed weights put in and tidied at once, then the numbers of a point, then these tidied; each where it changes something."""
    steps, here = list[Step](), formula
    if set(fixed) & set(symbols(formula)):
        here = retidied(substitute(formula, fixed))
        steps.append(Step("put the weights in", formula, here, where=fixed))
    if set(numbers) & set(symbols(here)):
        put = substitute(here, numbers)
        steps.append(Step("put the point in", here, put, where=numbers))
        if (tidied := retidied(put)) != put:
            steps.append(Step("tidy up", put, tidied))
    return steps


def retidied(node: Expression) -> Expression:
    """Tidied where σ is spelled out already, which must not be taken apart for that."""
    return spelled(gather_sigmoids(node))


def point_loss_steps(problem: Problem, row: int) -> Steps:
    """The loss of one point (rows count from 0): the formula, the weights put in, the point put in, tidied.

    The last step's `equation` is the loss as a function of the free weights. Of several layers `unit_steps` goes unit by unit.
    """
    name = Symbol(part_name("L", problem), str(require_row(problem, row) + 1))
    formula = spell_out(general_loss(problem))
    first = Step("the loss", name, formula, _LOSS_NOTES[problem.loss], {name.full_name: formula})
    return Steps((first, *put_in(formula, fixed_numbers(problem), point_numbers(problem, row))))


_LOSS_NOTES = {
    "mse": "the squared difference of output and label",
    "mae": "the difference of output and label, without its sign",
    "cross-entropy": "minus the logarithm of the share given to the right class",
}


def point_loss_equation(problem: Problem, row: int) -> Equation:
    """``L_1 = (1/(1 + e^−(3w_x + 3)) − 1)²``: numbers put in and tidied."""
    name = Symbol(part_name("L", problem), str(require_row(problem, row) + 1))
    return Equation(name, spelled(point_expression(problem, row)))


def loss_steps(problem: Problem) -> Steps:
    """The loss of the whole data set: the mean over the points and the penalty, the weights put in, then the points, tidied."""
    term, added = spell_out(general_loss(problem, GENERAL)), penalty(problem)
    formula = with_penalty(mean_of_rows(problem, term), added)
    name, fixed = Symbol(part_name("L", problem)), fixed_numbers(problem)
    steps = [Step("the loss", name, formula, whole_words(problem), {name.full_name: formula})]
    if fixed:
        term = retidied(substitute(term, fixed))
        weighted = with_penalty(mean_of_rows(problem, term), put_penalty(problem))
        steps.append(Step("put the weights in", formula, weighted, where=fixed))
    if len(problem.data) <= MAX_ROWS:
        numbers, before = all_numbers(problem), steps[-1].after
        rows = [substitute(row_of(term, row), numbers) for row in range(len(problem.data))]
        points = with_penalty(mean_of(problem, rows), put_penalty(problem))
        steps.append(Step("put the points in", before, points, where=numbers))
    if (tidied := loss_equation(problem).right) != steps[-1].after:
        steps.append(Step("tidy up", steps[-1].after, tidied))
    return Steps(step for step in steps if step.before != step.after)


def loss_equation(problem: Problem) -> Equation:
    """The loss of the whole data set as a function of the free weights, numbers put in and tidied.

    Case weights and the penalty are in it. More than MAX_ROWS points are shown as ``1/n · Σ_i`` over the general
    point ``(x_i, y_i, label_i)``, whose case weight is ``c_i``.
    """
    return Equation(Symbol(part_name("L", problem)), _whole(problem, spelled))


def loss_expression(problem: Problem) -> Expression:
    """The right-hand side of `loss_equation`, with σ not spelled out."""
    return _whole(problem, simplify)


def _whole(problem: Problem, tidy: Callable[[Expression], Expression]) -> Expression:
    count = len(problem.data)
    added = put_penalty(problem)
    if count > MAX_ROWS:
        general = tidy(substitute(general_loss(problem, GENERAL), fixed_numbers(problem)))
        return with_penalty(mean_of_rows(problem, general), added)
    rows = [tidy(point_expression(problem, row)) for row in range(count)]
    return with_penalty(mean_of(problem, rows, simplify), added)


def put_penalty(problem: Problem) -> Expression | None:
    """The penalty as a function of the free weights: ``0.1(w_x² + 4)``."""
    added = penalty(problem)
    return None if added is None else simplify(substitute(added, fixed_numbers(problem)))


# Building blocks --------------------------------------------------------------------------------------


def spelled(node: Expression) -> Expression:
    """Tidied, and then σ spelled out with e^x: in this order, for σ keeps what it holds together."""
    return simplify(spell_out(simplify(node)))


def weight_symbols(problem: Problem) -> dict[str, Expression | tuple[Expression, ...]]:
    return {name: Symbol(name) for name in problem.network.weight_names}


def general_loss(problem: Problem, index: str = "") -> Expression:
    """``(σ(x·w_x + …) − label)²`` for the general point, all weights as symbols."""
    inputs = [Symbol(name, index) for name in problem.network.inputs]
    targets = [Symbol(name, index) for name in target_names(problem)]
    return single(point_loss(Expressions(), problem.network, weight_symbols(problem), inputs, targets, problem.loss))


def target_names(problem: Problem) -> tuple[str, ...]:
    """``label`` for one output; ``label[0], label[1], …`` where there is one for each class."""
    count = problem.network.outputs
    return ("label",) if count == 1 else tuple(f"label[{k}]" for k in range(count))


def point_expression(problem: Problem, row: int) -> Expression:
    """The loss of one point as a function of the free weights, numbers put in, not tidied."""
    return substitute(general_loss(problem), {**point_numbers(problem, row), **fixed_numbers(problem)})


def point_numbers(problem: Problem, row: int, index: str = "") -> dict[str, Expression]:
    """The inputs and the label of one point by name."""
    inputs, targets = problem.data.point(row)[0], [column[row] for column in problem.targets]
    names = [Symbol(name, index).full_name for name in (*problem.network.inputs, *target_names(problem))]
    return dict(zip(names, map(Number, (*inputs, *targets)), strict=True))


def all_numbers(problem: Problem) -> dict[str, Expression]:
    """The inputs, labels and case weights of all points: ``x_1``, ``y_1``, ``label_1``, ``x_2`` …"""
    return {
        name: number
        for row in range(len(problem.data))
        for name, number in point_numbers(problem, row, str(row + 1)).items()
    } | case_numbers(problem)


def fixed_numbers(problem: Problem) -> dict[str, Expression]:
    return {name: Number(value) for name, value in problem.fixed.items()}


def require_row(problem: Problem, row: int) -> int:
    if not 0 <= row < len(problem.data):
        raise ProblemError(f"there is no point {row + 1}; the data has points 1 to {len(problem.data)}")
    return row
