"""The verdict on a formula of one variable in sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from chainrule.prove.result import Interval, Minimum, Stationary


@dataclass(frozen=True)
class Curve:
    """What is known of a function of one variable: on the line, or in the interval `domain`. `limits` are those at −∞ and +∞, None
    where nothing is known from the end in `open_ends` on; on an interval there are none. `undefined` are those of these ends beyond which
    the formula seems to have no value. `stopped`: time was up while parts were open."""

    name: str
    domain: tuple[Fraction, Fraction] | None
    stationary: tuple[Stationary, ...]
    limits: tuple[Interval | None, Interval | None] | None
    open_ends: tuple[float, ...] = ()
    undefined: tuple[float, ...] = ()
    stopped: bool = False


def with_why(curve: Curve, minimum: Minimum) -> Minimum:
    """The verdict with its sentence."""
    sentence = {"attained": _attained, "not-attained": _not_attained, "undecided": _undecided}[minimum.kind]
    return replace(minimum, why=sentence(curve, minimum))


def _where(curve: Curve) -> str:
    if curve.domain is None:
        return "on the whole line"
    low, high = (Interval(end, end).text() for end in curve.domain)
    return f"for {curve.name} from {low} to {high}"


def _attained(curve: Curve, minimum: Minimum) -> str:
    name, count = curve.name, len(curve.stationary)
    assert minimum.at is not None
    lowest = [p for p in curve.stationary if p.kind != "maximum" and p.value.lower <= minimum.value.upper]
    at_end = not lowest
    places = " and ".join(p.at[name].named(name) for p in lowest) or minimum.at[name].named(name)
    if at_end:
        what = f"an end of the interval; there {_are(count)} inside it"
    elif any(p.kind == "unknown" for p in lowest):
        what = "in an interval too short to be looked into further"
    elif len(lowest) > 1:
        what = f"{len(lowest)} of {count} stationary points that no digit computed here tells apart"
    else:
        what = "the only stationary point" if count == 1 else f"the lowest of {count} stationary points"
    return f"{_where(curve)} the global minimum is {minimum.value.text()} at {places}, {what}{_limits(curve)}"


def _are(count: int) -> str:
    return (
        "is no stationary point"
        if count == 0
        else "is one stationary point"
        if count == 1
        else f"are {count} stationary points"
    )


def _limits(curve: Curve) -> str:
    known = [tends(limit) for limit in curve.limits or () if limit is not None]
    if len(known) < 2:
        return ""
    left, right = known
    return f"; no limit is lower: {left} as {curve.name} → −∞ and {right} as {curve.name} → +∞"


def tends(limit: Interval) -> str:
    """A limit in words: its digits, or ±∞."""
    if isinstance(limit.lower, float):
        return "+∞" if limit.lower > 0 else "−∞"
    return limit.text()


def _not_attained(curve: Curve, minimum: Minimum) -> str:
    assert minimum.direction is not None
    way = f"{curve.name} → {'+∞' if minimum.direction[curve.name] > 0 else '−∞'}"
    if isinstance(minimum.value.lower, float):
        return f"there is no minimum: the value falls without bound as {way}"
    others = len(curve.stationary)
    rest = f": every stationary point ({others}) lies higher" if others else ", and there is no stationary point"
    return f"the value approaches its infimum {minimum.value.text()} as {way} and never reaches it{rest}"


def _undecided(curve: Curve, minimum: Minimum) -> str:
    known = f"the infimum {minimum.value.verb()}"
    if curve.stopped:
        return f"time was up: {known}"
    if curve.undefined:
        return (
            f"the formula seems not to be defined for {_beyond(curve, curve.undefined)}, as the root or the logarithm of a negative number is "
            f"not; give a box where it is defined, such as --box 0.001,100; {known}"
        )
    if curve.open_ends:
        ends = _beyond(curve, curve.open_ends)
        return f"the sign of the slope is not decided for {ends}; {known}; give a box to search there alone"
    return f"the enclosures of the candidates overlap, or a part stayed open: {known}"


def _beyond(curve: Curve, ends: tuple[float, ...]) -> str:
    return " and ".join(f"{curve.name} {'>' if end > 0 else '<'} {end:g}".replace("-", "−") for end in ends)


def _open(count: int) -> str:
    return "a part" if count == 1 else f"{count} parts"


def reasons(curve: Curve, kinked: bool = False) -> tuple[str, ...]:
    """What the search saw, in a sentence or two; `kinked` where the formula holds |…| or max(0, …)."""
    unknown = sum(point.kind == "unknown" for point in curve.stationary)
    if curve.stopped:
        return (f"The time limit was reached with {_open(unknown)} of the line still to be looked into.",)
    if not unknown:
        return ()
    noun = "a short interval" if unknown == 1 else f"{unknown} intervals"
    if kinked and not curve.open_ends:
        kink = "a kink of |…| or max(0, …), where the formula is continuous but has no derivative"
        return (f"In {noun} the slope has no certain sign, as on {kink}; such a place can be the lowest all the same.",)
    return (f"In {noun} neither the slope nor the curvature has a certain sign, or the formula is not defined.",)
