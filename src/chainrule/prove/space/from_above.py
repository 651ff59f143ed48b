"""Finding why a limit at infinity is approached from above (`approach`), or a direction in which it is approached from below.

One identity for each term that is given up, then the lowest M from which on the inequalities hold for all of them at once. Most of the portions go to the e's
with the largest μ, so that M need not be large. What stays is given little room to be off its best place only where more of it leaves too little for the rest: where margins tie.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.problem.data import Floats
from chainrule.prove.neuron.directions import Vector
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.space.approach import Approach, Below, place_of, swerving
from chainrule.prove.space.groups import Level, Together
from chainrule.prove.space.identity import Identity, exact_offset, find_identity
from chainrule.prove.space.level import RISES, find_level
from chainrule.prove.space.pattern import Pattern

# How far, as a logit, a group may be off its best place before that alone is enough.
OFF = (2.0, 0.5, 0.125)
FURTHEST = 60.0


def find_approach(ridge: Ridge, together: Together, pattern: Pattern) -> Approach | Below | None:
    """Why the pattern's limit is approached from above, or a direction in which it may not be; None where neither is found."""
    given_up = [int(e) for e in np.flatnonzero(pattern.up)]
    right = _right(ridge, together, pattern)
    if not len(right):
        return None
    # Of a bundle nothing need be known but its infimum where no identity leans on it.
    ways: list[tuple[Vector, ...]] = [()] if pattern.bundle else []
    if pattern.bundle is None or pattern.bundle.place is not None:
        ways.append(pattern.spanning(together))
    still = start_of(ridge, together, pattern)
    for staying in ways:
        each = [find_identity(ridge, staying, still, term, right) for term in given_up]
        identities = [identity for identity in each if isinstance(identity, Identity)]
        if len(identities) == len(given_up):
            for off, level in _ways_off(pattern, identities):
                enough = _enough(ridge, together, pattern, identities, off, level)
                if enough is not None:
                    portions = tuple(Fraction(math.ceil(x * 2**40), 2**40) for x in enough[1])
                    up = tuple(given_up)
                    return Approach(pattern, up, tuple(identities), portions, enough[0], off, level, together)
        elif staying or pattern.bundle is None:
            below = next((x for x in each if isinstance(x, np.ndarray)), None)
            return None if below is None else Below(pattern, below)
    return None


def _right(ridge: Ridge, together: Together, pattern: Pattern) -> np.ndarray:
    """The terms that fall, one of each form's slopes."""
    if pattern.bundle is not None:
        still = np.isin(ridge.row, pattern.bundle.rows)
    else:
        still = np.isin(together.of_term, pattern.stay) & (together.of_term >= 0)
    right = np.flatnonzero(~pattern.up & ~still)
    return right[np.unique(ridge.a[right], axis=0, return_index=True)[1]]


def start_of(ridge: Ridge, together: Together, pattern: Pattern) -> Floats:
    """A point at which the rows that stay cost about their least."""
    if pattern.bundle is not None:
        found = np.zeros(ridge.a.shape[1])
        if pattern.bundle.place is not None:
            found[list(pattern.bundle.kept)] = pattern.bundle.place
        return found
    slopes, offset, place = (x[list(pattern.stay)] for x in together.places)
    return np.asarray(np.linalg.lstsq(slopes, place - offset, rcond=None)[0])


def _ways_off(pattern: Pattern, identities: Sequence[Identity]) -> Iterator[tuple[float, Level | None]]:
    """How far what stays may be off its best place, the widest first."""
    if pattern.bundle is None:
        yield from ((off, None) for off in (OFF if pattern.stay else OFF[:1]))
    elif not any(any(identity.lean) for identity in identities):
        yield 0.0, None
    else:
        for rise in RISES:
            level = find_level(pattern.bundle, rise)
            if level is not None:
                yield 0.0, level


def _enough(
    ridge: Ridge,
    together: Together,
    pattern: Pattern,
    identities: Sequence[Identity],
    off: float,
    level: Level | None,
) -> tuple[float, Floats] | None:
    """The M from which on the inequality holds for all e at once, and the portions."""
    lost = 2.001 * ridge.weight[[identity.term for identity in identities]]
    share = np.array([float(identity.share) for identity in identities])
    constant, least, fixed = _costs(ridge, together, pattern, identities, off, level)
    for z in np.arange(0.0, FURTHEST, 0.25):
        costs = np.minimum(least * Arrays().sigmoid(constant - share * z) ** 2, fixed)
        portions = lost * np.exp(-z) / (costs + 1e-300)
        if portions.sum() < 0.99:
            return float(z), portions
    return None


def _costs(
    ridge: Ridge,
    together: Together,
    pattern: Pattern,
    identities: Sequence[Identity],
    off: float,
    level: Level | None,
) -> tuple[Floats, Floats, Floats]:
    """Of each identity ``c + ρ − D``, the least weight of its q's, and what the group that it is cheapest to put off its place, or the bundle, costs then."""
    constant, least, fixed = np.zeros(len(identities)), np.zeros(len(identities)), np.full(len(identities), np.inf)
    for i, identity in enumerate(identities):
        c = sum((w * exact_offset(ridge, q) for q, w in identity.multipliers.items()), Fraction(0))
        c += identity.share * exact_offset(ridge, identity.term)
        for group, factor in swerving(together, pattern, identity):
            whole = group.plus + group.minus
            place = place_of(group, factor, off)
            c += factor * (group.offset - place)
            swerve = float(Arrays().sigmoid(np.array(float(place)))) - float(group.minus / whole)
            fixed[i] = min(fixed[i], float(whole) * swerve**2)
        if level is not None and pattern.bundle is not None:
            c -= level.furthest([identity.lean[j] for j in pattern.bundle.kept])
            fixed[i] = level.more
        weights = np.array([float(ridge.weight[q]) for q in identity.multipliers])
        factors = np.array([float(factor) for factor in identity.multipliers.values()])
        least[i] = weights.min()
        constant[i] = float(c) + factors @ np.log(weights / (factors * least[i])) / 2
    return constant, least, fixed
