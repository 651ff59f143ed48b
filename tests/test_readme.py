"""Every command in the README runs and prints what the README says.

``python tests/test_readme.py`` puts the present output into the README, to be read before it is committed.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)


def commands(block):
    """The commands of a console block, each with the output below it."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def output_of(command, folder):
    """What a command prints in a terminal of 80 columns; only `chainrule` may be run."""
    program, *arguments = shlex.split(command)
    assert program == "chainrule"
    done = subprocess.run(
        [sys.executable, "-m", "chainrule", *arguments],
        cwd=folder,
        env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1"},
        capture_output=True,
        check=False,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    shown = done.stderr + done.stdout  # as a terminal shows both
    return re.sub(r"in \S+ s\.", "in … s.", shown)  # a time is never the same twice


def shop():
    """A folder with the examples, as the reader has one."""
    folder = Path(tempfile.mkdtemp())
    shutil.copytree(ROOT / "examples", folder / "examples")
    return folder


@pytest.fixture(scope="module")
def folder():
    made = shop()
    yield made
    shutil.rmtree(made)


def test_every_command_prints_what_the_readme_says(folder):
    found = [pair for block in CONSOLE.findall(README.read_text(encoding="utf-8")) for pair in commands(block)]
    assert len(found) >= 5
    for command, said in found:
        assert output_of(command, folder).rstrip() == said.rstrip(), command


def test_every_python_example_is_true(repository):
    import doctest

    failed, tried = doctest.testfile(str(repository / "README.md"), module_relative=False, encoding="utf-8")
    assert tried >= 4
    assert failed == 0


def test_every_link_to_a_file_leads_somewhere(repository):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", README.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (repository / link).exists()] == []


def test_make_has_the_targets_that_the_readme_names(repository):
    named = re.findall(r"^make (\w+)", README.read_text(encoding="utf-8"), re.MULTILINE)
    targets = re.findall(r"^(\w+):", (repository / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"demo", "test"} <= set(named) <= set(targets)


def rewrite():
    folder = shop()

    def block(match):
        lines = [f"$ {command}\n{output_of(command, folder).rstrip()}\n" for command, _ in commands(match[1])]
        return "```console\n" + "".join(lines) + "```"

    README.write_text(CONSOLE.sub(block, README.read_text(encoding="utf-8")), encoding="utf-8")
    shutil.rmtree(folder)


if __name__ == "__main__":
    rewrite()
