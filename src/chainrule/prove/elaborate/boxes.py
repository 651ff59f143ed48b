"""Several weights, or a box: the search's tree, node by node, with the bounds of its core looked at again (`refine`)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from chainrule.exact import number_text
from chainrule.problem.data import Floats
from chainrule.prove.elaborate.claims import Document, stated_claim
from chainrule.prove.elaborate.part import NoRule, Part, exact
from chainrule.prove.elaborate.refine import Wanted, refined

PARTS_LOG = 7  # the parts of a bowl are at most 2 to this power
MOST_REFINED = 20_000_000  # nodes times terms; beyond that the kernel is not asked unless somebody wants it
KNOWN = {"method", "weights", "core", "best", "wells", "cells", "tree", "outside", "stationary", "groups", "approaches"}


def boxes(claim: Mapping[str, Any], proof: Mapping[str, Any], part: Part) -> tuple[Document, Document]:
    if unknown := set(proof) - KNOWN:
        raise NoRule(", ".join(sorted(unknown)))
    if tuple(proof["weights"]) != part.names:
        raise NoRule("weights in another order")
    size = len(part.names)
    if proof["outside"] == "convex":
        core = dict(zip(part.names, proof["core"], strict=True))
        inner = boxes({**claim, "domain": core, "stationary": []}, {**proof, "outside": None}, part)
        return stated_claim(claim), {"method": "convex", "claim": inner[0], "proof": inner[1]}
    if proof["outside"] is None and claim["domain"] == "all reals":
        raise NoRule("what lies outside the core")
    tree = _core(list(_nodes(proof["tree"], size)), claim, proof, part)
    if proof["outside"] is not None:
        outside = [node for face in proof["outside"] for node in _nodes(face, size)]
        tree = [["core", proof["core"]], *tree, *outside]
    bowls = [
        {
            "box": well["box"],
            "point": well["point"],
            "modulus": number_text(exact(well["modulus"]) * part.share),
            "grid": _grid(well["box"]),
        }
        for well in proof["wells"]
    ]
    cover: Document = {"method": "cover", "best": proof["best"], "convex": bowls, "newton": [], "tree": tree}
    if proof.get("approaches"):
        cover["approaches"] = [_approach(each, part) for each in proof["approaches"]]
    listed = None
    if proof.get("stationary"):
        listed = claim["stationary"]
        zones = proof["stationary"]["zones"]
        cover["newton"] = [{key: zone[key] for key in ("box", "at", "kind")} for zone in zones]
        cover["stationary"] = list(_nodes(proof["stationary"]["tree"], size))
    return stated_claim(claim, stationary=listed), cover


def _core(nodes: list[Any], claim: Mapping[str, Any], proof: Mapping[str, Any], part: Part) -> list[Any]:
    """The tree over the core, in which the kernel follows each bound."""
    terms = part.terms()
    if terms is None or len(nodes) * len(terms.weights) > MOST_REFINED:
        return nodes
    ends = [float(exact(end)) if end not in ("inf", "-inf") else -math.inf for end in claim["value"]]
    attained = claim["kind"] == "attained"
    at = _box([claim["at"][name] for name in part.names]) if attained else None
    wanted = Wanted(ends[0], -math.inf if claim["kind"] == "undecided" else ends[1], at)
    return list(refined(nodes, _box(proof["core"]), terms, wanted))


def _box(sides: list[list[str]]) -> tuple[Floats, Floats]:
    lower, upper = ([float(exact(side[end])) for side in sides] for end in (0, 1))
    return np.array(lower), np.array(upper)


def _approach(approach: Mapping[str, Any], part: Part) -> Document:
    """Rows are named by their forms."""
    if "bundle" in approach:
        raise NoRule("a bundle of rows that stay")
    identities = [
        {
            "form": part.form(identity["row"]),
            "share": identity["share"],
            "portion": identity["portion"],
            "multipliers": [[part.form(row), factor] for row, factor in identity["multipliers"]],
            "stays": [[part.form(row), nu, bound] for row, nu, bound in identity["stays"]],
        }
        for identity in approach["identities"]
    ]
    return {"direction": list(approach["direction"]), "identities": identities}


def _grid(box: list[list[str]]) -> list[int]:
    """Into how many parts, besides one, a bowl is cut along each side: as many as the search may have looked at, 128 in all."""
    sides = [exact(low) < exact(high) for low, high in box]
    each = int(2 ** (PARTS_LOG // max(1, sum(sides))))
    return [each - 1 if wide else 0 for wide in sides]


def _nodes(tree: Any, size: int) -> Iterator[list[Any]]:
    for node in tree:
        match node:
            case ["split", j, at]:
                yield ["cut", j, _double(at)]
            case ["face", j, end]:
                yield ["face", j, "rising" if end == "lower" else "falling"]
            case ["natural"]:
                yield ["bound"]
            case ["outer"]:
                yield ["bound", "pool"]
            case ["open"]:
                yield ["open"]
            case ["envelope", p]:
                yield ["bound", "plane", [_double(x) for x in p]]
            case ["monotone", j, way]:
                yield ["sign", [str(int(i == j)) for i in range(size)], way]
            case ["combination", y, way]:
                yield ["sign", [_double(x) for x in y], way]
            case ["off", j]:
                yield ["off", j]
            case ["above", i]:
                yield ["above", i]
            case ["well", i]:
                yield ["convex", i]
            case ["zone", i]:
                yield ["newton", i]
            case _:
                raise NoRule(str(node[0]))


def _double(text: str) -> str:
    """A tree's numbers are the nearest doubles of what stands there."""
    return number_text(float(text)) if "/" not in text and "x" not in text else text
