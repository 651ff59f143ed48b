"""The notebook form of the exercise: five functions over strings that people know, safe and exact.

``to_equation`` writes the loss of one point of the network ``x·w_x + y·w_y + bias`` with one free weight,
called ``v``; ``combine`` takes the mean of several; ``generate_points``, ``show_graph`` and ``show`` draw.
The strings are parsed, never run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from chainrule.errors import ExpressionError, ProblemError
from chainrule.exact import number_text, read_number
from chainrule.extras import require

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FREE = "v"
"""What the free weight is called in the strings."""


def to_equation(
    weight_x: object = None,
    weight_y: object = 1,
    bias: object = -1,
    x: object = 3,
    y: object = 4,
    label: object = 1,
) -> str:
    """The loss ``(σ(x·weight_x + y·weight_y + bias) − label)²`` of one point, numbers put in, nothing worked out.

    Exactly one of the three weights is None: the free one, written ``v``.

    Examples
    --------
    >>> to_equation()
    '(1 / (1 + e**-(3*v + 4*1 + -1)) - 1)**2'
    """
    weights = {"weight_x": weight_x, "weight_y": weight_y, "bias": bias}
    free = [name for name, value in weights.items() if value is None]
    if len(free) != 1:
        found = f"{' and '.join(free)} are None" if free else "none of them is None"
        raise ProblemError(f"{found}; needed exactly one of {', '.join(weights)} to be None: the free weight")
    w_x, w_y, b = (FREE if value is None else _number(value, name) for name, value in weights.items())
    return f"(1 / (1 + e**-({_number(x, 'x')}*{w_x} + {_number(y, 'y')}*{w_y} + {b})) - {_number(label, 'label')})**2"


def _number(value: object, name: str) -> str:
    # A float typed into a call is meant as its decimal: 0.1 is one tenth, as repr shows it.
    text = number_text(read_number(repr(float(value)) if isinstance(value, float) else value, name))
    return f"({text})" if "/" in text else text


def combine(*equations: str) -> str:
    """The mean of the equations: ``1/n*`` before each, joined by ``+``.

    An equation that is a sum by itself, such as the result of another `combine`, is put in
    parentheses first, so that ``1/n*`` takes all of it.

    Examples
    --------
    >>> combine("(v - 1)**2", "v**2")
    '1/2*(v - 1)**2 + 1/2*v**2'
    >>> combine(combine("v**2", "v"), "v")
    '1/2*(1/2*v**2 + 1/2*v) + 1/2*v'
    """
    from chainrule.expression import Add, parse

    if not equations:
        raise ProblemError("found no equation; needed at least one: combine(to_equation(x=3), to_equation(x=-3))")
    wrapped = [f"({text})" if isinstance(parse(text), Add) else text for text in equations]
    return " + ".join(f"1/{len(equations)}*{text}" for text in wrapped)


def generate_points(equation: str) -> tuple[list[float], list[float]]:
    """The value of the equation at ``v = −2.0, −1.9, …, 1.9``: 40 points, *computed* in floating point.

    Raises
    ------
    ExpressionError
        If the equation has a name other than ``v`` (one other name alone is taken for it), or no finite value.
    """
    from chainrule.algebra.evaluate import evaluate
    from chainrule.algebra.wide import WideArrays
    from chainrule.expression import parse, symbols

    tree = parse(equation)
    names = symbols(tree) or (FREE,)
    if len(names) > 1:
        raise ExpressionError(f"the equation has the names {', '.join(names)}; needed one free name, {FREE}")
    xs = [tenth / 10 for tenth in range(-20, 20)]
    values = evaluate(WideArrays(), tree, {names[0]: np.array(xs)})
    ys = [float(value) for value in np.broadcast_to(values, len(xs))]
    for at, value in zip(xs, ys, strict=True):
        if not np.isfinite(value):
            raise ExpressionError(f"at {names[0]} = {at} the equation has no finite value; found {value}")
    return xs, ys


def show_graph(xs: Sequence[float], ys: Sequence[float], ax: Axes | None = None) -> None:
    """Plot the points as a curve on `ax` (the current axes by default); a notebook shows the picture, and no list beside it."""
    if len(xs) != len(ys):
        raise ProblemError(f"found {len(xs)} xs and {len(ys)} ys; needed as many of each")
    if ax is None:
        require("plot", "a picture")
        import matplotlib.pyplot as plt

        ax = plt.gca()
    ax.plot(list(xs), list(ys))
    ax.set_xlabel(FREE)
    ax.set_ylabel("loss")


def show(equation: str, ax: Axes | None = None) -> None:
    """Plot the equation over ``−2.0 … 1.9``: `generate_points`, then `show_graph`."""
    show_graph(*generate_points(equation), ax=ax)
