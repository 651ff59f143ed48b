"""The values of two expressions at the same points, as balls: whether they agree, and to how many digits.

Where the balls of an expression and another do not touch, the two differ there (*enclosed*). A number that a person rounded,
one of at least ROUNDED significant digits, stands for all numbers that round to it: its ball is as wide as that.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from chainrule.algebra.evaluate import evaluate
from chainrule.errors import ChainruleError
from chainrule.exact import number_text
from chainrule.expression.rewrite import transform
from chainrule.expression.tree import Expression, Number, Symbol

BITS = 300
POINTS = 12
ROUNDED = 4
"""A decimal of so many significant digits may have been rounded; a shorter one was meant as it stands."""
Point = Mapping[str, Fraction]
Rounding = tuple[Expression, dict[str, Any]]
"""An expression with a name in the place of each number that may have been rounded, and the balls of those names."""


def points_for(names: Sequence[str]) -> list[dict[str, Fraction]]:
    """Where to compare, short numbers first, so that a difference is shown where a person can check it by hand."""
    if not names:
        return [{}]
    first = [dict.fromkeys(names, Fraction(n)) for n in (0, 1, -1, 2)]
    draw = random.Random("compare")
    rest = [{name: Fraction(draw.randint(-300, 300), 100) for name in names} for _ in range(POINTS - len(first))]
    return first + rest


def value(node: Expression, point: Point, wide: Mapping[str, Any] | None = None) -> Any:
    """The ball of the node at a point; None where it has no value there."""
    from chainrule.algebra.balls import Balls

    balls = Balls()
    try:
        found = evaluate(balls, node, {name: balls.constant(x) for name, x in point.items()} | dict(wide or {}))
    except (ArithmeticError, ValueError, ChainruleError):
        return None
    return found if found.is_finite() else None


def values(node: Expression, points: Sequence[Point]) -> list[Any]:
    return [value(node, point) for point in points]


def agree(a: Sequence[Any], b: Sequence[Any]) -> bool:
    """Whether each two balls touch."""
    return all(x is not None and y is not None and x.overlaps(y) for x, y in zip(a, b, strict=True))


def ratio(a: Sequence[Any], b: Sequence[Any]) -> Fraction | None:
    """The short number c with ``a = c·b`` at all points, if there is one."""
    known = [(x, y) for x, y in zip(a, b, strict=True) if x is not None and y is not None and not y.contains(0)]
    if len(known) < min(3, len(a)) or not known:
        return None
    found = Fraction(float((known[0][0] / known[0][1]).mid())).limit_denominator(1000)
    exact = all((y * found.numerator / found.denominator).overlaps(x) for x, y in known)
    return found if exact and found != 0 else None


def digits_alike(a: Any, b: Any) -> int:
    """To how many significant digits the middles of two balls agree: ``|a − b| <= ½·10^−digits`` of the larger, at most 30."""
    apart, size = abs(a.mid() - b.mid()), abs(b.mid())
    count = 0
    while count < 30 and bool(2 * apart * 10 ** (count + 1) <= size):
        count += 1
    return count


def shown(ball: Any, digits: int = 8) -> str:
    """The middle of a ball as a plain decimal, without zeros at the end where the ball holds that number itself.

    The middle of a ball that holds 0 is only rounding.
    """
    if ball.contains(0):
        return "0"
    text = str(ball.mid().str(digits, radius=False))
    mantissa, e, power = text.partition("e")
    short = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    number = Fraction(short + e + power)
    return short + e + power if wide_ball(number, Fraction(0)).overlaps(ball) else text


def on_paper(text: str) -> str:
    """A plain decimal with the signs that mathematics writes: ``−1.5 · 10⁻²⁰`` for ``-1.5e-20``."""
    mantissa, e, power = text.partition("e")
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")) if e else ""
    return mantissa.replace("-", "−") + (f" · 10{raised}" if e else "")


def rounding(node: Expression) -> Rounding:
    """The node, its decimals of at least ROUNDED digits as wide as their last digit."""
    wide: dict[str, Any] = {}

    def widened(part: Expression) -> Expression:
        if not isinstance(part, Number) or (half := half_a_digit(part.value)) is None:
            return part
        name = f"rounded {part.value}"
        wide[name] = wide_ball(part.value, half)
        return Symbol(name)

    return transform(node, widened), wide


def wide_ball(middle: Fraction, radius: Fraction) -> Any:
    """The ball of all numbers at most `radius` from `middle`."""
    import flint

    centre, reach = (flint.arb(flint.fmpq(x.numerator, x.denominator)) for x in (middle, radius))
    return centre + flint.arb(0, 1) * reach


def half_a_digit(number: Fraction) -> Fraction | None:
    """Half a unit of the last place of a decimal of at least ROUNDED digits; None for every other number."""
    text = number_text(abs(number))
    whole, point, places = text.partition(".")
    if not point or "/" in text or len((whole + places).lstrip("0")) < ROUNDED:
        return None
    return Fraction(1, 2 * 10 ** len(places))
