"""Whole figures: the loss beside the points, and saving one as a file that appears only whole."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chainrule.errors import FileError
from chainrule.files import write_whole
from chainrule.plot.loss import plot_loss
from chainrule.plot.palette import LIGHT, Palette
from chainrule.plot.plane import plot_plane
from chainrule.plot.slices import plot_slices
from chainrule.plot.style import new_figure
from chainrule.plot.surface import plot_surface
from chainrule.problem import Problem
from chainrule.prove.result import Answer

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("svg", "png", "pdf")


def plot_report(answer: Answer, palette: Palette = LIGHT, size: tuple[float, float] | None = None) -> Figure:
    """The loss over its free weights, and beside it the points with their line or regions.

    One free weight: its curve. Two: contours. More: each one's curve through the minimum. An equation typed by hand has
    no points beside it. `size` is in inches.
    """
    free, has_points = len(answer.problem.free), isinstance(answer.problem, Problem)
    if free > 2:
        return plot_slices(answer, palette, size)
    figure = new_figure(size or (11 if has_points else 6.6, 4.8), ground=palette.surface)
    axes = figure.subplots(1, 2, width_ratios=(1.25, 1)) if has_points else [figure.subplots()]
    if free == 1:
        plot_loss(answer, axes[0], palette)
    else:
        plot_surface(answer, ax=axes[0], palette=palette)
    if has_points:
        plot_plane(answer, axes[1], palette)
    return figure


def figure_bytes(figure: Figure, form: str, dpi: int = 200) -> bytes:
    """The figure as svg, png or pdf; the same figure gives the same bytes.

    Text in an SVG stays text, so that it can be searched, read aloud and set in the reader's font.
    """
    import matplotlib

    buffer = io.BytesIO()
    settings: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "chainrule", "pdf.fonttype": 42}
    undated = {"svg": {"Date": None, "Creator": None}, "pdf": {"CreationDate": None}, "png": {}}
    with matplotlib.rc_context(settings):
        figure.savefig(buffer, format=form, dpi=dpi, metadata=undated[form])
    return buffer.getvalue()


def save_figure(figure: Figure, path: str | os.PathLike[str]) -> Path:
    """Write the figure to `path` as svg, png or pdf, by its suffix; an existing file is replaced only whole.

    Raises
    ------
    FileError
        If the suffix is none of these or the file cannot be written.
    """
    target = Path(path)
    form = target.suffix.lower().lstrip(".")
    if form not in FORMATS:
        raise FileError(f"{target}: found the suffix {target.suffix!r}; needed one of .svg, .png, .pdf")
    write_whole(target, figure_bytes(figure, form))
    return target
