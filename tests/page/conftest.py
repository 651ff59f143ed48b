"""Answers, and pages of them open in a browser that has no network and no scripts."""

from functools import cache

import pytest

from chainrule.page import render_page
from chainrule.verdict import minimize
from tests.page.problems import ALL
from tests.problems import BY_NAME


@cache
def answer_of(name):
    return minimize(BY_NAME[name].problem)


@cache
def page_of(name):
    return render_page(answer_of(name))


@pytest.fixture
def answers():
    """The proved answer to a walk-through problem, by name."""
    return answer_of


@pytest.fixture
def pages():
    """The page of a walk-through problem, by name."""
    return page_of


@cache
def more_answer_of(name):
    return minimize(ALL[name])


@pytest.fixture
def more_answers():
    """The answer to a network with hidden layers or a typed equation, by name."""
    return more_answer_of


@cache
def more_page_of(name):
    return render_page(more_answer_of(name))


@pytest.fixture
def more_pages():
    """The page of a network with hidden layers or of a typed equation, by name."""
    return more_page_of


@pytest.fixture
def open_page(chromium, tmp_path):
    """Opens markup from the disk, with scripts off; what was requested or complained of is listed on the page."""
    contexts = []

    def opener(markup, width=1200, scheme="light"):
        file = tmp_path / "page.html"
        file.write_text(markup, encoding="utf-8")
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=False, offline=True
        )
        contexts.append(context)
        page = context.new_page()
        page.requested, page.complaints = [], []
        page.on("request", lambda request: page.requested.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(file.as_uri())
        return page

    yield opener
    for context in contexts:
        context.close()
