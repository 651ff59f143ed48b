"""The ordered expression: its tree, its printed forms, its parser."""

from chainrule.expression.parser import parse
from chainrule.expression.printers import FORMS, mathml, print_expression
from chainrule.expression.rewrite import gather_sigmoids, spell_out, substitute, symbols
from chainrule.expression.tree import (
    Add,
    Derivative,
    Divide,
    Equation,
    Euler,
    Expression,
    Function,
    Mean,
    Multiply,
    Negate,
    Number,
    Power,
    Sum,
    Symbol,
)

__all__ = [
    "FORMS",
    "Add",
    "Derivative",
    "Divide",
    "Equation",
    "Euler",
    "Expression",
    "Function",
    "Mean",
    "Multiply",
    "Negate",
    "Number",
    "Power",
    "Sum",
    "Symbol",
    "gather_sigmoids",
    "mathml",
    "parse",
    "print_expression",
    "spell_out",
    "substitute",
    "symbols",
]
