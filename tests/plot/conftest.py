"""Answers of the walk-through."""

from functools import cache

import pytest

from chainrule.verdict import minimize
from tests.problems import BY_NAME


@cache
def answer_of(name):
    return minimize(BY_NAME[name].problem)


@pytest.fixture
def answers():
    """The proved answer to a walk-through problem, by name."""
    return answer_of
