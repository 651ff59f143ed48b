"""The checker shares nothing with what it checks."""

import ast
import subprocess
import sys
from pathlib import Path

import chainrule_fast

ALLOWED = {"flint", "numpy", "chainrule_fast"}


def test_no_file_imports_chainrule():
    for path in Path(chainrule_fast.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [a.name for a in getattr(node, "names", []) if isinstance(node, ast.Import)]
            )
            for name in names:
                top = name.split(".")[0]
                assert top in ALLOWED | sys.stdlib_module_names, f"{path.name} imports {name}"


def test_the_checker_works_where_chainrule_cannot_be_imported(walk_through, tmp_path):
    import json

    proof = tmp_path / "proof.json"
    proof.write_text(json.dumps(walk_through["cross"]))
    program = f"""
import sys
class Forbid:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("chainrule", "scipy", "sympy", "matplotlib", "narwhals", "lark"):
            raise RuntimeError("the checker must not import " + name)
sys.meta_path.insert(0, Forbid())
import chainrule_fast
print(chainrule_fast.check(open({str(proof)!r}).read()).kind)
try:
    import chainrule
except RuntimeError:
    print("the hook works")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.split("\n")[:2] == ["attained", "the hook works"], done.stderr
