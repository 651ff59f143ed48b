"""Typed equations that are a neuron's loss in other words: recognised exactly, proved over all reals, and told from all others."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.problems import WALK_THROUGH

from chainrule.algebra.evaluate import evaluate
from chainrule.algebra.wide import WideArrays
from chainrule.errors import ProblemError
from chainrule.expression.typed import TypedProblem
from chainrule.formula import loss, weight_values
from chainrule.notebook import combine, to_equation
from chainrule.plot import pieces_of
from chainrule.plot.several import place_of
from chainrule.prove.generic.neuron import as_neuron
from chainrule.verdict import minimize

KNOWN = {known.name: known.problem for known in WALK_THROUGH}
# cross, w_x = u and w_y = v free, bias = −1: z = −u + v − 1, u − v − 1, 3u + v − 1, u + 3v − 1.
CROSS = [(-1, 1, 0), (1, -1, 0), (3, 1, 1), (1, 3, 1)]
TWO = " + ".join(f"0.25*(1/(1 + e^-({x}u + {y}v - 1)) - {label})^2" for x, y, label in CROSS)


def solved(text, **box):
    ends = {name: tuple(map(Fraction, pair)) for name, pair in box.items()}
    answer = minimize(TypedProblem.read(text), ends or None)
    assert answer.minimum.trust == "proved", answer.reasons
    return answer


def by_neuron(answer):
    return answer.certificate["proof"]["method"] == "neuron"


def test_several_variables_are_proved_over_all_reals_as_the_problem_file_is():
    answer, stated = solved(TWO), minimize(KNOWN["cross"].release("w_y"))
    assert by_neuron(answer)
    assert answer.minimum.kind == stated.minimum.kind == "not-attained"
    assert answer.minimum.domain is None
    assert answer.minimum.value == stated.minimum.value
    assert answer.minimum.direction["u"] == answer.minimum.direction["v"]


def test_what_combine_writes_is_recognised():
    points = [(-1, 1, 0), (1, -1, 0), (3, 1, 1), (1, 3, 1)]
    equations = [to_equation(None, 1, -1, x, y, label) for x, y, label in points]
    answer, stated = solved(combine(*equations)), minimize(KNOWN["cross"])
    assert by_neuron(answer)
    assert answer.minimum.value == stated.minimum.value
    assert answer.minimum.at["v"] == stated.minimum.at["w_x"]
    assert answer.limits["v"] == stated.limits["w_x"]


# Each is 4·(mean of cross's four terms) + 3, or a plain part of it, in another form.
FORMS = [
    "4*(TWO) + 3",
    "3 + (TWO)/0.25",
    "-(-4*(TWO)) + 3",
    # (σ − 1)² = σ² − 2σ + 1, spelled out for the last point
    " + ".join(f"(1/(1 + e^-({x}u + {y}v - 1)) - {label})^2" for x, y, label in CROSS[:3])
    + " + σ(u + 3v - 1)*σ(u + 3v - 1) - 2σ(u + 3v - 1) + 4",
    # σ(z) = (1 + tanh(z/2))/2
    " + ".join(f"(tanh(({x}u + {y}v - 1)/2) + 1 - 2*{label})^2/4" for x, y, label in CROSS) + " + 3",
    # e^z/(1 + e^z), and 1 − σ(−z)
    " + ".join(f"(e^({x}u + {y}v - 1)/(e^({x}u + {y}v - 1) + 1) - {label})^2" for x, y, label in CROSS[:2])
    + " + (1 - σ(1 - 3u - v) - 1)^2 + ((1 + e^-(u + 3v - 1))^-1 - 1)^2 + 3",
]


@pytest.mark.parametrize("form", FORMS)
def test_other_forms_have_the_same_answer_scaled_and_shifted(form):
    answer, plain = solved(form.replace("TWO", TWO)), solved(TWO)
    assert by_neuron(answer)
    assert answer.minimum.kind == plain.minimum.kind
    image = [4 * end + 3 for end in (plain.minimum.value.lower, plain.minimum.value.upper)]
    assert answer.minimum.value.lower <= image[0]
    assert image[1] <= answer.minimum.value.upper
    assert answer.minimum.value.width <= 4 * plain.minimum.value.width + Fraction(1, 10**20)


@pytest.mark.parametrize(
    "text",
    [
        "(σ(x) - 2)^2",  # a label outside [0, 1]
        "(σ(x) - 0.5)^2 - (σ(2x) - 1)^2",  # a negative factor
        "σ(x)",  # no square
        "(σ(x) - 1)^2 + 0.1x",  # a term that is linear
        "(σ(x)*σ(2x) - 1)^2",
        "(σ(x^2) - 1)^2",
        "(σ(x) - 1)^4",
        "(σ(x) - sqrt(0.5))^2",  # a label that is not rational
        "(σ(x) - 1)^2 + e",
        "(σ(x) + σ(y) - 1)^2",  # a hidden layer
        "(σ(σ(x)) - 1)^2",
        "(σ(x) - 1)^2 + 0*y",  # y makes no difference
        "(σ(x) - 1)^2/(1 - 1)",
        "x^2 e^-x",
    ],
)
def test_what_is_no_loss_of_a_neuron_is_left_to_the_general_way(text):
    assert as_neuron(TypedProblem.read(text)) is None


fractions = st.fractions(-3, 3, max_denominator=20)
TERMS = st.lists(
    st.tuples(
        st.fractions("1/9", 9, max_denominator=20),
        fractions,
        fractions,
        fractions,
        st.fractions(0, 1, max_denominator=9),
    ),
    min_size=1,
    max_size=5,
)


@given(TERMS, fractions, fractions, fractions)
def test_scale_constant_and_points_give_back_the_equation(terms, constant, u, v):
    text = " + ".join(f"({c})*(1/(1 + e^-(({a})u + ({b})v + ({t}))) - ({y}))^2" for c, a, b, t, y in terms)
    typed = TypedProblem.read(f"{text} + ({constant}) + 0*(u + v)")
    neuron = as_neuron(typed)
    if not all(any(term[1 + j] for term in terms) for j in (0, 1)):
        assert neuron is None
        return
    at = {"u": u, "v": v}
    algebra = WideArrays()
    typed_value = evaluate(algebra, typed.expression, {name: algebra.constant(x) for name, x in at.items()})
    weights = {name: algebra.constant(at[variable]) for name, variable in neuron.names.items()}
    stated = loss(algebra, neuron.problem, weight_values(algebra, neuron.problem, weights))
    assert float(neuron.scale) * float(stated) + float(neuron.constant) == pytest.approx(float(typed_value), abs=1e-10)


def test_an_interval_for_one_variable_still_lists_its_stationary_points():
    answer = solved("(σ(x) - 0.25)^2 + 0.5σ(-2x)^2", x=(-2, 9))
    assert not by_neuron(answer)
    assert len(answer.stationary) == 1


def test_a_box_for_several_variables_is_kept():
    answer = solved(TWO, u=(-1, 2), v=(-1, 3))
    assert by_neuron(answer)
    assert answer.minimum.domain["v"].to_json() == ["-1", "3"]
    assert answer.minimum.kind == "attained"
    with pytest.raises(ProblemError, match="needed an interval for each of u, v"):
        minimize(TypedProblem.read(TWO), {"u": (Fraction(0), Fraction(1))})


def test_the_pieces_of_its_proof_are_drawn_and_it_has_no_points_to_show():
    answer = solved(TWO.replace("v", "1"))  # cross with w_y = 1
    assert next(piece.reason for piece in pieces_of(answer)) == "falling"
    assert isinstance(answer.problem, TypedProblem)
    with pytest.raises(ProblemError, match="no network and no points"):
        _ = answer.network_problem


def test_a_curve_or_surface_of_an_equation_without_a_minimum_can_be_drawn():
    assert np.isfinite(place_of(solved(TWO))).all()  # towards its infimum at infinity
