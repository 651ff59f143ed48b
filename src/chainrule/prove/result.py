"""What a search returns: the verdict on the minimum, every stationary point, the limits.

Intervals have exact rational ends and are rounded outward. `trust` says what stands behind a figure:

- *proved*: the independent checker (`chainrule_check`) accepted the certificate;
- *enclosed*: a rigorous interval, not yet checked by anybody else;
- *computed*: ordinary floating point.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from chainrule.exact import number_text
from chainrule.problem import Problem
from chainrule.shown import Shown

Trust = Literal["proved", "enclosed", "computed"]
End = Fraction | float
"""The end of an interval: an exact rational, or ±inf as a float."""


@dataclass(frozen=True)
class Interval(Shown):
    """``[lower, upper]``, which provably holds the value it stands for."""

    lower: End
    upper: End

    @property
    def middle(self) -> Fraction:
        return (Fraction(self.lower) + Fraction(self.upper)) / 2

    @property
    def width(self) -> End:
        return self.upper - self.lower

    def __str__(self) -> str:
        return self.text()

    def to_json(self) -> list[str]:
        return [end_text(self.lower), end_text(self.upper)]

    def text(self, digits: int = 12) -> str:
        """The digits on which both ends agree, at most `digits` after the point: ``1.05319998952…``.

        >>> Interval(Fraction("1.23456"), Fraction("1.23457")).text()
        '1.2345…'
        >>> Interval(Fraction(1, 4), Fraction(1, 4)).text()
        '0.25'
        """
        if self.lower == self.upper and isinstance(self.lower, float):
            return "∞" if self.lower > 0 else "−∞"
        if isinstance(self.lower, float) or isinstance(self.upper, float):
            return f"[{end_text(self.lower)}, {end_text(self.upper)}]"
        if self.lower == self.upper and len(number_text(self.lower)) <= digits + 3:
            return number_text(self.lower)
        for places in range(digits - 2):  # a round number in a tiny interval: 0.25 ± 1e-24, not 0.249… or 0.2…
            rounded = round(self.middle, places)
            if self.lower <= rounded <= self.upper and self.width < Fraction(1, 10 ** (digits + 2)):
                return f"{number_text(Fraction(rounded)).replace('-', '−')} ± {_rounded_up(Fraction(self.width)):.0e}"
        for places in range(digits, 0, -1):
            # Cut off, not rounded: the digits shown are digits of the value itself.
            low, high = (math.trunc(abs(end) * 10**places) for end in (self.lower, self.upper))
            if low == high != 0 and (self.lower < 0) == (self.upper < 0):
                whole, part = divmod(low, 10**places)
                return f"{'−' if self.lower < 0 else ''}{whole}.{part:0{places}d}…"
        shown = f"{float(self.middle):.6g}"
        reach = max(self.upper - Fraction(shown), Fraction(shown) - self.lower)
        return f"{shown.replace('-', '−', 1) if self.middle < 0 else shown} ± {_rounded_up(reach):.1g}"


def _rounded_up(size: Fraction) -> float:
    """One significant digit, and not less than `size`."""
    digit, exponent = f"{float(size):.0e}".split("e")
    text = f"{digit}e{exponent}"
    return float(text) if Fraction(text) >= size else float(f"{int(digit) + 1}e{exponent}")


def end_text(end: End) -> str:
    """``inf``, ``-inf`` or an exact decimal."""
    if isinstance(end, float) and math.isinf(end):
        return "inf" if end > 0 else "-inf"
    return number_text(Fraction(end))


@dataclass(frozen=True)
class Stationary:
    """A place where the gradient is zero: exactly one in the box `at`, unless the kind is *unknown*."""

    kind: Literal["minimum", "maximum", "saddle", "unknown"]
    at: Mapping[str, Interval]
    value: Interval

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "at": _intervals(self.at), "value": self.value.to_json()}


@dataclass(frozen=True)
class Minimum:
    """The verdict. `value` encloses the infimum, attained or not; `why` is a sentence."""

    kind: Literal["attained", "not-attained", "undecided"]
    at: Mapping[str, Interval] | None
    value: Interval
    direction: Mapping[str, Fraction] | None
    domain: Mapping[str, Interval] | None
    trust: Trust
    why: str

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "at": None if self.at is None else _intervals(self.at),
            "value": self.value.to_json(),
            "direction": None if self.direction is None else {k: number_text(v) for k, v in self.direction.items()},
            "domain": "all reals" if self.domain is None else _intervals(self.domain),
            "trust": self.trust,
            "why": self.why,
        }


@dataclass(frozen=True)
class Answer(Shown):
    """Everything that `minimize` found, and the certificate that lets somebody else check it.

    `limits` maps each free weight to its enclosed limits at −∞ and +∞ (one free weight only).
    `reasons` are sentences on what makes the minimum exist or missing. `best` is the best point that a search of
    several free weights met, exactly; its loss is the upper end of the value.
    """

    problem: Problem
    minimum: Minimum
    stationary: tuple[Stationary, ...]
    limits: Mapping[str, tuple[Interval, Interval]]
    boundary: str | None
    reasons: tuple[str, ...]
    search_seconds: float
    check_seconds: float | None
    certificate: Mapping[str, Any] = field(repr=False)
    best: Mapping[str, Fraction] | None = None

    def __str__(self) -> str:
        """The verdict with what stands behind it, then the reasons, a sentence a line."""
        why = self.minimum.why
        return "\n".join((f"{why[:1].upper()}{why[1:]} ({self.minimum.trust}).", *self.reasons))

    def to_json(self) -> dict[str, Any]:
        """The stable machine form, schema 1."""
        return {
            "schema": 1,
            "free": list(self.problem.free),
            "fixed": {name: number_text(value) for name, value in self.problem.fixed.items()},
            "minimum": self.minimum.to_json(),
            "stationary": [point.to_json() for point in self.stationary],
            "limits": {
                name: {"-inf": low.to_json(), "+inf": high.to_json()} for name, (low, high) in self.limits.items()
            },
            "boundary": self.boundary,
            "seconds": {"search": self.search_seconds, "check": self.check_seconds},
        }


def _intervals(box: Mapping[str, Interval]) -> dict[str, list[str]]:
    return {name: interval.to_json() for name, interval in box.items()}
