"""Answers with known values, written by hand, so that pictures and pages are tested apart from the search."""

from fractions import Fraction as F

import pytest

from chainrule.problem import Problem
from chainrule.prove.result import Answer, Interval, Minimum, Stationary

# Name: points, then the verdict. The values are those of the walk-through, each derived there:
# sigma(-2)^2 = 0.0142093366186110..., (1/2) sigma(-1)^2 = 0.0361647440640..., and for cross the one root of the slope.
POINTS = {
    "first-try": [[0, 0, 0], [2, 0, 1]],
    "one-point": [[3, 4, 1]],
    "mirror": [[1, 1, 1], [-1, 1, 0]],
    "cross": [[-1, 1, 0], [1, -1, 0], [3, 1, 1], [1, 3, 1]],
    "pair": [[1, -1, 0], [1, 3, 1]],
    "flat": [[0, 1, 0], [0, 2, 1]],
}


def between(lower: str, upper: str) -> Interval:
    return Interval(F(lower), F(upper))


def exactly(value: str) -> Interval:
    return between(value, value)


# value, at, limits, boundary, tails and pieces
KNOWN = {
    "first-try": (("0.036164744064", "0.036164744065"), None, ("0.536164744064", "0.036164744065")),
    "one-point": (("0", "1e-30"), None, ("1", "0")),
    "mirror": (("0", "0"), None, ("1", "0")),
    "cross": (("0.0371764762107060", "0.0371764762107061"), ("1.05319998951", "1.05319998953"), ("0.75", "0.25")),
    "pair": (("0.01420933661861", "0.01420933661862"), ("-1e-20", "1e-20"), ("0.5", "0.5")),
    "flat": (("0.16", "0.17"), ("-inf", "inf"), ("0.16", "0.16")),
}
BOUNDARY = {"cross": "1.0531999895…·x + y − 1 = 0", "pair": "y − 1 = 0"}
PROOF = {
    "cross": (["-2", "0.5", "1.5", "4"], ["falling", "convex", "rising"], ("falling", "rising")),
    "pair": (["-8", "-1", "1", "8"], ["falling", "convex", "rising"], ("falling", "rising")),
    "flat": (["0"], [], ("flat", "flat")),
}


def known_answer(name: str, title: str = "") -> Answer:
    weights = {"w_y": 1, "bias": -1}
    problem = Problem.state(["x", "y"], POINTS[name], weights, title or f"The {name} problem")
    value, at, limits = KNOWN[name]
    infinite = at is not None and at[0] == "-inf"
    place = None if at is None else {"w_x": Interval(float("-inf"), float("inf")) if infinite else between(*at)}
    breaks, pieces, tails = PROOF.get(name, (["-4", "4"], ["falling"], ("falling", "falling")))
    kind = "attained" if at else "not-attained"
    minimum = Minimum(
        kind, place, between(*value), None if at else {"w_x": F(1)}, None, "proved",
        "The slope changes its sign once, from falling to rising." if at
        else "The loss falls all the way to the right, so every weight is beaten by a larger one.",
    )  # fmt: skip
    stationary = (Stationary("minimum", place, between(*value)),) if place and not infinite else ()
    certificate = {
        "format": "chainrule certificate",
        "version": 1,
        "problem": {
            "schema": 1,
            "inputs": ["x", "y"],
            "weights": {"w_x": "free", "w_y": "1", "bias": "-1"},
            "data": {"points": [[str(n) for n in p] for p in POINTS[name]]},
        },
        "claim": {"kind": kind, "value": list(value)},
        "proof": {
            "method": "line",
            "weight": "w_x",
            "tails": {"-inf": {"end": breaks[0], "slope": tails[0]}, "+inf": {"end": breaks[-1], "slope": tails[1]}},
            "breaks": breaks,
            "pieces": pieces,
        },
    }
    reasons = ("Point 3 pulls w_x up, point 2 pulls it down.",) if at else ("Along w_x the data is separable.",)
    return Answer(
        problem, minimum, stationary, {"w_x": (exactly(limits[0]), exactly(limits[1]))}, BOUNDARY.get(name), reasons,
        0.004, 0.002, certificate,
    )  # fmt: skip


@pytest.fixture(params=list(POINTS))
def answer(request: pytest.FixtureRequest) -> Answer:
    """Each of the walk-through answers in turn."""
    return known_answer(request.param)


@pytest.fixture
def cross() -> Answer:
    return known_answer("cross")
