"""Trees and steps load no parser generator, no plotting, no computer algebra until they are needed."""

import subprocess
import sys

import pytest

HEAVY = ("lark", "sympy", "matplotlib", "scipy", "flint")


@pytest.mark.parametrize("module", ["chainrule.expression", "chainrule.calculus", "chainrule.notebook"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
