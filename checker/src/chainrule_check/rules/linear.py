"""LINEAR: what exact rationals show about all θ at once.

ESCAPE.  Let δ ≠ 0. Every part is ``c φ(A·θ + b)`` with c > 0, φ increasing and with the limit 0 at −∞, and A·δ <= 0; or all forms in it have A·δ = 0. For at least one of the first
    kind A·δ < 0. The slope of f's own form along δ is 0. Then f falls strictly along δ from every θ, so it has no minimum, local or global; and with Z, f less the parts that fall,
    ``f(θ + tδ) → Z(θ)`` and f > Z everywhere, so both have the same infimum.
REDUCE.  If the columns of the kept weights in the slopes of all forms of f have the rank of all columns, then for every θ there is one with 0 at the other weights, and the same value of
    every form, so of f. So infimum and attainment are those of the smaller problem.
"""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpq_mat

from chainrule_check.sums import Apply, Part, Sum, Vector, dot


def escape(f: Sum, direction: Vector) -> Sum | str:
    """What is left of f far out along the direction; or why it is no escape."""
    if dot(f.slope, direction) != 0:
        return "f has a part that is linear along the direction"
    stays, falls = [], False
    for c, part in f.parts:
        if all(dot(slope, direction) == 0 for slope in _slopes_of(part)):
            stays.append((c, part))
            continue
        tails = part.function.tails if isinstance(part, Apply) and part.argument.is_form else None
        if tails is None or tails[0].limit != 0 or c <= 0 or not isinstance(part, Apply):
            return "a part is not known to fall along the direction"
        if dot(part.argument.slope, direction) > 0:
            return "a part rises along the direction"
        falls = True
    if not falls:
        return "no part falls along the direction"
    return Sum(f.slope, f.offset, tuple(stays))


def nothing_lost(f: Sum, kept: tuple[int, ...]) -> bool:
    """Whether the kept weights reach every value of every form of f."""
    rows = sorted({slope for slope in slopes(f) if any(slope)}, key=str)
    if not rows:
        return True
    return rank([tuple(row[j] for j in kept) for row in rows]) == rank(rows)


def unchanging(f: Sum) -> bool:
    """Whether f does not change with any weight."""
    return not any(any(slope) for slope in slopes(f))


def slopes(f: Sum) -> Iterator[Vector]:
    """The slopes of all forms in f."""
    yield f.slope
    for _, part in f.parts:
        yield from _slopes_of(part)


def _slopes_of(part: Part) -> Iterator[Vector]:
    for inner in (part.argument,) if isinstance(part, Apply) else part.factors:
        yield from slopes(inner)


def rank(rows: list[Vector]) -> int:
    """The rank of a matrix, exactly."""
    if not rows or not rows[0]:
        return 0
    return int(fmpq_mat(len(rows), len(rows[0]), [x for row in rows for x in row]).rank())
