"""``chainrule derive``: the derivative as on a blackboard, every step re-checked; with numbers, backpropagation as a table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape

from chainrule.calculus import (
    Backpropagation,
    Step,
    Steps,
    backpropagate,
    derivative_steps,
    formula_at,
    formula_equation,
    formula_steps,
    is_one_point,
    recheck,
)
from chainrule.cli.options import numbers_of
from chainrule.cli.output import add_equation
from chainrule.cli.stated import stated
from chainrule.cli.steps import add_steps
from chainrule.cli.terminal import Sheet
from chainrule.digits import digits, short
from chainrule.errors import ChainruleError, ProblemError
from chainrule.exact import read_number
from chainrule.expression import Equation, mathml, print_expression, symbols
from chainrule.expression.printers.latex import latex_text
from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem

MOST_WEIGHTS = 3


def run(options: argparse.Namespace) -> int:
    if options.picture is not None:
        from chainrule.cli.plot import require_picture  # what draws is loaded only where something is drawn

        require_picture(options.picture)
    problem = stated(options)
    found = _typed(problem, options) if isinstance(problem, TypedProblem) else _network(problem, options)
    checked = recheck_all([step for steps in found.sections.values() for step in steps])
    if isinstance(problem, TypedProblem) and options.form == "text" and problem.shown != problem.expression:
        sheet = Sheet()  # the steps begin with the expression whose sigmoids were gathered
        add_equation(sheet, problem)
        sys.stdout.write(f"{str(sheet).lstrip(chr(10))}\n")
    sys.stdout.write(PRINTED[options.form](found, checked))
    return 0


@dataclass(frozen=True)
class Derivation:
    """What is printed: steps under headings, the table of a point's numbers, and sentences on values."""

    sections: Mapping[str, Steps]
    table: Backpropagation | None = None
    told: tuple[str, ...] = ()


def _network(problem: Problem, options: argparse.Namespace) -> Derivation:
    problem.require_free()
    row = None if options.number is None else options.number - 1
    if row is None and is_one_point(problem):
        row = 0  # of one point there is no mean to take
    names = chosen_weights(problem, options.weight)
    sections = {f"Derivative by {name}": derivative_steps(problem, name, row) for name in names}
    table = None
    if options.at or options.picture is not None:
        values = numbers_of(options.at, "--at")
        table = backpropagate(problem, row or 0, values)
        if options.picture is not None:
            draw_numbers(problem, table, values, options.picture)
    return Derivation(sections, table)


def draw_numbers(problem: Problem, table: Backpropagation, values: Mapping[str, str], path: str) -> None:
    """The network with the numbers of the table on it, as a picture file."""
    from chainrule.cli.plot import write_figure
    from chainrule.plot import plot_network

    write_figure(plot_network(problem, table, values).ax.figure, path)  # type: ignore[arg-type]
    print(f"wrote {path}", file=sys.stderr)


def _typed(problem: TypedProblem, options: argparse.Namespace) -> Derivation:
    if options.number is not None or options.picture is not None:
        raise ProblemError("an equation has no points and no units; leave --point and --picture out")
    if options.weight is not None and options.weight not in problem.free:
        raise ProblemError(f"--weight {options.weight!r:.60}: needed a variable: {', '.join(problem.free)}")
    names = problem.free if options.weight is None else (options.weight,)
    sections = {f"Derivative by {name}": formula_steps(problem.expression, name) for name in names}
    if not options.at:
        return Derivation(sections)
    at = {name: Fraction(read_number(text, f"--at {name}")) for name, text in numbers_of(options.at, "--at").items()}
    if strange := [name for name in at if name not in problem.free]:
        raise ProblemError(f"--at {strange[0]!r:.60}: needed a variable: {', '.join(problem.free)}")
    equations = [
        formula_equation(problem.expression, problem.free),
        *(steps[-1].equation for steps in sections.values()),
    ]
    found = [formula_at(problem.expression, equation, at) for equation in equations]
    put_in = Steps(step for steps, _ in found for step in steps)
    told = [value_words(equation, interval, at) for equation, (_, interval) in zip(equations, found, strict=True)]
    where = ", ".join(f"{name} = {short(number)}" for name, number in at.items())
    return Derivation({**sections, f"At {where}": put_in}, told=tuple(told))


def value_words(equation: Equation, interval: tuple[Fraction, Fraction] | None, at: Mapping[str, Fraction]) -> str:
    """``df/dx = 0.1353352832366…, enclosed``, or why there is no number."""
    left = print_expression(equation.left)
    if interval is not None:
        return f"{left} = {digits(*interval)} (enclosed)"
    still = [name for name in symbols(equation.right) if name not in at]
    return f"{left} still depends on {', '.join(still)}" if still else f"{left} has no value there"


def chosen_weights(problem: Problem, name: str | None) -> tuple[str, ...]:
    """The weight of that name, or all free ones where they are few."""
    if name is not None:
        return (name,)
    if len(problem.free) > MOST_WEIGHTS:
        raise ProblemError(f"{len(problem.free)} weights are free; name one to derive by: --weight {problem.free[0]}")
    return problem.free


def recheck_all(steps: Sequence[Step]) -> str:
    """A sentence that says how the steps were checked.

    Raises
    ------
    ChainruleError
        If a step does not hold, which is a defect of Chainrule.
    """
    distinct = {(step.before, step.after): step for step in steps}
    for step in distinct.values():
        found = recheck(step)
        if not found.holds:
            raise ChainruleError(f"the step {step.equation} does not hold: {found.why}; please report this problem")
    count = len(distinct)
    return (
        f"each of the {count} steps was worked out afresh: both sides agree to 30 digits at 8 random points (computed)"
    )


def as_text(found: Derivation, checked: str) -> str:
    sheet = Sheet()
    for heading, steps in found.sections.items():
        sheet.heading(heading)
        add_steps(sheet, steps)
    for line in found.told:
        sheet.paragraph(line, indent=4)
    sheet.blank()
    sheet.paragraph(checked[0].upper() + checked[1:] + ".")
    if found.table is not None:
        table = found.table
        sheet.heading(f"Backpropagation at point {table.row + 1}, numbers put in", "computed")
        for header, *rows in (table.unit_table(), table.gradient_table()):
            sheet.table(header, rows)
            sheet.blank()
        sheet.paragraph(f"loss of the point: {table.loss:.6g}", indent=4)
    return str(sheet).lstrip("\n")


def as_latex(found: Derivation, checked: str) -> str:
    """An ``align*`` environment for each weight, the rules as tags at the right."""
    blocks = [f"% {heading}\n{print_expression(steps, 'latex')}" for heading, steps in found.sections.items()]
    blocks += [latex_text(line) for line in found.told]
    if found.table is not None:
        header, *rows = found.table.unit_table()
        cells = [" & ".join(latex_text(cell) for cell in row) for row in [header, *rows]]
        body = " \\\\\n".join(cells)
        blocks.append(f"\\begin{{tabular}}{{l{'r' * (len(header) - 1)}}}\n{body}\n\\end{{tabular}}")
    return "\n\n".join([*blocks, f"% {checked}"]) + "\n"


def as_mathml(found: Derivation, checked: str) -> str:
    """Displayed ``<math>`` elements, each with its rule before it."""
    lines = []
    for heading, steps in found.sections.items():
        lines.append(f"<h3>{heading}</h3>")
        lines += [f"<p>{escape(_rule(step))}</p>\n{mathml(step.equation, 'block')}" for step in steps]
    lines += [f"<p>{line}</p>" for line in found.told]
    if found.table is not None:
        header, *rows = found.table.unit_table()
        lines.append("<table>\n" + _html_row(header, "th") + "".join(_html_row(row, "td") for row in rows) + "</table>")
    return "\n".join([*lines, f"<p>{checked}</p>"]) + "\n"


def _html_row(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>\n"


def as_markdown(found: Derivation, checked: str) -> str:
    """Markdown with ``$$`` formulas, as notebooks and most blogs read it."""
    parts = []
    for heading, steps in found.sections.items():
        parts.append(f"## {_quoted(heading)}")
        parts += [f"{_rule(step)}:\n\n$$ {print_expression(step.equation, 'latex')} $$" for step in steps]
    parts += found.told
    if found.table is not None:
        header, *rows = found.table.unit_table()
        parts.append(f"## Backpropagation at point {found.table.row + 1} (computed)")
        parts.append("\n".join("| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header), *rows]))
    return "\n\n".join([*parts, f"*{checked}*"]) + "\n"


def _quoted(heading: str) -> str:
    """``Derivative by `w_x```: Markdown would read underscores."""
    words, by, name = heading.partition(" by ")
    return f"{words}{by}`{name}`" if name else heading


def _rule(step: Step) -> str:
    return f"{step.rule} ({step.note})" if step.note else step.rule


PRINTED = {"text": as_text, "latex": as_latex, "mathml": as_mathml, "markdown": as_markdown}
