"""The six problems with one free weight that the product begins with: correct certificates are accepted."""

import io
import json
import subprocess
import sys
from copy import deepcopy
from fractions import Fraction

import pytest
from flint import ctx
from tests.check.certificate_maker import WALK_THROUGH, make

from chainrule_fast import Refused, Unreadable, balls, check
from chainrule_fast.__main__ import main
from chainrule_fast.balls import curve_at

# ½ (1/(1+e))² = 0.036164744064…, the infimum of first-try: the row (0, 0, 0) keeps z = −1.
FIRST_TRY = Fraction("0.036164744064")


@pytest.mark.parametrize("name", WALK_THROUGH)
def test_a_correct_certificate_is_accepted(walk_through, name):
    report = check(json.dumps(walk_through[name]))
    assert report.kind == ("attained" if name in ("cross", "pair") else "not-attained")
    assert str(report).startswith("Accepted. ")


@pytest.mark.parametrize(
    ("name", "infimum"), [("one-point", 0), ("mirror-far", 0), ("mirror", 0), ("first-try", FIRST_TRY)]
)
def test_the_infimum_at_infinity_is_the_known_one(walk_through, name, infimum):
    claim = walk_through[name]["claim"]
    assert claim["direction"] == {"w_x": "1"}
    lower, upper = (Fraction(end) for end in claim["value"])
    assert lower <= infimum + Fraction(1, 10**12)
    assert upper >= infimum
    assert upper - lower < Fraction(1, 10**11)


def test_the_minimum_of_cross_is_the_known_one(walk_through):
    claim = walk_through["cross"]["claim"]
    left, right = (Fraction(end) for end in claim["at"]["w_x"])
    assert left < Fraction("1.05319998953")
    assert right > Fraction("1.05319998952")
    lower, upper = (Fraction(end) for end in claim["value"])
    assert lower < Fraction("0.037176476210706093") < upper


@pytest.mark.parametrize("name", WALK_THROUGH)
def test_a_small_certificate_costs_few_evaluations_at_the_lowest_precision(walk_through, monkeypatch, name):
    """A piece asks for a curve at its two ends, seldom for another one: some three times a row. (How fast: benchmarks/test_speed.py.)"""
    asked = []

    def counted(shape, order, z):
        asked.append(ctx.prec)
        return curve_at(shape, order, z)

    monkeypatch.setattr(balls, "curve_at", counted)
    proof, claim = walk_through[name]["proof"], walk_through[name]["claim"]
    check(walk_through[name])
    steps = len(proof["pieces"]) + len(claim["stationary"]) + len(proof["tails"])
    assert set(asked) == {80}
    assert len(asked) <= 4 * len(WALK_THROUGH[name]) * steps


def test_checking_leaves_arbs_precision_as_it_was(walk_through):
    before, ctx.prec = ctx.prec, 61
    try:
        check(walk_through["cross"])
        assert ctx.prec == 61
    finally:
        ctx.prec = before


def test_a_flat_loss_is_accepted_as_the_document_says():
    half = [str(Fraction(1, 2))] * 2  # x = 0 and y = 1, so z = 0 for every v: σ = 1/2, loss (1/2 − 1)² = 1/4
    certificate = make([(1, 1, 1)])
    certificate["problem"]["data"]["points"] = [["0", "1", "1"]]
    quarter = ["1/4", "1/4"]
    certificate["claim"] = {
        "kind": "attained",
        "at": {"w_x": ["-inf", "inf"]},
        "value": quarter,
        "direction": None,
        "domain": "all reals",
        "stationary": [],
        "limits": {"w_x": {"-inf": quarter, "+inf": quarter}},
    }
    flat = {"end": "0", "slope": "flat"}
    certificate["proof"] = {
        "method": "line",
        "weight": "w_x",
        "tails": {"-inf": flat, "+inf": flat},
        "breaks": ["0"],
        "pieces": [],
    }
    assert check(certificate).kind == "attained"
    certificate["claim"]["value"] = half
    with pytest.raises(Refused, match=r"claim\.value"):
        check(certificate)


def test_two_tails_alone_can_cover_the_line(walk_through):
    certificate = deepcopy(walk_through["one-point"])
    tail = {"end": "0", "slope": "falling"}
    certificate["proof"].update(tails={"-inf": tail, "+inf": tail}, breaks=["0"], pieces=[])
    assert check(certificate).pieces == 0


def test_any_one_weight_may_be_the_free_one():
    # x = 1, label 0, z = v + x: the loss σ(v + 1)² rises from 0 to 1.
    certificate = make([(1, 1, 1)])
    tail = {"end": "0", "slope": "rising"}
    certificate["problem"].update(
        inputs=["x"], weights={"w_x": "1"}, data={"points": [["1", "0"]], "classes": ["a", "b"]}, title="bias"
    )
    certificate["claim"].update(kind="not-attained", at=None, value=["0", "0"], direction={"bias": "-1"}, stationary=[])
    certificate["claim"]["limits"] = {"bias": {"-inf": ["0", "0"], "+inf": ["1", "1"]}}
    certificate["proof"] = {
        "method": "line",
        "weight": "bias",
        "tails": {"-inf": tail, "+inf": tail},
        "breaks": ["0"],
        "pieces": [],
    }
    assert check(certificate).free == ("bias",)


def test_equal_limits_on_both_sides_are_told_exactly():
    # Rows (1, 1, 0) and (−1, 1, 0): f = ½(σ(v)² + σ(−v)²) = ½(1 − 2σ(1−σ)): least at v = 0, limits ½ on both sides.
    # With labels 1/2, f = (σ − ½)²: least at 0, limits 1/4. Both tails rise away; the limits are claimed as exact rationals.
    for label in ("0", "1/2"):
        check(make([(1, 1, label), (-1, 1, label)]))


def test_progress_is_told_to_the_end(walk_through):
    steps = []
    check(walk_through["cross"], lambda done, total: steps.append((done, total)))
    assert steps[-1][0] == steps[-1][1] >= len(walk_through["cross"]["proof"]["pieces"])


def test_the_command_says_yes_no_or_unreadable_by_its_exit_code(walk_through, tmp_path, capsys, monkeypatch):
    good, bad, broken = (tmp_path / name for name in ("good.json", "bad.json", "broken.json"))
    good.write_text(json.dumps(walk_through["pair"]))
    bad.write_text(json.dumps(walk_through["pair"] | {"version": 2}))
    broken.write_text("{")
    assert [main([str(path)]) for path in (good, bad, broken, tmp_path / "none.json", tmp_path)] == [0, 1, 2, 2, 2]
    output = capsys.readouterr()
    assert "Accepted. The loss has a global minimum" in output.out
    assert "Refused at version: found 2; this checker knows version 1." in output.out
    assert "Unreadable. Not JSON: Expecting property name" in output.err
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(good.read_bytes())))
    assert main(["-"]) == 0


def test_on_a_terminal_the_verdict_is_broken_to_its_width(walk_through, tmp_path, capsys, monkeypatch):
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(walk_through["pair"]))
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert main([str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 40 < sum(map(len, lines))


def test_a_text_that_does_not_end_is_named_in_one_sentence():
    with pytest.raises(Unreadable, match="not JSON: Unterminated string starting at line 1, column 7"):
        check('{"a": "b')


def test_the_module_runs_as_a_command(walk_through, tmp_path):
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(walk_through["pair"]))
    done = subprocess.run(
        [sys.executable, "-m", "chainrule_fast", str(path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
