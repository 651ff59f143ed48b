"""Bounds by parts: what was found is accepted, and every forgery refused at its place; the checker's own reading of sums."""

from __future__ import annotations

import copy
import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import chainrule_fast
from chainrule.problem.schema import problem_from_dict
from chainrule.prove.certificate import certificate_text
from chainrule.prove.search import search
from chainrule_fast.expression.separated import linear, separated
from chainrule_fast.expression.tree import read_tree


@pytest.fixture(scope="module")
def xor():
    return written()


def written(lowest="-10"):
    """Five of the nine weights are free, in ±10: both hidden units' biases, and the last layer's weights."""
    free = ("b1[0]", "b1[1]", "w2[0,0]", "w2[0,1]", "b2[0]")
    weights = dict.fromkeys(free, "free")
    weights |= {"w1[0,x]": "10", "w1[0,y]": "-10", "w1[1,x]": "-10", "w1[1,y]": "10"}
    points = [["0", "0", "0"], ["0", "1", "1"], ["1", "0", "1"], ["1", "1", "0"]]
    problem = problem_from_dict(
        {"inputs": ["x", "y"], "layers": [2, 1], "activation": ["sigmoid", "sigmoid"], "loss": "mse",
         "weights": weights, "data": {"points": points}}
    )  # fmt: skip
    box = dict.fromkeys(free, (Fraction(-10), Fraction(10))) | {"b1[0]": (Fraction(lowest), Fraction(10))}
    document = json.loads(certificate_text(search(problem, box).certificate))
    assert document["proof"]["tree"] == [["parts", 0]]
    return document


def test_what_was_found_is_accepted(xor):
    report = chainrule_fast.check(json.dumps(xor))
    assert report.kind == "attained"
    assert "1 bound by parts" in str(report)


def _change(path, value):
    def change(document):
        *way, last = path
        for key in way:
            document = document[key]
        document[last] = value(document[last]) if callable(value) else value

    return change


def _more(text):
    return str(Fraction(text) + Fraction(1, 10**6))


def _merge(parts):
    """The second group takes the first one's bound, and its own is gone."""
    gone, kept = parts["groups"][1]["bound"], parts["groups"][0]["bound"]
    del parts["bounds"][gone]
    for entry in parts["lines"] + parts["groups"]:
        number = kept if entry["bound"] == gone else entry["bound"]
        entry["bound"] = number - (number > gone)


PARTS = ("proof", "parts", 0)
FORGERIES = {
    "a higher value": (_change(("claim", "value"), lambda v: [_more(v[0]), _more(v[1])]), "proof.tree[0]"),
    "a line's least raised": (_change((*PARTS, "bounds", 0, "least"), _more), "proof.parts[0].bounds[0]"),
    "a group's least raised": (_change((*PARTS, "bounds", -1, "least"), _more), "proof.parts[0].bounds["),
    "a group's least lowered": (_change((*PARTS, "bounds", -1, "least"), "-5"), "proof.tree[0]"),
    "another slope": (_change((*PARTS, "lines", 0, "slope"), _more), "proof.parts[0]"),
    "a range too short": (_change((*PARTS, "lines", 1, "range"), ["-9", "9"]), "proof.parts[0].lines[1].range"),
    "a line left out": (_change((*PARTS, "lines"), lambda x: x[1:]), "proof.parts[0].lines"),
    "a line for another term": (_change((*PARTS, "lines", 0, "bound"), 1), "proof.parts[0]"),
    "a line with a group's bound": (_change((*PARTS, "lines", 0, "bound"), -1), "proof.parts[0].lines[0].bound"),
    "a bound that is none": (_change((*PARTS, "groups", 0, "bound"), 99), "proof.parts[0].groups[0].bound"),
    "one bound for two groups that differ": (lambda d: _merge(d["proof"]["parts"][0]), "proof.parts[0].groups[1]"),
    "a group left out": (_change((*PARTS, "groups"), lambda x: x[1:]), "proof.parts[0].groups"),
    "a group twice": (_change((*PARTS, "groups"), lambda x: [*x, x[0]]), "proof.parts[0].groups"),
    "a weight in another group": (
        lambda d: d["proof"]["parts"][0]["groups"][1]["weights"].append(
            d["proof"]["parts"][0]["groups"][0]["weights"].pop()
        ),
        "proof.parts[0].groups",
    ),
    "a smaller box": (_change((*PARTS, "box", 0), ["0", "10"]), "proof"),
    "a larger box": (_change((*PARTS, "box", 0), ["-40", "40"]), "proof.parts[0]"),
    "a tree cut short": (_change((*PARTS, "bounds", -1, "tree"), lambda t: t[:-1]), "proof.parts[0].bounds["),
    "one leaf for a tree": (_change((*PARTS, "bounds", -2, "tree"), [["natural"]]), "proof.parts[0].bounds["),
    "parts inside parts": (_change((*PARTS, "bounds", -1, "tree"), [["parts", 0]]), "proof.parts[0].bounds["),
    "a leaf of no parts": (_change(("proof", "tree"), [["parts", 1]]), "proof.tree[0]"),
    "no parts at all": (_change(("proof", "parts"), []), "proof.tree[0]"),
    "another expression": (
        lambda d: d["problem"]["expression"].append(["number", "-1"]),
        "",
    ),
    "no list of parts": (_change(("proof", "parts"), 7), "proof.parts"),
    "a part that is none": (_change(PARTS, "all"), "proof.parts[0]"),
    "no list of bounds": (_change((*PARTS, "bounds"), 5), "proof.parts[0].bounds"),
    "a bound that is a text": (_change((*PARTS, "bounds", 0), "low"), "proof.parts[0].bounds[0]"),
    "a group of a number": (_change((*PARTS, "groups", 0, "weights"), 3), "proof.parts[0].groups[0].weights"),
    "a nan": (_change((*PARTS, "lines", 0, "slope"), "nan"), "proof.parts[0].lines[0].slope"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused(xor, name):
    change, place = FORGERIES[name]
    forged = copy.deepcopy(xor)
    change(forged)
    assert forged != xor
    with pytest.raises(chainrule_fast.Refused) as refusal:
        chainrule_fast.check(json.dumps(forged))
    assert refusal.value.place.startswith(place), str(refusal.value)
    assert len(refusal.value.message) > 10


def test_a_bound_by_parts_says_nothing_beyond_its_box(xor):
    """A whole, true proof about half of the box does not close the box, though all its numbers would do."""
    half = written("-6")
    assert chainrule_fast.check(json.dumps(half)).kind == "attained"
    forged = {**xor, "proof": {**xor["proof"], "parts": half["proof"]["parts"]}}
    with pytest.raises(chainrule_fast.Refused, match="does not lie") as refusal:
        chainrule_fast.check(json.dumps(forged))
    assert refusal.value.place == "proof.tree[0]"
    # Cut where that box begins, its part is closed, and the other is not.
    forged["proof"]["tree"] = [["split", 0, "-6"], ["parts", 0], ["parts", 0]]
    with pytest.raises(chainrule_fast.Refused, match="does not lie") as refusal:
        chainrule_fast.check(json.dumps(forged))
    assert refusal.value.place == "proof.tree[1]"


numbers = st.fractions(-3, 3, max_denominator=5).map(lambda q: ["number", str(q)])
symbols = st.sampled_from(["x", "y", "z"]).map(lambda name: ["symbol", name])


def _inside(part):
    return st.one_of(
        st.tuples(st.sampled_from(["add", "mean", "multiply"]), part, part).map(list),
        st.tuples(st.just("divide"), part, numbers.filter(lambda n: n[1] != "0")).map(list),
        st.tuples(st.sampled_from(["negate", "tanh"]), part).map(list),
    )


@given(
    st.recursive(numbers | symbols, _inside, max_leaves=12), st.tuples(*[st.fractions(-2, 2, max_denominator=7)] * 3)
)
def test_the_summands_add_up_to_the_expression(tree, at):
    """In exact arithmetic, with a cube in the place of tanh."""
    node = read_tree(tree, ("x", "y", "z"))
    assert sum((c * _value(p, at) for c, p in linear(node)), start=Fraction(0)) == _value(node, at)
    form = separated(node)
    total = sum((_value(s.outer, (_value(s.inner, at),)) for s in form.summands), start=Fraction(0))
    rest = sum((c * _value(r, at) for c, r in form.rest), start=Fraction(0))
    assert total + rest == _value(node, at)
    # Lines below and the groups' shares together are the expression again: here with one group, and slopes 1, 2, …
    slopes = [Fraction(t + 1) for t in range(len(form.summands))]
    (share,) = form.share([(2, 0, 1)], slopes)
    lifted = [_value(s.above(m), (_value(s.inner, at),)) for s, m in zip(form.summands, slopes, strict=True)]
    assert sum(lifted, start=Fraction(0)) + _value(share, (at[2], at[0], at[1])) == _value(node, at)


def _value(node, at):
    if node.operation == "number":
        return node.value
    if node.operation == "symbol":
        return at[node.index]
    values = [_value(part, at) for part in node.parts]
    if node.operation in ("add", "mean"):
        return sum(values, start=Fraction(0)) / (1 if node.operation == "add" else len(values))
    if node.operation == "multiply":
        product = Fraction(1)
        for value in values:
            product *= value
        return product
    if node.operation == "divide":
        return values[0] / values[1]
    return -values[0] if node.operation == "negate" else values[0] ** 3
