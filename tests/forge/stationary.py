"""Whether a list of stationary points is true: signs of the slope on a line, Newton's steps in a box."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from tests.forge.function import Unclear, fraction
from tests.forge.look import Look, Spot
from tests.forge.say import digits, outside, say
from tests.forge.statement import Box


def points(look: Look) -> str | None:
    """A sentence on what is false in the list, or None."""
    if look.stated.stationary is None or (look.stated.size > 1 and look.stated.domain is None):
        return None
    return _left_open(look) or (_on_the_line(look) if look.stated.size == 1 else _in_a_box(look))


def _left_open(look: Look) -> str | None:
    """Of a place of no known kind only the values are claimed; on a plateau there is one."""
    for entry in look.stated.stationary or ():
        if entry.known:
            continue
        inside = [spot for spot in (*look.corners(entry.at), *look.all) if look.inside(spot, entry.at)][:60]
        known = [(spot, found) for spot in inside if (found := look.at(spot)) is not None]
        for spot, found in known:
            if wrong := outside(found, entry.value, f"the value in the place ({entry.kind})", spot):
                return wrong
            if entry.kind == "plateau" and (found < known[0][1] or found > known[0][1]):
                return f"a plateau is claimed; at {say(spot)} the value is {digits(found)}, and at {say(known[0][0])} {digits(known[0][1])}"
    return None


def _on_the_line(look: Look) -> str | None:
    assert look.stated.stationary is not None
    whole = look.stated.listed or ((-math.inf, math.inf),)
    for entry in look.stated.stationary:
        (left, right), kind = entry.at[0], entry.kind
        if not entry.known:
            continue
        ends = [look.slope(Fraction(v)) for v in (left, right)]
        wanted = -1 if kind == "minimum" else 1
        for found, want in zip(ends, (wanted, -wanted), strict=True):
            if found is not None and found * want < 0 and left < right:
                return f"no single {kind} in {say((left, right))}: the slope at an end is {digits(found)}"
        if left == right and (ends[0] is None or ends[0] > 0 or ends[0] < 0):
            return f"at {float(left):.17g} the slope is {ends[0]}; a stationary point is claimed"
        root = look.root(Fraction(left), Fraction(right))
        found = None if root is None else look.at((root,))
        if found is not None and (wrong := outside(found, entry.value, f"the value at the {kind}", (root,), 1)):
            return wrong
    taken = [entry.at[0] for entry in look.stated.stationary]
    for x in look.stated.spots:
        # Of the ends of an interval nothing is claimed.
        if whole[0][0] < x < whole[0][1] and not any(a <= x <= b for a, b in taken):
            flat = look.slope(x)
            if flat is not None and flat == 0:  # a ball of one number
                return f"the slope is 0 at {float(x):.17g}, where the list has nothing"
    grid = sorted({x for (x,) in look.all if abs(x) < 10**7} | {x for (x,) in look.dense()})
    grid = [x for x in grid if look.inside((x,), whole)]
    before: tuple[Fraction, int] | None = None
    for x in grid:
        found = look.slope(x)
        sign = 0 if found is None else 1 if found > 0 else -1 if found < 0 else 0
        if before is not None and sign and sign != before[1]:
            root = look.root(before[0], x)
            if root is not None and not any(
                a - Fraction(1, 10**20) <= root <= b + Fraction(1, 10**20) for a, b in taken
            ):
                return f"the slope changes sign at {float(root):.17g}, where the list has nothing"
        before = (x, sign) if sign else None if found is None else before
    return None


def _in_a_box(look: Look) -> str | None:
    assert look.stated.stationary is not None
    assert look.stated.domain is not None
    found: list[tuple[Spot, list[list[float]]]] = []
    ends = np.array([[float(a), float(b)] for a, b in look.stated.domain])
    starts = ends[:, 0] + (ends[:, 1] - ends[:, 0]) * look.rng.random((12, look.stated.size))
    middles = [tuple((Fraction(a) + Fraction(b)) / 2 for a, b in entry.at) for entry in look.stated.stationary]
    for start in (*middles[:8], *(tuple(Fraction(float(x)) for x in s) for s in starts)):
        for spot in look.newton(start, 20):
            try:
                slope, bend = look.gradient(spot)
            except (Unclear, ArithmeticError, ValueError):
                continue
            if max(abs(fraction(s)) for s in slope) < Fraction(1, 10**50):
                values = np.linalg.eigvalsh(np.array(bend))
                if (
                    np.abs(values).min() > 1e-9 * np.abs(values).max()
                ):  # a point of its own, which Newton's steps find to all digits
                    found.append((spot, bend))
    for spot, bend in found:
        homes = [entry for entry in look.stated.stationary if look.inside(spot, _wider(entry.at))]
        if not homes:
            if all(a < x < b for x, (a, b) in zip(spot, look.stated.domain, strict=True)):
                return f"the gradient is 0 at {say(spot)}, where the list has nothing"
            continue
        values = np.linalg.eigvalsh(np.array(bend))
        kind = "minimum" if (values > 0).all() else "maximum" if (values < 0).all() else "saddle"
        entry = homes[0]
        if entry.known and len(homes) == 1:
            if entry.kind != kind:
                return f"at {say(spot)} there is a {kind}; a {entry.kind} is claimed"
            exact = look.at(spot)
            if exact is not None and (wrong := outside(exact, entry.value, f"the value at the {kind}", spot, 1)):
                return wrong
            others = [
                o
                for o, _ in found
                if look.inside(o, entry.at)
                and max(abs(a - b) for a, b in zip(o, spot, strict=True)) > Fraction(1, 10**20)
            ]
            if others:
                return f"two points in one place: {say(spot)} and {say(others[0])}"
    return None


def _wider(box: Box) -> Box:
    return tuple((a - Fraction(1, 10**25), b + Fraction(1, 10**25)) for a, b in box)
