"""Limits of tails, against sums in plain Python."""

from __future__ import annotations

import random
from math import exp, log1p

from flint import arb

from chainrule_check.problem import read_problem
from chainrule_check.rules.limit import limit
from tests.kernel.drafts import add, number, power, problem, times, weight

X = weight("x")
STILL = {
    "sigmoid": lambda z: 1 / (1 + exp(-z)),
    "square": lambda z: (1 + exp(-z)) ** -2,
    "softplus": lambda z: log1p(exp(z)),
}
FAR = {"sigmoid": (0, 1), "square": (0, 1), "softplus": (0, None)}


def formula(terms):
    parts = []
    for name, c, a, b in terms:
        z = add(times(number(a), X), number(b))
        parts.append(times(number(c), power(["sigmoid", z], 2) if name == "square" else [name, z]))
    return read_problem(problem(add(*parts), "x"), 1000)[1]


def test_a_limit_is_the_sum_of_the_parts_limits():
    draw = random.Random(1)
    for _ in range(200):
        terms = [
            (draw.choice([*STILL]), draw.choice((-2, 1, 3)), draw.choice((-2, 0, 1)), draw.randint(-3, 3))
            for _ in range(3)
        ]
        for upwards in (False, True):
            found = limit(formula(terms), upwards)
            ends = [FAR[name][(a > 0) == upwards] for name, _, a, _ in terms if a]
            endless = [c for (name, c, a, _) in terms if a and FAR[name][(a > 0) == upwards] is None]
            if endless:
                assert found == ("infinity" if min(endless) > 0 else None)
                continue
            value = sum(c * STILL[name](b) for name, c, a, b in terms if not a)
            value += sum(c * end for c, end in zip([c for _, c, a, _ in terms if a], ends, strict=True))
            assert abs(float(arb(found[0])) - value) < 1e-9
            assert abs(float(arb(found[1])) - value) < 1e-9
