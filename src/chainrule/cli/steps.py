"""Steps as a terminal shows them; apart from the rest of the command line, because they need next to nothing loaded."""

from __future__ import annotations

from collections.abc import Sequence

from chainrule.calculus.step import Step
from chainrule.cli.terminal import Sheet
from chainrule.expression import print_expression


def add_steps(sheet: Sheet, steps: Sequence[Step]) -> None:
    """A chain of equalities, the rule beside each; a side that was just printed is not printed again."""
    last = None
    for step in steps:
        after, note = print_expression(step.after), step.note or step.rule
        chained = step.before == last
        sheet.equation(
            f"= {after}" if chained else print_expression(step.equation), indent=8 if chained else 4, note=note
        )
        last = step.after
