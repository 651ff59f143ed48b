"""Several free variables of any formula in a box: bounds by parts, branch and bound (`prove.boxes.search`), and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from chainrule.exact import float_bounds
from chainrule.expression.tree import Expression
from chainrule.prove.boxes.search import BOTTOMLESS, MARGIN, Progress, Search, nearest_to_0
from chainrule.prove.boxes.state import Limits, Searched, Stop
from chainrule.prove.boxes.tree import NATURAL, PARTS, Tree
from chainrule.prove.clock import after, share
from chainrule.prove.generic.ground import MOST_HESSIAN, FormulaGround
from chainrule.prove.generic.landscape import Landscape
from chainrule.prove.generic.parts import Parted, Parts, bound_by_parts
from chainrule.prove.generic.split import split
from chainrule.prove.line.sharp import outward
from chainrule.prove.result import Interval, Minimum

PLACES = 13
SAMPLES = 300  # points at which it is asked whether a formula is defined
ROUNDED_0 = 1e-290  # some roundings below 0, of the smallest normal number each, and far below any figure of a formula
PARTS_SHARE = 0.75  # of the time, at most, for a bound by parts: with many variables boxes alone hardly move theirs
STOPPED = {
    "boxes": "the limit on boxes was reached",
    "time": "the time limit was reached",
    "interrupted": "the search was interrupted",
    "resolution": "boxes became too small for doubles",
    "bottomless": f"after {BOTTOMLESS:,} boxes part of the box still had no lower bound",
}


@dataclass(frozen=True)
class Settled:
    """What is known of a formula in a box: the tree of boxes, the bounds by parts that it names, and the verdict."""

    searched: Searched
    parts: tuple[Parts, ...]
    minimum: Minimum


def search_box(
    landscape: Landscape,
    expression: Expression,
    core: np.ndarray,
    limits: Limits,
    progress: Progress | None,
    note: str,
) -> Settled:
    """The verdict on the box `core` ``(2, k)``; `trust` is *enclosed* until somebody else has checked it.

    With more variables than a search of boxes does well with, a bound by parts comes first; often it settles everything.
    """
    searched, parts = _searched(landscape, expression, core, limits, progress)
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
        natural = float(landscape.enclose(core[:1], core[1:], 0).value.lower[0])
        # The range of squares, and of sums of them, which the checker finds too.
        floor = Fraction(0) if min(low, natural) > -ROUNDED_0 else None
        value = outward(Fraction(low) - slack, Fraction(high) + slack, PLACES, floor)
    if searched.stop != "closed" or isinstance(value.lower, float):
        stopped = STOPPED.get(searched.stop, "a part of the box has no lower bound")
        if isinstance(value.lower, float):
            stopped += f"; {_without_bound(landscape, core)}"
        why = f"{stopped}: the infimum in the box {value.verb()}"
        return Settled(searched, parts, Minimum("undecided", None, value, None, domain, "enclosed", _noted(note, why)))
    at = {}
    for j, name in enumerate(landscape.free):
        found = outward(Fraction(float(searched.at[0, j])), Fraction(float(searched.at[1, j])), PLACES)
        at[name] = Interval(max(found.lower, domain[name].lower), min(found.upper, domain[name].upper))
    minimum = Minimum("attained", at, value, None, domain, "enclosed", "")
    why = _why_by_parts(parts[0], searched, minimum) if parts else _why(searched, domain, minimum)
    return Settled(searched, parts, replace(minimum, why=_noted(note, why)))


def _without_bound(landscape: Landscape, core: np.ndarray) -> str:
    """Why there may be no lower bound, with a place where the formula is not defined if one of some hundred points is one."""
    points = np.random.default_rng(0).uniform(core[0], core[1], (SAMPLES, core.shape[1]))
    enclosed = landscape.enclose(points, points, 0).value
    for point in points[(enclosed.lower == -np.inf) & (enclosed.upper == np.inf)]:
        at = {name: Fraction(float(x)) for name, x in zip(landscape.free, point, strict=True)}
        if not landscape.sharp(at).value.is_finite():
            place = ", ".join(f"{name} = {_signed(float(x))}" for name, x in at.items())
            return f"the formula is not defined everywhere in the box, for instance not at {place}"
    return "near some place the formula is not defined, or falls without bound"


def _searched(
    landscape: Landscape, expression: Expression, core: np.ndarray, limits: Limits, progress: Progress | None
) -> tuple[Searched, tuple[Parts, ...]]:
    """A bound by parts where that settles it; otherwise boxes, and whichever bound is the higher."""
    limits, parted, interrupted = limits.begun(), None, False
    natural = float(landscape.enclose(core[:1], core[1:], 0).value.lower[0])
    ground = FormulaGround(landscape, natural, narrows=len(landscape.free) <= MOST_HESSIAN)
    try:
        points = ground.minima(core[0], core[1], limits.until)
    except KeyboardInterrupt:
        points, interrupted = nearest_to_0(core[0], core[1]), True
    many, reached = len(landscape.free) > MOST_HESSIAN, ground.value(points[0])[1]
    if np.isfinite(reached):
        limits = replace(limits, gap=limits.gap * max(1.0, abs(reached)))  # of a large value, relative to it
    if many and reached - natural <= limits.gap:  # as low as the formula's own range lets it be
        return _by_range(core, points[0], (natural, reached)), ()
    divided = split(expression, landscape.free) if many and not interrupted else None
    if divided is not None:
        most = replace(limits, until=share(limits.until, PARTS_SHARE))
        try:
            parted = bound_by_parts(divided, landscape, core, points, most, progress)
        except KeyboardInterrupt:
            interrupted = True
    if parted is not None and parted.value[1] - parted.parts.bound <= limits.gap:
        return _by_parts(parted, core, "closed"), (parted.parts,)
    if interrupted:
        limits = replace(limits, until=after(0.0))
    search = Search(ground, core[0], core[1], limits, progress=progress, points=points)
    searched = search.result(search.run())
    if interrupted:
        searched = replace(searched, stop="interrupted")
    if parted is None or searched.stop == "closed" or searched.value[0] >= parted.parts.bound:
        return searched, ()
    return _by_parts(parted, core, searched.stop), (parted.parts,)


def _by_range(core: np.ndarray, best: np.ndarray, value: tuple[float, float]) -> Searched:
    """The outcome where the range of the formula on all of the box is bound enough; where else it comes as low is not looked for."""
    tree = Tree(core.shape[1])
    tree.close(np.zeros(1, int), NATURAL)
    return Searched(tree, (), best, value, core, "closed", 1, ())


def _by_parts(parted: Parted, core: np.ndarray, stop: Stop) -> Searched:
    """The outcome where one bound by parts holds for all of the box."""
    tree = Tree(core.shape[1])
    tree.close(np.zeros(1, int), PARTS)
    value = float_bounds(parted.parts.bound)[0], parted.value[1]
    return Searched(tree, (), parted.best, value, core, stop, parted.parts.boxes, ())


def _why_by_parts(parts: Parts, searched: Searched, minimum: Minimum) -> str:
    groups, at = parts.split.groups, minimum.at or {}
    different = len(set(parts.groups))
    alike = f", {different} of them different" if different < len(groups) else ""
    place = ", ".join(f"{name} ≈ {_signed(x)}" for name, x in zip(at, searched.best, strict=True))
    return (
        f"the lowest value in the box is {minimum.value.text()}, reached near {place} and perhaps elsewhere; the formula falls into "
        f"{len(groups)} groups of variables that meet only in sums{alike}, and each group does as well as it can on its own; "
        f"{parts.boxes:,} boxes settle them"
    )


def _signed(x: float) -> str:
    return f"{x:.4g}".replace("-", "−")


def _why(searched: Searched, domain: dict[str, Interval], minimum: Minimum) -> str:
    at = minimum.at or {}
    shown = f"the lowest value in the box is {minimum.value.text()}"
    settled = "one box settles it" if searched.boxes == 1 else f"{searched.boxes:,} boxes settle it"
    if all(i.width < Fraction(1, 100) for i in at.values()):
        place = ", ".join(i.named(name) for name, i in at.items())
        edges = [name for name, i in at.items() if i.lower == domain[name].lower or i.upper == domain[name].upper]
        edge = f"; it lies on the edge of the box ({', '.join(edges)})" if edges else ""
        return f"{shown}, at {place}{edge}; {settled}"
    rest = {name: i for name, i in at.items() if i != domain[name]}
    place = ", ".join(i.named(name) for name, i in rest.items())
    open_ = [name for name in at if name not in rest]
    left = f", and {' and '.join(open_)} {'is' if len(open_) == 1 else 'are'} left open" if open_ else ""
    within = f"all that comes within the gap of it has {place}{left}" if rest else "where in the box is left open"
    return f"{shown}; {within}; {settled}"


def _noted(note: str, why: str) -> str:
    return f"{note}; {why}" if note else why
