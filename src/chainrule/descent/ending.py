"""How a path ended, in a sentence.

    converged    the gradient is 0 to rounding and Newton's step from there is short: a stationary point is near
    to infinity  the loss goes on falling however far one goes on in the last direction
    too large    a step η > 2/c overshoots: c is the largest curvature, and θ − ηg then moves further away each time
    plateau      it no longer moves, for slope and curvature are 0 to rounding in some direction
    out of steps none of these

A place of zero slope may be a saddle or a maximum; the Hessian's eigenvalues tell. All of this is *computed*; where a
proved verdict is at hand, the place is looked up in its list of stationary points.

Source of 2/c: B. Polyak, *Introduction to Optimization* (1987), section 1.4.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from chainrule.descent.objective import Objective
from chainrule.descent.schedule import Schedule
from chainrule.exact import nearest
from chainrule.problem.data import Floats

if TYPE_CHECKING:
    from chainrule.descent.path import PathStep

Status = Literal["converged", "to infinity", "too large", "plateau", "out of steps"]
Trust = Literal["proved", "enclosed", "computed"]

# A gradient this small is 0 but for the rounding of the loss, which lies between 0 and some 1.
FLAT = 1e-7
# Newton's step from the end, relative to 1 + |θ|: the distance to the stationary point, if there is one near.
NEAR = 1e-3
# A place this near to a proved one, relative to 1 + |θ|, is said to be it; how far it is, is said as well.
SAME = 1e-2
FAR = (1e1, 1e2, 1e3, 1e4)


class Verdict(Protocol):
    """What is asked of an answer of `chainrule.minimize`."""

    @property
    def stationary(self) -> Sequence[Any]: ...

    @property
    def minimum(self) -> Any: ...


@dataclass(frozen=True)
class Ending:
    """`trust` is *proved* where the sentence leans on a proved list of stationary points; the path is computed."""

    status: Status
    sentence: str
    trust: Trust = "computed"


def ending_of(
    objective: Objective, method: str, steps: Sequence[PathStep], schedule: Schedule, answer: Verdict | None
) -> Ending:
    """How the path ended; see the module's head."""
    last, names = steps[-1], objective.problem.free
    place, gradient = np.array(last.at), np.array(last.gradient)
    after = f"after {last.number} step{'s' * (last.number != 1)}"
    if not (np.isfinite(last.loss) and np.isfinite(gradient).all()):
        return _too_large(objective, steps, schedule, f"{after} the loss is no finite number any more")
    curvature = objective.curvature(place)
    short = _newton_step(curvature, gradient) <= NEAR * (1 + math.hypot(*place))
    if last.steepness <= FLAT and short:
        return _converged(curvature, place, last, names, after, answer)
    if method in ("gd", "momentum") and (overshooting := _overshoots(objective, steps, schedule)):
        return overshooting
    if (outwards := _to_infinity(objective, steps, after, answer)) is not None:
        return outwards
    if last.steepness <= FLAT:
        return _plateau(objective, steps, schedule, method, after)
    hint = "take more steps" if method in ("newton", "lbfgs") else "take more steps, or a larger rate"
    if method == "gd" and (limit := _limit(objective, steps)) < schedule.rate:
        hint = f"the rate {schedule.rate:g} is larger than 2/curvature = {limit:.3g}, so that steps overshoot; take a smaller one"
    sentence = f"out of steps {after}: the slope is still {last.steepness:.2g} and the loss {last.loss:.6g}; {hint}"
    if method in ("newton", "lbfgs") and last.number < schedule.steps:
        sentence = (
            f"stopped {after}: no step makes the loss {last.loss:.6g} smaller, and the slope is {last.steepness:.2g}"
        )
    if answer is not None and (found := _proved_point(answer, names, place)) is not None:
        sentence += f"; it is {found[1]:.1g} away from {_rank(found, answer)} ({answer.minimum.trust})"
    return Ending("out of steps", sentence)


def _plateau(objective: Objective, steps: Sequence[PathStep], schedule: Schedule, method: str, after: str) -> Ending:
    last = steps[-1]
    where = _places(objective.problem.free, np.array(last.at))
    sentence = (
        f"stuck on a plateau {after}, at {where}, loss {last.loss:.8g}: the slope {last.steepness:.1g} is 0 to rounding"
    )
    if method == "gd" and (limit := _limit(objective, steps)) < schedule.rate:
        sentence += f"; the rate {schedule.rate:g} is larger than 2/curvature = {limit:.3g} and has thrown it there; take a smaller one"
    else:
        sentence += "; no minimum is near, or it lies at infinity; take another start"
    return Ending("plateau", sentence)


def _newton_step(curvature: Floats, gradient: Floats) -> float:
    """The length of ``H⁻¹g`` along the directions that bend at all; infinite where a slope is left along a flat one."""
    values, vectors = np.linalg.eigh(curvature)
    along = vectors.T @ gradient
    bent = np.abs(values) > 1e-12 * max(1e-300, float(np.abs(values).max()))
    if not bent.any() or (np.abs(along[~bent]) > FLAT).any():
        return float("inf")
    return math.hypot(*(along[bent] / values[bent]))


def _converged(
    curvature: Floats, place: Floats, last: PathStep, names: tuple[str, ...], after: str, answer: Verdict | None
) -> Ending:
    values = np.linalg.eigvalsh(curvature)
    least, most = float(values[0]), float(values[-1])
    tiny = 1e-9 * max(1.0, abs(most))
    kind = "minimum" if least > tiny else "maximum" if most < -tiny else "saddle" if least < -tiny < tiny < most else ""
    what = f"a {kind}"
    if not kind:
        flat = f"stuck on a plateau {after}, at {_places(names, place)}, loss {last.loss:.8g} (slope {last.steepness:.1g}): "
        return Ending("plateau", f"{flat}in some direction the loss neither falls nor bends there, to rounding")
    where = f"{what} at {_places(names, place)}, loss {last.loss:.8g} (slope {last.steepness:.1g})"
    if kind == "minimum":
        where = f"a local {where[2:]}"
    found = None if answer is None else _proved_point(answer, names, place)
    if answer is None or found is None:
        return Ending("converged", f"converged {after} to {where}; whether it is the lowest of all is not proved here")
    point, distance, _ = found
    trust: Trust = answer.minimum.trust
    sentence = (
        f"converged {after} to {_places(names, place)}, loss {last.loss:.8g}: {distance:.1g} away from {_rank(found, answer)} "
        f"({trust}), {', '.join(point.at[name].named(name) for name in names)}"
    )
    return Ending("converged", sentence, trust)


def _rank(found: tuple[Any, float, bool], answer: Verdict) -> str:
    """What the proved list says of that point: the lowest of all, of a box, not the lowest, or left open."""
    point, _, lowest = found
    verdict = answer.minimum
    if lowest:
        return "the global minimum" if verdict.domain is None else f"the lowest point for {_box(verdict.domain)}"
    if verdict.kind == "attained":
        return f"a {point.kind}, not the global minimum"
    return f"a {point.kind}; " + (
        "no minimum is global" if verdict.kind == "not-attained" else "which is lowest is undecided"
    )


def _box(domain: Mapping[str, Any]) -> str:
    ends = ((name, nearest(interval.lower), nearest(interval.upper)) for name, interval in domain.items())
    return ", ".join(f"{name} from {low:g} to {high:g}" for name, low, high in ends).replace("-", "−")


def _proved_point(answer: Verdict, names: tuple[str, ...], place: Floats) -> tuple[Any, float, bool] | None:
    """The proved stationary point at the place, how far it is, and whether the minimum is there."""
    best: tuple[Any, float, bool] | None = None
    for point in answer.stationary:
        ends = [(nearest(point.at[name].lower), nearest(point.at[name].upper)) for name in names]
        if not np.isfinite(ends).all():
            continue
        distance = float(math.hypot(*(max(low - x, x - high, 0.0) for x, (low, high) in zip(place, ends, strict=True))))
        if distance <= SAME * (1 + math.hypot(*place)) and (best is None or distance < best[1]):
            lowest = answer.minimum.kind == "attained" and _is_lowest(point, answer.minimum.at, names)
            best = (point, distance, lowest)
    return best


def _is_lowest(point: Any, at: Mapping[str, Any] | None, names: tuple[str, ...]) -> bool:
    """Whether the box of the minimum and that of the point meet."""
    if at is None:
        return False
    return all(at[name].lower <= point.at[name].upper and point.at[name].lower <= at[name].upper for name in names)


def _overshoots(objective: Objective, steps: Sequence[PathStep], schedule: Schedule) -> Ending | None:
    """Whether the last steps jump to and fro: each gradient points against the one before, and the loss does not fall."""
    tail = steps[-min(8, len(steps) // 2) :]
    if len(tail) < 4:
        return None
    slopes = [np.array(step.gradient) for step in tail]
    turns = sum(float(a @ b) < 0 for a, b in pairwise(slopes))
    falls = tail[0].loss - tail[-1].loss > 1e-6 * abs(tail[0].loss)
    if turns * 2 < len(slopes) - 1 or falls:
        return None
    return _too_large(objective, steps, schedule, f"after {steps[-1].number} steps it still jumps to and fro")


def _too_large(objective: Objective, steps: Sequence[PathStep], schedule: Schedule, what: str) -> Ending:
    """The reason: the largest curvature on the path, where the steps were longest for it."""
    limit = _limit(objective, steps)
    if limit >= schedule.rate:
        return Ending("too large", f"diverging: {what}; take a rate below {schedule.rate:g}")
    why = (
        f"because the rate {schedule.rate:g} is larger than 2/curvature = {limit:.3g}: the largest curvature on "
        f"the way is {2 / limit:.3g}; take one below that, such as {limit / 2:.2g}"
    )
    return Ending("too large", f"diverging: {what}, {why}")


def _limit(objective: Objective, steps: Sequence[PathStep]) -> float:
    """``2/c`` with c the largest curvature at (up to fifty) places of the path."""
    seen = [step for step in steps if np.isfinite(step.loss) and np.isfinite(step.gradient).all()]
    chosen = seen[:: max(1, len(seen) // 50)]
    hessians = [objective.curvature(np.array(step.at)) for step in chosen]
    bends = [float(np.abs(np.linalg.eigvalsh(h)).max()) for h in hessians if np.isfinite(h).all()]
    largest = max(bends, default=0.0)
    return 2 / largest if largest > 0 else float("inf")


def _to_infinity(objective: Objective, steps: Sequence[PathStep], after: str, answer: Verdict | None) -> Ending | None:
    """Whether the loss falls on and on in the direction of the last half of the path."""
    last, middle = np.array(steps[-1].at), np.array(steps[len(steps) // 2].at)
    direction = last - middle
    length, reach = math.hypot(*direction), max(1.0, math.hypot(*last))
    if length == 0 or steps[-1].loss > steps[len(steps) // 2].loss:
        return None
    direction = direction / length
    values = objective.values(np.array([last + far * reach * direction for far in (0.0, *FAR)]))
    # so far out that the loss is its infimum to rounding: a proved verdict knows that it goes on falling
    gone = answer is not None and answer.minimum.kind == "not-attained"
    there = answer is not None and gone and abs(steps[-1].loss - nearest(answer.minimum.value.middle)) <= 1e-9
    if not np.isfinite(values).all() or (np.diff(values) > 1e-15).any() or (values[-1] >= values[0] and not there):
        return None
    names = objective.problem.free
    going = ", ".join(
        f"{name} → {'+' if d > 0 else '−'}∞" for name, d in zip(names, direction, strict=True) if abs(d) > 0.05
    )
    sentence = (
        f"running off to infinity: {after} it is at {_places(names, last)}, loss {steps[-1].loss:.6g}, and the loss "
    )
    sentence += f"falls on towards {values[-1]:.6g} as {going}"
    if answer is not None and answer.minimum.kind == "not-attained":
        trust = answer.minimum.trust
        return Ending(
            "to infinity", f"{sentence}; there is no minimum ({trust}): infimum {answer.minimum.value.text()}", trust
        )
    return Ending("to infinity", f"{sentence} (computed)")


def _places(names: tuple[str, ...], place: Floats) -> str:
    shown = [f"{name} = {value:.6g}".replace("-", "−") for name, value in zip(names, place, strict=True)]
    return ", ".join(shown) if len(shown) <= 4 else f"{', '.join(shown[:3])}, … ({len(shown)} weights)"
