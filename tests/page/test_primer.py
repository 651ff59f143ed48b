"""The primer: the notebook runs afresh and says what is stored in it, and its page opens without a network."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import nbformat
import pytest

from tests.page.test_in_browser import CONTRAST, VIEWS

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e[+−-]?\d+)?…?")
TINY = 1e-6  # of a rounding error the size is told, and no digit of it is the same everywhere


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


primer = load(ROOT / "docs" / "primer.py")


@pytest.fixture(scope="module")
def kept():
    return nbformat.read(primer.NOTEBOOK, as_version=4)


@pytest.fixture(scope="module")
def afresh():
    """The notebook, executed by Jupyter's own client in a kernel of its own."""
    return primer.run()


@pytest.fixture(scope="module")
def page(afresh):
    return primer.page(afresh)


def texts(cell):
    """What a code cell said, in the forms that are stored."""
    found = []
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        found += [("text", output.text)] if "text" in output else []
        found += [(form, data[form]) for form in ("text/plain", "text/latex", "text/markdown") if form in data]
    return found


def alike(one, other):
    """Whether two texts agree but for the size of rounding errors, how many digits are known, and the count of boxes."""
    if NUMBER.sub("#", one) != NUMBER.sub("#", other):
        return False
    boxes = re.compile(r"[\d,]+(?= boxes|: \d+ by |(?= by (natural|monotone|envelope|well)))")
    one, other = (boxes.sub("0", text) for text in (one, other))
    return all(map(agree, NUMBER.findall(one), NUMBER.findall(other)))


def agree(one, other):
    if one == other:
        return True
    a, b = (float(text.rstrip("…").replace("−", "-")) for text in (one, other))
    if max(a, b) < TINY:
        return True
    if one.endswith("…") and other.endswith("…"):
        known = min(map(len, (one, other))) - 2  # without the … and the last digit, which may be on the edge
        return known > 6 and one[:known] == other[:known]
    return abs(a - b) <= 1e-5 * abs(a)


def test_every_cell_runs_and_says_what_is_stored(kept, afresh):
    assert [cell.source for cell in kept.cells] == [cell.source for cell in afresh.cells]
    for one, other in zip(kept.cells, afresh.cells, strict=True):
        assert [form for form, _ in texts(one)] == [form for form, _ in texts(other)], one.source
        for (_, stored), (_, said) in zip(texts(one), texts(other), strict=True):
            assert alike(stored, said), f"{one.source}\n{stored}\n{said}\nstore it: python docs/primer.py --store"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("at 1.053199989527…", "at 1.0531999895…", True),
        ("at 1.053199989527…", "at 1.0531998895…", False),
        ("loss 0.0363285", "loss 0.0363286", True),
        ("loss 0.0363285", "loss 0.0364285", False),
        ("2e−10 away", "8e−13 away", True),
        ("2e−3 away", "8e−3 away", False),
        ("settled 94 boxes: 23 by natural", "settled 95 boxes: 24 by natural", True),
        ("2 stationary points", "3 stationary points", False),
        ("no minimum", "a minimum", False),
    ],
)
def test_the_comparison_lets_rounding_pass_and_nothing_else(one, other, same):
    assert alike(one, other) is same


def test_the_notebook_is_small_and_tells_nothing_of_the_machine(kept):
    text = primer.NOTEBOOK.read_text(encoding="utf-8")
    assert len(text) < 1_500_000
    assert set(json.loads(text)["metadata"]) == {"kernelspec", "language_info"}
    pictures = 0
    for cell in kept.cells:
        assert set(cell.metadata) == set()
        for output in cell.get("outputs", ()):
            assert not {"text/html", "image/svg+xml"} & set(output.get("data", ()))
            assert output.output_type != "error"
            pictures += "image/png" in output.get("data", ())
        assert not re.search(r"0x[0-9a-f]{6}|/home/|/tmp/|/root/", json.dumps(texts(cell)))
    assert pictures >= 10
    assert len({cell.id for cell in kept.cells}) == len(kept.cells)


def test_storing_again_changes_no_text_and_no_id(kept, afresh):
    again = nbformat.reads(primer.stored(afresh), as_version=4)
    assert [cell.id for cell in again.cells] == [cell.id for cell in kept.cells]
    assert [cell.get("execution_count") for cell in again.cells] == [c.get("execution_count") for c in kept.cells]


def test_every_long_number_of_the_prose_was_computed_by_a_cell(kept):
    said = "\n".join(text for cell in kept.cells for _, text in texts(cell))
    prose = "\n".join(cell.source for cell in kept.cells if cell.cell_type == "markdown")
    numbers = re.findall(r"\d+\.\d{3,}", prose)
    assert numbers
    assert [number for number in numbers if number not in said] == []


def test_cells_are_short(kept):
    for cell in kept.cells:
        if cell.cell_type == "code":
            assert cell.source.count("\n") < 12, cell.source
            assert max(map(len, cell.source.splitlines())) <= 80, cell.source


def test_the_page_has_no_script_no_address_to_load_and_no_tex_left(page):
    assert "<script" not in page
    assert "<link" not in page
    assert set(re.findall(r'(?:src|href)="([a-z]+:)', page)) <= {"data:"}
    prose = re.sub(r"<(style|math|svg|pre).*?</\1>|<!--.*?-->", "", page, flags=re.DOTALL)
    assert "$" not in prose
    assert "\\" not in prose
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:href="|url\()#([^")]+)', page)) <= set(ids)


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_the_page_asks_nothing_complains_of_nothing_and_fits(width, scheme, page, open_page):
    shown = open_page(page, width, scheme)
    assert [url for url in shown.requested if not url.startswith(("file:", "data:"))] == []
    assert shown.complaints == []
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    assert shown.locator("math").count() > 100
    assert shown.locator("figure svg").count() >= 12


def test_text_in_the_pictures_can_be_read_on_a_phone(page, open_page):
    texts = open_page(page, 360).locator("figure svg.cr-picture text")
    heights = texts.evaluate_all(
        """texts => texts.filter(t => t.getClientRects().length).map(t =>
        parseFloat(getComputedStyle(t).fontSize) * Math.hypot(t.getScreenCTM().b, t.getScreenCTM().d))"""
    )
    assert len(heights) > 100
    assert min(heights) >= 7


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_under_it(scheme, page, open_page):
    assert open_page(page, 1200, scheme).evaluate(CONTRAST) == []
