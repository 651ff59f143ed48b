"""The forger on a small scale; and the tester itself tested: the truth tells falsehoods, a hole that is planted is found."""

from __future__ import annotations

import ast
import json
from fractions import Fraction
from functools import partial
from itertools import islice

import pytest

from tests.forge import campaign, drafts1, honest, truth, version1
from tests.forge.function import value
from tests.forge.jury import Answer, ask
from tests.forge.mutate import mutants
from tests.forge.tally import Tally


def document(problem, claim, **proof):
    return {"format": "chainrule certificate", "version": 1, "problem": problem, "claim": claim, "proof": proof}


def claimed(kind, value, at=None, direction=None, domain="all reals", **more):
    return {"kind": kind, "at": at, "value": value, "direction": direction, "domain": domain, **more}


X = ["symbol", "x"]
WELL = ["power", ["add", X, ["number", "-1"]], ["number", "2"]]
LIMITS = {"x": {"-inf": ["inf", "inf"], "+inf": ["inf", "inf"]}}


def formula(node, claim, names=("x",)):
    return document(
        {"expression": node, "free": list(names)},
        {"stationary": [], "limits": {}} | claim,
        method="expression",
        breaks=["-9", "9"],
        tails=TAILS,
    )


TAILS = {"-inf": {"end": "-9", "slope": "falling"}, "+inf": {"end": "9", "slope": "rising"}}
ONE = {"kind": "minimum", "at": {"x": ["1", "1"]}, "value": ["0", "0"]}
TRUE = claimed("attained", ["0", "0"], {"x": ["1", "1"]}, stationary=[ONE], limits=LIMITS)


def neuron(points, claim, **problem):
    stated = {"schema": 1, "inputs": ["x"], "weights": {"bias": "0"}, "data": {"points": points}} | problem
    return document(stated, claim, method="boxes")


def told(made, sentence="every"):
    return truth.falsehood(version1.statement(made, sentence))


def test_the_truth_finds_nothing_false_in_what_is_true():
    assert told(formula(WELL, TRUE)) is None
    both = {"w_x": ["-1", "1"]}  # (ln(1 + e^w) + ln(1 + e^−w))/2, even and convex: ln 2 at 0
    even = neuron([["1", "0"], ["1", "1"]], claimed("attained", ["0.69", "0.7"], both), loss="cross-entropy")
    assert told(even) is None
    falls = neuron([["1", "1"]], claimed("not-attained", ["0", "0"], None, {"w_x": "1"}))
    assert told(falls) is None


FALSE = {
    "a value above the least": formula(WELL, TRUE | {"value": ["0.001", "1"]}),
    "a value below the least": formula(WELL, TRUE | {"value": ["-1", "-0.001"]}),
    "another place": formula(WELL, TRUE | {"at": {"x": ["2", "3"]}}),
    "a minimum that is one of two": formula(
        ["power", ["add", ["power", X, ["number", "2"]], ["number", "-1"]], ["number", "2"]],
        TRUE | {"stationary": [], "at": {"x": ["0.9", "1.1"]}},
    ),
    "not attained": formula(WELL, claimed("not-attained", ["0", "inf"], None, {"x": "1"})),
    "no stationary point": formula(WELL, TRUE | {"stationary": []}),
    "a maximum": formula(WELL, TRUE | {"stationary": [ONE | {"kind": "maximum", "at": {"x": ["0", "2"]}}]}),
    "a wrong limit": formula(WELL, TRUE | {"limits": {"x": {"-inf": ["0", "1"], "+inf": ["inf", "inf"]}}}),
    # x² − x⁻² has no least value: −∞ at 0.
    "a pole": formula(
        ["add", ["power", X, ["number", "2"]], ["negate", ["power", X, ["number", "-2"]]]],
        claimed("attained", ["-inf", "-3"], {"x": ["-0.5", "0.5"]}),
    ),
    # x² + 0/x is x², but not at 0, where it has no value: the infimum 0 is not attained.
    "a hole in the domain": formula(
        ["add", ["power", X, ["number", "2"]], ["multiply", ["number", "0"], ["power", X, ["number", "-1"]]]],
        claimed("attained", ["0", "1e-19"], {"x": ["-1", "1"]}, domain={"x": ["-1", "1"]}),
    ),
    # e^100000 (2x/(1 + x²) − 1): the least is at −1, and the limits are half of it.
    "numbers beyond doubles": formula(
        ["multiply", ["exp", ["number", "100000"]], ["add", ["number", "-1"], ["divide", ["multiply", ["number", "2"], X], ["add", ["number", "1"], ["power", X, ["number", "2"]]]]]],
        claimed("not-attained", ["-inf", "-inf"], None, {"x": "1"}),
    ),
    "a minimum by convexity in the wrong place": neuron(
        [["1", "0"], ["1", "1"]], claimed("attained", ["0.69", "0.7"], {"w_x": ["10.4", "10.6"]}), loss="cross-entropy"
    ),
    # (σ(x + y) − 1/2)² is 0 on a whole line.
    "one minimiser of many": formula(
        ["power", ["add", ["sigmoid", ["add", X, ["symbol", "y"]]], ["number", "-0.5"]], ["number", "2"]],
        claimed("attained", ["0", "0"], {"x": ["0", "0"], "y": ["0", "0"]}),
        ("x", "y"),
    ),
    "the wrong direction": neuron([["1", "1"]], claimed("not-attained", ["0", "0"], None, {"w_x": "-1"})),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE)
def test_the_truth_tells_a_falsehood(name):
    assert told(FALSE[name])


def test_that_the_infimum_is_a_limit_is_false_where_limits_fall_for_ever():
    # Along w_y the row (0, 1 | 1) becomes right, and ((1, 0 | 1) five times, (10, 0 | 0)) stay: least far out on w_x, 1/7, and never there.
    rows = [["1", "0", "1"]] * 5 + [["10", "0", "0"], ["0", "1", "1"]]
    stated = claimed("not-attained", ["1/7", "1/7"], None, {"w_x": "0", "w_y": "1"})
    made = neuron(rows, stated, inputs=["x", "y"])
    assert "fall for ever" in told(made, "from some point the loss tends to it in the direction")
    assert told(made, "the loss tends to values as near to it as one likes") is None


def test_one_minimiser_of_many_is_true_where_no_more_is_said():
    assert told(FALSE["one minimiser of many"], "at least one global minimiser") is None


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind", ["on_the_line", "in_an_interval", "in_a_box", "read_as_neuron", "line", "boxes", "escape", "reduced"]
)
def test_no_certificate_altered_with_intent_is_accepted_and_false(kind):
    tally = Tally()
    documents = campaign.corpus(ask, tally, islice(honest.certificates(1, (kind,)), 2))
    campaign.squeezed(documents, ask, tally, 6, 1)
    campaign.with_intent(documents, ask, tally, 60, 1)
    campaign.without_intent(documents, ask, tally, 60, 1)
    assert not tally.holes, tally.holes
    assert sum(tally.made.values()) > 100


@pytest.mark.parametrize("kind", ["line", "on_the_line", "boxes", "escape", "reduced"])
def test_the_kernel_accepts_no_altered_certificate_that_is_false(kind):
    tally, kernel = Tally(), partial(ask, version=2)
    documents = campaign.corpus(kernel, tally, islice(honest.certificates(1, (kind,), 2), 2))
    campaign.with_intent(documents, kernel, tally, 40, 1)
    campaign.without_intent(documents, kernel, tally, 40, 1)
    assert not tally.holes, tally.holes
    assert sum(tally.made.values()) > 80


@pytest.mark.parametrize("kind", drafts1.DRAFTS)
def test_no_certificate_written_from_nothing_is_accepted_and_false(kind):
    tally = Tally()
    campaign.from_nothing(ask, tally, 5, 3, (kind,))
    assert not tally.holes, tally.holes
    assert sum(tally.made.values()) > 20


def test_a_hole_that_is_planted_is_found(monkeypatch):
    """Without a look at the verdict of a line, forgeries of it are accepted; the truth tells that they are false."""
    monkeypatch.setattr("chainrule_fast.line.check_verdict", lambda *_: None)
    tally = Tally()
    campaign.from_nothing(ask, tally, 6, 3, ("neuron_line",))
    assert tally.holes


def test_a_traceback_counts_as_a_hole():
    tally = Tally()
    tally.add({}, Answer(False, "", fault="Traceback …\nValueError: what"))
    assert [hole.why for hole in tally.holes] == ["ValueError: what"]


SOURCE = '''
def least(values, strict):
    """Text is left alone: 1 < 2."""
    if not values or (strict and len(values) < 2):
        raise ValueError(f"{len(values)} < 2")
    check(values)
    return min(v for v in values) + 1
'''


def test_a_mutant_is_one_small_fault():
    found = {mutant.what for mutant in mutants(SOURCE)}
    assert {
        "len(values) < 2 -> len(values) <= 2", "len(values) < 2 -> len(values) >= 2", "not values -> values", "check(values) -> nothing",
        "strict and len(values) < 2 -> strict or len(values) < 2", "strict and len(values) < 2 -> strict", "2 -> 3", "2 -> 1", "min -> max",
        "if not values or (strict and len(values) < 2) -> if False",
        "min((v for v in values)) + 1 -> min((v for v in values)) - 1",
    } <= found  # fmt: skip
    assert not any("Text" in what or "ValueError" in what for what in found)
    for mutant in mutants(SOURCE):
        compile(mutant.tree, "least", "exec")
        assert ast.unparse(mutant.tree) != ast.unparse(ast.parse(SOURCE))


def test_documents_are_numbers_as_they_are_meant():
    assert [str(version1.end(x)) for x in ("0x1.8p-1", "-0x1p4", "1e-3", "1/3", 2)] == [
        "3/4",
        "-16",
        "1/1000",
        "1/3",
        "2",
    ]
    assert list(version1.numbers(json.loads('{"a": ["1", ["x", null, true]], "b": 2}'))) == [1, 2]


def test_a_ball_that_says_nothing_is_no_value():
    # σ(x)^(−48/25) grows like e^(−48x/25): at −10^100 no 240 bits tell its size.
    node = ("power", ("sigmoid", ("symbol", 0)), ("number", Fraction(-48, 25)))
    assert value(node, (-(Fraction(10) ** 100),)) is None
    assert value(node, (Fraction(0),)) > 3
