"""The sections that every answer has: what it says, and what stands behind it; whatever a user wrote is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from html import escape

from chainrule.digits import exponent_of
from chainrule.exact import round_outward
from chainrule.expression import mathml
from chainrule.page.equations import boundary, ended, inline, prose
from chainrule.page.pictures import is_finite
from chainrule.page.proof import badge, proof_details, trust_list, why_text
from chainrule.page.typed import stated_in
from chainrule.plot import headline
from chainrule.problem import Problem
from chainrule.prove.explain.headline import LEFT_OPEN, is_flat, is_left_open
from chainrule.prove.explain.places import kind_of, listed
from chainrule.prove.result import Answer, Interval
from chainrule.shown import plain

LONGEST_TITLE = 24  # characters of an equation in a title


def section(number: int, title: str, body: str) -> str:
    return f'<section id="cr-part-{number}"><h2><span class="cr-count">{number}</span> {title}</h2>{body}</section>'


def contents(titles: Sequence[str]) -> str:
    """The list of the sections, each a link to it."""
    items = "".join(f'<li><a href="#cr-part-{number}">{title}</a></li>' for number, title in enumerate(titles, 1))
    return f'<nav aria-label="Contents"><ol class="cr-contents">{items}</ol></nav>'


def heading(answer: Answer) -> str:
    """The title of the page: the problem's own, or what is asked."""
    problem = answer.problem
    shown = "the loss" if isinstance(problem, Problem) else str(stated_in(answer).shown)
    return plain(problem.title) or f"Where is {shown if len(shown) <= LONGEST_TITLE else 'it'} lowest?"


def opening(answer: Answer) -> str:
    """Title, and the answer in one sentence with its trust."""
    is_typed = not isinstance(answer.problem, Problem)
    shown = escape(heading(answer))
    if is_typed and str(stated_in(answer).shown) in heading(answer):
        shown = f"Where is {mathml(stated_in(answer).shown)} lowest?"
    kicker = "An equation and its minimum" if is_typed else "A small network and its loss"
    return (
        f'<header><p class="cr-kicker">{kicker}</p><h1>{shown}</h1>'
        f'<p class="cr-lead">{prose(ended(headline(answer)))} {badge(answer.minimum.trust_text)}</p></header>'
    )


def verdict_section(answer: Answer) -> str:
    minimum = answer.minimum
    parts = [
        (
            f'<div class="cr-verdict cr-{escape(minimum.kind)}" role="note"><p class="cr-answer">{prose(ended(headline(answer, 12)))} '
            f"{badge(minimum.trust_text)}</p>{why_text(answer)}</div>"
        )
    ]
    is_listed = minimum.kind == "attained" and any(point.kind in ("minimum", "plateau") for point in answer.stationary)
    what = "loss" if isinstance(answer.problem, Problem) else "value"
    lowest = "lowest value" if is_flat(answer) or minimum.kind == "attained" else "infimum"
    rows = [] if is_listed else [_row(lowest, what, minimum.value)]
    if not is_listed and minimum.at is not None and not is_flat(answer):
        rows += [
            _left_open(name) if is_left_open(minimum, name) else _row("at", inline(name), interval)
            for name, interval in minimum.at.items()
        ]
    points, more = listed(answer.stationary)
    for point in points:
        rows += [_row(kind_of(point), inline(name), interval) for name, interval in point.at.items()]
        rows.append(_row("", what, point.value))
    if more:
        rows.append(f'<tr><td></td><td colspan="3">{escape(more)}</td></tr>')
    if answer.limits and not answer.stationary and not is_flat(answer):
        rows.append('<tr><td>stationary points</td><td colspan="3">none on the whole line</td></tr>')
    for name, limits in answer.limits.items():
        for side, limit in zip(("−∞", "+∞"), limits, strict=True):
            rows.append(_row(f"limit, {inline(name)} → {side}", what, limit))
    if minimum.domain is not None:
        box = ", ".join(f"{inline(name)} {interval.text()}" for name, interval in list(minimum.domain.items())[:6])
        rest = ", …" if len(minimum.domain) > 6 else ""
        parts.append(f"<p>All of this is about {box}{rest}, not about what lies outside.</p>")
    parts.append(
        f"<p>All figures below are {badge(minimum.trust_text)}: only digits on which both ends of the enclosing interval agree are shown."
        '</p><div class="cr-scroll" tabindex="0"><table class="cr-flow"><thead><tr><th scope="col">what</th><th scope="col">of</th>'
        '<th scope="col">value</th><th scope="col">lies in</th></tr></thead><tbody>'
        + "".join(rows)
        + "</tbody></table></div>"
    )
    if answer.boundary is not None:
        parts.append(
            f"<p>The decision boundary at the {'minimum' if minimum.kind == 'attained' else 'best point found'} {badge('computed')}:</p>"
            f"{boundary(answer.boundary, answer.network_problem.network.inputs)}"
        )
    return "".join(parts)


def _ends(interval: Interval) -> list[str]:
    """Both ends as decimals; long ones rounded outward to 24 digits, which encloses as well."""
    texts = [text.replace("inf", "∞") for text in interval.to_json()]
    if is_finite(interval) and any("/" in text or len(text) > 40 for text in texts):
        size = max(abs(Fraction(interval.lower)), abs(Fraction(interval.upper)))
        return list(round_outward(Fraction(interval.lower), Fraction(interval.upper), max(23 - exponent_of(size), 0)))
    return texts


def _left_open(name: str) -> str:
    return f'<tr><td class="cr-num">at</td><td>{inline(name)}</td><td class="cr-num">{LEFT_OPEN}</td><td class="cr-ends"></td></tr>'


def _row(what: str, of: str, interval: Interval) -> str:
    lower, upper = (escape(text.replace("-", "−")) for text in _ends(interval))
    lies = f"exactly {lower}" if lower == upper else f"[{lower},<wbr> {upper}]"
    if lower == upper and not is_finite(interval):
        lies = "grows without bound" if interval.lower > 0 else "falls without bound"
    value = escape(interval.text())
    return f'<tr><td class="cr-num">{what}</td><td>{of}</td><td class="cr-num">{value}</td><td class="cr-ends">{lies}</td></tr>'


def trust_section(answer: Answer) -> str:
    return f"<p>Every figure here is one of three kinds:</p>{trust_list()}{proof_details(answer)}"
