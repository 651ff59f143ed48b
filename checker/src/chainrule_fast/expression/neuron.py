"""The method `neuron`: an expression that is ``scale · L + constant``, with L the loss of one sigmoid neuron; the proof is about L.

The checker reads the points out of the expression itself. As a polynomial in sigmoids of linear forms (`polynomials`) it must have no other
terms than a constant and, for each form z, ``q σ(z)² + p σ(z)`` with q > 0 and ``0 <= −p <= 2q``: that is ``q (σ(z) − y)² − q y²`` with
``y = −p/(2q)``. So ``scale = Σ q``, the points have the labels y and the case weights q, and ``constant`` is what remains.

Hypotheses: the polynomial is exactly that, and the equation is defined everywhere, as sigmoids of linear forms are; kind, place, direction and domain of the outer claim are the inner ones;
its values hold the images of the inner ones. Quantifiers are those of the inner proof: with fewer weights one minimiser is known, not every.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from chainrule_fast.document import elements, interval, members
from chainrule_fast.engine import Range
from chainrule_fast.expression.polynomials import NoPolynomial, Polynomial, Reader
from chainrule_fast.expression.tree import Node
from chainrule_fast.methods import check_proof
from chainrule_fast.problem import Problem, read_problem
from chainrule_fast.rationals import exact, shown
from chainrule_fast.report import Refused, Report
from chainrule_fast.sentence import sentence
from chainrule_fast.space.claim import SpaceClaim

KEYS = ("kind", "at", "value", "direction", "domain")
LISTS = ("stationary", "limits")
PLACE = "problem.expression"


@dataclass(frozen=True)
class Reading:
    """The expression is ``scale · (loss of problem) + constant``; variable number j is the weight number j."""

    problem: Problem
    scale: Fraction
    constant: Fraction

    def image(self, value: Range) -> Range:
        """Where the expression lies if the loss lies in `value`."""
        ends = (
            end if isinstance(end, float) else end * self.scale + self.constant for end in (value.lower, value.upper)
        )
        return Range(*ends)


def check_neuron(
    node: Node, free: tuple[str, ...], claim: Any, proof: Any, progress: Callable[[int, int], None]
) -> Report:
    """Refused, naming the place, where the expression is no neuron's loss or anything in the claim is not proved."""
    stated = members(claim, "claim", (*KEYS, *LISTS))
    found = members(proof, "proof", ("method", "claim", "proof"))
    reading = read_loss(node, free)
    try:
        checked = check_proof(reading.problem, found["claim"], found["proof"], progress)
    except Refused as refusal:
        # Of the problem nothing is in the file but the expression.
        inner = refusal.place.startswith(("claim", "proof"))
        raise Refused(refusal.message, f"proof.{refusal.place}" if inner else PLACE) from None
    carried = _Carried(reading, free)
    carried.check(stated, found["claim"])
    value = Range(*interval(stated["value"], "claim.value", infinite=True))
    return Report(
        sentence(carried.claim(checked.stated, value), free, "expression") + checked.also,
        checked.kind,
        free,
        reading.problem.rows,
        checked.steps,
        checked.pieces,
        checked.stationary,
        checked.arithmetic,
        0.0,
        checked.stated.every,
        checked.stated.reached,
    )


def read_loss(node: Node, free: tuple[str, ...]) -> Reading:
    """The neuron's problem in the expression; Refused where there is none."""
    reader = Reader(len(free))
    try:
        polynomial = reader.read(node)
    except NoPolynomial as error:
        raise Refused(f"found {error}; needed a sum of squares of sigmoids of linear forms", PLACE) from None
    constant = polynomial.pop((), Fraction(0))
    points, masses = [], []
    for number, (slopes, offset) in enumerate(reader.forms):
        p, q = _taken(polynomial, number)
        if not p and not q:
            continue
        if not (q > 0 and 0 <= -p <= 2 * q):
            raise Refused(f"sigmoid number {number} is in no square (σ − y)² with y from 0 to 1", PLACE)
        label = -p / (2 * q)
        constant -= q * label * label
        points.append([_text(x) for x in (*slopes, offset, label)])
        masses.append(q)
    if polynomial or not points:
        raise Refused("found a term that belongs to no square of a sigmoid; needed a neuron's loss", PLACE)
    inputs = [*(f"x{j + 1}" for j in range(len(free))), "one"]
    weights = {**{f"w_x{j + 1}": "free" for j in range(len(free))}, "w_one": "1", "bias": "0"}
    data = {"points": points, "case_weights": [_text(mass) for mass in masses]}
    problem = read_problem({"schema": 1, "inputs": inputs, "weights": weights, "data": data})
    if all(mass == masses[0] for mass in masses):
        problem = replace(problem, masses=None, numbers=None)
    return Reading(problem, sum(masses, Fraction(0)), constant)


def _taken(polynomial: Polynomial, number: int) -> tuple[Fraction, Fraction]:
    """The coefficients of σ and σ² for one sigmoid, which are taken out."""
    one = (("s", number),)
    return polynomial.pop(one, Fraction(0)), polynomial.pop(one + one, Fraction(0))


def _text(x: Fraction) -> str:
    return f"{x.numerator}/{x.denominator}"


@dataclass(frozen=True)
class _Carried:
    """Holds the claim about the expression against the one about the loss, which has been proved."""

    reading: Reading
    free: tuple[str, ...]

    def check(self, stated: Mapping[str, Any], proved: Mapping[str, Any]) -> None:
        if stated["kind"] != proved["kind"]:
            raise Refused(f"found {shown(stated['kind'])}; proved is {shown(proved['kind'])}", "claim.kind")
        for key in ("at", "domain"):
            self._same_box(stated[key], proved[key], f"claim.{key}")
        self._same_direction(stated["direction"], proved["direction"])
        self._holds(stated["value"], proved["value"], "claim.value")
        self._stationary(stated["stationary"], proved.get("stationary") or [])
        self._limits(stated["limits"], proved.get("limits") or {})

    def claim(self, proved: SpaceClaim, value: Range) -> SpaceClaim:
        """What is proved of the loss as a claim about the expression, with the same quantifiers."""
        at, direction, domain = (
            None if part is None else self._named(part) for part in (proved.at, proved.direction, proved.domain)
        )
        return replace(proved, at=at, value=value, direction=direction, domain=domain)

    def _named(self, proved: Mapping[str, Any]) -> dict[str, Any]:
        """By variable what is proved by weight."""
        weights = dict(zip(self.reading.problem.free, self.free, strict=True))
        return {weights[name]: value for name, value in proved.items()}

    def _same_box(self, stated: Any, proved: Any, place: str) -> None:
        if not isinstance(proved, Mapping) or not isinstance(stated, Mapping):
            if stated != proved:
                raise Refused(f"found {shown(stated)}; proved is {shown(proved)}", place)
            return
        members(stated, place, self.free)
        for name, ends in self._named(proved).items():
            if interval(stated[name], f"{place}.{name}", infinite=True) != interval(ends, place, infinite=True):
                raise Refused("this is not the interval that is proved", f"{place}.{name}")

    def _same_direction(self, stated: Any, proved: Any) -> None:
        if proved is None or stated is None:
            if stated is not proved:
                raise Refused(f"found {shown(stated)}; proved is {shown(proved)}", "claim.direction")
            return
        members(stated, "claim.direction", self.free)
        for name, step in self._named(proved).items():
            place = f"claim.direction.{name}"
            if exact(stated[name], place) != exact(step, place):
                raise Refused("this is not the direction that is proved", place)

    def _holds(self, stated: Any, proved: Any, place: str) -> None:
        claimed = Range(*interval(stated, place, infinite=True))
        image = self.reading.image(Range(*interval(proved, place, infinite=True)))
        if not image.within(claimed):
            raise Refused(f"the claimed {claimed} does not hold {image}, which is what is proved", place)

    def _stationary(self, stated: Any, proved: Any) -> None:
        place = "claim.stationary"
        entries = elements(stated, place, "stationary points, as many as are proved", len(proved), len(proved))
        for i, (entry, known) in enumerate(zip(entries, proved, strict=True)):
            members(entry, f"{place}[{i}]", ("kind", "at", "value"))
            if entry["kind"] != known["kind"]:
                raise Refused(f"found {shown(entry['kind'])}; proved is {known['kind']}", f"{place}[{i}].kind")
            self._same_box(entry["at"], known["at"], f"{place}[{i}].at")
            self._holds(entry["value"], known["value"], f"{place}[{i}].value")

    def _limits(self, stated: Any, proved: Mapping[str, Any]) -> None:
        known = self._named(proved)
        members(stated, "claim.limits", tuple(known))
        for name, sides in known.items():
            members(stated[name], f"claim.limits.{name}", tuple(sides))
            for side, ends in sides.items():
                self._holds(stated[name][side], ends, f"claim.limits.{name}.{side}")
