"""An equation typed by hand, as a problem: the expression, and its symbols as the free weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from chainrule.errors import ExpressionError
from chainrule.expression.parser import parse
from chainrule.expression.rewrite import gather_sigmoids, spell_out, symbols, walk
from chainrule.expression.tree import Divide, Expression, Number

MOST_FREE = 3
_NOTHING: Mapping[str, Fraction] = MappingProxyType({})


@dataclass(frozen=True)
class TypedProblem:
    """Minimise `expression` over its symbols. What a `Problem` says of its weights this says of the symbols.

    `written` is the expression before ``1/(1 + e^−z)`` was gathered to ``σ(z)``: as a person wrote it.
    """

    expression: Expression
    free: tuple[str, ...]
    fixed: Mapping[str, Fraction] = field(default_factory=lambda: _NOTHING)
    title: str = ""
    written: Expression | None = None

    @classmethod
    def read(cls, text: str) -> TypedProblem:
        """The problem that an equation states.

        Raises
        ------
        ExpressionError
            Where the text is no equation, has no symbol, more than MOST_FREE, or a division by 0.

        Examples
        --------
        >>> TypedProblem.read("minimize (1 / (1 + e^(-2x + 1)) - 1)^2").free
        ('x',)
        """
        return cls.of(parse(text))

    @classmethod
    def of(cls, expression: Expression) -> TypedProblem:
        free = symbols(expression)
        if not free:
            raise ExpressionError(
                f"{_short(expression)} has no variable, so there is nothing to minimise; write a letter such as x for the weight"
            )
        if len(free) > MOST_FREE:
            raise ExpressionError(
                f"{_short(expression)} has {len(free)} variables: {', '.join(free[:8])}{', …' if len(free) > 8 else ''}; "
                f"at most {MOST_FREE} are searched; put numbers in the place of the others"
            )
        for node in walk(expression):
            if isinstance(node, Divide) and node.denominator == Number(Fraction(0)):
                raise ExpressionError(f"{_short(node)} divides by 0, so the equation has no value anywhere")
        return cls(gather_sigmoids(expression), free, written=expression)

    @property
    def stated(self) -> Expression:
        """What was asked about: as it was written where somebody wrote it."""
        return self.expression if self.written is None else self.written

    @property
    def shown(self) -> Expression:
        """As it was written, or with σ spelled out where nobody wrote it."""
        return self.written if self.written is not None else spell_out(self.expression)

    def require_free(self) -> None:
        """There is always a free symbol."""


def _short(expression: Expression) -> str:
    text = str(expression)
    return text if len(text) <= 60 else f"{text[:57]}…"
