"""Work that a small document asks for is refused in a sentence, by count and not by time; proofs that a search wrote stay far below."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from tests.check.test_false_formulas import ANYTHING, X, boxes, line, number, refused, tails, unknown

import chainrule_fast
from chainrule.expression.typed import TypedProblem
from chainrule.prove.certificate import certificate_text
from chainrule.prove.search import search
from chainrule_fast import budget
from chainrule_fast.expression import check_expression


def on_the_line(tree):
    claim = {
        "kind": "undecided",
        "value": ANYTHING,
        "stationary": [unknown("-1", "1")],
        "limits": {"x": {"-inf": ANYTHING, "+inf": ANYTHING}},
    }
    proof = {"tails": tails("-1", "1", ("falling", "rising")), "breaks": ["-1", "1"], "pieces": ["unknown"]}
    return line(tree, claim, proof)


def shifted_sigmoids(count):
    return ["add", *(["sigmoid", ["add", ["multiply", number(f"{k}.7"), X], number("0.3")]] for k in range(1, count))]


def test_a_power_of_a_number_of_many_digits_is_not_written_out():
    # (1.1…1 + x)^200, exactly: coefficients of 60 000 digits.
    tree = ["power", ["add", number("1." + "1" * 90), X], number("200")]
    document = on_the_line(tree)
    assert len(json.dumps(document)) < 800
    assert "the slope on the tail" in refused(document, "proof.tails")


def test_a_high_power_of_a_long_sum_is_refused():
    assert "units of work" in refused(on_the_line(["power", shifted_sigmoids(8), number("300")]), "proof")


def test_products_of_sums_of_many_variables_are_refused_where_their_halves_would_have_to_be_looked_at():
    # Each evaluation has a Hessian of 40·41/2 entries, twelve products deep; a box that does not pass would be halved six times.
    free = [f"v{i}" for i in range(40)]
    sums = [
        ["add", *(["multiply", number(f"{1 + (7 * i + 13 * j) % 11}"), ["symbol", v]] for i, v in enumerate(free))]
        for j in range(12)
    ]
    claim = {"kind": "undecided", "value": ["-1", "1"], "domain": {v: ["-1", "1"] for v in free}}
    document = boxes(["multiply", *sums], free, claim, {"best": ["0"] * 40, "tree": [["natural"]]})
    assert "units of work" in refused(document, "proof")
    document["claim"]["value"] = ["-1e100", "1e100"]  # one look is enough for that
    assert chainrule_fast.check(json.dumps(document)).kind == "undecided"


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("x^2 e^(-x) + 0.1", None),
        ("(sigmoid(3x - 1) + sigmoid(2x + 1) - tanh(x) - 1)^2 + log(1 + x^2)", (-6, 6)),
        ("(1-x)^2 + 5(y-x^2)^2 + 0.25", (-2, 2)),
        ("(tanh(x + y) - 0.3)^2 + (sigmoid(2x - y) - tanh(y))^2", (-2, 2)),
    ],
)
def test_a_proof_that_a_search_wrote_takes_a_small_part_of_what_is_allowed(text, box):
    problem = TypedProblem.read(text)
    ends = None if box is None else dict.fromkeys(problem.free, tuple(map(Fraction, box)))
    document = json.loads(certificate_text(search(problem, ends).certificate))
    work = budget.Budget()
    check_expression(document["problem"], document["claim"], document["proof"], lambda done, total: None, work)
    assert 0 < work.spent < work.allowed / 5
