"""A curve drawn in the terminal with braille dots: 2 × 4 dots to a character.

Living libraries were tried first. uniplot draws with quadrants (2 × 2 dots), knows no limits at ±∞ and no
labelled marks, and brings another dependency; what is needed here is one smooth curve, its dashed limits and its
stationary points, which is the page of code below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Unicode's bits of a braille character (U+2800 + bits): rows from the top, left and right column.
_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


@dataclass(frozen=True)
class Mark:
    """A sign on the curve at ``(x, y)``."""

    x: float
    y: float
    sign: str


def draw_curve(
    xs: Floats,
    ys: Floats,
    *,
    columns: int,
    rows: int,
    marks: Sequence[Mark] = (),
    limits: tuple[float | None, float | None] | None = None,
    name: str = "",
) -> list[str]:
    """Lines of at most `columns` characters: the curve, `marks`, axes, and the `limits` at −∞ and +∞ dashed, each on its side.

    `xs` must increase; where `ys` is nan nothing is drawn. All of this is *computed*.
    """
    known = [end for end in limits or () if end is not None]
    low, high = _range([*ys[np.isfinite(ys)].tolist(), *known, *(mark.y for mark in marks)])
    ticks = _round_numbers(low, high, 4)
    margin = max(len(_figure(tick)) for tick in ticks) + 2
    canvas = _Canvas(columns - margin, rows, (float(xs[0]), float(xs[-1])), (low, high))
    for level, right in zip(limits or (), (False, True), strict=False):
        if level is not None:
            canvas.dashes(level, right)
    canvas.line(xs, ys)
    body = canvas.text()
    for mark in marks:
        row, column = canvas.cell(mark.x, mark.y)
        body[row] = body[row][:column] + mark.sign + body[row][column + 1 :]
    figures = {canvas.cell(canvas.x[0], tick)[0]: _figure(tick) for tick in ticks}
    lines = [
        f"{figures.get(row, ''):>{margin - 2}} {'┤' if row in figures else '│'}{line}" for row, line in enumerate(body)
    ]
    return [*(line.rstrip("⠀ ") for line in lines), *_axis(canvas, margin, name)]


class _Canvas:
    """Dots on a grid of ``rows × columns`` braille characters over the rectangle ``x × y``."""

    def __init__(self, columns: int, rows: int, x: tuple[float, float], y: tuple[float, float]) -> None:
        self.columns, self.rows, self.x, self.y = columns, rows, x, y
        self.dots = np.zeros((rows * 4, columns * 2), dtype=bool)

    def dot(self, x: float, y: float) -> tuple[int, int]:
        """Row and column of the dot at ``(x, y)``, kept on the canvas."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0]) * (self.columns * 2 - 1)
        down = (self.y[1] - y) / (self.y[1] - self.y[0]) * (self.rows * 4 - 1)
        return min(max(round(down), 0), self.rows * 4 - 1), min(max(round(across), 0), self.columns * 2 - 1)

    def cell(self, x: float, y: float) -> tuple[int, int]:
        row, column = self.dot(x, y)
        return row // 4, column // 2

    def line(self, xs: Floats, ys: Floats) -> None:
        """Each column's dot, and the dots between it and its neighbour's, so that a steep part has no holes."""
        places = np.linspace(*self.x, self.columns * 2)
        drawn = zip(places, np.interp(places, xs, ys), strict=True)
        heights = [self.dot(x, y)[0] if math.isfinite(y) else None for x, y in drawn]
        for column, row in enumerate(heights):
            if row is None:
                continue
            last = heights[column - 1] if column else None
            before = row if last is None else last
            step = (row > before) - (row < before)
            for between in range(before + step, row, step) if step else ():
                self.dots[between, column] = True
            self.dots[row, column] = True

    def dashes(self, y: float, right: bool) -> None:
        """A dashed line over the left or the right third."""
        row, columns = self.dot(self.x[0], y)[0], np.arange(self.columns * 2 // 3)
        dashes = columns[columns % 6 < 2]
        self.dots[row, self.columns * 2 - 1 - dashes if right else dashes] = True

    def text(self) -> list[str]:
        bits = np.zeros((self.rows, self.columns), dtype=int)
        for row, pair in enumerate(_BITS):
            for column, bit in enumerate(pair):
                bits |= self.dots[row::4, column::2] * bit
        return ["".join(chr(0x2800 + bit) if bit else " " for bit in line) for line in bits]


def _axis(canvas: _Canvas, margin: int, name: str) -> list[str]:
    line, figures = ["─"] * canvas.columns, [" "] * canvas.columns
    for tick in _round_numbers(*canvas.x, max(2, canvas.columns // 14)):
        column = canvas.cell(tick, canvas.y[0])[1]
        line[column] = "┬"
        text = _figure(tick)
        start = min(max(column - (len(text) - 1) // 2, 0), canvas.columns - len(text))
        if start >= 0 and all(c == " " for c in figures[max(start - 1, 0) : start + len(text) + 1]):
            figures[start : start + len(text)] = text
    if len(name) + 1 < canvas.columns and all(c == " " for c in figures[-len(name) - 1 :]):
        figures[-len(name) :] = name
    edge = " " * (margin - 1)
    return [f"{edge}└{''.join(line)}", f"{edge} {''.join(figures)}".rstrip()]


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _round_numbers(low: float, high: float, count: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten in ``[low, high]``, about `count` of them."""
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(k * power for k in (1, 2, 5, 10) if k * power >= rough)
    first = math.ceil(low / step)
    return [k * step for k in range(first, math.floor(high / step) + 1)]


def _figure(number: float) -> str:
    return f"{number:.4g}".replace("-", "−") if number else "0"
