"""The section of the curve, the contours and each weight's own curve."""

from __future__ import annotations

from html import escape

from chainrule.digits import is_infinite
from chainrule.errors import ProblemError
from chainrule.page.equations import inline, prose
from chainrule.page.figures import picture
from chainrule.plot import headline, plot_loss, plot_slice, plot_surface
from chainrule.plot.slices import through
from chainrule.problem import Problem
from chainrule.prove.result import Answer, Interval

MOST_SLICES = 9


def curve_section(answer: Answer) -> str:
    """One free weight: the curve. Two: contours and each one's curve through the best point. More: these curves alone.

    Where nothing can be drawn, why.
    """
    try:
        return _curves(answer)
    except ProblemError as error:
        return f"<p>No curve is drawn: {prose(str(error))}.</p>"


def _curves(answer: Answer) -> str:
    free, is_loss = answer.problem.free, isinstance(answer.problem, Problem)
    what, title = ("loss", "The loss over") if is_loss else ("value", "The value over")
    trust = escape(answer.minimum.trust)
    if len(free) == 1:
        (name,) = free
        svg = picture(
            "loss", f"{title} {name}", headline(answer), lambda ax, palette: plot_loss(answer, ax, palette), (4.4, 3.5)
        )
        dashed = "; dashed lines are its limits" if any(map(is_finite, answer.limits.get(name, ()))) else ""
        return _figure(
            svg, f"The {what} over {inline(name)}{dashed}. The curve is computed; the marked figures are {trust}."
        )
    shown = ""
    if len(free) == 2:
        pair = " and ".join(map(inline, free))
        svg = picture(
            "surface", f"{title} {' and '.join(free)}", headline(answer),
            lambda ax, palette: plot_surface(answer, ax=ax, palette=palette), (4.4, 3.9),
        )  # fmt: skip
        boxes = " Each box is closed by the reason of its colour." if "tree" in answer.proof else ""
        shown = _figure(
            svg, f"The {what} over {pair}: contours, computed, and the place of the answer, {trust}.{boxes}"
        )
    if len(free) > MOST_SLICES:
        return f"{shown}<p>{len(free)} weights are free; <code>chainrule plot --kind slices</code> draws each one's curve.</p>"
    slices = "".join(f"<figure>{_slice(answer, number, name)}</figure>" for number, name in enumerate(free))
    words = f"Each {'free weight' if is_loss else 'variable'}'s own curve, the others staying: {through(answer)}."
    return f'{shown}<div class="cr-pair cr-slices">{slices}</div><p class="cr-legend">{prose(words)}</p>'


def _slice(answer: Answer, number: int, name: str) -> str:
    return picture(
        f"slice{number}", f"Along {name}", f"The curve along {name}",
        lambda ax, palette: plot_slice(answer, name, ax, palette), (2.9, 2.3),
    )  # fmt: skip


def _figure(svg: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption>{caption}</figcaption></figure>"


def is_finite(interval: Interval) -> bool:
    return not is_infinite(interval.lower) and not is_infinite(interval.upper)
