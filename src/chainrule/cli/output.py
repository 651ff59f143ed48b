"""What several commands print: the problem, the verdict, the curve, the machine form."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule.cli.bar import progress_bar
from chainrule.cli.curve import Mark, draw_curve
from chainrule.cli.terminal import Sheet
from chainrule.digits import short
from chainrule.exact import number_text
from chainrule.expression import print_expression
from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem
from chainrule.prove.explain.headline import LEFT_OPEN, is_left_open, title
from chainrule.prove.explain.places import heading, kind_of, listed
from chainrule.prove.result import Answer, Interval
from chainrule.shown import plain

SHOWN_ROWS = 8
SHOWN_SLICES = 3
SHARP = 17  # significant digits of the figures of one weight: a row of them fits 80 columns


def to_json(form: Any) -> str:
    return json.dumps(form, indent=2, ensure_ascii=False) + "\n"


def signed(text: str) -> str:
    """With the sign that mathematics writes."""
    return text.replace("-", "−")


def weights_text(problem: Problem) -> str:
    """``w_x free;  w_y = 1,  bias = −1 fixed``."""
    free = f"{', '.join(problem.free)} free" if problem.free else ""
    fixed = ", ".join(f"{name} = {signed(number_text(value))}" for name, value in problem.fixed.items())
    return "; ".join(part for part in (free, f"{fixed} fixed" if fixed else "") if part)


def add_problem(sheet: Sheet, problem: Problem) -> None:
    """The points, the weights, and what text labels were mapped to."""
    count = len(problem.data)
    sheet.heading("Problem", f"{count:,} point{'s' * (count != 1)}; {weights_text(problem)}")
    case = problem.data.case_weights
    rows = [
        [cut(signed(number_text(x))) for x in (*point[0], point[1], *([] if case is None else [case[row]]))]
        for row, point in enumerate(first_points(problem))
    ]
    sheet.table([*problem.network.inputs, "label", *([] if case is None else ["case weight"])], rows)
    if count > len(rows):
        sheet.paragraph(f"… and {count - len(rows):,} more", indent=4)
    if problem.data.classes:
        names = ", ".join(f"{name} is {number}" for number, name in enumerate(problem.data.classes))
        sheet.paragraph(f"labels: {names}", indent=4)
    if problem.penalty:
        sheet.paragraph(f"penalty: {number_text(problem.penalty)} · Σ w² over all weights but biases", indent=4)


def add_equation(sheet: Sheet, problem: TypedProblem) -> None:
    """The equation as it was read, a times sign wherever letters stood side by side."""
    from chainrule.calculus import formula_equation

    sheet.heading("Equation", f"{', '.join(problem.free)} free")
    sheet.equation(print_expression(formula_equation(problem.shown, problem.free)))


def cut(text: str, most: int = 24) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def first_points(problem: Problem, most: int = SHOWN_ROWS) -> list[tuple[Any, Any]]:
    """All points, or the first ones of many."""
    count = len(problem.data)
    return [problem.data.point(row) for row in range(count if count <= most else most - 2)]


def add_verdict(sheet: Sheet, answer: Answer) -> None:
    """The verdict, why it holds, every stationary point, the limits and the boundary, each with its trust."""
    minimum = answer.minimum
    sheet.heading(title(answer), minimum.trust_text)
    for sentence in (minimum.why, *(reason for reason in answer.reasons if reason != minimum.why)):
        sheet.paragraph(as_sentence(sentence))
    figures = _of_line(answer) if answer.limits else _of_space(answer)
    sheet.blank()
    add_pairs(sheet, figures, minimum.trust)
    if answer.limits and (more := listed(answer.stationary)[1]):
        sheet.paragraph(more, indent=4)
    if answer.stationary and not answer.limits:
        add_points(sheet, answer)
    if answer.boundary is not None:
        place = "minimum" if minimum.kind == "attained" else "best point found"
        sheet.heading(f"Decision boundary at the {place}", "computed")
        sheet.equation(signed(answer.boundary))


def _of_line(answer: Answer) -> list[tuple[str, str]]:
    """The stationary points and limits of one free weight."""
    what = what_of(answer.problem)
    figures = [
        (f"{kind_of(point)} at {places(point.at, SHARP)}", f"{what} {point.value.text(SHARP)}")
        for point in listed(answer.stationary)[0]
    ]
    if not answer.stationary:
        figures.append(("stationary points", "none on the whole line"))
    for name, limits in answer.limits.items():
        for side, limit in zip(("−∞", "+∞"), limits, strict=True):
            figures.append((f"{name} → {side}", f"{what} → {limit.text(SHARP)}"))
    return figures


def _of_space(answer: Answer) -> list[tuple[str, str]]:
    """The loss and the place of the minimum, or the direction towards the infimum, weight by weight."""
    minimum = answer.minimum
    figures = [(what_of(answer.problem) if minimum.kind == "attained" else "infimum", minimum.value.text())]
    if minimum.at is not None:
        figures += [(n, LEFT_OPEN if is_left_open(minimum, n) else i.text()) for n, i in minimum.at.items()]
    elif minimum.direction is not None:
        figures += [(name, f"moves by {short(value, 6)}") for name, value in minimum.direction.items() if value]
    return figures


def add_points(sheet: Sheet, answer: Answer) -> None:
    """The stationary points, a kind and a loss each, then the place."""
    sheet.heading(heading(answer), answer.minimum.trust_text)
    points, more = listed(answer.stationary)
    for point in points:
        sheet.paragraph(f"{kind_of(point)}, {point.value.named(what_of(answer.problem))}", indent=4)
        sheet.paragraph(spots(point.at), indent=6)
    if more:
        sheet.paragraph(more, indent=4)


def spots(at: Mapping[str, Interval]) -> str:
    return ", ".join(interval.named(name) for name, interval in at.items())


def add_pairs(sheet: Sheet, pairs: Sequence[tuple[str, str]], trust: str) -> None:
    """Two aligned columns and the trust behind each row; in a narrow terminal the second goes below the first."""
    width = max((len(left) for left, _ in pairs), default=0)
    note = f"  ({trust})"

    def told(right: str) -> str:
        return "" if right == LEFT_OPEN else note

    narrow = max((4 + width + 2 + len(right) + len(note) for _, right in pairs), default=0) > sheet.width
    for left, right in ((plain(left), plain(right)) for left, right in pairs):
        if narrow:
            sheet.paragraph(left, indent=4)
            sheet.paragraph(f"{right}{told(right)}", indent=6)
        else:
            sheet.lines.append(f"    {left:<{width}}  {right}{sheet.dim(told(right))}")


def as_sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")


def places(at: Any, limit: int = 12) -> str:
    return ", ".join(interval.named(name, limit) for name, interval in at.items())


def add_curve(sheet: Sheet, answer: Answer, rows: int = 14, heading: str = "Curve") -> None:
    """The loss over the free weight, its stationary points marked and its limits dashed."""
    # Late: minimize prints no curve, and pictures take a tenth of a second to load.
    from chainrule.plot.window import finite_middle, free_weight, heights, interesting_range, sample_curve

    name = free_weight(answer)
    left, right = interesting_range(answer)
    xs, ys = sample_curve(answer, left, right)
    signs = {"minimum": "●", "maximum": "○", "plateau": "▬"}
    low, high = heights(answer, xs, ys)
    marks, shown = [], []
    for point in answer.stationary:
        place, height = finite_middle(point.at[name]), finite_middle(point.value)
        if place is not None and height is not None and left <= place <= right and low <= height <= high:
            marks.append(Mark(place, height, signs.get(point.kind, "?")))
            shown.append(point)
    ends = tuple(map(finite_middle, answer.limits.get(name, ())))
    limits = (ends[0], ends[1]) if ends and any(end is not None for end in ends) else None
    ys = np.where(
        (ys < low) | (ys > high), np.nan, ys
    )  # what is out of range is left out: at the edge it would look flat
    sheet.heading(heading, "computed")
    lines = draw_curve(xs, ys, columns=sheet.width - 2, rows=rows, marks=marks, limits=limits, name=name)
    sheet.lines += [f"  {line}" for line in lines]
    kinds = [kind for kind in signs if any(point.kind == kind for point in shown)]
    legend = [f"{signs[kind]} {kind}" for kind in kinds] + ([_dashes(limits)] if limits else [])
    sheet.paragraph("   ".join(legend), indent=4)


def add_slices(sheet: Sheet, answer: Answer, rows: int = 6) -> None:
    """Of several free weights the first ones' own curves, all others where the minimum is, or as near as can be."""
    from chainrule.plot.several import place_of, thinned, window_of
    from chainrule.plot.slices import whereabouts
    from chainrule.plot.values import values_at, with_fixed

    names, place = answer.problem.free, place_of(answer)
    window, (problem, _) = window_of(answer, place), thinned(answer.problem)
    sheet.heading("Each weight's own curve", "computed")
    sheet.paragraph(f"The others stay at {whereabouts(answer)}, which is marked.", indent=4)
    for j, name in enumerate(names[:SHOWN_SLICES]):
        xs = np.unique(np.append(np.linspace(window[0, j], window[1, j], 161), place[j]))
        others = {n: Fraction(float(x)) for n, x in zip(names, place, strict=True) if n != name}
        ys = values_at(with_fixed(problem, others), {name: xs})
        mark = Mark(float(place[j]), float(ys[np.searchsorted(xs, place[j])]), "●")
        shown = [mark] if np.isfinite(mark.y) else []
        if np.isfinite(ys).any():
            sheet.blank()
            sheet.paragraph(f"over {name}, here {signed(f'{place[j]:.5g}')}", indent=4)
            lines = draw_curve(xs, ys, columns=sheet.width - 2, rows=rows, marks=shown)
            sheet.lines += [f"  {line}" for line in lines]
    if len(names) > SHOWN_SLICES:
        more = f"… and {len(names) - SHOWN_SLICES:,} more; plot --kind slices --output FILE draws them all."
        sheet.paragraph(more, indent=4)


def _dashes(limits: tuple[float | None, float | None]) -> str:
    sides = [side for side, end in zip(("−∞", "+∞"), limits, strict=True) if end is not None]
    return f"⠒ ⠒ limit{'s' * (len(sides) > 1)} at {' and '.join(sides)}"


def what_of(problem: Problem | TypedProblem) -> str:
    """What is minimised: the loss of a network, the value of an equation."""
    return "loss" if isinstance(problem, Problem) else "value"


def solve(problem: Problem | TypedProblem, options: argparse.Namespace) -> Answer:
    """`chainrule.minimize` as the options say, with a progress bar on stderr where that is a terminal."""
    from chainrule.cli.options import box_from_options
    from chainrule.prove.boxes.state import Limits
    from chainrule.verdict import minimize

    problem.require_free()
    box = box_from_options(options, problem)
    limits = Limits(options.gap, options.boxes, options.time, options.backend)
    with progress_bar() as show:
        return minimize(problem, box, limits, show, not options.no_check, options.checkpoint, options.all)


def status(answer: Answer, every: bool = False) -> int:
    """The exit status that goes with an answer: 3 where the minimum is undecided or, if `every` stationary point was asked for, some
    place that was listed is."""
    unknown = every and any(point.kind == "unknown" for point in answer.stationary)
    return 3 if unknown or answer.minimum.kind == "undecided" else 0
