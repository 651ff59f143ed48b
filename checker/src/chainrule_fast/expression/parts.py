"""Bounds by parts: an expression is at least a sum of least values of few variables each (docs/certificate.md, section 9).

With ``f = Σ H_t(U_t) + Σ r`` (`separated`), numbers m_t, ``H_t(u) − m_t u >= a_t`` for all u in a range that holds U_t over the box,
and ``G_g >= b_g`` there, G_g being the sum of all ``m_t c_tp p`` and ``c r`` with variables of group g:

    f >= Σ_t (a_t + m_t U_t) + Σ r = Σ_t a_t + Σ_g G_g >= Σ_t a_t + Σ_g b_g.

Hypotheses, besides the identity, which holds wherever one side of it is defined:

1. The groups name each variable once, and the variables of every p and r lie in one of them.
2. U_t lies in its range wherever the variables are in the box: an enclosure of it does.
3. Each least value is that of the function and of the box that name it, by a tree that shows it to be at least so everywhere there; so H_t is
   defined on all of its range, and every p and r on its group's box, also those with the factor 0.

Each of the numbers a_t, b_g is proved by a tree of boxes of its own. Where two of them speak of the same expression over the same box,
but for the names of variables, one proof serves both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from chainrule_fast.document import elements, finite_interval, members
from chainrule_fast.engine import Range
from chainrule_fast.expression.separated import Separated, separated
from chainrule_fast.expression.sharp import SharpExpression
from chainrule_fast.expression.tree import Formula, Node
from chainrule_fast.rationals import exact, shown
from chainrule_fast.report import Refused
from chainrule_fast.space.claim import Box, read_box, read_names

MOST = 10_000
LeastValue = Callable[[Node, Box, Fraction, Any, Any, str], int]
"""Refused unless a node is at least a number on a box, by wells and a tree at a place; returns how many leaves that took."""


@dataclass(frozen=True)
class ByParts:
    """``f >= bound`` on `box`."""

    box: Box
    bound: Fraction


def read_parts(value: Any, formula: Formula, check: LeastValue) -> tuple[list[ByParts], int]:
    """The bounds of a proof, each proved, and the number of leaves that this took; Refused, naming the place, where one is not."""
    found, leaves = [], 0
    entries = elements(value, "proof.parts", "bounds by parts", 0, MOST)
    form = separated(formula.node) if entries else Separated((), ())
    for i, entry in enumerate(entries):
        reader = _Reader(form, formula, f"proof.parts[{i}]")
        found.append(reader.read(entry, check))
        leaves += reader.leaves
    return found, leaves


class _Reader:
    def __init__(self, form: Separated, formula: Formula, place: str) -> None:
        self.form, self.free, self.budget, self.place, self.leaves = form, formula.free, formula.budget, place, 0
        self.meant: dict[int, tuple[Node, Box]] = {}

    def read(self, value: Any, check: LeastValue) -> ByParts:
        found = members(value, self.place, ("box", "lines", "groups", "bounds"))
        box = read_box(found["box"], f"{self.place}.box", len(self.free))
        bounds = elements(found["bounds"], f"{self.place}.bounds", "least values", 1, MOST)
        self.count = len(bounds)
        used = self._lines(found["lines"], box) + self._groups(found["groups"], box)
        least = []
        for j, entry in enumerate(bounds):
            where = f"{self.place}.bounds[{j}]"
            if j not in self.meant:
                raise Refused("no line and no group names this bound; needed only bounds that count", where)
            proof = members(entry, where, ("least", "wells", "tree"))
            least.append(exact(proof["least"], f"{where}.least"))
            self.leaves += check(*self.meant[j], least[-1], proof["wells"], proof["tree"], where)
        return ByParts(box, sum((least[j] for j in used), start=Fraction(0)))

    def _lines(self, value: Any, box: Box) -> list[int]:
        place, count = f"{self.place}.lines", len(self.form.summands)
        self.slopes, used = [], []
        for t, entry in enumerate(elements(value, place, "lines, one for each function of a sum", count, count)):
            where = f"{place}[{t}]"
            line = members(entry, where, ("slope", "range", "bound"))
            slope, summand = exact(line["slope"], f"{where}.slope"), self.form.summands[t]
            low, high = finite_interval(line["range"], f"{where}.range")
            ends = [low for low, _ in box], [high for _, high in box]
            held = SharpExpression(summand.inner, 80, self.budget).natural(*ends)
            if not held.within(Range(low, high)):
                raise Refused(f"the sum lies in {held}; needed a range that holds it", f"{where}.range")
            used.append(self._bound(line["bound"], (summand.above(slope), ((low, high),)), f"{where}.bound"))
            self.slopes.append(slope)
        return used

    def _groups(self, value: Any, box: Box) -> list[int]:
        place = f"{self.place}.groups"
        entries = elements(value, place, "groups of variables", 1, len(self.free))
        groups, numbers = [], []
        for g, entry in enumerate(entries):
            group = members(entry, f"{place}[{g}]", ("weights", "bound"))
            names = read_names(group["weights"], f"{place}[{g}].weights", self.free, every=False)
            groups.append(tuple(map(self.free.index, names)))
            numbers.append(group["bound"])
        everything = [index for group in groups for index in group]
        if sorted(everything) != list(range(len(self.free))):
            raise Refused("needed each variable in exactly one group", place)
        shares = self.form.share(groups, self.slopes)
        if shares is None:
            raise Refused("a part has variables of two groups; needed them in one", place)
        meant = [(share, tuple(box[j] for j in group)) for share, group in zip(shares, groups, strict=True)]
        return [self._bound(n, m, f"{place}[{g}].bound") for g, (n, m) in enumerate(zip(numbers, meant, strict=True))]

    def _bound(self, number: Any, meant: tuple[Node, Box], place: str) -> int:
        """The number of a bound, which may stand for one expression over one box only."""
        if type(number) is not int or not 0 <= number < self.count:
            raise Refused(f"found {shown(number)}; needed a whole number from 0 to {self.count - 1}", place)
        if self.meant.setdefault(number, meant) != meant:
            raise Refused(f"bound {number} belongs to another expression or box; needed one of its own", place)
        return number
