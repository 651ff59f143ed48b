"""What a notebook shows of a result, without being asked: HTML, Markdown where HTML is not trusted, text where neither is."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

import chainrule
from chainrule.descent import descend
from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem
from chainrule.verdict import minimize
from tests.problems import BY_NAME

CROSS = BY_NAME["cross"].problem
POINTS = BY_NAME["cross"].points


def shown(result):
    """What each kind of front end gets of a result, by MIME type, from IPython itself."""
    from IPython.core.formatters import DisplayFormatter

    formatter = DisplayFormatter()
    formatter.active_types = formatter.format_types
    return formatter.format(result)[0]


@pytest.mark.parametrize("weights", [{"w_y": 1, "bias": -1}, {"bias": -1}, {}], ids=["one", "two", "three"])
def test_an_answer_shows_its_verdict_in_every_form(weights):
    forms = shown(minimize(Problem.state(["x", "y"], POINTS, weights)))
    assert set(forms) == {"text/html", "text/markdown", "text/plain"}
    assert all("proved" in form for form in forms.values())
    assert "<script" not in forms["text/html"]


def test_markup_in_a_title_is_text_in_markdown():
    problem = Problem.state(["x"], [[1, 0], [-2, 1]], title="<b>x</b> *y* [z](u) | $\\frac$ `c`")
    first = shown(problem)["text/markdown"].split("\n")[0]
    assert first.startswith(r"\<b\>x\</b\> \*y\* \[z\]\(u\) \| \$\\frac\$ \`c\` (2 points")


def test_an_answer_to_a_typed_equation_shows_itself():
    forms = shown(minimize(TypedProblem.read("x^2 - 2x")))
    assert "proved" in forms["text/html"]
    assert all("f = x^{2} - 2 \\, x" in forms[kind] for kind in ("text/html", "text/markdown"))


@pytest.mark.parametrize("result", [chainrule.loss_equation(CROSS), chainrule.parse("1/(1 + e^-v)")])
def test_an_equation_is_native_mathml_and_latex_where_html_is_not_trusted(result):
    forms = shown(result)
    assert "@font-face" in forms["text/html"]
    math = ElementTree.fromstring(f"<body>{forms['text/html']}</body>").find(
        ".//{http://www.w3.org/1998/Math/MathML}math"
    )
    assert math is not None
    assert math.find(".//{*}mfrac") is not None
    assert "\\frac" in forms["text/latex"]
    assert "\\frac" in forms["text/markdown"]
    assert forms["text/plain"] == str(result)


def test_steps_are_a_tuple_that_shows_every_rule_and_equation():
    steps = chainrule.derivative_steps(CROSS, "w_x")
    forms = shown(steps)
    assert isinstance(steps, tuple)
    assert forms["text/html"].count("<math") >= len(steps)
    for step in steps:
        assert f"{step.equation}    ({step.rule}" in forms["text/plain"]
        assert step.rule in forms["text/markdown"]
    assert shown(steps[0])["text/plain"] == forms["text/plain"].splitlines()[0]


def test_a_problem_shows_its_network_and_its_points():
    forms = shown(CROSS)
    assert forms["text/html"].count("<svg") == 2
    assert "| 2 | 1 | −1 | 0 |" in forms["text/markdown"]
    assert forms["text/plain"] == f"{CROSS.title} (4 points; mse; free: w_x; fixed: w_y = 1, bias = −1)"


def test_a_path_shows_its_steps_and_how_it_ended():
    path = descend(CROSS, "gd", {"w_x": 0}, rate=4, steps=40)
    forms = shown(path)
    assert forms["text/html"].count("<tr>") == len(path.table()) == 17
    assert "converged after 40 steps" in forms["text/plain"]
    assert forms["text/markdown"].splitlines()[2].startswith("| step | w_x | loss | \\|gradient\\| |")


def test_backpropagation_shows_messages_and_gradient():
    forms = shown(chainrule.backpropagate(CROSS, 2, {"w_x": "1/2"}))
    for form in (forms["text/html"], forms["text/markdown"], forms["text/plain"]):
        assert "∂L/∂z" in form
        # a = σ(1.5) = 0.8175745, 2(a − 1) a (1 − a) = −2 · 0.8175745 · 0.1824255² = −0.0544162, and the point has x = 3
        assert "−0.0544162" in form
        assert "−0.163249" in form


@pytest.mark.parametrize(
    ("draw", "title"),
    [
        (chainrule.plot_loss, "Lowest at w_x = 1.0531999"),
        (chainrule.plot_plane, "The best line"),
        (lambda answer: chainrule.plot_descent([descend(CROSS, steps=3)], answer), CROSS.title),
    ],
)
def test_a_picture_shows_itself_as_vectors_and_as_pixels_the_same_each_time(draw, title):
    forms, again = (shown(draw(minimize(CROSS))) for _ in range(2))
    assert set(forms) == {"image/svg+xml", "image/png", "text/plain"}
    assert forms == again
    assert title in forms["text/plain"]
    assert "<svg" in forms["image/svg+xml"]


def test_what_the_page_knows_nothing_of_is_shown_as_text():
    answer = minimize(CROSS)
    assert shown(answer.minimum.at["w_x"]) == {"text/plain": "1.05319998952…"}
    wrong = chainrule.check_work(CROSS, "w_x", "w_x", 2)
    assert shown(wrong) == {"text/plain": str(wrong)}
    assert str(wrong).startswith("Different: at w_x = 0 ")
