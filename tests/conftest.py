"""Fixtures shared by all tests: a browser without a network."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

CHROMIUM = "/usr/bin/chromium"
QUIET = ["no-first-run", "disable-background-networking", "disable-component-update", "disable-sync"]
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", *(f"--{flag}" for flag in QUIET)]

# How long an example takes says more of the machine than of the code; figures of speed live in benchmarks/.
settings.register_profile("chainrule", deadline=None)
settings.load_profile("chainrule")


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium under Playwright; tests that need it are skipped by name without it, and fail where CI=true."""
    path = CHROMIUM if Path(CHROMIUM).exists() else shutil.which("chromium")
    if path is None:
        reason = "no Chromium here (Debian: apt-get install chromium): this test looks at the page in a browser"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def browser(chromium):
    """A fresh browser context; a request for anything but a file or data is refused and listed in ``refused``."""
    context = chromium.new_context()
    context.refused = []

    def answer(route):
        if route.request.url.startswith(("file:", "data:")):
            route.continue_()
        else:
            context.refused.append(route.request.url)
            route.abort()

    context.route("**/*", answer)
    yield context
    context.close()


@pytest.fixture(scope="session")
def repository():
    return Path(__file__).parents[1]
