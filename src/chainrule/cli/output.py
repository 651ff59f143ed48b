"""What several commands print: the problem, the verdict, the curve, the machine form."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from chainrule.cli.bar import progress_bar
from chainrule.cli.curve import Mark, draw_curve
from chainrule.cli.terminal import Sheet
from chainrule.exact import number_text
from chainrule.expression.typed import TypedProblem
from chainrule.plot.window import free_weight, interesting_range, sample_curve
from chainrule.plot.words import digits, short
from chainrule.problem import Problem
from chainrule.prove.result import Answer, Interval

SHOWN_ROWS = 8
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
    rows = [[cut(signed(number_text(x))) for x in (*point[0], point[1])] for point in first_points(problem)]
    sheet.table([*problem.network.inputs, "label"], rows)
    if count > len(rows):
        sheet.paragraph(f"… and {count - len(rows):,} more", indent=4)
    if problem.data.classes:
        names = ", ".join(f"{name} is {number}" for number, name in enumerate(problem.data.classes))
        sheet.paragraph(f"labels: {names}", indent=4)


def cut(text: str, most: int = 24) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def first_points(problem: Problem, most: int = SHOWN_ROWS) -> list[tuple[Any, Any]]:
    """All points, or the first ones of many."""
    count = len(problem.data)
    return [problem.data.point(row) for row in range(count if count <= most else most - 2)]


def add_verdict(sheet: Sheet, answer: Answer) -> None:
    """The verdict, why it holds, every stationary point, the limits and the boundary, each with its trust."""
    minimum = answer.minimum
    sheet.heading("Minimum", minimum.trust)
    for sentence in (minimum.why, *(reason for reason in answer.reasons if reason != minimum.why)):
        sheet.paragraph(as_sentence(sentence))
    figures = _of_line(answer) if answer.limits else _of_space(answer)
    sheet.blank()
    add_pairs(sheet, figures, minimum.trust)
    if answer.stationary and not answer.limits:
        add_points(sheet, answer)
    if answer.boundary is not None:
        place = "minimum" if minimum.kind == "attained" else "best point found"
        sheet.heading(f"Decision boundary at the {place}", "computed")
        sheet.equation(signed(answer.boundary))


def _of_line(answer: Answer) -> list[tuple[str, str]]:
    """The stationary points and limits of one free weight."""
    figures = [
        (f"{point.kind} at {places(point.at, SHARP)}", f"loss {digits(point.value, SHARP)}")
        for point in answer.stationary
    ]
    if not answer.stationary:
        figures.append(("stationary points", "none on the whole line"))
    for name, limits in answer.limits.items():
        for side, limit in zip(("−∞", "+∞"), limits, strict=True):
            figures.append((f"{name} → {side}", f"loss → {digits(limit, SHARP)}"))
    return figures


def _of_space(answer: Answer) -> list[tuple[str, str]]:
    """The loss and the place of the minimum, or the direction towards the infimum, weight by weight."""
    minimum = answer.minimum
    figures = [("loss" if minimum.kind == "attained" else "infimum", between(minimum.value))]
    if minimum.at is not None:
        figures += [(name, between(interval)) for name, interval in minimum.at.items()]
    elif minimum.direction is not None:
        figures += [(name, f"moves by {short(value, 6)}") for name, value in minimum.direction.items() if value]
    return figures


def add_points(sheet: Sheet, answer: Answer) -> None:
    """The stationary points in a box, a kind and a loss each, then the place."""
    sheet.heading("Stationary points in the box", answer.minimum.trust)
    for point in answer.stationary:
        loss = between(point.value)
        sheet.paragraph(f"{point.kind}, loss {'' if is_wide(point.value) else '= '}{loss}", indent=4)
        sheet.paragraph(spots(point.at), indent=6)


def spots(at: Mapping[str, Interval]) -> str:
    return ", ".join(f"{name} {'' if is_wide(interval) else '= '}{between(interval)}" for name, interval in at.items())


def between(interval: Interval) -> str:
    """The digits of a narrow interval, the ends of a wide one."""
    if not is_wide(interval):
        return digits(interval)
    low, high = (f"{float(end):.6g}" for end in round_ends(interval))
    return f"from {signed(low)} to {signed(high)}"


def is_wide(interval: Interval) -> bool:
    return is_finite(interval) and interval.width > Fraction(1, 1000) * max(abs(interval.middle), Fraction(1, 100))


def round_ends(interval: Interval) -> tuple[float, float]:
    """The ends, rounded outward to six significant digits."""
    from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

    ends = (Fraction(interval.lower), Fraction(interval.upper))
    rounded = [
        Context(prec=6, rounding=way).divide(Decimal(end.numerator), Decimal(end.denominator))
        for end, way in zip(ends, (ROUND_FLOOR, ROUND_CEILING), strict=True)
    ]
    return float(rounded[0]), float(rounded[1])


def add_pairs(sheet: Sheet, pairs: Sequence[tuple[str, str]], trust: str) -> None:
    """Two aligned columns and the trust behind each row; in a narrow terminal the second goes below the first."""
    width = max((len(left) for left, _ in pairs), default=0)
    note = f"  ({trust})"
    narrow = max((4 + width + 2 + len(right) + len(note) for _, right in pairs), default=0) > sheet.width
    for left, right in pairs:
        if narrow:
            sheet.paragraph(left, indent=4)
            sheet.paragraph(f"{right}{note}", indent=6)
        else:
            sheet.lines.append(f"    {left:<{width}}  {right}{sheet.dim(note)}")


def as_sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")


def places(at: Any, limit: int = 12) -> str:
    return ", ".join(f"{name} = {digits(interval, limit)}" for name, interval in at.items())


def add_curve(sheet: Sheet, answer: Answer, rows: int = 14, heading: str = "Curve") -> None:
    """The loss over the free weight, its stationary points marked and its limits dashed."""
    name = free_weight(answer)
    left, right = interesting_range(answer)
    xs, ys = sample_curve(answer, left, right)
    signs = {"minimum": "●", "maximum": "○"}
    shown = [point for point in answer.stationary if is_finite(point.at[name])]
    marks = [
        Mark(float(point.at[name].middle), float(point.value.middle), signs.get(point.kind, "?")) for point in shown
    ]
    limits = answer.limits.get(name)
    ends = (float(limits[0].middle), float(limits[1].middle)) if limits else None
    sheet.heading(heading, "computed")
    lines = draw_curve(xs, ys, columns=sheet.width - 2, rows=rows, marks=marks, limits=ends, name=name)
    sheet.lines += [f"  {line}" for line in lines]
    kinds = [kind for kind in signs if any(point.kind == kind for point in shown)]
    legend = [f"{signs[kind]} {kind}" for kind in kinds] + (["⠒ ⠒ limits at −∞ and +∞"] if ends else [])
    sheet.paragraph("   ".join(legend), indent=4)


def is_finite(interval: Interval) -> bool:
    return all(end not in (float("inf"), float("-inf")) for end in (interval.lower, interval.upper))


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


def status(answer: Answer) -> int:
    """The exit status that goes with an answer."""
    return 3 if answer.minimum.kind == "undecided" else 0
