"""Pictures inside the page: the plots as SVG whose colours are the page's CSS variables.

The plot code draws with a palette of sentinels, one impossible colour for each meaning; here each sentinel becomes
``var(--cr-name, light colour)``. Text stays text, in the page's font. Ids get a prefix, so that several pictures
live in one document.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import fields
from html import escape
from typing import TYPE_CHECKING, Any

from chainrule.page.theme import variable
from chainrule.plot import LIGHT, Palette, figure_bytes
from chainrule.plot.style import new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SENTINELS = Palette(**{field.name: f"#fe01{number:02x}" for number, field in enumerate(fields(Palette), 1)})
SANS = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif"


def picture(
    key: str, title: str, description: str, draw: Callable[[Axes, Palette], Any], size: tuple[float, float]
) -> str:
    """An inline SVG drawn by ``draw(ax, palette)``, with its title and description for screen readers."""
    figure = new_figure(size)
    figure.patch.set_visible(False)
    ax = figure.add_subplot()
    with warnings.catch_warnings():
        # A name in a script that Matplotlib's own font lacks: the browser sets it in one of the reader's.
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from")
        drawn = draw(ax, SENTINELS)
        for text in getattr(drawn, "title", ()):  # the caption and the headings say it
            text.set_text("")
        svg = figure_bytes(figure, "svg").decode("utf-8")
    return themed(svg, f"cr-{key}", title, description, SENTINELS)


def themed(svg: str, key: str, title: str, description: str, drawn_with: Palette = LIGHT) -> str:
    """A figure's SVG as part of a page: its colours follow the page, and its ids begin with `key`."""
    body = svg[svg.index("<svg") :]
    head, body = body.split(">", 1)
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>", "", body, flags=re.DOTALL)
    body = re.sub(r"<!--.*?-->\s*", "", body, flags=re.DOTALL)
    body = re.sub(r'\bid="', f'id="{key}-', body)
    body = body.replace("url(#", f"url(#{key}-").replace('xlink:href="#', f'href="#{key}-')
    body = re.sub(r"(font: [^'\";]*?)\s*'DejaVu Sans'[^;\"]*", lambda m: f"{m[1]} {SANS}", body)
    # Meanings that share a colour share the first one's variable.
    meanings = {getattr(drawn_with, field.name): field.name for field in reversed(fields(Palette))}
    body = re.sub("|".join(meanings), lambda m: variable(meanings[m[0]]), body)
    view = re.search(r'viewBox="([^"]*)"', head)
    box = view[1] if view else "0 0 100 100"
    return (
        f'<svg class="cr-picture" role="img" aria-labelledby="{key}-t {key}-d" viewBox="{box}" '
        'stroke-linejoin="round" stroke-linecap="butt">'
        f'<title id="{key}-t">{escape(title)}</title><desc id="{key}-d">{escape(description)}</desc>'
        + re.sub(r"\n\s*", "\n", body).strip()
    )
