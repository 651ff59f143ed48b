"""The only module that knows the certificate's format (docs/certificate.md): from a document and the report on it to a `Statement`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice
from typing import Any

from tests.forge.function import Tree
from tests.forge.statement import Box, End, Point, Statement

HUGE = Fraction(10) ** 101  # beyond every number that a document may state


def end(source: Any) -> End:
    """An end of an interval as it is meant: decimal, ratio, hexadecimal, or infinite."""
    if source in ("inf", "-inf"):
        return float(source)
    text = str(source)
    if "x" in text.lower():
        sign = -1 if text.startswith("-") else 1
        digits, _, power = text.lstrip("+-").lower()[2:].partition("p")
        before, _, after = digits.partition(".")
        return sign * int(before + after, 16) * Fraction(2) ** (int(power or 0) - 4 * len(after))
    return Fraction(text)


def number(source: Any) -> Fraction:
    return Fraction(end(source))


def pair(source: Any) -> tuple[End, End]:
    return end(source[0]), end(source[1])


def statement(document: Mapping[str, Any], sentence: str) -> Statement:
    """What is claimed where the checker accepted the document and said this sentence."""
    problem, claim, proof = document["problem"], document["claim"], document["proof"]
    names, function = formula(problem) if "expression" in problem else neuron(problem)
    domain = None if claim["domain"] == "all reals" else box(claim["domain"], names)
    one = len(names) == 1
    whole_line = proof["method"] in ("line", "expression")
    points, listed = None, domain
    if whole_line or "stationary" in proof or (claim.get("stationary") and proof["method"] == "neuron"):
        points = tuple(Point(e["kind"], box(e["at"], names), pair(e["value"])) for e in claim.get("stationary", ()))
        listed = listing(proof, domain) if whole_line else domain
        if listed is None or flat(proof):
            points = (
                points or None
            )  # of a typed neuron the inner proof says how far its list reaches; a flat loss lists nothing
    limits = []
    if one and claim.get("limits"):
        for side, name in ((-1, "-inf"), (1, "+inf")):
            if claim["limits"][names[0]][name] is not None:
                limits.append((side, pair(claim["limits"][names[0]][name])))
    return Statement(
        function,
        len(names),
        domain,
        claim["kind"],
        pair(claim["value"]),
        None if claim["at"] is None else box(claim["at"], names),
        "at least one" not in sentence,
        "from some point" in sentence,
        None if claim["direction"] is None else tuple(number(claim["direction"][name]) for name in names),
        points,
        listed,
        tuple(limits),
        tuple(sorted({x for x in numbers(document["claim"]) if abs(x) < HUGE} | spots(proof)))[:400],
        tuple(islice(places(proof, len(names)), 60)),
    )


def box(ends: Mapping[str, Any], names: tuple[str, ...]) -> Box:
    return tuple(pair(ends[name]) for name in names)


def listing(proof: Mapping[str, Any], domain: Box | None) -> Box | None:
    """Where a line's list is complete: everywhere but on tails of unknown slope."""
    if domain is not None:
        return domain
    low = -math.inf if proof["tails"]["-inf"]["slope"] != "unknown" else number(proof["breaks"][0])
    high = math.inf if proof["tails"]["+inf"]["slope"] != "unknown" else number(proof["breaks"][-1])
    return ((low, high),)


def flat(proof: Mapping[str, Any]) -> bool:
    return proof["method"] == "line" and all(tail["slope"] == "flat" for tail in proof["tails"].values())


def places(tree: Any, size: int) -> Iterator[tuple[Fraction, ...]]:
    """Every point in a part of a document: a list of so many numbers."""
    if isinstance(tree, list) and len(tree) == size > 1 and all(isinstance(x, (str, int)) for x in tree):
        found = tuple(numbers(tree))
        if len(found) == size:
            yield found
    if isinstance(tree, Mapping):
        tree = tree.values()
    if not isinstance(tree, (str, int, float)) and tree is not None:
        for part in tree:
            yield from places(part, size)


def spots(proof: Any) -> set[Fraction]:
    return set(list(numbers(proof))[:2000])


def numbers(tree: Any) -> Iterator[Fraction]:
    """Every number in a part of a document."""
    if isinstance(tree, Mapping):
        tree = tree.values()
    if isinstance(tree, (str, int)) and not isinstance(tree, bool):
        try:
            found = end(tree)
        except (ValueError, ZeroDivisionError):
            return
        if isinstance(found, Fraction):
            yield found
    elif tree is not None and not isinstance(tree, (str, bool, float)):
        for part in tree:
            yield from numbers(part)


def formula(problem: Mapping[str, Any]) -> tuple[tuple[str, ...], Tree]:
    names = tuple(problem["free"])

    def read(node: Any) -> Tree:
        if node[0] == "number":
            return ("number", number(node[1]))
        if node[0] == "symbol":
            return ("symbol", names.index(node[1]))
        return (node[0], *map(read, node[1:]))

    return names, read(problem["expression"])


def neuron(problem: Mapping[str, Any]) -> tuple[tuple[str, ...], Tree]:
    """The loss of one sigmoid neuron, written out."""
    weights = {name: value for name, value in problem["weights"].items() if value != "free"}
    every = [*(f"w_{name}" for name in problem["inputs"]), "bias"]
    names = tuple(name for name in every if name not in weights)

    def weight(name: str) -> Tree:
        return ("number", number(weights[name])) if name in weights else ("symbol", names.index(name))

    points = problem["data"]["points"]
    masses = [number(m) for m in problem["data"].get("case_weights") or [1] * len(points)]
    terms: list[Tree] = []
    for row, mass in zip(points, masses, strict=True):
        if not mass:
            continue
        *inputs, label = map(number, row)
        parts = [("multiply", ("number", x), weight(w)) for x, w in zip([*inputs, Fraction(1)], every, strict=True)]
        z: Tree = ("add", *parts)
        terms += [("multiply", ("number", mass), term) for term in _terms(z, label, problem.get("loss", "mse"))]
    loss: Tree = ("divide", ("add", *terms), ("number", sum(masses, Fraction(0))))
    penalty = number(problem.get("penalty", 0))
    if penalty:
        squares = [("power", weight(name), ("number", Fraction(2))) for name in every[:-1]]
        loss = ("add", loss, ("multiply", ("number", penalty), ("add", *squares)))
    return names, loss


def _terms(z: Tree, y: Fraction, loss: str) -> Iterator[Tree]:
    """Written so that nothing cancels for the labels 0 and 1, however far out."""
    down, up = ("negate", z), z
    if loss == "cross-entropy":
        yield from (("multiply", ("number", s), ("softplus", a)) for s, a in ((y, down), (1 - y, up)) if s)
        return
    residual = [("multiply", ("number", s), ("sigmoid", a)) for s, a in ((1 - y, up), (-y, down)) if s]
    yield ("power", ("add", *residual), ("number", Fraction(2)))


def trace(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The claim's kind and the methods by which it is proved, for the table: such as ``attained``, ``escape``, ``line``."""
    found = []

    def walk(proof: Any) -> None:
        if isinstance(proof, Mapping):
            if isinstance(proof.get("method"), str):
                found.append(proof["method"])
                found.extend(key for key in KEYS if proof.get(key))
            if proof.get("outside") == "convex":
                found.append("convex")
            for part in proof.values():
                walk(part)
        elif isinstance(proof, list) and proof and isinstance(proof[0], (Mapping, list)):
            for part in proof[:50]:
                walk(part)

    walk(document["proof"])
    kind = "formula" if "expression" in document["problem"] else "neuron"
    return (kind, *dict.fromkeys(found))


KEYS = ("stationary", "parts", "groups", "bundles", "approaches", "cells")
KNOWN = (
    "neuron",
    "formula",
    "convex",
    *KEYS,
    "line",
    "boxes",
    "escape",
    "reduce",
    "constant",
    "coordinates",
    "expression",
)
