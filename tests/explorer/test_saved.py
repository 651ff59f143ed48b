"""One file that works from disk, a link that holds everything, a download that the command line reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chainrule.errors import ProblemError
from chainrule.explorer import saved_page, state_of
from chainrule.explorer.answers import answer_json
from chainrule.problem import Column, DataSet, Layer, Network, Problem, load_problem, problem_from_dict, problem_to_dict
from chainrule.problem.network import dense_layers
from tests.explorer import pages

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def cross() -> Problem:
    return Problem.state(
        ["x", "y"], [[-1, 1, 0], [1, -1, 0], [3, 1, 1], [1, 3, 1]], {"w_y": 1, "bias": -1}, title="cross"
    )


def test_the_saved_page_works_from_disk_and_says_what_the_proof_was_for(
    tmp_path: Path, open_page: Callable[..., Page], cross: Problem
) -> None:
    file = tmp_path / "page.html"
    file.write_text(saved_page(state_of(cross), answer_json(problem_to_dict(cross))), encoding="utf-8")
    page = open_page(file.as_uri())
    pages.proved(page)
    expect(page.locator(".headline")).to_contain_text("1.0531999895")
    pages.drag(page, (3, 1), (2, -3))
    expect(page.locator(".chip")).to_have_text("The proof was for other data")
    assert "1.0531" not in (page.locator(".verdict").text_content() or "")
    page.get_by_role("button", name="Undo").click()
    pages.proved(page)
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('20px \"Chainrule Math\"'))")


def test_the_saved_page_holds_no_address_but_its_own(cross: Problem) -> None:
    text = saved_page(state_of(cross))
    names = {"http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"}  # namespaces, never fetched
    assert set(re.findall(r"https?://[^\s\"'`)]+", text)) <= names
    assert not re.search(r"(?:src|href)=\"/", text)


def test_the_page_saves_itself_from_the_menu_with_its_proof(
    tmp_path: Path, server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(server)
    pages.drag(page, (1, -1), (0, -2))
    pages.proved(page)
    shown = page.locator(".headline").text_content()
    page.get_by_text("Share").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save this page as one file").click()
    file = tmp_path / "again.html"
    download.value.save_as(file)
    again = open_page(file.as_uri())
    pages.proved(again)
    assert again.locator(".headline").text_content() == shown
    assert pages.state(again)["points"] == pages.state(page)["points"]


@pytest.mark.parametrize("ending", ["TOML", "JSON"])
def test_the_downloaded_problem_is_what_the_command_line_reads(
    tmp_path: Path, server: str, open_page: Callable[..., Page], ending: str
) -> None:
    page = open_page(server)
    field = page.get_by_label("w y, value")
    field.fill("1/3")
    field.press("Enter")
    page.locator(".point").first.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("Share").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Download the problem ({ending})").click()
    file = tmp_path / f"problem.{ending.lower()}"
    download.value.save_as(file)
    form = problem_to_dict(load_problem(file))
    assert form["title"] == "cross"
    assert form["weights"] == {"w_x": "free", "w_y": "1/3", "bias": "-1"}
    assert form["data"]["points"][0] == ["-0.9", "1", "0"]


def test_words_of_labels_survive_the_way_through_the_page(
    tmp_path: Path, server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(server)
    page.get_by_role("button", name="All points, CSV…").click()
    page.get_by_role("textbox", name="Points", exact=True).fill("x, y, kind\n1, 2, rose\n2, 1, daisy")
    page.get_by_role("button", name="Use these points").click()
    page.get_by_text("Share").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the problem (TOML)").click()
    download.value.save_as(tmp_path / "problem.toml")
    problem = load_problem(tmp_path / "problem.toml")
    assert problem.data.classes == ("daisy", "rose")
    assert [str(x) for x in problem.data.label] == ["1", "0"]
    assert state_of(problem)["classes"] == ["daisy", "rose"]


def test_the_address_holds_the_whole_state(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page(server)
    pages.preset(page, "XOR")
    page.get_by_role("button", name="Step", exact=True).click()
    page.wait_for_timeout(700)
    again = open_page(page.url)
    assert pages.state(again) == pages.state(page)
    again.get_by_role("button", name="Rewind").click()
    assert pages.state(again)["weights"]["w1[0,x]"] == 0.6


def test_a_page_without_python_says_so_and_still_computes(
    tmp_path: Path, open_page: Callable[..., Page], cross: Problem
) -> None:
    file = tmp_path / "page.html"
    file.write_text(saved_page(state_of(cross)), encoding="utf-8")
    page = open_page(file.as_uri())
    expect(page.locator(".chip")).to_have_text("Computed, not proved")
    expect(page.locator(".hero-loss")).to_contain_text("0.132105")


def test_a_problem_of_markup_cannot_end_the_script_of_the_saved_page(
    tmp_path: Path, open_page: Callable[..., Page], cross: Problem
) -> None:
    evil = Problem(cross.network, cross.data, cross.fixed, title="</script><img src=x onerror=alert(1)>")
    file = tmp_path / "page.html"
    file.write_text(saved_page(state_of(evil)), encoding="utf-8")
    page = open_page(file.as_uri())
    assert page.locator("img").count() == 0
    assert pages.state(page)["title"] == evil.title


def test_exact_numbers_survive_the_way_to_the_page() -> None:
    state = state_of(Problem.state(["x"], [[0.1, 0], ["1/3", 1]], {"bias": "0.1"}))
    assert state["points"] == [["3602879701896397/36028797018963968", "0"], ["1/3", "1"]]
    assert state["weights"] == {"w_x": "0", "bias": "0.1"}


def test_a_problem_too_large_for_the_page_is_refused() -> None:
    with pytest.raises(ValueError, match="2,001 points"):
        state_of(Problem.state(["x"], [[1, 0]] * 2001))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"network": Network(("x", "y"), dense_layers([9, 1]))}, "of 9, 1 units; the explorer draws at most 4 layers"),
        (
            {"network": Network(("x", "y"), dense_layers([2, 2, 2, 2, 1]))},
            "make it smaller, or take chainrule minimize",
        ),
        ({"penalty": Fraction(1, 3**200)}, "round it for the explorer"),
    ],
)
def test_what_the_page_does_not_draw_is_refused_not_dropped(
    cross: Problem, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ProblemError, match=message):
        state_of(replace(cross, fixed={}, **changes))


SHOWN: list[dict[str, Any]] = [
    {"loss": "cross-entropy"},
    {"loss": "mae", "penalty": Fraction(1, 3)},
    {"network": Network(("x", "y"), dense_layers([2, 1], ["tanh", "identity"], [False, True]))},
    {"network": Network(("x", "y"), dense_layers([1], bias=False)), "penalty": Fraction(1, 10)},
    {"network": Network(("x", "y"), dense_layers([2], ["softmax"])), "loss": "cross-entropy"},
]


@pytest.mark.parametrize("changes", SHOWN)
def test_what_a_problem_states_comes_back_from_the_page_as_it_was(
    cross: Problem, server: str, open_page: Callable[..., Page], tmp_path: Path, changes: dict[str, Any]
) -> None:
    data = replace(cross.data, case_weights=Column((1, Fraction(1, 3), 0, Fraction("2.5"))))
    problem = replace(cross, **{"fixed": {}, "data": data, **changes})
    page = open_page(server)
    found = page.evaluate(
        """async (state) => {
          const { problemOf, tomlOf } = await import("/static/problem.js"), s = await import("/static/state.js");
          chainrulePage.act({ type: "load", state });
          chainrulePage.flush();
          return [problemOf(chainrulePage.store.state), tomlOf(s.makeState(state))];
        }""",
        state_of(problem),
    )
    assert problem_from_dict(found[0]) == problem
    file = tmp_path / "problem.toml"
    file.write_text(found[1], encoding="utf-8")
    assert load_problem(file) == problem


def test_three_classes_come_back_from_the_page_as_they_were(server: str, open_page: Callable[..., Page]) -> None:
    problem = problem_from_dict(
        {
            "inputs": ["x", "y"], "layers": [2, 3], "activation": ["tanh", "softmax"], "loss": "cross-entropy",
            "data": {"points": [[1, 2, "rose"], [2, 1, "daisy"], [3, 3, "poppy"]]},
        }
    )  # fmt: skip
    page = open_page(server)
    found = page.evaluate(
        """async (state) => { const { problemOf } = await import("/static/problem.js");
        chainrulePage.act({ type: "load", state }); chainrulePage.flush(); return problemOf(chainrulePage.store.state); }""",
        state_of(problem),
    )
    assert problem_from_dict(found) == problem
    assert problem.data.classes == ("daisy", "poppy", "rose")


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.toml")), ids=lambda file: file.stem)
def test_every_example_has_a_place_on_the_page(file: Path) -> None:
    problem = load_problem(file)
    state = state_of(problem)
    assert len(state["points"]) == len(problem.data)
    assert state["free"] == list(problem.free)


def test_every_part_of_a_problem_has_a_place_on_the_page() -> None:
    # A new part of a problem that the page ignored would make it prove another problem than the one stated.
    assert {f.name for f in fields(Problem)} == {"network", "data", "fixed", "title", "loss", "penalty"}
    assert {f.name for f in fields(DataSet)} == {"inputs", "label", "classes", "case_weights"}
    assert {f.name for f in fields(Layer)} == {"units", "activation", "bias"}
