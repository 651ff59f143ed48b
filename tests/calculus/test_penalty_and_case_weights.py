"""The printed loss and derivative are those that are minimised, with the penalty and the case weights in them."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule import check_work
from chainrule.algebra.balls import Balls
from chainrule.algebra.evaluate import evaluate
from chainrule.calculus import (
    derivative_check,
    derivative_equation,
    derivative_steps,
    loss_equation,
    loss_steps,
    recheck,
)
from chainrule.calculus.substitution import all_numbers
from chainrule.cli import main
from chainrule.descent.objective import Objective
from chainrule.expression.rewrite import substitute, transform, with_row
from chainrule.expression.tree import Add, Expression, Sum
from chainrule.page import render_page
from chainrule.problem import Problem
from chainrule.problem.schema import problem_from_dict
from chainrule.verdict import minimize

POINTS = [[1, -1, 0], [1, 3, 1], [2, 0, 1]]
LAYERS: dict[str, Any] = {"layers": [1, 1], "activation": ["tanh", "sigmoid"], "weights": {}}


def stated(case: list[Any] | None = None, penalty: str = "0", points: list[Any] = POINTS, **more: Any) -> Problem:
    data: dict[str, Any] = {"points": points, **({} if case is None else {"case_weights": case})}
    weights = {"bias": -1, "w_y": 2}
    return problem_from_dict({"inputs": ["x", "y"], "penalty": penalty, "data": data, "weights": weights, **more})


KINDS = {
    "penalty": stated(penalty="0.1"),
    "case weights": stated([1, 2, "0.5"]),
    "both": stated([1, 2, "0.5"], "0.1"),
    "a case weight of 0": stated([1, 0, 3], "1"),
    "one point": stated([3], "0.1", POINTS[:1]),
    "many points": stated([1, 2, "0.5"] * 7, "0.1", POINTS * 7),
    "absolute": stated([1, 2, "0.5"], "0.1", loss="mae"),
    "cross-entropy": stated([1, 2, "0.5"], "0.1", loss="cross-entropy"),
    "hidden layer": stated([1, 2, "0.5"], "0.1", **LAYERS),
    "hidden layer, one point": stated(None, "0.1", POINTS[:1], **LAYERS),
    "only the bias": stated([1, 2, "0.5"], "0.1", weights={"w_x": 1, "w_y": 2}),
}


def value_at(problem: Problem, node: Expression, theta: list[float]) -> float:
    def written(part: Expression) -> Expression:
        rows = range(1, part.count + 1) if isinstance(part, Sum) else ()
        return Add(tuple(with_row(part.term, "i", str(row)) for row in rows)) if isinstance(part, Sum) else part

    balls, numbers = Balls(), dict(zip(problem.free, theta, strict=True))
    plain = substitute(transform(node, written), all_numbers(problem))
    return float(evaluate(balls, plain, {name: balls.constant(Fraction(x)) for name, x in numbers.items()}).mid())


@pytest.mark.parametrize("kind", KINDS)
def test_the_printed_loss_and_derivative_are_those_that_are_minimised(kind: str) -> None:
    problem = KINDS[kind]
    theta = [0.625 - k / 8 for k in range(len(problem.free))]
    loss, slopes = Objective(problem).slope(np.array(theta))
    assert value_at(problem, loss_equation(problem).right, theta) == pytest.approx(loss, rel=1e-12)
    for name, slope in zip(problem.free, slopes, strict=True):
        assert value_at(problem, derivative_equation(problem, name).right, theta) == pytest.approx(slope, rel=1e-9)
        last = derivative_steps(problem, name)[-1].after
        if problem.network.is_neuron and len(problem.data) <= 12:
            a = dict[str, Expression]()
            steps = derivative_steps(problem, name)
            for row in range(1, len(problem.data) + 1):
                a[f"a_{row}"] = with_row(substitute(steps[1].after, {"z_i": steps[0].after}), "i", str(row))
            assert value_at(problem, substitute(last, a), theta) == pytest.approx(slope, rel=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_every_step_with_a_penalty_or_case_weights_holds_when_worked_out_afresh(kind: str) -> None:
    problem = KINDS[kind]
    derived = [step for name in problem.free for step in derivative_steps(problem, name)]
    for step in [*loss_steps(problem), *derived, derivative_check(problem, problem.free[0])]:
        assert recheck(step).holds, f"{step}: {recheck(step).why}"


def test_the_equation_is_written_as_on_paper() -> None:
    case = KINDS["both"]
    # Σ c = 3.5; the fixed weight w_y = 2 adds 0.1 · 4
    assert str(loss_equation(case)) == (
        "L = ((1/(1 + e^−(w_x − 3)))² + 2(1/(1 + e^−(w_x + 5)) − 1)² + 0.5(1/(1 + e^−(2w_x − 1)) − 1)²)/3.5"
        " + 0.1(w_x² + 4)"
    )
    assert str(derivative_equation(case, "w_x")).endswith("/3.5 + 0.2·w_x")
    many = str(loss_equation(KINDS["many points"]))
    assert many.startswith("L = 1/24.5·Σ_(i=1…21) c_i(1/(1 + ")
    assert many.endswith(" + 0.1(w_x² + 4)")


def test_own_work_is_compared_with_the_loss_that_is_minimised() -> None:
    problem = stated(penalty="0.1", points=[[1, 0, 1]], weights={"bias": 0, "w_y": 0})
    assert check_work(problem, "(1/(1 + e^-w_x) - 1)^2 + 0.1*w_x^2").equal
    left_out = check_work(problem, "(1/(1 + e^-w_x) - 1)^2")
    assert not left_out.equal
    assert left_out.hints == ("the penalty's term is missing: 0.1·w_x²",)
    assert check_work(problem, "(1/(1 + e^-w_x) - 1)^2", row=0).equal, "the point's own loss has no penalty"
    assert check_work(problem, "2(σ(w_x) - 1)*σ(w_x)(1 - σ(w_x)) + 0.2w_x", weight="w_x").equal
    weighted = stated([1, 3], points=[[1, 0, 1], [2, 0, 0]], weights={"bias": 0, "w_y": 0})
    assert check_work(weighted, "((σ(v) - 1)^2 + 3σ(2v)^2)/4").equal
    assert not check_work(weighted, "((σ(v) - 1)^2 + σ(2v)^2)/2").equal


@pytest.mark.parametrize("command", ["equation", "explain", "derive"])
def test_the_terminal_shows_the_penalty_and_the_case_weights(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "p.toml"
    path.write_text(
        'inputs = ["x", "y"]\npenalty = 0.1\n[weights]\nbias = -1\nw_y = 2\n'
        "[data]\npoints = [[1, -1, 0], [1, 3, 1], [2, 0, 1]]\ncase_weights = [1, 2, 0.5]\n"
    )
    assert main([command, str(path)]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "0.1(w_x² + 4)" in shown
    assert "3.5" in shown
    if command == "explain":
        assert "dL/dw_x" in shown
        assert "+ 0.2·w_x" in shown
        assert "the mean over the 3 points, weighted by their case weights, and the penalty" in shown
        assert "case weight" in shown
        assert "penalty: 0.1 · Σ w² over all weights but biases" in shown


def test_the_page_shows_them_in_its_equations() -> None:
    page = render_page(minimize(KINDS["both"]))
    assert "leave out" not in page
    assert "what the equations show" not in page
    assert "weighted by their case weights" in page
    assert "the penalty 0.1 · Σ w² over all weights but biases" in page
