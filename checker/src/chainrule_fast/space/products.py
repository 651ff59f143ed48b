"""Sums of products of ranges, exactly: sizes, and combinations with rational factors."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from chainrule_fast.engine import EVERYTHING, Range
from chainrule_fast.rationals import End, plus, scaled


def size(x: Range) -> End:
    """``max |x|``."""
    return max(-x.lower, x.upper)


def over(row: Sequence[Range], reach: Sequence[Fraction]) -> End:
    """``Σ_j max |row_j| reach_j``."""
    total: End = Fraction(0)
    for x, r in zip(row, reach, strict=True):
        total = plus(total, scaled(size(x), r), 1)
    return total


def dot(row: Sequence[Fraction], values: Sequence[Range]) -> Range:
    """``Σ_j row_j [values_j]``."""
    if not all(x.is_bounded for x in values):
        return EVERYTHING
    pairs = [(y * x.lower, y * x.upper) for y, x in zip(row, values, strict=True)]
    return Range(sum((min(p) for p in pairs), Fraction(0)), sum((max(p) for p in pairs), Fraction(0)))
