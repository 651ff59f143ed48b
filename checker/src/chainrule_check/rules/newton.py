"""NEWTON: exactly one point of a box has gradient 0, it lies in a smaller one, and it is a minimum, a maximum or a saddle (Krawczyk).

With a nonsingular matrix Y, near the inverse of the Hessian in the middle of a region, and ``E = I − Y∇²f``, enclosed entry by entry on that region:

- *at most one* in the box, whose half-widths are d > 0: ``Σ_c |E_rc| d_c < d_r`` for every row r. For two such points p ≠ q,
  ``0 = Y(∇f(p) − ∇f(q)) = (I − Ē)(p − q)`` with a mean Ē of E, and ``|Ē x| < |x|`` in the norm ``max_r |x_r|/d_r``: so p = q.
- *at least one* in `at`, whose middle is m and whose half-widths are ρ: ``|Y∇f(m)|_r + Σ_c |E_rc| ρ_c <= ρ_r``. Then ``θ − Y∇f(θ)`` maps `at` into itself, so it has a
  fixed point (Brouwer), where ∇f = 0 since Y is nonsingular. (Where `at` is a single point, the gradient must be exactly 0 there: `rules.zero`.)
- *kind*: the Hessian on `at` is positive definite, negative definite, or takes both signs. (By the first it is nowhere singular.)

Hypotheses: f is twice differentiable on the box (its second derivatives are sure there); `at` lies in the box.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, arb_mat, fmpq, fmpq_mat

from chainrule_check.enclose import Jet, at_point, basis, enclose
from chainrule_check.intervals import Interval, rational
from chainrule_check.regions import Box
from chainrule_check.rules.convex import positive_definite
from chainrule_check.rules.zero import gradient_is_zero
from chainrule_check.sums import Sum, Vector

KINDS = ("minimum", "maximum", "saddle")


@dataclass(frozen=True)
class Zone:
    """A box with exactly one stationary point, which lies in `at`; the values that f takes on `at`."""

    box: Box
    at: Box
    kind: str
    value: Interval


def zone(f: Sum, box: Box, at: Box, kind: str) -> Zone | str:
    """The zone, shown; or why it is not."""
    half = _half_widths(box)
    if not at.within(box) or not all(d > 0 for d in half):
        return "`at` reaches outside the box, or the box has a side without width"
    matrix = _inverse(f, box)
    deviation = None if matrix is None else _deviation(f, box, matrix)
    if deviation is None or not all(_row(row, half) < arb(d) for row, d in zip(deviation, half, strict=True)):
        return "more than one stationary point is not ruled out in the box"
    middle, radius = at.middle(), _half_widths(at)
    if not any(radius):
        if not gradient_is_zero(f, middle):
            return "the slope is not exactly 0 at the one point that is named"
    elif not _maps_into_itself(f, at, middle, radius):
        return "a stationary point is not shown to lie in `at`"
    axes = basis(len(half))
    near = enclose(f, at, axes, axes)
    found = _kind(near, len(half))
    if found != kind:
        return (
            f"the point is {'of a kind that is not clear' if found is None else 'a ' + found}, where a {kind} is named"
        )
    return Zone(box, at, kind, near.value)


def _maps_into_itself(f: Sum, at: Box, middle: Vector, radius: list[fmpq]) -> bool:
    matrix = _inverse(f, at)
    deviation = None if matrix is None else _deviation(f, at, matrix)
    if matrix is None or deviation is None:
        return False
    for row, step, rho in zip(deviation, at_point(f, middle, matrix).left, radius, strict=True):
        if step.low is None or step.high is None or not step.sure:
            return False
        if not abs(step.low).max(abs(step.high)) + _row(row, radius) <= arb(rho):
            return False
    return True


def _inverse(f: Sum, box: Box) -> list[Vector] | None:
    """The middle of the inverse of the middle of the enclosed Hessian, exactly; None where it is singular. Any nonsingular matrix would do."""
    axes = basis(len(box.sides))
    jet = enclose(f, box, axes, axes)
    if any(bend.low is None or bend.high is None for row in jet.mixed for bend in row):
        return None
    middles = [[(bend.low + bend.high) / 2 for bend in row] for row in jet.mixed]  # type: ignore[operator]  # None is ruled out
    try:
        inverse = arb_mat([[x.mid() for x in row] for row in middles]).inv()
    except ZeroDivisionError:
        return None
    rows = [tuple(x for j in range(len(axes)) if (x := rational(inverse[i, j])) is not None) for i in range(len(axes))]
    if any(len(row) < len(axes) for row in rows) or fmpq_mat([list(row) for row in rows]).det() == 0:
        return None
    return rows


def _row(row: list[arb], half: list[fmpq]) -> arb:
    return sum((e * arb(h) for e, h in zip(row, half, strict=True)), arb(0))


def _half_widths(box: Box) -> list[fmpq]:
    return [(high - low) / 2 for low, high in box.finite_sides()]


def _deviation(f: Sum, box: Box, matrix: list[Vector]) -> list[list[arb]] | None:
    """The magnitudes of the entries of I − Y∇²f on the box; None where f is not twice differentiable there."""
    jet, rows = enclose(f, box, matrix, basis(len(matrix))), []
    for i, row in enumerate(jet.mixed):
        entries = []
        for j, bend in enumerate(row):
            if bend.low is None or bend.high is None or not bend.sure or not jet.value.sure:
                return None
            entries.append(abs(int(i == j) - bend.low).max(abs(int(i == j) - bend.high)).upper())
        rows.append(entries)
    return rows


def _kind(jet: Jet, size: int) -> str | None:
    """The signs of the Hessian's eigenvalues, where all are certain."""
    matrix = arb_mat(size, size)
    for i in range(size):
        for j in range(size):
            bend = jet.mixed[i][j]
            if bend.low is None or bend.high is None:
                return None
            matrix[i, j] = bend.low.union(bend.high)
    if positive_definite(matrix):
        return "minimum"
    if positive_definite(-matrix):
        return "maximum"
    diagonal = [matrix[i, i] for i in range(size)]
    both = any(x > 0 for x in diagonal) and any(x < 0 for x in diagonal)
    return "saddle" if both or _pivots_differ(matrix, size) else None


def _pivots_differ(matrix: arb_mat, size: int) -> bool:
    """Whether elimination meets certain pivots of both signs, none uncertain: then so are the eigenvalues (Sylvester)."""
    a = [[matrix[i, j] for j in range(size)] for i in range(size)]
    found = set()
    for p in range(size):
        if not (a[p][p] > 0 or a[p][p] < 0):
            return False
        found.add(bool(a[p][p] > 0))
        for i in range(p + 1, size):
            factor = a[i][p] / a[p][p]
            for j in range(p, size):
                a[i][j] -= factor * a[p][j]
    return len(found) == 2
