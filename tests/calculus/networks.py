"""Small networks of every kind, with some weights fixed at short numbers."""

from chainrule.problem import Problem

XOR = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
THREE = [[0, 1, 0], [1, 0, 1], [-1, 1, 2]]

NETWORKS: dict[str, Problem] = {
    "xor": Problem.state(["x", "y"], XOR, {"b2[0]": -1, "w1[1,y]": 2}, layers=[2, 1], activation=["tanh", "sigmoid"]),
    "relu": Problem.state(["x", "y"], XOR, layers=[2, 1], activation=["relu", "identity"]),
    "mae": Problem.state(["x"], [[1, 0], [2, 1]], layers=[2, 1], activation=["softplus", "sigmoid"], loss="mae"),
    "deep": Problem.state(["x"], [[1, 0], [2, 1]], layers=[2, 2, 1], bias=[True, False, True], loss="cross-entropy"),
    "softmax": Problem.state(["x", "y"], THREE, layers=[2, 3], activation=["tanh", "softmax"], loss="cross-entropy"),
    "brier": Problem.state(["x", "y"], THREE, layers=[3], activation="softmax"),
    "several": Problem.state(["x", "y"], THREE, layers=[3], activation="sigmoid", loss="mse"),
    "tanh": Problem.state(["x"], [[1, 0], [2, 1]], {"bias": 1}, activation="tanh"),
    "entropy": Problem.state(["x"], [[1, 0], [2, 1]], {"bias": 1}, loss="cross-entropy"),
}
