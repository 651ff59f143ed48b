"""A light installation: the core alone answers, and each part left out says which command brings it."""

import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from chainrule.extras import EXTRAS

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CHECKER = tomllib.loads((ROOT / "checker" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CROSS = str(ROOT / "examples" / "cross.toml")


def names(requirements):
    """The packages that requirements name, in lower case."""
    return {re.match(r"[A-Za-z0-9_-]+", text)[0].lower() for text in requirements}


@pytest.fixture(scope="module")
def light(tmp_path_factory):
    """Runs Python code where nothing is installed but what the core needs: a folder of links to just these packages."""
    folder = tmp_path_factory.mktemp("core")
    own = {"chainrule-check"}
    for package in (names(PROJECT["dependencies"]) | names(CHECKER["dependencies"])) - own:
        for file in metadata.files(package):
            top = file.parts[0]
            if top != ".." and not (folder / top).exists():
                (folder / top).symlink_to(
                    file.locate().parents[len(file.parts) - 2] if len(file.parts) > 1 else file.locate()
                )

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-S", *arguments],
            check=False,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(map(str, (folder, ROOT / "src", ROOT / "checker/src"))),
                "NO_COLOR": "1",
            },
            cwd=folder.parent,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )

    return run


def test_extras_are_those_of_the_project_file():
    packages = {"fonttools": "fontTools", "scikit-learn": "sklearn"}
    stated = {extra: needed for extra, needed in PROJECT["optional-dependencies"].items() if extra != "all"}
    assert {e: {packages.get(n, n) for n in names(needed)} for e, needed in stated.items()} == {
        e: set(modules) for e, modules in EXTRAS.items()
    }
    assert PROJECT["optional-dependencies"]["all"] == [f"chainrule[{','.join(stated)}]"]


@pytest.mark.parametrize(
    "command",
    [
        ("explain", CROSS),
        ("plot", CROSS),
        ("derive", CROSS),
        ("descend", CROSS),
        ("minimize", str(ROOT / "examples" / "flowers.toml")),
        ("equation", CROSS, "--as", "sympy"),
        ("minimize", "x^2 - 2x"),
    ],
)
def test_the_core_alone_answers(light, command):
    done = light("-m", "chainrule", *command)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        (("explain", CROSS, "--page", "a.html"), "page"),
        (("explain", CROSS, "--plot", "a.png"), "plot"),
        (("plot", CROSS, "--output", "a.svg"), "plot"),
        (("derive", CROSS, "--at", "w_x=1", "--picture", "a.svg"), "plot"),
        (("descend", CROSS, "--animate", "a.gif"), "plot"),
        (("explore", CROSS), "explore"),
        (("explore", CROSS, "--save", "a.html"), "page"),
        (("minimize", "points.parquet"), "parquet"),
    ],
)
def test_a_command_whose_extra_is_missing_says_what_brings_it(light, command, extra):
    done = light("-m", "chainrule", *command)
    assert done.returncode == 2
    assert f"pip install 'chainrule[{extra}]'" in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("code", "extra"),
    [
        ("chainrule.plot_report(answer)", "plot"),
        ("chainrule.plot_loss(answer)", "plot"),
        ("chainrule.show(chainrule.to_equation())", "plot"),
        ("chainrule.render_page(answer)", "plot"),
        ("problem.explore()", "page"),
        ("chainrule.Problem.from_table({'x': [1, 2], 'label': [0, 1]})", "tables"),
        ("import chainrule.sklearn", "sklearn"),
        ("from chainrule.algebra.sympy import SymPy; SymPy()", "sympy"),
    ],
)
def test_a_function_whose_extra_is_missing_says_what_brings_it(light, code, extra):
    done = light(
        "-c",
        f"import chainrule\nproblem = chainrule.load_problem({CROSS!r})\nanswer = chainrule.minimize(problem)\n{code}",
    )
    assert done.stderr.splitlines()[-1].startswith("chainrule.errors.MissingExtraError: ")
    assert f"pip install 'chainrule[{extra}]'" in done.stderr


def test_a_notebook_without_the_libraries_of_pictures_shows_text(light):
    code = f"import chainrule\nproblem = chainrule.load_problem({CROSS!r})\nprint(problem._repr_html_(), problem._repr_markdown_())"
    done = light("-c", code)
    assert done.stdout.startswith("None cross: ")
