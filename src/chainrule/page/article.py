"""The article put together: a whole page, a fragment for a blog, and a short form for notebooks.

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
from chainrule.page.equations import ended
from chainrule.page.figures import picture
from chainrule.page.mathfont import NOTICE, font_uri
from chainrule.page.pictures import curve_section
from chainrule.page.proof import badge, why_text
from chainrule.page.take import take_section
from chainrule.plot import headline, plot_loss, plot_plane
from chainrule.problem import Problem
from chainrule.prove.result import Answer

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
)


def render_page(answer: Answer) -> str:
    """One HTML file: opens from disk, light and dark, wide and narrow, on paper, with scripts off and no network."""
    body = article(answer)
    title = escape(sections.heading(answer))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f'<meta name="generator" content="Chainrule {__version__}">\n'
        f"<title>{title}</title>\n<!-- {NOTICE} -->\n<style>\n{stylesheet(body)}\n{_text('page.css')}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def render_fragment(answer: Answer) -> str:
    """The article alone, to paste into a page that exists.

    Every style is scoped by the class ``chainrule``. Where styles are stripped, equations remain MathML with their
    LaTeX as an annotation, and pictures fall back to their light colours.
    """
    body = article(answer)
    return f"<!-- {NOTICE} -->\n<style>\n{stylesheet(body)}</style>\n{body}\n"


def notebook_html(answer: Answer) -> str:
    """A short report for a notebook: the verdict with its reasons, the curve and the points."""
    pictures = []
    # An equation typed by hand has no points and no network to draw.
    if len(answer.problem.free) == 1 and isinstance(answer.problem, Problem):
        pictures.append(
            picture("nb-loss", "The loss", headline(answer), lambda ax, p: plot_loss(answer, ax, p), (4.4, 3.5))
        )
        pictures.append(
            picture(
                "nb-plane", "The points", "The labelled points", lambda ax, p: plot_plane(answer, ax, p), (4.2, 4.0)
            )
        )
    figures = "".join(f"<figure>{svg}</figure>" for svg in pictures)
    return (
        f'<style>\n{_text("style.css")}</style>\n<div class="chainrule cr-notebook"><div class="cr-verdict">'
        f'<p class="cr-answer">{escape(ended(headline(answer)))} {badge(answer.minimum.trust)}</p>{why_text(answer)}</div>'
        f'<div class="cr-pair">{figures}</div></div>'
    )


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
    footer = f"<footer><p>Made by Chainrule {__version__}. {escape(NOTICE)}</p></footer>"
    return f'<article class="chainrule" lang="en">{sections.opening(answer)}{body}{footer}</article>'


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


def stylesheet(body: str) -> str:
    """The style, with the math font cut to the characters that the equations of `body` use."""
    used = "".join(sorted({c for math in re.findall(r"<math.*?</math>", body, re.DOTALL) for c in _shown(math)}))
    face = f'@font-face{{font-family:"Chainrule Math";src:url({font_uri(used)}) format("woff")}}'
    return f"{face}\n{_text('style.css')}"


def _shown(math: str) -> str:
    return unescape(re.sub(r"<annotation.*?</annotation>|<[^>]*>", "", math, flags=re.DOTALL))


@cache
def _text(name: str) -> str:
    return resources.files("chainrule.page").joinpath(name).read_text(encoding="utf-8")
