"""What the search finds, written for the kernel: the kernel follows it, and follows nothing else."""

from __future__ import annotations

import copy
import json
import random
from fractions import Fraction
from pathlib import Path

import pytest

import chainrule_check
from chainrule import Problem, load_problem, minimize
from chainrule.expression.typed import TypedProblem
from chainrule.prove.boxes.state import Limits
from chainrule.prove.elaborate import elaborate
from chainrule.prove.search import search

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("name", ["first-try", "one-point", "mirror-far", "mirror", "cross", "pair", "flowers"])
def test_the_walk_through_is_proved_by_the_kernel(name):
    answer = minimize(load_problem(EXAMPLES / f"{name}.toml"))
    assert answer.minimum.trust_text == "proved · kernel"
    assert answer.document["version"] == 2


@pytest.mark.parametrize("name", ["iris-petals", "iris-sepals"])
def test_real_flowers_over_all_reals_are_followed_by_the_kernel(name):
    problem = load_problem(EXAMPLES / f"{name}.toml")
    document = elaborate(problem, search(problem, limits=Limits(gap=1e-4)).certificate)
    assert document is not None
    report = chainrule_check.check(json.dumps(document))
    assert report.rows == 100
    assert report.claim.kind == ("attained" if name == "iris-sepals" else "not attained")


@pytest.mark.parametrize(
    ("equation", "every"),
    [
        ("x^2 - 2x", True),
        ("(sigmoid(x+y)-0.3)^2 + (sigmoid(x+y)-0.8)^2", False),
        ("sigmoid(x)^2 + sigmoid(2-x)^2", True),
    ],
)
def test_typed_equations_are_read_by_the_kernel_itself(equation, every):
    answer = minimize(TypedProblem.read(equation))
    assert (answer.minimum.by, answer.minimum.every) == ("kernel", every)


def some_problem(draw: random.Random) -> tuple[Problem, dict | None]:
    size = draw.choice((1, 2))
    labels = (0, 1, 0, 1, Fraction(1, 3))
    points = [[draw.randint(-4, 4) for _ in range(size)] + [draw.choice(labels)] for _ in range(draw.randint(1, 6))]
    names = ["x", "y"][:size]
    weights = [*(f"w_{name}" for name in names), "bias"]
    free = draw.sample(weights, draw.randint(1, 2))
    fixed = {name: draw.randint(-3, 3) for name in weights if name not in free}
    loss = draw.choice(("mse", "mse", "cross-entropy"))
    problem = Problem.state(names, points, fixed, loss=loss)
    box = {name: (Fraction(-5), Fraction(5)) for name in problem.free} if draw.random() < 0.3 else None
    return problem, box


@pytest.mark.parametrize("seed", range(25))
def test_random_problems_are_followed_and_their_forgeries_are_not(seed):
    draw = random.Random(seed)
    problem, box = some_problem(draw)
    answer = search(problem, box, Limits(gap=1e-3, boxes=500))
    document = elaborate(problem, answer.certificate)
    if document is None:
        pytest.skip("a step for which the kernel has no rule")
    try:
        chainrule_check.check(json.dumps(document))
    except chainrule_check.Refused:
        pytest.skip("the kernel does not follow this search")
    for forged in forgeries(document, draw):
        with pytest.raises(chainrule_check.Refused):
            chainrule_check.check(json.dumps(forged))


def forgeries(document, draw):
    """False claims with the same proof: the infimum elsewhere, the minimiser elsewhere, another kind."""
    low, high = (None if end in ("inf", "-inf") else Fraction(end) for end in document["claim"]["value"])
    kind = document["claim"]["kind"]
    for value in ([high + 1, high + 2], [low - 2, low - 1]) if None not in (low, high) else ():
        if kind != "undecided":
            yield changed(document, value=[str(end) for end in value])
    if (
        kind == "attained"
        and document["claim"]["at"]
        and document["claim"]["domain"] == "all reals"
        and document["claim"]["every"]
    ):
        name = draw.choice(list(document["claim"]["at"]))
        start, end = map(Fraction, document["claim"]["at"][name])
        if start > -100 and end < 100:
            moved = {**document["claim"]["at"], name: [str(end + 1), str(end + 2)]}
            yield changed(document, at=moved)
            direction = {other: str(int(other == name)) for other in document["claim"]["at"]}
            yield changed(document, kind="not attained", at=None, direction=direction, reached=True)
    if kind == "not attained":
        at = {key: ["-1000", "1000"] for key in document["problem"]["weights"]}
        yield changed(document, kind="attained", at=at, direction=None, reached=None)


def changed(document, **claim):
    forged = copy.deepcopy(document)
    forged["claim"].update(claim)
    return forged


def test_other_data_under_the_same_proof_are_refused():
    problem = load_problem(EXAMPLES / "cross.toml")
    document = elaborate(problem, search(problem).certificate)
    document["problem"]["columns"]["label"] = ["1", "0", "1", "1"]
    with pytest.raises(chainrule_check.Refused):
        chainrule_check.check(json.dumps(document))
