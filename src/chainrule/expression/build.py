"""From the grammar's rules to the tree; imported only when something is parsed, for it imports Lark."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from fractions import Fraction

from lark import Token, Transformer, v_args

from chainrule.errors import NumberError
from chainrule.exact import read_number
from chainrule.expression.tree import (
    FUNCTIONS,
    Add,
    Divide,
    Euler,
    Expression,
    Function,
    Multiply,
    Negate,
    Number,
    Power,
    Symbol,
)

_SYNONYMS = {"ln": "log", "σ": "sigmoid", "sigma": "sigmoid", "Abs": "abs"}
# What these are where they are spelled out, 1/(1 + e^−z), is so much deeper.
SPELLED_DEPTH = {"sigmoid": 3, "sigma": 3, "σ": 3, "softplus": 2}
_MAXIMA = ("max", "maximum", "Max")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_LATEX = re.compile(r"\\mathrm|[{}\\]")


class Refusal(Exception):
    """What is wrong at a character of the text."""

    def __init__(self, message: str, place: int) -> None:
        super().__init__(message)
        self.place = place


@dataclass
class Draft:
    """A part of the tree while it grows: a sum or product in the making keeps its parts in a list."""

    kind: str
    parts: list[Expression]
    depth: int
    place: int = 0
    literal: bool = False
    negative: bool = False  # a minus sign before the whole of it: -a*b is -(a*b)

    @property
    def size(self) -> Expression:
        """The node without the minus sign."""
        if self.kind == "sum":
            return Add(tuple(self.parts))
        return Multiply(tuple(self.parts)) if self.kind == "product" else self.parts[0]

    @property
    def node(self) -> Expression:
        return Negate(self.size) if self.negative else self.size


@v_args(inline=True)
class Build(Transformer[Token, Draft]):
    def __init__(self, max_depth: int) -> None:
        super().__init__()
        self._max_depth = max_depth

    def _made(self, node: Expression, *parts: Draft) -> Draft:
        return Draft("atom", [node], self._deeper(*parts), parts[0].place)

    def _deeper(self, *parts: Draft, by: int = 1) -> int:
        depth = by + max(part.depth for part in parts)
        if depth > self._max_depth:
            raise Refusal(
                f"more than {self._max_depth} operations inside one another; needed fewer: name a part, or simplify",
                parts[-1].place,
            )
        return depth

    def _grown(self, kind: str, left: Draft, right: Draft, part: Expression) -> Draft:
        if left.kind == kind:  # a + b + c: one sum of three terms; the list is this draft's own
            left.parts.append(part)
            left.depth = max(left.depth, self._deeper(right))
            return left
        depth = self._deeper(left, right)
        if kind == "sum":
            return Draft(kind, [left.node, part], depth, left.place)
        return Draft(kind, [left.size, part], depth, left.place, negative=left.negative)

    def start(self, *parts: Draft | Token) -> Draft:
        last = parts[-1]
        assert isinstance(last, Draft)
        return last

    def add(self, left: Draft, right: Draft) -> Draft:
        return self._grown("sum", left, right, right.node)

    def subtract(self, left: Draft, right: Draft) -> Draft:
        return self._grown("sum", left, right, Negate(right.node))

    def multiply(self, left: Draft, right: Draft) -> Draft:
        return self._grown("product", left, right, right.node)

    def divide(self, over: Draft, under: Draft) -> Draft:
        quotient = self._made(Divide(over.size, under.node), over, under)
        quotient.negative = over.negative
        return quotient

    def fraction(self, token: Token, over: Draft, under: Draft) -> Draft:
        return self._made(Divide(over.node, under.node), over, under)

    def negate(self, part: Draft) -> Draft:
        if part.literal and isinstance(part.node, Number) and part.node.value > 0:  # -1 is a number
            return Draft("atom", [Number(-part.node.value)], part.depth, part.place)
        return Draft("atom", [part.node], self._deeper(part), part.place, negative=True)

    def power(self, base: Draft, exponent: Draft) -> Draft:
        if isinstance(base.node, Euler):
            return self._made(Function("exp", exponent.node), base, exponent)
        return self._made(Power(base.node, exponent.node), base, exponent)

    def superscript(self, base: Draft, raised: Token) -> Draft:
        return self.power(base, self._number(str(raised).translate(_RAISED), raised))

    def group(self, part: Draft) -> Draft:
        return Draft("atom", [part.node], part.depth, part.place)

    def number(self, token: Token) -> Draft:
        return self._number(str(token), token)

    def _number(self, text: str, token: Token) -> Draft:
        try:
            value = Fraction(read_number(text))
        except NumberError as error:
            raise Refusal(str(error), token.start_pos or 0) from None
        return Draft("atom", [Number(value)], 1, token.start_pos or 0, literal=True)

    def name(self, token: Token) -> Draft:
        name = _LATEX.sub("", str(token)).replace(" ", "")
        if name in ("pi", "π", "varpi"):
            raise Refusal(
                f"{name} is not known as a number, and as a name it would mislead; write its digits, 3.141592653589793, or another name",
                token.start_pos or 0,
            )
        node = Euler() if name in ("e", "math.e", "np.e", "numpy.e") else Symbol(name)
        return Draft("atom", [node], 1, token.start_pos or 0)

    def call(self, token: Token, *arguments: Draft) -> Draft:
        place = token.start_pos or 0
        name = re.split(r"[.{\\]", str(token).rstrip("}"))[-1]
        nodes = [argument.node for argument in arguments]
        if name in _MAXIMA:
            if len(nodes) != 2 or Number(Fraction(0)) not in nodes:
                raise Refusal("max is read as max(0, x), the rectifier; needed two arguments, one of them 0", place)
            return self._made(Function("relu", nodes[nodes[0] == Number(Fraction(0))]), *arguments)
        if name == "Rational":
            return self._ratio(nodes, place)
        if len(nodes) != 1:
            raise Refusal(f"{name} takes one argument; found {len(nodes)}", place)
        if name == "Integer":
            return Draft("atom", [nodes[0]], arguments[0].depth, place)
        if name == "sqrt":
            return self._made(Power(nodes[0], Number(Fraction(1, 2))), *arguments)
        made = self._made(Function(_SYNONYMS.get(name, name), nodes[0]), *arguments)
        made.depth = self._deeper(made, by=SPELLED_DEPTH.get(name, 0))
        return made

    def unknown(self, token: Token, *arguments: Draft) -> Draft:
        near = difflib.get_close_matches(str(token), FUNCTIONS, 1)
        hint = f"did you mean {near[0]}?" if near else f"for a product write {token} * ("
        if base := re.fullmatch(r"log_?(\d+)", str(token)):
            hint = f"for the logarithm to the base {base[1]} write log(…)/log({base[1]})"
        raise Refusal(f"{token} is not one of {', '.join(FUNCTIONS)}, sqrt; {hint}", token.start_pos or 0)

    def _ratio(self, nodes: list[Expression], place: int) -> Draft:
        match nodes:
            case [Number(over), Number(under)] if under != 0:
                return Draft("atom", [Number(over / under)], 1, place)
        raise Refusal("Rational takes two numbers, the second not 0", place)
