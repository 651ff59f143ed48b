"""Axes without clutter, and text that keeps clear of other text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from chainrule.extras import require
from chainrule.plot.palette import Palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.text import Annotation, Text
    from matplotlib.transforms import Bbox

Layout = Literal["constrained"] | None


def new_figure(size: tuple[float, float], layout: Layout = "constrained", ground: str | None = None) -> Figure:
    """A figure known to no global list, on the colour `ground`.

    Raises
    ------
    MissingExtraError
        Without Matplotlib.
    """
    require("plot", "a picture")
    from matplotlib.figure import Figure

    return Figure(figsize=size, layout=layout, facecolor=ground)


def new_axes(size: tuple[float, float] = (6.4, 4.2)) -> Axes:
    """The one axes of a figure of its own."""
    return new_figure(size).add_subplot()


def figure_of(ax: Axes) -> Figure:
    """The whole figure that the axes lie in, also where they lie in a part of it."""
    part: Any = ax.figure
    whole: Figure = part.figure  # of a part and of the whole alike, in every Matplotlib from 3.8 on
    return whole


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


def cut(text: str, most: int) -> str:
    """At most `most` characters, so that a long name leaves room for the picture."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def literal(*texts: Text) -> None:
    """Show names as they are: a ``$`` in a title is a dollar, not mathematics."""
    for text in texts:
        text.set_parse_math(False)


def title(ax: Axes, headline: str, below: str, palette: Palette) -> tuple[Text, Text]:
    """The verdict, and under it in small type what stands behind it; both whole, over as many lines as the axes' width asks for."""
    small = ax.annotate(
        below,
        (0, 1),
        (0, 8),
        xycoords="axes fraction",
        textcoords="offset points",
        color=palette.muted,
        fontsize="small",
    )
    look: dict[str, Any] = {"loc": "left", "color": palette.ink, "fontsize": 10, "fontweight": "bold"}
    main = ax.set_title(headline, **look)
    for text in (small, main):
        text.set_in_layout(False)  # a long one must not squeeze the axes before it is broken
    literal(main, small)
    figure_of(ax).draw_without_rendering()
    for text in (small, main):
        break_lines(text, ax.bbox.width)
        text.set_in_layout(True)
    above = _extent(small).height * 72 / figure_of(ax).dpi if below else 0
    ax.set_title(main.get_text(), **look, pad=14 + above)
    return main, small


def break_lines(text: Text, room: float) -> None:
    """Break the text between words into lines of at most `room` pixels; a longer word stays whole."""
    lines: list[str] = []
    for word in text.get_text().split(" "):
        text.set_text(f"{lines[-1]} {word}" if lines else word)
        if lines and _extent(text).width <= room:
            lines[-1] = text.get_text()
        else:
            lines.append(word)
    text.set_text("\n".join(lines))


def _extent(text: Text) -> Bbox:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure: Any = text.figure
    return text.get_window_extent(FigureCanvasAgg(figure.figure).get_renderer())  # type: ignore[no-untyped-call]


def keep_apart(ax: Axes, texts: Sequence[Text], pad: float = 2.0, avoid: Line2D | None = None) -> None:
    """Hide each text that would overlap one before it: the first ones matter most.

    A text that the line `avoid` runs through is first tried on the other side of its anchor, and hidden if that is no
    better.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Annotation

    figure = figure_of(ax)
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    figure.draw_without_rendering()
    path = None if avoid is None else avoid.get_transform().transform_path(avoid.get_path())
    taken: list[Bbox] = []

    def is_free(box: Bbox) -> bool:
        # Crossed by the line, not filled by it: the line is no area.
        crossed = path is not None and path.intersects_bbox(box, filled=False)
        return not crossed and not any(box.overlaps(other) for other in taken)

    for text in texts:
        box = text.get_window_extent(renderer).padded(pad)
        if not is_free(box) and avoid is not None and isinstance(text, Annotation):
            _turn_over(text)
            box = text.get_window_extent(renderer).padded(pad)
            if not ax.bbox.y0 < box.y0 < box.y1 < ax.bbox.y1 + box.height:  # among the ticks below: no better
                text.set_visible(False)
                continue
        if is_free(box):
            taken.append(box)
        else:
            text.set_visible(False)


def _turn_over(text: Annotation) -> None:
    """To the other side of its anchor: from above it to below, or back."""
    x, y = text.xyann
    text.xyann = (x, -y)
    text.set_verticalalignment("top" if text.get_verticalalignment() == "bottom" else "bottom")
