"""The loss over two free weights: contours with the boxes of the search, and the landscape in three dimensions.

The contours are *computed*; the boxes are those of the proof, each in the colour of the reason that closed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.exact import nearest
from chainrule.plot.palette import LIGHT, Palette
from chainrule.plot.picture import Picture
from chainrule.plot.several import place_of, thinned, two_weights, window_of
from chainrule.plot.style import literal, new_axes, new_figure, plain_axes, title
from chainrule.plot.values import values_at, with_fixed
from chainrule.problem import Problem
from chainrule.problem.data import Floats
from chainrule.prove.boxes.search import Searched
from chainrule.prove.boxes.tree import NAMES, Tree
from chainrule.prove.explain.headline import no_minimum
from chainrule.prove.result import Answer

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.collections import PatchCollection
    from matplotlib.contour import ContourSet
    from matplotlib.legend import Legend
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

GRID = 121
# Okabe and Ito's colours, and a hatch for whoever sees no colours at all.
REASONS = {
    "natural": ("#56b4e9", "", "each point's own bound"),
    "monotone": ("#e69f00", "", "the slope has one sign"),
    "envelope": ("#009e73", "", "a plane below the loss"),
    "well": ("#cc79a7", "", "convex, round a minimum"),
    "open": ("#ffffff", "xxx", "still open"),
    "outer": ("#999999", "", "outside"),
}


@dataclass(frozen=True)
class SurfaceArtists(Picture):
    """What `plot_surface` drew; `boxes` maps each reason to its boxes."""

    ax: Axes
    contours: ContourSet
    boxes: dict[str, PatchCollection]
    minimum: Line2D | None
    escape: Artist | None
    legend: Legend | None
    title: tuple[Text, Text]


def plot_surface(
    answer: Answer,
    searched: Searched | None = None,
    ax: Axes | None = None,
    palette: Palette = LIGHT,
    names: Sequence[str] | None = None,
) -> SurfaceArtists:
    """Draw the loss over two free weights as contours, with its minimum and the boxes of the search.

    Parameters
    ----------
    answer : with two free weights, or more and two of them named: the others stay at the minimum, and no boxes are drawn.
    searched : the search whose boxes to draw; otherwise they are those of the answer's certificate, if it has any.

    Raises
    ------
    ProblemError
        If there are not two free weights to draw over.
    """
    pair = two_weights(answer, names)
    ax = new_axes((6.8, 5.4)) if ax is None else ax
    plain_axes(ax, palette)
    grid = _Grid(answer, pair)
    boxes = _draw_boxes(ax, answer, searched, palette) if len(answer.problem.free) == 2 else {}
    if boxes:
        contours = ax.contour(
            *grid.mesh, grid.values, levels=grid.levels, colors=palette.ink, linewidths=0.6, alpha=0.55
        )
    else:
        contours = ax.contourf(*grid.mesh, grid.values, levels=grid.levels, cmap="cividis")
        bar = ax.figure.colorbar(contours, ax=ax, pad=0.02, format="%.3g")
        bar.set_label("loss" if isinstance(answer.problem, Problem) else "value", color=palette.ink)
        bar.outline.set_visible(False)
        bar.ax.tick_params(labelsize="small", colors=palette.muted)
    ax.set_xlim(*grid.window[:, 0])
    ax.set_ylim(*grid.window[:, 1])
    mark, arrow = _draw_place(ax, answer, grid, palette)
    ax.set_xlabel(pair[0])
    ax.set_ylabel(pair[1])
    literal(ax.xaxis.label, ax.yaxis.label)
    legend = None
    if boxes:
        legend = ax.legend(
            loc="upper center",
            bbox_to_anchor=(0.5, 0.0),
            borderaxespad=4.2,
            ncols=2,
            frameon=False,
            fontsize="small",
            labelcolor=palette.ink,
        )
    heading = title(ax, _headline(answer, pair), _below(answer, pair, grid.rows), palette)
    return SurfaceArtists(ax, contours, boxes, mark, arrow, legend, heading)


def plot_landscape(
    answer: Answer, ax: Any = None, palette: Palette = LIGHT, names: Sequence[str] | None = None
) -> tuple[Any, Any]:
    """Draw the loss over two free weights as a surface in three dimensions; returns its axes and the surface.

    `ax` has the projection *3d*; without one a figure is made.
    """
    pair = two_weights(answer, names)
    if ax is None:
        ax = new_figure((6.8, 5.4)).add_subplot(projection="3d")
    grid = _Grid(answer, pair)
    surface = ax.plot_surface(*grid.mesh, grid.values, cmap="cividis", rcount=60, ccount=60, linewidth=0.2, alpha=0.95)
    inside = bool(np.all((grid.window[0] <= grid.place) & (grid.place <= grid.window[1])))
    if answer.minimum.kind == "attained" and inside:
        height = nearest(answer.minimum.value.upper)
        floor = float(grid.values.min()) - 0.25 * float(np.ptp(grid.values))
        ax.plot(*([c, c] for c in grid.place), [floor, height], color=palette.minimum, linewidth=1.2, zorder=9)
        ax.plot(*grid.place, height, "o", color=palette.minimum, markersize=7, zorder=10)
        ax.set_zlim(bottom=floor)
    ax.set_xlabel(pair[0])
    ax.set_ylabel(pair[1])
    ax.set_zlabel("loss", labelpad=8)
    words = f"{_headline(answer, pair)}\n{_below(answer, pair, grid.rows).replace('contours', 'surface')}"
    text = ax.set_title(words, loc="left", fontsize="medium", color=palette.ink)
    literal(ax.xaxis.label, ax.yaxis.label, text)
    return ax, surface


class _Grid:
    """The loss on a grid over the window."""

    def __init__(self, answer: Answer, pair: tuple[str, str]) -> None:
        free = answer.problem.free
        columns = [free.index(name) for name in pair]
        place = place_of(answer)
        problem, self.rows = thinned(answer.problem)
        others = {name: Fraction(float(x)) for name, x in zip(free, place, strict=True) if name not in pair}
        self.place, self.window = place[columns], window_of(answer, place)[:, columns]
        axes = [np.linspace(self.window[0, j], self.window[1, j], GRID if self.rows <= 2000 else 41) for j in (0, 1)]
        x, y = np.meshgrid(*axes)
        self.mesh = (x, y)
        values = values_at(with_fixed(problem, others), {pair[0]: x.ravel(), pair[1]: y.ravel()})
        self.values: Floats = values.reshape(x.shape)
        low, high = float(self.values.min()), float(self.values.max())
        # Closer together near the bottom, where a loss is flat.
        self.levels = low + (max(high - low, 1e-12)) * np.linspace(0, 1, 19) ** 2


def _draw_boxes(ax: Axes, answer: Answer, searched: Searched | None, palette: Palette) -> dict[str, PatchCollection]:
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    proof = answer.proof
    tree: Tree | None = searched.tree if searched is not None else getattr(proof.get("tree"), "tree", None)
    if tree is None or "core" not in proof:
        return {}
    core = np.array([[float(Fraction(end)) for end in pair] for pair in proof["core"]]).T
    nodes, lower, upper = tree.leaves(core[0], core[1])
    kinds = tree.kind[nodes]
    drawn = {}
    for number in np.unique(kinds):
        name = NAMES[number]
        color, hatch, words = REASONS[name]
        rows = np.flatnonzero(kinds == number)
        patches = [
            Rectangle((low[0], low[1]), *(high - low)) for low, high in zip(lower[rows], upper[rows], strict=True)
        ]
        collection = PatchCollection(
            patches, facecolor=color, edgecolor=palette.surface, linewidth=0.4, hatch=hatch or None, alpha=0.6, zorder=0.5
        )  # fmt: skip
        ax.add_collection(collection)
        ax.fill(
            [],
            [],
            facecolor=color,
            alpha=0.6,
            hatch=hatch or None,
            edgecolor=palette.rule,
            label=f"{words}: {len(rows):,}",
        )
        drawn[name] = collection
    return drawn


def _draw_place(ax: Axes, answer: Answer, grid: _Grid, palette: Palette) -> tuple[Line2D | None, Artist | None]:
    """The minimum, or an arrow along the direction of escape."""
    if answer.minimum.kind == "not-attained":
        start = np.clip(np.zeros(2), *grid.window)
        arrow = ax.annotate(
            "",
            tuple(grid.place),
            tuple(start),
            arrowprops={
                "arrowstyle": "-|>,head_width=0.35,head_length=0.7",
                "color": palette.minimum,
                "linewidth": 2.2,
            },
            zorder=6,
        )
        return None, arrow
    style = "o" if answer.minimum.kind == "attained" else "X"
    label = "minimum" if answer.minimum.kind == "attained" else "best point met"
    (mark,) = ax.plot(
        *([c] for c in grid.place), style, color=palette.minimum, markersize=8, zorder=6,
        markeredgecolor=palette.surface, markeredgewidth=1.3, label=label,
    )  # fmt: skip
    return mark, None


def _headline(answer: Answer, pair: tuple[str, str]) -> str:
    minimum, value = answer.minimum, answer.minimum.value.text(8)
    what = "loss" if isinstance(answer.problem, Problem) else "value"
    if minimum.kind == "not-attained":
        return "\n".join(no_minimum(minimum, what, value))
    if minimum.kind == "undecided" or minimum.at is None:
        return f"Undecided: the lowest {what} is {value}"
    at = {name: minimum.at[name] for name in pair}
    where = ", ".join(i.named(name, 6) for name, i in at.items())
    return f"Lowest {what} {value}\nat {where}"


def _below(answer: Answer, pair: tuple[str, str], rows: int) -> str:
    parts = [f"{answer.minimum.trust} · {'over all reals' if answer.minimum.domain is None else 'in the box drawn'}"]
    if len(answer.problem.free) > 2:
        parts.append("the other weights as at the minimum")
    contours = "contours computed"
    count = len(answer.problem.data) if isinstance(answer.problem, Problem) else rows
    if rows < count:
        contours += f" from {rows:,} of {count:,} rows"
    return "; ".join([*parts, contours])
