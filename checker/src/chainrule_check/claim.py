"""What a certificate claims, read from it.

kind        "attained", "not attained" or "undecided"
value       an interval that holds the infimum of f over the domain (over the points of it at which f is defined)
domain      "all reals", or a side for each weight
at          attained: a box; every global minimiser lies in it, or at least one does, if `every` is false
direction   not attained: for every ε > 0 there is a θ such that the limit of f at θ + t·direction for t → ∞ is less than ε above the infimum
stationary  a list of {"kind", "at", "value"}, or null: nothing is claimed about stationary points. Else every point of the domain at which the slope is 0
            lies in one of these `at`. In one of the kind minimum, maximum or saddle lies exactly one, of that kind; of one of the kind *unknown* nothing more
            is claimed. f on all of `at` lies in `value`.
limits      of a single weight over all reals: enclosures of what f tends to, or null
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import fmpq

from chainrule_check.domain import Domain
from chainrule_check.numbers import number
from chainrule_check.reader import bounded, elements, interval, members, word
from chainrule_check.refusal import Refused
from chainrule_check.regions import Box, Side, everywhere
from chainrule_check.sums import Vector

KINDS = ("attained", "not attained", "undecided")
_KEYS = ("kind", "value", "domain", "at", "every", "direction", "reached", "stationary", "limits")


@dataclass(frozen=True)
class Place:
    """One entry of a list of stationary points."""

    kind: str
    at: Box
    value: Side


@dataclass(frozen=True)
class Claim:
    """See above; `weights` are in the order of the problem."""

    weights: tuple[str, ...]
    kind: str
    value: Side
    domain: Domain
    at: Box | None = None
    every: bool = True
    direction: Vector | None = None
    reached: bool | None = None
    stationary: tuple[Place, ...] | None = None
    limits: tuple[Side, Side] | None = None

    @property
    def over_all_reals(self) -> bool:
        return self.domain.everywhere


def read_claim(source: Any, weights: tuple[str, ...], place: str) -> Claim:
    """The claim, complete and of one piece: each kind has what it needs and nothing else."""
    stated = members(source, place, _KEYS)
    kind = word(stated["kind"], f"{place}.kind", KINDS)
    attained, away = kind == "attained", kind == "not attained"
    for key, needed in (("at", attained), ("direction", away)):
        if (stated[key] is not None) != needed:
            raise Refused(f"{key} is {'needed' if needed else 'null'} where the kind is {kind}", f"{place}.{key}")
    if not isinstance(stated["every"], bool) or (not attained and not stated["every"]):
        raise Refused("needed true or false, and true but for attained", f"{place}.every")
    if not (stated["reached"] is None or (away and isinstance(stated["reached"], bool))):
        raise Refused("needed true or false where the kind is not attained, or null", f"{place}.reached")
    points = stated["stationary"]
    return Claim(
        weights,
        kind,
        interval(stated["value"], f"{place}.value"),
        read_domain(stated["domain"], weights, f"{place}.domain"),
        _box(stated["at"], weights, f"{place}.at") if attained else None,
        stated["every"],
        _direction(stated["direction"], weights, f"{place}.direction") if away else None,
        stated["reached"],
        None
        if points is None
        else tuple(
            _stationary(p, weights, f"{place}.stationary[{i}]")
            for i, p in enumerate(elements(points, f"{place}.stationary", "places"))
        ),
        None if stated["limits"] is None else _limits(stated["limits"], f"{place}.limits"),
    )


def read_domain(source: Any, weights: tuple[str, ...], place: str) -> Domain:
    if source == "all reals":
        return Domain(everywhere(len(weights)))
    box = _box(source, weights, place)
    if not all(low < high for low, high in box.finite_sides()):
        raise Refused("a side of the domain has no width", place)
    return Domain(box)


def _box(source: Any, weights: tuple[str, ...], place: str) -> Box:
    sides = members(source, place, weights)
    return Box(tuple(bounded(sides[name], f"{place}[{i}]") for i, name in enumerate(weights)))


def _direction(source: Any, weights: tuple[str, ...], place: str) -> Vector:
    steps = members(source, place, weights)
    direction = tuple(number(steps[name], f"{place}[{i}]") for i, name in enumerate(weights))
    if not any(direction):
        raise Refused("a direction is not 0", place)
    return direction


def _stationary(source: Any, weights: tuple[str, ...], place: str) -> Place:
    entry = members(source, place, ("kind", "at", "value"))
    kind = word(entry["kind"], f"{place}.kind", ("minimum", "maximum", "saddle", "unknown"))
    return Place(kind, _box(entry["at"], weights, f"{place}.at"), interval(entry["value"], f"{place}.value"))


def _limits(source: Any, place: str) -> tuple[Side, Side]:
    ends = members(source, place, ("-inf", "+inf"))
    left, right = (
        (None, None) if ends[key] == "inf" else interval(ends[key], f"{place}.{key}") for key in ("-inf", "+inf")
    )
    return left, right


def holds(value: tuple[fmpq | None, fmpq | None], low: object, high: object) -> bool:
    """Whether an exact interval surely holds everything between two ends (None: infinite)."""
    lower, upper = value
    return (lower is None or (low is not None and bool(low >= lower))) and (  # type: ignore[operator]
        upper is None or (high is not None and bool(high <= upper))  # type: ignore[operator]
    )
