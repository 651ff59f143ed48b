"""All stationary points in a box: found, alone, of the right kind, and nothing dropped."""

from fractions import Fraction

import numpy as np
import pytest
from tests.prove.stationary_problems import at_random, box, brute_force, derivatives, kind, petals
from tests.truth import arb, bits, true_loss

from chainrule import minimize
from chainrule.errors import ProblemError
from chainrule.problem import Problem
from chainrule.prove.boxes.state import Limits
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.search import search
from chainrule.prove.stationary import search as stationary
from chainrule.prove.stationary import separate as separation
from chainrule.prove.stationary.crowding import crowding
from chainrule.prove.stationary.ground import RidgeGround
from chainrule.prove.stationary.listing import join_touching
from chainrule.prove.stationary.search import find_stationary
from chainrule.prove.stationary.separate import separate
from chainrule.prove.stationary.zones import find_zone

ROUGH = Limits(gap=1e-2)


@pytest.fixture(scope="module")
def iris():
    problem = petals()
    return problem, minimize(problem, box(problem, 10), all_points=True)


def holds(interval, x, slack=1e-7):
    return float(interval.lower) - slack <= x <= float(interval.upper) + slack


def test_the_petals_have_exactly_a_minimum_and_a_saddle(iris):
    _, answer = iris
    assert answer.minimum.trust == "proved"
    lowest, saddle = answer.stationary
    assert (lowest.kind, saddle.kind) == ("minimum", "saddle")
    # The optimum of minimum.md's table, to the 13 digits given there.
    assert lowest.value.lower < Fraction("0.0336179096667056") < lowest.value.upper + Fraction(1, 10**13)
    assert lowest.value.width < Fraction(1, 10**16)
    # The place that the issue gives, to its three digits.
    for name, near in (("w_length", 6.390), ("w_width", 8.612), ("bias", 2.769)):
        assert abs(float(saddle.at[name].middle) - near) < 6e-4
        assert saddle.at[name].width < Fraction(1, 10**20)
    assert answer.reasons[-1].startswith("Exactly 2 points of the box are stationary, 1 minimum and 1 saddle")


def test_the_claimed_places_hold_a_zero_of_the_gradient(iris):
    problem, answer = iris
    for point in answer.stationary:
        with bits(200):
            middle = {name: interval.middle for name, interval in point.at.items()}
            value = true_loss(problem, middle)[0]
            slopes = [true_loss(problem, middle, {name: 1})[1] for name in problem.free]
            assert arb(point.value.lower) < value < arb(point.value.upper)
        # The places are known to 2e-22 and no second derivative exceeds 1 by much, so no slope there exceeds 1e-21.
        assert all(abs(slope) < 1e-20 for slope in slopes)


@pytest.mark.parametrize("seed", [0, 1, 4, 9, 21, 26, 27])
def test_every_stationary_point_of_a_random_problem_lies_in_one_claimed_place_of_its_kind(seed):
    problem = at_random(seed)
    answer = search(problem, box(problem, 8), ROUGH, all_points=True)
    found = brute_force(problem, 8)
    assert found, "a problem without stationary points tests nothing"
    reached = set()
    for point, signs in found:
        there = [
            i for i, p in enumerate(answer.stationary) if all(map(holds, p.at.values(), point))
        ]  # fmt: skip
        assert len(there) == 1
        assert answer.stationary[there[0]].kind == kind(signs)
        reached.add(there[0])
    assert all(p.kind != "unknown" for p in answer.stationary)
    # Newton's method from 4000 starts has found them all, too: a claimed point that it misses would be suspicious.
    assert len(reached) == len(answer.stationary)


def test_a_random_problem_with_no_stationary_point_has_an_escape_direction():
    problem = at_random(2)
    answer = search(problem, box(problem, 8), ROUGH, all_points=True)
    assert answer.stationary == ()
    assert len(answer.certificate["proof"]["stationary"]["tree"]) == 1
    assert not brute_force(problem, 8)


@pytest.mark.parametrize("seed", [0, 4, 26])
def test_separating_directions_have_their_sign_everywhere_in_the_box(seed):
    problem = at_random(seed)
    ridge = Ridge.of(problem)
    rng = np.random.default_rng(seed)
    lower = rng.uniform(-8, 8, (400, 3))
    upper = lower + rng.choice([2.0, 0.3, 0.01], (400, 1)) * rng.uniform(0.2, 1, (400, 3))
    found = separate(ridge, lower, upper)
    assert np.count_nonzero(found.sign) > 50
    for share in [*rng.uniform(0, 1, (6, 400, 3)), np.zeros((400, 3)), np.ones((400, 3))]:
        gradient, _ = derivatives(problem, lower + share * (upper - lower))
        slope = np.einsum("bk,bk->b", found.y, gradient)
        size = np.einsum("bk,bk->b", np.abs(found.y), np.abs(gradient))
        # The derivatives are ordinary doubles: where they cancel to rounding they say nothing.
        clear = (found.sign != 0) & (np.abs(slope) > 1e-9 * size)
        assert np.all(np.sign(slope[clear]) == found.sign[clear])


def test_signs_are_certain_in_high_precision_where_doubles_cancel():
    problem = at_random(28)
    ridge = Ridge.of(problem)
    rng = np.random.default_rng(0)
    # A thin family: two rows of order 1 cancel along y, the others are e^-20; found in this problem's search.
    lower = np.array([-6.75, 4.25, -4.0]) + rng.uniform(0, 0.1, (60, 3))
    upper = lower + 1 / 64
    found = separate(ridge, lower, upper)
    assert np.count_nonzero(found.sign) > 30
    with bits(120):
        for y, sign, low, high in zip(found.y, found.sign, lower, upper, strict=True):
            for point in (low, high, (low + high) / 2) if sign else ():
                weights = dict(zip(problem.free, point, strict=True))
                direction = dict(zip(problem.free, y, strict=True))
                assert true_loss(problem, weights, direction)[1] * int(sign) > 0


def test_without_the_whitened_direction_thin_boxes_stay_open(monkeypatch):
    ridge = Ridge.of(at_random(28))
    ends = np.full(3, -8.0), np.full(3, 8.0)
    assert find_stationary(RidgeGround(ridge), *ends, most=60_000).stop == "closed"
    monkeypatch.setattr(separation, "_whitened", lambda ridge, slopes, pull: np.zeros((len(slopes.lower), 3)))
    assert find_stationary(RidgeGround(ridge), *ends, most=60_000).stop == "boxes"


def test_without_the_mean_value_theorem_boxes_cluster_round_a_zone(monkeypatch):
    ridge = Ridge.of(petals())
    ends = np.full(3, -10.0), np.full(3, 10.0)
    boxes = find_stationary(RidgeGround(ridge), *ends).boxes
    assert boxes < 5_000
    monkeypatch.setattr(
        separation, "_by_mean_value", lambda ridge, lower, *_: (np.zeros(lower.shape), np.zeros(len(lower), int))
    )
    # Without it 6,775 boxes are needed for 3,523.
    assert find_stationary(RidgeGround(ridge), *ends, most=3 * boxes // 2).stop == "boxes"


def test_without_gilberts_walk_ten_times_as_many_boxes_are_needed(monkeypatch):
    ridge = Ridge.of(at_random(0))
    ends = np.full(3, -8.0), np.full(3, 8.0)
    boxes = find_stationary(RidgeGround(ridge), *ends).boxes
    monkeypatch.setattr(separation, "STEPS", 0)
    assert find_stationary(RidgeGround(ridge), *ends, most=3 * boxes).stop == "boxes"


def test_without_zones_the_points_are_listed_as_unknown_not_dropped(monkeypatch):
    problem = petals()
    monkeypatch.setattr(stationary, "find_zone", lambda ridge, point: None)
    answer = search(problem, box(problem, 10), Limits(boxes=6_000), all_points=True)
    assert {p.kind for p in answer.stationary} == {"unknown"}
    for point, _ in brute_force(problem, 10, starts=500):
        assert any(all(map(holds, p.at.values(), point)) for p in answer.stationary)


def test_a_box_round_two_stationary_points_is_never_a_zone():
    problem = at_random(26)
    ridge = Ridge.of(problem)
    points = [point for point, _ in brute_force(problem, 8)]
    for i, a in enumerate(points):
        for b in points[:i]:
            middle = (a + b) / 2
            _, hessian = derivatives(problem, middle[None])
            lower, upper = np.minimum(a, b) - 0.01, np.maximum(a, b) + 0.01
            assert crowding(ridge, lower, upper, np.linalg.inv(hessian[0])) >= 1


def test_crowding_is_at_least_what_the_hessian_at_any_points_of_the_box_gives():
    problem = at_random(26)
    ridge = Ridge.of(problem)
    rng = np.random.default_rng(3)
    for point, _ in brute_force(problem, 8)[:4]:
        zone = find_zone(RidgeGround(ridge), point)
        assert zone is not None
        radius = (zone.upper - zone.lower) / 2
        limit = crowding(ridge, zone.lower, zone.upper, zone.preconditioner)
        assert limit < 1
        inside = zone.lower + rng.uniform(0, 1, (200, 3)) * 2 * radius
        corners = zone.lower + rng.integers(0, 2, (50, 3)) * 2 * radius
        _, hessian = derivatives(problem, np.concatenate([inside, corners]))
        error = np.abs(np.eye(3) - zone.preconditioner @ hessian)
        assert np.max(error @ radius / radius) <= limit * (1 + 1e-9)


@pytest.mark.parametrize("limits", [Limits(gap=1e-2, boxes=200), Limits(gap=1e-2, seconds=1e-9)])
def test_a_limit_leaves_every_point_in_a_claimed_place(limits):
    problem = at_random(26)
    answer = minimize(problem, box(problem, 8), limits, all_points=True)
    assert "unknown" in {p.kind for p in answer.stationary}
    for point, _ in brute_force(problem, 8):
        assert any(all(map(holds, p.at.values(), point)) for p in answer.stationary)
    assert "unknown" in answer.reasons[-1]


def test_an_interrupt_leaves_the_tree_whole_and_the_answer_honest():
    ridge = Ridge.of(at_random(26))
    calls = []

    def interrupt(task, share):
        calls.append(task)
        if len(calls) == 8:
            raise KeyboardInterrupt

    found = find_stationary(RidgeGround(ridge), np.full(3, -8.0), np.full(3, 8.0), progress=interrupt)
    assert found.stop == "interrupted"
    # The open leaves of the tree are the open boxes.
    assert found.tree.counts()["open"] == len(found.lower) > 0


def test_dependent_columns_give_a_line_of_points_which_is_unknown():
    # y = 2x on every row: moving along (2, −1, 0) changes nothing.
    problem = Problem.state(["x", "y"], [[1, 2, 0], [2, 4, 1], [3, 6, 0], [-1, -2, 1]])
    answer = minimize(problem, box(problem, 4), ROUGH, all_points=True)
    assert {p.kind for p in answer.stationary} == {"unknown"}
    assert "changes nothing" in answer.reasons[-1]


def test_one_weight_in_a_box_has_the_maxima_of_the_whole_line():
    points = [[1, 1, 0], [-1, 4, 0], [3, 1, 1], [1, -4, 1]]
    problem = Problem.state(["x", "y"], points, {"w_y": 1, "bias": -1})
    line = search(problem)
    here = minimize(problem, box(problem, 10), all_points=True)
    assert sorted(p.kind for p in here.stationary) == sorted(p.kind for p in line.stationary)
    assert "maximum" in {p.kind for p in here.stationary}
    for point in here.stationary:
        same = [p for p in line.stationary if p.kind == point.kind]
        assert any(holds(p.at["w_x"], float(point.at["w_x"].middle)) for p in same)


def test_a_point_just_outside_the_box_is_not_listed_and_one_on_its_edge_is():
    problem = petals()
    inside = {"w_length": ("3", "4"), "w_width": ("3", "4"), "bias": ("0", "1")}
    # The minimum is at w_length = 3.72545801778…: this box begins 2e-11 beyond it.
    beyond = {**inside, "w_length": ("3.7254580178", "4")}
    asked = [{n: (Fraction(a), Fraction(b)) for n, (a, b) in ends.items()} for ends in (inside, beyond)]
    kinds = [[p.kind for p in minimize(problem, ends, all_points=True).stationary] for ends in asked]
    assert kinds == [["minimum"], []]


def test_all_points_ask_for_a_box_and_at_most_three_weights():
    with pytest.raises(ProblemError, match="needed a box"):
        search(petals(), all_points=True)
    wide = Problem.state(["a", "b", "c"], [[1, 2, 3, 0], [3, 1, 2, 1]])
    with pytest.raises(ProblemError, match=r"4 weights are free.*at most 3"):
        search(wide, box(wide, 10), all_points=True)


def test_joined_boxes_cover_all_and_do_not_touch():
    rng = np.random.default_rng(5)
    for count in (1, 30, 900):
        low = np.round(rng.uniform(-4, 4, (count, 2)) * 4) / 4
        high = low + 0.25
        joined = join_touching(low, high, np.full(2, -5.0), np.full(2, 5.0))
        for a, b in zip(low, high, strict=True):
            assert any(np.all(c <= a) and np.all(b <= d) for c, d in joined)
        for i, (a, b) in enumerate(joined):
            assert all(np.any(b < c) or np.any(d < a) for c, d in joined[:i])


def test_many_rows_have_their_point_pinned_in_doubles():
    # 4,500 rows are beyond `SHARP_TERMS`; labels follow 2x + 1/2 with noise, so that there is a minimum.
    rng = np.random.default_rng(0)
    x = rng.normal(size=4_500)
    y = rng.uniform(size=4_500) < 1 / (1 + np.exp(-2 * x - 0.5))
    problem = Problem.state(["x"], [[float(a), int(b)] for a, b in zip(x, y, strict=True)])
    answer = minimize(problem, box(problem, 4), Limits(gap=1e-3), all_points=True)
    assert answer.minimum.trust == "proved"
    (point,) = answer.stationary
    assert point.kind == "minimum"
    (known, _), *others = brute_force(problem, 4, starts=40)
    assert not others
    assert all(map(holds, point.at.values(), known))
    assert all(interval.width < Fraction(1, 10**8) for interval in point.at.values())
