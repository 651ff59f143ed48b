"""All stationary points of formulas of two and three variables in a box: typed equations, and networks with some weights free."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from chainrule.errors import ProblemError
from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem
from chainrule.prove.boxes.state import Limits
from chainrule.prove.generic import points
from chainrule.prove.generic.landscape import Landscape
from chainrule.prove.generic.points import LandscapeGround
from chainrule.prove.search import search
from chainrule.prove.stationary.search import find_stationary
from chainrule.verdict import minimize


def listed(text, reach, names="xyz", **limits):
    typed = TypedProblem.read(text)
    box = dict.fromkeys(typed.free, (Fraction(-reach), Fraction(reach)))
    answer = minimize(typed, box, Limits(**limits), all_points=True)
    assert answer.minimum.trust == "proved", answer.reasons
    return answer


# By hand: (text, ± box, {kind: [points]}); Himmelblau's are known to six digits (D. Himmelblau 1972, and by Newton's method).
KNOWN = [
    (
        "(x^2+y-11)^2 + (x+y^2-7)^2",
        5,
        {
            "minimum": [(3, 2), (-2.805118, 3.131313), (-3.779310, -3.283186), (3.584428, -1.848127)],
            "maximum": [(-0.270845, -0.923039)],
            "saddle": [(-0.127961, -1.953715), (-3.073026, -0.081353), (0.086678, 2.884255), (3.385154, 0.073852)],
        },
    ),
    ("x^3 - 3x + y^2 + z^2 - y z", 3, {"minimum": [(1, 0, 0)], "saddle": [(-1, 0, 0)]}),  # 3x² = 3
    ("x*y", 2, {"saddle": [(0, 0)]}),
    ("e^(-x^2 - y^2)", 1, {"maximum": [(0, 0)]}),
    ("x + y^2", 2, {}),
    ("(x^2 - 1)^2 + y^2", 2, {"minimum": [(1, 0), (-1, 0)], "saddle": [(0, 0)]}),
]


@pytest.mark.parametrize(("text", "reach", "known"), KNOWN, ids=[k[0] for k in KNOWN])
def test_textbook_functions_have_exactly_the_points_worked_out_by_hand(text, reach, known):
    answer = listed(text, reach)
    kinds = {kind: [p for p in answer.stationary if p.kind == kind] for kind in {p.kind for p in answer.stationary}}
    assert {kind: len(found) for kind, found in kinds.items()} == {kind: len(at) for kind, at in known.items()}
    for kind, places in known.items():
        for place in places:
            near = [p for p in kinds[kind] if np.allclose([float(i.middle) for i in p.at.values()], place, atol=1e-5)]
            assert len(near) == 1
    if known:
        assert "that there is no other" in answer.reasons[-1]


def test_a_network_with_two_free_weights_lists_its_points():
    xor = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
    weights = {
        "w1[0,x]": 5, "w1[0,y]": "free", "b1[0]": -2, "w1[1,x]": 5, "w1[1,y]": 5, "b1[1]": -8,
        "w2[0,0]": 6, "w2[0,1]": "free", "b2[0]": -3,
    }  # fmt: skip
    problem = Problem.state(["x", "y"], xor, weights, layers=[2, 1])
    box = dict.fromkeys(problem.free, (Fraction(-12), Fraction(12)))
    answer = minimize(problem, box, Limits(gap=1e-3), all_points=True)
    assert answer.minimum.trust == "proved", answer.reasons
    assert any("written out as one formula" in reason for reason in answer.reasons)
    known = [p for p in answer.stationary if p.kind != "unknown"]
    assert len(known) == len(answer.stationary) > 0
    # Newton's method from many starts finds those points, and no other.
    found = _newton(search(problem, box, Limits(boxes=10)).problem, 12)
    for point in found:
        assert any(np.allclose([float(i.middle) for i in p.at.values()], point, atol=1e-5) for p in known)


def _newton(problem, reach):
    from chainrule.formula import loss, weight_values

    ground = Landscape(problem.free, lambda over, v: loss(over, problem, weight_values(over, problem, v)), 4)
    at = np.random.default_rng(0).uniform(-reach, reach, (300, 2))
    with np.errstate(all="ignore"):
        for _ in range(60):
            _, gradient, hessian = ground.computed(at)
            step = np.einsum("sij,sj->si", np.linalg.pinv(hessian, rcond=1e-12), gradient)
            at = at - step / np.maximum(1, np.abs(step).max(axis=1))[:, None]
            at = at[np.all(np.abs(at) < 2 * reach, axis=1)]
        _, gradient, hessian = ground.computed(at)
        step = np.einsum("sij,sj->si", np.linalg.pinv(hessian, rcond=1e-12), gradient)
    sure = (np.abs(step).max(axis=1) < 1e-9) & (np.abs(np.linalg.eigvalsh(hessian)).min(axis=1) > 1e-6)
    return at[sure & np.all(np.abs(at) < reach, axis=1)]


def test_kinks_and_what_is_not_defined_are_listed_as_unknown_not_dropped():
    answer = listed("abs(x) + y^2", 1)
    (place,) = answer.stationary
    assert place.kind == "unknown"
    assert place.at["x"].lower <= 0 <= place.at["x"].upper
    typed = TypedProblem.read("log(x + y)^2 + (x - y)^2")
    box = dict.fromkeys("xy", (Fraction(-1), Fraction(2)))
    found = minimize(typed, box, Limits(boxes=3000), all_points=True)
    assert {p.kind for p in found.stationary} == {"minimum", "unknown"}  # log = 0 and x = y at (1/2, 1/2)


def test_without_the_mean_value_theorem_boxes_cluster_round_a_zone(monkeypatch):
    typed = TypedProblem.read("(1-x)^2 + 10(y-x^2)^2")
    ground = LandscapeGround(Landscape.of(typed.expression, typed.free), np.full(2, 4.0))
    ends = np.full(2, -2.0), np.full(2, 2.0)
    boxes = find_stationary(ground, *ends).boxes
    monkeypatch.setattr(
        points.LandscapeGround,
        "_by_mean_value",
        lambda self, low, *_: (np.zeros(low.shape), np.zeros(len(low), int)),
    )
    assert find_stationary(ground, *ends, most=2 * boxes).stop == "boxes"


@pytest.mark.parametrize(
    "text", ["(1-x)^2 + 10(y-x^2)^2", "tanh(x + 2y)^2 + 0.3(x-y)^2 + 0.1x", "(x + y)^2 + 0.05(x - y - 1)^2 + 0.1x^4"]
)
def test_separating_directions_have_their_sign_everywhere_in_the_box(text):
    typed = TypedProblem.read(text)
    landscape = Landscape.of(typed.expression, typed.free)
    rng = np.random.default_rng(2)
    lower = rng.uniform(-1.5, 1.5, (2000, 2))
    upper = lower + rng.choice([0.05, 0.2, 0.5], (2000, 1))
    ground = LandscapeGround(landscape, np.full(2, 6.0))
    found = ground.separate(lower, upper)
    assert np.count_nonzero(found.sign) > 60
    assert np.count_nonzero(np.count_nonzero(found.y, axis=1) == 2) > 3, "combinations are not tried"
    for share in (0.0, 1.0, *rng.uniform(0, 1, (6, 2000, 2))):
        _, gradient, hessian = landscape.computed(lower + share * (upper - lower))
        slope = np.einsum("bk,bk->b", found.y, gradient)
        assert np.all(slope[found.sign != 0] > 0)
    for i in range(0, 2000, 150):
        inverse = np.linalg.inv(hessian[i])
        limit, radius = ground.crowding(lower[i], upper[i], inverse), (upper[i] - lower[i]) / 2
        for at in rng.uniform(lower[i], upper[i], (10, 2)):
            error = np.abs(np.eye(2) - inverse @ landscape.computed(at[None])[2][0])
            assert np.max(error @ radius / radius) <= limit


def test_several_variables_without_a_box_are_refused():
    with pytest.raises(ProblemError, match="needed a box"):
        minimize(TypedProblem.read("x^2 + y^2"), all_points=True)
