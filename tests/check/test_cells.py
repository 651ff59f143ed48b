"""Groups of rows in the checker: their bounds never exceed the loss, every part of the slack is needed, and forgeries are refused."""

import copy
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from tests.check.certificate_maker import ball, fraction
from tests.check.space_maker import claim, document, four

from chainrule_fast import Refused, check
from chainrule_fast.balls import precision
from chainrule_fast.loss import SHAPES
from chainrule_fast.problem import read_problem
from chainrule_fast.space import cells
from chainrule_fast.space.cells import facts, group
from chainrule_fast.space.sharp import Sharp
from chainrule_fast.space.terms import Terms


def stated(points, **more):
    inputs = ["x", "y", "u"][: len(points[0]) - 1]
    data = {"points": [[str(v) for v in row] for row in points]} | more.pop("data", {})
    return read_problem({"schema": 1, "inputs": inputs, "weights": {}, "data": data} | more)


def rows(count, seed=0, labels="01"):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(count, 2)).round(4)
    y = rng.integers(0, 2, count) if labels == "01" else rng.random(count).round(3)
    return [(*map(float, point), label) for point, label in zip(x, y.tolist(), strict=True)]


VARIANTS = {
    "plain": lambda: stated(rows(60)),
    "labels between": lambda: stated(rows(40, labels="between")),
    "case weights": lambda: stated(rows(50), data={"case_weights": [str(1 + i % 5) for i in range(50)]}),
    "penalty": lambda: stated(rows(50), penalty="0.01"),
    "cross-entropy": lambda: stated(rows(50), loss="cross-entropy"),
    "a fixed weight": lambda: stated(rows(50), weights={"w_y": "1.7"}),
    "thirds": lambda: stated([(f"{i}/3", f"{i % 7}/11", i % 2) for i in range(-20, 20)]),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_bounds_by_groups_never_exceed_the_loss_or_its_slope(name):
    problem = VARIANTS[name]()
    terms = Terms(problem, problem.free)
    sharp, found = Sharp(terms, 120), group(terms, [np.full(terms.k + 1, width) for width in (1.0, 2.0, 8.0)])
    assert len(found) >= 2
    rng = np.random.default_rng(1)
    centre = rng.normal(size=(12, terms.k)) * np.repeat([0.5, 2, 8], 4)[:, None]
    half = np.array([0, 2.0**-6, 0.25] * 4)[:, None]
    lower, upper = centre - half, centre + half
    for i, point in enumerate(rng.uniform(lower, upper)):
        at = [Fraction(float(x)) for x in point]
        value, slopes = sharp.value(at), sharp.gradient(at)
        box = lower[i : i + 1], upper[i : i + 1]
        for bounds in found:
            assert bounds.natural(*box)[0] <= value.upper
            assert bounds.plane(*box, point[None])[0][0] <= value.upper
            for j, slope in enumerate(slopes):
                for sign, end in ((1.0, slope.upper), (-1.0, -slope.lower)):
                    low = bounds.slope(*box, np.array([j]), np.array([sign]))[0]
                    assert Fraction(low) / terms.total <= end


@pytest.mark.parametrize("shape", SHAPES)
def test_the_facts_for_taylor_hold_and_are_sharp(shape):
    # h''' = 2p²(1 − p)(4 − 15p + 12p²), or p q (q − p), on a grid of p, exactly; between its points it moves by less than 8/2000.
    dip, bend, jerk, steepest = facts(SHAPES[shape])
    third = {
        "mse": lambda p: 2 * p * p * (1 - p) * (4 - 15 * p + 12 * p * p),
        "cross-entropy": lambda p: p * (1 - p) * (1 - 2 * p),
    }[shape]
    grid = [Fraction(k, 2000) for k in range(2001)]
    most = max(abs(third(p)) for p in grid)
    assert most <= jerk <= most + Fraction(1, 1000)
    second = [SHAPES[shape].curves[2].formula(p, 1 - p) for p in grid]
    slope = [SHAPES[shape].curves[1].formula(p, 1 - p) for p in grid]
    for fact, found in ((dip, max(-x for x in second)), (bend, max(map(abs, second))), (steepest, max(slope))):
        assert max(found, 0) <= fact <= max(found, 0) + Fraction(1, 1000)


def test_jerk_holds_everywhere_not_only_on_a_grid():
    # By the mean value theorem in balls that cover [0, 1]; d/dp 2p²(4 − 19p + 27p² − 12p³) = 2p (8 − 57p + 108p² − 60p³).
    with precision(60):
        for k in range(4000):
            middle, reach = arb((k + 0.5) / 4000), arb(0, 0.51 / 4000)
            p = middle + reach
            third = 2 * middle * middle * (1 - middle) * (4 - 15 * middle + 12 * middle * middle)
            third += 2 * p * (8 - 57 * p + 108 * p * p - 60 * p**3) * reach
            assert abs(third) < ball(SHAPES["mse"].jerk)


def beyond(value, cells=(("64", "64"),)):
    """Rows x = 1, 3 (label 0) with the bias 0: f(w) = (h(w) + h(3w))/2, at w = 1 (0.5344 + 0.9074)/2 = 0.7209. Both forms lie where h is concave.
    Their mean costs h(2) = 0.7758; S = 1, so the slack is 0.12020/2 = 0.0601, and the bound 0.7157."""
    proof = {"method": "boxes", "weights": ["w_x"], "core": [["1", "1.001"]], "best": ["1"], "wells": []}
    proof |= {"cells": [list(widths) for widths in cells], "tree": [["natural"]], "outside": None}
    return document([(1, 0), (3, 0)], {"bias": "0"}, claim("undecided", value, domain={"w_x": ["1", "1.001"]}), proof)


def test_a_bound_by_groups_is_held_to_the_slack():
    check(beyond(["0.7157", "0.78"]))
    for least in ("0.7210", "0.74", "0.77", "0.7757"):
        with pytest.raises(Refused, match=r"proof\.tree\[0\]"):
            check(beyond([least, "0.78"]))


@pytest.mark.parametrize(
    ("least", "broken"), [("0.77", (0.0, 1.0)), ("0.74", (0.5, 1.0)), ("0.7757", (0.0, 0.0)), ("0.7211", (0.9, 0.0))]
)
def test_with_the_slack_left_out_or_cut_a_false_bound_would_be_accepted(monkeypatch, least, broken):
    dip, steepest = broken
    monkeypatch.setattr(cells, "facts", lambda shape: (0.1202045 * dip, 0.1541, 0.2021, 0.2963 * steepest))
    check(beyond([least, "0.78"]))
    monkeypatch.undo()
    with pytest.raises(Refused):
        check(beyond([least, "0.78"]))


def slopes(word, cells):
    """x = 0.1, 1.3 and four times −1.3 (label 0, bias 0), at w = 1: six times the slope is 0.1 h'(0.1) + 1.3 h'(1.3) − 5.2 h'(−1.3) =
    0.0262 + 0.3439 − 0.3749 < 0: falling. With the first two at their mean, 1.4 h'(0.7) − 0.3749 = 0.4148 − 0.3749 > 0."""
    points = [("0.1", 0), ("1.3", 0), *[("-1.3", 0)] * 4]
    proof = {"method": "boxes", "weights": ["w_x"], "core": [["0.9", "1.1"]], "best": ["1.0001"], "wells": []}
    tree = [["split", 0, "1"], ["natural"], ["split", 0, "1.0002"], ["monotone", 0, word], ["natural"]]
    proof |= {"cells": cells, "tree": tree, "outside": None}
    return document(points, {"bias": "0"}, claim("undecided", ["0", "1"], domain={"w_x": ["0.9", "1.1"]}), proof)


def test_a_slope_by_groups_is_held_to_the_slack(monkeypatch):
    widths = [["64", "64"]]
    check(slopes("falling", widths))
    with pytest.raises(Refused, match=r"proof\.tree\[3\]"):
        check(slopes("rising", widths))
    monkeypatch.setattr(cells, "facts", lambda shape: (0.1203, 0.0, 0.0, 0.0))
    check(slopes("rising", widths))


def with_cells(cells):
    made = copy.deepcopy(four())
    made["proof"]["cells"] = cells
    return made


@pytest.mark.parametrize("widths", [["1", "1", "1"], ["64", "64", "64"], ["1e-90", "3", "1e90"], ["1/3", "1e-5", "7"]])
def test_whatever_the_cells_are_a_true_claim_is_accepted_and_a_raised_one_refused(widths):
    assert check(with_cells([widths] * 3)).kind == "attained"
    raised = with_cells([widths])
    raised["claim"]["value"] = ["0.2501", "0.2502"]
    with pytest.raises(Refused):
        check(raised)


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ([["0", "1", "1"]], r"proof\.cells\[0\]"),
        ([["1", "1", "1"], ["1", "-1", "1"]], r"proof\.cells\[1\]"),
        ([["1", "1"]], r"proof\.cells\[0\]"),
        ([["1", "nan", "1"]], r"proof\.cells\[0\]\[1\]"),
        ([[1.5, "1", "1"]], r"proof\.cells\[0\]\[0\]"),
        ("wide", r"proof\.cells"),
        ([["1", "1", "1"]] * 33, r"proof\.cells"),
        (None, r"proof\.cells"),
    ],
)
def test_cells_that_are_none_are_refused_with_their_place(cells, place):
    with pytest.raises(Refused, match=place):
        check(with_cells(cells))


def test_the_groups_of_a_tilted_grid_hold_means_near_the_edge_of_doubles():
    # Huge and tiny inputs: nothing is nan but what proves nothing.
    points = [(f"{sign}1e{power}", "0.5", 0) for power in (-90, -3, 0, 40, 90) for sign in ("", "-")]
    problem = stated(points)
    terms = Terms(problem, problem.free)
    for bounds in group(terms, [np.full(4, 1e95), np.full(4, 1.0)]):
        with np.errstate(all="ignore"):
            low = bounds.natural(np.full((1, 3), -1e-3), np.full((1, 3), 1e-3))[0]
        assert not low > fraction(ball(Fraction(1)).mid())
