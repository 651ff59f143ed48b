"""The front door of the prover: a problem in, an enclosed answer with its certificate out."""

from __future__ import annotations

from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem
from chainrule.prove.boxes.checkpoint import Checkpoint
from chainrule.prove.boxes.state import Limits
from chainrule.prove.generic.neuron import as_neuron, retold
from chainrule.prove.generic.search import require_intervals, search_network, search_typed
from chainrule.prove.line.cover import Progress
from chainrule.prove.line.search import search_line
from chainrule.prove.result import Answer
from chainrule.prove.space.search import Box, search_space
from chainrule.prove.stationary.listing import require_all_points

ASIDE_GAP, ASIDE_BOXES = 1e-9, 20_000  # of a question aside


def search(
    problem: Problem | TypedProblem,
    box: Box | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    checkpoint: Checkpoint | None = None,
    all_points: bool = False,
    passed_on: bool = False,
) -> Answer:
    """The verdict on the minimum over all real values of the free weights, or over a box.

    Over one free weight and all reals every stationary point is found as well; in a box where `all_points` asks for it.
    Ctrl-C leaves an interval; or, with `passed_on`, that is left to the caller.

    Returns
    -------
    Answer
        *enclosed*: rigorous, not yet checked by anybody else. `chainrule.minimize` hands its certificate
        to the independent checker.

    Raises
    ------
    ProblemError
        If no weight is free, a network with hidden layers has too many points, or all points are asked for over more
        than three weights, or over several without a box.
    """
    limits = (limits or Limits()).begun()
    if isinstance(problem, TypedProblem):
        neuron = as_neuron(problem)
        # An interval for one variable is settled with all its stationary points by the general way.
        if neuron is None or (box is not None and len(problem.free) == 1):
            return search_typed(problem, box, limits, progress, all_points)
        require_intervals(problem.free, box)
        there = None if box is None else {name: box[typed] for name, typed in neuron.names.items()}
        found = search(neuron.problem, there, limits, progress, None, all_points and box is not None)
        return retold(neuron, found, box is not None)
    problem.require_free()
    if not problem.is_ridge:
        return search_network(problem, box, limits, progress, all_points)
    if all_points:
        require_all_points(problem.free, box)
    if len(problem.free) == 1 and box is None:
        return search_line(problem, limits, progress)

    def solve(part: Problem, aside: bool = False) -> Answer:
        if aside:
            return search(part, None, Limits(ASIDE_GAP, ASIDE_BOXES, until=limits.until), passed_on=True)
        return search(part, None, limits, progress, checkpoint)

    return search_space(problem, solve, box, limits, progress, checkpoint, all_points, passed_on)
