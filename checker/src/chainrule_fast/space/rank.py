"""Ranks of matrices of rationals, exactly: by elimination with fractions (python-flint's fmpq_mat)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from flint import fmpq, fmpq_mat

from chainrule_fast.report import Refused
from chainrule_fast.space.terms import Terms


def rank(rows: Iterable[Sequence[Fraction]], width: int) -> int:
    """The rank of a matrix with `width` columns. Rows are taken `width` and more at a time, so that many rows cost little memory."""
    basis: list[list[fmpq]] = []
    block: list[list[fmpq]] = []
    for row in rows:
        block.append([fmpq(x.numerator, x.denominator) for x in row])
        if len(block) >= 2 * width + 16:
            basis, block = _reduced(basis + block, width), []
            if len(basis) == width:
                return width
    return len(_reduced(basis + block, width))


def _reduced(rows: list[list[fmpq]], width: int) -> list[list[fmpq]]:
    """The rows of the reduced echelon form that are not 0."""
    if not rows or not width:
        return []
    matrix, found = fmpq_mat(len(rows), width, [x for row in rows for x in row]).rref()
    return [[matrix[i, j] for j in range(width)] for i in range(found)]


def check_rank(terms: Terms, rows: list[int] | None, names: tuple[str, ...], place: str) -> None:
    """Refused unless the columns of `names` have the rank of all columns, in these rows (None: all)."""
    columns = [terms.names.index(name) for name in names]
    where = range(terms.rows) if rows is None else rows
    whole = rank((terms.slopes(row) for row in where), terms.k)
    found = rank(([terms.slopes(row)[j] for j in columns] for row in where), len(columns))
    if found != whole:
        raise Refused(f"their columns have rank {found}, all columns rank {whole}; needed the same", place)
