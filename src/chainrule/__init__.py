"""Calculus for neural networks that you can see and trust.

    >>> import chainrule
    >>> problem = chainrule.Problem.state(
    ...     inputs=["x", "y"], points=[[1, -1, 0], [1, 3, 1]], weights={"w_y": 1, "bias": -1}
    ... )
    >>> answer = chainrule.minimize(problem)
    >>> answer.minimum.kind, answer.minimum.trust
    ('attained', 'proved')

Every public name is listed in PUBLIC and loaded when it is first used (PEP 562), so that importing the package
costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# The public list: each name and the module that defines it. The imports below tell type checkers the same, and a
# test holds the two together.
PUBLIC = {
    "Answer": "chainrule.prove.result",
    "ChainruleError": "chainrule.errors",
    "DataSet": "chainrule.problem",
    "Interval": "chainrule.prove.result",
    "Minimum": "chainrule.prove.result",
    "Problem": "chainrule.problem",
    "Stationary": "chainrule.prove.result",
    "load_problem": "chainrule.problem",
    "minimize": "chainrule.verdict",
    "problem_from_dict": "chainrule.problem",
    "problem_to_dict": "chainrule.problem",
    "problem_to_toml": "chainrule.problem",
}

if TYPE_CHECKING:
    from chainrule.errors import ChainruleError as ChainruleError
    from chainrule.problem import DataSet as DataSet
    from chainrule.problem import Problem as Problem
    from chainrule.problem import load_problem as load_problem
    from chainrule.problem import problem_from_dict as problem_from_dict
    from chainrule.problem import problem_to_dict as problem_to_dict
    from chainrule.problem import problem_to_toml as problem_to_toml
    from chainrule.prove.result import Answer as Answer
    from chainrule.prove.result import Interval as Interval
    from chainrule.prove.result import Minimum as Minimum
    from chainrule.prove.result import Stationary as Stationary
    from chainrule.verdict import minimize as minimize

__all__ = sorted(PUBLIC)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in PUBLIC:
        raise AttributeError(f"module 'chainrule' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(PUBLIC[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *PUBLIC])
