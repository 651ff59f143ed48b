"""The method *neuron*: the checker reads the points out of the typed equation itself, and refuses every claim that is about another one."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from tests.check.test_expressions import _put, _refused, _without

import chainrule_fast
from chainrule.expression.typed import TypedProblem
from chainrule.prove.certificate import certificate_text
from chainrule.prove.search import search
from chainrule_fast.expression.neuron import read_loss
from chainrule_fast.expression.tree import read_tree


def written(text, box=None, **options):
    ends = None if box is None else {name: tuple(map(Fraction, pair)) for name, pair in box.items()}
    return json.loads(certificate_text(search(TypedProblem.read(text), ends, **options).certificate))


@pytest.fixture(scope="module")
def line():
    # 4·(the loss of cross) + 3
    return written("3 + σ(-v)^2 + σ(v - 2)^2 + (1/(1 + e^(-3v)) - 1)^2 + (1/(1 + e^(-v - 2)) - 1)^2")


@pytest.fixture(scope="module")
def boxes():
    return written(
        "2(1/(1 + e^-(u + v)) - 0.4)^2 + (σ(u - 2v) - 0.7)^2 + (σ(u) - 0.25)^2 - 1",
        {"u": (-3, 3), "v": (-3, 3)},
        all_points=True,
    )


@pytest.fixture(scope="module")
def escape():
    return written("0.5*σ(u + v)^2 + 0.5*(σ(u + 2v) - 1)^2 + 1")


def test_what_was_found_is_accepted(line, boxes, escape):
    kinds = []
    for document in (line, boxes, escape):
        assert document["proof"]["method"] == "neuron"
        kinds.append(chainrule_fast.check(json.dumps(document)).kind)
    assert kinds == ["attained", "attained", "not-attained"]
    assert boxes["claim"]["stationary"]


def _narrowed(document):
    """Each end of the claimed value a little further in than what is proved."""
    low, high = map(Fraction, document["proof"]["claim"]["value"])
    document["claim"]["value"] = [str(float(4 * low + 3) + 1e-9), str(float(4 * high + 3) + 1e-9)]


def _other(node, replacement):
    """The first number that reads `node` in the expression is another one."""

    def change(document):
        text = json.dumps(document["problem"]["expression"])
        assert f'["number", "{node}"]' in text
        document["problem"]["expression"] = json.loads(
            text.replace(f'["number", "{node}"]', f'["number", "{replacement}"]', 1)
        )

    return change


FORGERIES = {
    "another constant": (_other("3", "2"), "claim"),
    "a value further up": (_narrowed, "claim.value"),
    "the value of the loss": (lambda d: _put(["claim", "value"], d["proof"]["claim"]["value"])(d), "claim.value"),
    "another kind": (_put(["claim", "kind"], "undecided"), "claim.kind"),
    "no place": (_put(["claim", "at"], None), "claim.at"),
    "another place": (_put(["claim", "at", "v"], ["1", "2"]), "claim.at.v"),
    "another direction": (_put(["claim", "direction"], {"v": "1"}), "claim.direction"),
    "a domain": (_put(["claim", "domain"], {"v": ["-9", "9"]}), "claim.domain"),
    "a limit moved": (_put(["claim", "limits", "v", "+inf"], ["4.1", "4.1"]), "claim.limits.v.+inf"),
    "no limits": (_put(["claim", "limits"], {}), "claim.limits"),
    "a stationary point left out": (_put(["claim", "stationary"], []), "claim.stationary"),
    "another kind of point": (_put(["claim", "stationary", 0, "kind"], "maximum"), "claim.stationary[0].kind"),
    "another point": (_put(["claim", "stationary", 0, "at", "v"], ["1", "2"]), "claim.stationary[0].at.v"),
    "another value there": (_put(["claim", "stationary", 0, "value"], ["3", "3.1"]), "claim.stationary[0].value"),
    "the inner claim changed": (_put(["proof", "claim", "value"], ["0.03", "0.031"]), "proof.claim"),
    "the inner proof changed": (_without(["proof", "proof", "pieces"], 0), "proof.proof"),
    "a slope changed": (
        _put(["problem", "expression", 1], ["power", ["sigmoid", ["symbol", "v"]], ["number", "2"]]),
        "",
    ),
    "a term more": (
        _put(["problem", "expression"], lambda e: [*e, ["multiply", ["number", "1e-9"], ["symbol", "v"]]]),
        "problem.expression",
    ),
    "a sigmoid more": (
        _put(["problem", "expression"], lambda e: [*e, ["sigmoid", ["number", "7"]]]),
        "problem.expression",
    ),
    "a hidden layer": (
        _put(
            ["problem", "expression"],
            lambda e: [*e, ["power", ["sigmoid", ["sigmoid", ["symbol", "v"]]], ["number", "2"]]],
        ),
        "problem.expression",
    ),
    "a factor below 0": (
        _put(
            ["problem", "expression"],
            lambda e: [*e, ["negate", ["power", ["sigmoid", ["number", "7"]], ["number", "2"]]]],
        ),
        "problem.expression",
    ),
    "a cube": (
        _put(["problem", "expression"], lambda e: ["power", ["sigmoid", ["symbol", "v"]], ["number", "3"]]),
        "problem.expression",
    ),
    "twice as much": (_put(["problem", "expression"], lambda e: ["multiply", ["number", "2"], e]), "claim"),
    "proved as a formula": (_put(["proof", "method"], "expression"), "proof"),
    "an unknown key": (_put(["proof", "more"], "1"), "proof"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused(line, name):
    _refused(line, *FORGERIES[name])


BOX_FORGERIES = {
    "another scale": (_other("2", "3"), ""),
    "a smaller box": (_put(["claim", "domain", "u"], ["-1", "1"]), "claim.domain.u"),
    "variables exchanged": (_put(["problem", "free"], ["v", "u"]), ""),
    "a stationary point left out": (_without(["claim", "stationary"], 0), "claim.stationary"),
    "a stationary point less in the inner claim": (_without(["proof", "claim", "stationary"], 0), "proof.claim"),
}


@pytest.mark.parametrize("name", BOX_FORGERIES)
def test_a_forged_box_is_refused(boxes, name):
    _refused(boxes, *BOX_FORGERIES[name])


def test_a_direction_that_is_not_the_proved_one_is_refused(escape):
    for forged in ({"u": "1", "v": "1"}, None):
        _refused(escape, _put(["claim", "direction"], forged), "claim.direction")


@pytest.mark.parametrize(
    ("tree", "scale", "constant", "label"),
    [
        # 3(σ − 1/3)² + 2 = 3σ² − 2σ + 1/3 + 2
        (["add", ["multiply", ["number", "3"], ["power", ["add", ["sigmoid", ["symbol", "x"]], ["number", "-1/3"]], ["number", "2"]]],
          ["number", "2"]], 3, 2, Fraction(1, 3)),
        # (tanh(x/2) − 0)² = 4(σ − 1/2)²
        (["power", ["tanh", ["divide", ["symbol", "x"], ["number", "2"]]], ["number", "2"]], 4, 0, Fraction(1, 2)),
        # σ(x)² + (σ(x) − 1)² = 2(σ − 1/2)² + 1/2: one point, its label between
        (["add", ["power", ["sigmoid", ["symbol", "x"]], ["number", "2"]],
          ["power", ["sigmoid", ["negate", ["symbol", "x"]]], ["number", "2"]]], 2, Fraction(1, 2), Fraction(1, 2)),
    ],
)  # fmt: skip
def test_squares_are_completed_exactly(tree, scale, constant, label):
    reading = read_loss(read_tree(tree, ("x",)), ("x",))
    assert (reading.scale, reading.constant, reading.problem.label(0)) == (scale, constant, label)


def test_an_expression_that_would_be_a_huge_polynomial_is_refused_quickly():
    many = ["add", *(["sigmoid", ["multiply", ["number", str(i)], ["symbol", "x"]]] for i in range(1, 1000))]
    with pytest.raises(chainrule_fast.Refused, match="too many terms"):
        read_loss(read_tree(["multiply", many, many], ("x",)), ("x",))
