"""Paths downhill on the true surface. *Computed*, with the proved minimum marked where there is one.

One free weight: the places on the curve. Two: contours of the loss and the paths across them. More: the contours are
those of the true loss on a plane, and the paths are seen from above it; how much of their movement the plane holds is
said. The plane goes through the end of the first path, along the two directions in which the paths move most.

Source of the plane: the principal directions of the path, as in H. Li et al., *Visualizing the loss landscape of neural
nets* (2018), section 7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from chainrule.descent import Objective, Path
from chainrule.errors import ProblemError
from chainrule.exact import nearest
from chainrule.plot.palette import LIGHT, Palette
from chainrule.plot.picture import Picture
from chainrule.plot.style import figure_of, literal, new_figure, plain_axes, title
from chainrule.problem import Problem
from chainrule.problem.data import Floats
from chainrule.prove.result import Answer

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

# Okabe and Ito's colours; a marker and a dash pattern as second signs.
COLORS = ("#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_MARKERS = ("o", "s", "^", "D", "v")
_DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1)))
_GRID = 81
MOST_PATHS = len(COLORS)


@dataclass(frozen=True)
class View:
    """Where a place is drawn: its coordinates ``(m, 2)`` from the weights ``(m, k)``, and what was lost.

    `axes` are two directions ``(2, k)`` through `origin` ``(k,)``; of one weight the height is the loss.
    `kept` is the share of the paths' squared movement that the plane holds.
    """

    problem: Problem
    origin: Floats
    axes: Floats
    kept: float
    names: tuple[str, str]

    def seen(self, path: Path) -> Floats:
        places = path.places
        if len(self.problem.free) == 1:
            return np.stack([places[:, 0], path.losses], axis=-1)
        return np.asarray((places - self.origin) @ self.axes.T)

    def losses(self, x: Floats, y: Floats) -> Floats:
        """The true loss at points of the plane."""
        flat = self.origin + x.reshape(-1, 1) * self.axes[0] + y.reshape(-1, 1) * self.axes[1]
        return Objective(self.problem).values(flat).reshape(x.shape)


@dataclass(frozen=True)
class DescentArtists(Picture):
    """What `plot_descent` drew."""

    figure: Figure
    ax: Axes
    paths: tuple[Line2D, ...]
    view: View


def view_of(paths: Sequence[Path]) -> View:
    """The curve, the plane of two weights, or the plane in which the paths move most."""
    problem = paths[0].problem
    k = len(problem.free)
    if k <= 2:
        axes = np.eye(k) if k == 2 else np.zeros((2, 1))
        return View(problem, np.zeros(k), axes, 1.0, (problem.free[0], problem.free[1] if k == 2 else "loss"))
    places = np.concatenate([_finite(path.places) for path in paths])
    origin = _finite(paths[0].places)[-1]
    moved = places - origin
    _, sizes, directions = np.linalg.svd(moved, full_matrices=False)
    total = float((sizes**2).sum())
    kept = float((sizes[:2] ** 2).sum()) / total if total > 0 else 1.0
    return View(problem, origin, directions[:2], kept, ("first direction", "second direction"))


def _finite(places: Floats) -> Floats:
    return places[np.isfinite(places).all(axis=1)]


def plot_descent(
    paths: Sequence[Path], answer: Answer | None = None, ax: Axes | None = None, palette: Palette = LIGHT
) -> DescentArtists:
    """Draw up to five paths of one problem on its curve or surface.

    Raises
    ------
    ProblemError
        If there is no path, more than five, or they belong to different problems.
    """
    if not 1 <= len(paths) <= MOST_PATHS:
        raise ProblemError(f"found {len(paths)} paths; needed 1 to {MOST_PATHS} to draw")
    if any(path.problem != paths[0].problem for path in paths):
        raise ProblemError("the paths belong to different problems; draw each problem's own")
    ax = _roomy_axes() if ax is None else ax
    plain_axes(ax, palette)
    view = view_of(paths)
    seen = [view.seen(path) for path in paths]
    low, high = _window(view, seen, answer)
    if len(view.problem.free) == 1:
        _draw_curve(ax, view, low, high, palette)
    else:
        _draw_contours(ax, view, low, high, palette)
    lines = tuple(
        _draw_path(ax, path, places, number, palette)
        for number, (path, places) in enumerate(zip(paths, seen, strict=True))
    )
    _draw_minimum(ax, view, answer, palette)
    ax.set_xlabel(view.names[0])
    ax.set_ylabel(view.names[1])
    legend = ax.legend(
        frameon=False, fontsize="small", labelcolor=palette.ink, loc="upper left", bbox_to_anchor=(0, -0.13), ncols=2
    )
    literal(ax.xaxis.label, ax.yaxis.label, *legend.get_texts())
    title(ax, view.problem.title or "The way down", _subtitle(view), palette)
    return DescentArtists(figure_of(ax), ax, lines, view)


def _roomy_axes() -> Axes:
    """Axes with room for the legend below and the colours at the side; nothing moves while an animation grows."""
    return new_figure((7.4, 5.4), None).add_axes((0.11, 0.27, 0.73, 0.58))


def _window(view: View, seen: Sequence[Floats], answer: Answer | None) -> tuple[Floats, Floats]:
    """Corners of what is shown: the bulk of the paths and the proved places, with a margin."""
    points = np.concatenate([_finite(places) for places in seen])
    if len(view.problem.free) <= 2 and answer is not None:
        marked = _marked(view, answer)
        points = np.concatenate([points, marked]) if len(marked) else points
    low, high = points.min(axis=0), points.max(axis=0)
    half = np.maximum((high - low) / 2, 0.5 if len(view.problem.free) > 1 else 1e-3)
    half[0] = max(half[0], 0.5)
    middle = (low + high) / 2
    return np.asarray(middle - 1.25 * half), np.asarray(middle + 1.25 * half)


def _marked(view: View, answer: Answer) -> Floats:
    """The proved stationary points as they are drawn."""
    places = []
    for point in answer.stationary:
        ends = np.array([[nearest(i.lower), nearest(i.upper)] for i in (point.at[n] for n in view.problem.free)])
        if np.isfinite(ends).all():
            middle = ends.mean(axis=1)
            places.append([middle[0], middle[1] if len(middle) == 2 else nearest(point.value.middle)])
    return np.array(places, dtype=np.float64).reshape(-1, 2)


def _draw_curve(ax: Axes, view: View, low: Floats, high: Floats, palette: Palette) -> None:
    x = np.linspace(low[0], high[0], 401)
    values = Objective(view.problem).values(x[:, np.newaxis])
    ax.plot(x, values, color=palette.curve, linewidth=2, zorder=2, label="loss")
    ax.set_xlim(low[0], high[0])


def _draw_contours(ax: Axes, view: View, low: Floats, high: Floats, palette: Palette) -> None:
    x, y = np.meshgrid(np.linspace(low[0], high[0], _GRID), np.linspace(low[1], high[1], _GRID))
    values = view.losses(x, y)
    known = values[np.isfinite(values)]
    if len(known) == 0 or known.max() <= known.min():
        return
    # levels closer together near the bottom, where the paths end
    levels = known.min() + (known.max() - known.min()) * np.linspace(0, 1, 15) ** 2
    filled = ax.contourf(x, y, values, levels=levels, cmap="Greys", alpha=0.45, zorder=0)
    ax.contour(x, y, values, levels=levels[1:-1], colors=palette.rule, linewidths=0.7, zorder=1)
    bar = figure_of(ax).colorbar(filled, cax=ax.inset_axes((1.03, 0, 0.025, 1)), format="%.2g")
    bar.ax.tick_params(labelsize="small", colors=palette.muted, length=0)
    bar.set_label("loss (computed)", color=palette.ink, fontsize="small")
    ax.set_xlim(low[0], high[0])
    ax.set_ylim(low[1], high[1])


def _draw_path(ax: Axes, path: Path, places: Floats, number: int, palette: Palette) -> Line2D:
    (line,) = ax.plot(
        places[:, 0], places[:, 1], color=COLORS[number], marker=_MARKERS[number], linestyle=_DASHES[number],
        markersize=4, linewidth=1.2, markevery=max(1, len(places) // 60), zorder=4,
        markeredgewidth=0, label=f"{path.method}, {len(places) - 1} steps: {path.ending.status}",
    )  # fmt: skip
    ax.plot(
        places[:1, 0],
        places[:1, 1],
        "o",
        markersize=9,
        markerfacecolor="none",
        markeredgecolor=COLORS[number],
        zorder=5,
    )
    return line


def _draw_minimum(ax: Axes, view: View, answer: Answer | None, palette: Palette) -> None:
    if answer is None or len(view.problem.free) > 2:
        return
    marked = _marked(view, answer)
    if len(marked):
        ax.plot(marked[:, 0], marked[:, 1], "*", color=palette.minimum, markersize=13, zorder=6,
                markeredgecolor=palette.surface, linestyle="none", label=f"stationary ({answer.minimum.trust})")  # fmt: skip


def _subtitle(view: View) -> str:
    k = len(view.problem.free)
    if k <= 2:
        return "computed · a ring marks the start"
    return (
        f"computed · {k} weights on the plane of most movement ({100 * view.kept:.0f} % of it); the rest is not shown"
    )
