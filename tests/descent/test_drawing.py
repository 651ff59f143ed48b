"""The picture of a descent shows the true surface and says what it leaves out; the animations open anywhere."""

import io
import json
import re

import numpy as np
import pytest
from PIL import Image

import chainrule
from chainrule.descent import Objective, descend
from chainrule.errors import ProblemError
from chainrule.plot.animation import animation_gif, animation_html
from chainrule.plot.descent import plot_descent, view_of
from tests.calculus.networks import NETWORKS
from tests.calculus.problems import walk_through

CROSS = walk_through("cross")
PROVED = chainrule.minimize(CROSS)
XOR = NETWORKS["xor"]


def paths_of(problem, *methods, **options):
    return [descend(problem, method, steps=12, **options) for method in methods or ("gd", "adam")]


def test_on_a_curve_every_place_is_at_its_own_loss():
    paths = paths_of(CROSS, start={"w_x": -1})
    drawn = plot_descent(paths, PROVED)
    for line, path in zip(drawn.paths, paths, strict=True):
        assert np.array_equal(line.get_xydata(), np.stack([path.places[:, 0], path.losses], axis=-1))


def test_two_weights_are_drawn_as_they_are():
    problem = CROSS.release("bias")
    paths = paths_of(problem)
    drawn = plot_descent(paths)
    assert np.array_equal(drawn.paths[0].get_xydata(), paths[0].places)
    assert (drawn.ax.get_xlabel(), drawn.ax.get_ylabel()) == ("w_x", "bias")
    assert drawn.view.kept == 1


def test_of_more_weights_the_surface_is_the_true_loss_on_the_plane_and_the_loss_of_detail_is_said():
    paths = paths_of(XOR, "adam", "gd")
    view = view_of(paths)
    assert 0.5 < view.kept < 1
    assert view.axes @ view.axes.T == pytest.approx(np.eye(2), abs=1e-12)
    # the first path ends in the plane, at its origin, and there the surface has that path's loss
    assert view.seen(paths[0])[-1] == pytest.approx([0, 0], abs=1e-12)
    assert view.losses(np.array([0.0]), np.array([0.0]))[0] == pytest.approx(paths[0].steps[-1].loss, rel=1e-12)
    off = view.losses(np.array([0.3]), np.array([-0.2]))[0]
    assert off == pytest.approx(Objective(XOR).value(view.origin + 0.3 * view.axes[0] - 0.2 * view.axes[1]), rel=1e-12)
    drawn = plot_descent(paths)
    texts = [text.get_text() for text in drawn.ax.texts]
    assert any(f"({100 * view.kept:.0f} % of it); the rest is not shown" in " ".join(text.split()) for text in texts)


def test_six_paths_and_paths_of_two_problems_are_refused():
    with pytest.raises(ProblemError, match="found 6 paths; needed 1 to 5"):
        plot_descent(paths_of(CROSS, *["gd"] * 6))
    with pytest.raises(ProblemError, match="different problems"):
        plot_descent([*paths_of(CROSS, "gd"), *paths_of(XOR, "gd")])


def test_a_path_that_leaves_all_numbers_is_drawn_as_far_as_it_goes():
    line = chainrule.Problem.state(["x"], [[1, 0], [2, 1]], {"bias": 0}, activation="identity")
    path = descend(line, "gd", {"w_x": 1}, rate=1e6, steps=200)
    assert path.ending.status == "too large"
    plot_descent([path])
    assert "<svg" in animation_html([path])


def test_the_page_with_the_slider_asks_no_network_and_holds_every_step():
    paths = paths_of(CROSS, start={"w_x": -1})
    page = animation_html(paths, PROVED)
    assert not re.search(r'(src|href)="(?!data:)', page)
    assert "http" not in page.replace("http://www.w3.org", "")
    data = json.loads(re.search(r"const paths = (.*);", page)[1])
    assert [len(path["xy"]) for path in data] == [13, 13]
    assert data[0]["text"][0].startswith("w_x = −1; loss ")
    assert 'max="12"' in page


def test_a_title_cannot_break_out_of_the_page():
    from dataclasses import replace

    problem = replace(CROSS, title="</script><script>alert(1)</script>")
    assert "<script>alert" not in animation_html(paths_of(problem, "gd"))


def test_the_gif_has_a_picture_for_each_step():
    with Image.open(io.BytesIO(animation_gif(paths_of(CROSS, start={"w_x": -1})))) as picture:
        assert picture.format == "GIF"
        assert picture.n_frames == 13
