"""A fragment looks in the pages of others as it does alone, and those pages look as they did without it."""

from operator import sub

import pytest

from chainrule.errors import ProblemError
from chainrule.page import render_fragment, render_page
from tests.page.blogs import BLOGS, FOLDER
from tests.page.test_in_browser import CONTRAST

VIEWS = [(1100, "light"), (380, "dark")]
PIXELS = 1.5  # where a line begins at a fraction of a pixel

# What is seen of each element: its place in the root, and how it is drawn.
SEEN = """() => { const root = document.querySelector('.chainrule'), from = root.getBoundingClientRect();
  const kinds = ['display', 'position', 'float', 'color', 'backgroundColor', 'fontFamily', 'fontSize', 'fontWeight', 'fontStyle',
    'fontVariantNumeric', 'lineHeight', 'letterSpacing', 'wordSpacing', 'textAlign', 'textTransform', 'textShadow', 'textDecorationLine',
    'textIndent', 'whiteSpace', 'hyphens', 'opacity', 'fill', 'stroke', 'strokeWidth', 'borderTopWidth', 'borderLeftWidth', 'borderTopColor',
    'listStyleType', 'listStylePosition', 'columnCount', 'visibility', 'overflowX', 'quotes', 'direction', 'cursor', 'colorScheme'];
  return [root, ...root.querySelectorAll('*')].filter(e => e.getClientRects().length).map(e => {
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    const added = ['::before', '::after'].map(part => getComputedStyle(e, part).content).join();
    return { place: [box.x - from.x, box.y - from.y, box.width, box.height],
      look: [e.tagName + '.' + (e.getAttribute('class') || ''), e.textContent.slice(0, 20), added, ...kinds.map(kind => style[kind])] };
  }) }"""
WIDE = "() => { const e = document.querySelector('.chainrule'); return [e.getBoundingClientRect().width, parseFloat(getComputedStyle(e).fontSize)] }"
AROUND = """() => [document.documentElement, document.body, ...document.querySelectorAll('body *:not(.chainrule, .chainrule *)')]
  .map(e => [e.tagName, ...['color', 'fontFamily', 'fontSize', 'margin', 'lineHeight', 'backgroundColor', 'float', 'colorScheme']
    .map(kind => getComputedStyle(e)[kind])])"""


@pytest.mark.parametrize("name", BLOGS)
@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_a_fragment_looks_in_a_blog_as_it_does_alone(name, width, scheme, answers, open_page):
    blog = BLOGS[name]
    fragment = render_fragment(answers("cross"), blog.theme)
    page = open_page(blog.page(fragment), width, scheme)
    page.locator("summary").click()
    seen, (wide, size) = page.evaluate(SEEN), page.evaluate(WIDE)
    assert wide >= 250, "squeezed"
    assert page.evaluate(CONTRAST) == []
    bare = f'<!DOCTYPE html><meta charset="utf-8"><div style="width:{wide}px;font-size:{size}px">{fragment}</div>'
    alone = open_page(bare, width, scheme)
    alone.locator("summary").click()
    expected = alone.evaluate(SEEN)
    assert len(seen) == len(expected)
    pairs = list(zip(seen, expected, strict=True))
    assert [(a["look"], b["look"]) for a, b in pairs if a["look"] != b["look"]][:2] == []
    assert [(a, b) for a, b in pairs if max(map(abs, map(sub, a["place"], b["place"]))) > PIXELS][:2] == []


@pytest.mark.parametrize("name", BLOGS)
def test_nothing_of_a_fragment_leaks_out(name, answers, open_page):
    blog = BLOGS[name]
    fragment = render_fragment(answers("cross"), blog.theme)
    around = open_page(blog.page(fragment)).evaluate(AROUND)
    without = open_page(blog.page('<div class="chainrule"></div>\n')).evaluate(AROUND)
    assert around == without


@pytest.mark.parametrize("name", BLOGS)
def test_markdown_takes_a_fragment_as_one_block(name, answers):
    fragment = render_fragment(answers("cross"), BLOGS[name].theme)
    page = BLOGS[name].page(fragment)
    assert fragment.strip() in page
    assert page.count("<em>it</em>") == 2


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_a_fragment_is_one_root_without_an_empty_line(theme, answers):
    fragment = render_fragment(answers("cross"), theme)
    assert fragment.startswith("<div")
    assert all(line.strip() for line in fragment.splitlines())
    assert fragment.count("<div") == fragment.count("</div>")


def test_an_empty_line_of_the_problem_file_comes_back_in_the_browser(answers, open_page):
    page = open_page(render_fragment(answers("cross")))
    assert "\n\n[weights]" in page.locator(".cr-code", has_text="[weights]").text_content()


@pytest.mark.parametrize("write", [render_page, render_fragment])
def test_a_theme_is_kept_whatever_the_reader_prefers(write, answers, open_page):
    ground = "getComputedStyle(document.querySelector('.chainrule')).backgroundColor"
    light, dark = "rgb(253, 252, 249)", "rgb(22, 24, 27)"
    for theme, found in (("light", (light, light)), ("dark", (dark, dark)), ("auto", (light, dark))):
        markup = write(answers("pair"), theme)
        assert tuple(open_page(markup, 800, scheme).evaluate(ground) for scheme in ("light", "dark")) == found


def test_a_theme_that_is_none_is_refused_by_name(answers):
    with pytest.raises(ProblemError, match="theme 'sepia' is not one of light, dark, auto"):
        render_page(answers("pair"), "sepia")


def test_the_style_sheets_of_the_blogs_are_all_used():
    assert {path.stem for path in FOLDER.iterdir()} == set(BLOGS)
