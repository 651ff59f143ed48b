"""What the pages of hidden layers and of typed equations say: every unit with its own activation, numbers as they are."""

import re
import shlex
from fractions import Fraction
from html import unescape

import pytest

import chainrule
from chainrule.calculus import backpropagate, formula_derivative, unit_equations, unit_steps
from chainrule.cli import main
from chainrule.page import render_page
from chainrule.page.network import shown_values
from chainrule.plot.network import number
from tests.page.problems import ALL, NETWORKS, TYPED
from tests.page.test_page import Document


def text_of(page):
    return "".join(Document(page).text)


def tex_of(page):
    return [unescape(t) for t in re.findall(r'<annotation encoding="application/x-tex">(.*?)</annotation>', page)]


def drawing(page, key):
    """The texts of the picture with that key."""
    svg = re.search(rf'<svg class="cr-picture[^"]*"[^>]*aria-labelledby="cr-{key}-t.*?</svg>', page, re.DOTALL)[0]
    return [unescape(text) for text in re.findall(r"<text[^>]*>(.*?)</text>", svg, re.DOTALL)]


@pytest.mark.parametrize("name", ALL)
def test_every_element_is_closed_and_nothing_is_fetched(name, more_pages):
    document = Document(more_pages(name))
    assert document.open == []
    ids = document.values("id")
    assert len(ids) == len(set(ids))
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in document.elements}
    assert all(href.startswith(("#", "https://www.wolframalpha.com/")) for href in document.values("href"))
    outside = re.findall(r"url\(([^)]*)\)", more_pages(name))
    assert all(target.startswith(("data:", "#")) for target in outside)


@pytest.mark.parametrize("name", NETWORKS)
def test_each_unit_has_an_equation_of_its_own_and_none_stands_inside_another(name, more_pages):
    problem, tex = NETWORKS[name], tex_of(more_pages(name))
    written = [*unit_equations(problem), *(step.after for step in unit_steps(problem, 0))]
    for shown in written:
        if "0.333" not in str(shown):
            latex = chainrule.print_expression(shown, "latex")
            assert any(text == latex or text.endswith(f"= {latex}") for text in tex)
    if len(problem.network.layers) > 1:
        nested = chainrule.print_expression(chainrule.network_equation(problem), "latex")
        assert nested not in tex


@pytest.mark.parametrize("name", NETWORKS)
def test_each_unit_is_drawn_with_its_own_activation(name, more_pages):
    symbols = {"sigmoid": "σ", "identity": "a = z"}
    texts = drawing(more_pages(name), "network")
    for layer in NETWORKS[name].network.layers:
        symbol = symbols.get(layer.activation, layer.activation)
        same = [k.units for k in NETWORKS[name].network.layers if k.activation == layer.activation]
        assert texts.count(symbol) == sum(same)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_weight_stands_on_its_edge_with_its_value_or_as_free(name, more_pages, more_answers):
    problem, texts = NETWORKS[name], drawing(more_pages(name), "network")
    shown = shown_values(more_answers(name))
    for weight in problem.network.weight_names:
        found = [text for text in texts if text.startswith(f"{weight} ")]
        assert len(found) == 1, weight
        if weight in problem.fixed:
            told = found[0].split(" = ")[1].replace("−", "-")
            assert abs(float(told.rstrip("…")) - float(problem.fixed[weight])) < 1e-5
        else:
            assert found[0] == (f"{weight} = {number(shown[weight])}" if shown else f"{weight} free")


@pytest.mark.parametrize("name", NETWORKS)
def test_the_numbers_on_the_network_are_those_of_backpropagation(name, more_pages, more_answers):
    problem, page = NETWORKS[name], more_pages(name)
    row = int(re.search(r"For point (\d+)", text_of(page))[1]) - 1
    values = shown_values(more_answers(name)) or dict.fromkeys(problem.free, 1.0)
    table, texts = backpropagate(problem, row, values), drawing(page, "backprop")
    for unit in table.units:
        z, a = (problem.network.part_name(letter, unit.layer, unit.unit) for letter in "za")
        assert f"{z} = {number(unit.z)}" in texts
        assert f"{a} = {number(unit.a)}" in texts
        assert f"∂L/∂z = {number(unit.message)}" in texts
        if unit.arriving is not None:
            assert f"∂L/∂a = {number(unit.arriving)}" in texts
    for weight in problem.free:
        assert f"∂L/∂w = {number(table.gradient[weight])}" in texts


def test_the_words_are_those_of_the_network_and_not_of_a_neuron(more_pages):
    eight = text_of(more_pages("eight"))
    assert "The neuron multiplies" not in eight
    assert "squared difference" not in eight
    assert "kink and no derivative" in eight
    assert "relu keeps it where it is positive" in eight
    assert "the line of the minimum" not in eight
    assert "cross-entropy, minus the logarithm" in text_of(more_pages("classes"))
    assert "adds its bias" not in text_of(more_pages("no-bias"))
    assert "what the network answers at the minimum, shaded" in text_of(more_pages("classes"))


def test_a_step_for_one_weight_is_not_said_again_for_the_next(more_pages):
    page = more_pages("two-free")
    section = page[page.index("Its derivative</h2>") : page.index("Backpropagation, with numbers</h2>")]
    shown = tex_of(section)
    assert len(shown) == len(set(shown))


@pytest.mark.parametrize("name", TYPED)
def test_a_typed_page_tells_the_equation_its_derivative_and_the_verdict(name, more_pages, more_answers):
    problem, page, answer = TYPED[name], more_pages(name), more_answers(name)
    tex, text = tex_of(page), text_of(page)
    assert any(chainrule.print_expression(problem.shown, "latex") in shown for shown in tex)
    for variable in problem.free:
        assert chainrule.print_expression(formula_derivative(problem.expression, variable), "latex") in tex
    assert answer.minimum.trust in text
    assert answer.minimum.why[1:30].split(",")[0] in text
    assert "chainrule explain --page page.html" in text
    assert "The network" not in text
    assert '"format": "chainrule certificate"' in text


def test_the_command_on_a_typed_page_makes_the_page_again(tmp_path):
    box = dict.fromkeys(TYPED["two"].free, (Fraction(-10), Fraction(10)))
    page = render_page(chainrule.minimize(TYPED["two"], box))
    command = re.search(r"chainrule explain --page page.html.*?(?=</code>)", page)[0]
    program, *arguments = shlex.split(unescape(command))
    assert program == "chainrule"
    made = tmp_path / "again.html"
    assert main([argument.replace("page.html", str(made)) for argument in arguments]) == 0
    seconds = re.compile(r"[\d.e+]+ m?s\b")
    assert seconds.sub("", made.read_text()) == seconds.sub("", page)


def test_a_network_of_no_free_weight_with_a_value_says_what_it_sets():
    # Along w1[0,x] of `xor` the loss only falls, so there is no minimum to take a value from.
    assert "with each free weight set to 1" in text_of(render_page(chainrule.minimize(NETWORKS["xor"])))


def test_what_is_minimised_besides_the_mean_is_said():
    stated = {"inputs": ["x"], "penalty": "0.1", "weights": {"bias": 0}, "data": {"points": [[1, 1], [2, 0], [-1, 0]]}}
    page = text_of(render_page(chainrule.minimize(chainrule.problem_from_dict(stated))))
    assert "the mean over the 3 points and the penalty 0.1 · Σ w² over all weights but biases" in page
