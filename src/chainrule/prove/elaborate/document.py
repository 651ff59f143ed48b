"""From what a search has found to a certificate for the kernel: each leaf names one rule, and the problem is stated over its columns.

Nothing here is trusted. Where the kernel has no rule for a step of the search, there is no such certificate (None), and the checker in doubles is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem
from chainrule.prove.certificate import Lazy
from chainrule.prove.elaborate.boxes import boxes
from chainrule.prove.elaborate.claims import Document, stated_claim
from chainrule.prove.elaborate.line import line
from chainrule.prove.elaborate.part import NoRule, Part, exact
from chainrule.prove.elaborate.stated import functions, stated
from chainrule.prove.generic.neuron import as_neuron

FORMAT, VERSION = "chainrule certificate", 2
BITS, BITS_OF_A_LINE = 128, 256  # a line's stationary points are told to 24 digits, where slopes may be tiny


def elaborate(problem: Problem | TypedProblem, certificate: Mapping[str, Any]) -> Document | None:
    """The certificate for the kernel that says what `certificate` says; None where one of its steps has no rule there."""
    claim, proof = certificate["claim"], certificate["proof"]
    part = Part(tuple(problem.free))
    if isinstance(problem, Problem):
        part = replace(part, problem=problem, rows=tuple(range(len(problem.data))))
    elif proof["method"] == "neuron":  # the kernel reads the equation itself; the proof is about the same variables
        neuron = as_neuron(problem)
        assert neuron is not None, "it was proved as one"
        proof = _renamed(proof["proof"], neuron.names)
        part = Part(
            part.names,
            neuron.scale,
            neuron.constant,
            neuron.problem,
            tuple(range(len(neuron.problem.data))),
            {outer: own for own, outer in neuron.names.items()},
        )
    try:
        shown, found = _proved(claim, proof, part)
    except NoRule:
        return None
    bits = BITS_OF_A_LINE if len(part.names) == 1 else BITS
    return {
        "format": FORMAT,
        "version": VERSION,
        "bits": bits,
        "problem": stated(problem),
        "claim": shown,
        "proof": found,
    }


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """A proof in other names of the weights."""
    if isinstance(value, dict):
        return {names.get(key, key): _renamed(part, names) for key, part in value.items()}
    if isinstance(value, Lazy):
        return value
    if isinstance(value, list):
        return [_renamed(part, names) for part in value]
    return names.get(value, value) if isinstance(value, str) else value


def work(document: Document) -> int:
    """About how many evaluations of a function of one form the check of a document takes."""
    problem = document["problem"]
    rows = max((len(column) for column in problem["columns"].values()), default=1)
    return _leaves(document["proof"]) * rows * max(1, functions(problem["loss"]))


def _leaves(proof: Any) -> int:
    if isinstance(proof, dict):
        own = len(proof["tree"]) if "tree" in proof else 0
        return own + sum(_leaves(part) for key, part in proof.items() if key in ("stationary", "kept", "proof"))
    return len(proof) if isinstance(proof, list) else 0


def _proved(claim: Mapping[str, Any], proof: Mapping[str, Any], part: Part) -> tuple[Document, Document]:
    """Claim and proof, in the words of the kernel."""
    method = proof["method"]
    if method in ("line", "expression"):
        return line(claim, proof, part)
    if method == "boxes":
        return boxes(claim, proof, part)
    if method == "constant":
        return stated_claim(claim, at={}), {"method": "constant"}
    if method == "reduce" and claim["domain"] == "all reals":
        kept = _kept(claim["value"], proof["kept"], part)
        every = claim["kind"] != "attained"  # of those with the same forms only one has 0 at the other weights
        return stated_claim(claim, every=every, reached=kept["claim"]["reached"]), {"method": "reduce", "kept": kept}
    if method == "coordinates":
        inner = proof["inner"]
        part = replace(part, matrix=tuple(tuple(map(exact, row)) for row in proof["matrix"]))
        found = _inner(claim["value"], inner, part)
        told = found["claim"]
        shown = stated_claim(claim, every=told["every"], reached=told["reached"])
        return shown, {"method": "coordinates", "matrix": proof["matrix"], **found}
    if method == "escape":
        return _escape(claim, proof, part)
    raise NoRule(method)


def _inner(value: list[str], inner: Mapping[str, Any], part: Part) -> Document:
    """The same problem in other coordinates, with the value that the outer claim has."""
    claim, proof = _proved({**inner["claim"], "value": value}, inner["proof"], part)
    return {"claim": {**claim, "stationary": None, "limits": None}, "proof": proof}


def _kept(value: list[str], kept: Mapping[str, Any], part: Part) -> Document:
    """The smaller problem, with the value that the outer claim needs of it."""
    inner = kept["certificate"]
    part = replace(part, names=tuple(kept["weights"]))
    claim, proof = _proved({**inner["claim"], "value": value}, inner["proof"], part)
    return {"weights": list(part.names), "claim": {**claim, "stationary": None, "limits": None}, "proof": proof}


def _escape(claim: Mapping[str, Any], proof: Mapping[str, Any], part: Part) -> tuple[Document, Document]:
    if proof["stays"] is None:
        number = {**claim, "kind": "attained", "direction": None}
        kept: Document = {"weights": [], "claim": stated_claim(number, at={}), "proof": {"method": "constant"}}
    else:
        kept = _kept(claim["value"], proof["stays"], part.staying(proof["direction"]))
    reached = {"attained": True, "not attained": False}.get(kept["claim"]["kind"])
    return stated_claim(claim, reached=reached), {
        "method": "escape",
        "direction": list(proof["direction"]),
        "kept": kept,
    }
