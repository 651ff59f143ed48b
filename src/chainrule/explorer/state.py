"""The page's state from a problem: the one JSON value from which everything on the page follows (static/state.js)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from chainrule.errors import ProblemError
from chainrule.exact import Exact, number_text
from chainrule.problem import Problem

MOST_POINTS, MOST_INPUTS, MOST_DIGITS = 1000, 10, 60
"""What the page draws at sixty frames a second; static/state.js has the same limits."""


def state_of(problem: Problem) -> dict[str, Any]:
    """The state that shows `problem`, version 1, every number as exact text; what is not stated begins at its default.

    Raises
    ------
    ProblemError
        If the problem is larger than the page draws.

    Examples
    --------
    >>> state_of(Problem.state(["x", "y"], [[1, "1/3", 0]], {"w_y": 1, "bias": -1}))["free"]
    ['w_x']
    """
    inputs = list(problem.network.inputs)
    if len(problem.data) > MOST_POINTS or len(inputs) > MOST_INPUTS:
        raise ProblemError(
            f"the problem has {len(problem.data):,} points and {len(inputs)} inputs; the explorer draws at most "
            f"{MOST_POINTS} points and {MOST_INPUTS} inputs: take fewer, or use chainrule minimize"
        )
    _require_drawable(problem)
    columns = [[_text(x) for x in column.numbers] for column in (*problem.data.inputs, problem.data.label)]
    start = {} if not problem.network.is_neuron else dict.fromkeys(problem.free, "0")
    return {
        "v": 1,
        "title": problem.title,
        "inputs": inputs,
        "classes": list(problem.data.classes) if problem.data.classes else None,
        "points": [list(row) for row in zip(*columns, strict=True)],
        "layers": [{"units": layer.units, "activation": layer.activation} for layer in problem.network.layers],
        "weights": {**start, **{name: _text(value) for name, value in problem.fixed.items()}},
        "free": list(problem.free),
    }


def _require_drawable(problem: Problem) -> None:
    """The page computes the mean squared error of a few dense layers with biases and one output."""
    layers = problem.network.layers
    if problem.loss != "mse" or problem.penalty != 0 or problem.data.case_weights is not None:
        parts = [
            f"the loss {problem.loss}" if problem.loss != "mse" else "",
            f"a penalty of {number_text(problem.penalty)}" if problem.penalty else "",
            "case weights" if problem.data.case_weights is not None else "",
        ]
        raise ProblemError(
            f"the problem has {' and '.join(filter(None, parts))}; the explorer draws the plain mean squared error: "
            "use chainrule minimize"
        )
    if len(layers) > 4 or any(layer.units > 8 or not layer.bias or layer.activation == "softmax" for layer in layers):
        raise ProblemError(
            "the explorer draws up to 4 layers of up to 8 units with biases, and no softmax; this network has layers "
            f"{', '.join(f'{layer.units} {layer.activation}' for layer in layers[:10])}"
        )
    if problem.network.outputs != 1:
        raise ProblemError(f"the network has {problem.network.outputs} outputs; the explorer draws one")


def _text(number: Exact) -> str:
    """Exact, as a decimal or a ratio: a page does not read hexadecimal floats."""
    text = number_text(number)
    if "0x" in text:
        value = Fraction(number)
        text = f"{value.numerator}/{value.denominator}"
    if any(len(part) > MOST_DIGITS for part in text.lstrip("-").split("/")):
        raise ProblemError(f"the number {text[:20]}… has more than {MOST_DIGITS} digits; round it for the explorer")
    return text
