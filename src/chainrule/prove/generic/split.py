"""A formula as a sum of functions of sums whose parts share no variables.

Read through +, −, mean and constant factors, a formula is

    f = Σ_t H_t(U_t) + Σ r,        U_t = Σ_p c_tp p

with H_t a function of one number (σ, a square, …) and U_t a sum; the *rest* r is what is no function of a sum. Two variables
belong to one group where some part p or some r holds both. The loss of a network with one hidden layer falls into
the output's bias and, for each hidden unit, its weights with the one that leads out of it: whatever the activations, the
units meet only in the sum before the last activation. `prove.generic.parts` makes bounds of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from chainrule.expression.rewrite import children, rational, rebuild, substitute, symbols
from chainrule.expression.tree import Add, Divide, Expression, Mean, Multiply, Negate, Number, Symbol

INNER = "u"  # the variable of every H_t
Scaled = tuple[Fraction, Expression]


@dataclass(frozen=True)
class Term:
    """``outer`` is H as an expression of INNER, ``inner`` is U, and ``U = Σ c·p`` over `parts`."""

    outer: Expression
    inner: Expression
    parts: tuple[Scaled, ...]


@dataclass(frozen=True)
class Split:
    """``f = Σ H(U) over terms + Σ c·r over rest``; `groups` are the variables of `free` that stand together."""

    terms: tuple[Term, ...]
    rest: tuple[Scaled, ...]
    groups: tuple[tuple[str, ...], ...]

    def weighed(self, group: int, slopes: Iterable[Fraction]) -> Expression:
        """``Σ_t m_t c_tp p + Σ c r`` over the parts of one group; what holds no variable belongs to the first group."""
        scaled = [(m * c, p) for m, term in zip(slopes, self.terms, strict=True) for c, p in term.parts]
        mine = [(c, p) for c, p in (*scaled, *self.rest) if self._group_of(p) == group]
        return Add(tuple(Multiply((Number(c), p)) for c, p in mine)) if mine else Number(Fraction(0))

    def _group_of(self, part: Expression) -> int:
        names = symbols(part)
        return next((i for i, group in enumerate(self.groups) if names and names[0] in group), 0)


def split(expression: Expression, free: tuple[str, ...]) -> Split | None:
    """The split of a formula; None where all its variables belong together."""
    terms: list[Term] = []
    rest: list[Scaled] = []
    for factor, whole in linear(expression):
        outer, inner = bottleneck(whole)
        if isinstance(inner, Add):
            terms.append(Term(Multiply((Number(factor), outer)), inner, tuple(linear(inner))))
        else:
            rest.append((factor, whole))
    groups = _joined(free, [symbols(p) for term in terms for _, p in term.parts] + [symbols(r) for _, r in rest])
    return Split(tuple(terms), tuple(rest), groups) if terms and len(groups) > 1 else None


def linear(node: Expression, factor: Fraction = Fraction(1)) -> Iterator[Scaled]:
    """``node·factor`` as a sum of numbers times what is no sum; a part with the number 0 stays, for the sum is defined only where it is."""
    number = rational(node)
    if number is not None:
        yield factor, Number(number)
        return
    match node:
        case Add(terms):
            for term in terms:
                yield from linear(term, factor)
            return
        case Mean(terms):
            for term in terms:
                yield from linear(term, factor / len(terms))
            return
        case Negate(a):
            yield from linear(a, -factor)
            return
        case Divide(a, b) if under := rational(b):
            yield from linear(a, factor / under)
            return
        case Multiply(factors):
            numbers = [number for number in map(rational, factors) if number is not None]
            others = tuple(f for f in factors if rational(f) is None)
            factor *= prod(numbers)
            if len(others) == 1:
                yield from linear(others[0], factor)
            else:
                yield factor, Multiply(others)
            return
    yield factor, node


def bottleneck(node: Expression) -> tuple[Expression, Expression]:
    """``(H, U)`` with ``node = H(U)``: U is the first part, going in, in which variables meet (or the one variable)."""
    parts = children(node)
    moving = [i for i, part in enumerate(parts) if symbols(part)]
    if len(moving) != 1:
        return Symbol(INNER), node
    (i,) = moving
    outer, inner = bottleneck(parts[i])
    return rebuild(node, (*parts[:i], outer, *parts[i + 1 :])), inner


def _joined(free: tuple[str, ...], together: list[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """The groups, each with its names in the order in which the parts name them, so that like groups look alike."""
    groups: list[dict[str, None]] = []
    for names in together:
        merged = dict[str, None]()
        for group in [g for g in groups if any(name in g for name in names)]:
            groups.remove(group)
            merged |= group
        merged |= dict.fromkeys(names)
        if merged:
            groups.append(merged)
    placed = {name for group in groups for name in group}
    groups += [{name: None} for name in free if name not in placed]
    return tuple(tuple(group) for group in groups)


def alike(expression: Expression, names: tuple[str, ...]) -> Expression:
    """The same expression with its variables named by their numbers in `names`: like groups become equal."""
    return substitute(expression, {name: Symbol("", str(i)) for i, name in enumerate(names)})
