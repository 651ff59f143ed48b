"""The JSON Schema and the reader agree: what one takes the other takes, and what one refuses the other refuses."""

import json
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import chainrule
from chainrule.problem import schema
from chainrule.problem.network import ACTIVATIONS

STATED = json.loads(Path(schema.__file__).with_name("problem.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(STATED)
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
GOOD = {"inputs": ["x", "y"], "weights": {"w_x": "free", "bias": -1}, "data": {"points": [[-1, 1, 0], [1, 3, 1]]}}
NETWORK = {**GOOD, "weights": {}, "layers": [2, 1]}


def data(**keys):
    return {**GOOD, "data": {**GOOD["data"], **keys}}


TAKEN = [
    GOOD,
    {**GOOD, "schema": 1},
    {**GOOD, "title": "a title"},
    {**GOOD, "penalty": 0.1},
    {**GOOD, "penalty": "1/3"},
    {**GOOD, "loss": "mae"},
    {**GOOD, "loss": "cross-entropy"},
    {**GOOD, "bias": True},
    {**GOOD, "weights": {"w_x": "1/3", "w_y": "0x1.8p-1", "bias": "-2e-20"}},
    NETWORK,
    {**NETWORK, "activation": "tanh"},
    {**NETWORK, "activation": ["relu", "sigmoid"], "bias": [True, False]},
    data(classes=["under", "over"]),
    data(case_weights=[1, "1/2"]),
    {**GOOD, "data": {"points": [["0.1", 1, "under"], [1, "1/3", "over"]]}},
]
REFUSED = [
    {},
    {"inputs": ["x"]},
    {"data": GOOD["data"]},
    {**GOOD, "wieghts": {}},
    {**GOOD, "schema": 2},
    {**GOOD, "title": 3},
    {**GOOD, "inputs": "x"},
    {**GOOD, "inputs": []},
    {**GOOD, "inputs": ["x", "x"]},
    {**GOOD, "layers": 2},
    {**GOOD, "layers": [0, 1]},
    {**GOOD, "layers": [101, 1]},
    {**GOOD, "layers": [1] * 11},
    {**GOOD, "activation": "sine"},
    {**GOOD, "bias": "yes"},
    {**GOOD, "loss": "huber"},
    {**GOOD, "penalty": -1},
    {**GOOD, "penalty": "much"},
    {**GOOD, "weights": [1]},
    {**GOOD, "weights": {"w_x": "fixed"}},
    {**GOOD, "weights": {"w_x": True}},
    {**GOOD, "data": [[1, 2, 0]]},
    {**GOOD, "data": {}},
    {**GOOD, "data": {"points": []}},
    {**GOOD, "data": {"points": [1, 2]}},
    data(file="points.csv"),
    data(label="species"),
    data(classes="under"),
    data(case_weights="counts"),
    data(case_weights=[-1, 1]),
    data(colour="red"),
    {**GOOD, "data": {"file": "points.csv", "classes": ["a", "b"]}},
    {**GOOD, "data": {"file": "points.csv", "case_weights": [1, 1]}},
    {**GOOD, "data": {"file": 7}},
]


@pytest.mark.parametrize("mapping", TAKEN, ids=str)
def test_what_the_reader_takes_the_schema_takes(mapping):
    chainrule.problem_from_dict(mapping)
    VALIDATOR.validate(mapping)


@pytest.mark.parametrize("mapping", REFUSED, ids=str)
def test_what_the_schema_refuses_the_reader_refuses(mapping):
    assert not VALIDATOR.is_valid(mapping)
    with pytest.raises(chainrule.ChainruleError):
        chainrule.problem_from_dict(mapping)


def test_the_schema_is_one_and_names_the_keys_losses_and_activations_that_there_are():
    Draft202012Validator.check_schema(STATED)
    assert set(STATED["properties"]) == set(schema.KEYS)
    assert set(STATED["$defs"]["activation"]["enum"]) == set(ACTIVATIONS)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_and_what_is_written_of_them_fit_the_schema(path):
    VALIDATOR.validate(tomllib.loads(path.read_text(encoding="utf-8")))
    if path.stem != "breast-cancer":
        problem = chainrule.load_problem(path)
        VALIDATOR.validate(chainrule.problem_to_dict(problem))
        VALIDATOR.validate(tomllib.loads(chainrule.problem_to_toml(problem)))
