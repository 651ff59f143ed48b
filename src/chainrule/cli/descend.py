"""``chainrule descend``: the way down as a table, in a sentence, as a picture and as an animation."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from fractions import Fraction

from chainrule.cli.options import numbers_of, problem_from_options
from chainrule.cli.output import as_sentence, to_json
from chainrule.cli.plot import require_picture
from chainrule.cli.terminal import Sheet
from chainrule.descent import METHODS, Path, descend
from chainrule.descent.path import SHOWN_WEIGHTS
from chainrule.errors import ChainruleError, FileError, NumberError, ProblemError
from chainrule.exact import read_number
from chainrule.extras import require
from chainrule.files import require_writable, write_whole
from chainrule.problem import Problem
from chainrule.prove.boxes.state import Limits
from chainrule.prove.result import Answer
from chainrule.verdict import minimize

MOST_ROWS, BOX = 20, 50  # of a network with hidden layers
MOST_ROWS_OF_A_NEURON = 2000
SECONDS = 5.0  # a descent is quick, and what it ended at is a remark beside it
"""Of a network with hidden layers: so many rows, and the free weight from −BOX to BOX."""
RATES = {"gd": 0.5, "momentum": 0.1, "adam": 0.1}
"""Where no rate is given: Adam's step is about as long as its rate, momentum's ten times the slope's."""


def run(options: argparse.Namespace) -> int:
    if options.plot is not None:
        require_picture(options.plot)
    if options.animate is not None:
        _require_animation(options.animate)
    problem = problem_from_options(options)
    problem.require_free()
    methods = _methods(options)
    rate = None if options.rate is None else _rate(options.rate)
    answer = None if options.no_proof else proved(problem)
    start = numbers_of(options.start, "--start")
    paths = [
        descend(
            problem,
            method,
            start,
            RATES.get(method, 1.0) if rate is None else rate,
            options.steps,
            options.schedule,
            options.seed,
            answer,
        )
        for method in methods
    ]
    if options.json:
        forms = [path.to_json() for path in paths]
        sys.stdout.write(to_json(forms if len(forms) > 1 else forms[0]))
    else:
        sys.stdout.write(str(report(paths, options.every)).lstrip("\n"))
    for path in _write(paths, answer, options):
        print(f"wrote {path}", file=sys.stderr if options.json else sys.stdout)
    return 0


def proved(problem: Problem) -> Answer | None:
    """The proved verdict, where there is one within reason: over all reals for one neuron, in a box for other networks."""
    rows, weights = (MOST_ROWS_OF_A_NEURON, 4) if problem.is_ridge else (MOST_ROWS, 2)
    if len(problem.free) > weights or len(problem.data) > rows:
        return None
    box = None if problem.is_ridge else dict.fromkeys(problem.free, (Fraction(-BOX), Fraction(BOX)))
    try:
        return minimize(problem, box, Limits(boxes=20_000, seconds=SECONDS))
    except ChainruleError:
        return None  # the descent is worth showing without


def _methods(options: argparse.Namespace) -> list[str]:
    others = [name.strip() for text in options.compare for name in text.split(",")]
    return list(dict.fromkeys([options.method, *(METHODS if others == ["all"] else others)]))


def _rate(text: str) -> float:
    try:
        return float(read_number(text, "--rate"))
    except NumberError as error:
        raise ProblemError(f"{error}") from None


def report(paths: Sequence[Path], every: bool = False) -> Sheet:
    """The table of each path (of several, only how they ended), and the sentences."""
    sheet = Sheet()
    if len(paths) > 1:
        sheet.heading("Side by side", "computed")
        _add_side_by_side(sheet, paths)
    for path in paths:
        sheet.heading(f"Descent by {path.method}", "computed")
        if len(paths) == 1:
            add_table(sheet, path, every)
            sheet.blank()
        sheet.paragraph(as_sentence(path.ending.sentence))
    return sheet


def _add_side_by_side(sheet: Sheet, paths: Sequence[Path]) -> None:
    """A row for each method, with as many of the weights as the width allows."""
    free = paths[0].problem.free
    for shown in range(min(len(free), SHOWN_WEIGHTS), 0, -1):
        header = ["method", "steps", *free[:shown], "loss", "|gradient|", "ended"]
        rows = []
        for path in paths:
            last = path.steps[-1]
            *places, loss, steep = last.cells()
            rows.append([path.method, str(last.number), *places[:shown], loss, steep, path.ending.status])
        if sum(max(map(len, column)) + 2 for column in zip(header, *rows, strict=True)) + 2 <= sheet.width:
            break
    sheet.table(header, rows)
    _tell_of_others(sheet, len(free) - shown)


def _tell_of_others(sheet: Sheet, left: int) -> None:
    if left > 0:
        sheet.paragraph(f"and {left} more {'weight' if left == 1 else 'weights'}; --json has all", indent=4)


def add_table(sheet: Sheet, path: Path, every: bool) -> None:
    """Every step, or the first and last ones of many."""
    header, *rows = path.table(every)
    sheet.table(header, rows)
    _tell_of_others(sheet, len(path.problem.free) - SHOWN_WEIGHTS)


def _require_animation(path: str) -> None:
    ending = os.path.splitext(path)[1].lower()
    if ending not in (".html", ".gif"):
        raise FileError(f"{path}: found the ending {ending!r:.20}; needed .html (with a slider) or .gif")
    require("plot", "an animation")
    require_writable(path)


def _write(paths: Sequence[Path], answer: Answer | None, options: argparse.Namespace) -> list[str]:
    written = []
    if options.plot is not None:
        from chainrule.plot.descent import plot_descent
        from chainrule.plot.figure import figure_bytes

        ending = os.path.splitext(options.plot)[1].lower().lstrip(".")
        write_whole(options.plot, figure_bytes(plot_descent(paths, answer).figure, ending))
        written.append(options.plot)
    if options.animate is not None:
        from chainrule.plot.animation import animation_gif, animation_html

        make = animation_gif if options.animate.lower().endswith(".gif") else animation_html
        write_whole(options.animate, make(paths, answer))
        written.append(options.animate)
    return written
