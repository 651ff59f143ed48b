"""A path as frozen values: where it was, how high, how steep, and how it ended."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.descent.ending import Ending
from chainrule.problem import Problem
from chainrule.problem.data import Floats
from chainrule.shown import Shown

SHOWN, SHOWN_WEIGHTS = 16, 3
"""Steps and weights in a table."""


def number(value: float) -> str:
    return f"{value + 0.0:.6g}".replace("-", "−")


@dataclass(frozen=True)
class PathStep:
    """Place number `number` on a path; 0 is the start.

    `at` and `gradient` are in the order of the free weights. `rate` is the step size that leads on from here, where
    the method has one, and `inside` what else the method keeps: velocity, mean gradient, mean square.
    """

    number: int
    at: tuple[float, ...]
    loss: float
    gradient: tuple[float, ...]
    rate: float | None = None
    inside: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    @property
    def steepness(self) -> float:
        """The length of the gradient."""
        return math.hypot(*self.gradient)

    def cells(self) -> list[str]:
        """The place (the first few weights of many), the loss and the steepness as texts."""
        steep = f"{self.steepness:.2e}".replace("-", "−")
        return [*map(number, self.at[:SHOWN_WEIGHTS]), number(self.loss), steep]


@dataclass(frozen=True, repr=False)
class Path(Shown):
    """The places one method came through, all *computed*; `ending` says how it ended."""

    problem: Problem
    method: str
    steps: tuple[PathStep, ...]
    ending: Ending

    @property
    def places(self) -> Floats:
        """The places ``(m, k)``."""
        return np.array([step.at for step in self.steps])

    @property
    def losses(self) -> Floats:
        return np.array([step.loss for step in self.steps])

    def table(self, every: bool = False) -> list[list[str]]:
        """A head, and a row for each step, or for the first and last ones of many; of many weights the first few."""
        steps, names = list(self.steps), self.problem.free[:SHOWN_WEIGHTS]
        kept = sorted({name for step in steps for name in step.inside}) if len(self.problem.free) == 1 else []
        rated = steps[0].rate is not None
        rows = [["step", *names, "loss", "|gradient|", *["rate"] * rated, *kept]]
        cut = not every and len(steps) > SHOWN
        for step in [*steps[: SHOWN // 2], *steps[-SHOWN // 2 + 1 :]] if cut else steps:
            rate = ["" if step.rate is None else number(step.rate)] * rated
            inside = [number(step.inside[name][0]) if name in step.inside else "" for name in kept]
            rows.append([str(step.number), *step.cells(), *rate, *inside])
        if cut:
            rows.insert(SHOWN // 2 + 1, ["…", *[""] * (len(rows[0]) - 1)])
        return rows

    def __str__(self) -> str:
        """How it ended."""
        sentence = self.ending.sentence  # digits that go on end in … and need no full stop
        return f"{self.method}: {sentence}{'' if sentence.endswith('…') else '.'}"

    def to_json(self) -> dict[str, Any]:
        """The machine form, schema 1; every number is *computed*."""
        return {
            "schema": 1,
            "method": self.method,
            "free": list(self.problem.free),
            "status": self.ending.status,
            "sentence": self.ending.sentence,
            "trust": self.ending.trust,
            "steps": [
                {
                    "step": step.number,
                    "at": dict(zip(self.problem.free, map(_written, step.at), strict=True)),
                    "loss": _written(step.loss),
                    "gradient": list(map(_written, step.gradient)),
                    "rate": step.rate,
                    **{name: list(map(_written, values)) for name, values in step.inside.items()},
                }
                for step in self.steps
            ],
        }


def _written(value: float) -> float | str:
    """A number as JSON holds it, which knows no infinity: ``"inf"``."""
    return float(value) if math.isfinite(value) else str(float(value))
