"""Pictures of several free weights show what the answer says: artists are compared with values, not with pixels."""

from fractions import Fraction

import numpy as np
import pytest

from chainrule.errors import ProblemError
from chainrule.plot import plot_landscape, plot_search, plot_slices, plot_surface
from chainrule.plot.values import values_at
from chainrule.problem import Problem
from chainrule.prove.boxes.search import Limits, Search
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.search import search

# Two classes that overlap, so that a minimum exists: no direction helps all points.
POINTS = [(-1, 0, 0), (0.5, 1, 0), (-0.3, -1, 1), (1, -0.2, 1), (2, 1, 1), (-2, 0.4, 0), (0.2, 0.1, 0), (0, 0.3, 1)]
CROSS = [(-1, 1, 0), (1, -1, 0), (3, 1, 1), (1, 3, 1)]
BOX = {"w_x": (Fraction(-4), Fraction(4)), "w_y": (Fraction(-4), Fraction(4))}


@pytest.fixture(scope="module")
def attained():
    return search(Problem.state(["x", "y"], POINTS, {"bias": "0.1"}), BOX)


@pytest.fixture(scope="module")
def three():
    return search(Problem.state(["x", "y"], POINTS), {**BOX, "bias": (Fraction(-4), Fraction(4))})


def test_the_marked_minimum_is_the_answers_and_lies_on_the_lowest_contour(attained):
    drawn = plot_surface(attained)
    (x,), (y,) = drawn.minimum.get_data()
    assert (x, y) == tuple(float(v) for v in attained.best.values())
    value = values_at(attained.problem, {"w_x": np.array([x]), "w_y": np.array([y])})[0]
    assert value == pytest.approx(float(attained.minimum.value.middle), abs=1e-9)
    assert drawn.contours.levels[0] == pytest.approx(value, abs=1e-3)


def test_the_boxes_drawn_are_the_leaves_of_the_proof_and_fill_the_domain(attained):
    drawn = plot_surface(attained)
    counts = attained.certificate["proof"]["tree"].tree.counts()
    assert {name: len(c.get_paths()) for name, c in drawn.boxes.items()} == counts
    area = sum(np.prod(p.get_extents().size) for c in drawn.boxes.values() for p in c.get_paths())
    flat = sum(np.prod(p.get_extents().size) == 0 for c in drawn.boxes.values() for p in c.get_paths())
    # Boxes shrunk to a face leave no area of their own; all others fill 8 × 8.
    assert area == pytest.approx(64) if not flat else area <= 64 + 1e-9
    labels = [text.get_text() for text in drawn.legend.get_texts()]
    assert any(label.startswith("a plane below the loss: ") for label in labels)


def test_without_a_minimum_an_arrow_points_along_the_escape():
    answer = search(Problem.state(["x", "y"], CROSS, {"bias": -1}))
    drawn = plot_surface(answer)
    assert drawn.minimum is None
    tip, tail = np.array(drawn.escape.xy), np.array(drawn.escape.get_position())
    step = tip - tail
    assert step[0] == pytest.approx(step[1], rel=1e-6)  # the direction is (1, 1)
    assert step[0] > 0
    assert "No minimum" in drawn.title[0].get_text()


def test_three_free_weights_need_two_of_them_named(three):
    with pytest.raises(ProblemError, match="needs two free weights; found w_x, w_y, bias"):
        plot_surface(three)
    with pytest.raises(ProblemError, match="found w_x, w_x"):
        plot_surface(three, names=("w_x", "w_x"))
    drawn = plot_surface(three, names=("w_x", "bias"))
    assert drawn.boxes == {}
    assert "other weights as at the minimum" in drawn.title[1].get_text()


def test_the_landscape_stands_over_the_same_grid(attained):
    ax, surface = plot_landscape(attained)
    assert ax.get_zlabel() == "loss"
    assert len(surface.get_facecolor()) > 100


def test_every_slice_goes_through_the_minimum(three):
    figure = plot_slices(three)
    value = float(three.minimum.value.middle)
    for ax, name in zip(figure.axes, three.problem.free, strict=True):
        curve, mark = ax.lines
        assert mark.get_xdata()[0] == float(three.best[name])
        assert mark.get_ydata()[0] == pytest.approx(value, abs=1e-9)
        assert curve.get_ydata().min() >= value - 1e-9


def test_the_descent_rises_from_below_to_the_best_point(three):
    ridge = Ridge.of(three.problem)
    searching = Search(ridge, np.full(3, -10.0), np.full(3, 10.0), Limits())
    searched = searching.result(searching.run())
    drawn = plot_search(searched)
    bound, best = drawn.bound.get_ydata(), drawn.incumbent.get_ydata()
    assert (bound <= best).all()
    assert best[-1] - bound[-1] <= 1e-6
    assert list(drawn.bound.get_xdata()) == [step[0] for step in searched.history]
    assert plot_search(searched, over="seconds").ax.get_xlabel() == "milliseconds"


def test_pictures_go_on_axes_that_are_given(attained):
    from matplotlib.figure import Figure

    ax = Figure().add_subplot()
    assert plot_surface(attained, ax=ax).ax is ax
