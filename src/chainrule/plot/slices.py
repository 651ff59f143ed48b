"""Each free weight's own curve through the minimum: the loss as that weight moves and all others stay."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from chainrule.plot.palette import LIGHT, Palette
from chainrule.plot.several import losses, place_of, thinned, window_of
from chainrule.plot.style import literal, plain_axes
from chainrule.plot.words import digits
from chainrule.prove.result import Answer

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ACROSS = 3


def plot_slices(answer: Answer, palette: Palette = LIGHT) -> Figure:
    """A figure with one small curve for each free weight, all at the same height.

    Where no minimum exists the curves go through a point whose loss is within 0.001 of the infimum.
    """
    from matplotlib.figure import Figure

    names = answer.problem.free
    rows, across = -(-len(names) // _ACROSS), min(_ACROSS, len(names))
    figure = Figure(figsize=(3.4 * across, 2.7 * rows + 0.6), layout="constrained", facecolor=palette.surface)
    axes = figure.subplots(rows, across, sharey=True, squeeze=False)
    place, (problem, count) = place_of(answer), thinned(answer.problem)
    window = window_of(answer, place)
    for j, name in enumerate(names):
        ax: Axes = axes.flat[j]
        plain_axes(ax, palette)
        values = np.unique(np.append(np.linspace(window[0, j], window[1, j], 161), place[j]))
        others = {n: Fraction(float(x)) for n, x in zip(names, place, strict=True) if n != name}
        curve = losses(problem.fix(**others), {name: values})
        ax.plot(values, curve, color=palette.curve, linewidth=2.0)
        at = int(np.searchsorted(values, place[j]))
        ax.plot([place[j]], [curve[at]], "o" if answer.minimum.kind == "attained" else "D", color=palette.minimum,
                markeredgecolor=palette.surface, markersize=7)  # fmt: skip
        ax.set_xlabel(f"{name}  (here {place[j]:.5g})")
        literal(ax.xaxis.label)
        if j % across == 0:
            ax.set_ylabel("loss")
    for ax in axes.flat[len(names) :]:
        ax.set_visible(False)
    figure.suptitle(_words(answer, count), x=0.01, ha="left", fontsize="medium", color=palette.ink).set_parse_math(
        False
    )
    return figure


def _words(answer: Answer, rows: int) -> str:
    minimum = answer.minimum
    through = {
        "attained": "the minimum",
        "not-attained": "a point within 0.001 of the infimum (there is no minimum)",
        "undecided": "the best point met",
    }[minimum.kind]
    sample = f", from {rows:,} of {len(answer.problem.data):,} rows" if rows < len(answer.problem.data) else ""
    return f"Each free weight's curve through {through}: loss {digits(minimum.value, 6)} ({minimum.trust}); the curves are computed{sample}"
