"""Our own checker follows what we answer: a sample; ``make agree`` asks 20 000."""

from __future__ import annotations

import pytest

from chainrule.expression.rewrite import walk
from chainrule.expression.tree import Function
from chainrule.expression.typed import TypedProblem
from tests.agree.asking import fault
from tests.agree.cases import ACTIVATIONS, FUNCTIONS, case

# A few tenths of a second each. The first ones were refused once, each for its kind: values at edges of domains and kinks, powers of 0.
SAMPLE = (8, 30, 62, 78, 123, 165, 188, 1066, 1319, *range(100, 117))


@pytest.mark.parametrize("number", SAMPLE)
def test_the_checker_follows_the_answer(number: int) -> None:
    assert fault(number) == ""


def test_a_case_is_the_same_whenever_it_is_asked_for() -> None:
    assert str(case(7)) == str(case(7)) != str(case(11))


def test_the_cases_hold_everything_that_may_be_asked() -> None:
    problems = [case(number) for number in range(2_000)]
    typed = [found.problem for found in problems if isinstance(found.problem, TypedProblem)]
    networks = [found.problem for found in problems if not isinstance(found.problem, TypedProblem)]
    functions = {node.name for problem in typed for node in walk(problem.expression) if isinstance(node, Function)}
    assert functions == set(FUNCTIONS)
    assert {len(problem.free) for problem in typed} == {1, 2, 3}
    assert {layer.activation for problem in networks for layer in problem.network.layers} == set(ACTIVATIONS)
    assert {problem.loss for problem in networks} == {"mse", "mae", "cross-entropy"}
    assert {found.box is None for found in problems} == {True, False}
