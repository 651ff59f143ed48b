"""The answer one asks for: search, write the certificate, have it checked by somebody else.

This is the only place where an answer becomes *proved*: the certificate is handed, as text, to a checker that shares no code with the
prover: the kernel, `chainrule_check`, where that takes about a second, and otherwise `chainrule_fast`.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from chainrule.errors import CertificateError, ProblemError
from chainrule.exact import read_number
from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem
from chainrule.prove.boxes.checkpoint import Checkpoint
from chainrule.prove.boxes.state import Limits
from chainrule.prove.certificate import certificate_compact, certificate_size
from chainrule.prove.clock import TimeUp, left, share
from chainrule.prove.elaborate import elaborate, work
from chainrule.prove.line.cover import Progress
from chainrule.prove.result import Answer, Minimum
from chainrule.prove.search import search
from chainrule.prove.space.search import Box

MOST_LEAVES = 5_000  # of a certificate that is written for the kernel unasked
RESERVED = 1.0  # seconds that the kernel leaves to the doubles
MOST_WORK = 60_000  # functions of a form: what the kernel evaluates in about a second
MOST_CHECKED = 200_000  # boxes in a certificate that is checked at once
MOST_CHECKED_FORMULA = 100_000  # of any formula each box costs the checker some twenty microseconds and more
SEARCH_SHARE = 0.8  # of the time, where a check is to follow, which is mostly quicker
HOW_TO_CHECK = "minimize --certificate FILE writes it, and chainrule check FILE checks it"


def minimize(
    problem: Problem | TypedProblem,
    box: Box | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    check: bool | Literal["doubles"] = True,
    checkpoint: str | os.PathLike[str] | None = None,
    all_points: bool = False,
) -> Answer:
    """Where the loss is lowest over all real values of the free weights, proved; or that it has no minimum.

    Parameters
    ----------
    problem : a problem with at least one free weight, or an equation typed by hand.
    box : an interval for each free weight, to search there instead of everywhere.
    limits : the wanted gap, and when to stop. Seconds hold for the whole call, to within a second or a tenth of them, whichever is more.
    progress : called with what is being done and the share that is done, from time to time.
    check : whether the certificate is checked; without it the verdict stays *enclosed*. "doubles": by the fast checker alone.
    checkpoint : a file that a search of boxes writes now and then, and goes on from where it exists.
    all_points : whether all stationary points in the box are found, for at most three free weights.

    Returns
    -------
    Answer
        Its verdict is *proved*: an independent checker accepted the certificate; `minimum.by` says which. It stays *enclosed* without a check, and
        where the certificate is so large that its check is left to the caller; its `reasons` say so then.
        A limit or Ctrl-C makes it *undecided*, with the interval that was reached.

    Raises
    ------
    ProblemError
        If it is no problem, or states nothing that can be searched so.
    FileError
        If the checkpoint is damaged, belongs to another search, or cannot be written.

    Examples
    --------
    >>> problem = Problem.state(["x", "y"], [[1, -1, 0], [1, 3, 1]], {"w_y": 1, "bias": -1})
    >>> answer = minimize(problem)
    >>> answer.minimum.kind, answer.minimum.trust, answer.minimum.at["w_x"].text()
    ('attained', 'proved', '0')
    """
    if not isinstance(problem, Problem | TypedProblem):
        raise ProblemError(
            f"found {type(problem).__name__} {problem!r:.40}; needed a problem, such as load_problem('cross.toml'), "
            "or TypedProblem.read('x^2 - 2x')"
        )
    if box is not None:
        _require_box(box, problem.free)
    limits = (limits or Limits()).begun()
    saved = None
    if checkpoint is not None:
        if isinstance(problem, TypedProblem) or not problem.is_ridge:
            raise ProblemError(
                "a checkpoint is kept for one sigmoid neuron with the loss mse; leave --checkpoint out here"
            )
        saved = Checkpoint(checkpoint, problem, _settings(box, limits))
    searching = replace(limits, until=share(limits.until, SEARCH_SHARE)) if check else limits
    answer = search(problem, box, searching, progress, saved, all_points)
    if not check:
        return _unchecked(answer, "as you asked")
    formula = "expression" in answer.certificate["problem"] and answer.certificate["proof"]["method"] != "neuron"
    if (size := certificate_size(answer.certificate)) > (MOST_CHECKED_FORMULA if formula else MOST_CHECKED):
        return _unchecked(answer, f"because it lists {size:,} boxes")
    try:
        return prove(answer, progress, _until_checked(limits), kernel=check != "doubles")
    except CertificateError as refusal:
        # The answer stands on our own rigorous arithmetic alone, and says so; nothing is called proved that was not accepted.
        return replace(answer, reasons=(*answer.reasons, f"Enclosed, not proved: {refusal}."))
    except TimeUp:
        return _unchecked(answer, "because the time was up")
    except KeyboardInterrupt:
        return _unchecked(answer, "because that was interrupted")


def prove(answer: Answer, progress: Progress | None = None, until: float = math.inf, kernel: bool = True) -> Answer:
    """The same answer, proved: its certificate has been accepted by an independent checker.

    That is the kernel, where it is asked (`kernel`), has a rule for each step and needs about a second; otherwise the checker in doubles, until the clock says `until`.

    Raises
    ------
    CertificateError
        If it is refused.
    """
    if len(answer.minimum.domain or ()) > 1 and isinstance(answer.minimum.value.lower, float):
        return answer  # nothing is claimed: the infimum may be anything where a formula is not defined
    start = time.perf_counter()
    proved = (_by_kernel(answer, until) if kernel else None) or _by_doubles(answer, progress, until)
    return replace(proved, check_seconds=time.perf_counter() - start)


def _by_kernel(answer: Answer, until: float) -> Answer | None:
    """The answer, proved by the kernel; None where that is not asked, since it takes too long or has no rule for a step, or does not accept."""
    rows = len(answer.problem.data) if isinstance(answer.problem, Problem) else 1
    steps = max(certificate_size(answer.certificate), len(answer.proof.get("breaks", ())), 1)
    # Asked before anything is written: a million rows would take longer to write down than to check in doubles.
    if steps > MOST_LEAVES or steps * rows > MOST_WORK or left(until) < 2 * RESERVED:
        return None
    document = elaborate(answer.problem, answer.certificate)
    if document is None or work(document) > MOST_WORK:
        return None
    import chainrule_check

    def look_at_the_clock(_: int) -> None:
        if left(until) < RESERVED:
            raise TimeUp

    try:
        report = chainrule_check.check(json.dumps(document), look_at_the_clock)
    except (chainrule_check.Refused, TimeUp):
        return None
    if _says_more(answer.minimum, report.claim.every, report.claim.reached):
        return None
    minimum = replace(answer.minimum, trust="proved", by="kernel")
    return replace(answer, minimum=minimum, kernel_certificate=document)


def _by_doubles(answer: Answer, progress: Progress | None, until: float) -> Answer:
    import chainrule_fast

    try:
        shown = None if progress is None else lambda done, total: progress("checking", done / total)
        report = chainrule_fast.check(certificate_compact(answer.certificate), shown, left(until))
    except chainrule_fast.OutOfTime:
        raise TimeUp from None
    except chainrule_fast.Refused as refusal:
        raise CertificateError(
            f"the independent checker refuses this answer: {refusal}; please report the problem file"
        ) from refusal
    if _says_more(answer.minimum, report.every, report.reached):
        raise CertificateError(
            "the independent checker proves less than this answer says (of which minimisers are known, or from where the infimum is approached); "
            "please report the problem file"
        )
    return replace(answer, minimum=replace(answer.minimum, trust="proved", by="doubles"))


def _says_more(minimum: Minimum, every: bool, reached: bool | None) -> bool:
    """Whether the answer says more than was checked of how many minimisers are known, or of where the infimum is tended to."""
    more = minimum.at is not None and minimum.every and not every
    return more or (minimum.direction is not None and minimum.reached not in (None, reached))


def _unchecked(answer: Answer, why: str) -> Answer:
    note = f"The certificate has not been checked, {why}: {HOW_TO_CHECK}."
    return replace(answer, reasons=(*answer.reasons, note))


def _until_checked(limits: Limits) -> float:
    """The end of the time, and half of what a call may take beyond it: a second, or a tenth, whichever is more."""
    return limits.until + max(1.0, (limits.seconds or 0.0) / 10) / 2


def _settings(box: Box | None, limits: Limits) -> str:
    """What a search depends on besides its problem."""
    ends = None if box is None else [(name, str(low), str(high)) for name, (low, high) in sorted(box.items())]
    return repr((ends, float(limits.gap)))


def _require_box(box: object, free: tuple[str, ...]) -> None:
    """Raise unless `box` holds a lower end, then a higher one, for each free weight and nothing else."""
    if not isinstance(box, Mapping) or set(box) != set(free):
        raise ProblemError(
            f"box: found {box!r:.60}; needed an interval for each of {', '.join(free)}, such as {{{free[0]!r}: (-10, 10)}}"
        )
    for name, ends in box.items():
        pair = ends if isinstance(ends, (tuple, list)) and len(ends) == 2 else (0, 0)
        if not read_number(pair[0]) < read_number(pair[1]):
            raise ProblemError(f"box: found {ends!r:.60} for {name}; needed a lower end, then a higher one")
