"""Reading the approaches of a proof: what their directions do, exactly, and their identities. Why they prove anything is said in `approach`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flint import arb

from chainrule_fast.balls import precision, rational
from chainrule_fast.document import elements, members
from chainrule_fast.engine import Range
from chainrule_fast.rationals import exact, near, shown
from chainrule_fast.report import Refused
from chainrule_fast.space.approach import Approach, Identity, Swerve
from chainrule_fast.space.claim import SpaceClaim, read_numbers
from chainrule_fast.space.groups import Bundle, Group, Nested, Together, form, read_row
from chainrule_fast.space.level import Level, furthest, read_level
from chainrule_fast.space.rank import rank
from chainrule_fast.space.terms import Terms

MOST = 1000
_BITS = 80


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
        raise Refused(f"the portions add up to {near(portions)}; needed at most 1", f"{place}.identities")
    known = sum(sides.rising, Fraction(0)) + sum((group.least for group in sides.stay), Fraction(0)) + terms.constants
    if sides.bundle is None:
        # A group with terms of one kind costs more than its least, 0, wherever it is.
        reached = all(group.plus and group.minus for group in sides.stay)
        return Approach(tuple(identities), Range(known / terms.total, known / terms.total), known, reached=reached)
    limit = Range((known + sides.bundle.least) / terms.total, (known + sides.bundle.most) / terms.total)
    return Approach(tuple(identities), limit, known, frozenset(sides.bundle.rows), sides.bundle.attained)


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
        raise Refused(f"the multipliers add up to {near(whole)}; needed exactly 1", where)
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
