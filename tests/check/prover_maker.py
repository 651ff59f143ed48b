"""Certificates over several weights made by the real prover's search, for tests at build time only."""

import numpy as np

from chainrule.exact import number_text
from chainrule.problem.schema import problem_from_dict, problem_to_dict
from chainrule.prove.boxes.search import Limits, Search
from chainrule.prove.neuron.ridge import Ridge


def text(x):
    return number_text(float(x))


def pairs(lower, upper):
    return [[text(a), text(b)] for a, b in zip(lower, upper, strict=True)]


def prove_box(problem, lower, upper, limits=None, kind="attained"):
    """The certificate of a search on the box ``[lower, upper]``, and the search's outcome."""
    known = problem_from_dict(problem)
    ridge = Ridge.of(known)
    search = Search(ridge, np.asarray(lower, float), np.asarray(upper, float), limits or Limits())
    found = search.result(search.run())
    names = list(known.free)
    at = dict(zip(names, pairs(*found.at), strict=True)) if kind == "attained" else None
    certificate = {
        "format": "chainrule certificate",
        "version": 1,
        "problem": problem_to_dict(known),
        "claim": {
            "kind": kind,
            "at": at,
            "value": [text(found.value[0]), text(found.value[1])],
            "direction": None,
            "domain": dict(zip(names, pairs(lower, upper), strict=True)),
        },
        "proof": {
            "method": "boxes",
            "weights": names,
            "core": pairs(lower, upper),
            "best": [text(x) for x in found.best],
            "wells": [
                {"box": pairs(w.lower, w.upper), "point": [text(x) for x in w.point], "modulus": text(w.modulus)}
                for w in found.wells
            ],
            "tree": list(found.tree.preorder()),
            "outside": None,
        },
    }
    return certificate, found


def points_problem(x, y, title="points"):
    """A problem with all weights free, from an array of inputs and labels."""
    names = [f"x{j}" for j in range(x.shape[1])]
    rows = [[*(text(v) for v in row), str(int(label))] for row, label in zip(x, y, strict=True)]
    return {"schema": 1, "title": title, "inputs": names, "weights": {}, "data": {"points": rows}}


def standard(x):
    return (x - x.mean(axis=0)) / x.std(axis=0)
