"""The network drawn: inputs on the left, one node a unit with its activation, each weight on its edge, the free ones thick.

With the numbers of backpropagation (`chainrule.calculus.backpropagate`) every unit carries its forward values ``z`` and ``a``
above it and the messages ``∂L/∂a`` and ``∂L/∂z`` that come back below it. They are *computed*.

One unit of the drawing is one point, so that text has its own size whatever the size of the network. Where the edges between
two layers cross, all their labels stand at the share of the way at which they are furthest apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.calculus import Backpropagation, UnitValues
from chainrule.digits import short
from chainrule.exact import as_double
from chainrule.plot.palette import LIGHT, Palette
from chainrule.plot.picture import Picture
from chainrule.plot.style import cut, literal, new_figure
from chainrule.problem import Problem

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

MOST_NODES = 8  # of one layer; more are counted below it
MOST_LABELS = 24  # between two layers; of more edges only the free ones are named
SYMBOLS = {"sigmoid": "σ", "identity": "a = z"}
"""What stands in a unit, where it is not the activation's own name."""

_SIZE, _SMALL = 8.4, 7.8  # of text, in points
_LETTER, _LINE = 0.58, 10.4  # the width of a character as a part of its size; the height of a line
_RADIUS, _TALL = 11.0, 11.0  # of an input's circle; half the height of a unit
_DOT, _LETTERS = 4.0, 14  # of its circle where the name stands above it, in lines of so many letters
_STUB = 8.0  # from a unit down to its bias
_OUT = 64.0  # right of the last layer


@dataclass(frozen=True)
class NetworkArtists(Picture):
    """What `plot_network` drew: `edges` and `labels` by the name of the weight, `units` and `numbers` by layer and unit."""

    ax: Axes
    edges: Mapping[str, Line2D]
    labels: Mapping[str, Text]
    units: Mapping[tuple[int, int], Text]
    numbers: Mapping[tuple[int, int], tuple[Text, Text]]


@dataclass(frozen=True)
class Layout:
    """Where everything stands, in points from the upper left corner, downward.

    `places` are ``(x, y)`` by column and node, `halves` half the widths of the columns' nodes. `share` is the part of the way
    at which the labels of each gap stand, `named` whether all of its edges have one.
    """

    width: float
    height: float
    places: tuple[tuple[tuple[float, float], ...], ...]
    halves: tuple[float, ...]
    share: tuple[float, ...]
    named: tuple[bool, ...]


def plot_network(
    problem: Problem,
    numbers: Backpropagation | None = None,
    values: Mapping[str, Any] | None = None,
    ax: Axes | None = None,
    palette: Palette = LIGHT,
) -> NetworkArtists:
    """Draw the network, each weight with its value on its edge.

    Parameters
    ----------
    numbers : one point's forward values and backward messages, to be written beside the units.
    values : of the free weights, to be shown on their edges; otherwise these say *free*.
    ax : axes to draw on; a figure of `network_size` shows text in its own size.
    """
    words = _Words(problem, numbers, values or {})
    layout = _layout(problem, words)
    if ax is None:
        caption = "" if numbers is None else _caption(numbers)
        size = max(layout.width, _wide(caption) + 16), layout.height + (18 if caption else 0)
        ax = new_figure((size[0] / 72, size[1] / 72), None, palette.surface).add_subplot()
        ax.text(8, size[1] - 10, caption, fontsize=_SMALL, color=palette.muted, va="center")
        layout = replace(layout, width=size[0], height=size[1])
    ax.set_axis_off()
    ax.set_in_layout(False)
    ax.set_position((0.0, 0.0, 1.0, 1.0))
    ax.set_xlim(0, layout.width)
    ax.set_ylim(layout.height, 0)
    ax.set_aspect("equal")
    drawing = _Drawing(problem, words, layout, ax, palette)
    edges, labels = drawing.edges()
    units = drawing.units()
    return NetworkArtists(ax, edges, labels, units, drawing.numbers() if numbers else {})


def _caption(numbers: Backpropagation) -> str:
    return f"Point {numbers.row + 1}: loss {number(numbers.loss)}. Forward values above, messages back below; computed."


def network_size(
    problem: Problem, numbers: Backpropagation | None = None, values: Mapping[str, Any] | None = None
) -> tuple[float, float]:
    """Width and height of the drawing in inches."""
    layout = _layout(problem, _Words(problem, numbers, values or {}))
    return layout.width / 72, layout.height / 72


def describe(problem: Problem) -> str:
    """The network in a sentence, for those who do not see the picture."""
    network = problem.network
    layers = [
        f"{layer.units} {layer.activation} unit{'s' * (layer.units != 1)}{'' if layer.bias else ' without a bias'}"
        for layer in network.layers
    ]
    shape = "one sigmoid neuron" if network.is_sigmoid_neuron else ", then ".join(layers)
    constant = " and a constant 1" if network.is_neuron and network.layers[0].bias else ""
    return f"Inputs {', '.join(network.inputs)}{constant} feed {shape}; free: {', '.join(problem.free) or 'none'}."


def weight_label(problem: Problem, name: str, values: Mapping[str, Any]) -> str:
    """``w1[0,x] = 2``, or ``w1[0,x] free`` where a free weight has no value."""
    if name in problem.fixed:
        return f"{cut(name, 14)} = {cut(short(problem.fixed[name], 6), 10)}"
    return f"{cut(name, 14)} = {number(as_double(values[name]))}" if name in values else f"{cut(name, 14)} free"


def number(value: float | None) -> str:
    """Four significant digits, as a small picture has room for."""
    return "–" if value is None else f"{value + 0.0:.4g}".replace("-", "−")


def _wide(text: str, size: float = _SMALL) -> float:
    return _LETTER * size * max(map(len, text.split("\n")), default=0)


class _Words:
    """Every text of the drawing that takes room, known before anything is placed."""

    def __init__(self, problem: Problem, backprop: Backpropagation | None, values: Mapping[str, Any]) -> None:
        self.problem, self.backprop, self.values = problem, backprop, values
        self.by_place = {} if backprop is None else {(u.layer, u.unit): u for u in backprop.units}

    def weight(self, name: str) -> str:
        words = weight_label(self.problem, name, self.values)
        if self.backprop is not None and name not in self.problem.fixed:
            words += f"\n∂L/∂w = {number(self.backprop.gradient[name])}"
        return words

    def above(self, layer: int, unit: int) -> str:
        """The unit's name, or its forward values."""
        network = self.problem.network
        z, a = (network.part_name(letter, layer, unit) for letter in "za")
        if self.backprop is None:
            return "" if network.is_neuron else a
        found = self.by_place[layer, unit]
        return f"{z} = {number(found.z)}\n{a} = {number(found.a)}"

    def below(self, layer: int, unit: int) -> str:
        """The messages that come back to a unit."""
        if self.backprop is None:
            return ""
        found: UnitValues = self.by_place[layer, unit]
        first = "" if found.arriving is None else f"∂L/∂a = {number(found.arriving)}\n"
        return f"{first}∂L/∂z = {number(found.message)}"

    def bias(self, layer: int, unit: int) -> str:
        has_bias = self.problem.network.layers[layer].bias
        return self.weight(self.problem.network.bias_name(layer, unit)) if has_bias else ""


def _lines(text: str) -> float:
    return _LINE * len(text.split("\n")) if text else 0.0


def _gap_edges(problem: Problem, gap: int) -> Iterator[tuple[int, int, str]]:
    """Source, unit and name of each edge that is drawn into layer `gap`."""
    network = problem.network
    for unit in range(min(network.layers[gap].units, MOST_NODES)):
        for source in range(min(network.width_below(gap), MOST_NODES)):
            yield source, unit, network.weight_name(gap, unit, source)


def _radius(inputs: Sequence[str]) -> float:
    """Of the circles of the inputs: names stand in them, or above all of them where one is too long."""
    return _RADIUS if all(len(name) <= 3 for name in inputs) else _DOT


def _over_input(name: str) -> float:
    """How far an input reaches up from its middle, in points."""
    return _lines(wrapped(name)) + 2 * _DOT


def wrapped(name: str) -> str:
    """The name in lines of at most 14 letters, broken behind an underscore where there is one."""
    lines = [""]
    for part in re.findall(r"[^_]*_+|[^_]+", name):
        for piece in [part[k : k + _LETTERS] for k in range(0, len(part), _LETTERS)]:
            if len(lines[-1]) + len(piece) <= _LETTERS:
                lines[-1] += piece
            else:
                lines.append(piece)
    return "\n".join(lines).strip()


def _layout(problem: Problem, words: _Words) -> Layout:
    network = problem.network
    counts = [len(network.inputs), *(layer.units for layer in network.layers)]
    shown = [min(count, MOST_NODES) for count in counts]
    units = [(layer, unit) for layer, count in enumerate(shown[1:]) for unit in range(count)]
    above = max(_lines(words.above(*unit)) for unit in units) + 2
    below = max(_lines(words.below(*unit)) + _lines(words.bias(*unit)) + _STUB for unit in units) + 2
    pills = [_wide(SYMBOLS.get(layer.activation, layer.activation), _SIZE) for layer in network.layers]
    if _radius(network.inputs) < _RADIUS:
        above = max(above, max(map(_over_input, network.inputs)) - _TALL)
    pitch = max(above + 2 * _TALL + below + 8, 64.0)
    halves = [_radius(network.inputs), *(max(16.0, wide / 2 + 5) for wide in pills)]
    # How far the words above and below a column's nodes reach to each side.
    blocks = [_wide(f"= {number(x)}") / 2 for x in ([] if words.backprop is None else words.backprop.inputs)]
    blocks += [_wide(wrapped(name)) / 2 for name in network.inputs if _radius(network.inputs) < _RADIUS]
    reach = [max([halves[0], *blocks])]
    for layer, count in enumerate(shown[1:]):
        texts = [f(layer, unit) for unit in range(count) for f in (words.above, words.below, words.bias)]
        reach.append(max(halves[layer + 1], *(_wide(text) / 2 for text in texts)))
    xs, named, share = [max(20.0, reach[0] + 4)], [], []
    for gap in range(len(network.layers)):
        edges = list(_gap_edges(problem, gap))
        named.append(len(edges) <= MOST_LABELS)
        told = [words.weight(name) for _, _, name in edges if named[-1] or name not in problem.fixed]
        label = max((_wide(text) for text in told), default=24.0)
        # Where edges cross, their labels need room away from the middle.
        crossed = named[-1] and min(shown[gap], shown[gap + 1]) > 1
        xs.append(xs[-1] + reach[gap] + (1.4 if crossed else 1.0) * label + 14 + reach[gap + 1])
        start, end = xs[-2] + halves[gap], xs[-1] - halves[gap + 1]
        room = (
            (xs[-2] + reach[gap] + label / 2 + 5 - start) / (end - start),
            (xs[-1] - reach[gap + 1] - label / 2 - 5 - start) / (end - start),
        )
        t, apart = best_share(shown[gap], shown[gap + 1], room)
        share.append(t)
        if len(told) > 1 and named[-1]:
            pitch = max(pitch, min(max(map(_lines, told)) / apart, 2.2 * pitch))
    height = pitch * max(shown) + (14 if any(count > MOST_NODES for count in counts) else 0)
    middle = pitch * max(shown) / 2 + (above - below) / 2
    places = tuple(
        tuple((x, middle + pitch * (k - (count - 1) / 2)) for k in range(count))
        for x, count in zip(xs, shown, strict=True)
    )
    right = max(halves[-1] + _OUT, reach[-1] + 4)
    return Layout(xs[-1] + right, height, places, tuple(halves), tuple(share), tuple(named))


def best_share(sources: int, units: int, room: tuple[float, float]) -> tuple[float, float]:
    """The share of the way at which the edges of a gap are furthest apart, and how far, in rows.

    Node k of n stands at height ``k − (n−1)/2``.
    """
    low, high = room if room[0] <= room[1] else (0.5, 0.5)
    start, end = (np.arange(n) - (n - 1) / 2 for n in (sources, units))
    best = (0.5, -1.0)
    for t in np.linspace(low, high, 41):
        heights = np.sort(np.add.outer((1 - t) * start, t * end).ravel())
        apart = float(np.diff(heights).min()) if len(heights) > 1 else 1.0
        if apart > best[1] + 1e-9:
            best = (float(t), apart)
    return best


@dataclass(frozen=True)
class _Drawing:
    problem: Problem
    words: _Words
    layout: Layout
    ax: Axes
    palette: Palette

    def edges(self) -> tuple[dict[str, Line2D], dict[str, Text]]:
        network, layout = self.problem.network, self.layout
        lines: dict[str, Line2D] = {}
        labels: dict[str, Text] = {}
        for gap, (left, right) in enumerate(pairwise(layout.places)):
            for source, unit, name in _gap_edges(self.problem, gap):
                (x0, y0), (x1, y1) = left[source], right[unit]
                start, end = x0 + layout.halves[gap], x1 - layout.halves[gap + 1]
                lines[name] = self._line(name, (start, y0), (end, y1))
                if layout.named[gap] or name not in self.problem.fixed:
                    t = layout.share[gap]
                    labels[name] = self._label(name, start + t * (end - start), y0 + t * (y1 - y0))
            for unit, (x, y) in enumerate(right):
                if network.layers[gap].bias:
                    name = network.bias_name(gap, unit)
                    lines[name] = self._line(name, (x, y + _TALL + _STUB), (x, y + _TALL))
                    labels[name] = self._label(name, x, y + _TALL + _STUB + _lines(self.words.bias(gap, unit)) / 2)
        for unit, (x, y) in enumerate(layout.places[-1]):
            self._out(unit, x + layout.halves[-1], y)
        return lines, labels

    def _line(self, name: str, start: tuple[float, float], end: tuple[float, float]) -> Line2D:
        free = name not in self.problem.fixed
        (line,) = self.ax.plot(
            *zip(start, end, strict=True), color=self.palette.minimum if free else self.palette.muted,
            linewidth=2.4 if free else 0.9, solid_capstyle="butt", zorder=1,
        )  # fmt: skip
        return line

    def _label(self, name: str, x: float, y: float) -> Text:
        color = self.palette.ink if name in self.problem.fixed else self.palette.minimum
        return self._text(x, y, self.words.weight(name), color=color, size=_SMALL, over=True)

    def _out(self, unit: int, x: float, y: float) -> None:
        self.ax.annotate(
            "", (x + 18, y), (x, y), arrowprops={"arrowstyle": "-|>", "color": self.palette.muted, "linewidth": 0.9,
                                                 "shrinkA": 0, "shrinkB": 0}, zorder=1,
        )  # fmt: skip
        network = self.problem.network
        found = self.words.backprop
        words = network.part_name("a", len(network.layers) - 1, unit)
        if found is not None:
            words = f"{'label' if network.outputs == 1 else 'target'} {number(found.targets[unit])}"
        self._text(x + 20, y, words, align="left", size=_SMALL)

    def units(self) -> dict[tuple[int, int], Text]:
        from matplotlib.patches import Circle, FancyBboxPatch

        network, drawn = self.problem.network, {}
        for source, (x, y) in enumerate(self.layout.places[0]):
            name = network.inputs[source]
            radius = _radius(network.inputs)
            self.ax.add_patch(Circle((x, y), radius, facecolor=self.palette.surface,
                                     edgecolor=self.palette.ink, linewidth=1.0, zorder=2))  # fmt: skip
            if radius < _RADIUS:
                self._text(x, y - _over_input(name) / 2 - 1, wrapped(name), size=_SMALL, over=True)
            else:
                self._text(x, y, name, size=_SIZE + 1)
            if self.words.backprop is not None:
                value = f"= {number(self.words.backprop.inputs[source])}"
                self._text(x, y + _RADIUS + _LINE / 2 + 1, value, size=_SMALL, over=True)
        for layer, places in enumerate(self.layout.places[1:]):
            half = self.layout.halves[layer + 1]
            activation = network.layers[layer].activation
            for unit, (x, y) in enumerate(places):
                self.ax.add_patch(FancyBboxPatch(
                    (x - half + 4, y - _TALL + 4), 2 * half - 8, 2 * _TALL - 8, boxstyle="round,pad=4,rounding_size=9",
                    facecolor=self.palette.zero_side, edgecolor=self.palette.ink, linewidth=1.0, zorder=2,
                ))  # fmt: skip
                drawn[layer, unit] = self._text(x, y, SYMBOLS.get(activation, activation), size=_SIZE)
                if self.words.backprop is None and not network.is_neuron:
                    self._above(layer, unit, x, y, self.palette.ink)
        self._rest()
        return drawn

    def _rest(self) -> None:
        """How many nodes of each column are left out."""
        network = self.problem.network
        counts = [len(network.inputs), *(layer.units for layer in network.layers)]
        for column, count in enumerate(counts):
            if count > MOST_NODES:
                x = self.layout.places[column][0][0]
                self._text(x, self.layout.height - 8, f"+ {count - MOST_NODES} more", size=_SMALL)

    def numbers(self) -> dict[tuple[int, int], tuple[Text, Text]]:
        """Forward values above each unit, backward messages below it."""
        drawn = {}
        for layer, places in enumerate(self.layout.places[1:]):
            for unit, (x, y) in enumerate(places):
                up = self._above(layer, unit, x, y, self.palette.curve)
                words = self.words.below(layer, unit)
                under = y + _TALL + _STUB + _lines(self.words.bias(layer, unit)) + _lines(words) / 2
                drawn[layer, unit] = up, self._text(x, under, words, size=_SMALL, over=True, color=self.palette.one)
        return drawn

    def _above(self, layer: int, unit: int, x: float, y: float, color: str) -> Text:
        words = self.words.above(layer, unit)
        return self._text(x, y - _TALL - _lines(words) / 2 - 1, words, size=_SMALL, over=True, color=color)

    def _text(
        self, x: float, y: float, words: str, *, color: str = "", size: float = _SIZE, align: str = "center",
        over: bool = False,
    ) -> Text:  # fmt: skip
        text = self.ax.text(
            x, y, words, ha=align, va="center", fontsize=size, color=color or self.palette.ink, zorder=4 if over else 5,
            linespacing=1.1,
            bbox={"facecolor": self.palette.surface, "edgecolor": "none", "pad": 0.8} if over else None,
        )  # fmt: skip
        literal(text)
        return text
