"""A typed equation that is the loss of one sigmoid neuron, in other words: recognised exactly, and proved as a neuron is.

    E = scale · L + constant,        L = Σ_i m_i (σ(s_i·θ + t_i) − y_i)² / Σ_i m_i,   m_i > 0,  0 <= y_i <= 1

Completing squares brings ``q σ² + p σ`` (`algebra.mixtures`) to ``q (σ − y)² − q y²`` with ``y = −p/(2q)``. So the search over all
reals, and everything else that is known of a neuron, serves E as well. Nothing rests on this reading: the certificate states E as it was typed,
and the checker reads the points out of it in its own way.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from chainrule.algebra.evaluate import evaluate
from chainrule.algebra.mixtures import Form, Mixture, Mixtures, NoMixture
from chainrule.digits import End
from chainrule.errors import ExpressionError
from chainrule.exact import number_text
from chainrule.expression.typed import TypedProblem
from chainrule.problem import Column, DataSet, Network, Problem
from chainrule.prove.generic.certificate import claimed, document
from chainrule.prove.generic.words import Curve, with_why
from chainrule.prove.line.sharp import PLACES, outward
from chainrule.prove.result import Answer, Interval, Minimum, Stationary

OFFSET = "one"  # the input that is 1 in effect: its fixed weight is 1, its column holds the offsets
LARGEST = Fraction(10**90)


@dataclass(frozen=True)
class NeuronLoss:
    """The expression is ``scale · (loss of problem) + constant``; free weight number j is the variable number j."""

    typed: TypedProblem
    problem: Problem
    scale: Fraction
    constant: Fraction

    @property
    def names(self) -> dict[str, str]:
        """The variable for each free weight of the problem."""
        return dict(zip(self.problem.free, self.typed.free, strict=True))


def as_neuron(typed: TypedProblem) -> NeuronLoss | None:
    """The neuron's problem whose loss the equation states, or None where it states something else."""
    algebra = Mixtures(len(typed.free))
    try:
        read = evaluate(algebra, typed.expression, {name: algebra.variable(j) for j, name in enumerate(typed.free)})
    except (NoMixture, ExpressionError):
        return None
    return None if read.linear else _problem(typed, read, algebra.forms)


def _problem(typed: TypedProblem, read: Mixture, forms: tuple[Form, ...]) -> NeuronLoss | None:
    rows, masses, constant = [], [], read.constant
    for slopes, offset in forms:
        p, q = read.sigmoids.get((slopes, offset), (Fraction(0), Fraction(0)))
        if not p and not q:
            continue
        if not q > 0 or not 0 <= -p <= 2 * q:
            return None
        label = -p / (2 * q)
        rows.append((*slopes, offset, label))
        masses.append(q)
        constant -= q * label * label
    free = len(typed.free)
    if not rows or not all(any(row[j] for row in rows) for j in range(free)):
        return None  # a variable that makes no difference is left to the general way
    sizes = [abs(x) for row in rows for x in (*row, 1 - row[-1])] + masses
    if any(size and not 1 / LARGEST <= size <= LARGEST for size in sizes):
        return None
    columns = [Column(tuple(row[j] for row in rows)) for j in range(free + 2)]
    same = all(mass == masses[0] for mass in masses)
    data = DataSet(tuple(columns[:-1]), columns[-1], None, None if same else Column(tuple(masses)))
    network = Network((*(f"x{j + 1}" for j in range(free)), OFFSET))
    fixed = {f"w_{OFFSET}": Fraction(1), "bias": Fraction(0)}
    return NeuronLoss(typed, Problem(network, data, fixed), sum(masses, Fraction(0)), constant)


def retold(neuron: NeuronLoss, answer: Answer, asked: bool) -> Answer:
    """The answer about the neuron as one about the equation; `asked` says whether a box was given."""
    typed, names = neuron.typed, neuron.names
    minimum = _minimum(neuron, answer.minimum)
    stationary = tuple(
        Stationary(point.kind, _named(names, point.at), _value(neuron, point.value)) for point in answer.stationary
    )
    limits = {names[name]: (_value(neuron, low), _value(neuron, high)) for name, (low, high) in answer.limits.items()}
    if limits:
        ((name, ends),) = limits.items()
        minimum = with_why(Curve(name, None, stationary, ends), minimum)
    else:
        minimum = replace(minimum, why=_why(minimum, asked))
    count = len(neuron.problem.data)
    terms = f"{count} squared sigmoids" if count > 1 else "one squared sigmoid"
    known = f"The equation is the loss of one sigmoid neuron: {terms} of linear forms. So it was proved in that way."
    ends_json = {name: {"-inf": low.to_json(), "+inf": high.to_json()} for name, (low, high) in limits.items()}
    claim = claimed(minimum, [point.to_json() for point in stationary], ends_json)
    inner = answer.certificate
    proof = {"method": "neuron", "claim": inner["claim"], "proof": inner["proof"]}
    return Answer(
        problem=typed,
        minimum=minimum,
        stationary=stationary,
        limits=limits,
        boundary=None,
        reasons=(known, *_found(answer)),
        search_seconds=answer.search_seconds,
        check_seconds=None,
        certificate=document(typed.stated, typed.free, claim, proof),
        best=None if answer.best is None else {names[name]: x for name, x in answer.best.items()},
    )


def _found(answer: Answer) -> tuple[str, ...]:
    """What a search of stationary points in a box said: it names no weights and no points."""
    return tuple(reason for reason in answer.reasons if "stationary point" in reason)


def _named(names: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    return {names[name]: value for name, value in values.items()}


def _minimum(neuron: NeuronLoss, found: Minimum) -> Minimum:
    names = neuron.names
    return replace(
        found,
        at=None if found.at is None else _named(names, found.at),
        value=_value(neuron, found.value),
        direction=None if found.direction is None else _named(names, found.direction),
        far=None if found.far is None else _named(names, found.far),
        domain=None if found.domain is None else _named(names, found.domain),
        why="",
    )


def _value(neuron: NeuronLoss, value: Interval) -> Interval:
    """``scale · value + constant``, rounded outward where that is no short decimal."""
    if neuron.scale == 1 and not neuron.constant:
        return value
    low, high = (_moved(neuron, end) for end in (value.lower, value.upper))
    if any(isinstance(end, float) for end in (low, high)):
        return Interval(low, high)
    if all("/" not in (text := number_text(Fraction(end))) and len(text) <= 60 for end in (low, high)):
        return Interval(low, high)
    return outward(Fraction(low), Fraction(high), PLACES)


def _moved(neuron: NeuronLoss, end: End) -> End:
    return end if isinstance(end, float) and math.isinf(end) else Fraction(end) * neuron.scale + neuron.constant


def _why(minimum: Minimum, asked: bool) -> str:
    """The verdict on several variables, or on a box, as a sentence."""
    note = "" if asked or minimum.domain is None else "nothing could be shown about all reals, so a box was searched; "
    where = "over all reals" if minimum.domain is None else "in the box"
    if minimum.kind == "attained" and minimum.at is not None:
        place = ", ".join(interval.named(name, 8) for name, interval in minimum.at.items())
        others = "" if minimum.every else ", and at other places too"
        return f"{note}{where} the global minimum is {minimum.value.text()} at {place}{others}"
    if minimum.direction is not None:
        steps = ", ".join(number_text(step).replace("-", "−") for step in minimum.direction.values())
        way = f"as ({', '.join(minimum.direction)}) moves along ({steps})"
        return f"there is no minimum: {way} {minimum.approach('the value')}"
    low, high = minimum.value.to_json()
    return f"{note}the infimum {where} lies in [{low}, {high}]; whether it is reached is not decided"
