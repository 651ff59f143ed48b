"""Other coordinates: the same problem, exactly, in which askew valleys follow the axes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_iris
from tests.truth import true_loss

from chainrule import minimize
from chainrule.problem import Problem
from chainrule.prove.boxes.slabs import Slabs
from chainrule.prove.boxes.state import Limits
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.search import search
from chainrule.prove.space import coordinates as module
from chainrule.prove.space.coordinates import are_askew, find_coordinates

TEN = (Fraction(-10), Fraction(10))


def petals():
    x, y = load_iris(return_X_y=True)
    return Problem.from_table(np.column_stack([x[y > 0][:, 2:], y[y > 0] - 1]))


def noisy(seed, rows=30, mix=0.02):
    """Two columns that nearly repeat each other, far from 0: short decimals."""
    rng = np.random.default_rng(seed)
    first = 5 + rng.normal(size=rows)
    second = first + mix * rng.normal(size=rows)
    label = (first - 5 + 20 * (second - first) + 1.5 * rng.normal(size=rows) > 0).astype(int)
    return [(f"{a:.3f}", f"{b:.3f}", int(c)) for a, b, c in zip(first, second, label, strict=True)]


def test_the_new_columns_are_the_old_ones_times_the_matrix_exactly():
    problem = petals()
    found = find_coordinates(Ridge.of(problem), np.zeros(3, bool))
    moved = found.problem(problem)
    theta = {"w_x": Fraction("1.7"), "w_y": Fraction(-3, 7), "bias": Fraction("0.1")}
    phi = dict(
        zip(
            found.names,
            (sum(t * x for t, x in zip(row, theta.values(), strict=True)) for row in found.inverse),
            strict=True,
        )
    )
    assert found.point(phi) == theta
    for row in range(0, 100, 7):
        (x, y), (u, v) = problem.data.point(row)[0], moved.data.point(row)[0]
        assert x * theta["w_x"] + y * theta["w_y"] + theta["bias"] == u * phi["w_x"] + v * phi["w_y"] + phi["bias"]


def test_raw_petals_are_found_askew_and_centred_ones_are_not():
    x, y = load_iris(return_X_y=True)
    x, y = x[y > 0][:, 2:], y[y > 0] - 1
    assert are_askew(Ridge.of(Problem.from_table(np.column_stack([x, y]))))
    assert not are_askew(Ridge.of(Problem.from_table(np.column_stack([(x - x.mean(axis=0)) / x.std(axis=0), y]))))


def test_raw_petals_have_their_infimum_at_infinity_as_centred_ones_have():
    answer = minimize(petals())
    assert (answer.minimum.kind, answer.minimum.trust) == ("not-attained", "proved")
    # minimum.md 4.6: three points of a hundred are given up.
    assert answer.minimum.value.lower == answer.minimum.value.upper == Fraction(3, 100)
    way = answer.minimum.direction
    far = {name: 400 * step / abs(way["w_x"]) for name, step in way.items()}
    assert abs(float(true_loss(answer.problem, far)[0]) - 0.03) < 1e-6
    assert "along (" in answer.minimum.why


def test_four_measurements_of_tumours_in_a_box_are_proved_and_take_few_boxes():
    x, y = load_breast_cancer(return_X_y=True)
    x = (x[:, :4] - x[:, :4].mean(axis=0)) / x[:, :4].std(axis=0)
    problem = Problem.from_table(np.column_stack([x, y]))
    answer = minimize(problem, box=dict.fromkeys(problem.free, TEN), limits=Limits(gap=1e-3))
    assert answer.minimum.trust == "proved"
    assert answer.certificate["proof"]["method"] == "coordinates"
    # The search in the weights themselves, gap 1e-3, found a point of loss 0.063786938616 on two faces of the box.
    assert answer.minimum.value.lower <= Fraction("0.063786938616") + Fraction(1, 10**9)
    assert answer.minimum.value.upper <= Fraction("0.063786938617") + Fraction(1, 10**9)
    assert all(low <= answer.best[name] <= high for name, (low, high) in dict.fromkeys(problem.free, TEN).items())


@pytest.mark.parametrize("seed", range(4))
def test_both_searches_enclose_the_same_infimum_and_the_askew_one_takes_fewer_boxes(seed, monkeypatch):
    problem = Problem.state(["x", "y"], noisy(seed), {})
    box = {
        "w_x": (Fraction(-4), Fraction(4)),
        "w_y": (Fraction(-4), Fraction(5)),
        "bias": (Fraction(-20), Fraction(20)),
    }
    askew = minimize(problem, box=box)
    monkeypatch.setattr(module, "WORTH", np.inf)
    plain = search(problem, box, Limits(boxes=4_000))
    assert askew.certificate["proof"]["method"] == "coordinates"
    assert plain.certificate["proof"]["method"] == "boxes"
    assert (askew.minimum.kind, askew.minimum.trust) == ("attained", "proved")
    assert len(list(askew.certificate["proof"]["inner"]["proof"]["tree"])) < len(
        list(plain.certificate["proof"]["tree"])
    )
    assert askew.minimum.value.lower <= plain.minimum.value.upper
    assert plain.minimum.value.lower <= askew.minimum.value.upper
    if plain.minimum.at:
        for name in problem.free:
            first, second = askew.minimum.at[name], plain.minimum.at[name]
            assert max(first.lower, second.lower) <= min(first.upper, second.upper)


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.data())
def test_no_point_of_the_box_has_a_loss_below_the_claimed_infimum(seed, data):
    points = noisy(seed, rows=12, mix=0.1)
    problem = Problem.state(["x", "y"], points, {})
    box = {"w_x": (Fraction(-3), Fraction(3)), "w_y": (Fraction(-2), Fraction(3)), "bias": (Fraction(-9), Fraction(9))}
    answer = search(problem, box)
    share = st.integers(0, 8)
    for _ in range(6):
        at = {name: low + (high - low) * data.draw(share) / 8 for name, (low, high) in box.items()}
        assert true_loss(problem, at)[0] >= float(answer.minimum.value.lower) - 1e-15


@given(st.lists(st.floats(-3, 3), min_size=9, max_size=9), st.lists(st.floats(-5, 5), min_size=6, max_size=6))
def test_a_box_that_misses_a_slab_holds_no_point_of_it_and_a_loose_one_only_points_of_it(entries, ends):
    matrix = tuple(tuple(Fraction(x) for x in entries[3 * i : 3 * i + 3]) for i in range(3))
    slabs = Slabs.of(matrix, [(Fraction(-1), Fraction(2))] * 3)
    lower = np.minimum(ends[:3], ends[3:])[None]
    upper = np.maximum(ends[:3], ends[3:])[None]
    corners = [np.where([i >> j & 1 for j in range(3)], lower[0], upper[0]) for i in range(8)]
    values = [[sum(t * Fraction(float(x)) for t, x in zip(row, c, strict=True)) for c in corners] for row in matrix]
    missed, loose = slabs.missed(lower, upper)[0], slabs.loose(lower, upper)[0]
    if missed >= 0:
        assert min(values[missed]) > 2 or max(values[missed]) < -1
    for j in range(3):
        if loose[j]:
            for i, row in enumerate(matrix):
                if row[j] and i in slabs.number:
                    assert min(values[i]) > -1
                    assert max(values[i]) < 2


def test_a_weight_on_a_face_of_its_interval_keeps_its_axis():
    x, y = load_breast_cancer(return_X_y=True)
    x = (x[:, :4] - x[:, :4].mean(axis=0)) / x[:, :4].std(axis=0)
    ridge = Ridge.of(Problem.from_table(np.column_stack([x, y])))
    held = np.array([True, False, True, False, False])
    found = find_coordinates(ridge, held)
    for j in np.flatnonzero(held):
        assert found.matrix[j] == tuple(Fraction(int(i == j)) for i in range(5))


def test_the_bias_stays_a_bias_and_comes_first():
    found = find_coordinates(Ridge.of(petals()), np.zeros(3, bool))
    assert tuple(row[2] for row in found.matrix) == (0, 0, 1)
    assert found.matrix[2][0] != 0  # the mean of x goes to the bias


def test_searches_with_more_boxes_only_narrow_the_interval():
    problem = Problem.state(["x", "y"], noisy(1), {})
    box = dict.fromkeys(problem.free, TEN)
    values = [search(problem, box, Limits(boxes=count)).minimum.value for count in (40, 80, 400)]
    for wide, narrow in pairwise(values):
        assert wide.lower <= narrow.lower <= narrow.upper <= wide.upper


def test_a_penalty_on_raw_units_is_proved_as_on_centred_ones():
    """The bias has no penalty, so it takes up the means and nothing else changes."""
    x, y = load_iris(return_X_y=True)
    x, y = x[y > 0][:, 2:], y[y > 0] - 1
    names = ["x", "y"]
    answers = []
    for shift in (0, 4):
        points = [[Fraction(str(a)) - shift, Fraction(str(b)), int(c)] for (a, b), c in zip(x, y, strict=True)]
        problem = replace(Problem.state(names, points, {}), penalty=Fraction("0.001"))
        answers.append(minimize(problem))
    raw, shifted = answers
    assert raw.certificate["proof"]["method"] == "coordinates"
    for answer in answers:
        assert (answer.minimum.kind, answer.minimum.trust) == ("attained", "proved")
    assert abs(raw.minimum.value.middle - shifted.minimum.value.middle) < Fraction(1, 10**8)
    assert abs(raw.minimum.at["w_x"].middle - shifted.minimum.at["w_x"].middle) < Fraction(1, 10**4)


@pytest.mark.parametrize("points", [[("0.7", "1.3", 0)], [("0.7", "1.3", 0), ("2.1", "3.9", 1)]])
def test_fewer_points_than_weights_are_no_reason_for_other_coordinates(points):
    """Their columns are dependent: one becomes 0 in any triangular coordinates."""
    problem = Problem.state(["x", "y"], points, {})
    answer = minimize(problem, dict.fromkeys(problem.free, (Fraction(-5), Fraction(5))))
    assert answer.minimum.trust == "proved"
    assert answer.minimum.kind == "attained"
