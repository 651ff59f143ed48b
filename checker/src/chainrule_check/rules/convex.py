"""CONVEX: on a box B the Hessian is at least m > 0, so f lies above a paraboloid at any of its points p.

    f(θ) >= f(p) + g·(θ − p) + (m/2) |θ − p|²    for θ in B, where g is the gradient at p, both over the sides of B that have a width; hence
    f >= f(p) − |g|²/(2m) on B,    and    |θ − p| <= 2|g|/m wherever f(θ) <= f(p).

Hypotheses: p lies in B; f is twice differentiable on B (the enclosed second derivatives are sure); H − m·I is positive definite there. The last, on each part of a grid
over B (the Hessian that is at least m at every point of every part is so on B): the parts
``c φ(A·θ + b)`` with c > 0 have second derivatives c φ'' AAᵀ, at least that with the least φ''; all others are enclosed entry by entry, and a symmetric matrix
with entries within radii r of M is at least M less its largest row sum of r. All pivots of the sum less m are positive, in ball arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from flint import arb, arb_mat, fmpq

from chainrule_check.enclose import at_point, basis, enclose, values
from chainrule_check.intervals import Interval
from chainrule_check.regions import Box
from chainrule_check.sums import Apply, Sum, Vector


@dataclass(frozen=True)
class Bowl:
    """A box on which f is convex, with what follows: f >= floor on it, and f <= f(point) only within `reach` of the point."""

    box: Box
    point: Vector
    floor: arb
    reach: arb


def bowl(f: Sum, box: Box, point: Vector, modulus: fmpq, grid: Sequence[int]) -> Bowl | str:
    """What a box, a point of it and a modulus show, looked at in so many equal parts along each side; or why they do not show it."""
    if not box.holds(point):
        return "the point lies outside the box"
    if modulus <= 0:
        return "the modulus is not above 0"
    axes = [y for y, (low, high) in zip(basis(len(point)), box.finite_sides(), strict=True) if low < high]
    if not all(_at_least(f, part, axes, modulus) for part in _parts(box, grid)):
        return f"the Hessian is not shown to exceed {modulus} on the box"
    here = at_point(f, point, axes)
    square = arb(0)
    for slope in here.left:
        square += _widest(slope) ** 2
    if here.value.low is None or not here.value.sure or not square.is_finite():
        return "f or its slope is not defined at the point"
    return Bowl(box, point, here.value.low - square / (2 * arb(modulus)), 2 * square.sqrt() / arb(modulus))


def is_convex(f: Sum) -> bool:
    """Whether f is convex on all of space: a form, and convex functions of forms with factors of 0 or more."""
    return f.total and all(
        c >= 0 and isinstance(part, Apply) and part.argument.is_form and part.function.shape == "convex"
        for c, part in f.parts
    )


def _parts(box: Box, grid: Sequence[int]) -> Iterator[Box]:
    cuts = [
        [(low + (high - low) * i / n, low + (high - low) * (i + 1) / n) for i in range(n)]
        for (low, high), n in zip(box.finite_sides(), grid, strict=True)
    ]
    return (Box(sides) for sides in product(*cuts))


def _at_least(f: Sum, box: Box, axes: list[Vector], modulus: fmpq) -> bool:
    size = len(axes)
    if not size:
        return values(f, box).sure
    matrix = arb_mat(size, size)
    rest = []
    for c, part in f.parts:
        if not (c > 0 and isinstance(part, Apply) and part.argument.is_form):
            rest.append((c, part))
            continue
        z = enclose(part.argument, box).value
        bend = part.function.orders[2](z)
        if bend.low is None or not bend.sure or not part.function.orders[0](z).sure:
            return False
        form = [part.argument.slope[j] for y in axes for j, one in enumerate(y) if one != 0]
        factor = arb(c) * bend.low
        for i, a in enumerate(form):
            for j, b in enumerate(form):
                if a != 0 and b != 0:
                    matrix[i, j] += factor * arb(a * b)
    spread = arb(modulus)
    if rest:
        jet = enclose(Sum((fmpq(0),) * len(f.slope), fmpq(0), tuple(rest)), box, axes, axes)
        if not jet.value.sure or not all(bend.sure for row in jet.mixed for bend in row):
            return False
        rows = arb(0)
        for i, row in enumerate(jet.mixed):
            total = arb(0)
            for j, bend in enumerate(row):
                if bend.low is None or bend.high is None:
                    return False
                matrix[i, j] += (bend.low + bend.high) / 2
                total += ((bend.high - bend.low) / 2).upper()
            rows = rows.max(total)
        spread += rows
    for i in range(size):
        matrix[i, i] -= spread
    return positive_definite(matrix)


def positive_definite(matrix: arb_mat) -> bool:
    """Whether every symmetric matrix in the balls is: all pivots of its elimination are above 0."""
    size = matrix.nrows()
    a = [[matrix[i, j] for j in range(size)] for i in range(size)]
    for p in range(size):
        if not a[p][p] > 0:
            return False
        for i in range(p + 1, size):
            factor = a[i][p] / a[p][p]
            for j in range(p, size):
                a[i][j] -= factor * a[p][j]
    return True


def _widest(slope: Interval) -> arb:
    """The largest magnitude in a range."""
    if slope.low is None or slope.high is None or not slope.sure:
        return arb.nan()
    return abs(slope.low).max(abs(slope.high)).upper()
