"""A person's own work beside the right one: the loss, its derivative, a part of the network or a typed equation, as an
equation or as a number at given weights.

An answer is read with the names of the problem (`vocabulary`), as text, LaTeX or for a calculator. What is right, but an
answer to another question, is told so; what comes of breaking one rule is told with the rule (`diagnosis`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from chainrule.calculus.compare import Comparison, compare
from chainrule.calculus.diagnosis import broken_rule
from chainrule.calculus.formula_steps import formula_derivative, formula_equation
from chainrule.calculus.mean import is_one_point, mean_of, part_name
from chainrule.calculus.number import compare_number, number_ball, plain_number
from chainrule.calculus.right import part_equation, right_equation, weights_at
from chainrule.calculus.simplify import simplify
from chainrule.calculus.substitution import MAX_ROWS, require_row
from chainrule.calculus.terms import Clue, summands
from chainrule.calculus.values import rounding
from chainrule.calculus.vocabulary import Read, Vocabulary, sides_of
from chainrule.errors import ExpressionError, ProblemError
from chainrule.expression import Equation, Expression, Symbol, parse, substitute, symbols
from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem

_MOST_OTHERS = 4  # free weights whose derivative an answer is compared with, to tell a mistaken question


def check_work(
    problem: Problem | TypedProblem,
    answer: str,
    weight: str | None = None,
    row: int | None = None,
    at: Mapping[str, object] | None = None,
) -> Comparison:
    """Whether `answer` is the loss of the problem (or the typed equation), or its derivative by `weight`.

    Parameters
    ----------
    answer : an equation or its right side, ``L = …`` or ``…``, in any symbols of the problem.
    weight : the free weight of the derivative; without one the answer is the loss itself.
    row : one point (from 0), without its share in the mean and the penalty; otherwise the whole loss of up to MAX_ROWS
        points, case weights and the penalty in it.
    at : a number for each free weight: then the value there is asked for.

    Raises
    ------
    ExpressionError
        If the answer cannot be read or has other names.
    ProblemError
        If there is no such weight or row, or there are too many points.

    Examples
    --------
    >>> problem = Problem.state(["x"], [[2, 1]], {"bias": 0})
    >>> check_work(problem, "(1/(1 + e^(-2w_x)) - 1)^2").equal
    True
    >>> print(check_work(problem, "(a - 1)*a*(1 - a)*2", weight="w_x"))
    Different: at w_x = 0 yours is −0.25 and the right one −0.5 (enclosed: the two cannot be equal).
    - power rule, (u^n)' = n u^(n−1) u': the factor n is missing
    - yours is 0.5 times the right one everywhere
    """
    return Question(problem, weight, row, at=at).mark(answer)


@dataclass(frozen=True)
class Question:
    """What is asked about a problem: the loss, its derivative by `weight`, or the `part` of a point, as `check_work` says."""

    problem: Problem | TypedProblem
    weight: str | None = None
    row: int | None = None
    part: str = ""
    at: Mapping[str, object] | None = None

    def __post_init__(self) -> None:
        problem = self.problem
        problem.require_free()
        if isinstance(problem, TypedProblem):
            if self.row is not None or self.part:
                raise ProblemError("an equation has no points and no units; ask about it, or its derivative")
        elif self.row is not None:
            require_row(problem, self.row)
        elif len(problem.data) > MAX_ROWS:
            raise ProblemError(
                f"the data has {len(problem.data):,} points; up to {MAX_ROWS} are compared: take one, --point N"
            )

    def mark(self, answer: str) -> Comparison:
        """The answer beside the right one; of a chain ``dL/dw = … = …`` every part, up to the first that is off."""
        sides = sides_of(answer)
        right_so_far = ""
        for number, side in enumerate(sides):
            if number == 0 < len(sides) - 1 and self._is_name(side):
                continue
            found = self._marked(side)
            if not found.accepted and right_so_far:
                return replace(found, notes=(*found.notes, f"right up to {right_so_far.strip():.100}"))
            if not found.accepted or number == len(sides) - 1:
                return found
            right_so_far = side
        raise ExpressionError("found an equals sign and nothing behind it; needed an equation, such as L = (…)^2")

    def _is_name(self, side: str) -> bool:
        """Whether what stands before the first equals sign only says what follows: ``L``, ``dL/dw_x``, ``f(x)``."""
        try:
            read = self._read(side)
        except ExpressionError:
            return True
        return isinstance(read.written, Symbol) or not set(symbols(read.expression)) <= set(self._names)

    def _marked(self, answer: str) -> Comparison:
        right = self.right
        if self.at is None:
            read = self._read(answer)
            return replace(self._compared(read, right), right=right, notes=read.notes)
        put = weights_at(self.problem, self.at)
        value_there, notes = substitute(right.right, put), tuple[str, ...]()
        number = plain_number(answer)
        if number is not None:
            found, mine = compare_number(number, value_there), number_ball(number)
        else:
            read = self._read(answer)
            expression, notes = substitute(read.expression, put), read.notes
            found, mine = compare(expression, value_there, ()), rounding(expression)
        rule = "" if found.accepted else broken_rule(self, mine, put)
        return replace(found, right=Equation(right.left, simplify(value_there)), notes=notes, rule=rule)

    @property
    def right(self) -> Equation:
        """The right equation, as a function of the free weights."""
        problem = self.problem
        if isinstance(problem, TypedProblem):
            whole = formula_equation(problem.shown, problem.free)
            return whole if self.weight is None else formula_derivative(problem.expression, self.weight)
        if self.part:
            return part_equation(problem, self.part, self.row)
        return right_equation(problem, self.weight, self.row)

    # Reading and comparing ----------------------------------------------------------------------------

    @property
    def _names(self) -> tuple[str, ...]:
        return self.problem.free

    def _read(self, answer: str) -> Read:
        if isinstance(self.problem, TypedProblem):
            expression = parse(answer)
            return Read(expression, expression)
        return self._vocabulary.read(answer)

    @property
    def _vocabulary(self) -> Vocabulary:
        assert isinstance(self.problem, Problem)
        asked = self.part or ("" if self.weight else part_name("L", self.problem))
        row = 0 if self.row is None and is_one_point(self.problem) else self.row
        return Vocabulary.of(self.problem, row, asked)

    def _compared(self, read: Read, right: Equation) -> Comparison:
        if read.general:
            return self._of_the_general_point(read, right.right)
        found = compare(read.expression, right.right, self._names, self._terms(right.right), read.written)
        if found.accepted:
            return found
        # a right answer to another question has no term that is off
        others = self._other_questions(read)
        rule = "" if others else broken_rule(self, rounding(read.expression), {})
        return replace(found, clues=tuple(Clue(said, said) for said in others) or found.clues, rule=rule)

    def _terms(self, right: Expression) -> list[str]:
        """What the terms of the right one are called: one for each point that counts, and the rest is the penalty's."""
        problem = self.problem
        if isinstance(problem, TypedProblem) or self.part:
            return []
        case = problem.data.case_weights or [Fraction(1)] * len(problem.data)
        rows = [k for k in range(len(problem.data)) if case[k]] if self.row is None else [self.row]
        left = len(summands(right)) - len(rows)
        return [f"the term of point {k + 1}" for k in rows] + ["the penalty's term"] * (left if problem.penalty else 0)

    def _of_the_general_point(self, read: Read, right: Expression) -> Comparison:
        """An answer about a point, though all were asked about: whether its mean or its sum is right."""
        problem, vocabulary = self.problem, self._vocabulary
        assert isinstance(problem, Problem)
        rows = [vocabulary.at_row(read.expression, row) for row in range(len(problem.data))]
        found = compare(simplify(mean_of(problem, rows)), right, self._names)
        if not found.accepted:
            known = ", ".join(read.general[:3])
            raise ExpressionError(
                f"your equation has {known}, of a point without its number; this is about all {len(rows)} points: write Σ_i in front, "
                f"or {read.general[0].removesuffix('_i')}_1 … {read.general[0].removesuffix('_i')}_{len(rows)}, or ask about one: --point N"
            )
        how = "not yet: it is right for each point i, and what was asked about is the mean over all of them"
        hint = f"put the mean in front: 1/{len(rows)}·Σ_(i=1…{len(rows)})"
        return Comparison(
            "different",
            how,
            clues=(Clue("the whole", hint),),
            rule="mean rule, (Σ_i L_i/n)' = Σ_i L_i'/n: the mean is missing",
        )

    def _other_questions(self, read: Read) -> list[str]:
        """Whether the answer is the right one to another question, or has an input where the weight should stand."""
        problem = self.problem
        asked = "the loss" if self.weight is None else f"by {self.weight}"
        found: dict[str, Expression] = {}
        if isinstance(problem, TypedProblem):
            found = {} if self.weight is None else {"the equation, not its derivative": problem.expression}
            found |= {
                f"the derivative by {name}, not {asked}": formula_derivative(problem.expression, name).right
                for name in problem.free
                if name != self.weight
            }
        elif not self.part and len(problem.data) <= MAX_ROWS:
            ask = replace(self, weight=None)
            found = {} if self.weight is None else {"the loss, not its derivative": ask.right.right}
            for name in problem.free[:_MOST_OTHERS]:
                if name != self.weight:
                    found[f"the derivative by {name}, not {asked}"] = replace(self, weight=name).right.right
        hints = [f"it is {what}" for what, right in found.items() if compare(read.expression, right, self._names).equal]
        return hints or list(self._input_for_weight(read))

    def _input_for_weight(self, read: Read) -> Iterator[str]:
        """An answer that is right once a name in it is read as the one free weight, which does not occur in it."""
        problem = self.problem
        if isinstance(problem, TypedProblem) or len(problem.free) != 1 or problem.free[0] in symbols(read.written):
            return
        free = problem.free[0]
        for name in set(symbols(read.written)) & set(problem.network.inputs):
            put = substitute(substitute(read.written, {name: Symbol(free)}), self._vocabulary.meanings)
            if set(symbols(put)) <= {free} and compare(put, self.right.right, self._names).equal:
                yield f"with {free} in the place of {name} it is right; {name} is an input here, not the weight"
