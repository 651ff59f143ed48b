"""A thousand edits of every kind: no error, and the page's memory stays bounded (ten thousand: benchmarks/explorer.py)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from benchmarks.explorer import SOAK, heap
from playwright.sync_api import Page

pytestmark = pytest.mark.slow


def test_a_thousand_edits_leave_no_error_and_no_memory_behind(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page(server)
    page.evaluate(SOAK, {"edits": 400, "from": 0})
    before, _ = heap(page)
    assert page.evaluate(SOAK, {"edits": 600, "from": 400}) == ""
    page.wait_for_timeout(200)
    after, nodes = heap(page)
    assert page.evaluate("chainrulePage.store.depth") <= 300  # the undo's depth is bounded
    # 300 states of 60 points share what did not change; the longer benchmark stays below 5 MB too.
    assert after < before + 4
    assert nodes < 12_000
    assert page.evaluate("chainrulePage.proof.timings.length") <= 500
