"""The kernel: it judges Chainrule's certificates, imports nothing of Chainrule, and trusts nothing in the file.

    chainrule_check.check(text) -> Report, or raises Refused, which names the place

It reads the problem and its formula exactly (`problem`, `formula`, `sums`), encloses it on regions in Arb's ball arithmetic (`intervals`, `enclose`), has
each leaf of the proof show a fact by one rule (`cover`, `leaves`, `rules`), and draws the conclusion from the facts (`conclude`). It never searches. docs/kernel.md
is its specification.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import flint

from chainrule_check.claim import read_claim
from chainrule_check.problem import read_problem
from chainrule_check.proof import Tally, check_proof
from chainrule_check.reader import load, members
from chainrule_check.refusal import Refused, Unreadable, shown
from chainrule_check.report import Report

__all__ = ["FORMAT", "VERSION", "Refused", "Report", "Unreadable", "check"]

FORMAT, VERSION = "chainrule certificate", 2
LEAST_BITS, MOST_BITS = 53, 1024
WORK_A_CHARACTER = 1000  # parts of the loss evaluated; an honest proof takes a hundredth
NODES_A_CHARACTER = 20  # of a formula with its means written out


def check(source: str, progress: Callable[[int], None] | None = None) -> Report:
    """Check a certificate, the text of a JSON document.

    Parameters
    ----------
    progress : called with the number of leaves so far, after each; what it raises is passed on.

    Returns
    -------
    Report
        What was accepted; its text is a sentence that says no more than the claim.

    Raises
    ------
    Refused
        If it does not prove its claim, at the place where that shows. `Unreadable`, a kind of it, if it is no JSON document.
    """
    start = time.perf_counter()
    try:
        return _check(load(source), len(source), progress, start)
    except RecursionError:
        raise Refused("something is nested too deeply", "document") from None
    except (OverflowError, MemoryError) as error:
        raise Refused(f"a number outgrows what can be worked with ({type(error).__name__})", "document") from None


def _check(document: Any, length: int, progress: Callable[[int], None] | None, start: float) -> Report:
    stated = members(document, "document", ("format", "version", "bits", "problem", "claim", "proof"))
    if stated["format"] != FORMAT or stated["version"] != VERSION:
        raise Refused(
            f"found {shown(stated['format'])}, version {shown(stated['version'])}; needed {FORMAT}, {VERSION}", "format"
        )
    bits = stated["bits"]
    if not isinstance(bits, int) or isinstance(bits, bool) or not LEAST_BITS <= bits <= MOST_BITS:
        raise Refused(f"found {shown(bits)}; needed a whole number from {LEAST_BITS} to {MOST_BITS}", "bits")
    with flint.ctx.workprec(bits):
        table, loss = read_problem(stated["problem"], NODES_A_CHARACTER * length)
        claim = read_claim(stated["claim"], table.weights, "claim")
        tally = Tally(WORK_A_CHARACTER * length, progress=progress)
        check_proof(loss, claim, stated["proof"], "proof", tally)
    return Report(claim, len(table.counts), tuple(tally.methods), tally.leaves, bits, time.perf_counter() - start)
