"""Problems at random, of every kind, and the certificates that the product writes for them: what forgeries begin with."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule.errors import ChainruleError
from chainrule.expression.typed import TypedProblem
from chainrule.problem.schema import problem_from_dict
from chainrule.prove.boxes.state import Limits
from chainrule.prove.certificate import certificate_compact
from chainrule.prove.elaborate import elaborate
from chainrule.prove.search import search
from tests.truth import over_all_reals

QUICK = Limits(gap=1e-4, boxes=4000, seconds=5)
Document = dict[str, Any]
Found = tuple[Any, Any]


def certified(
    problem: Any,
    box: Mapping[str, tuple[Fraction, Fraction]] | None = None,
    points: bool = False,
    limits: Limits = QUICK,
) -> Found | None:
    """The problem, and the product's own certificate of it, unchecked; None where there is no problem to solve."""
    try:
        return problem, search(problem, box, limits, all_points=points).certificate
    except (ChainruleError, ArithmeticError):
        return None


def written(found: Found, version: int) -> Document | None:
    """As a document of this version; None where the kernel has no rule for one of its steps."""
    document = json.loads(certificate_compact(found[1]))
    return document if version == 1 else elaborate(found[0], document)


def neuron(rng: random.Random, inputs: int, fixed: int, **more: Any) -> Any:
    """One neuron; `more` changes the stated problem."""
    rows = rng.randint(1, 6)
    names = ["x", "y", "t"][:inputs]
    weights = {name: str(rng.choice([0, 1, -1, 2, "0.5"])) for name in [*(f"w_{n}" for n in names), "bias"]}
    for name in rng.sample(sorted(weights), len(weights) - fixed):
        del weights[name]
    labels = rng.choice([["0", "1"], ["0", "1"], ["0", "1", "1/3", "0.9"]])
    points = [
        [*(str(rng.choice([-3, -2, -1, 0, 1, 2, 3, "0.5", "1.5"])) for _ in names), rng.choice(labels)]
        for _ in range(rows)
    ]
    data: dict[str, Any] = {"points": points}
    if rng.random() < 0.25:
        data["case_weights"] = [str(rng.choice([1, 2, "0.5", 10])) for _ in points]
    if rng.random() < 0.15:
        more.setdefault("penalty", rng.choice(["0.01", "1", "1/1000"]))
    if rng.random() < 0.2:
        more.setdefault("loss", "cross-entropy")
    return problem_from_dict({"schema": 1, "inputs": names, "weights": weights, "data": data} | more)


def sides(rng: random.Random, names: tuple[str, ...], most: int = 4) -> dict[str, tuple[Fraction, Fraction]]:
    found = {}
    for name in names:
        low = Fraction(rng.randint(-4 * most, 3 * most), 4)
        found[name] = (low, low + Fraction(rng.randint(1, 4 * most), 4))
    return found


def line(rng: random.Random) -> Found | None:
    return certified(neuron(rng, rng.randint(1, 2), rng.randint(1, 2)) if rng.random() < 0.5 else neuron(rng, 2, 2))


def boxes(rng: random.Random) -> Found | None:
    problem = neuron(rng, 2, rng.randint(0, 2))
    return certified(problem, sides(rng, problem.free), rng.random() < 0.3)


def stationary(rng: random.Random) -> Found | None:
    problem = neuron(rng, 2, rng.randint(1, 2))
    return certified(problem, sides(rng, problem.free), True)


def space(rng: random.Random) -> Found | None:
    """All reals: escapes, reductions, boxes with outsides, groups, approaches."""
    return certified(over_all_reals(rng.randrange(100_000)))


def convex(rng: random.Random) -> Found | None:
    return certified(neuron(rng, 2, rng.randint(0, 1), loss="cross-entropy"))


def penalised(rng: random.Random) -> Found | None:
    return certified(neuron(rng, 2, rng.randint(0, 1), penalty=rng.choice(["0.01", "0.1", "1"])))


def escape(rng: random.Random) -> Found | None:
    """Separable, or nearly so."""
    rows = [[rng.randint(-3, 3), rng.randint(-3, 3)] for _ in range(rng.randint(1, 5))]
    points = [[str(x), str(y), "1" if x + y > 0 else "0"] for x, y in rows]
    if rng.random() < 0.6:
        x, y = rng.choice(rows)
        points += [[str(x), str(y), "0"], [str(x), str(y), "1"]][: rng.randint(1, 2)]
    weights = {"bias": rng.choice(["0", "-1"])} if rng.random() < 0.5 else {}
    return certified(
        problem_from_dict({"schema": 1, "inputs": ["x", "y"], "weights": weights, "data": {"points": points}})
    )


def reduced(rng: random.Random) -> Found | None:
    factor, shift = rng.choice([-2, -1, 1, 2]), rng.choice([0, 0, 1])
    points = []
    for _ in range(rng.randint(2, 6)):
        x = rng.randint(-3, 3)
        points.append([str(x), str(factor * x + shift), rng.choice(["0", "1"])])
    weights = {} if shift or rng.random() < 0.5 else {"bias": "0.5"}
    return certified(
        problem_from_dict({"schema": 1, "inputs": ["x", "y"], "weights": weights, "data": {"points": points}})
    )


def coordinates(rng: random.Random) -> Found | None:
    """Columns that almost repeat each other, far from 0."""
    seed = np.random.default_rng(rng.randrange(10**9))
    x = 5 + seed.normal(size=(12, 1)) + seed.normal(size=(12, 2)) * np.array([[1.0, 0.1]])
    labels = (x[:, 0] + seed.normal(size=12) > 5).astype(int)
    points = [[f"{a:.2f}", f"{b:.2f}", str(y)] for (a, b), y in zip(x.tolist(), labels.tolist(), strict=True)]
    problem = problem_from_dict({"schema": 1, "inputs": ["x", "y"], "weights": {}, "data": {"points": points}})
    box = None if rng.random() < 0.5 else dict.fromkeys(problem.free, (Fraction(-10), Fraction(10)))
    return certified(problem, box)


NUMBERS = ("0", "1", "2", "3", "0.5", "0.3", "1/3", "10", "0.01")


def formula(rng: random.Random, names: tuple[str, ...], depth: int = 3) -> str:
    """A formula as somebody may type it."""
    if depth == 0 or rng.random() < 0.12:
        return rng.choice([*names, *names, rng.choice(NUMBERS)])
    inner = lambda: formula(rng, names, depth - 1)
    pick = rng.randrange(16)
    if pick < 4:
        return f"({inner()} + {inner()})"
    if pick < 6:
        return f"({inner()} - {inner()})"
    if pick < 8:
        return f"({inner()})*({inner()})"
    if pick < 11:
        return f"({inner()})^{rng.choice(['2', '2', '2', '3', '4', '(-1)', '(-2)', '0.5', '1.5'])}"
    if pick == 11:
        return f"({inner()})/({inner()})"
    if pick == 12:
        return f"1/(1 + e^(-({inner()})))"
    return f"{rng.choice(['exp', 'log', 'sigmoid', 'tanh', 'softplus', 'relu', 'abs'])}({inner()})"


def typed(rng: random.Random, names: tuple[str, ...], depth: int = 3) -> TypedProblem | None:
    try:
        found = TypedProblem.read(formula(rng, names, depth))
    except (ChainruleError, ArithmeticError):
        return None
    return found if found.free == names else None


def tried(make: Callable[[random.Random], Any], rng: random.Random) -> Any:
    return next((found for found in (make(rng) for _ in range(60)) if found is not None), None)


def on_the_line(rng: random.Random) -> Found | None:
    problem = tried(lambda r: typed(r, ("x",), r.randint(2, 3)), rng)
    return None if problem is None else certified(problem)


def in_an_interval(rng: random.Random) -> Found | None:
    problem = tried(lambda r: typed(r, ("x",), r.randint(2, 3)), rng)
    return None if problem is None else certified(problem, sides(rng, problem.free))


def in_a_box(rng: random.Random) -> Found | None:
    problem = tried(lambda r: typed(r, ("x", "y"), r.randint(2, 3)), rng)
    return None if problem is None else certified(problem, sides(rng, problem.free, 2), rng.random() < 0.4)


def read_as_neuron(rng: random.Random) -> Found | None:
    """A sum of squares of sigmoids of linear forms less labels."""
    names = ("x", "y")[: rng.randint(1, 2)]
    parts = []
    for _ in range(rng.randint(1, 4)):
        form = " + ".join(f"{rng.choice(['1', '2', '-1', '0.5', '3'])}*{name}" for name in names)
        shift = rng.choice(["", " - 1", " + 0.5"])
        parts.append(
            f"{rng.choice(['', '2*', '0.5*'])}(sigmoid({form}{shift}) - {rng.choice(['0', '1', '1', '0.3', '0.8'])})^2"
        )
    try:
        problem = TypedProblem.read(" + ".join(parts) + rng.choice(["", " - 1", " + 3"]))
    except (ChainruleError, ArithmeticError):
        return None
    box = sides(rng, problem.free) if rng.random() < 0.3 and len(problem.free) > 1 else None
    return certified(problem, box)


def hidden(rng: random.Random) -> Found | None:
    """A network with a hidden layer, two or three weights free: its bound by parts, or a tree."""
    free = rng.sample(["b1[0]", "b1[1]", "w2[0,0]", "w2[0,1]", "b2[0]"], rng.randint(2, 3))
    weights = {
        "w1[0,x]": "2",
        "w1[1,x]": "-3",
        "b1[0]": "1",
        "b1[1]": "0",
        "w2[0,0]": "3",
        "w2[0,1]": "-2",
        "b2[0]": "0.5",
    }
    weights |= dict.fromkeys(free, "free")
    points = [[str(rng.randint(-2, 2)), rng.choice(["0", "1"])] for _ in range(rng.randint(1, 3))]
    problem = problem_from_dict(
        {
            "inputs": ["x"],
            "layers": [2, 1],
            "activation": ["sigmoid", "sigmoid"],
            "loss": "mse",
            "weights": weights,
            "data": {"points": points},
        }
    )
    return certified(problem, sides(rng, problem.free, 3))


def by_parts(rng: random.Random) -> Found | None:
    """XOR on a network with five of nine weights free: one bound by parts, of two hidden units."""
    free = ("b1[0]", "b1[1]", "w2[0,0]", "w2[0,1]", "b2[0]")
    steep = rng.choice([6, 8, 10, 12])
    weights = {"w1[0,x]": str(steep), "w1[0,y]": str(-steep), "w1[1,x]": str(-steep), "w1[1,y]": str(steep)}
    points = [[str(a), str(b), str(a ^ b)] for a, b in ((0, 0), (0, 1), (1, 0), (1, 1))]
    network = {"inputs": ["x", "y"], "layers": [2, 1], "activation": ["sigmoid", "sigmoid"], "loss": "mse"}
    problem = problem_from_dict(
        network | {"weights": weights | dict.fromkeys(free, "free"), "data": {"points": points}}
    )
    reach = Fraction(rng.randint(18, 22), 2)
    return certified(problem, dict.fromkeys(free, (-reach, reach)), limits=Limits(seconds=20))


MAKERS: dict[str, Callable[[random.Random], Found | None]] = {
    make.__name__: make
    for make in (
        on_the_line, in_an_interval, in_a_box, hidden, by_parts, read_as_neuron,
        line, boxes, stationary, space, convex, penalised, escape, reduced, coordinates,
    )
}  # fmt: skip


def certificates(seed: int, kinds: tuple[str, ...] = tuple(MAKERS), version: int = 1) -> Iterator[tuple[str, Document]]:
    """Without end: the name of a maker, and a certificate of its."""
    for i in range(10**9):
        name = kinds[i % len(kinds)]
        found = MAKERS[name](random.Random(f"{seed} {i} {name}"))
        document = None if found is None else written(found, version)
        if document is not None:
            yield name, document
