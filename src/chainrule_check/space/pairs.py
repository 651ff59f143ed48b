"""Pairs of rows with opposite forms: the same point with both labels. They cost something together wherever θ is.

With signed forms z and −z: ``h(z) + h(−z) = p² + (1 − p)² >= 1/2``. Pairs are disjoint, so their shares may be added, and added to
what other rows cost; a pair counts only where neither of its own two rows is counted otherwise.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule_check.document import elements
from chainrule_check.rationals import shown
from chainrule_check.report import Refused
from chainrule_check.space.terms import Terms

Rows = NDArray[np.intp]


def read_row(value: Any, terms: Terms, place: str) -> int:
    """The number of a row, counted from 0, whose label is 0 or 1."""
    if type(value) is not int or not 0 <= value < terms.rows:
        raise Refused(f"found {shown(value)}; needed the number of a row, from 0 to {terms.rows - 1}", place)
    label = terms.problem.label(value)
    if label not in (0, 1):
        raise Refused(f"row {value} has the label {float(label):g}; needed 0 or 1", place)
    return value


def read_pairs(value: Any, terms: Terms) -> Rows:
    """The pairs ``(P, 2)`` of a proof, rows counted from 0; Refused unless they are disjoint and exactly opposite."""
    pairs, used = [], set[int]()
    for i, entry in enumerate(elements(value, "proof.pairs", "pairs of rows", 0, terms.rows)):
        place = f"proof.pairs[{i}]"
        p, q = (read_row(row, terms, f"{place}[{j}]") for j, row in enumerate(elements(entry, place, "two rows", 2, 2)))
        for row in (p, q):
            if row in used:
                raise Refused(f"row {row} stands in two pairs, or twice in this one; needed disjoint pairs", place)
            used.add(row)
        first, second = signed(terms, p), signed(terms, q)
        if any(a != -b for a, b in zip(first, second, strict=True)):
            raise Refused(f"the signed forms of the rows {p} and {q} are not opposite", place)
        pairs.append((p, q))
    return np.array(pairs, dtype=np.intp).reshape(-1, 2)


def signed(terms: Terms, row: int) -> tuple[Fraction, ...]:
    """``(a, b)`` of the one term of a row with label 0 or 1: the row costs ``h(a·θ + b)``."""
    sign = 1 if terms.problem.label(row) == 0 else -1
    return (*(sign * a for a in terms.slopes(row)), sign * terms.problem.offset(row))
