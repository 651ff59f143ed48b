"""The network drawn: inputs on the left, one circle a unit, each weight on its edge, the free ones marked."""

from __future__ import annotations

from html import escape

from chainrule.exact import number_text
from chainrule.problem import Problem

MOST_NODES = 8  # of one layer; more are shown by an ellipsis
_STEP_X, _STEP_Y, _RADIUS = 230, 74, 22


def draw_network(problem: Problem) -> str:
    """An inline SVG with a title and a description; colours are the page's variables."""
    network = problem.network
    columns = [[*network.inputs], *[[""] * layer.units for layer in network.layers]]
    has_bias = [layer.bias for layer in network.layers]
    heights = [min(len(c), MOST_NODES) + (has_bias[i] if i < len(has_bias) else 0) for i, c in enumerate(columns)]
    height = max(heights) * _STEP_Y + 20
    width = _STEP_X * (len(columns) - 1) + 190
    spots = [_places(count, i, height) for i, count in enumerate(heights)]
    edges, nodes = [], []
    for layer, units in enumerate(columns[1:]):
        below = spots[layer]
        for unit in range(min(len(units), MOST_NODES)):
            end = spots[layer + 1][unit]
            for source in range(min(len(columns[layer]), MOST_NODES)):
                name = network.weight_name(layer, unit, source)
                edges.append(_edge(below[source], end, name, problem, network.is_neuron))
            if has_bias[layer]:
                edges.append(_edge(below[-1], end, network.bias_name(layer, unit), problem, network.is_neuron))
    for layer, names in enumerate(columns):
        for number, name in enumerate(names[:MOST_NODES]):
            nodes.append(_node(spots[layer][number], name if layer == 0 else "σ", layer > 0))
        if layer < len(has_bias) and has_bias[layer]:
            nodes.append(_node(spots[layer][-1], "1", False))
    x, y = spots[-1][0]
    out = (
        f'<path class="cr-edge" d="M{x + _RADIUS} {y}h44"/><path class="cr-tip" d="M{x + _RADIUS + 44} {y - 5}l9 5l-9 5z"/>'
        f'<text x="{x + _RADIUS + 60}" y="{y + 5}" class="cr-out">a</text>'
    )
    hidden = sum(max(0, len(c) - MOST_NODES) for c in columns)
    note = f'<text x="8" y="{height - 4}" class="cr-small">… and {hidden} more, not drawn</text>' if hidden else ""
    return (
        f'<svg class="cr-network" role="img" aria-labelledby="cr-net-t cr-net-d" viewBox="0 0 {width} {height + 6}" '
        f'style="max-width:{width}px"><title id="cr-net-t">The network</title><desc id="cr-net-d">{escape(describe(problem))}'
        f"</desc>{''.join(edges)}{''.join(nodes)}{out}{note}</svg>"
    )


def describe(problem: Problem) -> str:
    """The network in a sentence, for those who do not see the picture."""
    layers = problem.network.layers
    shape = "one sigmoid neuron" if problem.network.is_neuron else f"{len(layers)} layers of sigmoid units"
    free = ", ".join(problem.free)
    return f"Inputs {', '.join(problem.network.inputs)} and a constant 1 feed {shape}; free: {free}."


def _places(count: int, column: int, height: int) -> list[tuple[int, int]]:
    top = (height - (count - 1) * _STEP_Y) / 2
    return [(66 + column * _STEP_X, round(top + k * _STEP_Y)) for k in range(count)]


def _edge(start: tuple[int, int], end: tuple[int, int], name: str, problem: Problem, labelled: bool) -> str:
    free = name not in problem.fixed
    (x0, y0), (x1, y1) = start, end
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    dx, dy = (x1 - x0) / length * _RADIUS, (y1 - y0) / length * _RADIUS
    line = (
        f'<path class="cr-edge{" cr-free" if free else ""}" '
        f'd="M{x0 + dx:.0f} {y0 + dy:.0f}L{x1 - dx:.0f} {y1 - dy:.0f}"/>'
    )
    if not labelled:
        return line
    # Upright, in a gap of the edge, nearer to its source, where edges are far apart.
    x, y = x0 + 0.44 * (x1 - x0), y0 + 0.44 * (y1 - y0)
    letter, _, index = name.partition("_")
    index = index if len(index) <= 12 else index[:11] + "…"
    index_text = f'<tspan class="cr-index" dy="4">{escape(index)}</tspan>' if index else ""
    value = "free" if free else number_text(problem.fixed[name]).replace("-", "−")
    value = value if len(value) <= 12 else value[:11] + "…"
    back = ' dy="-4"' if index else ""
    between = " " if free else " = "
    text = f'{escape(letter)}{index_text}<tspan{back} class="{"cr-freeword" if free else ""}">{between}{escape(value)}</tspan>'
    wide = 8.2 * len(f"{letter}{between}{value}") + 6.5 * len(index) + 8
    return (
        f'{line}<rect class="cr-gap" x="{x - wide / 2:.0f}" y="{y - 13:.0f}" width="{wide:.0f}" height="26" rx="4"/>'
        f'<text class="cr-weight" x="{x:.0f}" y="{y + 5:.0f}">{text}</text>'
    )


def _node(place: tuple[int, int], text: str, is_unit: bool) -> str:
    x, y = place
    if len(text) > 3:  # a long name stands beside its node
        label = text if len(text) <= 12 else text[:11] + "…"
        return (
            f'<circle class="cr-node" cx="{x}" cy="{y}" r="{_RADIUS // 2}"/>'
            f'<text x="{x}" y="{y - 18}" class="cr-nodetext cr-small">{escape(label)}</text>'
        )
    kind = "cr-unit" if is_unit else "cr-node"
    return (
        f'<circle class="{kind}" cx="{x}" cy="{y}" r="{_RADIUS}"/>'
        f'<text x="{x}" y="{y + 6}" class="cr-nodetext">{escape(text)}</text>'
    )
