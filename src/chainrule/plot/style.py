"""Axes without clutter, and text that keeps clear of other text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chainrule.plot.palette import Palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text
    from matplotlib.transforms import Bbox

FONTS = ["DejaVu Sans"]


def new_axes(size: tuple[float, float] = (6.4, 4.2)) -> Axes:
    """The one axes of a figure of its own, known to no global list."""
    from matplotlib.figure import Figure

    return Figure(figsize=size, layout="constrained").add_subplot()


def plain_axes(ax: Axes, palette: Palette) -> None:
    """Left and bottom rules only, quiet ticks."""
    ax.set_facecolor("none")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(palette.rule)
    ax.tick_params(colors=palette.muted, labelsize="small", length=3)
    ax.xaxis.label.set_color(palette.ink)
    ax.yaxis.label.set_color(palette.ink)


def literal(*texts: Text) -> None:
    """Show names as they are: a ``$`` in a title is a dollar, not mathematics."""
    for text in texts:
        text.set_parse_math(False)


def title(ax: Axes, headline: str, below: str, palette: Palette) -> tuple[Text, Text]:
    """The verdict, and under it in small type what stands behind it."""
    main = ax.set_title(headline, loc="left", color=palette.ink, fontsize="medium", fontweight="bold", pad=22)
    small = ax.annotate(
        below,
        (0, 1),
        (0, 8),
        xycoords="axes fraction",
        textcoords="offset points",
        color=palette.muted,
        fontsize="small",
    )
    literal(main, small)
    return main, small


def keep_apart(ax: Axes, texts: Sequence[Text], pad: float = 2.0) -> None:
    """Hide each text that would overlap one before it: the first ones matter most."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = ax.get_figure(root=True)
    if figure is None:
        return
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    figure.draw_without_rendering()
    taken: list[Bbox] = []
    for text in texts:
        box = text.get_window_extent(renderer).padded(pad)
        if any(box.overlaps(other) for other in taken):
            text.set_visible(False)
        else:
            taken.append(box)
