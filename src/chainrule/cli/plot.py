"""``chainrule plot``: the curve in the terminal, or the picture as a file."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import replace

from chainrule.cli import output
from chainrule.cli.options import problem_from_options
from chainrule.cli.terminal import Sheet
from chainrule.errors import FileError, ProblemError
from chainrule.files import require_writable, write_whole
from chainrule.prove.result import Answer

FORMS = (".svg", ".png", ".pdf")
MOST_CURVES = 4


def run(options: argparse.Namespace) -> int:
    if options.output is not None:
        require_picture(options.output)
    answer = output.solve(problem_from_options(options), options)
    if options.output is not None:
        write_picture(answer, options.output)
        print(f"wrote {options.output}")
        return output.status(answer)
    sheet = Sheet()
    if len(answer.problem.free) == 1:
        output.add_curve(sheet, answer, rows=18)
    else:
        for part in curves_through_minimum(answer):
            output.add_curve(sheet, part, 10, f"Curve along {part.problem.free[0]}, the others as at the minimum")
    sys.stdout.write(str(sheet).lstrip("\n"))
    return output.status(answer)


def curves_through_minimum(answer: Answer) -> Iterator[Answer]:
    """The problem along each free weight alone, the others fixed in the middle of their intervals at the minimum.

    Raises
    ------
    ProblemError
        If there is no such place, or more curves than are worth a look.
    """
    from chainrule.prove.search import search

    free, at = answer.problem.free, answer.minimum.at
    if at is None or len(free) > MOST_CURVES:
        why = (
            f"{len(free)} are free"
            if at is not None
            else f"there is no minimum of all {len(free)} to draw them through"
        )
        raise ProblemError(f"a curve needs one free weight, and {why}; fix the others, such as --fix {free[-1]}=1")
    for name in free:
        middle = {other: interval.middle for other, interval in at.items() if other != name}
        yield search(replace(answer.problem, fixed={**answer.problem.fixed, **middle}))


def require_picture(path: str) -> None:
    """Raise before any work unless `path` can be written and its ending names a form."""
    ending = os.path.splitext(path)[1].lower()
    if ending not in FORMS:
        raise FileError(f"{path}: found the ending {ending!r:.20}; needed one of {', '.join(FORMS)}")
    require_writable(path)


def write_picture(answer: Answer, path: str) -> None:
    """The curve beside the points, in the form that the ending names."""
    from chainrule.plot import figure_bytes, plot_report

    write_whole(path, figure_bytes(plot_report(answer), os.path.splitext(path)[1].lower().lstrip(".")))
