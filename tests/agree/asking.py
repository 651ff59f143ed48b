"""Asking a case, and what comes of it: an answer that our own checker refuses stands for its kind, as a traceback does."""

from __future__ import annotations

import traceback
import warnings

from chainrule.errors import ProblemError
from chainrule.prove.boxes.state import Limits
from chainrule.verdict import minimize
from tests.agree.cases import case

BOXES, SECONDS = 200, 3.0  # the time only guards: the answer to a case is to be the same everywhere


def fault(number: int) -> str:
    """What is wrong with the answer to a case; "" where nothing is."""
    asked = case(number)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            answer = minimize(asked.problem, asked.box, Limits(gap=1e-3, boxes=BOXES, seconds=SECONDS))
        except ProblemError:
            return ""  # nothing was answered
        except Exception as error:  # noqa: BLE001  whatever it is, it is a fault
            last = traceback.extract_tb(error.__traceback__)[-1]
            return f"case {number}: {asked}\n    {type(error).__name__}: {error} ({last.filename}:{last.lineno})"
    refused = [reason for reason in answer.reasons if "refuses" in reason]
    return f"case {number}: {asked}\n    {refused[0]}" if refused else ""
