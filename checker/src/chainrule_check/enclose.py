"""A sum enclosed on a region: its values, its slopes along given directions, and its mixed second derivatives.

For directions p_1 … p_m and q_1 … q_n, in one pass from the inside out:

    value in V,    ∂f/∂p_i in left[i],    ∂f/∂q_j in right[j],    ∂²f/∂p_i∂q_j in mixed[i][j]     at every point of the region,

by the rules of differentiation over intervals (numbers ``v + p ε₁ + q ε₂ + m ε₁ε₂`` with ε² = 0: hyper-dual numbers, Fike and Alonso 2011). A form has the exact
range of the region, the exact slopes ``A·p``, and no second derivative; so a function of one form is enclosed exactly, but for rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flint import arb, fmpq

from chainrule_check.intervals import Interval
from chainrule_check.regions import Box, Region, span
from chainrule_check.sums import Apply, Part, Product, Sum, Vector, dot

ZERO = Interval(arb(0), arb(0))


class Jet(NamedTuple):
    """A value with its derivatives along the directions that were asked for."""

    value: Interval
    left: list[Interval]
    right: list[Interval]
    mixed: list[list[Interval]]


def enclose(f: Sum, region: Region, left: Sequence[Vector] = (), right: Sequence[Vector] = ()) -> Jet:
    """All of it over a region."""
    result = Jet(
        span(region, f.slope, f.offset),
        [Interval.exact(dot(f.slope, p)) for p in left],
        [Interval.exact(dot(f.slope, q)) for q in right],
        [[ZERO] * len(right) for _ in left],
    )
    for factor, part in f.parts:
        result = _plus(result, _scaled(_part(part, region, left, right), factor))
    return result


def values(f: Sum, region: Region) -> Interval:
    """Its values alone."""
    return enclose(f, region).value


def at_point(f: Sum, point: Vector, left: Sequence[Vector] = (), right: Sequence[Vector] = ()) -> Jet:
    """All of it at one point."""
    return enclose(f, Box(tuple((x, x) for x in point)), left, right)


def basis(size: int) -> list[Vector]:
    """The directions of the weights themselves."""
    return [tuple(fmpq(int(i == j)) for i in range(size)) for j in range(size)]


def _part(part: Part, region: Region, left: Sequence[Vector], right: Sequence[Vector]) -> Jet:
    if isinstance(part, Product):
        result = enclose(part.factors[0], region, left, right)
        for factor in part.factors[1:]:
            result = _times(result, enclose(factor, region, left, right))
        return result
    return _chain(part, enclose(part.argument, region, left, right))


def _chain(part: Apply, z: Jet) -> Jet:
    value, first, second = part.function.orders
    if not z.left and not z.right:
        return Jet(value(z.value), [], [], [])
    rate = first(z.value)
    left, right = ([rate.times(slope) for slope in slopes] for slopes in (z.left, z.right))
    if not z.left or not z.right:
        return Jet(value(z.value), left, right, [[] for _ in left])
    bend = second(z.value)
    mixed = [
        [bend.times(p.times(q)).plus(rate.times(m)) for q, m in zip(z.right, row, strict=True)]
        for p, row in zip(z.left, z.mixed, strict=True)
    ]
    return Jet(value(z.value), left, right, mixed)


def _plus(a: Jet, b: Jet) -> Jet:
    return Jet(
        a.value.plus(b.value),
        [x.plus(y) for x, y in zip(a.left, b.left, strict=True)],
        [x.plus(y) for x, y in zip(a.right, b.right, strict=True)],
        [[x.plus(y) for x, y in zip(r, s, strict=True)] for r, s in zip(a.mixed, b.mixed, strict=True)],
    )


def _scaled(a: Jet, factor: fmpq) -> Jet:
    return Jet(
        a.value.scaled(factor),
        [x.scaled(factor) for x in a.left],
        [x.scaled(factor) for x in a.right],
        [[x.scaled(factor) for x in row] for row in a.mixed],
    )


def _times(a: Jet, b: Jet) -> Jet:
    """The product rule, once and twice."""
    return Jet(
        a.value.times(b.value),
        [p.times(b.value).plus(a.value.times(q)) for p, q in zip(a.left, b.left, strict=True)],
        [p.times(b.value).plus(a.value.times(q)) for p, q in zip(a.right, b.right, strict=True)],
        [
            [
                m.times(b.value).plus(a.value.times(n)).plus(p.times(d)).plus(c.times(q))
                for c, d, m, n in zip(a.right, b.right, rows[0], rows[1], strict=True)
            ]
            for p, q, *rows in zip(a.left, b.left, a.mixed, b.mixed, strict=True)
        ],
    )
