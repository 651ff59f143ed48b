"""What a search for all stationary points lets one claim, and its proof as a certificate holds it.

Every point of the box at which the gradient is 0 lies in one of the claimed places. A place of a known kind is the
small box of a zone, and holds exactly one; a place of kind *unknown* covers open boxes that touch each other. A zone may
reach over the box's edge: its point is claimed unless it surely lies outside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule.errors import ProblemError
from chainrule.exact import number_text
from chainrule.problem.data import Floats
from chainrule.prove.boxes.state import Limits
from chainrule.prove.certificate import Lazy
from chainrule.prove.line.sharp import outward
from chainrule.prove.result import Answer, Interval, Stationary
from chainrule.prove.stationary.ground import Ground
from chainrule.prove.stationary.search import MOST_WEIGHTS, Found, Progress, find_stationary
from chainrule.prove.stationary.zones import Zone

CELLS = 4  # a side; more open boxes than can be compared one by one are first joined within a grid of cells
COMPARED = 500
PLACES = 13
STOPPED = {
    "boxes": "the limit on boxes was reached",
    "time": "the time limit was reached",
    "interrupted": "the search was interrupted",
    "dependent": "some direction changes nothing, so that no stationary point is alone",
}


def require_all_points(names: tuple[str, ...], box: object) -> None:
    """ProblemError unless all stationary points over these variables, in this box or everywhere, can be asked for."""
    if len(names) > MOST_WEIGHTS:
        raise ProblemError(
            f"all stationary points: {len(names)} weights are free, {', '.join(names)}; needed at most "
            f"{MOST_WEIGHTS}; fix the others"
        )
    if len(names) > 1 and box is None:
        raise ProblemError("all stationary points over several weights: needed a box, such as --box -10,10")


def with_all_points(ground: Ground, answer: Answer, limits: Limits, progress: Progress | None = None) -> Answer:
    """An answer in a box with every stationary point there, enclosed, and their proof added.

    The limit on boxes holds for this search alone.
    """
    domain = answer.minimum.domain
    assert domain is not None
    lower = np.array([float(domain[name].lower) for name in ground.names])
    upper = np.array([float(domain[name].upper) for name in ground.names])
    found = find_stationary(ground, lower, upper, limits.boxes, limits.begun().until, progress)
    listed = list_points(ground, found, lower, upper)
    document = dict(answer.certificate)
    document["claim"] = {**document["claim"], "stationary": [point.to_json() for point in listed]}
    document["proof"] = {**document["proof"], "stationary": stationary_proof(found)}
    told = (*answer.reasons, sentence(listed, found))
    return replace(answer, stationary=listed, reasons=told, certificate=document)


def list_points(ground: Ground, found: Found, lower: Floats, upper: Floats) -> tuple[Stationary, ...]:
    """The claims, lowest value first, then what is unknown."""
    names = ground.names
    ends = [(Fraction(float(a)), Fraction(float(b))) for a, b in zip(lower, upper, strict=True)]
    known = [_claim(names, zone) for zone in found.zones if _meets(zone, ends)]
    known.sort(key=lambda point: point.value.middle)
    unknown = []
    for low, high in join_touching(found.lower, found.upper, lower, upper):
        value = ground.enclose(low[None], high[None], 0).value
        at = {
            name: Interval(Fraction(float(a)), Fraction(float(b))) for name, a, b in zip(names, low, high, strict=True)
        }
        least, most = float(value.lower[0]), float(value.upper[0])
        # Where a formula is not defined nothing is known of its value.
        known_value = (
            outward(Fraction(least), Fraction(most), PLACES)
            if np.isfinite([least, most]).all()
            else Interval(-np.inf, np.inf)
        )
        unknown.append(Stationary("unknown", at, known_value))
    return (*known, *unknown)


def _claim(names: Sequence[str], zone: Zone) -> Stationary:
    return Stationary(zone.kind, dict(zip(names, zone.pinned.at, strict=True)), zone.pinned.value)


def _meets(zone: Zone, ends: Sequence[tuple[Fraction, Fraction]]) -> bool:
    return all(at.upper >= low and at.lower <= high for at, (low, high) in zip(zone.pinned.at, ends, strict=True))


def join_touching(low: Floats, high: Floats, lower: Floats, upper: Floats) -> list[tuple[Floats, Floats]]:
    """Boxes ``(N, k)`` within ``[lower, upper]`` covered by few: hulls of boxes that touch, joined until no two do."""
    boxes = list(zip(low, high, strict=True))
    if len(boxes) > COMPARED:
        cell = np.clip(((low + high) / 2 - lower) / (upper - lower) * CELLS, 0, CELLS - 1).astype(int)
        _, group = np.unique(cell, axis=0, return_inverse=True)
        group = group.reshape(-1)
        boxes = [(low[group == g].min(axis=0), high[group == g].max(axis=0)) for g in range(group.max() + 1)]
    apart: list[tuple[Floats, Floats]] = []
    while boxes:
        a, b = boxes.pop()
        touching = [i for i, (c, d) in enumerate(apart) if np.all(a <= d) and np.all(c <= b)]
        if not touching:
            apart.append((a, b))
            continue
        # The hull may touch others that its parts did not, so it is looked at again.
        joined = [apart[i] for i in touching] + [(a, b)]
        apart = [box for i, box in enumerate(apart) if i not in touching]
        boxes.append((np.min([c for c, _ in joined], axis=0), np.max([d for _, d in joined], axis=0)))
    return apart


def stationary_proof(found: Found) -> dict[str, Any]:
    """What `docs/certificate.md` calls ``proof.stationary``."""
    return {
        "zones": [
            {
                "box": [[_text(a), _text(b)] for a, b in zip(zone.lower, zone.upper, strict=True)],
                "preconditioner": [[_text(x) for x in row] for row in zone.preconditioner],
                "at": [interval.to_json() for interval in zone.pinned.at],
                "kind": zone.kind,
            }
            for zone in found.zones
        ],
        "tree": Lazy(found.tree),
    }


def _text(number: float) -> str:
    return number_text(float(number))


def sentence(listed: Sequence[Stationary], found: Found) -> str:
    """What was found, and what was not decided, in words."""
    kinds: Mapping[str, int] = Counter(point.kind for point in listed)
    known = len(listed) - kinds.get("unknown", 0)
    which = _and([_count(kinds[kind], kind) for kind in ("minimum", "maximum", "saddle") if kind in kinds])
    shown = "one combination of the slopes shows" if found.boxes == 1 else f"{found.boxes:,} boxes show"
    if "unknown" in kinds:
        why = STOPPED.get(found.stop, "there the boxes became too small")
        places = "the place" if kinds["unknown"] == 1 else f"one of the {kinds['unknown']} places"
        start = f"{_count(known, 'point')} of the box {'is' if known == 1 else 'are'} known to be stationary ({which})"
        start = start if known else "No point of the box is known to be stationary"
        told = "" if found.boxes == 1 else f"{shown} that "
        return f"{start}; {told}any other lies in {places} listed as unknown ({why})."
    if not known:
        return f"No point of the box is stationary: {shown} it."
    return f"Exactly {_count(known, 'point')} of the box {'is' if known == 1 else 'are'} stationary, {which}: {shown} that there is no other."


def _count(number: int, noun: str) -> str:
    plural = {"minimum": "minima", "maximum": "maxima"}.get(noun, f"{noun}s")
    return f"{number} {noun if number == 1 else plural}"


def _and(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
