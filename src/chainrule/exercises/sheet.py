"""The sheet and its solutions, as HTML, Markdown or LaTeX, and the empty form for answers as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from html import escape

from chainrule.exercises.exercise import Exercise, Work
from chainrule.page.article import document
from chainrule.page.blocks import Block, Derivation, Display, Heading, Picture, Prose, Table
from chainrule.page.equations import display, prose, steps
from chainrule.page.latex import latex_of
from chainrule.page.markdown import markdown_of
from chainrule.page.network import table

FORMS = ("html", "md", "tex")
STARS = {1: "★", 2: "★★", 3: "★★★"}
_SIGMA = (("0", "0.5"), ("1", "0.73106"), ("2", "0.88080"), ("3", "0.95257"))


def render_sheet(exercises: Sequence[Exercise], form: str, code: str, solved: bool = False) -> str:
    """The exercises, or with `solved` each with the way and its answer; `code` makes the sheet again."""
    blocks = sheet_blocks(exercises, code, solved)
    if form == "tex":
        return latex_of(blocks)
    return markdown_of(blocks) if form == "md" else _html(blocks)


def sheet_blocks(exercises: Sequence[Exercise], code: str, solved: bool) -> list[Block]:
    blocks: list[Block] = [Heading("Solutions" if solved else "Exercises")]
    if solved:
        checked = "Every solution was checked: each step worked out afresh, each value enclosed, each minimum proved."
        blocks.append(Prose(f"{checked} Sheet {code}."))
    else:
        told = (
            "Where nothing else is said, the loss of a point is (a − label)², and that of several their mean. "
            "Give numbers to three digits. The sigmoid is σ(z) = 1/(1 + e^(−z)), and σ(−z) = 1 − σ(z):"
        )
        blocks += [
            Prose(f"Sheet {code}. {told}"),
            Table(("z", *(z for z, _ in _SIGMA)), (("σ(z)", *(s for _, s in _SIGMA)),)),
        ]
    for number, exercise in enumerate(exercises, 1):
        blocks += [Heading(f"{number}. {exercise.topic.capitalize()} {STARS[exercise.level]}"), *exercise.text]
        if solved:
            blocks += [*exercise.way, *_answer(exercise)]
    return blocks


def _answer(exercise: Exercise) -> list[Block]:
    if isinstance(exercise.asked, Work):  # an equation is set as one
        return [Prose("Answer:", strong=True), Display(exercise.asked.question.right)]
    return [Prose(f"Answer: {exercise.right.replace('-', '−')}", strong=True)]


def answer_form(exercises: Sequence[Exercise], code: str) -> str:
    """A CSV with a row for each exercise, to be filled in and marked."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["sheet", "exercise", "student", "answer"])
    rows.writerows([code, number, "", ""] for number in range(1, len(exercises) + 1))
    return text.getvalue()


def _html(blocks: Sequence[Block]) -> str:
    title, *rest = blocks
    assert isinstance(title, Heading)
    body = "".join(map(_block, rest))
    return document(title.text, f'<article class="chainrule" lang="en"><h1>{escape(title.text)}</h1>{body}</article>')


def _block(block: Block) -> str:
    match block:
        case Heading(text):
            return f"<h2>{prose(text)}</h2>"
        case Prose(text, trust, strong):
            said = f"<strong>{prose(text)}</strong>" if strong else prose(text)
            return f"<p>{said}{f' <em>({trust})</em>' if trust else ''}</p>"
        case Display(equation):
            return display(equation)
        case Derivation(chain):
            return steps(chain)
        case Table(head, rows):
            return table(list(map(prose, head)), [list(map(prose, row)) for row in rows])
        case Picture():
            return ""
