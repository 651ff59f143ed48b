"""What a person states, as frozen values: the data, the network, the weights that are free."""

from chainrule.problem.data import Column, DataSet
from chainrule.problem.network import Layer, Network
from chainrule.problem.problem import Problem
from chainrule.problem.schema import load_problem, problem_from_dict, problem_to_dict, problem_to_toml

__all__ = [
    "Column",
    "DataSet",
    "Layer",
    "Network",
    "Problem",
    "load_problem",
    "problem_from_dict",
    "problem_to_dict",
    "problem_to_toml",
]
