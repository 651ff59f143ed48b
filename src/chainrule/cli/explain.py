"""``chainrule explain``: the whole walk-through, for a terminal, as a page, as a picture or for machines."""

from __future__ import annotations

import argparse
import os
import sys

from chainrule import calculus
from chainrule.cli import output
from chainrule.cli.plot import require_picture, write_figure, write_picture
from chainrule.cli.stated import stated
from chainrule.cli.steps import add_steps
from chainrule.cli.terminal import Sheet
from chainrule.errors import FileError, ProblemError
from chainrule.expression import print_expression
from chainrule.expression.typed import TypedProblem
from chainrule.extras import require
from chainrule.files import require_writable, write_whole
from chainrule.problem import Problem
from chainrule.prove.result import Answer

SHOWN_DERIVATIVES = 3
PICTURE_FORMS = {"markdown": ".svg", "latex": ".pdf"}
"""The form of the pictures beside a text: what a browser draws, and what a LaTeX engine includes."""


def run(options: argparse.Namespace) -> int:
    _require_sense(options)
    if options.page is not None or options.form == "html":
        require("page", "a page")
    if options.page is not None:
        require_writable(options.page)
    if options.plot is not None:
        require_picture(options.plot)
    assets = None if options.assets is None else _folder(options.assets)
    answer = output.solve(stated(options), options)
    written: list[str] = []
    if options.json:
        shown = output.to_json(answer.to_json())
    elif options.form == "text":
        shown = str(explanation(answer)).lstrip("\n")
    else:
        shown = (
            page_of(answer, options) if options.form == "html" else written_out(answer, options.form, assets, written)
        )
    if options.page is not None:
        write_whole(options.page, page_of(answer, options))
        written.append(options.page)
    if options.plot is not None:
        write_picture(answer, options.plot)
        written.append(options.plot)
    sys.stdout.write(shown)
    for path in written:
        print(f"wrote {path}", file=sys.stderr if options.json or options.form != "text" else sys.stdout)
    return output.status(answer, options.all)


def _require_sense(options: argparse.Namespace) -> None:
    """Raise where options contradict each other."""
    if options.fragment and options.page is None and options.form != "html":
        raise ProblemError("--fragment says how a page is written; add --page FILE or --as html")
    if options.theme is not None and options.page is None and options.form != "html":
        raise ProblemError("--theme says how a page looks; add --page FILE or --as html")
    if options.assets is not None and options.form not in PICTURE_FORMS:
        raise ProblemError(
            "--assets is where the pictures of --as markdown and --as latex go; those of a page are in it"
        )
    if options.json and options.form != "text":
        raise ProblemError(f"--json and --as {options.form} are two forms; choose one")


def _folder(path: str) -> str:
    """The folder, made where it is missing."""
    require("plot", "a picture")
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise FileError(f"{path}: {error.strerror or error}; name a folder that can be written") from None
    require_writable(os.path.join(path, f"loss{PICTURE_FORMS['markdown']}"))
    return path


def page_of(answer: Answer, options: argparse.Namespace) -> str:
    """The page, or what of it goes into a page that exists, in its theme."""
    from chainrule.page import render_fragment, render_page

    return (render_fragment if options.fragment else render_page)(answer, options.theme or "auto")


def written_out(answer: Answer, form: str, assets: str | None, written: list[str]) -> str:
    """The whole in another form; the pictures are written into the folder `assets`, their paths added to `written`."""
    from chainrule.page import render_latex, render_markdown
    from chainrule.page.blocks import Picture, blocks_of

    places = {}
    for picture in blocks_of(answer) if assets is not None else []:
        if isinstance(picture, Picture):
            path = os.path.join(assets or "", f"{picture.name}{PICTURE_FORMS[form]}")
            write_figure(picture.draw(), path)
            written.append(path)
            places[picture.name] = path.replace(os.sep, "/")
    return render_markdown(answer, places) if form == "markdown" else render_latex(answer, places)


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
    try:
        if len(problem.free) == 1:
            output.add_curve(sheet, answer)
        else:
            output.add_slices(sheet, answer)
    except ProblemError as error:  # the verdict is worth telling without
        sheet.heading("Curve")
        sheet.paragraph(f"No curve is drawn: {error}.")
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
