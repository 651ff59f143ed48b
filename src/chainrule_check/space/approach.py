"""An infimum at infinity that is approached from above: the rows E are given up, and the others still cost more than E can lose.

Along a direction δ with ``a·δ > 0`` for the rows in E and ``< 0`` for all others the loss tends to ``V = |E|/n``, from every point. For
each e in E let ``Σ λ_q a_q + μ a_e = 0`` over rows q outside E, ``λ > 0``, ``Σ λ = 1``, ``0 <= μ < 1/2``. Then ``Σ λ_q z_q + μ z_e = c``
everywhere, ``c = Σ λ_q b_q + μ b_e``, so some z_q is at least ``c − μ z_e``. Take the e with the least z_e:

    Σ_E (1 − h(z)) <= 2 |E| e^(−z_e),     since 1 − σ² = (1 + σ)(1 − σ) < 2 (1 − σ) < 2 e^(−z),
    Σ_others h(z)  >= σ(c − μ z_e)².

So ``n f > |E|`` where ``σ(c − μz)² e^z > 2|E|`` at ``z = z_e``. The left side increases with z: the slope of its logarithm is
``1 − 2μ (1 − σ(c − μz)) > 1 − 2μ > 0``. So a lower bound of every z_e, each with its own c and μ, is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import arb, fmpq

from chainrule_check.balls import precision, rational, sigmoid
from chainrule_check.document import elements, members
from chainrule_check.rationals import exact, shown
from chainrule_check.report import Refused
from chainrule_check.space.claim import SpaceClaim, read_numbers
from chainrule_check.space.pairs import read_row, signed
from chainrule_check.space.terms import Terms

_FAR, _STEPS = 2.0**20, 64


@dataclass(frozen=True)
class Identity:
    """For one row of E: ``share`` is μ and ``constant`` is c."""

    row: int
    share: Fraction
    constant: Fraction


@dataclass(frozen=True)
class Approach:
    """`identities` has one entry for each row of E; `limit` is V."""

    identities: tuple[Identity, ...]
    limit: Fraction

    @property
    def rows(self) -> list[int]:
        return [identity.row for identity in self.identities]

    def enough(self, identity: Identity, z: fmpq, bits: int) -> bool:
        """Whether ``σ(c − μz)² e^z > 2|E|`` surely holds."""
        with precision(bits):
            p, _ = sigmoid(rational(identity.constant) - rational(identity.share) * z)
            return bool(p * p * arb(z).exp() > 2 * len(self.identities))

    @cached_property
    def thresholds(self) -> list[float]:
        """For each identity a double from which on it is enough; inf if none was found."""
        return [self._threshold(identity) for identity in self.identities]

    def _threshold(self, identity: Identity) -> float:
        low, high = -_FAR, _FAR

        def good(z: float) -> bool:
            return self.enough(identity, rational(Fraction(z)), 80)

        if not good(high):
            return float("inf")
        for _ in range(_STEPS):
            middle = (low + high) / 2
            low, high = (low, middle) if good(middle) else (middle, high)
        return high


def read_approach(value: Any, terms: Terms, names: tuple[str, ...], claim: SpaceClaim) -> Approach:
    """The approach of a proof; Refused unless everything about it is exactly so, and V is what is claimed."""
    if claim.kind != "not-attained" or claim.direction is None:
        raise Refused(f"found {claim.kind!r}; an infimum approached from above is 'not-attained'", "claim.kind")
    claim.all_reals()
    place = "proof.approach"
    found = members(value, place, ("direction", "given_up", "identities"))
    for row in range(terms.rows):
        if terms.problem.label(row) not in (0, 1):
            raise Refused(f"row {row} has a label between 0 and 1; needed 0 or 1 in every row", place)
    given_up = _given_up(found["given_up"], terms, f"{place}.given_up")
    direction = read_numbers(found["direction"], f"{place}.direction", len(names))
    for name, step in zip(names, direction, strict=True):
        if claim.direction[name] != step:
            raise Refused(f"found another number than in {place}.direction", f"claim.direction.{name}")
    _check_direction(terms, direction, set(given_up), f"{place}.direction")
    entries = elements(found["identities"], f"{place}.identities", "identities, one for each row given up")
    identities = [_identity(entry, terms, set(given_up), f"{place}.identities[{i}]") for i, entry in enumerate(entries)]
    if sorted(identity.row for identity in identities) != sorted(given_up):
        raise Refused("needed exactly one for each row that is given up", f"{place}.identities")
    limit = Fraction(len(given_up), terms.rows)
    if not claim.value.lower <= limit <= claim.value.upper:
        raise Refused(f"the claimed {claim.value} does not hold the limit {limit} in this direction", "claim.value")
    return Approach(tuple(identities), limit)


def _given_up(value: Any, terms: Terms, place: str) -> list[int]:
    rows = [read_row(row, terms, f"{place}[{i}]") for i, row in enumerate(elements(value, place, "rows", 1))]
    if len(set(rows)) != len(rows):
        raise Refused("a row stands twice", place)
    return rows


def _check_direction(terms: Terms, direction: Sequence[Fraction], given_up: set[int], place: str) -> None:
    for row in range(terms.rows):
        step = sum((a * d for a, d in zip(signed(terms, row)[:-1], direction, strict=True)), Fraction(0))
        if not (step > 0 if row in given_up else step < 0):
            needed = "above 0, since it is given up" if row in given_up else "below 0, since it is not given up"
            raise Refused(f"the signed form of row {row} changes by {float(step):.5g} along it; needed {needed}", place)


def _identity(value: Any, terms: Terms, given_up: set[int], place: str) -> Identity:
    found = members(value, place, ("row", "share", "multipliers"))
    row = read_row(found["row"], terms, f"{place}.row")
    if row not in given_up:
        raise Refused(f"row {row} is not given up", f"{place}.row")
    share = exact(found["share"], f"{place}.share")
    if not 0 <= share < Fraction(1, 2):
        raise Refused(f"found {shown(found['share'])}; needed at least 0 and less than 1/2", f"{place}.share")
    total = [share * x for x in signed(terms, row)]
    whole, used = Fraction(0), set[int]()
    where = f"{place}.multipliers"
    for i, entry in enumerate(elements(found["multipliers"], where, "pairs of a row and its multiplier", 1)):
        other, weight = elements(entry, f"{where}[{i}]", "a row, its multiplier", 2, 2)
        q, factor = read_row(other, terms, f"{where}[{i}][0]"), exact(weight, f"{where}[{i}][1]")
        if q in given_up or q in used:
            raise Refused(f"row {q} is given up, or stands twice; needed different rows that stay", f"{where}[{i}][0]")
        if not factor > 0:
            raise Refused(f"found {shown(weight)}; needed a multiplier above 0", f"{where}[{i}][1]")
        used.add(q)
        whole += factor
        total = [t + factor * x for t, x in zip(total, signed(terms, q), strict=True)]
    if whole != 1:
        raise Refused(f"the multipliers add up to {float(whole):.17g}; needed exactly 1", where)
    if any(total[:-1]):
        raise Refused("the forms with their multipliers and the share do not cancel exactly", place)
    return Identity(row, share, total[-1])
