"""Answers as a CSV, marked: columns exercise and answer, and where there are any sheet and student."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from chainrule.calculus.compare import Comparison
from chainrule.errors import ChainruleError, ProblemError
from chainrule.exercises.exercise import Exercise

MOST_ROWS = 20_000
COLUMNS = ("sheet", "exercise", "student", "answer")


@dataclass(frozen=True)
class Given:
    """One row of the CSV."""

    sheet: str
    number: int
    student: str
    answer: str


@dataclass(frozen=True)
class Mark:
    """An answer and what became of it; `found` is None where it could not be read, and `why` says so."""

    given: Given
    found: Comparison | None
    why: str

    @property
    def verdict(self) -> str:
        """``right``, ``right but for rounding``, ``wrong``, ``not read`` or ``no answer``."""
        if self.found is None:
            return "not read" if self.given.answer.strip() else "no answer"
        return {"equal": "right", "rounded": "right but for rounding", "different": "wrong"}[self.found.verdict]


def read_answers(text: str, name: str) -> list[Given]:
    """The answers in a CSV with a header.

    Raises
    ------
    ProblemError
        Where a column is missing or a row has no number of an exercise.
    """
    rows = csv.DictReader(io.StringIO(text, newline=""))
    columns = [column.strip().lower() for column in rows.fieldnames or ()]
    rows.fieldnames = columns
    if missing := [column for column in ("exercise", "answer") if column not in columns]:
        raise ProblemError(
            f"{name} has no column {missing[0]!r}; needed exercise and answer, and sheet and student where there are any"
        )
    given = []
    for row in rows:
        number = (row["exercise"] or "").strip()
        if not number.isdecimal() or len(number) > 4:
            raise ProblemError(
                f"{name}, line {rows.line_num}: found exercise {number!r:.40}; needed its number on the sheet"
            )
        given.append(
            Given(
                (row.get("sheet") or "").strip(), int(number), (row.get("student") or "").strip(), row["answer"] or ""
            )
        )
        if len(given) > MOST_ROWS:
            raise ProblemError(f"{name} has more than {MOST_ROWS:,} answers; mark them in parts")
    return given


def mark(exercises: Sequence[Exercise], given: Given) -> Mark:
    """One answer beside the solution; what cannot be read is told, and is no reason to stop."""
    if not 1 <= given.number <= len(exercises):
        return Mark(given, None, f"there is no exercise {given.number}; the sheet has 1 to {len(exercises)}")
    if not given.answer.strip():
        return Mark(given, None, "")
    try:
        found = exercises[given.number - 1].mark(given.answer)
    except ChainruleError as error:
        return Mark(given, None, str(error).split("\n", 1)[0])
    return Mark(given, found, found.how if found.accepted else found.rule or (found.hints or (found.how,))[0])


def mark_table(exercises: Sequence[Exercise], answers: Sequence[Given]) -> list[Mark]:
    """Every answer, in the order of the file."""
    return [mark(exercises, given) for given in answers]
