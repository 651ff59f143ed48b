"""The network drawn: what stands on edges and units is what the problem and backpropagation say, and no label covers another."""

import itertools

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Circle

from chainrule.calculus import backpropagate
from chainrule.plot import network_size, plot_network
from chainrule.plot.network import MOST_LABELS, MOST_NODES, best_share, describe, number
from chainrule.problem import Problem
from tests.page.problems import CLASSES, EIGHT, NETWORKS, NO_BIAS, XOR
from tests.problems import BY_NAME

DRAWN = {**NETWORKS, "neuron": BY_NAME["cross"].problem}


def both(problem):
    """The drawing alone, and with the numbers of the first point."""
    values = dict.fromkeys(problem.free, 0.7)
    yield plot_network(problem)
    yield plot_network(problem, backpropagate(problem, 0, values), values)


@pytest.mark.parametrize("name", DRAWN)
def test_every_weight_has_an_edge_and_the_free_ones_are_thick(name):
    problem = DRAWN[name]
    for drawn in both(problem):
        assert set(drawn.edges) == set(drawn.labels) == set(problem.network.weight_names)
        widths = {weight: line.get_linewidth() for weight, line in drawn.edges.items()}
        assert {weight for weight, width in widths.items() if width > 2} == set(problem.free)


@pytest.mark.parametrize("name", DRAWN)
def test_no_two_texts_touch(name):
    for drawn in both(DRAWN[name]):
        figure = drawn.ax.figure
        renderer = FigureCanvasAgg(figure).get_renderer()
        figure.draw_without_rendering()
        boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in drawn.ax.texts if text.get_text()]
        inside = figure.bbox.padded(1)
        for words, box in boxes:
            assert inside.x0 <= box.x0 <= box.x1 <= inside.x1, words
            assert inside.y0 <= box.y0 <= box.y1 <= inside.y1, words
        overlaps = [(a, b) for (a, one), (b, other) in itertools.combinations(boxes, 2) if one.overlaps(other)]
        assert overlaps == []


def test_each_unit_shows_its_activation():
    symbols = {place: text.get_text() for place, text in plot_network(XOR).units.items()}
    assert symbols == {(0, 0): "tanh", (0, 1): "tanh", (1, 0): "σ"}
    assert {text.get_text() for text in plot_network(CLASSES).units.values()} == {"softmax"}
    assert plot_network(EIGHT).units[1, 0].get_text() == "a = z"


@pytest.mark.parametrize("problem", [XOR, CLASSES, EIGHT, NO_BIAS], ids=lambda problem: problem.title)
def test_the_numbers_at_each_unit_are_those_of_backpropagation(problem):
    values = dict.fromkeys(problem.free, -0.3)
    found = backpropagate(problem, 1, values)
    drawn = plot_network(problem, found, values)
    assert set(drawn.numbers) == {(unit.layer, unit.unit) for unit in found.units}
    for unit in found.units:
        up, down = (text.get_text() for text in drawn.numbers[unit.layer, unit.unit])
        z, a = (problem.network.part_name(letter, unit.layer, unit.unit) for letter in "za")
        assert up == f"{z} = {number(unit.z)}\n{a} = {number(unit.a)}"
        arriving = "" if unit.arriving is None else f"∂L/∂a = {number(unit.arriving)}\n"
        assert down == f"{arriving}∂L/∂z = {number(unit.message)}"
    for weight in problem.free:
        assert drawn.labels[weight].get_text() == f"{weight} = −0.3\n∂L/∂w = {number(found.gradient[weight])}"


def test_a_free_weight_without_a_value_says_free():
    assert plot_network(XOR).labels["w1[0,x]"].get_text() == "w1[0,x] free"
    assert plot_network(XOR, values={"w1[0,x]": 1.5}).labels["w1[0,x]"].get_text() == "w1[0,x] = 1.5"


def test_of_a_large_network_only_the_free_weights_are_named_and_the_rest_is_counted():
    points = [[k, k % 3, k % 2, k % 5, 1, 0, k % 2] for k in range(4)]
    names = ["a", "b", "c", "d", "f", "g"]
    problem = Problem.state(names, points, layers=[12, 1])
    problem = problem.fix(**{name: 1 for name in problem.free if name != "w1[3,d]"})
    drawn = plot_network(problem)
    assert MOST_NODES * len(names) > MOST_LABELS
    assert [name for name in drawn.labels if name.startswith("w1")] == ["w1[3,d]"]
    assert "+ 4 more" in {text.get_text() for text in drawn.ax.texts}
    width, height = network_size(problem)
    assert 0 < width < 15
    assert 0 < height < 15


def test_labels_stand_where_the_edges_are_furthest_apart():
    # Two to two: at the share t the four edges are at 0, t, 1 − t and 1, so t = 1/3 parts them by 1/3 each.
    share, apart = best_share(2, 2, (0.1, 0.9))
    assert min(abs(share - 1 / 3), abs(share - 2 / 3)) < 0.02
    assert apart == pytest.approx(1 / 3, abs=0.02)
    assert best_share(1, 8, (0.3, 0.8))[0] == pytest.approx(0.8)


def test_the_description_names_every_layer():
    assert describe(XOR) == "Inputs x, y feed 2 tanh units, then 1 sigmoid unit; free: w1[0,x]."
    assert "without a bias" in describe(NO_BIAS)
    assert describe(BY_NAME["cross"].problem) == "Inputs x, y and a constant 1 feed one sigmoid neuron; free: w_x."


def test_long_names_of_inputs_are_whole_and_edges_begin_at_their_circles():
    names = ["petal_length_in_centimetres_of_flowers", "x", "Niederschlagsmengenmessung"]
    problem = Problem.state(names, [[1, -1, 2, 0], [1, 3, 0, 1]], {"bias": -1})
    drawn = plot_network(problem)
    texts = [text.get_text() for text in drawn.ax.texts]
    assert {text.replace("\n", "") for text in texts} >= set(names)
    assert all(len(line) <= 14 for text in texts if text.replace("\n", "") in names for line in text.split("\n"))
    circles = {patch.center: patch.radius for patch in drawn.ax.patches if isinstance(patch, Circle)}
    for name, (center, radius) in zip(names, sorted(circles.items(), key=lambda item: item[0][1]), strict=True):
        (x, *_), (y, *_) = drawn.edges[f"w_{name}"].get_data()
        assert abs(np.hypot(x - center[0], y - center[1]) - radius) < 1.0
