"""One free weight, all reals: every stationary point, the limits, the verdict and why, with the certificate."""

from __future__ import annotations

import math
import time

from chainrule.problem import Problem
from chainrule.prove.boundary import boundary
from chainrule.prove.boxes.state import Limits
from chainrule.prove.certificate import line_certificate
from chainrule.prove.line.cover import Progress, cover_line
from chainrule.prove.line.reasons import reasons, with_why
from chainrule.prove.line.verdict import decide, examine
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.result import Answer


def search_line(problem: Problem, limits: Limits | None, progress: Progress | None) -> Answer:
    start = time.perf_counter()
    ridge = Ridge.of(problem)
    findings = examine(ridge, cover_line(ridge, progress, math.inf if limits is None else limits.begun().until))
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
