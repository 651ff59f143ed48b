"""How long things take: ``pytest benchmarks/test_speed.py`` (not part of ``make test``). Figures are in benchmarks/README.md."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import chainrule
from chainrule.prove.search import search
from chainrule.verdict import prove

EXAMPLES = Path(__file__).parents[1] / "examples"
# All weights of the XOR example but w1[0,x].
_XOR = "w1[0,y]=2,b1[0]=-1,w1[1,x]=2,w1[1,y]=2,b1[1]=-3,w2[0,0]=4,w2[0,1]=-4,b2[0]=-3"
XOR_FIXED = tuple(f"--fix={text}" for text in re.split(r",(?![^\[]*\])", _XOR))
WALK_THROUGH = ("first-try", "one-point", "mirror-far", "mirror", "cross", "pair")


def process(*arguments):
    subprocess.run([sys.executable, *map(str, arguments)], check=True, capture_output=True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("-c", "import chainrule"),
        ("-m", "chainrule", "--version"),
        ("-m", "chainrule", "minimize", EXAMPLES / "cross.toml"),
        ("-m", "chainrule", "explain", EXAMPLES / "cross.toml"),
        ("-m", "chainrule", "minimize", EXAMPLES / "breast-cancer.toml"),
    ],
    ids=("import", "version", "minimize", "explain", "thirty-one-weights"),
)
def test_whole_process(benchmark, arguments):
    benchmark.pedantic(process, arguments, rounds=5, warmup_rounds=1)


@pytest.mark.parametrize(
    "arguments",
    [(EXAMPLES / "cross.toml",), (EXAMPLES / "xor.toml", *XOR_FIXED), (EXAMPLES / "xor.toml",), ("x^2 - 2x",)],
    ids=("cross", "xor-one-weight", "xor-nine-weights", "typed"),
)
def test_page_as_a_process(benchmark, arguments, tmp_path):
    command = ("-m", "chainrule", "explain", *arguments, "--page", tmp_path / "page.html")
    benchmark.pedantic(process, command, rounds=5, warmup_rounds=1)


@pytest.mark.parametrize("name", WALK_THROUGH)
def test_proof_in_process(benchmark, name):
    benchmark(search, chainrule.load_problem(EXAMPLES / f"{name}.toml"))


@pytest.mark.parametrize("name", WALK_THROUGH)
def test_check_in_process(benchmark, name):
    benchmark(prove, search(chainrule.load_problem(EXAMPLES / f"{name}.toml")))


def write_rows(path, count):
    """Points from two normal inputs with six decimals, labels drawn from a neuron with weights 1.3, 1 and bias −1."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, count))
    label = rng.random(count) < 1 / (1 + np.exp(1 - 1.3 * x - y))
    rows = (f"{a:.6f},{b:.6f},{c:d}" for a, b, c in zip(x, y, label, strict=True))
    path.write_text("\n".join(["x,y,label", *rows]) + "\n")


@pytest.mark.parametrize("count", [100_000, 1_000_000])
def test_many_rows_from_a_file_with_the_check(benchmark, tmp_path, count):
    path = tmp_path / "rows.csv"
    write_rows(path, count)
    command = ("-m", "chainrule", "minimize", path, "--fix", "w_y=1", "--fix", "bias=-1")
    benchmark.pedantic(process, command, rounds=1 if count > 100_000 else 3)
