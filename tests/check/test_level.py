"""Rows that stay and are dependent: a bundle in an approach, and the level that says how far it may be off its best place. And limits that a point attains."""

from copy import deepcopy
from fractions import Fraction

import pytest
from flint import fmpq

from chainrule.problem import Problem
from chainrule.prove.certificate import certificate_text
from chainrule.prove.search import search
from chainrule_fast import Refused, check
from chainrule_fast.document import load
from chainrule_fast.engine import Range
from chainrule_fast.problem import read_problem
from chainrule_fast.space.approach import Approach, Identity
from chainrule_fast.space.groups import Bundle
from chainrule_fast.space.level import Level, furthest
from chainrule_fast.space.terms import Terms

LINE = [(2, 0, 0), (2, 5, 0), (2, 4, 0), (5, 2, 0), (3, 2, 0), (3, 1, 1), (5, 5, 1), (4, 1, 1), (0, 1, 0), (3, 4, 1)]
XOR = [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]


def certificate(points):
    return load(certificate_text(search(Problem.state(["x", "y"], [list(point) for point in points])).certificate))


@pytest.fixture(scope="module")
def line():
    """(5, 2) is given up as w_x grows; (3, 2 | 0), (3, 1 | 1) and (3, 4 | 1) stay: on one line, three forms of rank two, with a minimum of their own."""
    return certificate(LINE)


@pytest.fixture(scope="module")
def xor():
    return certificate(XOR)


def refusal(certificate, forge):
    certificate = deepcopy(certificate)
    forge(certificate)
    with pytest.raises(Refused) as caught:
        check(certificate)
    return caught.value.place


def bundle(certificate):
    return certificate["proof"]["approaches"][0]["bundle"]


def level(certificate):
    return bundle(certificate)["level"]


def identity(certificate):
    return certificate["proof"]["approaches"][0]["identities"][0]


def test_rows_on_a_line_that_stay_are_accepted_as_a_bundle(line):
    report = check(line)
    assert report.kind == "not-attained"
    assert "from some point the loss tends to it in the direction" in report.claim
    assert line["proof"]["bundles"][0]["rows"] == [4, 5, 9]
    assert level(line)["proof"]["wells"] == []
    # One given up of ten, and the three rows' own mean 0.21666… of three tenths.
    low, high = (Fraction(end) for end in line["claim"]["value"])
    assert low < Fraction("0.164998518319") < high
    assert high - low < Fraction(1, 10**11)


def raise_level(certificate):
    """As if leaving the box cost everything."""
    level(certificate)["claim"]["value"][1] = "1/2"


def shrink(certificate):
    """The box of the level to a tenth, about its middle."""
    at = level(certificate)["claim"]["at"]
    for name, (low, high) in at.items():
        low, high = (Fraction.from_float(float.fromhex(x)) if "x" in x else Fraction(x) for x in (low, high))
        at[name] = [str((low + high) / 2 + side * (high - low) / 20) for side in (-1, 1)]


def last_leaf(certificate, leaf):
    tree = level(certificate)["proof"]["tree"]
    tree[-1] = leaf


def as_well(certificate):
    """The level's box said to be a well of its own: only its minimiser is then known to lie in `at`."""
    nested = certificate["proof"]["bundles"][0]["certificate"]
    bundle(certificate)["level"] = deepcopy(nested)


def another(certificate, **changes):
    approaches = certificate["proof"]["approaches"]
    approaches.append(deepcopy(approaches[0]) | changes)


def without_rows(certificate):
    """The same rows on the line but one, in the bundle."""
    certificate["proof"]["bundles"][0]["rows"] = [4, 5]


def in_a_box(certificate):
    """The level's core said to be all there is: of what lies beyond it nothing is shown."""
    proof, claimed = level(certificate)["proof"], level(certificate)["claim"]
    claimed["domain"] = dict(zip(proof["weights"], proof["core"], strict=True))
    proof["outside"] = None


def lower_level(certificate):
    """Hardly above the bundle's infimum: true, but worth little."""
    most = Fraction(certificate["proof"]["bundles"][0]["certificate"]["claim"]["value"][1])
    level(certificate)["claim"]["value"][1] = str(most + Fraction(1, 10**9))


FIRST = "proof.approaches[0]"
FORGERIES = {
    "no level": (lambda c: bundle(c).update(level=None), f"{FIRST}.identities[0]"),
    "a level that is higher than its tree shows": (raise_level, f"{FIRST}.bundle.level.proof.*"),
    "a level that is hardly one": (lower_level, "proof.*"),
    "a level in a box": (in_a_box, f"{FIRST}.bundle.level.claim.domain"),
    "a level with a smaller box": (shrink, f"{FIRST}.bundle.level.proof.*"),
    "a level by minimisers": (as_well, f"{FIRST}.bundle.level.proof.tree*"),
    "a monotone leaf in a level": (
        lambda c: last_leaf(c, ["monotone", 0, "rising"]),
        f"{FIRST}.bundle.level.proof.tree*",
    ),
    "a level that is undecided": (
        lambda c: level(c)["claim"].update(kind="undecided", at=None),
        f"{FIRST}.bundle.level.claim.kind",
    ),
    "a level by another method": (
        lambda c: level(c).update(proof={"method": "line"}),
        f"{FIRST}.bundle.level.proof.method",
    ),
    "a bundle that is none": (lambda c: bundle(c).update(number=1), f"{FIRST}.bundle.number"),
    "a bundle from the end": (lambda c: bundle(c).update(number=-1), f"{FIRST}.bundle.number"),
    "false for a bundle": (lambda c: bundle(c).update(number=False), f"{FIRST}.bundle.number"),
    "no bundle": (lambda c: c["proof"]["approaches"][0].pop("bundle"), f"{FIRST}.direction"),
    "a direction in which it moves": (
        lambda c: c["proof"]["approaches"][0].update(direction=["1/3", "0", "-9/10"]),
        f"{FIRST}.direction",
    ),
    "a bundle with fewer rows than stay": (without_rows, "proof.*"),
    "what is left over points elsewhere": (
        lambda c: identity(c).update(multipliers=[[8, "1"]]),
        f"{FIRST}.identities[0]",
    ),
    "a group that is none": (lambda c: identity(c).update(stays=[[4, "1", "1"]]), f"{FIRST}.identities[0].stays[0][0]"),
    "a lower claim": (lambda c: c["claim"].update(value=["0.16", "0.164"]), "claim.value"),
    "the upper end of an interval is left out": (
        lambda c: c["claim"].update(value=["0.16", "0.1649985183191"]),
        "claim.value",
    ),
    "the lower end of an interval is left out": (
        lambda c: c["claim"].update(value=["0.1649985183191", "0.17"]),
        "claim.value",
    ),
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES)
def test_each_forged_level_is_refused_where_it_lies(line, forgery):
    forge, place = FORGERIES[forgery]
    found = refusal(line, forge)
    head, star, _ = place.partition("*")
    assert found.startswith(head) if star else found == place, found


def test_all_else_must_be_above_the_upper_end_of_the_limit(line):
    """With the bundle's infimum known within 3/1000 only, and the claim with it."""
    certificate = deepcopy(line)
    nested = certificate["proof"]["bundles"][0]["certificate"]["claim"]
    nested.update(kind="undecided", at=None)
    nested["value"][1] = str(Fraction(nested["value"][1]) + Fraction(3, 1000))
    certificate["claim"]["value"][1] = str(Fraction(certificate["claim"]["value"][1]) + Fraction(9, 10_000))
    with pytest.raises(Refused, match="the value on this box"):
        check(certificate)


def test_the_same_bundle_in_two_approaches_is_compared_exactly(line):
    """Both V are the same interval, which alone would not tell that the second is not lower."""
    certificate = deepcopy(line)
    another(certificate)
    check(certificate)


def test_limits_that_are_intervals_are_compared_by_the_rows_that_stay():
    def approach(low, high, known, *rows):
        return Approach((), Range(Fraction(low), Fraction(high)), Fraction(known), frozenset(rows))

    one = approach("0.1", "0.2", 1, 4, 5)
    assert approach("0.1", "0.2", 1, 4, 5).not_lower(one)
    assert approach("0.1", "0.2", 1, 4, 5, 6).not_lower(one)  # one row more costs 0 at least
    assert not approach("0.1", "0.2", 1, 4).not_lower(one)
    assert not approach("0.1", "0.2", "0.99", 4, 5).not_lower(one)
    assert not approach("0.1", "0.2", 1, 6, 7).not_lower(one)
    assert not approach("0.19", "0.19", 2).not_lower(one)
    assert approach("0.2", "0.2", 0).not_lower(one)


def test_what_a_bundle_costs_off_its_place_is_compared_with_what_may_be_lost():
    # s G e^y > 2 ω: with 2 ω/s = 2 and G = 1/10, e^y > 20 from ln 20 = 2.9957 on; a far group of rows (c = 1000) leaves the first inequality aside.
    def one(more):
        return Identity(0, 1, Fraction(0), Fraction(1000), Fraction(1), Fraction(2), (), more)

    assert Approach.enough(one(Fraction(1, 10)), fmpq(29958, 10000), 80)
    assert not Approach.enough(one(Fraction(1, 10)), fmpq(29957, 10000), 80)
    assert Approach.enough(one(None), fmpq(1), 80)
    assert not Approach.enough(one(Fraction(0)), fmpq(100), 80)
    assert not Approach.enough(one(Fraction(-1)), fmpq(100), 80)


def test_the_furthest_that_the_rows_of_a_bundle_may_lean():
    """Rows x = 3 in (w_x, w_y, bias): of rank two, by w_x and w_y, the forms 3 w_x + y w_y. The combination (3, 5, 1) is y = 5's; over the box 3 [1, 2] + 5 [−1, 4] <= 26."""
    points = [["3", "2", "0"], ["3", "1", "1"], ["3", "4", "1"], ["1", "1", "0"]]
    problem = read_problem({"schema": 1, "inputs": ["x", "y"], "weights": {}, "data": {"points": points}})
    terms = Terms(problem, problem.free)
    bundle = Bundle((0, 1, 2), Fraction(0), Fraction(0), ("w_x", "w_y"))
    level = Level(((Fraction(1), Fraction(2)), (Fraction(-1), Fraction(4))), Fraction(1))

    def far(*slopes, level=level):
        return furthest(level, terms, bundle, [Fraction(s) for s in slopes], "here")

    assert far(3, 5, 1) == 26
    assert far(-3, -5, -1) == -3 + 5
    assert far(0, 0, 0, level=None) == 0
    for slopes, known in (((1, 1, 1), level), ((3, 5, 0), level), ((3, 5, 1), None)):
        with pytest.raises(Refused):
            far(*slopes, level=known)


def test_the_corners_of_xor_cost_a_quarter_at_least(xor):
    """At 0 exactly 1/4, and along three directions and their opposites the same, from above."""
    report = check(xor)
    assert report.kind == "attained"
    assert xor["claim"]["value"] == ["0.25", "0.25"]
    assert {tuple(end) for end in xor["claim"]["at"].values()} == {("0", "0")}
    assert len(xor["proof"]["approaches"]) >= 4


FORGED_TOUCH = {
    "a higher upper end": (lambda c: c["claim"].update(value=["0.25", "0.2500001"]), "proof.approaches[0]"),
    "a lower one": (lambda c: c["claim"].update(value=["0.25", "0.2499999"]), "claim.value"),
    "a lower lower end, and not attained": (
        lambda c: c["claim"].update(kind="not-attained", at=None, direction={"w_x": "7", "w_y": "5", "bias": "3"}),
        "claim.direction.*",
    ),
    "without the approaches": (lambda c: c["proof"].pop("approaches"), "proof.*"),
    "without a best point": (lambda c: c["proof"].update(best=None), "proof.best"),
    "a place beside it": (lambda c: c["claim"]["at"].update(w_x=["1/10", "1/5"]), "proof.*"),
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGED_TOUCH)
def test_each_forged_touch_is_refused(xor, forgery):
    forge, place = FORGED_TOUCH[forgery]
    found = refusal(xor, forge)
    head, star, _ = place.partition("*")
    assert found.startswith(head) if star else found == place, found


def test_that_xor_is_not_attained_is_refused(xor):
    """As once claimed: the well round 0 is as low as the limit."""

    def forge(certificate):
        direction = certificate["proof"]["approaches"][0]["direction"]
        names = certificate["proof"]["weights"]
        certificate["proof"]["best"] = None
        certificate["claim"].update(kind="not-attained", at=None, direction=dict(zip(names, direction, strict=True)))

    assert refusal(xor, forge).startswith("proof.wells")


def test_an_undecided_claim_may_rest_on_approaches(xor):
    """An infimum in [L, U] needs every V to be L at least."""

    def undecided(value):
        certificate = deepcopy(xor)
        certificate["claim"].update(kind="undecided", at=None, value=value)
        return certificate

    check(undecided(["0.25", "0.26"]))
    check(undecided(["0.2", "0.25"]))
    assert refusal(undecided(["0.2500001", "0.26"]), lambda c: None) == "proof.approaches[0]"
