"""Formulas that fall into parts: the split is the formula, and no bound by parts exceeds it, whatever the slopes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.evaluate import evaluate
from chainrule.algebra.expressions import Expressions, single
from chainrule.algebra.wide import WideArrays
from chainrule.expression.rewrite import gather_sigmoids, symbols
from chainrule.expression.tree import Symbol
from chainrule.expression.typed import TypedProblem
from chainrule.formula import loss, weight_values
from chainrule.problem.schema import problem_from_dict
from chainrule.prove.boxes.state import Limits
from chainrule.prove.generic.ground import FormulaGround
from chainrule.prove.generic.landscape import Landscape
from chainrule.prove.generic.parts import bound_by_parts, range_of, with_slopes
from chainrule.prove.generic.slopes import Tangents, lower_hull
from chainrule.prove.generic.split import INNER, alike, split
from chainrule.prove.search import search


def network(points, layers=(2, 1), activation=("sigmoid", "sigmoid"), kind="mse", **more):
    inputs = ["x", "y", "z"][: len(points[0]) - 1]
    data = {"points": [[str(v) for v in point] for point in points]}
    return problem_from_dict(
        {"inputs": inputs, "layers": list(layers), "activation": list(activation), "loss": kind, "weights": {},
         "data": data, **more}
    )  # fmt: skip


def written(problem):
    algebra = Expressions()
    found = loss(algebra, problem, weight_values(algebra, problem, {n: Symbol(n) for n in problem.free}))
    return gather_sigmoids(single(found))


def computed(problem, points):
    values = {name: points[:, i, None] for i, name in enumerate(problem.free)}
    return loss(Arrays(), problem, weight_values(Arrays(), problem, values))


def landscape(problem):
    return Landscape(
        problem.free,
        lambda algebra, values: loss(algebra, problem, weight_values(algebra, problem, values)),
        len(problem.data),
    )


def box(problem, reach):
    return np.array([[-reach], [reach]]) * np.ones(len(problem.free))


def by_parts(problem, reach):
    shape, core = landscape(problem), box(problem, reach)
    points = FormulaGround(shape).minima(*core)
    return bound_by_parts(split(written(problem), problem.free), shape, core, points, Limits())


XOR = [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]
SPLITS = {
    "sigmoid": network(XOR),
    "three tanh units": network(XOR, (3, 1), ("tanh", "sigmoid")),
    "cross-entropy": network(XOR, kind="cross-entropy"),
    "absolute error": network(XOR, activation=("relu", "identity"), kind="mae"),
    "a penalty": network(XOR, penalty="0.01"),
    "three outputs": network([(0, 1, 0), (2, 1, 1), (1, 1, 2)], (2, 3), ("softplus", "sigmoid")),
}


@pytest.mark.parametrize("name", SPLITS)
def test_the_split_adds_up_to_the_formula_again(name):
    problem = SPLITS[name]
    found = split(written(problem), problem.free)
    points = np.random.default_rng(0).uniform(-2, 2, (50, len(problem.free)))
    values = {n: points[:, i] for i, n in enumerate(problem.free)}
    total = np.zeros(len(points))
    for term in found.terms:
        u = evaluate(WideArrays(), term.inner, values)
        assert np.allclose(u, sum(float(c) * evaluate(WideArrays(), p, values) for c, p in term.parts))
        total += evaluate(WideArrays(), term.outer, {INNER: u})
    total += sum(float(c) * evaluate(WideArrays(), r, values) for c, r in found.rest)
    assert np.allclose(total, computed(problem, points), rtol=1e-12)


@pytest.mark.parametrize("name", SPLITS)
def test_groups_share_no_variable_and_hold_them_all(name):
    problem = SPLITS[name]
    found = split(written(problem), problem.free)
    assert sorted(n for group in found.groups for n in group) == sorted(problem.free)
    for part in [p for term in found.terms for _, p in term.parts] + [r for _, r in found.rest]:
        assert sum(bool(set(symbols(part)) & set(group)) for group in found.groups) <= 1
    # Of the hidden units' groups one is as good as the other.
    units = [g for g in range(len(found.groups)) if len(found.groups[g]) > 1]
    slopes = [Fraction(1, 3 + i) for i in range(len(found.terms))]
    assert len({alike(found.weighed(g, slopes), found.groups[g]) for g in units}) == 1


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("sigmoid(a b + c)^2 + a^2", [{"a", "b"}, {"c"}]),
        ("sigmoid(a b + c)^2 + a c", [{"a", "b", "c"}]),
        ("(a + b)^2 + (c - a)^2", [{"a"}, {"b"}, {"c"}]),
        ("(a + b) (c + b)", [{"a", "b", "c"}]),
    ],
)
def test_variables_stand_together_where_a_part_holds_both(text, groups):
    typed = TypedProblem.read(text)
    found = split(typed.expression, typed.free)
    assert (found is None) == (len(groups) == 1)
    if found is not None:
        assert sorted(map(sorted, found.groups)) == sorted(map(sorted, groups))


def test_two_hidden_layers_are_one_group_and_not_split():
    problem = network(XOR, (2, 2, 1), ("tanh", "tanh", "sigmoid"))
    found = split(written(problem), problem.free)
    assert max(map(len, found.groups)) == len(problem.free) - 1  # all but the output's bias


numbers = st.integers(-20, 20).map(lambda n: Fraction(n, 10))


@st.composite
def problems(draw):
    d = draw(st.integers(1, 2))
    label = st.sampled_from([0, 1, Fraction(3, 10)])
    points = draw(st.lists(st.tuples(*[numbers] * d, label), min_size=1, max_size=4))
    hidden = draw(st.sampled_from(["sigmoid", "tanh", "relu", "softplus", "identity"]))
    kind = draw(st.sampled_from(["mse", "cross-entropy", "mae"]))
    return network(points, (draw(st.integers(1, 2)), 1), (hidden, "sigmoid"), kind)


@settings(max_examples=12, deadline=None)
@given(problems(), st.integers(1, 4), st.data())
def test_no_bound_by_parts_exceeds_the_loss_whatever_the_slopes(problem, reach, data):
    found = split(written(problem), problem.free)
    if found is None:  # one point and one part of it, or a bias in every unit alone
        return
    core = box(problem, reach)
    ranges = np.array([[float(end) for end in range_of(term, problem.free, core)] for term in found.terms])
    slopes = [data.draw(st.integers(-64, 64)) * Fraction(1, 2**8) for _ in found.terms]
    parts = with_slopes(found, problem.free, core, ranges, slopes, gap=1e-2)
    rng = np.random.default_rng(0)
    corners = rng.choice([-float(reach), float(reach)], (500, len(problem.free)))
    points = np.concatenate([rng.uniform(-reach, reach, (1500, len(problem.free))), corners])
    assert float(parts.bound) <= computed(problem, points).min() + 1e-12


def test_the_slopes_at_a_minimum_leave_no_gap_where_one_choice_suits_all_groups():
    problem = network(XOR)
    found = by_parts(problem, 5)
    assert 0 <= found.value[1] - found.parts.bound < 1e-10
    assert len(found.parts.bounds) < len(found.parts.lines) + len(found.parts.groups)  # like ones were searched once


def test_a_gap_of_duality_is_reported_and_not_hidden():
    """Within ±3 a hidden unit cannot saturate: the best network is no sum of groups' best."""
    problem = network(XOR)
    found = by_parts(problem, 3)
    assert 0.09 < found.parts.bound < 0.096  # the linear program's value is 0.0949…
    assert found.value[1] == pytest.approx(0.10304408990859)


def test_columns_find_slopes_that_the_minimum_does_not_know():
    """At the kink of |·| the derivative says nothing of the multiplier that is needed; the linear program does."""
    typed = TypedProblem.read("abs(a^2 + b^2 + c^2 - 1) + 0.1 a^2 + 0.2 b^2 + 0.3 c^2")
    found = split(typed.expression, typed.free)
    shape, core = Landscape.of(typed.expression, typed.free), np.array([[-1.0], [1.0]]) * np.ones(3)
    parted = bound_by_parts(found, shape, core, FormulaGround(shape).minima(*core), Limits())
    # On the sphere the penalty is least where a = ±1: 0.1; f is convex in the squares of a, b, c, so nothing is lost.
    # (Descents end at other points of the kink.)
    assert float(parted.parts.bound) == pytest.approx(0.1, abs=1e-4)
    assert any(abs(slope) not in (0, 1) for slope, *_ in parted.parts.lines)


def test_the_linear_program_knows_what_the_other_groups_add():
    """(a + b + c − 1)² on [1/2, 1]³ is least at the corner where the sum is 1.5 − 1 = 0.5: slope 2·0.5 = 1."""
    typed = TypedProblem.read("(a + b + c - 1)^2")
    found = split(typed.expression, typed.free)
    tangents = Tangents(found, typed.free, np.full(3, 0.5), np.ones(3), np.array([[-1.0, 3.0]]))
    slopes = tangents._next(np.array([[1.0, 1.0, 1.0], [0.5, 0.5, 0.5]]), np.inf)
    assert slopes == pytest.approx([1], abs=0.01)
    assert tangents.dual(slopes)[0] == pytest.approx(0.25, abs=1e-3)


def test_groups_alike_over_different_boxes_are_searched_apart():
    """a² + a − 2 has its least value on [0, 1] at 0, on [−1, 0] at −1/2."""
    typed = TypedProblem.read("relu((a^2 + a) + (b^2 + b))")
    found = split(typed.expression, typed.free)
    core = np.array([[0.0, -1.0], [1.0, 0.0]])
    parts = with_slopes(found, typed.free, core, np.array([[-9.0, 9.0]]), [Fraction(1, 2)], gap=1e-9)
    # relu(u) − u/2 = |u|/2 is at least 0; the groups at least 0 and −1/8.
    assert float(parts.bound) == pytest.approx(-1 / 8, abs=1e-8)
    assert parts.groups[0] != parts.groups[1]


def test_the_lower_hull_lies_below_its_points_and_touches_them():
    x = np.linspace(-3, 3, 101)
    y = np.sin(3 * x) + x**2 / 4
    hull = lower_hull(x, y)
    assert (np.interp(x, x[hull], y[hull]) <= y + 1e-12).all()
    slopes = np.diff(y[hull]) / np.diff(x[hull])
    assert (np.diff(slopes) > 0).all()


def test_a_sum_without_bounds_or_a_group_too_large_leaves_it_to_the_boxes():
    assert by_parts(network(XOR, (2, 2, 1), ("tanh", "tanh", "sigmoid")), 1) is None
    for text in ("abs(x^(-1) + y)", "log(x + y)"):  # the sum is not bounded; H is not defined on all of its range
        endless = TypedProblem.read(text)
        found, shape = split(endless.expression, endless.free), Landscape.of(endless.expression, endless.free)
        core = np.array([[-1.0, -1.0], [1.0, 1.0]])
        assert bound_by_parts(found, shape, core, np.ones((1, 2)), Limits()) is None


def test_an_interrupted_bound_by_parts_leaves_an_honest_answer(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("chainrule.prove.generic.box.bound_by_parts", interrupted)
    minimum = search(network(XOR)).minimum
    assert minimum.kind == "undecided"
    assert "interrupted" in minimum.why
    assert minimum.value.lower <= Fraction("0.00005405350455")


def test_a_search_without_time_still_knows_what_no_square_is_below():
    minimum = search(TypedProblem.read("(x y - 1)^2 + x^2"), limits=Limits(seconds=0)).minimum
    assert minimum.kind == "undecided"
    assert -1e-9 < minimum.value.lower <= 0


def test_at_a_kink_no_slope_is_claimed_that_the_checker_cannot_follow():
    """It has no second derivatives there, so no mean value form of the slope: elsewhere that is the sharper one."""
    typed = TypedProblem.read("relu(x) + y^2 (1 - y)^2")
    shape = Landscape.of(typed.expression, typed.free)
    lower, upper = np.array([[-0.1, 0.6], [0.1, 0.6]]), np.array([[0.1, 0.9], [0.2, 0.9]])
    natural, found = (shape.enclose(lower, upper, order).gradient for order in (1, 2))
    assert found.lower[0, 1] == natural.lower[0, 1]
    assert found.lower[1, 1] > natural.lower[1, 1]
