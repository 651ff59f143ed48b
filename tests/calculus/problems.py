"""The walk-through problems: inputs x, y, one sigmoid neuron, w_y = 1 and bias = −1 fixed."""

from chainrule.problem import Problem

POINTS: dict[str, list[list[object]]] = {
    "first-try": [[0, 0, 0], [2, 0, 1]],
    "one-point": [[3, 4, 1]],
    "mirror-far": [[3, 4, 1], [-3, 4, 0]],
    "mirror": [[1, 1, 1], [-1, 1, 0]],
    "cross": [[-1, 1, 0], [1, -1, 0], [3, 1, 1], [1, 3, 1]],
    "pair": [[1, -1, 0], [1, 3, 1]],
}


def walk_through(name: str) -> Problem:
    return Problem.state(["x", "y"], POINTS[name], {"w_y": 1, "bias": -1}, name)
