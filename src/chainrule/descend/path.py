"""A path as frozen values: where it was, how high, how steep, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.descend.ending import Ending
from chainrule.problem import Problem
from chainrule.problem.data import Floats


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
        return float(np.linalg.norm(self.gradient))


@dataclass(frozen=True)
class Path:
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
                    "at": dict(zip(self.problem.free, step.at, strict=True)),
                    "loss": step.loss,
                    "gradient": list(step.gradient),
                    "rate": step.rate,
                    **{name: list(values) for name, values in step.inside.items()},
                }
                for step in self.steps
            ],
        }
