"""One exercise: what is asked, what is right, the way there, and how an answer is marked.

Four kinds of answers: an equation or a value of a problem (`Work`), a number (`Amount`), one of a few words (`Choice`), a line (`Line`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from chainrule.calculus.compare import Comparison, compare
from chainrule.calculus.number import compare_number, plain_number
from chainrule.calculus.simplify import simplify
from chainrule.calculus.vocabulary import sides_of
from chainrule.calculus.work import Question
from chainrule.errors import ExpressionError
from chainrule.expression import (
    Add,
    Expression,
    Multiply,
    Negate,
    Number,
    Symbol,
    parse,
    print_expression,
    substitute,
    symbols,
)
from chainrule.page.blocks import Block

FEWEST_DIGITS = 2
"""Whoever works with a table of σ to five places may be one off in the third digit."""


class Asked(Protocol):
    """What an answer is held against."""

    @property
    def right(self) -> str:
        """The right answer as a person would write it."""

    def mark(self, answer: str) -> Comparison:
        """The answer beside the right one."""


@dataclass(frozen=True)
class Work:
    """An equation about a problem, in any of its symbols."""

    question: Question

    @property
    def right(self) -> str:
        return print_expression(self.question.right)

    def mark(self, answer: str) -> Comparison:
        return self.question.mark(answer)


@dataclass(frozen=True)
class Amount:
    """A number: that of an expression without variables; `shown` is it, to four digits where it is not short."""

    value: Expression
    shown: str

    @property
    def right(self) -> str:
        return self.shown

    def mark(self, answer: str) -> Comparison:
        text = sides_of(answer)[-1]
        number = plain_number(text)
        if number is not None:
            return compare_number(number, self.value, FEWEST_DIGITS)
        return compare(parse(text), self.value, ())


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    right: str
    others: tuple[str, ...]

    def mark(self, answer: str) -> Comparison:
        said = answer.strip().strip(".!").casefold()
        if said not in (self.right, *self.others):
            raise ExpressionError(
                f"found {answer.strip()!r:.40}; needed {' or '.join(sorted((self.right, *self.others)))}"
            )
        if said == self.right:
            return Comparison("equal", f"right: {self.right}")
        return Comparison("different", f"different: it is {self.right}")


@dataclass(frozen=True)
class Line:
    """A line ``a·x + b·y + c = 0``, written so or solved for one of its inputs; any multiple is the same line."""

    inputs: tuple[str, str]
    numbers: tuple[Fraction, Fraction, Fraction]

    @property
    def right(self) -> str:
        terms = [Multiply((Number(n), Symbol(x))) for n, x in zip(self.numbers, self.inputs, strict=False)]
        return f"{print_expression(simplify(Add((*terms, Number(self.numbers[2])))))} = 0"

    def mark(self, answer: str) -> Comparison:
        mine = coefficients(answer, self.inputs)
        pairs = [(mine[j] * self.numbers[k], mine[k] * self.numbers[j]) for j in range(3) for k in range(j)]
        if all(a == b for a, b in pairs):
            return Comparison("equal", "equal: the two equations are multiples of each other (exact)")
        return Comparison("different", f"different: the line is {self.right}")


def coefficients(text: str, inputs: tuple[str, str]) -> tuple[Fraction, Fraction, Fraction]:
    """``(a, b, c)`` of the line that an equation writes.

    Raises
    ------
    ExpressionError
        Where it is no equation of a line in these inputs.
    """
    left, equals, right = text.partition("=")
    if not equals or "=" in right:
        raise ExpressionError(
            f"found {text.strip()!r:.60}; needed the equation of a line, such as {inputs[1]} = 2{inputs[0]} + 1"
        )
    difference = Add((parse(left), Negate(parse(right))))
    strange = [name for name in symbols(difference) if name not in inputs]
    if strange:
        raise ExpressionError(f"your line has {', '.join(strange[:3])}; needed {' and '.join(inputs)}")

    def at(x: int, y: int) -> Fraction:
        put = simplify(
            substitute(difference, dict(zip(inputs, (Number(Fraction(x)), Number(Fraction(y))), strict=True)))
        )
        if not isinstance(put, Number):
            raise ExpressionError(f"found {text.strip()!r:.60}; needed a line: numbers times {' and '.join(inputs)}")
        return put.value

    c = at(0, 0)
    a, b = at(1, 0) - c, at(0, 1) - c
    if any(at(x, y) != a * x + b * y + c for x, y in ((2, 3), (-1, 5), (7, -2))) or a == b == 0:
        raise ExpressionError(f"found {text.strip()!r:.60}; needed a line: numbers times {' and '.join(inputs)}")
    return a, b, c


@dataclass(frozen=True)
class Exercise:
    """An exercise of a `topic` at a `level` from 1 to 3; `text` asks, `way` is the solution without the answer itself."""

    topic: str
    level: int
    text: Sequence[Block]
    way: Sequence[Block]
    asked: Asked

    @property
    def right(self) -> str:
        return self.asked.right

    def mark(self, answer: str) -> Comparison:
        return self.asked.mark(answer)
