"""`chainrule descend` as a person runs it."""

import json
from pathlib import Path

import pytest

from chainrule.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"
CROSS, XOR = str(EXAMPLES / "cross.toml"), str(EXAMPLES / "xor.toml")


def said(capsys):
    return " ".join(capsys.readouterr().out.split())


def test_the_table_and_the_sentence(capsys):
    assert main(["descend", CROSS, "--start", "w_x=0", "--rate", "4", "--steps", "100"]) == 0
    printed = said(capsys)
    assert "step w_x loss |gradient| rate 0 0 0.132105 2.50e−01 4 1 " in printed
    assert "away from the global minimum (proved)" in printed


def test_side_by_side(capsys):
    assert main(["descend", CROSS, "--start", "w_x=0", "--compare", "all", "--steps", "20"]) == 0
    printed = said(capsys)
    for method in ("gd", "momentum", "adam", "newton", "lbfgs"):
        assert f"Descent by {method}" in printed


def test_side_by_side_fits_the_terminal_and_says_what_it_leaves_out(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["descend", XOR, "--compare", "all", "--steps", "20"]) == 0
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= 80
    assert "more weights; --json has all" in printed


def test_the_machine_form_has_every_step(capsys):
    assert main(["descend", XOR, "--method", "adam", "--steps", "30", "--seed", "3", "--json"]) == 0
    form = json.loads(capsys.readouterr().out)
    assert len(form["steps"]) == 31
    assert next(iter(form["steps"][0]["at"])) == "w1[0,x]"
    assert len(form["steps"][0]["mean"]) == 9


def test_xor_is_learnt(capsys):
    assert main(["descend", XOR, "--method", "adam", "--steps", "800"]) == 0
    assert "Running off to infinity: after 800 steps" in said(capsys)


def test_pictures_and_animations_are_written(tmp_path, capsys):
    for name, start in (("a.svg", b"<?xml"), ("a.png", b"\x89PNG")):
        assert main(["descend", CROSS, "--steps", "5", "--plot", str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_bytes().startswith(start)
    for name, start in (("a.html", b"<!doctype html>"), ("a.gif", b"GIF89a")):
        assert main(["descend", CROSS, "--steps", "5", "--animate", str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["--method", "adm"], "method 'adm' is not one of gd, momentum, adam, newton, lbfgs; did you mean adam?"),
        (["--compare", "sgd"], "method 'sgd' is not one of"),
        (["--rate", "0"], "found a rate of 0.0; needed a number above 0"),
        (["--rate", "fast"], "--rate: found 'fast'"),
        (["--steps", "0"], "found 0 steps; needed a whole number from 1 to 20,000"),
        (["--steps", "1e9"], "found '1e9'; needed a whole number"),
        (["--start", "w_z=1"], "weight 'w_z' is not one of w_x, w_y, bias"),
        (["--start", "w_x"], "--start 'w_x': needed a weight and a number"),
        (["--schedule", "cosin"], "schedule 'cosin' is not one of constant, 1/t, cosine; did you mean cosine?"),
        (["--animate", "a.mp4"], "found the ending '.mp4'; needed .html (with a slider) or .gif"),
        (["--plot", "a.jpg"], "found the ending '.jpg'"),
    ],
)
def test_options_that_make_no_sense_are_refused(arguments, shown, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["descend", CROSS, *arguments]) == 2
    assert shown in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_one_weight_of_a_hidden_layer_ends_at_a_point_proved_in_a_box(tmp_path, capsys):
    fixed = ["w1[0,x]=6", "w1[0,y]=6", "b1[0]=-3", "w1[1,x]=5", "w1[1,y]=5", "b1[1]=-8", "w2[0,0]=8", "b2[0]=-4"]
    options = [argument for text in fixed for argument in ("--fix", text)]
    path = tmp_path / "net.toml"
    path.write_text(Path(XOR).read_text().replace('["tanh", "sigmoid"]', '"sigmoid"'))
    assert main(["descend", str(path), *options, "--start", "w2[0,1]=0", "--method", "newton"]) == 0
    assert "the lowest point for w2[0,1] from −50 to 50 (proved), w2[0,1] = −9.45522" in said(capsys)


def test_three_weights_that_run_off_are_told_from_the_proof(tmp_path, capsys):
    # One point of eight lies on the wrong side of every line that is right about the others: the infimum is 1/8, at infinity.
    path = tmp_path / "eight.toml"
    points = "[[0,0,0],[1,0,1],[0,1,1],[1,1,0],[2,1,1],[0,2,0],[3,1,1],[1,3,0]]"
    path.write_text(f'schema = 1\ninputs = ["x", "y"]\n[data]\npoints = {points}\n')
    assert main(["descend", str(path), "--rate", "1", "--steps", "2000"]) == 0
    assert "there is no minimum (proved): infimum 0.125" in said(capsys)


def test_two_weights_of_a_hidden_layer_end_at_a_point_proved_in_a_box(capsys):
    fixed = {"w1[0,x]": 5, "w1[0,y]": 5, "b1[0]": -2, "w1[1,x]": 5, "w1[1,y]": 5, "w2[0,0]": 6, "w2[0,1]": -6}
    options = [part for name, value in fixed.items() for part in ("--fix", f"{name}={value}")]
    start = ["--start", "b1[1]=-7", "--start", "b2[0]=-3", "--method", "newton", "--steps", "60"]
    assert main(["descend", XOR, *options, *start]) == 0
    printed = said(capsys)
    assert "Converged" in printed
    assert "proved" in printed
