"""The loss as a curve over the one free weight, with its minimum and its limits marked.

The curve is *computed*; the marked places and limits carry the trust of the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from chainrule.exact import nearest
from chainrule.plot.palette import LIGHT, Palette
from chainrule.plot.picture import Picture
from chainrule.plot.style import cut, keep_apart, literal, new_axes, plain_axes, title
from chainrule.plot.window import finite_middle, free_weight, heights, interesting_range, sample_curve
from chainrule.problem import Problem
from chainrule.problem.data import Floats
from chainrule.prove.explain.headline import headline
from chainrule.prove.explain.places import kind_of
from chainrule.prove.result import Answer, Interval, Stationary

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

_MARKERS = {"minimum": "o", "maximum": "^", "saddle": "s", "plateau": "None", "unknown": "X"}
_MOST_LABELS = 6


@dataclass(frozen=True)
class LossArtists(Picture):
    """What `plot_loss` drew."""

    ax: Axes
    curve: Line2D
    points: tuple[Line2D, ...]
    limits: tuple[Line2D, ...]
    escape: Artist | None
    labels: tuple[Text, ...]
    title: tuple[Text, Text]


def plot_loss(answer: Answer, ax: Axes | None = None, palette: Palette = LIGHT) -> LossArtists:
    """Draw the loss over its one free weight.

    The range is chosen so that every stationary point and the approach to both limits can be seen.

    Raises
    ------
    ProblemError
        If not exactly one weight is free.
    """
    name = free_weight(answer)
    left, right = interesting_range(answer)
    places, values = sample_curve(answer, left, right)
    ax = new_axes() if ax is None else ax
    plain_axes(ax, palette)
    (curve,) = ax.plot(places, values, color=palette.curve, linewidth=2.2, zorder=3, solid_capstyle="round")
    # Room under the curve for the label of the minimum, and above it for those of the limits.
    low, high = heights(answer, places, values)
    spread = (high - low) or max(abs(high), 1.0) * 0.5
    ax.set_xlim(left, right)
    below = 0.36 if answer.stationary else 0.16
    above = 0.22 if any(point.kind == "maximum" for point in answer.stationary) else 0.14
    ax.set_ylim(low - below * spread, high + above * spread)
    # The room below holds labels, and no ticks: a loss, unlike a typed formula, is never negative.
    floor = 0.0 if isinstance(answer.problem, Problem) else low - 0.02 * spread
    ax.set_yticks([tick for tick in ax.get_yticks() if floor <= tick <= high + above * spread])
    is_loss = isinstance(answer.problem, Problem)
    ax.set_xlabel(f"{cut(name, 30)}  (the free weight)" if is_loss else cut(name, 30))
    ax.set_ylabel("loss" if is_loss else "value")
    limits, limit_labels = _draw_limits(ax, answer, name, values, palette)
    points, point_labels = _draw_points(ax, answer, name, palette)
    escape = _draw_escape(ax, answer, name, places, values, palette)
    literal(ax.xaxis.label)
    trust = f"{answer.minimum.trust} · over {_domain(answer, name)}; the curve itself is computed"
    heading = title(ax, headline(answer), trust, palette)
    labels = (*point_labels[:1], *limit_labels, *point_labels[1:])
    keep_apart(ax, labels, avoid=curve)
    return LossArtists(ax, curve, points, limits, escape, labels, heading)


def _domain(answer: Answer, name: str) -> str:
    domain = answer.minimum.domain
    if domain is None:
        return f"all real {name}"
    low, high = (f"{nearest(end):.6g}".replace("-", "−") for end in (domain[name].lower, domain[name].upper))
    return f"{name} from {low} to {high}"


def _draw_limits(
    ax: Axes, answer: Answer, name: str, values: Floats, palette: Palette
) -> tuple[tuple[Line2D, ...], tuple[Text, ...]]:
    """A dashed line for each limit, on its own half, named on the side away from the curve."""
    lines: list[Line2D] = []
    labels: list[Text] = []
    for side, limit in zip((0, 1), answer.limits.get(name, ()), strict=False):
        height = finite_middle(limit)
        if height is None:  # the curve goes on beyond the picture
            continue
        span = (0.0, 0.42) if side == 0 else (0.58, 1.0)
        lines.append(ax.axhline(height, *span, color=palette.limit, linewidth=1.1, linestyle=(0, (5, 4)), zorder=2))
        under = float(values[-side]) > height  # the curve comes down to it: the free place is under the line
        label = ax.annotate(
            f"limit {limit.text(6)} at {'+' if side else '−'}∞",
            (side, height),
            (-3 if side else 4, -4 if under else 4),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="right" if side else "left",
            va="top" if under else "bottom",
            color=palette.limit,
            fontsize="small",
        )
        literal(label)
        labels.append(label)
    return tuple(lines), tuple(labels)


def _draw_points(ax: Axes, answer: Answer, name: str, palette: Palette) -> tuple[tuple[Line2D, ...], tuple[Text, ...]]:
    """Each stationary point, the lowest minimum first; an unsettled stretch as a shaded band."""
    order = sorted(answer.stationary, key=lambda p: (p.kind != "minimum", p.value.lower))
    left, right = ax.get_xlim()
    outside = [p for p in order if nearest(p.at[name].upper) < left or nearest(p.at[name].lower) > right]
    order = [p for p in order if p not in outside]
    lines: list[Line2D] = []
    labels: list[Text] = []
    for point in order:
        at = point.at[name]
        if point.kind == "unknown":
            ax.axvspan(*_clipped(at, ax.get_xlim()), color=palette.rule, alpha=0.5, linewidth=0, zorder=1)
        place = float(np.clip(float(np.mean(_clipped(at, ax.get_xlim()))), *ax.get_xlim()))
        height = finite_middle(point.value)
        if point.kind == "plateau" and height is not None:
            ax.plot(
                _clipped(at, ax.get_xlim()), [height, height], color=palette.minimum, linewidth=5, alpha=0.5, zorder=4
            )
        if height is None or (point.kind == "unknown" and at.width > 0.2 * (right - left)):
            continue  # not a point: the band says all that is known
        color = palette.minimum if point.kind in ("minimum", "plateau") else palette.maximum
        (mark,) = ax.plot(
            [place], [height], _MARKERS[point.kind], color=color, markersize=8, zorder=5,
            markeredgecolor=palette.surface, markeredgewidth=1.2,
        )  # fmt: skip
        lines.append(mark)
        if len(labels) < _MOST_LABELS:
            labels.append(_point_label(ax, point, place, height, name, color, point is order[0]))
    if outside:
        places = ", ".join(p.at[name].text(4) for p in outside[:2]) + (" and more" if len(outside) > 2 else "")
        far = f"out of sight: {outside[0].kind if len(outside) == 1 else 'stationary points'} at {places}"
        labels.append(ax.annotate(far, (1, 1), (-3, -3), xycoords="axes fraction", textcoords="offset points",
                                  ha="right", va="top", color=palette.muted, fontsize="small"))  # fmt: skip
    return tuple(lines), tuple(labels)


def _clipped(at: Interval, limits: tuple[float, float]) -> tuple[float, float]:
    return max(nearest(at.lower), limits[0]), min(nearest(at.upper), limits[1])


def _point_label(
    ax: Axes, point: Stationary, place: float, height: float, name: str, color: str, is_first: bool
) -> Text:
    left, right = ax.get_xlim()
    part = (place - left) / (right - left)
    above = point.kind == "maximum"
    kind, at = kind_of(point), point.at[name].named(cut(name, 14), 8)
    value = f"{ax.get_ylabel()} {point.value.text(8)}"
    text = f"{kind}\n{at}\n{value}" if is_first else f"{kind}, {point.at[name].text(4)}"
    label = ax.annotate(
        text,
        (place, height),
        (0, 9 if above else -9),
        textcoords="offset points",
        ha="left" if part < 0.2 else "right" if part > 0.8 else "center",
        va="bottom" if above else "top",
        color=color,
        fontsize="small",
        linespacing=1.3,
    )
    literal(label)
    return label


def _draw_escape(
    ax: Axes, answer: Answer, name: str, places: Floats, values: Floats, palette: Palette
) -> Artist | None:
    """An arrow along the end of the curve, the way the loss keeps falling."""
    direction = answer.minimum.direction
    if answer.minimum.kind != "not-attained" or direction is None:
        return None
    right = direction[name] > 0
    tip, tail = (-1, np.searchsorted(places, places[-1] - 0.05 * np.ptp(places)) - 1) if right else (
        0, np.searchsorted(places, places[0] + 0.05 * np.ptp(places)) + 1)  # fmt: skip
    return ax.annotate(
        "",
        (float(places[tip]), float(values[tip])),
        (float(places[tail]), float(values[tail])),
        arrowprops={
            "arrowstyle": "-|>,head_width=0.35,head_length=0.7",
            "color": palette.minimum,
            "linewidth": 2.2,
            "shrinkA": 0,
            "shrinkB": 0,
        },
        zorder=6,
        annotation_clip=False,
    )
