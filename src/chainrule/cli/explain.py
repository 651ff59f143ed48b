"""``chainrule explain``: the whole walk-through, for a terminal, as a page, as a picture or for machines."""

from __future__ import annotations

import argparse
import sys

from chainrule import calculus
from chainrule.cli import output
from chainrule.cli.plot import require_picture, write_picture
from chainrule.cli.stated import stated
from chainrule.cli.steps import add_steps
from chainrule.cli.terminal import Sheet
from chainrule.errors import ProblemError
from chainrule.expression import print_expression
from chainrule.expression.typed import TypedProblem
from chainrule.extras import require
from chainrule.files import require_writable, write_whole
from chainrule.problem import Problem
from chainrule.prove.result import Answer

SHOWN_DERIVATIVES = 3


def run(options: argparse.Namespace) -> int:
    if options.fragment and options.page is None:
        raise ProblemError("--fragment says how --page is written; add --page FILE")
    if options.page is not None:
        require("page", "a page")
        require_writable(options.page)
    if options.plot is not None:
        require_picture(options.plot)
    answer = output.solve(stated(options), options)
    shown = output.to_json(answer.to_json()) if options.json else str(explanation(answer)).lstrip("\n")
    written = []
    if options.page is not None:
        from chainrule.page import render_fragment, render_page

        write_whole(options.page, render_fragment(answer) if options.fragment else render_page(answer))
        written.append(options.page)
    if options.plot is not None:
        write_picture(answer, options.plot)
        written.append(options.plot)
    sys.stdout.write(shown)
    for path in written:
        print(f"wrote {path}", file=sys.stderr if options.json else sys.stdout)
    return output.status(answer, options.all)


def explanation(answer: Answer, sheet: Sheet | None = None) -> Sheet:
    """The sheet that `explain` prints."""
    sheet = sheet or Sheet()
    problem = answer.problem
    if problem.title:
        sheet.title(problem.title)
    if isinstance(problem, TypedProblem):
        add_equation(sheet, problem)
    else:
        output.add_problem(sheet, problem)
        add_network(sheet, problem)
        add_losses(sheet, problem)
        add_derivative(sheet, problem)
    if len(problem.free) == 1:
        output.add_curve(sheet, answer)
    else:
        output.add_slices(sheet, answer)
    output.add_verdict(sheet, answer)
    return sheet


def add_equation(sheet: Sheet, problem: TypedProblem) -> None:
    """The equation as it was read, and its derivative by each variable, one rule a line."""
    output.add_equation(sheet, problem)
    for name in problem.free:
        sheet.heading(f"Derivative by {name}")
        # the first step says what the equation is, which stands above
        add_steps(sheet, calculus.formula_steps(problem.expression, name)[1:])


def add_network(sheet: Sheet, problem: Problem) -> None:
    """Each unit, and with its fixed weights put in; the names of the inputs stay."""
    sheet.heading("Network")
    add_steps(sheet, calculus.network_steps(problem))


def add_losses(sheet: Sheet, problem: Problem) -> None:
    """The first point's loss in steps, the others' as they end, and the mean of all."""
    count = len(problem.data)
    if not problem.network.is_neuron:
        add_losses_by_unit(sheet, problem)
        return
    shown = count if count <= output.SHOWN_ROWS else output.SHOWN_ROWS - 2
    sheet.heading("Loss of each point", "the first in steps" if count > 1 else "")
    add_steps(sheet, calculus.point_loss_steps(problem, 0))
    for row in range(1, shown):
        sheet.equation(print_expression(calculus.point_loss_equation(problem, row)))
    if count > shown:
        sheet.paragraph(f"… and {count - shown:,} more", indent=4)
    if not calculus.is_one_point(problem):  # of one point it was said
        sheet.heading("Loss", calculus.whole_words(problem))
        sheet.equation(print_expression(calculus.loss_equation(problem)))


def add_losses_by_unit(sheet: Sheet, problem: Problem) -> None:
    """Of several units, where one long equation could not be read: the first point's way through them, and the mean."""
    alone = calculus.is_one_point(problem)
    sheet.heading("Loss" if alone else "Loss of the first point", "unit by unit, in steps")
    add_steps(sheet, calculus.unit_steps(problem, 0))
    if not alone:
        sheet.heading("Loss", calculus.whole_words(problem))
        sheet.equation(print_expression(calculus.mean_equation(problem)))


def add_derivative(sheet: Sheet, problem: Problem) -> None:
    shown = problem.free if len(problem.free) <= SHOWN_DERIVATIVES else problem.free[:1]
    for name in shown:
        sheet.heading(f"Derivative by {name}")
        # Of one point there is no mean to take.
        add_steps(sheet, calculus.derivative_steps(problem, name, 0 if calculus.is_one_point(problem) else None))

    if len(shown) < len(problem.free):
        more = f"… and {len(problem.free) - len(shown):,} more of this form; chainrule equation --derivative WEIGHT"
        sheet.paragraph(f"{more} prints one.", indent=4)
