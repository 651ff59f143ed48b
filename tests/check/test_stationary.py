"""The checker's part on all stationary points: true proofs pass, every forgery is refused at its place, and its enclosures hold."""

import json
import re
from fractions import Fraction

import numpy as np
import pytest
from tests.prove.stationary_problems import at_random, box, derivatives, petals

import chainrule_fast
from chainrule.problem import Problem
from chainrule.prove.boxes.state import Limits
from chainrule.prove.certificate import certificate_text
from chainrule.prove.search import search
from chainrule_fast.balls import precision
from chainrule_fast.engine import Range
from chainrule_fast.problem import read_problem
from chainrule_fast.space.boxes import sharps
from chainrule_fast.space.combined import Combined
from chainrule_fast.space.terms import Terms
from chainrule_fast.space.zones import inertia


def proved(problem, reach, **limits):
    answer = search(problem, box(problem, reach), Limits(gap=1e-2, **limits), all_points=True)
    return json.loads(certificate_text(answer.certificate))


@pytest.fixture(scope="module")
def true():
    """A minimum and a saddle over two weights, 700 nodes."""
    return proved(at_random(9), 8)


@pytest.fixture
def forged(true):
    return json.loads(json.dumps(true))


@pytest.fixture(scope="module")
def stopped():
    """A search that was stopped: open leaves, in places that are listed as unknown."""
    return proved(at_random(9), 8, boxes=300)


def refused(certificate, place, *words):
    with pytest.raises(chainrule_fast.Refused) as caught:
        chainrule_fast.check(certificate)
    assert re.fullmatch(place, caught.value.place), str(caught.value)
    for word in words:
        assert word in caught.value.message


def parts(certificate):
    found = certificate["proof"]["stationary"]
    return certificate["claim"]["stationary"], found["zones"], found["tree"]


def first(tree, kind):
    return next(i for i, node in enumerate(tree) if node[0] == kind)


def test_true_proofs_are_accepted(true, stopped):
    report = chainrule_fast.check(true)
    assert report.stationary == 2
    assert "exactly 2 stationary points" in report.claim
    report = chainrule_fast.check(stopped)
    assert "listed as unknown" in report.claim


def test_the_petals_are_accepted_and_a_point_of_theirs_cannot_be_dropped():
    certificate = proved(petals(), 10)
    assert chainrule_fast.check(certificate).stationary == 2
    claims, zones, tree = parts(certificate)
    saddle = next(i for i, zone in enumerate(zones) if zone["kind"] == "saddle")
    claims[:] = [claim for claim in claims if claim["kind"] != "saddle"]
    refused(certificate, r"claim\.stationary", f"zone {saddle}")
    zones.pop(saddle)
    for node in tree:
        if node[0] == "zone":
            node[1] = 0
    refused(certificate, r"proof\.stationary\.tree\[\d+\]", "does not lie in zone 0")


def widened(ends, times):
    low, high = Fraction(float.fromhex(ends[0])), Fraction(float.fromhex(ends[1]))
    middle, half = (low + high) / 2, (high - low) / 2 * times
    return [str(middle - half), str(middle + half)]


def test_a_zone_that_is_too_big_is_refused(forged):
    _, zones, _ = parts(forged)
    zones[1]["box"] = [widened(ends, 3) for ends in zones[1]["box"]]
    refused(forged, r"proof\.stationary\.zones\[1\]\.box", "not shown to be nonsingular")


def test_a_wrong_kind_is_refused_in_the_claim_and_in_the_proof(forged):
    claims, zones, _ = parts(forged)
    claims[0]["kind"] = "saddle"
    refused(forged, r"claim\.stationary\[0\]\.kind", "minimum")
    here = next(i for i, zone in enumerate(zones) if zone["kind"] == "minimum")
    zones[here]["kind"] = "saddle"
    refused(forged, rf"proof\.stationary\.zones\[{here}\]\.kind", "that of a minimum")
    claims[0]["kind"] = zones[here]["kind"] = "maximum"
    refused(forged, rf"proof\.stationary\.zones\[{here}\]\.kind", "that of a minimum")


@pytest.mark.parametrize("off", ["1e-3", "1e-12", "1e-21"])
def test_a_place_off_the_point_is_refused(forged, off):
    claims, zones, _ = parts(forged)
    name = next(iter(claims[0]["at"]))
    here = next(i for i, zone in enumerate(zones) if zone["kind"] == "minimum")
    ends = [str(Fraction(end) + Fraction(off)) for end in zones[here]["at"][0]]
    claims[0]["at"][name] = ends
    refused(forged, r"claim\.stationary\[0\]\.at", "no zone of its own")
    zones[here]["at"][0] = ends
    refused(forged, rf"proof\.stationary\.zones\[{here}\]\.at", "Newton step")


def test_a_place_outside_its_zone_is_refused(forged):
    _, zones, _ = parts(forged)
    zones[0]["at"], zones[1]["at"] = zones[1]["at"], zones[0]["at"]
    refused(forged, r"proof\.stationary\.zones\[0\]\.at", "does not lie in the zone's box")


def test_the_same_point_cannot_count_twice(forged):
    claims, zones, _ = parts(forged)
    zones.append(zones[0])
    refused(forged, r"proof\.stationary\.zones\[2\]\.at", "point of zone 0")
    zones.pop()
    claims.append(claims[0])
    refused(forged, r"claim\.stationary\[2\]\.at")


def test_a_value_that_is_not_the_points_is_refused(forged):
    claims, _, _ = parts(forged)
    low, high = (Fraction(end) for end in claims[1]["value"])
    claims[1]["value"] = [str(low + (high - low) * 3), str(high + (high - low) * 3)]
    refused(forged, r"claim\.stationary\[1\]\.value", "the loss there")


def test_a_missing_leaf_and_one_too_many_are_refused(forged):
    _, _, tree = parts(forged)
    last = tree.pop()
    refused(forged, rf"proof\.stationary\.tree\[{len(tree)}\]", "more subtrees are needed")
    tree += [last, last]
    refused(forged, rf"proof\.stationary\.tree\[{len(tree) - 1}\]", "complete before this node")


def test_an_open_leaf_cannot_hide(forged, stopped):
    _, _, tree = parts(forged)
    here = first(tree, "combination")
    tree[here] = ["open"]
    refused(forged, rf"proof\.stationary\.tree\[{here}\]", "open")
    certificate = json.loads(json.dumps(stopped))
    claims, _, tree = parts(certificate)
    unknown = next(claim for claim in claims if claim["kind"] == "unknown")
    name = next(iter(unknown["at"]))
    low, high = (Fraction(end) for end in unknown["at"][name])
    unknown["at"][name] = [str(low), str((low + high) / 2)]
    refused(certificate, r"proof\.stationary\.tree\[\d+\]", "open")


def test_a_place_listed_as_unknown_still_needs_the_range_of_the_loss(stopped):
    certificate = json.loads(json.dumps(stopped))
    unknown = next(claim for claim in parts(certificate)[0] if claim["kind"] == "unknown")
    low, high = (Fraction(end) for end in unknown["value"])
    unknown["value"] = [str(low), str((low + high) / 2)]
    refused(certificate, r"claim\.stationary\[\d+\]\.value", "the loss there")


def test_a_combination_of_wrong_sign_is_refused_wherever_it_stands(true):
    count = 0
    for i, node in enumerate(parts(true)[2]):
        if node[0] != "combination" or (i % 37 and count):
            continue
        count += 1
        forged = json.loads(json.dumps(true))
        forged["proof"]["stationary"]["tree"][i][2] = "falling" if node[2] == "rising" else "rising"
        refused(forged, rf"proof\.stationary\.tree\[{i}\]", "combination")
    assert count > 3


def test_a_monotone_leaf_where_the_slope_vanishes_is_refused(forged):
    _, _, tree = parts(forged)
    here = first(tree, "zone")
    for sign in ("rising", "falling"):
        tree[here] = ["monotone", 0, sign]
        refused(forged, rf"proof\.stationary\.tree\[{here}\]", "slope along side 0")
    tree[here] = ["combination", ["0", "0"], "rising"]
    refused(forged, rf"proof\.stationary\.tree\[{here}\]", "combination")


@pytest.mark.parametrize(
    ("node", "word"),
    [
        (["zone", 7], "there are 2"),
        (["zone", -1], "whole number"),
        (["zone"], "found 1 elements"),
        (["natural"], "needed split, monotone"),
        (["well", 0], "needed split, monotone"),
        (["combination", ["1"], "rising"], "1 elements"),
        (["combination", ["1", "nan"], "rising"], "nan"),
        (["combination", ["1", "2"], "up"], "rising or falling"),
        (["combination", ["1", "2"]], "rising or falling"),
    ],
)
def test_malformed_leaves_are_refused(forged, node, word):
    _, _, tree = parts(forged)
    here = first(tree, "combination")
    tree[here] = node
    refused(forged, rf"proof\.stationary\.tree\[{here}\].*", word)


def test_a_claim_without_its_proof_and_a_proof_without_its_claim_are_refused(forged):
    proof = forged["proof"].pop("stationary")
    refused(forged, r"claim\.stationary", "proves nothing of the sort")
    forged["proof"]["stationary"] = proof
    del forged["claim"]["stationary"]
    refused(forged, r"claim\.stationary")


def test_a_point_whose_place_is_apart_from_the_domain_is_not_asked_for(forged):
    """The box ends 1e-12 before the minimum, whose zone reaches over the edge."""
    claims, _, _ = parts(forged)
    problem = at_random(9)
    name = problem.free[0]
    edge = Fraction(claims[0]["at"][name][0]) - Fraction(1, 10**12)
    ends = {**box(problem, 8), name: (Fraction(-8), Fraction(float(edge)))}
    if edge < -7:
        pytest.fail("the minimum lies at the edge of the box; choose another problem")
    cut = search(problem, ends, Limits(gap=1e-2), all_points=True)
    certificate = json.loads(certificate_text(cut.certificate))
    assert "minimum" in {zone["kind"] for zone in parts(certificate)[1]}
    assert "minimum" not in {claim["kind"] for claim in parts(certificate)[0]}
    chainrule_fast.check(certificate)


@pytest.fixture(scope="module", params=[9, 28])
def terms(request, true):
    problem = at_random(request.param)
    certificate = proved(problem, 8, boxes=50)
    stated = read_problem(certificate["problem"])
    return problem, Terms(stated, stated.free)


def test_bounds_of_combinations_never_exceed_them(terms):
    problem, known = terms
    k, rng = known.k, np.random.default_rng(2)
    lower = rng.uniform(-6, 6, (300, k))
    upper = lower + rng.choice([1.0, 0.1, 1e-3], (300, 1))
    y = rng.normal(size=(300, k))
    combined = Combined(known)
    found, (least, most) = combined.rise(lower, upper, y), combined.bend(lower, upper, y)
    sharp = 0
    for share in [*rng.uniform(0, 1, (5, 300, k)), np.zeros((300, k)), np.ones((300, k))]:
        gradient, hessian = derivatives(problem, lower + share * (upper - lower))
        slope = np.einsum("bk,bk->b", y, gradient) * known.rows
        assert np.all(found <= slope + 1e-12)
        sharp += np.count_nonzero(found > slope - 0.01)
        row = np.einsum("bj,bjk->bk", y, hessian) * known.rows
        assert np.all((least <= row + 1e-12) & (row - 1e-12 <= most))
    assert sharp > 100, "a bound that is far below everywhere tests nothing"


def test_balls_and_doubles_agree_on_combinations(terms):
    _, known = terms
    engine, rng = sharps(known)[0], np.random.default_rng(4)
    lower = rng.uniform(-3, 3, (20, known.k))
    upper = lower + rng.choice([0.5, 0.01], (20, 1))
    y = rng.normal(size=(20, known.k))
    combined = Combined(known)
    found, (least, most) = combined.rise(lower, upper, y), combined.bend(lower, upper, y)
    for i in range(20):
        box = [Fraction(x) for x in lower[i]], [Fraction(x) for x in upper[i]]
        direction = [Fraction(x) for x in y[i]]
        exact = engine.rise(direction, *box)
        # Doubles stop at the first bound that is positive; otherwise they too take the better one.
        assert float(exact.lower) * known.rows >= found[i] - 1e-12
        for x, low, high in zip(engine.bend(direction, *box), least[i], most[i], strict=True):
            assert low <= float(x.lower) * known.rows + 1e-12
            assert float(x.upper) * known.rows - 1e-12 <= high
            assert abs(low - float(x.lower) * known.rows) < 1e-9


def symmetric(*rows):
    return [[Range(Fraction(x), Fraction(x)) for x in row] for row in rows]


def test_signs_of_eigenvalues():
    # A zero diagonal: eigenvalues ±1, which no pivot on the diagonal would find.
    assert sorted(inertia(symmetric((0, 1), (1, 0)))) == [-1, 1]
    # 2 on the diagonal, 1 beside it: eigenvalues 1 and 3.
    assert inertia(symmetric((2, 1), (1, 2))) == [1, 1]
    # All entries −1 beside −4: eigenvalues −6, −3, −3.
    assert inertia(symmetric((-4, -1, -1), (-1, -4, -1), (-1, -1, -4))) == [-1, -1, -1]
    # 1 1 / 1 1 has the eigenvalue 0, and a matrix near it may have either sign.
    assert inertia(symmetric((1, 1), (1, 1))) is None
    blurred = [[Range(Fraction(9, 10), Fraction(11, 10))] * 2] * 2
    assert inertia(blurred) is None
    # 1 on the diagonal and up to ±2 beside it: eigenvalues from −1 to 3, though those of the middle are 1 and 1.
    one, wide = Range(Fraction(1), Fraction(1)), Range(Fraction(-2), Fraction(2))
    assert inertia([[one, wide], [wide, one]]) is None


def test_the_mean_value_theorem_settles_small_boxes_that_ranges_do_not(true):
    """A box whose half-width is 0.6 of its distance from the saddle, along a row of the inverse Hessian."""
    problem = at_random(9)
    stated = read_problem(true["problem"])
    combined = Combined(Terms(stated, stated.free))
    saddle = next(zone for zone in parts(true)[1] if zone["kind"] == "saddle")
    point = np.array([float((Fraction(low) + Fraction(high)) / 2) for low, high in saddle["at"]])
    rows = np.linalg.inv(derivatives(problem, point[None])[1][0])
    lower, upper = (point + np.array([0.01 + x, x]) for x in (-0.006, 0.006))
    ends = lower[None], upper[None], rows[:1]
    assert combined.rise(*ends)[0] > 0
    assert not combined._natural(*ends)[0] > 0


def test_an_escape_is_seen_exactly_where_no_arithmetic_reaches():
    # Along (−1, 0) of the first row's form nothing falls; far out h' is e^−10^30, which is 0 to any arithmetic.
    size = 10**30
    problem = Problem.state(["x", "y"], [[size, -size, 0], [size, 3 * size, 1], [-size, 2 * size, 1]])
    certificate = proved(problem, 10)
    assert len(parts(certificate)[2]) == 1
    assert chainrule_fast.check(certificate).stationary == 0
    certificate["problem"]["data"]["points"][0][2] = "1"
    with pytest.raises(chainrule_fast.Refused):
        chainrule_fast.check(certificate)


def test_the_global_precision_is_left_as_it_was(true):
    with precision(77):
        chainrule_fast.check(true)
        import flint

        assert flint.ctx.prec == 77
