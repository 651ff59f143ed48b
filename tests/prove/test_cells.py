"""Rows in groups: the bound never exceeds the loss, each part of the slack is needed, and the search says the same with groups."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from chainrule.algebra.arrays import Arrays
from chainrule.problem import Problem
from chainrule.problem.data import Column
from chainrule.prove.boxes import many
from chainrule.prove.boxes.bound import Bounder
from chainrule.prove.boxes.cells import Groups, levels
from chainrule.prove.boxes.checkpoint import Checkpoint
from chainrule.prove.boxes.ground import RidgeGround
from chainrule.prove.boxes.search import Search
from chainrule.prove.boxes.state import Limits
from chainrule.prove.neuron.enclose import enclose
from chainrule.prove.neuron.profile import PROFILES
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.search import search
from chainrule.verdict import prove

FREE = np.zeros(4, bool)


def logistic(rows: int, seed: int = 0, offset: float = 0.0) -> Problem:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, 2)) + offset
    y = rng.random(rows) < 1 / (1 + np.exp(-(1.5 * x[:, 0] - x[:, 1] + 0.3 - 0.5 * offset)))
    return Problem.from_table(np.column_stack([x, y]))


def between(problem: Problem) -> Problem:
    """The same rows with labels anywhere in [0, 1]."""
    label = Column.of(np.random.default_rng(1).random(len(problem.data)))
    return replace(problem, data=replace(problem.data, label=label))


def weighted(problem: Problem) -> Problem:
    heavy = Column.of(np.random.default_rng(2).choice([0.25, 1.0, 7.0], len(problem.data)))
    return replace(problem, data=replace(problem.data, case_weights=heavy))


VARIANTS = {
    "plain": lambda: logistic(500),
    "far from the origin": lambda: logistic(500, offset=40.0),
    "labels between": lambda: between(logistic(300)),
    "case weights": lambda: weighted(logistic(500)),
    "penalty": lambda: replace(logistic(500), penalty=Fraction(1, 100)),
    "cross-entropy": lambda: replace(logistic(500), loss="cross-entropy"),
    "a fixed weight": lambda: Problem.from_table(
        np.column_stack([np.random.default_rng(3).normal(size=(400, 2)), np.arange(400) % 2]), weights={"w_y": "1.7"}
    ),
}


def grids(ridge: Ridge, width: float = 0.25) -> tuple[Groups, ...]:
    k = ridge.a.shape[1]
    return levels(ridge, np.full(k + 1, width), np.zeros(k + 1, bool), len(ridge.a), 2)


def boxes(ridge: Ridge, count: int = 60) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    centre = rng.normal(size=(count, ridge.a.shape[1])) * rng.choice([0.5, 2.0, 8.0], count)[:, None]
    half = rng.choice([0.0, 0.01, 0.3], count)[:, None]
    return centre - half, centre + half


@pytest.mark.parametrize("name", VARIANTS)
def test_groups_less_their_slack_never_exceed_the_loss(name):
    ridge = Ridge.of(VARIANTS[name]())
    lower, upper = boxes(ridge)
    points = [lower, upper, (lower + upper) / 2]
    truth = [enclose(ridge, p, p, order=1) for p in points]
    found = grids(ridge)
    assert len(found) >= 3
    for grid in found:
        bounded, _ = grid.bound(lower, upper, lower * np.nan, np.inf)
        for exact in truth:
            assert exact.gradient is not None
            assert (bounded.bound <= exact.value.upper).all()
            assert (bounded.gradient.lower <= exact.gradient.upper).all()
            assert (bounded.gradient.upper >= exact.gradient.lower).all()


def one_grid(*forms: float) -> tuple[Ridge, Groups]:
    """Rows ``h(x w)``: all with x > 0 in one group, all with x < 0 in another."""
    problem = Problem.state(["x"], [(x, 0) for x in forms], {"bias": 0})
    ridge = Ridge.of(problem)
    (found,) = levels(ridge, np.array([64.0, 64.0]), np.zeros(2, bool), 2, 2)
    return ridge, found


def test_the_slack_of_two_rows_is_the_hand_made_one():
    # x = 5, 7: mean 6, S = 1. On w in [−2, 1] the slack is (M/2)·1·2² with M = 0.12020…; of the slope, with T = 6·1, it is
    # (H₃/2)·6·2² + H₂·√(1·2²), H₃ = 0.20202…, H₂ = 0.15406….
    _, group = one_grid(5, 7)
    found = group.slack(np.array([[-2.0]]), np.array([[1.0]]))
    assert found.value[0] == pytest.approx(0.1202044 * 2, rel=1e-4)
    assert found.slope[0, 0] == pytest.approx(0.2020230 * 12 + 0.1540586 * 2, rel=1e-4)


def test_without_the_slack_two_rows_beyond_the_inflection_would_be_bounded_too_high():
    # x = 1, 3 at w = 1: f = (h(1) + h(3))/2 = (0.5344 + 0.9074)/2 = 0.7209 < h(2) = 0.7758, and S = 1: 0.7758 − 0.0601 = 0.7157.
    ridge, group = one_grid(1, 3)
    one = np.ones((1, 1))
    truth = enclose(ridge, one, one, order=0).value
    bare = Bounder(group.ridge).bound(one, one, one, np.inf).bound[0]
    held = group.bound(one, one, one, np.inf)[0].bound[0]
    assert held < truth.lower[0] < truth.upper[0] < bare
    assert held == pytest.approx(0.7157, abs=2e-4)


def test_without_the_slack_a_slope_of_the_wrong_sign_would_be_certain():
    # x = 0.1, 1.3 and four times −1.3, at w = 1: six times the slope is 0.1 h'(0.1) + 1.3 h'(1.3) − 5.2 h'(−1.3) =
    # 0.0262 + 0.3439 − 0.3749 < 0; with the first two at their mean 0.7, where h' is near its peak, 1.4 h'(0.7) − 0.3749 = 0.4148 − 0.3749 > 0.
    ridge, group = one_grid(0.1, 1.3, *[-1.3] * 4)
    assert len(group) == 2
    one = np.ones((1, 1))
    truth = enclose(ridge, one, one, order=1).gradient
    bare = Bounder(group.ridge).bound(one, one, one, np.inf).gradient
    held = group.bound(one, one, one, np.inf)[0].gradient
    assert truth is not None
    assert truth.upper[0, 0] < 0 < bare.lower[0, 0]
    assert held.lower[0, 0] < truth.lower[0, 0]


@pytest.mark.parametrize("loss", PROFILES)
def test_the_facts_for_taylor_hold_and_are_sharp(loss):
    # h'' on a grid of z; its differences give h''' to about 1e-6.
    profile, z = PROFILES[loss], np.linspace(-30, 30, 600_001)
    bend = profile.curvature(Arrays(), *Arrays().sigmoid_pair(z))
    jerk = np.diff(bend) / 1e-4
    for fact, values in ((profile.dip, -bend), (profile.bend, np.abs(bend)), (profile.jerk, np.abs(jerk))):
        assert max(values.max(), 0.0) <= fact <= max(values.max(), 0.0) * (1 + 1e-4)


def test_a_coarser_grid_is_the_same_as_one_made_of_the_rows():
    ridge = Ridge.of(weighted(logistic(700)))
    fine = grids(ridge, 0.25)
    (direct,) = levels(ridge, np.full(4, 1.0), FREE, len(ridge.a), 10_000)
    (merged,) = [grid for grid in fine if grid.widths[0] == 1.0]
    assert len(direct) == len(merged)
    order, other = (np.lexsort(grid.ridge.a.T) for grid in (direct, merged))
    assert np.allclose(direct.ridge.a[order], merged.ridge.a[other], atol=1e-13)
    assert np.allclose(direct.spread, merged.spread, atol=1e-12)
    assert np.allclose(direct.tilted, merged.tilted, atol=1e-12)


def test_numbers_too_large_for_any_grid_are_left_alone():
    points = [(1e90 * (-1) ** i * (i + 1), i / 7, i % 2) for i in range(50)]
    ridge = Ridge.of(Problem.state(["x", "y"], points))
    assert levels(ridge, np.full(4, 2.0**-20), FREE, 10, 5) == ()


@pytest.fixture
def fewer(monkeypatch):
    """Grouping from 2,000 rows on, so that tests are quick."""
    monkeypatch.setattr(many, "MANY", 2_000)


BOX = dict.fromkeys(("w_x", "w_y", "bias"), (-10, 10))


@pytest.mark.parametrize("name", ["plain", "penalty", "cross-entropy", "labels between"])
def test_the_search_says_the_same_with_groups_and_the_checker_accepts(name, monkeypatch):
    problem = {
        "plain": lambda: logistic(8000),
        "penalty": lambda: replace(logistic(8000), penalty=Fraction(1, 100)),
        "cross-entropy": lambda: replace(logistic(8000), loss="cross-entropy"),
        "labels between": lambda: between(logistic(4000)),
    }[name]()
    limits = Limits(gap=1e-3)
    alone = search(problem, BOX, limits)
    assert "cells" not in alone.certificate["proof"]
    monkeypatch.setattr(many, "MANY", 2_000)
    grouped = search(problem, BOX, limits)
    assert len(grouped.certificate["proof"]["cells"]) >= 1
    assert grouped.minimum.kind == alone.minimum.kind == "attained"
    assert abs(grouped.minimum.value.middle - alone.minimum.value.middle) < 1e-3
    assert prove(grouped).minimum.trust == "proved"


def test_few_boxes_ask_all_rows(monkeypatch):
    ridge = Ridge.of(logistic(40_000))
    asked = []

    def counted(self, lower: np.ndarray, *rest, plain=Bounder.bound):
        asked.append((len(self.ridge.a), len(lower)))
        return plain(self, lower, *rest)

    monkeypatch.setattr(Bounder, "bound", counted)
    found = Search(ridge, np.full(3, -10.0), np.full(3, 10.0), Limits(gap=1e-3))
    assert found.run() == "closed"
    whole = sum(count for terms, count in asked if terms == len(ridge.a))
    assert whole < 0.3 * found.state.boxes
    assert sum(terms * count for terms, count in asked) < 0.4 * len(ridge.a) * found.state.boxes


def test_a_search_on_groups_goes_on_from_its_checkpoint_with_the_same_steps(fewer, tmp_path):
    problem = logistic(4000)
    ridge, ends = Ridge.of(problem), (np.full(3, -10.0), np.full(3, 10.0))
    whole = Search(ridge, *ends, Limits(gap=1e-3))
    whole.run()
    path = tmp_path / "saved"
    first = Search(ridge, *ends, Limits(gap=1e-3, boxes=100), checkpoint=Checkpoint(path, problem, ""))
    assert first.run() == "boxes"
    second = Search(ridge, *ends, Limits(gap=1e-3), checkpoint=Checkpoint(path, problem, ""))
    assert second.run() == "closed"
    assert second.state.boxes == whole.state.boxes
    assert second.result("closed").value == whole.result("closed").value
    assert second.ground.cells == whole.ground.cells


def test_few_rows_and_many_columns_are_not_grouped(fewer):
    rng = np.random.default_rng(0)
    wide = Problem.from_table(np.column_stack([rng.normal(size=(3000, 12)), rng.integers(0, 2, 3000)]))
    for problem in (logistic(1999), wide):
        ridge = Ridge.of(problem)
        k = ridge.a.shape[1]
        assert isinstance(many.ground_of(ridge, np.full(k, -10.0), np.full(k, 10.0), 1e-4), RidgeGround)


def test_columns_of_few_numbers_are_split_by_them(fewer):
    # x is 0 or 1/2 and the bias 1, signed by the label: rows of a cell share them, so all of the spread is in y.
    rng = np.random.default_rng(4)
    table = np.column_stack([rng.integers(0, 2, 6000) / 2, rng.normal(size=6000), rng.integers(0, 2, 6000)])
    found = many.ground_of(Ridge.of(Problem.from_table(table)), np.full(3, -10.0), np.full(3, 10.0), 1e-3)
    assert isinstance(found, many.ManyRows)
    for grid in found.grids:
        spread = np.diag(grid.spread)
        assert spread[0] < 1e-10
        assert spread[2] < 1e-10
        assert spread[1] > 1e-6
