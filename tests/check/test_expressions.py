"""Certificates of formulas: the checker accepts what was found, and refuses every forgery with the place."""

from __future__ import annotations

import copy
import json
from fractions import Fraction

import flint
import pytest
from hypothesis import given
from hypothesis import strategies as st

import chainrule_fast
from chainrule.expression import rewrite
from chainrule.expression.parser import parse
from chainrule.expression.typed import TypedProblem
from chainrule.prove.certificate import certificate_text
from chainrule.prove.generic.certificate import tree
from chainrule.prove.search import search
from chainrule_fast.balls import precision, range_of, rational
from chainrule_fast.expression import spans
from chainrule_fast.expression.expansion import expand
from chainrule_fast.expression.spans import Span, Undefined, point
from chainrule_fast.expression.tree import read_tree


def written(text, box=None):
    ends = None if box is None else {name: tuple(map(Fraction, pair)) for name, pair in box.items()}
    return json.loads(certificate_text(search(TypedProblem.read(text), ends).certificate))


@pytest.fixture(scope="module")
def line():
    return written("x^2 e^(-x) + 0.1")  # a minimum at 0, a maximum at 2, limits ∞ and 0.1


@pytest.fixture(scope="module")
def boxes():
    return written("(1-x)^2 + 5(y-x^2)^2 + 0.25", {"x": (-2, 2), "y": (-2, 2)})  # 0.25 at (1, 1)


def test_what_was_found_is_accepted(line, boxes):
    for document in (line, boxes):
        report = chainrule_fast.check(json.dumps(document))
        assert report.kind == "attained"
        assert "Accepted" in str(report)


def _put(path, value):
    def change(document):
        *way, last = path
        for key in way:
            document = document[key]
        document[last] = value(document[last]) if callable(value) else value

    return change


def _without(path, index):
    def change(document):
        for key in path:
            document = document[key]
        del document[index]

    return change


LINE_FORGERIES = {
    "the value raised": (_put(["claim", "value"], ["0.11", "0.12"]), "claim"),
    "the value narrowed below": (_put(["claim", "value"], ["0.09", "0.0999"]), "claim"),
    "a place beside the minimum": (_put(["claim", "at", "x"], ["0.1", "0.2"]), "claim.at"),
    "a stationary point left out": (_without(["claim", "stationary"], 1), "claim.stationary"),
    "a minimum called a maximum": (_put(["claim", "stationary", 0, "kind"], "maximum"), "claim.stationary[0]"),
    "a stationary point moved": (_put(["claim", "stationary", 1, "at", "x"], ["2.01", "2.02"]), "claim.stationary[1]"),
    "a wrong value there": (_put(["claim", "stationary", 1, "value"], ["0.6", "0.61"]), "claim.stationary[1]"),
    "not attained": (
        _put(["claim"], lambda c: {**c, "kind": "not-attained", "at": None, "direction": {"x": "1"}}),
        "claim",
    ),
    "another limit": (_put(["claim", "limits", "x", "+inf"], ["0", "0"]), "claim.limits"),
    "an infinite limit made finite": (_put(["claim", "limits", "x", "-inf"], ["5", "6"]), "claim.limits"),
    "a tail turned round": (_put(["proof", "tails", "+inf", "slope"], "rising"), "proof.tails"),
    "a tail from too early": (
        lambda d: (_put(["proof", "breaks", -1], "1")(d), _put(["proof", "tails", "+inf", "end"], "1")(d)),
        "proof",
    ),
    "a piece left out": (_without(["proof", "pieces"], 0), "proof.pieces"),
    "a gap in the cover": (_put(["proof", "tails", "+inf", "end"], "100"), "proof.tails"),
    "breaks out of order": (_put(["proof", "breaks", 1], "77"), "proof.breaks"),
    "a piece with another reason": (_put(["proof", "pieces"], lambda p: ["rising"] * len(p)), "proof.pieces"),
    "an unknown reason": (_put(["proof", "pieces", 0], "obvious"), "proof.pieces[0]"),
    "another expression": (_put(["problem", "expression"], ["power", ["symbol", "x"], ["number", "2"]]), ""),
    "an operation that is none": (_put(["problem", "expression"], ["eval", ["symbol", "x"]]), "problem.expression"),
    "a symbol that is not free": (_put(["problem", "expression"], ["exp", ["symbol", "y"]]), "problem.expression"),
    "a nan": (_put(["problem", "expression"], ["number", "nan"]), "problem.expression"),
    "a binary float": (_put(["problem", "expression"], ["add", ["number", 0.5], ["symbol", "x"]]), ""),
    "another method": (_put(["proof", "method"], "line"), "proof.method"),
    "a bounded domain with tails": (_put(["claim", "domain"], {"x": ["-1", "1"]}), ""),
}

BOX_FORGERIES = {
    "the value raised": (_put(["claim", "value"], ["0.26", "0.27"]), ""),
    "the lower end raised": (_put(["claim", "value", 0], "0.2500001"), ""),
    "the upper end lowered": (_put(["claim", "value", 1], "0.2499"), ""),
    "a place beside the minimum": (_put(["claim", "at", "x"], ["0.5", "0.6"]), "proof"),
    "a best point elsewhere": (_put(["proof", "best"], ["0", "0"]), "proof.best"),
    "a best point outside": (_put(["proof", "best"], ["3", "9"]), "proof.best"),
    "a steeper well": (_put(["proof", "wells", 0, "modulus"], "50"), "proof.wells[0]"),
    "a larger well": (_put(["proof", "wells", 0, "box"], [["-2", "2"], ["-2", "2"]]), "proof.wells[0]"),
    "the last node left out": (_without(["proof", "tree"], -1), "proof.tree"),
    "one leaf for everything": (_put(["proof", "tree"], [["natural"]]), "proof.tree[0]"),
    "everything monotone": (_put(["proof", "tree"], [["monotone", 0, "rising"]]), "proof.tree[0]"),
    "everything in the well": (_put(["proof", "tree"], [["well", 0]]), "proof.tree[0]"),
    "a smaller core": (_put(["proof", "core"], [["0", "2"], ["-2", "2"]]), "proof.core"),
    "a larger domain": (_put(["claim", "domain", "x"], ["-3", "2"]), "proof.core"),
    "an unbounded domain": (_put(["claim", "domain"], "all reals"), "proof"),
}


def test_a_fall_without_bound_stands_beside_a_pole_and_only_that():
    document = written("(x^2 + 1)/(x - 1)")  # −∞ as x → −∞, a pole at 1
    assert document["claim"]["kind"] == "not-attained"
    chainrule_fast.check(document)
    # e^x + 1/x² falls to 0 on the left, and a pole could hide anything below that.
    finite = written("e^x + 1/x^2")
    forged = {**finite["claim"], "kind": "not-attained", "at": None, "direction": {"x": "-1"}, "value": ["0", "0"]}
    _refused(finite, _put(["claim"], forged), "claim")


def test_a_tail_with_another_rate_is_refused():
    document = written("e^(sqrt(2)x) - e^(1.415x) + 0.25")  # √2 is the smaller rate: down to −∞
    assert document["claim"]["kind"] == "not-attained"
    for number in ("1.414", "1.4142135623730950488016887242096980785696718753769"):  # both below √2
        forged = json.loads(json.dumps(document).replace("1.415", number))
        with pytest.raises(chainrule_fast.Refused, match="slope"):
            chainrule_fast.check(forged)
    # 2 log 2 and log 4 are the same rate, which no ball tells: any sign of that tail is refused.
    document = written("4^x - 3^x + x^2")
    text = json.dumps(document).replace('["power", ["number", "3"], ["symbol", "x"]]', json.dumps(DOUBLED))
    assert text != json.dumps(document)
    with pytest.raises(chainrule_fast.Refused):
        chainrule_fast.check(text)


DOUBLED = ["power", ["number", "2"], ["multiply", ["number", "2"], ["symbol", "x"]]]


@pytest.mark.parametrize("name", LINE_FORGERIES)
def test_a_forged_line_is_refused(line, name):
    _refused(line, *LINE_FORGERIES[name])


@pytest.mark.parametrize("name", BOX_FORGERIES)
def test_a_forged_box_is_refused(boxes, name):
    _refused(boxes, *BOX_FORGERIES[name])


def _refused(document, change, place):
    forged = copy.deepcopy(document)
    change(forged)
    assert forged != document
    with pytest.raises(chainrule_fast.Refused) as refusal:
        chainrule_fast.check(forged)
    assert refusal.value.place.startswith(place), str(refusal.value)
    assert len(refusal.value.message) > 10


TREES = [
    ["multiply", ["symbol", "x"], ["symbol", "y"], ["symbol", "x"]],
    ["sigmoid", ["add", ["symbol", "x"], ["multiply", ["number", "-2"], ["symbol", "y"]]]],
    ["tanh", ["multiply", ["symbol", "x"], ["symbol", "y"]]],
    ["softplus", ["divide", ["symbol", "x"], ["number", "1/3"]]],
    ["divide", ["symbol", "x"], ["add", ["number", "2"], ["power", ["symbol", "y"], ["number", "4"]]]],
    ["power", ["add", ["number", "9"], ["symbol", "x"]], ["number", "1/2"]],
    ["relu", ["symbol", "x"]],
    ["abs", ["negate", ["mean", ["symbol", "x"], ["symbol", "y"]]]],
    ["exp", ["negate", ["power", ["symbol", "x"], ["number", "3"]]]],
    ["log", ["add", ["number", "1"], ["power", ["symbol", "y"], ["number", "2"]]]],
]
ends = st.fractions(-3, 3, max_denominator=64)


@pytest.mark.parametrize("tree", TREES, ids=lambda t: t[0])
@given(st.tuples(ends, ends), st.tuples(ends, ends), st.fractions(0, 1), st.fractions(0, 1))
def test_spans_hold_the_values_and_derivatives_of_every_point(tree, xs, ys, s, t):
    """At a point the derivatives are differences of values: f' by the mean value theorem lies in its span."""
    node = read_tree(tree, ("x", "y"))
    with precision(120):
        box = [Span(*(flint.arb(rational(end)) for end in sorted(side))) for side in (xs, ys)]
        try:
            over = expand(node, box, spans)
        except Undefined:
            return
        at = [min(side) + (max(side) - min(side)) * part for side, part in ((xs, s), (ys, t))]
        inner = expand(node, [point(flint.arb(rational(v))) for v in at], spans)
        assert _holds(over.value, inner.value)
        for j, found in over.slopes.items():
            if min((xs, ys)[j]) == max((xs, ys)[j]):
                continue
            low, high = [[*at], [*at]]
            low[j], high[j] = min((xs, ys)[j]), max((xs, ys)[j])
            first, last = (expand(node, [point(flint.arb(rational(v))) for v in p], spans).value for p in (low, high))
            rate = (last.low - first.low) / flint.arb(rational(high[j] - low[j]))
            assert _holds(found, point(rate))


def _holds(outer, inner):
    a, b = range_of(outer.low, outer.high), range_of(inner.low, inner.high)
    slack = Fraction(1, 10**25)
    return a.lower - slack <= b.upper and b.lower <= a.upper + slack


@pytest.mark.parametrize(
    ("text", "number"),
    [("2^(4/2) - 1", 3), ("-(1/3 + 1/6)", Fraction(-1, 2)), ("(1/2)^-2*0.5", 2), ("1/0", None), ("0^-1", None)],
)
def test_what_is_made_of_numbers_is_that_number_in_both_programs(text, number):
    node = parse(text)
    assert rewrite.rational(node) == number
    read = read_tree(tree(node), ("x",))
    assert (read.value if read.operation == "number" else None) == number


@pytest.mark.parametrize("text", ["10^5000", "10^101", "0.1^101", "(1/3)^999^2", "2^0.5"])
def test_a_number_too_long_or_irrational_is_left_as_it_stands_in_both_programs(text):
    node = parse(text)
    assert rewrite.rational(node) is None
    assert read_tree(tree(node), ("x",)).operation == "power"
