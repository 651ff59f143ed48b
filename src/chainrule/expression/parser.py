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
from chainrule.expression.rewrite import symbols
from chainrule.expression.tree import Expression

if TYPE_CHECKING:
    from lark import Lark, UnexpectedInput

MAX_LENGTH = 20_000
"""Characters of one equation."""
MAX_DEPTH = 100
"""Operations inside one another; a sum or product of any number of parts counts as one."""
NAME = re.compile(r"[^\W\d⁰¹²³⁴-⁹][^\W⁰¹²³⁴-⁹]*")  # as in the grammar


HINTS = {
    "|": "; an absolute value is abs(…)",
    "=": "; write one side only, without the equals sign",
    "!": "; factorials are not known",
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
    # Dollar signs around LaTeX are blanks, so that places stay what they are.
    text = re.sub(r"^\s*\${1,2}|\${1,2}\s*$", lambda found: " " * len(found[0]), text)
    tree = _tree(text)
    apart = _apart(text, symbols(tree))
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
    for found in reversed([found for found in NAME.finditer(text) if found[0] in runs]):
        before, product = text[: found.start()], "*".join(found[0])
        if before.endswith(("\\mathrm{", "_{", "[")):
            continue  # a name for certain
        if re.search(r"(\^|\*\*|[/÷])[\s+−-]*$", before):
            message = f"{found[0]} means {product} here, but how much of it belongs to the sign in front is not clear"
            raise ExpressionError(pointed(text, found.start(), f"{message}; write ({product})"))
        text = before + " ".join(found[0]) + text[found.end() :]
    return text


def _tree(text: str) -> Expression:
    from lark.exceptions import UnexpectedCharacters, UnexpectedInput, VisitError

    from chainrule.expression.build import Draft, Refusal

    try:
        draft = _parser().parse(text)
    except UnexpectedInput as error:
        place = error.pos_in_stream if error.pos_in_stream is not None else len(text)
        token = getattr(error, "token", None)
        if token is not None and token.type == "$END":
            place = len(text.rstrip())
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
        closing = {"RPAR": "')'", "RBRACE": "'}'", "COMMA": "','", "$END": "the end"}
        words += [word for name, word in closing.items() if name in expected]
    words = words or ["'{'" if "LBRACE" in expected else "an equation"]
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


@cache
def _parser() -> Lark:
    from lark import Lark

    from chainrule.expression.build import Build

    grammar = (files("chainrule.expression") / "equation.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=Build(MAX_DEPTH), maybe_placeholders=False)
