"""A level of a bundle: a box outside of which its rows cost more than their infimum, by a known amount.

It is a nested claim *attained* by the method *boxes* whose value ``[L, U]`` may be loose. A leaf of its tree shows that the loss exceeds U or lies in `at`, and so do the
cells outside the core. Leaves that only say where no minimiser is (*monotone*, *face*, *well*) are not allowed: then ``f > U`` at every point outside `at`.

Hypotheses: the claim is *attained*, over all reals, about the rows and weights of the bundle, by boxes; no node of its tree speaks of minimisers only; its U is above the infimum that
the bundle's own proof allows (else `more` is not positive, and is of no use).

A combination ``p·θ`` of the slopes of the bundle's rows is the same at every θ with the same forms there, so that the box over the weights of the bundle's own problem bounds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from chainrule_fast.document import members
from chainrule_fast.rationals import shown
from chainrule_fast.report import Refused
from chainrule_fast.space.claim import Box
from chainrule_fast.space.groups import Bundle, Nested
from chainrule_fast.space.rank import rank
from chainrule_fast.space.terms import Terms

_SILENT = ("monotone", "face", "well")
"""Nodes that speak of minimisers only."""


@dataclass(frozen=True)
class Level:
    """Outside `box`, over the weights of the bundle's problem, its terms cost more than their infimum by more than `more`, in the sum over the rows."""

    box: Box
    more: Fraction


def read_level(value: Any, terms: Terms, bundle: Bundle, nested: Nested, place: str) -> Level:
    """The level that a certificate proves; Refused where it does not."""
    proof = members(value, place, ("claim", "proof"))["proof"]
    if not isinstance(proof, Mapping) or proof.get("method") != "boxes":
        raise Refused("needed a proof by the method 'boxes'", f"{place}.proof.method")
    stated = nested(terms.problem.part(list(bundle.rows), bundle.names), value, place)
    stated.all_reals(place)
    if stated.at is None:
        raise Refused(f"found {stated.kind!r}; needed 'attained', with the box of the level", f"{place}.claim.kind")
    for number, node in enumerate(proof["tree"]):
        if node[0] in _SILENT:
            raise Refused(
                f"found {shown(node[0])}, which tells of minimisers only; needed leaves with a bound everywhere",
                f"{place}.proof.tree[{number}]",
            )
    mass = sum((terms.problem.mass(row) for row in bundle.rows), Fraction(0))
    constant = sum((terms.constant(row) for row in bundle.rows), Fraction(0))
    box = tuple((Fraction(stated.at[name][0]), Fraction(stated.at[name][1])) for name in bundle.names)
    return Level(box, mass * Fraction(stated.value.upper) - constant - bundle.most)


def furthest(level: Level | None, terms: Terms, bundle: Bundle, slopes: Sequence[Fraction], place: str) -> Fraction:
    """The largest value of ``slopes·θ`` where the bundle's rows cost no more than the level; Refused where that is not known."""
    if not any(slopes):
        return Fraction(0)
    if level is None:
        raise Refused("what is left over leans on the rows of a bundle, of which no level is proved", place)
    rows = [terms.slopes(row) for row in bundle.rows]
    if rank([*rows, slopes], terms.k) != rank(rows, terms.k):
        raise Refused("what is left over is no combination of the slopes of the rows that stay", place)
    own = [slopes[terms.names.index(name)] for name in bundle.names]
    return sum((max(s * low, s * high) for s, (low, high) in zip(own, level.box, strict=True)), Fraction(0))
