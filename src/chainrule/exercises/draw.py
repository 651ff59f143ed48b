"""Small problems with small whole numbers, and how a sheet speaks of them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from chainrule.calculus.formula_steps import enclosed
from chainrule.calculus.mean import part_name
from chainrule.calculus.simplify import simplify
from chainrule.calculus.vocabulary import point_meanings
from chainrule.digits import short
from chainrule.expression import Expression, Number
from chainrule.page.blocks import Prose
from chainrule.problem import Column, DataSet, Problem

SIZES = (-3, -2, -1, 1, 2, 3)
FARTHEST = 3
"""σ is asked at whole numbers up to this: a short table of it stands on the sheet."""
_LOSSES = {
    "mse": "the squared difference of output and label",
    "mae": "the difference of output and label without its sign",
    "cross-entropy": "the cross-entropy of output and label",
}


def asked_about(problem: Problem | None, rng: random.Random, count: int, at_zero: bool = False) -> Problem:
    """A problem with one free weight and `count` points: a part of the one that is given, or a neuron of its own."""
    if problem is None:
        return neuron(rng, count, at_zero)
    free = rng.choice(problem.free)
    others = {name: rng.randint(-2, 2) for name in problem.free if name != free}
    rows = sorted(rng.sample(range(len(problem.data)), min(count, len(problem.data))))
    return replace(of_points(problem, rows).fix(**others), title="")


def of_points(problem: Problem, rows: list[int]) -> Problem:
    """The problem of these points alone, without a penalty."""
    columns = [Column(tuple(column[row] for row in rows)) for column in (*problem.data.inputs, problem.data.label)]
    data = DataSet(tuple(columns[:-1]), columns[-1], problem.data.classes)
    return replace(problem, data=data, penalty=Fraction(0))


def neuron(rng: random.Random, count: int, at_zero: bool = False) -> Problem:
    """A neuron of x and y with w_x free; at zero its points lie on one line through which it can be laid."""
    w_y, bias = rng.choice((-2, -1, 1, 2)), rng.randint(-2, 2)
    if at_zero:
        w_y, slope = rng.choice((-1, 1)), rng.randint(-2, 2)
        xs = rng.sample(SIZES, count)
        places = [(x, -w_y * (slope * x + bias)) for x in xs]
    else:
        places = list(dict.fromkeys((rng.choice(SIZES), rng.randint(-3, 3)) for _ in range(4 * count)))[:count]
    labels = [rng.randint(0, 1) for _ in places]
    if count > 1 and len(set(labels)) == 1:
        labels[0] = 1 - labels[0]
    points = [[x, y, label] for (x, y), label in zip(places, labels, strict=True)]
    return Problem.state(["x", "y"], points, {"w_y": w_y, "bias": bias})


def relu_network(rng: random.Random) -> Problem:
    """Two relu units and a sigmoid one, all weights whole, one of the last layer's free."""
    weights = {f"w1[{unit},{x}]": rng.randint(-2, 2) for unit in (0, 1) for x in "xy"}
    weights |= {
        "b1[0]": rng.randint(-1, 1),
        "b1[1]": rng.randint(-1, 1),
        "w2[0,1]": rng.choice((-1, 1)),
        "b2[0]": rng.randint(-1, 1),
    }
    point = [rng.choice(SIZES), rng.randint(-3, 3), rng.randint(0, 1)]
    return Problem.state(["x", "y"], [point], weights, layers=[2, 1], activation=["relu", "sigmoid"])


def whole_z(problem: Problem, rng: random.Random, zero: bool = False) -> dict[str, int] | None:
    """Small whole numbers for the free weights with which every z of the last layer is short and near 0, or 0; None where none are."""
    draws = [{name: rng.randint(-3, 3) for name in problem.free} for _ in range(12)]
    for at in [dict.fromkeys(problem.free, w) for w in rng.sample(range(-3, 4), 7)] + draws:
        fixed = problem.fix(**at)
        zs = [z for row in range(len(problem.data)) for z in _last(fixed, row)]
        if all(abs(z) <= (0 if zero else FARTHEST) for z in zs) and any(zs) != zero:
            return at
    return None


def _last(problem: Problem, row: int) -> list[Fraction]:
    """The z of each output: exact, or near by where it is no rational number."""
    layer, parts = len(problem.network.layers) - 1, point_meanings(problem, row)
    names = [problem.network.part_name(part_name("z", problem), layer, unit) for unit in range(problem.network.outputs)]
    values = [simplify(parts[name]) for name in names]
    return [value.value if isinstance(value, Number) else near(value) for value in values]


def near(value: Expression) -> Fraction:
    """The middle of a narrow interval that holds the value; where there is none, a number too large to be asked at."""
    interval = enclosed(value)
    return Fraction(FARTHEST + 1) if interval is None else (interval[0] + interval[1]) / 2


def point_words(problem: Problem, row: int) -> str:
    """``(3, 1) with label 1``."""
    inputs, label = problem.data.point(row)
    return f"({', '.join(short(Fraction(x), 8) for x in inputs)}) with label {short(Fraction(label), 8)}"


def at_words(at: Mapping[str, object]) -> str:
    return ", ".join(f"{name} = {short(Fraction(str(number)), 8)}" for name, number in at.items())


def problem_words(problem: Problem, at: Mapping[str, object] | None = None) -> Prose:
    """What the network is and which weights have which numbers, in two sentences."""
    network = problem.network
    known: dict[str, object] = {**problem.fixed, **(at or {})}
    held = at_words({name: known[name] for name in network.weight_names if name in known})
    if network.is_sigmoid_neuron:
        sums = " + ".join(f"{x}·w_{x}" for x in network.inputs) + (" + bias" if network.layers[0].bias else "")
        kind = f"A neuron a = σ({sums})"
    else:
        layers = "; then ".join(f"{layer.units} {layer.activation}" for layer in network.layers)
        kind = f"A network of {', '.join(network.inputs)} with layers of {layers}"
    return (
        Prose(f"{kind} has {held}." if held else f"{kind}.")
        if problem.loss == "mse"
        else Prose(f"{kind} has {held}; its loss is {_LOSSES[problem.loss]}.")
    )
