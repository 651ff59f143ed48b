"""Networks with hidden layers and typed equations whose pages are looked at."""

from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem

XOR_POINTS = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
_XOR = {
    "w1[0,y]": 2, "b1[0]": -1, "w1[1,x]": 2, "w1[1,y]": 2, "b1[1]": -3, "w2[0,0]": 4, "w2[0,1]": -4, "b2[0]": -3,
}  # fmt: skip
XOR = Problem.state(["x", "y"], XOR_POINTS, _XOR, "xor", layers=[2, 1], activation=["tanh", "sigmoid"])
TWO_FREE = XOR.release("w1[0,y]")

# A line through the three classes would not do; the outputs share 1 among them.
CLASSES = Problem.state(
    ["x", "y"],
    [[1, 1, 0], [2, 0, 0], [-1, 1, 1], [-2, 0, 1], [0, -1, 2], [1, -2, 2], [-1, "-0.5", 0]],
    {"w1[0,y]": 1, "b1[0]": 0, "w1[1,x]": -1, "w1[1,y]": "0.5", "b1[1]": 0, "w1[2,x]": 0, "w1[2,y]": -1, "b1[2]": "0.5"},
    "three classes",
    layers=[3],
    activation="softmax",
    loss="cross-entropy",
)  # fmt: skip

EIGHT = Problem.state(
    ["x"],
    [[-2, 0], [-1, 0], [0, 1], [1, 1], [2, 0], [3, 1]],
    {f"w1[{j},x]": f"{j - 3.5}" for j in range(8)}
    | {f"b1[{j}]": f"{(j * j) % 5 - 2}" for j in range(8)}
    | {f"w2[0,{j}]": f"{(j % 3) / 4 - 0.25}" for j in range(8) if j != 2}
    | {"b2[0]": "0.25"},
    "eight relu units",
    layers=[8, 1],
    activation=["relu", "identity"],
    loss="mae",
)

NO_BIAS = Problem.state(
    ["x", "y"],
    [[0, 1, 1], [1, 0, 1], [-1, 0, 0], [0, -1, 0], [2, -1, 0]],
    {"w1[0,y]": 1, "w1[1,x]": -1, "w1[1,y]": 1, "w2[0,0]": 1, "w2[0,1]": -2},
    "no bias",
    layers=[2, 1],
    activation=["softplus", "sigmoid"],
    bias=False,
)

NETWORKS = {"xor": XOR, "two-free": TWO_FREE, "classes": CLASSES, "eight": EIGHT, "no-bias": NO_BIAS}
TYPED = {
    name: TypedProblem.read(text)
    for name, text in {
        "parabola": "x^2-2x",
        "calculator": "(0.5 * (1 / (1 + e))^2) + (0.5 * ((1 / (1 + e^(-2x + 1))) - 1)^2)",
        "pole": "1/x",
        "endless": "3x",
        "two": "(x-1)^2+(y-2)^2+x y/2",
        "three": "(x-1)^2+y^2+z^2+x y z/4",
    }.items()
}
ALL = NETWORKS | TYPED
