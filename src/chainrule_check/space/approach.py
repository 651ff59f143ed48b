"""An infimum at infinity that is approached from above: what is given up, and why the rest still costs more than that can lose.

Along a direction δ a row with ``A·δ > 0`` loses its term ``h(z)`` to its limit, and one with ``A·δ < 0`` its term ``h(−z)``; write ``y = ±z``
for its form with the sign that grows. The rows E whose label does not allow that, so that the term has a weight ω > 0, are *given up*; the other
term of a row, of ``−y``, falls to 0. The rows with ``A·δ = 0`` *stay*. With v the infimum of what they cost, and W the weight of E's terms, the loss comes near, and tends along δ, to

    V = (W + v + constants)/Ω.

They make groups g (rows of equal or opposite forms ±z_g, see `groups`), which cost
at least ``pq/(p + q)`` each; where the slopes of the groups are independent they can come as near to that as one likes, all at once: ``v = Σ_g pq/(p + q)``. Or they are the rows of one
bundle, whose own proof encloses v.

For each e in E let ``Σ_q λ_q (−y_q) + μ y_e + p·θ = c`` everywhere, over rows q whose term of −y has a weight, ``λ > 0``, ``Σ λ = 1``, ``0 <= μ <= 1/2``, and p a combination of slopes that stay. Let
a number D be given, and a portion ``s > 0``, the portions of all e adding up to 1 at most. The terms of E cost at least ``W − Σ_E 2 ω e^(−y_e)``, since
``1 − h(y) = (1 + σ(y)) σ(−y) < 2 e^(−y)``. As for what is left, for each e

- either ``p·θ <= D``; then ``Σ λ_q (−y_q) >= K = c − D − μ y_e``, and with ω the least of the ω_q and ``ρ = ½ Σ λ_q ln(ω_q/(λ_q ω))``, which is not
  negative, the rows q cost at least ``ω σ(K + ρ)²`` together: if some −y_q is ``K + ρ`` or more it does so alone; otherwise ``h(−y_q) >= e^(−2 y_q) σ(−K − ρ)²`` for all,
  and by the inequality of the means ``Σ ω_q e^(−2 y_q) >= Π (ω_q e^(−2 y_q)/λ_q)^λ_q >= ω e^(2ρ) e^(2K)``;
- or ``p·θ > D``; then what stays costs more than v, by at least G. With groups ``p·θ = Σ ν_g z_g`` but for a constant, ``D = Σ D_g``, and ``ν_g z_g > D_g`` for one, which
  costs ``(p + q) (σ(z_g) − q/(p + q))²`` more than its least, at least ``G = (p + q) (σ(D_g/ν_g) − q/(p + q))²`` where
  ``D_g/ν_g`` lies beyond the place at which the group costs least, as seen from ν_g. With a bundle D is the largest ``p·θ`` on the box of a level, outside of which it costs G more (`level`); ``p = 0`` needs none.

Where ``s ω σ(c + ρ − D − μ y)² e^y > 2 ω_e`` and ``s G e^y > 2 ω_e`` at ``y = y_e``, the rest costs more than ``2 ω_e e^(−y_e)/s``; where this holds for all e it costs
more than ``Σ_E s · 2 ω_e e^(−y_e)/s``, so ``f > V``. The left sides increase with y: the slope of the first one's logarithm
is ``1 − 2μ (1 − σ) > 0``. So a lower bound of every y_e, each with its own c, μ and s, is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import arb, fmpq

from chainrule_check.balls import precision, rational, sigmoid
from chainrule_check.document import elements, members
from chainrule_check.engine import Range
from chainrule_check.rationals import exact, shown
from chainrule_check.report import Refused
from chainrule_check.space.claim import SpaceClaim, read_numbers
from chainrule_check.space.groups import Bundle, Group, Nested, Together, form, read_row
from chainrule_check.space.level import Level, furthest, read_level
from chainrule_check.space.rank import rank
from chainrule_check.space.terms import Terms

_FAR, _STEPS, _BITS = 2.0**20, 64, 80
MOST = 1000


@dataclass(frozen=True)
class Swerve:
    """A group that stays, in an identity: `place` is ``D/ν``, `side` the sign of ν, `whole` is ``p + q``, `least` is ``q/(p + q)``."""

    place: Fraction
    side: int
    whole: Fraction
    least: Fraction


@dataclass(frozen=True)
class Identity:
    """For one row of E, `sign` that of its form: `share` is μ, `constant` is at most ``c + ρ − D``, `least` the least weight of the rows q; `lost` is ``2 ω_e/s``.

    Off its best place a group costs by its swerve, a bundle `level` more than its infimum.
    """

    row: int
    sign: int
    share: Fraction
    constant: Fraction
    least: Fraction
    lost: Fraction
    swerves: tuple[Swerve, ...] = ()
    level: Fraction | None = None


@dataclass(frozen=True)
class Approach:
    """`identities` has one entry for each row of E; V lies in `limit`. `known` is ``Ω V`` but for what the rows of a bundle cost, `stay`, if there is one."""

    identities: tuple[Identity, ...]
    limit: Range
    known: Fraction = Fraction(0)
    stay: frozenset[int] = frozenset()

    def not_lower(self, other: Approach) -> bool:
        """Whether V is surely not lower than the other's: also where the other's bundle is part of this one, since no term costs less than 0."""
        return self.limit.lower >= other.limit.upper or (self.known >= other.known and self.stay >= other.stay)

    @staticmethod
    def enough(identity: Identity, y: fmpq, bits: int) -> bool:
        """Whether both inequalities surely hold from y on."""
        with precision(bits):
            lost = arb(rational(identity.lost)) * (-arb(y)).exp()
            p, _ = sigmoid(rational(identity.constant) - rational(identity.share) * y)
            if not arb(rational(identity.least)) * p * p > lost:
                return False
            for swerve in identity.swerves:
                away = (sigmoid(rational(swerve.place))[0] - arb(rational(swerve.least))) * swerve.side
                if not (away > 0 and arb(rational(swerve.whole)) * away * away > lost):
                    return False
            return identity.level is None or bool(arb(rational(identity.level)) > lost)

    @cached_property
    def thresholds(self) -> list[float]:
        """For each identity a double from which on it is enough; inf if none was found."""
        return [self._threshold(identity) for identity in self.identities]

    def _threshold(self, identity: Identity) -> float:
        low, high = -_FAR, _FAR

        def good(y: float) -> bool:
            return self.enough(identity, rational(Fraction(y)), 80)

        if not good(high):
            return float("inf")
        for _ in range(_STEPS):
            middle = (low + high) / 2
            low, high = (low, middle) if good(middle) else (middle, high)
        return high


@dataclass(frozen=True)
class _Sides:
    """What a direction does: the sign of ``A·δ`` of each row, the weights of a row's terms that rise and that fall, and the groups that stay, or the bundle with its level."""

    sign: tuple[int, ...]
    rising: tuple[Fraction, ...]
    falling: tuple[Fraction, ...]
    stay: tuple[Group, ...]
    bundle: Bundle | None = None
    level: Level | None = None


def read_approaches(
    value: Any, terms: Terms, together: Together, names: tuple[str, ...], claim: SpaceClaim, nested: Nested
) -> list[Approach]:
    """The approaches of a proof; Refused unless everything about them is exactly so.

    Where the infimum is claimed not to be attained, the first is the claimed one and no other V is lower. Otherwise each shows only that the loss exceeds its V, which must be
    U at least for *attained*, L for *undecided*.
    """
    place = "proof.approaches"
    claim.all_reals()
    if not terms.shape.squared or terms.problem.penalty:
        raise Refused("needed the squared loss without a penalty: any other has no limit in such a direction", place)
    approaches: list[Approach] = []
    for i, entry in enumerate(elements(value, place, "approaches", 1, MOST)):
        where = f"{place}[{i}]"
        found = members(entry, where, ("direction", "identities"), ("bundle",))
        direction = read_numbers(found["direction"], f"{where}.direction", len(names))
        if "bundle" in found:
            sides = _with_bundle(found["bundle"], terms, together, direction, nested, where)
        else:
            sides = _with_groups(terms, together, direction, f"{where}.direction")
        approach = _approach(found["identities"], terms, sides, where)
        if claim.direction is None:
            needed = claim.value.upper if claim.kind == "attained" else claim.value.lower
            if approach.limit.lower < needed:
                raise Refused(f"its limit {approach.limit} is lower than needed, {float(needed):.17g}", where)
        elif i == 0:
            _check_claimed(claim, approach, names, direction, where)
            if sides.bundle is None:
                _check_reached(terms, sides, f"{where}.direction")
        elif not approach.not_lower(approaches[0]):
            raise Refused(
                f"its limit {approach.limit} is lower than that of the first, which is claimed, or not surely as high",
                where,
            )
        approaches.append(approach)
    return approaches


def _check_claimed(
    claim: SpaceClaim, approach: Approach, names: tuple[str, ...], direction: Sequence[Fraction], place: str
) -> None:
    for name, step in zip(names, direction, strict=True):
        if claim.direction is None or claim.direction[name] != step:
            raise Refused(f"found another number than in {place}.direction", f"claim.direction.{name}")
    if not approach.limit.within(claim.value):
        raise Refused(
            f"the claimed {claim.value} does not hold the limit {approach.limit} in this direction", "claim.value"
        )


def _sides(terms: Terms, direction: Sequence[Fraction]) -> _Sides:
    signs, rising, falling = [], [], []
    for row in range(terms.rows):
        step = sum((a * d for a, d in zip(terms.slopes(row), direction, strict=True)), Fraction(0))
        signs.append((step > 0) - (step < 0))
        mass, label = terms.problem.mass(row), terms.problem.label(row)
        up, down = mass * (1 - label), mass * label
        rising.append(up if step > 0 else down if step < 0 else Fraction(0))
        falling.append(down if step > 0 else up if step < 0 else Fraction(0))
    return _Sides(tuple(signs), tuple(rising), tuple(falling), ())


def _with_groups(terms: Terms, together: Together, direction: Sequence[Fraction], place: str) -> _Sides:
    """What the direction does, each row that stays being in a group."""
    sides, stay = _sides(terms, direction), []
    for row, sign in enumerate(sides.sign):
        if sign == 0:
            if row not in together.of_row:
                raise Refused(
                    f"row {row} stays as it is along it, and is in no group; needed one, of this row at least", place
                )
            group = together.groups[together.of_row[row]]
            if group.rows[0] == row:
                stay.append(group)
    return replace(sides, stay=tuple(stay))


def _with_bundle(
    value: Any, terms: Terms, together: Together, direction: Sequence[Fraction], nested: Nested, place: str
) -> _Sides:
    """What the direction does, the rows that stay being those of a bundle."""
    found = members(value, f"{place}.bundle", ("number", "level"))
    number, count = found["number"], len(together.bundles)
    if type(number) is not int or not 0 <= number < count:
        raise Refused(f"found {shown(number)}; needed one of {count} bundles, from 0", f"{place}.bundle.number")
    bundle, sides = together.bundles[number], _sides(terms, direction)
    if stay := {row for row, sign in enumerate(sides.sign) if sign == 0} ^ set(bundle.rows):
        raise Refused(
            f"row {min(stay)} stays as it is along it, or is in the bundle {number}, but not both", f"{place}.direction"
        )
    level = None
    if found["level"] is not None:
        level = read_level(found["level"], terms, bundle, nested, f"{place}.bundle.level")
    return replace(sides, bundle=bundle, level=level)


def _check_reached(terms: Terms, sides: _Sides, place: str) -> None:
    """Refused unless the groups that stay can cost their least, or come near to that, all at once."""
    found = rank((terms.slopes(group.rows[0]) for group in sides.stay), terms.k)
    if found < len(sides.stay):
        raise Refused(
            f"{len(sides.stay)} groups stay as they are along it, with slopes of rank {found}; needed independent ones",
            place,
        )


def _approach(value: Any, terms: Terms, sides: _Sides, place: str) -> Approach:
    given_up = [row for row in range(terms.rows) if sides.rising[row]]
    if not given_up:
        raise Refused("no row is given up along it; needed one, or the method 'escape'", f"{place}.direction")
    entries = elements(value, f"{place}.identities", "identities, one for each row given up")
    identities = [_identity(entry, terms, sides, f"{place}.identities[{i}]") for i, entry in enumerate(entries)]
    if sorted(identity.row for identity in identities) != given_up:
        raise Refused("needed exactly one for each row that is given up", f"{place}.identities")
    portions = sum((2 * sides.rising[identity.row] / identity.lost for identity in identities), Fraction(0))
    if portions > 1:
        raise Refused(f"the portions add up to {float(portions):.17g}; needed at most 1", f"{place}.identities")
    known = sum(sides.rising, Fraction(0)) + sum((group.least for group in sides.stay), Fraction(0)) + terms.constants
    if sides.bundle is None:
        return Approach(tuple(identities), Range(known / terms.total, known / terms.total), known)
    limit = Range((known + sides.bundle.least) / terms.total, (known + sides.bundle.most) / terms.total)
    return Approach(tuple(identities), limit, known, frozenset(sides.bundle.rows))


def _identity(value: Any, terms: Terms, sides: _Sides, place: str) -> Identity:
    found = members(value, place, ("row", "share", "portion", "multipliers", "stays"))
    row = read_row(found["row"], terms, f"{place}.row")
    if not sides.rising[row]:
        raise Refused(f"row {row} is not given up", f"{place}.row")
    share = exact(found["share"], f"{place}.share")
    if not 0 <= share <= Fraction(1, 2):
        raise Refused(f"found {shown(found['share'])}; needed at least 0 and at most 1/2", f"{place}.share")
    portion = exact(found["portion"], f"{place}.portion")
    if not portion > 0:
        raise Refused(f"found {shown(found['portion'])}; needed a number above 0", f"{place}.portion")
    total = [share * sides.sign[row] * x for x in form(terms, row)]
    used = dict[int, Fraction]()
    where = f"{place}.multipliers"
    for i, entry in enumerate(elements(found["multipliers"], where, "pairs of a row and its multiplier", 1)):
        other, weight = elements(entry, f"{where}[{i}]", "a row, its multiplier", 2, 2)
        q, factor = read_row(other, terms, f"{where}[{i}][0]"), exact(weight, f"{where}[{i}][1]")
        if not sides.falling[q] or q in used:
            raise Refused(
                f"row {q} costs nothing on its right side, stays, or stands twice; needed different rows with a term that falls",
                f"{where}[{i}][0]",
            )
        if not factor > 0:
            raise Refused(f"found {shown(weight)}; needed a multiplier above 0", f"{where}[{i}][1]")
        used[q] = factor
        total = [t - factor * sides.sign[q] * x for t, x in zip(total, form(terms, q), strict=True)]
    if (whole := sum(used.values())) != 1:
        raise Refused(f"the multipliers add up to {float(whole):.17g}; needed exactly 1", where)
    swerves, off = [], Fraction(0)
    for i, entry in enumerate(elements(found["stays"], f"{place}.stays", "rows that stay")):
        swerve, far, moved = _swerve(entry, terms, sides, f"{place}.stays[{i}]")
        swerves.append(swerve)
        off += far
        total = [t + x for t, x in zip(total, moved, strict=True)]
    level = None
    if sides.bundle is not None and any(total[:-1]):
        off = furthest(sides.level, terms, sides.bundle, [-x for x in total[:-1]], place)
        level = sides.level.more if sides.level else None
    elif any(total[:-1]):
        raise Refused("the forms with their multipliers and the share do not cancel exactly", place)
    least = min(sides.falling[q] for q in used)
    constant = total[-1] - off + _gain([(factor, sides.falling[q] / least) for q, factor in used.items()])
    lost = 2 * sides.rising[row] / portion
    return Identity(row, sides.sign[row], share, constant, least, lost, tuple(swerves), level)


def _gain(shares: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """A number at most ``ρ = ½ Σ λ ln(ω/λ)``, from pairs of λ and ω, the weights in units of the least."""
    with precision(_BITS):
        rho = (
            sum((arb(rational(factor)) * arb(rational(weight / factor)).log() for factor, weight in shares), arb(0)) / 2
        )
        return Fraction(int((rho.lower() * 2**_BITS).floor().unique_fmpz()), 2**_BITS)


def _swerve(value: Any, terms: Terms, sides: _Sides, place: str) -> tuple[Swerve, Fraction, list[Fraction]]:
    """A group that stays, D, and ``ν z``, z being the form of the group's first row."""
    number, multiplier, far = elements(value, place, "a row, its multiplier, and a bound of their product", 3, 3)
    row, factor, bound = (
        read_row(number, terms, f"{place}[0]"),
        exact(multiplier, f"{place}[1]"),
        exact(far, f"{place}[2]"),
    )
    group = next((group for group in sides.stay if group.rows[0] == row), None)
    if group is None:
        raise Refused(f"row {row} is not the first of a group that stays", f"{place}[0]")
    if factor == 0:
        raise Refused("needed a multiplier other than 0", f"{place}[1]")
    whole = group.plus + group.minus
    swerve = Swerve(bound / factor, 1 if factor > 0 else -1, whole, group.minus / whole)
    return swerve, bound, [factor * x for x in form(terms, row)]
