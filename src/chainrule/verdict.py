"""The answer one asks for: search, write the certificate, have it checked by somebody else.

This is the only place where an answer becomes *proved*: the certificate is handed, as text, to
`chainrule_check`, which shares no code with the prover.
"""

from __future__ import annotations

import time
from dataclasses import replace

from chainrule.errors import CertificateError
from chainrule.problem import Problem
from chainrule.prove.boxes import Limits
from chainrule.prove.certificate import certificate_text
from chainrule.prove.line import Progress
from chainrule.prove.result import Answer
from chainrule.prove.search import search
from chainrule.prove.space import Box


def minimize(
    problem: Problem, box: Box | None = None, limits: Limits | None = None, progress: Progress | None = None
) -> Answer:
    """Where the loss is lowest over all real values of the free weights, proved; or that it has no minimum.

    Parameters
    ----------
    problem : a problem with at least one free weight.
    box : an interval for each free weight, to search there instead of everywhere.
    limits : the wanted gap, and when to stop; for several free weights or a box.
    progress : called with what is being done and the share that is done, from time to time.

    Returns
    -------
    Answer
        Its verdict is *proved*: the independent checker accepted the certificate.

    Raises
    ------
    CertificateError
        If the checker refuses the certificate, which is a defect of Chainrule and worth a report.

    Examples
    --------
    >>> problem = Problem.state(["x", "y"], [[1, -1, 0], [1, 3, 1]], {"w_y": 1, "bias": -1})
    >>> answer = minimize(problem)
    >>> answer.minimum.kind, answer.minimum.trust, answer.minimum.at["w_x"].text()
    ('attained', 'proved', '0')
    """
    answer = search(problem, box, limits, progress)
    return prove(answer, progress)


def prove(answer: Answer, progress: Progress | None = None) -> Answer:
    """The same answer, proved: its certificate has been accepted by the independent checker."""
    import chainrule_check

    start = time.perf_counter()
    try:
        shown = None if progress is None else lambda done, total: progress("checking", done / total)
        chainrule_check.check(certificate_text(answer.certificate), shown)
    except chainrule_check.Refused as refusal:
        raise CertificateError(
            f"the independent checker refuses this answer: {refusal}; please report the problem file"
        ) from refusal
    return replace(
        answer,
        minimum=replace(answer.minimum, trust="proved"),
        check_seconds=time.perf_counter() - start,
    )
