"""Ctrl-C or the end of the time before the first box: an honest answer, no wider than what is known at once."""

import time
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import chainrule.prove.boxes.ground as neuron
import chainrule.prove.generic.ground as formula
from chainrule.problem import Problem
from chainrule.prove.boxes.search import Search
from chainrule.prove.boxes.state import Limits
from chainrule.prove.neuron.ridge import Ridge
from chainrule.verdict import minimize

XOR = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
NEURON = Problem.state(["x", "y"], [[0, 0, 0], [2, 1, 1], [-1, 1, 1], [1, 1, 0]])
# far from their means, and nearly the same: such columns are searched in other coordinates
ASKEW = Problem.state(["x", "y"], [[100, 101, 0], [101, 103, 1], [102, 103, 1], [103, 105, 0]])
NETWORK = Problem.state(["x", "y"], XOR, layers=[2, 1], activation=["tanh", "sigmoid"])
ONE_LAYER = Problem.state(["x"], [[1, 0], [2, 1], [-1, 1]], {"bias": "free"}, activation="tanh")


def stop(*_: Any, **__: Any) -> Any:
    raise KeyboardInterrupt


def around(problem: Problem, size: int = 1) -> dict[str, tuple[Fraction, Fraction]]:
    return dict.fromkeys(problem.free, (Fraction(-size), Fraction(size)))


@pytest.mark.parametrize(
    ("module", "name", "problem"),
    [
        (neuron, "local_minima", NEURON),
        (neuron, "find_well", NEURON),
        ("chainrule.prove.space.search", "local_minima", ASKEW),
        (formula, "descend", NETWORK),
        (formula, "descend", ONE_LAYER),
        (formula, "well_around", ONE_LAYER),
    ],
)
def test_an_interrupt_before_the_first_box_leaves_a_proved_interval(
    module: Any, name: str, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = f"{module if isinstance(module, str) else module.__name__}.{name}"
    whole = minimize(problem, around(problem), Limits(boxes=200), check=False).minimum
    monkeypatch.setattr(target, stop)
    minimum = minimize(problem, around(problem)).minimum
    assert (minimum.kind, minimum.trust) == ("undecided", "proved")
    assert "interrupted" in minimum.why
    assert -1e-11 < minimum.value.lower <= whole.value.upper
    assert whole.value.lower <= minimum.value.upper < 2, "no more than the loss at 0"


def test_an_interrupt_before_the_first_box_writes_no_checkpoint(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neuron, "local_minima", stop)
    minimize(NEURON, around(NEURON), checkpoint=tmp_path / "state")
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("problem", [NEURON, ASKEW, ONE_LAYER, NETWORK])
def test_descents_and_wells_hear_the_time_limit(problem: Problem) -> None:
    minimum = minimize(problem, around(problem), Limits(seconds=0)).minimum
    assert (minimum.kind, minimum.trust) == ("undecided", "proved")
    assert "time limit" in minimum.why


def test_no_descent_and_no_well_is_begun_after_the_time_is_up() -> None:
    low = np.full(3, -1.0)
    begun = time.perf_counter()
    search = Search(Ridge.of(NEURON), low, -low, Limits(seconds=0))
    assert search.wells == ()
    assert search.begun >= begun
    assert search.run() == "time"
