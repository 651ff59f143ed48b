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
from chainrule.prove.space import quest
from chainrule.verdict import minimize, prove

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


CROSSED = Problem.state(["x", "y"], [[0, 0, 0], [2, 1, 1], [-1, 1, 1], [1, 1, 0], [1, 0, 1], [3, 1, 0]])
REPEATED = Problem.state(["x", "y"], [[0, 0, 0], [2, 4, 1], [-1, -2, 1], [1, 2, 0]])  # y is 2x: one weight less
ONE_LEFT = Problem.state(["x", "y"], [[0, 0, 0], [2, 0, 1], [-1, 0, 1], [1, 0, 0], [1, 1, 1]])  # along y it escapes
CORE = "chainrule.prove.space.core"
ON_A_LINE = [
    [2, 0, 0],
    [2, 5, 0],
    [2, 4, 0],
    [5, 2, 0],
    [3, 2, 0],
    [3, 1, 1],
    [5, 5, 1],
    [4, 1, 1],
    [0, 1, 0],
    [3, 4, 1],
]
LEARNING = Problem.state(["x", "y"], ON_A_LINE)  # a bundle, a smaller problem, is asked about on the way


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("chainrule.prove.space.search.find_escape", CROSSED),
        ("chainrule.prove.space.search.independent_columns", CROSSED),
        ("chainrule.prove.space.quest.local_minima", CROSSED),
        (f"{CORE}.search_outside", CROSSED),
        (f"{CORE}._core_search", CROSSED),
        (f"{CORE}.search_outside", ONE_LEFT),
        ("chainrule.prove.space.search.find_escape", REPEATED),
        ("chainrule.prove.space.quest.bundled", LEARNING),
        ("chainrule.prove.space.from_above.find_level", LEARNING),
    ],
)
def test_an_interrupt_over_all_reals_leaves_a_proved_interval(
    target: str, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = minimize(problem, check=False).minimum
    monkeypatch.setattr(target, stop)
    answer = minimize(problem)
    minimum = answer.minimum
    # That all falls along a direction is known by then; only what is left there is not.
    assert minimum.kind == ("not-attained" if problem is ONE_LEFT else "undecided")
    assert (minimum.trust, minimum.domain) == ("proved", None)
    assert "interrupted" in minimum.why or problem is ONE_LEFT
    assert -1e-20 < minimum.value.lower <= whole.value.upper
    assert whole.value.lower <= minimum.value.upper <= Fraction(1, 4) + Fraction(1, 10**9), "no more than at 0"


def test_an_interrupt_in_a_smaller_problem_stops_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """And leaves the best point of the whole problem, which was met before: the loss far out, not that at 0."""
    asked = []

    def second(ridge: Any, *rest: Any, **more: Any) -> Any:
        asked.append(ridge)
        if len(asked) == 1:
            return whole(ridge, *rest, **more)
        raise KeyboardInterrupt

    whole = quest.local_minima
    monkeypatch.setattr(quest, "local_minima", second)
    monkeypatch.setattr(quest.Quest, "begin", classmethod(begin_once))
    minimum = minimize(LEARNING).minimum
    assert len(asked) == 2
    assert (minimum.kind, minimum.trust) == ("undecided", "proved")
    assert minimum.value.upper < Fraction("0.166")


def begin_once(cls: Any, ridge: Ridge, solve: Any, until: float) -> Any:
    """The usual beginning from the minima near 0 alone."""
    near = quest.local_minima(ridge, *(side * 64 / np.sqrt(np.mean(ridge.a**2, axis=0)) for side in (-1, 1)))
    value = float(quest.jet(ridge, near[:1]).value[0])
    return cls(ridge, solve, quest.Together(ridge, quest.find_groups(ridge)), near[0], value, near)


def test_an_interrupt_before_the_first_box_writes_no_checkpoint(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neuron, "local_minima", stop)
    minimize(NEURON, around(NEURON), checkpoint=tmp_path / "state")
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("problem", [NEURON, ASKEW, ONE_LAYER, NETWORK])
def test_descents_and_wells_hear_the_time_limit(problem: Problem) -> None:
    answer = minimize(problem, around(problem), Limits(seconds=0), check=False)
    assert answer.minimum.kind == "undecided"
    assert "time limit" in answer.minimum.why
    assert prove(answer).minimum.trust == "proved", "with time to check it"


def test_no_descent_and_no_well_is_begun_after_the_time_is_up() -> None:
    low = np.full(3, -1.0)
    begun = time.perf_counter()
    search = Search(Ridge.of(NEURON), low, -low, Limits(seconds=0))
    assert search.wells == ()
    assert search.begun >= begun
    assert search.run() == "time"
