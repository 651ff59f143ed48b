"""The sections about a network: its points, its units, the loss of a point, the derivative, the numbers of one point."""

from __future__ import annotations

from fractions import Fraction
from html import escape

from chainrule import calculus
from chainrule.calculus import Backpropagation
from chainrule.digits import short
from chainrule.errors import ProblemError
from chainrule.expression.tree import Equation, Expression, Symbol
from chainrule.page.equations import display, inline, prose, steps
from chainrule.page.figures import picture
from chainrule.page.proof import badge
from chainrule.plot import network_size, plot_network, plot_plane
from chainrule.plot.network import MOST_LABELS, MOST_NODES, describe, number
from chainrule.plot.regions import known_weights
from chainrule.problem import Problem
from chainrule.problem.network import Layer
from chainrule.prove.boundary import boundary_kind
from chainrule.prove.explain.headline import is_flat
from chainrule.prove.result import Answer
from chainrule.shown import plain

MOST_ROWS = 10
MOST_DRAWN = 800  # points: each costs a hundred bytes of the page
MOST_UNITS = 12  # whose equations are written out
MOST_DERIVATIVES = 3
MOST_NAMED = 10  # weights in a sentence

ACTIVATIONS = {
    "sigmoid": "the sigmoid σ squeezes it between 0 and 1",
    "tanh": "tanh squeezes it between −1 and 1",
    "relu": "relu keeps it where it is positive and is 0 elsewhere",
    "softplus": "softplus, ln(1 + e^z), is a smooth relu",
    "identity": "it is passed on as it is",
    "softmax": "softmax shares 1 among the units of the layer",
}
_MAE = (
    "the difference of the output and the label without its sign. It is continuous, but where it is 0, its best value, it "
    "has a kink and no derivative"
)
_ENTROPY = "the cross-entropy, minus the logarithm of the share that the output gives to the right"
LOSSES = {  # of one output, and of several
    "mse": (
        "the squared difference of the output and the label",
        "the sum of the squared differences of outputs and targets",
    ),
    "mae": (
        _MAE,
        "the sum of the differences of outputs and targets without their signs. Each has a kink where it is 0",
    ),
    "cross-entropy": (f"{_ENTROPY} label", f"{_ENTROPY} class"),
}


def problem_section(answer: Answer) -> str:
    problem = answer.network_problem
    fixed = ", ".join(f"{inline(name)} = {_number(value)}" for name, value in problem.fixed.items())
    held = f"The weights {fixed} are fixed; " if len(problem.fixed) > 1 else f"{fixed} is fixed; " if fixed else ""
    if len(problem.fixed) > MOST_NAMED:
        held = f"Of the {len(problem.network.weight_names)} weights {len(problem.fixed)} are fixed, as drawn below; "
    free = ", ".join(map(inline, problem.free[:MOST_NAMED]))
    free += f" and {len(problem.free) - MOST_NAMED} more" if len(problem.free) > MOST_NAMED else ""
    verb = "is" if len(problem.free) == 1 else "are"
    is_neuron, border = problem.network.is_neuron, boundary_kind(len(problem.network.inputs))
    labels = f": label 1 means above the {border}, label 0 below" if is_neuron and not problem.data.classes else ""
    if len(problem.data.classes or ()) > 2:
        labels = f" of {len(problem.data.classes or ())} classes"
    asked = f"Which {border} tells the two kinds of points apart best?" if is_neuron else "Where is the loss lowest?"
    words = f"<p>{_counted(len(problem.data))}{labels}. {held}{free} {verb} free. {asked}</p>{_classes(problem)}"
    svg = picture(
        "plane", "The labelled points", _plane_words(answer),
        lambda ax, palette: plot_plane(answer, ax, palette, MOST_DRAWN), (4.2, 4.0 if len(problem.network.inputs) > 1 else 2.4),
    )  # fmt: skip
    return f"{words}<figure>{svg}<figcaption>{_plane_caption(answer)}</figcaption></figure>{_points(problem)}"


def _counted(count: int) -> str:
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")
    return f"{words[count] if count < len(words) else f'{count:,}'} labelled point{'s' * (count != 1)}"


def _classes(problem: Problem) -> str:
    """What the numbers of the labels stand for, where they were words."""
    classes = problem.data.classes or ()
    if not classes or all(name == str(number) for number, name in enumerate(classes)):
        return ""
    told = [f"{number} for <b>{escape(plain(name))}</b>" for number, name in enumerate(classes)]
    return f"<p>Label {', '.join(told[:-1])} and {'label ' * (len(told) == 2)}{told[-1]}.</p>".replace(
        "Label 0 for", "Label 0 stands for"
    )


def _plane_words(answer: Answer) -> str:
    return f"{len(answer.network_problem.data)} points; boundary of the answer: {answer.boundary or 'none'}."


def _plane_caption(answer: Answer) -> str:
    problem, count = answer.network_problem, len(answer.network_problem.data)
    inputs, is_line = problem.network.inputs, problem.network.is_neuron
    cut = f" the {boundary_kind(len(inputs))} is cut at the mean of the others." if is_line else ""
    rest = f" Of the {len(inputs)} inputs the first two are drawn{';' if cut else '.'}{cut}" if len(inputs) > 2 else ""
    rest += f" Of {count:,} points {MOST_DRAWN} are drawn." if count > MOST_DRAWN else ""
    if not is_line:
        return f"The points{_regions(answer)}.{rest}"
    if answer.minimum.kind == "attained" and not is_flat(answer):
        return f"The points, and the {boundary_kind(len(inputs))} of the minimum: on it the output is one half; the sides are shaded.{rest}"
    if answer.minimum.kind == "not-attained":
        return f"The points. There is no best {boundary_kind(len(inputs))}; the dashed line is what they tend to.{rest}"
    return f"The points.{rest}"


def _regions(answer: Answer) -> str:
    """What the shading behind the points of a network says."""
    if known_weights(answer) is None or len(answer.network_problem.network.inputs) != 2:
        return ""
    where = value_words(answer)
    what = (
        "where the output is above one half"
        if answer.network_problem.network.outputs == 1
        else "by the class of the largest output"
    )
    return f", and what the network answers {where}, shaded {what} (computed)"


def _points(problem: Problem) -> str:
    count = len(problem.data)
    shown = count if count <= MOST_ROWS else MOST_ROWS - 2
    rows = [
        [str(row + 1), *map(_number, [*problem.data.point(row)[0], problem.data.label[row]])] for row in range(shown)
    ]
    more = f"<p>… and {count - shown:,} more.</p>" if count > shown else ""
    return table(["point", *map(escape, problem.network.inputs), "label"], rows) + more


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table of numbers that scrolls by itself where it is wider than the page; cells are markup."""
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>' for row in rows
    )
    return (
        f'<div class="cr-scroll" tabindex="0"><table class="cr-numbers"><thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _number(value: Fraction) -> str:
    return escape(short(Fraction(value), 10))


def network_section(answer: Answer) -> str:
    problem = answer.network_problem
    network = problem.network
    values = shown_values(answer)
    if network.is_sigmoid_neuron:
        words = "The neuron multiplies each input by its weight, adds the bias, and squeezes the sum between 0 and 1 with the sigmoid σ."
    else:
        words = _layers(problem)
    verb = "is" if len(problem.free) == 1 else "are"
    caption = f"The network, each weight on its edge. The free weight{'s' * (len(problem.free) > 1)} {verb} drawn thick"
    caption += (
        f"; {'its value is that' if len(values) == 1 else 'their values are those'} {value_words(answer)}"
        if values
        else ""
    )
    shown = calculus.unit_equations(problem)
    more = f"<p>… and {len(shown) - MOST_UNITS:,} more units of this form.</p>" if len(shown) > MOST_UNITS else ""
    how = "As an equation" if len(shown) == 1 else "Unit by unit"
    spelled = ", with the sigmoid spelled out" if any(layer.activation == "sigmoid" for layer in network.layers) else ""
    names = ""
    if not network.is_neuron:
        last = network.weight_name(0, 0, 0)
        names = (
            f"<p>A weight such as {inline(last)}, in files and pictures <code>{escape(last)}</code>, leads into layer 1, unit 0, "
            f"from {inline(network.inputs[0])}; units count from 0.</p>"
        )
    return (
        f"<p>{words}</p>{names}{network_figure(problem, None, values, f'{caption}.')}"
        f"<p>{how}{spelled}:</p>{''.join(map(display, shown[:MOST_UNITS]))}{more}{_weights_in(problem)}"
    )


def _weights_in(problem: Problem) -> str:
    """The units that have fixed weights, with those put in; the names of the inputs stay."""
    put: list[Equation] = []
    for step in calculus.network_steps(problem):
        put.append(Equation(put[-1].left if step.rule == "put the weights in" else step.before, step.after))
    known = set(calculus.unit_equations(problem))
    shown = [equation for equation in put if equation not in known]
    if not shown:
        return ""
    more = f"<p>… and {len(shown) - MOST_UNITS:,} more units of this form.</p>" if len(shown) > MOST_UNITS else ""
    return f"<p>With the fixed weights put in:</p>{''.join(map(display, shown[:MOST_UNITS]))}{more}"


def _layers(problem: Problem) -> str:
    """How a unit of each layer comes to its output."""
    layers = problem.network.layers
    biased = [layer.bias for layer in layers]
    bias = "adds its bias, " if all(biased) else "adds its bias where it has one, " if any(biased) else ""
    told = []
    for k, layer in enumerate(layers, 1):
        kind = "the unit" if layer.units == 1 else f"the {layer.units} units"
        where = "" if len(layers) == 1 else f" of layer {k}"
        told.append(f"in {kind}{where} {ACTIVATIONS[layer.activation]}")
    return f"Each unit multiplies what it takes by its weights, {bias}and applies its activation: {'; '.join(told)}."


def network_figure(problem: Problem, numbers: Backpropagation | None, values: dict[str, float], caption: str) -> str:
    """The drawing, as wide as its text needs; on a narrow screen it scrolls by itself."""
    size = network_size(problem, numbers, values)
    key, title = ("network", "The network") if numbers is None else ("backprop", "Backpropagation")
    svg = picture(
        key, title, describe(problem), lambda ax, palette: plot_network(problem, numbers, values, ax, palette), size
    )
    # As large as the column allows, up to the size of the text around it; on a phone never too small to read.
    least = round(size[0] * 96)
    wide = round(least * min(max(640 / least, 1.0), 1.4))
    most = max(layer.units * below for below, layer in _widths(problem))
    hidden = any(count > MOST_NODES for pair in _widths(problem) for count in (pair[0], pair[1].units))
    if hidden or most > MOST_LABELS:
        caption += " Not all of its edges are named." if not hidden else " Not all of its units are drawn."
    svg = svg.replace(
        'class="cr-picture"', f'class="cr-picture cr-network" style="width:{wide}px;min-width:{least}px"', 1
    )
    return f'<figure><div class="cr-scroll" tabindex="0">{svg}</div><figcaption>{caption}</figcaption></figure>'


def _widths(problem: Problem) -> list[tuple[int, Layer]]:
    return [(problem.network.width_below(k), layer) for k, layer in enumerate(problem.network.layers)]


def shown_values(answer: Answer) -> dict[str, float]:
    """The free weights' values that the pictures show: at the minimum, or at the best point met; empty where there are none."""
    known = known_weights(answer)
    return {} if known is None or is_flat(answer) else {name: known[name] for name in answer.network_problem.free}


def value_words(answer: Answer) -> str:
    """Where the shown values are taken."""
    at = answer.minimum.at
    known = answer.minimum.kind == "attained" and at is not None and not any(i.is_wide for i in at.values())
    return "at the minimum" if known else "at the best point met"


def loss_section(answer: Answer) -> str:
    problem, count = answer.network_problem, len(answer.network_problem.data)
    words = f"<p>The loss of a point is {LOSSES[problem.loss][problem.network.outputs > 1]}. "
    words += "For the first point:</p>" if count > 1 else "For the one point:</p>"
    return words + (_plain_loss(problem) if problem.network.is_neuron else _loss_by_units(problem))


def _whole(problem: Problem) -> str:
    """What the loss of the whole is, in words."""
    told = calculus.whole_words(problem)
    if problem.penalty:
        told = told.replace("the penalty", f"the penalty {_number(problem.penalty)} · Σ w² over all weights but biases")
    return f"<p>The loss of the whole is {told}:</p>"


def _plain_loss(problem: Problem) -> str:
    """Of one neuron: the formula, numbers put in; each point's equation; and the mean."""
    count = len(problem.data)
    parts = [steps(calculus.point_loss_steps(problem, 0))]
    shown = count if count <= MOST_ROWS else 3
    if count > 1:
        others = "".join(display(calculus.point_loss_equation(problem, row)) for row in range(1, shown))
        left = f"<p>… and {count - shown:,} more.</p>" if count > shown else ""
        parts += [f"<p>In the same way, for the other{'s' * (count > 2)}:</p>{others}{left}"]
    if not calculus.is_one_point(problem):
        parts += [_whole(problem), display(calculus.loss_equation(problem))]
    return "".join(parts)


def _loss_by_units(problem: Problem) -> str:
    """Of several units: one after the other in steps, its numbers put in, and the loss of what comes out."""
    chain, count = calculus.unit_steps(problem, 0), len(calculus.unit_equations(problem))
    if count > MOST_UNITS:
        starts = [k for k, step in enumerate(chain) if isinstance(step.before, Symbol)]
        hidden = f"<p>… and {count - MOST_UNITS} more units of this form.</p>"
        told = steps(chain[: starts[MOST_UNITS]]) + hidden + steps(chain[starts[-1] :])
    else:
        told = steps(chain)
    if not calculus.is_one_point(problem):
        told += _whole(problem) + display(calculus.mean_equation(problem))
    return told


def derivative_section(answer: Answer) -> str:
    problem = answer.network_problem
    names = problem.free if len(problem.free) <= MOST_DERIVATIVES else problem.free[:1]
    row = 0 if calculus.is_one_point(problem) else None
    parts, seen = [], set[tuple[Expression, Expression]]()
    for name in names:
        # What was named or worked out for one weight is not said again for the next.
        fresh = [
            step for step in calculus.derivative_steps(problem, name, row) if (step.before, step.after) not in seen
        ]
        seen |= {(step.before, step.after) for step in fresh}
        parts.append(f"<p>How the loss changes with {inline(name)}, by the chain rule, from the outside in:</p>")
        parts.append(steps(fresh))
    left = len(problem.free) - len(names)
    if left:
        parts.append(
            f"<p>In the same way for the other {left}; <code>chainrule derive problem.toml --weight "
            f"'{escape(problem.free[1])}'</code> writes one out.</p>"
        )
    return "".join(parts)


def backprop_section(answer: Answer) -> str:
    """One point's numbers on the network and as a table."""
    problem, values = answer.network_problem, shown_values(answer)
    given = values or dict.fromkeys(problem.free, 1.0)
    row = _worst_row(problem, given)
    try:
        found = calculus.backpropagate(problem, row, given)
    except ProblemError as refusal:
        return f"<p>{prose(str(refusal))}.</p>"
    where = (
        f"with the free weights {value_words(answer)}"
        if values
        else "with each free weight set to 1, as there is no minimum to take"
    )
    words = (
        f"<p>For point {row + 1}, {where}: forward, each unit turns its z into a; back, each gets the message ∂L/∂a from those that "
        f"take it and passes on ∂L/∂z = ∂L/∂a · a′. All numbers here are {badge('computed')}.</p>"
    )
    figure = network_figure(
        problem, found, given,
        f"Point {row + 1}, loss {number(found.loss)}: forward values above each unit, messages back below it.",
    )  # fmt: skip
    rows = [
        [
            inline(problem.network.part_name("a", u.layer, u.unit)),
            *map(number, (u.z, u.a, u.slope, u.arriving, u.message)),
        ]
        for u in found.units
    ]
    units = table(["unit", "z", "a", "a′", "∂L/∂a", "∂L/∂z"], rows)
    gradient = [
        [inline(name), "free" if name in problem.free else "fixed", number(g)] for name, g in found.gradient.items()
    ]
    many = len(gradient) > 4 * MOST_UNITS
    if many:
        gradient = [row for row in gradient if row[1] == "free"][: 4 * MOST_UNITS]
    told = "<p>From the messages, the derivative by each weight: ∂L/∂z of its unit times what the edge carries.</p>"
    return words + figure + units + told + table(["weight", "", "∂L/∂weight"], gradient)


def _worst_row(problem: Problem, values: dict[str, float]) -> int:
    """The point that costs most among the first ones: it has the most to say on the way back."""
    costs = []
    for row in range(min(len(problem.data), MOST_ROWS)):
        try:
            costs.append((-calculus.backpropagate(problem, row, values).loss, row))
        except ProblemError:
            continue
    return min(costs)[1] if costs else 0
