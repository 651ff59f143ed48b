"""The colours of pictures on a light and on a dark page, read from the style sheet of Chainrule's own pages."""

import re
from dataclasses import fields

from chainrule.page.article import asset
from chainrule.plot.palette import Palette


def palettes() -> dict[str, Palette]:
    """The palette of each theme. The sheet states every colour for a light page first, then for a dark one."""
    sheet = asset("style.css")
    light, dark = sheet.split("prefers-color-scheme:dark", 1)
    return {kind: _palette(text) for kind, text in (("light", light), ("dark", dark))}


def _palette(text: str) -> Palette:
    found = dict(reversed(re.findall(r"--cr-([\w-]+):(#[0-9a-f]{6})", text)))
    return Palette(**{field.name: found[field.name.replace("_", "-")] for field in fields(Palette)})
