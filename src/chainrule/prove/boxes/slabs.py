"""Linear constraints on the weights of a search: the domain is the box cut by slabs ``low_r <= c_r·φ <= high_r``.

A box that misses a slab holds no point of the domain. In a box that lies strictly inside all slabs that a coordinate moves through, a small
step along this coordinate stays in the domain, so a certain slope along it settles the box as it does where there are no slabs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from chainrule.problem.data import Floats

# The decisions are made again in exact arithmetic by whoever checks them, so they are made with room to spare.
ROOM = 1e-12


@dataclass(frozen=True, eq=False)
class Slabs:
    """One slab for each row of `matrix` ``(r, k)``; `number` ``(r,)`` says which weight of the original problem it bounds."""

    number: np.ndarray
    matrix: Floats
    lower: Floats
    upper: Floats

    @classmethod
    def of(cls, matrix: Sequence[Sequence[Fraction]], ends: Sequence[tuple[Fraction, Fraction]]) -> Slabs:
        """The slabs ``ends_i`` of ``(matrix·φ)_i``, without the rows that say only what a box says."""
        kept = [i for i, row in enumerate(matrix) if sum(entry != 0 for entry in row) > 1]
        return cls(
            np.array(kept, int),
            np.array([[float(entry) for entry in matrix[i]] for i in kept]).reshape(len(kept), len(matrix)),
            np.array([float(ends[i][0]) for i in kept]),
            np.array([float(ends[i][1]) for i in kept]),
        )

    def missed(self, lower: Floats, upper: Floats) -> np.ndarray:
        """For each box ``(B, k)`` the number of a slab that it surely misses; −1 where there is none."""
        least, most = self._range(lower, upper)
        misses = (least > self.upper) | (most < self.lower)
        found = np.full(len(lower), -1)
        if not len(self.number):
            return found
        some = misses.any(axis=1)
        found[some] = self.number[misses[some].argmax(axis=1)]
        return found

    def loose(self, lower: Floats, upper: Floats) -> np.ndarray:
        """``(B, k)``: along which coordinates a small step from anywhere in the box stays in all slabs."""
        least, most = self._range(lower, upper)
        tight = ~((least > self.lower) & (most < self.upper))
        return np.asarray(~(tight[:, :, None] & (self.matrix != 0)).any(axis=1))

    def _range(self, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
        """Ends of ``c_r·φ`` over each box ``(B, r)``, a little wide: both decisions need it to lie on one side."""
        centre, radius = (lower + upper) / 2, (upper - lower) / 2
        middle = centre @ self.matrix.T
        spread = radius @ np.abs(self.matrix).T
        spread = spread + ROOM * (np.abs(centre) + radius) @ np.abs(self.matrix).T
        return middle - spread, middle + spread
