"""The commands, as processes where exit status and streams matter, in process elsewhere."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest

import chainrule
from chainrule.cli import main
from tests import problems

EXAMPLES = Path(__file__).parents[2] / "examples"
CROSS = str(EXAMPLES / "cross.toml")
WALK_THROUGH = [known.name for known in problems.WALK_THROUGH]


def chain(*arguments, **options):
    """Run the command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "chainrule", *map(str, arguments)],
        capture_output=True,
        check=False,
        text=True,
        encoding="utf-8",
        timeout=60,
        **options,
    )


@pytest.fixture
def run(capsys, monkeypatch):
    """Run a command in process; returns the exit status, stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments):
        status = main([str(argument) for argument in arguments])
        return status, *capsys.readouterr()

    return call


def test_version_is_printed():
    done = chain("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"chainrule {chainrule.__version__}\n", "")


@pytest.mark.parametrize("known", problems.WALK_THROUGH, ids=lambda known: known.name)
def test_the_walk_through_has_its_known_answers_in_the_machine_form(known, run):
    status, out, _ = run("minimize", EXAMPLES / f"{known.name}.toml", "--json")
    answer = json.loads(out)
    minimum = answer["minimum"]
    assert status == 0
    assert (minimum["kind"], minimum["trust"]) == ("not-attained" if known.place is None else "attained", "proved")
    assert_encloses(minimum["value"], known.value, known.digits)
    if known.place is None:
        assert minimum["at"] is None
        assert minimum["direction"] == {"w_x": "1"}
        assert answer["stationary"] == []
    else:
        assert_encloses(minimum["at"]["w_x"], known.place, known.digits)
        assert [point["kind"] for point in answer["stationary"]] == ["minimum"]
    for side, limit in zip(("-inf", "+inf"), known.limits, strict=True):
        assert_encloses(answer["limits"]["w_x"][side], Fraction(limit), 14)
    assert set(answer) == {"schema", "free", "fixed", "minimum", "stationary", "limits", "boundary", "seconds"}
    assert (answer["schema"], answer["free"], answer["fixed"]) == (1, ["w_x"], {"w_y": "1", "bias": "-1"})


def assert_encloses(interval, known, digits):
    """The interval is narrow, and holds a number that begins with the known digits (which are cut off, not rounded)."""
    lower, upper = map(Fraction, interval)
    unit = Fraction(1, 10**digits)
    assert 0 <= upper - lower <= unit
    assert known - unit <= upper
    assert lower <= known + unit


@pytest.mark.parametrize("known", problems.WALK_THROUGH, ids=lambda known: known.name)
def test_the_example_file_states_the_known_problem(known):
    problem = chainrule.load_problem(EXAMPLES / f"{known.name}.toml")
    assert (problem.network, problem.data, problem.fixed) == (
        known.problem.network,
        known.problem.data,
        known.problem.fixed,
    )


@pytest.mark.parametrize("name", WALK_THROUGH)
def test_example_writes_the_file_that_explain_reads(name, run, tmp_path):
    path = tmp_path / "problem.toml"
    assert run("example", name, "--output", path)[0] == 0
    assert path.read_text() == (EXAMPLES / f"{name}.toml").read_text() == run("example", name)[1]
    assert run("minimize", path)[0] == 0


def test_example_lists_the_walk_through_in_its_order(run):
    assert [line.split()[0] for line in run("example")[1].splitlines()[:6]] == WALK_THROUGH


# xor has nine free weights and is there to be descended; its minimum takes longer than a test may
PROVED = sorted(path for path in EXAMPLES.glob("*.toml") if path.stem != "xor")


@pytest.mark.parametrize("path", PROVED, ids=lambda path: path.stem)
def test_every_example_has_a_certificate_that_is_accepted(path, run, tmp_path):
    proof = tmp_path / "proof.json"
    assert run("minimize", path, "--certificate", proof)[0] == 0
    status, out, _ = run("check", proof)
    assert status == 0
    assert out.startswith("Accepted")
    module = {1: "chainrule_fast", 2: "chainrule_check"}[json.loads(proof.read_text())["version"]]
    alone = subprocess.run(
        [sys.executable, "-m", module, str(proof)],
        capture_output=True,
        check=False,
        text=True,
        encoding="utf-8",
    )
    assert alone.returncode == 0


def test_a_forged_certificate_is_refused_with_status_1_naming_the_place(run, tmp_path):
    proof = tmp_path / "proof.json"
    run("minimize", CROSS, "--certificate", proof)
    forged = json.loads(proof.read_text())
    forged["claim"]["limits"]["-inf"] = ["0.74", "0.74"]
    proof.write_text(json.dumps(forged))
    status, _, err = run("check", proof)
    assert status == 1
    assert "limits" in err
    proof.write_text("{")
    assert run("check", proof)[0] == 2


def test_options_state_the_same_problem_as_the_file(run):
    points = ["--point=-1,1,0", "--point", "1,-1,0", "--point=3,1,1", "--point", "1,3,1"]
    stated = json.loads(run("minimize", *points, "--fix", "w_y=1", "--fix", "bias=-1", "--json")[1])
    read = json.loads(run("minimize", CROSS, "--json")[1])
    del stated["seconds"], read["seconds"]
    assert stated == read


def test_a_leading_minus_in_a_point_is_no_option(run):
    assert run("minimize", "--point", "-1,1,0", "--fix", "w_y=1", "--fix", "bias=-.5")[0] == 0


def test_options_on_top_of_a_file_change_it(run):
    moved = json.loads(run("minimize", CROSS, "--free", "w_y", "--fix", "w_x=1/2", "--point=9,9,1", "--json")[1])
    assert moved["free"] == ["w_y"]
    assert moved["fixed"] == {"bias": "-1", "w_x": "0.5"}


BAD = {
    "an unknown weight": (["minimize", CROSS, "--fix", "w_q=1"], "'w_q' is not one of w_x, w_y, bias"),
    "no free weight": (["minimize", CROSS, "--fix", "w_x=1"], "no weight is free"),
    "a weight fixed and freed": (["minimize", CROSS, "--fix", "w_y=1", "--free", "w_y"], "both fixed and freed"),
    "a fix without a number": (["minimize", CROSS, "--fix", "w_y"], "--fix 'w_y'"),
    "a short point": (["minimize", CROSS, "--point", "1,0"], "point 5: found 2 numbers; needed 3"),
    "a label above one": (["minimize", CROSS, "--point", "1,0,2"], "label 2"),
    "nan": (["minimize", CROSS, "--point", "nan,0,1"], "nan"),
    "infinity": (["minimize", CROSS, "--fix", "w_y=inf"], "inf"),
    "1e400": (["minimize", CROSS, "--fix", "w_y=1e400"], "1e400"),
    "10 000 digits": (["minimize", CROSS, "--fix", "w_y=1" + "0" * 10000], "10,001 characters"),
    "a missing file": (["minimize", "missing.toml"], "cannot read missing.toml"),
    "a folder": (["minimize", "."], "ending"),
    "no problem at all": (["minimize"], "no problem"),
    "an unknown command": (["minimise", CROSS], "invalid choice: 'minimise'"),
    "an unknown option": (["minimize", CROSS, "--jsn"], "--jsn"),
    "a picture of unknown form": (["plot", CROSS, "--output", "a.gif"], "'.gif'; needed one of .svg, .png, .pdf"),
    "an output in no folder": (["minimize", CROSS, "--certificate", "no/p.json"], "there is no folder no"),
    "a folder as output": (["explain", CROSS, "--page", "."], "is a folder"),
    "a page with a picture that cannot be": (["explain", CROSS, "--page", "a.html", "--plot", "no/a.svg"], "no folder"),
    "an unknown example": (["example", "crosss"], "did you mean cross?"),
    "an output without example": (["example", "--output", "a.toml"], "needs the NAME"),
    "a point that is not there": (["equation", CROSS, "--point", "5"], "points 1 to 4"),
    "a point that is no number": (["equation", CROSS, "--point=0"], "'0'; needed the number of a point"),
    "a derivative by a fixed weight": (["equation", CROSS, "--derivative", "w_y"], "needed a free weight: w_x"),
    "an unknown form": (["equation", CROSS, "--as", "word"], "invalid choice: 'word'"),
    "a fragment of no page": (["explain", CROSS, "--fragment"], "add --page"),
    "a certificate that is missing": (["check", "proof.json"], "cannot read proof.json"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line_on_stderr_status_2_and_nothing_written(case, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments, message = BAD[case]
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert err.startswith("chainrule: ")
    assert err.count("\n") == 1
    assert message in err
    assert os.listdir(tmp_path) == []


def test_a_process_with_bad_input_ends_with_status_2_and_no_traceback(tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text("points = " + "[" * 1000 + "]" * 1000)
    done = chain("explain", bad, "--page", tmp_path / "page.html")
    assert (done.returncode, done.stdout) == (2, "")
    assert "nested too deep" in done.stderr
    assert "Traceback" not in done.stderr
    assert os.listdir(tmp_path) == ["bad.toml"]


def test_output_that_nobody_reads_ends_quietly():
    piped = subprocess.run(
        f'"{sys.executable}" -m chainrule example cross | true', shell=True, capture_output=True, check=False, text=True
    )
    assert piped.stderr == ""


def test_interrupt_ends_with_status_130_and_no_half_file(tmp_path):
    slow = "import sys, time, chainrule.verdict as v; v.minimize = lambda *a, **k: (print('on', flush=True), time.sleep(30));"
    code = f"{slow} from chainrule.cli import main; sys.exit(main(sys.argv[1:]))"
    with subprocess.Popen(
        [sys.executable, "-c", code, "minimize", CROSS, "--certificate", str(tmp_path / "proof.json")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "on\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err == "chainrule: stopped\n"
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("environment", "styled"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_style_is_for_terminals_unless_forced_or_forbidden(environment, styled):
    clean = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    done = chain("minimize", CROSS, env={**clean, **environment})
    assert ("\x1b[" in done.stdout) is styled


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals on this system")
def test_on_a_terminal_the_answer_is_styled_and_the_progress_bar_is_gone_at_the_end():
    watcher, terminal = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    with subprocess.Popen(
        [sys.executable, "-m", "chainrule", "minimize", CROSS],
        stdout=terminal,
        stderr=terminal,
        env={**environment, "TERM": "xterm", "COLUMNS": "70"},
    ) as process:
        os.close(terminal)
        seen, deadline = b"", time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                part = os.read(watcher, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            seen += part
    os.close(watcher)
    text = seen.decode()
    assert process.returncode == 0, text
    answer = text.rpartition("\x1b[K")[2]
    assert "\x1b[1mMinimum" in answer
    assert "█" not in answer


@pytest.mark.parametrize("width", ["40", "60", "80", "200"])
@pytest.mark.parametrize("name", WALK_THROUGH)
def test_what_is_printed_fits_the_width(width, name, run, monkeypatch):
    monkeypatch.setenv("COLUMNS", width)
    for command in ("minimize", "plot", "explain"):
        status, out, _ = run(command, EXAMPLES / f"{name}.toml")
        assert status == 0
        assert [line for line in out.splitlines() if len(line) > int(width)] == []


def test_figures_say_what_stands_behind_them(run):
    _, out, _ = run("explain", CROSS)
    lines = out.splitlines()
    assert any(line.startswith("Minimum") and line.endswith("proved · kernel") for line in lines)
    assert any(line.startswith("Curve") and line.endswith("computed") for line in lines)
    assert all("(proved)" in line for line in lines if "loss → " in line)


def test_explain_shows_the_mapping_and_the_first_of_many_points(run, tmp_path):
    path = tmp_path / "many.csv"
    path.write_text("x,side\n" + "".join(f"{k},{'above' if k > 30 else 'below'}\n" for k in range(60)))
    status, out, _ = run("explain", path, "--fix", "bias=-20")
    assert status == 0
    assert "labels: above is 0, below is 1" in out
    assert "… and 54 more" in out
    assert len(out.splitlines()) < 150


def test_explain_writes_the_page_and_the_picture_whole(run, tmp_path):
    page, picture = tmp_path / "cross.html", tmp_path / "cross.svg"
    status, out, _ = run("explain", CROSS, "--page", page, "--plot", picture)
    assert status == 0
    assert f"wrote {page}" in out
    assert page.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert picture.read_text(encoding="utf-8").rstrip().endswith("</svg>")
    assert run("explain", CROSS, "--page", page, "--fragment")[0] == 0
    assert "</html>" not in page.read_text(encoding="utf-8")
    assert sorted(os.listdir(tmp_path)) == ["cross.html", "cross.svg"]


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_plot_writes_each_form(form, run, tmp_path):
    signature = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}[form]
    assert run("plot", CROSS, "--output", tmp_path / f"a.{form}")[0] == 0
    assert (tmp_path / f"a.{form}").read_bytes().startswith(signature)


@pytest.mark.parametrize("form", ["text", "latex", "mathml", "wolfram", "python", "numpy", "sympy", "notebook"])
@pytest.mark.parametrize("part", [[], ["--point", "1"], ["--derivative"], ["--derivative", "w_x"], ["--network"]])
def test_every_part_prints_in_every_form(form, part, run):
    status, out, _ = run("equation", CROSS, "--as", form, *part)
    assert status == 0
    assert out.strip()
