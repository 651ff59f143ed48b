"""Softmax networks: the checker follows their proofs, which are about the formula that was searched, written out."""

from fractions import Fraction

import pytest

from chainrule.problem import Problem
from chainrule.prove.boxes.state import Limits
from chainrule.prove.generic import search
from chainrule.verdict import minimize

THREE = [[1, 0], [2, 1], [-1, 1], [-2, 2], [3, 2], [Fraction(1, 2), 0]]
TWO = [[1, 0], [2, 1], [-1, 1]]
PLANE = [[1, 0, 0], [2, 1, 1], [-1, 1, 1], [-2, 1, 2], [3, 2, 2], [1, -1, 0], [1, 1, 1]]


@pytest.mark.parametrize(("points", "kind"), [(TWO, "cross-entropy"), (THREE, "cross-entropy"), (THREE, "mse")])
def test_a_softmax_layer_with_two_free_weights_is_proved(points: list[list[object]], kind: str) -> None:
    classes = max(point[-1] for point in points) + 1  # type: ignore[operator, type-var]
    fixed: dict[str, object] = {"w1[1,x]": "0.5", "b1[1]": 0, "w1[2,x]": 1, "b1[2]": -1}
    weights = {name: number for name, number in fixed.items() if classes == 3 or "[2" not in name}
    problem = Problem.state(["x"], points, weights, layers=[classes], activation="softmax", loss=kind)
    box = dict.fromkeys(problem.free, (Fraction(-3), Fraction(3)))
    minimum = minimize(problem, box).minimum
    assert (minimum.kind, minimum.trust) == ("attained", "proved")


def test_a_softmax_loss_is_not_below_0_even_where_the_search_ends_early() -> None:
    problem = Problem.state(["x", "y"], PLANE, layers=[3], activation="softmax", loss="cross-entropy")
    minimum = minimize(problem, limits=Limits(boxes=100)).minimum
    assert (minimum.kind, minimum.trust) == ("undecided", "proved")
    # the natural bound is 0; what is taken from it is the room that the checker's own arithmetic is left
    assert -1e-11 < minimum.value.lower <= 0 < minimum.value.upper < 0.4


def test_a_box_that_nobody_asked_for_is_not_searched_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "UNASKED_SECONDS", 0.5)
    problem = Problem.state(["x"], [[1, 0], [2, 1], [3, 2]], layers=[3], activation="softmax", loss="cross-entropy")
    minimum = minimize(problem, check=False).minimum
    assert minimum.kind == "undecided"
    assert "the time limit was reached" in minimum.why
    assert 0 <= minimum.value.upper - max(minimum.value.lower, 0) < 1
