"""The sections about an equation typed by hand: the equation as it was read, and its derivative rule by rule."""

from __future__ import annotations

from typing import cast

from chainrule.calculus import formula_derivative, formula_equation, formula_steps
from chainrule.errors import ExpressionError
from chainrule.expression.rewrite import spell_out, walk
from chainrule.expression.tree import Equation, Expression, Function, Symbol
from chainrule.expression.typed import TypedProblem
from chainrule.page.equations import display, inline, prose, steps
from chainrule.prove.result import Answer

MOST_STEPS = 60
SHORT_FOR = {"sigmoid": "z", "softplus": "z"}


def stated_in(answer: Answer) -> TypedProblem:
    """The equation that was typed: what an answer's problem is where it is no network."""
    return cast("TypedProblem", answer.problem)


def equation_section(answer: Answer) -> str:
    """The equation spelled out, and what its free variables are."""
    stated = stated_in(answer)
    free = stated.free
    names = ", ".join(map(inline, free))
    words = f"The variable {names} is free." if len(free) == 1 else f"The variables {names} are free."
    domain = answer.minimum.domain
    where = (
        "Every real number is allowed"
        if domain is None
        else "They lie in the box of the search"
        if len(free) > 1
        else ""
    )
    asked = (
        f"{where}; where is the value lowest?" if where else "Where is the value lowest on the interval of the search?"
    )
    return f"<p>{words} {asked}</p>{display(formula_equation(stated.shown, free))}"


def derivative_section(answer: Answer) -> str:
    """For each variable, every rule that is used, from the outside in."""
    expression, parts = stated_in(answer).expression, list[str]()
    if note := _abbreviations(expression):
        parts.append(note)
    for name in answer.problem.free:
        parts.append(f"<p>How the value changes with {inline(name)}, one rule a line, from the outside in:</p>")
        parts.append(_steps(expression, name))
    return "".join(parts)


def _steps(expression: Expression, name: str) -> str:
    try:
        chain = formula_steps(expression, name)[1:]  # the first is the equation, shown above
        if len(chain) <= MOST_STEPS:
            return steps(chain)
        return f"<p>That takes {len(chain)} steps, too many for this page. It comes to:</p>{display(formula_derivative(expression, name))}"
    except ExpressionError as refusal:
        return f"<p>No derivative is written out: {prose(str(refusal))}.</p>"


def _abbreviations(expression: Expression) -> str:
    """What σ stands for, where the equation holds one."""
    used = {node.name for node in walk(expression) if isinstance(node, Function)}
    shown = [Function(name, Symbol(letter)) for name, letter in SHORT_FOR.items() if name in used]
    return "".join(f"<p>For short:</p>{display(Equation(f, spell_out(f)))}" for f in shown)
