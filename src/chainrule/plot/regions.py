"""Where a network of hidden layers, or of several outputs, answers what: computed on a grid, not a line with an equation.

One output: above one half it answers 1. Several outputs: it answers the class of the largest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.exact import nearest
from chainrule.formula import outputs
from chainrule.plot.palette import Palette
from chainrule.problem import Problem
from chainrule.problem.data import Floats
from chainrule.prove.result import Answer

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GRID = 161
CLASS_COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00")


def draw_regions(ax: Axes, source: Answer | Problem, palette: Palette) -> str | None:
    """Shade the regions of the answer's weights, and say what was drawn.

    None, and nothing drawn, for one sigmoid neuron (its boundary is a line), for other than two inputs, and where the
    weights are not known.
    """
    problem = source.network_problem if isinstance(source, Answer) else source
    network = problem.network
    line = network.is_neuron and network.layers[0].activation == "sigmoid"
    weights = known_weights(source)
    if line or weights is None or len(network.inputs) != 2:
        return None
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    x, y = np.meshgrid(np.linspace(left, right, _GRID), np.linspace(bottom, top, _GRID))
    found = output_grid(problem, weights, x, y)
    if len(found) == 1:
        low, high = min(0.0, float(found.min())) - 1, max(1.0, float(found.max())) + 1
        levels = [low, 0.5, high]
        ax.contourf(x, y, found[0], levels=levels, colors=[palette.zero_side, palette.one_side], zorder=0)
        if found.min() < 0.5 < found.max():
            ax.contour(x, y, found[0], levels=[0.5], colors=[palette.boundary], linewidths=1.6, zorder=2)
        return "computed · shaded where the output is above ½"
    winner = np.argmax(found, axis=0)
    classes = len(found)
    colors = [CLASS_COLORS[k % len(CLASS_COLORS)] for k in range(classes)]
    ax.contourf(x, y, winner, levels=np.arange(classes + 1) - 0.5, colors=colors, alpha=0.18, zorder=0)
    return "computed · shaded by the class of the largest output"


def known_weights(source: Answer | Problem) -> dict[str, float] | None:
    """Every weight, the free ones at the best point met or in the middle of the minimum's box; None where they have no finite value."""
    problem = source.network_problem if isinstance(source, Answer) else source
    values = {name: float(value) for name, value in problem.fixed.items()}
    if isinstance(source, Answer) and source.best is not None:
        values |= {name: float(value) for name, value in source.best.items()}
    elif isinstance(source, Answer) and source.minimum.at is not None:
        ends = {name: (nearest(i.lower), nearest(i.upper)) for name, i in source.minimum.at.items()}
        values |= {name: (low + high) / 2 for name, (low, high) in ends.items() if np.isfinite([low, high]).all()}
    return values if all(name in values for name in problem.network.weight_names) else None


def output_grid(problem: Problem, weights: dict[str, float], x: Floats, y: Floats) -> Floats:
    """Every output ``(outputs, *grid)`` at points of the plane of the two inputs."""
    arrays = {name: np.asarray(value) for name, value in weights.items()}
    with np.errstate(over="ignore"):
        found = outputs(Arrays(), problem.network, arrays, [x, y])
    return np.stack([np.broadcast_to(value, x.shape) for value in found])
