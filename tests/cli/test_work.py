"""`derive` and `check-work` as a person runs them."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from chainrule.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"
CROSS, XOR = str(EXAMPLES / "cross.toml"), str(EXAMPLES / "xor.toml")


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("text", "= 1/4·Σ_(i=1…4) dL_i/dw_x"),
        ("latex", r"\begin{align*}"),
        ("mathml", '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">'),
        ("markdown", "$$ z_{i} = "),
    ],
)
def test_derive_prints_every_form_and_says_that_the_steps_were_checked(form, shown, capsys):
    assert main(["derive", CROSS, "--as", form]) == 0
    printed = capsys.readouterr().out
    assert shown in printed
    assert "both sides agree" in " ".join(printed.split())


def test_derive_of_a_hidden_weight_with_numbers_shows_the_table(capsys):
    at = "w1[0,x]=1,w1[0,y]=1,b1[0]=0,w1[1,x]=1,w1[1,y]=1,b1[1]=-1,w2[0,0]=2,w2[0,1]=-2,b2[0]=0"
    assert main(["derive", XOR, "--weight", "w1[0,y]", "--point", "2", "--at", at]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    # point 2 is (0, 1): z1[0] = 1, z1[1] = 0, z2[0] = 2 tanh 1 = 1.523188, a2[0] = σ of it
    assert "a1[0] 1 0.761594" in printed
    assert "a2[0] 1.52319 0.821007" in printed


def test_derive_asks_which_of_many_weights(capsys):
    assert main(["derive", XOR]) == 2
    assert "9 weights are free; name one to derive by: --weight w1[0,x]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "status", "shown"),
    [
        (["--answer", "(1/(1+e^(-3w))-1)^2", "--point", "3"], 0, "Equal"),
        (["--answer", "L = (1/(1+e^(-3w))-1)^2", "--point", "3"], 0, "Equal"),
        (["--answer", r"\left(\frac{1}{1+e^{-3w}}-1\right)^{2}", "--point", "3"], 0, "Equal"),
        (["--answer", "(1/(1+e^(-3w))-1)", "--point", "3"], 1, "Different: at w_x = 0 yours is −0.5"),
        (["--answer", "6(a-1)", "--point", "3"], 1, "Different"),
    ],
)
def test_check_work_says_equal_or_where_not(arguments, status, shown, capsys):
    assert main(["check-work", CROSS, *arguments]) == status
    assert shown in " ".join(capsys.readouterr().out.split())


def test_check_work_recognizes_the_answer_to_another_question(tmp_path, capsys):
    main(["equation", CROSS, "--derivative", "--as", "latex"])
    (tmp_path / "mine.txt").write_text(capsys.readouterr().out)
    assert main(["check-work", CROSS, "--answer-file", str(tmp_path / "mine.txt")]) == 1
    assert "it is the derivative by w_x, not the loss" in capsys.readouterr().out
    assert main(["check-work", CROSS, "--derivative", "--answer-file", str(tmp_path / "mine.txt")]) == 0


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ([], "needed your equation, once"),
        (["--answer", "L ="], "the equation is empty"),
        (["--answer", "(1/(1+e^w)"], "needed ')'"),
        (["--answer", "p + q"], "your equation has p, q; needed an equation in w_x"),
        (["--answer", "w", "--point", "9"], "there is no point 9"),
        (["--answer", "x" * 30_000], "at most 20,000 are read"),
    ],
)
def test_work_that_cannot_be_read_is_refused_with_what_to_do(arguments, shown, capsys):
    assert main(["check-work", CROSS, *arguments]) == 2
    assert shown in capsys.readouterr().err


def test_check_work_understands_the_letters_of_the_blackboard(capsys):
    assert main(["check-work", CROSS, "--point", "3", "--derivative", "--answer", "-2*(1-a)*a*(1-a)*3"]) == 0
    assert capsys.readouterr().out.startswith("Equal")


@pytest.mark.parametrize(
    ("depth", "told", "untold"),
    [
        ("1", ["Different: at w_x = 0", "the term of point 3 is off", "--hint 2"], ["sigmoid rule", "yours is 2(a"]),
        ("2", ["sigmoid rule, σ' = σ(1 − σ): it is left out", "--hint 3"], ["yours is 2(a − 1)·3", "σ(3w_x)"]),
        ("3", ["sigmoid rule", "yours is 2(a − 1)·3", "--hint 4"], ["σ(3w_x)"]),
        ("4", ["sigmoid rule", "the right one is 6(σ(3w_x)", "The right one: dL_3/dw_x ="], ["--hint"]),
    ],
)
def test_hints_tell_where_then_the_rule_then_the_term_and_only_at_last_the_answer(depth, told, untold, capsys):
    arguments = ["check-work", CROSS, "--point", "3", "--derivative", "--answer", "2(a-1)*3", "--hint", depth]
    assert main(arguments) == 1
    printed = " ".join(capsys.readouterr().out.split())
    assert all(part in printed for part in told)
    assert not any(part in printed for part in untold)


def test_a_hint_about_a_value_does_not_tell_the_value(capsys):
    arguments = ["check-work", CROSS, "--point", "3", "--of", "a", "--at", "w_x=1", "--answer", "0.731"]
    for depth in ("1", "2", "3"):
        assert main([*arguments, "--hint", depth]) == 1
        assert main([*arguments, "--hint", depth, "--json"]) == 1
        assert "0.952" not in capsys.readouterr().out
    assert main([*arguments, "--hint", "2"]) == 1
    assert "--hint 4 tells the right answer" in capsys.readouterr().out, "a number has no term to tell of"
    assert main(arguments) == 1
    assert "0.95257413" in capsys.readouterr().out


def test_check_work_speaks_to_machines(capsys):
    asked = ["check-work", CROSS, "--point", "3", "--derivative", "--json"]
    assert main([*asked, "--answer", "2(a-1)*3", "--hint", "2"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["verdict"], found["accepted"]) == ("different", False)
    assert found["at"] == {"w_x": "0"}
    assert float(found["yours"]) == -3
    assert float(found["right_value"]) == -0.75
    assert found["where"] == ["the term of point 3 is off"]
    assert found["rule"].startswith("sigmoid rule")
    assert "right" not in found
    assert main([*asked, "--at", "w_x=1", "--answer", "-0.0129"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "rounded"


def test_check_work_takes_a_typed_equation(capsys):
    assert main(["check-work", "x^2 - 2x", "--derivative", "--answer", "2x - 2"]) == 0
    assert main(["check-work", "x^2 - 2x", "--derivative", "--answer", "2x - 1"]) == 1
    assert "The right one: df/dx = 2x − 2" in " ".join(capsys.readouterr().out.split())
    assert main(["check-work", "x^2 - 2x", "--point", "1", "--answer", "2x"]) == 2
    assert "an equation has no points and no units" in capsys.readouterr().err


def test_derive_puts_numbers_into_a_typed_equation_and_encloses_the_values(capsys):
    assert main(["derive", "x^2 e^(-x)", "--at", "x=3"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    # f(3) = 9/e³, f'(3) = (6 − 9)/e³
    assert "df/dx = 2·3·e^−3 − 3²·e^−3 put the numbers in = −3·e^−3 tidy up" in printed
    assert "f = 0.448083615310… (enclosed) df/dx = −0.149361205103… (enclosed)" in printed
    assert main(["derive", "x^2 y", "--at", "x=3"]) == 0
    assert "∂f/∂x still depends on y ∂f/∂y = 9 (enclosed)" in " ".join(capsys.readouterr().out.split())
    assert main(["derive", "1/x", "--at", "x=0"]) == 0
    assert "f has no value there" in capsys.readouterr().out
    assert main(["derive", "x^2", "--at", "y=0"]) == 2
    assert "--at 'y': needed a variable: x" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["latex", "mathml", "markdown"])
def test_derive_prints_the_values_in_every_form(form, capsys):
    assert main(["derive", "x^2", "--at", "x=3", "--as", form]) == 0
    assert "df/dx = 6 (enclosed)" in capsys.readouterr().out


def test_the_derivative_of_one_point_says_of_which(capsys):
    assert main(["equation", CROSS, "--point", "3", "--derivative"]) == 0
    assert capsys.readouterr().out.startswith("dL_3/dw_x = ")


def test_the_network_needs_no_points(tmp_path, capsys):
    assert main(["equation", "--network", "--inputs", "p,q"]) == 0
    assert capsys.readouterr().out == "a = 1/(1 + e^−(p·w_p + q·w_q + bias))\n"
    (tmp_path / "net.toml").write_text('inputs = ["p"]\nlayers = [1]\nactivation = "tanh"\n[weights]\nbias = 2\n')
    assert main(["equation", str(tmp_path / "net.toml"), "--network", "--steps"]) == 0
    assert "= tanh(p·w_p + 2)" in capsys.readouterr().out
    assert main(["equation", str(tmp_path / "net.toml")]) == 2, "the loss does"
    assert "the problem has no data" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (["--point", "3"], "= (1/(1 + e^−(3w_x + 1 − 1)) − 1)²                (put the point in)"),
        (["--network"], "= 1/(1 + e^−(x·w_x + y − 1))           (put the weights in)"),
        ([], "(put the points in)"),
        (["--derivative"], "(mean rule)"),
        (["--point", "3", "--as", "latex"], r"\tag*{put the weights in}"),
    ],
)
def test_equation_tells_its_steps_in_every_form(options, shown, capsys):
    assert main(["equation", CROSS, "--steps", *options]) == 0
    assert shown in capsys.readouterr().out


def test_equation_prints_the_calculators_link(capsys):
    assert main(["equation", CROSS, "--link"]) == 0
    address = capsys.readouterr().out.strip()
    assert address.startswith("https://www.wolframalpha.com/input?i=minimize+")
    asked = parse_qs(urlsplit(address).query)["i"][0]
    assert asked.startswith("minimize (0.25 * (1 / (1 + e^x))^2) + ")
    assert main(["equation", CROSS, "--derivative", "--point", "3", "--link"]) == 0
    assert "w_x" in parse_qs(urlsplit(capsys.readouterr().out.strip()).query)["i"][0]
    assert main(["equation", str(EXAMPLES / "iris-sepals.toml"), "--link"]) == 2
    assert "stands in it as a sum over its rows; ask about one of them: --point N" in capsys.readouterr().err
    assert main(["equation", "+".join(f"x^{k}/{k}" for k in range(1, 400)), "--link"]) == 2
    assert "too long for a link" in capsys.readouterr().err


def test_a_network_is_stated_without_a_file(capsys):
    stated = ["--layers", "2,1", "--activation", "tanh,sigmoid", "--loss", "cross-entropy", "--penalty", "0.5"]
    assert main(["equation", *stated, "--inputs", "x", "--data-point", "1,1"]) == 0
    printed = capsys.readouterr().out
    assert "tanh(w1[0,x] + b1[0])" in printed
    assert "0.5(w1[0,x]² + w1[1,x]² + w2[0,0]² + w2[0,1]²)" in printed
    assert main(["equation", CROSS, "--loss", "mae", "--point", "3"]) == 0
    assert "abs(" in capsys.readouterr().out
    assert main(["equation", "x^2", "--loss", "mae"]) == 2
    assert "leave --loss out" in capsys.readouterr().err
    assert main(["equation", "--layers", "2;1", "--network"]) == 2
    assert "--layers '2;1': needed the units of each layer" in capsys.readouterr().err
