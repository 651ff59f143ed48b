"""Sums of products of ranges, exactly: sizes, and combinations with rational factors."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from chainrule_check.engine import Range


def size(x: Range) -> Fraction:
    """``max |x|``; more than any bound where it is not finite."""
    if isinstance(x.lower, float) or isinstance(x.upper, float):
        return Fraction(10) ** 400
    return max(-x.lower, x.upper)


def over(row: Sequence[Range], reach: Sequence[Fraction]) -> Fraction:
    return sum((size(x) * r for x, r in zip(row, reach, strict=True)), Fraction(0))


def dot(row: Sequence[Fraction], values: Sequence[Range]) -> Range:
    """``Σ_j row_j [values_j]``."""
    if any(isinstance(end, float) for x in values for end in (x.lower, x.upper)):
        return Range(-float("inf"), float("inf"))
    pairs = [(y * x.lower, y * x.upper) for y, x in zip(row, values, strict=True)]
    return Range(sum((min(p) for p in pairs), Fraction(0)), sum((max(p) for p in pairs), Fraction(0)))
