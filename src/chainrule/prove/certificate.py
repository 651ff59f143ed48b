"""Writing down a claim and its proof so that a separate program can check them (docs/certificate.md)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from chainrule.exact import number_text
from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem
from chainrule.problem.data import Floats
from chainrule.problem.schema import problem_to_dict
from chainrule.prove.boxes.state import Searched
from chainrule.prove.boxes.tree import Tree
from chainrule.prove.line.cover import Cover
from chainrule.prove.line.verdict import Findings
from chainrule.prove.result import Minimum, Stationary
from chainrule.prove.space.outside import Outside

FORMAT, VERSION = "chainrule certificate", 1
MANY = 1000  # rows from which on each is a line of its own, whatever its length
AT_ONCE = 4096


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
    claim = minimum.claim() | {"stationary": [point.to_json() for point in stationary], "limits": limits}
    stated = problem_to_dict(problem)
    if len(problem.data) > MANY:
        stated["data"]["points"] = Rows(stated["data"]["points"])
    return {"format": FORMAT, "version": VERSION, "problem": stated, "claim": claim, "proof": proof}


def boxes_proof(
    problem: Problem | TypedProblem, searched: Searched, core: Floats, outside: Outside | Literal["convex"] | None
) -> dict[str, Any]:
    """The tree of a search over the box `core` ``(2, k)``, with whatever settles the rest of space."""
    return {
        "method": "boxes",
        "weights": list(problem.free),
        "core": [_pair(low, high) for low, high in core.T],
        "best": _numbers(searched.best),
        "wells": wells_proof(searched),
        **({"cells": [_numbers(widths) for widths in searched.cells]} if searched.cells else {}),
        "tree": Lazy(searched.tree),
        "outside": [Lazy(outside.tree, root) for root in range(outside.tree.roots)]
        if isinstance(outside, Outside)
        else outside,
        **(outside.known.together.to_json() if isinstance(outside, Outside) else {}),
    }


def wells_proof(searched: Searched) -> list[dict[str, Any]]:
    """The wells of a search."""
    return [
        {
            "box": [_pair(low, high) for low, high in zip(well.lower, well.upper, strict=True)],
            "point": _numbers(well.point),
            "modulus": number_text(float(well.modulus)),
        }
        for well in searched.wells
    ]


def _numbers(values: Iterable[float]) -> list[str]:
    return [number_text(float(x)) for x in values]


def _pair(low: float, high: float) -> list[str]:
    return _numbers((low, high))


class Rows(list[Any]):
    """Many rows of number texts, which hold no bracket: a million of them are written in seconds."""


def _rows(rows: Rows, indent: str) -> Iterator[str]:
    """A row a line; json's own encoder makes thousands of rows at a time."""
    separator = f"],\n{indent}  ["
    yield "[\n"
    for start in range(0, len(rows), AT_ONCE):
        text = json.dumps(rows[start : start + AT_ONCE])
        yield f"{indent}  {text[1:-1].replace('], [', separator)}{',' if start + AT_ONCE < len(rows) else ''}\n"
    yield f"{indent}]"


class Lazy(list[Any]):
    """The nodes of a tree, made while they are written: a large tree is never held as a list."""

    def __init__(self, tree: Tree, root: int = 0) -> None:
        super().__init__()
        self.tree, self.root = tree, root

    def __len__(self) -> int:
        return self.tree.count(self.root)

    def __iter__(self) -> Iterator[Any]:
        return self.tree.preorder(self.root)

    def __reduce__(self) -> tuple[type[Lazy], tuple[Tree, int]]:
        return Lazy, (self.tree, self.root)


def certificate_size(certificate: Any) -> int:
    """How many nodes all trees of a certificate have together."""
    if isinstance(certificate, Lazy):
        return len(certificate)
    if isinstance(certificate, dict):
        return sum(certificate_size(part) for key, part in certificate.items() if key != "problem")
    return sum(map(certificate_size, certificate)) if isinstance(certificate, list) else 0


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
    return "".join(certificate_chunks(certificate))


def certificate_compact(certificate: Any) -> str:
    """The same document without a break, for a checker that is asked at once: a third of the time.

    >>> certificate_compact({"claim": {"at": ["0.5", "1"]}, "proof": None})
    '{"claim":{"at":["0.5","1"]},"proof":null}'
    """
    return json.dumps(_whole(certificate), ensure_ascii=False, separators=(",", ":"))


def _whole(value: Any) -> Any:
    """The document with its trees made: json's encoder looks into a list without asking it."""
    if isinstance(value, dict):
        return {key: part if key == "problem" else _whole(part) for key, part in value.items()}
    if isinstance(value, Lazy):
        return list(value)
    return (
        [_whole(part) for part in value] if isinstance(value, list) and value and isinstance(value[0], Lazy) else value
    )


def certificate_chunks(certificate: Any) -> Iterator[str]:
    """The same in pieces, for a file: it is never held as a whole."""
    yield from _pretty(certificate, "")
    yield "\n"


def _pretty(value: Any, indent: str) -> Iterator[str]:
    """JSON with an entry a line, except that whatever is short stays on one line."""
    flat = isinstance(value, (str, int, float, bool)) or value is None
    if not flat and not isinstance(value, Lazy) and len(value) <= 40:
        text = json.dumps(value, ensure_ascii=False)
        flat = len(text) <= 100
    if flat:
        yield json.dumps(value, ensure_ascii=False)
        return
    if isinstance(value, Rows):
        yield from _rows(value, indent)
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
