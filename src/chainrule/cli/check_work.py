"""``chainrule check-work``: a person's own equation beside the right one."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from chainrule.calculus.work import check_work
from chainrule.cli.equation import free_weight
from chainrule.cli.options import problem_from_options
from chainrule.cli.terminal import Sheet
from chainrule.errors import ProblemError
from chainrule.expression import print_expression
from chainrule.files import decode_text, read_bounded

MAX_FILE = 100_000


def run(options: argparse.Namespace) -> int:
    if (options.answer is None) == (options.answer_file is None):
        raise ProblemError("needed your equation, once: --answer EQUATION or --answer-file FILE")
    problem = problem_from_options(options)
    text = options.answer if options.answer is not None else _read(options.answer_file)
    weight = None if options.derivative is None else free_weight(problem, options.derivative)
    found = check_work(problem, text, weight, None if options.number is None else options.number - 1)
    sheet = Sheet()
    sheet.paragraph(found.how[0].upper() + found.how[1:] + ".", indent=0)
    if not found.equal and found.right is not None:
        for hint in found.hints:
            sheet.paragraph(f"- {hint}", indent=2, hanging=2)
        sheet.blank()
        sheet.paragraph("The right one:", indent=0)
        sheet.equation(print_expression(found.right))
    sys.stdout.write(str(sheet))
    return 0 if found.equal else 1


def _read(path: str) -> str:
    advice = "keep the one equation in it"
    return decode_text(read_bounded(Path(path), MAX_FILE, advice), path, "text")
