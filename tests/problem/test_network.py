"""Networks of dense layers: names by rule, shapes that fit, and clear errors where they do not."""

from fractions import Fraction

import pytest

from chainrule.errors import ProblemError
from chainrule.problem import Problem, load_problem, problem_from_dict, problem_to_dict, problem_to_toml

XOR = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
THREE = [[0, 0, 0], [1, 0, 1], [0, 1, 2]]


def test_weights_are_named_by_layer_unit_and_source():
    problem = Problem.state(["x", "y"], XOR, layers=[2, 1], activation=["tanh", "sigmoid"])
    # layer by layer, unit by unit, the unit's bias last
    assert problem.free == (
        *("w1[0,x]", "w1[0,y]", "b1[0]", "w1[1,x]", "w1[1,y]", "b1[1]"),
        *("w2[0,0]", "w2[0,1]", "b2[0]"),
    )


def test_a_layer_without_bias_has_no_bias_to_name():
    problem = Problem.state(["x", "y"], XOR, layers=[2, 1], bias=[False, True])
    assert [name for name in problem.free if name.startswith("b")] == ["b2[0]"]


def test_one_unit_of_any_activation_keeps_the_short_names_and_only_sigmoid_with_mse_is_a_ridge():
    assert Problem.state(["x"], [[1, 0]], activation="tanh").free == ("w_x", "bias")
    assert Problem.state(["x"], [[1, 0]]).is_ridge
    assert not Problem.state(["x"], [[1, 0]], activation="tanh").is_ridge
    assert not Problem.state(["x"], [[1, 0]], loss="mae").is_ridge
    assert not Problem.state(["x"], [[1, 0]], bias=False).is_ridge


@pytest.mark.parametrize(
    "keys",
    [
        {"layers": [2, 1], "activation": ["tanh", "sigmoid"], "loss": "cross-entropy"},
        {"layers": [3, 2, 1], "activation": "relu", "bias": [True, False, True]},
        {"layers": [2, 2], "activation": ["softplus", "softmax"]},
        {"activation": "identity", "loss": "mae"},
        {"bias": False},
    ],
)
def test_toml_json_and_python_state_the_same_network(keys, tmp_path):
    problem = problem_from_dict({"inputs": ["x", "y"], "data": {"points": XOR}, **keys})
    first = problem.free[0]
    problem = problem.release().fix(**{first: "1/3"})
    (tmp_path / "p.toml").write_text(problem_to_toml(problem))
    import json

    (tmp_path / "p.json").write_text(json.dumps(problem_to_dict(problem)))
    assert load_problem(tmp_path / "p.toml") == problem == load_problem(tmp_path / "p.json")
    assert problem.fixed == {first: Fraction(1, 3)}


def test_one_sigmoid_neuron_is_written_as_it_always_was():
    assert set(problem_to_dict(Problem.state(["x"], [[1, 0]]))) == {"schema", "inputs", "weights", "data"}


def test_labels_of_three_classes_are_numbers_of_classes_and_become_one_target_an_output():
    problem = Problem.state(["x", "y"], THREE, layers=[3], activation="softmax", loss="cross-entropy")
    assert [list(column) for column in problem.targets] == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_text_labels_of_three_classes_are_numbered_in_sorted_order():
    points = [[0, "setosa"], [1, "virginica"], [2, "versicolor"]]
    problem = problem_from_dict({"inputs": ["x"], "layers": [3], "activation": "softmax", "data": {"points": points}})
    assert problem.data.classes == ("setosa", "versicolor", "virginica")
    assert list(problem.data.label) == [0, 2, 1]
    assert problem_from_dict(problem_to_dict(problem)) == problem


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"layers": [0, 1]}, "layer 1 has 0 units; needed a whole number from 1 to 100"),
        ({"layers": [2, 1.5]}, "layer 2 has 1.5 units"),
        ({"layers": [True, 1]}, "layer 1 has True units"),
        ({"layers": [10**9, 1]}, "layer 1 has 1000000000 units"),
        ({"layers": [100, 100, 1]}, r"the network has 10,501 weights; at most 2,000"),
        ({"layers": []}, "found 0 layers"),
        ({"layers": 2}, r"found layers = 2; needed a list of the units of each layer"),
        ({"activation": "sigmod"}, "activation 'sigmod' is not one of .*; did you mean sigmoid"),
        ({"layers": [2, 1], "activation": ["tanh"]}, "activation has 1 entries and layers has 2"),
        ({"layers": [2, 1], "bias": [True]}, "bias has 1 entries and layers has 2"),
        ({"bias": "yes"}, "found bias = 'yes'; needed true, false"),
        ({"bias": ["yes"]}, "layer 1: found bias = 'yes'; needed true or false"),
        ({"layers": [2, 1], "activation": ["softmax", "sigmoid"]}, "softmax .* stands in the last layer only"),
        ({"activation": "softmax"}, "softmax over 1 unit, which is always 1"),
        ({"layers": [3], "activation": "softmax"}, "point 1: found label 0.5; needed the number of a class, 0 to 2"),
        ({"loss": "mean"}, "loss 'mean' is not one of mse, mae, cross-entropy"),
        ({"loss": "cross entropy"}, "did you mean cross-entropy"),
        ({"activation": "tanh", "loss": "cross-entropy"}, "the last layer has tanh; use sigmoid or softmax"),
        ({"layer": [2]}, "unknown key 'layer'.*did you mean layers"),
        ({"layers": [2, 1], "weights": {"w1[0,z]": 1}}, r"weight 'w1\[0,z\]' is not one of .*did you mean w1\[0"),
    ],
)
def test_a_network_that_makes_no_sense_is_refused_with_what_to_do(keys, message):
    points = [[*point[:2], "0.5"] for point in XOR]
    with pytest.raises(ProblemError, match=message):
        problem_from_dict({"inputs": ["x", "y"], "data": {"points": points}, **keys})


def test_outputs_that_do_not_fit_the_classes_are_refused():
    points = [[0, "a"], [1, "b"], [2, "c"]]
    with pytest.raises(ProblemError, match=r"found 3 classes: 'a', 'b', 'c'; needed 4, one for each output"):
        problem_from_dict({"inputs": ["x"], "layers": [4], "activation": "softmax", "data": {"points": points}})
