"""A step of a derivation, and the re-check that steps and answer cannot disagree.

A step says ``before = after``, true once the names in `where` stand for what is written there.
`recheck` works both sides out with balls of 500 bits at several points and compares them; a derivative in a step is
taken by a central difference ``(f(w + h) − f(w − h))/2h`` with ``h = 2^−120``, so no rule of the table is used to
check the table. A disagreement is proved by the balls (apart from the ``O(h²)`` of the difference); an agreement
is *computed*, at points, to 30 digits.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from chainrule.algebra.evaluate import evaluate
from chainrule.errors import ChainruleError
from chainrule.expression.rewrite import symbol_nodes, transform, with_row
from chainrule.expression.tree import Add, Derivative, Equation, Expression, Sum, Symbol
from chainrule.shown import Shown

BITS = 500
MOST_BITS = 16 * BITS
STEP_BITS = 120
# Differences are good to 2·STEP_BITS bits, less what a large third derivative costs: 100 bits are 30 digits.
AGREE_BITS = 100
TRIALS = 8
MAX_SUM_ROWS = 12


@dataclass(frozen=True, repr=False)
class Step(Shown):
    """``before = after`` by `rule`.

    `where` holds the definitions and numbers under which it is true; `note` is a sentence for the reader.
    """

    rule: str
    before: Expression
    after: Expression
    note: str = ""
    where: Mapping[str, Expression] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def equation(self) -> Equation:
        return Equation(self.before, self.after)

    def __str__(self) -> str:
        return f"{self.equation}    ({self.rule}{f': {self.note}' * bool(self.note)})"


class Steps(Shown, tuple[Step, ...]):
    """A derivation: a tuple of steps that prints and shows itself as one."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(map(str, self))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))  # IPython has a way of its own to write tuples, which comes before Shown's


@dataclass(frozen=True)
class Recheck:
    """Whether the two sides agree, and a sentence that says at which points, or where they differ."""

    holds: bool
    why: str


def recheck(step: Step) -> Recheck:
    """Compare the two sides of a step at `TRIALS` points drawn from a fixed seed.

    A point at which a side has no value (a pole, a kink) is passed over; at least three must have one. Where numbers are so
    large that they cannot be told apart, more bits are taken.
    """
    found = _compared(step, BITS)
    return (
        found
        if found is not None
        else _compared(step, MOST_BITS)
        or Recheck(False, f"{step.rule}: fewer than 3 of {4 * TRIALS} points gave two values to compare")
    )


def _compared(step: Step, bits: int) -> Recheck | None:
    """What the comparison comes to with so many bits; None where too few points gave two values."""
    import flint

    compared = 0
    with flint.ctx.workprec(bits):
        for trial in range(4 * TRIALS):
            point = _Point(trial, step.where)
            try:
                before, after = point.value(step.before, {}), point.value(step.after, {})
            except ChainruleError as error:
                return Recheck(False, f"not checked: {error}")
            if not (before.is_finite() and after.is_finite()):
                continue
            allowed = (1 + abs(before)) * flint.arb(2) ** -AGREE_BITS
            apart = abs(before - after)
            if apart > allowed:
                at = ", ".join(f"{name} = {value}" for name, value in sorted(point.drawn.items())) or "every point"
                return Recheck(
                    False, f"{step.rule}: at {at} the left side is {_shown(before)} and the right side {_shown(after)}"
                )
            compared += bool(apart <= allowed)
            if compared == TRIALS:
                break
    if compared < 3:
        return None
    return Recheck(True, f"both sides agree to 30 digits at {compared} points")


def _shown(ball: Any) -> str:
    return str(ball.mid().str(15, radius=False))


class _Point:
    """One point: a number for every name that `where` leaves open, drawn when first asked for."""

    def __init__(self, trial: int, where: Mapping[str, Expression]) -> None:
        from chainrule.algebra.balls import Balls

        self._balls, self._trial, self._where = Balls(), trial, where
        self.drawn: dict[str, Fraction] = {}

    def value(self, node: Expression, fixed: Mapping[str, Any]) -> Any:
        """The ball of `node`, where the names in `fixed` have these balls whatever `where` says."""
        plain, differences, names = _prepared(node)
        special = {name: self._difference(part, fixed) for name, part in differences}
        values = {name: special[name] if name in special else self._name(name, fixed) for name in names}
        return evaluate(self._balls, plain, values)

    def _name(self, name: str, fixed: Mapping[str, Any]) -> Any:
        if name in fixed:
            return fixed[name]
        if name in self._where:
            return self.value(self._where[name], fixed)
        letter, _, row = name.rpartition("_")
        if row.isdigit() and f"{letter}_i" in self._where:  # a_3 is defined as a_i is
            return self.value(with_row(self._where[f"{letter}_i"], "i", row), fixed)
        if name not in self.drawn:
            # points come in pairs, mirrored at 0, so that both sides of a kink are seen
            size = Fraction(random.Random(f"{name} {self._trial // 2}").randint(-200, 200), 100)
            self.drawn[name] = -size if self._trial % 2 else size
        return self._balls.constant(self.drawn[name])

    def _difference(self, node: Derivative, fixed: Mapping[str, Any]) -> Any:
        by = node.by.full_name
        here, h = self._name(by, fixed), self._balls.constant(Fraction(1, 2**STEP_BITS))
        up, down = (self.value(node.of, {**fixed, by: here + side}) for side in (h, -h))
        return (up - down) / (2 * h)


@lru_cache(maxsize=512)
def _prepared(node: Expression) -> tuple[Expression, tuple[tuple[str, Derivative], ...], tuple[str, ...]]:
    """The node with sums written out and a name in the place of each derivative, those derivatives, and all its names."""
    found: list[tuple[str, Derivative]] = []

    def without(part: Expression) -> Expression:
        if not isinstance(part, Derivative):
            return part
        found.append((f"derivative {len(found)}", part))
        return Symbol(found[-1][0])

    plain = transform(_written_out(node), without)
    return plain, tuple(found), tuple(s.full_name for s in symbol_nodes(plain))


def _written_out(node: Expression) -> Expression:
    """Sums row by row; a long one over its first rows, on both sides alike."""

    def written(part: Expression) -> Expression:
        if not isinstance(part, Sum):
            return part
        return Add(tuple(with_row(part.term, part.index, str(k + 1)) for k in range(min(part.count, MAX_SUM_ROWS))))

    return transform(node, written)
