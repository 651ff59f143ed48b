"""The modules' own rules: no way to make markup or code from text, one bundle, types that hold."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from chainrule.explorer import assets

STATIC = Path(str(files("chainrule.explorer").joinpath("static")))
MODULES = sorted(STATIC.glob("*.js"))
# What TypeScript 4.8 (Debian's) and every later one understand.
OPTIONS = {"checkJs": True, "allowJs": True, "noEmit": True, "strict": True, "types": [], "target": "es2022",
           "module": "es2022", "lib": ["es2022", "dom", "dom.iterable"]}  # fmt: skip


def deno(folder: Path, modules: list[Path]) -> subprocess.CompletedProcess[str]:
    """TypeScript 6, from the test group's wheel of Deno."""
    from deno import find_deno_bin

    kept = {k: v for k, v in OPTIONS.items() if k in ("checkJs", "strict", "lib")}
    config = folder / "deno.json"
    config.write_text(json.dumps({"compilerOptions": kept}))
    command = [
        find_deno_bin(),
        "check",
        "--quiet",
        "--no-remote",
        "--no-npm",
        "--config",
        str(config),
        *map(str, modules),
    ]
    environment = {**os.environ, "DENO_DIR": str(folder / "cache"), "DENO_NO_UPDATE_CHECK": "1", "NO_COLOR": "1"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def tsc(folder: Path, modules: list[Path]) -> subprocess.CompletedProcess[str]:
    """Whatever TypeScript the machine has, such as Debian's."""
    config = folder / "tsconfig.json"
    config.write_text(json.dumps({"compilerOptions": {**OPTIONS, **_resolution()}, "files": [str(m) for m in modules]}))
    return subprocess.run(["tsc", "-p", str(config)], capture_output=True, text=True, check=False)


def _resolution() -> dict[str, str]:
    """How "./names.js" is found: "bundler", which TypeScript 4 has not, and which 6 wants instead of "node"."""
    version = subprocess.run(["tsc", "--version"], capture_output=True, text=True, check=True).stdout
    return {"moduleResolution": "node" if version.startswith("Version 4.") else "bundler"}


CHECKERS = [deno, *([tsc] if shutil.which("tsc") else [])]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_no_module_makes_markup_or_code_from_text(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser|srcdoc"
    assert re.findall(forbidden, text) == []
    assert text.startswith("// ")  # each says what it is for


def test_no_file_of_the_page_names_another_site() -> None:
    for file in STATIC.iterdir():
        addresses = set(re.findall(r"https?://[^\s\"'`)]+", file.read_text(encoding="utf-8")))
        assert {a for a in addresses if not a.startswith("http://www.w3.org/")} <= {"https://anywidget.dev"}, file


@pytest.mark.parametrize("entry", ["main.js", "widget.js"])
def test_the_bundle_holds_each_module_once_and_before_its_use(entry: str) -> None:
    text = assets.bundle(entry)
    defined: set[str] = set()
    for line in text.splitlines():
        if found := re.match(r"const \{.*\} = (module_\w+);$", line):
            assert found[1] in defined
        elif found := re.match(r"const (module_\w+) = \(\(\) => \{$", line):
            assert found[1] not in defined
            defined.add(found[1])
    assert {"module_formula", "module_state", "module_page"} <= defined


def test_the_formula_stands_in_one_module_alone() -> None:
    with_sigmoid = [
        m.name for m in MODULES if re.search(r"Math\.(tanh|log1p)|1 \+ small", m.read_text(encoding="utf-8"))
    ]
    assert set(with_sigmoid) - {"network.js"} == {"formula.js"}  # network.js draws line widths with tanh


def test_the_limits_of_the_page_and_of_python_are_the_same() -> None:
    from chainrule.explorer.state import MOST_INPUTS, MOST_LAYERS, MOST_POINTS, MOST_UNITS, MOST_WEIGHTS

    found = re.search(r"LIMITS = \{(.*?), text", (STATIC / "reading.js").read_text(encoding="utf-8"))
    assert found is not None
    numbers = {name: int(most) for name, most in re.findall(r"(\w+): (\d+)", found[1])}
    wanted = {"points": MOST_POINTS, "inputs": MOST_INPUTS, "layers": MOST_LAYERS, "units": MOST_UNITS}
    assert numbers == {**wanted, "weights": MOST_WEIGHTS}


@pytest.mark.parametrize("checker", CHECKERS)
def test_types_hold_in_every_module(tmp_path: Path, checker: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = checker(tmp_path, MODULES)
    assert (done.stdout + done.stderr, done.returncode) == ("", 0)


@pytest.mark.parametrize("checker", CHECKERS)
def test_a_planted_mistake_of_type_is_found(
    tmp_path: Path, checker: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    for module in MODULES:
        shutil.copy(module, tmp_path)
    planted = tmp_path / "race.js"
    planted.write_text(planted.read_text(encoding="utf-8").replace("const MOST = 5000;", 'const MOST = "5000";'))
    done = checker(tmp_path, [tmp_path / module.name for module in MODULES])
    assert done.returncode != 0
    assert "race.js" in done.stdout + done.stderr
