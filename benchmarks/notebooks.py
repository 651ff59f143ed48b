"""The widget in a real JupyterLab and a real marimo, driven in Chromium; both are heavy, so they are no test dependency.

Run once in an environment of its own::

    python -m venv nb && nb/bin/pip install -e '.[notebook]' jupyterlab marimo playwright
    nb/bin/python -m benchmarks.notebooks [jupyterlab] [marimo]
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
CELL = """\
from chainrule import Problem
page = Problem.state(["x", "y"], [[-1, 1, 0], [1, -1, 0], [3, 1, 1], [1, 3, 1]], {"w_y": 1, "bias": -1}).explore()
page"""
AFTER = "print('the kernel knows', page.problem.data.point(0))"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(address: str) -> None:
    for _ in range(120):
        try:
            urllib.request.urlopen(address, timeout=2)
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit(f"{address} did not answer within a minute")


def play(page: Page) -> None:
    """The proof arrives in the page's own font, follows a moved point, and changes with it."""
    widget = page.locator(".chainrule").first
    chip = widget.locator(".chip")
    expect(chip).to_have_text("Proved for this data", timeout=60000)
    expect(widget.locator(".headline")).to_contain_text("1.0531999895")
    fonts = page.evaluate("document.fonts.ready.then(() => [...document.fonts].map((f) => f.family + f.status))")
    assert any("Chainrule Math" in font and font.endswith("loaded") for font in fonts), fonts
    point = widget.locator(".point").first
    point.focus()
    for _ in range(5):
        point.press("ArrowRight")
    expect(chip).to_have_text("Proved for this data", timeout=20000)
    expect(widget.locator(".headline")).not_to_contain_text("1.0531999895")


def jupyterlab(folder: Path, page: Page) -> None:
    cells = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None, "id": f"c{k}"}
        for k, source in enumerate((CELL, AFTER))
    ]
    kernel = {"name": "python3", "display_name": "Python 3"}
    form = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "explorer.ipynb").write_text(json.dumps(form))
    port = free_port()
    flags = ["--no-browser", f"--port={port}", "--ip=127.0.0.1", "--allow-root", "--IdentityProvider.token="]
    process = subprocess.Popen([sys.executable, "-m", "jupyterlab", *flags, f"--notebook-dir={folder}"])
    try:
        wait_for(f"http://127.0.0.1:{port}/api")
        page.goto(f"http://127.0.0.1:{port}/lab/tree/explorer.ipynb?reset")
        page.locator(".jp-CodeCell").first.click(timeout=60000)
        page.locator(".jp-Toolbar-kernelStatus, .jp-Notebook-ExecutionIndicator").first.wait_for(timeout=30000)
        page.wait_for_timeout(3000)
        page.keyboard.press("Escape")
        page.locator(".jp-CodeCell").first.locator(".jp-InputArea-editor").click()
        page.keyboard.press("Shift+Enter")
        play(page)
        page.wait_for_timeout(500)
        page.locator(".jp-CodeCell").nth(1).locator(".jp-InputArea-editor").click()
        page.keyboard.press("Shift+Enter")
        expect(page.locator(".jp-OutputArea-output").last).to_contain_text("Fraction(-1, 2)", timeout=20000)
    finally:
        page.screenshot(path=str(folder / "jupyterlab.png"))
        process.terminate()
        process.wait(20)


def marimo(folder: Path, page: Page) -> None:
    (folder / "explorer.py").write_text(
        "import marimo\napp = marimo.App()\n\n@app.cell\ndef _():\n    import marimo as mo\n"
        + "".join(f"    {line}\n" for line in CELL.splitlines()[:-1])
        + "    shown = mo.ui.anywidget(page)\n    shown\n    return mo, shown\n\n"
        + "@app.cell\ndef _(mo, shown):\n    shown.value\n    mo.md(f'the kernel knows {shown.widget.problem.data.point(0)}')\n"
        + "    return\n\nif __name__ == '__main__':\n    app.run()\n"
    )
    port = free_port()
    flags = ["run", "explorer.py", "--headless", "--port", str(port), "--host", "127.0.0.1", "--no-token"]
    process = subprocess.Popen([sys.executable, "-m", "marimo", *flags], cwd=folder)
    try:
        wait_for(f"http://127.0.0.1:{port}/")
        page.goto(f"http://127.0.0.1:{port}/")
        play(page)
        expect(page.get_by_text("the kernel knows")).to_contain_text("Fraction(-1, 2)", timeout=20000)
    finally:
        page.screenshot(path=str(folder / "marimo.png"))
        process.terminate()
        process.wait(20)


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for host in [h for h in (jupyterlab, marimo) if h.__name__ in sys.argv[1:] or not sys.argv[1:]]:
            host(folder, browser.new_context(viewport={"width": 1400, "height": 1000}).new_page())
            print(
                f"{host.__name__}: the widget shows, proves, follows, and the kernel knows; picture in {folder}",
                flush=True,
            )


if __name__ == "__main__":
    main()
