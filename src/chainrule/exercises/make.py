"""A sheet of exercises from a seed: the same seed, the same sheet, on every machine.

The first third is level 1, the last third level 3. Numbers are whole and small, so that σ is asked at whole numbers, or
at 0, where it is ½. Every solution is marked by the tutor, and every step of the way worked out afresh, before it is shown.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from chainrule.calculus.step import recheck
from chainrule.errors import ChainruleError, ProblemError
from chainrule.exercises.exercise import Exercise
from chainrule.exercises.topics import derivative, forward, line, minimum, step
from chainrule.page.blocks import Derivation
from chainrule.problem import Problem

LEVELS = (1, 2, 3)
MOST = 60
_DRAWS = 40  # until an exercise is found that is not on the sheet yet

Maker = Callable[[Problem | None, int, random.Random], Exercise | None]
TOPICS: dict[str, Maker] = {
    "forward": forward,
    "line": line,
    "derivative": derivative,
    "step": step,
    "minimum": minimum,
}


def exercises(
    problem: Problem | None = None, topics: Sequence[str] = (), count: int = 12, seed: int = 0
) -> tuple[Exercise, ...]:
    """`count` exercises, easy ones first; about `problem`, or with problems of their own.

    Parameters
    ----------
    topics : of TOPICS, taken in turn; without any, all of them.

    Raises
    ------
    ProblemError
        If there is no such topic, or the problem has no exercise of it, or too many are asked for.
    """
    chosen = list(topics) or list(TOPICS)
    for topic in chosen:
        if topic not in TOPICS:
            raise ProblemError(f"topic {topic!r:.40} is not one of {', '.join(TOPICS)}; use one of those")
    if not 1 <= count <= MOST:
        raise ProblemError(f"found {count} exercises; needed 1 to {MOST}")
    found: list[Exercise] = []
    for number in range(count):
        level = 1 + len(LEVELS) * number // count
        turn = [chosen[(number + k) % len(chosen)] for k in range(len(chosen))]
        made = next(
            (made for topic in turn if (made := _fresh(topic, problem, level, f"{seed} {number}", found))), None
        )
        if made is None:
            raise ProblemError(
                f"after {number} exercises there is no other one of {', '.join(chosen)} at level {level}; "
                "ask for fewer, for more topics, or leave FILE out"
            )
        found.append(verified(made))
    return tuple(found)


def _fresh(topic: str, problem: Problem | None, level: int, seed: str, others: Sequence[Exercise]) -> Exercise | None:
    """An exercise that is not among the others; None where none is found."""
    asked = [other.text for other in others]
    for draw in range(_DRAWS):
        made = TOPICS[topic](problem, level, random.Random(f"chainrule {seed} {topic} {draw}"))
        if made is not None and made.text not in asked:
            return replace(made, topic=topic, level=level)
    return None


def verified(exercise: Exercise) -> Exercise:
    """The exercise, once its solution is marked as right and every step on the way to it holds.

    Raises
    ------
    ChainruleError
        If one does not, which is a defect of Chainrule.
    """
    marked = exercise.mark(exercise.right)
    steps = [step for block in exercise.way if isinstance(block, Derivation) for step in block.steps]
    wrong = [found.why for found in map(recheck, steps) if not found.holds] + ([] if marked.accepted else [marked.how])
    if wrong:
        raise ChainruleError(f"the solution {exercise.right!r:.60} does not hold: {wrong[0]}; please report this")
    return exercise
