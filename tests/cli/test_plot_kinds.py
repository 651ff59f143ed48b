"""``chainrule plot --kind`` and ``derive --picture``: each kind of picture as a file, with the numbers that were asked for."""

from __future__ import annotations

from html import unescape

import pytest

from chainrule.calculus import backpropagate
from chainrule.cli import main
from chainrule.plot.network import number
from chainrule.problem import problem_to_toml
from tests.page.problems import NO_BIAS, TWO_FREE, XOR


@pytest.fixture
def files(tmp_path, monkeypatch):
    """The networks as problem files in the working folder."""
    monkeypatch.chdir(tmp_path)
    for name, problem in {"xor": XOR, "two": TWO_FREE, "no-bias": NO_BIAS}.items():
        (tmp_path / f"{name}.toml").write_text(problem_to_toml(problem), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "kind", "said"),
    [
        ("xor", "report", "No minimum"),
        ("xor", "curve", "No minimum"),
        ("xor", "points", "label 1"),
        ("xor", "cover", "w1[0,x]"),
        ("xor", "network", "w1[0,x] free"),
        ("two", "report", "Lowest loss 0.006580"),
        ("two", "surface", "Lowest loss 0.006580"),
        ("two", "landscape", "Lowest loss 0.006580"),
        ("two", "slices", "w1[0,y]"),
    ],
)
def test_each_kind_is_written(file, kind, said, files, capsys):
    assert main(["plot", f"{file}.toml", "--kind", kind, "--output", "out.svg"]) == 0
    assert said in unescape((files / "out.svg").read_text(encoding="utf-8"))
    assert capsys.readouterr().out == "wrote out.svg\n"


def numbers_are_on(picture, problem, row, values):
    shown = unescape(picture.read_text(encoding="utf-8"))
    for unit in backpropagate(problem, row, values).units:
        z, a = (problem.network.part_name(letter, unit.layer, unit.unit) for letter in "za")
        for text in (f"{z} = {number(unit.z)}", f"{a} = {number(unit.a)}", f"∂L/∂z = {number(unit.message)}"):
            assert text in shown


def test_the_network_carries_the_numbers_of_the_point_that_is_named(files):
    assert (
        main(["plot", "xor.toml", "--kind", "network", "--backprop", "3", "--at", "w1[0,x]=0.5", "--output", "a.svg"])
        == 0
    )
    numbers_are_on(files / "a.svg", XOR, 2, {"w1[0,x]": 0.5})


def test_without_values_the_numbers_are_those_at_the_minimum(files):
    assert main(["plot", "no-bias.toml", "--kind", "network", "--backprop", "1", "--output", "a.svg"]) == 0
    # The minimum along w1[0,x], as `minimize` proves it.
    numbers_are_on(files / "a.svg", NO_BIAS, 0, {"w1[0,x]": -0.056075394699562211})


def test_derive_draws_what_its_table_says(files, capsys):
    assert main(["derive", "xor.toml", "--point", "2", "--at", "w1[0,x]=0.5", "--picture", "a.svg"]) == 0
    numbers_are_on(files / "a.svg", XOR, 1, {"w1[0,x]": 0.5})
    assert "Backpropagation at point 2, numbers put in" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plot", "xor.toml", "--kind", "network"], "--kind network is a picture; add --output FILE"),
        (["plot", "xor.toml", "--backprop", "1", "--output", "a.svg"], "add --kind network"),
        (["plot", "xor.toml", "--kind", "network", "--backprop", "1", "--output", "a.svg"], "there is no minimum to take"),
        (["plot", "xor.toml", "--kind", "network", "--backprop", "9", "--at", "w1[0,x]=1", "--output", "a.svg"], "no point 9"),
        (["plot", "two.toml", "--kind", "cover", "--output", "a.svg"], "leave --kind cover out"),
        (["plot", "two.toml", "--kind", "curve", "--output", "a.svg"], "needs one free weight"),
        (["plot", "xor.toml", "--kind", "map", "--output", "a.svg"], "invalid choice: 'map'"),
        (["derive", "xor.toml", "--picture", "a.svg"], "no value for the free weight w1[0,x]"),
        (["derive", "xor.toml", "--at", "w1[0,x]=1", "--picture", "a.gif"], "needed one of .svg, .png, .pdf"),
    ],
)  # fmt: skip
def test_a_picture_that_cannot_be_is_refused_and_nothing_is_written(arguments, said, files, capsys):
    before = sorted(files.iterdir())
    assert main(arguments) == 2
    assert said in capsys.readouterr().err
    assert sorted(files.iterdir()) == before
