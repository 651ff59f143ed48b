"""From the grammar's rules to the tree; imported only when something is parsed, for it imports Lark."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from lark import Token, Transformer, v_args

from chainrule.errors import NumberError
from chainrule.exact import number_text, read_number
from chainrule.expression.doubt import (
    not_known,
    require_a_name,
    require_a_product,
    require_no_reach,
    unknown_function,
)
from chainrule.expression.draft import Draft, Refusal
from chainrule.expression.tree import (
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
from chainrule.expression.words import FRACTIONS, SIGNS, WORDS, bare_word, name_of

# What these are where they are spelled out, 1/(1 + e^−z), is so much deeper.
SPELLED_DEPTH = {"sigmoid": 3, "softplus": 2}
_HALF = Number(Fraction(1, 2))
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_LATEX = re.compile(r"\\(?:mathrm|textrm|text|mathit)|[{}\\ ]")
_LAYER = re.compile(r"(\w)_\{(.*)\}\^\{\((\d+)\)\}")


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
            left.tail = right.last
            return left
        depth = self._deeper(left, right)
        if kind == "sum":
            return Draft(kind, [left.node, part], depth, left.place, tail=right.last)
        return Draft(kind, [left.size, part], depth, left.place, signs=left.signs, tail=right.last)

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

    def beside(self, left: Draft, right: Draft) -> Draft:
        """A product without a times sign."""
        require_a_product(left.last, right)
        return self.multiply(left, right)

    def divide(self, over: Draft, under: Draft) -> Draft:
        quotient = self._made(Divide(over.size, under.node), over, under)
        quotient.signs, quotient.tail = over.signs, under.last
        return quotient

    def fraction(self, token: Token, over: Draft | Token, under: Draft | Token) -> Draft:
        top, bottom = (part if isinstance(part, Draft) else self._part(part) for part in (over, under))
        return replace(self._made(Divide(top.size, bottom.node), top, bottom), signs=top.signs)

    def _part(self, token: Token) -> Draft:
        """The one digit or letter that TeX takes where there are no braces."""
        return self.number(token) if token.isdecimal() else self.name(token)

    def negate(self, part: Draft) -> Draft:
        if part.kind == "sum":
            return Draft("atom", [part.size], self._deeper(part), part.place, signs=1, tail=part.last)
        if part.signs == 0 and (first := _with_minus(part.parts[0])) is not None:  # -1 is a number
            return replace(part, parts=[first, *part.parts[1:]])
        return replace(part, depth=self._deeper(part), signs=part.signs + 1)

    def power(self, base: Draft, exponent: Draft) -> Draft:
        if base.reaches is not None:
            require_no_reach(base, exponent.node)
        made = self._made(_power(base.node, exponent.node), base, exponent)
        made.tail = replace(exponent.last, raises=isinstance(base.node, Euler | Number))
        return made

    def raised(self, base: Draft, opened: Token, exponent: Draft) -> Draft:
        """``x^{…}``."""
        return replace(self.power(base, self.group(exponent)), tail=None)

    def superscript(self, base: Draft, raised: Token) -> Draft:
        return self.power(base, self._number(str(raised).translate(_RAISED), raised))

    def group(self, part: Draft) -> Draft:
        return replace(part, typed="", word="", reaches=None, tail=None)

    def braces(self, opened: Token, part: Draft, closed: Token) -> Draft:
        return self.group(part)

    def unseen(self, part: Draft) -> Draft:
        """Braces that TeX does not show, so they hold nothing together that would fall apart without them."""
        if part.kind != "atom" or part.signs or (part.tail is not None and isinstance(part.node, Divide)):
            raise Refusal(f"TeX does not show the braces around {part.node}; write ({part.node})", part.place)
        return self.group(part)

    def bars(self, opened: Token, part: Draft, closed: Token) -> Draft:
        return self._applied("abs", [part], opened.start_pos or 0)

    def number(self, token: Token) -> Draft:
        place, text = token.start_pos or 0, str(token)
        if text[-1] in FRACTIONS:
            share = Fraction(FRACTIONS[text[-1]]).limit_denominator(10)
            return Draft("atom", [_ratio(int(text[:-1] or 0) + share)], 1, place, text)
        # 1 000 is two numbers here, of which the second begins with zeros
        return self._number(text.lstrip("0") or "0" if text.isdigit() else text, token)

    def _number(self, text: str, token: Token) -> Draft:
        try:
            value = Fraction(read_number(text))
        except NumberError as error:
            raise Refusal(str(error), token.start_pos or 0) from None
        return Draft("atom", [Number(value)], 1, token.start_pos or 0, str(token))

    def name(self, token: Token) -> Draft:
        place, typed = token.start_pos or 0, str(token)
        if typed in ("e", "math.e", "np.e", "numpy.e"):
            return Draft("atom", [Euler()], 1, place, typed)
        if layer := _LAYER.fullmatch(typed):  # w_{0,1}^{(2)}, as LaTeX shows w2[0,1]
            typed = f"{layer[1]}{layer[3]}[{layer[2]}]"
        name = name_of(_LATEX.sub("", typed))
        require_a_name(name, typed, place)
        node = Euler() if name == "e" else Symbol(name)
        return Draft("atom", [node], 1, place, str(token))

    def call(self, token: Token, *parts: Draft | Token) -> Draft:
        arguments = [part for part in parts if isinstance(part, Draft)]
        return self._applied(bare_word(token), arguments, token.start_pos or 0)

    def call_unseen(self, token: Token, argument: Draft) -> Draft:
        """``\\ln{x}``, of which TeX shows ``ln x``; only a root shows how far it reaches."""
        made = self.call(token, argument)
        return made if made.word == "sqrt" else replace(made, reaches=argument.node)

    def reach(self, token: Token, argument: Draft) -> Draft:
        """``ln x``."""
        if token.startswith("\\sqrt") and len(argument.typed) > 1 and argument.typed[0] != "\\":
            shown = f"{token}{{{argument.typed}}}"
            raise Refusal(f"TeX draws this root over {argument.typed[0]} alone; write {shown}", argument.place)
        return replace(self.call(token, argument), reaches=argument.node)

    def reach_negative(self, token: Token, argument: Draft) -> Draft:
        """``exp -x``."""
        return self.reach(token, self.negate(argument))

    def _applied(self, typed: str, arguments: list[Draft], place: int) -> Draft:
        nodes = [argument.node for argument in arguments]
        if typed == "Rational":
            return self._ratio(nodes, place)
        word = SIGNS.get(typed) or WORDS.get(typed.lower(), typed)
        if word == "max":
            if len(nodes) != 2 or Number(Fraction(0)) not in nodes:
                raise Refusal("max is read as max(0, x), the rectifier; needed two arguments, one of them 0", place)
            nodes, word = [nodes[nodes[0] == Number(Fraction(0))]], "relu"
        if len(nodes) != 1:
            raise Refusal(f"{typed} takes one argument; found {len(nodes)}", place)
        if typed == "Integer":
            return Draft("atom", [nodes[0]], arguments[0].depth, place)
        made = self._made(_power(nodes[0], _HALF) if word == "sqrt" else Function(word, nodes[0]), *arguments)
        made.depth = self._deeper(made, by=SPELLED_DEPTH.get(word, 0))
        made.word, made.place = word, place
        return made

    def not_yet(self, token: Token) -> Draft:
        raise Refusal(not_known(bare_word(token)), token.start_pos or 0)

    def indexed(self, token: Token) -> Draft:
        name, _, index = token.rstrip("]").partition("[")
        both = f"{name}*({index}) for a product, {name}_{index} for a name"
        raise Refusal(f"{token} can be read in two ways; write {both}", token.start_pos or 0)

    def unknown(self, token: Token, *arguments: Draft) -> Draft:
        raise Refusal(unknown_function(bare_word(token)), token.start_pos or 0)

    def _ratio(self, nodes: list[Expression], place: int) -> Draft:
        match nodes:
            case [Number(over), Number(under)] if under != 0:
                return Draft("atom", [_ratio(over / under)], 1, place)
        raise Refusal("Rational takes two numbers, the second not 0", place)


def _power(base: Expression, exponent: Expression) -> Expression:
    return Function("exp", exponent) if isinstance(base, Euler) else Power(base, exponent)


def _with_minus(node: Expression) -> Expression | None:
    """The node with a minus sign put before the positive number that it begins with, as ``-2x`` is read; None without one."""
    match node:
        case Number(value) if value > 0:
            return Number(-value)
        case Multiply(factors) if (first := _with_minus(factors[0])) is not None:
            return Multiply((first, *factors[1:]))
        case Divide(over, under) if (first := _with_minus(over)) is not None:
            return Divide(first, under)
    return None


def _ratio(value: Fraction) -> Expression:
    """A number, as it prints: one third is 1/3, a division."""
    if "/" in number_text(value):
        return Divide(Number(Fraction(value.numerator)), Number(Fraction(value.denominator)))
    return Number(value)
