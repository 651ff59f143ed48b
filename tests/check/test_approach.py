"""Groups, and an infimum at infinity approached from above: real data is accepted, every forgery refused where it lies."""

from copy import deepcopy
from fractions import Fraction

import numpy as np
import pytest
from sklearn.datasets import load_iris
from tests.check.prover_maker import points_problem, standard

from chainrule.problem.schema import problem_from_dict
from chainrule.prove.certificate import certificate_text
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.search import search
from chainrule.prove.space.approach import Approach
from chainrule.prove.space.from_above import find_approach
from chainrule.prove.space.groups import Together, find_groups
from chainrule.prove.space.pattern import find_pattern
from chainrule_fast import Refused, check
from chainrule_fast.document import load


def iris(columns):
    data = load_iris()
    chosen = data.target > 0
    return points_problem(standard(data.data[chosen])[:, columns], data.target[chosen] == 2)


def certificate(columns):
    return load(certificate_text(search(problem_from_dict(iris(columns))).certificate))


@pytest.fixture(scope="module")
def petals():
    """Versicolor against virginica, petal length and width: the infimum 3/100 lies at infinity (rows 20, 27, 33 are given up)."""
    return certificate([2, 3])


@pytest.fixture(scope="module")
def sepals():
    """The same flowers' sepals: attained; equal sepals of both kinds make groups."""
    return certificate([0, 1])


def refusal(certificate, forge):
    certificate = deepcopy(certificate)
    forge(certificate)
    with pytest.raises(Refused) as caught:
        check(certificate)
    return caught.value


def approach(certificate):
    return certificate["proof"]["approaches"][0]


def first(certificate):
    return approach(certificate)["identities"][0]


def test_the_infimum_of_the_petals_lies_at_infinity(petals):
    report = check(petals)
    assert [identity["row"] for identity in approach(petals)["identities"]] == [20, 27, 33]
    assert petals["claim"]["value"] == ["0.03", "0.03"]
    assert report.kind == "not-attained"
    assert "from some point the loss tends to it in the direction" in report.claim


def test_the_sepals_with_their_groups_are_accepted(sepals):
    # So many places hold flowers of both kinds.
    places = {}
    for *place, label in sepals["problem"]["data"]["points"]:
        places.setdefault(tuple(place), set()).add(label)
    assert len(sepals["proof"]["groups"]) == sum(len(labels) == 2 for labels in places.values()) == 10
    assert check(sepals).kind == "attained"


def change(key, value):
    def forge(certificate):
        approach(certificate)[key] = value(approach(certificate)[key]) if callable(value) else value

    return forge


def change_identity(key, value):
    def forge(certificate):
        first(certificate)[key] = value(first(certificate)[key]) if callable(value) else value

    return forge


def one_wrong_sign(direction):
    name = next(iter(direction))
    return {**direction, name: str(-Fraction(direction[name]))}


def turn(certificate):
    """One sign of the direction is wrong, in the claim as in the proof."""
    direction = approach(certificate)["direction"]
    direction[0] = str(-Fraction(direction[0]))
    certificate["claim"]["direction"] = one_wrong_sign(certificate["claim"]["direction"])


def give_up(certificate, row):
    """One more row, with an identity that is right in itself."""
    approach(certificate)["identities"].append({**deepcopy(first(certificate)), "row": row})


def every_portion(value):
    def forge(certificate):
        for identity in approach(certificate)["identities"]:
            identity["portion"] = value

    return forge


def another_approach(certificate, **changes):
    """A second one, which nothing needs, and which is not right."""
    second = deepcopy(approach(certificate)) | changes
    certificate["proof"]["approaches"].append(second)


def opposite(certificate):
    """All but the three rows are given up: right in itself, but for its identities and its limit."""
    return [str(-Fraction(step)) for step in approach(certificate)["direction"]]


def number_above(certificate, number):
    for tree in [*certificate["proof"]["outside"], certificate["proof"]["tree"]]:
        for node in tree:
            if node[0] == "above":
                node[1] = number


def wrong_multiplier(multipliers):
    (row, factor), *rest = multipliers
    return [[row, str(Fraction(factor) + Fraction(1, 10**9))], *rest]


def negative_multiplier(multipliers):
    return [*multipliers, [first_of_neither(multipliers), "-1/10"]]


def first_of_neither(multipliers):
    return next(r for r in range(100) if r not in [20, 27, 33, *(q for q, _ in multipliers)])


def moved_multiplier(multipliers):
    """The sum stays 1, but the forms no longer cancel."""
    (p, first), (q, second), *rest = multipliers
    step = Fraction(1, 10**6)
    return [[p, str(Fraction(first) + step)], [q, str(Fraction(second) - step)], *rest]


def split_multiplier(multipliers):
    """A row stands twice; the sum and the forms are as they were."""
    (row, factor), *rest = multipliers
    half = str(Fraction(factor) / 2)
    return [[row, half], [row, half], *rest]


def attained(certificate):
    names = certificate["proof"]["weights"]
    box = {name: ["-16", "16"] for name in names}
    certificate["claim"].update(kind="attained", at=box, direction=None)


def undecided(certificate):
    certificate["claim"].update(kind="undecided", direction=None)


def core_claimed(certificate):
    proof = certificate["proof"]
    certificate["claim"]["domain"] = dict(zip(proof["weights"], proof["core"], strict=True))


FIRST = "proof.approaches[0]"
IDENTITY = f"{FIRST}.identities[0]"
FORGERIES = {
    "a direction with one wrong sign": (turn, f"{IDENTITY}.multipliers*"),
    "another direction than claimed": (
        change("direction", lambda d: [str(2 * Fraction(x)) for x in d]),
        "claim.direction.w_x0",
    ),
    "one row more given up": (lambda c: give_up(c, 0), f"{FIRST}.identities[3].row"),
    "a row given up twice": (lambda c: give_up(c, 20), f"{FIRST}.identities"),
    "a row without identity": (change("identities", lambda i: i[1:]), f"{FIRST}.identities"),
    "no identity": (change("identities", []), f"{FIRST}.identities"),
    "a row that is none": (change_identity("row", 100), f"{IDENTITY}.row"),
    "a row by a text": (change_identity("row", "20"), f"{IDENTITY}.row"),
    "an identity of another row": (change_identity("row", 0), f"{IDENTITY}.row"),
    "a wrong multiplier": (change_identity("multipliers", wrong_multiplier), f"{IDENTITY}.multipliers"),
    "a negative multiplier": (change_identity("multipliers", negative_multiplier), f"{IDENTITY}.multipliers[3][1]"),
    "a multiplier of 0": (change_identity("multipliers", lambda m: [*m, [0, "0"]]), f"{IDENTITY}.multipliers[3][1]"),
    "a moved multiplier": (change_identity("multipliers", moved_multiplier), IDENTITY),
    "a row twice": (change_identity("multipliers", split_multiplier), f"{IDENTITY}.multipliers[1][0]"),
    "a row of E": (change_identity("multipliers", lambda m: [[27, "1"]]), f"{IDENTITY}.multipliers[0][0]"),
    "no multipliers": (change_identity("multipliers", []), f"{IDENTITY}.multipliers"),
    "a share above 1/2": (change_identity("share", "501/1000"), f"{IDENTITY}.share"),
    "a share below 0": (change_identity("share", "-1/23"), f"{IDENTITY}.share"),
    "another share": (change_identity("share", "1/24"), IDENTITY),
    "a portion of 0": (change_identity("portion", "0"), f"{IDENTITY}.portion"),
    "a portion below 0": (change_identity("portion", "-1"), f"{IDENTITY}.portion"),
    "portions of more than 1": (every_portion("34/100"), f"{FIRST}.identities"),
    "portions too small": (every_portion("1/10000000000"), "*"),
    "a row that moves among those that stay": (change_identity("stays", [[0, "1", "2"]]), f"{IDENTITY}.stays[0][0]"),
    "no approach": (lambda c: c["proof"].update(approaches=[]), "proof.approaches"),
    "a second one with another row's identity": (
        lambda c: another_approach(c, identities=[first(c)]),
        "proof.approaches[1].identities",
    ),
    "a second one the other way": (
        lambda c: another_approach(c, direction=opposite(c)),
        "proof.approaches[1].identities[0].row",
    ),
    "the number of an approach that is none": (lambda c: number_above(c, 1), "*"),
    "a value above V": (lambda c: c["claim"].update(value=["0.0300001", "0.04"]), "claim.value"),
    "a value below V": (lambda c: c["claim"].update(value=["0.02", "0.0299999"]), "claim.value"),
    "attained after all": (attained, "proof.best"),
    "undecided": (undecided, "proof.best"),
    "only in the core": (core_claimed, "claim.domain"),
    "a best point": (lambda c: c["proof"].update(best=["0", "0", "0"]), "proof.best"),
    "without the approach": (lambda c: c["proof"].pop("approaches"), "claim.kind"),
    "nothing said of the outside": (lambda c: c["proof"].update(outside=None), "proof.outside"),
    "an above cell that is too near": (lambda c: shrink(c), "proof.outside[*]"),
    "every face above": (lambda c: c["proof"]["outside"].__setitem__(0, [["above", 0]]), "proof.outside[0][0]"),
    "all of the core above": (lambda c: c["proof"].update(tree=[["above", 0]]), "proof.tree[0]"),
    "a core around nothing": (lambda c: c["proof"].update(tree=[["open"]]), "proof.tree[0]"),
}


def shrink(certificate):
    """All of the core and the tree at a hundredth of its size: rows given up are then not yet far enough on an above cell."""
    proof = certificate["proof"]
    proof["core"] = [[str(Fraction(end) / 100) for end in side] for side in proof["core"]]
    proof["tree"], proof["wells"] = [["natural"]], []
    for tree in proof["outside"]:
        for node in tree:
            if node[0] == "split":
                node[2] = str(float.fromhex(node[2]) / 100 if "x" in node[2] else float(node[2]) / 100)


@pytest.mark.parametrize("forgery", FORGERIES)
def test_each_forged_approach_is_refused_where_it_lies(petals, forgery):
    forge, place = FORGERIES[forgery]
    found = refusal(petals, forge)
    head, star, _ = place.partition("*")
    assert found.place.startswith(head) if star else found.place == place, found


def test_a_second_approach_to_a_lower_limit_is_refused(petals):
    """Five points may be given up from above as well: were 1/20 the claim, cells near the directions of the three would prove nothing."""
    ridge = Ridge.of(problem_from_dict(iris([2, 3])))
    together = Together(ridge, find_groups(ridge))
    up = np.isin(np.arange(100), [20, 27, 69, 83, 84])
    pattern = find_pattern(ridge, together, up, np.zeros(100, bool))
    assert pattern is not None
    found = find_approach(ridge, together, pattern)
    assert isinstance(found, Approach)
    stated = found.to_json()

    def forge(certificate):
        certificate["proof"]["approaches"].insert(0, stated)
        names = certificate["proof"]["weights"]
        certificate["claim"]["direction"] = dict(zip(names, stated["direction"], strict=True))
        certificate["claim"]["value"] = ["0.05", "0.05"]

    assert refusal(petals, forge).place == "proof.approaches[1]"


def test_a_second_approach_to_a_higher_limit_is_of_no_harm(petals):
    certificate = deepcopy(petals)
    ridge = Ridge.of(problem_from_dict(iris([2, 3])))
    up = np.isin(np.arange(100), [20, 27, 69, 83, 84])
    together = Together(ridge, find_groups(ridge))
    found = find_approach(ridge, together, find_pattern(ridge, together, up, np.zeros(100, bool)))
    certificate["proof"]["approaches"].append(found.to_json())
    check(certificate)
