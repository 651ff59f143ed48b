"""Titles are whole in every picture, however long the names and however small the picture; and what --size, --dpi … do."""

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from chainrule.cli import main
from chainrule.plot import plot_cover, plot_loss, plot_plane, plot_report, plot_slices, plot_surface
from chainrule.plot.palette import DARK, LIGHT
from chainrule.plot.style import figure_of, new_figure
from chainrule.problem import Problem
from chainrule.verdict import minimize
from tests.problems import BY_NAME

LONG = ["petal_length_in_centimetres_of_flowers", "sepal_width_in_centimetres_of_a_flower"]
POINTS = [[-1, 1, 0], [1, -1, 0], [3, 1, 1], [1, 3, 1]]
ONE = Problem.state(LONG, POINTS, {f"w_{LONG[1]}": 1, "bias": -1})
TWO = Problem.state(LONG, POINTS, {"bias": -1})


def figures(answer, size):
    def ax():
        return new_figure(size).add_subplot()

    yield plot_report(answer, LIGHT, (2 * size[0], size[1]))
    yield plot_slices(answer, LIGHT, size)
    yield figure_of(plot_plane(answer, ax()).ax)
    yield figure_of((plot_loss if len(answer.problem.free) == 1 else plot_surface)(answer, ax=ax()).ax)


@pytest.mark.parametrize("size", [(4.4, 3.6), (8, 5)])
@pytest.mark.parametrize("problem", [ONE, TWO], ids=["one", "two"])
def test_no_title_is_cut_at_the_edge_and_none_is_shortened(problem, size):
    answer = minimize(problem)
    for figure in figures(answer, size):
        figure.draw_without_rendering()
        renderer = FigureCanvasAgg(figure).get_renderer()
        titles = [ax.title for ax in figure.axes] + [ax._left_title for ax in figure.axes]
        titles += [figure._suptitle] if figure._suptitle else []
        for text in titles:
            box = text.get_window_extent(renderer)
            assert box.width == 0 or (
                box.x0 >= -1 and box.x1 <= figure.bbox.width + 1 and box.y1 <= figure.bbox.height + 1
            )


def test_size_theme_and_transparency_are_what_was_asked(tmp_path, capsys):
    path = tmp_path / "curve.svg"
    assert (
        main(
            ["plot", "examples/pair.toml", "--kind", "curve", "--output", str(path), "--size", "5,3", "--theme", "dark"]
        )
        == 0
    )
    svg = path.read_text(encoding="utf-8")
    assert 'width="360pt" height="216pt"' in svg
    assert f"fill: {DARK.surface}" in svg
    assert main(["plot", "examples/pair.toml", "--kind", "curve", "--output", str(path), "--transparent"]) == 0
    assert f"fill: {LIGHT.surface}" not in path.read_text(encoding="utf-8").split('id="axes_1"')[0]
    small, large = tmp_path / "small.png", tmp_path / "large.png"
    for file, dpi in ((small, "50"), (large, "100")):
        assert main(["plot", "examples/pair.toml", "--kind", "curve", "--output", str(file), "--dpi", dpi]) == 0
    wide = [int.from_bytes(file.read_bytes()[16:20], "big") for file in (small, large)]
    assert wide[1] == 2 * wide[0]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["--size", "0,3"], "needed width and height in inches"),
        (["--dpi", "9"], "needed dots per inch"),
        (["--theme", "dark"], "add --output FILE"),
    ],
)
def test_what_cannot_be_is_said(option, said, capsys):
    assert main(["plot", "examples/pair.toml", *option]) == 2
    assert said in capsys.readouterr().err


def test_the_cover_says_what_its_colours_mean():
    pieces = plot_cover(minimize(BY_NAME["cross"].problem))
    legend = pieces[0].axes.get_legend()
    assert {text.get_text().split()[1] for text in legend.get_texts()} >= {"falling", "rising", "convex"}
    assert len({patch.get_facecolor() for patch in legend.get_patches()}) == len(legend.get_texts())
