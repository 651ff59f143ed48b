"""Formulas and networks at random: each number is one case, the same on every machine.

Every function of the language, powers (of whole, broken, negative and moving exponents, and exponents that have to be worked out),
quotients and compositions, of one to three variables; boxes whose ends are edges of domains, kinks and round numbers, or the whole
line; networks of every activation and loss, with penalties and case weights, some of their weights free.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule.errors import ExpressionError
from chainrule.expression import (
    Add,
    Divide,
    Expression,
    Function,
    Mean,
    Multiply,
    Negate,
    Number,
    Power,
    Symbol,
    symbols,
)
from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem
from chainrule.problem.schema import problem_from_dict

FUNCTIONS = ("exp", "log", "sigmoid", "tanh", "relu", "softplus", "abs")
NAMES = ("x", "y", "z")
NUMBERS = tuple(
    map(Fraction, ("0", "1", "2", "3", "-1", "-2", "5", "1/2", "0.1", "-0.3", "1/3", "1.5", "7/4", "10", "-64"))
)
WHOLE = tuple(map(Fraction, (2, 2, 2, 3, 4, 5, -1, -2, -3, 1, 0)))
BROKEN = tuple(map(Fraction, ("1/2", "1/2", "3/2", "1/3", "2/3", "-1/2", "5/2", "0.3", "-3/2", "7/3")))
ENDS = tuple(
    map(Fraction, ("-10", "-3", "-2", "-1", "-1/2", "0", "0", "0.1", "1/4", "1", "2", "3", "4", "10", "50", "100"))
)
ACTIVATIONS = ("sigmoid", "tanh", "relu", "softplus", "identity")
Box = dict[str, tuple[Fraction, Fraction]]


@dataclass(frozen=True)
class Case:
    """What is asked: a problem, perhaps in a box."""

    problem: TypedProblem | Problem
    box: Box | None

    def __str__(self) -> str:
        text = str(self.problem.shown) if isinstance(self.problem, TypedProblem) else f"{self.problem}"
        sides = [f"--box={name}={low},{high}" for name, (low, high) in (self.box or {}).items()]
        return " ".join([f'"{text}"', *sides])


def case(number: int) -> Case:
    """Case number `number`: three formulas for each network."""
    rng = np.random.default_rng([20_000, number])
    problem: TypedProblem | Problem | None = _network(rng) if number % 4 == 3 else None
    while problem is None:
        try:
            problem = _formula(rng)
        except ExpressionError:  # one without a variable, say: the next one
            continue
    return Case(problem, _box(rng, problem.free))


def _pick(rng: np.random.Generator, of: Any) -> Any:
    return of[int(rng.integers(len(of)))]


def _formula(rng: np.random.Generator) -> TypedProblem:
    names = NAMES[: int(rng.choice([1, 1, 1, 2, 2, 3]))]
    parts = tuple(_tree(rng, int(rng.integers(1, 4)), names) for _ in range(int(rng.choice([1, 1, 2, 3]))))
    whole = parts[0] if len(parts) == 1 else Add(parts)
    if rng.random() < 0.3:  # something that grows, so that the lowest place is not always at an end
        whole = Add((whole, *(Power(Symbol(name), Number(Fraction(2))) for name in symbols(whole))))
    return TypedProblem.of(whole)


def _tree(rng: np.random.Generator, depth: int, names: tuple[str, ...]) -> Expression:
    if depth == 0 or rng.random() < 0.1:
        return Symbol(_pick(rng, names)) if rng.random() < 0.7 else Number(_pick(rng, NUMBERS))

    def part() -> Expression:
        return _tree(rng, depth - 1, names)

    kind = _pick(rng, ("add", "add", "multiply", "mean", "negate", "divide", "power", "power", *["function"] * 5))
    if kind in ("add", "multiply", "mean"):
        several = tuple(part() for _ in range(int(rng.integers(2, 4))))
        return {"add": Add, "multiply": Multiply, "mean": Mean}[kind](several)
    if kind == "negate":
        return Negate(part())
    if kind == "divide":
        return Divide(part(), part())
    return _power(rng, part) if kind == "power" else Function(_pick(rng, FUNCTIONS), part())


def _power(rng: np.random.Generator, part: Any) -> Expression:
    which = rng.random()
    if which < 0.45:
        return Power(part(), Number(_pick(rng, WHOLE)))
    if which < 0.8:
        return Power(part(), Number(_pick(rng, BROKEN)))
    if which < 0.9:  # to be worked out first
        a, b = Number(_pick(rng, WHOLE)), Number(_pick(rng, WHOLE))
        return Power(
            part(),
            _pick(rng, (Add((a, b)), Divide(a, Number(Fraction(2))), Mean((a, b)), Power(b, Number(Fraction(2))))),
        )
    return Power(part(), part())


def _network(rng: np.random.Generator) -> Problem:
    inputs = ["x", "y"][: int(rng.integers(1, 3))]
    hidden = [int(n) for n in rng.integers(1, 3, size=int(rng.choice([0, 1, 1, 1, 2])))]
    loss = _pick(rng, ("mse", "mse", "mae", "cross-entropy"))
    last = "sigmoid" if loss == "cross-entropy" else _pick(rng, ACTIVATIONS)
    rows = int(rng.integers(1, 5))
    points = [[_pick(rng, NUMBERS[:13]) for _ in inputs] + [int(rng.integers(2))] for _ in range(rows)]
    stated: dict[str, Any] = {
        "schema": 1,
        "inputs": inputs,
        "layers": [*hidden, 1],
        "activation": [*(_pick(rng, ACTIVATIONS) for _ in hidden), last],
        "loss": loss,
        "data": {"points": [[str(x) for x in point] for point in points]},
    }
    if rng.random() < 0.3:
        stated["penalty"] = "0.01"
    if rng.random() < 0.3:
        stated["data"]["case_weights"] = [str(rng.integers(1, 4)) for _ in points]
    names = problem_from_dict(stated).network.weight_names
    free = {
        names[int(i)]
        for i in rng.choice(len(names), size=min(len(names), int(rng.choice([1, 1, 2, 3]))), replace=False)
    }
    stated["weights"] = {name: "free" if name in free else str(_pick(rng, NUMBERS[:13])) for name in names}
    return problem_from_dict(stated)


def _box(rng: np.random.Generator, free: tuple[str, ...]) -> Box | None:
    if rng.random() < (0.5 if len(free) == 1 else 0.2):
        return None
    sides = {}
    for name in free:
        low, high = sorted(_pick(rng, ENDS) for _ in range(2))
        sides[name] = (low, high if low < high else low + 1)
    return sides
