"""``chainrule equation``: the network, a point's loss, the loss or its derivative, in the form another program reads."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from chainrule import calculus
from chainrule.calculus.right import right_equation
from chainrule.cli.stated import stated
from chainrule.errors import ProblemError
from chainrule.expression import Equation, print_expression
from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem


def run(options: argparse.Namespace) -> int:
    problem = stated(options)
    if isinstance(problem, TypedProblem):
        return _print([typed_equation(problem, options)], options.form)
    equations = [chosen_equation(problem, options.network, options.number, options.derivative)]
    if options.network:
        equations += [calculus.network_equation(problem, unit=unit) for unit in range(1, problem.network.outputs)]
    return _print(equations, options.form)


def _print(equations: Sequence[Equation], form: str) -> int:
    for equation in equations:
        sys.stdout.write(print_expression(equation, form) + "\n")
    return 0


def typed_equation(problem: TypedProblem, options: argparse.Namespace) -> Equation:
    """The equation that was typed, or its derivative by a variable."""
    if options.network or options.number is not None:
        raise ProblemError("an equation has no network and no points; leave --network and --point out")
    if options.derivative is not None:
        return calculus.formula_derivative(problem.expression, free_weight(problem, options.derivative))
    return calculus.formula_equation(problem.shown, problem.free)


def chosen_equation(problem: Problem, network: bool, number: int | None, derivative: str | None) -> Equation:
    """The equation that the options choose; the loss by default. Points count from 1.

    Raises
    ------
    ProblemError
        If the options contradict each other, or there is no such point or weight.
    """
    if network and (number is not None or derivative is not None):
        raise ProblemError("--network stands alone; leave out --point and --derivative")
    if network:
        return calculus.network_equation(problem)
    weight = None if derivative is None else free_weight(problem, derivative)
    return right_equation(problem, weight, None if number is None else number - 1)


def free_weight(problem: Problem | TypedProblem, name: str) -> str:
    """The weight of that name, or the only free one."""
    problem.require_free()
    if name:
        if name not in problem.free:
            raise ProblemError(
                f"--derivative {name!r:.60}: needed {'a free weight' if isinstance(problem, Problem) else 'a variable'}: {', '.join(problem.free)}"
            )
        return name
    if len(problem.free) > 1:
        what = "weights" if isinstance(problem, Problem) else "variables"
        raise ProblemError(f"{len(problem.free)} {what} are free; name one: --derivative {problem.free[0]}")
    return problem.free[0]
