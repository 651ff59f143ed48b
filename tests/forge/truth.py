"""What is false in a statement, found by means that share nothing with the product: dense scans, many starts, exact points, Arb at 240 bits.

A sentence is returned only where a *point* shows the falsehood (its value as a ball), or a chain of points whose trend leaves no doubt. What
this truth cannot refute may still be false; what it refutes is.
"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

from tests.forge import stationary
from tests.forge.function import Unclear, fraction, value
from tests.forge.look import FAR, Look, Spot
from tests.forge.say import at_most, below, digits, outside, say
from tests.forge.statement import Box, Statement

MARGIN = Fraction(1, 10**9)


def falsehood(stated: Statement, seed: int = 0) -> str | None:
    """A sentence on what is false, or None."""
    if stated.size == 0:
        found = value(stated.function, ())
        return None if found is None else outside(found, stated.value, "the value", ())
    look = Look(stated, seed)
    return _infimum(look) or _place(look) or _direction(look) or _limits(look) or stationary.points(look)


def _infimum(look: Look) -> str | None:
    low, high = look.stated.value
    if isinstance(low, float) and low > 0:
        return f"the infimum is claimed to be infinite: {low}"
    if look.stated.kind == "attained" and isinstance(high, float) and high < 0:
        return "a minimum of −∞ is claimed to be attained"
    out = look.far_out()
    best = look.best([*look.samples, *([] if out is None else [out[0]])])
    for spot in look.samples:
        found = look.at(spot)
        if found is not None and isinstance(low, Fraction) and below(found, low):
            return f"at {say(spot)} the value is {digits(found)}, below the claimed {float(low):.17g}"
        held = found is not None and isinstance(low, Fraction) and at_most(found, low)
        if held and look.stated.kind == "not-attained" and _exact(look, spot):
            return f"the infimum is claimed to be at least {float(low):.17g}, and not attained; at {say(spot)} it is"
    if best is None or not isinstance(high, Fraction):
        return None
    spot, lowest = best
    slack = MARGIN * (1 + abs(high)) + 4 * look.drift()
    if fraction(lowest) > high + slack:
        return f"nothing is found below {digits(lowest)}, at {say(spot)}; the infimum is claimed to be at most {float(high):.17g}"
    return None


def _exact(look: Look, spot: Spot) -> bool:
    found = look.at(spot)
    return found is not None and float(found.rad()) < 1e-40 * max(1.0, abs(float(found.mid())))


def _place(look: Look) -> str | None:
    """An attained minimum: it exists, and its minimisers lie in `at`."""
    at = look.stated.at
    if look.stated.kind != "attained" or at is None:
        return None
    if bottomless := _bottomless(look):
        return bottomless
    here = look.best(spot for spot in look.samples if look.inside(spot, at))
    there = look.best(spot for spot in look.samples if not look.inside(spot, at))
    if here is None:
        if there is None:
            return None
        return (
            f"nothing is defined in the claimed place, as far as {len(look.samples)} points show"
            if _undefined(look, at)
            else None
        )
    if there is not None:
        gap = fraction(here[1]) - fraction(there[1])
        if gap > MARGIN * (1 + abs(fraction(here[1]))) * _spread(look, at):
            return f"at {say(there[0])} the value {digits(there[1])} is below all found in the claimed place, {digits(here[1])}"
        if look.stated.every and (twin := _twin(look, here[0], at)):
            return f"{say(twin)} costs as much as {say(here[0])}, {digits(here[1])}, and lies outside the claimed place"
    return _escapes(look)


def _twin(look: Look, here: Spot, at: Box) -> Spot | None:
    """A minimiser outside the place that costs exactly as much as the one inside, as far as 45 digits show."""
    least = fraction(look.at(here))
    for spot in look.polished:
        found = look.at(spot)
        if (
            found is None
            or look.inside(spot, at)
            or abs(fraction(found) - least) > Fraction(1, 10**45) * (1 + abs(least))
        ):
            continue
        if _settled(look, spot, here):
            return spot
    return None


def _spread(look: Look, at: Box) -> int:
    """A search in a wide place may miss its least value by more than one in a narrow place."""
    return 1 if all(b - a < 1 for a, b in at) else 1000


def _undefined(look: Look, at: Box) -> bool:
    corners = [spot for spot in look.corners(at) if look.inside(spot, look.stated.domain)]
    return bool(corners) and all(look.at(spot) is None for spot in corners)


def _settled(look: Look, spot: Spot, here: Spot) -> bool:
    """The spot is stationary to 50 digits, and apart from `here` by more than what a flat minimum may hide."""
    if all(abs(a - b) < Fraction(1, 50) * (1 + abs(a)) for a, b in zip(spot, here, strict=True)):
        return False
    try:
        return max(abs(fraction(s)) for s in look.gradient(spot)[0]) < Fraction(1, 10**50)
    except (Unclear, ArithmeticError, ValueError):
        return False


def _bottomless(look: Look) -> str | None:
    """Values beside a spot that fall by steps which do not shrink: there is no least value."""
    if look.stated.size != 1:
        spots = [spot for spot in look.samples[:60] if look.at(spot) is None]
    else:
        spots = [(x,) for x in (*look.stated.spots[:120], Fraction(0))]
    ways = look.ways()
    for spot in spots:
        if look.at(spot) is not None or not look.inside(spot, look.stated.domain):
            continue
        for way in ways:
            chain = []
            for j in range(5, 90, 6):
                near = tuple(x + u / 10**j for x, u in zip(spot, way, strict=True))
                found = look.at(near) if look.inside(near, look.stated.domain) else None
                if found is None:
                    break
                chain.append(fraction(found))
            if len(chain) < 12:
                continue
            drops = [a - b for a, b in itertools.pairwise(chain)]
            if drops[0] > 0 and all(b >= a * Fraction(9, 10) for a, b in itertools.pairwise(drops)):
                return f"beside {say(spot)} the values fall without end; a minimum is claimed"
            best = look.best(
                s for s in look.samples if max(abs(a - b) for a, b in zip(s, spot, strict=True)) > Fraction(1, 10**5)
            )
            if all(d > 0 for d in drops) and (best is None or chain[-1] < fraction(best[1])):
                return (
                    f"towards {say(spot)}, where there is no value, values fall below all others; a minimum is claimed"
                )
    return None


def _escapes(look: Look) -> str | None:
    """One variable, all reals: values that fall for ever and end below all others."""
    if look.stated.domain is not None or look.stated.size != 1:
        return None
    for way in (-1, 1):
        chain = [look.at((way * t,)) for t in FAR]
        if any(found is None for found in chain):
            continue
        if all(b < a for a, b in itertools.pairwise(chain)):
            best = look.best(spot for spot in look.samples if abs(spot[0]) <= 1000 or spot[0] * way < 0)
            if best is not None and chain[-1] < best[1]:
                return f"the values fall for ever towards {way}·∞, below all others: {digits(chain[-1])}; a minimum is claimed"
    return None


def _direction(look: Look) -> str | None:
    """Not attained: values near the infimum are limits along the direction."""
    if look.stated.direction is None:
        return None
    if not any(look.stated.direction):
        return "the direction is 0"
    out = look.far_out()
    best = look.best(look.samples)
    if out is None or best is None:
        return None
    if fraction(best[1]) < fraction(out[1]) - 1000 * MARGIN * (1 + abs(fraction(out[1]))) - look.drift():
        return f"at {say(best[0])} the value {digits(best[1])} is below all limits found along the direction, {digits(out[1])}"
    return _reached(look) if look.stated.reached and look.stated.size > 1 else None


def _reached(look: Look) -> str | None:
    """From some point the function is said to tend to its infimum: the limits do not fall for ever, the farther out one starts."""
    found = [look.far_out((wide,)) for wide in (0.25, 0.5, 1, 2, 4)]
    chain = [out[1] for out in found if out is not None]
    if len(chain) == 5 and all(b < a for a, b in itertools.pairwise(chain)):
        return f"the limits along the direction fall for ever, from {digits(chain[0])} on, and none is the infimum"
    return None


def _limits(look: Look) -> str | None:
    for side, (low, high) in look.stated.limits:
        ends = [look.at((side * t,)) for t in FAR]
        if ends[-1] is None or ends[-2] is None:
            continue
        last, before = fraction(ends[-1]), fraction(ends[-2])
        if abs(last) > 10**12 and abs(ends[-1]) > 100 * abs(ends[-2]):  # without end
            if (math.inf if last > 0 else -math.inf) not in (low, high):
                return f"the values grow for ever on side {side}, and the limit is claimed to lie in {say((low, high))}"
            continue
        slack = Fraction(1, 10**6) * (1 + abs(last)) + 20 * abs(last - before)
        if last + slack < low or last - slack > high:
            return f"far out on side {side} the value is {digits(ends[-1])}, and the limit is claimed to lie in {say((low, high))}"
    return None
