"""XOR with two hidden sigmoid units and one output: one, two or three free weights, proved; all nine enclosed."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from chainrule.algebra.arrays import Arrays
from chainrule.formula import loss, weight_values
from chainrule.plot.regions import known_weights
from chainrule.problem import Problem
from chainrule.problem.schema import problem_from_dict
from chainrule.prove.boxes.search import Limits
from chainrule.verdict import minimize

# OR and NOT AND in the hidden layer, AND of both at the output: a net that computes XOR.
WEIGHTS = {
    "w1[0,x]": 6, "w1[0,y]": 6, "b1[0]": -3,
    "w1[1,x]": 6, "w1[1,y]": 6, "b1[1]": -9,
    "w2[0,0]": 10, "w2[0,1]": -10, "b2[0]": -5,
}  # fmt: skip


def xor(*free, activation="sigmoid", loss="mse"):
    weights = {name: "free" if name in free else str(value) for name, value in WEIGHTS.items()}
    points = [["0", "0", "0"], ["0", "1", "1"], ["1", "0", "1"], ["1", "1", "0"]]
    return problem_from_dict(
        {"inputs": ["x", "y"], "layers": [2, 1], "activation": [activation, "sigmoid"], "loss": loss,
         "weights": weights, "data": {"points": points}}
    )  # fmt: skip


def computed(problem, points):
    """The loss at points ``(S, k)``, written over arrays."""
    values = {name: points[:, i, None] for i, name in enumerate(problem.free)}
    return loss(Arrays(), problem, weight_values(Arrays(), problem, values))


@pytest.mark.parametrize("name", ["w1[0,x]", "b1[1]", "b2[0]"])
@pytest.mark.parametrize("kind", ["mse", "cross-entropy"])
def test_one_free_weight_is_settled_on_the_whole_line(name, kind):
    problem = xor(name, loss=kind)
    minimum = minimize(problem).minimum
    assert minimum.trust == "proved"
    assert minimum.kind in ("attained", "not-attained")
    scan = computed(problem, np.linspace(-40, 40, 4001)[:, None])
    assert float(minimum.value.lower) <= scan.min() + 1e-15  # which is rounded
    if minimum.kind == "attained":
        assert scan.min() - float(minimum.value.upper) < 1e-4
        assert abs(np.linspace(-40, 40, 4001)[scan.argmin()] - float(minimum.at[name].middle)) < 0.03


@pytest.mark.parametrize(
    "free",
    [("w1[0,x]", "w1[1,x]"), ("w2[0,0]", "w2[0,1]"), ("w2[0,0]", "w2[0,1]", "b2[0]"), ("w1[0,x]", "w1[0,y]", "b1[0]")],
)
def test_two_and_three_free_weights_are_proved_in_a_box(free):
    problem = xor(*free)
    answer = minimize(problem, limits=Limits(seconds=60))
    minimum = answer.minimum
    assert (minimum.kind, minimum.trust) == ("attained", "proved")
    assert minimum.value.width < Fraction(2, 10**6)
    scan = computed(problem, np.random.default_rng(1).uniform(-10, 10, (20_000, len(free))))
    assert float(minimum.value.lower) <= scan.min() + 1e-15  # which is rounded
    place = np.array([[float(minimum.at[name].middle) for name in free]])
    assert float(computed(problem, place)[0]) <= float(minimum.value.upper) + 1e-9


@pytest.mark.parametrize("activation", ["tanh", "relu", "softplus"])
def test_other_activations_are_proved_by_the_same_method(activation):
    problem = xor("b1[0]", activation=activation)
    minimum = minimize(problem, {"b1[0]": (Fraction(-10), Fraction(10))}).minimum
    assert minimum.trust == "proved"
    scan = computed(problem, np.linspace(-10, 10, 2001)[:, None])
    assert float(minimum.value.lower) - 1e-15 <= scan.min() <= float(minimum.value.upper) + 1e-4


def test_all_nine_weights_are_proved():
    """σ's loss is least where all four |z| at the output are equal: f* = σ(−5D)², with D the most that one hidden unit can
    separate the two classes, max over b of σ(b + 10) − 2σ(b) + σ(b − 10)."""
    minimum = minimize(xor(*WEIGHTS)).minimum
    assert (minimum.kind, minimum.trust) == ("attained", "proved")
    sigmoid = Arrays().sigmoid
    b = np.linspace(-6, -5, 100_001)
    most = (sigmoid(b + 10) - 2 * sigmoid(b) + sigmoid(b - 10)).max()
    assert float(minimum.value.lower) <= sigmoid(-5 * most) ** 2 <= float(minimum.value.upper)
    assert minimum.value.width < Fraction(1, 10**10)


@pytest.mark.slow
def test_where_a_gap_is_left_all_nine_weights_give_an_honest_interval():
    problem = xor(*WEIGHTS)
    minimum = minimize(problem, dict.fromkeys(problem.free, (Fraction(-3), Fraction(3))), Limits(boxes=500)).minimum
    assert (minimum.kind, minimum.trust) == ("undecided", "proved")
    assert 0.09 < minimum.value.lower <= Fraction("0.10304408990859")  # the loss that 97 descents end at, at best
    assert "limit on boxes" in minimum.why


def test_the_answer_names_a_point_that_has_the_lowest_value_and_pictures_show_that_network():
    """Several networks are equally good, and the middle between them is none of them."""
    answer = minimize(xor(*WEIGHTS), check=False)
    best = np.array([[float(answer.best[name]) for name in WEIGHTS]])
    value = answer.minimum.value
    assert float(value.lower) <= float(computed(xor(*WEIGHTS), best)[0]) <= float(value.upper)
    assert known_weights(answer) == {name: float(answer.best[name]) for name in WEIGHTS}
    assert "reached near w1[0,x] ≈ " in answer.minimum.why


def test_nine_weights_that_reach_the_least_that_the_formula_can_be_need_no_search():
    problem = Problem.state(
        ["x", "y"], [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]], layers=[2, 1], activation=["tanh", "sigmoid"]
    )
    minimum = minimize(problem).minimum
    assert (minimum.kind, minimum.trust) == ("attained", "proved")
    assert -Fraction(1, 10**10) < minimum.value.lower <= 0 < minimum.value.upper < Fraction(1, 10**6)
    assert "one box settles it" in minimum.why
