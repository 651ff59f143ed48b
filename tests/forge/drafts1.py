"""The drafts of certificates in the format of version 1, for `scratch`: with `version1` all that has to be written anew for another format."""

from __future__ import annotations

import random

from tests.forge import version1
from tests.forge.boxes1 import in_boxes
from tests.forge.lines1 import on_a_line
from tests.forge.problems1 import neuron_problem, tree
from tests.forge.scratch import Draft


def typed_line(rng: random.Random) -> Draft:
    return on_a_line(rng, {"expression": tree(rng, "x", rng.randint(1, 4)), "free": ["x"]}, "x", "expression")


def neuron_line(rng: random.Random) -> Draft:
    problem = neuron_problem(rng, 1)
    name = version1.neuron(problem)[0][0]
    return on_a_line(rng, problem, name, "line")


def typed_boxes(rng: random.Random) -> Draft:
    names = ["x", "y"][: rng.randint(1, 2)]
    return in_boxes(rng, {"expression": tree(rng, names, rng.randint(1, 3)), "free": names}, names, True)


def neuron_boxes(rng: random.Random) -> Draft:
    problem = neuron_problem(rng, rng.randint(1, 2))
    return in_boxes(rng, problem, version1.neuron(problem)[0], False)


DRAFTS = {make.__name__: make for make in (typed_line, typed_boxes, neuron_line, neuron_boxes)}
