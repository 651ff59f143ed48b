"""The markup: complete, self-contained, safe whatever the names are."""

import importlib
import io
import re
from base64 import b64decode
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from fontTools.ttLib import TTFont

import chainrule
from chainrule.page import notebook_html, render_fragment, render_page
from chainrule.page.calculator import link, question
from chainrule.page.mathfont import font_uri
from chainrule.page.plain import ROOT
from chainrule.problem import Problem
from chainrule.shown import plain
from chainrule.verdict import minimize
from tests.problems import WALK_THROUGH

NAMES = [known.name for known in WALK_THROUGH]
VOID = {"meta", "br", "wbr", "hr", "img", "input", "link"}
HOSTILE = "</title><script>alert(1)</script>\"'&<img src=x onerror=alert(2)> $\\frac{ ]]> --> \u202e"


class Document(HTMLParser):
    """Elements in order, checking that every one is closed in turn."""

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.text = [], [], []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def values(self, name):
        return [attributes[name] for _, attributes in self.elements if name in attributes]


@pytest.mark.parametrize("name", NAMES)
def test_every_element_is_closed_and_every_id_is_used_once(name, pages):
    document = Document(pages(name))
    assert document.open == []
    ids = document.values("id")
    assert len(ids) == len(set(ids))
    referred = {part for value in document.values("aria-labelledby") for part in value.split()}
    assert referred <= set(ids)
    assert {href[1:] for href in document.values("href") if href.startswith("#")} <= set(ids)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_the_page_is_fetched(name, pages):
    document = Document(pages(name))
    tags = {tag for tag, _ in document.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    assert document.values("src") == []
    assert [href for href in document.values("href") if not href.startswith("#")] == [link(chainrule_problem(name))]
    outside = re.findall(r"url\(([^)]*)\)", pages(name))
    assert all(target.startswith(("data:", "#")) for target in outside)
    assert "@import" not in pages(name)
    assert not any(key.startswith("on") for _, attributes in document.elements for key in attributes)


def chainrule_problem(name):
    return next(known.problem for known in WALK_THROUGH if known.name == name)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_small_and_made_twice_the_same(name, answers):
    page = render_page(answers(name))
    assert len(page.encode()) < 200_000
    assert render_page(answers(name)) == page


@pytest.mark.parametrize("name", NAMES)
def test_the_page_tells_the_whole_story(name, answers, pages):
    answer, text = answers(name), "".join(Document(pages(name)).text)
    for heading in ("The problem", "The network", "The loss", "Its derivative", "The curve", "The verdict"):
        assert heading in text
    assert answer.minimum.value.to_json()[0].replace("-", "−") in text
    assert chainrule.problem_to_toml(answer.problem) in text
    assert '"format": "chainrule certificate"' in text
    assert question(answer.problem) in text
    for point in answer.stationary:
        for end in point.at["w_x"].to_json():
            assert end.replace("-", "−") in text


def test_the_certificate_on_the_page_is_the_one_that_checks(pages):
    page = pages("cross")
    blocks = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)
    certificate = next(unescape(block) for block in blocks if "chainrule certificate" in block)
    checker = importlib.import_module(re.search(r"python -m (chainrule_\w+) proof.json", page)[1])
    checker.check(certificate)  # raises where it refuses


def test_equations_carry_their_latex():
    problem = Problem.state(["x", "y"], [[1, -1, 0], [1, 3, 1]], {"w_y": 1, "bias": -1})
    page = render_page(minimize(problem))
    tex = [unescape(t) for t in re.findall(r'<annotation encoding="application/x-tex">(.*?)</annotation>', page)]
    assert chainrule.print_expression(chainrule.loss_equation(problem), "latex") in tex
    assert len(tex) == page.count('<div class="cr-eq"')


def test_hostile_titles_and_classes_stay_text():
    base = Problem.state(["x", "y"], [[1, -1, 0], [1, 3, 1]], {"w_y": 1, "bias": -1}, HOSTILE)
    classes = (f"a{HOSTILE}", f"b{HOSTILE}")
    problem = replace(base, data=replace(base.data, classes=classes))
    answer = minimize(problem)
    for markup in (render_page(answer), render_fragment(answer), notebook_html(answer)):
        document = Document(markup)
        assert document.open == []
        assert not {"script", "img"} & {tag for tag, _ in document.elements}
        if "Label 0 stands for" in markup:
            assert plain(f"b{HOSTILE}") in document.text, "and what does not print is written out"
        for svg in re.findall(r"<svg.*?</svg>", markup, re.DOTALL):
            ElementTree.fromstring(svg)


def test_names_in_a_script_the_plot_font_lacks_are_shown():
    problem = Problem.state(["身長", "体重"], [[1, -1, 0], [1, 3, 1]], {"w_体重": 1, "bias": -1})
    assert "身長" in render_page(minimize(problem))


def test_the_link_asks_the_calculator_the_question():
    # Question of `pair`: (0.5 * (1/(1 + e^(-(x - 2))))^2) + …, with x for w_x.
    address = link(chainrule_problem("pair"))
    assert parse_qs(urlsplit(address).query)["i"] == [question(chainrule_problem("pair"))]
    assert question(chainrule_problem("pair")).startswith("minimize (0.5 * (1 / (1 + e^(-(x - 2))))^2)")


def test_a_question_too_long_for_a_link_is_left_out_and_the_page_says_so():
    rows = [[f"{k}.1234567891234567", f"{k + 1}.9876543219876543", k % 2] for k in range(12)]
    problem = Problem.state(["x", "y"], rows, {"w_y": "1.23456789123", "bias": "-1.98765432198"})
    problem = replace(problem, title="long")
    if link(problem) is None:
        page = render_page(minimize(problem))
        assert "wolframalpha.com" not in page
        assert "is left out: the question is too long" in page
    else:  # the question must then fit
        assert len(link(problem)) <= 2000
    many = Problem.state(["x", "y"], rows * 9, {"w_y": 1, "bias": -1})
    assert link(many) is None


def test_many_rows_give_a_page_that_stays_readable():
    rows = [[k % 7, (k * 3) % 5, int((k % 7) + (k * 3) % 5 > 5)] for k in range(400)]
    page = render_page(minimize(Problem.state(["x", "y"], rows, {"w_y": 1, "bias": -5})))
    assert len(page.encode()) < 400_000
    assert "… and 392 more" in page


def test_the_fragment_is_scoped_and_survives_without_its_style(answers):
    fragment = render_fragment(answers("cross"))
    assert Document(fragment).open == []
    outside = re.sub(r"<svg.*?</svg>", "", fragment, flags=re.DOTALL)
    styled = (
        "article header footer section h1 h2 p figure figcaption ol li dl dt dd table thead tbody tr th td pre code"
    )
    assert not set(styled.split()) & {tag for tag, _ in Document(outside).elements}
    style = re.search(r"<style>(.*?)</style>", fragment, re.DOTALL)[1]
    rules = re.sub(r"@font-face\{[^}]*\}|@(?:media|container)[^{]*\{", "", style)
    # A comma inside :where(…) parts nothing.
    selectors = [s.strip(" }\n") for rule in re.findall(r"([^{}]+)\{", rules) for s in re.split(r",(?![^(]*\))", rule)]
    assert all(s.startswith(ROOT) for s in selectors), [s for s in selectors if not s.startswith(ROOT)]
    assert "rem" not in re.findall(r"[\d.]+(rem|em)", style)
    bare = fragment.replace(style, "")
    assert bare.count("<math") == fragment.count("<math")
    assert "application/x-tex" in bare
    assert not re.search(r"var\(--cr-[a-z-]+\)", bare)  # every color in a picture has a fallback


def test_the_notebook_report_is_small_and_whole(answers):
    report = notebook_html(answers("pair"))
    assert Document(report).open == []
    assert len(report) < 80_000
    assert "Lowest at w_x = 0" in report


def test_the_font_keeps_its_math_table_its_licence_and_the_brackets():
    data = b64decode(font_uri("wxσ").removeprefix("data:font/woff;base64,"))
    font = TTFont(io.BytesIO(data))
    assert "MATH" in font
    assert "Open Font License" in font["name"].getDebugName(13)
    assert {ord("("), ord("+"), ord("−"), 0x1D464} <= set(font.getBestCmap())
    variants = font["MATH"].table.MathVariants.VertGlyphCoverage.glyphs
    assert font.getBestCmap()[ord("(")] in variants
    assert len(data) < 40_000
    font.close()


@pytest.mark.parametrize("name", NAMES)
def test_the_content_security_policy_forbids_every_request(name, pages):
    policy = next(a["content"] for t, a in Document(pages(name)).elements if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy


def test_binary_floats_are_cut_and_marked_and_not_written_as_long_ratios():
    # 0.2 as a float is 3602879701896397/18014398509481984 = 0.200000000000000011…
    answer = minimize(Problem.state(["x"], [[0.2, 1], [-1, 0]], {"bias": 1}))
    page = render_page(answer)
    told = page[: page.rindex("What stands behind it")]  # the heading; its name stands in the contents too
    assert "3602879701896397" not in told
    assert "0.20000000…" in told
