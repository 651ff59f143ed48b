"""The function that is drawn, at many places: the loss of a problem, or an equation typed by hand. *Computed*.

Where a typed formula is not defined, such as log at −1, its value is nan, and nothing is drawn there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule.algebra.evaluate import evaluate
from chainrule.algebra.wide import WideArrays
from chainrule.expression.rewrite import substitute
from chainrule.expression.tree import Number
from chainrule.expression.typed import TypedProblem
from chainrule.formula import loss, weight_values
from chainrule.problem import Problem
from chainrule.problem.data import Floats

_BLOCK = 2_000_000  # entries of a block of candidates × rows: 16 MB


def values_at(problem: Problem | TypedProblem, places: Mapping[str, Floats]) -> Floats:
    """The value ``(m,)`` where each free weight has the values ``(m,)``, in blocks of bounded size."""
    count = len(next(iter(places.values())))
    size = count if isinstance(problem, TypedProblem) else max(1, _BLOCK // len(problem.data))
    blocks = []
    for start in range(0, count, size):
        block = {name: values[start : start + size] for name, values in places.items()}
        found = _typed(problem, block) if isinstance(problem, TypedProblem) else _loss(problem, block)
        blocks.append(np.broadcast_to(found, (min(size, count - start),)))
    return np.concatenate(blocks)


def _loss(problem: Problem, places: Mapping[str, Floats]) -> Floats:
    # Places stand along the first axis and rows along the last, over which the loss is a mean.
    algebra, free = WideArrays(), {name: values[:, np.newaxis] for name, values in places.items()}
    with np.errstate(all="ignore"):
        return loss(algebra, problem, weight_values(algebra, problem, free))


def _typed(problem: TypedProblem, places: Mapping[str, Floats]) -> Floats:
    with np.errstate(all="ignore"):
        found = np.asarray(evaluate(WideArrays(), problem.expression, dict(places)), dtype=np.float64)
    return np.where(np.isfinite(found), found, np.nan)


def with_fixed(problem: Problem | TypedProblem, values: Mapping[str, Fraction]) -> Any:
    """The same problem with these weights, or variables, fixed."""
    if isinstance(problem, Problem):
        return replace(problem, fixed={**problem.fixed, **values})  # worked out, so of any size
    numbers = {name: Number(value) for name, value in values.items()}
    return TypedProblem(
        substitute(problem.expression, numbers), tuple(name for name in problem.free if name not in values)
    )
