"""The page in a notebook: a widget that talks to the kernel, or a frame where anywidget is missing."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chainrule.explorer.answers import answer_json
from chainrule.explorer.notebook import Frame
from chainrule.problem import Problem, problem_to_dict
from tests.explorer import pages

# A stand-in for the notebook's side of anywidget (https://anywidget.dev/en/afm/): get, set, save_changes, send, on, off.
# The cell lies in a shadow tree, as marimo makes it.
HOST = """async ([source, traits, css]) => {
  const listeners = {}, saved = [];
  const model = {
    get: (name) => traits[name], set: (name, value) => { traits[name] = value; }, save_changes: () => saved.push({ ...traits }),
    on: (name, f) => (listeners[name] ??= new Set()).add(f), off: (name, f) => listeners[name]?.delete(f),
    send: async (message) => { const answer = JSON.parse(await kernel(JSON.stringify(message)));
      listeners["msg:custom"]?.forEach((f) => f(answer)); },
  };
  const { default: widget } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const shadow = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
  shadow.appendChild(document.createElement("style")).textContent = css;
  const el = shadow.appendChild(document.createElement("div"));
  globalThis.close = widget.render({ model, el });
  Object.assign(globalThis, { saved, listeners, chainrulePage: el.chainrulePage, change: (state) => { traits.state = state; listeners["change:state"].forEach((f) => f()); } });
}"""


@pytest.fixture
def cross() -> Problem:
    return Problem.state(["x", "y"], [[-1, 1, 0], [1, -1, 0], [3, 1, 1], [1, 3, 1]], {"w_y": 1, "bias": -1})


def test_the_widget_shows_proves_and_tells_the_kernel_its_state(cross: Problem, chromium: Any) -> None:
    from chainrule.explorer.widget import Explorer

    widget = Explorer(cross)
    asked = []

    def kernel(message: str) -> str:
        question = json.loads(message)
        asked.append(question["number"])
        return json.dumps({"number": question["number"], "answer": answer_json(question["problem"])})

    context = chromium.new_context()
    page: Page = context.new_page()
    page.expose_function("kernel", kernel)
    page.goto("about:blank")
    page.evaluate(HOST, [widget._esm, {"state": widget.state, "problem_form": widget.problem_form}, widget._css])
    pages.proved(page)
    # A style sheet of a shadow tree brings no font; the widget gives it to the document.
    fonts = page.evaluate(
        "document.fonts.ready.then(() => [...document.fonts].map((f) => [f.family.replaceAll('\"', ''), f.status]))"
    )
    assert fonts == [["Chainrule Math", "loaded"]]
    expect(page.locator(".headline")).to_contain_text("1.0531999895")
    page.locator(".point").first.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    pages.proved(page)
    pages.until(page, "saved.length > 0")
    widget.problem_form = page.evaluate("saved.at(-1).problem_form")
    assert [str(x) for x in widget.problem.data.point(0)[0]] == ["-1/2", "1"]
    state = page.evaluate("saved.at(-1).state")
    page.evaluate("state => change(state)", {**state, "points": state["points"][:2]})
    expect(page.locator(".point")).to_have_count(2)
    page.evaluate("close()")
    assert page.evaluate("[...listeners['msg:custom'], ...listeners['change:state']].length") == 0
    assert asked == sorted(set(asked))
    context.close()


def test_the_kernel_answers_a_question_of_the_widget(cross: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    from chainrule.explorer.widget import Explorer

    widget, sent = Explorer(cross), []
    monkeypatch.setattr(widget, "send", sent.append)
    widget._asked(widget, {"number": 3, "problem": problem_to_dict(cross)}, [])
    widget._asked(widget, "nonsense", [])
    ((answer),) = sent
    assert answer["number"] == 3
    assert answer["answer"]["minimum"]["kind"] == "attained"
    Explorer._proving().close()
    monkeypatch.setattr(Explorer, "_workers", None)


def test_problem_explore_gives_a_frame_without_anywidget(cross: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "anywidget" else find(name))
    assert isinstance(cross.explore(), Frame)


def test_the_frame_works_in_a_page(tmp_path: Path, chromium: Any, cross: Problem) -> None:
    file = tmp_path / "notebook.html"
    file.write_text(f"<!DOCTYPE html><title>cell</title>{Frame(cross)._repr_html_()}", encoding="utf-8")
    context = chromium.new_context()
    page = context.new_page()
    page.goto(file.as_uri())
    inside = page.frame_locator("iframe")
    expect(inside.locator(".chip")).to_have_text("Proved for this data · doubles", timeout=10000)
    inside.locator(".point").first.press("ArrowRight")
    expect(inside.locator(".chip")).to_have_text("The proof was for other data")
    context.close()
