"""How a search closed in: the proven lower bound rising towards the best point, over boxes or seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from chainrule.errors import ProblemError
from chainrule.plot.palette import LIGHT, Palette
from chainrule.plot.style import new_axes, plain_axes, title
from chainrule.prove.boxes.search import Searched

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import FillBetweenPolyCollection
    from matplotlib.lines import Line2D
    from matplotlib.text import Text


@dataclass(frozen=True)
class SearchArtists:
    """What `plot_search` drew."""

    ax: Axes
    bound: Line2D
    incumbent: Line2D
    gap: FillBetweenPolyCollection
    labels: tuple[Text, Text]
    title: tuple[Text, Text]


def plot_search(
    searched: Searched,
    ax: Axes | None = None,
    palette: Palette = LIGHT,
    over: Literal["boxes", "seconds"] = "boxes",
) -> SearchArtists:
    """Draw the lower bound and the best loss of a search over the boxes it settled, or the seconds it took.

    Raises
    ------
    ProblemError
        If the search took no step, so that there is nothing to draw.
    """
    if not searched.history:
        raise ProblemError(
            "the search took no step: its first box was settled at once, and there is no descent to draw"
        )
    boxes, seconds, floor = (np.array(column) for column in zip(*searched.history, strict=True))
    ax = new_axes((6.4, 4.0)) if ax is None else ax
    plain_axes(ax, palette)
    x = boxes if over == "boxes" else seconds * 1000
    # Before the first boxes are bounded all that is known is that no loss is negative.
    floor = np.maximum(floor, 0.0)
    best = np.full(len(x), searched.value[1])
    (bound,) = ax.step(x, floor, where="post", color=palette.curve, linewidth=2.0)
    (incumbent,) = ax.plot(x, best, color=palette.minimum, linewidth=2.0, linestyle=(0, (5, 2)))
    gap = ax.fill_between(x, floor, best, step="post", color=palette.zero_side, linewidth=0)
    ax.set_xlim(float(x[0]), max(float(x[-1]), float(x[0]) * 1.01 + 1e-9))
    labels = (
        ax.annotate("best loss met", (1, best[-1]), (-4, 4), xycoords=("axes fraction", "data"),
                    textcoords="offset points", ha="right", va="bottom", color=palette.minimum, fontsize="small"),
        ax.annotate("lower bound (enclosed)", (0.98, 0.04), xycoords="axes fraction", ha="right", color=palette.curve,
                    fontsize="small"),
    )  # fmt: skip
    ax.set_xlabel("boxes settled" if over == "boxes" else "milliseconds")
    ax.set_ylabel("loss")
    ax.margins(y=0.12)
    left = searched.value[1] - searched.value[0]
    done = "closed" if searched.stop == "closed" else f"stopped by {searched.stop}"
    heading = title(
        ax,
        f"Between bound and best point: {left:.2g}",
        f"{done} after {searched.boxes:,} boxes, {float(seconds[-1]):.3g} s of search",
        palette,
    )
    return SearchArtists(ax, bound, incumbent, gap, labels, heading)
