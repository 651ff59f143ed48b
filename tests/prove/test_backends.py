"""The same search over another array library: the same boxes, bounds that hold, proofs that the checker accepts."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from tests.algebra.test_backends import INSTALLED, installed

import chainrule
from chainrule.cli import main
from chainrule.errors import ProblemError
from chainrule.problem import Problem
from chainrule.prove.boxes.bound import Bounder
from chainrule.prove.boxes.search import Limits, Search
from chainrule.prove.neuron.local import jet
from chainrule.prove.neuron.ridge import Ridge

OTHERS = [name for name in INSTALLED if name != "numpy"]


def made_up(seed, n=25, **changed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2)) * 10.0 ** rng.uniform(-1, 1, 2)
    y = (x @ rng.normal(size=2) + rng.normal(size=n) * x.std() > 0).astype(float)
    y[:3] = 0.25
    return replace(Problem.from_table(np.column_stack([x, y])), **changed)


def search(problem, name):
    limits = Limits(gap=1e-6, boxes=4000, backend=name)
    done = Search(Ridge.of(problem), np.full(3, -8.0), np.full(3, 8.0), limits)
    return done.result(done.run())


@pytest.mark.parametrize("seed", range(4))
def test_the_strict_namespace_cuts_the_same_boxes_and_gives_the_same_answer(seed):
    """It is NumPy beneath, so that even the last bits agree; and it refuses whatever is not in the standard."""
    problem = made_up(seed)
    one, other = search(problem, "numpy"), search(problem, "strict")
    assert (one.boxes, one.stop, one.value) == (other.boxes, other.stop, other.value)
    assert list(one.tree.preorder()) == list(other.tree.preorder())
    assert np.array_equal(one.at, other.at)


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("changed", [{}, {"loss": "cross-entropy"}, {"penalty": Fraction(1, 100)}], ids=str)
def test_every_library_proves_the_same_and_the_checker_accepts_it(name, changed):
    installed(name)
    problem = made_up(5, **changed)
    box = dict.fromkeys(problem.free, (-8, 8))
    one, other = (chainrule.minimize(problem, box, Limits(backend=b)).minimum for b in ("numpy", name))
    assert (one.kind, one.trust) == (other.kind, other.trust) == ("attained", "proved")
    assert abs(float(one.value.lower) - float(other.value.lower)) <= 1e-9


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("width", [10.0, 0.5, 0.0])
def test_bounds_of_every_library_never_exceed_the_loss(name, width):
    library, ridge, rng = installed(name), Ridge.of(made_up(1)), np.random.default_rng(3)
    centre = rng.normal(size=(16, 3)) * 3
    lower, upper = centre - width / 2, centre + width / 2
    found = Bounder(ridge, library).bound(lower, upper, np.full((16, 3), np.nan), np.inf)
    for _ in range(20):
        now = jet(ridge, lower + rng.uniform(size=lower.shape) * (upper - lower))
        assert (found.bound <= now.value + 1e-15).all()
        assert (found.gradient.lower <= now.gradient + 1e-14).all()
        assert (now.gradient <= found.gradient.upper + 1e-14).all()


def test_the_command_line_takes_a_backend_and_refuses_one_that_there_is_not(capsys):
    points = [f"--point={x},{y},{label}" for x, y, label in ((-1, 1, 0), (1, -1, 0), (3, 1, 1), (1, 3, 1), (0, 0, 1))]
    command = ["minimize", *points, "--box=-6,6", "--gap=1e-4"]
    assert main([*command, "--backend", "strict"]) == 0
    strict = capsys.readouterr().out
    assert "proved" in strict
    assert main(command) == 0
    assert capsys.readouterr().out == strict
    assert main([*command, "--backend", "abacus"]) == 2
    assert "'abacus' is not known" in capsys.readouterr().err


def test_a_backend_that_there_is_not_is_refused_where_no_box_is_bounded_too():
    with pytest.raises(ProblemError, match="'abacus' is not known"):
        Limits(backend="abacus")
