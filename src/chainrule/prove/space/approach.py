"""An infimum at infinity that is approached from above: what is given up, and why the rest still costs more than that can lose.

Let δ be a direction, E the terms with ``a·δ > 0``, Q those with ``a·δ < 0``. The terms with ``a·δ = 0`` stay: they make groups with independent slopes, which
cost ``v = Σ_g pq/(p + q)`` at least, or one bundle, a smaller problem whose infimum is v (`groups`). Along δ the loss comes near and tends to
``V = (Σ_E ω + v)/n + constant``. Far out it exceeds V if what the others still cost exceeds what E has left to lose:

    Σ_Q ω h(z) + (cost of what stays − v)  >  Σ_E ω (1 − h(z)),      where 1 − σ(z)² <= 2 e^{−z}.

For e in E let ``Σ_q λ_q a_q + μ a_e + p = 0`` with λ >= 0, ``Σ λ = 1``, ``μ <= 1/2`` and p in the span of the slopes that stay (`identity`).
Then ``Σ λ_q z_q + μ z_e + p·θ = c`` is constant. Either ``p·θ <= D``, so that ``Σ λ_q z_q >= K = c − D − μ z_e``, and the q's cost at least ``ω_min σ(K + ρ)²`` together,
``ρ = ½ Σ λ_q ln(ω_q/(λ_q ω_min))``, by the inequality of the means where none of them costs that alone. Or what stays is so far off its best place that this alone
costs enough: ``ν_g z_g > D_g`` for a group, where ``p·θ = Σ ν_g z_g``; or, for a bundle, a place outside the box of a level (`level`), on which ``p·θ <= D``.
So the inequality follows from

    s ω_min σ(c + ρ − D − μ z)² e^z > 2 ω_e   and   s G e^z > 2 ω_e,   G = (p + q)(σ(D_g/ν_g) − q/(p + q))² or the level's,

at ``z`` a lower bound M of z_e, for each e, with portions s that add up to 1, because the left sides increase with z. Where every form of E is at least M, on cones and in boxes, this settles the
matter, however near to V the loss comes. (`from_above` finds all this.)

Where the least μ is above 1/2 for some e, the linear program's multipliers are a direction along which the rows in Q keep more than half of e's margin:
there the loss comes from *below* V, so that V is not the infimum (`Below`). The same may be so where μ = 1/2, by the constants.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from chainrule.exact import number_text
from chainrule.problem.data import Floats
from chainrule.prove.space.groups import Group, Level, Together
from chainrule.prove.space.identity import Identity
from chainrule.prove.space.pattern import Pattern


@dataclass(frozen=True)
class Approach:
    """A limit at infinity and why it is approached from above.

    `given_up` are terms; `portions` are those of their `identities`, `enough` is the M at which the inequality holds for all of them; `off` decides the D of groups,
    the `level` that of a bundle.
    """

    pattern: Pattern
    given_up: tuple[int, ...]
    identities: tuple[Identity, ...]
    portions: tuple[Fraction, ...]
    enough: float
    off: float
    level: Level | None
    together: Together

    def to_json(self, bundles: Sequence[tuple[int, ...]] = ()) -> dict[str, Any]:
        """As a certificate states it; `bundles` are the rows of the bundles that it lists."""
        ridge = self.together.ridge
        staying = {}
        if self.pattern.bundle is not None:
            level = None if self.level is None else self.level.proof
            staying = {"bundle": {"number": bundles.index(self.pattern.bundle.rows), "level": level}}
        return {
            "direction": [number_text(d) for d in self.pattern.direction],
            **staying,
            "identities": [
                {
                    "row": int(ridge.row[identity.term]),
                    "share": str(identity.share),
                    "portion": str(portion),
                    "multipliers": [[int(ridge.row[q]), str(weight)] for q, weight in identity.multipliers.items()],
                    "stays": [
                        [group.rows[0], str(factor), str(factor * place_of(group, factor, self.off))]
                        for group, factor in swerving(self.together, self.pattern, identity)
                    ],
                }
                for identity, portion in zip(self.identities, self.portions, strict=True)
            ],
        }


@dataclass(frozen=True)
class Below:
    """The loss comes from below its limit along this direction, computed."""

    pattern: Pattern
    direction: Floats


def swerving(together: Together, pattern: Pattern, identity: Identity) -> list[tuple[Group, Fraction]]:
    """The groups that an identity leans on, with their factors."""
    if pattern.bundle is not None:
        return []
    return [(together.groups[g], x) for g, x in zip(pattern.stay, identity.stays, strict=True) if x]


def place_of(group: Group, factor: Fraction, off: float) -> Fraction:
    """``D/ν``: as far beyond the group's best place as it may be off."""
    return Fraction(round((group.place + (off if factor > 0 else -off)) * 1024), 1024)
