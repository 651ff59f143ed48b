"""Writing down a claim and its proof so that a separate program can check them (docs/certificate.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from chainrule.exact import number_text
from chainrule.problem.schema import problem_to_dict
from chainrule.prove.line import Cover
from chainrule.prove.result import Interval, Minimum
from chainrule.prove.tails import scale
from chainrule.prove.verdict import Findings

FORMAT, VERSION = "chainrule certificate", 1


def line_certificate(findings: Findings, minimum: Minimum) -> dict[str, Any]:
    """The certificate of a verdict over a whole line."""
    claim = minimum.to_json()
    del claim["trust"], claim["why"]
    claim["stationary"] = [
        {**point.to_json(), "at": {findings.name: _crossed(findings, point.at[findings.name]).to_json()}}
        for point in findings.stationary
    ]
    if minimum.at is not None:
        at = minimum.at[findings.name]
        points = [_crossed(findings, p.at[findings.name]) for p in findings.stationary if p.kind != "maximum"]
        inside = [p for p in points if p.lower <= at.upper and at.lower <= p.upper]
        hull = Interval(min([at.lower, *(p.lower for p in inside)]), max([at.upper, *(p.upper for p in inside)]))
        claim["at"] = {findings.name: hull.to_json()}
    low, high = findings.limits
    claim["limits"] = {findings.name: {"-inf": low.value.to_json(), "+inf": high.value.to_json()}}
    return {
        "format": FORMAT,
        "version": VERSION,
        "problem": problem_to_dict(findings.ridge.problem),
        "claim": claim,
        "proof": {"method": "line", "weight": findings.name, **_cover(findings.cover)},
    }


def _crossed(findings: Findings, at: Interval) -> Interval:
    """An interval at whose ends the slope is not 0, also where the stationary point is known exactly.

    The checker asks for a change of sign between the ends. 1e-30 moves the loss by less than the spare unit of its value.
    """
    if at.lower != at.upper:
        return at
    reach = max(Fraction(scale(findings.ridge)) / 10**30, Fraction(1, 10**99))  # a text of 1e-100 is the smallest read
    return Interval(at.lower - reach, at.upper + reach)


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
    if not flat and len(value) <= 40:
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
