"""The page as a reader sees it: Debian's Chromium, no network, no scripts, two widths, both colour schemes."""

import pytest

from chainrule.page import render_fragment

VIEWS = [(width, scheme) for width in (360, 1200) for scheme in ("light", "dark")]

# The contrast of every text with the first opaque background under it (WCAG 2.2, relative luminance), in the page's
# own colours. Labels on the shaded sides of the picture are checked from the variables below.
CONTRAST = """() => {
  const parts = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, k) => sum + v * [.2126, .7152, .0722][k], 0);
  const ratio = (a, b) => { const [h, l] = [light(a), light(b)].sort((x, y) => y - x); return (h + .05) / (l + .05); };
  const under = e => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0) return c; } return [255, 255, 255]; };
  const low = [];
  for (const e of document.querySelectorAll('.chainrule *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    if (['title', 'desc', 'style', 'annotation'].includes(e.tagName.toLowerCase()) || !e.getClientRects().length) continue;
    const style = getComputedStyle(e), svg = e.closest('svg');
    const found = ratio(parts(svg ? style.fill : style.color), under(e));
    if (found < 4.5) low.push([e.tagName, e.className.baseVal ?? e.className, e.textContent.slice(0, 30), found]);
  }
  const probe = document.querySelector('.chainrule').appendChild(document.createElement('i'));
  const color = name => { probe.style.color = `var(--cr-${name})`; return parts(getComputedStyle(probe).color); };
  for (const side of ['one-side', 'zero-side', 'convex-side', 'concave-side']) {
    if (ratio(color('ink'), color(side)) < 4.5) low.push(['ink on', side]);
    }
  for (const [mark, side] of [['one', 'one-side'], ['zero', 'zero-side'], ['boundary', 'one-side'], ['curve', 'surface']])
    if (ratio(color(mark), color(side)) < 3) low.push([mark, side]);
  probe.remove();
  return low;
}"""


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
@pytest.mark.parametrize("name", ["cross", "first-try"])
def test_the_page_asks_nothing_complains_of_nothing_and_fits(name, width, scheme, pages, open_page):
    page = open_page(pages(name), width, scheme)
    page.locator("summary").click()
    assert [url for url in page.requested if not url.startswith(("file:", "data:"))] == []
    assert page.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".cr-code").count() == 3


# Everything that sticks out of the page and cannot be scrolled to by itself.
STICKING_OUT = """() => [...document.querySelectorAll('.chainrule *')].filter(e => !e.closest('.cr-eq,.cr-scroll,.cr-code')
  && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(e => [e.tagName, e.textContent.slice(0, 30)])"""


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
@pytest.mark.parametrize("name", ["two-free", "classes", "eight", "calculator", "two"])
def test_hidden_layers_and_equations_ask_nothing_and_fit_as_well(name, width, scheme, more_pages, open_page):
    page = open_page(more_pages(name), width, scheme)
    page.locator("summary").click()
    assert [url for url in page.requested if not url.startswith(("file:", "data:"))] == []
    assert page.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(STICKING_OUT) == []


@pytest.mark.parametrize("name", ["xor", "two-free", "classes", "no-bias", "calculator", "two", "three"])
def test_on_a_desk_no_equation_has_to_be_scrolled(name, more_pages, open_page):
    page = open_page(more_pages(name), 1200)
    wide = "equations => equations.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent.slice(0, 40))"
    assert page.locator(".cr-eq").evaluate_all(wide) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["two-free", "calculator"])
def test_every_text_of_a_network_or_an_equation_stands_out_too(name, scheme, more_pages, open_page):
    page = open_page(more_pages(name), 1200, scheme)
    assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["cross", "first-try"])
def test_every_text_stands_out_from_what_is_under_it(name, scheme, pages, open_page):
    page = open_page(pages(name), 1200, scheme)
    page.locator("summary").click()
    assert page.evaluate(CONTRAST) == []


def test_light_and_dark_differ_in_the_pictures_too(pages, open_page):
    colors = {}
    for scheme in ("light", "dark"):
        page = open_page(pages("cross"), 1200, scheme)
        script = "e => [...e.querySelectorAll('path')].map(p => getComputedStyle(p).stroke).join()"
        colors[scheme] = page.locator(".cr-picture").nth(2).evaluate(script)
    assert "rgb(0, 104, 163)" in colors["light"]
    assert "rgb(107, 184, 236)" in colors["dark"]


def test_equations_are_set_in_the_embedded_math_font(pages, open_page):
    page = open_page(pages("cross"))
    session = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        session.send(f"{domain}.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    for element in (".cr-eq math mi", ".cr-eq math mn", ".cr-eq math mo"):
        node = session.send("DOM.querySelector", {"nodeId": root, "selector": element})["nodeId"]
        fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        assert {font["familyName"] for font in fonts} == {"STIX Two Math"}
        assert all(font["isCustomFont"] for font in fonts)


def test_brackets_grow_with_what_they_hold(pages, open_page):
    page = open_page(pages("cross"))
    table = page.locator(".cr-eq mtable").first
    bracket = page.locator(".cr-eq mrow:has(> mtable) > mo").first
    plain = page.locator(".cr-eq mo", has_text="=").first
    assert bracket.bounding_box()["height"] >= 0.95 * table.bounding_box()["height"]
    assert bracket.bounding_box()["height"] > 5 * plain.bounding_box()["height"]


def test_a_chain_of_equalities_stands_under_its_first_sign(pages, open_page):
    page = open_page(pages("cross"))
    steps = page.locator(".cr-steps").first.locator("li")
    places = [steps.nth(k).locator("mo", has_text="=").first.bounding_box()["x"] for k in range(steps.count())]
    assert len(places) == 4, "the formula, the weights put in, the point put in, tidied up"
    assert max(places) - min(places) < 1.5


def test_the_page_prints(pages, open_page):
    assert open_page(pages("cross"), scheme="dark").pdf(format="A4").startswith(b"%PDF")


def test_text_in_the_pictures_can_be_read_on_a_phone(pages, open_page):
    page = open_page(pages("cross"), 360)
    page.locator("summary").click()
    assert page.evaluate(SMALLEST) >= 8


# The height of the smallest letters of all pictures, in pixels of the screen.
SMALLEST = """() => Math.min(...[...document.querySelectorAll('.cr-picture text')].filter(t => t.getBoundingClientRect().width)
  .map(t => parseFloat(getComputedStyle(t).fontSize) * Math.hypot(t.getScreenCTM().b, t.getScreenCTM().d)))"""

OVERLAPPING = """() => [...document.querySelectorAll('.cr-picture')].flatMap(svg => {
      const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]).filter(t => t[1].width);
      const cross = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
      return texts.flatMap(([s, a], i) => texts.slice(i + 1).filter(([, b]) => cross(a, b)).map(([t]) => [s, t]));
    })"""


@pytest.mark.parametrize("name", ["cross", "first-try", "pair"])
@pytest.mark.parametrize("width", [360, 1200])
def test_no_texts_of_a_picture_overlap_in_the_browser(name, width, pages, open_page):
    assert open_page(pages(name), width).evaluate(OVERLAPPING) == []


@pytest.mark.parametrize("name", ["xor", "two-free", "classes", "eight", "no-bias", "parabola", "pole", "two", "three"])
@pytest.mark.parametrize("width", [360, 1200])
def test_no_texts_of_a_network_or_a_curve_overlap_and_all_can_be_read(name, width, more_pages, open_page):
    page = open_page(more_pages(name), width)
    assert page.evaluate(OVERLAPPING) == []
    assert page.evaluate(SMALLEST) >= 8


@pytest.mark.parametrize("width", [360, 1200])
def test_the_fragment_lives_in_a_page_of_others(width, answers, open_page):
    host = (
        '<!DOCTYPE html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><p id="own">Mine</p>'
    )
    page = open_page(host + render_fragment(answers("cross")), width)
    alone = open_page(host, width)
    looks = "e => { const s = getComputedStyle(e); return [s.color, s.fontFamily, s.fontSize, s.margin].join() }"
    assert page.locator("#own").evaluate(looks) == alone.locator("#own").evaluate(looks)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_contents_name_every_section_and_lead_there(pages, open_page):
    page = open_page(pages("cross"))
    titles = page.locator(".cr-contents a").all_text_contents()
    assert titles == [text.split(" ", 1)[1] for text in page.locator("h2").all_text_contents()]
    page.locator(".cr-contents a", has_text="The verdict").click()
    assert abs(page.locator("section", has_text="The verdict").last.evaluate("e => e.getBoundingClientRect().y")) < 900


def test_the_proof_is_open_on_paper(pages, open_page):
    page = open_page(pages("cross"))
    proof = page.locator(".cr-proof")
    folded = proof.bounding_box()["height"]
    page.emulate_media(media="print")
    assert proof.bounding_box()["height"] > 5 * folded
