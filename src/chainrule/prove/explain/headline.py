"""The verdict as one short sentence: the headline of a terminal, a picture, a page and a notebook."""

from __future__ import annotations

from collections.abc import Mapping

from chainrule.digits import is_infinite
from chainrule.problem import Problem
from chainrule.prove.result import Answer, Interval, Minimum, Stationary

MOST_NAMED = 6  # directions in one sentence
MOST_TIED = 3  # places that tie, each named
LEFT_OPEN = "left open"


def escape_text(minimum: Minimum) -> str:
    """``w_x → +∞`` for the direction in which the infimum is approached."""
    moving = [f"{name} → {'+' if step > 0 else '−'}∞" for name, step in (minimum.direction or {}).items() if step != 0]
    return ", ".join(moving if len(moving) <= MOST_NAMED else [*moving[:3], f"… ({len(moving)} weights together)"])


def is_flat(answer: Answer) -> bool:
    """Whether the loss does not depend on the free weights: every value is a minimiser."""
    at = answer.minimum.at
    return at is not None and all(is_infinite(i.lower) and is_infinite(i.upper) for i in at.values())


def is_left_open(minimum: Minimum, name: str) -> bool:
    """Whether nothing is known of this weight at the minimum but that it lies in the box."""
    return minimum.at is not None and minimum.domain is not None and minimum.at[name] == minimum.domain[name]


def title(answer: Answer) -> str:
    """What the answer is about: a minimum; or the lowest value in a box, where nobody asked for the box."""
    minimum = answer.minimum
    return "Minimum" if minimum.asked or minimum.domain is None else f"Lowest{_inside(minimum)}"


def _inside(minimum: Minimum) -> str:
    if minimum.domain is None:
        return ""
    if minimum.asked:
        return " in the box"
    (ends, *others) = {(i.lower, i.upper) for i in minimum.domain.values()}
    box = f" ±{Interval(ends[1], ends[1]).text()}" if not others and ends[0] == -ends[1] else ""
    return f" in the box{box} (nobody asked for more)"


def headline(answer: Answer, limit: int = 10) -> str:
    """The verdict as one short sentence."""
    minimum, what = answer.minimum, "loss" if isinstance(answer.problem, Problem) else "value"
    value, inside = minimum.value.text(limit), _inside(minimum)
    if is_flat(answer):
        return f"Flat: the {what} is {value} whatever {' and '.join(answer.problem.free)} is"
    if minimum.kind == "attained" and minimum.at is not None:
        return f"Lowest{inside} {_where(answer, minimum.at, limit)}, where the {what} {minimum.value.verb(limit)}"
    if minimum.kind == "not-attained":
        return " ".join(no_minimum(minimum, what, value))
    return f"Undecided: the lowest {what}{inside} {minimum.value.verb(limit)}"


def no_minimum(minimum: Minimum, what: str, value: str) -> tuple[str, str]:
    """What lies at infinity, in two halves of a sentence: a direction is named only where the infimum is tended to along it."""
    if not minimum.reached:
        return f"No minimum: the infimum {value}", f"of the {what} lies at infinity"
    falls = "without bound" if _is_endless(minimum) else f"towards {value}"
    return f"No minimum: the {what} falls {falls}", f"as {escape_text(minimum)}"


def _is_endless(minimum: Minimum) -> bool:
    return is_infinite(minimum.value.lower)


def _where(answer: Answer, at: Mapping[str, Interval], limit: int) -> str:
    """``at w_x = 1.0531…``; each of several places that tie; ``at every x from −1 to 1`` on a plateau; ``somewhere with w_x from 2 to 10``
    where only that much is known."""
    lowest = [p for p in answer.stationary if p.kind != "maximum" and p.value.lower <= answer.minimum.value.upper]
    if lowest and all(p.kind == "plateau" for p in lowest) and len(lowest) <= MOST_TIED:
        return "at " + " and at ".join(f"every {_place(point.at, limit)}" for point in lowest)
    if not any(interval.is_wide for interval in at.values()):
        return f"at {_place(at, limit)}"
    if 1 < len(lowest) <= MOST_TIED and all(map(_is_known, lowest)):
        return "at " + " and at ".join(_place(point.at, limit) for point in lowest)
    known = {name: interval for name, interval in at.items() if not is_left_open(answer.minimum, name)}
    if not known:
        return "somewhere"
    if len(at) > MOST_TIED:
        return f"somewhere in a box of the {len(at)} weights"
    return "somewhere with " + _place(known, min(limit, 6))


def _is_known(point: Stationary) -> bool:
    return point.kind == "minimum" and not any(i.is_wide for i in point.at.values())


def _place(at: Mapping[str, Interval], limit: int) -> str:
    return ", ".join(interval.named(name, limit) for name, interval in at.items())
