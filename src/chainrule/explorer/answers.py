"""A problem in, a proof out, both as JSON: what the page asks of Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chainrule.errors import CertificateError, ChainruleError, ProblemError
from chainrule.explorer.state import MOST_INPUTS, MOST_POINTS
from chainrule.problem import Problem, problem_from_dict


def answer_json(problem: Mapping[str, Any], progress: Callable[..., None] | None = None) -> dict[str, Any]:
    """The stable JSON of the answer with its reasons, or ``{"error": sentence}``."""
    try:
        return _answer(_read(problem), progress)
    except ChainruleError as error:
        return {"error": _sentence(str(error))}
    except (NotImplementedError, ValueError, ArithmeticError) as error:
        return {"error": f"There is no proof for this problem: {_sentence(str(error))}"}


def _read(mapping: Mapping[str, Any]) -> Problem:
    """The problem, its points inline: a page may not name a file of this machine."""
    if not isinstance(mapping, Mapping) or not isinstance(mapping.get("data"), Mapping):
        raise ChainruleError("the page sent no problem; reload it")
    if set(mapping["data"]) - {"points", "classes"}:
        raise ChainruleError("a problem from the page has its points in it and names no file")
    points, inputs = mapping["data"].get("points"), mapping.get("inputs")
    if not isinstance(points, list) or len(points) > MOST_POINTS:
        raise ChainruleError(f"at most {MOST_POINTS} points are proved from the page; use chainrule minimize")
    if not isinstance(inputs, list) or len(inputs) > MOST_INPUTS:
        raise ChainruleError(f"at most {MOST_INPUTS} inputs are proved from the page; use chainrule minimize")
    try:
        return problem_from_dict(mapping)
    except ProblemError as error:
        if "layers" in mapping and "'layers'" in str(error):
            raise ProblemError("networks with hidden layers are computed here, not proved") from None
        raise


def _answer(problem: Problem, progress: Callable[..., None] | None) -> dict[str, Any]:
    from chainrule.prove.search import search
    from chainrule.verdict import minimize

    note = None
    try:
        answer = minimize(problem, progress=progress)
    except CertificateError as error:
        # Nothing is called proved that the checker refuses; the rigorous search still says what it enclosed.
        answer, note = search(problem, progress=progress), str(error)
    return {**answer.to_json(), "reasons": list(answer.reasons), **({"note": _sentence(note)} if note else {})}


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
