"""The modules' own rules: no way to make markup or code from text, one bundle, types that hold."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

from chainrule.explorer import assets

STATIC = Path(str(files("chainrule.explorer").joinpath("static")))
MODULES = sorted(STATIC.glob("*.js"))
STRICT = {"checkJs": True, "allowJs": True, "noEmit": True, "strict": True, "types": []}
MODERN = {
    "target": "es2022",
    "module": "es2022",
    "moduleResolution": "bundler",
    "lib": ["es2023", "dom", "dom.iterable"],
}


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
    from chainrule.explorer.state import MOST_INPUTS, MOST_POINTS

    found = re.search(r"LIMITS = \{ points: (\d+), inputs: (\d+)", (STATIC / "state.js").read_text(encoding="utf-8"))
    assert found is not None
    assert (int(found[1]), int(found[2])) == (MOST_POINTS, MOST_INPUTS)


def test_types_hold_in_every_module(tmp_path: Path) -> None:
    compiler = shutil.which("tsc")
    if compiler is None:
        pytest.skip("TypeScript is not here: the JSDoc types of the explorer's modules were not checked")
    config = tmp_path / "tsconfig.json"
    config.write_text(json.dumps({"compilerOptions": {**STRICT, **MODERN}, "files": [str(m) for m in MODULES]}))
    done = subprocess.run([compiler, "-p", str(config)], capture_output=True, text=True, check=False)
    assert done.stdout == ""
