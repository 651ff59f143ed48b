"""Branch and bound over boxes: bounds never exceed the loss, known optima come out, and broken ideas are caught."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.datasets import load_breast_cancer, load_iris

import chainrule.prove.boxes.bound as bound_module
import chainrule.prove.boxes.search as boxes_search
import chainrule.prove.boxes.tile as tile_module
from chainrule.algebra.arrays import Arrays
from chainrule.algebra.balls import Balls, lower_end, precision
from chainrule.algebra.intervals import Bounds
from chainrule.formula import loss, weight_values
from chainrule.problem import Problem
from chainrule.prove.boxes.bound import Bounder
from chainrule.prove.boxes.search import MARGIN, Limits, Search, Searched
from chainrule.prove.boxes.tree import FACE, MONOTONE, SPLIT, UPPER, WELL
from chainrule.prove.neuron import envelope
from chainrule.prove.neuron.enclose import SLACK
from chainrule.prove.neuron.local import jet
from chainrule.prove.neuron.profile import SquaredSigmoid
from chainrule.prove.neuron.ridge import Ridge


def standard(x, y):
    return Ridge.of(Problem.from_table(np.column_stack([(x - x.mean(axis=0)) / x.std(axis=0), y])))


def iris(columns):
    x, y = load_iris(return_X_y=True)
    return standard(x[y > 0][:, columns], y[y > 0] - 1)


def cancer(count):
    x, y = load_breast_cancer(return_X_y=True)
    return standard(x[:, :count], y)


def made_up(seed, n=25, d=2):
    """Points whose labels disagree with any line now and then; some labels lie between 0 and 1."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d)) * 10.0 ** rng.uniform(-1, 1, d) + rng.normal(size=d)
    y = (x @ rng.normal(size=d) + rng.normal(size=n) * x.std() > 0).astype(float)
    y[: n // 8] = rng.uniform(size=n // 8)
    return Ridge.of(Problem.from_table(np.column_stack([x, y])))


def run(ridge, reach=10.0, limits=None, bounded=True) -> tuple[Search, Searched]:
    k = ridge.a.shape[1]
    search = Search(ridge, np.full(k, -reach), np.full(k, reach), limits or Limits(), bounded)
    return search, search.result(search.run())


@pytest.mark.parametrize(
    ("ridge", "known"),
    # From MAiNGO, IbexOpt and Gurobi on the same problems, to the digits on which they agree.
    [
        (lambda: iris([0, 1]), 0.186759114313),
        (lambda: iris([2, 3]), 0.033617909667),
        (lambda: cancer(2), 0.0780745906015),
    ],
    ids=["iris sepals", "iris petals", "breast cancer"],
)
def test_known_optima_lie_in_the_enclosed_value(ridge, known):
    _, searched = run(ridge())
    low, high = searched.value
    assert searched.stop == "closed"
    assert low <= known + 1e-12
    assert high >= known - 1e-12
    assert high - low <= 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_no_point_of_any_leaf_is_better_than_the_reason_that_closed_it_allows(seed):
    ridge = made_up(seed)
    search, searched = run(ridge)
    tree, rng = searched.tree, np.random.default_rng(seed)
    nodes, lower, upper = tree.leaves(search.lower, search.upper)
    for node, low, high in zip(nodes, lower, upper, strict=True):
        points = rng.uniform(low, high, (30, len(low)))
        values = jet(ridge, points).value
        if tree.kind[node] == MONOTONE:
            slopes = jet(ridge, points).gradient[:, tree.side[node]]
            assert (slopes > 0).all() if tree.end[node] == UPPER else (slopes < 0).all()
        elif tree.kind[node] == WELL:
            well = searched.wells[tree.end[node]]
            assert ((well.lower <= low) & (high <= well.upper)).all()
            free = well.lower < well.upper
            hessian = jet(ridge, points).hessian[:, free][:, :, free]
            assert (np.linalg.eigvalsh(hessian)[:, 0] >= well.modulus).all()
            assert (values >= well.value[0]).all()
        else:
            assert values.min() >= searched.value[0]


@pytest.mark.parametrize("seed", range(6))
def test_the_leaves_fill_the_box(seed):
    search, searched = run(made_up(seed))
    tree = searched.tree
    # A face stands for the whole box that it was shrunk from: its volume is counted where it was shrunk.
    volume, stack = 0.0, [(0, search.lower, search.upper)]
    while stack:
        node, low, high = stack.pop()
        if tree.kind[node] != SPLIT:
            volume += float(np.prod(high - low))
            assert tree.kind[node] != 0 or tree.kind[node] == FACE, "an open leaf in a closed search"
            continue
        side, at = tree.side[node], tree.at[node]
        assert low[side] < at < high[side]
        left, right = high.copy(), low.copy()
        left[side] = right[side] = at
        stack += [(tree.child[node], low, left), (tree.child[node] + 1, right, high)]
    assert volume == pytest.approx(20.0 ** len(search.lower))


@pytest.mark.parametrize("seed", range(10))
def test_a_search_agrees_with_a_dense_local_search(seed):
    ridge = made_up(seed, n=12, d=1 + seed % 2)
    search, searched = run(ridge, reach=5.0)
    k = len(search.lower)
    mesh = np.stack(np.meshgrid(*[np.linspace(-5, 5, 81 if k == 2 else 25)] * k, indexing="ij"), -1).reshape(-1, k)
    values = jet(ridge, mesh).value
    assert values.min() >= searched.value[0]

    def fun(theta):
        now = jet(ridge, theta[None])
        return now.value[0], now.gradient[0]

    starts = mesh[np.argsort(values)[:3]]
    best = min(minimize(fun, start, jac=True, bounds=[(-5, 5)] * k).fun for start in starts)
    assert searched.value[0] <= best + 1e-12
    assert searched.value[1] <= best + 1e-6
    inside = (searched.at[0] - 1e-4 <= searched.best) & (searched.best <= searched.at[1] + 1e-4)
    assert inside.all()


@pytest.mark.parametrize("width", [20.0, 3.0, 0.5, 0.01, 0.0])
@pytest.mark.parametrize("seed", range(4))
def test_bounds_never_exceed_the_loss_and_slopes_are_enclosed(seed, width):
    ridge, rng = made_up(seed), np.random.default_rng(seed)
    k = ridge.a.shape[1]
    centre = rng.normal(size=(40, k)) * 4
    lower, upper = centre - width / 2, centre + width / 2
    found = Bounder(ridge).bound(lower, upper, np.full((40, k), np.nan), np.inf)
    for _ in range(40):
        # Corners as well as inner points: that is where a plane is lowest.
        part = rng.choice([0.0, 1.0, rng.uniform()], size=lower.shape)
        now = jet(ridge, lower + part * (upper - lower))
        assert (found.bound <= now.value + 1e-15).all()
        assert (found.gradient.lower <= now.gradient + 1e-14).all()
        assert (now.gradient <= found.gradient.upper + 1e-14).all()


def highest_above(reach, seed=0) -> float:
    """How far the lines used as bounds reach above h, at most, over many intervals ``[l, u]`` and places z in them."""
    rng = np.random.default_rng(seed)
    low = rng.uniform(-12, 6, 4000)
    high = low + 10.0 ** rng.uniform(-3, 2, 4000)
    z = low + rng.uniform(size=4000) * (high - low)
    profile, arrays = SquaredSigmoid(), Arrays()

    def h(x):
        return profile.value(arrays, x, *arrays.sigmoid_pair(x))

    ends = h(low), h(high) * (1 - SLACK)
    value, slope = envelope.tangent(profile, reach(profile, Bounds(low, high), Bounds(*ends)), z)
    x = low[:, None] + np.linspace(0, 1, 201) * (high - low)[:, None]
    return float((value[:, None] + slope[:, None] * (x - z[:, None]) - h(x)).max())


def test_lines_lie_below_the_function():
    assert highest_above(envelope.reach) <= 1e-14


@pytest.mark.parametrize("width", [1e-300, 1e-12, 1e-9, 1e-6])
@pytest.mark.parametrize("place", [-30.0, -1.0, np.log(2), 0.9, 5.0, 60.0])
def test_lines_lie_below_the_function_on_intervals_as_short_as_rounding(place, width):
    profile, arrays = SquaredSigmoid(), Arrays()
    z = place + width * np.linspace(0, 1, 9)
    values = profile.value(arrays, z, *arrays.sigmoid_pair(z))
    low, high = (np.full(9, end) for end in (z[0], z[-1]))
    ends = Bounds(np.full(9, values[0]), np.full(9, values[-1]) * (1 - SLACK))
    value, slope = envelope.tangent(profile, envelope.reach(profile, Bounds(low, high), ends), z)
    above = value[:, None] + slope[:, None] * (z - z[:, None]) - values
    assert above.max() <= 2 * SLACK * values.max()


def too_far(error):
    """A contact point too far right: the tangent at q > c(u) passes above (u, h(u)), by about h''(q)·(u − q)·error."""

    def reach(profile, form, h, arrays=None):
        right = envelope.reach(profile, form, h)
        c = envelope.contact(form.upper) + np.where(form.upper > np.log(2), error, 0.0)
        return envelope.Reach(np.maximum(c, form.lower), np.where(c >= form.lower, 1.0, right.limit))

    return reach


@pytest.mark.parametrize("error", [1e-2, 0.3])
def test_a_contact_point_too_far_right_is_seen_by_that_test(error):
    assert highest_above(too_far(error)) > error * 1e-2


def always_the_chord(profile, form, h, arrays=None):
    """The defect that once pruned the optimum: the chord although the convex part reaches into the interval."""
    chord = (h.upper - h.lower) / (form.upper - form.lower)
    return envelope.Reach(form.lower, np.where(envelope.contact(form.upper) >= form.lower, chord, 1.0))


def no_chord_condition(profile, form, h, arrays=None):
    """Tangents wherever z is, although the upper end is concave."""
    return envelope.Reach(form.upper, np.ones_like(form.upper))


@pytest.mark.parametrize("broken", [always_the_chord, no_chord_condition])
def test_a_broken_envelope_gives_a_bound_above_the_loss(monkeypatch, broken):
    """These breaks must be seen by the comparison that the tests above make: otherwise those tests prove nothing."""
    monkeypatch.setattr(tile_module, "reach", broken)
    seen = 0.0
    for seed in range(8):
        ridge, rng = made_up(seed), np.random.default_rng(seed)
        k = ridge.a.shape[1]
        lower = rng.normal(size=(60, k)) * 3 - 1.5
        upper = lower + 3
        found = Bounder(ridge).bound(lower, upper, np.full((60, k), np.nan), np.inf)
        for _ in range(60):
            values = jet(ridge, lower + rng.uniform(size=lower.shape) * (upper - lower)).value
            seen = max(seen, float((found.bound - values).max()))
    assert seen > 1e-4


def test_where_planes_are_taken_does_not_matter_for_soundness(monkeypatch):
    """A Newton step that goes anywhere may only cost boxes: any point gives a valid plane."""
    rng = np.random.default_rng(0)
    monkeypatch.setattr(bound_module, "newton_step", lambda p, g, h, low, high: rng.uniform(low, high))
    monkeypatch.setattr(
        "chainrule.prove.boxes.ground.local_minima", lambda ridge, low, high, *_: np.zeros((1, len(low)))
    )
    _, searched = run(iris([0, 1]), limits=Limits(gap=1e-2, boxes=3000))
    assert searched.value[0] <= 0.18675911431308 <= searched.value[1] + 1e-13


def above_the_exact_loss() -> Fraction:
    """The most by which a bound on a box of no width exceeds the exact loss there, over 60 points."""
    ridge, rng = iris([0, 1, 2, 3]), np.random.default_rng(3)
    points = rng.normal(size=(60, 5)) * 3
    found = Bounder(ridge).bound(points, points, np.full((60, 5), np.nan), np.inf)
    most = Fraction(-1)
    with precision(200):
        for point, low in zip(points, found.bound, strict=True):
            weights = {n: Fraction(float(x)) for n, x in zip(ridge.problem.free, point, strict=True)}
            fixed = ridge.problem.fix(**weights)
            exact = lower_end(loss(Balls(), fixed, weight_values(Balls(), fixed, {})))
            most = max(most, Fraction(float(low)) - exact)
    return most


def test_on_a_box_of_no_width_the_bound_is_the_loss_less_a_little():
    assert -Fraction(1, 10**9) <= above_the_exact_loss() <= 0


def test_without_the_slack_some_bound_lies_above_the_loss(monkeypatch):
    """So the test before this one can fail, and the slack is needed."""
    for module in (bound_module, tile_module):
        monkeypatch.setattr(module, "SLACK", 0.0)
        monkeypatch.setattr(module, "ULP", 0.0)
    assert above_the_exact_loss() > 0


def test_limits_leave_an_honest_interval():
    ridge = cancer(4)
    _, searched = run(ridge, limits=Limits(gap=1e-6, boxes=400))
    assert searched.stop == "boxes"
    _, later = run(ridge, limits=Limits(gap=1e-6, boxes=3000))
    assert 0 <= searched.value[0] <= later.value[0] <= later.value[1] <= searched.value[1]
    _, timed = run(ridge, limits=Limits(gap=1e-9, seconds=0.05))
    assert timed.stop == "time"


def test_a_limit_while_sharpening_finds_the_gap_reached():
    """0.1 is more than the least loss of the petals, so the first step reaches it; what follows only narrows down where."""
    _, searched = run(iris([2, 3]), limits=Limits(gap=0.1, boxes=50))
    assert searched.stop == "closed"
    assert searched.value[1] - 0.1 <= searched.value[0] < 0.0336


def test_the_history_never_goes_back_and_ends_at_the_claim():
    _, searched = run(iris([0, 1]))
    boxes, seconds, floor = np.array(searched.history).T
    assert (np.diff(boxes) >= 0).all()
    assert (np.diff(seconds) >= 0).all()
    assert searched.value[0] == floor[-1]
    assert searched.value[1] <= floor[-1] + 1e-6 + MARGIN


def test_a_step_whose_halves_all_lie_in_wells_bounds_nothing():
    """A batch of no boxes once raised an error."""
    found = Bounder(iris([0, 1])).bound(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros((0, 3)), 1.0)
    assert isinstance(found.gradient, Bounds)
    assert found.bound.shape == (0,)


def test_a_search_that_began_at_a_poor_minimum_finds_the_best_one(monkeypatch):
    # Petals in ±10 have exactly one minimum; told that a corner of the box is the best point there is, the search must find it itself.
    ridge = iris([2, 3])
    whole = Search(ridge, np.full(3, -10.0), np.full(3, 10.0), Limits())
    whole.run()
    start = np.array([[-10.0, -10.0, -10.0]])
    monkeypatch.setattr(boxes_search, "LOOK", 64)
    poor = Search(ridge, np.full(3, -10.0), np.full(3, 10.0), Limits(boxes=20_000), points=start)
    assert poor.reached > 2 * whole.reached
    assert poor.run() == "closed"
    assert poor.reached == pytest.approx(whole.reached, rel=1e-9)
    np.testing.assert_allclose(poor.best, whole.best, rtol=1e-6)
    assert len(poor.wells) == 1
