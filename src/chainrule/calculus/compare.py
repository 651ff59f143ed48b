"""A person's own equation beside the right one: equal, and by what means, or a point where they differ, and why.

Two expressions are compared in this order, and the first that decides is told:

1. at points, by balls of 300 bits: where the balls do not touch, the two differ there (*enclosed*); if they do touch once
   every long decimal in the answer stands for all numbers that round to it, the answer is right *but for rounding*;
2. tidied up, term by term: the same trees (*exact*, by rewriting);
3. SymPy, where it is installed: the numerator of each pair's difference expands to 0;
4. otherwise they agree to 30 digits at all points (*computed*).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from chainrule.algebra.evaluate import evaluate
from chainrule.calculus.simplify import coefficient, simplify
from chainrule.calculus.terms import Clue, matched, summands, term_clues, whole_ratio
from chainrule.calculus.values import BITS, Point, digits_alike, on_paper, points_for, rounding, shown, value
from chainrule.errors import ExpressionError
from chainrule.exact import number_text
from chainrule.expression.rewrite import gather_sigmoids, symbols, walk
from chainrule.expression.tree import Equation, Expression
from chainrule.shown import Shown

LARGEST_FOR_SYMPY = 120
"""Nodes of a pair of terms; SymPy's expansion of more could take minutes."""
FEWEST_DIGITS = 3
"""An answer with rounded numbers agrees to so many digits at least, or it is wrong."""


@dataclass(frozen=True, repr=False)
class Comparison(Shown):
    """How an answer stands beside the right one: `verdict` is ``equal``, ``rounded`` (right but for rounding) or ``different``.

    `how` is a sentence that says by what means, or where they differ: `at` is that point and `values` are theirs and the
    right one's there. `notes` say how the answer was read. `rule` says which rule was broken, where that was found, and
    `clues` which term is off. `right` is the right equation, where the answer was to a problem.
    """

    verdict: str
    how: str
    at: Point | None = None
    values: tuple[str, str] | None = None
    clues: tuple[Clue, ...] = ()
    right: Equation | None = None
    rule: str = ""
    notes: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether the two are the same function (or number), nothing rounded."""
        return self.verdict == "equal"

    @property
    def accepted(self) -> bool:
        """Whether the answer counts as right: equal, or right but for rounding."""
        return self.verdict != "different"

    @property
    def hints(self) -> tuple[str, ...]:
        """The clues in full, the right terms in them."""
        return tuple(map(str, self.clues))

    def __str__(self) -> str:
        hints = [f"- {hint}" for hint in (self.rule, *self.hints) if hint]
        return "\n".join((*self.notes, f"{self.how[:1].upper()}{self.how[1:]}.", *hints))


def compare(
    answer: Expression,
    right: Expression,
    names: Sequence[str],
    terms: Sequence[str] = (),
    written: Expression | None = None,
) -> Comparison:
    """Compare an answer with the right expression.

    Parameters
    ----------
    names : the variables; without any the two are numbers.
    terms : what each term of `right` is called.
    written : the answer before names were put in, to quote from.

    Raises
    ------
    ExpressionError
        If the answer has other variables, or neither has a value at any of the points.
    """
    strange = [name for name in symbols(answer) if name not in names]
    if strange:
        needed = f"an equation in {', '.join(names)}" if names else "a number"
        raise ExpressionError(f"your equation has {', '.join(strange[:3])}; needed {needed}; put the numbers in")
    import flint

    with flint.ctx.workprec(BITS):
        pairs = [(point, value(answer, point), value(right, point)) for point in points_for(names)]
        known = [(point, a, b) for point, a, b in pairs if a is not None and b is not None]
        if len(known) < min(3, len(pairs)):
            raise ExpressionError(
                f"your equation has a value at {len(known)} of {len(pairs)} points; needed 3 to compare"
            )
        apart = next(((point, a, b) for point, a, b in known if not a.overlaps(b)), None)
        if apart is not None and (rounded := _rounded(answer, known)) is not None:
            return rounded
    if apart is None:
        return Comparison("equal", _means(answer, right, names, len(known)))
    at, mine, theirs = apart
    digits = max(8, digits_alike(mine, theirs) + 2)
    values = shown(mine, digits), shown(theirs, digits)
    where = f"at {place(at)} " if at else ""
    how = f"different: {where}yours is {on_paper(values[0])} and the right one {on_paper(values[1])} (enclosed: the two cannot be equal)"
    return Comparison("different", how, at, values, tuple(_clues(answer, right, names, terms, written)))


def place(at: Point) -> str:
    return ", ".join(f"{name} = {on_paper(number_text(x))}" for name, x in at.items())


def _rounded(answer: Expression, known: Sequence[tuple[Point, Any, Any]]) -> Comparison | None:
    """Whether the right value lies at every point where the answer's may lie once its decimals are as wide as their last digit."""
    node, wide = rounding(answer)
    if not wide:
        return None
    balls = [value(node, point, wide) for point, _, _ in known]
    if not all(ball is not None and ball.overlaps(b) for ball, (_, _, b) in zip(balls, known, strict=True)):
        return None
    alike = [(digits_alike(a, b), point, a, b) for point, a, b in known if not b.contains(0)]
    if not alike or min(alike, key=lambda one: one[0])[0] < FEWEST_DIGITS:
        return None
    digits, point, a, b = min(alike, key=lambda one: one[0])
    where = f"at {place(point)} " if point else ""
    values = shown(a, digits + 2), shown(b, digits + 2)
    how = (
        f"right to {digits} digits: {where}yours is {on_paper(values[0])} and the right one {on_paper(values[1])}, "
        "as near as the rounded numbers in yours allow (enclosed)"
    )
    return Comparison("rounded", how, point, values)


# Equal: by what means ---------------------------------------------------------------------------------


def _means(answer: Expression, right: Expression, names: Sequence[str], compared: int) -> str:
    if _tidied(answer) == _tidied(right):
        return "equal: the two are the same once both are tidied up (exact, by rewriting)"
    found = matched(answer, right, names)
    pairs = ((answer, right),) if found.over or found.missing else found.pairs
    if all(_sympy_equal(a, b) for a, b in pairs):
        return "equal: SymPy expands the difference of each pair of terms to 0 (symbolic)"
    where = f" at {compared} points" if names else ""
    return f"equal as far as can be told: both agree to more than 30 digits{where} (computed)"


def _tidied(node: Expression) -> frozenset[tuple[Expression, Fraction]]:
    """The sum as a set of terms with coefficients, in no order."""
    collected: dict[Expression, Fraction] = {}
    for term in summands(simplify(gather_sigmoids(simplify(node)))):
        factor, rest = coefficient(simplify(term))
        collected[rest] = collected.get(rest, Fraction(0)) + factor
    return frozenset((rest, factor) for rest, factor in collected.items() if factor)


def _sympy_equal(a: Expression, b: Expression) -> bool:
    """Whether SymPy expands the numerator of the difference to 0; False where it is not installed or too much."""
    if sum(1 for part in (a, b) for _ in walk(part)) > LARGEST_FOR_SYMPY:
        return False
    try:
        from chainrule.algebra.sympy import SymPy

        algebra = SymPy()
        import sympy
    except ImportError:
        return False
    named: Mapping[str, Any] = {
        name: sympy.Symbol(f"v{k}", real=True) for k, name in enumerate({*symbols(a), *symbols(b)})
    }
    difference = evaluate(algebra, a, named) - evaluate(algebra, b, named)
    return bool(sympy.expand(sympy.numer(sympy.together(sympy.expand_power_exp(difference)))) == 0)


# Different: which term --------------------------------------------------------------------------------


def _clues(
    answer: Expression, right: Expression, names: Sequence[str], terms: Sequence[str], written: Expression | None
) -> list[Clue]:
    factor = whole_ratio(answer, right, names)
    if factor is not None and (names or factor.denominator * abs(factor.numerator) <= 12):
        count = len(summands(right))
        mean = f"; is the mean's 1/{count} missing?" if factor == count > 1 else ""
        what = "has the opposite sign of" if factor == -1 else f"is {number_text(factor)} times"
        said = f"yours {what} the right one{' everywhere' * bool(names)}{mean}"
        return [Clue(f"it differs by one factor{' everywhere' * bool(names)}", said, said)]
    if not names:
        return []  # of a number, terms say nothing
    count = len(summands(right))
    quoted = [] if written is None else summands(written) if count > 1 else [written]
    quoted = quoted if count == 1 or len(quoted) == len(summands(answer)) else []
    return term_clues(matched(answer, right, names), names, terms, quoted)
