"""Rigorous bounds of ``y·∇f`` and of ``y·∇²f`` on many boxes at once, in doubles; y is one direction for each box.

``Ω y·∇f = Σ_i ω_i (y·a_i) h'(z_i) + 2λΩ Σ y_j θ_j`` (the last over weights with a penalty): each factor is one number, so the terms' exact ranges are added. On small boxes, with c the
centre and r the half-widths, the mean value theorem gives more: ``y·∇f(θ)`` differs from ``y·∇f(c)`` by at most
``Σ_j r_j max |y·∇²f|_j``, ``Ω (y·∇²f)_j = Σ_i ω_i (y·a_i) a_ij h''(z_i) + 2λΩ y_j``.

Rounding, as in `bounds`: a computed ``y·a_i`` errs by at most ``(k + 4)u Σ_j |y_j a_ij|`` however much of that cancels, so sizes are
sums with that in place of ``|y·a_i|``; twice the error of a sum there covers both.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from chainrule_fast.arrays import curve_range
from chainrule_fast.exponential import Floats, U
from chainrule_fast.space.bounds import Bounds


class Combined(Bounds):
    """For boxes ``(B, k)`` and directions ``(B, k)``; a nan or an infinite bound, where numbers are extreme, proves nothing."""

    @property
    def divisor(self) -> Fraction:
        """Ω, exactly: what sums over the rows are divided by."""
        return self.terms.total

    def rise(self, lower: Floats, upper: Floats, y: Floats) -> Floats:
        """A lower bound ``(B,)`` of ``Ω y·∇f`` on each box: the better one of the two above."""
        found = self._natural(lower, upper, y)
        left = np.flatnonzero(~(found > 0))
        if len(left):
            low, high, direction = lower[left], upper[left], y[left]
            centre = low / 2 + high / 2
            radius = np.maximum(centre - low, high - centre) * (1 + 4 * U)
            start = self._natural(centre, centre, direction)
            least, most = self.bend(low, high, direction)
            way = (np.maximum(np.abs(least), np.abs(most)) * radius).sum(axis=1)
            found[left] = np.fmax(found[left], start - way * (1 + 16 * U) - 4 * U * np.abs(start))
        return found

    def _natural(self, lower: Floats, upper: Floats, y: Floats) -> Floats:
        def part(boxes: slice, rows: slice) -> Floats:
            least, most = curve_range(self.terms.shape, 1, *self._forms(lower[boxes], upper[boxes], rows))
            factor, size = self._factor(y[boxes], rows)
            total = (np.where(factor > 0, least, most) * factor).sum(axis=1)
            return np.stack([total, (most * size).sum(axis=1)], axis=-1)

        total = self._sum(len(lower), 2, part)
        pull = 2 * self.pull * y
        total[:, 0] += np.minimum(pull * lower, pull * upper).sum(axis=1)
        total[:, 1] += (np.abs(pull) * np.maximum(np.abs(lower), np.abs(upper))).sum(axis=1)
        return np.asarray(total[:, 0] - 2 * self.error * total[:, 1] - self._spare(y))

    def bend(self, lower: Floats, upper: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Below and above the k entries of ``Ω y·∇²f`` on each box: ``(B, k)`` each."""
        k, terms = self.terms.k, self.terms

        def part(boxes: slice, rows: slice) -> Floats:
            least, most = curve_range(terms.shape, 2, *self._forms(lower[boxes], upper[boxes], rows))
            factor, size = self._factor(y[boxes], rows)
            size *= np.maximum(np.abs(least), np.abs(most))
            found = np.empty((len(least), 3 * k))
            for j in range(k):
                a = terms.a[j, rows]
                product = factor * a
                first, last = least * product, most * product
                found[:, j] = np.minimum(first, last).sum(axis=1)
                found[:, k + j] = np.maximum(first, last).sum(axis=1)
                found[:, 2 * k + j] = (size * np.abs(a)).sum(axis=1)
            return found

        total = self._sum(len(lower), 3 * k, part)
        pull = 2 * self.pull * y
        total[:, :k] += pull
        total[:, k : 2 * k] += pull
        total[:, 2 * k :] += np.abs(pull)
        steep = np.max(np.abs(terms.a), axis=1, initial=0.0)
        slack = 2 * self.error * total[:, 2 * k :] + self._spare(y)[:, None] * (1 + steep)
        return total[:, :k] - slack, total[:, k : 2 * k] + slack

    def _factor(self, y: Floats, rows: slice) -> tuple[Floats, Floats]:
        """``ω (y·a)`` of each term and ``ω Σ_j |y_j a_j|``: ``(B, terms)`` each."""
        a, weight = self.terms.a[:, rows], self.terms.weight[rows]
        factor, size = np.zeros((len(y), a.shape[1])), np.zeros((len(y), a.shape[1]))
        for j in range(len(a)):
            product = y[:, j, None] * a[j]
            factor += product
            size += np.abs(product)
        return factor * weight, size * weight

    def _spare(self, y: Floats) -> Floats:
        """What numbers below the normal doubles may have lost."""
        steep = np.max(np.abs(self.terms.a), axis=1, initial=0.0)
        return np.asarray(self.spare * (1 + np.abs(y) @ steep))
