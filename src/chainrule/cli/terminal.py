"""Text for a terminal, set like a page: headings, wrapped sentences, equations broken at their signs, aligned tables."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, TextIO

from chainrule.shown import plain

NARROWEST, WIDEST = 40, 100


def terminal_width() -> int:
    """The columns to fill: the terminal's (or COLUMNS), 80 in a pipe, at most 100, which is as long as reads well."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((80, 24)).columns))


def has_color(stream: TextIO) -> bool:
    """Whether to style: NO_COLOR says never (no-color.org), FORCE_COLOR always, else only on a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


class Sheet:
    """Lines of text, collected and printed at once; words out of a file cannot break a line or restyle it."""

    def __init__(self, width: int | None = None, color: bool | None = None) -> None:
        self.width = terminal_width() if width is None else width
        self.color = has_color(sys.stdout) if color is None else color
        self.lines: list[str] = []

    def __str__(self) -> str:
        return "\n".join(self.lines) + "\n"

    def bold(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self.color else text

    def dim(self, text: str) -> str:
        return f"\x1b[2m{text}\x1b[0m" if self.color else text

    def title(self, text: str) -> None:
        for line in textwrap.wrap(plain(" ".join(text.split())), self.width):
            self.lines.append(self.bold(line))

    def heading(self, text: str, note: str = "") -> None:
        """A heading with a note set against the right edge."""
        text, note = plain(text), plain(note)
        gap = self.width - len(text) - len(note)
        together = f"{self.bold(text)}{' ' * gap}{self.dim(note)}" if note and gap >= 2 else self.bold(text)
        self.lines += ["", together.rstrip()]
        if note and gap < 2:
            self.lines += [self.dim(line) for line in textwrap.wrap(note, self.width)]

    def paragraph(self, text: str, indent: int = 2, hanging: int = 0) -> None:
        first, rest = " " * indent, " " * (indent + hanging)
        self.lines += textwrap.wrap(
            plain(text.replace("\n", " ")),
            self.width,
            initial_indent=first,
            subsequent_indent=rest,
            break_on_hyphens=False,
        )

    def equation(self, text: str, indent: int = 4, note: str = "") -> None:
        """An equation, broken before a sign where it is too long and continued deeper; a note at the right edge."""
        start, text, note = " " * indent, plain(text), plain(note)
        lines = break_equation(text, self.width, start, f"{start}    ")
        gap = self.width - len(lines[-1]) - len(note)
        if note and gap >= 2:
            lines[-1] += " " * gap + self.dim(note)
        elif note:
            lines += [self.dim(line.rjust(self.width)) for line in wrap_note(note, self.width - 2 * indent)]
        self.lines += lines

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]], indent: int = 4) -> None:
        """Columns set to the right, two spaces between them."""
        header, rows = [plain(cell) for cell in header], [[plain(cell) for cell in row] for row in rows]
        widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
        for number, row in enumerate([header, *rows]):
            line = "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
            self.lines.append(" " * indent + (self.dim(line) if number == 0 else line))

    def blank(self) -> None:
        self.lines.append("")


def wrap_note(note: str, width: int) -> list[str]:
    """Lines of at most `width` where possible; a definition, parted from others by a semicolon, is never broken in two."""
    lines: list[str] = []
    for part in re.findall(r"[^;]+;?", note):
        if lines and len(lines[-1]) + 1 + len(part.strip()) <= width:
            lines[-1] += f" {part.strip()}"
        else:
            lines += [part.strip()] if "=" in part else textwrap.wrap(part, width)
    return lines


def break_equation(text: str, width: int, start: str, rest: str) -> list[str]:
    """Lines of at most `width` where possible, broken before a sign, inside as few brackets as will do."""
    if len(start) + len(text) <= width:
        return [start + text]
    every = _places(text)
    for level in sorted({place.depth for place in every}):
        for signs in ("=+−-", "=+−-·"):  # a product is broken between its factors rather than inside one of them
            cuts = [0, *(place.at for place in every if place.depth <= level and place.sign in signs), len(text)]
            pieces = [text[left:right] for left, right in pairwise(cuts)]
            if len(rest) + max(len(piece.strip()) for piece in pieces) <= width:
                return _filled(pieces, width, start, rest)
    return textwrap.wrap(text, width, initial_indent=start, subsequent_indent=rest, break_on_hyphens=False)


class Place(NamedTuple):
    """Where a line may be broken: before this sign, inside so many brackets."""

    at: int
    sign: str
    depth: int


def _places(text: str) -> list[Place]:
    """Every sign with a space on both sides, and every dot that does not stand before a bracket, as in ``1/4·(…)``."""
    depth, places = 0, []
    for at, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if character == " " and text[at + 1 : at + 2] in tuple("=+−-") and text[at + 2 : at + 3] == " ":
            places.append(Place(at, text[at + 1], depth))
        elif character == "·" and text[at + 1 : at + 2] != "(":
            places.append(Place(at, character, depth))
    return places


def _filled(pieces: Sequence[str], width: int, start: str, rest: str) -> list[str]:
    """As many pieces a line as fit, at least one."""
    lines = [start + pieces[0]]
    for piece in pieces[1:]:
        if len(lines[-1]) + len(piece) <= width:
            lines[-1] += piece
        else:
            lines.append(rest + piece.strip())
    return lines
