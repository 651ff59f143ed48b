"""Escape directions and dependent columns: found by floating point, verified exactly."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_iris

from chainrule.problem import Problem
from chainrule.prove.neuron.directions import Escape, distinct_slopes, find_escape, independent_columns
from chainrule.prove.neuron.ridge import Ridge

small = st.integers(-3, 3)


def exact_steeps(ridge: Ridge, escape: Escape) -> dict[int, list[Fraction]]:
    return {
        row: [sum(a * d for a, d in zip(t.slopes, escape.direction, strict=True)) for t in ridge.exact_terms(row)]
        for row in range(ridge.rows)
    }


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(small, small, st.sampled_from([0, 1, Fraction(1, 2)])), min_size=1, max_size=8))
def test_an_escape_makes_no_term_worse_and_the_rows_that_stay_are_exactly_level(points):
    ridge = Ridge.of(Problem.state(["x", "y"], points))
    escape = find_escape(ridge)
    if escape is None:
        return
    steeps = exact_steeps(ridge, escape)
    assert all(s <= 0 for row in steeps.values() for s in row)
    assert any(s < 0 for row in steeps.values() for s in row)
    assert escape.stays == tuple(row for row, s in steeps.items() if not any(s))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(small, small, st.sampled_from([0, 1])), min_size=1, max_size=8))
def test_where_none_is_found_every_small_direction_makes_some_row_worse(points):
    ridge = Ridge.of(Problem.state(["x", "y"], points))
    if find_escape(ridge) is not None:
        return
    # Small data: if a direction exists, one among these does, for the edges of its cone are products of the rows.
    axis = np.arange(-18, 19)
    directions = np.stack(np.meshgrid(axis, axis, axis), -1).reshape(-1, 3)
    steep = directions @ ridge.a.T
    escapes = (steep <= 0).all(axis=1) & (steep < 0).any(axis=1)
    assert not escapes.any()


def test_cross_escapes_along_the_diagonal_and_two_rows_stay():
    # Rows (−1,1) and (1,−1) have slopes ∓(1,−1), level along (1,1); (3,1) and (1,3) rise: label 1, so they get better.
    ridge = Ridge.of(Problem.state(["x", "y"], [(-1, 1, 0), (1, -1, 0), (3, 1, 1), (1, 3, 1)], {"bias": -1}))
    escape = find_escape(ridge)
    assert escape.direction[0] == escape.direction[1] > 0
    assert escape.stays == (0, 1)


def test_thirty_features_are_separable_and_every_row_gets_strictly_better():
    x, y = load_breast_cancer(return_X_y=True)
    ridge = Ridge.of(Problem.from_table(np.column_stack([x, y])))
    escape = find_escape(ridge)
    assert escape.stays == ()
    chosen = range(0, ridge.rows, 40)
    for row in chosen:
        (term,) = ridge.exact_terms(row)
        assert sum(a * d for a, d in zip(term.slopes, escape.direction, strict=True)) < 0


@pytest.mark.parametrize("columns", [[0, 1], [2, 3], [0, 1, 2, 3]])
def test_flowers_that_overlap_have_no_escape(columns):
    x, y = load_iris(return_X_y=True)
    ridge = Ridge.of(Problem.from_table(np.column_stack([x[y > 0][:, columns], y[y > 0] - 1])))
    assert find_escape(ridge) is None


def test_a_direction_that_is_level_only_nearly_is_not_called_level():
    # (1, 1e-12) against (−1, 0): along (1, 0) both labels pull apart, row 2 by its tiny input only along y.
    points = [(1, 0, 1), (-1, "1e-12", 1)]
    ridge = Ridge.of(Problem.state(["x", "y"], points, {"bias": 0}))
    escape = find_escape(ridge)
    if escape is not None:
        steeps = exact_steeps(ridge, escape)
        assert all(s <= 0 for row in steeps.values() for s in row)
        assert escape.stays == tuple(row for row, s in steeps.items() if not any(s))


@given(st.lists(st.tuples(small, small), min_size=1, max_size=6), small, small)
def test_a_column_that_others_span_is_left_out(points, p, q):
    rows = [(x, y, p * x + q * y) for x, y in points]
    kept = independent_columns([tuple(map(Fraction, row)) for row in rows])
    assert 2 not in kept
    assert len(kept) == np.linalg.matrix_rank(np.array(rows, dtype=float))


def test_a_few_rows_span_the_slopes_of_many():
    rng = np.random.default_rng(0)
    x = np.repeat(rng.normal(size=(5, 3)), 400, axis=0)
    ridge = Ridge.of(Problem.from_table(np.column_stack([x, rng.integers(0, 2, 2000)])))
    slopes = distinct_slopes(ridge)
    assert len(slopes) == 4
    assert len(independent_columns(slopes)) == 4
