"""``chainrule check-work``: a person's own equation, or a number, beside the right one, and hints in four depths."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from chainrule.calculus.compare import Comparison
from chainrule.calculus.work import Question
from chainrule.cli.equation import free_weight
from chainrule.cli.options import numbers_of
from chainrule.cli.output import to_json
from chainrule.cli.stated import stated
from chainrule.cli.terminal import Sheet
from chainrule.errors import ProblemError
from chainrule.exact import number_text
from chainrule.expression import print_expression
from chainrule.files import decode_text, read_bounded

MAX_FILE = 100_000
WHERE, RULE, TERM, ANSWER = range(1, 5)
"""How much is told of a wrong answer: where, then which rule, then the term, and only at the last the right one."""

DEEPER = {RULE: "which rule was broken", TERM: "the term", ANSWER: "the right answer"}


def run(options: argparse.Namespace) -> int:
    if options.batch is not None:
        return _batch(options)
    if (options.answer is None) == (options.answer_file is None):
        raise ProblemError("needed your equation, once: --answer EQUATION or --answer-file FILE")
    question = question_from_options(options)
    text = options.answer if options.answer is not None else _read(options.answer_file)
    found = question.mark(text)
    depth = options.hint or ANSWER
    shown = to_json(as_json(found, depth)) if options.json else as_text(found, depth, question.at is not None)
    sys.stdout.write(shown)
    return 0 if found.accepted else 1


def _batch(options: argparse.Namespace) -> int:
    given = ("answer", "answer_file", "derivative", "number", "part", "at", "hint")
    if strange := [name for name in given if getattr(options, name) not in (None, [])]:
        raise ProblemError(
            f"--batch marks the answers to a sheet, which says what is asked; leave out {', '.join(strange)}"
        )
    from chainrule.cli.exercises import mark_batch

    return mark_batch(options)


def question_from_options(options: argparse.Namespace) -> Question:
    problem = stated(options)
    if options.part and options.derivative is not None:
        raise ProblemError(
            "--of asks for a part of the network and --derivative for a derivative; leave one of them out"
        )
    weight = None if options.derivative is None else free_weight(problem, options.derivative)
    row = None if options.number is None else options.number - 1
    at = numbers_of(options.at, "--at") if options.at else None
    return Question(problem, weight, row, options.part or "", at)


def as_text(found: Comparison, depth: int, value: bool) -> str:
    """What is told of the answer; of a `value` the right number is told only at the last."""
    sheet = Sheet()
    for note in found.notes:
        sheet.paragraph(f"{note}.", indent=0)
    if found.accepted:
        sheet.paragraph(f"{found.how[0].upper()}{found.how[1:]}.", indent=0)
        return str(sheet)
    sheet.paragraph(said_at(found, depth, value), indent=0)
    for line in told(found, depth):
        sheet.paragraph(f"- {line}", indent=2, hanging=2)
    if depth < ANSWER:
        deeper = ANSWER if depth == RULE and not found.clues else depth + 1  # of a number there is no term to tell
        sheet.blank()
        sheet.paragraph(f"--hint {deeper} tells {DEEPER[deeper]}.", indent=0)
    elif found.right is not None:
        sheet.blank()
        sheet.paragraph("The right one:", indent=0)
        sheet.equation(print_expression(found.right))
    return str(sheet)


def said_at(found: Comparison, depth: int, value: bool) -> str:
    if value and depth < ANSWER:
        return "Different: this is not the value."
    return f"{found.how[0].upper()}{found.how[1:]}."


def told(found: Comparison, depth: int) -> list[str]:
    """The lines of a wrong answer down to that depth."""
    lines = [found.rule or ("no one rule explains it" if depth < ANSWER else "")] if depth >= RULE else []
    lines += [
        clue.where if depth < TERM else clue.yours or clue.full if depth < ANSWER else clue.full for clue in found.clues
    ]
    return [line for line in dict.fromkeys(lines) if line]


def as_json(found: Comparison, depth: int) -> dict[str, Any]:
    """The machine form: what a person is told at that depth, the verdict as a word."""
    shown: dict[str, Any] = {"verdict": found.verdict, "accepted": found.accepted, "notes": list(found.notes)}
    if found.accepted or depth == ANSWER:
        shown |= {"how": found.how}
    if found.at is not None and (found.at or depth == ANSWER):
        shown["at"] = {name: number_text(value) for name, value in found.at.items()}
    if found.values is not None and (found.accepted or found.at or depth == ANSWER):
        shown |= {"yours": found.values[0], "right_value": found.values[1]}
    if not found.accepted:
        shown["where"] = [clue.where for clue in found.clues]
        if depth >= RULE:
            shown["rule"] = found.rule or None
        if depth >= TERM:
            shown["terms"] = [clue.full if depth == ANSWER else clue.yours or clue.full for clue in found.clues]
    if depth == ANSWER and found.right is not None:
        shown["right"] = print_expression(found.right)
    return shown


def _read(path: str) -> str:
    advice = "keep the one equation in it"
    return decode_text(read_bounded(Path(path), MAX_FILE, advice), path, "text")
