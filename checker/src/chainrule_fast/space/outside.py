"""Everything outside a core box, over all reals: cells of directions, seen from the core's centre.

A point θ outside the core with centre m and half-widths r is ``m + t u`` with ``t > 1`` and u on the core's surface moved to 0:
``|u_j| = r_j`` for one j, ``|u_i| <= r_i`` for all. If ``a·u >= 0`` on a cell of such u, a term costs at least what it costs at ``t = 1``,
``h(a·m + b + min a·u)``, since h increases; every other term costs at least 0. What rows cost together, wherever θ is, is in `groups`.

Hypotheses: each side of the core has a width, so that every θ outside is such a ``m + t u``; the cells of the 2k trees cover the 2k faces, none of which is cut across; on each cell
the loss is above U, or above V where the infimum is not attained, or at least L where nothing is said of the place. Nothing outside lies in `at`. Without trees only ``L <= 0`` will do.
"""

from __future__ import annotations

from copy import copy
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule_fast.document import elements
from chainrule_fast.exponential import U
from chainrule_fast.report import Refused
from chainrule_fast.space.claim import Box, SpaceClaim
from chainrule_fast.space.groups import Together
from chainrule_fast.space.leaves import Leaves
from chainrule_fast.space.rules import Above, Outer, Rules, Wanted
from chainrule_fast.space.sharp import Sharp
from chainrule_fast.space.terms import Terms
from chainrule_fast.space.tree import Root, walk


def check_outside(
    trees: Any,
    terms: Terms,
    core: Box,
    claim: SpaceClaim,
    wanted: Wanted,
    engines: tuple[Sharp, ...],
    together: Together,
    above: Above,
) -> int:
    """Refused unless the loss outside the core is above U, or, where nothing is said of the place, at least L; the number of cells.

    With `approaches` it must be above V.
    """
    if trees is None:
        # A loss is never below 0.
        if claim.kind == "undecided" and wanted.least <= 0:
            return 0
        raise Refused(
            "nothing is said about the loss outside the core; needed a tree for each of its faces", "proof.outside"
        )
    k = terms.k
    if not all(low < high for low, high in core):
        raise Refused("a side of the core has no width; needed one, since all reals are claimed", "proof.core")
    faces = elements(trees, "proof.outside", "trees, two for each weight", 2 * k, 2 * k)
    centre = tuple((low + high) / 2 for low, high in core)
    half = [(high - low) / 2 for low, high in core]
    outer = Outer(shift(terms, centre), centre, together)
    kinds = ("outer", "above") if above.approaches else ("outer",)
    count = 0
    for number, tree in enumerate(faces):
        j, sign = number // 2, 1 if number % 2 else -1
        face = tuple((sign * r, sign * r) if i == j else (-r, r) for i, r in enumerate(half))
        # Nothing outside is in `at`: every cell must be above U.
        rule = Wanted(wanted.least, wanted.above, None)
        root = Root(face)
        leaves = Leaves.of_terms(terms, Rules(root, rule, above, outer), engines)
        for found in walk(tree, root, f"proof.outside[{number}]", kinds):
            for items in found.values():
                count += len(items)
                leaves.judge(items)
    return count


def shift(terms: Terms, centre: tuple[Fraction, ...]) -> Terms:
    """The terms as functions of ``θ − centre``: ``b + a·centre`` in place of b. The exact terms stay as they were."""
    middle = np.array([x.numerator / x.denominator for x in centre])
    moved, size = np.zeros(terms.size), np.zeros(terms.size)
    for j in range(terms.k):
        moved += terms.a[j] * middle[j]
        size += np.abs(terms.a[j] * middle[j])
    found = copy(terms)
    found.centre = middle
    found.b = terms.b + moved
    # Each product errs by 3u + u + u, adding them by less than (k + 1)u of the sizes.
    found.margin = terms.margin + (terms.k + 12) * U * (size + np.abs(terms.b)) * 1.0
    return found
