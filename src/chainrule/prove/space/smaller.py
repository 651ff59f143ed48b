"""Problems that come down to smaller ones: dependent columns, and rows that an escape direction leaves behind.

*Dependent columns.* If the columns of some weights span those of all, the others can be fixed at 0: the forms,
and so the losses, that can be reached stay the same.

*Escape.* Along δ with ``a_i·δ <= 0`` for all terms the loss falls strictly, so there is no minimum. Moving far
along δ makes every term with ``a_i·δ < 0`` vanish, and leaves the others Z: ``inf f = (|Z|/n)·inf f_Z``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any, Protocol

import numpy as np

from chainrule.algebra.balls import Balls, lower_end, precision, upper_end
from chainrule.formula import loss, weight_values
from chainrule.problem import Problem
from chainrule.prove.boundary import boundary, boundary_kind
from chainrule.prove.certificate import certificate
from chainrule.prove.line.sharp import BITS, PLACES, outward
from chainrule.prove.neuron.directions import Escape, distinct_slopes, independent_columns
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.result import Answer, Interval, Minimum
from chainrule.prove.space.groups import Bundle


class Solve(Protocol):
    """Answers a smaller problem. One asked `aside` is not what this one comes down to: it gets little time and no checkpoint."""

    def __call__(self, part: Problem, aside: bool = False) -> Answer: ...


SHOWN, SHOWN_STEPS = 6, 4


def reduced(problem: Problem, kept: Sequence[str], solve: Solve) -> Answer:
    """The answer with every free weight that is not in `kept` fixed at 0; these change nothing that can be reached."""
    part = _part(problem, kept, solve)
    idle = [name for name in problem.free if name not in kept]
    at = None
    if part.minimum.at is not None:
        at = {**part.minimum.at, **dict.fromkeys(idle, Interval(Fraction(0), Fraction(0)))}
    best = None if part.best is None else {**part.best, **dict.fromkeys(idle, Fraction(0))}
    direction = None
    if part.minimum.direction is not None:
        direction = {**dict.fromkeys(problem.free, Fraction(0)), **part.minimum.direction}
    far = None if part.minimum.far is None else {**dict.fromkeys(problem.free, Fraction(0)), **part.minimum.far}
    one = len(idle) == 1
    domain, every = part.minimum.domain, part.minimum.every and part.minimum.domain is not None
    note = (
        f"the {'weight' if one else 'weights'} {', '.join(idle)} can be fixed at 0, because other weights can do all that "
        f"{'it does' if one else 'they do'}{'' if at is None or every else ' (so there are other places as low)'}"
    )
    if domain is not None:
        domain = {**domain, **dict.fromkeys(idle, Interval(Fraction(0), Fraction(0)))}
    why = f"{note}; {part.minimum.why}"
    minimum = replace(part.minimum, at=at, direction=direction, domain=domain, why=why, every=every, far=far)
    proof = {"method": "reduce", "weights": list(problem.free), "kept": _nested(part, kept)}
    return replace(
        part,
        problem=problem,
        minimum=minimum,
        stationary=(),
        limits={},
        boundary=part.boundary,
        certificate=certificate(problem, minimum, (), {}, proof),
        best=best,
    )


def escaping(ridge: Ridge, escape: Escape, solve: Solve) -> Answer:
    """The answer for a problem with an escape direction: not attained, and the infimum is that of the rows that stay."""
    problem = ridge.problem
    direction = dict(zip(problem.free, escape.direction, strict=True))
    stays: dict[str, Any] | None = None
    reached: bool | None = True
    value, anywhere, far = Interval(Fraction(0), Fraction(0)), True, None
    gone = ridge.rows - len(escape.stays)
    if escape.stays:
        rest = replace(problem, data=problem.data.take(escape.stays))
        kept_columns = independent_columns(distinct_slopes(Ridge.of(rest)))
        kept = [problem.free[j] for j in kept_columns]
        part = _over_all_reals(_part(rest, kept, solve))
        share = sum((ridge.case_weight(row) for row in escape.stays), start=Fraction(0)) / ridge.rows
        low, high = (Fraction(end) * share for end in (part.minimum.value.lower, part.minimum.value.upper))
        if high > 0:
            value = outward(low, high, PLACES, min(low, Fraction(0)))
        stays = _nested(part, kept)
        reached = {"attained": True, "not-attained": False}.get(part.minimum.kind)
        anywhere = not kept
        if part.minimum.outward is not None:
            far = _both(ridge, escape, part.minimum.outward)
    moving = {name: step for name, step in direction.items() if step}
    way = "along the direction below"
    if len(moving) <= SHOWN_STEPS and all(len(_signed(step)) <= 8 for step in moving.values()):
        way = f"as ({', '.join(moving)}) moves along ({', '.join(map(_signed, moving.values()))})"
    better = "1 gets better" if gone == 1 else f"{gone:,} get better"
    minimum = Minimum("not-attained", None, value, direction, None, "enclosed", "", reached=reached, far=far)
    why = (
        f"there is no minimum, local or global: {way} no point gets worse and {better}, all the way to infinity, "
        f"so the loss always falls; {minimum.approach('it', anywhere=anywhere)}"
    )
    minimum = replace(minimum, why=why)
    proof = {
        "method": "escape",
        "weights": list(problem.free),
        "direction": [str(d) for d in escape.direction],
        "stays": stays,
    }
    return Answer(
        problem=problem,
        minimum=minimum,
        stationary=(),
        limits={},
        boundary=None,
        reasons=_escape_reasons(escape, gone, len(problem.network.inputs), minimum.value.lower > 0),
        search_seconds=0.0,
        check_seconds=None,
        certificate=certificate(problem, minimum, (), {}, proof),
    )


def _both(ridge: Ridge, escape: Escape, inner: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """A direction that does what the escape does to the terms that fall along it, and what the one for the rows that stay does to those. Computed."""
    way = [inner.get(name, Fraction(0)) for name in ridge.problem.free]
    gone = ~np.isin(ridge.row, escape.stays)
    fall, rise = (ridge.a[gone] @ np.array([float(x) for x in step]) for step in (escape.direction, way))
    most = Fraction(float(max(1.0, 2 * np.max(rise / -fall))))
    return {
        name: most * step + turn for name, step, turn in zip(ridge.problem.free, escape.direction, way, strict=True)
    }


def bundled(ridge: Ridge, rows: Sequence[int], solve: Solve) -> Bundle | None:
    """What these rows cost together everywhere, from the problem of these rows alone; None where that is not known to be above 0."""
    rest = replace(ridge.problem, data=ridge.problem.data.take(rows))
    spanning = distinct_slopes(Ridge.of(rest))
    columns = independent_columns(spanning)
    kept = [ridge.problem.free[j] for j in columns]
    part = _over_all_reals(_part(rest, kept, partial(solve, aside=True)))
    low, high = (Fraction(end) for end in (part.minimum.value.lower, part.minimum.value.upper))
    if low <= 0:
        return None
    weights = [(ridge.case_weight(row), ridge.problem.data.label[row]) for row in rows]
    mass = sum((weight for weight, _ in weights), Fraction(0))
    constant = -sum((weight * y * (1 - y) for weight, y in weights), Fraction(0))
    least = float((mass * low - constant) / ridge.rows) * (1 - 2.0**-50)
    place = None
    if part.minimum.kind == "attained" and part.best is not None:
        place = np.array([float(part.best[name]) for name in kept])
    inner, proof = Ridge.of(_fixed(rest, kept)), _nested(part, kept)
    attained = {"attained": True, "not-attained": False}.get(part.minimum.kind)
    ends = (low, high)
    return Bundle(
        tuple(rows), least, proof, inner, tuple(columns), place, attained, ends, mass, constant, tuple(spanning)
    )


def _part(problem: Problem, kept: Sequence[str], solve: Solve) -> Answer:
    part = _fixed(problem, kept)
    return solve(part) if kept else _constant(part)


def _fixed(problem: Problem, kept: Sequence[str]) -> Problem:
    """The problem with the other free weights fixed at 0."""
    return replace(problem, fixed={**problem.fixed, **{name: Fraction(0) for name in problem.free if name not in kept}})


def _constant(problem: Problem) -> Answer:
    """A problem without a free weight: its loss is one number."""
    with precision(BITS):
        total = loss(Balls(), problem, weight_values(Balls(), problem, {}))
        value = outward(lower_end(total), upper_end(total), PLACES)
    minimum = Minimum(
        "attained", {}, value, None, None, "enclosed", f"the loss is {value.text()}, whatever the weights are"
    )
    proof = {"method": "constant"}
    return Answer(
        problem, minimum, (), {}, boundary(problem, {}), (), 0.0, None, certificate(problem, minimum, (), {}, proof)
    )


def _over_all_reals(part: Answer) -> Answer:
    """An answer for a box as one for all reals: its best value bounds the infimum from above, and no loss is negative."""
    if part.minimum.domain is None:
        return part
    value = Interval(Fraction(0), part.minimum.value.upper)
    minimum = replace(part.minimum, kind="undecided", at=None, value=value, domain=None)
    tree, proof = [["open"]], part.certificate["proof"]
    if proof["method"] != "boxes":  # a reduction of a box: what it comes down to is one
        inner = _over_all_reals(replace(part, certificate=proof["kept"]["certificate"]))
        proof = {**proof, "kept": {**proof["kept"], "certificate": inner.certificate}}
    else:
        proof = {**proof, "wells": [], "tree": tree, "outside": None}
    claim = {
        **part.certificate["claim"],
        "kind": "undecided",
        "at": None,
        "value": value.to_json(),
        "domain": "all reals",
    }
    return replace(part, minimum=minimum, certificate={**part.certificate, "claim": claim, "proof": proof})


def _nested(part: Answer, kept: Sequence[str]) -> dict[str, Any]:
    inner = {"claim": part.certificate["claim"], "proof": part.certificate["proof"]}
    return {"weights": list(kept), "certificate": inner}


def _signed(value: Fraction) -> str:
    return str(value).replace("-", "−")


def _escape_reasons(escape: Escape, gone: int, inputs: int, costs: bool) -> tuple[str, ...]:
    if not escape.stays:
        split = f"one {boundary_kind(inputs)} has every point on its right side"
        return (f"The data is separable: {split}, and a steeper output is always better.",)
    rows = [str(row + 1) for row in escape.stays[:SHOWN]]
    more = f" and {len(escape.stays) - SHOWN:,} more" if len(escape.stays) > SHOWN else ""
    noun = "Point" if len(escape.stays) == 1 else "Points"
    verb = "does" if len(escape.stays) == 1 else "do"
    keep = f" and {'keeps' if verb == 'does' else 'keep'} the loss above 0" if costs else ""
    told = f"{noun} {', '.join(rows)}{more} {verb} not change along that direction{keep}"
    return (
        f"{told}; the other {'one gets' if gone == 1 else f'{gone:,} get'} better all the way.",
        "What could change it: a point that gets worse along that direction.",
    )
