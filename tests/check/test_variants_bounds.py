"""Weights of rows, a penalty and cross-entropy: every enclosure holds the loss written out naively, and doubles agree with balls."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, fmpq
from tests.check.certificate_maker import ball, fraction

from chainrule_fast.arrays import CURVE_ERROR, TINY, curve_range
from chainrule_fast.balls import Arb, curve_at, precision
from chainrule_fast.balls import curve_range as ball_range
from chainrule_fast.doubles import Doubles
from chainrule_fast.exponential import SOFTPLUS_ERROR, softplus
from chainrule_fast.loss import ENTROPY, SHAPES
from chainrule_fast.problem import read_problem
from chainrule_fast.section import Section
from chainrule_fast.space.bounds import Bounds
from chainrule_fast.space.combined import Combined
from chainrule_fast.space.directed import Directed
from chainrule_fast.space.groups import Together, read_groups
from chainrule_fast.space.outside import shift
from chainrule_fast.space.rough import Rough
from chainrule_fast.space.sharp import Sharp
from chainrule_fast.space.terms import Terms

VARIANTS = {
    "weights of rows": {"weighted": True},
    "tiny weights of rows": {"weighted": True, "scale": "1e-95"},
    "a penalty": {"penalty": "0.03"},
    "cross-entropy": {"loss": "cross-entropy"},
    "all three": {"weighted": True, "penalty": "1/7", "loss": "cross-entropy"},
}
variants = pytest.mark.parametrize("variant", VARIANTS)


def read(variant, rows=25, k=3, seed=2, weights=None):
    """Random rows; w_x0 is fixed at 1/3 unless `weights` says otherwise. Some rows have weight 0."""
    rng = np.random.default_rng(seed)
    labels = rng.choice(["0", "1", "1/3"], rows)
    points = [[*(f"{x:.6f}" for x in rng.normal(size=k)), y] for y in labels]
    data = {"points": points}
    known = dict(VARIANTS[variant])
    scale = Fraction(known.pop("scale", "1"))
    if known.pop("weighted", False):
        data["case_weights"] = [str(scale * x) for x in rng.choice([0, 1, 2, Fraction(1, 7), 50], rows).tolist()]
    inputs = [f"x{j}" for j in range(k)]
    document = {"schema": 1, "inputs": inputs, "weights": weights or {"w_x0": "1/3"}, "data": data, **known}
    return document, read_problem(document)


def loss(document, theta):
    """The loss from the document, in floats; `theta` by name."""
    names = [*(f"w_{name}" for name in document["inputs"]), "bias"]
    w = {**{name: float(Fraction(value)) for name, value in document["weights"].items()}, **theta}
    points = document["data"]["points"]
    weights = [Fraction(x) for x in document["data"].get("case_weights", ["1"] * len(points))]
    total = 0.0
    for point, weight in zip(points, weights, strict=True):
        *x, y = (float(Fraction(value)) for value in point)
        z = sum(w[name] * value for name, value in zip(names, [*x, 1.0], strict=True))
        if document.get("loss") == "cross-entropy":
            cost = y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)
        else:
            cost = ((1 + math.tanh(z / 2)) / 2 - y) ** 2
        total += float(weight / sum(weights)) * cost
    return total + float(Fraction(document.get("penalty", "0"))) * sum(w[name] ** 2 for name in names[:-1])


def test_softplus_keeps_its_promise_and_never_cuts_large_arguments():
    rng = np.random.default_rng(1)
    z = np.concatenate(
        [rng.normal(size=2000) * 10 ** rng.uniform(-8, 2.8, 2000), [0.0, -0.0, 700.0, -700.0, 1e5, 1e99]]
    )
    found = softplus(z)
    with precision(200):
        for x, value in zip(z.tolist(), found.tolist(), strict=True):
            exact = curve_at(ENTROPY, 0, fmpq(*x.as_integer_ratio()))
            assert abs(ball(Fraction(value)) - exact) < exact * SOFTPLUS_ERROR + (1e-303 if x < -700 else 0)
    assert np.abs(found[-1] / 1e99 - 1) < 4 * SOFTPLUS_ERROR


@pytest.mark.parametrize("order", [0, 1, 2])
def test_ranges_of_cross_entropy_in_doubles_hold_those_in_balls(order):
    rng = np.random.default_rng(order)
    ends = np.sort(np.stack([rng.normal(0, 3, 1000), rng.normal(0, 3, 1000)]), axis=0)
    ends[:, :4] = [[-900, -800, 690, 800], [-800, 900, 710, 1e6]]
    ends[1, 4::3] = ends[0, 4::3]
    lower, upper = curve_range(ENTROPY, order, *ends)
    with precision(150):
        for i in range(1000):
            least, most = ball_range(ENTROPY, order, *(fmpq(*float(x).as_integer_ratio()) for x in ends[:, i]))
            low, high = fraction(least.lower()), fraction(most.upper())
            assert Fraction(lower[i]) <= low
            assert high <= Fraction(upper[i])
            margin = 3 * Fraction(CURVE_ERROR) * high + 3 * Fraction(TINY)
            assert low - Fraction(lower[i]) <= margin
            assert Fraction(upper[i]) - high <= margin


def test_softplus_sigmoid_and_its_slope_are_each_others_derivatives():
    with precision(300):
        step = fmpq(1, 2**60)
        for order, z in itertools.product((0, 1), range(-5, 6)):
            ends = [curve_at(ENTROPY, order, fmpq(z) + s * step) for s in (-1, 1)]
            slope = (ends[1] - ends[0]) / (2 * arb(step))
            assert abs(slope - curve_at(ENTROPY, order + 1, fmpq(z))) < arb(2) ** -110


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_what_is_said_of_each_shape_is_so(shape):
    with precision(200):
        for k in range(-200, 201):
            z = fmpq(k, 5)
            h, slope, bend = (curve_at(shape, order, z) for order in (0, 1, 2))
            assert h > 0
            assert slope > 0
            assert not slope > arb(fmpq(shape.steepest.numerator, shape.steepest.denominator))
            assert bend > 0 or not shape.convex
            assert not h + curve_at(shape, 0, -z) < arb(fmpq(shape.pair.numerator, shape.pair.denominator))
        both = 2 * curve_at(shape, 0, fmpq(0))
        assert abs(both - arb(fmpq(shape.pair.numerator, shape.pair.denominator))) < 1e-15
        for side, decay in shape.decays.items():
            before = arb(0)
            for size in (1, 2, 5, 20, 60):
                g = curve_at(shape, 1, fmpq(side * size)) * arb(decay.rate * size).exp() / decay.factor
                assert before < g < 1
                before = g
            assert g > 1 - arb(10) ** -24


@variants
def test_bounds_of_boxes_hold_the_loss_and_doubles_agree_with_balls(variant):
    document, known = read(variant)
    names = ("w_x1", "bias", "w_x2")
    terms = Terms(known, names)
    bounds, sharp = Bounds(terms), Sharp(terms, 120)
    rng = np.random.default_rng(5)
    lower = rng.normal(size=(40, 3)) * 2
    upper = lower + 10 ** rng.uniform(-6, 1, (40, 3))
    points = lower + rng.uniform(size=lower.shape) * (upper - lower)
    natural, (plane, _) = bounds.natural(lower, upper), bounds.plane(lower, upper, points)
    sides, signs = rng.integers(0, 3, 40), rng.choice([-1.0, 1.0], 40)
    slope = bounds.slope(lower, upper, sides, signs) / float(known.total)
    for i in range(40):
        ends = [[Fraction(x) for x in box] for box in (lower[i].tolist(), upper[i].tolist(), points[i].tolist())]
        exact = sharp.natural(ends[0], ends[1])
        for _ in range(5):
            theta = lower[i] + rng.uniform(size=3) * (upper[i] - lower[i])
            truth = loss(document, dict(zip(names, theta.tolist(), strict=True)))
            assert natural[i] <= truth + 1e-12
            assert plane[i] <= truth + 1e-12
            assert exact.lower - Fraction(1, 10**12) <= Fraction(truth) <= exact.upper + Fraction(1, 10**12)
        size = 1e-13 * (1 + float(exact.upper))
        assert float(exact.lower) - size < natural[i] <= float(exact.lower)
        assert plane[i] == pytest.approx(float(sharp.plane(*ends).lower), abs=1e-5)
        found = sharp.slope(int(sides[i]), ends[0], ends[1])
        truth = float(found.lower) if signs[i] > 0 else -float(found.upper)
        assert truth - 1e-12 < slope[i] <= truth


@variants
def test_a_plane_and_the_penalty_are_least_together_not_each_for_itself(variant):
    # On a small box around a point p, the plane's bound lacks about width², with a penalty as without.
    document, known = read(variant)
    names = ("w_x1", "w_x2", "bias")
    bounds = Bounds(Terms(known, names))
    middle = np.array([[0.5, -0.7, 0.2]])
    lower, upper = middle - 0.05, middle + 0.05
    thetas = middle + np.array(list(itertools.product((-0.05, -0.02, 0, 0.02, 0.05), repeat=3)))
    truth = min(loss(document, dict(zip(names, theta.tolist(), strict=True))) for theta in thetas)
    plane, _ = bounds.plane(lower, upper, middle)
    assert truth - bounds.natural(lower, upper)[0] > 5 * (truth - plane[0])


@variants
def test_gradient_and_hessian_are_those_of_the_loss(variant):
    document, known = read(variant)
    names = ("w_x1", "bias")
    document["weights"]["w_x2"] = "-1/4"
    known = read_problem(document)
    terms = Terms(known, names)
    point, step = [Fraction(1, 3), Fraction(-1, 5)], 1e-4

    def at(*moves):
        return loss(document, {name: float(x) + step * m for name, x, m in zip(names, point, moves, strict=True)})

    sharp, rough = Sharp(terms, 120), Rough(terms)
    for engine in (sharp, rough):
        value = engine.value(point)
        assert float(value.lower) - 1e-12 <= at(0, 0) <= float(value.upper) + 1e-12
        for j, slope in enumerate(engine.gradient(point)):
            move = [int(j == i) for i in range(2)]
            assert float(slope.lower) == pytest.approx((at(*move) - at(*(-m for m in move))) / (2 * step), abs=1e-6)
            assert slope.upper - slope.lower < 1e-11
        one = [np.array([[float(x) for x in point]])] * 2
        bend = rough.curvatures(*one, (0, 1))[0] if engine is rough else sharp.curvature(point, point, (0, 1))
        assert float(bend[0][0].mid()) == pytest.approx((at(1, 0) - 2 * at(0, 0) + at(-1, 0)) / step**2, abs=1e-5)
        assert float(bend[1][1].mid()) == pytest.approx((at(0, 1) - 2 * at(0, 0) + at(0, -1)) / step**2, abs=1e-5)
        mixed = (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * step**2)
        assert float(bend[0][1].mid()) == pytest.approx(mixed, abs=1e-5)


@variants
def test_cells_outside_a_core_are_below_the_loss_along_all_of_their_rays(variant):
    document, known = read(variant)
    names = ("w_x1", "w_x2", "bias")
    terms = Terms(known, names)
    centre = (Fraction(1, 2), Fraction(-3), Fraction(1, 7))
    shifted = shift(terms, centre)
    sharp, rng = Sharp(terms, 120), np.random.default_rng(8)
    lower = rng.normal(size=(60, 3)) * 3
    upper = lower + 10 ** rng.uniform(-3, 0.5, (60, 3))
    none = Together(terms, read_groups([], terms))
    found = Bounds(shifted).outer(lower, upper, none)
    m = np.array([float(x) for x in centre])
    for i in range(60):
        ends = [[Fraction(x) for x in side] for side in (lower[i].tolist(), upper[i].tolist())]
        exact = float(sharp.outer(*ends, centre, none).lower)
        assert exact - 1e-12 * (1 + exact) < found[i] <= exact
        for t in (1, 1.001, 1.3, 2, 10):
            theta = m + t * (lower[i] + rng.uniform(size=3) * (upper[i] - lower[i]))
            assert found[i] <= loss(document, dict(zip(names, theta.tolist(), strict=True))) * (1 + 1e-9) + 1e-9


LINES = [
    *((f"order {o} over [{a}, {b}]", lambda e, o=o, a=a, b=b: e.curve(o, Fraction(a), Fraction(b)))
      for o in (0, 1, 2) for a, b in (("1/3", "1/3"), ("-2", "5"), ("-900", "1e3"))),
    *((f"{n} on {s} from {v}", lambda e, n=n, s=s, v=v: getattr(e, n)(s, Fraction(v)))
      for n in ("beyond", "tail_slope") for s in (-1, 1) for v in ("0", "7", "-50/3")),
    *((f"the limit on {s}", lambda e, s=s: e.limit(s)) for s in (-1, 1)),
]  # fmt: skip


@variants
@pytest.mark.parametrize("free", ["w_x1", "bias"])
@pytest.mark.parametrize("question", LINES, ids=[name for name, _ in LINES])
def test_along_a_line_doubles_hold_what_balls_hold(variant, free, question):
    fixed = {"w_x0": "1/3", "w_x1": "-1", "w_x2": "0.7", "bias": "2"}
    del fixed[free]
    _, known = read(variant, weights=fixed)
    section = Section(known, known.free_column())
    narrow, wide = question[1](Arb(section, 120)), question[1](Doubles(section))
    assert narrow.within(wide)
    if math.isfinite(narrow.lower) and math.isfinite(narrow.upper):
        assert wide.upper - wide.lower <= (narrow.upper - narrow.lower) * (1 + 1e-9) + 1e-9
    else:
        assert [math.isfinite(x) for x in (wide.lower, wide.upper)] == [
            math.isfinite(x) for x in (narrow.lower, narrow.upper)
        ]


@variants
@pytest.mark.parametrize("free", ["w_x1", "bias"])
def test_along_a_line_enclosures_hold_the_loss_and_tails_its_slope(variant, free):
    fixed = {"w_x0": "1/3", "w_x1": "-1", "w_x2": "0.7", "bias": "2"}
    del fixed[free]
    document, known = read(variant, weights=fixed)
    engine = Arb(Section(known, known.free_column()), 120)
    beyond = {side: engine.beyond(side, Fraction(3 * side)) for side in (-1, 1)}
    for v in np.linspace(-12, 12, 49):
        left, right = Fraction(v) - Fraction(1, 8), Fraction(v) + Fraction(1, 8)
        truth = loss(document, {free: float(v)})
        found = engine.curve(0, left, right)
        assert found.lower - Fraction(1, 10**9) <= Fraction(truth) <= found.upper + Fraction(1, 10**9)
        slope = (loss(document, {free: v + 1e-5}) - loss(document, {free: v - 1e-5})) / 2e-5
        found = engine.curve(1, left, right)
        assert found.lower - Fraction(1, 10**6) <= Fraction(slope) <= found.upper + Fraction(1, 10**6)
        for side in (-1, 1):
            if side * v >= 3:
                assert beyond[side].lower - Fraction(1, 10**9) <= Fraction(truth)
                assert truth <= beyond[side].upper + 1e-9
    for side in (-1, 1):
        far = loss(document, {free: 1e9 * side})
        limit = engine.limit(side)
        grows = ("penalty" in document and free != "bias") or document.get("loss") == "cross-entropy"
        assert limit.lower == math.inf if grows else abs(float(limit.lower) - far) < 1e-6
        for end in (0, 2, 9):
            found = engine.tail_slope(side, Fraction(side * end))
            steps = [float(side * (end + d)) for d in (0, 0.3, 1, 3, 8)]
            slopes = [(loss(document, {free: v + 1e-5}) - loss(document, {free: v - 1e-5})) / 2e-5 for v in steps]
            assert not found.lower > 0 or min(slopes) > -1e-9
            assert not found.upper < 0 or max(slopes) < 1e-9


@variants
def test_combinations_of_slopes_and_their_bends_are_those_of_the_loss(variant):
    document, known = read(variant)
    names = ("w_x1", "w_x2", "bias")
    terms = Terms(known, names)
    combined, sharp, rng = Combined(terms), Directed(terms, 120), np.random.default_rng(4)
    lower = rng.normal(size=(8, 3))
    upper = lower + 10 ** rng.uniform(-4, 0, (8, 3))
    y = rng.normal(size=(8, 3))
    total = float(known.total)
    rises, (low, high) = combined.rise(lower, upper, y) / total, combined.bend(lower, upper, y)

    def slope(theta, direction, step=1e-4):
        ends = [loss(document, dict(zip(names, (theta + s * step * direction).tolist(), strict=True))) for s in (-1, 1)]
        return (ends[1] - ends[0]) / (2 * step)

    for i in range(8):
        direction, ends = (
            [Fraction(x) for x in y[i].tolist()],
            [[Fraction(x) for x in e[i].tolist()] for e in (lower, upper)],
        )
        exact = sharp.rise(direction, *ends)
        bends = sharp.bend(direction, *ends)
        assert rises[i] <= float(exact.lower) + 1e-12
        assert (rises[i] > 0) == (exact.lower > 0)
        for _ in range(2):
            theta = lower[i] + rng.uniform(size=3) * (upper[i] - lower[i])
            truth = slope(theta, y[i])
            assert rises[i] - 1e-6 <= truth <= float(exact.upper) + 1e-6
            for j, entry in enumerate(bends):
                unit = 1e-3 * np.eye(3)[j]
                second = (slope(theta + unit, y[i]) - slope(theta - unit, y[i])) / 2e-3
                assert float(entry.lower) - 1e-4 <= second <= float(entry.upper) + 1e-4
                assert low[i, j] / total - 1e-4 <= second <= high[i, j] / total + 1e-4


def test_a_direction_with_a_penalty_does_not_rise_everywhere():
    points = [["1", "0"], ["2", "0"]]
    document = {"schema": 1, "inputs": ["x"], "weights": {}, "data": {"points": points}}
    y = [Fraction(1), Fraction(0)]
    for penalty, rises in ((None, True), ("1/1000", False)):
        more = {} if penalty is None else {"penalty": penalty}
        assert Directed(Terms(read_problem({**document, **more}), ("w_x", "bias")), 80).rises_everywhere(y) is rises
