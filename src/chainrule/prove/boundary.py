"""The decision boundary of one neuron: where its output is 1/2, that is ``Σ x_k w_k + bias = 0``."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from chainrule.digits import exponent_of
from chainrule.exact import number_text
from chainrule.problem import Network, Problem
from chainrule.prove.result import Interval

SIGNIFICANT = 6


def boundary(problem: Problem, at: Mapping[str, Interval]) -> str | None:
    """The boundary at the middle of the box `at`, such as ``0·x + y − 1 = 0, that is y = 1``.

    Numbers that are long are rounded to six significant digits. None where the output does not depend on
    the inputs, or the box is unbounded.

    >>> problem = Problem.state(["x", "y"], [[1, -1, 0], [1, 3, 1]], {"w_y": 1, "bias": -1})
    >>> boundary(problem, {"w_x": Interval(Fraction(0), Fraction(0))})
    '0·x + y − 1 = 0, that is y = 1'
    """
    network = problem.network
    if any(isinstance(end, float) for interval in at.values() for end in (interval.lower, interval.upper)):
        return None
    weights = {**problem.fixed, **{name: _shown(interval) for name, interval in at.items()}}
    slopes = [weights[network.weight_name(0, 0, k)] for k in range(len(network.inputs))]
    offset = weights.get(network.bias_name(0, 0), Fraction(0))
    if not any(slopes):
        return None
    equation = f"{_sum(slopes, network, offset)} = 0"
    solved = _solved(slopes, network, offset)
    return f"{equation}, that is {solved}" if solved else equation


def boundary_kind(inputs: int) -> str:
    """What the points with output 1/2 are where there are so many inputs: a place on the line, a line, a plane, a hyperplane."""
    return {1: "place", 2: "line", 3: "plane"}.get(inputs, "hyperplane")


def _shown(interval: Interval) -> Fraction:
    """The middle of an interval, or a short decimal in it or close to it."""
    # A small weight is not 0: the input that it multiplies may be large. One that may be 0 is shown as 0.
    if interval.lower <= 0 <= interval.upper and interval.width < Fraction(1, 10**12):
        return Fraction(0)
    return Fraction(_rounded(interval.middle))


def _sum(slopes: list[Fraction], network: Network, offset: Fraction) -> str:
    parts = [(slope, name) for slope, name in zip(slopes, network.inputs, strict=True)]
    return _terms([*parts, (offset, "")] if offset else parts)


def _terms(terms: list[tuple[Fraction, str]]) -> str:
    text = ""
    for coefficient, name in terms:
        size = number(abs(coefficient))
        body = size if not name else name if size == "1" else f"{size}·{name}"
        sign = "−" if coefficient < 0 else "+"
        text += f" {sign} {body}" if text else f"{'−' if coefficient < 0 else ''}{body}"
    return text or "0"


def _solved(slopes: list[Fraction], network: Network, offset: Fraction) -> str | None:
    """Solved for the last input where there are at most two; a vertical line is solved for the first."""
    if len(slopes) > 2:
        return None
    index = len(slopes) - 1 if slopes[-1] else 0
    others = [
        (-slope / slopes[index], name)
        for k, (slope, name) in enumerate(zip(slopes, network.inputs, strict=True))
        if k != index and slope
    ]
    constant = -offset / slopes[index]
    terms = [*others, (constant, "")] if constant or not others else others
    return f"{network.inputs[index]} = {_terms(terms)}"


def number(value: Fraction) -> str:
    """Exact where that is short, else six significant digits."""
    exact = number_text(value)
    return exact if len(exact) <= SIGNIFICANT + 2 and "/" not in exact else _rounded(value)


def _rounded(value: Fraction) -> str:
    """Six significant digits, of a number of any size."""
    power = exponent_of(value)
    if abs(power) < 300:
        return f"{float(value):.{SIGNIFICANT}g}"
    return f"{float(value / Fraction(10) ** power):.{SIGNIFICANT}g}e{power:+d}"
