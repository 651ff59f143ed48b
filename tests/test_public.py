"""What a user of the library meets first: names that say what they are, and types that a checker follows."""

import subprocess
import sys

import pytest

import chainrule

CODE = """
import chainrule
from chainrule import Answer, Problem

problem: Problem = chainrule.Problem.state(inputs=["x", "y"], points=[[1, -1, 0], [1, 3, 1]], weights={"w_y": 1, "bias": -1})
answer: Answer = chainrule.minimize(problem)
kind: str = answer.minimum.kind
place = answer.minimum.at
if place is not None:
    low: float = float(place["w_x"].lower)
paths = [chainrule.descend(problem, method) for method in ("gd", "newton")]
chainrule.save_figure(chainrule.plot_report(answer), "picture.svg")
page: str = chainrule.render_page(answer)
text: str = chainrule.print_expression(chainrule.derivative_equation(problem, "w_x"), "latex")
chainrule.minimize("no problem")
"""


@pytest.fixture(scope="module")
def met():
    problem = chainrule.Problem.state(["x", "y"], [[1, -1, 0], [1, 3, 1]], {"w_y": 1, "bias": -1}, "pair")
    answer = chainrule.minimize(problem)
    steps = chainrule.derivative_steps(problem, "w_x")
    return {
        "Problem": problem,
        "DataSet": problem.data,
        "Answer": answer,
        "Minimum": answer.minimum,
        "Stationary": answer.stationary[0],
        "Interval": answer.minimum.value,
        "Steps": steps,
        "Step": steps[0],
        "Equation": steps[0].equation,
        "Path": chainrule.descend(problem),
        "Backpropagation": chainrule.backpropagate(problem, 0, {"w_x": 1}),
        "Comparison": chainrule.check_work(problem, "0", "w_x"),
    }


REPRS = {
    "Problem": "<Problem: pair (2 points; mse; free: w_x; fixed: w_y = 1, bias = −1)>",
    "DataSet": "<DataSet: 2 points with 2 inputs>",
    "Interval": "<Interval: 0.0142093366186…>",
    "Stationary": "<Stationary: minimum at w_x = 0, value 0.0142093366186…>",
    "Minimum": "<Minimum: attained (proved · kernel): the loss has its global minimum 0.0142093366186… at w_x = 0",
}


def test_a_repr_is_one_line_that_says_what_it_is(met):
    for name, value in met.items():
        shown = repr(value)
        assert shown.startswith(f"<{name}: "), shown
        assert len(shown) < 200, shown
        assert "\n" not in shown
    for name, said in REPRS.items():
        assert repr(met[name]).startswith(said)


def test_a_type_checker_follows_the_examples_and_finds_the_mistake(tmp_path, repository):
    """Strictly, and with the package's own types: the one wrong line is the only one that is named."""
    (tmp_path / "used.py").write_text(CODE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--follow-imports", "silent", "used.py"],
        cwd=tmp_path,
        env={"MYPYPATH": str(repository / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    errors = [line for line in done.stdout.splitlines() if line.startswith("used.py") and "error" in line]
    assert len(errors) == 1, done.stdout
    assert f"used.py:{len(CODE.splitlines())}" in errors[0]
    assert 'Argument 1 to "minimize"' in errors[0]
