"""The front door of the prover: a problem in, an enclosed answer with its certificate out."""

from __future__ import annotations

import time

from chainrule.errors import ProblemError
from chainrule.problem import Problem
from chainrule.prove.boundary import boundary
from chainrule.prove.certificate import line_certificate
from chainrule.prove.line import Progress, cover_line
from chainrule.prove.reasons import reasons, with_why
from chainrule.prove.result import Answer
from chainrule.prove.ridge import Ridge
from chainrule.prove.verdict import decide, examine


def search(problem: Problem, progress: Progress | None = None) -> Answer:
    """Find every stationary point and the verdict on the minimum, over all real values of one free weight.

    Returns
    -------
    Answer
        *enclosed*: rigorous, not yet checked by anybody else. `chainrule.minimize` hands its certificate
        to the independent checker.

    Raises
    ------
    ProblemError
        If not exactly one weight is free.
    """
    problem.require_free()
    if len(problem.free) != 1:
        raise ProblemError(
            f"{len(problem.free)} weights are free: {', '.join(problem.free)}; the search needs exactly 1; "
            f"fix the others, for instance {problem.free[1]} = 1"
        )
    start = time.perf_counter()
    ridge = Ridge.of(problem)
    findings = examine(ridge, cover_line(ridge, progress))
    minimum = with_why(findings, decide(findings))
    # Of several minima that tie, the first one's boundary is shown.
    lowest = min((p for p in findings.stationary if p.kind != "maximum"), key=lambda p: p.value.upper, default=None)
    low, high = findings.limits
    return Answer(
        problem=problem,
        minimum=minimum,
        stationary=findings.stationary,
        limits={findings.name: (low.value, high.value)},
        boundary=boundary(problem, lowest.at) if minimum.kind == "attained" and lowest else None,
        reasons=reasons(findings, minimum),
        search_seconds=time.perf_counter() - start,
        check_seconds=None,
        certificate=line_certificate(findings, minimum),
    )
