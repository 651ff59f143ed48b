"""The loss at infinity along a line.

As ``v → ±∞`` a term whose form grows saturates at its full weight, one whose form falls vanishes, and one
that does not contain the weight stays: ``limit = (Σ_grow ω + Σ_stay ω h(b))/n + constant``.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import flint
import numpy as np

from chainrule.algebra.balls import Balls, ball, lower_end, precision, upper_end
from chainrule.exact import number_text
from chainrule.prove.line.sharp import BITS, PLACES, ROUGH_PLACES, is_sharp, outward
from chainrule.prove.line.tails import Tail
from chainrule.prove.neuron.enclose import enclose
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.result import Interval


@dataclass(frozen=True)
class Limit:
    """An enclosed limit. `risen` is the exact weight of the terms that saturate, out of n."""

    value: Interval
    risen: Fraction


def limit(ridge: Ridge, side: int) -> Limit:
    """The limit of the loss as the free weight goes to +∞ (`side` = 1) or −∞ (−1)."""
    slope = side * ridge.a[:, 0]
    risen = _exact_weight(ridge, slope > 0)
    if ridge.quadratic or (ridge.profile.convex and risen):
        return Limit(Interval(np.inf, np.inf), risen)
    if not (slope == 0).any():
        value = risen / ridge.rows + ridge.constant
        # Nothing but rationals: exact, as far as a decimal can say it.
        return Limit(
            Interval(value, value) if "/" not in number_text(value) else outward(value, value, _places(ridge)), risen
        )
    low, high = _staying(ridge, slope == 0)
    share = risen / ridge.rows
    return Limit(outward(share + low, share + high, _places(ridge)), risen)


def tail_floor(ridge: Ridge, tail: Tail) -> Fraction:
    """A lower bound of the loss on a whole tail: rising terms count from its end, falling ones not at all."""
    side = 1 if tail.end > 0 else -1
    rising = side * ridge.a[:, 0] >= 0
    end = np.array([[tail.end]])
    return Fraction(float(enclose(ridge.part(rising), end, end, order=0).value.lower[0]))


def _staying(ridge: Ridge, stay: np.ndarray) -> tuple[Fraction, Fraction]:
    """Bounds of ``Σ_stay ω h(b)/n + constant``."""
    if not is_sharp(ridge):
        origin = np.zeros((1, 1))
        value = enclose(ridge.part(stay), origin, origin, order=0).value
        return Fraction(float(value.lower[0])), Fraction(float(value.upper[0]))
    with precision(BITS):
        total = flint.arb(0)
        for i in np.flatnonzero(stay):
            term = ridge.exact[i]
            z = ball(term.offset)
            total += ball(term.weight) * ridge.profile.value(Balls(), z, *Balls().sigmoid_pair(z))
        total = total / ridge.rows + ball(ridge.constant)
        return lower_end(total), upper_end(total)


def _exact_weight(ridge: Ridge, terms: np.ndarray) -> Fraction:
    """``Σ ω`` of these terms, exactly: 1 for a label 0 or 1, otherwise from the label itself."""
    label = ridge.problem.data.label
    uneven = ((label.upper > 0) & (label.lower < 1))[ridge.row]
    if ridge.problem.data.case_weights is not None:
        uneven[:] = True
    total = Fraction(int(np.count_nonzero(terms & ~uneven)))
    for i in np.flatnonzero(terms & uneven):
        total += ridge.exact_weight(int(i))
    return total


def _places(ridge: Ridge) -> int:
    return PLACES if is_sharp(ridge) else ROUGH_PLACES
