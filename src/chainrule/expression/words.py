"""The words of an equation: which of them name a function, known here or not, and which letters are glued to one.

A word that is a function's name is never a variable: ``ln x`` is the logarithm of x, not a product, and ``sin x`` is
refused as long as there is no sine. A function that is added moves from `NOT_YET` to `WORDS`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from chainrule.expression.tree import FUNCTIONS

WORDS = {name: name for name in FUNCTIONS} | {
    "ln": "log", "sigma": "sigmoid", "logistic": "sigmoid", "sqrt": "sqrt", "max": "max", "maximum": "max"
}  # fmt: skip
"""What a person calls a function, in capitals or not, and its name here."""
SIGNS = {"σ": "sigmoid", "√": "sqrt"}
NOT_YET = (
    *(
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "sinh",
        "cosh",
        "coth",
        "sech",
        "csch",
        "sinc",
        "asin",
        "acos",
        "atan",
        "acot",
    ),
    *(
        "asinh",
        "acosh",
        "atanh",
        "arcsin",
        "arccos",
        "arctan",
        "arccot",
        "arsinh",
        "arcosh",
        "artanh",
        "atan2",
        "arctan2",
    ),
    *(
        "min",
        "minimum",
        "argmin",
        "argmax",
        "sgn",
        "sign",
        "signum",
        "floor",
        "ceil",
        "round",
        "trunc",
        "mod",
        "gcd",
        "lcm",
    ),
    *(
        "log2",
        "log10",
        "log1p",
        "exp2",
        "exp10",
        "expm1",
        "lg",
        "lb",
        "erf",
        "erfc",
        "lgamma",
        "cbrt",
        "root",
        "pow",
        "hypot",
    ),
    *(
        "square",
        "sum",
        "prod",
        "lim",
        "softmax",
        "softsign",
        "elu",
        "selu",
        "gelu",
        "silu",
        "swish",
        "mish",
        "heaviside",
    ),
)
"""Functions that people type and that are not known here."""
KNOWN = "exp, ln, sigmoid, tanh, relu, softplus, abs, sqrt and max(0, x)"
NO_NAMES = ("pi", "π", "varpi", "inf", "infty", "infinity", "nan")
"""Numbers that cannot be written exactly, or are none: as names of variables they would mislead."""

NO_LETTER = "¹²³¼-¾⁰⁴-⁹⅐-⅟↉"
"""Raised digits and fractions, which Python's ``\\w`` counts among the letters (in a character class)."""
BELOW = "₀-₉ₐ-ₜᵢ-ᵥ"
"""Lowered digits and letters, which end a name."""
FRACTIONS = {c: unicodedata.numeric(c) for c in "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"}
_ALONE = ("sigma", "max", "maximum", "min", "minimum", "abs", "lg", "lb", "sum", "root", "sec", "round", "mod")
"""Words that names begin or end with, such as ``sigma1``, ``xmax``, ``second``: nothing counts as glued to these."""
_GLUED = sorted({*WORDS, *NOT_YET} - {*_ALONE}, key=len, reverse=True)
_SAME_SIGNS = {
    **dict.fromkeys("∗⋆•∙\u2062", "*"), **dict.fromkeys("∕⁄", "/"), **dict.fromkeys("–‐‑", "−"),
    **dict.fromkeys("\u2061\u200b\u2060\ufeff", " "),
}  # fmt: skip
_LOOK_ALIKE = str.maketrans("аеорсухіѕ", "aeopcyxis")  # Cyrillic letters and the Latin ones that they look like


def plain(text: str) -> str:
    """The text with other forms of a letter or sign replaced by the usual one, character for character.

    Those are letters of mathematical alphabets (as word processors write them), full-width signs, and other dashes, times
    signs and slashes.
    """
    return text if text.isascii() else "".join(map(_plain, text))


def _plain(character: str) -> str:
    kind = unicodedata.decomposition(character).partition(" ")[0]
    if kind in ("<font>", "<wide>", "<compat>", "<noBreak>"):
        usual = unicodedata.normalize("NFKC", character)
        return usual if len(usual) == 1 else character
    return _SAME_SIGNS.get(character, character)


def name_of(typed: str) -> str:
    """The name that was typed, subscripts written ``x_1`` however they were typed; "" where a character is no letter or digit."""
    parts: list[str] = []
    below = False
    for character in typed:
        lowered = unicodedata.decomposition(character).startswith("<sub>")
        if not (lowered or character in "_[],\\ " or _in_a_name(character)):
            return ""
        parts.append("_" * (lowered and not below) + unicodedata.normalize("NFKC", character))
        below = lowered
    return "".join(parts)


def _in_a_name(character: str) -> bool:
    return (character.isascii() and character.isdecimal()) or unicodedata.category(character)[0] in "LM"


def function_words(words: Iterable[str]) -> str:
    """A pattern of these words as functions: bare, in LaTeX, or a module's, in capitals or not."""
    bare = f"(?i:{'|'.join(sorted(map(re.escape, words), key=len, reverse=True))})"
    return (
        rf"\\?(?:(?:math|np|numpy|sympy)\.)?{bare}(?![^\W{NO_LETTER}])"
        rf"|\\(?:mathrm|text|textrm|mathit|operatorname\*?)\s*\{{\s*{bare}\s*\}}"
    )


def bare_word(token: str) -> str:
    """The word itself: ``relu`` of ``\\operatorname{relu}``, ``exp`` of ``np.exp``."""
    return re.split(r"[.{\\]", token.rstrip("} "))[-1].strip()


def glued(name: str, letters: Sequence[str] = ()) -> tuple[str, str] | None:
    """The function's word that a name begins with and what is glued to it: one letter, digits, or some of `letters`."""
    for word in _GLUED:
        rest = name[len(word) :]
        if name.lower().startswith(word) and rest and "_" not in rest:
            one = len(rest) == 1 or (rest.isdigit() and rest.isascii())
            return (name[: len(word)], rest) if one or set(rest) <= {*letters} else None
    return (name[0], name[1:]) if name[0] in SIGNS and name[1:2] not in ("", "_") else None


def ends_with_word(name: str) -> tuple[str, str] | None:
    """The letter and the function's word that a name such as ``xln`` is made of."""
    return (name[0], name[1:]) if name[1:].lower() in _GLUED else None


def look_alike(names: Sequence[str]) -> tuple[str, str] | None:
    """Two different names that a reader takes for one: ``x1`` and ``x_1``, ``θ`` and ``theta``, a Cyrillic ``х`` and ``x``."""
    seen: dict[str, str] = {}
    for name in names:
        first = seen.setdefault(_as_read(name), name)
        if first != name:
            return first, name
    return None


def _as_read(name: str) -> str:
    name = re.sub(r"_(?=\d)", "", name.translate(_LOOK_ALIKE))
    return "".join(_spelled(c) if "\u0370" <= c <= "\u03ff" else c for c in name)


def _spelled(character: str) -> str:
    """A Greek letter by its name."""
    title = unicodedata.name(character, "").rpartition("LETTER ")[2].split(" ")[0]
    return title.lower().replace("lamda", "lambda") if character.islower() else title
