"""``chainrule exercises``: a sheet, its solutions and the form for answers, from one seed; ``check-work --batch`` marks them."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from chainrule.cli.options import problem_from_options
from chainrule.cli.output import to_json
from chainrule.cli.terminal import Sheet
from chainrule.errors import FileError, ProblemError
from chainrule.exercises import (
    FORMS,
    Exercise,
    Mark,
    answer_form,
    exercises,
    mark_table,
    read_answers,
    render_sheet,
)
from chainrule.exercises.marking import Given
from chainrule.extras import require
from chainrule.files import decode_text, read_bounded, require_writable, write_whole
from chainrule.problem import Problem, problem_to_dict

MAX_CSV = 10_000_000


def run(options: argparse.Namespace) -> int:
    paths = None if options.to is None else _paths(options.to)
    problem = stated_problem(options)
    topics = [name.strip() for text in options.topic for name in text.split(",")]
    made = exercises(problem, topics, options.count, options.seed)
    code = code_of(topics, options.count, options.seed, problem)
    if paths is None:
        sys.stdout.write(render_sheet(made, "md", code))
        print("--to sheet.html writes it with its solutions, and a form for answers", file=sys.stderr)
        return 0
    form = os.path.splitext(options.to)[1].lower().lstrip(".")
    sheet, solutions, answers = paths
    write_whole(sheet, render_sheet(made, form, code))
    write_whole(solutions, render_sheet(made, form, code, solved=True))
    write_whole(answers, answer_form(made, code))
    for path in paths:
        print(f"wrote {path}")
    again = f"chainrule check-work{f' {options.file}' if options.file else ''} --batch {answers}"
    print(f"{len(made)} exercises, every solution checked. Filled in, the form is marked by: {again}")
    return 0


def _paths(path: str) -> tuple[str, str, str]:
    """The sheet, its solutions and the form for answers."""
    stem, ending = os.path.splitext(path)
    if ending.lower().lstrip(".") not in FORMS:
        raise FileError(
            f"{path}: found the ending {ending!r:.20}; needed one of {', '.join(f'.{form}' for form in FORMS)}"
        )
    if ending.lower() == ".html":
        require("page", "a sheet as a page", otherwise="; a sheet without it: --to sheet.md")
    found = path, f"{stem}-solutions{ending}", f"{stem}-answers.csv"
    for each in found:
        require_writable(each)
    return found


def stated_problem(options: argparse.Namespace) -> Problem | None:
    """The problem that the exercises are about, where one is stated."""
    if options.file is None and not options.points:
        return None
    problem = problem_from_options(options)
    problem.require_free()
    return problem


def code_of(topics: Sequence[str], count: int, seed: int, problem: Problem | None) -> str:
    """What makes the sheet again: ``all-12-7``, and with a problem a hash of it."""
    code = f"{'+'.join(topics) or 'all'}-{count}-{seed}"
    if problem is None:
        return code
    return f"{code}-{hashlib.sha256(json.dumps(problem_to_dict(problem), sort_keys=True).encode()).hexdigest()[:6]}"


def exercises_of(code: str, problem: Problem | None) -> tuple[Exercise, ...]:
    """The exercises of a sheet by its code.

    Raises
    ------
    ProblemError
        If it is no code of a sheet, or that of a sheet about another problem.
    """
    parts = code.split("-")
    if not 3 <= len(parts) <= 4 or not (parts[1].isdecimal() and parts[2].isdecimal()):
        raise ProblemError(f"found the sheet {code!r:.60}; needed the code that stands on it, such as all-12-7")
    topics = [] if parts[0] == "all" else parts[0].split("+")
    if code != (right := code_of(topics, int(parts[1]), int(parts[2]), problem)):
        hint = "name the file that it is about" if problem is None else f"this file makes {right}"
        raise ProblemError(f"the sheet {code:.60} is about another problem; {hint}")
    return exercises(problem, topics, int(parts[1]), int(parts[2]))


def mark_batch(options: argparse.Namespace) -> int:
    """Mark a CSV of answers; the exit status is 0 where all are right."""
    text = decode_text(read_bounded(Path(options.batch), MAX_CSV, "mark it in parts"), options.batch, "CSV")
    given, problem = read_answers(text, options.batch), stated_problem(options)
    sheets: dict[str, tuple[Exercise, ...]] = {}
    for row in given:
        if not row.sheet:
            raise ProblemError(
                f"{options.batch}: exercise {row.number} names no sheet; needed its code in the column sheet"
            )
        if row.sheet not in sheets:
            sheets[row.sheet] = exercises_of(row.sheet, problem)
    marks = [mark for row in given for mark in mark_table(sheets[row.sheet], [row])]
    sys.stdout.write(to_json([as_json(mark) for mark in marks]) if options.json else as_text(marks))
    return 0 if all(mark.found is not None and mark.found.accepted for mark in marks) else 1


def as_json(mark: Mark) -> dict[str, object]:
    row: Given = mark.given
    return {
        "sheet": row.sheet,
        "exercise": row.number,
        "student": row.student,
        "answer": row.answer,
        "verdict": mark.verdict,
        "why": mark.why,
    }


def as_text(marks: Sequence[Mark]) -> str:
    sheet = Sheet()
    for student in dict.fromkeys(mark.given.student for mark in marks):
        own = [mark for mark in marks if mark.given.student == student]
        right = sum(1 for mark in own if mark.found is not None and mark.found.accepted)
        sheet.heading(student or "Answers", f"{right} of {len(own)} right")
        for mark in own:
            said = f"{mark.given.number:>3}  {mark.verdict}" + (
                f": {mark.why}" if mark.why and mark.verdict != "right" else ""
            )
            sheet.paragraph(said, indent=0, hanging=5)
    return str(sheet).lstrip("\n")
