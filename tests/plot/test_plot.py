"""The pictures say what the answer says, and nothing overlaps."""

import subprocess
import sys
from itertools import combinations, pairwise

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from chainrule.errors import FileError, ProblemError
from chainrule.plot import LIGHT, headline, pieces_of, plot_cover, plot_loss, plot_plane, plot_report, save_figure
from chainrule.plot.plane import boundary_of
from chainrule.plot.values import values_at
from chainrule.plot.window import interesting_range, sample_curve
from chainrule.problem import Problem
from tests.problems import WALK_THROUGH


@pytest.fixture(params=[known.name for known in WALK_THROUGH])
def answer(request, answers):
    return answers(request.param)


def visible_boxes(figure):
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw_without_rendering()
    found = {id(t): t for t in figure.findobj(Text)}.values()  # a legend's texts are found twice
    texts = [t for t in found if t.get_visible() and t.get_text().strip()]
    return {(t.get_text(), i): t.get_window_extent(renderer) for i, t in enumerate(texts)}


def test_no_two_texts_of_a_report_overlap(answer):
    figure = plot_report(answer)
    boxes = visible_boxes(figure)
    # Ticks outside the drawn range are texts too, but are not drawn.
    inside = {
        key: box for key, box in boxes.items() if box.width > 0 and figure.bbox.contains(*box.get_points().mean(0))
    }
    overlapping = [(a[0], b[0]) for a, b in combinations(inside, 2) if inside[a].overlaps(inside[b])]
    drawn = [pair for pair in overlapping if not any(is_number(text) for text in pair)]
    assert drawn == []


def is_number(text):
    return text.replace("−", "").replace(".", "").isdigit()


def test_the_verdict_and_its_trust_are_written_on_the_curve(answer):
    artists = plot_loss(answer)
    assert artists.title[0].get_text() == headline(answer)
    assert answer.minimum.trust in artists.title[1].get_text()


def test_every_stationary_point_lies_in_the_range_and_on_the_curve(answer):
    left, right = interesting_range(answer)
    artists = plot_loss(answer)
    places, values = artists.curve.get_data()
    for point, mark in zip(answer.stationary, artists.points, strict=True):
        middle = float(point.at["w_x"].middle)
        assert left < middle < right
        assert mark.get_xdata()[0] == pytest.approx(middle)
        assert values[np.argmin(np.abs(places - middle))] == pytest.approx(float(point.value.middle), rel=1e-9)


def test_at_both_ends_of_the_range_the_loss_is_near_its_limits(answer):
    left, right = interesting_range(answer)
    ends = values_at(answer.problem, {"w_x": np.array([left, right])})
    low, high = (float(limit.middle) for limit in answer.limits["w_x"])
    assert ends == pytest.approx([low, high], abs=0.05)


def test_the_limits_are_drawn_at_their_heights(answer):
    artists = plot_loss(answer)
    assert [line.get_ydata()[0] for line in artists.limits] == [float(limit.middle) for limit in answer.limits["w_x"]]


def test_a_missing_minimum_has_an_arrow_and_no_mark(answers):
    artists = plot_loss(answers("first-try"))
    assert artists.escape is not None
    assert artists.points == ()
    assert plot_loss(answers("cross")).escape is None


def test_the_drawn_line_is_where_the_output_is_one_half(answers):
    # cross at its minimum: 1.0532 x + y − 1 = 0
    artists = plot_plane(answers("cross"))
    x, y = artists.line.get_data()
    assert 1.05319998952 * np.asarray(x) + np.asarray(y) - 1 == pytest.approx(0, abs=1e-9)


def test_the_line_of_an_escaping_weight_tends_to_the_axis(answers):
    # w_x → ∞ in w_x x + y − 1 = 0: divided by w_x, the line tends to x = 0.
    border = boundary_of(answers("first-try"))
    assert border.is_limit
    assert border.normal.tolist() == [1, 0]
    assert plot_plane(answers("first-try")).line.get_xdata() == pytest.approx([0, 0])


def test_labels_differ_by_marker_and_not_only_by_color(answers):
    artists = plot_plane(answers("cross"))
    first, second = (points.get_paths()[0].vertices for points in artists.points)
    assert first.shape != second.shape or not np.allclose(first, second)


def test_a_plot_draws_into_the_axes_it_is_given(answers):
    ax = Figure().add_subplot()
    assert plot_loss(answers("pair"), ax).ax is ax
    assert plot_plane(answers("pair"), ax).ax is ax


def test_the_pieces_cover_the_line_without_a_gap(answer):
    pieces = pieces_of(answer)
    assert pieces[0].lower == -np.inf
    assert pieces[-1].upper == np.inf
    assert all(a.upper == b.lower for a, b in pairwise(pieces))
    assert len(plot_cover(answer)) >= 2


def test_one_input_is_a_number_line_and_three_say_what_is_left_out():
    line = Problem.state(["x"], [[1, 0], [2, 1], [2, 1]], {"bias": 0})
    assert plot_plane(line).ax.get_yticks().size == 0
    three = Problem.state(["x", "y", "z"], [[1, 2, 3, 0], [2, 1, 0, 1]])
    assert "of 3 inputs" in plot_plane(three).title[1].get_text()


def test_a_dollar_sign_in_a_title_is_a_dollar_sign():
    problem = Problem.state(["x", "y"], [[1, 2, 0]], title="$\\frac{")
    save = plot_plane(problem).ax.get_figure()
    save.draw_without_rendering()  # raises where it is read as mathematics


def test_several_free_weights_have_no_curve(answers):
    from dataclasses import replace

    answer = answers("cross")
    with pytest.raises(ProblemError, match="needs one free weight; found 2: w_x, w_y; fix the others"):
        plot_loss(replace(answer, problem=answer.problem.release("w_y")))


def test_many_rows_are_drawn_in_bounded_memory():
    # 50,000 rows and 3 candidates: blocks of 40 candidates of 50,000 rows each.
    rng = np.random.default_rng(1)
    from chainrule.problem import Column, DataSet, Network

    data = DataSet((Column.of(rng.normal(size=50_000)),), Column.of(rng.integers(0, 2, 50_000)))
    problem = Problem(Network(("x",)), data, {"bias": 0})
    values = values_at(problem, {"w_x": np.linspace(-1, 1, 50)})
    alone = values_at(problem, {"w_x": np.array([1.0])})
    assert values[-1] == pytest.approx(alone[0])


def test_the_curve_has_no_visible_corner(answer):
    places, values = sample_curve(answer, *interesting_range(answer))
    x, y = (places - places[0]) / np.ptp(places), values / np.ptp(values)
    turn = np.abs(np.diff(np.arctan2(np.diff(y), np.diff(x))))
    assert turn.max() < 0.12


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_a_figure_saves_in_each_form_and_twice_the_same(form, answers, tmp_path):
    first = save_figure(plot_report(answers("cross")), tmp_path / f"a.{form}").read_bytes()
    second = save_figure(plot_report(answers("cross")), tmp_path / f"b.{form}").read_bytes()
    assert first == second
    assert first.startswith({"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}[form])
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"a.{form}", f"b.{form}"]


def test_an_unknown_form_is_refused_by_name(answers, tmp_path):
    with pytest.raises(FileError, match=r"found the suffix '.gif'; needed one of .svg, .png, .pdf"):
        save_figure(Figure(), tmp_path / "a.gif")


def test_nothing_is_known_to_pyplot():
    code = "import sys, chainrule.plot; assert not any(m.startswith('matplotlib') for m in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_text_in_the_pictures_reads_on_white():
    for color in (LIGHT.ink, LIGHT.muted, LIGHT.minimum, LIGHT.maximum, LIGHT.limit):
        assert contrast(color, "#ffffff") >= 4.5


def contrast(a, b):
    """WCAG 2.2: (L1 + 0.05) / (L2 + 0.05) of the relative luminances."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(color):
    channels = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_longest_names_leave_room_for_the_picture():
    from chainrule.verdict import minimize

    name = "a" * 40
    problem = Problem.state([name, "y"], [[1, -1, 0], [1, 3, 1]], {"w_y": 1, "bias": -1}, "t" * 500)
    figure = plot_report(minimize(problem))
    figure.draw_without_rendering()  # a warning (an error here) where the axes are squeezed to nothing
    assert all(ax.get_window_extent().width > 0.25 * figure.bbox.width for ax in figure.axes)


def test_a_stationary_point_far_out_is_named_and_the_curve_keeps_its_shape():
    from chainrule.verdict import minimize

    # Row 3 (input 1/1000, label 0) turns only near w_x = 1000 and more, where the others have long arrived.
    problem = Problem.state(["x"], [[1, 1], [-1, 0], [1, 0], ["0.001", "0.5"]], {"bias": 0})
    answer = minimize(problem)
    artists = plot_loss(answer)
    shown = [label.get_text() for label in artists.labels if label.get_visible()]
    assert shown[0].startswith("minimum")
    inside = [p for p in answer.stationary if artists.ax.get_xlim()[0] < p.at["w_x"].middle < artists.ax.get_xlim()[1]]
    assert len(artists.points) == len(inside)
    assert len(inside) == len(answer.stationary) or any("out of sight" in text for text in shown)
