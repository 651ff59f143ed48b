"""The page's own files: what the server may hand out, and the modules as one script.

The modules use a small part of JavaScript's module syntax (named imports from a sibling, exported declarations),
which `bundle` turns into one script of nested functions, so that a saved page and a notebook need one file and no
build tool.
"""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from importlib.resources import files

from chainrule.page.mathfont import font_uri

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class) (\w+))", re.MULTILINE)
_DECLARED = re.compile(r"^export (?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)

TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".woff": "font/woff"}

# What a page may have to set before anybody has typed it: Latin, Greek, and the signs of its formulas and sentences.
SIGNS = (
    "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x391, 0x3CA)])) + "ℓ∂∑∞→←−·⋅⋯…′≈≤≥⁻⁰⁴⁵⁶⁷⁸⁹–—“”’"
)


@lru_cache
def read(name: str) -> str:
    """A text file of the page."""
    return files(__package__).joinpath("static", name).read_text(encoding="utf-8")


@lru_cache
def names() -> frozenset[str]:
    """The files that the server may hand out."""
    own = (entry.name for entry in files(__package__).joinpath("static").iterdir())
    return frozenset(name for name in own if name.endswith((".js", ".css"))) | {"math.woff"}


def content(name: str) -> tuple[bytes, str]:
    """The bytes and the media type of one of `names`."""
    kind = TYPES[name[name.rindex(".") :]]
    return (
        (base64.b64decode(font_uri(SIGNS).partition(",")[2]), kind)
        if name == "math.woff"
        else (read(name).encode(), kind)
    )


@lru_cache
def bundle(entry: str) -> str:
    """One script: every module that `entry` needs as a function called once, those it needs before it."""
    order: list[str] = []
    _visit(entry, order, ())
    return "\n".join(_wrapped(name) for name in order)


def _visit(name: str, order: list[str], above: tuple[str, ...]) -> None:
    if name in above:
        raise ValueError(f"modules import each other in a circle: {' → '.join([*above, name])}")
    for found in _IMPORT.finditer(read(name)):
        _visit(found[2], order, (*above, name))
    if name not in order:
        order.append(name)


def _wrapped(name: str) -> str:
    source = read(name)
    exported = _DECLARED.findall(source)
    body = _IMPORT.sub(lambda found: f"const {{{found[1].replace(' as ', ': ')}}} = {_variable(found[2])};\n", source)
    body = _EXPORT.sub("", body)
    if re.search(r"^(?:import|export)\b", body, re.MULTILINE):
        raise ValueError(f"{name} has an import or export that the bundle does not know; use named ones of siblings")
    return f"const {_variable(name)} = (() => {{\n{body}return {{ {', '.join(exported)} }};\n}})();"


def _variable(name: str) -> str:
    return "module_" + re.sub(r"\W", "_", name.removesuffix(".js"))
