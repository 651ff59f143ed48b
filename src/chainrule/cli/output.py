"""What several commands print: the problem, the verdict, the curve, the machine form."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from chainrule.cli.curve import Mark, draw_curve
from chainrule.cli.terminal import Sheet
from chainrule.exact import number_text
from chainrule.plot.window import free_weight, interesting_range, sample_curve
from chainrule.plot.words import digits
from chainrule.problem import Problem
from chainrule.prove.result import Answer, Interval

SHOWN_ROWS = 8
MEANING = {
    "proved": "the independent checker accepted the certificate",
    "enclosed": "a rigorous interval that nobody else has checked",
    "computed": "ordinary floating point",
}


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
        below, above = problem.data.classes
        sheet.paragraph(f"labels: {below} is 0, {above} is 1", indent=4)


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
    figures = [(f"{point.kind} at {places(point.at)}", f"loss {digits(point.value)}") for point in answer.stationary]
    if answer.limits and not answer.stationary:
        figures.append(("stationary points", "none on the whole line"))
    for name, limits in answer.limits.items():
        for side, limit in zip(("−∞", "+∞"), limits, strict=True):
            figures.append((f"{name} → {side}", f"loss → {digits(limit)}"))
    sheet.blank()
    add_pairs(sheet, figures, minimum.trust)
    if answer.boundary is not None:
        sheet.heading("Decision boundary at the minimum", "computed")
        sheet.equation(signed(answer.boundary))


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


def places(at: Any) -> str:
    return ", ".join(f"{name} = {digits(interval)}" for name, interval in at.items())


def add_curve(sheet: Sheet, answer: Answer, rows: int = 14) -> None:
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
    sheet.heading("Curve", "computed")
    lines = draw_curve(xs, ys, columns=sheet.width - 2, rows=rows, marks=marks, limits=ends, name=name)
    sheet.lines += [f"  {line}" for line in lines]
    kinds = [kind for kind in signs if any(point.kind == kind for point in shown)]
    legend = [f"{signs[kind]} {kind}" for kind in kinds] + (["⠒ ⠒ limits at −∞ and +∞"] if ends else [])
    sheet.paragraph("   ".join(legend), indent=4)


def is_finite(interval: Interval) -> bool:
    return all(end not in (float("inf"), float("-inf")) for end in (interval.lower, interval.upper))


def solve(problem: Problem) -> Answer:
    """`chainrule.minimize` with a progress bar on stderr where that is a terminal."""
    from chainrule.verdict import minimize

    problem.require_free()
    show = progress_bar()
    try:
        return minimize(problem, progress=show)
    finally:
        if show is not None and sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def progress_bar() -> Callable[[str, float], None] | None:
    """A function of what is being done and the part of it that is done; None where nobody watches."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return None

    def show(task: str, part: float) -> None:
        filled = round(30 * min(max(part, 0.0), 1.0))
        print(f"\r\x1b[K{'█' * filled}{'░' * (30 - filled)} {task}", end="", file=sys.stderr, flush=True)

    return show
