"""Learning-rate schedules: the step size η_t of step t = 0, 1, …, T − 1.

constant    η
1/t         η / (1 + t)
cosine      η · ½(1 + cos(π t / T))
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from chainrule.errors import ProblemError
from chainrule.problem.network import require_choice

SCHEDULES = ("constant", "1/t", "cosine")


@dataclass(frozen=True)
class Schedule:
    """The rates of `steps` steps, the first of them `rate`."""

    rate: float
    steps: int
    kind: str = "constant"

    def __post_init__(self) -> None:
        require_choice("schedule", self.kind, SCHEDULES)
        if not (math.isfinite(self.rate) and self.rate > 0):
            raise ProblemError(f"found a rate of {self.rate}; needed a number above 0, such as 0.5")

    def at(self, step: int) -> float:
        if self.kind == "1/t":
            return self.rate / (1 + step)
        if self.kind == "cosine":
            return self.rate * 0.5 * (1 + math.cos(math.pi * step / self.steps))
        return self.rate
