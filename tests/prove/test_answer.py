"""The certificate reads back, Ctrl-C leaves an honest answer, and large data works."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.truth import WALK_THROUGH, between, corner, plain, problem, problems

from chainrule import minimize
from chainrule.errors import ProblemError
from chainrule.exact import read_number
from chainrule.problem import Problem, problem_from_dict
from chainrule.prove.certificate import certificate_text
from chainrule.prove.line.cover import cover_line
from chainrule.prove.neuron.enclose import enclose
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.search import search


@given(problems(st.one_of(plain, corner), between, most=5))
@settings(max_examples=50, deadline=None)
def test_certificate_is_json_that_reads_back_to_itself_with_exact_numbers(case):
    answer = search(case)
    certificate = json.loads(certificate_text(answer.certificate))
    assert certificate == answer.certificate
    assert problem_from_dict(certificate["problem"]).data.inputs == case.data.inputs
    assert problem_from_dict(certificate["problem"]).data.label == case.data.label
    assert problem_from_dict(certificate["problem"]).fixed == case.fixed
    cover = cover_line(Ridge.of(case))
    breaks = [Fraction(read_number(text)) for text in certificate["proof"]["breaks"]]
    assert breaks == [Fraction(cover.left.end), *(Fraction(piece.upper) for piece in cover.pieces)]
    assert len(certificate["proof"]["pieces"]) == len(breaks) - 1
    for claimed, point in zip(certificate["claim"]["stationary"], answer.stationary, strict=True):
        (at,) = claimed["at"].values()
        (interval,) = point.at.values()
        low, high = (Fraction(read_number(text)) for text in at)
        assert (low, high) == (interval.lower, interval.upper)


def test_no_two_pieces_are_merged_into_one_that_cannot_be_settled_by_itself():
    # Each piece is one enclosure for the checker. Falling neighbours made one (from −8 to −1.9 here) hold 0 again.
    case = Problem.state(["x", "y"], [(-1, 2, "1/3"), (4, 2, 1), (-2, "-1.1", 1)], {"w_y": 3, "bias": 1})
    ridge = Ridge.of(case)
    pieces = [p for p in cover_line(ridge).pieces if p.reason in ("falling", "rising")]
    assert len(pieces) > 2
    slope = enclose(ridge, np.array([[p.lower] for p in pieces]), np.array([[p.upper] for p in pieces]), 1).gradient
    for piece, low, high in zip(pieces, slope.lower[:, 0], slope.upper[:, 0], strict=True):
        assert (high < 0) if piece.reason == "falling" else (low > 0)


def test_long_certificates_stay_readable():
    lines = certificate_text(search(problem([(i, -i % 3, i % 2) for i in range(200)])).certificate).splitlines()
    assert len(lines) > 200
    assert max(map(len, lines)) <= 130


def test_answer_json_names_every_part():
    mapping = search(WALK_THROUGH["pair"]).to_json()
    assert json.loads(json.dumps(mapping)) == mapping
    assert mapping["fixed"] == {"w_y": "1", "bias": "-1"}
    assert mapping["minimum"]["at"] == {"w_x": ["0", "0"]}
    assert mapping["minimum"]["trust"] == "enclosed"


def test_a_problem_without_a_free_weight_is_refused_with_a_hint():
    with pytest.raises(ProblemError, match="no weight is free"):
        search(Problem.state(["x", "y"], [(1, 1, 0)], {"w_x": 1, "w_y": 1, "bias": 1}))


@given(problems(), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_interrupt_leaves_a_cover_without_gap_or_overlap_and_an_honest_verdict(case, after):
    calls = 0

    def interrupt(_: str, share: float) -> None:
        nonlocal calls
        calls += 1
        assert 0 <= share <= 1
        if calls == after:
            raise KeyboardInterrupt

    cover = cover_line(Ridge.of(case), interrupt)
    ends = [cover.left.end, *(piece.upper for piece in cover.pieces)]
    assert ends == [*(piece.lower for piece in cover.pieces), cover.right.end]
    calls = 0
    stopped, whole = search(case, progress=interrupt), search(case)
    assert stopped.minimum.value.lower <= whole.minimum.value.upper
    assert whole.minimum.value.lower <= stopped.minimum.value.upper
    if stopped.minimum.kind != "undecided":
        assert stopped.minimum.kind == whole.minimum.kind or whole.minimum.kind == "undecided"
    if stopped.minimum.kind == whole.minimum.kind == "attained":
        (a,), (b,) = stopped.minimum.at.values(), whole.minimum.at.values()
        assert a.lower <= b.upper
        assert b.lower <= a.upper


def test_interrupt_at_once_leaves_the_middle_unknown():
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    answer = search(WALK_THROUGH["cross"], progress=interrupt)
    assert "unknown" in [point.kind for point in answer.stationary]
    (point,) = answer.stationary
    assert point.at["w_x"].lower < Fraction("1.0532") < point.at["w_x"].upper


def rows(n: int) -> np.ndarray:
    rng = np.random.default_rng(11)
    x, y = rng.normal(size=(2, n)).round(3)
    return np.column_stack([x, y, rng.random(n) < 1 / (1 + np.exp(1 - 2 * x - y))])


@pytest.mark.parametrize("decimal", [False, True])
def test_a_hundred_thousand_rows_have_their_minimum_where_a_sum_in_floats_has_it(decimal):
    table = rows(100_000)
    weights = {"w_y": 1, "bias": -1}
    if decimal:
        texts = [[f"{x:.3f}", f"{y:.3f}", str(int(label))] for x, y, label in table]
        case = Problem.state(["x", "y"], texts, weights)
    else:
        case = Problem.from_table(table, weights=weights)
    answer = search(case)
    (point,) = answer.stationary
    interval = point.at["w_x"]
    assert answer.minimum.kind == "attained"
    assert interval.width < 1e-9
    x, y, label = table.T

    def slope(v: float) -> float:
        s = 1 / (1 + np.exp(1 - v * x - y))
        return float(np.mean(2 * (s - label) * s * (1 - s) * x))

    assert slope(float(interval.lower) - 1e-6) < 0 < slope(float(interval.upper) + 1e-6)


@pytest.mark.parametrize(
    "box",
    [(-1, 1), {"w_q": (0, 1)}, {"w_x": 1}, {"w_x": (2, 1)}, {"w_x": (1, 1)}, {"w_x": (0, 1), "w_y": (0, 1)}, {}],
    ids=str,
)
def test_a_box_that_is_none_is_refused(box):
    with pytest.raises(ProblemError, match=r"^box: found .*; needed "):
        minimize(Problem.state(["x", "y"], [[1, -1, 0], [1, 3, 1]], {"w_y": 1, "bias": -1}), box)
