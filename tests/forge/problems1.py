"""Problems at random in the format of version 1: formulas with poles, edges, kinks and huge numbers, and neurons with odd rows."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

CONSTANTS = (
    "0",
    "1",
    "-1",
    "2",
    "3",
    "1/2",
    "-2",
    "10",
    "1/3",
    "1e-9",
    "1e30",
    "100",
    "-100000",
    "1e-90",
    "1e90",
    "0.1",
)


FUNCTIONS = ("exp", "log", "sigmoid", "tanh", "softplus", "relu", "abs")
SPOTS = ("0", "0", "0", "1", "-1", "2", "-2", "1/2", "3", "-3", "5", "-10", "10", "100", "-100", "1e-20", "-1e-20", "1e-9", "1e90", "-1e90",
         "1000000000000000001/1000000000000000000", "0.1", "1/3", "0.30000000000000001", "0.3")  # fmt: skip


def tree(rng: random.Random, names: Sequence[str], depth: int) -> Any:
    """A formula with poles, edges, kinks, zeros that multiply, and huge numbers."""
    if depth == 0 or rng.random() < 0.1:
        return ["symbol", rng.choice(names)] if rng.random() < 0.7 else ["number", rng.choice(CONSTANTS)]
    inner = lambda: tree(rng, names, depth - 1)
    pick = rng.randrange(14)
    if pick < 3:
        return ["add", inner(), inner()]
    if pick < 6:
        return ["multiply", inner() if rng.random() < 0.6 else ["number", rng.choice(CONSTANTS)], inner()]
    if pick < 9:
        power = rng.choice(["2", "2", "3", "-1", "-2", "1/2", "3/2", "-1/2", "4", "0", "1/3", "7", "1"])
        if rng.random() < 0.1:
            return ["power", ["number", rng.choice(["2", "1/2", "3", "10"])], inner()]
        return ["power", inner(), ["number", power] if rng.random() < 0.9 else inner()]
    if pick == 9:
        return ["divide", inner(), inner()]
    if pick == 10:
        return ["negate", inner()]
    if pick == 11 and rng.random() < 0.3:
        return ["mean", inner(), inner()]
    return [rng.choice(FUNCTIONS), inner()]


def breaks(rng: random.Random, least: int) -> list[str]:
    chosen = {Fraction(x): x for x in rng.sample(SPOTS, rng.randint(least, 5))}
    if rng.random() < 0.2:
        x = rng.choice(list(chosen))
        chosen[x + Fraction(1, 10**25)] = str(x + Fraction(1, 10**25))
    return [chosen[x] for x in sorted(chosen)]


def neuron_problem(rng: random.Random, free: int) -> Any:
    inputs = ["x", "y"][: rng.randint(1, 2)] if free < 3 else ["x", "y"]
    names = [*(f"w_{n}" for n in inputs), "bias"]
    fixed = rng.sample(names, len(names) - min(free, len(names)))
    numbers = ("0", "1", "-1", "2", "-3", "1/2", "1e-30", "-1e30", "1e-90", "0.1", "1000")
    weight = numbers if rng.random() < 0.3 else numbers[:6]
    points = [
        [*(rng.choice(weight) for _ in inputs), rng.choice(["0", "1", "0", "1", "1/2", "1/3", "1e-30"])]
        for _ in range(rng.randint(1, 4))
    ]
    data: dict[str, Any] = {"points": points}
    if rng.random() < 0.3:
        data["case_weights"] = [rng.choice(["1", "2", "0", "1e-30", "10"]) for _ in points]
        data["case_weights"][0] = "1"
    problem = {"schema": 1, "inputs": inputs, "weights": {name: rng.choice(weight) for name in fixed}, "data": data}
    if rng.random() < 0.25:
        problem["penalty"] = rng.choice(["0.01", "1", "1e-30"])
    if rng.random() < 0.35:
        problem["loss"] = "cross-entropy"
    return problem


def document(problem: Any, claim: Any, proof: Any) -> Any:
    return {"format": "chainrule certificate", "version": 1, "problem": problem, "claim": claim, "proof": proof}
