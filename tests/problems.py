"""Losses with known answers, and how each is known.

All are one neuron ``a = σ(x w_x + y w_y + bias)`` with ``w_y = 1``, ``bias = −1`` and `w_x` free. The loss of a point with
label 1 is ``σ(−z)²``, with label 0 it is ``σ(z)²``; both lie between 0 and 1, and σ is increasing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from chainrule.problem import Problem


@dataclass(frozen=True)
class Known:
    """`value` is the minimum or infimum and `place` the minimiser (None: there is none), good to `digits` decimals.

    `limits` are exact or good to a double, at −∞ and +∞.
    """

    name: str
    points: tuple[tuple[int, int, int], ...]
    value: Fraction
    place: Fraction | None
    digits: int
    limits: tuple[float, float]

    @property
    def problem(self) -> Problem:
        return Problem.state(["x", "y"], self.points, {"w_y": 1, "bias": -1}, self.name)


# ½ σ(−1)² with σ(−1) = 1/(1 + e) = 0.26894142136999512…; its square is 0.07232948812851327…
HALF_SQUARE = Fraction("0.036164744064")

WALK_THROUGH = (
    # (0,0,0): z = −1 whatever w_x is, so it adds ½σ(−1)² always. (2,0,1): z = 2w − 1 grows with w, its loss
    # σ(−z)² falls from 1 to 0 strictly. So the loss is strictly decreasing, from ½ + ½σ(−1)² to ½σ(−1)².
    Known(
        "first-try",
        ((0, 0, 0), (2, 0, 1)),
        HALF_SQUARE,
        None,
        12,
        (0.5 + 0.5 / (1 + math.e) ** 2, 0.5 / (1 + math.e) ** 2),
    ),
    # (3,4,1): z = 3w + 3, loss σ(−z)² falls strictly from 1 to 0.
    Known("one-point", ((3, 4, 1),), Fraction(0), None, 12, (1, 0)),
    # (3,4,1) as before. (−3,4,0): z = −3w + 3 falls with w, so σ(z)² falls from 1 to 0 as well.
    Known("mirror-far", ((3, 4, 1), (-3, 4, 0)), Fraction(0), None, 12, (1, 0)),
    # (1,1,1): z = w, loss σ(−w)². (−1,1,0): z = −w, loss σ(−w)²: the same curve twice, falling from 1 to 0.
    Known("mirror", ((1, 1, 1), (-1, 1, 0)), Fraction(0), None, 12, (1, 0)),
    # As w → −∞: (−1,1,0) z → ∞, loss 1; (1,−1,0) z → −∞, 0; (3,1,1) z → −∞, 1; (1,3,1) z → −∞, 1: mean 3/4.
    # As w → +∞ the four are 0, 1, 0, 0: mean 1/4. The minimum between them was found with interval arithmetic,
    # by bisecting f'(w) = ¼(−h'(−w) + h'(w−2) − 3h'(−3w) − h'(−w−2)) with h' = 2σ²(1−σ) at 80 bits.
    Known(
        "cross",
        ((-1, 1, 0), (1, -1, 0), (3, 1, 1), (1, 3, 1)),
        Fraction("0.037176476210706093"),
        Fraction("1.05319998952"),
        11,
        (0.75, 0.25),
    ),
    # (1,−1,0): z = w − 2, loss σ(w−2)². (1,3,1): z = w + 2, loss σ(−w−2)². Their mean is even in w, so f'(0) = 0, and
    # f(0) = σ(−2)² = 1/(1+e²)² = 0.0142093366186…. Both limits are the mean of 0 and 1.
    Known("pair", ((1, -1, 0), (1, 3, 1)), Fraction("0.014209336618611"), Fraction(0), 15, (0.5, 0.5)),
)
BY_NAME = {known.name: known for known in WALK_THROUGH}
