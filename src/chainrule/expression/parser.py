"""Reading what people type: never evaluated, bounded in length and depth, and errors that point.

Reads the calculator, notebook, Python and LaTeX forms (grammar: ``equation.lark``). Numbers are exact:
``0.1`` is one tenth. What was written is kept: order, grouping and ``3*v + 4*1 + -1`` as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from chainrule.errors import ExpressionError
from chainrule.expression.doubt import begins_with_function, spoken
from chainrule.expression.rewrite import symbols
from chainrule.expression.tree import Expression
from chainrule.expression.words import (
    BELOW,
    NO_LETTER,
    NOT_YET,
    WORDS,
    bare_word,
    function_words,
    glued,
    look_alike,
    plain,
)

if TYPE_CHECKING:
    from lark import Lark, UnexpectedInput

MAX_LENGTH = 20_000
"""Characters of one equation."""
MAX_DEPTH = 100
"""Operations inside one another; a sum or product of any number of parts counts as one."""
# A name as in the grammar, and what could be taken for one: a command of LaTeX, the exponent of a number.
NAME = re.compile(
    rf"\\[dtc]?frac\s*[0-9A-Za-z]?\s*[0-9A-Za-z]?|\\[a-zA-Z]+|[\d.]+[eE][+-]?\d+"
    rf"|(?P<name>[^\W\d_{NO_LETTER}{BELOW}][^\W{NO_LETTER}{BELOW}]*[{BELOW}]*)"
)
DISPLAYED = (r"\s*(?:\${1,2}|\\\[|\\\()", r"(?:\${1,2}|\\\]|\\\))\s*")
"""What LaTeX sets round a formula: dollar signs, ``\\[ … \\]``, ``\\( … \\)``."""
GREEK = (
    r"\\(?:var)?(?:alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|upsilon|phi|chi"
    r"|psi|omega)(?![a-zA-Z])"
)
HINTS = {
    "|": "; an absolute value is abs(…)",
    "=": "; write one side only, without the equals sign",
    "!": "; factorials are not known",
    ",": "; a number has a decimal point and no commas",
    "_": "; digits are written without gaps, and a name begins with a letter",
}


def parse(text: str) -> Expression:
    """The expression that `text` writes.

    ``minimize`` in front is allowed, a times sign may be missing, ``^`` and ``**`` are the same. ``xy`` is a product
    where x and y stand alone elsewhere in the equation, and one name otherwise.

    Raises
    ------
    ExpressionError
        With the line, a caret under the character, and what was expected there.

    Examples
    --------
    >>> print(parse("0.5  (1 / (1 + e^(-2x + 1)))^2"))
    0.5·(1/(1 + e^(−2x + 1)))²
    """
    if not isinstance(text, str):
        raise ExpressionError(f"found {type(text).__name__} {text!r:.40}; needed the text of an equation")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            f"the equation has {len(text):,} characters; at most {MAX_LENGTH:,} are read; "
            "state large data as a problem file instead"
        )
    if not text.strip():
        raise ExpressionError("the equation is empty; write one such as (1 / (1 + e^-x) - 1)^2")
    text = plain(text)
    for round_it in (rf"^{DISPLAYED[0]}", rf"{DISPLAYED[1]}$"):  # blanks, so that places stay what they are
        text = re.sub(round_it, lambda found: " " * len(found[0]), text)
    if found := re.search(r"(?<![^\W_])d\s*/\s*d[^\W\d_]|\\[dt]?frac\s*\{\s*d\s*\}\s*\{\s*d", text):
        said = "a derivative is not read; write the equation alone, and chainrule derive takes its derivative"
        raise ExpressionError(pointed(text, found.start(), said))
    tree = _tree(text)
    names = symbols(tree)
    if pair := look_alike(names):
        raise ExpressionError(f"{pair[0]} and {pair[1]} are two names that are read as one; write only one of them")
    apart = _apart(text, names)
    return tree if apart == text else _tree(apart)


def _apart(text: str, names: Sequence[str]) -> str:
    """The text with ``x y`` for ``xy`` where x and y are names of their own in it: there it means the product.

    Raises
    ------
    ExpressionError
        After ``^`` and ``/``, where ``2^xy`` could mean two things.
    """
    letters = {name for name in names if len(name) == 1}
    runs = {name for name in names if len(name) > 1 and letters & set(name) and letters | {"e"} >= set(name)}
    for found in reversed([found for found in NAME.finditer(text) if found["name"] in names]):
        name, before = found["name"], text[: found.start()]
        if re.search(r"(?:\\[a-z]+\{|_\{|\w\[)$", before):
            continue  # a name for certain
        if parts := glued(name, [*letters, "e"]):
            raise ExpressionError(pointed(text, found.start(), begins_with_function(name, *parts)))
        if name not in runs:
            continue
        if re.search(r"(\^|\*\*|[/÷])[\s+−-]*$", before):
            product = "*".join(name)
            message = f"{name} means {product} here, but how much of it belongs to the sign in front is not clear"
            raise ExpressionError(pointed(text, found.start(), f"{message}; write ({product})"))
        text = before + " ".join(name) + text[found.end() :]
    return text


def _tree(text: str) -> Expression:
    from lark.exceptions import UnexpectedCharacters, UnexpectedInput, VisitError

    from chainrule.expression.draft import Draft, Refusal

    try:
        draft = _parser().parse(text)
    except UnexpectedInput as error:
        place = error.pos_in_stream if error.pos_in_stream is not None else len(text)
        token = getattr(error, "token", None)
        if token is not None and token.type == "$END":
            place = len(text.rstrip())
        if said := _unknown_command(text, place) or _without_argument(text, place):
            raise ExpressionError(pointed(text, place, said)) from None
        found = repr(text[place]) if place < len(text) else "the end"
        if token is not None and token.type == "FUNCTION":
            found = str(token)
        unknown = isinstance(error, UnexpectedCharacters)
        raise ExpressionError(
            pointed(
                text, place, f"found {found}; needed {_needed(error, unknown)}{HINTS.get(text[place : place + 1], '')}"
            )
        ) from None
    except VisitError as error:
        refusal = error.orig_exc
        if not isinstance(refusal, Refusal):
            raise
        raise ExpressionError(pointed(text, refusal.place, str(refusal))) from None
    except Refusal as refusal:
        raise ExpressionError(pointed(text, refusal.place, str(refusal))) from None
    assert isinstance(draft, Draft)
    return draft.node


def _unknown_command(text: str, place: int) -> str:
    """What is said of LaTeX that is not read, such as ``\\foo``."""
    command = re.compile(r"\\(?:[a-zA-Z]+|.)").match(text, place)
    if command is None:
        return ""
    if base := re.compile(r"\\(?:log|lg)\s*_\s*\{?(\w+)\}?").match(text, place):
        return f"a logarithm to a base is not known here; write ln(…)/ln({base[1]})"
    if re.compile(r"\\sqrt\s*\[").match(text, place):
        return r"\sqrt[…] is not known here; write (…)^(1/3) for a third root, which needs 0 or more in the brackets"
    if re.match(r"\\(?:sigma|[a-z]*frac|left|right|[bB]igg?[lr]?)$", command[0]) or command[0][1:].lower() in WORDS:
        return ""
    return f"{command[0]} is not known here"


def _without_argument(text: str, place: int) -> str:
    """What is said of ``ln + 2`` and ``ln^2 x``: a function, and no brackets, name or number behind it."""
    before = re.search(rf"(?:{function_words(WORDS)}|σ|√)\s*$", text[:place])
    if before is None:
        return ""
    word = spoken(WORDS.get(bare_word(before[0].strip()).lower(), "sqrt" if "√" in before[0] else "sigmoid"))
    if re.compile(rf"\^|\*\*|[{NO_LETTER}⁻]").match(text, place):
        return f"{word} is a function; a power of its value is written {word}(x)^2"
    return f"{word} is a function; write what it is taken of, as in {word}(x)"


def pointed(text: str, place: int, message: str) -> str:
    """The message, the line around `place`, and a caret under that character."""
    start = text.rfind("\n", 0, place) + 1
    end = text.find("\n", place)
    line, column = text[start : end if end >= 0 else len(text)], place - start
    cut = max(0, column - 40)
    shown = "".join(c if c.isprintable() else " " for c in line[cut : column + 40])
    before, after = ("…" if cut else ""), ("…" if len(line) > column + 40 else "")
    where = f"line {text.count(chr(10), 0, place) + 1}, " if "\n" in text else ""
    return (
        f"the equation, {where}character {column + 1}: {message}\n"
        f"  {before}{shown}{after}\n  {' ' * (len(before) + column - cut)}^"
    )


def _needed(error: UnexpectedInput, unknown: bool) -> str:
    """What could stand there, in words."""
    expected: set[str] = set(getattr(error, "allowed" if unknown else "expected", None) or ())
    words = ["a number", "a name", "'('"] if "NUMBER" in expected else []
    if "PLUS" in expected and "SLASH" in expected:
        words.append("an operator such as + or *")
    if not unknown:
        closing = {"RPAR": "')'", "RSQB": "']'", "RBRACE": "'}'", "BRACE_CLOSE": r"'\}'", "ABS_CLOSE": r"'\right|'"}
        closing |= {"COMMA": "','", "$END": "the end"}
        words += [word for name, word in closing.items() if name in expected]
    words = words or ["'{'" if "LBRACE" in expected else "an equation"]
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


@cache
def _parser() -> Lark:
    from lark import Lark

    from chainrule.expression.build import Build

    grammar = (files("chainrule.expression") / "equation.lark").read_text(encoding="utf-8")
    words = {
        "known": function_words(WORDS),
        "not_yet": function_words(NOT_YET),
        "greek": GREEK,
        "no_letter": NO_LETTER,
        "below": BELOW,
    }
    for name, pattern in words.items():
        grammar = grammar.replace(f"<{name}>", pattern)
    return Lark(grammar, parser="lalr", transformer=Build(MAX_DEPTH), maybe_placeholders=False)
