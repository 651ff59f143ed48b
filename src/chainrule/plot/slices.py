"""Each free weight's own curve through the minimum: the loss as that weight moves and all others stay."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from chainrule.plot.palette import LIGHT, Palette
from chainrule.plot.several import place_of, thinned, window_of
from chainrule.plot.style import break_lines, cut, literal, new_axes, new_figure, plain_axes
from chainrule.plot.values import values_at, with_fixed
from chainrule.problem import Problem
from chainrule.prove.result import Answer

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

_ACROSS = 3


def plot_slices(answer: Answer, palette: Palette = LIGHT, size: tuple[float, float] | None = None) -> Figure:
    """A figure with one small curve for each free weight, all at the same height.

    Where no minimum exists the curves go through a point whose loss is within 0.001 of the infimum.
    """
    names = answer.problem.free
    rows, across = -(-len(names) // _ACROSS), min(_ACROSS, len(names))
    figure = new_figure(size or (max(3.4 * across, 4.4), 2.7 * rows + 0.6), ground=palette.surface)
    axes = figure.subplots(rows, across, sharey=True, squeeze=False)
    for j, name in enumerate(names):
        plot_slice(answer, name, axes.flat[j], palette)
        if j % across:
            axes.flat[j].set_ylabel("")
    for ax in axes.flat[len(names) :]:
        ax.set_visible(False)
    heading = figure.suptitle(
        f"Each free weight's curve {through(answer)}", x=0.01, ha="left", fontsize="medium", color=palette.ink
    )
    literal(heading)
    break_lines(heading, 0.98 * figure.bbox.width)
    return figure


def plot_slice(answer: Answer, name: str, ax: Axes | None = None, palette: Palette = LIGHT) -> tuple[Line2D, Line2D]:
    """The loss as the free weight `name` moves and the others stay; returns the curve and the mark of the place."""
    names = answer.problem.free
    place, (problem, _) = place_of(answer), thinned(answer.problem)
    j, window = names.index(name), window_of(answer, place)
    ax = new_axes((3.4, 2.7)) if ax is None else ax
    plain_axes(ax, palette)
    values = np.unique(np.append(np.linspace(window[0, j], window[1, j], 161), place[j]))
    others = {n: Fraction(float(x)) for n, x in zip(names, place, strict=True) if n != name}
    heights = values_at(with_fixed(problem, others), {name: values})
    (curve,) = ax.plot(values, heights, color=palette.curve, linewidth=2.0)
    at = int(np.searchsorted(values, place[j]))
    (mark,) = ax.plot(
        [place[j]], [heights[at]], "o" if answer.minimum.kind == "attained" else "D", color=palette.minimum,
        markeredgecolor=palette.surface, markersize=7,
    )  # fmt: skip
    ax.set_xlabel(f"{cut(name, 24)}  (here {place[j]:.5g})".replace("-", "−"))
    ax.set_ylabel("loss" if isinstance(answer.problem, Problem) else "value")
    literal(ax.xaxis.label)
    return curve, mark


def through(answer: Answer) -> str:
    """Which point the curves go through, its loss, and what of that is computed."""
    minimum, (_, rows) = answer.minimum, thinned(answer.problem)
    count = len(answer.problem.data) if isinstance(answer.problem, Problem) else rows
    sample = f", from {rows:,} of {count:,} rows" if rows < count else ""
    what = "loss" if isinstance(answer.problem, Problem) else "value"
    value = minimum.value.text(6)
    return f"through {whereabouts(answer)}: {'lowest ' if minimum.value.is_wide else ''}{what} {value} ({minimum.trust}); the curves are computed{sample}"


def whereabouts(answer: Answer) -> str:
    """What is known of the point that the curves go through."""
    if answer.minimum.direction is not None and not (answer.minimum.reached or answer.minimum.far):
        return "a point far out (there is no minimum)"
    return {
        "attained": "the minimum",
        "not-attained": "a point within 0.001 of the infimum (there is no minimum)",
        "undecided": "the best point met",
    }[answer.minimum.kind]
