"""The article put together: a whole page, and a fragment for a blog.

Nothing in it is ever fetched: the font is a ``data:`` URI, the pictures are inline SVG, the equations are MathML, there is no script,
and a content security policy forbids every request.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape, unescape
from importlib import resources

from chainrule import __version__
from chainrule.page import network, sections, typed
from chainrule.page.mathfont import NOTICE, font_uri
from chainrule.page.pictures import curve_section
from chainrule.page.plain import ROOT, guarded_sheet, plain_markup, plain_sheet
from chainrule.page.take import take_section
from chainrule.page.theme import Theme, require_theme, variables
from chainrule.problem import Problem
from chainrule.prove.result import Answer

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
)


def render_page(answer: Answer, theme: Theme = "auto") -> str:
    """One HTML file: opens from disk, light and dark, wide and narrow, on paper, with scripts off and no network.

    `theme` is ``light``, ``dark``, or ``auto``: what the reader's system prefers.
    """
    return document(sections.heading(answer), article(answer), theme=theme)


def document(title: str, body: str, style: str = "", theme: Theme = "auto") -> str:
    """A whole HTML file round an article: the style and the math font in it, and every request forbidden."""
    require_theme(theme)
    sheet = f"{variables(theme, ':root')}\n{asset('style.css')}"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="{"light dark" if theme == "auto" else theme}">\n<meta name="referrer" content="no-referrer">\n'
        f'<meta name="generator" content="Chainrule {__version__}">\n'
        f"<title>{escape(title)}</title>\n<!-- {NOTICE} -->\n<style>\n{font_face(body)}\n{sheet}{asset('page.css')}{style}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def render_fragment(answer: Answer, theme: Theme = "auto") -> str:
    """The article alone, to paste into a page that exists, also as Markdown.

    No style sheet round it moves or hides anything of it (:mod:`chainrule.page.plain`), and its own styles stay inside. Where styles are
    stripped, equations remain MathML with their LaTeX as an annotation, and pictures fall back to their light colours. On a page
    that is always light, or always dark, `theme` says so; ``auto`` follows the reader's system.
    """
    require_theme(theme)
    return rooted(plain_markup(article(answer)), plain_sheet(asset("style.css")), theme)


def framed(body: str) -> str:
    """Markup for a notebook's output, in the style that it brings along; where that is stripped its tables are still tables."""
    return rooted(f'<div class="chainrule cr-notebook">{body}</div>', guarded_sheet(asset("style.css")))


def rooted(root: str, sheet: str, theme: Theme = "auto") -> str:
    """One element of the class ``chainrule`` with all of its style inside, for a page of others."""
    style = f"{font_face(root)}\n{sheet}{variables(theme, ROOT)}"
    head, rest = root.split(">", 1)
    return re.sub(r"\n\s*\n", "\n", f"{head}><!-- {NOTICE} --><style>\n{style}\n</style>{rest}\n")


def article(answer: Answer) -> str:
    is_network = isinstance(answer.problem, Problem)
    parts = [
        *(_about_network(answer) if is_network else _about_equation(answer)),
        ("The curve" if len(answer.problem.free) == 1 else "The curves", curve_section(answer)),
        ("The verdict", sections.verdict_section(answer)),
        ("What stands behind it", sections.trust_section(answer)),
        ("Take it with you", take_section(answer)),
    ]
    body = "".join(sections.section(number, title, text) for number, (title, text) in enumerate(parts, 1))
    contents = sections.contents([title for title, _ in parts])
    footer = f"<footer><p>Made by Chainrule {__version__}. {escape(NOTICE)}</p></footer>"
    return f'<article class="chainrule" lang="en">{sections.opening(answer)}{contents}{body}{footer}</article>'


def _about_network(answer: Answer) -> list[tuple[str, str]]:
    parts = [
        ("The problem", network.problem_section(answer)),
        ("The network", network.network_section(answer)),
        ("The loss", network.loss_section(answer)),
        ("Its derivative", network.derivative_section(answer)),
    ]
    if not answer.network_problem.network.is_neuron:
        parts.append(("Backpropagation, with numbers", network.backprop_section(answer)))
    return parts


def _about_equation(answer: Answer) -> list[tuple[str, str]]:
    return [("The equation", typed.equation_section(answer)), ("Its derivative", typed.derivative_section(answer))]


def font_face(body: str) -> str:
    """The math font, cut to the characters that the equations of `body` use; nothing where it has none."""
    if "<math" not in body:
        return ""
    used = "".join(sorted({c for math in re.findall(r"<math.*?</math>", body, re.DOTALL) for c in _shown(math)}))
    return f'@font-face{{font-family:"Chainrule Math";src:url({font_uri(used)}) format("woff")}}'


def _shown(math: str) -> str:
    return unescape(re.sub(r"<annotation.*?</annotation>|<[^>]*>", "", math, flags=re.DOTALL))


@cache
def asset(name: str) -> str:
    return resources.files("chainrule.page").joinpath(name).read_text(encoding="utf-8")
