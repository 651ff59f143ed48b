"""A problem in, a proof out, both as JSON: what the page asks of Python.

One sigmoid neuron is settled over all reals. Any other network is first settled over all reals too where one weight is free;
where that stays open, and for several free weights, it is settled in the box ±10 of each: to a gap of 1e-6, and where that
takes more boxes than are checked at once, to one of 1e-3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from chainrule.errors import ChainruleError
from chainrule.explorer.state import MOST_INPUTS, MOST_POINTS
from chainrule.problem import Problem, problem_from_dict

if TYPE_CHECKING:
    from chainrule.prove.result import Answer

SECONDS = 6.0  # for one search; what it has reached by then is told
BOX = Fraction(10)
COARSE = 1e-3
DIGITS = 12  # of the headline


def answer_json(problem: Mapping[str, Any], progress: Callable[..., None] | None = None) -> dict[str, Any]:
    """The stable JSON of the answer with its headline and reasons, or ``{"error": sentence}``."""
    from chainrule.prove.explain.headline import headline

    try:
        answer = _answer(_read(problem), progress)
        return {**answer.to_json(), "headline": headline(answer, DIGITS), "reasons": list(answer.reasons)}
    except ChainruleError as error:
        return {"error": _sentence(str(error))}
    except (NotImplementedError, ValueError, ArithmeticError) as error:
        return {"error": f"There is no proof for this problem: {_sentence(str(error))}"}


def _read(mapping: Mapping[str, Any]) -> Problem:
    """The problem, its points inline: a page may not name a file of this machine."""
    if not isinstance(mapping, Mapping) or not isinstance(mapping.get("data"), Mapping):
        raise ChainruleError("the page sent no problem; reload it")
    if set(mapping["data"]) - {"points", "classes", "case_weights"}:
        raise ChainruleError("a problem from the page has its points in it and names no file")
    points, inputs = mapping["data"].get("points"), mapping.get("inputs")
    if not isinstance(points, list) or len(points) > MOST_POINTS:
        raise ChainruleError(f"at most {MOST_POINTS} points are proved from the page; use chainrule minimize")
    if not isinstance(inputs, list) or len(inputs) > MOST_INPUTS:
        raise ChainruleError(f"at most {MOST_INPUTS} inputs are proved from the page; use chainrule minimize")
    return problem_from_dict(mapping)


def _answer(problem: Problem, progress: Callable[..., None] | None) -> Answer:
    """The verdict over all reals, or in a box; of two that stay open the later one, which was asked for less."""
    from chainrule.prove.boxes.state import Limits
    from chainrule.verdict import MOST_CHECKED_FORMULA, minimize

    if problem.is_ridge:
        return minimize(problem, limits=Limits(seconds=SECONDS), progress=progress, check="doubles")
    box = dict.fromkeys(problem.free, (-BOX, BOX))
    if len(problem.free) == 1:
        answer = minimize(problem, progress=progress, check="doubles")
        if answer.minimum.kind != "undecided":
            return answer
        return _unasked(minimize(problem, box, progress=progress, check="doubles"))
    answer = minimize(problem, box, Limits(boxes=MOST_CHECKED_FORMULA, seconds=SECONDS), progress, "doubles")
    if answer.minimum.kind == "undecided":
        answer = minimize(problem, box, Limits(COARSE, MOST_CHECKED_FORMULA, SECONDS), progress, "doubles")
    return _unasked(answer)


def _unasked(answer: Answer) -> Answer:
    """The box is the page's own: nobody asked for it."""
    return replace(answer, minimum=replace(answer.minimum, asked=False))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
