"""The kernel's format (docs/kernel.md): from a document to a `Statement`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from itertools import islice
from typing import Any

from tests.forge.function import Tree
from tests.forge.statement import Point, Statement
from tests.forge.version1 import HUGE, box, number, numbers, pair, places


def statement(document: Mapping[str, Any], sentence: str) -> Statement:
    """What the claim says; the sentence is made from it."""
    problem, claim = document["problem"], document["claim"]
    names = tuple(problem["weights"])
    domain = None if claim["domain"] == "all reals" else box(claim["domain"], names)
    points, limits = None, []
    if claim["stationary"] is not None:
        points = tuple(Point(e["kind"], box(e["at"], names), pair(e["value"])) for e in claim["stationary"])
    if claim["limits"] is not None:
        ends = ((side, claim["limits"][name]) for side, name in ((-1, "-inf"), (1, "+inf")))
        limits = [(side, (math.inf, math.inf) if at == "inf" else pair(at)) for side, at in ends if at is not None]
    return Statement(
        formula(problem, names),
        len(names),
        domain,
        claim["kind"].replace(" ", "-"),
        pair(claim["value"]),
        None if claim["at"] is None else box(claim["at"], names),
        claim["every"] is not False,
        claim["reached"] is True,
        None if claim["direction"] is None else tuple(number(claim["direction"][name]) for name in names),
        points,
        domain if domain is not None else ((-math.inf, math.inf),) * len(names),
        tuple(limits),
        tuple(sorted({x for x in numbers([claim, document["proof"]]) if abs(x) < HUGE}))[:400],
        tuple(islice(places(document["proof"], len(names)), 60)),
    )


def formula(problem: Mapping[str, Any], names: tuple[str, ...]) -> Tree:
    """The loss with its means written out, row by row; a row that counts 0 is left out."""
    columns = {name: list(map(number, column)) for name, column in problem["columns"].items()}
    size = max((len(column) for column in columns.values()), default=0)
    counts = [Fraction(1)] * size if problem["counts"] is None else list(map(number, problem["counts"]))
    rows = [i for i in range(size) if counts[i]]

    def read(node: Any, row: int | None) -> Tree:
        name = node[0]
        if name == "number":
            return ("number", number(node[1]))
        if name == "weight":
            return ("symbol", names.index(node[1]))
        if name == "column":
            assert row is not None
            return ("number", columns[node[1]][row])
        if name in ("mean", "sum"):
            total: Tree = ("add", *(("multiply", ("number", counts[i]), read(node[1], i)) for i in rows))
            if name == "sum":
                return total
            return ("divide", total, ("number", sum((counts[i] for i in rows), Fraction(0))))
        return (name, *(read(part, row) for part in node[1:]))

    return read(problem["loss"], None)


def trace(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The methods of the proof, and the lemmas and rules in its lists."""
    found: list[str] = []

    def walk(proof: Any) -> None:
        if isinstance(proof, Mapping):
            if isinstance(proof.get("method"), str):
                found.append(proof["method"])
                found.extend(key for key in ("newton", "approaches", "slabs") if proof.get(key))
                if isinstance(proof.get("convex"), list) and proof["convex"]:
                    found.append("bowls")
            for part in proof.values():
                walk(part)

    walk(document["proof"])
    return ("kernel", *dict.fromkeys(found))


KNOWN = (
    "kernel",
    "cover",
    "newton",
    "approaches",
    "slabs",
    "bowls",
    "escape",
    "reduce",
    "convex",
    "coordinates",
    "constant",
)
