"""What a search returns: the verdict on the minimum, every stationary point, the limits.

Intervals have exact rational ends and are rounded outward. `trust` says what stands behind a figure:

- *proved*: an independent checker accepted the certificate: the kernel (`chainrule_check`), or the one in doubles (`chainrule_fast`);
- *enclosed*: a rigorous interval, not yet checked by anybody else;
- *computed*: ordinary floating point.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from chainrule.digits import End, digits, equation, is_infinite, is_wide, verb
from chainrule.errors import ProblemError
from chainrule.exact import number_text
from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem
from chainrule.shown import Shown

Trust = Literal["proved", "enclosed", "computed"]
Checker = Literal["kernel", "doubles"]
"""Who accepted a proof: the small kernel, in Arb's ball arithmetic, or the fast checker, in doubles where these are enough."""


LARGEST = Fraction(10) ** 100  # of the numbers in a certificate


@dataclass(frozen=True, repr=False)
class Interval(Shown):
    """``[lower, upper]``, which provably holds the value it stands for."""

    lower: End
    upper: End

    @property
    def middle(self) -> Fraction:
        return (Fraction(self.lower) + Fraction(self.upper)) / 2

    @property
    def width(self) -> End:
        return math.inf if is_infinite(self.lower) or is_infinite(self.upper) else self.upper - self.lower

    def __str__(self) -> str:
        return self.text()

    def to_json(self) -> list[str]:
        return [end_text(self.lower), end_text(self.upper)]

    def stated(self) -> Interval:
        """As far as a certificate tells it: its numbers end at 10^100, what is larger is at least that, and has no end.

        >>> Interval(Fraction(10) ** 434, Fraction(10) ** 434).stated().text()
        'from 10¹⁰⁰ to +∞'
        """
        return Interval(_stated(self.lower, -1), _stated(self.upper, 1))

    @property
    def is_wide(self) -> bool:
        """Whether both ends tell more than the digits that they share."""
        return is_wide(self.lower, self.upper)

    def text(self, limit: int = 12) -> str:
        """At most `limit` significant digits on which both ends agree, ``1.05319998952…``, or what else tells most (`chainrule.digits`).

        >>> Interval(Fraction("1.23456"), Fraction("1.23457")).text()
        '1.2345…'
        >>> Interval(Fraction(1, 4), Fraction(1, 4)).text()
        '0.25'
        """
        return digits(self.lower, self.upper, limit)

    def verb(self, limit: int = 12) -> str:
        """``is 0.25``, ``lies between 1 and 3``, ``is at most 0.5``: a sentence about it goes on so."""
        return verb(self.lower, self.upper, limit)

    def named(self, name: str, limit: int = 12) -> str:
        """What it says of `name`: ``x = 0.25``, ``x from 0 to 2``.

        >>> Interval(Fraction(0), Fraction(2)).named("x")
        'x from 0 to 2'
        """
        return equation(name, self.lower, self.upper, limit)


def _stated(end: End, side: int) -> End:
    """An end on `side`, beyond 10^100 moved outward; ±∞ stays."""
    if isinstance(end, float) or abs(end) <= LARGEST:
        return end
    return side * math.inf if side * end > 0 else -side * LARGEST


def end_text(end: End) -> str:
    """``inf``, ``-inf`` or an exact decimal."""
    if is_infinite(end):
        return "inf" if end > 0 else "-inf"
    return number_text(Fraction(end))


@dataclass(frozen=True, repr=False)
class Stationary(Shown):
    """A place where the slope is 0 or, at a corner, changes its sign: exactly one in the box `at`. On all of a *plateau* the value is the same. Whether
    an *unknown* place holds one could not be decided."""

    kind: Literal["minimum", "maximum", "saddle", "plateau", "unknown"]
    at: Mapping[str, Interval]
    value: Interval

    def __str__(self) -> str:
        return f"{self.kind} at {', '.join(f'{name} = {place}' for name, place in self.at.items())}, value {self.value}"

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "at": _intervals(self.at), "value": self.value.to_json()}


@dataclass(frozen=True, repr=False)
class Minimum(Shown):
    """The verdict. `value` encloses the infimum, attained or not; `why` is a sentence.

    `every`: all global minimisers lie in `at`; otherwise at least one does. `reached`: from some point the loss tends to its infimum along `direction` (True), from
    none, since what does not change along it attains no minimum either (False), or that is not known (None). In each case there are points from which
    it tends to values as near to the infimum as one likes. `far`, computed: where no point tends to the infimum along `direction`, a direction along which one does, if one is known. `asked`: somebody
    asked for the `domain`; otherwise, in a box, it is the prover's own. `by`: which checker accepted the certificate of what is *proved*.
    """

    kind: Literal["attained", "not-attained", "undecided"]
    at: Mapping[str, Interval] | None
    value: Interval
    direction: Mapping[str, Fraction] | None
    domain: Mapping[str, Interval] | None
    trust: Trust
    why: str
    every: bool = True
    reached: bool | None = None
    far: Mapping[str, Fraction] | None = None
    asked: bool = True
    by: Checker | None = None

    def __str__(self) -> str:
        return f"{self.kind} ({self.trust_text}): {self.why}"

    @property
    def outward(self) -> Mapping[str, Fraction] | None:
        """The direction in which to look for a point that is nearly as low as the infimum."""
        return self.far or self.direction

    @property
    def trust_text(self) -> str:
        """*proved · kernel*, *proved · doubles*, *enclosed* or *computed*."""
        return f"{self.trust} · {self.by}" if self.by else self.trust

    def approach(self, subject: str, way: str = "", anywhere: bool = False) -> str:
        """How the `subject` comes near to its infimum: along `way`, from any point if `anywhere`."""
        value = self.value.text()
        if self.reached:
            start = "" if anywhere else "from the right start "
            return f"{start}{subject} approaches its infimum {value}{way} and never reaches it"
        start = "the right starts" if self.reached is None else "starts that are ever further out"
        return f"from {start} {subject} comes as near as one likes to its infimum {value}{way}, and never reaches it"

    def claim(self) -> dict[str, Any]:
        """What a certificate claims."""
        return {
            "kind": self.kind,
            "at": None if self.at is None else _intervals(self.at),
            "value": self.value.to_json(),
            "direction": None if self.direction is None else {k: number_text(v) for k, v in self.direction.items()},
            "domain": "all reals" if self.domain is None else _intervals(self.domain),
        }

    def to_json(self) -> dict[str, Any]:
        known = {"every": self.every} if self.at is not None else {"reached": self.reached} if self.direction else {}
        own = {} if self.domain is None else {"asked": self.asked}
        return self.claim() | known | own | {"trust": self.trust, "by": self.by, "why": self.why}


@dataclass(frozen=True, repr=False)
class Answer(Shown):
    """Everything that `minimize` found, and the certificate that lets somebody else check it.

    `limits` maps each free weight to its enclosed limits at −∞ and +∞ (one free weight only).
    `reasons` are sentences on what makes the minimum exist or missing. `best` is the best point that a search of
    several free weights met, exactly; its loss is the upper end of the value. `certificate` holds what the search found, for the checker in doubles;
    `kernel_certificate` the same for the kernel, where that accepted it.
    """

    problem: Problem | TypedProblem
    minimum: Minimum
    stationary: tuple[Stationary, ...]
    limits: Mapping[str, tuple[Interval, Interval]]
    boundary: str | None
    reasons: tuple[str, ...]
    search_seconds: float
    check_seconds: float | None
    certificate: Mapping[str, Any] = field(repr=False)
    best: Mapping[str, Fraction] | None = None
    kernel_certificate: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def document(self) -> Mapping[str, Any]:
        """The certificate that was accepted, or is to be checked: the kernel's where there is one."""
        return self.kernel_certificate or self.certificate

    @property
    def network_problem(self) -> Problem:
        """The network and its points.

        Raises
        ------
        ProblemError
            If the answer is about an equation typed by hand, which has neither.
        """
        if not isinstance(self.problem, Problem):
            raise ProblemError("this answer is about an equation; it has no network and no points to show")
        return self.problem

    @property
    def proof(self) -> Mapping[str, Any]:
        """The pieces or boxes that prove it; of an equation that is a neuron's loss, those of the neuron, whose variables are the same in the same order."""
        proof: Mapping[str, Any] = self.certificate.get("proof", {})
        return proof["proof"] if proof.get("method") == "neuron" else proof

    def __str__(self) -> str:
        """The verdict with what stands behind it, then the reasons, a sentence a line."""
        why = self.minimum.why
        return "\n".join((f"{why[:1].upper()}{why[1:]} ({self.minimum.trust_text}).", *self.reasons))

    def to_json(self) -> dict[str, Any]:
        """The stable machine form, schema 1; of an equation typed by hand with the equation as it was read."""
        return {
            "schema": 1,
            **({} if isinstance(self.problem, Problem) else {"equation": str(self.problem.shown)}),
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
