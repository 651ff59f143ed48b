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
    "TypedProblem": "chainrule.expression.typed",
    "backpropagate": "chainrule.calculus",
    "check_work": "chainrule.calculus.work",
    "combine": "chainrule.notebook",
    "derivative_equation": "chainrule.calculus",
    "derivative_steps": "chainrule.calculus",
    "descend": "chainrule.descent",
    "generate_points": "chainrule.notebook",
    "load_problem": "chainrule.problem",
    "loss_equation": "chainrule.calculus",
    "loss_steps": "chainrule.calculus",
    "minimize": "chainrule.verdict",
    "network_equation": "chainrule.calculus",
    "network_steps": "chainrule.calculus",
    "parse": "chainrule.expression",
    "plot_descent": "chainrule.plot",
    "plot_loss": "chainrule.plot",
    "plot_plane": "chainrule.plot",
    "plot_report": "chainrule.plot",
    "plot_surface": "chainrule.plot",
    "point_loss_equation": "chainrule.calculus",
    "point_loss_steps": "chainrule.calculus",
    "print_expression": "chainrule.expression",
    "problem_from_dict": "chainrule.problem",
    "problem_to_dict": "chainrule.problem",
    "problem_to_toml": "chainrule.problem",
    "recheck": "chainrule.calculus",
    "render_fragment": "chainrule.page",
    "render_latex": "chainrule.page",
    "render_markdown": "chainrule.page",
    "render_page": "chainrule.page",
    "save_figure": "chainrule.plot",
    "show": "chainrule.notebook",
    "show_graph": "chainrule.notebook",
    "to_equation": "chainrule.notebook",
    "unit_equations": "chainrule.calculus",
    "unit_steps": "chainrule.calculus",
}

if TYPE_CHECKING:
    from chainrule.calculus import backpropagate as backpropagate
    from chainrule.calculus import derivative_equation as derivative_equation
    from chainrule.calculus import derivative_steps as derivative_steps
    from chainrule.calculus import loss_equation as loss_equation
    from chainrule.calculus import loss_steps as loss_steps
    from chainrule.calculus import network_equation as network_equation
    from chainrule.calculus import network_steps as network_steps
    from chainrule.calculus import point_loss_equation as point_loss_equation
    from chainrule.calculus import point_loss_steps as point_loss_steps
    from chainrule.calculus import recheck as recheck
    from chainrule.calculus import unit_equations as unit_equations
    from chainrule.calculus import unit_steps as unit_steps
    from chainrule.calculus.work import check_work as check_work
    from chainrule.descent import descend as descend
    from chainrule.errors import ChainruleError as ChainruleError
    from chainrule.expression import parse as parse
    from chainrule.expression import print_expression as print_expression
    from chainrule.expression.typed import TypedProblem as TypedProblem
    from chainrule.notebook import combine as combine
    from chainrule.notebook import generate_points as generate_points
    from chainrule.notebook import show as show
    from chainrule.notebook import show_graph as show_graph
    from chainrule.notebook import to_equation as to_equation
    from chainrule.page import render_fragment as render_fragment
    from chainrule.page import render_latex as render_latex
    from chainrule.page import render_markdown as render_markdown
    from chainrule.page import render_page as render_page
    from chainrule.plot import plot_descent as plot_descent
    from chainrule.plot import plot_loss as plot_loss
    from chainrule.plot import plot_plane as plot_plane
    from chainrule.plot import plot_report as plot_report
    from chainrule.plot import plot_surface as plot_surface
    from chainrule.plot import save_figure as save_figure
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
