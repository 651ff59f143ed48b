"""What a network answers is drawn where it answers it, and its curve without limits is drawn as well."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import chainrule
from chainrule.plot.loss import plot_loss
from chainrule.plot.plane import plot_plane
from chainrule.plot.regions import known_weights, output_grid
from chainrule.plot.window import interesting_range
from chainrule.problem import Problem

XOR = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
# hidden unit 0 is on above x + y = ½, unit 1 above x + y = 8/5; the output wants the first and not the second
SOLVED = {
    "w1[0,x]": 6,
    "w1[0,y]": 6,
    "b1[0]": -3,
    "w1[1,x]": 5,
    "w1[1,y]": 5,
    "b1[1]": -8,
    "w2[0,0]": 8,
    "w2[0,1]": -9,
    "b2[0]": -4,
}
NET = Problem.state(["x", "y"], XOR, SOLVED, layers=[2, 1])


def test_the_grid_holds_the_outputs_of_the_network():
    weights = known_weights(NET)
    x, y = (np.array([[float(point[k]) for point in XOR]]) for k in (0, 1))
    (found,) = output_grid(NET, weights, x, y)
    # by hand for (0, 0): 8σ(−3) − 9σ(−8) − 4 = 0.379407 − 0.003018 − 4
    assert found[0, 0] == pytest.approx(1 / (1 + np.exp(4 - 8 / (1 + np.exp(3)) + 9 / (1 + np.exp(8)))), rel=1e-12)
    assert list(found[0] > 0.5) == [False, True, True, False]


def test_the_regions_of_a_hidden_layer_are_drawn_and_said_to_be_computed():
    drawn = plot_plane(NET)
    assert drawn.line is None
    assert drawn.title[1].get_text() == "computed · shaded where the output is above ½"


def test_free_weights_without_a_minimum_draw_the_points_alone():
    drawn = plot_plane(NET.release("w2[0,1]"))
    assert "shaded" not in drawn.title[1].get_text()


def test_three_classes_have_three_markers():
    problem = Problem.state(["x", "y"], [[0, 0, 0], [1, 0, 1], [0, 1, 2]], layers=[3], activation="softmax")
    problem = problem.fix(**{name: Fraction(k % 3) for k, name in enumerate(problem.free)})
    drawn = plot_plane(problem)
    assert len(drawn.points) == 3
    assert drawn.title[1].get_text() == "computed · shaded by the class of the largest output"


def test_the_curve_of_a_network_is_drawn_around_its_proved_minimum():
    problem = NET.release("w2[0,1]")
    answer = chainrule.minimize(problem, {"w2[0,1]": (Fraction(-20), Fraction(20))})
    assert answer.minimum.kind == "attained"
    left, right = interesting_range(answer)
    assert -20 <= left < float(answer.minimum.at["w2[0,1]"].middle) < right <= 20
    drawn = plot_loss(answer)
    assert "over w2[0,1] from −20 to 20" in drawn.title[1].get_text()
    plot_plane(answer)
    plot_plane(replace(answer, minimum=replace(answer.minimum, at=None, kind="undecided")))
