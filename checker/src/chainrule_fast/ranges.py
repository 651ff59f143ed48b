"""Ranges over an interval of v that use the derivative as well as the rows: the mean value form, and what convexity tells.

For x in ``[a, b]``: ``g(x) = g(a) + g'(ξ)(x − a)`` lies in ``g(a) + g'([a, b]) [0, b − a]``. Where g' is near 0 that is far tighter
than the sum of the rows' own ranges. Source: R. Moore, Interval Analysis (1966), chapter 6.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from chainrule_fast.claim import Stationary
from chainrule_fast.engine import Engine, Range
from chainrule_fast.rationals import scaled


def derivative(order: int, left: Fraction, right: Fraction) -> Callable[[Engine], Range]:
    """The question for the range of a derivative over an interval."""
    return lambda engine: engine.curve(order, left, right)


def slope_over(left: Fraction, right: Fraction) -> Callable[[Engine], Range]:
    """f' over an interval: the rows' exact ranges; where they do not tell, ``f'(left) + f''([left, right]) [0, width]`` as well."""

    def ask(engine: Engine) -> Range:
        found = engine.curve(1, left, right)
        if found.lower > 0 or found.upper < 0:
            return found
        return mean_value(found, engine.curve(1, left, left), engine.curve(2, left, right), right - left)

    return ask


def mean_value(natural: Range, at_left: Range, rate: Range, width: Fraction) -> Range:
    """A function over ``[left, left + width]`` from its natural range, its value at `left` and the range of its derivative."""
    change = Range(min(scaled(rate.lower, width), Fraction(0)), max(scaled(rate.upper, width), Fraction(0)))
    found = at_left.plus(change)
    return Range(max(natural.lower, found.lower), min(natural.upper, found.upper))


def loss_of(entry: Stationary, engine: Engine) -> Range:
    """The loss on all of an entry's interval; at its one stationary point, if it is a minimum or maximum.

    A minimum lies below both ends, a maximum above both.
    """
    left, right = entry.ends
    at_left = engine.curve(0, left, left)
    found = mean_value(engine.curve(0, left, right), at_left, engine.curve(1, left, right), right - left).of_loss
    if entry.kind == "unknown":
        return found
    at_right = engine.curve(0, right, right)
    if entry.kind == "minimum":
        return Range(found.lower, min(found.upper, at_left.upper, at_right.upper))
    return Range(max(found.lower, at_left.lower, at_right.lower), found.upper)


def infimum_of(entry: Stationary, engine: Engine) -> Range:
    """The least loss on the interval of a minimum or an unknown entry."""
    found = loss_of(entry, engine)
    ends = (engine.curve(0, v, v).upper for v in entry.ends)
    return Range(found.lower, min(found.upper, *ends))
