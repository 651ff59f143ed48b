"""One module a form; `print_expression` chooses."""

from __future__ import annotations

from collections.abc import Sequence

from chainrule.errors import ExpressionError
from chainrule.expression.printers.chain import Line, print_chain
from chainrule.expression.printers.code import Notebook, NumPy, Python, SymPy
from chainrule.expression.printers.latex import Latex
from chainrule.expression.printers.mathml import MathML, mathml, mathml_body
from chainrule.expression.printers.precedence import SUM, Printer
from chainrule.expression.printers.text import Text
from chainrule.expression.printers.wolfram import Wolfram
from chainrule.expression.tree import Equation, Expression

_PRINTERS: dict[str, type[Printer]] = {
    "text": Text,
    "latex": Latex,
    "mathml": MathML,
    "wolfram": Wolfram,
    "python": Python,
    "numpy": NumPy,
    "sympy": SymPy,
    "notebook": Notebook,
}
FORMS = tuple(_PRINTERS)


RIGHT_SIDE = ("wolfram", "notebook")
"""Of an equation these print the right side: a calculator is asked about it, and the notebook's strings have no left one."""


def print_expression(shown: Expression | Equation | Sequence[Line], form: str = "text") -> str:
    """An expression, an equation or the steps of a derivation in one of FORMS, its order kept.

    ``mathml`` gives a whole inline ``<math>`` element; see `mathml` for one that is displayed. ``wolfram`` and ``notebook``
    print the right side of an equation. Steps are printed by `print_chain`.

    Raises
    ------
    ExpressionError
        If there is no such form, or the expression is deeper than Python's stack.
    """
    if form not in _PRINTERS:
        raise ExpressionError(f"form {form!r:.40} is not one of {', '.join(FORMS)}; use one of those")
    try:
        if not isinstance(shown, Expression | Equation):
            return print_chain(shown, form, lambda part: print_expression(part, form))
        if isinstance(shown, Equation) and form in RIGHT_SIDE:
            shown = shown.right
        return mathml(shown) if form == "mathml" else _line(shown, _PRINTERS[form]())
    except RecursionError:
        raise ExpressionError("too many operations inside one another to be printed; name a part") from None


def _line(shown: Expression | Equation, printer: Printer) -> str:
    if isinstance(shown, Equation):
        return f"{printer.at(shown.left, SUM)} = {printer.at(shown.right, SUM)}"
    return printer.at(shown, SUM)


__all__ = ["FORMS", "mathml", "mathml_body", "print_expression"]
