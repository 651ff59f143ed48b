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
        (["|x| + 1"], "an absolute value is abs(…)"),
        (["f(x) = x^2"], "without the equals sign"),
        (["x!"], "factorials are not known"),
        (["log_2(x)"], "write log(…)/log(2)"),
        (["3.5"], "no variable"),
        (["x - x"], "does not depend on x"),
        (["2x + 1 - (x + x)"], "does not depend on x"),
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


@pytest.mark.parametrize(
    ("equation", "said"),
    [
        ("-x^2", "falls without bound as x → −∞"),  # argparse would take it for an option
        ("-2x", "falls without bound as x → +∞"),
        ("min x^2 - 2x", "global minimum is"),
        ("minimise x^2 - 2x", "global minimum is"),
        ("$x^{2} - 2x$", "global minimum is"),
        ("(x^2 + 1)/(x - 1)", "falls without bound as x → −∞"),  # whatever happens at the pole
    ],
)
def test_what_people_type_is_understood(equation, said, capsys):
    assert main(["minimize", equation]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert said in out
    assert out.startswith("Minimum proved")


def test_a_domain_that_ends_is_told_and_a_box_in_it_helps(capsys):
    assert main(["minimize", "x log(x)"]) == 3
    assert "not to be defined for x < −64" in " ".join(capsys.readouterr().out.split())
    assert main(["minimize", "x log(x)", "--box", "0.1,3"]) == 0  # 0.1 is no double
    assert "x = 0.367879441171" in " ".join(capsys.readouterr().out.split())


def test_a_kink_on_both_tails_is_no_constant(capsys):
    assert main(["minimize", "relu(x + 9) - relu(x)"]) == 3  # 0, then 9
    assert "does not depend" not in capsys.readouterr().err


def test_a_formula_that_is_not_defined_in_some_part_of_a_box_ends(capsys):
    assert main(["minimize", "log(x + y)^2 + (x - y)^2", "--box", "-1,2"]) == 3
    assert "not defined everywhere in the box" in " ".join(capsys.readouterr().out.split())


def test_all_points_of_an_equation_are_listed_and_checked(tmp_path, capsys):
    proof = tmp_path / "proof.json"
    arguments = ["(x^2 - 1)^2 + y^2", "--box", "-2,2", "--all", "--certificate", str(proof)]
    assert main(["minimize", *arguments]) == 0
    assert "Exactly 3 points of the box are stationary, 2 minima and 1 saddle" in " ".join(
        capsys.readouterr().out.split()
    )
    assert main(["check", str(proof)]) == 0
    assert "exactly 3 stationary points" in " ".join(capsys.readouterr().out.split())
