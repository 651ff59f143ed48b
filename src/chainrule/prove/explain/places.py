"""The places that an answer lists, in words: what each is, and a list that fits a screen."""

from __future__ import annotations

from collections.abc import Sequence

from chainrule.prove.result import Answer, Stationary

MOST = 12  # places listed one by one
UNDECIDED = "not decided"


def kind_of(point: Stationary) -> str:
    """What it is: a minimum, a maximum, a saddle, a plateau; or that the sign of the slope could not be decided there."""
    return UNDECIDED if point.kind == "unknown" else point.kind


def heading(answer: Answer) -> str:
    """What the list is a list of."""
    where = " in the box" if answer.minimum.domain is not None else ""
    kinds = {point.kind for point in answer.stationary}
    if kinds == {"unknown"}:
        return f"Not decided{where}"
    return f"{'Stationary points' if kinds <= {'minimum', 'maximum', 'saddle'} else 'Special places'}{where}"


def listed(points: Sequence[Stationary]) -> tuple[tuple[Stationary, ...], str]:
    """Those that are listed one by one, and a sentence on the others: of many places all that is known, and of those that were not decided the few
    that may be lowest."""
    if len(points) <= MOST:
        return tuple(points), ""
    undecided = sorted((p for p in points if p.kind == "unknown"), key=lambda p: p.value.lower)
    known = [p for p in points if p.kind != "unknown"]
    shown = [*known[:MOST], *undecided[: max(1, MOST - len(known)) if undecided else 0]]
    left = [f"{len(known) - MOST:,} more"] if len(known) > MOST else []
    dropped = len(undecided) - sum(p.kind == "unknown" for p in shown)
    left += [f"{dropped:,} more places that could not be decided"] if dropped else []
    chosen = {id(p) for p in shown}
    return tuple(
        p for p in points if id(p) in chosen
    ), f"… and {' and '.join(left)}; --json and the certificate list all."
