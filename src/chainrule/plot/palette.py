"""Colours that colour-blind readers can tell apart (Okabe & Ito, "Color Universal Design", 2008).

Every meaning also has a second sign: a marker, a dash pattern, a word. The page makes its pictures
with a palette of sentinels, which it replaces by CSS variables, so that they follow light and dark.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """One colour for each meaning."""

    ink: str = "#1c1c1c"
    muted: str = "#5c5c5c"
    rule: str = "#c9c9c9"
    surface: str = "#ffffff"
    curve: str = "#0072b2"
    minimum: str = "#b34700"
    maximum: str = "#5c5c5c"
    limit: str = "#5c5c5c"
    boundary: str = "#1c1c1c"
    one: str = "#b34700"  # label 1: vermilion, darkened until text in it reads on white
    zero: str = "#0072b2"  # label 0: blue
    between: str = "#8a5a83"
    one_side: str = "#fbe9dc"
    zero_side: str = "#dfeefa"
    convex_side: str = "#d8f0e4"
    concave_side: str = "#f0e2ee"


LIGHT = Palette()
DARK = Palette(
    ink="#e9e6df",
    muted="#a9a69f",
    rule="#4a4d52",
    surface="#16181b",
    curve="#6bb8ec",
    minimum="#ff9d5c",
    maximum="#b5b2ab",
    limit="#a9a69f",
    boundary="#e9e6df",
    one="#ff9d5c",
    zero="#6bb8ec",
    between="#d49bcb",
    one_side="#3a2719",
    zero_side="#182c3d",
    convex_side="#163428",
    concave_side="#35223a",
)
