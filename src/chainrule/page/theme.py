"""The colours of a page as CSS variables, for a light ground, a dark one, or whichever the reader prefers.

On paper every theme is the light one.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Literal, get_args

from chainrule.errors import ProblemError
from chainrule.plot.palette import DARK, LIGHT

Theme = Literal["light", "dark", "auto"]
THEMES: tuple[Theme, ...] = get_args(Theme)
"""`auto` follows what the reader's system prefers."""

GROUNDS = {"light": replace(LIGHT, surface="#fdfcf9", curve="#0068a3", zero="#0068a3"), "dark": DARK}
"""What the pictures of a page are drawn in; the ground of paper is not the white of a file."""

_WORDS = {
    "light": {"link": "#0068a3", "panel": "#f4f1ea", "good": "#00634a", "good-panel": "#e5f3ec", "warn": "#b34700", "warn-panel": "#fbf0e2"},
    "dark": {"link": "#6bb8ec", "panel": "#212429", "good": "#7fd6b4", "good-panel": "#14312a", "warn": "#ff9d5c", "warn-panel": "#35281a"},
}  # fmt: skip
_SCREENS = {"auto": "screen and (prefers-color-scheme:dark)", "dark": "screen"}


def require_theme(theme: str) -> None:
    """Raise ProblemError unless it is a theme."""
    if theme not in THEMES:
        raise ProblemError(f"theme {theme!r} is not one of {', '.join(THEMES)}")


def variables(theme: Theme, selector: str) -> str:
    """The rules that give what `selector` matches every colour by its meaning."""
    light = f"{selector}{{{_colours('light')};color-scheme:light}}"
    if theme == "light":
        return light
    return f"{light}\n@media {_SCREENS[theme]}{{{selector}{{{_colours('dark')};color-scheme:dark}}}}"


def _colours(ground: str) -> str:
    named = {name.replace("_", "-"): colour for name, colour in asdict(GROUNDS[ground]).items()} | _WORDS[ground]
    return ";".join(f"--cr-{name}:{colour}" for name, colour in named.items())


def variable(meaning: str) -> str:
    """The colour of a meaning of the palette inside a page; light where its variables are stripped."""
    return f"var(--cr-{meaning.replace('_', '-')},{getattr(LIGHT, meaning)})"
