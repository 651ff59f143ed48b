"""A number that a person worked out, beside the exact value: right to as many digits as were written."""

from __future__ import annotations

import re
from fractions import Fraction

from chainrule.calculus.compare import FEWEST_DIGITS, Comparison
from chainrule.calculus.terms import Clue
from chainrule.calculus.values import BITS, Rounding, digits_alike, on_paper, shown, value, wide_ball
from chainrule.exact import read_number
from chainrule.expression.tree import Expression, Number, Symbol

_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?|[+-]?\d+/\d+")


def plain_number(text: str) -> str | None:
    """The text where it is one number and nothing else, a true minus sign made plain; else None."""
    plain = text.strip().strip("$").replace("−", "-").replace(" ", "")
    return plain if _PLAIN.fullmatch(plain) else None


def compare_number(text: str, right: Expression, fewest: int = FEWEST_DIGITS) -> Comparison:
    """Whether the number that `text` writes is the value of `right`: exactly, or rounded to the digits written.

    At least `fewest` digits are asked for where the value is not exactly the number. One that was cut off, and not
    rounded, is right to one digit less.
    """
    import flint

    number = Fraction(read_number(text))
    with flint.ctx.workprec(BITS):
        exact = value(right, {})
        if exact is None:
            return Comparison("different", "there is no value here: the equation is not defined at these weights")
        mine = flint.arb(flint.fmpq(number.numerator, number.denominator))
        if mine.overlaps(exact):
            return Comparison("equal", f"equal: the value is {on_paper(text)}, to more than 30 digits (computed)")
        unit, count = last_place(text), significant_digits(text)
        alike = digits_alike(mine, exact)
        digits = max(8, alike + 2, count + 2)
        pair = shown(mine, max(8, count)), shown(exact, digits)
        there = on_paper(pair[1])
        step = flint.arb(flint.fmpq(unit.numerator, unit.denominator))
        apart = abs(mine - exact) / step
        if bool(apart <= flint.arb("0.5")) and count >= fewest:
            return Comparison(
                "rounded",
                f"right to the {count} digits that you gave; the value is {there} (enclosed)",
                {},
                pair,
            )
        if bool(apart < 1) and count > fewest:
            how = f"right to {count - 1} digits; the last one is cut off, not rounded: the value is {there} (enclosed)"
            return Comparison("rounded", how, {}, pair)
        how = f"different: yours is {on_paper(text)} and the right one {there} (enclosed: the two cannot be equal)"
        few = bool(apart < 1)
        said = f"as far as it goes it may be right; give at least {fewest} digits" if few else ""
        if bool(abs(mine + exact) < step):
            said = "it has the wrong sign"
        return Comparison("different", how, {}, pair, (Clue(said, said),) if said else ())


def number_ball(text: str) -> Rounding:
    """All numbers that would be rounded to what was written; the number itself where that says little."""
    number = Fraction(read_number(text))
    if significant_digits(text) < FEWEST_DIGITS:
        return Number(number), {}
    return Symbol("yours"), {"yours": wide_ball(number, last_place(text) / 2)}


def significant_digits(text: str) -> int:
    """How many digits were written, zeros in front not counted: 4 for ``0.0250``; of a ratio none, for it is exact."""
    if "/" in text:
        return 0
    digits = re.sub(r"[eE].*|[+.-]", "", text).lstrip("0")
    return len(digits)


def last_place(text: str) -> Fraction:
    """The unit of the last digit that was written; of a ratio, which is exact, next to nothing."""
    if "/" in text:
        return Fraction(1, 10**30)
    mantissa, _, exponent = text.lower().partition("e")
    places = len(mantissa.partition(".")[2])
    return Fraction(10) ** (int(exponent or 0) - places)
