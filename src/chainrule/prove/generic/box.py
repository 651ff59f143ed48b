"""Several free variables of any formula in a box: branch and bound (`prove.boxes.search`), and the verdict."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from chainrule.prove.boxes.search import MARGIN, Progress, Search
from chainrule.prove.boxes.state import Limits, Searched
from chainrule.prove.generic.ground import FormulaGround
from chainrule.prove.generic.landscape import Landscape
from chainrule.prove.line.sharp import outward
from chainrule.prove.result import Interval, Minimum

PLACES = 13
STOPPED = {
    "boxes": "the limit on boxes was reached",
    "time": "the time limit was reached",
    "interrupted": "the search was interrupted",
    "resolution": "boxes became too small for doubles",
}


def search_box(
    landscape: Landscape, core: np.ndarray, limits: Limits, progress: Progress | None, note: str
) -> tuple[Searched, Minimum]:
    """The verdict on the box `core` ``(2, k)``; `trust` is *enclosed* until somebody else has checked it."""
    search = Search(FormulaGround(landscape), core[0], core[1], limits, progress=progress)
    searched = search.result(search.run())
    domain = {
        name: Interval(Fraction(float(low)), Fraction(float(high)))
        for name, low, high in zip(landscape.free, *core, strict=True)
    }
    low, high = searched.value
    slack = Fraction(2 * MARGIN) / 10
    if not (np.isfinite(low) and np.isfinite(high)):
        value = Interval(
            -np.inf, high if not np.isfinite(high) else outward(Fraction(high), Fraction(high), PLACES).upper
        )
    else:
        value = outward(Fraction(low) - slack, Fraction(high) + slack, PLACES)
    if searched.stop != "closed" or isinstance(value.lower, float):
        why = f"{STOPPED.get(searched.stop, 'the formula is not defined everywhere')}: the infimum in the box lies in {_shown(value)}"
        return searched, Minimum("undecided", None, value, None, domain, "enclosed", _noted(note, why))
    at = {}
    for j, name in enumerate(landscape.free):
        found = outward(Fraction(float(searched.at[0, j])), Fraction(float(searched.at[1, j])), PLACES)
        at[name] = Interval(max(found.lower, domain[name].lower), min(found.upper, domain[name].upper))
    minimum = Minimum("attained", at, value, None, domain, "enclosed", "")
    return searched, replace(minimum, why=_noted(note, _why(searched, domain, minimum)))


def _why(searched: Searched, domain: dict[str, Interval], minimum: Minimum) -> str:
    at = minimum.at or {}
    shown = f"the lowest value in the box is {minimum.value.text()}"
    if all(i.width < Fraction(1, 100) for i in at.values()):
        place = ", ".join(f"{name} = {i.text()}" for name, i in at.items())
        edges = [name for name, i in at.items() if i.lower == domain[name].lower or i.upper == domain[name].upper]
        edge = f"; it lies on the edge of the box ({', '.join(edges)})" if edges else ""
        return f"{shown}, at {place}{edge}; {searched.boxes:,} boxes settle it"
    place = ", ".join(f"{name} in {_shown(i)}" for name, i in at.items())
    return f"{shown}; all that comes within the gap of it lies in {place}; {searched.boxes:,} boxes settle it"


def _noted(note: str, why: str) -> str:
    return f"{note}; {why}" if note else why


def _shown(interval: Interval) -> str:
    low, high = (f"{float(end):.9g}".replace("-", "−").replace("inf", "∞") for end in (interval.lower, interval.upper))
    return f"[{low}, {high}]"
