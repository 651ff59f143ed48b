"""The problem as the kernel reads it: weights, columns of data, and the loss as a formula over both."""

from __future__ import annotations

from typing import Any

from chainrule.algebra.written import Tree, Written
from chainrule.exact import number_text
from chainrule.expression.typed import TypedProblem
from chainrule.formula import loss, weight_values
from chainrule.problem import Problem
from chainrule.prove.generic.certificate import tree as expression_tree


def stated(problem: Problem | TypedProblem) -> dict[str, Any]:
    """The problem of a certificate, version 2."""
    return _network(problem) if isinstance(problem, Problem) else _typed(problem)


def functions(tree: Any) -> int:
    """How many functions a formula evaluates for a row."""
    if not isinstance(tree, list):
        return 0
    plain = ("number", "weight", "column", "add", "negate", "multiply", "mean")
    return int(tree[0] not in plain) + sum(map(functions, tree[1:]))


def _network(problem: Problem) -> dict[str, Any]:
    targets = ["label"] if len(problem.targets) == 1 else [f"target {k}" for k in range(len(problem.targets))]
    taken = problem.network.inputs
    names = [*taken, *(name if name not in taken else f"{name} (data)" for name in (*targets, "case weight"))]
    algebra = Written(iter(names))
    weights = weight_values(algebra, problem, {name: algebra.weight(name) for name in problem.free})
    written = loss(algebra, problem, weights)
    columns = {name: [number_text(x) for x in column] for name, column in algebra.columns.items()}
    return _problem(list(problem.free), columns, written)


def _typed(problem: TypedProblem) -> dict[str, Any]:
    return _problem(list(problem.free), {}, _weights_for_symbols(expression_tree(problem.expression)))


def _weights_for_symbols(tree: Tree) -> Tree:
    if tree[0] == "symbol":
        return ["weight", tree[1]]
    if tree[0] == "mean":  # of parts written out
        parts = [_weights_for_symbols(part) for part in tree[1:]]
        return ["divide", ["add", *parts], ["number", str(len(parts))]]
    return [tree[0], *(_weights_for_symbols(part) if isinstance(part, list) else part for part in tree[1:])]


def _problem(weights: list[str], columns: dict[str, list[str]], written: Tree) -> dict[str, Any]:
    return {"weights": weights, "columns": columns, "counts": None, "loss": written}
