"""Writing down a claim about a formula and its proof (docs/certificate.md, section 9)."""

from __future__ import annotations

from typing import Any

from chainrule.exact import number_text
from chainrule.expression.tree import (
    Add,
    Divide,
    Euler,
    Expression,
    Function,
    Mean,
    Multiply,
    Negate,
    Number,
    Power,
    Symbol,
)
from chainrule.prove.certificate import FORMAT, VERSION, Lazy, wells_proof
from chainrule.prove.generic.line import Lines
from chainrule.prove.generic.parts import Parts
from chainrule.prove.result import Minimum


def tree(node: Expression) -> list[Any]:
    """The expression as nested lists: an operation, then its parts."""
    match node:
        case Number(value):
            return ["number", number_text(value)]
        case Symbol():
            return ["symbol", node.full_name]
        case Euler():
            return ["exp", ["number", "1"]]
        case Add(parts) | Multiply(parts) | Mean(parts):
            return [type(node).__name__.lower(), *map(tree, parts)]
        case Negate(a):
            return ["negate", tree(a)]
        case Divide(a, b) | Power(a, b):
            return [type(node).__name__.lower(), tree(a), tree(b)]
        case Function(name, a):
            return [name, tree(a)]
    raise TypeError(f"{type(node).__name__} has no place in a certificate")


def document(
    expression: Expression, free: tuple[str, ...], claim: dict[str, Any], proof: dict[str, Any]
) -> dict[str, Any]:
    """Problem, claim and proof as one document."""
    problem = {"expression": tree(expression), "free": list(free)}
    return {"format": FORMAT, "version": VERSION, "problem": problem, "claim": claim, "proof": proof}


def claimed(minimum: Minimum, stationary: list[Any], limits: dict[str, Any]) -> dict[str, Any]:
    return {**minimum.claim(), "stationary": stationary, "limits": limits}


def line_document(expression: Expression, lines: Lines, minimum: Minimum) -> dict[str, Any]:
    """The certificate of a verdict over a line or an interval."""
    name = lines.name
    tails: dict[str, Any] | None = None
    limits: dict[str, Any] = {}
    if lines.far is not None:
        sides = list(zip(("-inf", "+inf"), lines.far, strict=True))
        tails = {side: {"end": number_text(far.tail.end), "slope": far.tail.slope} for side, far in sides}
        limits = {name: {side: None if far.limit is None else far.limit.to_json() for side, far in sides}}
    ends = [lines.pieces[0].lower, *(piece.upper for piece in lines.pieces)]
    proof = {
        "method": "expression",
        "weight": name,
        "tails": tails,
        "breaks": [number_text(end) for end in ends],
        "pieces": [piece.reason for piece in lines.pieces],
    }
    return document(
        expression, lines.landscape.free, claimed(minimum, [p.to_json() for p in lines.stationary], limits), proof
    )


def parts_proof(parts: Parts) -> dict[str, Any]:
    """A bound by parts: its lines, its groups, and the searches behind their least values."""
    return {
        "box": [_pair(float(low), float(high)) for low, high in parts.core.T],
        "lines": [
            {"slope": number_text(slope), "range": [number_text(end) for end in ends], "bound": number}
            for slope, ends, number in parts.lines
        ],
        "groups": [
            {"weights": list(names), "bound": number}
            for names, number in zip(parts.split.groups, parts.groups, strict=True)
        ],
        "bounds": [
            {"least": number_text(b.least), "wells": wells_proof(b.searched), "tree": Lazy(b.searched.tree)}
            for b in parts.bounds
        ],
    }


def _pair(low: float, high: float) -> list[str]:
    return [number_text(low), number_text(high)]
