"""The page's state from a problem: the one JSON value from which everything on the page follows (static/state.js)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from chainrule.errors import ProblemError
from chainrule.exact import Exact, number_text
from chainrule.problem import Problem

MOST_POINTS, MOST_INPUTS, MOST_LAYERS, MOST_UNITS, MOST_WEIGHTS, MOST_DIGITS = 2000, 40, 4, 8, 400, 60
"""What the page draws while a hand drags; static/reading.js has the same limits."""


def state_of(problem: Problem) -> dict[str, Any]:
    """The state that shows `problem`, version 1, every number as exact text; what is not stated begins at its default.

    Raises
    ------
    ProblemError
        If the problem is larger than the page draws; the message says what to do.

    Examples
    --------
    >>> state_of(Problem.state(["x", "y"], [[1, "1/3", 0]], {"w_y": 1, "bias": -1}))["free"]
    ['w_x']
    """
    for advice in _too_large(problem):
        raise ProblemError(f"{advice}, or take chainrule minimize and chainrule descend, which have no such limit")
    data, network = problem.data, problem.network
    weights = () if data.case_weights is None else (data.case_weights,)
    columns = [[_text(x) for x in column.numbers] for column in (*data.inputs, data.label, *weights)]
    start = {} if not network.is_neuron else dict.fromkeys(problem.free, "0")
    return {
        "v": 1,
        "title": problem.title,
        "inputs": list(network.inputs),
        "classes": list(data.classes) if data.classes else None,
        "points": [list(row) for row in zip(*columns, strict=True)],
        "weighted": data.case_weights is not None,
        "layers": [
            {"units": layer.units, "activation": layer.activation, "bias": layer.bias} for layer in network.layers
        ],
        "loss": problem.loss,
        "penalty": _text(problem.penalty),
        "weights": {**start, **{name: _text(value) for name, value in problem.fixed.items()}},
        "free": list(problem.free),
    }


def _too_large(problem: Problem) -> Iterator[str]:
    """What does not fit on the page, and what would."""
    rows, network = len(problem.data), problem.network
    if rows > MOST_POINTS:
        yield f"the problem has {rows:,} points; the explorer draws at most {MOST_POINTS:,}: keep a sample of its rows"
    if (inputs := len(network.inputs)) > MOST_INPUTS:
        yield f"the problem has {inputs} inputs; the explorer draws at most {MOST_INPUTS}: keep fewer columns"
    layers = network.layers
    if len(layers) > MOST_LAYERS or any(layer.units > MOST_UNITS for layer in layers):
        yield (
            f"the network has layers of {', '.join(str(layer.units) for layer in layers)} units; the explorer draws at "
            f"most {MOST_LAYERS} layers of at most {MOST_UNITS} units: make it smaller"
        )
    if (count := len(network.weight_names)) > MOST_WEIGHTS:
        yield f"the network has {count} weights; the explorer draws at most {MOST_WEIGHTS}: take fewer inputs or units"


def _text(number: Exact) -> str:
    """Exact, as a decimal or a ratio: a page does not read hexadecimal floats."""
    text = number_text(number)
    if "0x" in text:
        value = Fraction(number)
        text = f"{value.numerator}/{value.denominator}"
    if any(len(part) > MOST_DIGITS for part in text.lstrip("-").split("/")):
        raise ProblemError(f"the number {text[:20]}… has more than {MOST_DIGITS} digits; round it for the explorer")
    return text
