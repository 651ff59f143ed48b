"""LaTeX that any TeX or MathJax reads without packages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from chainrule.exact import number_text
from chainrule.expression.printers.precedence import (
    ATOM,
    FRACTION,
    POWER,
    PRODUCT,
    SIGN,
    SUM,
    Piece,
    Printer,
    juxtaposed,
    split_name,
)
from chainrule.expression.tree import Add, Derivative, Expression, Mean, Sum, Symbol

# sigma(z) is written with the letter; ln is the name TeX knows.
_HEADS = {"sigmoid": r"\sigma", "log": r"\ln", "exp": r"\exp", "tanh": r"\tanh"}


def _word(text: str) -> str:
    text = text.replace("\\", "").replace("_", r"\_").replace("{", "").replace("}", "")
    return text if len(text) == 1 or text.isdigit() else rf"\mathrm{{{text}}}"


_TEXT = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "–": "--",
    "…": r"\dots{}",
    "\u00a0": "~",
}
_TEXT |= {sign: f"\\{sign}" for sign in "#$%&_{}"}
_MATH = {
    "−": "-",
    "·": r"\cdot",
    "±": r"\pm",
    "×": r"\times",
    "∞": r"\infty",
    "→": r"\to",
    "≤": r"\le",
    "≥": r"\ge",
    "≈": r"\approx",
}
_MATH |= {
    "σ": r"\sigma",
    "Σ": r"\sum",
    "∂": r"\partial",
    "λ": r"\lambda",
    "θ": r"\theta",
    "∈": r"\in",
    "ε": r"\varepsilon",
    "φ": r"\varphi",
}
_MATH |= {
    "√": r"\surd",
    "★": r"\star",
    "½": r"\tfrac12",
    "¼": r"\tfrac14",
    "α": r"\alpha",
    "β": r"\beta",
    "γ": r"\gamma",
    "δ": r"\delta",
    "μ": r"\mu",
    "ω": r"\omega",
}
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ", "0123456789-n")


def latex_text(text: str) -> str:
    """A sentence for LaTeX's text mode, its signs set as mathematics: ``σ' = σ(1 − σ)``, ``10⁻²⁰``, ``w_x``."""
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ]+", lambda found: f"\0{found[0].translate(_RAISED)}\0", text)
    shown = ""
    for k, part in enumerate(text.split("\0")):
        shown += f"$^{{{part}}}$" if k % 2 else "".join(_in_text(character) for character in part)
    return shown


def _in_text(character: str) -> str:
    return f"${_MATH[character]}$" if character in _MATH else _TEXT.get(character, character)


class Latex(Printer):
    plus, minus, sign = " + ", " - ", "-"

    def number(self, value: Fraction) -> Piece:
        digits = number_text(abs(value))
        over, slash, under = digits.partition("/")
        text, level = (rf"\frac{{{over}}}{{{under}}}", FRACTION) if slash else (digits, ATOM)
        return Piece(self.sign + text, SIGN, True) if value < 0 else Piece(text, level)

    def symbol(self, symbol: Symbol) -> str:
        letter, below, above = split_name(symbol)
        sub = "_{" + ",".join(map(_word, below.split(","))) + "}" if below else ""
        return _word(letter) + sub + (f"^{{{above}}}" if above else "")

    def wrap(self, text: str) -> str:
        return rf"\left({text}\right)"

    def times(self, left: Expression, right: Expression) -> str:
        return r" \, " if juxtaposed(left, right) else r" \cdot "

    def divide(self, numerator: Expression, denominator: Expression) -> Piece:
        return Piece(rf"\frac{{{self.at(numerator, SUM)}}}{{{self.at(denominator, SUM)}}}", FRACTION)

    def power(self, base: Expression, exponent: Expression) -> Piece:
        # a name with a superscript of its own, w^{(2)}_{0,1}, must not get a second one
        above = isinstance(base, Symbol) and split_name(base)[2]
        text = self.wrap(self.at(base, SUM)) if above else self.at(base, ATOM)
        return Piece(f"{text}^{{{self.at(exponent, SUM)}}}", POWER)

    def function(self, name: str, argument: Expression) -> Piece:
        inside = self.at(argument, SUM)
        if name == "exp":
            return Piece(f"e^{{{inside}}}", POWER)
        if name == "abs":
            return Piece(rf"\left|{inside}\right|", ATOM)
        return Piece(_HEADS.get(name, rf"\operatorname{{{name}}}") + self.wrap(inside), ATOM)

    def mean(self, terms: Sequence[Expression]) -> Piece:
        return Piece(rf"\frac{{1}}{{{len(terms)}}} {self.wrap(self.sum(terms).text)}", PRODUCT)

    def big_sum(self, node: Sum) -> Piece:
        return Piece(rf"\sum_{{{node.index}=1}}^{{{node.count}}} {self.at(node.term, PRODUCT)}", SIGN)

    def derivative(self, node: Derivative) -> Piece:
        d = r"\partial " if node.partial else r"\mathrm{d}"
        by = d + self.symbol(node.by)
        if isinstance(node.of, Symbol):
            return Piece(rf"\frac{{{d}{self.symbol(node.of)}}}{{{by}}}", FRACTION)
        return Piece(rf"\frac{{{d.strip()}}}{{{by}}} {self.wrap(self.at(node.of, SUM))}", PRODUCT)


LONG = 100
"""Characters of LaTeX after which a sum is written one term a line."""


def latex_lines(shown: Expression) -> str:
    """The expression; a long sum or mean has its terms under one another (``aligned``, of the package amsmath)."""
    text = Latex().at(shown, SUM)
    if len(text) <= LONG or not isinstance(shown, Mean | Add) or len(shown.terms) < 2:
        return text
    rows = []
    for number, term in enumerate(shown.terms):
        part = Latex().at(term, SUM)
        sign = "" if not number else r"-\: " if part.startswith("-") else r"+\: "
        rows.append("& " + sign + (part.removeprefix("-") if number else part))
    body = " \\\\ ".join(rows)
    stack = rf"\begin{{aligned}} {body} \end{{aligned}}"
    return rf"\frac{{1}}{{{len(shown.terms)}}} \left({stack}\right)" if isinstance(shown, Mean) else stack
