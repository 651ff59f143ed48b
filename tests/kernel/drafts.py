"""Certificates for the kernel, written by hand: small ones, whose claims one can check on paper."""

from __future__ import annotations

import json
from typing import Any

import chainrule_check
from chainrule_check import Refused, Report

Tree = list[Any]


def number(value: object) -> Tree:
    return ["number", str(value)]


def weight(name: str) -> Tree:
    return ["weight", name]


def column(name: str) -> Tree:
    return ["column", name]


def add(*parts: Tree) -> Tree:
    return ["add", *parts]


def times(*parts: Tree) -> Tree:
    return ["multiply", *parts]


def power(a: Tree, n: object) -> Tree:
    return ["power", a, number(n)]


def neuron(*weights: str, bias: Tree, inputs: tuple[str, ...] | None = None) -> Tree:
    """The mean of ``(σ(Σ w_j x_j + bias) − label)²``; a weight that is a number is fixed."""
    names = inputs or tuple(f"x{j}" for j in range(len(weights)))
    terms = [
        times(column(x), weight(w) if w.startswith("w") else number(w)) for w, x in zip(weights, names, strict=True)
    ]
    residual = add(["sigmoid", add(*terms, bias)], ["negate", column("label")])
    return ["mean", power(residual, 2)]


def problem(loss: Tree, *weights: str, counts: list[str] | None = None, **columns: list[object]) -> dict[str, Any]:
    cells = {name: [str(x) for x in values] for name, values in columns.items()}
    return {"weights": list(weights), "columns": cells, "counts": counts, "loss": loss}


def claim(kind: str, value: tuple[object, object], **other: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "value": [str(end) for end in value],
        "domain": "all reals",
        "at": None,
        "every": True,
        "direction": None,
        "reached": None,
        "stationary": None,
        "limits": None,
    } | other


def cover(tree: Tree, best: list[object] | None = None, **other: Any) -> dict[str, Any]:
    point = None if best is None else [str(x) for x in best]
    return {"method": "cover", "best": point, "convex": [], "newton": [], "tree": tree} | other


def document(problem: dict[str, Any], claim: dict[str, Any], proof: dict[str, Any], bits: int = 128) -> dict[str, Any]:
    return {
        "format": chainrule_check.FORMAT,
        "version": chainrule_check.VERSION,
        "bits": bits,
        "problem": problem,
        "claim": claim,
        "proof": proof,
    }


def judge(*parts: Any) -> Report:
    return chainrule_check.check(json.dumps(document(*parts)))


def refusal(*parts: Any) -> Refused:
    """The refusal of a certificate, which must not be accepted."""
    try:
        report = judge(*parts)
    except Refused as refused:
        return refused
    raise AssertionError(f"accepted: {report}")
