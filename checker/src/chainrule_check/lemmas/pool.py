"""POOL: rows that cost something together wherever the weights are.

Parts ``c φ(z)`` with c > 0 whose forms are equal or opposite make a group: with p the factors of those with z, and q of those with −z,

    p σ(z)² + q σ(−z)²                >= pq/(p + q)          its least, where σ(z) = q/(p + q)
    p softplus(z) + q softplus(−z)    >= 2 ln 2 · min(p, q)   since softplus(z) + softplus(−z) >= 2 ln 2

So f is at least what its other parts are at least, and for each group the larger of this and of its parts one by one. (A label between 0 and 1 makes such a group of its own row; so
do the same point with both labels.)
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from flint import arb, fmpq

from chainrule_check.enclose import values
from chainrule_check.functions import SIGMOID_SQUARED, SOFTPLUS, Function
from chainrule_check.regions import Region, span
from chainrule_check.sums import Apply, Sum, Vector


@dataclass(frozen=True)
class Group:
    """Parts of one function of a form and of its opposite, with their factors added."""

    function: Function
    slope: Vector
    offset: fmpq
    straight: fmpq
    opposite: fmpq

    def turned(self) -> Group:
        """The same parts, told of the opposite form."""
        return Group(self.function, tuple(-a for a in self.slope), -self.offset, self.opposite, self.straight)


@dataclass(frozen=True)
class Pools:
    """A function as groups, and what is in none."""

    groups: tuple[Group, ...]
    rest: Sum

    @staticmethod
    def of(f: Sum) -> Pools:
        found: dict[tuple[str, Vector, fmpq], list[fmpq]] = defaultdict(lambda: [fmpq(0), fmpq(0)])
        rest = []
        for c, part in f.parts:
            pooled = isinstance(part, Apply) and part.function in (SIGMOID_SQUARED, SOFTPLUS) and part.argument.is_form
            if not (c > 0 and pooled and isinstance(part, Apply) and any(part.argument.slope)):
                rest.append((c, part))
                continue
            slope, offset = part.argument.slope, part.argument.offset
            turned = next(a for a in slope if a != 0) < 0
            key = (tuple(-a for a in slope), -offset) if turned else (slope, offset)
            found[(part.function.name, *key)][turned] += c
        functions = {each.name: each for each in (SIGMOID_SQUARED, SOFTPLUS)}
        groups = tuple(Group(functions[name], slope, offset, p, q) for (name, slope, offset), (p, q) in found.items())
        return Pools(groups, Sum(f.slope, f.offset, tuple(rest)))


def pooled(pools: Pools, region: Region) -> arb | None:
    """A lower end of f on the region."""
    total = values(pools.rest, region).low
    for group in pools.groups:
        z = span(region, group.slope, group.offset)
        value = group.function.orders[0]
        low, high = value(z).low, value(z.minus()).low
        if total is None or low is None or high is None:
            return None
        single = arb(group.straight) * low + arb(group.opposite) * high
        total += single.max(_together(group))
    return total


def _together(group: Group) -> arb:
    p, q = group.straight, group.opposite
    if group.function is SOFTPLUS:
        return 2 * arb.const_log2() * arb(min(p, q))
    return arb(p * q / (p + q))
