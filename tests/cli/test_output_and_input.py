"""Whatever is read, and wherever it is written: a sentence and an exit status, never a traceback or a library's warning."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from chainrule.cli import main
from chainrule.errors import ProblemError
from chainrule.problem import problem_from_dict


def run(command: str, where: str) -> subprocess.CompletedProcess[str]:
    """A command with its streams sent somewhere, by a shell."""
    line = f'"{sys.executable}" -m chainrule {command} {where}'
    return subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("command", ["example", "example cross", "equation 'x^2'", "minimize 'x^2' --json"])
@pytest.mark.parametrize(
    ("where", "said"),
    [
        (">/dev/full", "cannot write the output: No space left on device"),
        (">&-", "cannot write the output: standard output is closed"),
        (">/dev/full 2>/dev/full", ""),
        (">/dev/full 2>&-", ""),
    ],
)
def test_output_that_cannot_be_written_is_said_in_a_line(command: str, where: str, said: str) -> None:
    done = run(command, where)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") <= 1


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
def test_an_error_nobody_hears_keeps_its_status() -> None:
    done = run("minimize missing.toml", "2>&-")
    assert (done.returncode, done.stdout) == (2, "")


def test_a_place_smaller_than_any_double_is_a_boundary_all_the_same(tmp_path, capsys) -> None:
    # All labels are 0, so the bias runs to −∞, and the penalty holds the weight at 0: its place is found as some 1e-322.
    problem = tmp_path / "p.toml"
    problem.write_text(
        'inputs = ["x"]\npenalty = 0.01\n[weights]\nw_x = "free"\nbias = "free"\n'
        "[data]\npoints = [[-4, 0], [-3, 0], [-5, 0], [-4, 0]]\n"
    )
    page, picture = tmp_path / "p.html", tmp_path / "p.svg"
    assert main(["explain", str(problem), "--time", "5", "--page", str(page), "--plot", str(picture)]) in (0, 3)
    assert page.exists()
    assert picture.exists()


@pytest.mark.parametrize("equation", ["e^1000 + x^2", "x^2 - e^1000", "e^1000*x^2 - x", "e^-1000 x^2"])
def test_values_beyond_every_double_are_told_and_what_cannot_be_drawn_is_said(equation, tmp_path, capsys) -> None:
    page = tmp_path / "p.html"
    assert main(["minimize", equation]) in (0, 3)
    assert main(["minimize", equation, "--json"]) in (0, 3)
    assert main(["explain", equation, "--page", str(page)]) in (0, 3)
    assert page.exists()
    assert main(["derive", equation]) == 0
    assert main(["plot", equation]) in (0, 2, 3)
    captured = capsys.readouterr()
    assert ("No curve is drawn" in captured.out) == ("e^1000" in equation)
    assert "please report" not in captured.err


def test_half_a_character_is_no_title_and_no_class(tmp_path, capsys) -> None:
    form = {"inputs": ["x"], "title": "a\ud800", "data": {"points": [[1, 0], [2, 1]]}}
    path = tmp_path / "p.json"
    path.write_text(json.dumps(form))
    assert main(["explain", str(path), "--page", str(tmp_path / "p.html")]) == 2
    assert r"found title = 'a\ud800', which holds half of a character" in capsys.readouterr().err
    with pytest.raises(ProblemError, match=r"found class 'b\\udfff', which holds half of a character"):
        problem_from_dict({"inputs": ["x"], "data": {"points": [[1, "a"], [2, "b\udfff"]]}})


def test_a_descent_beyond_doubles_warns_of_nothing_and_writes_json(tmp_path) -> None:
    command = "descend --inputs x --fix bias=0 --point=9e99,0 --point=1,1 --no-proof --json --rate 1e90"
    done = run(command, "")
    assert (done.returncode, done.stderr) == (0, "")
    path = tmp_path / "p.toml"
    path.write_text(
        'inputs = ["x"]\nlayers = [1]\nactivation = "identity"\n[weights]\nw_x = "free"\nbias = "free"\n'
        "[data]\npoints = [[9e50, 0], [1, 1]]\n"
    )
    done = run(f"descend {path} --no-proof --json --rate 1e90 --steps 5", "")
    assert (done.returncode, done.stderr) == (0, "")
    json.loads(done.stdout, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
