"""The answer where the lowest limit at infinity V is the infimum, or just as low as it: in words, and as a certificate.

Every point of the plane but those near the directions that lead to V costs more, and near these an `approach` shows that it does. Then V is the infimum and not attained;
or one point costs exactly V, which then is the minimum. Only a point at which all forms are 0 can be known to: the four corners of XOR at θ = 0, for instance, cost 1/4, and so does giving up one of them.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule.problem.data import Floats
from chainrule.prove.boundary import boundary
from chainrule.prove.boxes.state import Searched
from chainrule.prove.boxes.tree import WELL
from chainrule.prove.boxes.wells import Well
from chainrule.prove.certificate import boxes_proof, certificate
from chainrule.prove.line.sharp import PLACES, outward
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.result import Answer, Interval, Minimum, end_text
from chainrule.prove.space.answers import attained
from chainrule.prove.space.outside import Outside

SHOWN = 6


def approaching(ridge: Ridge, searched: Searched, core: Floats, outside: Outside) -> Answer:
    """The answer where the infimum lies at infinity and every point of the plane costs more."""
    problem, approach = ridge.problem, outside.known.approaches[0]
    pattern = approach.pattern
    floor, limit = pattern.floor, pattern.limit
    exact = floor == limit and "/" not in end_text(limit)
    value = Interval(limit, limit) if exact else outward(floor, limit, PLACES)
    direction = dict(zip(problem.free, pattern.direction, strict=True))
    rows = sorted({int(ridge.row[term]) for term in approach.given_up})
    noun, verb = ("point", "is") if len(rows) == 1 else ("points", "are")
    nearest = float(searched.wells[0].value[1]) if searched.wells else None
    # One that agrees with the limit in all digits shown would only puzzle.
    local = f", the local minimum {nearest:.9g} included," if nearest and nearest > float(limit) * (1 + 1e-8) else ""
    staying = sum(len(approach.together.groups[g].rows) for g in pattern.stay)
    staying += len(pattern.bundle.rows) if pattern.bundle else 0
    stay = f", {staying} {'stays' if staying == 1 else 'stay'} on the boundary" if staying else ""
    minimum = Minimum("not-attained", None, value, direction, None, "enclosed", "", reached=pattern.reached)
    way = f" along ({', '.join(map(str, pattern.direction))}) in ({', '.join(problem.free)})"
    why = (
        f"{minimum.approach('the loss', way, anywhere=not staying)}: {len(rows)} {noun} of {ridge.rows} {verb} given up there{stay} and all others are right, "
        f"and the loss everywhere else{local} is higher"
    )
    minimum = replace(minimum, why=why)
    approaches = _approaches(outside)
    proof = boxes_proof(problem, searched, core, outside) | {"best": None, "approaches": approaches}
    share = max(identity.share for identity in approach.identities)
    least = f"M/{float(1 / share):.3g}" if share else "a fixed amount"
    shown = ", ".join(str(row + 1) for row in rows[:SHOWN]) + (
        f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    )
    told = (
        f"Given up: {noun} {shown}. Wherever {'it' if len(rows) == 1 else 'one of them'} is wrong by a margin M, some other point is right by at most "
        f"{least}, and still costs more than the {noun} can lose: so the loss comes from above."
    )
    if len(approaches) > 1:
        more = len(approaches) - 1
        told += f" Giving up other points leads to the same value in {more} more {'way' if more == 1 else 'ways'}, each from above."
    reasons = (told, f"{outside.cells:,} cones and {searched.boxes:,} boxes show that it is higher everywhere else.")
    return Answer(
        problem=problem,
        minimum=minimum,
        stationary=(),
        limits={},
        boundary=None,
        reasons=reasons,
        search_seconds=0.0,
        check_seconds=None,
        certificate=certificate(problem, minimum, (), {}, proof),
    )


def used_wells(searched: Searched) -> list[int]:
    """The numbers of the wells that hold boxes of the tree."""
    tree = searched.tree
    kind, end = tree.kind[: tree.size], tree.end[: tree.size]
    return [int(number) for number in np.unique(end[kind == WELL])]


def touching(
    ridge: Ridge, searched: Searched, core: Floats, outside: Outside, low: list[int], limit: Fraction
) -> Answer | None:
    """The answer where one point costs exactly as much as the limit, and all others more; None where that is not known.

    `low` are the numbers of the wells that may be as low.
    """
    if len(low) != 1 or any(approach.pattern.floor < limit for approach in outside.known.approaches):
        return None
    well = _level_with(ridge, searched.wells[low[0]], limit)
    if well is None:
        return None
    problem = ridge.problem
    wells = tuple(well if i == low[0] else other for i, other in enumerate(searched.wells))
    searched = replace(searched, wells=wells, best=well.point)
    at = {name: Interval(Fraction(x), Fraction(x)) for name, x in zip(problem.free, well.point.tolist(), strict=True)}
    exact = "/" not in end_text(limit)
    value = Interval(limit, limit)
    shown = value if exact else outward(limit, limit, PLACES)
    direction = ", ".join(map(str, outside.known.approaches[0].pattern.direction))
    told = f"The loss comes as near to this value along ({direction}) in ({', '.join(problem.free)}), from above."
    minimum = Minimum("attained", at, value, None, None, "enclosed", attained(at, shown, None, ""))
    proof = boxes_proof(problem, searched, core, outside) | {"approaches": _approaches(outside)}
    cells = f"{outside.cells:,} cones and {searched.boxes:,} boxes show that it is higher everywhere else."
    return Answer(
        problem=problem,
        minimum=minimum,
        stationary=(),
        limits={},
        boundary=boundary(problem, at),
        reasons=(told, cells),
        search_seconds=0.0,
        check_seconds=None,
        certificate=certificate(problem, minimum, (), {}, proof),
        best={name: interval.middle for name, interval in at.items()},
    )


def _approaches(outside: Outside) -> list[dict[str, Any]]:
    listed = [bundle.rows for bundle in outside.known.together.bundles]
    return [found.to_json(listed) for found in outside.known.approaches]


def _level_with(ridge: Ridge, well: Well, limit: Fraction) -> Well | None:
    """The well with its minimum at a point where every form is exactly 0, if it costs exactly the limit and nothing moves it."""
    point = tuple(Fraction(x).limit_denominator(1000) for x in well.point.tolist())
    where = np.array([float(x) for x in point])
    if tuple(map(Fraction, where.tolist())) != point or np.max(np.abs(where - well.point)) > 1e-6:
        return None
    value, slope = ridge.constant, [Fraction(0)] * len(point)
    for term in ridge.exact:
        if sum((a * x for a, x in zip(term.slopes, point, strict=True)), term.offset):
            return None
        value += term.weight / 4 / ridge.rows
        slope = [s + term.weight * a for s, a in zip(slope, term.slopes, strict=True)]
    if value > limit or any(slope):
        return None
    inside = np.all((well.lower <= where) & (where <= well.upper))
    return replace(well, point=where, value=(float(limit), float(limit)), radius=0.0) if inside else None
