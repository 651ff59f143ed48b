"""Words for what a person does on the page."""

from __future__ import annotations

import re
import time
from typing import Any

from playwright.sync_api import Page, expect

# The plot is 400 units wide; its frame leaves 30 on the left and 26 below, 8 elsewhere (static/plane.js).
_LEFT, _TOP, _INNER = 30, 8, (400 - 30 - 8, 400 - 8 - 26)


def preset(page: Page, name: str) -> None:
    select = page.get_by_label("Start from a preset")
    label = select.locator("option").filter(has_text=re.compile(f"^{name} — ")).first.text_content()
    select.select_option(label=label)


def state(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("chainrulePage.store.state")
    return found


def proved(page: Page) -> None:
    """Wait until the proof is there, for the data that is there."""
    expect(page.locator(".chip")).to_have_text("Proved for this data · doubles", timeout=15000)


def until(page: Page, condition: str, seconds: float = 15) -> None:
    """Wait for a JavaScript condition; the page's policy forbids Playwright's own way, which evaluates a text."""
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"still not true after {seconds} s: {condition}"
        page.wait_for_timeout(50)


def settled(page: Page) -> None:
    """Wait for two frames: what has changed is drawn."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def spot(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where the point (x, y) of the plane is on the screen."""
    view = state(page)["view"]
    box = page.locator(".plane-picture").bounding_box()
    assert box is not None
    (x0, x1), (y0, y1) = view["x"], view["y"]
    across = _LEFT + (x - x0) / (x1 - x0) * _INNER[0]
    down = _TOP + (y1 - y) / (y1 - y0) * _INNER[1]
    return box["x"] + across / 400 * box["width"], box["y"] + down / 400 * box["height"]


def click(page: Page, x: float, y: float) -> None:
    page.mouse.click(*spot(page, x, y))


def drag(page: Page, start: tuple[float, float], end: tuple[float, float], steps: int = 8) -> None:
    page.mouse.move(*spot(page, *start))
    page.mouse.down()
    page.mouse.move(*spot(page, *end), steps=steps)
    page.mouse.up()


def switch(page: Page, weight: str) -> None:
    page.get_by_role("switch", name=f"{weight} is free").click()
