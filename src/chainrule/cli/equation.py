"""``chainrule equation``: the network, a point's loss, the loss or its derivative, in the form another program reads."""

from __future__ import annotations

import argparse
import sys

from chainrule import calculus
from chainrule.calculus.right import right_equation
from chainrule.cli.options import problem_from_options
from chainrule.cli.stated import equation_from_options
from chainrule.errors import ProblemError
from chainrule.expression import Equation, print_expression
from chainrule.expression.rewrite import walk
from chainrule.expression.tree import Sum
from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem


def run(options: argparse.Namespace) -> int:
    problem = equation_from_options(options) or problem_from_options(options, pointless=options.network)
    if options.steps and options.link:
        raise ProblemError("--link asks about one equation and --steps prints several; leave one of them out")
    for shown in chosen(problem, options):
        text = link_to(problem, shown, options) if options.link else print_expression(shown, options.form)
        sys.stdout.write(f"{text}\n")
    return 0


def chosen(problem: Problem | TypedProblem, options: argparse.Namespace) -> list[Equation | calculus.Steps]:
    """What the options choose: equations, or how they come about."""
    if isinstance(problem, TypedProblem):
        if options.steps and options.derivative is None:
            raise ProblemError(
                "an equation has no numbers to put in; --steps --derivative tells how its derivative comes about"
            )
        if options.steps:
            return [calculus.formula_steps(problem.expression, free_weight(problem, options.derivative))]
        return [typed_equation(problem, options)]
    if options.steps:
        return [chosen_steps(problem, options)]
    equations = [chosen_equation(problem, options.network, options.number, options.derivative)]
    if options.network:
        equations += [calculus.network_equation(problem, unit=unit) for unit in range(1, problem.network.outputs)]
    return [*equations]


def chosen_steps(problem: Problem, options: argparse.Namespace) -> calculus.Steps:
    row = None if options.number is None else options.number - 1
    if options.derivative is not None:
        return calculus.derivative_steps(problem, free_weight(problem, options.derivative), row)
    if options.network:
        return calculus.network_steps(problem)
    if row is None:
        return calculus.loss_steps(problem)
    return calculus.point_loss_steps(problem, row) if problem.network.is_neuron else calculus.unit_steps(problem, row)


def link_to(problem: Problem | TypedProblem, shown: Equation | calculus.Steps, options: argparse.Namespace) -> str:
    """The address of a web calculator that asks for the minimum of the whole loss, or about any other equation."""
    from chainrule.page import calculator

    is_whole = options.derivative is None and options.number is None and not options.network
    text = calculator.question(problem) if is_whole else None
    if text is None and isinstance(shown, Equation) and any(isinstance(node, Sum) for node in walk(shown.right)):
        raise ProblemError("the data stands in it as a sum over its rows; ask about one of them: --point N")
    found = calculator.address(text or print_expression(shown, "wolfram"))
    if found is None:
        raise ProblemError("the equation is too long for a link; print it with --as wolfram and paste it")
    return found


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
