"""Tails of formulas: the limit and the way of the slope are what they are by hand, and no other is accepted. With u = 1/x, which falls on either side."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from tests.check.space_maker import claim as claimed
from tests.check.test_formula_verdicts import X, made, number, plus, power

from chainrule_fast import Refused, check

U = ["divide", number(1), X]
INF = math.inf


def near(c):
    """c + 1/x."""
    return plus(number(c), U)


# The formula, its limits at −∞ and +∞, and whether it falls or rises there, as x increases. Each function below rises or falls with its argument c + 1/x.
TAILS = {
    "tanh": (["tanh", near(1)], math.tanh(1), math.tanh(1), "falling", "falling"),
    "sigmoid": (["sigmoid", near(2)], 1 / (1 + math.exp(-2)), 1 / (1 + math.exp(-2)), "falling", "falling"),
    "softplus": (["softplus", near(1)], math.log1p(math.e), math.log1p(math.e), "falling", "falling"),
    "exp": (["exp", near(1)], math.e, math.e, "falling", "falling"),
    "log": (["log", near(2)], math.log(2), math.log(2), "falling", "falling"),
    "root": (power(near(2), "1/2"), math.sqrt(2), math.sqrt(2), "falling", "falling"),
    "root below": (power(near(2), "-1/2"), 1 / math.sqrt(2), 1 / math.sqrt(2), "rising", "rising"),
    "cube": (power(near(2), 3), 8, 8, "falling", "falling"),
    "square below": (power(near(2), -2), 0.25, 0.25, "rising", "rising"),
    "nought": (plus(power(X, 0), U), 1, 1, "falling", "falling"),
    "mean": (["mean", near(1), number(4)], 2.5, 2.5, "falling", "falling"),
    "negate": (["negate", near(1)], -1, -1, "rising", "rising"),
    "product": (["multiply", near(2), near(3)], 6, 6, "falling", "falling"),
    "quotient": (["divide", near(2), near(-4)], -0.5, -0.5, "falling", "falling"),  # slope (c − d)·u'/…, with c − d = −6 and u' < 0: see below
    "power of a number": (["power", number(2), U], 1, 1, "falling", "falling"),
    "kink passed": (["relu", near(1)], 1, 1, "falling", "falling"),
    "kink passed below": (plus(["relu", ["negate", near(1)]], U), 0, 0, "falling", "falling"),
    "size": (["abs", near(1)], 1, 1, "falling", "falling"),
    "size below": (["abs", near(-1)], 1, 1, "rising", "rising"),
    "cubic size": (["abs", power(X, 3)], INF, INF, "falling", "rising"),
    "far sigmoid": (["sigmoid", X], 0, 1, "rising", "rising"),
    "far tanh": (["tanh", ["multiply", number(-1), X]], 1, -1, "falling", "falling"),
    "far softplus": (["softplus", X], 0, INF, "rising", "rising"),
    "exponentials": (plus(["exp", X], ["exp", ["negate", X]]), INF, INF, "falling", "rising"),
    "a sigmoid's square": (power(["sigmoid", X], 2), 0, 1, "rising", "rising"),
    "cancelling": (plus(power(plus(X, number(1)), 2), ["negate", power(X, 2)], ["multiply", number(-2), X], U), 1, 1, "falling", "falling"),
    "slow": (["divide", X, plus(power(X, 2), number(1))], 0, 0, "falling", "falling"),
    "growing": (["multiply", power(X, 2), ["exp", ["negate", X]]], INF, 0, "falling", "falling"),
}  # fmt: skip
# (2 + u)/(u − 4): the slope by u is ((u − 4) − (2 + u))/(u − 4)² = −6/(u − 4)² < 0, and u falls: it rises.
TAILS["quotient"] = (*TAILS["quotient"][:3], "rising", "rising")


def around(limit, slack=Fraction(1, 10**9)):
    if math.isinf(limit):
        return ["inf" if limit > 0 else "-inf"] * 2
    return [str(Fraction(limit) - slack), str(Fraction(limit) + slack)]


def document(node, limits, slopes):
    everything = ["-inf", "inf"]
    entries = [("unknown", ["-9", "9"], everything)]
    return made(node, claimed("undecided", everything), entries, slopes, limits, breaks=["-9", "9"], pieces=["unknown"])


@pytest.mark.parametrize("name", TAILS)
def test_a_tail_has_the_limit_and_the_slope_that_it_has_by_hand(name):
    node, low, high, *slopes = TAILS[name]
    check(document(node, (around(low), around(high)), slopes))


@pytest.mark.parametrize("name", TAILS)
@pytest.mark.parametrize("side", [0, 1])
def test_another_limit_or_slope_is_refused_on_its_side(name, side):
    node, low, high, *slopes = TAILS[name]
    where = ("-inf", "+inf")[side]
    limits = [around(low), around(high)]
    wrong = list(slopes)
    wrong[side] = "rising" if slopes[side] == "falling" else "falling"
    with pytest.raises(Refused) as refusal:
        check(document(node, tuple(limits), wrong))
    assert refusal.value.place == f"proof.tails.{where}"
    for by in (Fraction(-1, 1000), Fraction(1, 1000)):
        true = (low, high)[side]
        limits[side] = ["-5", "5"] if math.isinf(true) else around(Fraction(true) + by)
        with pytest.raises(Refused) as refusal:
            check(document(node, tuple(limits), slopes))
        assert refusal.value.place == f"claim.limits.x.{where}"
