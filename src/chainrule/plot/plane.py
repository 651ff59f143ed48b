"""The labelled points, and the line where the output is one half.

The network answers 1 where ``Σ w_k x_k + bias > 0``. At the minimum this is a half-plane; where no minimum exists, the
line of an ever larger free weight tends to a limit line: ``x_k = 0`` for the weight of input k.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from chainrule.exact import nearest
from chainrule.plot.palette import LIGHT, Palette
from chainrule.plot.picture import Picture
from chainrule.plot.regions import CLASS_COLORS, draw_regions
from chainrule.plot.style import cut, keep_apart, literal, new_axes, plain_axes, title
from chainrule.problem import Problem
from chainrule.problem.data import Floats
from chainrule.prove.result import Answer
from chainrule.shown import plain

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.lines import Line2D
    from matplotlib.patches import Polygon
    from matplotlib.text import Text

NDArrayInt = NDArray[np.int_]

MOST_POINTS = 4000
_NUMBERED = 12


@dataclass(frozen=True)
class PlaneArtists(Picture):
    """What `plot_plane` drew."""

    ax: Axes
    points: tuple[PathCollection, ...]
    line: Line2D | None
    sides: tuple[Polygon, ...]
    legend: Artist
    title: tuple[Text, Text]


@dataclass(frozen=True)
class Boundary:
    """``normal · x + offset = 0``, and whether it is only the limit of lines (no minimum exists)."""

    normal: Floats
    offset: float
    is_limit: bool
    text: str | None


def boundary_of(answer: Answer) -> Boundary | None:
    """The line of the answer: at the minimum, or the limit line in the direction of escape.

    None where the weights are not known (undecided, flat) or several are free to run off.
    """
    problem, minimum = answer.network_problem, answer.minimum
    if not problem.network.is_neuron or problem.network.layers[0].activation != "sigmoid":
        return None  # no line: `regions` draws what it is
    inputs = [f"w_{x}" for x in problem.network.inputs]
    if minimum.kind == "attained" and minimum.at is not None:
        if any(np.isinf([nearest(i.lower), nearest(i.upper)]).any() for i in minimum.at.values()):
            return None
        values = {
            **{k: float(v) for k, v in problem.fixed.items()},
            **{k: nearest(i.middle) for k, i in minimum.at.items()},
        }
        return Boundary(np.array([values[w] for w in inputs]), values.get("bias", 0.0), False, answer.boundary)
    if minimum.kind == "not-attained" and minimum.direction:
        step = {name: float(minimum.direction.get(name, Fraction(0))) for name in [*inputs, "bias"]}
        return Boundary(np.array([step[w] for w in inputs]), step["bias"], True, None)
    return None


def plot_plane(
    source: Answer | Problem, ax: Axes | None = None, palette: Palette = LIGHT, most: int = MOST_POINTS
) -> PlaneArtists:
    """Draw the points (label by colour and marker) and the decision boundary of the answer.

    Two inputs span a plane and one a number line. With more, the first two are drawn and the boundary is cut where
    the others are at their mean. At most `most` points are drawn, evenly taken from the rows, and the title says so.
    """
    problem = source.network_problem if isinstance(source, Answer) else source
    border = boundary_of(source) if isinstance(source, Answer) else None
    ax = new_axes((5.0, 4.6)) if ax is None else ax
    plain_axes(ax, palette)
    inputs = problem.network.inputs
    rows = np.unique(np.linspace(0, len(problem.data) - 1, min(most, len(problem.data))).astype(int))
    x = problem.data.inputs[0].nearest[rows]
    y = problem.data.inputs[1].nearest[rows] if len(inputs) > 1 else _stacked(x)
    normal, offset = _in_view(border, problem)
    _frame(ax, x, y, normal, offset, len(inputs))
    sides, line = _draw_boundary(ax, normal, offset, border, palette)
    edge = draw_regions(ax, source, palette)
    points = _draw_points(ax, x, y, problem, rows, palette)
    _label_axes(ax, inputs)
    legend = ax.legend(
        handles=[*points, *([line] if line is not None else [])], loc="upper center", bbox_to_anchor=(0.5, 0.0),
        borderaxespad=4.2,
        ncols=2, frameon=False, fontsize="small", labelcolor=palette.ink, handletextpad=0.4, columnspacing=1.4,
    )  # fmt: skip
    literal(*legend.get_texts())
    heading = title(ax, _headline(problem, border), edge or _subtitle(source, rows), palette)
    return PlaneArtists(ax, points, line, sides, legend, heading)


def _stacked(x: Floats) -> Floats:
    """Heights on a number line: equal points stand on each other."""
    seen: dict[float, int] = {}
    heights = []
    for value in x.tolist():
        heights.append(seen.get(value, 0))
        seen[value] = seen.get(value, 0) + 1
    return np.array(heights, dtype=np.float64)


def _in_view(border: Boundary | None, problem: Problem) -> tuple[Floats, float]:
    """The boundary cut down to the one or two inputs drawn."""
    if border is None:
        return np.zeros(2), 0.0
    rest = sum(w * float(c.nearest.mean()) for w, c in zip(border.normal[2:], problem.data.inputs[2:], strict=True))
    return np.append(border.normal, 0.0)[:2], border.offset + rest


def _frame(ax: Axes, x: Floats, y: Floats, normal: Floats, offset: float, inputs: int) -> None:
    """Limits with room around the points, and round scales where both inputs are alike."""
    spans = [float(np.ptp(values)) for values in (x, y)]
    widest = max(spans) or 2.0
    alike = inputs > 1 and all(span == 0 or span * 8 > widest for span in spans)
    for values, setter, span in ((x, ax.set_xlim, spans[0]), (y, ax.set_ylim, spans[1])):
        middle, half = float(values.min() + values.max()) / 2, 0.72 * (widest if alike else span or 2.0)
        setter(middle - half, middle + half)
    if inputs == 1:
        if normal[0] != 0:  # keep the boundary in sight where it lies near the points
            place, (left, right) = -offset / normal[0], ax.get_xlim()
            if abs(place - (left + right) / 2) < 2 * (right - left):
                ax.set_xlim(min(left, place - 0.1 * (right - left)), max(right, place + 0.1 * (right - left)))
        ax.set_ylim(-1.5, max(3.0, float(y.max()) + 1.5))
    elif alike:
        ax.set_aspect("equal", adjustable="box")


def _draw_boundary(
    ax: Axes, normal: Floats, offset: float, border: Boundary | None, palette: Palette
) -> tuple[tuple[Polygon, ...], Line2D | None]:
    from matplotlib.patches import Polygon

    if border is None:
        return (), None
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    corners = np.array([[left, bottom], [right, bottom], [right, top], [left, top]])
    sides: list[Polygon] = []
    for sign, color in ((1, palette.one_side), (-1, palette.zero_side)):
        inside, _ = _clip(corners, sign * normal, sign * offset)
        if len(inside) > 2:
            sides.append(Polygon(inside, facecolor=color, edgecolor="none", zorder=0))
            ax.add_patch(sides[-1])
    _, crossing = _clip(corners, normal, offset)
    if len(crossing) < 2:
        return tuple(sides), None
    (line,) = ax.plot(
        *np.array(crossing[:2]).T, color=palette.boundary, linewidth=1.6,
        linestyle=(0, (5, 3)) if border.is_limit else "-", scalex=False, scaley=False, zorder=2,
        label="the line's limit" if border.is_limit else "output ½: the line",
    )  # fmt: skip
    return tuple(sides), line


def _clip(corners: Floats, normal: Floats, offset: float) -> tuple[Floats, list[Floats]]:
    """The part of a convex polygon with ``normal · p + offset >= 0``, and where its edges cross zero."""
    heights = corners @ normal + offset
    inside, crossing = [], []
    for i, (p, h) in enumerate(zip(corners, heights, strict=True)):
        q, g = corners[(i + 1) % len(corners)], heights[(i + 1) % len(corners)]
        if h >= 0:
            inside.append(p)
        if (h < 0) != (g < 0):
            crossing.append(p + (q - p) * (h / (h - g)))
            inside.append(crossing[-1])
    return np.array(inside), crossing


def _draw_points(
    ax: Axes, x: Floats, y: Floats, problem: Problem, rows: NDArrayInt, palette: Palette
) -> tuple[PathCollection, ...]:
    label = problem.data.label.nearest[rows]
    above = ("below", "above") if problem.network.is_neuron else ("", "")  # hidden layers know no line to be above of
    names = [cut(plain(name), 18) for name in problem.data.classes or above]
    if len(names) > 2:
        return _draw_classes(ax, x, y, label, names, palette)
    size = 70 if len(rows) <= 60 else 22 if len(rows) <= 600 else 8
    groups = (
        (label == 1, "^", palette.one, f"label 1 ({names[1]})" if names[1] else "label 1"),
        (label == 0, "o", palette.zero, f"label 0 ({names[0]})" if names[0] else "label 0"),
        ((label > 0) & (label < 1), "D", palette.between, "label between 0 and 1"),
    )
    drawn = tuple(
        ax.scatter(x[chosen], y[chosen], s=size, marker=marker, color=color, label=text, zorder=4,
                   edgecolors=palette.surface, linewidths=0.8 if size > 10 else 0, clip_on=False)
        for chosen, marker, color, text in groups if chosen.any()
    )  # fmt: skip
    if len(rows) <= _NUMBERED:
        numbers = [
            ax.annotate(
                str(i), (float(px), float(py)), (7, 5), textcoords="offset points", color=palette.ink, fontsize="small"
            )
            for i, (px, py) in enumerate(zip(x, y, strict=True), 1)
        ]
        keep_apart(ax, numbers, pad=0.5)
    return drawn


def _draw_classes(
    ax: Axes, x: Floats, y: Floats, label: Floats, names: Sequence[str], palette: Palette
) -> tuple[PathCollection, ...]:
    """One colour and marker for each of several classes; after five they repeat."""
    return tuple(
        ax.scatter(x[label == k], y[label == k], s=50, marker="o^sDv"[k % 5], color=CLASS_COLORS[k % 5], zorder=4,
                   edgecolors=palette.surface, linewidths=0.8, label=f"class {k}" if name == str(k) else f"label {k} ({name})", clip_on=False)
        for k, name in enumerate(names) if (label == k).any()
    )  # fmt: skip


def _label_axes(ax: Axes, inputs: tuple[str, ...]) -> None:
    ax.set_xlabel(cut(inputs[0], 30))
    if len(inputs) > 1:
        ax.set_ylabel(cut(inputs[1], 30))
    else:
        ax.spines["left"].set_visible(False)
        ax.set_yticks([])
    literal(ax.xaxis.label, ax.yaxis.label)


def _headline(problem: Problem, border: Boundary | None) -> str:
    if border is None:
        return plain(problem.title) or "The labelled points"
    if border.is_limit:
        return "No best line: this is where it tends"
    solved = (border.text or "").rpartition(", that is ")[2]  # the whole of it is wider than the picture
    return f"The best line: {solved}" if 0 < len(solved) < 36 else "The best line"


def _subtitle(source: Answer | Problem, rows: NDArrayInt) -> str:
    problem = source.network_problem if isinstance(source, Answer) else source
    names, count = problem.network.inputs, len(problem.data)
    parts = []
    if isinstance(source, Answer):
        parts.append(f"{source.minimum.trust} minimum" if source.minimum.kind == "attained" else source.minimum.trust)
    parts.append(f"{count:,} point{'s' * (count != 1)}" + (f", {len(rows):,} drawn" if len(rows) < count else ""))
    if len(names) > 2:
        parts.append(f"{names[0]} and {names[1]} of {len(names)} inputs; line cut at the mean of the others")
    return " · ".join(parts)
