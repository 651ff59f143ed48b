"""Facts about the one scalar function that a neuron's loss is a sum of.

For labels 0 and 1, ``(σ(z) − 1)² = σ(−z)²``, so with the sign of `z` flipped where the label is 1 every
point costs ``h(z) = σ(z)²``: increasing from 0 to 1, convex below ln 2, concave beyond. A label between
is a mixture: ``(σ − y)² = (1 − y)·σ² + y·(1 − σ)² − y(1 − y)``.

The search reads these facts and knows nothing else of `h`. With s = σ(z) and t = σ(−z) = 1 − s:

    h = s²,   h' = 2 s² t,   h'' = 2 s² t (2t − s),   h''' = 2 s² t (4t² − 7st + s²)

h' turns where h'' = 0: s = 2/3, and is 8/27 there. h'' turns where h''' = 0, that is 12s² − 15s + 4 = 0.
`dip` is above −h'', `bend` above |h''|, `jerk` above |h'''|: facts for bounds by Taylor's theorem.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from chainrule.algebra.base import Algebra, V


@dataclass(frozen=True)
class Turn:
    """A place ``z`` where a derivative of `h` has an extreme, and its value there, both as doubles ``±1e-15``."""

    z: float
    value: float


def _squared_sigmoid_curvature(s: float) -> Turn:
    t = 1 - s
    return Turn(math.log(s / t), 2 * s * s * t * (2 * t - s))


@dataclass(frozen=True)
class SquaredSigmoid:
    """``h(z) = σ(z)²``.

    Decay of the slope: ``h' = 2 σ(|z|)^saturation e^{−rate·|z|}`` with rate 1 for z > 0 and 2 for z < 0.
    """

    convex: bool = False
    slope_turns: tuple[Turn, ...] = (Turn(math.log(2), 8 / 27),)
    curvature_turns: tuple[Turn, ...] = tuple(
        _squared_sigmoid_curvature((15 + sign * math.sqrt(33)) / 24) for sign in (-1, 1)
    )
    steepest: Fraction = Fraction(8, 27)
    dip: float = 0.120205  # h'' is −0.12020440… at its upper turn, 0.15405857… at its lower
    bend: float = 0.154059
    jerk: float = 0.202024  # h''' is −0.20202300… at s = 0.63626…, and at most 0.0968 elsewhere
    decay_right: int = 1
    decay_left: int = 2
    saturation: int = 3

    def value(self, algebra: Algebra[V], z: V, s: V, t: V) -> V:
        """``h`` from z and the pair ``s = σ(z), t = σ(−z)``."""
        return algebra.square(s)

    def slope(self, algebra: Algebra[V], s: V, t: V) -> V:
        """``h'``, a product of positive factors: no cancellation."""
        half = algebra.multiply(algebra.square(s), t)
        return algebra.add(half, half)

    def curvature(self, algebra: Algebra[V], s: V, t: V) -> V:
        """``h'' = h'·(2t − s)``; off by a few roundings of ``h'·(2t + s)``."""
        return algebra.multiply(self.slope(algebra, s, t), algebra.add(t, t, algebra.negate(s)))


@dataclass(frozen=True)
class Softplus:
    """``h(z) = ln(1 + e^z)``, of cross-entropy: ``−ln σ(z) = h(−z)`` and ``−ln(1 − σ(z)) = h(z)``. Convex, not bounded.

    Decay of the slope: ``h' = σ(z) = σ(|z|) e^{−rate·|z|}`` with rate 0 for z > 0 and 1 for z < 0.
    """

    convex: bool = True
    slope_turns: tuple[Turn, ...] = ()
    curvature_turns: tuple[Turn, ...] = (Turn(0.0, 0.25),)
    steepest: Fraction = Fraction(1)
    dip: float = 0.0
    bend: float = 0.25
    jerk: float = 0.096226  # |s t (t − s)| <= √3/18 = 0.0962250…, at s = (1 ± 1/√3)/2
    decay_right: int = 0
    decay_left: int = 1
    saturation: int = 1

    def value(self, algebra: Algebra[V], z: V, s: V, t: V) -> V:
        return algebra.function("softplus", z)

    def slope(self, algebra: Algebra[V], s: V, t: V) -> V:
        return s

    def curvature(self, algebra: Algebra[V], s: V, t: V) -> V:
        return algebra.multiply(s, t)


Profile = SquaredSigmoid | Softplus
PROFILES: dict[str, Profile] = {"mse": SquaredSigmoid(), "cross-entropy": Softplus()}
"""The profile of each loss of one sigmoid neuron that is a sum of one function of linear forms."""
