"""The verdict on a formula of one variable in sentences."""

from __future__ import annotations

from dataclasses import replace

from chainrule.prove.generic.line import Lines
from chainrule.prove.result import Interval, Minimum


def with_why(lines: Lines, minimum: Minimum) -> Minimum:
    """The verdict with its sentence."""
    sentence = {"attained": _attained, "not-attained": _not_attained, "undecided": _undecided}[minimum.kind]
    return replace(minimum, why=sentence(lines, minimum))


def _where(lines: Lines) -> str:
    if lines.domain is None:
        return "on the whole line"
    low, high = (Interval(end, end).text() for end in lines.domain)
    return f"for {lines.name} from {low} to {high}"


def _attained(lines: Lines, minimum: Minimum) -> str:
    name, count = lines.name, len(lines.stationary)
    assert minimum.at is not None
    lowest = [p for p in lines.stationary if p.kind != "maximum" and p.value.lower <= minimum.value.upper]
    at_end = not lowest
    places = " and ".join(f"{name} = {p.at[name].text()}" for p in lowest) or f"{name} = {minimum.at[name].text()}"
    if at_end:
        what = f"an end of the interval; there {_are(count)} inside it"
    elif any(p.kind == "unknown" for p in lowest):
        what = "in an interval too short to be looked into further"
    elif len(lowest) > 1:
        what = f"{len(lowest)} of {count} stationary points that no digit computed here tells apart"
    else:
        what = "the only stationary point" if count == 1 else f"the lowest of {count} stationary points"
    return f"{_where(lines)} the global minimum is {minimum.value.text()} at {places}, {what}{_limits(lines)}"


def _are(count: int) -> str:
    return (
        "is no stationary point"
        if count == 0
        else "is one stationary point"
        if count == 1
        else f"are {count} stationary points"
    )


def _limits(lines: Lines) -> str:
    if lines.far is None or any(far.limit is None for far in lines.far):
        return ""
    left, right = (tends(far.limit) for far in lines.far if far.limit is not None)
    return f"; no limit is lower: {left} as {lines.name} → −∞ and {right} as {lines.name} → +∞"


def tends(limit: Interval) -> str:
    """A limit in words: its digits, or ±∞."""
    if isinstance(limit.lower, float):
        return "+∞" if limit.lower > 0 else "−∞"
    return limit.text()


def _not_attained(lines: Lines, minimum: Minimum) -> str:
    assert minimum.direction is not None
    way = f"{lines.name} → {'+∞' if minimum.direction[lines.name] > 0 else '−∞'}"
    if isinstance(minimum.value.lower, float):
        return f"there is no minimum: the value falls without bound as {way}"
    others = len(lines.stationary)
    rest = f": every stationary point ({others}) lies higher" if others else ", and there is no stationary point"
    return f"the value approaches its infimum {minimum.value.text()} as {way} and never reaches it{rest}"


def _undecided(lines: Lines, minimum: Minimum) -> str:
    low, high = minimum.value.to_json()
    open_ends = [far for far in lines.far or () if far.limit is None]
    known = f"the infimum lies in [{low}, {high}]".replace("[-inf", "[−∞").replace("inf]", "∞]")
    if lines.stopped:
        return f"time was up: {known}"
    if open_ends:
        ends = " and ".join(f"{lines.name} {'>' if f.tail.end > 0 else '<'} {f.tail.end:g}" for f in open_ends)
        return f"the sign of the slope is not decided for {ends}; {known}; give a box to search there alone"
    return f"the enclosures of the candidates overlap, or a part stayed open: {known}"


def _open(count: int) -> str:
    return "a part" if count == 1 else f"{count} parts"


def reasons(lines: Lines) -> tuple[str, ...]:
    """What the search saw, in a sentence or two."""
    unknown = sum(point.kind == "unknown" for point in lines.stationary)
    if lines.stopped:
        return (f"The time limit was reached with {_open(unknown)} of the line still to be looked into.",)
    if not unknown:
        return ()
    noun = "a short interval" if unknown == 1 else f"{unknown} intervals"
    return (f"In {noun} neither the slope nor the curvature has a certain sign, or the formula is not defined.",)
