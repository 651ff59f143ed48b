"""The bounds that leaves rest on: lines below h are below it, sums are below the loss, and both are tight enough."""

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from tests.check.certificate_maker import ball, fraction

from chainrule_fast.balls import precision, rational
from chainrule_fast.columns import doubles, nearest
from chainrule_fast.loss import SQUARED
from chainrule_fast.problem import read_problem
from chainrule_fast.report import Refused
from chainrule_fast.space import lines
from chainrule_fast.space.bounds import Bounds
from chainrule_fast.space.lines import LN2_ABOVE, LN2_BELOW, SHY, contact, line_below
from chainrule_fast.space.rank import rank
from chainrule_fast.space.rough import Rough, hull
from chainrule_fast.space.sharp import Sharp, _line
from chainrule_fast.space.terms import Terms
from chainrule_fast.space.tree import Root, walk
from chainrule_fast.space.wells import positive_definite


def h(z):
    with precision(400):
        return (1 / (1 + (-ball(z)).exp())) ** 2


def intervals():
    rng = np.random.default_rng(0)
    size = 4000
    low = rng.normal(size=size) * 10 ** rng.uniform(-1, 3, size)
    width = 10 ** rng.uniform(-12, 3, size)
    ln2 = math.log(2)
    special = [
        (ln2, ln2 + 1e-9),
        (ln2 - 1e-9, ln2 + 1e-9),
        (0.0, ln2),
        (-1.0, ln2 + 1e-6),
        (-5.0, 1e80),
        (-1e90, 1e90),
        (2.0, 2.0),
        (-800.0, -750.0),
        (750.0, 800.0),
    ]
    low = np.concatenate([low, [a for a, _ in special]])
    high = np.concatenate([low[:size] + width, [b for _, b in special]])
    return low, high, low + rng.uniform(size=len(low)) * (high - low)


def test_ln_2_lies_between_its_two_doubles():
    with precision(120):
        assert ball(Fraction(LN2_BELOW)) < arb(2).log() < ball(Fraction(LN2_ABOVE))


def test_every_line_lies_below_h_at_both_ends_and_at_the_worst_places_between():
    low, high, z = intervals()
    with np.errstate(all="ignore"):
        x, v, s = line_below(SQUARED, low, high, z)
    assert (s >= 0).all()
    for i in range(0, len(low), 7):
        places = [low[i], high[i], x[i], z[i], math.log(2), *np.linspace(low[i], high[i], 9)]
        for place in places:
            if low[i] <= place <= high[i]:
                t = Fraction(float(place))
                line = Fraction(float(v[i])) + Fraction(float(s[i])) * (t - Fraction(float(x[i])))
                assert not h(t) < ball(line), (low[i], high[i], place)


def test_the_lines_of_doubles_and_of_balls_are_the_envelopes_tangents():
    # At z the line is the envelope's value but for SHY·h''·(u − c), SHY the table's error: below 2e-7·0.16·(u − c) + roundings.
    low, high, z = intervals()
    with np.errstate(all="ignore"):
        x, v, s = line_below(SQUARED, low, high, z)
    for i in range(0, 4000, 40):
        with precision(200):
            value, slope = _line(SQUARED, *(rational(Fraction(float(t))) for t in (low[i], high[i], z[i])))
            exact = float(fraction(value.mid()))
            tilt = float(fraction(slope.mid()))
        reach = max(1.0, high[i] - low[i])
        assert v[i] + s[i] * (z[i] - x[i]) == pytest.approx(exact, abs=1e-6 * reach)
        if high[i] - low[i] > 1e-3:
            assert s[i] == pytest.approx(tilt, abs=1e-5)


def test_the_contact_point_is_known_to_the_tables_error():
    # h(c) + h'(c)(u − c) = h(u); for large u: 2e^2c·u = 1, so c = −½ ln 2u.
    for u in (0.7, 1.0, 3.0, 50.0, 1e4, 1e9):
        c = float(contact(np.array([u]))[0])
        tangent = lambda q: 1 / (1 + math.exp(-q)) ** 2 * (1 + 2 / (1 + math.exp(q)) * (u - q))  # noqa: B023
        target = 1 / (1 + math.exp(-u)) ** 2
        assert tangent(c) <= target + 1e-15
        assert tangent(c + 2 * SHY + 1e-9) > target - (1e-15 if u < 1 else 0)
    assert float(contact(np.array([1e9]))[0]) == pytest.approx(-0.5 * math.log(2e9), abs=1e-3)
    assert float(contact(np.array([1e80]))[0]) < -0.5 * math.log(2e80)


def test_a_useless_table_makes_bounds_weaker_but_never_wrong(monkeypatch):
    low, high, z = intervals()
    for wrong in (lambda u: u * 0 + 5.0, lambda u: u * 0 - 30.0, lambda u: u * 0 + LN2_ABOVE):
        monkeypatch.setattr(lines, "contact", wrong)
        with np.errstate(all="ignore"):
            x, v, s = line_below(SQUARED, low, high, z)
        for i in range(0, 4000, 50):
            for place in np.linspace(low[i], high[i], 7):
                t = Fraction(float(np.clip(place, low[i], high[i])))
                assert not h(t) < ball(Fraction(float(v[i])) + Fraction(float(s[i])) * (t - Fraction(float(x[i]))))


def problem(rows=30, k=3, seed=2):
    rng = np.random.default_rng(seed)
    labels = rng.choice(["0", "1", "1/3", "0.9999999"], rows)
    points = [[*(str(x) for x in rng.normal(size=k)), y] for y in labels]
    inputs = [f"x{j}" for j in range(k)]
    return read_problem({"schema": 1, "inputs": inputs, "weights": {"w_x0": "1/3"}, "data": {"points": points}})


def loss(known, theta):
    total = 0.0
    for row in range(known.rows):
        z = float(known.offset(row)) + sum(float(known.slope(row, j + 1)) * t for j, t in enumerate(theta))
        total += (1 / (1 + math.exp(-z)) - float(known.label(row))) ** 2
    return total / known.rows


def test_bounds_of_boxes_are_below_the_loss_and_doubles_agree_with_balls():
    known = problem()
    terms = Terms(known, ("w_x1", "w_x2", "bias"))
    bounds, sharp = Bounds(terms), Sharp(terms, 120)
    rng = np.random.default_rng(5)
    lower = rng.normal(size=(40, 3)) * 2
    upper = lower + 10 ** rng.uniform(-6, 1, (40, 3))
    points = lower + rng.uniform(size=lower.shape) * (upper - lower)
    natural, (plane, _) = bounds.natural(lower, upper), bounds.plane(lower, upper, points)
    sides, signs = rng.integers(0, 3, 40), rng.choice([-1.0, 1.0], 40)
    slope = bounds.slope(lower, upper, sides, signs) / known.rows
    for i in range(40):
        ends = [[Fraction(x) for x in box] for box in (lower[i].tolist(), upper[i].tolist(), points[i].tolist())]
        for _ in range(5):
            theta = lower[i] + rng.uniform(size=3) * (upper[i] - lower[i])
            assert natural[i] <= loss(known, theta) + 1e-13
            assert plane[i] <= loss(known, theta) + 1e-13
        exact = float(sharp.natural(ends[0], ends[1]).lower)
        assert exact - 2e-14 < natural[i] <= exact
        assert plane[i] == pytest.approx(float(sharp.plane(*ends).lower), abs=1e-5)
        found = sharp.slope(int(sides[i]), ends[0], ends[1])
        truth = float(found.lower) if signs[i] > 0 else -float(found.upper)
        assert truth - 2e-14 < slope[i] <= truth


def test_forms_whose_parts_cancel_are_known_to_be_known_badly():
    # z = (x − u)/3 + θ with x and u of 1e9: doubles know x/3 − u/3 to 1e-7, and bounds of σ² at θ = 0 must lack as much.
    for i in range(30):
        points = [[str(10**9 + 7 * i), str(10**9 + 5 * i), "0"]]
        weights = {"w_x": "1/3", "w_u": "-1/3"}
        stated = {"schema": 1, "inputs": ["x", "u"], "weights": weights, "data": {"points": points}}
        terms, zero = Terms(read_problem(stated), ("bias",)), np.zeros((1, 1))
        exact, bounds = Sharp(terms, 120).value([Fraction(0)]).lower, Bounds(terms)
        for bound in (bounds.natural(zero, zero)[0], bounds.plane(zero, zero, zero)[0][0]):
            assert exact - Fraction(1, 10**5) < Fraction(bound) <= exact


def test_a_plane_at_a_good_point_is_far_better_than_the_natural_bound():
    known = problem()
    bounds = Bounds(Terms(known, ("w_x1", "w_x2", "bias")))
    lower, upper = np.full((1, 3), -0.05), np.full((1, 3), 0.05)
    truth = min(loss(known, theta) for theta in np.random.default_rng(0).uniform(-0.05, 0.05, (300, 3)))
    # A box of width w: the natural bound lacks about w·|slope|, the plane about w².
    assert truth - bounds.natural(lower, upper)[0] > 10 * (truth - bounds.plane(lower, upper, np.zeros((1, 3)))[0])


def test_tiles_of_boxes_and_rows_give_the_same_bounds(monkeypatch):
    known = problem(rows=300)
    terms = Terms(known, ("w_x1", "w_x2", "bias"))
    rng = np.random.default_rng(3)
    lower = rng.normal(size=(70, 3))
    upper = lower + 0.3
    whole = Bounds(terms).plane(lower, upper, lower)[0]
    monkeypatch.setattr("chainrule_fast.space.bounds.ROWS", 64)
    monkeypatch.setattr("chainrule_fast.space.bounds.TILE", 256)
    assert Bounds(terms).plane(lower, upper, lower)[0] == pytest.approx(whole, abs=1e-12)


def test_the_second_form_of_a_row_is_known_to_full_precision():
    # 1 − 0.9999999 = 1e-7 exactly; as a difference of doubles it would err by 1e-17/1e-7.
    terms = Terms(problem(), ("w_x1", "w_x2", "bias"))
    exact = sorted({float(t.weight) for t in terms.exact()})
    assert sorted(set(terms.weight.tolist())) == exact


def test_positive_definite_means_every_pivot():
    # [[2, 1], [1, 2]] has the eigenvalues 1 and 3.
    matrix = [[arb(2), arb(1)], [arb(1), arb(2)]]
    assert positive_definite(matrix, Fraction(999, 1000))
    assert not positive_definite(matrix, Fraction(1001, 1000))
    assert not positive_definite([[arb(1), arb(2)], [arb(2), arb(1)]], Fraction(0))
    assert not positive_definite([[arb(1, 2)]], Fraction(0))  # 1 ± 2 may be negative


def test_the_rank_is_exact():
    tiny = Fraction(1, 10**90)
    rows = [[Fraction(1), Fraction(2)], [Fraction(2), Fraction(4)]]
    assert rank(iter(rows), 2) == 1
    assert rank(iter([*rows * 50, [Fraction(1), 2 + tiny]]), 2) == 2
    assert rank(iter([]), 3) == 0
    assert rank(iter([[], []]), 0) == 0


ROOT = Root(((Fraction(-1), Fraction(1)), (Fraction(-1, 10), Fraction(1, 3))))


def test_the_leaves_of_a_tree_cover_its_root():
    tree = [["split", 0, "0.25"], ["split", 1, "0"], ["natural"], ["open"], ["face", 1, "upper"], ["natural"]]
    (found,) = walk(tree, ROOT, "t", ("face", "natural", "open"))
    assert {kind: items.number.tolist() for kind, items in found.items()} == {
        "face": [4],
        "natural": [2, 5],
        "open": [3],
    }
    natural, (above,) = found["natural"], found["open"].lower
    assert (tuple(natural.upper[0]), above[1], tuple(natural.lower[0])) == ((0.25, 0.0), 0.0, ROOT.lower)
    # The face at 1/3, which is no double, is kept as the doubles around it.
    assert Fraction(natural.lower[1, 1]) < Fraction(1, 3) < Fraction(natural.upper[1, 1])


@pytest.mark.parametrize("at", ["-0.1", "1/3", "-0.2", "0.3333333333333333"])
def test_a_cut_at_or_beyond_an_end_is_refused(at):
    with pytest.raises(Refused, match=r"t\[0\]"):
        list(walk([["split", 1, at], ["natural"], ["natural"]], ROOT, "t", ("natural",)))


def test_inside_is_exact_at_ends_that_are_no_doubles():
    whole = np.array([ROOT.lower]), np.array([ROOT.upper])
    assert ROOT.inside(*whole, ROOT.box)[0]
    for j, end in ((0, 0), (1, 0), (1, 1)):
        less = [list(side) for side in ROOT.box]
        less[j][end] += Fraction(1 - 2 * end, 10**40)
        assert not ROOT.inside(*whole, tuple(map(tuple, less)))[0]
    (found,) = walk([["face", 1, "lower"], ["natural"]], ROOT, "t", ("face", "natural"))
    ends = found["natural"].lower, found["natural"].upper
    assert Fraction(ends[0][0, 1]) < Fraction(-1, 10) < Fraction(ends[1][0, 1])
    tenth = Fraction(-1, 10)
    assert ROOT.inside(*ends, (ROOT.box[0], (tenth, tenth)))[0]
    assert not ROOT.inside(*ends, (ROOT.box[0], (tenth + Fraction(1, 10**40), Fraction(0))))[0]


@pytest.mark.parametrize(
    "text", ["0.1", "1/3", "0x1.8p-1", "-1e-50", "12345678901234567890123", "0", "3.0000000000000000001"]
)
def test_a_number_of_a_tree_is_the_nearest_double(text):
    value = float.fromhex(text) if "x" in text else float(Fraction(text))
    assert nearest(text, "t") == value
    found = doubles([text, "2"])
    assert found is None or found.tolist() == [value, 2.0]


def test_doubles_and_balls_agree_on_what_is_decided_once():
    terms = Terms(problem(), ("w_x1", "w_x2", "bias"))
    rough, sharp = Rough(terms), Sharp(terms, 120)
    point = [Fraction(1, 3), Fraction(-2), Fraction(1, 7)]
    pairs = [(rough.value(point), sharp.value(point)), *zip(rough.gradient(point), sharp.gradient(point), strict=True)]
    for found, exact in pairs:
        assert exact.within(found)
        assert found.upper - found.lower < 1e-12
    lower, upper = [x - Fraction(1, 5) for x in point], [x + Fraction(1, 5) for x in point]
    (bends,) = rough.curvatures(*hull(lower, upper), (0, 2))
    for row, other in zip(bends, sharp.curvature(lower, upper, (0, 2)), strict=True):
        for ball_of, exact_ball in zip(row, other, strict=True):
            assert abs(ball_of - exact_ball) < 1e-12
            # Its minima of h'' are rounded down, so it is no enclosure of the other; both are lower bounds of the Hessian.
            assert float(ball_of.rad()) < 1e-12
