"""The page fits a phone, both colour schemes, and the accessibility rules of axe-core."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.explorer import pages


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['help']}: {[node['html'][:120] for node in v['nodes'][:4]]}" for v in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(server: str, open_page: Callable[..., Page], scheme: str) -> None:
    page = open_page(server, scheme=scheme)
    pages.proved(page)
    assert violations(page) == []
    pages.preset(page, "XOR")
    pages.settled(page)
    page.wait_for_timeout(300)
    assert violations(page) == []
    pages.preset(page, "Three classes")
    page.get_by_label("case weights").check()
    page.get_by_role("textbox", name="penalty λ").fill("0.1")
    page.wait_for_timeout(300)
    assert violations(page) == []
    pages.preset(page, "Flipped labels")
    page.get_by_role("button", name="Step", exact=True).click()
    page.get_by_role("button", name="All points, CSV…").click()
    assert violations(page) == []


@pytest.mark.parametrize("name", ["Cross", "XOR", "Flipped labels", "Two clusters", "Three classes"])
def test_a_phone_never_scrolls_sideways(server: str, open_page: Callable[..., Page], name: str) -> None:
    page = open_page(server, width=360, height=740, has_touch=True)
    pages.preset(page, name)
    page.wait_for_timeout(400)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    wide = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select")].filter(e => e.checkVisibility())
        .map(e => [e.getBoundingClientRect(), e.outerHTML.slice(0, 90)])
        .filter(([box]) => box.width && (box.left < -0.5 || box.right > 360.5)).map(([, html]) => html)"""
    )
    assert wide == []


def test_the_colours_follow_the_system_and_the_switch(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page(server, scheme="dark")
    background = "getComputedStyle(document.querySelector('.chainrule')).backgroundColor"
    dark = page.evaluate(background)
    page.get_by_role("button", name="Switch to light").click()
    pages.settled(page)
    light = page.evaluate(background)
    assert dark != light
    assert sum(map(int, light[4:-1].split(","))) > 600
    assert sum(map(int, dark[4:-1].split(","))) < 150


def test_every_control_has_a_name_and_a_focus_ring(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page(server)
    pages.proved(page)
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """() => { const e = document.activeElement, halo = e.querySelector?.(".halo");
                const style = getComputedStyle(halo ?? e);
                return [e.tagName, e.getAttribute("aria-label") ?? e.labels?.[0]?.textContent ?? e.textContent,
                        style.outlineStyle !== "none" || style.strokeWidth !== "1px"]; }"""
            )
        )
    reached = [row for row in seen if row[0] != "BODY"]
    assert all(name for _, name, _ in reached), reached
    assert all(ring for _, _, ring in reached), [row for row in reached if not row[2]]
    names = " | ".join(name for _, name, _ in reached)
    for part in (
        "Undo",
        "Point 1 of 4",
        "Point 4 of 4",
        "Add a point",
        "w x, slider",
        "w x is free",
        "w x",
        "Run",
        "Step",
    ):
        assert part in names or part == "Undo"  # there is nothing to undo yet, so its button is no stop


def test_the_verdict_is_told_to_a_screen_reader_once_the_hand_rests(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(server)
    expect(page.locator("[role=status]")).to_contain_text("Proved for this data: the loss has its global minimum")


def test_formulas_are_mathml_in_the_pages_own_font(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page(server)
    assert page.locator(".hero math").count() >= 2
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('20px \"Chainrule Math\"'))")
    assert page.locator(".loss-equation math").all_text_contents()[0].replace("\u2061", "").startswith("L(wx)=")
    page.get_by_role("switch", name="σ written out").click()
    page.wait_for_timeout(200)
    assert page.locator(".loss-equation mfrac").count() == 5  # 1/4 and one for each point
