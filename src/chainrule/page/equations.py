"""Displayed equations: one line each, or one line a point, with their LaTeX beside them for those who copy.

A mean over points is set as a stack inside one pair of brackets that grows with it, so that a phone shows it whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from html import escape

from chainrule.calculus import Step
from chainrule.digits import short
from chainrule.errors import ExpressionError
from chainrule.expression import mathml, parse, print_expression, symbols
from chainrule.expression.printers.mathml import MathML, mathml_body
from chainrule.expression.printers.precedence import SUM
from chainrule.expression.rewrite import transform
from chainrule.expression.tree import Add, Equation, Expression, Mean, Negate, Number, Symbol

NAME = re.compile(r"(?<![A-Za-z_&;])(?:([A-Za-z]+\d+\[\w+(?:,\w+)?\])(?:_(\w+))?|([A-Za-z]_\w+))")
_RATIO = re.compile(r"\d{9,}/\d+|\d+/\d{9,}")  # the binary value of a float, in a note
_MOST_TERMS = 4  # of a sum on one line
_CELL = 'style="text-align:left;padding:.15em .2em"'


def inline(name: str) -> str:
    """The name of a weight or an input inside a sentence."""
    return mathml(Symbol(name))


def prose(text: str) -> str:
    """A sentence of our own, escaped, with ``w_x``, ``L_1`` and ``w1[0,x]`` set as mathematics."""
    return NAME.sub(lambda m: mathml(Symbol(m[1], m[2] or "")) if m[1] else inline(m[3]), escape(text))


def boundary(text: str, inputs: Sequence[str]) -> str:
    """The decision boundary, ``1.0532·x + y − 1 = 0, that is y = …``, as displayed equations."""
    shown = []
    for part in text.split(", that is "):
        left, _, right = part.partition(" = ")
        try:
            equation = Equation(parse(left), parse(right))
        except ExpressionError:  # a form that is no equation is shown as it is
            equation = None
        if equation is not None and set(symbols(equation)) <= set(inputs):
            shown.append(display(equation))
        else:
            shown.append(f'<p class="cr-boundary">{escape(part)}</p>')
    return "<p>that is</p>".join(shown)


def ended(sentence: str) -> str:
    """The sentence with a full stop, unless it already ends in one (digits that go on end in …)."""
    return sentence if sentence.endswith((".", "…", "!", "?")) else f"{sentence}."


_LONGEST_NUMBER = 14  # characters of a number inside an equation


def readable(shown: Expression | Equation) -> Expression | Equation:
    """With long numbers cut and marked: the binary value of a float is ``0.2000000…``, not a ratio of 33 digits."""

    def shortened(node: Expression) -> Expression:
        if not isinstance(node, Number) or len(str(node.value)) <= _LONGEST_NUMBER:
            return node
        text = short(abs(node.value), 8)
        return Negate(Symbol(text)) if node.value < 0 else Symbol(text)

    if isinstance(shown, Equation):
        return Equation(transform(shown.left, shortened), transform(shown.right, shortened))
    return transform(shown, shortened)


def display(shown: Expression | Equation, after: str = "") -> str:
    """A displayed equation; `after` is markup that stands before it on its line, such as an invisible left side."""
    shown = readable(shown)
    return _block(after + _body(shown), print_expression(shown, "latex"))


def _block(body: str, tex: str) -> str:
    return (
        '<div class="cr-eq" tabindex="0"><math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><semantics>'
        f'<mrow>{body}</mrow><annotation encoding="application/x-tex">{escape(tex)}</annotation></semantics></math></div>'
    )


def _body(shown: Expression | Equation) -> str:
    if isinstance(shown, Equation):
        return f"{mathml_body(shown.left)}<mo>=</mo>{_body(shown.right)}"
    if isinstance(shown, Mean) and len(shown.terms) > 1:
        return _stack(shown)
    if isinstance(shown, Add) and len(shown.terms) > _MOST_TERMS:
        return _broken(shown)
    return mathml_body(shown)


def _broken(total: Add) -> str:
    """A long sum over several lines, each beginning with its sign."""
    cells = ["".join(_signed(term, number)) for number, term in enumerate(total.terms)]
    lines = ["".join(cells[start : start + _MOST_TERMS]) for start in range(0, len(cells), _MOST_TERMS)]
    rows = "".join(f"<mtr><mtd {_CELL}><mrow>{line}</mrow></mtd></mtr>" for line in lines)
    return f'<mtable displaystyle="true">{rows}</mtable>'


def _stack(mean: Mean) -> str:
    """``1/n ( t_1 + t_2 + … )`` with one term a line and the signs under one another."""
    pairs = (_signed(term, number) for number, term in enumerate(mean.terms))
    rows = "".join(
        f"<mtr><mtd {_CELL}>{sign}</mtd><mtd {_CELL}><mrow>{text}</mrow></mtd></mtr>" for sign, text in pairs
    )
    share = f'<mfrac><mn>1</mn><mn>{len(mean.terms)}</mn></mfrac><mspace width="0.15em"></mspace>'
    return f'{share}<mrow><mo>(</mo><mtable displaystyle="true">{rows}</mtable><mo>)</mo></mrow>'


def _signed(term: Expression, number: int) -> tuple[str, str]:
    """The sign of a term of a sum, and the term; the first one shows only a minus."""
    text, minus = MathML().at(term, SUM), MathML.sign
    if text.startswith(minus):
        return f'<mo form="{"infix" if number else "prefix"}">−</mo>', text[len(minus) :]
    return '<mo form="infix">+</mo>' if number else "", text


def steps(chain: Sequence[Step]) -> str:
    """A chain of equalities as a list, the rule beside each; a side that was just shown is not shown again."""
    items, last, left = [], None, None
    for step in chain:
        if step.before == last and left is not None:
            lead = f'<mphantom aria-hidden="true">{mathml_body(left)}</mphantom><mo>=</mo>'
            shown = display(step.after, lead)
        else:
            left, shown = step.before, display(step.equation)
        items.append(f'<li>{shown}<p class="cr-note">{_note(step.note or step.rule)}</p></li>')
        last = step.after
    return f'<ol class="cr-steps">{"".join(items)}</ol>'


def _note(text: str) -> str:
    """The rule; definitions in it, parted by semicolons, keep together each on its line."""
    parts = _RATIO.sub(lambda match: short(Fraction(match[0]), 8), text).split("; ")
    if len(parts) == 1:
        return prose(text)
    spans = (
        f'<span class="cr-together">{prose(part)}{";" * (k < len(parts))}</span>' for k, part in enumerate(parts, 1)
    )
    return " ".join(spans)
