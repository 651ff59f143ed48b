"""The walk-through as Markdown and as LaTeX: whole, escaped, and compiled by a real engine where there is one."""

import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from chainrule import Problem, TypedProblem, minimize, parse, print_expression, render_latex, render_markdown
from chainrule.calculus import loss_equation, point_loss_equation
from chainrule.cli import main
from chainrule.page.latex import prose as latex_prose
from chainrule.page.markdown import prose as markdown_prose
from tests.calculus.problems import walk_through
from tests.page.problems import NETWORKS

TITLE = r"50% of <b>100</b> & #1 *stars* _x_ {θ} \alpha ~ ^ $5 größer 你"
CROSS = walk_through("cross")
ENGINE = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX here (Debian's texlive-latex-base)")


@pytest.fixture(scope="module")
def answers():
    odd = replace(
        Problem.state(["größe", "θ"], [[1, 2, 0], [3, -1, 1], [-1, 0.5, 1]], {"w_θ": "1/3", "bias": 0}), title=TITLE
    )
    return {
        "cross": minimize(CROSS),
        "odd": minimize(odd),
        "two": minimize(walk_through("cross").release("w_y")),
        "typed": minimize(TypedProblem.read("x^2 e^(-x)"), {"x": (-1, 2)}),
        "hidden": minimize(NETWORKS["two-free"], dict.fromkeys(NETWORKS["two-free"].free, (-1, 1)), check=False),
    }


NAMES = ["cross", "odd", "two", "typed", "hidden"]


@pytest.mark.parametrize("name", NAMES)
def test_markdown_is_whole_and_its_formulas_stand_between_dollar_signs(name, answers):
    written = render_markdown(answers[name])
    displays = re.findall(r"^\$\$\n(.*?)\n\$\$$", written, re.DOTALL | re.MULTILINE)
    assert written.count("$$") == 2 * len(displays) >= 4
    for formula in displays:
        assert "\n\n" not in formula, "a blank line ends the formula in Markdown"
        assert formula.count("{") == formula.count("}")
    rest = re.sub(r"^\$\$\n.*?\n\$\$$", "", written, flags=re.DOTALL | re.MULTILINE).replace(r"\$", "")
    outside = re.sub(r"\$[^$\n]+\$", "", rest)
    assert "$" not in outside
    assert not re.search(r"(?<!\\)[<>_]", outside), "no markup but our own"
    for heading in ("## The derivative", "## The verdict"):
        assert heading in written
    assert answers[name].minimum.trust in written


def test_markdown_holds_substitution_derivation_and_verdict(answers):
    written = render_markdown(answers["cross"])
    for row in range(4):
        assert print_expression(point_loss_equation(CROSS, row).right, "latex") in written
    assert r"&= \frac{1}{1 + e^{-\left(x \cdot w_{x} + y - 1\right)}} && \text{put the weights in}" in written
    assert r"\text{sigmoid rule}" in written
    assert "**Lowest at $w_{x}$ = 1.05319998952…, where the loss is 0.0371764762107…** *(proved · kernel)*" in written
    assert "| limit, $w_{x}$ → −∞ | loss | 0.75 | proved |" in written


def test_what_a_user_wrote_is_escaped():
    assert markdown_prose("a *b* <i> #1 w_x [c](d) 50$") == r"a \*b\* \<i\> \#1 $w_{x}$ \[c\](d) 50\$"
    assert markdown_prose("- no list") == r"\- no list"
    assert latex_prose("50% & #1 w_x") == r"50\% \& \#1 $w_{x}$"
    assert latex_prose("10⁻²⁰ ± ∞, ü 你") == r"10$^{-20}$ $\pm$ $\infty$, ü [U+4F60]"


@ENGINE
@pytest.mark.parametrize("name", NAMES)
def test_the_document_compiles(name, answers, tmp_path):
    assert _compiled(render_latex(answers[name]), tmp_path) == ""


@ENGINE
@pytest.mark.parametrize("kind", ["report", "amsart", "scrartcl", "memoir"])
def test_the_document_compiles_in_the_usual_classes(kind, answers, tmp_path):
    if kind in ("scrartcl", "memoir") and not _has(f"{kind}.cls"):
        pytest.skip(f"no class {kind} here")
    written = render_latex(answers["cross"]).replace(r"\documentclass{article}", rf"\documentclass{{{kind}}}")
    assert _compiled(written, tmp_path) == ""


@ENGINE
def test_the_document_compiles_with_the_pictures_beside_it(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cross.toml").write_text(
        'inputs=["x","y"]\n[weights]\nw_y=1\nbias=-1\n[data]\npoints=[[-1,1,0],[1,-1,0],[3,1,1],[1,3,1]]\n'
    )
    assert main(["explain", "cross.toml", "--as", "latex", "--assets", "figures"]) == 0
    printed = capsys.readouterr()
    assert sorted(path.name for path in (tmp_path / "figures").iterdir()) == ["loss.pdf", "network.pdf", "points.pdf"]
    assert "wrote figures/loss.pdf" in printed.err
    assert _compiled(printed.out, tmp_path) == ""


def _has(name):
    return subprocess.run(["kpsewhich", name], capture_output=True, check=False).returncode == 0


def _compiled(written, folder):
    """What the engine complains of: the lines of its errors, empty where there are none."""
    (folder / "paper.tex").write_text(written, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "paper.tex"]
    run = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=60)
    assert (run.returncode == 0) == (folder / "paper.pdf").is_file()
    return "\n".join(line for line in run.stdout.decode("utf-8", "replace").splitlines() if line.startswith("!"))


def test_the_command_prints_each_form(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["explain", "x^2 - 2x", "--as", "markdown", "--assets", "img"]) == 0
    printed = capsys.readouterr().out
    assert "](img/loss.svg)" in printed
    assert (tmp_path / "img" / "loss.svg").read_text(encoding="utf-8").startswith("<?xml")
    assert main(["explain", "x^2 - 2x", "--as", "html"]) == 0
    assert capsys.readouterr().out.startswith("<!DOCTYPE html>")
    assert main(["explain", "x^2 - 2x", "--as", "html", "--fragment"]) == 0
    assert "<html" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--assets", "img"], "--assets is where the pictures of --as markdown and --as latex go"),
        (["--as", "html", "--assets", "img"], "those of a page are in it"),
        (["--as", "latex", "--json"], "--json and --as latex are two forms"),
        (["--fragment"], "--fragment says how a page is written"),
        (["--as", "markdown", "--assets", "/dev/null/x"], "name a folder that can be written"),
    ],
)
def test_options_that_contradict_each_other_are_refused(options, said, capsys):
    assert main(["explain", "x^2", *options]) == 2
    assert said in capsys.readouterr().err


def test_long_losses_are_written_one_term_a_line():
    latex = print_expression(parse("1/(1 + e^x)"), "latex")
    assert "aligned" not in latex
    assert render_latex(minimize(CROSS, check=False)).count(r"\begin{aligned}") >= 2
    assert print_expression(loss_equation(CROSS), "latex").count("aligned") == 0, (
        "one line for who pastes it into a formula"
    )
