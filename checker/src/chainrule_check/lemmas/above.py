"""ABOVE: far out along a direction f comes down to a number V, and it stays above V on a region.

f is a number and groups of squared sigmoids (`lemmas.pool`). Along a direction δ a group's form does not change, or it has an orientation y that grows. Call

    E   the groups whose part of σ(y)² has a factor ω > 0: they are *given up*, and tend to ω;       W = Σ_E ω
    Q   the groups whose part of σ(−y)² has a factor ω > 0: they tend to 0
    S   the groups that do not change: with p and q they cost at least pq/(p+q)                        v = Σ_S pq/(p+q)

and ``V = (f's number) + W + v``. If the slopes of the forms in S are linearly independent, all of them can be brought near their best at once; so ``inf f <= V``, and the limits along δ
come as near to V as one likes. From some point V is the limit, if in addition p > 0 and q > 0 for
all in S; a group of one part alone costs more than pq/(p+q) = 0 everywhere.

f > V at θ, if for each e in E there are: different groups q of Q with λ_q > 0, Σ λ = 1; a number 0 <= μ <= ½; numbers ν_r ≠ 0 and D_r for some r in S; so that, y_e and −y_q being
the forms, ``Σ λ_q (−y_q) + μ y_e + Σ ν_r z_r = c`` for all θ; and s_e > 0 with ``Σ_E s_e <= 1``; so that with D = Σ D_r, ω the least of the ω_q,
``ρ = ½ Σ λ_q ln(ω_q/(λ_q ω))`` and y = y_e(θ)

    s ω σ(c + ρ − D − μ y)² e^y > 2 ω_e,     and for each of its r in S     s G e^y > 2 ω_e,  G = (p+q)(σ(D_r/ν_r) − q/(p+q))²,

where σ(D_r/ν_r) lies beyond q/(p+q) on the side of ν_r.

*Proof.* ``1 − σ(y)² < 2e^(−y)``, so E costs more than ``W − Σ 2 ω_e e^(−y_e)``. For each e: if ``Σ ν_r z_r <= D``, then ``Σ λ_q (−y_q) >= K = c − D − μ y_e``. Then the groups q cost at least
``ω σ(K+ρ)²``: one with ``−y_q >= K+ρ`` does alone; where there is none, ``σ(x)² = e^(2x) σ(−x)² >= e^(2x) σ(−K−ρ)²`` for each x = −y_q, and by the inequality of the weighted means
``Σ ω_q e^(2x_q) >= Π (ω_q e^(2x_q)/λ_q)^λ_q = ω e^(2ρ) e^(2 Σ λ_q x_q) >= ω e^(2(K+ρ))``. Otherwise some ``ν_r z_r > D_r``, and that group alone costs more than G above pq/(p+q), since
``p s² + q (1−s)² = pq/(p+q) + (p+q)(s − q/(p+q))²``. In both cases what Q and S cost above v exceeds ``2 ω_e e^(−y_e)/s_e``; so it exceeds ``Σ_E s_e · 2 ω_e e^(−y_e)/s_e``.
Both left sides increase with y (the slope of the logarithm of the first is ``1 − 2μ(1 − σ) > 0``), so a lower bound of y_e on the region will do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from chainrule_check.functions import SIGMOID_SQUARED, sigmoid_ball
from chainrule_check.lemmas.pool import Group, Pools
from chainrule_check.numbers import number
from chainrule_check.reader import elements, members, point
from chainrule_check.refusal import Refused
from chainrule_check.regions import Region
from chainrule_check.rules.linear import rank
from chainrule_check.sums import Vector, dot


@dataclass(frozen=True)
class _Identity:
    """What is known of one group that is given up; `slope` and `offset` are of its growing form."""

    slope: Vector
    offset: fmpq
    weight: fmpq  # ω_e
    share: fmpq  # μ
    reach: arb  # c + ρ − D
    gain: arb  # s ω
    swerves: tuple[arb, ...]  # s G of the groups that stay

    def holds(self, region: Region) -> bool:
        low, _ = region.range(self.slope, self.offset)
        if low is None:
            return False
        y = arb(low)
        growth = y.exp()
        needed = arb(2 * self.weight)
        first = self.gain * sigmoid_ball(self.reach - arb(self.share) * y) ** 2 * growth
        return bool(first > needed) and all(bool(swerve * growth > needed) for swerve in self.swerves)


@dataclass(frozen=True)
class Approach:
    """A direction, the number V that f comes down to along it, and why f stays above; `near` says that limits come as near to V as one likes, `reached` that one of them is V."""

    direction: Vector
    value: fmpq
    near: bool
    reached: bool
    identities: tuple[_Identity, ...]

    def stays_above(self, region: Region) -> bool:
        return all(identity.holds(region) for identity in self.identities)


def read_approach(pools: Pools, source: Any, size: int, place: str) -> Approach:
    """An approach, with all that does not depend on a region checked exactly."""
    stated = members(source, place, ("direction", "identities"))
    direction = point(stated["direction"], f"{place}.direction", size)
    if pools.rest.parts or any(pools.rest.slope) or any(g.function is not SIGMOID_SQUARED for g in pools.groups):
        raise Refused("this lemma is about sums of squared sigmoids of forms", place)
    grown = {_key(g): g for group in pools.groups if (g := _growing(group, direction)) is not None}
    stays = {_key(g): g for g in pools.groups if dot(g.slope, direction) == 0}
    given_up = {key for key, g in grown.items() if g.straight > 0}
    found = [
        _identity(each, grown, stays, size, f"{place}.identities[{i}]")
        for i, each in enumerate(elements(stated["identities"], f"{place}.identities", "identities", 1))
    ]
    if {key for key, _, _ in found} != given_up or len(found) != len(given_up):
        raise Refused("needed one identity for each group that is given up, and no other", f"{place}.identities")
    if sum((portion for _, portion, _ in found), fmpq(0)) > 1:
        raise Refused("the portions add up to more than 1", f"{place}.identities")
    value = pools.rest.offset + sum((grown[key].straight for key in given_up), fmpq(0))
    value += sum((_least(g) for g in stays.values()), fmpq(0))
    slopes = [g.slope for g in stays.values()]
    near = rank(slopes) == len(slopes)
    reached = near and all(g.straight > 0 and g.opposite > 0 for g in stays.values())
    return Approach(direction, value, near, reached, tuple(identity for *_, identity in found))


def _identity(
    source: Any, grown: dict[Any, Group], stays: dict[Any, Group], size: int, place: str
) -> tuple[Any, fmpq, _Identity]:
    stated = members(source, place, ("form", "share", "portion", "multipliers", "stays"))
    key, e = _find(stated["form"], grown, size, f"{place}.form")
    share, portion = number(stated["share"], f"{place}.share"), number(stated["portion"], f"{place}.portion")
    if not 0 <= share <= fmpq(1, 2) or not portion > 0:
        raise Refused("needed a share from 0 to 1/2 and a portion above 0", place)
    slope, constant = [share * a for a in e.slope], share * e.offset
    chosen: dict[Any, tuple[fmpq, fmpq]] = {}
    for i, pair in enumerate(elements(stated["multipliers"], f"{place}.multipliers", "pairs", 1)):
        form, factor = elements(pair, f"{place}.multipliers[{i}]", "a form and a number", 2, 2)
        name, q = _find(form, grown, size, f"{place}.multipliers[{i}][0]")
        weight = number(factor, f"{place}.multipliers[{i}][1]")
        if name in chosen or not weight > 0 or not q.opposite > 0:
            raise Refused(
                "needed different groups that tend to 0, each with a number above 0", f"{place}.multipliers[{i}]"
            )
        chosen[name] = weight, q.opposite
        slope = [a - weight * b for a, b in zip(slope, q.slope, strict=True)]
        constant -= weight * q.offset
    if sum((weight for weight, _ in chosen.values()), fmpq(0)) != 1:
        raise Refused("the multipliers do not add up to 1", f"{place}.multipliers")
    total, swerves = fmpq(0), []
    for i, triple in enumerate(elements(stated["stays"], f"{place}.stays", "triples")):
        form, first, second = elements(triple, f"{place}.stays[{i}]", "a form and two numbers", 3, 3)
        _, r = _find(form, stays, size, f"{place}.stays[{i}][0]")
        if r.slope != point(form, f"{place}.stays[{i}][0]", size + 1)[:-1]:
            r = r.turned()  # z_r is the form as it is written there
        nu, bound = number(first, f"{place}.stays[{i}][1]"), number(second, f"{place}.stays[{i}][2]")
        swerves.append(arb(portion) * _swerve(r, nu, bound, f"{place}.stays[{i}]"))
        slope = [a + nu * b for a, b in zip(slope, r.slope, strict=True)]
        constant, total = constant + nu * r.offset, total + bound
    if any(slope):
        raise Refused("the forms do not add up to a constant", place)
    least = min(weight for _, weight in chosen.values())
    rho = sum((arb(w) * arb(omega / (w * least)).log() for w, omega in chosen.values()), arb(0)) / 2
    reach = arb(constant - total) + rho
    return key, portion, _Identity(e.slope, e.offset, e.straight, share, reach, arb(portion * least), tuple(swerves))


def _swerve(r: Group, nu: fmpq, bound: fmpq, place: str) -> arb:
    """G: what a group that stays costs more than its least where ``ν z > D``."""
    if nu == 0:
        raise Refused("needed a number other than 0", place)
    best = arb(r.opposite / (r.straight + r.opposite))
    beyond = sigmoid_ball(arb(bound / nu)) - best
    if not (beyond > 0 if nu > 0 else beyond < 0):
        raise Refused("the bound does not lie beyond the group's best place", place)
    return arb(r.straight + r.opposite) * beyond**2


def _growing(group: Group, direction: Vector) -> Group | None:
    """The group with its form turned so that it grows along the direction; None where it does not change."""
    along = dot(group.slope, direction)
    return None if along == 0 else group if along > 0 else group.turned()


def _key(group: Group) -> tuple[Vector, fmpq]:
    """The same for a form and its opposite."""
    turned = next(a for a in group.slope if a != 0) < 0
    return (group.turned().slope, group.turned().offset) if turned else (group.slope, group.offset)


def _find(source: Any, known: dict[Any, Group], size: int, place: str) -> tuple[Any, Group]:
    """The group that a form names, its slopes, then its offset, by either orientation."""
    numbers = point(source, place, size + 1)
    slope, offset = numbers[:-1], numbers[-1]
    if any(slope):
        key = _key(Group(SIGMOID_SQUARED, slope, offset, fmpq(0), fmpq(0)))
        if key in known:
            return key, known[key]
    raise Refused("no group of this kind has that form", place)


def _least(group: Group) -> fmpq:
    return group.straight * group.opposite / (group.straight + group.opposite)
