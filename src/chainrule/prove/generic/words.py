"""The verdict on a formula of one variable in sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from chainrule.prove.result import Interval, Minimum, Stationary


@dataclass(frozen=True)
class Curve:
    """What is known of a function of one variable: on the line, or in the interval `domain`. `limits` are those at −∞ and +∞, None
    where nothing is known from the end in `open_ends` on; on an interval there are none. `undefined` are those of these ends beyond which
    the formula seems to have no value. `stopped`: time was up while parts were open. `corners` are the places among `stationary` where the slope jumps
    from one sign to the other. `wide`: the gap that was asked for, where the lowest value is known less closely."""

    name: str
    domain: tuple[Fraction, Fraction] | None
    stationary: tuple[Stationary, ...]
    limits: tuple[Interval | None, Interval | None] | None
    open_ends: tuple[float, ...] = ()
    undefined: tuple[float, ...] = ()
    stopped: bool = False
    corners: tuple[Fraction, ...] = ()
    wide: float | None = None


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
    assert minimum.at is not None
    name, value = curve.name, minimum.value.verb()
    lowest = [p for p in curve.stationary if p.kind != "maximum" and p.value.lower <= minimum.value.upper]
    kinds = {point.kind for point in lowest}
    places = " and ".join(point.at[name].named(name) for point in lowest) or minimum.at[name].named(name)
    start = f"{_where(curve)} the global minimum {value} at {places}"
    if not lowest:
        inside = f"{are(curve)} inside it" if curve.stationary else "inside it the slope is nowhere 0"
        told = f"{start}, an end of the interval; {inside}"
    elif kinds == {"plateau"}:
        each = " and every ".join(point.at[name].named(name) for point in lowest)
        told = f"{_where(curve)} the lowest value {value}, at every {each}: {'a plateau' if len(lowest) == 1 else 'plateaus'}"
        others = len(curve.stationary) - len(lowest)
        told += f", the lowest of {places_of(curve)}" if others else ""
    elif "unknown" in kinds:
        told = (
            f"{_where(curve)} the lowest value {value}, at {places}, where the sign of the slope could not be decided"
        )
    elif len(lowest) > 1:
        alike = (
            "equally low"
            if len({tuple(p.value.to_json()) for p in lowest}) == 1 and not lowest[0].value.width
            else "that no digit computed here tells apart"
        )
        told = f"{start}, {len(lowest)} of {places_of(curve)}, {alike}"
    elif len(curve.stationary) > 1:
        told = f"{start}, the lowest of {places_of(curve)}"
    elif lowest[0].at[name].lower in curve.corners:
        told = f"{start}, a corner: the only place where the slope changes its sign"
    else:
        told = f"{start}, the only stationary point"
    return told + _limits(curve)


def places_of(curve: Curve) -> str:
    """``3 stationary points``; where a corner or a plateau is among them, in words that are true of these, too."""
    count, name = len(curve.stationary), curve.name
    plain = all(p.kind in ("minimum", "maximum") and p.at[name].lower not in curve.corners for p in curve.stationary)
    undecided = any(p.kind == "unknown" for p in curve.stationary)
    if plain:
        return f"{count} stationary point{'s' * (count != 1)}"
    what = (
        "the slope is 0, changes its sign, or could not be decided"
        if undecided
        else "the slope is 0 or changes its sign"
    )
    return f"{count} place{'s' * (count != 1)} where {what}"


def are(curve: Curve) -> str:
    return f"there {'is' if len(curve.stationary) == 1 else 'are'} {places_of(curve)}"


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
    if not curve.stationary:
        rest = ", and there is no stationary point"
    else:
        rest = f"; {are(curve)}, {'and it lies' if len(curve.stationary) == 1 else 'all of them'} higher"
    return f"the value approaches its infimum {minimum.value.text()} as {way} and never reaches it{rest}"


def _undecided(curve: Curve, minimum: Minimum) -> str:
    known = f"the infimum {minimum.value.verb()}"
    if curve.stopped:
        return f"time was up: {known}"
    if curve.wide is not None:
        return f"{known}, which is wider than the gap of {curve.wide:g} that was asked for: so nothing is said of where it is attained"
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


def reasons(curve: Curve, kinked: bool = False) -> tuple[str, ...]:
    """What the search saw, in a sentence; `kinked` where the formula holds |…| or max(0, …)."""
    unknown = [point.at[curve.name] for point in curve.stationary if point.kind == "unknown"]
    if not unknown:
        return ()
    many = f"{len(unknown):,} intervals"
    if curve.stopped:
        return (f"The time limit was reached with {'a part' if len(unknown) == 1 else many} still to be looked into.",)
    widest = max(unknown, key=lambda at: at.width)
    short = widest.width < Fraction(1, 10**6)
    where = f"In {'an interval' if len(unknown) == 1 else many}{' narrower than 10⁻⁶' if short else f', the widest with {widest.named(curve.name)},'}"
    why = "as at a kink of |…| or max(0, …), or where it comes to rest" if kinked else "or the formula is not defined"
    return (f"{where} the sign of the slope could not be decided, {why}; such a place can be the lowest all the same.",)
