"""The methods of proof by name, and proofs that are nested in proofs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from chainrule_fast.document import members
from chainrule_fast.line import check_line
from chainrule_fast.problem import Problem
from chainrule_fast.rationals import shown
from chainrule_fast.report import Refused
from chainrule_fast.space.boxes import check_boxes
from chainrule_fast.space.checked import Checked
from chainrule_fast.space.claim import Progress, SpaceClaim
from chainrule_fast.space.coordinates import check_coordinates
from chainrule_fast.space.escape import check_constant, check_escape, check_reduce

DEEPEST = 64
"""Proofs within proofs. Each proof by a direction leaves fewer rows and a lower rank, so honest ones end much earlier."""

Nested = Callable[[Problem, Any, str], SpaceClaim]
"""Checks a certificate ``{"claim": …, "proof": …}`` of another problem, at a place, and returns what it claims."""


class Method(Protocol):
    def __call__(self, problem: Problem, claim: Any, proof: Any, progress: Progress, nested: Nested) -> Checked: ...


def check_proof(problem: Problem, claim: Any, proof: Any, progress: Progress, depth: int = 0) -> Checked:
    """Check a claim by the method that its proof names."""
    if not isinstance(proof, Mapping):
        raise Refused(f"found {shown(proof)}; needed an object with a method", "proof")
    method = proof.get("method")
    if not isinstance(method, str) or method not in METHODS:
        raise Refused(f"found {shown(method)}; this checker knows {', '.join(METHODS)}", "proof.method")

    def nested(part: Problem, certificate: Any, place: str) -> SpaceClaim:
        if depth == DEEPEST:
            raise Refused(f"proofs are nested more than {DEEPEST} deep", place)
        found = members(certificate, place, ("claim", "proof"))
        try:
            return check_proof(part, found["claim"], found["proof"], lambda done, total: None, depth + 1).stated
        except Refused as refusal:
            raise Refused(refusal.message, f"{place}.{refusal.place}") from None

    return METHODS[method](problem, claim, proof, progress, nested)


METHODS: Mapping[str, Method] = {
    "line": check_line,
    "boxes": check_boxes,
    "escape": check_escape,
    "reduce": check_reduce,
    "constant": check_constant,
    "coordinates": check_coordinates,
}
