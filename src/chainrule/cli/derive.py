"""``chainrule derive``: the derivative as on a blackboard, every step re-checked; with numbers, backpropagation as a table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence

from chainrule.calculus import (
    Backpropagation,
    Step,
    Steps,
    backpropagate,
    derivative_steps,
    formula_steps,
    is_one_point,
    recheck,
)
from chainrule.cli.options import numbers_of
from chainrule.cli.stated import stated
from chainrule.cli.steps import add_steps
from chainrule.cli.terminal import Sheet
from chainrule.errors import ChainruleError, ProblemError
from chainrule.expression import mathml, print_expression
from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem

MOST_WEIGHTS = 3


def run(options: argparse.Namespace) -> int:
    if options.picture is not None:
        from chainrule.cli.plot import require_picture  # what draws is loaded only where something is drawn

        require_picture(options.picture)
    problem = stated(options)
    if isinstance(problem, TypedProblem):
        return _typed(problem, options)
    problem.require_free()
    row = None if options.number is None else options.number - 1
    if row is None and is_one_point(problem):
        row = 0  # of one point there is no mean to take
    derived = {name: derivative_steps(problem, name, row) for name in chosen_weights(problem, options.weight)}
    checked = recheck_all([step for steps in derived.values() for step in steps])
    table = None
    if options.at or options.picture is not None:
        values = numbers_of(options.at, "--at")
        table = backpropagate(problem, row or 0, values)
        if options.picture is not None:
            draw_numbers(problem, table, values, options.picture)
    sys.stdout.write(PRINTED[options.form](derived, checked, table))
    return 0


def draw_numbers(problem: Problem, table: Backpropagation, values: Mapping[str, str], path: str) -> None:
    """The network with the numbers of the table on it, as a picture file."""
    from chainrule.cli.plot import write_figure
    from chainrule.plot import plot_network

    write_figure(plot_network(problem, table, values).ax.figure, path)  # type: ignore[arg-type]
    print(f"wrote {path}", file=sys.stderr)


def _typed(problem: TypedProblem, options: argparse.Namespace) -> int:
    if options.number is not None or options.at or options.picture is not None:
        raise ProblemError("an equation has no points and no units; leave --point, --at and --picture out")
    if options.weight is not None and options.weight not in problem.free:
        raise ProblemError(f"--weight {options.weight!r:.60}: needed a variable: {', '.join(problem.free)}")
    names = problem.free if options.weight is None else (options.weight,)
    derived = {name: formula_steps(problem.expression, name) for name in names}
    checked = recheck_all([step for steps in derived.values() for step in steps])
    sys.stdout.write(PRINTED[options.form](derived, checked, None))
    return 0


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


Derived = dict[str, Steps]


def as_text(derived: Derived, checked: str, table: Backpropagation | None) -> str:
    sheet = Sheet()
    for name, steps in derived.items():
        sheet.heading(f"Derivative by {name}")
        add_steps(sheet, steps)
    sheet.blank()
    sheet.paragraph(checked[0].upper() + checked[1:] + ".")
    if table is not None:
        sheet.heading(f"Backpropagation at point {table.row + 1}, numbers put in", "computed")
        for header, *rows in (table.unit_table(), table.gradient_table()):
            sheet.table(header, rows)
            sheet.blank()
        sheet.paragraph(f"loss of the point: {table.loss:.6g}", indent=4)
    return str(sheet).lstrip("\n")


def as_latex(derived: Derived, checked: str, table: Backpropagation | None) -> str:
    """An ``align*`` environment for each weight, the rules at the right."""
    blocks = []
    for name, steps in derived.items():
        lines = [
            rf"{print_expression(step.before, 'latex')} &= {print_expression(step.after, 'latex')}"
            rf" && \text{{{_plain(step.rule)}}}"
            for step in steps
        ]
        body = " \\\\\n".join(lines)
        blocks.append(f"% derivative by {name}\n\\begin{{align*}}\n{body}\n\\end{{align*}}")
    if table is not None:
        header, *rows = table.unit_table()
        cells = [" & ".join(_plain(cell) for cell in row) for row in [header, *rows]]
        body = " \\\\\n".join(cells)
        blocks.append(f"\\begin{{tabular}}{{l{'r' * (len(header) - 1)}}}\n{body}\n\\end{{tabular}}")
    return "\n\n".join([*blocks, f"% {checked}"]) + "\n"


def _plain(text: str) -> str:
    signs = {"_": r"\_", "∂": r"$\partial$", "−": "$-$", "–": "--", "'": "$'$", "σ": r"$\sigma$"}
    return "".join(signs.get(character, character) for character in text)


def as_mathml(derived: Derived, checked: str, table: Backpropagation | None) -> str:
    """Displayed ``<math>`` elements, each with its rule before it."""
    lines = []
    for name, steps in derived.items():
        lines.append(f"<h3>Derivative by {name}</h3>")
        lines += [f"<p>{_rule(step)}</p>\n{mathml(step.equation, 'block')}" for step in steps]
    if table is not None:
        header, *rows = table.unit_table()
        lines.append("<table>\n" + _html_row(header, "th") + "".join(_html_row(row, "td") for row in rows) + "</table>")
    return "\n".join([*lines, f"<p>{checked}</p>"]) + "\n"


def _html_row(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>\n"


def as_markdown(derived: Derived, checked: str, table: Backpropagation | None) -> str:
    """Markdown with ``$$`` formulas, as notebooks and most blogs read it."""
    parts = []
    for name, steps in derived.items():
        parts.append(f"## Derivative by `{name}`")
        parts += [f"{_rule(step)}:\n\n$$ {print_expression(step.equation, 'latex')} $$" for step in steps]
    if table is not None:
        header, *rows = table.unit_table()
        parts.append(f"## Backpropagation at point {table.row + 1} (computed)")
        parts.append("\n".join("| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header), *rows]))
    return "\n\n".join([*parts, f"*{checked}*"]) + "\n"


def _rule(step: Step) -> str:
    return f"{step.rule} ({step.note})" if step.note else step.rule


PRINTED = {"text": as_text, "latex": as_latex, "mathml": as_mathml, "markdown": as_markdown}
