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

Hypotheses (`approaches` checks those of the identities, `rules` those of a box or cell):

1. The loss is squared, without a penalty, and the claim is about all reals.
2. E is not empty, and every e in E has exactly one identity.
3. The rows q of an identity are different, have a term that falls, ``λ_q > 0`` and ``Σ λ = 1``; ``0 <= μ <= 1/2``; ``s > 0`` and ``Σ s <= 1``.
4. The slopes cancel exactly, but for a combination of slopes of a bundle that stays, of which a level is proved.
5. Each group that an identity leans on stays, and D_g/ν_g lies beyond its best place on the side of ν_g.
6. Each row that stays is in a group, or the rows that stay are those of one bundle.
7. For *not attained*: the first direction is the claimed one and V lies in the claimed value; the loss comes near to V (independent slopes of the groups, or the infimum of
   a bundle); no other V is lower; the loss is above V on every leaf that is not left by its slope, and on every cell.
8. For other claims: each V is at least U, or at least L where nothing is said of the place.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from flint import arb, fmpq

from chainrule_fast.balls import precision, rational, sigmoid
from chainrule_fast.engine import Range

_FAR, _STEPS = 2.0**20, 64


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
    """`identities` has one entry for each row of E; V lies in `limit`. `known` is ``Ω V`` but for what the rows of a bundle cost, `stay`, if there is one.
    `reached`: from some point the loss tends to V, from none (False), or that is not known (None)."""

    identities: tuple[Identity, ...]
    limit: Range
    known: Fraction = Fraction(0)
    stay: frozenset[int] = frozenset()
    reached: bool | None = None

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
