"""An equation in the place of FILE: its verdict, certificate, page, picture, derivative, and refusals that point."""

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
        (["2/0 x"], "2/0 divides by 0"),
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


CALCULATOR = "(0.5 * (1 / (1 + e))^2) + (0.5 * ((1 / (1 + e^(-2x + 1))) - 1)^2)"


def test_explain_tells_the_equation_its_derivative_the_curve_and_the_verdict(capsys):
    assert main(["explain", CALCULATOR]) == 0
    told = capsys.readouterr().out
    assert "f = 0.5·(1/(1 + e))² + 0.5(1/(1 + e^(−2x + 1)) − 1)²" in told
    assert "df/dx = 2(σ(2x − 1) − 1)·σ(2x − 1)(1 − σ(2x − 1))" in told
    assert "⣀" in told
    assert "value → 0.036164744064256634…  (proved)" in told


def test_explain_writes_the_page_and_the_picture(tmp_path, capsys):
    page, picture = tmp_path / "a.html", tmp_path / "a.svg"
    assert main(["explain", "x^2 - 2x", "--page", str(page), "--plot", str(picture)]) == 0
    assert "An equation and its minimum" in page.read_text()
    assert "Lowest at x = 1, where the value is −1" in picture.read_text()


@pytest.mark.parametrize("text", ["x^2 - 2x", "3x", "1/x", "log(x)^2", "x^2 + y^2 - x", "(x-1)^2 + y^2 + z^2"])
def test_plot_draws_a_curve_of_each_variable_through_the_minimum(text, capsys):
    assert main(["plot", text]) in (0, 3)
    told = capsys.readouterr().out
    assert told.count("Curve") == len({c for c in text if c in "xyz"})
    assert "nan" not in told


def test_two_variables_without_a_minimum_have_no_curve_through_it(capsys):
    assert main(["plot", "log(x) + y", "--box", "-1,1", "--boxes", "40"]) == 2
    assert "no minimum" in capsys.readouterr().err


def test_equation_and_derive_print_a_typed_equation_in_other_forms(capsys):
    assert main(["equation", "x^2 - 2x", "--derivative"]) == 0
    assert capsys.readouterr().out == "df/dx = 2x − 2\n"
    assert main(["equation", r"\frac{1}{1 + e^{-x}}", "--as", "wolfram"]) == 0
    assert capsys.readouterr().out == "1 / (1 + e^(-x))\n"
    assert main(["derive", "x^2 e^-x"]) == 0
    told = capsys.readouterr().out
    assert "df/dx = 2x·e^−x − x²·e^−x" in told
    assert "Each of the 6 steps was worked out afresh" in told
    assert main(["derive", "x y", "--weight", "y", "--as", "latex"]) == 0
    assert "\\partial" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["equation", "x y", "--derivative"], "2 variables are free; name one: --derivative x"),
        (["equation", "x^2", "--derivative", "y"], "needed a variable: x"),
        (["equation", "x^2", "--network"], "an equation has no network"),
        (["derive", "x^2", "--point", "1"], "leave --point"),
        (["derive", "x^2", "--weight", "y"], "needed a variable: x"),
        (["plot", "x^2", "--kind", "network", "--output", "a.svg"], "an equation has no network"),
        (["plot", "x^2", "--kind", "points", "--output", "a.svg"], "an equation has no points"),
        (["plot", "x^2", "--kind", "surface", "--output", "a.svg"], "needs two free weights"),
        (["plot", "log(x)", "--box", "-2,-1"], "has no value for x"),
    ],
)
def test_what_an_equation_has_not_is_refused_by_name(arguments, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["-x^2 + x^4", "-2x + x^2", "-(x - 1) x", r"-\sigma(x)", "- x + x^2"])
def test_an_equation_may_begin_with_a_minus(text, capsys):
    assert main(["minimize", text]) == 0
    first = capsys.readouterr().out
    assert main(["minimize", "--", text]) == 0
    assert capsys.readouterr().out == first


def test_an_error_points_at_the_character_of_an_equation_with_a_minus_too(capsys):
    assert main(["minimize", "-x^2 + )"]) == 2
    assert "\n  -x^2 + )\n         ^" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["minimize", "--nonsense", "x^2"], "unrecognized arguments: --nonsense"),
        (["minimize", "-q", "x^2"], "unrecognized arguments: -q"),
        (["minimize", "-x"], "stands behind --, as in -- -x"),
    ],
)
def test_an_unknown_option_is_said_to_be_one(arguments, said, capsys):
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_a_lone_minus_x_is_read_behind_two_dashes(capsys):
    assert main(["minimize", "--", "-x"]) == 0
    assert "falls without bound as x → +∞" in capsys.readouterr().out


def test_an_answer_may_begin_with_a_minus(capsys):
    arguments = ["check-work", "--data-point", "0,1", "--inputs", "x", "--fix", "w_x=0", "--derivative", "bias"]
    assert main([*arguments, "--answer", "-2 (1 - sigmoid(bias))^2 sigmoid(bias)"]) == 0
    assert main([*arguments, "--answer", "-x"]) == 1


def test_the_time_limit_ends_one_variable_too(capsys):
    # Thirty waves settle in some milliseconds; after a billionth of a second nothing is.
    text = "tanh(x^3 - x)^2 + x^4 / 50"
    assert main(["minimize", text, "--time", "1e-9"]) == 3
    told = capsys.readouterr().out
    assert "Time was up" in told
    assert "The time limit was reached" in told
    assert main(["minimize", text, "--time", "60"]) == 0
    assert "the global minimum is 0 at x = 0" in " ".join(capsys.readouterr().out.split())


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
    assert out.startswith("Equation x free f = ")
    assert "Minimum proved" in out


def test_a_domain_that_ends_is_told_and_a_box_in_it_helps(capsys):
    assert main(["minimize", "x log(x)"]) == 3
    assert "not to be defined for x < −64" in " ".join(capsys.readouterr().out.split())
    assert main(["minimize", "x log(x)", "--box", "0.1,3"]) == 0  # 0.1 is no double
    assert "x = 0.367879441171" in " ".join(capsys.readouterr().out.split())


def test_a_kink_on_both_tails_is_no_constant(capsys):
    assert main(["minimize", "relu(x + 9) - relu(x)"]) == 0  # 0, then 9
    out, err = capsys.readouterr()
    assert "plateau at x ≤ −9" in out
    assert "does not depend" not in err
    assert main(["minimize", "relu(x) - relu(x)"]) == 2
    assert "does not depend" in capsys.readouterr().err


def test_a_formula_that_is_not_defined_in_some_part_of_a_box_ends(capsys):
    assert main(["minimize", "log(x + y)^2 + (x - y)^2", "--box", "-1,2"]) == 3
    assert "not defined everywhere in the box" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("equation", ["log(x) + y", "log(x^2 + y^2)", "y/(x - 0.3)^2"])
def test_a_formula_without_a_lower_bound_in_some_part_of_a_box_ends_undecided_and_says_why(equation, capsys):
    # Each falls without bound towards a place in the box; where x < 0 the first is not defined either.
    assert main(["minimize", equation, "--box=-1,1"]) == 3
    out = " ".join(capsys.readouterr().out.split())
    assert "still had no lower bound" in out or "boxes became too small for doubles" in out.lower()
    assert (
        "near some place the formula is not defined, or falls without bound" in out or "not defined everywhere" in out
    )
    assert "not defined" in out
    assert "infimum from −∞ to −" in out


def test_a_limit_that_was_asked_for_holds_where_nothing_bounds_a_formula(capsys):
    assert main(["minimize", "log(x) + y", "--box=-1,1", "--boxes", "12000"]) == 3
    out = " ".join(capsys.readouterr().out.split())
    assert (
        "limit on boxes was reached; the formula is not defined everywhere in the box, for instance not at x = −" in out
    )


def test_all_points_of_an_equation_are_listed_and_checked(tmp_path, capsys):
    proof = tmp_path / "proof.json"
    arguments = ["(x^2 - 1)^2 + y^2", "--box", "-2,2", "--all", "--certificate", str(proof)]
    assert main(["minimize", *arguments]) == 0
    assert "Exactly 3 points of the box are stationary, 2 minima and 1 saddle" in " ".join(
        capsys.readouterr().out.split()
    )
    assert main(["check", str(proof)]) == 0
    assert "exactly 3 stationary points" in " ".join(capsys.readouterr().out.split())


def test_an_equation_may_be_typed_as_it_is_printed(capsys):
    assert main(["minimize", "x²-2x"]) == 0
    assert "global minimum is −1 at x = 1" in capsys.readouterr().out


def test_a_command_that_needs_a_network_says_so_of_an_equation(capsys):
    assert main(["descend", "x^2 - 2x"]) == 2
    assert "found the equation x^2 - 2x; this command needs a problem file" in capsys.readouterr().err


def test_an_unknown_option_points_at_the_help_of_its_command(capsys):
    assert main(["descend", "--weight", "w_x"]) == 2
    assert "see chainrule descend --help" in capsys.readouterr().err


def test_a_minimum_on_a_kink_is_explained_as_one(capsys):
    # |x − 1| + x/2 falls with slope −1/2 up to its kink at 1, and rises with 3/2 behind it: 1/2 there
    assert main(["minimize", "abs(x - 1) + x/2"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "global minimum is 0.5" in printed
    assert "at x = 1, a corner: the only place where the slope changes its sign" in printed
    assert main(["minimize", "abs(x^2 - 2)"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "where the sign of the slope could not be decided" in printed
    assert "stationary point" not in printed
    assert "not decided at x = 1.41421356237…" in printed


def test_the_page_of_a_searched_box_says_that_the_lowest_is_the_lowest_there(tmp_path):
    page = tmp_path / "page.html"
    assert main(["explain", "x^2 + y^2 - xy", "--page", str(page)]) == 0
    assert "Lowest in the box" in page.read_text(encoding="utf-8")


def test_curves_of_several_variables_stay_in_the_box_of_the_answer(capsys):
    # In ±10 x²·y + y² is lowest at x = ±10, y = −10; over all y it would be at −50, of which nothing was proved.
    assert main(["plot", "x^2 y + y^2"]) == 0
    along_x, along_y = capsys.readouterr().out.split("Curve along y")
    assert "−10" in along_x
    assert "−50" not in along_y.splitlines()[-1]


def test_the_equation_is_always_shown_as_it_was_read(tmp_path, capsys):
    typed, read = "xy + x^2 + y^2", "x·y + x² + y²"
    for arguments in (["minimize"], ["explain"], ["plot"], ["plot", "--output", str(tmp_path / "a.svg")], ["derive"]):
        assert main([arguments[0], typed, *arguments[1:]]) == 0
        assert f"    f = {read}" in capsys.readouterr().out
    assert main(["equation", typed]) == 0
    assert capsys.readouterr().out == f"f = {read}\n"
    for command in ("minimize", "explain"):
        assert main([command, typed, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["equation"] == read
    assert main(["explain", typed, "--page", str(tmp_path / "a.html")]) == 0
    assert r"x \cdot y + x^{2} + y^{2}" in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_derive_shows_what_was_written_before_sigmoids_were_gathered(capsys):
    assert main(["derive", "1/(1 + e^-x)"]) == 0
    out = capsys.readouterr().out
    assert "f = 1/(1 + e^−x)\n" in out
    assert "f = σ(x)" in out
