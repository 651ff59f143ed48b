"""The verdict in words: the headline of a picture or a page."""

from __future__ import annotations

import math
from collections.abc import Mapping

from chainrule.problem import Problem
from chainrule.prove.result import Answer, Interval, Minimum

MOST_NAMED = 6  # directions in one sentence


def escape_text(minimum: Minimum) -> str:
    """``w_x → +∞`` for the direction in which the infimum is approached."""
    moving = [f"{name} → {'+' if step > 0 else '−'}∞" for name, step in (minimum.direction or {}).items() if step != 0]
    return ", ".join(moving if len(moving) <= MOST_NAMED else [*moving[:3], f"… ({len(moving)} weights together)"])


def is_flat(answer: Answer) -> bool:
    """Whether the loss does not depend on the free weights: every value is a minimiser."""
    at = answer.minimum.at
    return at is not None and all(math.isinf(i.lower) and math.isinf(i.upper) for i in at.values())


def headline(answer: Answer, limit: int = 10) -> str:
    """The verdict as one short sentence."""
    minimum, what = answer.minimum, "loss" if isinstance(answer.problem, Problem) else "value"
    value = minimum.value.text(limit)
    if is_flat(answer):
        return f"Flat: the {what} is {value} whatever {' and '.join(answer.problem.free)} is"
    if minimum.kind == "attained" and minimum.at is not None:
        inside = "" if minimum.domain is None else " in the box"
        return f"Lowest{inside} {_where(answer, minimum.at, limit)}, where the {what} is {value}"
    if minimum.kind == "not-attained":
        return " ".join(no_minimum(minimum, what, value))
    return f"Undecided: the lowest {what} {minimum.value.verb(limit)}"


def no_minimum(minimum: Minimum, what: str, value: str) -> tuple[str, str]:
    """What lies at infinity, in two halves of a sentence: a direction is named only where the infimum is tended to along it."""
    if not minimum.reached:
        return f"No minimum: the infimum {value}", f"of the {what} lies at infinity"
    falls = "without bound" if _is_endless(minimum) else f"towards {value}"
    return f"No minimum: the {what} falls {falls}", f"as {escape_text(minimum)}"


def _is_endless(minimum: Minimum) -> bool:
    return isinstance(minimum.value.lower, float) and math.isinf(minimum.value.lower)


def _where(answer: Answer, at: Mapping[str, Interval], limit: int) -> str:
    """``at w_x = 1.0531…``; each of several places that tie; ``for w_x from 2 to 10`` where only that much is known."""
    if not any(interval.is_wide for interval in at.values()):
        return f"at {_place(at, limit)}"
    lowest = [p for p in answer.stationary if p.kind == "minimum" and p.value.lower <= answer.minimum.value.upper]
    if 1 < len(lowest) <= 3 and not any(i.is_wide for p in lowest for i in p.at.values()):
        return "at " + " and at ".join(_place(point.at, limit) for point in lowest)
    if len(at) > 3:
        return f"somewhere in a box of the {len(at)} weights"
    return "somewhere with " + ", ".join(interval.named(name, min(limit, 6)) for name, interval in at.items())


def _place(at: Mapping[str, Interval], limit: int) -> str:
    return ", ".join(interval.named(name, limit) for name, interval in at.items())
