"""BOUND: f >= L on a region, three ways.

- *natural*: each part at its lowest, added.
- *plane* at a point p: below each part ``c φ(z)`` with c > 0 a line in z, which is its tangent at p where that is allowed. The lines add up to one
  plane, which is minimised over the box, together with the squares of single weights.

      convex φ                tangents lie below it
      φ convex up to e, then concave (the S shape), z in [l, u]:
          the tangent at q <= e lies below φ on (−∞, u] if it does at u (φ less the tangent is convex up to e, and least at q, where it is 0;
              beyond e it is concave, so least at its ends e and u)
          the chord from l to u lies below φ on [l, u] if l >= e, or if its slope is at most φ'(l)
              (the second: up to e, φ lies above its tangent at l, which has at least the chord's slope; beyond e it lies above the chord of its own ends)
      otherwise the number φ(l) does

- *centred*: on a box, with c its middle and d = θ − c, ``f(c) + s·d`` with s in the enclosed slopes (mean value theorem), or
  ``f(c) + ∇f(c)·d + ½ dᵀHd`` with H in the enclosed second derivatives (Taylor).
"""

from __future__ import annotations

import math

from flint import arb, fmpq

from chainrule_check.enclose import at_point, basis, enclose, values
from chainrule_check.functions import Function
from chainrule_check.intervals import Interval
from chainrule_check.regions import Box, Region, span
from chainrule_check.sums import Apply, Sum, Vector, dot

Line = tuple[arb, arb]  # slope and value at 0


def natural(f: Sum, region: Region) -> arb | None:
    """A lower end of f's own enclosure."""
    return values(f, region).low


def plane(f: Sum, box: Box, point: Vector) -> arb | None:
    """The least value over the box of lines below the parts of f, put at `point` where they may be."""
    slopes = [arb(a) for a in f.slope]
    squares = [fmpq(0)] * len(slopes)
    start = arb(f.offset)
    for c, part in f.parts:
        if c > 0 and isinstance(part, Apply) and part.argument.is_form:
            form = part.argument
            single = _single_weight(form) if part.function.name == "power 2" else None
            if single is not None:
                squares[single] += c * form.slope[single] ** 2
                continue
            z = span(box, form.slope, form.offset)
            steep, low = _line(part.function, z, arb(form.offset + dot(form.slope, point)))
            if low is None:
                return None
            factor = arb(c)
            start += factor * (low + steep * arb(form.offset))
            for j, a in enumerate(form.slope):
                if a != 0:
                    slopes[j] += factor * steep * arb(a)
            continue
        low = values(Sum((fmpq(0),) * len(slopes), fmpq(0), ((c, part),)), box).low
        if low is None:
            return None
        start += low
    for slope, square, (low_end, high_end) in zip(slopes, squares, box.finite_sides(), strict=True):
        start += _least_of_parabola(slope, square, arb(low_end), arb(high_end))
    return start if start.is_finite() else None


def centred(f: Sum, box: Box, order: int) -> arb | None:
    """The mean value form (order 1), or Taylor's with the second derivatives (order 2)."""
    axes, middle = basis(len(f.slope)), box.middle()
    steps = [Interval.between(low - m, high - m) for (low, high), m in zip(box.finite_sides(), middle, strict=True)]
    here = at_point(f, middle, axes if order == 2 else ())
    there = enclose(f, box, axes, axes if order == 2 else ())
    found = here.value
    for j, slope in enumerate(here.left if order == 2 else there.left):
        found = found.plus(slope.times(steps[j]))
    for i, row in enumerate(there.mixed):
        for j, bend in enumerate(row):
            if j < len(row):
                product = steps[i].power(2) if i == j else steps[i].times(steps[j])
                found = found.plus(bend.times(product).scaled(fmpq(1, 2)))
    # Both theorems need f to be defined all along the way, with these derivatives.
    return found.low if found.sure and there.value.sure else None


def _line(function: Function, z: Interval, near: arb) -> tuple[arb, arb | None]:
    """A line below φ on z: its slope, and its value where the form is 0 (None: there is none)."""
    value, _first, _ = function.orders
    if z.low is not None and z.high is not None:
        touch = near.max(z.low).min(z.high)
        if function.shape == "convex":
            return _tangent(function, touch)
        if function.shape == "S":
            return _below_s(function, z.low, z.high, touch)
    return arb(0), value(z).low


def _below_s(function: Function, low: arb, high: arb, near: arb) -> tuple[arb, arb | None]:
    """A line below a function of the S shape between two numbers: where the chord is below, nothing is higher; otherwise a tangent."""
    assert function.inflection is not None
    assert function.at is not None
    e = function.inflection()
    (bottom, start_slope), (top, _) = function.at(low), function.at(high)
    if high > low and not high <= e:
        chord = (top - bottom) / (high - low)
        if low >= e or chord <= start_slope:
            return chord, bottom - chord * low
    for guess in (near,) if high <= e else (near, _contact(function, high)):
        q = arb(guess.mid())
        if not q <= e:
            continue
        at, slope = function.at(q)
        start = at - slope * q
        if high <= e or slope * high + start <= top:
            return slope, start
    return arb(0), bottom


def _contact(function: Function, top: arb) -> arb:
    """About where the tangent that ends at (top, φ(top)) touches, a little lower. A guess in doubles, by Newton's method: who uses it checks it."""
    assert function.inflection is not None
    assert function.plain is not None
    u, e = min(float(top.mid()), 1e6), float(function.inflection().mid())
    target, q = function.plain(u)[0], min(-0.5 * math.log(2 * max(u, 0.5)), e - 0.1)
    for _ in range(8):
        value, slope, bend = function.plain(q)
        q = min(q - (value + slope * (u - q) - target) / (bend * (u - q)), e) if bend * (u - q) > 0 else e
    return arb(q - 1e-7)


def _tangent(function: Function, near: arb) -> tuple[arb, arb | None]:
    """The tangent at the number in the middle of a ball; at a kink, any of those that pass below."""
    value, first, _ = function.orders
    q = arb(near.mid())
    steep, at = first(Interval(q, q)), value(Interval(q, q)).low
    if steep.low is None or steep.high is None or at is None:
        return arb(0), None
    slope = steep.low if steep.low.overlaps(steep.high) else (steep.low + steep.high) / 2
    return slope, at - slope * q


def _single_weight(form: Sum) -> int | None:
    """Which weight the form is a multiple of, if it is one of a single weight."""
    used = [j for j, a in enumerate(form.slope) if a != 0]
    return used[0] if len(used) == 1 and form.offset == 0 else None


def _least_of_parabola(slope: arb, square: fmpq, low: arb, high: arb) -> arb:
    """The least of ``slope·x + square·x²`` over [low, high], with square >= 0."""
    q = arb(square)
    ends = (slope * low + q * low * low).min(slope * high + q * high * high)
    if square == 0:
        return ends
    turn = -slope / (2 * q)
    if turn <= low or turn >= high:
        return ends
    return -slope * slope / (4 * q)  # the least over all x, so no more than over the side
