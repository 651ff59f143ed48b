"""The answer of a search of boxes, in words: over all reals, in a box, or stopped before its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Literal

import numpy as np

from chainrule.problem.data import Floats
from chainrule.prove.boundary import boundary
from chainrule.prove.boxes.ground import RidgeGround
from chainrule.prove.boxes.search import MARGIN, Search
from chainrule.prove.boxes.state import Limits, Searched, Stop
from chainrule.prove.certificate import boxes_proof, certificate
from chainrule.prove.line.sharp import outward
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.result import Answer, Interval, Minimum
from chainrule.prove.space.outside import Outside

PLACES = 13
SHOWN = 4
CLOSED = {
    "natural": "each point's own bound",
    "envelope": "a plane below the loss",
    "monotone": "a slope of one sign",
    "well": "convexity round a minimum",
    "above": "a loss above its limit far out",
    "off": "lying outside the asked box",
}
"""What closed a box, in a reader's words; see `boxes.tree.NAMES`."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C with the best point ``(k,)`` that was met before it."""

    def __init__(self, point: Floats) -> None:
        super().__init__()
        self.point = point


def box_answer(
    ridge: Ridge,
    searched: Searched,
    core: Floats,
    outside: Outside | Literal["convex"] | None,
    domain: dict[str, Interval] | None,
    note: str,
) -> Answer:
    problem = ridge.problem
    done = searched.stop == "closed"
    # A search that was stopped before its first step knows only that a mean of squares is not negative.
    low, high = Fraction(max(searched.value[0], 0.0)), Fraction(searched.value[1])
    if domain is None and outside is None:  # nothing is known far out but that no term costs less than 0
        low = min(low, ridge.constant)
    slack = Fraction(2 * MARGIN) / 10
    value = outward(low - slack, high + slack, PLACES, Fraction(0))
    at = {
        name: outward(Fraction(float(searched.at[0, j])), Fraction(float(searched.at[1, j])), PLACES)
        for j, name in enumerate(problem.free)
    }
    if domain is not None:
        at = {
            name: Interval(max(i.lower, domain[name].lower), min(i.upper, domain[name].upper)) for name, i in at.items()
        }
    kind = "attained" if done or domain is not None else "undecided"
    minimum = Minimum(kind, at, value, None, domain, "enclosed", _why(ridge, searched, domain, value, at, note))  # type: ignore[arg-type]
    if not done:
        minimum = replace(minimum, kind="undecided", at=None)
    proof = boxes_proof(problem, searched, core, outside)
    point = {
        name: Interval(Fraction(float(x)), Fraction(float(x)))
        for name, x in zip(problem.free, searched.best, strict=True)
    }
    return Answer(
        problem=problem,
        minimum=minimum,
        stationary=(),
        limits={},
        boundary=boundary(problem, point),
        reasons=_reasons(ridge, searched, outside),
        search_seconds=0.0,
        check_seconds=None,
        certificate=certificate(problem, minimum, (), {}, proof),
        best={name: interval.middle for name, interval in point.items()},
    )


def open_answer(ridge: Ridge, searched: Searched, core: Floats, outside: Outside, gap: str) -> Answer:
    """Over all reals, with the infimum enclosed, and what it is that was not shown: *undecided*."""
    value = outward(Fraction(max(searched.value[0], 0.0)), Fraction(searched.value[1]), PLACES, Fraction(0))
    why = f"the infimum over all reals {value.verb()}; whether it is attained is open: {gap}"
    minimum = Minimum("undecided", None, value, None, None, "enclosed", why)
    told = f"{outside.cells:,} cones and {searched.boxes:,} boxes show that the loss is nowhere lower."
    advice = "A box, such as −10 to 10 for each weight, is searched to the end; inputs that are centred and of a like size help too."
    return Answer(
        problem=ridge.problem,
        minimum=minimum,
        stationary=(),
        limits={},
        boundary=None,
        reasons=(told, advice),
        search_seconds=0.0,
        check_seconds=None,
        certificate=certificate(ridge.problem, minimum, (), {}, boxes_proof(ridge.problem, searched, core, outside)),
        best={name: Fraction(float(x)) for name, x in zip(ridge.problem.free, searched.best, strict=True)},
    )


def stopped_answer(ridge: Ridge, point: Floats, stop: Stop) -> Answer:
    """Over all reals, stopped before anything was shown: no lower than 0, and no higher than the loss at a point."""
    core = np.stack([point - 1, point + 1])
    search = Search(RidgeGround(ridge), core[0], core[1], Limits(seconds=0), False, points=point[None])
    return box_answer(ridge, search.result(stop), core, None, None, "")


def _why(
    ridge: Ridge,
    searched: Searched,
    domain: dict[str, Interval] | None,
    value: Interval,
    at: Mapping[str, Interval],
    note: str,
) -> str:
    where = "over all reals" if domain is None else "in the box"
    if searched.stop != "closed":
        stopped = {
            "boxes": "the limit on boxes was reached",
            "time": "the time limit was reached",
            "interrupted": "the search was interrupted",
            "resolution": "boxes became too small for doubles",
        }[searched.stop]
        known = Interval(max(value.lower, Fraction(0)), value.upper).verb()
        text = f"{stopped} after {_boxes(searched.boxes)}: the infimum {where} {known}"
    else:
        return attained(at, value, domain, note)
    return f"{note}; {text}" if note else text


def attained(at: Mapping[str, Interval], value: Interval, domain: Mapping[str, Interval] | None, note: str) -> str:
    """The verdict that the minimum is attained, as a sentence."""
    where = "over all reals" if domain is None else "in the box"
    places = ", ".join(interval.named(name, 8) for name, interval in at.items())
    text = f"the loss has its global minimum {where}, {value.text()}, at {places}"
    if len(at) > SHOWN or not all(_is_narrow(interval) for interval in at.values()):
        text = f"the loss has its global minimum {where}, {value.text()}, at the place below"
    if not all(_is_narrow(interval) for interval in at.values()):
        text += "; a smaller gap narrows that down"
    return f"{note}; {text}" if note else text


def _boxes(count: int) -> str:
    return "1 box" if count == 1 else f"{count:,} boxes"


def _is_narrow(interval: Interval) -> bool:
    return interval.width <= Fraction(1, 1000) * max(Fraction(1), abs(interval.middle))


def _reasons(ridge: Ridge, searched: Searched, outside: Outside | Literal["convex"] | None) -> tuple[str, ...]:
    if outside == "convex":
        return ("Cross-entropy is convex in the weights, strictly so around this point, so it has no other minimum.",)
    told = []
    counts = searched.tree.counts()
    by = ", ".join(f"{count:,} by {CLOSED.get(name, name)}" for name, count in counts.items() if name != "open")
    still = f"; {counts['open']:,} are still open" if "open" in counts else ""
    told.append(f"The search of {_boxes(searched.boxes)} closed {by or 'none'}{still}.")
    if outside is not None:
        told.append(
            f"No direction makes every point better, and {outside.cells:,} cones show that far out the loss is higher "
            "than at the minimum."
        )
    return tuple(told)
