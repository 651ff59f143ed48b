"""A picture that shows itself in a notebook, whichever way it was asked for.

Vector graphics where a notebook trusts them; pixels where it does not, and on hosts of code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chainrule.plot.style import figure_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DPI = 100


class Picture:
    """Mixed into what a drawing function returns; `ax` are the axes that were drawn on."""

    ax: Axes

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": f"picture: {self.ax.get_title(loc='left')}"}

    def _repr_svg_(self) -> str:
        return self._drawn("svg").decode("utf-8")

    def _repr_png_(self) -> bytes:
        return self._drawn("png")

    def _drawn(self, form: str) -> bytes:
        from chainrule.plot.figure import figure_bytes  # which imports the drawing functions

        return figure_bytes(figure_of(self.ax), form, _DPI)
