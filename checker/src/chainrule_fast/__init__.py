"""The independent checker of Chainrule's certificates: it imports nothing of Chainrule and trusts nothing in the file.

    chainrule_fast.check(text) -> Report, or raises Refused, which names the place

It rebuilds the loss from the problem in the certificate (`loss`), proves every step in rigorous arithmetic (`balls`: Arb;
`doubles`: double intervals for many rows), and holds the claim against what follows. docs/certificate.md is its specification.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from chainrule_fast.budget import Budget
from chainrule_fast.clock import OutOfTime, limited
from chainrule_fast.document import load, members
from chainrule_fast.methods import check_proof
from chainrule_fast.problem import read_problem
from chainrule_fast.rationals import shown
from chainrule_fast.report import Refused, Report, Unreadable
from chainrule_fast.sentence import sentence

__all__ = ["OutOfTime", "Refused", "Report", "Unreadable", "check"]


def check(
    certificate: str | Mapping[str, Any],
    progress: Callable[[int, int], None] | None = None,
    seconds: float = math.inf,
) -> Report:
    """Check a certificate: the text of a JSON document, or the tree of one.

    Parameters
    ----------
    certificate : numbers in a tree are texts, ints or Decimals; a binary float is refused, since it may not be what was meant.
    progress : called with (steps done, steps in all) after each piece, tail, stationary point, and at the end.
    seconds : how long the check may take.

    Raises
    ------
    Refused
        Where the claim is not proved. `Refused.place` names the spot. Its subclass Unreadable: the text is not JSON.
    OutOfTime
        Where the check was left after `seconds`; nothing is known of the claim then.
    """
    with limited(seconds):
        return _checked(certificate, progress)


def _checked(certificate: str | Mapping[str, Any], progress: Callable[[int, int], None] | None) -> Report:
    start = time.perf_counter()
    tree = load(certificate) if isinstance(certificate, str) else certificate
    document = members(tree, "document", ("format", "version", "problem", "claim", "proof"))
    if document["format"] != "chainrule certificate":
        raise Refused(f"found {shown(document['format'])}; needed 'chainrule certificate'", "format")
    if type(document["version"]) is not int or document["version"] != 1:
        raise Refused(f"found {shown(document['version'])}; this checker knows version 1", "version")
    stated, show = document["problem"], progress or (lambda done, total: None)
    if isinstance(stated, Mapping) and "expression" in stated:
        from chainrule_fast.expression import check_expression  # late: a neuron's proof needs none of it

        report = check_expression(stated, document["claim"], document["proof"], show, Budget())
        return replace(report, seconds=time.perf_counter() - start)
    problem = read_problem(stated)
    found = check_proof(problem, document["claim"], document["proof"], show)
    return Report(
        claim=sentence(found.stated, problem.free) + found.also,
        kind=found.kind,
        free=problem.free,
        rows=problem.rows,
        steps=found.steps,
        pieces=found.pieces,
        stationary=found.stationary,
        arithmetic=found.arithmetic,
        seconds=time.perf_counter() - start,
        every=found.stated.every,
        reached=found.stated.reached,
    )
