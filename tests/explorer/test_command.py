"""``chainrule explore``: the address is told, the file is the problem that is shown, errors are one line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from chainrule.cli import main
from tests.explorer import pages

CROSS = Path(__file__).parents[2] / "examples" / "cross.toml"


def test_explore_serves_the_file_and_ends_quietly(open_page: Callable[..., Page], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "chainrule", "explore", str(CROSS), "--no-browser", "--fix", "bias=-2"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Chainrule explorer: http://127.0.0.1:")
    page = open_page(line.split()[2])
    pages.proved(page)
    assert pages.state(page)["weights"]["bias"] == -2
    page.close()
    process.send_signal(2)  # Ctrl-C
    _, errors = process.communicate(timeout=15)
    assert "Traceback" not in errors


def test_save_writes_one_page_with_the_proof(tmp_path: Path, open_page: Callable[..., Page]) -> None:
    file = tmp_path / "page.html"
    assert main(["explore", str(CROSS), "--save", str(file)]) == 0
    pages.proved(open_page(file.as_uri()))


def test_save_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "page.html"
    assert main(["explore", str(CROSS), "--save", str(file)]) == 0
    said = (
        f"wrote {file}: the live page, with its verdict (proved), {file.stat().st_size / 1e6:.1f} MB; it opens without"
    )
    assert capsys.readouterr().out.startswith(said)
    assert main(["explore", "--save", str(file)]) == 0
    assert "without a verdict" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--port", "99999"], "needed a port from 1 to 65535"),
        (["missing.toml"], "missing.toml"),
        ([str(CROSS), "--save", "/no/such/folder/page.html"], "/no/such/folder"),
    ],
)
def test_a_mistake_is_one_line(options: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explore", *options]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
