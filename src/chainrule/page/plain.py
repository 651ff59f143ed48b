"""An article as plain `div`s and `span`s, which the style sheet of no other page knows.

A theme styles elements: ``header { position: fixed }``, ``h2 { color: #222 }``, ``table tr:nth-child(2n)``. What is pasted into
its pages has none of them. Each becomes a ``div`` with a class and its role for screen readers, and every selector of our own sheet
is rewritten in the same way, so that the sheet is written once. What must stay an element (a link, a picture, an equation, what
folds) starts from the browser's own style: ``all: revert`` under a selector that outweighs any number of ids but one in a theme.
"""

from __future__ import annotations

import re

ROLES = {
    "article": 'role="article"',
    "header": "",
    "footer": "",
    "section": "",
    "nav": 'role="navigation"',
    "h1": 'role="heading" aria-level="2"',  # the page that takes it in has a title of its own
    "h2": 'role="heading" aria-level="3"',
    "p": "",
    "figure": 'role="figure"',
    "figcaption": "",
    "ol": 'role="list"',
    "li": 'role="listitem"',
    "dl": "",
    "dt": "",
    "dd": "",
    "table": 'role="table"',
    "thead": 'role="rowgroup"',
    "tbody": 'role="rowgroup"',
    "tr": 'role="row"',
    "th": 'role="columnheader"',
    "td": 'role="cell"',
    "pre": "",
    "code": "",
}
_ROW_HEAD = 'role="rowheader"'
_FOREIGN = re.compile(r"(<svg\b.*?</svg>|<math\b.*?</math>)", re.DOTALL)
_TAG = re.compile(rf"<(/?)({'|'.join(ROLES)})(?=[\s>])([^>]*)>")
_NAME = re.compile(rf"(?<![\w.#:-])({'|'.join(ROLES)})(?![\w-])")
_RULE = re.compile(r"(?<=[{}])([^{}@]+)\{")

ROOT = (
    ".chainrule:not(#cr#cr)"  # matches what .chainrule does, and weighs two ids more (Selectors 4, specificity of :not)
)

# The browser's own style for all that is ours, whatever a theme says; what follows it in the sheet weighs more. Attributes of
# equations and pictures count as an author's style and would be reverted too, so that there only boxes and letters are.
GUARD = f"""{ROOT}{{all:initial;direction:ltr}}
{ROOT} :where(:not(svg *,math *)){{all:revert}}
{ROOT} :where(math *){{margin:revert;padding:revert;border:revert;float:none;position:static;box-sizing:revert;color:inherit;
background:none;font-family:inherit;font-size:revert;font-weight:inherit;font-style:inherit;line-height:inherit;letter-spacing:normal}}
{ROOT} :where(svg *){{letter-spacing:normal;word-spacing:normal;text-transform:none;text-shadow:none;float:none;position:static;margin:0;padding:0;border:revert}}
{ROOT}::before,{ROOT}::after,{ROOT} :where(*)::before,{ROOT} :where(*)::after,{ROOT} :where(*)::first-letter{{all:revert}}
"""
# What the elements are by themselves.
SHAPES = """.chainrule{display:block}
.chainrule table{display:table}.chainrule thead{display:table-header-group}.chainrule tbody{display:table-row-group}
.chainrule tr{display:table-row}.chainrule th,.chainrule td{display:table-cell}
.chainrule pre{white-space:pre}.chainrule code{display:inline}
"""


def plain_markup(markup: str) -> str:
    """The same with no element that a theme styles, and no empty line, at which Markdown would end it."""
    parts = _FOREIGN.split(markup)
    told = "".join(part if k % 2 else _TAG.sub(_div, part) for k, part in enumerate(parts))
    return re.sub(r"\n(?=[ \t]*\n)", "&#10;", told)


def _div(found: re.Match[str]) -> str:
    end, name, rest = found.groups()
    tag = "span" if name == "code" else "div"
    if end:
        return f"</{tag}>"
    role = _ROW_HEAD if 'scope="row"' in rest else ROLES[name]
    rest = re.sub(r'\s*scope="\w+"', "", rest)
    kept = re.search(r'\s*class="([^"]*)"', rest)
    rest = rest.replace(kept[0], "") if kept else rest
    classes = f"{kept[1]} cr-is-{name}" if kept else f"cr-is-{name}"
    return f'<{tag} class="{classes}"{" " * bool(role)}{role}{rest}>'


def plain_sheet(sheet: str) -> str:
    """The style sheet for such markup, behind the guard."""
    return guarded_sheet(_RULE.sub(lambda rule: _NAME.sub(r".cr-is-\1", rule[0]), f"}}{SHAPES}{sheet}")[1:])


def guarded_sheet(sheet: str) -> str:
    """The style sheet for markup of elements, behind the guard."""
    return GUARD + _RULE.sub(lambda rule: rule[0].replace(".chainrule", ROOT), f"}}{sheet}")[1:]
