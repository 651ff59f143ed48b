"""Writing down a claim and its proof so that a separate program can check them (docs/certificate.md)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from chainrule.exact import number_text
from chainrule.problem import Problem
from chainrule.problem.data import Floats
from chainrule.problem.schema import problem_to_dict
from chainrule.prove.boxes import Searched
from chainrule.prove.line import Cover
from chainrule.prove.outside import Outside
from chainrule.prove.result import Minimum, Stationary
from chainrule.prove.tree import Tree
from chainrule.prove.verdict import Findings

FORMAT, VERSION = "chainrule certificate", 1


def line_certificate(findings: Findings, minimum: Minimum) -> dict[str, Any]:
    """The certificate of a verdict over a whole line."""
    low, high = findings.limits
    limits = {findings.name: {"-inf": low.value.to_json(), "+inf": high.value.to_json()}}
    proof = {"method": "line", "weight": findings.name, **_cover(findings.cover)}
    return certificate(findings.ridge.problem, minimum, findings.stationary, limits, proof)


def certificate(
    problem: Problem,
    minimum: Minimum,
    stationary: Sequence[Stationary],
    limits: dict[str, Any],
    proof: dict[str, Any],
) -> dict[str, Any]:
    """Problem, claim and proof as one document."""
    claim = minimum.to_json()
    del claim["trust"], claim["why"]
    claim |= {"stationary": [point.to_json() for point in stationary], "limits": limits}
    document = {"format": FORMAT, "version": VERSION, "problem": problem_to_dict(problem)}
    return {**document, "claim": claim, "proof": proof}


def boxes_proof(problem: Problem, searched: Searched, core: Floats, outside: Outside | None) -> dict[str, Any]:
    """The tree of a search over the box `core` ``(2, k)``, with whatever settles the rest of space."""
    return {
        "method": "boxes",
        "weights": list(problem.free),
        "core": [_pair(low, high) for low, high in core.T],
        "best": _numbers(searched.best),
        "wells": [
            {
                "box": [_pair(low, high) for low, high in zip(well.lower, well.upper, strict=True)],
                "point": _numbers(well.point),
                # A little less than was found, so that another arithmetic finds it too.
                "modulus": number_text(float(well.modulus) * (1 - 1e-6)),
            }
            for well in searched.wells
        ],
        "tree": Lazy(searched.tree),
        "outside": None if outside is None else [Lazy(tree) for tree in outside.trees],
        **({"pairs": outside.pairs.tolist()} if outside is not None and len(outside.pairs) else {}),
    }


def _numbers(values: Iterable[float]) -> list[str]:
    return [number_text(float(x)) for x in values]


def _pair(low: float, high: float) -> list[str]:
    return _numbers((low, high))


class Lazy(list[Any]):
    """The nodes of a tree, made while they are written: a large tree is never held as a list."""

    def __init__(self, tree: Tree) -> None:
        super().__init__()
        self.tree = tree

    def __len__(self) -> int:
        return self.tree.size

    def __iter__(self) -> Iterator[Any]:
        return self.tree.preorder()


def _cover(cover: Cover) -> dict[str, Any]:
    ends = [cover.left.end, *(piece.upper for piece in cover.pieces)]
    return {
        "tails": {
            "-inf": {"end": number_text(cover.left.end), "slope": cover.left.slope},
            "+inf": {"end": number_text(cover.right.end), "slope": cover.right.slope},
        },
        "breaks": [number_text(end) for end in ends],
        "pieces": [piece.reason for piece in cover.pieces],
    }


def certificate_text(certificate: Any) -> str:
    """The certificate as JSON: points and breaks a line each, so that it reads and compares well."""
    return "".join(_pretty(certificate, "")) + "\n"


def _pretty(value: Any, indent: str) -> Iterator[str]:
    """JSON with an entry a line, except that whatever is short stays on one line."""
    flat = isinstance(value, (str, int, float, bool)) or value is None
    if not flat and len(value) <= 40 and not isinstance(value, Lazy):
        text = json.dumps(value, ensure_ascii=False)
        flat = len(text) <= 100
    if flat:
        yield json.dumps(value, ensure_ascii=False)
        return
    pairs = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    yield opening
    separator = "\n"
    for key, item in pairs:
        yield f"{separator}{indent}  "
        yield f"{json.dumps(key, ensure_ascii=False)}: " if key is not None else ""
        yield from _pretty(item, indent + "  ")
        separator = ",\n"
    yield f"\n{indent}{closing}"
