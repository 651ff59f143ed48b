"""What an import and `--version` load, seen from a process of its own."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import chainrule

HEAVY = [
    "numpy",
    "matplotlib",
    "sympy",
    "scipy",
    "pandas",
    "polars",
    "pyarrow",
    "narwhals",
    "flint",
    "lark",
    "fontTools",
]


def loaded_after(code):
    """The heavy modules that a fresh interpreter has loaded after running `code`."""
    report = f"{code}\nimport sys\nprint('\\n' + ' '.join(m for m in {HEAVY} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1].split()


def test_importing_chainrule_loads_nothing_heavy():
    assert loaded_after("import chainrule") == []


def test_asking_for_the_version_loads_nothing_heavy():
    code = "from chainrule.cli import main\ntry:\n    main(['--version'])\nexcept SystemExit:\n    pass"
    assert loaded_after(code) == []


def test_minimizing_loads_no_drawing_and_no_computer_algebra():
    cross = Path(__file__).parents[1] / "examples" / "cross.toml"
    loaded = loaded_after(f"from chainrule.cli import main\nassert main(['minimize', {str(cross)!r}]) == 0")
    assert set(loaded) <= {"numpy", "flint"}


def test_the_checker_loads_nothing_of_chainrule():
    code = "import chainrule_fast, sys\nassert not [m for m in sys.modules if m == 'chainrule' or m.startswith('chainrule.')]"
    loaded_after(code)


@pytest.mark.parametrize("name", sorted(chainrule.PUBLIC))
def test_every_public_name_is_there_with_a_docstring(name):
    assert getattr(chainrule, name).__doc__
    assert name in dir(chainrule)


def test_type_checkers_are_told_the_same_public_list():
    tree = ast.parse(Path(chainrule.__file__).read_text(encoding="utf-8"))
    told = {
        alias.asname: node.module
        for branch in tree.body
        if isinstance(branch, ast.If)
        for node in branch.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert told == chainrule.PUBLIC
    assert list(chainrule.__all__) == sorted(told)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'minimise'"):
        chainrule.minimise  # noqa: B018


def test_deriving_loads_no_drawing_and_no_computer_algebra():
    cross = Path(__file__).parents[1] / "examples" / "cross.toml"
    loaded = loaded_after(f"from chainrule.cli import main\nassert main(['derive', {str(cross)!r}]) == 0")
    assert set(loaded) <= {"numpy", "flint"}
