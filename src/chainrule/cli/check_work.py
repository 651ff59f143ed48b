"""``chainrule check-work``: a person's own equation beside the right one."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from chainrule.calculus import derivative_equation
from chainrule.calculus.compare import Comparison, compare
from chainrule.calculus.substitution import MAX_ROWS
from chainrule.cli.equation import chosen_equation
from chainrule.cli.options import problem_from_options
from chainrule.cli.terminal import Sheet
from chainrule.errors import ExpressionError, ProblemError
from chainrule.expression import Expression, Number, Symbol, parse, print_expression, substitute, symbols
from chainrule.files import decode_text, read_bounded
from chainrule.problem import Problem

MAX_FILE = 100_000


def run(options: argparse.Namespace) -> int:
    if (options.answer is None) == (options.answer_file is None):
        raise ProblemError("needed your equation, once: --answer EQUATION or --answer-file FILE")
    problem = problem_from_options(options)
    problem.require_free()
    if options.number is None and len(problem.data) > MAX_ROWS:
        raise ProblemError(f"the data has {len(problem.data):,} points; up to {MAX_ROWS} are compared: use --point N")
    text = options.answer if options.answer is not None else _read(options.answer_file)
    answer = in_weights(parse(right_side(text)), problem)
    right = chosen_equation(problem, False, options.number, options.derivative)
    points = range(len(problem.data)) if options.number is None else [options.number - 1]
    found = compare(answer, right.right, problem.free, [f"the term of point {row + 1}" for row in points])
    sheet = Sheet()
    sheet.paragraph(found.how[0].upper() + found.how[1:] + ".", indent=0)
    if not found.equal:
        # a right answer to another question has no term that is off
        for hint in _something_else(problem, answer, options) or found.hints:
            sheet.paragraph(f"- {hint}", indent=2, hanging=2)
        sheet.blank()
        sheet.paragraph("The right one:", indent=0)
        sheet.equation(print_expression(right))
    sys.stdout.write(str(sheet))
    return 0 if found.equal else 1


def _read(path: str) -> str:
    advice = "keep the one equation in it"
    return decode_text(read_bounded(Path(path), MAX_FILE, advice), path, "text")


def right_side(text: str) -> str:
    """What stands after the equals sign, where there is one: ``L = …``, ``dL/dw_x = …``."""
    sides = re.split(r"(?<![<>=!])=(?!=)", text)
    if len(sides) > 2:
        raise ExpressionError(f"found {len(sides) - 1} equals signs; needed one equation, such as L = (…)^2")
    return sides[-1]


def in_weights(answer: Expression, problem: Problem) -> Expression:
    """The answer in the problem's free weights: fixed ones put in, code's names read, one other name taken for the one free."""
    names = {re.sub(r"\W+", "_", name).rstrip("_"): name for name in problem.network.weight_names}
    answer = substitute(answer, {code: Symbol(name) for code, name in names.items() if code != name})
    answer = substitute(answer, {name: Number(value) for name, value in problem.fixed.items()})
    other = [name for name in symbols(answer) if name not in problem.free]
    if len(other) == 1 and len(problem.free) == 1 and problem.free[0] not in symbols(answer):
        answer = substitute(answer, {other[0]: Symbol(problem.free[0])})
    return answer


def _something_else(problem: Problem, answer: Expression, options: argparse.Namespace) -> list[str]:
    """Whether the answer is the right one to another question."""
    if options.number is not None:
        return []
    others: list[tuple[str, Expression]] = []
    if options.derivative is not None:
        others.append(("the loss; leave out --derivative", chosen_equation(problem, False, None, None).right))
    for name in problem.free[:4]:
        if options.derivative is None or (options.derivative or problem.free[0]) != name:
            others.append((f"the derivative by {name}: --derivative {name}", derivative_equation(problem, name).right))
    found: list[Comparison] = [compare(answer, right, problem.free) for _, right in others]
    return [f"it is {what}" for (what, _), one in zip(others, found, strict=True) if one.equal]
