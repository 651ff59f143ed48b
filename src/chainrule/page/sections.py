"""The sections of the article, each a function of the answer that returns markup; whatever a user wrote is escaped."""

from __future__ import annotations

from fractions import Fraction
from html import escape

from chainrule import calculus
from chainrule.digits import exponent_of, short
from chainrule.exact import round_outward
from chainrule.page import calculator
from chainrule.page.drawing import draw_network
from chainrule.page.equations import boundary, display, ended, inline, prose, steps
from chainrule.page.figures import picture
from chainrule.page.proof import badge, proof_details, trust_list, why_text
from chainrule.plot import headline, plot_loss, plot_plane
from chainrule.plot.words import is_flat
from chainrule.problem import Problem, problem_to_toml
from chainrule.prove.result import Answer, Interval

MOST_ROWS = 10
LONGEST_FILE = 20_000  # characters
MOST_CELLS = 5_000  # beyond these a problem file is longer than that, and is not even written
MOST_DRAWN = 800  # points: each costs a hundred bytes of the page


def section(number: int, title: str, body: str) -> str:
    return f'<section><h2><span class="cr-count">{number}</span> {title}</h2>{body}</section>'


def opening(answer: Answer) -> str:
    """Title, and the answer in one sentence with its trust."""
    title = answer.problem.title or "Where is the loss lowest?"
    return (
        f'<header><p class="cr-kicker">A small network and its loss</p><h1>{escape(title)}</h1>'
        f'<p class="cr-lead">{prose(ended(headline(answer)))} {badge(answer.minimum.trust)}</p></header>'
    )


def problem_section(answer: Answer) -> str:
    problem = answer.problem
    count = len(problem.data)
    fixed = ", ".join(f"{inline(name)} = {_number(value)}" for name, value in problem.fixed.items())
    free = ", ".join(map(inline, problem.free))
    verb = "is" if len(problem.free) == 1 else "are"
    words = (
        f"<p>{_counted(count)}: label 1 means above the line, "
        f"label 0 below. {f'The weights {fixed} are fixed; ' if len(problem.fixed) > 1 else f'{fixed} is fixed; ' if fixed else ''}"
        f"{free} {verb} free. Which line tells the two kinds of points apart best?</p>"
    )
    if problem.data.classes:
        below, above = map(escape, problem.data.classes)
        words += f"<p>Label 0 stands for <b>{below}</b> and label 1 for <b>{above}</b>.</p>"
    svg = picture(
        "plane", "The labelled points", _plane_words(answer),
        lambda ax, palette: plot_plane(answer, ax, palette, MOST_DRAWN), (4.2, 4.0 if len(problem.network.inputs) > 1 else 2.4),
    )  # fmt: skip
    return f"{words}<figure>{svg}<figcaption>{_plane_caption(answer)}</figcaption></figure>{_points(problem)}"


def _counted(count: int) -> str:
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")
    return f"{words[count] if count < len(words) else f'{count:,}'} labelled point{'s' * (count != 1)}"


def _plane_words(answer: Answer) -> str:
    return f"{len(answer.problem.data)} points; boundary of the answer: {answer.boundary or 'none'}."


def _plane_caption(answer: Answer) -> str:
    inputs = answer.problem.network.inputs
    many = f" Of the {len(inputs)} inputs the first two are drawn; the line is cut at the mean of the others."
    count = len(answer.problem.data)
    rest = (many if len(inputs) > 2 else "") + (
        f" Of {count:,} points {MOST_DRAWN} are drawn." if count > MOST_DRAWN else ""
    )
    if answer.minimum.kind == "attained" and not is_flat(answer):
        return f"The points, and the line of the minimum: on it the output is one half; the sides are shaded.{rest}"
    if answer.minimum.kind == "not-attained":
        return f"The points. There is no best line; the dashed one is what the lines tend to.{rest}"
    return f"The points.{rest}"


def _points(problem: Problem) -> str:
    count = len(problem.data)
    shown = count if count <= MOST_ROWS else MOST_ROWS - 2
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in ("point", *problem.network.inputs, "label"))
    rows = []
    for row in range(shown):
        inputs, label = problem.data.point(row)
        cells = "".join(f"<td>{_number(value)}</td>" for value in (*inputs, label))
        rows.append(f'<tr><th scope="row">{row + 1}</th>{cells}</tr>')
    more = f"<p>… and {count - shown:,} more.</p>" if count > shown else ""
    return (
        f'<div class="cr-scroll" tabindex="0"><table class="cr-numbers"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>{more}"
    )


def _number(value: Fraction) -> str:
    return escape(short(value, 10))


def network_section(answer: Answer) -> str:
    problem = answer.problem
    return (
        "<p>The neuron multiplies each input by its weight, adds the bias, and squeezes the sum between 0 and 1 "
        "with the sigmoid σ.</p>"
        f"<figure>{draw_network(problem)}<figcaption>The network. The free weight{'s are' * (len(problem.free) > 1)}"
        f"{' is' * (len(problem.free) == 1)} drawn thick.</figcaption></figure>"
        f"<p>As an equation, with the sigmoid spelled out:</p>{display(calculus.network_equation(problem))}"
    )


def loss_section(answer: Answer) -> str:
    problem = answer.problem
    count = len(problem.data)
    parts = [
        (
            "<p>The loss of a point is the squared difference of the output and the label. "
            f"{'For the first point:' if count > 1 else 'For the one point:'}</p>"
        ),
        steps(calculus.point_loss_steps(problem, 0)),
    ]
    shown = count if count <= MOST_ROWS else 3
    if count > 1:
        others = "".join(display(calculus.point_loss_equation(problem, row)) for row in range(1, shown))
        left = f"<p>… and {count - shown:,} more.</p>" if count > shown else ""
        parts += [f"<p>In the same way, for the other{'s' * (count > 2)}:</p>{others}{left}"]
        parts += [f"<p>The loss of the whole is the mean over the {count:,} points:</p>"]
        parts += [display(calculus.loss_equation(problem))]
    return "".join(parts)


def derivative_section(answer: Answer) -> str:
    problem = answer.problem
    parts = []
    for name in problem.free:
        row = 0 if len(problem.data) == 1 else None
        parts.append(f"<p>How the loss changes with {inline(name)}, by the chain rule, from the outside in:</p>")
        parts.append(steps(calculus.derivative_steps(problem, name, row)))
    return "".join(parts)


def curve_section(answer: Answer) -> str:
    """The curve, for one free weight."""
    name = answer.problem.free[0]
    svg = picture(
        "loss",
        f"The loss over {name}",
        headline(answer),
        lambda ax, palette: plot_loss(answer, ax, palette),
        (4.4, 3.5),
    )
    return (
        f"<figure>{svg}<figcaption>The loss over {inline(name)}; dashed lines are its limits. The curve is computed; "
        f"the marked figures are {escape(answer.minimum.trust)}.</figcaption></figure>"
    )


def verdict_section(answer: Answer) -> str:
    minimum = answer.minimum
    parts = [
        (
            f'<div class="cr-verdict cr-{escape(minimum.kind)}" role="note"><p class="cr-answer">{prose(ended(headline(answer, 12)))} '
            f"{badge(minimum.trust)}</p>{why_text(answer)}</div>"
        )
    ]
    listed = minimum.kind == "attained" and any(point.kind == "minimum" for point in answer.stationary)
    rows = [] if listed else [_row("lowest value" if is_flat(answer) else "infimum", "loss", minimum.value)]
    for point in answer.stationary:
        rows += [_row(point.kind, inline(name), interval) for name, interval in point.at.items()]
        rows.append(_row("", "loss", point.value))
    if answer.limits and not answer.stationary and not is_flat(answer):
        rows.append('<tr><td>stationary points</td><td colspan="3">none on the whole line</td></tr>')
    for name, limits in answer.limits.items():
        for side, limit in zip(("−∞", "+∞"), limits, strict=True):
            rows.append(_row(f"limit, {inline(name)} → {side}", "loss", limit))
    parts.append(
        f"<p>All figures below are {badge(minimum.trust)}: only digits on which both ends of the enclosing interval agree are shown."
        '</p><div class="cr-scroll" tabindex="0"><table class="cr-flow"><thead><tr><th scope="col">what</th><th scope="col">of</th>'
        '<th scope="col">value</th><th scope="col">lies in</th></tr></thead><tbody>'
        + "".join(rows)
        + "</tbody></table></div>"
    )
    if answer.boundary is not None:
        parts.append(
            f"<p>The decision boundary at the minimum {badge('computed')}:</p>"
            f"{boundary(answer.boundary, answer.problem.network.inputs)}"
        )
    return "".join(parts)


def _ends(interval: Interval) -> list[str]:
    """Both ends as decimals; long ones rounded outward to 24 digits, which encloses as well."""
    texts = interval.to_json()
    if any("/" in text or len(text) > 40 for text in texts):
        size = max(abs(Fraction(interval.lower)), abs(Fraction(interval.upper)))
        return list(round_outward(Fraction(interval.lower), Fraction(interval.upper), max(23 - exponent_of(size), 0)))
    return texts


def _row(what: str, of: str, interval: Interval) -> str:
    lower, upper = (escape(text.replace("-", "−")) for text in _ends(interval))
    lies = f"exactly {lower}" if lower == upper else f"[{lower},<wbr> {upper}]"
    value = escape(interval.text())
    return f'<tr><td class="cr-num">{what}</td><td>{of}</td><td class="cr-num">{value}</td><td class="cr-ends">{lies}</td></tr>'


def trust_section(answer: Answer) -> str:
    return f"<p>Every figure here is one of three kinds:</p>{trust_list()}{proof_details(answer)}"


def take_section(answer: Answer) -> str:
    """The problem file to copy, and the same question for a web calculator."""
    problem = answer.problem
    is_long = len(problem.data) * len(problem.network.inputs) > MOST_CELLS
    text = "" if is_long else problem_to_toml(problem)
    parts = []
    if not is_long and len(text) <= LONGEST_FILE:
        parts.append(
            "<p>Save this as <code>problem.toml</code>; <code>chainrule explain problem.toml</code> makes this page again.</p>"
            f'<pre class="cr-code" tabindex="0"><code>{escape(text)}</code></pre>'
        )
    else:
        parts.append(f"<p>The problem file, with its {len(problem.data):,} points, is too long for this page.</p>")
    question, address = calculator.question(problem), calculator.link(problem)
    if question is not None and address is not None:
        parts.append(
            f"<p>Ask a web calculator the same question, with <i>x</i> for {inline(problem.free[0])}: "
            f'<a href="{escape(address)}" rel="noopener noreferrer">minimize at Wolfram|Alpha</a>. The link leaves this page; '
            "nothing is sent before you follow it. To paste elsewhere:</p>"
            f'<pre class="cr-code cr-wrap" tabindex="0"><code>{escape(question)}</code></pre>'
        )
    else:
        parts.append(
            "<p>A link that asks a web calculator the same question is left out: the question is too long for one.</p>"
        )
    return "".join(parts)
