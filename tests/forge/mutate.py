"""Small faults planted in the source of a module: comparisons flipped, hypotheses dropped, ends swapped, numbers off by one.

A mutant is one change in one function. What only words a refusal (inside `raise`, texts, annotations) is left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from types import CodeType

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
SUMS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
PAIRS = (
    ("lower", "upper"), ("low", "high"), ("min", "max"), ("minimum", "maximum"), ("left", "right"), ("all", "any"), ("argmin", "argmax"),
    ("floor", "ceil"), ("least", "most"), ("first", "last"), ("down", "up"),
)  # fmt: skip
SWAPS = {a: b for pair in PAIRS for a, b in (pair, pair[::-1])}

Path = tuple[tuple[str, int | None], ...]
"""From a function to a part of it: fields, and numbers in lists."""


@dataclass(frozen=True)
class Mutant:
    """`function` is the qualified name of the function, `line` where the change is, `what` the change in words."""

    function: str
    line: int
    what: str
    module: ast.Module
    path: Path
    change: ast.AST

    @property
    def tree(self) -> ast.Module:
        """The module with the change."""
        copy = deepcopy(self.module)
        _replace(dict(functions(copy))[self.function], self.path, deepcopy(self.change))
        return ast.fix_missing_locations(copy)


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    module = ast.parse(source)
    for name, function in functions(module):
        for path in places(function):
            node = _at(function, path)
            for what, change in changes(node):
                yield Mutant(name, getattr(node, "lineno", function.lineno), what, module, path, change)


def functions(module: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Functions of the module and methods of its classes; what is nested in them belongs to them."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef):
                    yield f"{node.name}.{part.name}", part


def places(node: ast.AST, path: Path = ()) -> Iterator[Path]:
    """Paths to all parts that may be changed."""
    if path:
        yield path
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "args") and isinstance(
            node, (ast.FunctionDef, ast.arg, ast.AnnAssign)
        ):
            continue
        for i, part in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(part, ast.AST) and not isinstance(part, (ast.Raise, ast.JoinedStr, ast.expr_context)):
                yield from places(part, (*path, (field, i)))


def _at(node: ast.AST, path: Path) -> ast.AST:
    for field, i in path:
        value = getattr(node, field)
        node = value if i is None else value[i]
    return node


def _replace(node: ast.AST, path: Path, new: ast.AST) -> None:
    owner = _at(node, path[:-1])
    field, i = path[-1]
    if i is None:
        setattr(owner, field, new)
    else:
        getattr(owner, field)[i] = new


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What may stand in a node's place, each with a word for it."""
    if isinstance(node, ast.Compare):
        for i, op in enumerate(node.ops):
            for other in COMPARISONS.get(type(op), ()):
                ops = [*node.ops[:i], other(), *node.ops[i + 1 :]]
                yield _said(node, ast.Compare(node.left, ops, node.comparators))
    elif isinstance(node, ast.BoolOp):
        yield _said(node, ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values))
        for i in range(len(node.values)):
            rest = node.values[:i] + node.values[i + 1 :]
            yield _said(node, rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
        yield _said(node, node.operand)
    elif isinstance(node, (ast.If, ast.While)):
        for value in (True, False) if isinstance(node, ast.If) else (False,):
            new = deepcopy(node)
            new.test = ast.Constant(value)
            yield f"if {_text(node.test)} -> if {value}", new
    elif isinstance(node, ast.IfExp):
        yield _said(node, node.body)
        yield _said(node, node.orelse)
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        yield _said(node, ast.Constant(not node.value))
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        for by in (1, -1):
            yield _said(node, ast.Constant(node.value + by))
    elif isinstance(node, ast.BinOp) and type(node.op) in SUMS:
        yield _said(node, ast.BinOp(node.left, SUMS[type(node.op)](), node.right))
    elif isinstance(node, ast.Name) and node.id in SWAPS and isinstance(node.ctx, ast.Load):
        yield _said(node, ast.Name(SWAPS[node.id], ast.Load()))
    elif isinstance(node, ast.Attribute) and node.attr in SWAPS and isinstance(node.ctx, ast.Load):
        yield _said(node, ast.Attribute(node.value, SWAPS[node.attr], ast.Load()))
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield f"{_text(node)} -> nothing", ast.Pass()
    elif isinstance(node, ast.Return) and isinstance(node.value, (ast.Compare, ast.BoolOp, ast.UnaryOp)):
        yield f"{_text(node)} -> return True", ast.Return(ast.Constant(True))


def _said(old: ast.AST, new: ast.AST) -> tuple[str, ast.AST]:
    return f"{_text(old)} -> {_text(new)}", new


def _text(node: ast.AST) -> str:
    text = ast.unparse(ast.fix_missing_locations(deepcopy(node)))
    return text if len(text) <= 90 else text[:87] + "…"


def code_of(module: CodeType, function: str) -> CodeType:
    """The code of a function of a compiled module, by its qualified name."""
    found = module
    for name in function.split("."):
        found = next(c for c in found.co_consts if isinstance(c, CodeType) and c.co_name == name)
    return found
