"""``chainrule minimize EQUATION``: the verdict of an equation, its certificate, and refusals that point."""

from __future__ import annotations

import json

import pytest

from chainrule.cli import main


def test_the_calculator_form_is_solved_and_proved(capsys):
    assert (
        main(["minimize", "minimize (0.5 * (1 / (1 + e))^2) + (0.5 * ((1 / (1 + e^(-2x + 1))) - 1)^2)", "--json"]) == 0
    )
    answer = json.loads(capsys.readouterr().out)
    assert answer["free"] == ["x"]
    assert answer["minimum"]["kind"] == "not-attained"
    assert answer["minimum"]["trust"] == "proved"
    assert answer["minimum"]["value"][0].startswith("0.036164744064")  # ½·(1/(1 + e))²
    assert answer["minimum"]["direction"] == {"x": "1"}


def test_its_certificate_is_checked_as_any_other(tmp_path, capsys):
    proof = tmp_path / "proof.json"
    assert main(["minimize", "x log(x)", "--box", "0.125,3", "--certificate", str(proof)]) == 0
    assert main(["check", str(proof)]) == 0
    assert "Accepted" in capsys.readouterr().out


def test_infinite_limits_are_written_as_such(capsys):
    assert main(["minimize", "x^2 e^-x"]) == 0
    assert "value → +∞" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["(x + 1"], "\n  (x + 1\n        ^"),
        (["x+" * 500_000], "1,000,000 characters"),
        (["3 + 4"], "no variable"),
        (["a b c d"], "4 variables"),
        (["x^2", "--fix", "w_x=1"], "leave --fix out"),
        (["x y", "--box", "x=0,1"], "y has no interval"),
        (["missing.toml"], "missing.toml"),
    ],
)
def test_bad_input_ends_with_status_2_and_a_message(arguments, said, capsys):
    assert main(["minimize", *arguments]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


def test_a_file_of_that_name_is_a_file(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x+1").write_text("not a problem")
    assert main(["minimize", "x+1"]) == 2
    assert "equation" not in capsys.readouterr().err
