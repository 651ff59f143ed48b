"""The losses in the checker's own words, and every fact about them that a proof uses, as data.

Every loss is ``f = (Σ ω h(a·θ + b) + constants)/Ω + λ Σ w²`` with one increasing function h; a `Shape` is what is known about it.

With ``p = σ(z)`` and ``q = σ(−z) = 1 − p``, the identity ``(p − y)² = (1−y) p² + y q² − y(1−y)`` turns the squared loss
of a row ``z = a v + b`` with label ``y`` into two *terms* ``w h(s v + t)`` of one increasing function ``h(z) = σ(z)²``:

    n f(v) = (1−y) h(a v + b) + y h(−a v − b) − y(1−y), summed over the rows,

so that nothing cancels, near the limits least of all. A term with ``w = 0`` is left out. From ``dp/dz = p q``:

    h = p²,   h' = 2 p² q,   h'' = 2 p² q (2q − p) = 2 p² (1−p) (2 − 3p).

As functions of ``p`` in (0, 1), and ``p`` increases with ``z``: h is increasing; h' turns once, at ``p = 2/3``, where it is
8/27 (h'' = 0); h'' turns where ``d/dp (4p² − 10p³ + 6p⁴) = 2p (4 − 15p + 12p²) = 0``, at ``p = (15 ± √33)/24``.
So over an interval of ``z`` each takes its extremes at the ends or at these turns, and its range is exact.

The cross-entropy of a row is ``−y ln σ(z) − (1−y) ln(1 − σ(z)) = (1−y) h(z) + y h(−z)`` with ``h(z) = ln(1 + e^z)``, since
``1 − σ(z) = σ(−z) = 1/(1 + e^z)``; nothing is taken away. ``h' = p``, ``h'' = p q``, which turns once, at ``p = 1/2``, where it is 1/4.
So h is convex.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Any


@dataclass(frozen=True)
class Turn:
    """An inner extreme: ``p`` of the place lies in ``[left, right]``, the extreme value in ``[lower, upper]``."""

    left: Fraction
    right: Fraction
    lower: Fraction
    upper: Fraction


@dataclass(frozen=True)
class Curve:
    """One derivative of h as a formula in ``(p, q)``, for any numbers with ``+ − ×``; None for ``ln(1 + e^z)``, which is none.

    `size` is the formula with every minus made a plus: it bounds all rounding errors of the formula, relatively.
    """

    formula: Callable[[Any, Any], Any] | None
    size: Callable[[Any, Any], Any] | None
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Decay:
    """``h'(z) = factor · e^(−rate |z|) · g`` for z → ±∞, where g lies in (0, 1) and increases to 1 on the way."""

    rate: int
    factor: int


def _second(p: Fraction) -> Fraction:
    return 2 * p * p * (1 - p) * (2 - 3 * p)


def _turn_of_second(sign: int) -> Turn:
    scale = 10**60
    root = isqrt(33 * scale * scale)  # root ≤ √33 · 10^60 < root + 1
    ends = sorted(Fraction(15 * scale + sign * (root + i), 24 * scale) for i in (0, 1))
    # On (0, 1) the slope of h'' by p, 2p(4 − 15p + 12p²), is below 8 in magnitude; so the extreme lies within 8·width.
    slack = 8 * (ends[1] - ends[0])
    return Turn(ends[0], ends[1], _second(ends[0]) - slack, _second(ends[0]) + slack)


_TWO_THIRDS = Fraction(2, 3)

CURVES: tuple[Curve, Curve, Curve] = (
    Curve(lambda p, q: p * p, lambda p, q: p * p, ()),
    Curve(
        lambda p, q: 2 * (p * p) * q,
        lambda p, q: 2 * (p * p) * q,
        (Turn(_TWO_THIRDS, _TWO_THIRDS, Fraction(8, 27), Fraction(8, 27)),),
    ),
    Curve(
        lambda p, q: 2 * (p * p) * q * (2 * q - p),
        lambda p, q: 2 * (p * p) * q * (2 * q + p),
        (_turn_of_second(-1), _turn_of_second(1)),
    ),
)
"""h, h', h''."""

# z → +∞: 2 p² q = 2 p³ e^−z since q = p e^−z, and p³ increases to 1.
# z → −∞: 2 p² q = 2 q³ e^2z since p = q e^z, and q³ increases to 1 as z falls.
DECAYS: dict[int, Decay] = {1: Decay(1, 2), -1: Decay(2, 2)}


@dataclass(frozen=True, eq=False)
class Shape:
    """What is known about h. It increases from 0 at −∞, so it is positive.

    `curves` are h, h', h''; `limits` those of h at −∞ and +∞; `decays` those of h'. ``h' <= steepest``, ``|h'''| <= jerk`` and ``h(z) + h(−z) >= pair``
    everywhere. `squared`: a row with label y costs ``y(1 − y)`` less than its terms.
    """

    name: str
    curves: tuple[Curve, Curve, Curve]
    limits: Mapping[int, Fraction | float]
    decays: Mapping[int, Decay]
    steepest: Fraction
    jerk: Fraction
    pair: Fraction
    convex: bool
    squared: bool

    def constant(self, label: Fraction) -> Fraction:
        """What is to be added to the terms of a row."""
        return constant(label) if self.squared else Fraction(0)


# p² + q² = 1/2 + (p − q)²/2. h''' = dh''/dp · pq = 2p²(1 − p)(4 − 15p + 12p²), which is least near p = 0.63626: −0.20202300….
SQUARED = Shape(
    "mse",
    CURVES,
    {-1: Fraction(0), 1: Fraction(1)},
    DECAYS,
    Fraction(8, 27),
    Fraction(2021, 10000),
    Fraction(1, 2),
    convex=False,
    squared=True,
)

# h''' = p q (q − p), at most √3/18 = 0.09622504….
# h' = p = q e^z = p e^(0·z): p increases to 1 with z, q as z falls. h(z) + h(−z) is even and convex: least at 0, 2 ln 2 = 1.38629436111989061883….
ENTROPY = Shape(
    "cross-entropy",
    (
        Curve(None, None, ()),
        Curve(lambda p, q: p, lambda p, q: p, ()),
        Curve(
            lambda p, q: p * q,
            lambda p, q: p * q,
            (Turn(Fraction(1, 2), Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)),),
        ),
    ),
    {-1: Fraction(0), 1: math.inf},
    {1: Decay(0, 1), -1: Decay(1, 1)},
    Fraction(1),
    Fraction(963, 10000),
    Fraction(13862943611198906, 10**16),
    convex=True,
    squared=False,
)

SHAPES = {shape.name: shape for shape in (SQUARED, ENTROPY)}


def terms(slope: Fraction, offset: Fraction, label: Fraction) -> list[tuple[Fraction, Fraction, Fraction]]:
    """The terms ``(w, s, t)`` of one row, exactly; one for a label 0 or 1, two for a label between. For every shape."""
    both = ((1 - label, slope, offset), (label, -slope, -offset))
    return [term for term in both if term[0] != 0]


def constant(label: Fraction) -> Fraction:
    """What the identity takes away again: ``−y(1−y)``."""
    return -label * (1 - label)
