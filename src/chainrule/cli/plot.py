"""``chainrule plot``: the curve in the terminal, or the picture as a file."""

from __future__ import annotations

import argparse
import os
import sys

from chainrule.cli import output
from chainrule.cli.options import problem_from_options
from chainrule.cli.terminal import Sheet
from chainrule.errors import FileError
from chainrule.files import require_writable, write_whole
from chainrule.prove.result import Answer

FORMS = (".svg", ".png", ".pdf")


def run(options: argparse.Namespace) -> int:
    if options.output is not None:
        require_picture(options.output)
    answer = output.solve(problem_from_options(options))
    if options.output is not None:
        write_picture(answer, options.output)
        print(f"wrote {options.output}")
        return 0
    sheet = Sheet()
    output.add_curve(sheet, answer, rows=18)
    sys.stdout.write(str(sheet).lstrip("\n"))
    return 0


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
