"""The slope of the loss far out on a line: its sign on a whole tail, and the limit it belongs to.

For ``v → ±∞`` a term with slope `a` has ``|h'| = 2 σ(|z|)³ e^{−m|z|}``, with m = 1 where the form grows and 2
where it falls (`profile`). Multiplied by the slowest of these exponentials, ``e^{r·|v|}`` with
``r = min m|a|``, the derivative of the loss is enclosed on the whole tail: terms of the slowest rate keep
``σ(|z|)³`` in ``[σ(|z_R|)³, 1]``, all others lie between 0 and their size at R. Once that excludes 0 the
sign is known from R to infinity. R doubles until it does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.intervals import TINY, ULP
from chainrule.problem.data import Floats
from chainrule.prove.neuron.enclose import SLACK, form_range
from chainrule.prove.neuron.ridge import Ridge

Slope = Literal["falling", "rising", "flat", "unknown"]
FURTHEST = 2.0**40
SAMPLE = 4096


@dataclass(frozen=True)
class Tail:
    """The loss is `slope` (as the weight increases) everywhere beyond `end`."""

    end: Fraction | float
    slope: Slope


def find_tail(ridge: Ridge, side: int) -> Tail:
    """The tail towards +∞ (`side` = 1) or −∞ (−1), with its end at `scale` times ±1, ±2, ±4, …

    Enclosed: the sign holds on the whole tail. Where leading terms cancel the slope is *unknown*.
    """
    a = side * ridge.a[:, 0]
    moving = a != 0
    if ridge.quadratic:
        return _penalized_tail(ridge, side)
    if not moving.any():
        return Tail(float(side), "flat")
    slowest = _slowest(ridge, side)
    end, furthest = scale(ridge), FURTHEST * _power_of_two(1 / float(np.min(np.abs(a[moving]))))
    few = _slow_sample(ridge, side, moving, slowest)
    while end <= furthest:
        # Leaving out terms that are not of the slowest rate can only make the sign more certain: a quick way to fail.
        certain = few is None or _sign_beyond(ridge, side, end, few, slowest) != 0
        if certain and (sign := _sign_beyond(ridge, side, end, moving, slowest)):
            return Tail(side * end, "rising" if sign * side > 0 else "falling")
        end *= 2
    return Tail(side * 1024 * scale(ridge), "unknown")


def _penalized_tail(ridge: Ridge, side: int) -> Tail:
    """With a penalty the slope is at least ``2λ|v| − Σ ω|a| max h'/n`` outward."""
    steepest = float(ridge.weight @ np.abs(ridge.a[:, 0])) * float(ridge.profile.steepest) / ridge.rows
    end = scale(ridge)
    while not 2 * float(ridge.quadratic.rate[0]) * end > steepest * (1 + 1e-6):
        end *= 2
    return Tail(side * end, "rising" if side > 0 else "falling")


def scale(ridge: Ridge) -> float:
    """The scale of the free weight: 1, or a power of two near ``1/max|a|`` where inputs are huge or tiny."""
    natural = 1 / float(np.max(np.abs(ridge.a[:, 0]), initial=0) or 1)
    return 1.0 if 2.0**-20 < natural < 2.0**20 else _power_of_two(natural)


def _power_of_two(x: float) -> float:
    return 2.0 ** math.floor(math.log2(x))


def _sign_beyond(ridge: Ridge, side: int, end: float, moving: np.ndarray, slowest: np.ndarray) -> int:
    """The sign of the slope outward of `end`, or 0 where it is not certain."""
    a, factor = side * ridge.a[moving, 0], ridge.weight[moving] * np.abs(ridge.a[moving, 0])
    point = np.array([[side * end]])
    low, high = form_range(ridge.a[moving], ridge.b[moving], ridge.b_error[moving], point, point)
    growing = a > 0
    # |z| increases outward for a growing form, z decreases for a falling one: "distance" is −z there.
    near = np.where(growing, low[0], -high[0])
    far = np.where(growing, high[0], -low[0])
    m = np.where(growing, ridge.profile.decay_right, ridge.profile.decay_left)
    shift = np.min(m * near)
    with np.errstate(under="ignore", over="ignore"):
        # Below the normal doubles an exponential is only known up to TINY, and a factor may be 1e100.
        largest = factor * (np.exp(shift - m * near) * (1 + SLACK * (1 + np.abs(shift - m * near))) + TINY)
        smallest = factor * (np.exp(shift - m * far) * (1 - SLACK * (1 + np.abs(shift - m * far))) - TINY)
        saturated = np.maximum(Arrays().sigmoid(near) ** ridge.profile.saturation * (1 - SLACK) - TINY, 0)
    least = np.maximum(smallest, 0) * saturated * slowest[moving]
    rise = _sum_bounds(least[growing], largest[growing])
    fall = _sum_bounds(least[~growing], largest[~growing])
    if rise[0] > fall[1]:
        return 1
    return -1 if fall[0] > rise[1] else 0


def _slow_sample(ridge: Ridge, side: int, moving: np.ndarray, slowest: np.ndarray) -> np.ndarray | None:
    """Where there are many terms: all of the slowest rate, and the slowest of the others; ``(m,)`` booleans."""
    if np.count_nonzero(moving) <= 4 * SAMPLE:
        return None
    rate = _rates(ridge, side)
    few = slowest.copy()
    few[np.argpartition(rate, SAMPLE)[:SAMPLE]] = True
    few[:: max(1, len(rate) // SAMPLE)] = True
    return np.asarray(few & moving)


def _sum_bounds(least: Floats, most: Floats) -> tuple[float, float]:
    slack = 1 + (len(least) + 4) * ULP
    return float(np.sum(least)) / slack, float(np.sum(most)) * slack


def _slowest(ridge: Ridge, side: int) -> np.ndarray:
    """Which terms decay at the slowest rate ``m|a|``, by exact comparison; ``(m,)`` booleans."""
    rate = _rates(ridge, side)
    near = np.flatnonzero(rate <= rate.min() * (1 + 8 * ULP))
    slowest = np.zeros(len(rate), dtype=bool)
    if _is_double(ridge):
        slowest[near[rate[near] == rate.min()]] = True
        return slowest
    exact = {i: _exact_rate(ridge, int(i), side) for i in near}
    least = min(exact.values())
    slowest[[i for i, value in exact.items() if value == least]] = True
    return slowest


def _rates(ridge: Ridge, side: int) -> Floats:
    """``m|a|`` of each term, infinite where the weight does not move it."""
    a = side * ridge.a[:, 0]
    rate = np.abs(a) * np.where(a > 0, ridge.profile.decay_right, ridge.profile.decay_left)
    rate[a == 0] = math.inf
    return np.asarray(rate)


def _is_double(ridge: Ridge) -> bool:
    """Whether every slope is exactly its double, as data given as floats is."""
    (name,) = ridge.problem.free
    inputs = ridge.problem.network.inputs
    columns = [c for c, x in zip(ridge.problem.data.inputs, inputs, strict=True) if name == f"w_{x}"]
    return all(bool(np.all(c.lower == c.upper)) for c in columns)


def _exact_rate(ridge: Ridge, term: int, side: int) -> Fraction:
    slope = side * ridge.exact_terms(int(ridge.row[term]))[0].slopes[0]
    # Both terms of one row share |slope|; the sign is the term's own.
    growing = side * ridge.a[term, 0] > 0
    return abs(slope) * (ridge.profile.decay_right if growing else ridge.profile.decay_left)
