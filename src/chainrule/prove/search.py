"""The front door of the prover: a problem in, an enclosed answer with its certificate out."""

from __future__ import annotations

import time

from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem
from chainrule.prove.boundary import boundary
from chainrule.prove.certificate import line_certificate
from chainrule.prove.checkpoint import Checkpoint
from chainrule.prove.generic.search import search_network, search_typed
from chainrule.prove.line import Progress, cover_line
from chainrule.prove.listing import require_all_points
from chainrule.prove.reasons import reasons, with_why
from chainrule.prove.result import Answer
from chainrule.prove.ridge import Ridge
from chainrule.prove.space import Box, search_space
from chainrule.prove.state import Limits
from chainrule.prove.verdict import decide, examine


def search(
    problem: Problem | TypedProblem,
    box: Box | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    checkpoint: Checkpoint | None = None,
    all_points: bool = False,
) -> Answer:
    """The verdict on the minimum over all real values of the free weights, or over a box.

    Over one free weight and all reals every stationary point is found as well; in a box where `all_points` asks for it.

    Returns
    -------
    Answer
        *enclosed*: rigorous, not yet checked by anybody else. `chainrule.minimize` hands its certificate
        to the independent checker.

    Raises
    ------
    ProblemError
        If no weight is free, a network with hidden layers has too many points, or all points are asked for over more
        than three weights, or over several without a box.
    """
    if isinstance(problem, TypedProblem):
        return search_typed(problem, box, limits, progress)
    problem.require_free()
    if not problem.is_ridge:
        return search_network(problem, box, limits, progress)
    if all_points:
        require_all_points(problem, box)
    if len(problem.free) == 1 and box is None:
        return _search_line(problem, limits, progress)

    def solve(part: Problem) -> Answer:
        return search(part, None, limits, progress, checkpoint)

    return search_space(problem, solve, box, limits, progress, checkpoint, all_points)


def _search_line(problem: Problem, limits: Limits | None, progress: Progress | None) -> Answer:
    start = time.perf_counter()
    ridge = Ridge.of(problem)
    findings = examine(ridge, cover_line(ridge, progress, None if limits is None else limits.seconds))
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
