"""Several free weights on the command line: boxes, limits, checkpoints, and what is printed."""

import json
import os
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from chainrule.cli import main
from chainrule.cli.bar import bar

EXAMPLES = Path(__file__).parents[2] / "examples"
SEPALS = str(EXAMPLES / "iris-sepals.toml")
CROSS = str(EXAMPLES / "cross.toml")
QUICK = (SEPALS, "--gap", "0.02", "--box=-3,3", "--box", "bias=-20,20")


@pytest.fixture
def run(capsys, monkeypatch):
    """Run a command in process; returns the exit status, stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments):
        status = main([str(argument) for argument in arguments])
        return status, *capsys.readouterr()

    return call


def minimum(run, *arguments):
    status, out, err = run("minimize", *arguments, "--json")
    assert status in (0, 3), err
    return status, json.loads(out)["minimum"]


def holds(interval, digits):
    """The interval meets the numbers that begin with these digits."""
    unit = Fraction(1, 10 ** len(digits.partition(".")[2]))
    return Fraction(interval[0]) <= Fraction(digits) + unit and Fraction(digits) <= Fraction(interval[1])


def test_cross_with_two_free_weights_has_its_infimum_along_both(run):
    status, found = minimum(run, CROSS, "--free", "w_y")
    assert (status, found["kind"], found["trust"]) == (0, "not-attained", "proved")
    assert found["direction"] == {"w_x": "1", "w_y": "1"}
    assert holds(found["value"], "0.0361647440642")  # 2/4·σ(−1)²


def test_sepals_have_their_minimum_over_all_reals(run):
    status, found = minimum(run, SEPALS, "--gap", "1e-4")
    assert (status, found["kind"], found["trust"], found["domain"]) == (0, "attained", "proved", "all reals")
    assert holds(found["value"], "0.186759114313")


def test_petals_have_no_minimum_although_a_local_one_exists(run):
    status, found = minimum(run, EXAMPLES / "iris-petals.toml", "--no-check")
    assert (status, found["kind"], found["trust"]) == (0, "not-attained", "enclosed")
    assert holds(found["value"], "0.03")  # three of a hundred points are given up


def test_thirty_features_that_separate_the_data_have_infimum_0(run):
    status, found = minimum(run, EXAMPLES / "breast-cancer.toml")
    assert (status, found["kind"], found["value"], found["trust"]) == (0, "not-attained", ["0", "0"], "proved")


def test_a_box_is_the_domain_and_one_weight_may_have_its_own(run):
    _, found = minimum(run, *QUICK)
    assert found["kind"] == "attained"
    assert found["trust"] == "proved"
    assert found["domain"]["w_sepal_length"] == ["-3", "3"]
    assert found["domain"]["bias"] == ["-20", "20"]


def test_a_box_may_begin_with_a_minus_and_also_suits_one_free_weight(run):
    status, found = minimum(run, CROSS, "--box", "-10,10")
    assert (status, found["kind"], found["domain"]) == (0, "attained", {"w_x": ["-10", "10"]})
    assert holds(found["at"]["w_x"], "1.0531999895276")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--box", "10,-10"), "swap them"),
        (("--box", "1,1"), "fix the weight instead"),
        (("--box", "w_q=1,2"), "is no weight"),
        (("--box", "bias=1,2"), "is fixed"),
        (("--box", "w_x=1,2"), "w_y has no interval"),
        (("--box", "1"), "two ends"),
        (("--box", "0,1e400"), "1e400"),
        (("--box", "nan,1"), "nan"),
        (("--gap", "0"), "above 0"),
        (("--gap", "-1e-3"), "--gap"),
        (("--gap", "nan"), "above 0"),
        (("--time", "0"), "above 0"),
        (("--boxes", "0"), "1 or more"),
        (("--boxes", "1.5"), "1 or more"),
        (("--checkpoint", "/no/such/folder/file"), "no folder"),
    ],
)
def test_a_bad_option_is_refused_with_status_2(arguments, said, run):
    status, out, err = run("minimize", CROSS, "--free", "w_y", *arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("limit", [("--boxes", "40"), ("--time", "1e-9")])
def test_a_limit_gives_the_honest_interval_and_status_3(limit, run):
    status, found = minimum(run, SEPALS, *limit)
    assert (status, found["kind"], found["at"]) == (3, "undecided", None)
    assert found["trust"] == "proved" or limit[0] == "--time"  # whose check may be left, too
    assert holds(found["value"], "0.186759114313")
    assert Fraction(found["value"][1]) - Fraction(found["value"][0]) > Fraction(1, 10**3)


def test_a_limit_stops_a_line_too(run):
    # Even one step that never came tells here that the lowest place is between the tails.
    _, found = minimum(run, CROSS, "--time", "1e-9")
    assert holds(found["value"], "0.0371764762107")
    assert holds(found["at"]["w_x"], "1.0531999895276")
    assert Fraction(found["at"]["w_x"][1]) - Fraction(found["at"]["w_x"][0]) > 1


def test_without_the_check_the_verdict_is_enclosed_and_says_how_to_check_it(run, tmp_path):
    proof = tmp_path / "proof.json"
    status, out, _ = run("minimize", *QUICK, "--no-check", "--certificate", proof)
    assert status == 0
    assert "enclosed" in out
    assert "proved" not in out
    assert "chainrule check" in out
    assert run("check", proof)[0] == 0


def test_no_line_of_the_explanation_of_two_weights_is_too_wide(run):
    status, out, _ = run("explain", CROSS, "--free", "w_y")
    assert status == 0
    assert max(map(len, out.splitlines())) <= 80
    assert "Derivative by w_y" in out
    assert "Curve" not in out


def test_plot_draws_each_weight_through_the_minimum(run):
    _, out, _ = run("plot", *QUICK, "--no-check")
    assert [line.split(",")[0] for line in out.splitlines() if line.startswith("Curve")] == [
        "Curve along w_sepal_length",
        "Curve along w_sepal_width",
        "Curve along bias",
    ]


def test_plot_without_a_minimum_says_what_to_do(run):
    status, _, err = run("plot", CROSS, "--free", "w_y")
    assert status == 2
    assert "--fix w_y=1" in err


def test_a_search_goes_on_from_its_checkpoint_and_ends_with_the_same_answer(run, tmp_path):
    _, straight = minimum(run, *QUICK)
    checkpoint = tmp_path / "search.npz"
    # At 60 boxes the gap is reached, and the search only narrows down where the minimum is.
    for boxes, ends in ((10, (3, "undecided")), (30, (3, "undecided")), (60, (0, "attained"))):
        status, found = minimum(run, *QUICK, "--checkpoint", checkpoint, "--boxes", boxes)
        assert (status, found["kind"]) == ends
    assert minimum(run, *QUICK, "--checkpoint", checkpoint) == (0, straight)
    assert minimum(run, *QUICK, "--checkpoint", checkpoint) == (0, straight)  # a finished one ends at once


def test_a_checkpoint_of_another_problem_gap_or_box_is_refused_and_kept(run, tmp_path):
    checkpoint = tmp_path / "search.npz"
    minimum(run, *QUICK, "--checkpoint", checkpoint, "--boxes", "30")
    before = checkpoint.read_bytes()
    for other in ((*QUICK, "--gap", "1e-4"), (*QUICK, "--box", "bias=-21,20"), (*QUICK, "--point=1,1,virginica")):
        status, _, err = run("minimize", *other, "--checkpoint", checkpoint)
        assert status == 2
        assert "another problem, gap or box" in err
    assert checkpoint.read_bytes() == before


@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b"hello", lambda b: b[:-40]])
def test_a_damaged_checkpoint_is_refused_and_kept(damage, run, tmp_path):
    checkpoint = tmp_path / "search.npz"
    minimum(run, *QUICK, "--checkpoint", checkpoint, "--boxes", "30")
    checkpoint.write_bytes(damage(checkpoint.read_bytes()))
    before = checkpoint.read_bytes()
    status, _, err = run("minimize", *QUICK, "--checkpoint", checkpoint)
    assert status == 2
    assert "damaged" in err
    assert checkpoint.read_bytes() == before


def test_a_checkpoint_with_objects_or_numbers_out_of_range_is_refused(run, tmp_path):
    checkpoint = tmp_path / "search.npz"
    minimum(run, *QUICK, "--checkpoint", checkpoint, "--boxes", "30")
    with np.load(checkpoint) as file:
        arrays = dict(file)
    for name, forged in (
        ("node", arrays["node"] + 10**6),
        ("side", arrays["side"] - 5),
        ("bound", arrays["bound"][:-1]),
        ("best", np.array([object()] * 3)),
    ):
        with open(checkpoint, "wb") as file:
            np.savez(file, **{**arrays, name: forged})
        status, _, err = run("minimize", *QUICK, "--checkpoint", checkpoint)
        assert status == 2
        assert "damaged" in err


# The command, with a checkpoint twenty times a second.
OFTEN = """import sys
from chainrule.cli import main
from chainrule.prove.boxes import search as boxes
boxes.PAUSE = 0.05
sys.exit(main())"""


def start(*arguments, data=(EXAMPLES / "iris.csv", "--label", "species")):
    command = [sys.executable, "-c", OFTEN, "minimize", *map(str, data), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")


def test_a_search_killed_without_warning_goes_on_and_ends_with_the_same_answer(tmp_path):
    search = ("--box=-3,3", "--gap", "1e-2", "--no-check", "--json")
    checkpoint = tmp_path / "search.npz"
    straight, _ = start(*search).communicate(timeout=120)
    killed = 0
    for _ in range(3):
        process = start(*search, "--checkpoint", str(checkpoint))
        old = checkpoint.stat().st_mtime_ns if checkpoint.exists() else 0
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until:
            if checkpoint.exists() and checkpoint.stat().st_mtime_ns != old:
                process.kill()
                break
            time.sleep(0.005)
        process.communicate(timeout=60)
        killed += process.returncode == -signal.SIGKILL
    assert killed >= 1
    resumed, errors = start(*search, "--checkpoint", str(checkpoint)).communicate(timeout=120)
    assert json.loads(resumed)["minimum"] == json.loads(straight)["minimum"], errors


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is not sent to one process on Windows")
def test_ctrl_c_prints_the_interval_reached_with_status_3(tmp_path):
    # Six columns of noise and labels that have nothing to do with them: nobody finishes that.
    rng = np.random.default_rng(0)
    table = np.column_stack([rng.normal(size=(200, 6)).round(2), rng.integers(0, 2, 200)])
    np.savetxt(tmp_path / "noise.csv", table, fmt="%g", delimiter=",", header="a,b,c,d,f,g,label", comments="")
    process = start("--box=-10,10", "--no-check", "--json", data=(tmp_path / "noise.csv",))
    time.sleep(4)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    found = json.loads(out)["minimum"]
    assert (process.returncode, found["kind"]) == (3, "undecided"), err
    assert Fraction(found["value"][0]) < Fraction(found["value"][1])


def test_the_bar_never_leaves_its_line():
    for width in (10, 40, 79):
        for share in (-1.0, 0.0, 0.5, 2.0):
            assert len(bar("bound 0.1234567, best 0.2345678, gap 1e-01, 123,456 boxes", share, width)) <= width


def test_explain_draws_each_weights_curve_through_the_minimum(run):
    status, out, _ = run("explain", CROSS, "--free", "w_y", "--box", "-2,2")
    assert status == 0
    assert "The others stay at the minimum, which is marked." in out
    curves = out[out.index("Each weight's own curve") : out.index("\nMinimum")]
    assert curves.count("●") == 2
    assert "over w_x, here 2" in curves


def test_of_many_weights_explain_draws_the_first_and_says_where_the_others_are(run):
    _, out, _ = run("explain", EXAMPLES / "breast-cancer.toml")
    assert out.count("    over w_") == 3
    assert "… and 28 more; plot --kind slices --output FILE draws them all." in out
    assert "a point within 0.001 of the infimum (there is no minimum)" in " ".join(out.split())
