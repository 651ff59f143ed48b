"""A real server for the explorer, looked at in Chromium; nothing but the loopback is reachable."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

SERVE = "from chainrule.explorer.server import serve; serve({state}, 0, lambda url: print(url, flush=True))"


def start_server(state: object = None) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE.format(state=repr(state))], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def stop_server(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(10)
    assert process.stdout is not None
    process.stdout.close()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    process, address = start_server()
    yield address
    stop_server(process)


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens an address in a fresh context; afterwards no page may have logged an error or reached out."""
    contexts, complaints = [], []

    def guard(route: Route) -> None:
        url = route.request.url
        if url.startswith(("http://127.0.0.1:", "file:", "data:", "blob:")):
            route.continue_()
        else:
            complaints.append(f"reached out to {url}")
            route.abort()

    def open_(url: str, *, width: int = 1280, height: int = 900, scheme: str = "light", **options: object) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        context.route("**/*", guard)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.goto(url)
        page.wait_for_selector(".chainrule")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []
