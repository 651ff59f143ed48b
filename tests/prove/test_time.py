"""The time holds for the whole of a call: wherever it is up, what is known by then is told, and nothing more is begun.

A clock that goes a step at each look makes every loop the one in which the time is up, on any machine alike.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import chainrule_fast
from chainrule import verdict
from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem
from chainrule.problem.schema import problem_from_dict
from chainrule.prove import clock
from chainrule.prove.boxes.state import Limits
from chainrule.prove.certificate import certificate_compact
from chainrule.prove.clock import TimeUp
from chainrule.prove.result import Interval
from chainrule.prove.space import outside
from chainrule.verdict import minimize, prove
from chainrule_fast import clock as their

CROSSED = Problem.state(["x", "y"], [[0, 0, 0], [2, 1, 1], [-1, 1, 1], [1, 1, 0], [1, 0, 1], [3, 1, 0]])
XOR = Problem.state(
    ["x", "y"], [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]], layers=[2, 1], activation=["tanh", "sigmoid"]
)
LINE = Problem.state(["x"], [[1, 0], [2, 1], [-1, 1]], {"bias": 1}, activation="tanh")
TYPED = TypedProblem.read("(x y - 1)^2 + x^2 + sigmoid(x - y)")


def many_features(count: int = 30) -> Problem:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, count))
    y = x[:, 0] + rng.normal(size=60) > 0
    points = [[f"{value:.3f}" for value in row] + [str(int(label))] for row, label in zip(x, y, strict=True)]
    names = [f"x{j + 1}" for j in range(count)]
    return problem_from_dict({"schema": 1, "inputs": names, "penalty": "0.01", "data": {"points": points}})


def box(problem: Problem | TypedProblem, size: int = 2) -> dict[str, tuple[Fraction, Fraction]]:
    return dict.fromkeys(problem.free, (Fraction(-size), Fraction(size)))


CASES = {"all reals": (CROSSED, None), "parts": (XOR, box(XOR)), "line": (LINE, None), "formula": (TYPED, box(TYPED))}


@cache
def known(name: str) -> Interval:
    """Where the infimum lies, asked without a limit on time."""
    problem, ends = CASES[name]
    return minimize(problem, ends, Limits(gap=1e-2, boxes=400), check=False).minimum.value


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The looks at the prover's clock, each of which takes a second."""
    looks: list[int] = []

    def perf_counter() -> float:
        looks.append(1)
        return float(len(looks))

    monkeypatch.setattr(clock, "time", SimpleNamespace(perf_counter=perf_counter))
    return looks


@pytest.mark.parametrize("seconds", [0, 1, 3, 8, 21, 55])
@pytest.mark.parametrize("name", CASES)
def test_wherever_the_time_is_up_an_honest_interval_is_left(name: str, seconds: int, steps: list[int]) -> None:
    (problem, ends), whole = CASES[name], known(name)
    steps.clear()
    answer = minimize(problem, ends, Limits(gap=1e-2, boxes=400, seconds=seconds), check=False)
    assert answer.minimum.value.lower <= whole.upper
    assert answer.minimum.value.upper >= whole.lower
    assert answer.minimum.kind != "undecided" or any(word in answer.minimum.why for word in ("time", "boxes", "limit"))
    assert len(steps) < seconds + 80, "and every loop hears it: few more looks are taken than the time had"


def test_thirty_features_with_a_penalty_hear_the_time_in_their_cones(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    bound = outside.cell_bound

    def counted(*arguments: Any) -> Any:
        asked.append(1)
        return bound(*arguments)

    monkeypatch.setattr(outside, "cell_bound", counted)
    minimum = minimize(many_features(), None, Limits(seconds=0), check=False).minimum
    assert asked == []
    assert minimum.kind == "undecided"
    assert "time limit" in minimum.why


def test_a_check_that_is_out_of_time_is_left_and_says_nothing() -> None:
    for problem, ends in (
        (CROSSED, None),
        (CROSSED, box(CROSSED)),
        (TYPED, box(TYPED)),
        (TypedProblem.read("x^2"), None),
    ):
        text = certificate_compact(minimize(problem, ends, Limits(gap=1e-2), check=False).certificate)
        with pytest.raises(chainrule_fast.OutOfTime):
            chainrule_fast.check(text, seconds=0)
        assert chainrule_fast.check(text).kind == "attained", "and the next one has all the time there is"


def test_the_check_looks_at_the_clock_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Left after so many looks, whatever the proof: by pieces, by boxes, of a neuron or a formula."""
    for problem, ends in (
        (CROSSED, None),
        (CROSSED, box(CROSSED)),
        (TYPED, box(TYPED)),
        (TypedProblem.read("x^4 - x"), None),
    ):
        text = certificate_compact(minimize(problem, ends, Limits(gap=1e-2), check=False).certificate)
        looks: list[int] = []

        def perf_counter(looks: list[int] = looks) -> float:
            looks.append(1)
            return float(len(looks))

        with monkeypatch.context() as patch:
            patch.setattr(their, "time", SimpleNamespace(perf_counter=perf_counter))
            with pytest.raises(chainrule_fast.OutOfTime):
                chainrule_fast.check(text, seconds=12)
        assert len(looks) == 13


def test_what_could_not_be_checked_in_time_is_enclosed_and_says_how_to_check_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = minimize(CROSSED, box(CROSSED), check=False)
    with pytest.raises(TimeUp):
        prove(answer, until=0.0)
    monkeypatch.setattr(verdict, "_until_checked", lambda limits: 0.0)
    found = minimize(CROSSED, box(CROSSED))
    assert found.minimum.trust == "enclosed"
    assert found.reasons[-1].startswith("The certificate has not been checked, because the time was up")
    assert "chainrule check FILE" in found.reasons[-1]
