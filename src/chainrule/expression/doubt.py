"""What is refused because readers differ, with every way to write it; and words that are not known here."""

from __future__ import annotations

import difflib
import re
from fractions import Fraction

from chainrule.expression.draft import Draft, Refusal
from chainrule.expression.tree import FUNCTIONS, Expression, Multiply, Negate, Number, Power, Symbol
from chainrule.expression.words import KNOWN, NO_NAMES, SIGNS, WORDS, ends_with_word, glued


def require_a_product(left: Draft, right: Draft) -> None:
    """Raise where a product without a times sign could mean something else."""
    if left.reaches is not None and not right.word:
        word, inner, outer = spoken(left.word), left.reaches, right.node
        both = f"{word}({product(inner, outer)}) or {product(Symbol(f'{word}({inner})'), outer)}"
        raise Refusal(f"how far {word} reaches is not clear; write {both}", left.place)
    if re.fullmatch(r".*\d[eE][+-]\d+", left.typed):
        before, sign, after = re.split(r"[eE]([+-])", left.typed)
        rest = product(Number(Fraction(after)), right.node)
        both = f"{product(left.node, right.node)} or {before}·e {sign.replace('-', '−')} {rest}"
        raise Refusal(f"{left.typed}{right.node} can be read in two ways; write {both}", left.place)
    if isinstance(left.node, Number) and left.typed:
        if isinstance(right.node, Number) and right.typed:
            both = f"{left.typed}·{right.typed} or {left.typed}{right.typed}"
            raise Refusal(f"two numbers side by side are not clear; write {both}", right.place)
        if left.raises and left.place + len(left.typed) == right.place:
            both = f"^({product(left.node, right.node)}) or {product(Symbol(f'^({left.node})'), right.node)}"
            raise Refusal(f"how far the power reaches is not clear; write {both}", left.place)
    if isinstance(left.size, Symbol) and (parts := ends_with_word(left.size.name)):
        letter, word = parts
        raise Refusal(
            f"{left.node} ends in a function's name; write {letter} {word}({right.node}), or {left.node}·… for a name",
            left.place,
        )


def require_no_reach(base: Draft, exponent: Expression) -> None:
    """Raise at ``ln x^2``."""
    word, inner = spoken(base.word), base.reaches
    assert inner is not None
    power = Negate(Power(inner.operand, exponent)) if isinstance(inner, Negate) else Power(inner, exponent)
    raised = str(Power(Symbol("x"), exponent)).removeprefix("x")
    raise Refusal(
        f"what is raised to the power, {inner} or all of {word} {inner}, is not clear; write {word}({power}) or {word}({inner}){raised}",
        base.place,
    )


def require_a_name(name: str, typed: str, place: int) -> None:
    """Raise where what looks like a name is none, or could be a function's with its argument."""
    if not name:
        raise Refusal(f"{typed} is neither a name nor a number; names are letters, then letters and digits", place)
    if name.lower() in NO_NAMES:
        raise Refusal(
            f"{name} is not known as a number, and as a name it would mislead; write its digits, such as 3.141592653589793, "
            "or another name",
            place,
        )
    if base := re.fullmatch(r"(?:log|lg)_?(\d+)", name, re.IGNORECASE):
        raise Refusal(f"{name} is not known here; write ln(…)/ln({base[1]})", place)
    if "\\" not in typed and (parts := glued(name)):
        raise Refusal(begins_with_function(name, *parts), place)


def begins_with_function(name: str, word: str, rest: str) -> str:
    """What is said of ``lnx``."""
    known = "" if word in SIGNS or word.lower() in WORDS else ", which is not known here yet"
    named = "" if word in SIGNS else f"; for a name of its own write \\mathrm{{{name}}}"
    return f"{name} begins with the function {word}{known or f': write {word}({rest})'}{named}"


def spoken(word: str) -> str:
    """A function as text prints it."""
    return {"log": "ln", "sigmoid": "σ"}.get(word, word)


def product(*factors: Expression) -> str:
    return str(Multiply(factors))


def not_known(word: str) -> str:
    if base := re.fullmatch(r"log(\d+)", word, re.IGNORECASE):
        return f"{word} is not known here; write ln(…)/ln({base[1]})"
    return f"{word} is not known here yet; known are {KNOWN}"


def unknown_function(word: str) -> str:
    """What is said of ``sine(``."""
    near = difflib.get_close_matches(word, WORDS, 1)
    hint = f"did you mean {near[0]}?" if near else f"for a product write {word} * ("
    if parts := ends_with_word(word):
        hint = f"for a product write {parts[0]} {parts[1]}("
    if base := re.fullmatch(r"log_?(\d+)", word):
        hint = f"for the logarithm to the base {base[1]} write log(…)/log({base[1]})"
    return f"{word} is not one of {', '.join(FUNCTIONS)}, sqrt; {hint}"
