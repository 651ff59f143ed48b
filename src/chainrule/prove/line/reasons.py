"""Why there is, or is no, minimum along one weight, in sentences about the data.

With signs flipped where the label is 1, a point whose form falls as the weight moves gets better and tends
to cost 0; one whose form grows gets worse; one that does not contain the weight stays. A label between 0 and 1
pulls both ways: the point gets better until the output is its label, and worse from there on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from chainrule.prove.line.verdict import Findings
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.result import Minimum

SHOWN = 6


def with_why(findings: Findings, minimum: Minimum) -> Minimum:
    """The verdict with its sentence."""
    return replace(minimum, why=_why(findings, minimum))


def _why(findings: Findings, minimum: Minimum) -> str:
    name, cover = findings.name, findings.cover
    left, right = (bound.value.text() for bound in findings.limits)
    if cover.left.slope == "flat":
        return (
            f"the loss does not depend on {name}: its input is 0 in every point, so every value of {name} is a minimum"
        )
    count, places_of = len(findings.stationary), _counted(findings)
    if minimum.kind == "attained":
        lowest = [p for p in findings.stationary if p.kind != "maximum" and p.value.lower <= minimum.value.upper]
        places = " and ".join(p.at[name].named(name) for p in lowest)
        only = "the only stationary point on the whole line" if count == 1 else f"the lowest of {places_of}"
        if any(p.kind == "unknown" for p in lowest):
            only = "where the sign of the slope could not be decided"
        elif len(lowest) > 1:
            only = f"{len(lowest)} of {places_of} that no digit computed here tells apart"
        return (
            f"the loss has its global minimum {minimum.value.text()} at {places}, {only}; "
            f"it lies below both limits, {left} as {name} → −∞ and {right} as {name} → +∞"
        )
    if minimum.kind == "not-attained":
        side = 1 if minimum.direction[name] > 0 else -1  # type: ignore[index]
        way = f"{name} → {'+∞' if side > 0 else '−∞'}"
        if not count:
            verb = "falls" if side > 0 else "rises"
            return (
                f"the loss {verb} all the way as {name} increases and has no stationary point: it approaches its infimum "
                f"{minimum.value.text()} as {way} and never reaches it"
            )
        return (
            f"the loss approaches its infimum {minimum.value.text()} as {way} and never reaches it: "
            f"{places_of} {'lies' if count == 1 else 'lie'} higher"
        )
    return (
        f"the infimum {minimum.value.verb()}, but the enclosures of the candidates "
        "overlap, or a part of the line stayed open, so whether it is attained is not decided"
    )


def _counted(findings: Findings) -> str:
    """``3 stationary points``, and the places that could not be decided, which are none."""
    undecided = sum(point.kind == "unknown" for point in findings.stationary)
    known = len(findings.stationary) - undecided
    parts = [f"{known} stationary point{'s' * (known != 1)}"] if known or not undecided else []
    place = f"{undecided} place{'s' * (undecided != 1)} where the sign of the slope could not be decided"
    return " and ".join([*parts, place] if undecided else parts)


def reasons(findings: Findings, minimum: Minimum) -> tuple[str, ...]:
    """What in the data makes the minimum exist or missing, and what would change it."""
    ridge, name = findings.ridge, findings.name
    if findings.cover.left.slope == "flat":
        return (f"Give some point {_input(name)} other than 0, and {name} will matter.",)
    side = -1 if minimum.direction and minimum.direction[name] < 0 else 1
    better, worse, both, stay = _groups(ridge, side)
    way = f"{name} {'grows' if side > 0 else 'falls'}"
    told = [f"As {way}, {_points(better)} {_verb(better, 'gets', 'get')} better" if len(better) else ""]
    told += [f"{_points(worse)} {_verb(worse, 'gets', 'get')} worse" if len(worse) else ""]
    told += [f"{_points(both)} {_verb(both, 'gets', 'get')} better at first, then worse" if len(both) else ""]
    told += [
        f"{_points(stay)} {_verb(stay, 'stays', 'stay')} as {_verb(stay, 'it is', 'they are')}" if len(stay) else ""
    ]
    sentences = [_sentence(part for part in told if part)]
    if minimum.kind == "not-attained" and not len(worse) and not len(both):
        separable = f"Along {name} the data is separable: nothing pulls back, so no value is the best"
        sentences.append(
            f"{separable}, a larger one is always better."
            if side > 0
            else f"{separable}, a smaller one is always better."
        )
        sentences.append(
            f"What could change it: a point that gets worse as {way}, that is one with {_pulls_back(name, side)}."
        )
    elif minimum.kind == "attained":
        sentences.append("Neither side wins all the way, so the loss turns round in between.")
    return tuple(sentences)


def _groups(ridge: Ridge, side: int) -> tuple[np.ndarray, ...]:
    """Rows, counted from 1, that get better, get worse, do first the one and then the other, or stay."""
    slope = side * ridge.a[:, 0]
    falls, grows = np.zeros(ridge.rows, dtype=bool), np.zeros(ridge.rows, dtype=bool)
    falls[ridge.row[slope < 0]], grows[ridge.row[slope > 0]] = True, True
    groups = (falls & ~grows, grows & ~falls, falls & grows, ~falls & ~grows)
    return tuple(np.flatnonzero(rows) + 1 for rows in groups)


def _pulls_back(name: str, side: int) -> str:
    """The points whose form grows as the weight moves to that side."""
    if name == "bias":
        return f"label {0 if side > 0 else 1}"
    above, below = (">", "<") if side > 0 else ("<", ">")
    return f"{_input(name)} {above} 0 and label 0, or {_input(name)} {below} 0 and label 1"


def _input(name: str) -> str:
    return name.removeprefix("w_")


def _points(rows: np.ndarray) -> str:
    if len(rows) == 1:
        return f"point {rows[0]}"
    shown = [str(row) for row in rows[:SHOWN]]
    if len(rows) > SHOWN:
        return f"points {', '.join(shown)} and {len(rows) - SHOWN:,} more"
    return f"points {', '.join(shown[:-1])} and {shown[-1]}"


def _verb(rows: np.ndarray, one: str, many: str) -> str:
    return one if len(rows) == 1 else many


def _sentence(parts: Iterable[str]) -> str:
    text = "; ".join(parts)
    return text[0].upper() + text[1:] + "."
