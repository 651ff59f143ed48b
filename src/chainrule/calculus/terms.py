"""An answer term by term beside the right one: which terms agree, which one is off, and by what factor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from chainrule.calculus.simplify import simplify
from chainrule.calculus.values import BITS, agree, points_for, ratio, values
from chainrule.exact import number_text
from chainrule.expression.tree import Add, Divide, Expression, Mean, Multiply, Negate, Number

Term = tuple[int, Expression]
"""A term and its place among the others, from 0."""


def summands(node: Expression, factor: Fraction = Fraction(1)) -> list[Expression]:
    """The terms of a sum or mean, a number before or under it multiplied in."""
    match node:
        case Add(terms):
            return [part for term in terms for part in summands(term, factor)]
        case Mean(terms):
            return [part for term in terms for part in summands(term, factor / len(terms))]
        case Negate(inner):
            return summands(inner, -factor)
        case Divide(inner, Number(under)) if under != 0:
            return summands(inner, factor / under)
        case Divide(Number(over), Number(under)) if under != 0:
            return [Number(factor * over / under)]
        case Multiply((first, *others)) if others and (number := _number(first)) is not None:
            rest = others[0] if len(others) == 1 else Multiply(tuple(others))
            return summands(rest, factor * number)
    return [node if factor == 1 else simplify(Multiply((Number(factor), node)))]


def _number(node: Expression) -> Fraction | None:
    match node:
        case Number(number):
            return number
        case Negate(Number(number)):
            return -number
        case Divide(Number(over), Number(under)) if under != 0:
            return over / under
    return None


@dataclass(frozen=True)
class Matched:
    """Pairs of terms that agree at points, and what is left of the answer (`over`) and of the right one (`missing`)."""

    pairs: tuple[tuple[Expression, Expression], ...]
    over: tuple[Term, ...]
    missing: tuple[Term, ...]


def matched(answer: Expression, right: Expression, names: Sequence[str]) -> Matched:
    """Each term of the answer with the term of the right one that it equals; where that has one term, the answer is one."""
    import flint

    with flint.ctx.workprec(BITS):
        points = points_for(names)[3:9] or points_for(names)
        left = [(k, term, values(term, points)) for k, term in enumerate(summands(right))]
        pairs, over = [], []
        for k, term in enumerate(summands(answer) if len(left) > 1 else [answer]):
            mine = values(term, points)
            found = next((entry for entry in left if agree(mine, entry[2])), None)
            if found is None:
                over.append((k, term))
            else:
                left.remove(found)
                pairs.append((term, found[1]))
    missing = tuple((k, term) for k, term, _ in left if term != Number(Fraction(0)))
    return Matched(tuple(pairs), tuple(over), missing)


def whole_ratio(answer: Expression, right: Expression, names: Sequence[str]) -> Fraction | None:
    """The short number that the answer is times the right one everywhere, if there is one."""
    import flint

    with flint.ctx.workprec(BITS):
        points = points_for(names)[-9:]
        return ratio(values(answer, points), values(right, points))


@dataclass(frozen=True)
class Clue:
    """What is off, told in three depths: `where`, what is there (`yours`), and the right one beside it (`full`)."""

    where: str
    full: str
    yours: str = ""

    def __str__(self) -> str:
        return self.full


def term_clues(found: Matched, names: Sequence[str], terms: Sequence[str], written: Sequence[Expression]) -> list[Clue]:
    """A clue for each term that is off, missing or too many; `terms` names the right one's terms, `written` quotes the answer's."""
    import flint

    def named(k: int) -> str:
        return terms[k] if k < len(terms) else f"term {k + 1}"

    def theirs(k: int, term: Expression) -> Expression:
        return written[k] if k < len(written) else simplify(term)

    over, missing = found.over, found.missing
    if len(over) != len(missing):
        gone = [
            Clue(f"{named(k)} is missing", f"{named(k)} is missing: {simplify(term)}", f"{named(k)} is missing")
            for k, term in missing
            if len(over) < len(missing)
        ]
        needless = [f"this term is not in the right one: {theirs(k, term)}" for k, term in over]
        return [*gone, *(Clue("a term of yours is not in the right one", said, said) for said in needless)][:4]
    clues = []
    with flint.ctx.workprec(BITS):
        points = points_for(names)[-9:]
        for (mine, term), (k, right) in zip(over, missing, strict=True):
            factor = ratio(values(term, points), values(right, points))
            off = "has the wrong sign" if factor == -1 else "is off"
            if factor is not None and factor > 0:
                off = f"is {number_text(factor)} times as large as it should be"
            yours = f"{named(k)} {off}: yours is {theirs(mine, term)}"
            clues.append(Clue(f"{named(k)} is off", f"{yours}, the right one is {simplify(right)}", yours))
    return clues[:4]
