"""Enclosures for many rows at once in double intervals, block by block, on all cores. See `engine.Engine`.

A term is ``w h(s v + t)`` with w, s, t enclosed. At one v the argument is computed from the middles ŝ, t̂ and the nearest
double v̂, and widened: s errs by at most 3u relatively, v by u, the product and the sum and the widening itself by u each, so
``10u |ŝ v̂| + 4u |t̂|``, plus the error of t̂, covers it. An interval of v gives the hull of its two ends, since arguments are linear.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chainrule_fast.arrays import Pair, curve_range, enclosed_sum, outward, partial_sums, product, times
from chainrule_fast.engine import EVERYTHING, Range
from chainrule_fast.exponential import EXP_ERROR, FAR, Floats, U, exp
from chainrule_fast.rationals import double_enclosure, plus
from chainrule_fast.section import Section

Mask = NDArray[np.bool_]

BLOCK = 8192  # rows at a time: some 25 arrays of 64 kB, which a second-level cache holds
_PARALLEL = 100_000  # rows; below, starting threads costs more than it saves


class Doubles:
    """The enclosures of the loss along one free weight, in doubles."""

    name = "double intervals"

    def __init__(self, section: Section) -> None:
        self.section = section
        problem = section.problem
        label: Pair = (problem.lower[-1], problem.upper[-1])
        rest = outward(1 - label[1], 1 - label[0])
        zero, one = np.zeros(1), np.ones(1)
        sure_zero, sure_one = (label[0] == 0) & (label[1] == 0), (label[0] == 1) & (label[1] == 1)
        # Terms for 1 − y (sign +) where y is not surely 1, then for y (sign −) where it is not surely 0.
        plus, minus = np.flatnonzero(~sure_one), np.flatnonzero(~sure_zero)
        self.row = np.concatenate([plus, minus])
        sign = np.concatenate([np.ones(plus.size), -np.ones(minus.size)])
        weight_lower = np.concatenate(
            [np.where(sure_zero, one, rest[0])[plus], np.where(sure_one, one, label[0])[minus]]
        )
        weight_upper = np.concatenate(
            [np.where(sure_zero, one, rest[1])[plus], np.where(sure_one, one, label[1])[minus]]
        )
        self.weight: Pair = (np.maximum(weight_lower, zero), weight_upper)
        if problem.masses is not None:
            lower, upper = np.array([double_enclosure(mass) for mass in problem.masses]).T[:, self.row]
            found = product(self.weight, (lower, upper))
            self.weight = (np.maximum(found[0], zero), found[1])
        self.shape = problem.shape
        self.slope = _signed(problem.enclosed_slope(section.column), self.row, sign)
        self.middle: Floats = self.slope[0] / 2 + self.slope[1] / 2
        offset, margin = problem.enclosed_offset
        self.offset: Floats = offset[self.row] * sign
        self.margin: Floats = margin[self.row] + 4 * U * np.abs(self.offset)

    @cached_property
    def factors(self) -> tuple[Pair, Pair, Pair]:
        """``w s^order`` for the orders 0, 1, 2."""
        first = product(self.weight, self.slope)
        second = product(first, self.slope)
        return self.weight, first, (np.maximum(second[0], 0.0), second[1])

    def _argument(self, block: slice, v: float) -> Pair:
        moving = self.middle[block] * v
        centre = moving + self.offset[block]
        margin = np.abs(moving) * (10 * U) + self.margin[block]
        return centre - margin, centre + margin

    def _sum(self, ranges: Callable[[slice], Pair]) -> Range:
        """The sum over all terms of products whose ranges `ranges` gives block by block."""
        blocks = [slice(i, i + BLOCK) for i in range(0, self.row.size, BLOCK)]

        def both(block: slice) -> tuple[tuple[list[float], float], tuple[list[float], float]]:
            with np.errstate(all="ignore"):  # an overflow gives inf or nan, and those give no enclosure
                lower, upper = ranges(block)
                return partial_sums(lower), partial_sums(upper)

        workers = os.cpu_count() or 1
        if self.row.size >= _PARALLEL and workers > 1:
            with ThreadPoolExecutor(workers) as pool:
                parts = list(pool.map(both, blocks))
        else:
            parts = [both(block) for block in blocks]
        return Range(enclosed_sum((low for low, _ in parts), -1), enclosed_sum((high for _, high in parts), 1))

    def curve(self, order: int, left: Fraction, right: Fraction) -> Range:
        begin, end = _nearest(left), _nearest(right)

        def ranges(block: slice) -> Pair:
            lower, upper = self._argument(block, begin)
            if begin != end or left != right:
                other = self._argument(block, end)
                lower, upper = np.minimum(lower, other[0]), np.maximum(upper, other[1])
            found = curve_range(self.shape, order, lower, upper)
            factor = _cut(self.factors[order], block)
            return times(found, factor) if order == 1 else times(factor, found)

        return self._mean(self._sum(ranges), order).plus(self.section.penalty(order, left, right))

    def beyond(self, side: int, end: Fraction) -> Range:
        limits = {way: float(limit) for way, limit in self.shape.limits.items()}

        def ranges(block: slice) -> Pair:
            here = curve_range(self.shape, 0, *self._argument(block, _nearest(end)))
            slope = side * self.middle[block]  # its sign is exact: slopes are 0 or at least 1e-100
            found = np.where(slope >= 0, here[0], limits[-1]), np.where(slope <= 0, here[1], limits[1])
            return times(_cut(self.weight, block), found)

        return self._mean(self._sum(ranges), 0).plus(self.section.penalty_beyond(side, end))

    def tail_slope(self, side: int, end: Fraction) -> Range:
        if self.section.ridge:
            return self._pulled_slope(side, end)
        decays, slowest = self.shape.decays, self._slowest(side)
        if slowest is None:
            return EVERYTHING

        def ranges(block: slice) -> Pair:
            z_lower, z_upper = self._argument(block, _nearest(end))
            rising = side * self.middle[block] > 0  # σ → 1 there, else → 0
            up, down = decays[1], decays[-1]
            exponent = np.where(rising, -up.rate * z_lower, down.rate * z_upper)
            bound = np.where(rising, up.factor, down.factor) * exp(exponent) * (1 + 2 * EXP_ERROR)
            bound = np.where(exponent > FAR, np.inf, bound)  # exp cuts there; below −700 the cut only enlarges
            at_end = curve_range(self.shape, 1, z_lower, z_upper)[0]
            found = np.where(slowest[block], at_end, 0.0), np.where(self.middle[block] == 0, 0.0, bound)
            return times(found, _cut(self.factors[1], block))

        return self._mean(self._sum(ranges), 1)

    def _pulled_slope(self, side: int, end: Fraction) -> Range:
        """See `balls.Arb._pulled_slope`."""
        steepest = double_enclosure(self.shape.steepest)[1]

        def ranges(block: slice) -> Pair:
            size = np.maximum(np.abs(self.factors[1][0][block]), np.abs(self.factors[1][1][block]))
            inward = np.where(side * self.middle[block] < 0, size, 0.0)
            return np.zeros_like(inward), inward * steepest

        inward = self._sum(ranges).mean(self.section.total).upper
        least = plus(2 * self.section.ridge * side * end, -inward, -1)
        return Range(least, math.inf) if side > 0 else Range(-math.inf, -least)

    def _slowest(self, side: int) -> Mask | None:
        """Which terms decay with the slowest of all rates: exactly, through rationals where doubles are not exact."""
        moving = self.middle != 0
        if not moving.any():
            return None
        rate = np.where(side * self.middle > 0, self.shape.decays[1].rate, self.shape.decays[-1].rate)
        sizes = np.abs(self.slope[0]) * rate, np.abs(self.slope[1]) * rate  # times 1 or 2: exact
        lower, upper = np.minimum(*sizes), np.maximum(*sizes)
        candidates: Mask = moving & (lower <= upper[moving].min())
        if (lower[candidates] == upper[candidates]).all():
            return candidates
        where = np.flatnonzero(candidates).tolist()
        section = self.section
        exact = [int(rate[i]) * abs(section.problem.slope(int(self.row[i]), section.column)) for i in where]
        least = min(exact)
        slowest: Mask = np.zeros(moving.size, dtype=np.bool_)
        slowest[[i for i, value in zip(where, exact, strict=True) if value == least]] = True
        return slowest

    def limit(self, side: int) -> Range:
        section = self.section
        exact, rest = section.saturated(side) + section.constants, Range(section.problem.rest, section.problem.rest)
        if self.middle.all():
            return Range(exact, exact).mean(section.total).of_loss.plus(rest)

        def ranges(block: slice) -> Pair:
            here = curve_range(self.shape, 0, *self._argument(block, 0.0))
            still = self.middle[block] == 0
            return times(_cut(self.weight, block), (np.where(still, here[0], 0.0), np.where(still, here[1], 0.0)))

        return self._sum(ranges).mean(section.total, exact).of_loss.plus(rest)

    def _mean(self, total: Range, order: int) -> Range:
        if order:
            return total.mean(self.section.total)
        return total.mean(self.section.total, self.section.constants).of_loss


def _cut(pair: Pair, block: slice) -> Pair:
    return pair[0][block], pair[1][block]


def _signed(pair: Pair, row: NDArray[np.int_], sign: Floats) -> Pair:
    """The rows of a pair times ±1."""
    lower, upper = pair[0][row], pair[1][row]
    return np.where(sign > 0, lower, -upper), np.where(sign > 0, upper, -lower)


def _nearest(value: Fraction) -> float:
    return value.numerator / value.denominator
